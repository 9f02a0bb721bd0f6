"""Git's patches of many commits, read line by line and cut where they are long.

One process of git prints them, and what is kept of each commit is bounded: one of fifty megabytes needs no more memory
than another.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import IO

from whence.git import undiffed
from whence.git.edits import Outline, file_edit, is_made
from whence.git.patched_file import FILE_CHARACTERS, FILE_LINES, LINE, Names, PatchedFile, Reading
from whence.git.plumbing import Repository, listing, one_by_one, run, streaming
from whence.git.quoted import unquoted
from whence.git.undiffed import Sides, Texts
from whence.values.errors import GitError
from whence.values.memory import FileEdit

MAX_FILES = 2000
"""Files that the memory of a commit lists, as live capture has it."""

MAX_DIFFS = 40
"""Files of a commit whose diffs are kept."""

COMMIT_CHARACTERS = 24_000
"""The most that is kept of all diffs of a commit: no more than that is made into passages."""

_HEADER = 40_000
"""Bytes that are looked at of a line of git's own, which may hold two quoted paths."""

_TEXTS = 64
"""Texts whose names are kept: what is the text before one commit is that after an earlier one."""

_MOST_FAILURES = 20
"""Commits in a row that may be damaged before the others of a batch are taken to be damaged too."""

_FAILURES_OF_PARTIAL = 3
"""The same in a partial clone, where contents are missing of nearly all commits."""

_SECONDS = 30.0
"""Seconds that git may take for a batch, and half a second for each of its commits."""

_NAMES = ("--root", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none")
_PATCHES = (
    *("--root", "--raw", "--no-abbrev", "-M", "--patch", "-U3", "--no-color", "--no-ext-diff", "--no-textconv"),
    *("--submodule=short", "--src-prefix=a/", "--dst-prefix=b/", "--ignore-submodules=none"),
)

_ID = re.compile(rb"[0-9a-f]{40,64}\n")
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)")
_REGULAR = frozenset({b"000000", b"100644", b"100755", b"100664"})


@dataclass(frozen=True, slots=True)
class PatchOptions:
    """How patches are read."""

    outline: Outline
    """Names what encloses a line."""

    refuses: Callable[[str], bool]
    """Whether a file's name says that it is not looked at."""

    most_bytes: int
    """Larger files are not looked into."""

    enclosing: Callable[[str, bytes], Names | None] = lambda path, data: None
    """Given a file's name and its whole text, a function that names what encloses its rows; None where it knows no
    better than `outline`, which is shown hunks alone."""


def told(
    repository: Repository, ids: Sequence[str], options: PatchOptions, *, merges: bool = False
) -> Iterator[tuple[str, "Files | None"]]:
    """The files that each of these commits changed, in order; None where not even their names can be read.

    Args:
        merges: whether they are merges, of which only the files count in which someone solved a conflict.
    """
    most = _FAILURES_OF_PARTIAL if _is_partial(repository) else _MOST_FAILURES
    with _reading(repository, options, _SECONDS + len(ids)) as reading:
        for id, files in _told(repository, ids, options, ("-c", *_NAMES) if merges else _PATCHES, most):
            if files and (asked := files.undiffed()):
                files.take_whole(undiffed.texts(repository, asked, options.most_bytes))
            if files:
                files.name(reading)
            yield id, files


@contextmanager
def _reading(repository: Repository, options: PatchOptions, timeout: float) -> Iterator[Reading]:
    """What names the rows of contents, read one after the other from one process of git."""
    with one_by_one(repository, options.most_bytes, timeout, "blob") as ask:

        @lru_cache(maxsize=_TEXTS)
        def names(path: str, id: str) -> Names | None:
            try:
                data = ask(id)
            except GitError:
                return None  # hunks say less, but something
            return None if data is None else options.enclosing(path, data)

        yield names


