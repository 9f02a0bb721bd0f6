"""How many memories there were: a count beside the database, so that a database which vanished or went back is noticed.

A database that is not there looks like one that was never begun. So every process writes down now and then how many
memories it saw and in which version of the table, beside the database and once more elsewhere. A version number never
goes down by itself: one that is lower than a count tells that commits were undone. The count may lag behind, and so is
a lower bound of what there was.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from whence.store.clock import sweep
from whence.values.base import now


@dataclass(frozen=True, slots=True)
class Loss:
    """What is missing."""

    memories: int
    """How many memories there were at least, the bin's included."""

    at: str
    """When they were counted: ISO 8601, in UTC."""

    left: int
    """How many there were when it was noticed."""

    undone: bool
    """Whether the database went back to an earlier state; otherwise it vanished or was emptied."""

    def told(self) -> str:
        """It as a sentence."""
        when = f"{datetime.fromisoformat(self.at).astimezone():%Y-%m-%d %H:%M}"
        if self.undone and self.left:
            return (
                f"The database went back to an earlier state: {self.memories} memories or more were here on {when}, "
                f"then {self.left}."
            )
        return f"Memories are missing: {self.memories} or more were here on {when}, and their database is gone."


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted last."""

    memories: int
    """Memories, the bin's included."""

    version: int
    """The table's version."""

    at: str
    """When: ISO 8601, in UTC."""

    lost: Loss | None = None
    """What is missing since, until it is restored or given up."""


def loss(before: Counted | None, version: int, memories: int, *, opening: bool) -> Loss | None:
    """What is missing by a count; `before` must have been read before the version was.

    Args:
        before: the count.
        version: the table's version; 0 where there is no table.
        memories: how many there are.
        opening: whether the database was just opened. A table that was emptied row by row counts as a loss only then:
            at other times another process may just be removing all there is, as the user wished.
    """
    if before is None or not before.memories:
        return None
    if version >= before.version and (memories or not opening):
        return None
    return Loss(before.memories, before.at, memories, undone=version > 0)


class Count:
    """The count of one database.

    Args:
        files: where it is kept, each a copy of the other.
        storage: address of a database that is elsewhere; a count of another one says nothing.
    """

    def __init__(self, files: Sequence[Path], storage: str = "") -> None:
        self._files = files
        self._storage = storage

    def read(self) -> Counted | None:
        """The latest count; None where there is none, or none can be read."""
        found = [counted for file in self._files if (counted := self._of(file))]
        return max(found, key=lambda each: (each.at, each.version), default=None)

    def lost(self) -> Loss | None:
        """What is missing."""
        counted = self.read()
        return counted.lost if counted else None

    def note(self, before: Counted | None, version: int, memories: int, *, opening: bool = False) -> None:
        """Write down what is there now, and what of it is missing. Takes a fifth of a millisecond; nothing is raised.

        Args:
            before: what `read` gave before the version was looked up.
            version: the table's version.
            memories: how many memories there are.
            opening: as `loss` has it.
        """
        lost = loss(before, version, memories, opening=opening)
        if lost and before and before.lost:
            lost = max(before.lost, lost, key=lambda each: each.memories)
        elif before and not lost:
            lost = before.lost
        self._write(Counted(memories, version, now().isoformat(), lost))

    def forget(self) -> None:
        """Have no count, since another database takes the place of the one that was counted."""
        for file in self._files:
            file.unlink(missing_ok=True)

    def settle(self) -> None:
        """Nothing is missing any more: it was restored, or given up."""
        if counted := self.read():
            self._write(Counted(counted.memories, counted.version, now().isoformat()))

    def _of(self, file: Path) -> Counted | None:
        try:
            kept = json.loads(file.read_bytes())
            if kept.pop("storage") != self._storage:
                return None
            lost = kept.pop("lost")
            counted = Counted(**kept, lost=Loss(**lost) if lost else None)
            datetime.fromisoformat(counted.at)
            return counted if isinstance(counted.memories, int) and isinstance(counted.version, int) else None
        except (OSError, ValueError, TypeError, AttributeError, KeyError):
            return None

    def _write(self, counted: Counted) -> None:
        kept: dict[str, Any] = {**asdict(counted), "storage": self._storage}
        for file in self._files:
            fresh = file.with_suffix(f".{os.getpid()}.new")  # several processes may write at once
            try:
                file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                fresh.touch(mode=0o600)
                fresh.write_text(json.dumps(kept), encoding="utf-8")
                fresh.replace(file)
                sweep(file.parent, f"{file.stem}.*.new")
            except OSError:  # a full disk, a folder that may not be written: the count lags, which it may
                with suppress(OSError):
                    fresh.unlink(missing_ok=True)
