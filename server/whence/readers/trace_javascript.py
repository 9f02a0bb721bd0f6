"""Reads stack traces of JavaScript and TypeScript: of V8, Firefox, Safari and Hermes, and as test runners show them."""

import re
from collections.abc import Iterator, Sequence

from whence.readers.trace_lines import (
    GAP,
    HEAD,
    HEADS_ERROR,
    SAID,
    Call,
    Read,
    message_of,
    named,
    number,
    told,
    with_members,
)

_V8 = re.compile(r"^\s*at (\S.*?)[,{\s]*$")
_V8_PLACE = re.compile(r"^(\S.*?)(?::(\d{1,8}))(?::\d{1,8})$")
_V8_LINE = re.compile(r"^(?:at )?(\S.*\.(?:[cm]?[jt]sx?|vue|svelte|astro|bundle)):(\d{1,8})$")
_PLACELESS = re.compile(r"^(?:<\w+>|native|native code|index \d+|(?:\S+:)?wasm-function\[\d+\].*|unknown)$")
_GECKO = re.compile(r"^\s*([^@\s()]*(?:\s[^@\s()]+)?)@(\S.*)$")
_GECKO_PLACE = re.compile(r"^(?:(\S.*?)(?: line \d+ > \w+)*:)?(\d{1,8}):\d{1,8}$|^(\S+):(\d{1,8})$")
_SCRIPT = re.compile(r"\.(?:[cm]?[jt]sx?|vue|svelte|\w*bundle)\b|^\w+$|eval|debugger")
_ARROW = re.compile(r"^\s*❯ (?:(\S.*) )?(\S+):(\d{1,8}):\d{1,8}$")
_CONSOLE = re.compile(
    r"^\s+(?!at |from |in )([\w$<(/.#*]\S{0,199}) "
    r"([a-z][\w+.-]{1,30}:/{1,3}\S+?|[\w@./~+-]{1,300}\.(?:[cm]?[jt]sx?|vue|svelte)):(\d{1,8})(?::\d{1,8})?$"
)
"""A call as Firefox's console shows it, whole or by no more than the name of the file."""
_BRACKETED = re.compile(
    r"^\s+(?!at |from |in )(?:async )?([\w$.<>#]{1,200}|\(anonymous function\)|Global Code|Module Code)"
    r" \(((?:https?:/|file:/)?[\w@./~+?=&%:-]{1,400}\.(?:[cm]?[jt]sx?|vue|svelte)\S{0,40}?):(\d{1,8})(?::\d{1,8})?\)$"
)
"""A call as Safari's console shows it."""

_SIGNED = re.compile(r"^([\w$.<>()]{1,200}) @ (\S{1,600}?):(\d{1,8})(?::\d{1,8})?$")
"""A call as Chrome's console adds it below an error, or shows it alone."""

_NAMED_LAST = re.compile(r"^(\S{1,600}):(\d{1,8}):\d{1,8} in (\S.*)$")
"""A call as Expo shows it."""

_MAPPED = re.compile(r"^\s*-> (\S.*?):(\d{1,8})(?::\d{1,8})?(?: \([^)]*\))?$")
_TAP = re.compile(r"^\s+(?:async )?([\w<$#][\w.<>$\[\]# ]{0,200}) \((\S.*:\d{1,8}:\d{1,8})\)$")
_EVAL = re.compile(r"\(([^()]{1,1000}):(\d{1,8}):\d{1,8}\)")

_BARRIER = re.compile(
    r"^\s*(?:\[cause\]:|Caused by:|\[errors\]:|●\s|FAIL\s|[✗✘×✕]\s|\d+\) |The above error|Serialized Error|⎯{3,}"
    r"|[A-Z][\w.]*: .*\(in promise\))"
)
"""Begins what no longer belongs to these calls."""

_TEST = re.compile(r"^\s*(?:● .*|FAIL\s.*|\S.*\bFAILED\s*|\d+\) .*)$")
"""The title that a test runner gives to a failure."""

_ERRORS = re.compile(r"^\s*\[errors\]: \[")
_GROUP = re.compile(r"(?:^|[\s\[])(AggregateError(?:\s\[\w+\])?|\w+(?:Error|Exception)\w*)(?:: (.*?))?\]?\s*\{?$")
_MEMBER = re.compile(r"^(\s*)\[?([\w$.]*(?:Error|Exception|Rejection)[\w$]*)(?:\s\[\w+\])?(?:: (.*?))?\]?(?: \{)?,?$")
_SYNTAX = re.compile(r"^(\S.*\.[cm]?[jt]sx?):(\d{1,8})$")
_POINTED = re.compile(r"\n\S{1,400}:\d+:\d+(?:\n|$)")
"""The place in the source, with the source below it."""

