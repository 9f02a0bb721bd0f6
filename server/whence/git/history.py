"""What git did and what commits hold, as values: movements of HEAD, commits, the files they touched, their texts."""

import logging
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

from whence.git import commit_text, differences, people, walking
from whence.git.differences import Touched as Touched  # part of what this module tells
from whence.git.differences import compared as compared
from whence.git.plumbing import OPAQUE, UNREADABLE, Repository, objects, paths, run
from whence.git.text import digest
from whence.values.errors import GitError

_logger = logging.getLogger(__name__)

MAX_COMMITS = 1000
"""Commits taken up in one go; of more, the newest."""

_LOG_LENGTH = 2000
"""Entries of HEAD's log that are looked through for the last one known."""

_MARK_LENGTH = 4
"""Entries in a row that mark a place in the log."""

_MAX_COMMIT_BYTES = 1_000_000
"""A longer commit message is nobody's reason."""

_MOST_IN_A_SECOND = 999_999
"""Commits of one second that are told apart."""

_LOOKED_BACK = 500
"""Commits behind one that are looked at for others of its second."""

_NAMES = 60
"""Names that fit on a command line of any system."""

_CHECKOUT = re.compile(r"checkout: moving from (\S+) to ")
_REBASE = re.compile(r"\brebase\b")
_REBASE_END = re.compile(r"^(\S.*)?\((finish|abort)\): |^rebase finished: |^rebase: aborting")


@dataclass(frozen=True, slots=True)
class Moved:
    """An entry of HEAD's log."""

    commit: str
    """Where HEAD went."""

    when: str
    """When, in git's raw form."""

    message: str
    """What moved it, such as `commit (amend): Fix the sum`."""

    @property
    def mark(self) -> str:
        """Stands for the entry where it is kept: its message may hold a secret."""
        return digest(f"{self.commit} {self.when} {self.message}").hex()


@dataclass(frozen=True, slots=True)
class Step:
    """Something git did that may have brought commits."""

    kind: Literal["commit", "amend", "rebase", "arrive"]
    """Made here from the index; made here in place of `old`; made anew by a rebase; or come by pull, merge or reset."""

    old: str
    """Where HEAD was; empty before the first commit."""

    new: str
    """Where it went."""

    branch: str = ""
    """On which branch; empty where HEAD was detached."""


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit's own words."""

    id: str
    parents: tuple[str, ...]
    author: str
    """Name of its author, as git shows it by `.mailmap`."""

    email: str
    at: datetime
    """When its author made it, which amending and rebasing keep; never in the future, never before 1970."""

    message: str
    after: int = 0
    """How many commits of the same second lie behind it in a row: git tells no smaller times, but their order."""
    dated: str = ""
    """What is to be said of its date where `at` isn't the one that the commit names, in brackets; else empty."""
    written: str = ""
    """Its author's name as the commit itself has it."""

    @property
    def moment(self) -> datetime:
        """When its author made it, later by microseconds than the commits of that second before it."""
        return self.at + timedelta(microseconds=min(self.after, _MOST_IN_A_SECOND))

    @property
    def origin(self) -> tuple[str, str, datetime, str]:
        """What stays the same when a rebase makes the commit anew."""
        return self.author, self.email, self.at, self.message.partition("\n")[0]


def log(repository: Repository, known: Sequence[str] | None) -> tuple[list[str], list[Moved] | None]:
    """HEAD's log.

    Args:
        known: the marks that an earlier call returned; empty if there was no commit yet, None if there was no
            earlier call.

    Returns:
        Marks of the newest entries, the newest first, to be given the next time; and what has come since, the oldest
        first, beginning with the entry where the earlier call stopped. None instead where that can't be told: no log
        is kept, or it was cut.
    """
    try:
        output = run(
            repository,
            *("log", "-g", "-z", f"-n{_LOG_LENGTH if known is not None else _MARK_LENGTH}"),
            *("--format=%H%x09%gd%x09%gs", "--date=raw", "HEAD", "--"),
        )
    except GitError:
        return [], None  # no commit yet
    entries = []
    for line in output.decode("utf-8", "replace").split("\0"):
        commit, _, rest = line.partition("\t")
        selector, _, message = rest.partition("\t")
        if commit and "@{" in selector:
            entries.append(Moved(commit, selector.partition("@{")[2].rstrip("}"), message))
    marks = [entry.mark for entry in entries]
    newest = marks[:_MARK_LENGTH]
    if known is None or not entries:
        return newest, None
    if not known:
        return newest, [Moved("", "", ""), *entries[::-1]]
    for start in range(len(entries)):
        # Entries repeat where HEAD goes to and fro within a second: a few in a row tell the place.
        if marks[start : start + len(known)] == list(known):
            return newest, entries[: start + 1][::-1]
    return newest, None


