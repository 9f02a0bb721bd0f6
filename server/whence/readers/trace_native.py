"""Reads stack traces of C, C++ and their kin: of debuggers, sanitizers, Valgrind, failed assertions and tests."""

import re
from collections.abc import Callable, Sequence

from whence.readers.trace_lines import GAP, HEAD, Call, Read, number

_FRAME = re.compile(
    r"^\s*(?:(?:\*\s*)?frame )?(?:#(\d+):?|(\d+)#)\s+(?:(?:pc )?(0x[0-9a-f]+|[0-9a-f]{8,16}) +(?:in )?)?(\S.*)$"
)
_VALGRIND = re.compile(r"^\s*(at|by) 0x[0-9A-F]+: (.+?) \((?:in [^)]*|([^()]+):(\d+))\)$")
_GDB = re.compile(r" (?:at (\S+):(\d+)|from \S+)$")
_ASAN = re.compile(r"^(.+?) (\S*?[^\s()+:]):(\d+)(?::\d+)?$")
_LLDB = re.compile(r"^(?:[\w.+-]+`)?(.+?) at (\S+?):(\d+)(?::\d+)?(?: \[opt\])?$")
_MODULE = re.compile(r" \((?:BuildId: \w+|[^()\s]*\+0x[0-9a-f]+|in [^()]*)\)$| \[0x[0-9a-f]+\]$")
_ENDS = ("SUMMARY:", "freed by", "previously allocated", "Thread ")

_HEADS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str, Call]]], ...] = (
    (
        re.compile(r"(?:^|ERROR: |WARNING: )(\w+Sanitizer): (.*)$"),
        lambda m: (m[1], re.sub(r" (?:on (?:unknown )?address|\(pid).*", "", m[2]).strip(), Call()),
    ),
    (
        re.compile(r"^(\S.*?):(\d+):\d+: runtime error: (.*)$"),
        lambda m: ("runtime error", m[3], Call(file=m[1], line=number(m[2]))),
    ),
    (
        re.compile(r"^(?:[^:]+: )?([^:\s][^:]*|[A-Za-z]:[^:]+):(\d+): (.+): Assertion [`'](.*)' failed\.?"),
        lambda m: ("Assertion", m[4], Call(file=m[1], line=number(m[2]), function=_name(m[3]))),
    ),
    (
        re.compile(r"Assertion failed: (.+?), (?:function (\S+), )?file (.+?), line (\d+)"),
        lambda m: ("Assertion", m[1].strip("()"), Call(file=m[3], line=number(m[4]), function=m[2] or "")),
    ),
    (
        re.compile(r"terminate called after throwing an instance of '([^']+)'"),
        lambda m: (m[1], "", Call()),
    ),
    (
        re.compile(r"(?:Program|Thread .*) received signal (SIG\w+), (.*?)\.?$"),
        lambda m: (m[1], m[2], Call()),
    ),
    (
        re.compile(r"stop reason = (EXC_\w+|signal SIG\w+|breakpoint)(?: (\(.*\)))?"),
        lambda m: (m[1], (m[2] or "").strip("()"), Call()),
    ),
    (
        re.compile(
            r"^((?:Invalid (?:read|write|free)|Conditional jump|Use of uninitiali[sz]ed|Syscall param).*"
            r"|\d[\d,]* (?:\([^)]*\) )?bytes? in .* (?:lost|reachable))(?: in loss record.*)?$"
        ),
        lambda m: ("Valgrind", m[1].strip(), Call()),
    ),
    (
        re.compile(r"^(\S.*?\.\w+)(?::(\d+)|\((\d+)\)): (?:Failure|error: Failure)$"),
        lambda m: ("Failure", "", Call(file=m[1], line=number(m[2] or m[3]))),
    ),
    (
        re.compile(r"^(?:.*\s)?signal \d+ \((SIG\w+)\), code -?\d+ \((\w+)\)"),
        lambda m: (m[1], m[2], Call()),
    ),
    (
        re.compile(r"^Program terminated with signal (SIG\w+), (.*?)\.?$"),
        lambda m: (m[1], m[2], Call()),
    ),
)


def native(lines: Sequence[str], start: int) -> Read | None:
    """gdb, lldb, the sanitizers, Valgrind, failed assertions, uncaught C++ exceptions; the first stack."""
    kind, message, place = "", "", Call()
    begin = start
    for at in range(max(start - HEAD, 0), min(start + HEAD, len(lines))):
        found = ((read, match) for pattern, read in _HEADS if (match := pattern.search(lines[at])))
        if head := next(found, None):
            kind, message, place = head[0](head[1])
            begin = at
            message = message or _below(lines, at, kind)
            break
    frames = [frame for frame in _frames(lines, begin) if frame.file or frame.function]
    # The calls that deal with a failed assertion lie inside the one that failed, which the message names.
    if place.file and not any(frame.line == place.line and frame.file.endswith(place.file) for frame in frames):
        frames = [place, *frames]
    return (kind, message, frames) if kind or any(frame.file for frame in frames) else None


def _below(lines: Sequence[str], at: int, kind: str) -> str:
    """What the lines below the head say, where it says nothing itself."""
    if kind == "Failure":  # GoogleTest
        said = [line.strip() for line in lines[at + 1 : at + 9]]
        end = next((n for n, line in enumerate(said) if not line or line.startswith("[")), len(said))
        return "\n".join(said[:end])
    what = (re.match(r"^\s*what\(\):\s+(.*)$", line) for line in lines[at + 1 : at + 4])
    return next((found[1] for found in what if found), "")


def _frames(lines: Sequence[str], begin: int) -> list[Call]:
    frames: list[Call] = []
    gap = 0
    for line in lines[begin:]:
        if found := _FRAME.match(line):
            if frames and (found[1] or found[2]).lstrip("0") == "":
                break
            frames.append(_frame(found[4]))
            gap = 0
        elif valgrind := _VALGRIND.match(line):
            if frames and valgrind[1] == "at":
                break
            frames.append(Call(file=valgrind[3] or "", line=number(valgrind[4] or "0"), function=_name(valgrind[2])))
            gap = 0
        elif frames and ((gap := gap + 1) > GAP or line.startswith(_ENDS) or line.startswith("  Previous ")):
            break
    return frames


def _frame(rest: str) -> Call:
    while shorter := _MODULE.sub("", rest, count=1):
        if shorter == rest:
            break
        rest = shorter
    if " at " in rest and (found := _LLDB.match(rest)):
        return Call(file=found[2], line=number(found[3]), function=_name(found[1]))
    if (found := _ASAN.match(rest)) and not rest.endswith(")") and " at " not in rest:
        return Call(file=found[2], line=number(found[3]), function=_name(found[1]))
    gdb = _GDB.search(rest)
    called = rest[: gdb.start()] if gdb else rest
    if called.endswith(")") and " (" in called:
        name = _name(called.partition(" (")[0])
        return Call(file=(gdb[1] or "") if gdb else "", line=number((gdb[2] or "0") if gdb else "0"), function=name)
    return Call(function=_name(rest.partition(" (")[0].rpartition("`")[2]))


def _name(name: str) -> str:
    """The function's name without types and parameters."""
    bare = re.sub(r"\(.*$", "", re.sub(r"<[^<>]*>", "", name)).strip()
    return bare.rpartition(" ")[2].lstrip("*&") or name.strip()
