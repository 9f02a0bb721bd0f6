"""What commits added and removed, line by line and without what stands around, for comparing it with what was written.

Merges have none: what they add was added by the commits that they bring together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

from whence.git.commit_text import decoded
from whence.git.edits import is_made
from whence.git.plumbing import Repository, listing, run, streaming
from whence.git.quoted import unquoted

MOST_LINES = 20_000
"""Lines that are read of one commit: what adds more was made by a program, or brings in another repository."""

_LONGEST = 2_000
"""Bytes that are looked at of a line; a longer one is data."""

_BATCH = 200
"""Commits that are asked for at once."""

_SECONDS = 300.0
"""The most that a batch may take."""

_ARGUMENTS = (
    *("log", "--no-walk=unsorted", "--stdin", "-p", "-M", "-U0", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("--root", "--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--encoding=UTF-8"),
    "--format=%x00%x01%H%x00%P%x00%ct%x00%at%x00%an%x00%ae%x00%B%x00",
)
_HUNK = re.compile(rb"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_MERGED = re.compile(
    r"Merge pull request #\d+ from [^/\s]+/(?P<request>\S+)"
    r"|Merge (?:remote-tracking )?branch '(?:origin/)?(?P<branch>[^']+)'"
)
_STEMS = frozenset({"main", "master", "trunk", "develop", "development", "HEAD", ""})


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that a commit added in one place of a file, and those that stood there before."""

    path: str
    old_path: str
    """How the file was named before."""
    start: int
    """The first added line, from 1."""
    added: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """A commit and its hunks."""

    id: str
    parents: tuple[str, ...]
    at: int
    """When it was made, in seconds since 1970; rebasing and amending make it anew."""
    authored: int
    """When its author wrote it first."""
    author: str
    email: str
    message: str
    hunks: tuple[Hunk, ...]


def made(repository: Repository, ids: Sequence[str]) -> Iterator[Made]:
    """These commits, in order; what git can't show is passed over.

    Raises:
        GitError: git can't be asked.
    """
    for begin in range(0, len(ids), _BATCH):
        with (
            listing(id.encode() for id in ids[begin : begin + _BATCH]) as asked,
            streaming(repository, *_ARGUMENTS, input=asked, timeout=_SECONDS) as stream,
        ):
            yield from _read(stream)


def branches(repository: Repository, merges: Sequence[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """The branches that each commit came through, by what merges say; where everybody's work ends up tells nothing.

    Args:
        repository: the repository.
        merges: ids and subjects of the merges, the newest first.

    Raises:
        GitError: git can't be asked.
    """
    found: dict[str, frozenset[str]] = {}
    for id, subject in merges:
        match = _MERGED.match(subject)
        name = (match["request"] or match["branch"]) if match else ""
        if name not in _STEMS:
            behind = run(repository, "rev-list", f"{id}^2", "--not", f"{id}^1", "--", ok=128).decode().split()
            found |= {each: found.get(each, frozenset()) | {name} for each in behind}
    return found


def is_stem(branch: str) -> bool:
    """Whether a branch is one that everybody's work ends up on, so that standing there tells nothing."""
    return branch in _STEMS


def reachable(repository: Repository) -> list[tuple[str, bool, str]]:
    """Ids of the commits that HEAD and local branches reach, the newest first; whether each is a merge, its subject.

    Raises:
        GitError: git can't be asked.
    """
    told = run(repository, "log", "--branches", "HEAD", "--format=%H%x00%P%x00%s", "--", ok=128, timeout=60)
    rows = (line.split(b"\0") for line in told.split(b"\n") if line.count(b"\0") == 2)
    return [(id.decode(), b" " in parents, decoded(subject)) for id, parents, subject in rows]


def times(repository: Repository) -> dict[str, int]:
    """When each commit that HEAD and local branches reach was made, in seconds since 1970.

    Raises:
        GitError: git can't be asked.
    """
    told = run(repository, "log", "--branches", "HEAD", "--format=%H %ct", "--", ok=128, timeout=60).decode().split()
    return dict(zip(told[::2], map(int, told[1::2]), strict=True))


def since(repository: Repository, at: int, most: int) -> list[str]:
    """Ids of the commits that HEAD reaches, without merges, that were made since a moment, the newest first.

    Args:
        repository: the repository.
        at: the moment, in seconds since 1970.
        most: how many at most.

    Raises:
        GitError: git can't be asked.
    """
    words = ("rev-list", "--no-merges", f"--since={at}", f"--max-count={most}", "HEAD", "--")
    return run(repository, *words, ok=128, timeout=60).decode().split()


def _read(stream: IO[bytes]) -> Iterator[Made]:
    """What `git log` prints, a commit at a time."""
    head, hunks = list[str](), _Hunks()
    reading = b""
    while line := stream.readline(_LONGEST):
        if not line.endswith(b"\n"):
            while (rest := stream.readline(1 << 20)) and not rest.endswith(b"\n"):
                continue
        if line.startswith(b"\0\x01") or reading:
            if line.startswith(b"\0\x01") and head:
                yield _made(head, hunks)
                head, hunks = [], _Hunks()
            reading += line
            if reading.count(b"\0") >= 8:
                head = [decoded(field) for field in reading[2:].split(b"\0")]
                reading = b""
        elif head:
            hunks.take(line.rstrip(b"\r\n") if line[:1] in b"+-" else line.rstrip(b"\n"))
    if head:
        yield _made(head, hunks)


def _made(head: Sequence[str], hunks: "_Hunks") -> Made:
    id, parents, at, authored, author, email, message = head[:7]
    return Made(
        id, tuple(parents.split()), int(at), int(authored), author, email, message.strip(), tuple(hunks.finished())
    )


class _Hunks:
    """Takes the lines of a patch in."""

    def __init__(self) -> None:
        self._found: list[Hunk] = []
        self._path = self._old = ""
        self._start, self._left = 0, (0, 0)
        self._added: list[str] = []
        self._removed: list[str] = []
        self._count = 0

    def take(self, line: bytes) -> None:
        """Take a line in."""
        gone, come = self._left
        if gone and line[:1] == b"-":
            self._removed += [line[1:].decode("utf-8", "replace")] * (len(self._removed) < MOST_LINES)
            self._left = (gone - 1, come)
        elif come and line[:1] == b"+":
            self._added += [line[1:].decode("utf-8", "replace")] * (len(self._added) < MOST_LINES)
            self._left = (gone, come - 1)
        elif line.startswith(b"diff --git "):
            self.finished()
            self._path = self._old = ""
        elif line.startswith(b"--- "):
            self._old = _name(line[4:])
        elif line.startswith(b"+++ "):
            self._path = _name(line[4:])
        elif (match := _HUNK.match(line)) is not None:
            self.finished()
            self._start = int(match[2])
            self._left = (int(match[1] or 1), int(match[3] or 1))

    def finished(self) -> list[Hunk]:
        """The hunks so far."""
        path = self._path or self._old
        self._count += len(self._added) + len(self._removed)
        if (self._added or self._removed) and path and not is_made(path) and self._count <= MOST_LINES:
            self._found.append(Hunk(path, self._old or path, self._start, tuple(self._added), tuple(self._removed)))
        self._added, self._removed, self._left = [], [], (0, 0)
        return self._found


def _name(raw: bytes) -> str:
    """A file's name as a patch has it; nothing for none."""
    text = unquoted(raw.split(b"\t")[0], "replace")
    return "" if text == "/dev/null" else text[2:]
