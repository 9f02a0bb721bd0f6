"""Which commit wrote a line: git blame, with moved and reformatted lines followed."""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime

from whence.git import commit_text, copied, history, text
from whence.git.ignored_revisions import ignored_revisions
from whence.git.plumbing import OPAQUE, Repository, run
from whence.git.quoted import unquoted
from whence.secrets.redaction import redact
from whence.values.errors import GitError

NOT_COMMITTED = ""
"""Stands for the commit of lines that are in none yet."""

PATIENCE = 0.25
"""Seconds that lines are followed out of other files. `git blame -C` looks for them in every commit on the way: in a
past of 5,500 commits it takes 180 ms for 20 lines where `-M` takes 25, and 800 ms for 1,600 lines where `-M` takes 50.
"""

MANY = 500
"""Lines of which more are not followed out of other files."""

_SECONDS = 20.0

_MOST_BYTES = 16 << 20
"""A larger file's lines are counted as git counts them."""

_HEADER = re.compile(rb"([0-9a-f]{40,64}) (\d+) (\d+) (\d+)$")
_UNKNOWN = re.compile(r"no such path|no such ref|bad revision 'HEAD'|unknown revision")
_NOT_FETCHED = re.compile(r"promisor remote|lazy fetching disabled|could not fetch")


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

    note: str = ""
    """What is to be said of the commits that were to be looked through, as a sentence."""

    stood: Mapping[int, tuple[str, int]] = field(default_factory=dict)
    """Where the lines stood in their commits: the file as it is named there, and the line, from 1."""


def blame(
    repository: Repository,
    path: str,
    start: int,
    end: int,
    *,
    at: str = "",
    patience: float = PATIENCE,
    most: int = MANY,
    patches: int = copied.MOST_COMMITS,
) -> Blamed | None:
    """Who wrote these lines of a file as it is on disk; None where git doesn't know the file.

    Lines that were reformatted, or moved within the file or from another, are followed to where they were written;
    commits that the setting `blame.ignoreRevsFile` or `.git-blame-ignore-revs` names are looked through, as far as
    those lists can be read.

    Args:
        path: the file, relative to the repository's top.
        start: the first line, from 1.
        end: the last line; both must be there.
        at: the commit whose file is meant; the one on disk without.
        patience: seconds after which lines are followed within the file alone.
        most: lines, of which more are followed within the file alone from the start.
        patches: commits whose patches are read, to tell what they moved from what they only copied.

    Raises:
        GitError: git can't be asked.
    """
    numbers = None if at else git_lines(repository, path)
    first, last = (numbers[min(line, len(numbers)) - 1] if numbers else line for line in (start, end))
    output, plain, followed, note = told(
        repository, path, (first, last), at=at, patience=patience if end - start < most else None
    )
    if output is None or plain is None:
        return None
    found = _unfollowed(repository, path, at, _read(output, followed), _read(plain, followed), patches)
    lines, stood = found.lines, found.stood
    if numbers:
        here = {number: id for id, some in lines.items() for number in some}
        ours = [(line, here.get(numbers[line - 1])) for line in range(start, min(end, len(numbers)) + 1)]
        lines = {id: tuple(line for line, of in ours if of == id) for id in lines}
        stood = {line: stood[numbers[line - 1]] for line, of in ours if of is not None}
    lines = {id: some for id, some in lines.items() if some}
    return Blamed(lines, _mended(repository, found.commits), followed, note, stood)


def told(
    repository: Repository, path: str, lines: tuple[int, int], *, at: str = "", patience: float | None = PATIENCE
) -> tuple[bytes | None, bytes | None, bool, str]:
    """What `git blame --incremental` prints with lines followed, and without, nothing where git doesn't know the file.

    With them whether lines were followed out of other files, and what is to be said of commits that were to be looked
    through.

    Args:
        repository: where the file is.
        path: the file, relative to the repository's top.
        lines: the first and the last, from 1, as git counts them.
        at: the commit whose file is meant; the one on disk without.
        patience: seconds that following lines out of other files may take; None where they are not followed there.

    Raises:
        GitError: git can't be asked.
    """
    with ignored_revisions(repository) as (listed, note):
        ask = functools.partial(_asked, repository, path, lines, at=at, listed=listed)
        try:
            output, plain, followed = _followed(ask, patience)
        except GitError as error:
            if len(listed) < 2 or "took longer" in str(error):
                raise
            # It is among them that git can't read one, or else it fails again.
            ask = functools.partial(_asked, repository, path, lines, at=at, listed=listed[:1])
            output, plain, followed = _followed(ask, None)
            note = f"{note} Git could not look through the commits that are listed to be.".strip()
    return output, plain, followed, note


def _followed(ask: Callable[..., bytes | None], patience: float | None) -> tuple[bytes | None, bytes | None, bool]:
    """What git says with lines followed, out of other files too if it can, and without; and whether it could.

    Args:
        ask: asks git.
        patience: seconds that following them out of other files may take; None where they are not followed there.
    """
    # All at once: nobody waits for the one and then, in vain, for the other.
    with ThreadPoolExecutor(2, thread_name_prefix="whence-blame") as beside:
        bare = beside.submit(ask, follow=(), timeout=_SECONDS)
        following = beside.submit(ask, follow=("-M", "-C"), timeout=patience) if patience is not None else None
        found = ask(follow=("-M",), timeout=_SECONDS)
        plain = bare.result()
    try:
        return (following.result(), plain, True) if following else (found, plain, False)
    except GitError:
        return found, plain, False


