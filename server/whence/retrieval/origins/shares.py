"""How many lines came in by whom, and how many of them were rewritten soon after."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

SOON = 30 * 86_400.0
"""Seconds within which a line that is taken out counts as rewritten."""

Sort = Literal["assistant", "helped", "program", "unknown"]
"""Who brought a line in: an assistant in a conversation that is known, somebody whom an assistant helped as the commit
says, a program, or nobody knows."""


@dataclass(frozen=True, slots=True)
class Brought:
    """Who brought a line in."""

    sort: Sort
    model: str = ""
    mixed: bool = False


@dataclass(slots=True)
class Count:
    """Lines that came in."""

    sorts: Counter[Sort] = field(default_factory=Counter)
    mixed: int = 0
    """Those by assistants that somebody changed before the commit."""
    settled: Counter[Sort] = field(default_factory=Counter)
    """Those that are old enough to tell whether they were rewritten soon."""
    rewritten: Counter[Sort] = field(default_factory=Counter)
    """Those of them that were."""


@dataclass(slots=True)
class _Line:
    path: str
    at: float
    brought: Brought
    names: tuple[tuple[str, str], ...]


class Shares:
    """Takes commits in, the oldest first, and counts.

    Args:
        until: the present, in seconds since 1970.
    """

    def __init__(self, until: float) -> None:
        self._until = until
        self._standing: dict[int, dict[str, list[_Line]]] = defaultdict(dict)
        """Lines by digest and by the file that they stand in, the youngest last."""
        self.counts: dict[tuple[str, str], Count] = defaultdict(Count)
        """By what is counted, such as `month`, and its name; of all together both are empty."""

    def take(
        self,
        at: float,
        month: str,
        removed: Sequence[tuple[str, Sequence[int]]],
        added: Sequence[tuple[str, Sequence[int]]],
        brought: Mapping[tuple[str, int], Brought],
        otherwise: Brought,
    ) -> None:
        """Take a commit in.

        Args:
            at: when it was made, in seconds since 1970.
            month: what its month is called.
            removed: digests of the lines that it took out, by file as it was named before.
            added: digests of those that it brought in, by file.
            brought: who brought a line in, by file and digest, as far as it is known.
            otherwise: who brought in all others.
        """
        gone = Counter((path, key) for path, keys in removed for key in keys)
        places = defaultdict[int, list[str]](list)
        for path, keys in removed:
            for key in keys:
                places[key].append(path)
        for path, keys in added:
            folder = _folder(path)
            for key in keys:
                if places[key]:  # it moved, or was indented
                    old = path if path in places[key] else places[key][-1]
                    places[key].remove(old)
                    gone[old, key] -= 1
                    self._move(key, old, path)
                    continue
                who = brought.get((path, key), otherwise)
                names: tuple[tuple[str, str], ...] = (("", ""), ("month", month), ("directory", folder))
                if who.sort == "assistant":
                    names = (*names, ("model", who.model))
                self._add(key, _Line(path, at, who, names))
        for (path, key), count in gone.items():
            for _ in range(count):
                self._remove(key, path, at)

    def _add(self, key: int, line: _Line) -> None:
        self._standing[key].setdefault(line.path, []).append(line)
        old_enough = self._until - line.at >= SOON
        for name in line.names:
            count = self.counts[name]
            count.sorts[line.brought.sort] += 1
            count.mixed += line.brought.mixed
            count.settled[line.brought.sort] += old_enough

    def _taken(self, key: int, path: str) -> _Line | None:
        """The youngest such line of a file, taken out; or of the only file that has it, as after a renaming."""
        files = self._standing.get(key, {})
        where = path if path in files else next(iter(files)) if len(files) == 1 else None
        if where is None:
            return None
        line = files[where].pop()
        if not files[where]:
            del files[where]
        return line

    def _move(self, key: int, old: str, path: str) -> None:
        if line := self._taken(key, old):
            line.path = path
            self._standing[key].setdefault(path, []).append(line)

    def _remove(self, key: int, path: str, at: float) -> None:
        line = self._taken(key, path)
        if line and at - line.at < SOON <= self._until - line.at:
            for name in line.names:
                self.counts[name].rewritten[line.brought.sort] += 1


def _folder(path: str) -> str:
    """The folder of a file by which it is counted, two deep at most; `.` for the top."""
    parts = path.split("/")[:-1]
    return "/".join(parts[:2]) or "."
