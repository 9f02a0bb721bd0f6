"""Unified diffs of two texts, in bounded time and size.

Python's difflib is quadratic and worse. Here the common beginning and end are put aside first; what lies between is cut
at lines that occur once on either side (the patience method of Bram Cohen), and only short pieces are left to difflib.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

CONTEXT = 3
"""Unchanged lines shown around a change."""

MAX_LINES = 400
"""Lines of a diff that are kept."""

MAX_CHARACTERS = 40_000
"""Characters of a diff that are kept."""

MAX_LINE = 2_000
"""Characters of a line that are kept."""

_SMALL = 60_000
"""Product of the two lengths, in lines, up to which difflib is asked: some 30 ms at worst, mostly below 1."""

Range = tuple[int, int, int, int]
"""Lines `[0]:[1]` of the text before became lines `[2]:[3]` of the text after."""

Namer = Callable[[int], str]
"""Names what encloses a line, counted from 0."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How one text became another."""

    before: list[str]
    """Lines with their ends."""

    after: list[str]
    """Lines with their ends."""

    ranges: list[Range]
    """What differs, in order; never touching."""

    @property
    def added(self) -> int:
        """Lines added."""
        return sum(high - low for _, _, low, high in self.ranges)

    @property
    def removed(self) -> int:
        """Lines removed."""
        return sum(high - low for low, high, _, _ in self.ranges)


def compare(before: str | None, after: str | None) -> Difference:
    """How `before` became `after`; None is no text at all."""
    old, new = _lines(before or ""), _lines(after or "")
    return Difference(old, new, list(_joined(_ranges(old, new))))


def unified(difference: Difference, name: Namer = lambda number: "", most_lines: int = MAX_LINES) -> str:
    """The difference as hunks with context, without file headers.

    Where it is longer than `most_lines` lines or `MAX_CHARACTERS` characters, the first hunks are kept, whole as far
    as they fit, and a last line says how many lines were left out.

    Args:
        name: names what encloses a line of the text after; it stands in the hunk's header.
    """
    kept: list[str] = []
    size = left_out = 0
    for hunk in _hunks(difference.ranges):
        lines = _hunk(hunk, difference, name)
        length = sum(len(line) + 1 for line in lines)
        if not left_out and len(kept) + len(lines) <= most_lines and size + length <= MAX_CHARACTERS:
            kept += lines
            size += length
        elif kept:
            left_out += len(lines)
        else:
            kept = _begin(lines[:most_lines])
            size = MAX_CHARACTERS
            left_out = len(lines) - len(kept)
    if left_out:
        kept.append(f"… {left_out} more lines of the diff were left out")
    return "\n".join(kept)


def _lines(text: str) -> list[str]:
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    return [*lines, last] if last else lines


def _ranges(old: Sequence[str], new: Sequence[str]) -> Iterator[Range]:
    """What differs, in order; neighbours may touch."""
    waiting: list[Range] = [(0, len(old), 0, len(new))]
    while waiting:
        low, high, left, right = waiting.pop()
        while low < high and left < right and old[low] == new[left]:
            low, left = low + 1, left + 1
        while low < high and left < right and old[high - 1] == new[right - 1]:
            high, right = high - 1, right - 1
        if low == high and left == right:
            continue
        if low == high or left == right:
            yield low, high, left, right
        elif (high - low) * (right - left) <= _SMALL:
            matcher = SequenceMatcher(None, old[low:high], new[left:right], autojunk=False)
            for tag, i1, i2, j1, j2 in matcher.get_opcodes():
                if tag != "equal":
                    yield low + i1, low + i2, left + j1, left + j2
        elif anchors := _anchors(old, new, (low, high, left, right)):
            ends = [*anchors, (high, right)]
            starts = [(low, left), *((i + 1, j + 1) for i, j in anchors)]
            waiting += reversed([(i, end_i, j, end_j) for (i, j), (end_i, end_j) in zip(starts, ends, strict=True)])
        else:
            yield low, high, left, right  # nothing to hold on to: the one was replaced by the other


def _anchors(old: Sequence[str], new: Sequence[str], part: Range) -> list[tuple[int, int]]:
    """Lines that occur once on either side, as pairs of positions that ascend on both."""
    low, high, left, right = part
    once_old = Counter(old[low:high])
    once_new = Counter(new[left:right])
    where = {old[i]: i for i in range(low, high) if once_old[old[i]] == 1}
    pairs = [(where[new[j]], j) for j in range(left, right) if once_new[new[j]] == 1 and new[j] in where]
    # The longest ascending run (patience sorting): each pile's top, and for each pair the one before it.
    tops: list[int] = []
    piles: list[int] = []
    previous: list[int] = []
    for number, (i, _) in enumerate(pairs):
        pile = bisect_left(tops, i)
        previous.append(piles[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(i)
            piles.append(number)
        else:
            tops[pile], piles[pile] = i, number
    run: list[tuple[int, int]] = []
    number = piles[-1] if piles else -1
    while number >= 0:
        run.append(pairs[number])
        number = previous[number]
    return run[::-1]


def _joined(ranges: Iterator[Range]) -> Iterator[Range]:
    last: Range | None = None
    for each in ranges:
        if last is not None and last[1] == each[0] and last[3] == each[2]:
            last = (last[0], each[1], last[2], each[3])
            continue
        if last is not None:
            yield last
        last = each
    if last is not None:
        yield last


def _hunks(ranges: Sequence[Range]) -> Iterator[list[Range]]:
    hunk: list[Range] = []
    for each in ranges:
        if hunk and each[0] - hunk[-1][1] > 2 * CONTEXT:
            yield hunk
            hunk = []
        hunk.append(each)
    if hunk:
        yield hunk


def _hunk(hunk: Sequence[Range], difference: Difference, name: Namer) -> list[str]:
    old, new = difference.before, difference.after
    low, left = max(0, hunk[0][0] - CONTEXT), max(0, hunk[0][2] - CONTEXT)
    high, right = min(len(old), hunk[-1][1] + CONTEXT), min(len(new), hunk[-1][3] + CONTEXT)
    named = name(min(hunk[0][2], len(new) - 1)) if new else ""
    lines = [f"@@ -{_span(low, high)} +{_span(left, right)} @@ {named}".rstrip()]
    for i1, i2, j1, j2 in hunk:
        lines += _marked(" ", old[low:i1])
        lines += _marked("-", old[i1:i2])
        lines += _marked("+", new[j1:j2])
        low = i2
    return lines + _marked(" ", old[low:high])


def _marked(mark: str, lines: Sequence[str]) -> list[str]:
    marked: list[str] = []
    for line in lines:
        text = line.removesuffix("\n")
        marked.append(mark + (text if len(text) <= MAX_LINE else f"{text[:MAX_LINE]}…"))
        if text is line:
            marked.append("\\ No newline at end of file")
    return marked


def _begin(lines: Sequence[str]) -> list[str]:
    size = 0
    for number, line in enumerate(lines):
        size += len(line) + 1
        if size > MAX_CHARACTERS:
            return list(lines[:number])
    return list(lines)


def _span(low: int, high: int) -> str:
    count = high - low
    start = low + 1 if count else low
    return str(start) if count == 1 else f"{start},{count}"
