"""Parts of a text that are read instead of the whole, and where they stood in it."""

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

MARKER = re.compile(r"\[redacted: [a-z0-9-]+\]")

_LONGEST_RUN = 1 << 16
"""Characters of data in one piece that are read at its beginning, and as many at its end; no credential is as long."""
_RUN = re.compile(rf"[A-Za-z0-9+/=_-]{{{3 * _LONGEST_RUN},}}")
_LONG_LINE = 1 << 14
_REACH = 1 << 12
"""Characters around a marker in a line longer than `_LONG_LINE` that are read again."""
_WORD = 256
"""Characters within which a space is sought where such a piece begins and ends."""
_BESIDE = re.compile(r"(?:\n[+\- ]?\r?(?=\n))*(?:\n[^\n]*)?")
"""The lines that a secret of several lines has left, and the one on which it ended."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Pieces of a text, each of them copied or standing for another, and where they stood."""

    text: str
    starts: list[int]
    """Where pieces begin in `text`, in order, and where the last one ends."""
    origins: list[int]
    """Where the same pieces begin in the text that was read."""

    def place(self, at: int, end: bool = False) -> int:
        """Where a position of `text` stood: where what is there begins, or for an `end` where what precedes it ends."""
        if end:
            piece = bisect_right(self.starts, at - 1) - 1
            after = self.starts[piece + 1] if piece + 1 < len(self.starts) else len(self.text) + 1
            if after == at:  # the end of a piece: an escape is longer than what it stands for
                return self.origins[piece + 1]
            return self.origins[piece] + at - self.starts[piece]
        piece = bisect_right(self.starts, at) - 1
        return self.origins[piece] + at - self.starts[piece]


def _of(text: str, spans: Iterable[tuple[int, int]], *, apart: bool = False) -> Excerpt:
    """The text between these places, which are in order; `apart` where pieces of one line must not touch."""
    pieces: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    size = last = 0
    for first, end in spans:
        if apart and pieces and first > last and text[last - 1 : last] != "\n":
            pieces.append("\n")
            starts.append(size)
            origins.append(last)
            size += 1
        last = end
        pieces.append(text[first:last])
        starts.append(size)
        origins.append(first)
        size += last - first
    return Excerpt("".join(pieces), [*starts, size], [*origins, last])


def without_data(text: str) -> Excerpt | None:
    """The text without the middle of runs that are too long for anything but data; None where there are none."""
    if len(text) < 3 * _LONGEST_RUN:
        return None
    spans, at = [], 0
    for run in _RUN.finditer(text):
        spans.append((at, run.start() + _LONGEST_RUN))
        at = run.end() - _LONGEST_RUN
    return _of(text, [*spans, (at, len(text))]) if spans else None


def marked_lines(text: str) -> Excerpt:
    """The lines in which something was taken out; what is read line by line is the same in all others as it was.

    Of a very long line only what stands around its markers: no rule reaches further.
    """
    spans: list[tuple[int, int]] = []
    stop = 0
    for marker in MARKER.finditer(text):
        if marker.start() < stop:
            continue  # of a line that has one before
        first = max(text.rfind("\n", 0, marker.start()) + 1, spans[-1][1] if spans else 0)
        stop = text.find("\n", marker.end())
        beside = _BESIDE.match(text, stop) if stop >= 0 else None
        if beside is None:
            stop = len(text)
        last = min(len(text), beside.end() + 1) if beside else stop
        if last - first > _LONG_LINE:
            first = max(first, _space(text, marker.start() - _REACH, marker.start()))
            last = min(last, _space(text, marker.end() + _REACH, min(last, marker.end() + _REACH + _WORD)))
            stop = last
        spans.append((first, last))
    return _of(text, spans, apart=True)


def _space(text: str, at: int, limit: int) -> int:
    """The next space from there on; where there is none near, the place itself."""
    at = max(0, at)
    found = text.find(" ", at, min(limit, at + _WORD))
    return found if found >= 0 else at
