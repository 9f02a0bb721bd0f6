"""Reads stack traces of Java, .NET, Go, Rust, C and C++.

A reader takes the lines of a text, already without colours and prefixes, and the number of the line at which something
told its language. It gives the error's type, its message and the calls, the innermost first, or None where it finds
none. Each goes through the lines a bounded number of times.
"""

import re
from collections.abc import Callable, Sequence

from whence.readers.trace_lines import ERROR, HEAD, SAID, Read, first_call, named, number, search, told
from whence.values.memory import Frame

# ---------------------------------------------------------------- Java and its kin

_JAVA_FRAME = re.compile(r"^\s*at (?:[\w.@-]*//?)?([\w$.<>/-]+)\(([^()]*)\)")
_JAVA_PLACE = re.compile(r"^(.+\.\w+):(\d+)$")
_JAVA_CAUSE = re.compile(r"^(\s*)Caused by: (.*)$")
_JAVA_SUPPRESSED = re.compile(r"^(\s*)Suppressed: ")
_JAVA_MORE = re.compile(r"^\s+\.\.\. (\d+) ")
_JAVA_HEADS = (
    re.compile(r'^(?:.*?Exception in thread "[^"]*" )?((?:[\w$]+\.)+[A-Z_][\w$]*)(?::\s(.*)|:?\s*)$'),
    ERROR,
    re.compile(r'^(?:.*?Exception in thread "[^"]*" )?([A-Z][\w$]*)(?::\s(.*)|:?\s*)$'),
)
"""A class with its package, what is an error by its name, any class: in this order."""


def java(lines: Sequence[str], start: int) -> Read | None:
    """Of exceptions that caused one another the root; suppressed ones are passed over."""
    first = first_call(lines, start, _JAVA_FRAME)
    if first is None:
        return None
    depth = len(lines[first]) - len(lines[first].lstrip())
    said = next((each for head in _JAVA_HEADS if (each := told(lines, first, head))), ("", ""))
    frames: list[Frame] = []
    around: list[Frame] = []
    skipping = False
    for at in range(first, len(lines)):
        line = lines[at]
        inner = len(line) - len(line.lstrip())
        if found := _JAVA_FRAME.match(line):
            if inner <= depth and not skipping:
                frames.append(_java_frame(found[1], found[2]))
        elif _JAVA_SUPPRESSED.match(line):
            skipping = True
        elif (cause := _JAVA_CAUSE.match(line)) and len(cause[1]) < max(depth, 1):
            skipping, around, frames = False, frames, []
            said = _java_said(cause[2], lines, at)
        elif more := _JAVA_MORE.match(line):
            if around and not skipping:  # the calls that it shares with what it caused
                frames += around[-number(more[1]) :]
        elif inner == 0 and line and frames and not skipping:
            break
    return (*said, frames)


def _java_said(text: str, lines: Sequence[str], at: int) -> tuple[str, str]:
    name, _, message = text.partition(": ")
    more: list[str] = []
    for line in lines[at + 1 : at + 1 + SAID]:
        if _JAVA_FRAME.match(line) or _JAVA_MORE.match(line):
            break
        more.append(line.strip())
    return name.strip().rstrip(":"), "\n".join([message, *more]).strip()


def _java_frame(called: str, place: str) -> Frame:
    """The file with the folders that its package names, since a trace gives its name alone."""
    called = called.rpartition("/")[2]
    found = _JAVA_PLACE.match(place.strip())
    if not found:
        return Frame(function=called)
    package = [part for part in called.split(".")[:-2] if part[:1].islower()]
    return Frame(file="/".join([*package, found[1]]), line=number(found[2]), function=called)


# ---------------------------------------------------------------- .NET

_NET_FRAME = re.compile(r"^\s*at ([^\s()]+(?: [^\s()]+)?)\(([^()]*)\)(?: in (.+?):line (\d+))?\.?$")
_NET_INNER = re.compile(r"--->\s+(?:\(Inner Exception #\d+\)\s+)?([\w.`+]+)(?:\s\([\w ]+\))?:\s?(.*)$")
_NET_HEAD = re.compile(r"^(?:.*?Unhandled [Ee]xception[.:]\s+)?([\w`+]+(?:\.[\w`+]+)*)(?:\s\([^)]*\))?:\s(.*)$")


