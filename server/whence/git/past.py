"""The past of a repository, read in bulk: which commits there are, what they say and what they did.

Live capture compares whole redacted texts, file by file; for ten thousand commits that takes too long. Here git's own
patches are read (`patches`).
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from whence.git import history, patches, repositories, walking
from whence.git.history import Commit
from whence.git.patches import PatchOptions
from whence.git.plumbing import Repository, listing, run, streaming
from whence.git.walking import Step
from whence.values import reason
from whence.values.errors import GitError
from whence.values.memory import FileEdit

_AUTOMATIC = re.compile(r"Merge(?:d in|:)? |Merge$", re.IGNORECASE)

_ID = re.compile(r"(?!0+$)[0-9a-f]{40,64}")

_LIST = ("rev-list", f"--format={walking.FORMAT}", "--stdin")

_BEYOND = 100
"""Commits behind the last one wanted that are looked at for others of its second."""

_LOGGED = 20
"""Places at which HEAD was that are tried where the one at which it is can't be read."""

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
    except GitError as error:
        if (plain := repositories.refusal(folder, str(error))) is not None:
            raise plain from None
        return None
    except ValueError:
        return None
    place = folder / os.fsdecode(own)
    return Repository(folder, place, folder / os.fsdecode(common)) if bare == b"true" else None


def cut_off(repository: Repository) -> set[str]:
    """Ids of the commits at which a shallow clone ends: what came before them is not there."""
    try:
        return set((repository.common_dir / "shallow").read_text("ascii").split())
    except (OSError, ValueError):
        return set()


def heads(repository: Repository) -> list[tuple[str, str]]:
    """The branch that HEAD is on with the id of its newest commit; none before the first commit.

    Where that commit is damaged, those at which HEAD was before it come too, as far as its log tells.
    """
    with suppress(GitError):
        head = repositories.head(repository)
        if head.commit:
            return [(head.branch, head.commit)]
    branch = run(repository, "symbolic-ref", "--quiet", "--short", "HEAD", ok=1).decode("utf-8", "replace").strip()
    id = run(repository, "rev-parse", "--verify", "--quiet", "HEAD", ok=1).decode().strip()
    if not id:
        return []
    try:
        log = (repository.git_dir / "logs" / "HEAD").read_bytes().splitlines()[-_LOGGED:]
    except OSError:
        log = []
    before = (line.partition(b" ")[0].decode("ascii", "replace") for line in reversed(log))
    return [(branch, each) for each in dict.fromkeys((id, *before)) if _ID.fullmatch(each)]


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
    least = since.timestamp() if since else None
    failure = ""
    try:
        with (
            listing([id.encode(), *(b"^" + each.encode() for each in without)]) as asked,
            streaming(repository, *_LIST, input=asked, timeout=_SECONDS) as stream,
        ):
            steps = (walking.line(line) for line in stream if not line.startswith(b"commit "))
            found, _ = _taken(steps, branch, least, limit)
    except GitError as error:
        # Git lists nothing behind the first commit that it can't read, nor beside it.
        try:
            found, lost = _taken(walking.walk(repository, [id], without, cut_off(repository)), branch, least, limit)
        except GitError:
            return [], str(error)
        if lost:
            what = "1 commit is" if len(lost) == 1 else f"{len(lost)} commits are"
            failure = f"{what} missing or damaged ({lost[0][:12]}), and what lies behind it alone is not known."
    return _since(repository, found, since), failure


def _taken(
    steps: Iterable[Step], branch: str, least: float | None, limit: int | None
) -> tuple[list[tuple[Listed, bool]], list[str]]:
    """The commits wanted, each with whether its date is known to lie late enough; and ids of those that can't be read.

    Those are among the wanted ones: they are told as left out.
    """
    found: list[tuple[Listed, bool]] = []
    lost: list[str] = []

    def told() -> Iterator[tuple[str, int, Sequence[str]]]:
        beyond = 0
        for step in steps:
            yield step.id, step.at, step.parents
            if limit is not None and len(found) >= limit:
                beyond += 1  # what lies behind the last ones tells their order
                if beyond > _BEYOND:
                    return
            elif least is None or step.committed >= least or not step.committed:
                found.append((Listed(step.id, len(step.parents) > 1, branch), least is None or step.committed > 0))
                if not step.readable:
                    lost.append(step.id)

    after = walking.succession(told())
    return [(replace(each, after=after[each.id]) if each.id in after else each, sure) for each, sure in found], lost


def _since(repository: Repository, found: Sequence[tuple[Listed, bool]], since: datetime | None) -> list[Listed]:
    """The commits without those that are too old after all: git tells no date of odd ones, but they may have one."""
    doubtful = [each.id for each, sure in found if not sure]
    if not doubtful or since is None:
        return [each for each, _ in found]
    late = {each.id for each in history.commits(repository, doubtful) if each.at >= since}
    return [each for each, sure in found if sure or each.id in late]


# ---------------------------------------------------------------- what they did


def is_automatic(message: str) -> bool:
    """Whether a merge's message is the one that git or a forge writes, without a word of whoever merged."""
    first, _, rest = message.partition("\n")
    return bool(_AUTOMATIC.match(first)) and not rest.strip()


def brings(message: str, subject: str) -> str | None:
    """The number of the request by which a merge brings a commit, where it says nothing but what that says itself.

    Args:
        message: the merge's.
        subject: the first line of the commit's.

    Returns:
        Such as `#408` or `!12`, empty where there is none; None where the merge has words of its own.
    """
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    automatic = lines.pop(0) if lines and _AUTOMATIC.match(lines[0]) else ""
    numbers = re.findall(r"(?<=pull request )#\d{1,9}\b", automatic)
    if lines and (request := re.fullmatch(r"See merge request \S*(!\d{1,9})", lines[-1])):
        numbers.append(request[1])
        lines.pop()
    if len(lines) != 1:
        return None
    numbers += re.findall(r"(?<=\()#\d{1,9}(?=\)$)", lines[0])
    if reason.compared(lines[0]) != reason.compared(subject):
        return None
    return numbers[0] if numbers else ""


def _brought(merges: Iterable[str], commits: Mapping[str, Commit]) -> dict[str, tuple[str, str]]:
    """By their ids, the merges that repeat what they bring: the id of that, and the request's number."""
    found = {}
    for id in merges:
        parents = commits[id].parents
        if len(parents) == 2 and (tip := commits.get(parents[1])):
            number = brings(commits[id].message, tip.message.partition("\n")[0])
            if number is not None:
                found[id] = (tip.id, number)
    return found


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
    brought = _brought(merges, commits)
    numbers = dict(brought.values())
    for some in (plain, merges):
        for id, files in patches.told(repository, list(some), options, merges=some is merges):
            edits, note = (files.edits(), files.note) if files else ((), "(what it changed can't be read)")
            if id in brought and brought[id][0] in plain and not edits:
                yield some[id], "a merge in the words of the commit that it brings"
                continue
            said = " ".join(filter(None, (commits[id].dated, note)))
            request = f"(merged as {numbers[id]})" if numbers.get(id) else ""
            yield some[id], Past(commits[id], edits, "\n".join(filter(None, (said, request))))
