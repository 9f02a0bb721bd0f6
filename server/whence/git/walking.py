"""Histories commit by commit: how git lists them, and a walk of our own where a damaged commit stops git's."""

import heapq
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from whence.git import commit_text
from whence.git.plumbing import Repository, one_by_one

FORMAT = "%H %P%x09%at%x09%ct"
"""How `git rev-list --format=` is told to print what `line` reads; each line comes after one with `commit`."""

_MOST_BYTES = 1 << 24
"""Bytes of a commit object that are read for its parents."""


@dataclass(frozen=True, slots=True)
class Step:
    """A commit on the way."""

    id: str
    parents: tuple[str, ...]
    at: int
    """Second of its author's date since 1970; 0 where it can't be read or is earlier."""
    committed: int
    """Second of its committer's date, or else its author's."""
    readable: bool = True
    """Whether it could be read; of one that couldn't, nothing but its id is known."""


def line(printed: bytes) -> Step:
    """Read a line that git printed by `FORMAT`. Of odd commits, git prints no dates."""
    ids, _, dates = printed.decode("ascii", "replace").rstrip("\n").partition("\t")
    id, *parents = ids.split()
    at, _, committed = dates.partition("\t")
    return Step(id, tuple(parents), _second(at), _second(committed) if committed else _second(at))


def walk(
    repository: Repository, tips: Sequence[str], without: Sequence[str] = (), ends: Collection[str] = ()
) -> Iterator[Step]:
    """The commits that these descend from, the latest first, children before parents where their dates say so.

    A commit that can't be read is told as such; what lies behind it alone is not known.

    Args:
        repository: where.
        tips: ids of commits.
        without: ids of commits that are left out, with all that they descend from.
        ends: ids of commits behind which nothing is looked for, as where a shallow clone ends.

    Raises:
        GitError: git can't be asked at all.
    """
    with one_by_one(repository, _MOST_BYTES) as ask:
        seen: set[str] = set()
        for _ in _walked(ask, without, ends, seen):
            pass  # all that they descend from is now among the seen
        yield from _walked(ask, tips, ends, seen)


def succession(told: Iterable[tuple[str, int, Sequence[str]]]) -> dict[str, int]:
    """For each commit how many of the same second lie behind it in a row, where there are any.

    Args:
        told: each commit's id, its author's second, and its parents; children come before parents.
    """
    waiting: dict[str, list[tuple[str, int]]] = {}
    steps: list[tuple[str, str]] = []
    for id, at, parents in told:
        steps += [(child, id) for child, second in waiting.pop(id, ()) if second == at]
        for parent in parents:
            waiting.setdefault(parent, []).append((id, at))
    found: dict[str, int] = {}
    for child, parent in reversed(steps):
        found[child] = max(found.get(child, 0), found.get(parent, 0) + 1)
    return found


def _walked(
    ask: Callable[[str], bytes | None], tips: Sequence[str], ends: Collection[str], seen: set[str]
) -> Iterator[Step]:
    waiting: list[tuple[int, int, Step]] = []
    _await(waiting, ask, tips, 1 << 62, seen)
    while waiting:
        key, _, step = heapq.heappop(waiting)
        yield step
        if step.id not in ends:
            _await(waiting, ask, step.parents, -key, seen)


def _await(
    waiting: list[tuple[int, int, Step]],
    ask: Callable[[str], bytes | None],
    ids: Sequence[str],
    latest: int,
    seen: set[str],
) -> None:
    """Put commits into the queue, the latest first; none before those that led to it, whatever its date says."""
    for id in ids:
        if id in seen:
            continue
        seen.add(id)
        raw = ask(id)
        if raw is None:
            step = Step(id, (), 0, 0, readable=False)
            key = latest
        else:
            told = commit_text.parse(raw)
            step = Step(id, told.parents, int(told.at.timestamp()), int((told.committed or told.at).timestamp()))
            key = min(step.committed, latest)
        heapq.heappush(waiting, (-key, len(seen), step))


def _second(text: str) -> int:
    return int(commit_text.moment(int(text)).timestamp()) if re.fullmatch(r"-?\d{1,20}", text) else 0