def dotnet(lines: Sequence[str], start: int) -> Read | None:
    """Of nested exceptions the innermost; its calls come first."""
    first = first_call(lines, start, _NET_FRAME)
    if first is None:
        return None
    frames: list[Frame] = []
    for line in lines[first:]:
        if found := _NET_FRAME.match(line):
            name = re.sub(r"\[.*?\]|`\d+", "", found[1])
            frames.append(Frame(file=found[3] or "", line=number(found[4] or "0"), function=name))
        elif not line.lstrip().startswith("--- End of"):
            break
    said: tuple[str, str] | None = None
    for at in range(max(first - HEAD, 0), first):
        if inner := _NET_INNER.search(lines[at]):
            said = (inner[1], inner[2].strip())
        elif said is None and (head := _NET_HEAD.match(lines[at])):
            said = (head[1], head[2].strip())
        elif said is not None and lines[at].strip():
            said = (said[0], f"{said[1]}\n{lines[at].strip()}")
    return (*(said or named(lines, first) or ("", "")), frames)


# ---------------------------------------------------------------- Go

_GO_HEAD = re.compile(r"(?:^|\s)(panic|fatal error): (.*)$")
_GO_CALL = re.compile(r"^(?:created by )?([\w./*()%\[\]·-]+?)(?:\((?:[^()]|\([^()]*\))*\))?(?: in goroutine \d+)?$")
_GO_PLACE = re.compile(r"^\s+(\S.*?\.(?:go|s|c)):(\d+)(?: \+0x[0-9a-f]+)?$")


def go(lines: Sequence[str], start: int) -> Read | None:
    """The first goroutine, which is the one that panicked."""
    said, begin = ("", ""), start
    for at in range(max(start - HEAD, 0), min(start + HEAD, len(lines))):
        if found := _GO_HEAD.search(lines[at]):
            message = re.sub(r"\s*\[(?:recovered|recovered, repanicked)\]$", "", found[2].strip())
            said, begin = (found[1], message), at
            break
    frames: list[Frame] = []
    goroutines = 0
    for at in range(begin, len(lines)):
        line = lines[at]
        if line.startswith("goroutine "):
            goroutines += 1
            if goroutines > 1:
                break
        elif (place := _GO_PLACE.match(line)) and at and (call := _GO_CALL.match(lines[at - 1].strip())):
            frames.append(Frame(file=place[1], line=number(place[2]), function=call[1]))
    return (*said, frames) if frames or said[0] else None


# ---------------------------------------------------------------- Rust

_RUST_HEAD = re.compile(r"thread '[^']*'(?: \(\d+\))? panicked at (.*)$")
_RUST_OLD = re.compile(r"^'(.*)', (.+?):(\d+)(?::\d+)?$")
_RUST_AT = re.compile(r"^(.+?):(\d+):\d+:?$")
_RUST_CALL = re.compile(r"^\s*\d+:\s+(?:0x[0-9a-f]+ - )?(\S.*)$")
_RUST_PLACE = re.compile(r"^\s+at (.+?):(\d+)(?::\d+)?$")


def rust(lines: Sequence[str], start: int) -> Read | None:
    """A panic with or without a backtrace, or an error's backtrace; without one, the place of the panic."""
    kind, message, place = "", "", Frame()
    head = search(lines, max(start - HEAD, 0), start + HEAD, _RUST_HEAD)
    if head is not None:
        at, found = head
        kind = "panic"
        if old := _RUST_OLD.match(found[1]):
            message, place = old[1], Frame(file=_bare(old[2]), line=number(old[3]))
        elif new := _RUST_AT.match(found[1]):
            said = []
            for line in lines[at + 1 : at + 1 + SAID]:
                if not line.strip() or line.startswith(("note: ", "stack backtrace:")):
                    break
                said.append(line.strip())
            message, place = "\n".join(said), Frame(file=_bare(new[1]), line=number(new[2]))
        else:
            message = found[1]
    frames: list[Frame] = []
    called = ""
    for line in lines[start if head is None else head[0] :]:
        if where := _RUST_PLACE.match(line):
            if called:
                frames.append(Frame(file=_bare(where[1]), line=number(where[2]), function=called))
            called = ""
        elif call := _RUST_CALL.match(line):
            if called:
                frames.append(Frame(function=called))
            called = re.sub(r"::h[0-9a-f]{16}$", "", call[1].strip())
        elif (frames or called) and line.strip():
            break
    if called:
        frames.append(Frame(function=called))
    if head is None:
        top = told(lines, start, re.compile(r"^(?:.*\s)?(Error): (.*)$"))
        kind, message = top if top and frames else ("", "")
    if not any(frame.file for frame in frames) and place.file:
        frames = [place]
    return (kind, message, frames) if kind or any(frame.file for frame in frames) else None


