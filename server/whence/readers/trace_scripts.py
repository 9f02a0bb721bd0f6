"""Reads stack traces of Python, JavaScript, TypeScript, Ruby and PHP.

A reader takes the lines of a text, already without colours and prefixes, and the number of the line at which something
told its language. It gives the error's type, its message and the calls, the innermost first, or None where it finds
none. Each goes through the lines a bounded number of times.
"""

import re
from collections.abc import Sequence

from whence.readers.trace_lines import HEAD, SAID, Read, first_call, named, number, search
from whence.values.memory import Frame

# ---------------------------------------------------------------- Python

_PY_FRAME = re.compile(r'^(\s*)File "([^"]+)", line (\d+)(?:, in (.+))?$')
_PY_SHORT = re.compile(r"^([^\s:][^:]*\.pyx?):(\d+): in (\S+)$")
_PY_RAISED = re.compile(r"^\s*(?:E\s+)?([A-Za-z_][\w.]*)(?::\s?(.*))?$")
_PY_START = re.compile(r"Traceback \(most recent call last\)")
_PY_NOT_SAID = re.compile(r"^\s*(During handling of the above|The above exception was the direct)|^\s*\[Previous line")
_PY_GROUP = re.compile(r"^\s*[|+] ?")


def python(lines: Sequence[str], start: int) -> Read | None:
    """Of chained exceptions the last that was raised; of a group the group itself."""
    if any("Exception Group Traceback" in line for line in lines):
        lines, start = [_PY_GROUP.sub("", line) for line in _before_members(lines)], 0
    frames: list[Frame] = []
    best: Read | None = None
    indent, said = -1, 0
    for line in lines[start:]:
        if found := _PY_FRAME.match(line):
            if indent < 0:
                frames = []
            indent, said = len(found[1]), 0
            frames.append(Frame(file=found[2], line=number(found[3]), function=(found[4] or "").strip()))
        elif short := _PY_SHORT.match(line):
            frames = frames if indent >= 0 else []
            indent, said = max(indent, 1), 0
            frames.append(Frame(file=short[1], line=number(short[2]), function=short[3]))
        elif indent >= 0 and _ends(line, indent) and (raised := _PY_RAISED.match(line)):
            best = (raised[1], (raised[2] or "").strip(), frames[::-1])
            indent, said = -1, SAID
        elif best is not None and said and indent < 0:
            if not line.strip() or _PY_START.search(line) or _PY_NOT_SAID.match(line):
                said = 0
            else:
                best, said = (best[0], f"{best[1]}\n{line.rstrip()}".strip(), best[2]), said - 1
    if best is None and frames:  # cut off before what was raised
        best = ("", "", frames[::-1])
    return best


def _before_members(lines: Sequence[str]) -> list[str]:
    """The trace of an exception group without those of its members."""
    end = next((at for at, line in enumerate(lines) if re.match(r"^\s*\+-\+-+ 1 -+", line)), len(lines))
    begin = next(at for at, line in enumerate(lines) if "Exception Group Traceback" in line)
    return list(lines[begin:end])


def _ends(line: str, indent: int) -> bool:
    """Whether a line below calls at this indentation is what was raised, and not source code or a row of carets."""
    if line.startswith("E   "):
        return True
    return len(line) - len(line.lstrip()) < max(indent, 1) and not _PY_NOT_SAID.match(line)


# ---------------------------------------------------------------- JavaScript and TypeScript

_V8_FRAME = re.compile(r"^\s*at (?:(.*?) ?\()?((?:[^()]|\([^()]*\))*?):(\d+):\d+\)?,?\s*\{?$")
_V8_OTHER = re.compile(r"^\s*at (.+?) \((<anonymous>|native|index \d+|eval at .*)\)$")
_GECKO_FRAME = re.compile(r"^\s*([^@\s]*(?:\s[^@\s]+)?)@(.*?):(\d+)(?::\d+)?$|^\s*([^@\s]*)@\[native code\]$")


def javascript(lines: Sequence[str], start: int) -> Read | None:
    """As V8, Firefox and Safari write them. The error that was thrown; its causes are passed over."""
    first = first_call(lines, start, _V8_FRAME, _V8_OTHER, _GECKO_FRAME)
    if first is None:
        return None
    frames: list[Frame] = []
    for line in lines[first:]:
        if found := _V8_FRAME.match(line):
            place = re.sub(r"^eval at .*?\((.*)$", r"\1", found[2])
            frames.append(Frame(file=place, line=number(found[3]), function=_js_name(found[1] or "")))
        elif other := _V8_OTHER.match(line):
            frames.append(Frame(function=_js_name(other[1])))
        elif gecko := _GECKO_FRAME.match(line):
            name = gecko[1] if gecko[1] is not None else gecko[4]
            frames.append(Frame(file=gecko[2] or "", line=number(gecko[3] or "0"), function=_js_name(name)))
        else:
            break
    said = named(lines, first) or ("", "")
    return (said[0].rpartition(" ")[2], said[1], frames)


