"""Where a line was written: the commit, its place there, the hunk around it, and what stood there before."""

import re
from dataclasses import dataclass, replace

from whence.git import blame, commit_text
from whence.git.plumbing import Repository, run
from whence.git.quoted import unquoted
from whence.secrets.redaction import redact

_HEADER = re.compile(rb"(?P<id>[0-9a-f]{40,64}) (?P<line>\d+) \d+ \d+$")
_PIECE = re.compile(r"@@ -(?P<old>\d+)(?:,(?P<gone>\d+))? \+(?P<new>\d+)(?:,(?P<come>\d+))? @@")
_SECONDS = 20.0

MOST = 400
"""Lines of a hunk that are shown; of a file that came in whole, those around the line."""


@dataclass(frozen=True, slots=True)
class Hunk:
    """What a commit did at one place."""

    commit: str
    """Id of the commit."""

    path: str
    """The file there, relative to the repository's top."""

    line: int
    """The line there, from 1."""

    text: str
    """The hunk as git prints it, its header first; redacted."""

    cut: bool
    """Whether only the lines around that line are in the text."""

    parent: str = ""
    """The commit before, in which `old_path` is."""

    old_path: str = ""
    """The file before; empty where there was none."""

    old_start: int = 0
    """The first line that stood in its place before; 0 where nothing did."""

    old_end: int = 0
    """The last line that stood there."""


def hunk(repository: Repository, path: str, line: int, at: str = "") -> Hunk | None:
    """What the commit that wrote a line did there; None where git doesn't know the line.

    Args:
        repository: where the file is.
        path: the file, relative to the repository's top.
        line: the line, from 1.
        at: the commit whose file is meant; the one on disk without.

    Raises:
        GitError: git can't be asked.
    """
    numbers = None if at else blame.git_lines(repository, path)
    known = blame.blame(repository, path, line, line, at=at)
    commit = next(iter(known.lines), "") if known else ""
    if not commit:
        return None
    number = numbers[min(line, len(numbers)) - 1] if numbers else line
    followed, plain, _, _ = blame.told(repository, path, (number, number), at=at)
    said = next((rows for rows in map(_rows, (followed, plain)) if rows[0].startswith(commit.encode())), [b""])
    header = _HEADER.match(said[0])
    if header is None:
        return None
    headers = dict(each.partition(b" ")[::2] for each in said[1:])
    number = int(header["line"])
    there = unquoted(headers.get(b"filename", b""))
    before, _, old = headers.get(b"previous", b"").partition(b" ")
    old_path = unquoted(old)
    trees = [before.decode(), commit] if before else ["--root", commit]
    patch = run(
        repository,
        *("diff-tree", "-p", "-M", "-U3", "--no-commit-id", "--no-ext-diff", "--no-textconv", "--no-color", *trees),
        "--",
        *dict.fromkeys(name for name in (old_path, there) if name),
        timeout=_SECONDS,
    )
    return _around(
        Hunk(commit, there, number, "", False, before.decode(), old_path), commit_text.decoded(patch).split("\n")
    )


def _rows(output: bytes | None) -> list[bytes]:
    return (output or b"").split(b"\n")


def _around(found: Hunk, patch: list[str]) -> Hunk | None:
    """The hunk of a patch that holds the line, and what it replaced there."""
    for place, row in enumerate(patch):
        head = _PIECE.match(row)
        if head is None:
            continue
        first, count = int(head["new"]), int(head["come"] or 1)
        if not first <= found.line < first + count:
            continue
        body: list[str] = []
        for text in patch[place + 1 :]:
            if text[:1] not in (" ", "+", "-", "\\"):
                break
            body.append(text)
        return _read(found, row, body, (int(head["old"]), first))
    return None


def _read(found: Hunk, header: str, body: list[str], starts: tuple[int, int]) -> Hunk:
    """The hunk's text, and the old lines of the run of changes that the line is in."""
    old, new = starts
    here = 0
    gone: list[int] = []
    mine: list[int] = []
    inside = False
    for place, row in enumerate(body):
        if row.startswith("\\"):
            continue
        if row.startswith(" "):
            if inside:
                mine = gone
            gone, inside = [], False
        if new == found.line and not row.startswith("-"):
            here, inside = place, row.startswith("+")
        if row.startswith("-"):
            gone.append(old)
        old += not row.startswith("+")
        new += not row.startswith("-")
    mine = gone if inside else mine
    first = max(0, here - MOST // 2)
    shown = body[first : first + MOST]
    text = redact("\n".join([header, *shown])).text
    start, end = (mine[0], mine[-1]) if mine else (0, 0)
    return replace(found, text=text, cut=len(shown) < len(body), old_start=start, old_end=end)