def _told(
    repository: Repository, ids: Sequence[str], options: PatchOptions, words: Sequence[str], most: int
) -> Iterator[tuple[str, "Files | None"]]:
    """Read these commits, as far as git can.

    Args:
        most: commits in a row at which git may fail before the others of them are told by their names, or not at all.
    """
    names = "--patch" not in words
    failed = 0
    while ids:
        done = 0
        try:
            for id, files in _printed(repository, ids, options, words):
                # Git passes over what is no commit to it without a word.
                at = ids.index(id, done)
                yield from ((left, None) for left in ids[done:at])
                done = at + 1
                yield id, files
        except GitError:
            # A content is missing, as in a partial clone, or damaged. Git ends at it, with what it said last in doubt.
            failed = 1 if done else failed + 1
            few = ids[done : done + 1] if failed < most else ids[done:]
            if len(few) == 1 < len(ids):
                yield from _told(repository, few, options, words, most)
            elif names:
                yield from ((id, None) for id in few)
            else:
                yield from _told(repository, few, options, _NAMES, _MOST_FAILURES)
            ids = ids[done + len(few) :]
        else:
            yield from ((id, None) for id in ids[done:])
            return


def _is_partial(repository: Repository) -> bool:
    """Whether contents may be missing that nobody fetched yet."""
    try:
        return bool(run(repository, "config", "--name-only", "--get-regexp", r"^remote\..*\.promisor$", ok=1))
    except GitError:
        return False


def _printed(
    repository: Repository, ids: Sequence[str], options: PatchOptions, words: Sequence[str]
) -> Iterator[tuple[str, "Files"]]:
    command = ("-c", f"core.bigFileThreshold={options.most_bytes}", "diff-tree", "--stdin", "-r", "--always", *words)
    last: tuple[str, Files] | None = None
    with listing(id.encode() for id in ids) as asked:
        with streaming(repository, *command, input=asked, timeout=_SECONDS + len(ids) / 2) as stream:
            for each in _commits(stream, options):
                if last:
                    yield last
                last = each
        if last:
            yield last  # only now: git may have failed in the middle of it


def _commits(stream: IO[bytes], options: PatchOptions) -> Iterator[tuple[str, "Files"]]:
    """The commits in what `git diff-tree --stdin` prints."""
    id, files = "", Files(options)
    while line := _line(stream, _HEADER):
        if line.startswith(b":"):
            files.named(line.rstrip(b"\n"))
        elif line.startswith(b"diff --git "):
            files.begun()
        elif (header := _HUNK.match(line)) is not None:
            files.hunk(header, stream)
        elif line.startswith(b"Binary files "):
            if files.current:
                files.current.binary = True
        elif _ID.fullmatch(line):
            if id:
                yield id, files
            id, files = line.decode().strip(), Files(options)
    if id:
        yield id, files


