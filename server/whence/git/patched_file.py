"""A file of a commit, while its patch is read and after: the lines that are kept of it, and what encloses them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from whence.git.edits import MAX_SYMBOLS, Outline, counted_edit, is_made
from whence.git.text import MOST_REPLACED, is_pointer
from whence.git.undiffed import Sides
from whence.values.memory import FileEdit

FILE_CHARACTERS, FILE_LINES = 8_000, 200
"""The most that is kept of the diff of one file."""

LINE = 2_000
"""Bytes of a file's line that are looked at."""

_WIDE = 500
"""Characters that the lines of a diff have on average where no person wrote them, as `is_made` has it of a file."""

_SECTION = 120
"""Characters of what a hunk's header says of where it is."""

_LOOKED_AT = 80
"""Changed lines of a hunk that are asked for their names."""

_MOST_ROWS = 400
"""Changed lines of a file that are asked for their names where its whole text can be read."""


Names = Callable[[Sequence[int]], Sequence[str]]
"""Given rows of a text, from 0 and ascending, the names of what encloses each: `analysis.enclosing.enclosing`."""

Reading = Callable[[str, str], Names | None]
"""Given a file's name and the id of its content, what names its rows; None where nothing does."""


@dataclass(slots=True)
class PatchedFile:
    """A file of a commit, its counts, and the lines of its diff as far as there is room."""

    path: str
    old_path: str
    status: str
    """git's letter."""
    regular: bool
    """Whether it is a file with content of its own: neither a symbolic link nor a submodule."""
    ids: Sides = ("", "")
    """Ids of its contents."""
    refused: bool = False
    told: bool = True
    """Whether its lines tell a reader anything."""
    binary: bool = False
    added: int = 0
    removed: int = 0
    size: int = 0
    left_out: int = 0
    lines: list[str] = field(default_factory=list)
    head: str = ""
    """How the file begins, if a patch shows it."""
    symbols: dict[str, None] = field(default_factory=dict)
    rows: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    """Rows, from 0, that were taken from the text before, and added to the one after."""

    def take(self, header: re.Match[bytes], raw: list[bytes], left_out: int, room: int, outline: Outline) -> int:
        """Take up the lines of a hunk, as far as there is room. Returns the characters taken."""
        section = header[5].decode("utf-8", "replace").strip()
        lines = [line.decode("utf-8", "replace").rstrip("\r\n") for line in raw]
        if int(header[3]) <= 1:
            self.head = "\n".join(line[1:] for line in lines if line[:1] in "+ ")
        self._name(section, lines, outline)
        self._number(header, lines)
        before = self.size
        for line in (_header(header, section), *lines):
            if self.size + len(line) < room and len(self.lines) < FILE_LINES:
                self.lines.append(line)
                self.size += len(line) + 1
            else:
                left_out += 1
        self.left_out += left_out
        return self.size - before

    def _name(self, section: str, lines: Sequence[str], outline: Outline) -> None:
        """Name what encloses the lines that changed, as far as the hunk shows it; its header names what came before."""
        if len(self.symbols) < MAX_SYMBOLS:
            named = outline(self.path, [section, *(line[1:] for line in lines)])
            changed = (n for n, line in enumerate(lines, 1) if line[:1] in "+-" and line[1:].strip())
            self.symbols.update({name: None for n in islice(changed, _LOOKED_AT) if (name := named(n))})

    def _number(self, header: re.Match[bytes], lines: Sequence[str]) -> None:
        """Note the rows of the lines that changed, blank ones left out."""
        at = [max(int(header[1]) - 1, 0), max(int(header[3]) - 1, 0)]
        for line in lines:
            mark = line[:1]
            if mark in ("-", "+"):
                side = mark == "+"
                if line[1:].strip() and len(self.rows[side]) < _MOST_ROWS:
                    self.rows[side].append(at[side])
                at[side] += 1
            elif mark != "\\":
                at[0] += 1
                at[1] += 1

    def name_whole(self, reading: Reading) -> None:
        """Take the names that the whole texts give, where both can be read, for those that hunks gave."""
        found: dict[str, None] = {}
        for path, id, rows in reversed(
            [*zip((self.old_path or self.path, self.path), self.ids, self.rows, strict=True)]
        ):
            if rows:
                names = reading(path, id) if id else None
                if names is None:
                    return
                found |= dict.fromkeys(name for name in names(rows) if name)
        self.symbols = found

    def edit(self) -> FileEdit:
        """What was done to it."""
        edit = counted_edit(self.path, self.old_path, self.status, self.added, self.removed)
        if not self.lines or is_made(self.path, self.head) or is_pointer(self.head) or self._is_wide():
            return edit
        more = [f"… {self.left_out} more lines of the diff were left out"] if self.left_out else []
        diff = "\n".join([*self.lines, *more])
        if diff.count("\ufffd") > len(diff) * MOST_REPLACED:
            return edit
        return edit.model_copy(update={"diff": diff, "symbols": tuple(self.symbols)[:MAX_SYMBOLS]})

    def _is_wide(self) -> bool:
        """Whether its lines are those of minified code or of data."""
        return self.size / len(self.lines) > _WIDE and max(map(len, self.lines)) >= LINE


def _header(header: re.Match[bytes], section: str) -> str:
    return f"{header[0][: header.start(5)].decode().rstrip()} {section[:_SECTION]}".rstrip()
