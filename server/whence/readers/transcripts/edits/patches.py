"""Edits as lines of a patch: made from a text and another, or read from the forms of patch that tools write."""

import json
import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from whence.readers.transcripts.turns import items, mapping, words

Marked = tuple[str, ...]
"""Lines, each behind ` `, `-` or `+`."""

_MOST_COMPARED = 1_000_000
"""Lines of one text times lines of the other up to which they are compared: a second at most."""

_FILE = re.compile(r"\*\*\* (Add|Update|Delete) File: (.+)")
_MOVED = "*** Move to: "


def written(text: str) -> Marked:
    """A file that was written whole."""
    return tuple(f"+{line}" for line in lines_of(text))


def replaced(old: str, new: str) -> Marked:
    """A text that took another's place."""
    before, after = lines_of(old), lines_of(new)
    if len(before) * len(after) > _MOST_COMPARED:
        return (*(f"-{line}" for line in before), *(f"+{line}" for line in after))
    found: list[str] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            found += (f" {line}" for line in before[i1:i2])
        else:
            found += (f"-{line}" for line in before[i1:i2])
            found += (f"+{line}" for line in after[j1:j2])
    return tuple(found)


def lines_of(text: str) -> list[str]:
    """The lines of a text without their ends."""
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def structured(patch: object) -> Marked:
    """The hunks that Claude Code keeps of what an edit did."""
    hunks = [words(line) for hunk in items(patch) for line in items(mapping(hunk).get("lines"))]
    return tuple(line for line in hunks if line[:1] in (" ", "-", "+"))


def applied(text: str) -> Iterator[tuple[str, Marked]]:
    """The files of a patch in the form of `apply_patch`, a file by its new name where it was moved."""
    path, lines, inside = "", list[str](), False
    for line in text.replace("\r\n", "\n").split("\n"):
        if (match := _FILE.match(line)) is not None:
            if path and lines:
                yield path, tuple(lines)
            path, lines, inside = match[2].strip(), [], match[1] != "Delete"
        elif line.startswith("*** End Patch"):
            break
        elif line.startswith(_MOVED):
            path = line.removeprefix(_MOVED).strip()
        elif inside and line[:1] in (" ", "-", "+"):
            lines.append(line)
        elif inside and not line:
            lines.append(" ")  # an empty line whose blank was lost
    if path and lines:
        yield path, tuple(lines)


def unified(text: str) -> Iterator[tuple[str, Marked]]:
    """The files of a unified diff, by the names that they have afterwards."""
    path, lines, left = "", list[str](), (0, 0)
    for line in text.replace("\r\n", "\n").split("\n"):
        if left != (0, 0) and line[:1] in (" ", "-", "+", ""):
            lines.append(line or " ")
            left = (max(0, left[0] - (line[:1] != "+")), max(0, left[1] - (line[:1] != "-")))
        elif line.startswith("+++ "):
            if path and lines:
                yield path, tuple(lines)
            name = line[4:].split("\t")[0].strip()
            path, lines = "" if name == "/dev/null" else name.removeprefix("b/"), []
        elif (match := re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", line)) is not None:
            left = (int(match[1] or 1), int(match[2] or 1))
    if path and lines:
        yield path, tuple(lines)


# ---------------------------------------------------------------- what a tool was told

_PATHS = ("file_path", "filePath", "notebook_path", "absolute_path", "path", "target_file", "filename")
_OLD = ("old_string", "oldString", "old_str", "oldText", "old_text", "search")
_NEW = ("new_string", "newString", "new_str", "newText", "new_text", "replace")
_WHOLE = ("content", "file_text", "contents", "new_file_contents")
_PATCH = ("patch", "input", "diff")


def by_tool(call: dict[str, Any]) -> Iterator[tuple[str, Marked]]:
    """The files that a tool's parameters change, told by what the parameters are called.

    What reads a file has a path and no text; what searches has a text and no other that takes its place.
    """
    path = _first(call, _PATHS)
    patch = _first(call, _PATCH)
    if "*** Begin Patch" in patch:
        yield from applied(patch)
    elif path and patch.startswith(("--- ", "diff --git ", "@@ ")):
        yield from unified(patch if "+++ " in patch else f"+++ {path}\n{patch}")
    elif "notebook_path" in call:
        if call.get("edit_mode") != "delete" and (source := words(call.get("new_source"))):
            yield path, _notebook(source)
    elif edits := [mapping(each) for each in items(call.get("edits") or call.get("replacements"))]:
        for each in edits:
            if _has(each, _NEW) and (name := _first(each, _PATHS) or path):
                yield name, replaced(_first(each, _OLD), _first(each, _NEW))
    elif path and _has(call, _NEW):
        yield path, replaced(_first(call, _OLD), _first(call, _NEW))
    elif path and _has(call, _WHOLE):
        yield path, written(_first(call, _WHOLE))


def _notebook(source: str) -> Marked:
    """A cell's source as the notebook's file holds it: a JSON string a line."""
    lines = source.splitlines(keepends=True)
    return tuple(
        f"+{json.dumps(line, ensure_ascii=False)}{',' * (at < len(lines))}" for at, line in enumerate(lines, 1)
    )


def _first(call: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := words(call.get(name)))), "")


def _has(call: dict[str, Any], names: tuple[str, ...]) -> bool:
    return any(isinstance(call.get(name), str) for name in names)
