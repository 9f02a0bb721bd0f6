"""Takes traces out of what carries them: JSON log lines, escaped line ends, reports in XML."""

import ast
import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

_MAX_JSON = 2_000_000
"""Characters of a JSON value that is read."""

_MAX_LINE_OF_LOG = 100_000
"""Characters of such a line that is read as a value of its own."""

_MAX_DEPTH = 12
"""Levels of a JSON value that are looked into."""

_MAX_STRINGS = 5_000
"""Values of one JSON document that are looked at."""

_BEGINS = (
    r"(?:(?:at|bei|from) \S|(?:Cell|Input) In ?\[|File [/~]"
    r"|File \\{0,8}\"|\#\d+ +\S|Traceback \(|Caused by: |goroutine \d|\*\* \(|stack backtrace"
    r"|(?:\\{1,8}t|\t)\S{1,200}\.go:\d|\.{0,2}/?[\w.-]{1,80}/[\w./-]{1,200}:\d+:in [`'])"
)
"""What follows the end of a line in a trace; the paths of Windows, which hold backslashes too, are not among it."""

_INDENTED = r"(?:\s{2}|\\{1,8}[tn]|\t|\n)"
_ESCAPED = re.compile(rf"\\{{1,8}}n{_INDENTED}|\\{{1,8}}n(?:\s|\\{{1,8}}t){{0,40}}{_BEGINS}")
_ESCAPE = re.compile(r"\\(\\|n|r|t|\"|'|/|u[0-9a-fA-F]{4})")
_OCTAL = re.compile(rf"#012\s\s|#012(?:\s|#011){{0,40}}{_BEGINS}")
_PERCENT = re.compile(rf"%0A\s\s|%0A\s{{0,40}}{_BEGINS}")
_QUOTED = re.compile(r'(?<==)"((?:[^"\\]|\\.)*)"')
_ENDED = re.compile(r"^(?!.{0,2000}(?<![A-Za-z])[A-Za-z]:\\(?![\\n])).*\\n", re.DOTALL)
"""An end of a line in quotes, where no path of Windows stands."""

_ENDS = 2
"""Ends of lines in another form that a line may hold by chance."""

_WORDS = 20
"""Characters of a value that may be a trace on one line."""

_ENTITIES = re.compile(r"&(?:quot|lt|gt|apos|amp|#x?[0-9A-Fa-f]{1,6});")
_REPORT = re.compile(r"<(?:failure|error|testcase|system-err|pre)\b|File &quot;|&#10;|&#xA;", re.IGNORECASE)
_TAGS = re.compile(r"</?(?:failure|error|testcase|testsuite|system-err|pre|code)\b[^<>\n]{0,2000}>|<!\[CDATA\[|\]\]>")


def unpacked(text: str) -> str:
    """The text with a trace that it carries inside JSON, escapes or XML written out."""
    if _REPORT.search(text):
        text = html.unescape(_TAGS.sub("\n", text)) if _ENTITIES.search(text) or "<" in text else text
    whole = text.strip()
    if whole[:1] in ("{", "[") and whole[-1:] in ("}", "]") and "\n" in whole and (told := _of_json(whole)):
        return told
    if "\\" not in text and "#012" not in text and "%0A" not in text and "{" not in text:
        return text
    if whole[:1] == "{" and (lines := _said_by_line(whole)):
        return lines
    return "\n".join(_line(line) for line in text.split("\n"))


_LINE_OF_LOG = ("log", "MESSAGE", "message", "msg", "line", "textPayload")
"""Where a log that has an object for each line keeps the line."""


def _said_by_line(text: str) -> str:
    """The lines of a log that has a JSON object for each, as Docker's and journald's files; empty where one is none."""
    lines: list[str] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        try:
            value = json.loads(line, strict=False) if line[:1] == "{" and len(line) < _MAX_LINE_OF_LOG else None
        except (ValueError, RecursionError):
            return ""
        said = next((value[key] for key in _LINE_OF_LOG if key in value), None) if isinstance(value, dict) else None
        if not isinstance(said, str) or "\n" in said.rstrip("\n"):
            return ""
        lines.append(said.rstrip("\n"))
    return "\n".join(lines) if len(lines) > 1 else ""


