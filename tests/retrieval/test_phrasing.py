from datetime import UTC, datetime

import numpy as np
import pytest

from whence.retrieval.passages import split
from whence.retrieval.phrasing import cosines, learnt, pair_of, pair_of_failure
from whence.values.memory import Bug, Change, FileEdit, Note

pytestmark = pytest.mark.quick

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
EDIT = FileEdit(path="src/cache.py", diff="@@ -1 +1 @@\n-old_ttl = 1\n+new_ttl = 2")


def unit(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows / np.linalg.norm(rows, axis=-1, keepdims=True), np.float32)


def test_the_map_brings_a_message_nearer_to_its_diff() -> None:
    """Diffs are messages turned by one rotation, with noise: what is learnt from some holds for the others."""
    chance = np.random.default_rng(3)
    turn = np.linalg.qr(chance.normal(size=(8, 8)))[0]
    messages = unit(chance.normal(size=(400, 8)))
    diffs = unit(messages @ turn + 0.05 * chance.normal(size=messages.shape))
    found = learnt(messages[:300], diffs[:300])
    before = np.mean(np.sum(messages[300:] * diffs[300:], axis=1))
    after = np.mean(np.sum(unit(messages[300:] @ found) * diffs[300:], axis=1))
    assert after > 0.5 > abs(before)


def test_without_pairs_to_speak_of_the_map_changes_nothing() -> None:
    one = unit(np.random.default_rng(3).normal(size=(1, 24)))
    assert np.allclose(learnt(one, one), np.eye(24), atol=1e-6)


def test_a_pair_is_the_message_and_the_diff_without_it() -> None:
    pair = pair_of(Change(title="Expire entries", reason="Expire entries\n\nThey stayed.", edits=(EDIT,)))
    assert pair is not None
    ((_, message),), diff = pair
    assert message.startswith("Expire entries")
    assert all("Expire" not in text and "ttl" in text for _, text in diff)


@pytest.mark.parametrize(
    "change", [Change(edits=(EDIT,)), Change(reason="Expire entries")], ids=["without a message", "without a diff"]
)
def test_what_lacks_one_half_is_no_pair(change: Change) -> None:
    assert pair_of(change) is None


TRACE = """Traceback (most recent call last):
  File "src/cache.py", line 10, in get
KeyError: 'session'"""


def test_a_failure_and_what_solved_it_are_a_pair_where_there_is_a_trace_and_a_diff() -> None:
    fix = Change(reason="Keep sessions", edits=(EDIT,))
    pair = pair_of_failure(Bug(message="It fails", stack_trace=TRACE), fix)
    assert pair is not None
    ((_, told),), done = pair
    assert "KeyError" in told
    assert done == split(fix)[0].meaning, "the fix as it is found"
    assert pair_of_failure(Bug(message=TRACE), fix) == pair
    assert pair_of_failure(Bug(message="It fails"), fix) is None, "a sentence is no trace"
    assert pair_of_failure(Bug(message=TRACE), Change(reason="Keep sessions")) is None
    assert pair_of_failure(Note(content=TRACE), fix) is None


def test_changes_are_compared_by_the_map_among_themselves_only() -> None:
    passages = [
        split(each)[0]
        for each in (Change(reason="a", edits=(EDIT,)), Change(reason="b", edits=(EDIT,)), Note(content="c"))
    ]
    vectors = list(np.eye(4, dtype=np.float32)[:3])
    known = np.array([0.5, 0.3, 0.45], np.float32)
    phrased = np.array([0.1, 0.9, 0.9, 0.0], np.float32)
    found = cosines(passages, vectors, known, phrased)
    assert found[1] > found[0], "the map decides between changes"
    assert found[:2].mean() == pytest.approx(known[:2].mean()), "and lifts none of them above other kinds"
    assert found[2] == known[2]
    assert cosines(passages, [None, vectors[1], vectors[2]], known, phrased) is known, "one alone is not compared"
    assert cosines(passages, vectors, known, None) is known
