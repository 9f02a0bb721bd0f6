"""What of the work tree is seen anew after git moved it: which files are as git left them, and which are the user's."""

from collections.abc import Mapping
from dataclasses import dataclass

from whence.capture.causes import Content
from whence.capture.snapshots import Seen
from whence.capture.worktree import Worktree
from whence.git import history
from whence.git.plumbing import Repository
from whence.git.repositories import Head
from whence.git.text import OnDisk, clean, read
from whence.values.errors import GitError

_STASHED = 2000
"""Paths of a stash entry that are looked at."""


_MARKS = ("\n<<<<<<< ", "\n=======\n", "\n>>>>>>> ")


def refresh(tree: Worktree, repository: Repository, was: Head, now: Head, *, reset: bool) -> list[str]:
    """See anew what git wrote; returns the files that someone edited on top of it.

    Args:
        reset: whether HEAD may have been moved alone, away from under the files.
    """
    stats = tree.snapshots.stats()
    work = _work(tree, repository, was, now, stats)
    dirty = history.unclean(repository) & work.touched if work.touched and now.commit else set()
    rewritten = {path for path, seen in stats.items() if seen.state != "unread" and seen.differs(tree.root / path)}
    seen_before = (work.touched & stats.keys()) | tree.snapshots.with_opens(work.touched)
    candidates = tree.rules.kept(sorted(seen_before | work.held.keys() | dirty | rewritten))
    heads = tree.contents(now.commit, candidates)
    befores = tree.contents(was.commit, [path for path in candidates if path not in stats])
    return [
        path for path in candidates if _see(tree, path, work, heads[path], befores.get(path, heads[path]), reset=reset)
    ]


@dataclass(frozen=True, slots=True)
class _Work:
    """What git may have written since the last look."""

    touched: set[str]
    """Files that differ between where HEAD was and where it is, or that an operation has staged."""
    interrupted: bool
    """Whether git waits in the middle of an operation, with its work in the files."""
    held: dict[str, str | None]
    """Files of the stash's entries that came or went, with their texts."""


def _work(tree: Worktree, repository: Repository, was: Head, now: Head, stats: Mapping[str, Seen]) -> _Work:
    moved = was.commit != now.commit
    try:
        touched = set(history.differing(repository, was.commit, now.commit)) if moved else set()
    except GitError:
        touched = set(stats)  # what HEAD was is gone; what matters is what we have a row of
    interrupted = now.operation not in ("", "bisect") and (moved or now.operation != was.operation)
    if interrupted:
        touched |= history.staged(repository)
    return _Work(touched, interrupted, _held(tree, repository, set(was.stash) ^ set(now.stash)))


def _see(tree: Worktree, path: str, work: _Work, head: Content, before: Content, *, reset: bool) -> bool:
    """See one file anew; whether someone edited it on top of what git wrote.

    Args:
        head: what HEAD holds.
        before: what it was where we have not looked into it ourselves.
    """
    disk = read(tree.root / path, tree.limit)
    text = clean(disk.raw)
    if disk.there and text is None:
        return False
    seen = tree.snapshots.seen(path)
    known = seen is not None and seen.state != "unread"
    last = (seen.state == "text", seen.text) if known and seen else before
    here = (disk.there, text)
    if here == head:
        tree.git_wrote(path, text, disk, as_head=True)
    elif here == last and (known or reset):
        if not known:
            tree.snapshots.put_text(path, text, disk)
    elif path in work.held or (path in work.touched and (work.interrupted or _has_marks(text))):
        tree.git_wrote(path, text, disk, as_head=False, holds=work.held.get(path))
    elif path in work.touched and head != (True, None):
        tree.git_wrote(path, head[1], OnDisk(head[0]), as_head=False)
        return True
    return False


def _held(tree: Worktree, repository: Repository, entries: set[str]) -> dict[str, str | None]:
    """Files that these entries of the stash hold, with their texts."""
    texts: dict[str, str | None] = {}
    for entry in entries:
        paths = tree.rules.kept(history.stashed(repository, entry)[:_STASHED])
        for commit in (f"{entry}^3", entry):
            texts |= {path: text for path, (there, text) in tree.contents(commit, paths).items() if there}
        texts |= {path: None for path in paths if path not in texts}
    return texts


def _has_marks(text: str | None) -> bool:
    """Whether git left the marks of a conflict in the text."""
    return text is not None and all(mark in f"\n{text}" for mark in _MARKS)