def steps(entries: Sequence[Moved], *, branch: str, rebasing: bool) -> tuple[list[Step], int]:
    """What the log's entries mean.

    Args:
        entries: the oldest first; the first only says where HEAD was.
        branch: the branch that HEAD is on now.
        rebasing: whether a rebase is under way, whose commits are not final.

    Returns:
        The steps, and the number of entries that are done with; the others belong to a rebase that has not ended.
    """
    found: list[Step] = []
    begun: int | None = None
    branches = _branches(entries, branch)
    for position in range(1, len(entries)):
        old, entry = entries[position - 1].commit, entries[position]
        verb = entry.message.partition(": ")[0]
        if begun is None and _REBASE.search(verb):
            begun = position
        if begun is not None:
            # Whatever is committed while a rebase waits (to edit, to solve a conflict) belongs to it.
            if _REBASE_END.search(entry.message):
                found.append(Step("rebase", entries[begun - 1].commit, entry.commit, branches[position]))
                begun = None
        elif "(amend)" in verb:
            found.append(Step("amend", old, entry.commit, branches[position]))
        elif verb.startswith("commit"):
            found.append(Step("commit", "" if "(initial)" in verb else old, entry.commit, branches[position]))
        elif not verb.startswith(("checkout", "clone", "switch")) and entry.commit != old:
            found.append(Step("arrive", old, entry.commit, branches[position]))
    if begun is not None and not rebasing:
        found.append(
            Step("rebase", entries[begun - 1].commit, entries[-1].commit, branch)
        )  # it was quit where it stood
        begun = None
    return found, len(entries) if begun is None else begun


def _branches(entries: Sequence[Moved], branch: str) -> list[str]:
    """On which branch HEAD was after each entry, told backwards from where it is now."""
    found: list[str] = []
    for entry in reversed(entries):
        found.append(branch)
        if match := _CHECKOUT.match(entry.message):
            branch = "" if re.fullmatch(r"[0-9a-f]{40,64}", match[1]) else match[1]
    return found[::-1]


def between(repository: Repository, old: str, new: str, most: int = MAX_COMMITS) -> list[str]:
    """Ids of the commits that `new` descends from and `old` doesn't, the oldest first; at most so many, the newest."""
    if not new or old == new:
        return []
    exclude = [f"^{old}"] if old else []
    try:
        words = ("rev-list", "--topo-order", "--reverse", f"--max-count={most}", new, *exclude, "--")
        return run(repository, *words).decode().split()
    except GitError as error:
        # One of them is damaged: the others are taken one by one.
        steps = islice(walking.walk(repository, [new], [old] if old else []), most)
        if not (found := [step.id for step in steps if step.readable]):
            raise error from None
        return found[::-1]


def commits(repository: Repository, ids: Sequence[str]) -> list[Commit]:
    """The commits of these ids that are there, in order."""
    raws = zip(ids, objects(repository, [id.encode() for id in ids], _MAX_COMMIT_BYTES, "commit"), strict=True)
    found = {id: commit_text.parse(raw) for id, raw in raws if raw and raw not in (OPAQUE, UNREADABLE)}
    names = people.mapped(repository, ((each.author, each.email) for each in found.values()))
    return [
        Commit(
            id,
            each.parents,
            *names[each.author, each.email],
            at=each.at,
            message=each.message,
            dated=each.dated,
            written=each.author,
        )
        for id, each in found.items()
    ]


def ordered(repository: Repository, found: Sequence[Commit]) -> list[Commit]:
    """The commits, each knowing how many of the same second lie behind it; of newer ones git is asked once.

    Args:
        found: commits that came at once, the oldest first.
    """
    known = {each.id for each in found}
    outside = {id for each in found for id in each.parents if id not in known}
    if not outside:
        return _placed(found, walking.succession(_told(found)))
    words = ("rev-list", f"--format={walking.FORMAT}", f"--max-count={_LOOKED_BACK}", *sorted(outside)[:_NAMES], "--")
    behind = run(repository, *words, ok=128).splitlines()
    told = (walking.line(line) for line in behind if not line.startswith(b"commit "))
    return _placed(found, walking.succession([*_told(found), *((each.id, each.at, each.parents) for each in told)]))