class Files:
    """The files of one commit, while their patches are read and after."""

    def __init__(self, options: PatchOptions) -> None:
        self._options = options
        self._files: list[PatchedFile] = []
        self._due = bytearray()
        """Patches that come for each file, the unlisted too: two where a file became a link, else one."""
        self._at = -1
        self._whole: dict[str, FileEdit] = {}
        """Edits of files that git shows no lines of, by path."""
        self._room = COMMIT_CHARACTERS
        self._diffs = 0

    @property
    def note(self) -> str:
        """What the edits leave out, as a sentence."""
        more = len(self._due) - MAX_FILES
        return f"(and {more} more files)" if more > 0 else ""

    def named(self, line: bytes) -> None:
        """Take up one of git's raw lines; with two parents, and so of a merge, they begin with two colons."""
        parents = len(line) - len(line.lstrip(b":"))
        words, *names = line[parents:].split(b"\t")
        modes, letters = words.split(b" ")[: parents + 1], words.rsplit(b" ", 1)[-1]
        self._due.append(2 if letters[:1] == b"T" else 1)
        if len(self._due) > MAX_FILES:
            return
        old_path, path = unquoted(names[0]), unquoted(names[-1])
        status = letters[:1].decode() if parents == 1 else "M"
        file = PatchedFile(path, old_path if status == "R" else "", status, _REGULAR.issuperset(modes))
        if parents == 1:
            old, new = words.split(b" ")[2:4]
            file.ids = _id(old), _id(new)
        file.refused = any(name and self._options.refuses(name) for name in (path, old_path))
        file.told = file.regular and not file.refused and not is_made(path)
        self._files.append(file)

    def begun(self) -> None:
        """A patch begins: of the same file where one more of it is due, else of the next."""
        if self._at >= 0 and self._due[self._at] > 1:
            self._due[self._at] -= 1
        elif self._at + 1 < len(self._due):
            self._at += 1

    @property
    def current(self) -> PatchedFile | None:
        """The file whose patch is being read; None for one that is not listed."""
        return self._files[self._at] if 0 <= self._at < len(self._files) else None

    def hunk(self, header: re.Match[bytes], stream: IO[bytes]) -> None:
        """Read a hunk to its end, which its header tells, whatever stands in it."""
        file = self.current
        old, new = (int(number) if number is not None else 1 for number in (header[2], header[4]))
        kept: list[bytes] | None = None
        if file is not None and file.told and self._room > 0 and (file.lines or self._diffs < MAX_DIFFS):
            kept = []
        added = removed = left_out = size = 0
        while old > 0 or new > 0:
            line = _line(stream, LINE)
            mark = line[:1]
            if mark == b"+":
                added, new = added + 1, new - 1
            elif mark == b"-":
                removed, old = removed + 1, old - 1
            elif mark == b"\\":
                pass
            elif mark == b" " or line == b"\n":
                old, new = old - 1, new - 1
            else:
                raise GitError("git's patch can't be read.")
            if kept is None:
                continue
            if size < FILE_CHARACTERS and len(kept) < FILE_LINES:
                kept.append(line)
                size += len(line)
            else:
                left_out += 1
        if file is not None:
            file.added += added
            file.removed += removed
            if kept is not None:
                self._diffs += not file.lines
                room = min(self._room + file.size, FILE_CHARACTERS)
                self._room -= file.take(header, kept, left_out, room, self._options.outline)
            elif file.lines:
                file.left_out += added + removed

    def name(self, reading: Reading) -> None:
        """Name what encloses the changed lines anew by the whole texts, as far as these can be read."""
        for file in self._files:
            if file.lines:
                file.name_whole(reading)

    def undiffed(self) -> dict[str, Sides]:
        """Files that git calls binary, which may be text all the same: ids of their contents, by path."""
        asked = {file.path: file.ids for file in self._files if file.binary and file.regular and not file.refused}
        return dict(islice(asked.items(), MAX_DIFFS))

    def take_whole(self, texts: Iterable[tuple[str, Texts]]) -> None:
        """Take up those of them that are text."""
        files = {file.path: file for file in self._files}
        for path, (before, after) in texts:
            file = files[path]
            edit = file_edit(path, before, after, self._options.outline, old_path=file.old_path, most_lines=FILE_LINES)
            bare = is_made(path, after if after is not None else before) or len(edit.diff) > self._room
            if not bare:
                self._room -= len(edit.diff)
            self._whole[path] = edit.model_copy(update={"diff": "", "symbols": ()}) if bare else edit

    def edits(self) -> tuple[FileEdit, ...]:
        """What was done, file by file."""
        told = (file for file in self._files if not file.refused)
        found = (self._whole.get(file.path) or (None if file.binary and file.regular else file.edit()) for file in told)
        return tuple(edit for edit in found if edit)


def _line(stream: IO[bytes], most: int) -> bytes:
    """The next line, or its beginning where it is longer than `most` bytes; empty at the end."""
    line = stream.readline(most)
    if len(line) == most and not line.endswith(b"\n"):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(1 << 16)
        line += "…\n".encode()
    return line


def _id(raw: bytes) -> str:
    return raw.decode("ascii", "replace") if set(raw) != {ord("0")} else ""
