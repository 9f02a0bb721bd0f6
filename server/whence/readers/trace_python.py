"""Reads stack traces of Python: the interpreter's, and those of IPython, pytest, Rich and faulthandler."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from whence.readers.trace_lines import ERROR, HEAD, SAID, Call, Read, message_of, number, search, with_members

_FILE = r"(?:[A-Za-z]:)?[^\s:|][^:|]{0,400}\.pyx?"

_CALLS = (
    re.compile(r'^(?P<indent>\s*)(?:> )?File "(?P<file>[^"]+)", line (?P<line>\d+)(?:,? in (?P<name>.+))?$'),
    re.compile(rf"^(?P<file>{_FILE}|<[^>]+>):(?P<line>\d+): in (?P<name>\S.*)$"),
    re.compile(rf"^(?P<file>{_FILE}):(?P<line>\d+):(?: (?P<raised>[A-Z_][\w.]*))?$"),
    re.compile(r"^(?P<indent>\s*)File (?P<file>[^\s\"<].{0,400}?|<[^>]+>):(?P<line>\d+)(?:, in (?P<name>.+))?$"),
    re.compile(
        r"^(?P<indent>\s*)(?P<file>(?:Cell|Input) In ?\[[\d* ]+\])"
        r"(?:, line (?P<line>\d+))?(?:,? in (?P<name>.+?))?(?:\(\))?$"
    ),
    re.compile(r"^(?P<file>[^\s(][^()]{0,400}?\.py|<ipython-input-[^>]+>) in (?P<name>[\w<].*)$"),
    re.compile(rf"^(?P<file>{_FILE}|<[^>]+>):(?P<line>\d+) in (?P<name>[\w<>.]+)$"),
    re.compile(r"^(?P<indent>\s*)(?P<file>/[^,:]{1,400}\.py), line (?P<line>\d+), in (?P<name>\S+)$"),
)
"""How the interpreter, pytest (short, long), IPython (new, cells, old), Rich and Django's page write a call."""

_RAISED = re.compile(r"^\s*([A-Za-z_][\w.]*)(?::\s?(.*))?$")
_NOT_RAISED = re.compile(r"^\s*(?:Expected|Got|Expected nothing|Traceback|Stack|File|Note|Hint|INFO|WARNING)\b:?")
_START = re.compile(r"(?:Traceback|Stack) \(most recent call last\)")
_CHAINED = re.compile(r"^\s*(During handling of the above|The above exception was the direct)|^\s*\[Previous line")
_MARKED = re.compile(r"^E(?:\s+|$)(.*)$")
_ARROW = re.compile(r"^-+> ?(\d+)(?:\s|$)")
_CELL_LINE = re.compile(r"<cell line: (\d+)>")
_DEF = re.compile(r"^>?\s+(?:async )?def (\w+)\(")
_SECTION = re.compile(r"^(?:_{3,} .+ _{3,}|=+ (?:short test summary|warnings summary|\d+ (?:failed|passed)).*)$")
_LINE_FORM = re.compile(rf"^({_FILE}):(\d+): (?:([A-Za-z_][\w.]*)(?:: (.*))?|(assert .+))$")
_DJANGO = re.compile(r"^\s*Exception (Type|Value): (.*?)(?: at /\S*)?$")
_REPORT = 150
"""Lines that pytest's report of one failure may have above its first call."""

_BOX = ("│", "┃")
_FAULT = re.compile(r"^(?:.*\s)?(Fatal Python error): (.*)$")


def python(lines: Sequence[str], start: int) -> Read | None:
    """Of chained exceptions the last that was raised; of a group the group, with what its members say."""
    begin = max(start - HEAD, 0)
    if fault := search(lines, begin, start + HEAD, _FAULT):
        return _fault(lines, *fault)
    if above := _said_above(lines, start):
        return above
    rest = [_boxed(line) for line in lines[_shown_from(lines, start) :]]
    grouped = any("Exception Group Traceback" in line for line in rest)
    read = _read(_nested(rest) if grouped else rest, 0)
    if read and not read[0] and (found := ERROR.search(lines[start - 1] if start else "")):
        return found[1], (found[2] or "").strip(), read[2]  # AWS Lambda says what was raised above all of it
    return read or _one_line(lines, start)


def _shown_from(lines: Sequence[str], start: int) -> int:
    """Where pytest's report of the failure begins: its long form says what was raised above the first call."""
    above = range(start, max(start - _REPORT, -1), -1)
    title = next((at for at in above if _SECTION.match(lines[at])), None)
    if title is None:
        return max(start - HEAD, 0) if _CALLS[2].match(lines[start]) else start
    return title + 1