def _line(line: str) -> str:
    if line[:2] in ("['", '["') and "\\n" in line and len(line) < _MAX_LINE_OF_LOG:  # a list that Python showed
        with suppress(ValueError, SyntaxError, MemoryError, RecursionError):
            found = ast.literal_eval(line)
            if all(isinstance(each, str) for each in found):
                return "".join(found)
    begin = line.find("{")
    if begin >= 0 and '"' in line and (end := line.rfind("}")) > begin and (told := _of_json(line[begin : end + 1])):
        return told
    if "\\n" in line and not line[:1].isspace():  # a value in quotes, as logfmt has them, stands on lines of its own
        line = _QUOTED.sub(_opened, line)
    for _ in range(3):  # JSON inside JSON escapes twice
        if not _ESCAPED.search(line):
            break
        line = _ESCAPE.sub(_unescaped, line)
    if "#012" in line and (line.count("#012") > _ENDS or _OCTAL.search(line)):
        line = line.replace("#012", "\n").replace("#011", "\t")
    if "%0A" in line and (line.count("%0A") > _ENDS or _PERCENT.search(line)):
        line = line.replace("%0D", "").replace("%0A", "\n").replace("%25", "%")
    return line


def _opened(found: re.Match[str]) -> str:
    return f"\n{_ESCAPE.sub(_unescaped, found[1])}\n" if _ENDED.search(found[1]) else found[0]


def _unescaped(found: re.Match[str]) -> str:
    kind = found[1]
    if kind[0] == "u":
        return chr(int(kind[1:], 16))
    return {"n": "\n", "r": "", "t": "\t"}.get(kind, kind)


# ---------------------------------------------------------------- JSON

_LINES = re.compile(rf"\n\s{{0,40}}{_BEGINS}")
_INDENT = re.compile(r"\n(?: {2}|\t)")
_STACKS = re.compile(r"stack|trace|\bexc\b|exc_?info|exception|backtrace", re.IGNORECASE)
_TYPES = ("exc_type", "error.type", "exception.type", "exception_class", "type", "name", "class", "kind")
_MESSAGES = ("exc_value", "error.message", "exception.message", "message", "msg", "error", "err", "reason", "value")
_CAUSES = ("error", "err")
"""Where loggers of Go and Node write what failed, beside their own message."""

_IS_CALL = re.compile(r"^\s*(?:at |File \"|from |\#\d|\S+:\d+:in |[\w./*()-]+\.[\w.()*]+(?:\n|$))")


def _of_json(text: str) -> str:
    """The trace that a JSON value carries; empty where it is no JSON or carries none."""
    if len(text) > _MAX_JSON:
        return ""
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return ""
    best: tuple[int, str] | None = None
    for holder, key, found in _values(value):
        told = _stack(holder, key, found)
        if told and (best is None or told[0] < best[0]):
            best = told
        if best and not best[0]:
            break
    return best[1] if best else ""


def _values(top: Any) -> Iterator[tuple[Mapping[str, Any], str, Any]]:
    """All values, breadth first, each with the object and the key that it stands under."""
    waiting: list[tuple[Mapping[str, Any], str, Any, int]] = [({}, "", top, 0)]
    for at in range(_MAX_STRINGS):
        if at >= len(waiting):
            return
        holder, key, value, depth = waiting[at]
        yield holder, key, value
        if depth >= _MAX_DEPTH:
            continue
        if isinstance(value, dict):
            # of a stack that has an object of its own, what was raised stands beside that object
            around = {**holder, **value} if _STACKS.search(key) else value
            waiting += [(around, name, each, depth + 1) for name, each in _entries(value)]
        elif isinstance(value, list):
            waiting += [(holder, key, each, depth + 1) for each in value[:200]]


