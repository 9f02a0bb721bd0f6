"""Which commit wrote a line: git blame, with moved and reformatted lines followed."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from whence.git.plumbing import Repository, run
from whence.secrets.redaction import redact
from whence.values.base import now
from whence.values.errors import GitError

NOT_COMMITTED = ""
"""Stands for the commit of lines that are in none yet."""

IGNORED = ".git-blame-ignore-revs"
"""File of commits to be looked through, by the name that the forges know."""

PATIENCE = 0.25
"""Seconds that lines are followed out of other files. `git blame -C` looks for them in every commit on the way: in a
past of 5,500 commits it takes 180 ms for 20 lines where `-M` takes 25, and 800 ms for 1,600 lines where `-M` takes 50.
"""

MANY = 500
"""Lines of which more are not followed out of other files."""

_SECONDS = 20.0

_HEADER = re.compile(r"([0-9a-f]{40,64}) \d+ (\d+) (\d+)$")
_UNKNOWN = re.compile(r"no such path|no such ref|bad revision 'HEAD'|unknown revision")


@dataclass(frozen=True, slots=True)
class Words:
    """What git says of a commit, redacted."""

    author: str
    at: datetime
    summary: str
    """The first line of its message."""


@dataclass(frozen=True, slots=True)
class Blamed:
    """Who wrote some lines of a file."""

    lines: dict[str, tuple[int, ...]]
    """The lines, from 1, by the id of their commit: the newest commit first, before all those in no commit yet."""

    commits: dict[str, Words]
    """The commits by id."""

    followed: bool
    """Whether lines that came from other files were followed there."""


def blame(
    repository: Repository, path: str, start: int, end: int, *, patience: float = PATIENCE, most: int = MANY
) -> Blamed | None:
    """Who wrote these lines of a file as it is on disk; None where git doesn't know the file.

    Lines that were reformatted, or moved within the file or from another, are followed to where they were written;
    commits that the setting `blame.ignoreRevsFile` or `.git-blame-ignore-revs` names are looked through.

    Args:
        path: the file, relative to the repository's top.
        start: the first line, from 1.
        end: the last line; both must be there.
        patience: seconds after which lines are followed within the file alone.
        most: lines, of which more are followed within the file alone from the start.

    Raises:
        GitError: git can't be asked.
    """
    if end - start >= most:
        return _asked(repository, path, start, end, follow=False, timeout=_SECONDS)
    # Both at once: nobody waits for the one and then, in vain, for the other.
    with ThreadPoolExecutor(1, thread_name_prefix="whence-blame") as beside:
        following = beside.submit(_asked, repository, path, start, end, follow=True, timeout=patience)
        found = _asked(repository, path, start, end, follow=False, timeout=_SECONDS)
    try:
        return following.result()
    except GitError:
        return found


def _asked(repository: Repository, path: str, start: int, end: int, *, follow: bool, timeout: float) -> Blamed | None:
    # The clean filters that blame would run on the file are switched off with all others (`plumbing`).
    command = ("blame", "--incremental", "--no-textconv", "--no-progress", "-w", "-M", *(("-C",) if follow else ()))
    words = (f"-L{start},{end}", "--", path)
    listed = (f"--ignore-revs-file={IGNORED}",) if (repository.root / IGNORED).is_file() else ()
    try:
        try:
            output = run(repository, *command, *listed, *words, timeout=timeout)
        except GitError as error:
            if not listed or "took longer" in str(error):
                raise
            output = run(repository, *command, *words, timeout=timeout)  # the file may hold anything
    except GitError as error:
        if _UNKNOWN.search(str(error)):
            return None
        raise
    return _read(output.decode("utf-8", "replace"), follow)


def _read(output: str, followed: bool) -> Blamed:
    """Read what `git blame --incremental` prints: pieces, each ended by a file's name."""
    found: dict[str, list[int]] = {}
    said: dict[str, dict[str, str]] = {}
    id = ""
    for line in output.split("\n"):
        if not id:
            if (match := _HEADER.match(line)) is not None:
                id, first, count = match[1], int(match[2]), int(match[3])
                commit = NOT_COMMITTED if set(id) == {"0"} else id
                found.setdefault(commit, []).extend(range(first, first + count))
            continue
        word, _, rest = line.partition(" ")
        said.setdefault(id, {})[word] = rest
        if word == "filename":
            id = ""
    commits = {id: _words(said[id]) for id in found if id}
    order = sorted(commits, key=lambda id: commits[id].at, reverse=True)
    first_of_all = [NOT_COMMITTED] if NOT_COMMITTED in found else []
    return Blamed({id: tuple(sorted(found[id])) for id in (*first_of_all, *order)}, commits, followed)


def _words(said: dict[str, str]) -> Words:
    """What the headers of a commit say; its time never in the future, never before 1970."""
    seconds = said.get("author-time", "")
    at = int(seconds) if re.fullmatch(r"-?\d{1,15}", seconds) else 0
    when = datetime.fromtimestamp(min(max(at, 0), now().timestamp()), UTC)
    return Words(redact(said.get("author", "")).text, when, redact(said.get("summary", "")).text)
