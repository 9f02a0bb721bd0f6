"""Which files differ between two commits, the index or the work tree, as git's lists tell it."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace

from whence.git import undiffed
from whence.git.plumbing import Repository, run
from whence.values.errors import GitError

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that a commit changed, seen from its first parent."""

    path: str
    """Its name after, or before if it was deleted."""

    old_path: str
    """Its name before a rename, else empty."""

    status: str
    """git's letter: A, M, D, R, T."""

    old: str
    """Id of its content before; empty if there was none."""

    new: str
    """Id of its content after; empty if there is none."""

    added: int | None
    """Lines added, as git counts them; None in a binary file."""

    removed: int | None
    """Lines removed."""

    regular: bool
    """Whether it is a file with content of its own: neither a symbolic link nor a submodule."""


def between(repository: Repository, old: str, new: str) -> list[Touched]:
    """The files that differ between two commits, `old` being empty for nothing at all.

    Where contents are missing, as in a partial clone, or damaged, they come without counts, or not at all.
    """
    words = (
        *("diff-tree", "--no-commit-id", "-r", "-z", "-M", "--raw", "--numstat", "--no-abbrev", "--no-ext-diff"),
        *("--no-textconv", "--ignore-submodules=none"),
    )
    sides = (old, new) if old else ("--root", new)
    try:
        found = _touched(run(repository, *words, *sides))
    except GitError as error:
        _logger.warning("what a commit changed can be read in part, or not at all: %s", error)
        return _named(repository, sides)
    # Git counts no lines of what an attribute calls binary, nor of what is in UTF-16: by our measure these are text.
    asked = {each.path: (each.old, each.new) for each in found if each.regular and each.added is None}
    counts = undiffed.counts(repository, asked)
    return [
        replace(each, added=counts[each.path][0], removed=counts[each.path][1]) if each.path in counts else each
        for each in found
    ]


def _named(repository: Repository, sides: Sequence[str]) -> list[Touched]:
    """The files that differ, without counts, where a content is missing, as in a partial clone, or damaged.

    None at all where the names can't be had either.
    """
    words = ("diff-tree", "--no-commit-id", "-r", "-z", "--no-renames", "--raw", "--no-abbrev")
    try:
        found = _raw(run(repository, *words, "--ignore-submodules=none", *sides).split(b"\0"))
    except GitError:
        return []
    return [replace(each, added=0, removed=0) for each in found]


def compared(repository: Repository, old: str, new: str = "", *, staged: bool = False) -> list[Touched]:
    """The tracked files that differ between a commit and another one, the index, or else the work tree.

    Args:
        old: id of a commit; empty for nothing at all, as before the first one.
        new: id of the other commit.
        staged: whether to compare with the index.
    """
    words = ("-r", "-z", "-M", "--raw", "--numstat", "--no-abbrev", "--no-ext-diff", "--no-textconv")
    old = old or run(repository, "hash-object", "-t", "tree", "--stdin", input=b"").decode().strip()
    if new:
        return _touched(run(repository, "diff-tree", "--no-commit-id", *words, old, new, timeout=60))
    # Submodules are repositories of their own: git is not run in them.
    where = ("--cached", "--ignore-submodules=dirty") if staged else ("--ignore-submodules=all",)
    return _touched(run(repository, "diff-index", *where, *words, old, "--", timeout=60))


def _touched(output: bytes) -> list[Touched]:
    """Read `--raw --numstat -z`: first all raw entries, then the counts in the same order."""
    fields = output.split(b"\0")
    raw = _raw(fields)
    position = sum(3 if each.status in "RC" else 2 for each in raw)
    counts: list[tuple[int | None, int | None]] = []
    while position < len(fields) and fields[position]:
        added, removed, path_bytes = fields[position].split(b"\t", 2)
        counts.append((int(added), int(removed)) if added != b"-" else (None, None))
        position += 1 if path_bytes else 3
    return [replace(each, added=added, removed=removed) for each, (added, removed) in zip(raw, counts, strict=True)]


def _raw(fields: Sequence[bytes]) -> list[Touched]:
    """Read the entries of `--raw -z` at the beginning of git's fields."""
    found: list[Touched] = []
    position = 0
    while position < len(fields) and fields[position].startswith(b":"):
        words = fields[position][1:].decode().split()
        status = words[4][0]
        names = 2 if status in "RC" else 1
        found.append(
            Touched(
                path=os.fsdecode(fields[position + names]),
                old_path=os.fsdecode(fields[position + 1]) if status == "R" else "",
                status=status,
                old=_id(words[2]),
                new=_id(words[3]),
                added=None,
                removed=None,
                regular=all(mode in ("000000", "100644", "100755", "100664") for mode in words[:2]),
            )
        )
        position += 1 + names
    return found


def _id(text: str) -> str:
    return "" if set(text) == {"0"} else text
