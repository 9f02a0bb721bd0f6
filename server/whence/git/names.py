"""Names of functions in an edit that is told already, told anew from a text that its file had afterwards."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from whence.git.edits import Outline, file_edit
from whence.values.memory import FileEdit

_HEADER = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")

_NO_END = "\\ No newline at end of file"


@dataclass(frozen=True, slots=True)
class _Hunk:
    """One hunk of a diff."""

    header: str
    """Its first line, without the name behind it."""

    body: tuple[str, ...]
    """The lines below."""

    at: int
    """Line of the text after at which it says to begin, from 0."""

    @property
    def old(self) -> list[str]:
        return [line[1:] for line in self.body if line[:1] in ("-", " ")]

    @property
    def new(self) -> list[str]:
        return [line[1:] for line in self.body if line[:1] in ("+", " ")]


def renamed(edit: FileEdit, after: str | None, outline: Outline) -> FileEdit | None:
    """The edit with the names that this text gives its lines; None where the text doesn't hold what the edit tells.

    The text before is had by taking the edit's hunks back, each where it says to stand or, where lines above it came
    or went since, at the only place where its lines stand.

    Args:
        edit: the edit; of one whose diff was cut nothing can be told.
        after: a text of the file, redacted; None where there is no file.
    """
    hunks = _hunks(edit.diff)
    if hunks is None or (after is None) != (edit.action == "delete"):
        return None
    lines = (after or "").removesuffix("\n").split("\n") if after else []
    before, end = list(lines), len(lines)
    for hunk in reversed(hunks):
        at = _place(hunk, lines, end)
        if at is None:
            return None
        before[at : at + len(hunk.new)] = hunk.old
        end = at
    old = None if edit.action == "create" else "".join(f"{line}\n" for line in before)
    new = None if after is None else "".join(f"{line}\n" for line in lines)
    told = file_edit(edit.path, old, new, outline, old_path=edit.old_path)
    found = _hunks(told.diff)
    if found is None or [each.body for each in found] != [_ended(each.body) for each in hunks]:
        return None
    names = [_HEADER.sub("", line, count=1).strip() for line in told.diff.split("\n") if _HEADER.match(line)]
    diff = "\n".join(_named(hunks, names))
    return edit.model_copy(update={"symbols": told.symbols, "diff": diff})


def _named(hunks: Sequence[_Hunk], names: Sequence[str]) -> Iterator[str]:
    for hunk, name in zip(hunks, names, strict=True):
        yield f"{hunk.header} {name}".rstrip()
        yield from hunk.body


def _ended(body: Sequence[str]) -> tuple[str, ...]:
    return tuple(line for line in body if line != _NO_END)


def _hunks(diff: str) -> list[_Hunk] | None:
    """The hunks of a whole diff; None where there are none, or the diff was cut."""
    hunks: list[_Hunk] = []
    body: list[str] = []
    for line in diff.split("\n"):
        if found := _HEADER.match(line):
            body = []
            start, count = int(found[1]), int(found[2] or 1)
            hunks.append(_Hunk(found[0], (), start - 1 if count else start))
        elif line[:1] not in ("+", "-", " ", "\\"):
            return None
        if hunks and not found:
            body.append(line)
            hunks[-1] = _Hunk(hunks[-1].header, tuple(body), hunks[-1].at)
    return hunks or None


def _place(hunk: _Hunk, lines: Sequence[str], end: int) -> int | None:
    """Where the hunk's lines stand, above a line; None where they don't, or at several places."""
    new = hunk.new
    if 0 <= hunk.at <= hunk.at + len(new) <= end and list(lines[hunk.at : hunk.at + len(new)]) == new:
        return hunk.at
    if not new:
        return None
    starts = [n for n in range(end - len(new) + 1) if lines[n] == new[0] and list(lines[n : n + len(new)]) == new]
    return starts[0] if len(starts) == 1 else None