def _told(found: Sequence[Commit]) -> list[tuple[str, int, Sequence[str]]]:
    return [(each.id, int(each.at.timestamp()), each.parents) for each in reversed(found)]


def _placed(found: Iterable[Commit], after: dict[str, int]) -> list[Commit]:
    return [replace(each, after=after[each.id]) if each.id in after else each for each in found]


def touched(repository: Repository, commit: Commit) -> list[Touched]:
    """The files that a commit changed from its first parent; without counts, or none, as far as git can't read it."""
    return differences.between(repository, commit.parents[0] if commit.parents else "", commit.id)


def untracked(repository: Repository) -> list[str]:
    """Paths of the work tree that git neither knows nor ignores."""
    return paths(run(repository, "ls-files", "-z", "--others", "--exclude-standard", timeout=60))


def recent_messages(repository: Repository, most: int) -> list[str]:
    """The messages of the newest commits that are no merges, the newest first; none before the first commit."""
    try:
        output = run(repository, "log", "-z", "--no-merges", f"-n{most}", "--format=%B", "HEAD", "--")
    except GitError:
        return []
    return [each.strip() for each in output.decode("utf-8", "replace").split("\0") if each.strip()]


def solved(repository: Repository, commit: Commit) -> set[str]:
    """Paths that in a merge are as in none of its parents: there someone solved a conflict.

    None where a parent is missing or damaged.
    """
    try:
        return set(paths(run(repository, "diff-tree", "--no-commit-id", "-c", "-r", "-z", "--name-only", commit.id)))
    except GitError as error:
        _logger.warning("what a merge solved can't be read: %s", error)
        return set()


def differing(repository: Repository, old: str, new: str) -> list[str]:
    """Paths whose content differs between two commits; an empty id stands for nothing at all."""
    if old == new or not new:
        return []
    sides = (old, new) if old else ("--root", new)
    return paths(run(repository, "diff-tree", "--no-commit-id", "-r", "-z", "--name-only", "--no-renames", *sides))


def stashed(repository: Repository, entry: str) -> list[str]:
    """Paths that a stash entry holds, untracked files included."""
    try:
        found = differing(repository, f"{entry}^1", entry)
    except GitError:
        return []
    try:
        return found + paths(run(repository, "ls-tree", "-r", "-z", "--name-only", f"{entry}^3"))
    except GitError:
        return found  # it holds no untracked files


def unclean(repository: Repository) -> set[str]:
    """Tracked paths whose content in the work tree is not HEAD's."""
    output = run(
        repository,
        *("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"),
        *("HEAD", "--"),
    )
    return set(paths(output))


def staged(repository: Repository) -> set[str]:
    """Paths whose content in the index is not HEAD's, and those with unsolved conflicts."""
    words = ("diff-index", "--cached", "--name-only", "-z", "--no-renames", "--ignore-submodules=all", "HEAD", "--")
    return set(paths(run(repository, *words)))


def status(repository: Repository) -> set[str]:
    """Paths that are not as in HEAD: edited, deleted, and new ones that git doesn't ignore."""
    output = run(
        repository,
        *("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"),
        timeout=120,
    )
    return {os.fsdecode(entry[3:]) for entry in output.split(b"\0") if len(entry) > 3}


def listed(repository: Repository, names: Sequence[str]) -> set[str]:
    """Tracked files of these names, and those in folders of these names."""
    found: set[str] = set()
    for start in range(0, len(names), _NAMES):
        some = names[start : start + _NAMES]
        try:
            found.update(paths(run(repository, "--literal-pathspecs", "ls-files", "-z", "--", *some)))
        except GitError:
            found.update(some)
    return found


def contents(repository: Repository, commit: str, files: Iterable[str], limit: int) -> dict[str, bytes | None]:
    """What a commit holds at these paths; None where there is no file, `OPAQUE` for more bytes than `limit`."""
    wanted = list(files)
    if not commit:
        return dict.fromkeys(wanted)
    names = [commit.encode() + b":" + os.fsencode(path) for path in wanted]
    return dict(zip(wanted, objects(repository, names, limit), strict=True))
