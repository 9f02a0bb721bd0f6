from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from whence.background.phrasing import Phrasing
from whence.store import Store
from whence.values.memory import Bug, Change, FileEdit, Link, MemoryBase


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


def failures(count: int) -> list[MemoryBase]:
    """Changes, and the bugs that they solved: a's to j's in a trace go with k's to t's in a diff."""
    made = [each.model_copy(update={"reason": "", "title": ""}) for each in changes(count)]
    traces = [f"Traceback (most recent call last):\n{'abcdefghij'[n % 10] * 40}Error" for n in range(count)]
    solved = [
        Bug(message="It fails", stack_trace=trace, resolved=True, links=(Link(relation="solved_by", target=change.id),))
        for trace, change in zip(traces, made, strict=True)
    ]
    return [*made, *solved]


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
    assert phrasing.of(question, "short") is None
    store.put(changes(1, 99))
    assert phrasing.renew(Letters(), lambda: True)
    found = phrasing.of(question, "short")
    assert found is not None
    assert float(np.linalg.norm(found)) == pytest.approx(1.0, abs=1e-5)
    diff = Letters().embed(["kkkkk"])[0]
    assert found @ diff > question @ diff, "a's in messages go with k's in diffs"
    store.put(changes(40, 100))
    assert not phrasing.renew(Letters(), lambda: True), "140 of 100 is not half as many again"
    store.put(changes(10, 140))
    assert phrasing.renew(Letters(), lambda: True)
    other = Phrasing(store, tmp_path / "phrasing.npz", "letters")
    again, ours = other.of(question, "short"), phrasing.of(question, "short")
    assert again is not None and ours is not None
    assert np.allclose(again, ours)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 torn", b"no archive at all"], ids=["empty", "torn", "other"])
def test_a_damaged_file_is_as_none_and_is_learnt_anew(
    store: Store, phrasing: Phrasing, tmp_path: Path, content: bytes
) -> None:
    store.put(changes(100))
    (tmp_path / "phrasing.npz").write_bytes(content)
    assert phrasing.of(np.ones(26, np.float32), "short") is None
    assert phrasing.renew(Letters(), lambda: True)
    assert phrasing.of(np.ones(26, np.float32), "short") is not None


def test_another_models_map_is_not_used(store: Store, phrasing: Phrasing, tmp_path: Path) -> None:
    store.put(changes(100))
    assert phrasing.renew(Letters(), lambda: True)
    other = Phrasing(store, tmp_path / "phrasing.npz", "words")
    assert other.of(np.ones(26, np.float32), "short") is None
    assert other.due()
    assert phrasing.of(np.ones(8, np.float32), "short") is None, "nor for vectors of another size"


def test_it_stops_when_told_to_and_begins_again(store: Store, phrasing: Phrasing) -> None:
    store.put(changes(100))
    assert not phrasing.renew(Letters(), lambda: False)
    assert phrasing.due()


def test_changes_without_messages_teach_nothing_and_are_not_read_again(store: Store, phrasing: Phrasing) -> None:
    store.put([each.model_copy(update={"reason": "", "title": ""}) for each in changes(120)])
    assert not phrasing.renew(Letters(), lambda: True)
    assert not phrasing.due()


def test_failures_and_what_solved_them_teach_a_map_of_their_own(
    store: Store, phrasing: Phrasing, tmp_path: Path
) -> None:
    store.put(failures(19))
    assert phrasing.due() == []
    store.put(failures(1))
    assert phrasing.due() == ["trace"]
    assert phrasing.renew(Letters(), lambda: True)
    assert phrasing.due() == []
    trace = Letters().embed(["Traceback\naaaaaaaaaaaaaaaaaaaaError"])[0]
    assert phrasing.of(trace, "short") is None, "messages were none"
    assert phrasing.of(trace, "report") is None
    found = Phrasing(store, tmp_path / "phrasing.npz", "letters").of(trace, "trace")
    assert found is not None
    diff = Letters().embed(["kkkkk"])[0]
    assert found @ diff > trace @ diff


def test_one_map_is_learnt_without_the_other_being_lost(store: Store, phrasing: Phrasing) -> None:
    question = Letters().embed(["aaa"])[0]
    store.put(failures(20))
    assert phrasing.renew(Letters(), lambda: True)
    before = phrasing.of(question, "trace")
    store.put(changes(100))
    assert phrasing.due() == ["short"]
    assert phrasing.renew(Letters(), lambda: True)
    after = phrasing.of(question, "trace")
    assert before is not None and after is not None
    assert np.allclose(before, after)
    assert phrasing.of(question, "short") is not None


def test_of_bugs_without_a_trace_or_a_fix_that_is_there_nothing_is_learnt(store: Store, phrasing: Phrasing) -> None:
    made = failures(45)
    fixes, bugs = made[:45], [each for each in made[45:] if isinstance(each, Bug)]
    bugs[:15] = [each.model_copy(update={"stack_trace": ""}) for each in bugs[:15]]
    bugs[15:30] = [each.model_copy(update={"links": ()}) for each in bugs[15:30]]
    store.put([*fixes[:40], *bugs])
    assert phrasing.due() == ["trace"]
    assert not phrasing.renew(Letters(), lambda: True), "ten pairs are too few"
    assert phrasing.due() == [], "and are not read again"
