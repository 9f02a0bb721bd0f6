"""Quantised vectors: how far their cosines are off."""

import numpy as np
import pytest

from whence.store.quantised import cosines, quantise, room


def unit(count: int, dimension: int, chance: np.random.Generator) -> np.ndarray:
    """Random vectors of unit length."""
    vectors = chance.standard_normal((count, dimension), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("count", [1, 999, 1000, 1001, 2500])
def test_cosines_are_off_by_a_step_at_most(count: int) -> None:
    vectors = unit(count, 384, np.random.default_rng(count))
    (asked,) = unit(1, 384, np.random.default_rng(7))
    codes, steps = quantise(vectors)
    every = np.ones(count, np.bool_)
    found = cosines(codes, steps, asked, every, room(384))
    few = np.arange(count) % 5 == 0
    assert cosines(codes, steps, asked, few, room(384))[few] == pytest.approx(found[few], abs=1e-6)
    assert codes.dtype == np.int8
    assert found.shape == (count,)
    off = np.abs(found - vectors @ asked) / steps
    assert off.max() < 2
    assert off.std() < 0.3


def test_a_vector_that_is_not_there_is_near_to_nothing() -> None:
    vectors = np.stack([np.zeros(4, np.float32), np.array([0, -1, 0, 0], np.float32)])
    codes, steps = quantise(vectors)
    found = cosines(codes, steps, np.array([0, 1, 0, 0], np.float32), np.ones(2, np.bool_), room(4))
    assert found.tolist() == pytest.approx([0, -1])


def test_no_vectors_at_all() -> None:
    codes, steps = quantise(np.zeros((0, 8), np.float32))
    assert cosines(codes, steps, np.zeros(8, np.float32), np.ones(0, np.bool_), room(8)).tolist() == []
