"""What the readers of stack traces share: how a call, a number and the words above the calls are read."""

import re
from collections.abc import Sequence

from whence.values.memory import Frame

Read = tuple[str, str, list[Frame]]
"""An error's type, its message, and its calls, the innermost first."""

HEAD = 40
"""Lines above the first call that are looked through for what the error says."""

SAID = 12
"""Lines that a message may have."""

ERROR = re.compile(
    r"(?:^|[\s:\]>(])((?:[\w$]+[.:\\]+)*(?:[A-Z_][\w$]*)?(?:Error|Exception|Failure|Fault|Rejection|Timeout)[\w$]*)"
    r"(?:\s\[[\w.]+\])?(?:\s\([\w ]+\))?(?::\s?(.*)|\s*)$"
)
"""A class that by its name is an error, and what it says; what stands before it, as in a log, is passed over."""

_NAMED = re.compile(r"^\s*(?:Uncaught |Unhandled )?([A-Za-z_$][\w$.\\]*)(?::\s(.*))?$")
"""Any class, alone on its line or before a colon."""


def number(text: str) -> int:
    """A line number; 0 where no file can have so many."""
    return int(text) if len(text) < 9 else 0


def told(lines: Sequence[str], first: int, pattern: re.Pattern[str] = ERROR) -> tuple[str, str] | None:
    """Type and message from the nearest line above the first call that names an error, and the lines in between."""
    for at in range(first - 1, max(first - 1 - HEAD, -1), -1):
        if found := pattern.search(lines[at]):
            more = [line.strip() for line in lines[at + 1 : min(first, at + 1 + SAID)]]
            return found[1], "\n".join([found[2] or "", *more]).strip()
    return None


def named(lines: Sequence[str], first: int) -> tuple[str, str] | None:
    """The same, or else whatever class the nearest line above the first call names."""
    above = next((line for line in reversed(lines[max(first - 3, 0) : first]) if line.strip()), "")
    found = _NAMED.search(above)
    return told(lines, first) or ((found[1], (found[2] or "").strip()) if found else None)


def first_call(lines: Sequence[str], start: int, *patterns: re.Pattern[str]) -> int | None:
    """The first line from `start` on that one of the patterns fits."""
    return next((at for at in range(start, len(lines)) if any(each.match(lines[at]) for each in patterns)), None)


def search(lines: Sequence[str], start: int, end: int, pattern: re.Pattern[str]) -> tuple[int, re.Match[str]] | None:
    """The first line between two in which the pattern is found, and what it found."""
    for at in range(start, min(end, len(lines))):
        if found := pattern.search(lines[at]):
            return at, found
    return None