_UNTYPED = re.compile(r"^\s*error: ")

_ABOUT = re.compile(r"^\s*(?:This error is located at|The above error occurred|Component Stack)\b")
"""Begins what React adds below the message."""


def javascript(lines: Sequence[str], start: int) -> Read | None:
    """The error that was thrown; its causes are passed over, the members of an aggregate are told."""
    lines = _tap(lines, start)
    first = next((at for at in range(start, len(lines)) if _call(lines[at])), None)
    if first is None:
        return None
    while first > 0 and _call(lines[first - 1]):  # a call without a place tells no language, and is one
        first -= 1
    opened = next((at for at in range(first - 1, max(first - HEAD, -1), -1) if _ERRORS.match(lines[at])), None)
    if opened is not None:  # an aggregate without calls of its own
        return _aggregate(lines, opened)
    frames, end = _calls(lines, first)
    kind, said = _head(lines, first)
    read: Read = (kind, said, frames)
    if end < len(lines) and _ERRORS.match(lines[end]):
        return with_members(read, _members(lines, end))
    if kind == "SyntaxError" and (place := _syntax(lines, first)):
        frames.insert(0, place)
    return read


# ---------------------------------------------------------------- what was thrown


def _head(lines: Sequence[str], first: int) -> tuple[str, str]:
    """Type and message; below the title that a test runner gives, what follows it where no error is named."""
    title = next((at for at in range(first - 1, max(first - HEAD, -1), -1) if _TEST.match(lines[at])), None)
    begin = 0 if title is None else title + 1
    part = lines[begin:first]
    part = part[: next((at for at, line in enumerate(part) if _ABOUT.match(line)), None)]
    if found := told(part, len(part)):
        return found
    if title is not None and (said := message_of(part[: SAID * 2])):
        return "", said
    if untyped := [at for at, line in enumerate(part) if _UNTYPED.match(line)]:
        below = part[untyped[-1] : untyped[-1] + SAID]
        return "Error", message_of([_UNTYPED.sub("", below[0]), *below[1:]])
    if found := named(part, len(part)):
        return found[0].rpartition(" ")[2], found[1]
    return "", _paragraph(part)


def _paragraph(lines: Sequence[str]) -> str:
    """What stands right above the calls without a blank line between, as builders write what they have no type for."""
    end = len(lines)
    begin = next((at for at in range(end - 1, max(end - 1 - SAID, -1), -1) if not lines[at].strip()), end - 1 - SAID)
    said = message_of(lines[max(begin + 1, 0) : end])
    return next((said[: found.start()] for found in [_POINTED.search(said)] if found), said).strip()


def _syntax(lines: Sequence[str], first: int) -> Call | None:
    """Where the source doesn't parse, which stands above the error and not among the calls."""
    for at in range(first - 1, max(first - HEAD, -1), -1):
        if found := _SYNTAX.match(lines[at]):
            return Call(file=_file(found[1]), line=number(found[2]))
    return None


# ---------------------------------------------------------------- calls


def _calls(lines: Sequence[str], first: int) -> tuple[list[Call], int]:
    """The calls from a line on, and the line that ends them."""
    frames: list[Call] = []
    gap = 0
    for at in range(first, len(lines)):
        line = lines[at]
        if frame := _call(line):
            if _SIGNED.match(line) and not _SIGNED.match(lines[first]):
                return frames, at  # the same calls again
            frames.append(frame)
            gap = 0
        elif frames and (mapped := _MAPPED.match(line)):
            frames[-1] = frames[-1]._replace(file=_file(mapped[1]), line=number(mapped[2]))
        else:
            gap += 1
            if gap > GAP or _BARRIER.match(line) or HEADS_ERROR.match(line):
                return frames, at
    return frames, len(lines)


def _call(line: str) -> Call | None:
    if v8 := _V8.match(line):
        return _v8(v8[1])
    if arrow := _ARROW.match(line):
        return Call(file=_file(arrow[2]), line=number(arrow[3]), function=_name(arrow[1] or ""))
    if shown := _CONSOLE.match(line) or _BRACKETED.match(line) or _SIGNED.match(line):
        return Call(file=_file(shown[2]), line=number(shown[3]), function=_name(shown[1]))
    if "@" in line and (gecko := _GECKO.match(line)):
        return _gecko(gecko[1], gecko[2])
    return None


