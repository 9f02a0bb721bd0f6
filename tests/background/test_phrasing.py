from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from whence.background.phrasing import Phrasing
from whence.store import Store
from whence.values.memory import Change, FileEdit


class Letters:
    """An embedder that counts letters: quick, and the same every time."""

    name, dimension = "letters", 26

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        rows = np.array([[text.lower().count(chr(97 + n)) + 0.01 for n in range(26)] for text in texts], np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def changes(count: int, start: int = 0) -> list[Change]:
    return [
        Change(
            reason=f"Mend the {'abcdefghij'[n % 10] * 3} of {n}",
            edits=(FileEdit(path=f"{n}.py", diff=f"@@ -1 +1 @@\n+{'klmnopqrst'[n % 10] * 5} = {n}"),),
        )
        for n in range(start, start + count)
    ]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "memory"))
    yield store
    store.close()


@pytest.fixture
def phrasing(store: Store, tmp_path: Path) -> Phrasing:
    return Phrasing(store, tmp_path / "phrasing.npz", "letters")


def test_it_is_learnt_from_a_hundred_changes_on_and_anew_when_history_has_grown(
    store: Store, phrasing: Phrasing, tmp_path: Path
) -> None:
    question = Letters().embed(["Mend the aaa"])[0]
    store.put(changes(99))
    assert not phrasing.due()
    assert phrasing.of(question) is None
    store.put(changes(1, 99))
    assert phrasing.renew(Letters(), lambda: True)
    found = phrasing.of(question)
    assert found is not None
    assert float(np.linalg.norm(found)) == pytest.approx(1.0, abs=1e-5)
    diff = Letters().embed(["kkkkk"])[0]
    assert found @ diff > question @ diff, "a's in messages go with k's in diffs"
    store.put(changes(40, 100))
    assert not phrasing.renew(Letters(), lambda: True), "140 of 100 is not half as many again"
    store.put(changes(10, 140))
    assert phrasing.renew(Letters(), lambda: True)
    other = Phrasing(store, tmp_path / "phrasing.npz", "letters")
    again, ours = other.of(question), phrasing.of(question)
    assert again is not None and ours is not None
    assert np.allclose(again, ours)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive at all"], ids=["empty", "torn", "other"])
def test_a_damaged_file_is_as_none_and_is_learnt_anew(
    store: Store, phrasing: Phrasing, tmp_path: Path, content: bytes
) -> None:
    store.put(changes(100))
    (tmp_path / "phrasing.npz").write_bytes(content)
    assert phrasing.of(np.ones(26, np.float32)) is None
    assert phrasing.renew(Letters(), lambda: True)
    assert phrasing.of(np.ones(26, np.float32)) is not None


def test_another_models_map_is_not_used(store: Store, phrasing: Phrasing, tmp_path: Path) -> None:
    store.put(changes(100))
    assert phrasing.renew(Letters(), lambda: True)
    other = Phrasing(store, tmp_path / "phrasing.npz", "words")
    assert other.of(np.ones(26, np.float32)) is None
    assert other.due()
    assert phrasing.of(np.ones(8, np.float32)) is None, "nor for vectors of another size"


def test_it_stops_when_told_to_and_begins_again(store: Store, phrasing: Phrasing) -> None:
    store.put(changes(100))
    assert not phrasing.renew(Letters(), lambda: False)
    assert phrasing.due()


def test_changes_without_messages_teach_nothing_and_are_not_read_again(store: Store, phrasing: Phrasing) -> None:
    store.put([each.model_copy(update={"reason": "", "title": ""}) for each in changes(120)])
    assert not phrasing.renew(Letters(), lambda: True)
    assert not phrasing.due()
