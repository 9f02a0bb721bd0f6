"""What git knows of a work tree as a whole: its files, since when each is there, how it differs from a branch."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from whence.git import commit_text, repositories
from whence.git.plumbing import Repository, paths, run
from whence.values.base import one_line
from whence.values.errors import GitError, InvalidRequest

_BASES = ("origin/main", "origin/master", "main", "master", "origin/develop", "develop", "trunk")

_PLAIN = ("-z", "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty")
"""Submodules are repositories of their own: git is not run in them, where other settings hold."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a branch changes."""

    base: str
    """The branch or commit that it is compared with, as it was named or found."""
    fork: str
    """Id of the commit at which the two part."""
    head: str
    """Id of the branch's newest commit."""
    files: dict[str, str]
    """What was done to each file: `added`, `edited`, `deleted`, `renamed from <path>`, or `not committed`."""
    commits: tuple[str, ...] = ()
    """Ids of the branch's own commits, the newest first."""


def first_seen(repository: Repository, names: Sequence[str]) -> dict[str, datetime]:
    """When each of these files was committed first, as far as its name was the same; without those that never were."""
    if not names:
        return {}
    words = (
        "--literal-pathspecs",
        "log",
        "--diff-filter=A",
        "--no-renames",
        "--format=%x01%at",
        "--name-only",
        "-z",
        "--",
    )
    try:
        output = run(repository, *words, *(os.fsencode(name) for name in names[:2000]), timeout=30)
    except GitError:
        return {}
    found: dict[str, datetime] = {}
    at: datetime | None = None
    for part in output.split(b"\0"):
        told = part.strip(b"\n")
        if told.startswith(b"\x01"):
            date, _, told = told[1:].partition(b"\n")
            # Of odd commits git tells no date; what is first seen there has that of the commit after it, if any.
            at = commit_text.moment(int(date)) if re.fullmatch(rb"-?\d{1,20}", date) else at
        if told and at is not None:
            found[os.fsdecode(told.strip(b"\n"))] = at  # the newest come first, so the oldest stays
    return found


def difference(repository: Repository, base: str = "", head: str = "") -> Difference:
    """What `head` changes since it parted from `base`; without a head, the work tree, uncommitted files included.

    Args:
        repository: where.
        base: a branch, tag or commit; without one, the remote's default branch, or else one of the usual names.
        head: a branch, tag or commit.

    Raises:
        InvalidRequest: there is no such branch or commit.
        GitError: git can't be asked.
    """
    tip = _commit(repository, head or "HEAD")
    if not tip:
        raise InvalidRequest(
            f"There is no branch or commit {one_line(head, 80)!r}." if head else "There is no commit yet to review."
        )
    name = base or _default(repository)
    start = _commit(repository, name)
    if not start:
        raise InvalidRequest(f"There is no branch or commit {one_line(name, 80)!r} to compare with. Name another base.")
    fork = run(repository, "merge-base", start, tip, ok=1).decode().split()[:1]
    if not fork:
        raise InvalidRequest(f"{one_line(name, 80)} and what is reviewed have no commit in common.")
    found = _changed(repository, fork[0], tip)
    if not head:
        found |= {path: found.get(path, "not committed") for path in _uncommitted(repository)}
    commits = run(repository, "rev-list", "--max-count=1000", f"{fork[0]}..{tip}", "--").decode().split()
    return Difference(name, fork[0], tip, dict(sorted(found.items())), tuple(commits))


def _default(repository: Repository) -> str:
    """The branch that work here is merged into: the remote's default, or one of the usual names, or what is pushed."""
    remote = run(repository, "symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD", ok=1).decode().strip()
    here = repositories.head(repository).branch
    names = [remote] if remote and _commit(repository, remote) else []
    names += [name for name in _BASES if name != here and _commit(repository, name)]
    # On the main branch itself, only what is not pushed yet is to be reviewed; without a remote, what is not committed.
    return names[0] if names else "HEAD"


def _commit(repository: Repository, name: str) -> str:
    if not name or name.startswith("-") or "\0" in name or "\n" in name:
        return ""
    words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
    try:
        return run(repository, *words, ok=1).decode().strip()
    except GitError:
        return ""


def _changed(repository: Repository, fork: str, tip: str) -> dict[str, str]:
    fields = run(repository, "diff", *_PLAIN, "--name-status", "-M", fork, tip, "--", timeout=60).split(b"\0")
    found: dict[str, str] = {}
    rest = iter(fields)
    for status in rest:
        if not status:
            break
        path = os.fsdecode(next(rest, b""))
        if status[:1] in b"RC":
            before, path = path, os.fsdecode(next(rest, b""))
            found[path] = f"renamed from {before}" if status[:1] == b"R" else "added"
        else:
            found[path] = {b"A": "added", b"D": "deleted"}.get(status[:1], "edited")
    return found


def _uncommitted(repository: Repository) -> list[str]:
    tracked = paths(run(repository, "diff", *_PLAIN, "--name-only", "HEAD", "--", timeout=60))
    fresh = paths(run(repository, "ls-files", "-z", "--others", "--exclude-standard", timeout=60))
    return [*tracked, *fresh]