def _v8(text: str) -> Call | None:
    """What stands behind `at`: a name with a place in brackets, or either alone."""
    bare = text.removeprefix("async ")
    if last := _NAMED_LAST.match(bare):
        return Call(file=_file(last[1]), line=number(last[2]), function=_name(last[3]))
    name, bracket, inside = bare.partition(" (")
    if bare.startswith("("):
        name, bracket, inside = "", "(", bare[1:]
    if not bracket or not inside.endswith(")"):
        place = _V8_PLACE.match(bare)
        if place and "(" not in place[1].partition("/")[0]:
            return Call(file=_file(place[1]), line=number(place[2]))
        return Call(function=_name(bare)) if _PLACELESS.match(bare) else None
    inside = inside[:-1].partition(" <- ")[0].strip()
    if inside.startswith("eval at "):
        found = _EVAL.search(inside)
        return Call(file=_file(found[1]) if found else "", line=number(found[2]) if found else 0, function=_name(name))
    place = _V8_PLACE.match(inside) or _V8_LINE.match(inside)
    if place:
        return Call(file=_file(place[1]), line=number(place[2]), function=_name(name))
    return Call(function=_name(name)) if _PLACELESS.match(inside) else None


def _gecko(name: str, place: str) -> Call | None:
    if place.strip() == "[native code]":
        return Call(function=_name(name))
    found = _GECKO_PLACE.match(place)
    if not found:
        return None
    file, line = (found[1] or "", found[2]) if found[2] else (found[3], found[4])
    if file and "/" not in file and not _SCRIPT.search(file):  # an address of mail, say
        return None
    return Call(file=_file(file), line=number(line), function=_name(name))


def _name(name: str) -> str:
    return re.sub(r" \[as [^\]]*\]$|^async[* ]+|^new |[/<]+$", "", name.strip()).strip()


_BUNDLED = re.compile(
    r"^(?:https?://[^/]+/_karma_webpack_/)?(?:webpack(?:-internal)?:/{1,3}|turbopack://(?:/|\[project\]/))"
    r"(?:[^/()]+/(?=\./)|[^/()]*(?=/\./))?(?:\([\w-]+\)/)?/?(?:\./)?"
)


def _file(place: str) -> str:
    """The file, for a bundler's address the source that it was made of."""
    file = re.sub(r"^(?:async |address at )", "", place.strip())
    if found := _BUNDLED.match(file):
        return re.sub(r"\?\w*$", "", file[found.end() :])
    return file


# ---------------------------------------------------------------- several errors in one


def _aggregate(lines: Sequence[str], opened: int) -> Read:
    kind, said = "AggregateError", ""
    for at in range(opened - 1, max(opened - 6, -1), -1):
        if found := _GROUP.search(lines[at]):
            kind, said = found[1].partition(" ")[0], found[2] or ""
            break
    return with_members((kind, said, []), _members(lines, opened))


def _members(lines: Sequence[str], opened: int) -> Iterator[Read]:
    """The errors of a list that `[errors]: [` begins: those whose heads are as far in as the first."""
    indent = -1
    outer = len(lines[opened]) - len(lines[opened].lstrip())
    for at in range(opened + 1, len(lines)):
        line = lines[at]
        if line.strip() and len(line) - len(line.lstrip()) <= outer:
            return
        found = _MEMBER.match(line)
        if found and (indent < 0 or len(found[1]) == indent):
            indent = len(found[1])
            calls = _calls(lines, at + 1)[0] if at + 1 < len(lines) and _call(lines[at + 1]) else []
            yield found[2], (found[3] or "").strip(), calls


# ---------------------------------------------------------------- TAP

_TAP_FIELD = re.compile(r"^\s+(name|error): (?:'(.*)'|\"(.*)\"|(\|-?|>-?)|(.*))$")


def _tap(lines: Sequence[str], start: int) -> Sequence[str]:
    """The report of `node --test` as a plain trace: it has its stack as a YAML block without `at`."""
    stack = next((at for at in range(start, max(start - 3, -1), -1) if "stack: |" in lines[at]), None)
    if stack is None:
        return lines
    said = {"name": "Error", "error": ""}
    for at in range(max(stack - HEAD, 0), stack):
        if found := _TAP_FIELD.match(lines[at]):
            block = found[4] and at + 1 < stack
            said[found[1]] = lines[at + 1].strip() if block else next((each for each in found.groups()[1:] if each), "")
    calls: list[str] = []
    for line in lines[stack + 1 :]:
        if line.strip() in ("...", "") or not (call := _TAP.match(line)):
            break
        calls.append(f"at {call[1]} ({call[2]})")
    # The lines keep their number, so that where the trace was found to begin it still does.
    return [*lines[: stack - 1], f"{said['name']}: {said['error']}", "", *calls, *lines[stack + 1 + len(calls) :]]
