"""Reads what people and assistants pass on of a failure: a trace cut short, or no more than its last line."""

import re
from collections.abc import Sequence

from whence.readers.trace_lines import Call, Read, number

_RAISED = re.compile(
    r"^\s*(?:E\s+)?(?:Uncaught |Unhandled )?(?:\(in promise\) )?"
    r"((?:[A-Za-z_$][\w$]{0,200}(?:\.|::|\\)){0,20}"
    r"(?:[A-Z_$][\w$]{0,200}(?:Error|Exception|Failure|Fault|Warning|Interrupt|Rejection|Timeout)|Error|Exception|Panic))"
    r"(?:\s\[[\w.]{1,60}\])?(?::(?:\s+(.*))?)?$"
)
"""A line that begins with a class that by its name is an error, alone or before what it says."""

_ANY = re.compile(r"^([A-Za-z_][\w.]{0,200})(?::(?:\s+(.*))?)?$")
"""The last line of a trace, whose class may have any name."""

_LOOKED = 200
"""Lines that are looked through for what a compiler says."""

_HEAD = re.compile(r"^\s*Traceback\b")
_CALL = re.compile(r"""\bFile ['"]([^'"\n]{1,400})['"], line (\d{1,8})(?:,? in ([\w<>.]{1,200}))?""")
_PLACE = re.compile(r"(?<![\w/\\.:-])((?:[A-Za-z]:)?[\w./\\~@-]{1,300}\.[A-Za-z][A-Za-z+]{0,5}):(\d{1,8})(?!\w)")
"""A file with a line, as compilers and people write it."""

_FILE = r"(?:file://)?(?P<file>(?:[A-Za-z]:)?[\w./\\~@+-]{1,300}\.[A-Za-z][A-Za-z+]{0,5})"
_DIAGNOSED = re.compile(
    rf"^\s*(?:e: |psql:)?{_FILE}(?::(?P<line>\d{{1,8}})(?::\d{{1,8}})?|\((?P<at>\d{{1,8}})(?:,\d{{1,8}})?\))"
    r"(?:(?::|\s-)?\s{1,3}(?:fatal )?(?:error|ERROR)(?:\s(?P<code>[A-Z]{1,8}\d{1,7}))?:\s*(?:\[GHC-\d+\]\s*)?"
    r"(?P<said>.*)|\s(?P<kotlin>[A-Z].*))$"
)
"""What a compiler or a checker of types says of a place; Kotlin's says no more than the place before it."""

_RUSTC = re.compile(r"^error(?:\[(?P<code>E\d{4})\])?: (?P<said>.*)$")
_RUSTC_AT = re.compile(rf"^\s*--> {_FILE}:(?P<line>\d{{1,8}}):\d{{1,8}}$")
_SUMMED = re.compile(rf"^(?:FAILED|ERROR) {_FILE}(?:::(?P<name>\S+))? - (?P<said>.*)$")
"""A line of pytest's short summary."""


def plain(lines: Sequence[str]) -> Read | None:
    """What was raised, and where, so far as the lines say; None where they name no error.

    Under the word `Traceback` the last line counts, as Python has it; elsewhere only a first line that begins with an
    error's class, for a sentence may speak of one. Below that the message goes on.
    """
    told = [line for line in lines if line.strip()]
    if not told:
        return None
    headed = any(_HEAD.match(line) for line in told)
    calls = [Call(found[1], number(found[2]), found[3] or "") for line in told if (found := _CALL.search(line))][::-1]
    if headed:
        last = next((line for line in reversed(told) if not _HEAD.match(line) and not _CALL.search(line)), "")
        found = _RAISED.match(last) or _ANY.match(last)
        return (found[1], (found[2] or "").strip(), calls) if found else (("", "", calls) if calls else None)
    found = _RAISED.match(told[0])
    if found is None:
        return ("", "", calls) if calls else _diagnosed(told)
    said = "\n".join([found[2] or "", *(line for line in told[1:] if not _CALL.search(line))]).strip()
    return found[1], said, calls or _places(told)


def _diagnosed(lines: Sequence[str]) -> Read | None:
    """The first thing that a compiler, a checker of types or pytest's summary finds wrong, and where."""
    for at, line in enumerate(lines[:_LOOKED]):
        following = lines[at + 1] if at + 1 < len(lines) else ""
        if (found := _DIAGNOSED.match(line)) and (line.startswith("e: ") or not found["kotlin"]):
            place = Call(found["file"], number(found["line"] or found["at"]))
            return found["code"] or "", (found["said"] or found["kotlin"] or following).strip(), [place]
        if (found := _RUSTC.match(line)) and (where := _RUSTC_AT.match(following)):
            return found["code"] or "", found["said"], [Call(where["file"], number(where["line"]))]
        if found := _SUMMED.match(line):
            raised = _RAISED.match(found["said"])
            kind, said = (raised[1], raised[2] or "") if raised else ("", found["said"])
            return kind, said.strip(), [Call(found["file"], 0, (found["name"] or "").rpartition("::")[2])]
    return None


def _places(lines: Sequence[str]) -> list[Call]:
    """The one file with a line that the lines name; none where they name several."""
    named = {(found[1], found[2]) for line in lines for found in _PLACE.finditer(line)}
    return [Call(file, number(line)) for file, line in named] if len(named) == 1 else []
