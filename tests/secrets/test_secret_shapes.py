"""The tables of shapes are sound."""

import re

import pytest

from whence.secrets.shapes import INNER, LEADING, Shape

pytestmark = pytest.mark.quick


@pytest.mark.parametrize("shape", [*LEADING, *INNER], ids=lambda shape: f"{shape.name} {shape.words[0]}")
def test_a_row_has_a_name_fit_for_a_marker_and_words_to_look_for(shape: Shape) -> None:
    assert re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", shape.name)
    assert all(shape.words)
    assert shape.pattern.match("") is None
    assert set(shape.pattern.groupindex) <= {"secret"}


def test_no_row_stands_twice() -> None:
    rows = [(shape.name, shape.words, shape.pattern.pattern) for shape in (*LEADING, *INNER)]
    assert len(set(rows)) == len(rows)


def test_leading_words_begin_their_patterns() -> None:
    for shape in LEADING:
        for word in shape.words:
            assert re.escape(word) in shape.pattern.pattern
