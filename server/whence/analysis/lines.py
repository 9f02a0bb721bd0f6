"""Lines of a text by what they say: named by a fingerprint, and found again after the text around them has changed."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence

Span = tuple[int, int]
"""The first and the last line, counted from 1."""

Range = tuple[int, int, int, int]
"""A difference of two texts: the lines from and to in the first one, and in the second; from 0, the ends excluded."""

_DIGITS = 8
"""Hexadecimal digits that stand for a line: of 16,000 lines and 200 that are looked for, one in 1,300 is mistaken."""

_MOST = 200
"""Lines of which a fingerprint is made: the first ones that are not blank."""

_TELLING = 8
"""Letters and digits without which a line, such as `return`, stands in every file."""

_ALONE = 16
"""Letters and digits of a line that says enough by itself."""

_SHARE = 0.4
"""Share of the lines that must be there for the others to have been changed."""


def fingerprint(lines: Sequence[str]) -> str:
    """What names these lines whatever their indentation and the blank lines between them: a hash of each, joined."""
    return "".join([mark for mark in marks(lines) if mark][:_MOST])


def marks(lines: Sequence[str]) -> list[str]:
    """A hash of each line, of what is not space; empty for a blank one."""
    return [_mark(" ".join(line.split())) for line in lines]


def _mark(line: str) -> str:
    return hashlib.blake2b(line.encode("utf-8", "replace"), digest_size=_DIGITS // 2).hexdigest() if line else ""


def _split(print: str) -> list[str]:
    return [print[start : start + _DIGITS] for start in range(0, len(print), _DIGITS)]


def exact(marked: Sequence[str], print: str) -> list[Span]:
    """Everywhere where lines of this fingerprint stand, in a text whose marks these are."""
    wanted = _split(print)
    numbers = [number for number, mark in enumerate(marked, 1) if mark]
    said = [mark for mark in marked if mark]
    return [
        (numbers[at], numbers[at + len(wanted) - 1])
        for at in range(len(said) - len(wanted) + 1)
        if wanted and said[at] == wanted[0] and said[at : at + len(wanted)] == wanted
    ]


def telling(lines: Sequence[str]) -> bool:
    """Whether lines say enough for the same elsewhere to be these: two that tell something, or a long one."""
    sizes = [_size(line) for line in lines]
    return max(sizes, default=0) >= _ALONE or sum(size >= _TELLING for size in sizes) >= 2


def _size(line: str) -> int:
    return len(re.findall(r"\w", line))


def resembling(lines: Sequence[str], marked: Sequence[str], print: str) -> Span | None:
    """Where most of what is rare in lines of this fingerprint stands close together, though some of it was changed.

    Args:
        lines: the text.
        marked: its marks.
        print: the fingerprint.
    """
    wanted = _split(print)
    known, often = set(wanted), Counter(marked)
    places = [
        number
        for number, mark in enumerate(marked, 1)
        if mark in known and often[mark] <= 2 and _size(lines[number - 1]) >= _TELLING
    ]
    room, best, least = 2 * len(wanted) + 4, (0, 0, 0), max(2, round(_SHARE * len(wanted)))
    for at, first in enumerate(places):
        near = [number for number in places[at:] if number - first < room]
        found = len({marked[number - 1] for number in near})
        if found > best[0]:
            best = (found, first, near[-1])
    return (best[1], best[2]) if best[0] >= least else None


def nearest(spans: Sequence[Span], to: int) -> Span | None:
    """Of several places the one that begins nearest to a line."""
    return min(spans, key=lambda span: abs(span[0] - to), default=None)


def mapped(ranges: Sequence[Range], span: Span) -> Span | None:
    """Where lines of a text stand after it was changed; None where nothing is left of them.

    Lines that were all replaced are where others stand for them, if these are not many more.

    Args:
        ranges: how the text was changed, in order.
        span: the lines before.
    """
    first, last = span[0] - 1, span[1]
    kept: list[int] = []
    replaced: list[int] = []
    position = shift = 0
    for old_low, old_high, new_low, new_high in [*ranges, (last, last, last, last)]:
        low, high = max(first, position), min(last, old_low)
        if low < high:
            kept += [low + shift, high - 1 + shift]
        if max(first, old_low) < min(last, old_high) and new_high > new_low:
            replaced += [new_low, new_high - 1]
        if old_low >= last:
            break
        position, shift = old_high, new_high - old_high
    found = kept or (replaced if replaced and max(replaced) - min(replaced) < 3 * (last - first) + 3 else [])
    return (min(found) + 1, max(found) + 1) if found else None