def _js_name(name: str) -> str:
    return re.sub(r" \[as [^\]]*\]$|^async[* ]+|^new |[/<]+$", "", name.strip()).strip()


# ---------------------------------------------------------------- Ruby

_RUBY_RAISED = re.compile(r"^(.+?):(\d+):in [`'](.+?)': (.*)$")
_RUBY_FRAME = re.compile(r"^\s*(?:(\d+): )?(?:from )?(\S.*?\.\w+|-e|\(irb\)):(\d+):in [`'](.+?)'$")
_RUBY_TYPE = re.compile(r"^(.*) \(([A-Z][\w:]*)\)$", re.DOTALL)
_RAILS_HEAD = re.compile(r"^([A-Z][\w:]*) \((.*)\):$")


def ruby(lines: Sequence[str], start: int) -> Read | None:
    """Either order of calls; of errors that caused one another the one that was raised last, which is printed first."""
    raised: tuple[str, str] | None = None
    top: Frame | None = None
    above: list[Frame] = []
    below: list[Frame] = []
    message: list[str] = []
    for line in lines[start:]:
        if frame := _RUBY_FRAME.match(line):
            listed = Frame(file=frame[2], line=number(frame[3]), function=frame[4])
            (above if top is None and frame[1] else below).append(listed)
        elif found := _RUBY_RAISED.match(line):
            if top is not None:
                break
            top = Frame(file=found[1].strip(), line=number(found[2]), function=found[3])
            message = [found[4]]
        elif top is not None and raised is None and len(message) < SAID and not below:
            message.append(line.rstrip())
        elif below and line.strip():
            break
        if top is not None and raised is None and (typed := _RUBY_TYPE.match("\n".join(message).strip())):
            raised = (typed[2], typed[1].strip())
    if top is None:
        rails = search(lines, max(start - HEAD, 0), start + 1, _RAILS_HEAD)
        if rails is None:
            return ("", "", below) if below else None
        return (rails[1][1], rails[1][2], below)
    return (*(raised or ("RuntimeError", message[0])), [top, *reversed(above), *below])


# ---------------------------------------------------------------- PHP

_PHP_UNCAUGHT = re.compile(
    r"(?:Uncaught |^Next |^\s*(?:\[\w[^\]]*\] )?)([A-Z\\][\w\\]*): (.*) in (\S.*?)(?::(\d+)|\((\d+)\))$"
)
_PHP_FAULT = re.compile(
    r"(?:PHP )?((?:Fatal|Parse|Recoverable fatal) error|Warning|Notice|Deprecated):\s+(.*) in (\S.*) on line (\d+)$"
)
_PHP_OBJECT = re.compile(r"\[object\] \(([\w\\]+)\(code: [^)]*\): (.*) at (\S.*?):(\d+)\)")
_PHP_FRAME = re.compile(r"^\s*#\d+ (?:(.+?)\((\d+)\)|\[internal function\]): (.*)$")


def php(lines: Sequence[str], start: int) -> Read | None:
    """Of exceptions that caused one another the root, which is printed first."""
    for at in range(max(start - HEAD, 0), min(start + HEAD, len(lines))):
        line = lines[at]
        found = _PHP_OBJECT.search(line) or _PHP_UNCAUGHT.search(line)
        if not found and "Uncaught " in line:  # a message of several lines
            joined = " ".join(each.strip() for each in lines[at : at + SAID])
            found = _PHP_UNCAUGHT.search(joined.partition(" Stack trace:")[0])
        if found:
            place = Frame(file=found[3], line=number(found.groups()[3] or found.groups()[-1] or "0"))
            return (found[1].lstrip("\\"), found[2].strip(), _php_frames(lines, at + 1, place))
        if fault := _PHP_FAULT.search(line):
            return (fault[1], fault[2].strip(), [Frame(file=fault[3], line=number(fault[4]))])
    return None


def _php_frames(lines: Sequence[str], start: int, place: Frame) -> list[Frame]:
    """Each place with the function it is in: a line names a place and what is called there."""
    frames: list[Frame] = []
    here = place
    for line in lines[start:]:
        if found := _PHP_FRAME.match(line):
            called = re.sub(r"\(.*$", "", found[3]).strip()
            frames.append(here.model_copy(update={"function": called}))
            here = Frame(file=found[1] or "", line=number(found[2] or "0"))
        elif re.match(r"^\s*#\d+ \{main\}", line) or (frames and line.strip()):
            break
    return [*frames, here.model_copy(update={"function": "{main}"})]