def _entries(value: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """The entries of an object, those whose name speaks of a stack first."""
    return sorted(list(value.items())[:500], key=lambda each: not _STACKS.search(each[0]))


def _stack(holder: Mapping[str, Any], key: str, value: Any) -> tuple[int, str] | None:
    """What a value tells of a trace, if anything, and how sure that is: 0 is the surest."""
    named = bool(_STACKS.search(key))
    if isinstance(value, str):
        lines = value
        if value[:1] in ("{", "[") and (told := _of_json(value)):  # JSON inside JSON
            return 0, told
        if "\n" not in value:
            if not _ESCAPED.search(value):
                return (3, value) if named and len(value) > _WORDS else None
            lines = _ESCAPE.sub(_unescaped, value)
        traced = bool(_LINES.search(lines))
        if not named and not traced and not _INDENT.search(lines):
            return None
        return (0 if named and traced else 1 if traced else 2), _headed(lines, holder)
    if isinstance(value, list) and value and (named or key == "frames"):
        if all(isinstance(each, str) for each in value):
            return 1, _headed("\n".join(value), holder)
        if all(isinstance(each, dict) for each in value) and (calls := _php(holder, value) or _calls(value)):
            return 1, _headed(calls, holder)
    return None


def _php(holder: Mapping[str, Any], frames: Sequence[Mapping[str, Any]]) -> str:
    """What was raised and where, which PHP's frameworks write beside the calls, as PHP prints it; empty for others."""
    kind, file, line = (holder.get(name) for name in ("exception", "file", "line"))
    if not (isinstance(kind, str) and isinstance(file, str) and isinstance(line, int)):
        return ""
    called = [
        f"#{at} {_first(each, 'file')}({_first(each, 'line')}): "
        f"{_first(each, 'class')}{_first(each, 'type')}{_first(each, 'function')}()"
        for at, each in enumerate(frames)
        if each.get("file")
    ]
    said = " ".join(_said(holder, _MESSAGES).split())
    return "\n".join([f"PHP Fatal error:  Uncaught {kind}: {said} in {file}:{line}", "Stack trace:", *called])


def _headed(stack: str, holder: Mapping[str, Any]) -> str:
    """The stack below its type and message, where it doesn't say them itself."""
    if not _IS_CALL.match(stack):
        return stack
    kind, said = _said(holder, _TYPES), _said(holder, _MESSAGES)
    if (cause := _said(holder, _CAUSES)) and cause not in said:
        said = f"{said}: {cause}"
    if stack.startswith("  File "):
        return f"Traceback (most recent call last):\n{stack}\n{kind or 'Error'}: {said}"
    return f"{kind}: {said}\n{stack}" if kind and not said.startswith(kind) else f"{said}\n{stack}"


def _said(holder: Mapping[str, Any], names: Sequence[str]) -> str:
    for name in names:
        value = holder.get(name)
        if isinstance(value, str) and value.strip() and "\n" not in value.strip()[:500]:
            return value.strip()
    return ""


def _calls(frames: Sequence[Mapping[str, Any]]) -> str:
    """Calls that are told by name and line, as Java prints them where they have a class, else as Python does."""
    java, python = [], []
    for frame in frames:
        file = _first(frame, "filename", "abs_path", "fileName", "file", "path", "module")
        line = _first(frame, "lineno", "lineNumber", "line", "line_number") or "0"
        name = _first(frame, "function", "name", "methodName", "method", "func")
        if holder := _first(frame, "className", "class", "declaringClass"):
            java.append(f"\tat {holder}.{name}({file}:{line})")
        elif file:
            python.append(f'  File "{file}", line {line}, in {name or "?"}')
    return "\n".join(java or python)


def _first(frame: Mapping[str, Any], *names: str) -> str:
    values = (frame.get(name) for name in names)
    return next((str(value) for value in values if isinstance(value, str | int) and str(value)), "")
