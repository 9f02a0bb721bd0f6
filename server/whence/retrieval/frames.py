"""Frames: what a change gains for having touched the lines that a trace runs through.

The words of a trace find the changes of its files; which of many changes of one file it was, its line numbers tell. A
trace may be of the code as it stood before a change, or of today's, in which lines have moved since: so a line is
compared as the trace has it with the lines that a change found, and carried back through the later changes with those
that it left. The nearer counts. "Measured": see `query`.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from whence.values.memory import FileEdit, Frame
from whence.values.passage import Hunks, Passage

WEIGHT = 0.5
"""For a line in a hunk of the change. Measured: .3 to .8 do alike."""

HALF_LINES = 15
"""Lines away from the hunk at which that is half. Measured: 5 to 40 do alike."""

LATER = 0.85
"""What each further frame counts of the one before it, which is nearer to the failure. Measured."""

MAX_FRAMES = 12
"""Frames that are compared."""

MAX_HUNKS = 400
"""Hunks of one change that are kept; what has more was made by a program, or moves everything."""

_HUNK = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@", re.MULTILINE)
_TEST = re.compile(r"Tests?\b|Test[A-Z]|(?:^|[\W_])tests?_|[_.](?:test|spec)s?\b|(?:^|/)conftest")
_SLASHES = re.compile(r"[/\\]+")


class Line(NamedTuple):
    """A line that a trace runs through."""

    file: str
    """As the trace names it, with forward slashes."""
    number: int
    """From 1."""


class Past:
    """How the lines of one file moved, change by change.

    Args:
        changes: the moments of its changes with their hunks in it, in any order.
    """

    def __init__(self, changes: Iterable[tuple[datetime, Sequence[int]]]) -> None:
        self._changes = sorted(changes, key=lambda each: each[0])
        self._moments = [at for at, _ in self._changes]

    def carried(self, number: int, at: datetime) -> int:
        """The number, at a moment, of the line that has this number today."""
        for _, hunks in reversed(self._changes[bisect_right(self._moments, at) :]):
            number = _before(number, hunks)
        return number


class Trace(NamedTuple):
    """What a trace tells of places in files."""

    lines: tuple[Line, ...] = ()
    """Those that it runs through, the innermost first."""
    pasts: Mapping[str, Past] = {}
    """How lines moved, by file; where that is not known they are taken to stand where they stood."""


NO_TRACE = Trace()


def hunks_of(edits: Iterable[FileEdit]) -> Hunks:
    """The hunks of a change, file by file."""
    left = MAX_HUNKS
    found: list[tuple[str, tuple[int, ...]]] = []
    for edit in edits:
        numbers: list[int] = []
        for start, old, new in islice(_HUNK.findall(edit.diff), left):
            numbers += (int(start), int(old or 1), int(new or 1))
        left -= len(numbers) // 3
        if numbers:
            found.append((edit.path, tuple(numbers)))
    return tuple(found)


def lines_of(frames: Iterable[Frame]) -> tuple[Line, ...]:
    """The lines that a trace runs through, the innermost first; without those of tests, which are no fixes."""
    told = (Line("/".join(_SLASHES.split(each.file)), each.line) for each in frames if each.file and each.line)
    return tuple(islice((each for each in dict.fromkeys(told) if not _TEST.search(each.file)), MAX_FRAMES))


def touched(passages: Iterable[Passage], lines: Sequence[Line]) -> frozenset[str]:
    """The files, as changes name them, that lines may be in."""
    return frozenset(
        path for each in passages for path, _ in each.hunks if any(_same(path, line.file) for line in lines)
    )


def worth(passages: Sequence[Passage], trace: Trace) -> NDArray[np.float32]:
    """What each memory gains by where the trace runs, one number a passage."""
    gained = np.zeros(len(passages), np.float32)
    for at, passage in enumerate(passages if trace.lines else ()):
        for path, hunks in passage.hunks:
            for rank, line in enumerate(trace.lines):
                if _same(path, line.file):
                    past = trace.pasts.get(path)
                    now = past.carried(line.number, passage.created_at) if past else line.number
                    near = 2 ** (-_distance(line.number, now, hunks) / HALF_LINES)
                    gained[at] = max(gained[at], WEIGHT * near * LATER**rank)
    return gained


def _same(path: str, file: str) -> bool:
    """Whether a frame's file may be this one: their last two parts agree, as far as both have two."""
    one, other = path.split("/")[-2:], file.split("/")[-2:]
    depth = min(len(one), len(other))
    return one[-depth:] == other[-depth:]


def _distance(before: int, after: int, hunks: Sequence[int]) -> int:
    """Lines from the nearest hunk, of a line's number before the change and of its number after it."""
    nearest, moved = 1 << 30, 0
    for start, old, new in zip(hunks[::3], hunks[1::3], hunks[2::3], strict=True):
        nearest = min(nearest, _beyond(before, start, old), _beyond(after, start + moved, new))
        moved += new - old
    return nearest


def _beyond(number: int, start: int, count: int) -> int:
    return max(start - number, number - (start + count), 0)


def _before(number: int, hunks: Sequence[int]) -> int:
    """The number, before a change, of the line that has this number after it; inside a hunk the nearest to it."""
    moved = 0
    for start, old, new in zip(hunks[::3], hunks[1::3], hunks[2::3], strict=True):
        if number < start + moved:
            break
        if number < start + moved + new:
            return start + min(number - start - moved, max(old - 1, 0))
        moved += new - old
    return number - moved