def _boxed(line: str) -> str:
    """A line inside the box that Rich draws around a traceback."""
    return line[1:-1].removeprefix(" ").rstrip() if line[:1] in _BOX and line[-1:] in _BOX and line[1:] else line


def _fault(lines: Sequence[str], at: int, head: re.Match[str]) -> Read:
    """What faulthandler prints: the calls of the thread that failed, the innermost first."""
    frames: list[Call] = []
    for line in lines[at + 1 :]:
        if found := _CALLS[0].match(line):
            frames.append(_frame(found))
        elif frames and not line.strip():
            break
    return head[1], head[2].strip(), frames


def _said_above(lines: Sequence[str], start: int) -> Read | None:
    """As some loggers write it: what was raised right above the first call, which no `Traceback` announces."""
    first = next((at for at in range(start, min(start + 3, len(lines))) if _CALLS[0].match(lines[at])), None)
    above = next((at for at in range((first or 0) - 1, max(start - 4, -1), -1) if lines[at].strip()), None)
    if first is None or above is None or _START.search(lines[above]):
        return None
    found = ERROR.search(lines[above])
    if not found:
        return None
    frames: list[Call] = []
    indent = len(lines[first]) - len(lines[first].lstrip())
    for line in lines[first:]:
        if call := _CALLS[0].match(line):
            frames.append(_frame(call))
        elif line.strip() and len(line) - len(line.lstrip()) <= indent:
            break
    return found[1], (found[2] or "").strip(), frames[::-1]


def _one_line(lines: Sequence[str], start: int) -> Read | None:
    """Pytest's `--tb=line`, where a line says all."""
    found = search(lines, start, start + 1, _LINE_FORM)
    if found is None:
        return None
    file, line, kind, said, asserted = found[1].groups()
    return kind or "AssertionError", (asserted or said or "").strip(), [Call(file=file, line=number(line))]


# ---------------------------------------------------------------- groups

Item = str | list["Items"]
Items = list[Item]

_OPEN = re.compile(r"^(\s*)\+-\+-+ (?:\d+|\.\.\.) -+$")
_NEXT = re.compile(r"^(\s*)\+-+ (?:\d+|\.\.\.) -+$")
_CLOSE = re.compile(r"^(\s*)\+-+$")
_MARGIN = re.compile(r"^(\s*)[|+](?: (.*)|)$")

_MAX_DEPTH = 30
"""Groups inside groups that are told apart."""


def _nested(lines: Sequence[str]) -> Items:
    """The lines without the margins of groups; where a group has members, a list of theirs."""
    top: Items = []
    open_groups: list[tuple[int, list[Items]]] = []
    for line in lines:
        if (opened := _OPEN.match(line)) and len(open_groups) < _MAX_DEPTH:
            _leave(open_groups, len(opened[1]))
            members: list[Items] = [[]]
            (open_groups[-1][1][-1] if open_groups else top).append(members)
            open_groups.append((len(opened[1]) + 2, members))
        elif following := _NEXT.match(line):
            _leave(open_groups, len(following[1]))
            if open_groups:
                open_groups[-1][1].append([])
        elif closed := _CLOSE.match(line):
            _leave(open_groups, len(closed[1]) - 1)
        else:
            margin = _MARGIN.match(line)
            _leave(open_groups, len(margin[1]) if margin else 0)
            text = (margin[2] or "") if margin else line
            (open_groups[-1][1][-1] if open_groups else top).append(text)
    return top


def _leave(open_groups: list[tuple[int, list[Items]]], column: int) -> None:
    while open_groups and open_groups[-1][0] > column:
        open_groups.pop()


# ---------------------------------------------------------------- the lines of one trace


@dataclass(slots=True)
class _State:
    """What is known so far while the lines of a trace are gone through."""

    frames: list[Call] = field(default_factory=list)
    """Calls since the last exception, the innermost last."""

    indent: int = -1
    """How far the last call was indented; -1 where none waits for what was raised."""

    best: Read | None = None
    saying: int = 0
    """Lines that the message may still have."""

    marked: list[str] = field(default_factory=list)
    """What pytest marked with `E` since the last call."""

    quoting: bool = False
    """Whether pytest marked the last call, below which the source that doesn't parse is marked too."""

    within: str = ""
    """The function whose source pytest shows."""


def _read(items: Sequence[Item], depth: int) -> Read | None:
    state = _State()
    for item in items:
        if not isinstance(item, str):
            if state.best is not None:
                state.best = with_members(state.best, (_member(each, depth) for each in item))
            state.saying = 0
            continue
        if state.best is not None and state.indent < 0 and _SECTION.match(item):
            break
        _take(state, item)
    if state.frames and state.indent >= 0:  # cut off before what was raised, or told on Django's page
        otherwise = _ended_otherwise(items, state.frames[::-1])
        return otherwise if otherwise[0] or state.best is None else state.best
    return state.best


