"""What the readers of stack traces share: how a call, a number and the words above the calls are read."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Call(NamedTuple):
    """A call as a trace tells it. It is cheap, since a runaway recursion has a hundred thousand."""

    file: str = ""
    line: int = 0
    function: str = ""


Read = tuple[str, str, list[Call]]
"""An error's type, its message, and its calls, the innermost first."""

HEAD = 40
"""Lines above the first call that are looked through for what the error says."""

SAID = 12
"""Lines that a message may have."""

GAP = 14
"""Lines between two calls that may be something else, such as the code that a test runner shows."""

ERROR = re.compile(
    r"(?:^|[\s:\[\]>(])((?:[\w$]{1,200}[.:\\]{1,2}){0,20}(?:[A-Z_][\w$]{0,200})?"
    r"(?:Error|Exception|Failure|Fault|Rejection|(?<=\w)Timeout)[\w$]{0,100})"
    r"(?:\s\[[\w.]+\])?(?:\s\([\w ]+\))?(?::\s?(.*)|\s*)$"
)
"""A class that by its name is an error, and what it says; what stands before it, as in a log, is passed over."""

HEADS_ERROR = re.compile(
    r"^\s*(?:\w+ )?(?:Uncaught |Unhandled )?(?:\[)?(?:[\w$]{1,100}[.:\\]{1,2}){0,20}[\w$]{0,100}"
    r"(?:Error|Exception)(?:\s\[\w+\])?(?::\s|$)"
)
"""A line that begins what another error says."""

_NAMED = re.compile(r"^\s*(?:Uncaught |Unhandled )?(?:\(in promise\) )?([A-Za-z_$][\w$.\\]*)(?::\s(.*))?$")
"""Any class, alone on its line or before a colon."""

_WRAPPER = re.compile(
    r"^(?:UnhandledPromiseRejectionWarning|UnhandledPromiseRejection|PromiseRejection|UnhandledException|Uncaught)$"
)
"""What says that an error was not caught, before the error's own type."""

CODE = re.compile(r"^\s*(?:(?:[>❯➜❱]\s*)?\d+\s?[|│▕┃](?:\s|$)|[|│▕┃]\s*[\^~]|[\^~][\^~\s]*$|-+>\s*\d+\s)")
"""A line of source as test runners and compilers show it, or the marks below one."""


def number(text: str) -> int:
    """A line number; 0 where no file can have so many."""
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def message_of(lines: Iterable[str]) -> str:
    """The lines of a message without the source that is shown between them."""
    kept: list[str] = []
    for line in lines:
        if CODE.match(line):
            # marks alone point into a line of source right above them, which has no number
            if kept and kept[-1].strip() and not line.strip(" ^~") and len(kept) > 1:
                kept.pop()
            continue
        kept.append(line.strip())
    return "\n".join(kept).strip()


def told(lines: Sequence[str], first: int, pattern: re.Pattern[str] = ERROR) -> tuple[str, str] | None:
    """Type and message from the nearest line above the first call that names an error, and the lines in between."""
    for at in range(first - 1, max(first - 1 - HEAD, -1), -1):
        if (found := pattern.search(lines[at])) and not CODE.match(lines[at]):
            kind, said = found[1], found[2] or ""
            if _WRAPPER.match(kind) and (inner := pattern.search(said)):
                kind, said = inner[1], inner[2] or ""
            return kind, message_of([said, *lines[at + 1 : min(first, at + 1 + SAID)]])
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


# ---------------------------------------------------------------- groups

_MAX_MEMBERS = 20
"""Members of a group that are told; a group of thousands of the same kind says no more."""

_MAX_MEMBER = 200
"""Characters that are kept of what a member says."""


def with_members(group: Read, members: Iterable[Read | None]) -> Read:
    """A group of errors whose first line says what its members are, so that two groups of the same name differ.

    The members are told in the order of the alphabet, since those of parallel tasks fail in any order. The calls begin
    with those of the first member that has some: there it happened, and the group's own calls led to it.
    """
    some = [each for each in members if each is not None and (each[0] or each[1])]
    tells = {": ".join(part for part in (each[0], _first(each[1])) if part): each for each in reversed(some)}
    if not tells:
        return group
    names = sorted(tells)[:_MAX_MEMBERS]
    first, _, rest = group[1].partition("\n")
    said = f"{first}: {'; '.join(names)}" if first else "; ".join(names)
    calls = next((tells[name][2] for name in names if tells[name][2]), [])
    return group[0], f"{said}\n{rest}".strip(), [*calls, *group[2]]


def _first(message: str) -> str:
    return message.partition("\n")[0][:_MAX_MEMBER]
