"""What people and assistants write of a change that they record by hand: its file, its lines, its diff."""

import re
from pathlib import PurePosixPath

from whence.analysis.symbols import outline
from whence.git.diff import MAX_CHARACTERS
from whence.git.edits import MAX_SYMBOLS
from whence.git.text import clean, read
from whence.project.project import Project
from whence.secrets.redaction import is_secret_file
from whence.values import line_ranges
from whence.values.base import one_line, unique
from whence.values.errors import InvalidRequest


def symbols(project: Project, path: str, first: int, last: int) -> tuple[str, ...]:
    """What encloses these lines of a file as it is now; nothing where the workspace isn't to be read."""
    if not first or not project.trusted or is_secret_file(path):
        return ()
    place = project.place.root / path
    if not place.resolve().is_relative_to(project.place.root.resolve()):
        return ()
    text = clean(read(place, project.settings.capture.max_file_kilobytes * 1024).raw)
    lines = (text or "").split("\n")
    name = outline(path, lines)
    return unique(name(number) for number in range(first - 1, min(last, len(lines), first + 500)))[:MAX_SYMBOLS]


def path_of(file: str) -> str:
    """The path as memories write it.

    Raises:
        InvalidRequest: it doesn't lie in the project.
    """
    path = PurePosixPath(file.strip().replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", path.parts[0] if path.parts else ""):
        raise InvalidRequest(
            f"{one_line(file, 120)!r} is not a file of the project. Name it relative to the project's top."
        )
    if not path.parts:
        raise InvalidRequest("Name the file that was changed.")
    return str(path)


def lines_of(text: str) -> tuple[int, int]:
    """The first and the last line; zeros where none were named.

    Raises:
        InvalidRequest: they are no lines.
    """
    if not text.strip():
        return 0, 0
    first, last = line_ranges.read(text) or (0, 0)
    last = last or first
    if not first or last < first:
        raise InvalidRequest(f"{one_line(text, 60)!r} are no lines. Write them as 10-20, counted from 1.")
    return first, last


def cut(diff: str) -> str:
    """The diff, as long as one may be."""
    plain = diff.strip("\r\n").replace("\r\n", "\n")
    if len(plain) <= MAX_CHARACTERS:
        return plain
    kept = plain[:MAX_CHARACTERS].rpartition("\n")[0] or plain[:MAX_CHARACTERS]
    return f"{kept}\n… {plain.count(chr(10)) - kept.count(chr(10))} more lines of the diff were left out"