def _unfollowed(repository: Repository, path: str, at: str, found: Blamed, plain: Blamed, patches: int) -> Blamed:
    """The same, with lines that were only copied told by the commit that wrote them here."""
    followed, bare = ({number: id for id, some in each.lines.items() for number in some} for each in (found, plain))
    raw = _text(repository, path, at) if followed != bare else None
    if raw is None or not (copies := copied.unmoved(repository, raw.split(b"\n"), followed, bare, patches)):
        return found
    lines: dict[str, list[int]] = {}
    for number, id in sorted((followed | copies).items()):
        lines.setdefault(id, []).append(number)
    commits = plain.commits | found.commits
    stood = {number: (plain if number in copies else found).stood[number] for number in followed | copies}
    return _ordered(lines, {id: commits[id] for id in lines if id}, found.followed, stood)


def _text(repository: Repository, path: str, at: str) -> bytes | None:
    """The file's text, on disk or in a commit."""
    if not at:
        return text.read(repository.root / path, _MOST_BYTES).raw
    raw = history.contents(repository, at, [path], _MOST_BYTES)[path]
    return None if raw == OPAQUE else raw


def _mended(repository: Repository, commits: dict[str, Words]) -> dict[str, Words]:
    """The commits, with their own words where blame has none: of odd ones it tells neither author nor time."""
    odd = [id for id, words in commits.items() if words.author in ("", "(unknown)") or not words.at.timestamp()]
    try:
        told = history.commits(repository, odd) if odd else []
    except GitError:
        told = []
    return commits | {
        each.id: Words(redact(each.author).text, each.at, redact(each.message.partition("\n")[0]).text) for each in told
    }


def _asked(
    repository: Repository,
    path: str,
    ranges: tuple[int, int],
    *,
    at: str,
    listed: Sequence[str],
    follow: Sequence[str],
    timeout: float,
) -> bytes | None:
    # The clean filters that blame would run on the file are switched off with all others (`plumbing`).
    command = ("blame", "--incremental", "--no-textconv", "--no-progress", "-w", *follow)
    words = (f"-L{ranges[0]},{ranges[1]}", *([at] if at else []), "--", path)
    try:
        return run(repository, *command, *listed, *words, timeout=timeout)
    except GitError as error:
        if _UNKNOWN.search(str(error)):
            return None
        if _NOT_FETCHED.search(str(error)):
            raise GitError(
                "This is a partial clone, and git would have to fetch older versions of the file to tell"
            ) from None
        raise


def git_lines(repository: Repository, path: str) -> list[int] | None:
    """For each line of the file as it is on disk the number that git counts it by; None where all are the same."""
    disk = text.read(repository.root / path, _MOST_BYTES)
    if disk.raw is None or text.git_lines(disk.raw) is None:
        return None
    try:
        told = run(repository, "check-attr", "-z", "working-tree-encoding", "--", path).split(b"\0")
    except GitError:
        told = []
    return text.git_lines(disk.raw, wide=told[2:3] in ([], [b"unspecified"], [b"unset"]))


def _read(output: bytes, followed: bool) -> Blamed:
    """Read what `git blame --incremental` prints: pieces, each ended by a file's name."""
    found: dict[str, list[int]] = {}
    said: dict[str, dict[bytes, bytes]] = {}
    stood: dict[int, tuple[str, int]] = {}
    id, old, first, count = "", 0, 0, 0
    for line in output.split(b"\n"):
        if not id:
            if (match := _HEADER.match(line)) is not None:
                id, old, first, count = match[1].decode(), int(match[2]), int(match[3]), int(match[4])
                commit = NOT_COMMITTED if set(id) == {"0"} else id
                found.setdefault(commit, []).extend(range(first, first + count))
            continue
        word, _, rest = line.partition(b" ")
        said.setdefault(id, {})[word] = rest
        if word == b"filename":
            name = unquoted(rest)
            stood |= {first + each: (name, old + each) for each in range(count)}
            id = ""
    return _ordered(found, {id: _words(said[id]) for id in found if id}, followed, stood)


def _ordered(
    found: Mapping[str, Sequence[int]],
    commits: dict[str, Words],
    followed: bool,
    stood: Mapping[int, tuple[str, int]],
) -> Blamed:
    """The lines of each commit, the newest first."""
    order = sorted(commits, key=lambda id: commits[id].at, reverse=True)
    first_of_all = [NOT_COMMITTED] if NOT_COMMITTED in found else []
    return Blamed({id: tuple(sorted(found[id])) for id in (*first_of_all, *order)}, commits, followed, stood=stood)


def _words(said: dict[bytes, bytes]) -> Words:
    """What the headers of a commit say; its time never in the future, never before 1970."""
    seconds = said.get(b"author-time", b"")
    at = commit_text.moment(int(seconds) if re.fullmatch(rb"-?\d{1,20}", seconds) else 0)
    author, summary = (commit_text.decoded(said.get(word, b"")) for word in (b"author", b"summary"))
    return Words(redact(author).text, at, redact(summary.strip()).text)
