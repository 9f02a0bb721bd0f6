from datetime import UTC, datetime, timedelta
from difflib import unified_diff
from itertools import pairwise
from random import Random

import pytest

from whence.retrieval import frames
from whence.retrieval.frames import Line, Past, Trace, hunks_of, lines_of, touched, worth
from whence.retrieval.passages import split
from whence.values.memory import Change, FileEdit, Frame
from whence.values.passage import Passage

pytestmark = pytest.mark.quick

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def change(diff: str, path: str = "src/cache.py", at: datetime = NOW) -> Passage:
    edit = FileEdit(path=path, diff=diff)
    return split(Change(reason="x", edits=(edit,), files=(path,), created_at=at))[0]


def gained(passage: Passage, *lines: Line, past: dict[str, Past] | None = None) -> float:
    return float(worth([passage], Trace(lines, past or {}))[0])


def test_a_line_in_a_hunk_counts_in_full_and_less_the_farther_it_is() -> None:
    found = change("@@ -40,6 +40,8 @@ def get\n x\n+y\n+z\n")
    within, near, far = (gained(found, Line("src/cache.py", n)) for n in (42, 30, 400))
    assert within == pytest.approx(frames.WEIGHT)
    assert frames.WEIGHT / 2 < near < within
    assert far < 0.01


def test_the_frame_nearest_to_the_failure_counts_most() -> None:
    found = change("@@ -40,6 +40,8 @@\n x\n")
    far = Line("src/other.py", 3)
    assert gained(found, far, Line("src/cache.py", 41)) == pytest.approx(frames.WEIGHT * frames.LATER)


@pytest.mark.parametrize(
    ("file", "same"),
    [
        ("/srv/shop/src/cache.py", True),
        ("C:/code/shop/src/cache.py", True),
        ("cache.py", True),
        ("lib/cache.py", False),
        ("src/cache.pyi", False),
        ("mycache.py", False),
    ],
)
def test_files_are_told_by_the_end_of_their_names(file: str, same: bool) -> None:
    found = change("@@ -40,6 +40,8 @@\n x\n")
    assert bool(gained(found, Line(file, 41))) == same
    assert touched([found], [Line(file, 41)]) == ({"src/cache.py"} if same else frozenset())


def test_tests_and_calls_without_a_line_are_left_away() -> None:
    names = ["test_cache.py", "tests/test_x.py", "CacheTest.java", "TestCache.java", "cache.spec.ts", "cache_test.go"]
    assert lines_of([Frame(file=each, line=3) for each in names]) == ()
    kept = [Frame(file="src\\cache.py", line=3), Frame(file="latest.py", line=4), Frame(file="contest.py", line=5)]
    assert lines_of([*kept, Frame(file="a.py")]) == (("src/cache.py", 3), ("latest.py", 4), ("contest.py", 5))


def test_of_a_change_by_a_program_a_bounded_number_of_hunks_is_kept() -> None:
    diff = "".join(f"@@ -{n * 9 + 1},3 +{n * 9 + 1},3 @@\n x\n" for n in range(900))
    found = hunks_of([FileEdit(path="a", diff=diff), FileEdit(path="b", diff=diff)])
    assert sum(len(each) // 3 for _, each in found) == frames.MAX_HUNKS


def test_lines_are_carried_back_through_later_changes() -> None:
    """A file grows and shrinks at random; the line of today is looked for where it stood at each moment."""
    chance = Random(7)
    texts = [[f"line {n}" for n in range(200)]]
    for step in range(25):
        text, at = list(texts[-1]), chance.randrange(len(texts[-1]))
        text[at : at + chance.randrange(4)] = [f"new {step} {n}" for n in range(chance.randrange(9))]
        texts.append(text)
    changes = []
    for step, (old, new) in enumerate(pairwise(texts)):
        diff = "\n".join(unified_diff(old, new, lineterm="", n=3))
        ((_, hunks),) = hunks_of([FileEdit(path="a", diff=diff)]) or (("a", ()),)
        changes.append((NOW + timedelta(days=step), hunks))
    chance.shuffle(changes)
    past = Past(changes)
    checked = 0
    for step, text in enumerate(texts):
        before = NOW + timedelta(days=step - 1)
        for number, line in enumerate(texts[-1], 1):
            if line in text:
                checked += 1
                assert abs(past.carried(number, before) - (text.index(line) + 1)) <= 9, "out only where a hunk is"
    assert checked > 2000


def test_a_trace_of_today_finds_a_change_whose_lines_have_moved() -> None:
    old = change("@@ -40,6 +40,8 @@\n x\n", at=NOW - timedelta(days=9))
    past = {"src/cache.py": Past([(NOW, (1, 0, 300)), (old.created_at, (40, 6, 8))])}
    assert gained(old, Line("cache.py", 343)) < 0.01
    assert gained(old, Line("cache.py", 343), past=past) == pytest.approx(frames.WEIGHT)
    assert gained(old, Line("cache.py", 43), past=past) == pytest.approx(frames.WEIGHT), "as the trace has it"