def _bare(path: str) -> str:
    return path.removeprefix("./")


# ---------------------------------------------------------------- C and C++

_NATIVE_FRAME = re.compile(r"^\s*#(\d+)\s+(?:(0x[0-9a-f]+) (?:in )?)?(.+)$")
_NATIVE_GDB = re.compile(r"^(.+?) \(.*\)(?: (?:at (.+?):(\d+)|from .+))?$")
_NATIVE_ASAN = re.compile(r"^(.+?) (\S*?[^\s()+:]):(\d+)(?::\d+)?$")
_NATIVE_HEADS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], tuple[str, str, Frame]]], ...] = (
    (
        re.compile(r"(?:ERROR|WARNING): (\w+Sanitizer): (.*)$"),
        lambda m: (m[1], re.sub(r" (?:on (?:unknown )?address|\(pid).*", "", m[2]).strip(), Frame()),
    ),
    (
        re.compile(r"^(\S.*?):(\d+):\d+: runtime error: (.*)$"),
        lambda m: ("runtime error", m[3], Frame(file=m[1], line=number(m[2]))),
    ),
    (
        re.compile(r"^(?:[^:]+: )?([^:\s][^:]*|[A-Za-z]:[^:]+):(\d+): (.+): Assertion [`'](.*)' failed\.?"),
        lambda m: ("Assertion", m[4], Frame(file=m[1], line=number(m[2]), function=_native_name(m[3]))),
    ),
    (
        re.compile(r"Assertion failed: (.+?), (?:function (\S+), )?file (.+?), line (\d+)"),
        lambda m: ("Assertion", m[1].strip("()"), Frame(file=m[3], line=number(m[4]), function=m[2] or "")),
    ),
    (
        re.compile(r"terminate called after throwing an instance of '([^']+)'"),
        lambda m: (m[1], "", Frame()),
    ),
    (
        re.compile(r"(?:Program|Thread .*) received signal (SIG\w+), (.*?)\.?$"),
        lambda m: (m[1], m[2], Frame()),
    ),
    (
        re.compile(r"^Program terminated with signal (SIG\w+), (.*?)\.?$"),
        lambda m: (m[1], m[2], Frame()),
    ),
)


def native(lines: Sequence[str], start: int) -> Read | None:
    """gdb, the sanitizers, failed assertions, uncaught C++ exceptions; the first stack."""
    kind, message, place = "", "", Frame()
    begin = start
    for at in range(max(start - HEAD, 0), min(start + HEAD, len(lines))):
        found = ((read, match) for pattern, read in _NATIVE_HEADS if (match := pattern.search(lines[at])))
        if head := next(found, None):
            kind, message, place = head[0](head[1])
            begin = at
            for line in lines[at + 1 : at + 4]:
                if not message and (what := re.match(r"^\s*what\(\):\s+(.*)$", line)):
                    message = what[1]
            break
    frames: list[Frame] = []
    for line in lines[begin:]:
        if found_frame := _NATIVE_FRAME.match(line):
            if frames and found_frame[1] == "0":
                break
            frames.append(_native_frame(found_frame[3]))
        elif frames and line.startswith(("SUMMARY:", "freed by", "previously allocated", "Thread ")):
            break
    frames = [frame for frame in frames if frame.file or frame.function]
    # The calls that deal with a failed assertion lie inside the one that failed, which the message names.
    if place.file and not any(frame.line == place.line and frame.file.endswith(place.file) for frame in frames):
        frames = [place, *frames]
    return (kind, message, frames) if kind or any(frame.file for frame in frames) else None


def _native_frame(rest: str) -> Frame:
    if (found := _NATIVE_ASAN.match(rest)) and not rest.endswith(")") and " at " not in rest:
        return Frame(file=found[2], line=number(found[3]), function=_native_name(found[1]))
    if found := _NATIVE_GDB.match(rest):
        return Frame(file=found[2] or "", line=number(found[3] or "0"), function=_native_name(found[1]))
    return Frame(function=_native_name(rest.partition(" (")[0]))


def _native_name(name: str) -> str:
    """The function's name without types and parameters."""
    bare = re.sub(r"\(.*$", "", re.sub(r"<[^<>]*>", "", name)).strip()
    return bare.rpartition(" ")[2].lstrip("*&") or name.strip()