def _take(state: _State, line: str) -> None:
    mark = _MARKED.match(line)
    text = f"  {mark[1]}" if mark else line
    if call := _call(text.strip() if mark else line):
        _called(state, call)
        state.quoting = mark is not None
    elif mark and not (state.quoting and not ERROR.match(mark[1])):
        state.quoting = False
        _said(state, mark[1].rstrip(), line[1:].rstrip())
    elif (arrow := _ARROW.match(line)) and state.frames and not state.frames[-1].line:
        state.frames[-1] = state.frames[-1]._replace(line=number(arrow[1]))
    elif defined := _DEF.match(line):
        state.within = defined[1]
    elif state.indent >= 0 and _ends(line, state.indent) and (raised := _RAISED.match(line)):
        state.best = (raised[1], (raised[2] or "").strip(), state.frames[::-1])
        state.indent, state.saying = -1, SAID
    elif state.best is not None and state.saying and state.indent < 0:
        if not line.strip() or _START.search(line) or _CHAINED.match(line):
            state.saying = 0
        else:
            _add(state, line.rstrip())


def _call(line: str) -> re.Match[str] | None:
    return next((found for each in _CALLS if (found := each.match(line))), None)


def _called(state: _State, call: re.Match[str]) -> None:
    given = call.groupdict()
    frame = _frame(call)
    raised = given.get("raised")
    if "raised" in given:  # pytest's long form names the function in the source above
        frame = frame._replace(function=state.within)
    if raised:  # and says what was raised before it says where
        kind, said = _raised(state.marked or [""], raised)
        frames = [*state.frames, frame]
        state.best = (kind, said, frames[::-1])
        state.frames, state.indent, state.saying = frames, -1, 0
    else:
        if state.indent < 0:
            state.frames = []
        state.frames.append(frame)
        state.indent = max(len(given.get("indent") or ""), 0)
    state.marked, state.within = [], ""


def _frame(call: re.Match[str]) -> Call:
    given = call.groupdict()
    name, line = (given.get("name") or "").strip(), given.get("line") or "0"
    if cell := _CELL_LINE.search(name):
        name, line = "<module>", cell[1] if line == "0" else line
    if name.endswith(")") and (begin := name.find("(")) > 0:  # IPython tells the parameters
        name = name[:begin]
    return Call(file=given["file"], line=number(line), function=name)


def _said(state: _State, text: str, whole: str) -> None:
    """A line that pytest marked: the first says what was raised, the others say more."""
    state.marked.append(text)
    if state.indent >= 0:
        kind, said = _raised([text], "AssertionError")
        state.best = (kind, said, state.frames[::-1])
        state.indent, state.saying = -1, SAID
    elif state.best is not None and state.saying and len(state.marked) > 1:
        _add(state, whole.strip())


def _raised(said: Sequence[str], otherwise: str) -> tuple[str, str]:
    """Type and message of what pytest marked; a failed assertion has its source instead of a type."""
    found = _RAISED.match(said[0])
    if found and (ERROR.search(said[0]) or found[1].rpartition(".")[2] == otherwise.rpartition(".")[2]):
        return found[1], message_of([found[2] or "", *said[1:SAID]])
    return otherwise, message_of(said[:SAID])


def _add(state: _State, line: str) -> None:
    if state.best is not None:
        kind, said, frames = state.best
        state.best, state.saying = (kind, f"{said}\n{line}".strip(), frames), state.saying - 1


def _ends(line: str, indent: int) -> bool:
    """Whether a line below calls at this indentation is what was raised, and not source code or a row of carets."""
    inside = len(line) - len(line.lstrip()) >= max(indent, 1)
    return not inside and not _CHAINED.match(line) and not _NOT_RAISED.match(line)


def _member(items: Items, depth: int) -> Read | None:
    """What a member of a group says; one that was never raised has no calls."""
    if read := _read(items, depth + 1):
        return read
    first = next((each for each in items if isinstance(each, str) and each.strip()), "")
    raised = _RAISED.match(first)
    return (raised[1], (raised[2] or "").strip(), []) if raised else None


def _ended_otherwise(items: Sequence[Item], frames: list[Call]) -> Read:
    """The calls with what Django's page says below them, if it does."""
    found = (_DJANGO.match(each) for each in items if isinstance(each, str))
    told = {each[1]: each[2].strip() for each in found if each}
    return told.get("Type", ""), told.get("Value", ""), frames
