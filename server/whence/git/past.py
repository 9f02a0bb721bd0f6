"""The past of a repository, read in bulk: which commits there are, what they say and what they did.

Live capture compares whole redacted texts, file by file; for ten thousand commits that takes too long. Here git's own
patches are read (`patches`).
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from whence.git import history, patches, repositories
from whence.git.history import Commit
from whence.git.patches import PatchOptions
from whence.git.plumbing import Repository, listing, run, streaming
from whence.values.errors import GitError
from whence.values.memory import FileEdit

_AUTOMATIC = re.compile(r"Merge(?:d in|:)? |Merge$", re.IGNORECASE)

_LIST = ("rev-list", "--format=%ct %at %H %P", "--stdin")

_BEYOND = 100
"""Commits behind the last one wanted that are looked at for others of its second."""

_SECONDS = 300.0
"""Seconds that listing the commits may take: a million of them take half a minute."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A commit as the list of them names it."""

    id: str
    merge: bool
    branch: str
    """The branch on which it was found; empty where HEAD is detached."""
    after: int = 0
    """How many commits of the same second lie behind it in a row."""


@dataclass(frozen=True, slots=True)
class Past:
    """A commit, and what it did."""

    commit: Commit
    edits: tuple[FileEdit, ...]
    note: str = ""
    """What the list of edits leaves out, as a sentence."""


# ---------------------------------------------------------------- which commits


def find(folder: Path) -> Repository | None:
    """The repository of a folder, be it a bare one; None where there is none.

    Raises:
        GitError: there is one, and git can't be asked.
    """
    if (found := repositories.find(folder)) is not None:
        return found
    if not ((folder / "HEAD").is_file() or (folder / ".git").exists()):
        return None
    try:
        bare, own, common = run(
            folder, "rev-parse", "--is-bare-repository", "--git-dir", "--git-common-dir"
        ).splitlines()
    except (GitError, ValueError):
        return None
    place = folder / os.fsdecode(own)
    return Repository(folder, place, folder / os.fsdecode(common)) if bare == b"true" else None


def cut_off(repository: Repository) -> set[str]:
    """Ids of the commits at which a shallow clone ends: what came before them is not there."""
    try:
        return set((repository.common_dir / "shallow").read_text("ascii").split())
    except (OSError, ValueError):
        return set()


def tip(repository: Repository, branch: str) -> str:
    """Id of a branch's newest commit; of HEAD's for an empty name. Empty where there is none."""
    for name in (f"refs/heads/{branch}", f"refs/remotes/{branch}", branch) if branch else ("HEAD",):
        try:
            found = run(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}", ok=1)
        except GitError:
            continue
        if found:
            return found.decode().split()[-1]
    return ""


def reachable(
    repository: Repository, tips: Sequence[tuple[str, str]], *, since: datetime | None = None, limit: int | None = None
) -> tuple[list[Listed], str]:
    """The commits that these branches hold, the newest first, branch after branch, none twice.

    Args:
        tips: names of branches, each with the id of its newest commit.
        since: only those that were committed at this moment or later.
        limit: at most so many.

    Returns:
        The commits, and what git said where it could not list them all, as in a damaged repository.
    """
    found: list[Listed] = []
    failure = ""
    for number, (branch, id) in enumerate(tips):
        room = None if limit is None else limit - len(found)
        fresh, failed = _listed(repository, branch, id, [done for _, done in tips[:number]], since, room)
        found += fresh
        failure = failed or failure
    return found, failure


def _listed(
    repository: Repository, branch: str, id: str, without: Sequence[str], since: datetime | None, limit: int | None
) -> tuple[list[Listed], str]:
    found: list[Listed] = []
    after: dict[str, int] = {}
    failure = ""
    least = since.timestamp() if since else None

    def told(stream: IO[bytes]) -> Iterator[tuple[str, int, Sequence[str]]]:
        beyond = 0
        for line in stream:
            if line.startswith(b"commit "):
                continue
            committed, at, commit, *parents = line.decode("ascii").split()
            yield commit, int(at), parents
            if limit is not None and len(found) >= limit:
                beyond += 1  # what lies behind the last ones tells their order
                if beyond > _BEYOND:
                    return
            elif least is None or int(committed) >= least:
                found.append(Listed(commit, len(parents) > 1, branch))

    try:
        with (
            listing([id.encode(), *(b"^" + each.encode() for each in without)]) as asked,
            streaming(repository, *_LIST, input=asked, timeout=_SECONDS) as stream,
        ):
            after = history.succession(told(stream))
    except GitError as error:
        failure = str(error)
    return [replace(each, after=after[each.id]) if each.id in after else each for each in found], failure


# ---------------------------------------------------------------- what they did


def is_automatic(message: str) -> bool:
    """Whether a merge's message is the one that git or a forge writes, without a word of whoever merged."""
    first, _, rest = message.partition("\n")
    return bool(_AUTOMATIC.match(first)) and not rest.strip()


def read(
    repository: Repository,
    listed: Sequence[Listed],
    options: PatchOptions,
) -> Iterator[tuple[Listed, Past | str]]:
    """What these commits say and did, or a clause that tells why one is left out; each of them once, in any order.

    Raises:
        GitError: git can't be asked at all.
    """
    after = {each.id: each.after for each in listed}
    told = history.commits(repository, list(after))
    commits = {each.id: replace(each, after=after[each.id]) for each in told}
    ends = cut_off(repository)
    plain: dict[str, Listed] = {}
    merges: dict[str, Listed] = {}
    for each in listed:
        if each.id not in commits:
            yield each, "can't be read, or has a message of more than a megabyte"
        elif each.id in ends:
            yield each, Past(commits[each.id], (), "(where a shallow clone ends: what it changed is not known)")
        elif each.merge and is_automatic(commits[each.id].message):
            yield each, "a merge without words of its own"
        else:
            (merges if each.merge else plain)[each.id] = each
    for some in (plain, merges):
        for id, files in patches.told(repository, list(some), options, merges=some is merges):
            edits, note = (files.edits(), files.note) if files else ((), "(what it changed can't be read)")
            yield some[id], Past(commits[id], edits, note)
