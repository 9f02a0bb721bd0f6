"""How long memories have been in the bin, by clocks that nobody can set.

What is emptied for good can't be brought back, and the date of a machine is wrong now and then: a flat battery, a
restored virtual machine, somebody trying something. So a memory leaves the bin only when its days have passed by two
accounts: by the date, and by time that is known to have passed since a process of ours first saw it there. That time is
counted by the clock that only runs forward, from one look to the next, in a file beside the database.

Between two looks at least as much has passed as this clock ran on, whether the machine was started again in between or
not. Where it was (the clock shows less than before), the date counts too, with a day at most: a machine that is
switched on every day counts nearly every day, and a date that is 40 days ahead counts as one. Time that can't be known
makes a memory stay longer, never shorter.
"""

import json
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock

from whence.store.clock import running

_DAY = 86_400.0
"""Seconds that the date counts for at most when the machine was started again."""


class Moment(NamedTuple):
    """What the machine's clocks show, in seconds."""

    running: float
    """Since the machine was started; with the time that it slept, where the system counts that."""

    date: float
    """Since 1970, by the date that anybody can set."""

    @classmethod
    def present(cls) -> "Moment":
        """Now."""
        return cls(running(), time.time())


def passed(before: Moment, after: Moment) -> float:
    """Seconds that have passed between two moments, at least."""
    if after.running >= before.running:
        return after.running - before.running
    return max(after.running, min(after.date - before.date, _DAY))


def waited(file: Path, ids: Collection[str], days: float, at: Moment) -> list[str]:
    """Those of these memories of the bin that were first seen there so many days ago, by what is known to have passed.

    Call it at every look, with all that the bin holds: it keeps what it sees, and forgets what left the bin.

    Args:
        file: what is kept between looks. Where it can't be read, every memory is seen for the first time.
        ids: every memory that is in the bin.
        days: how long they stay.
        at: the present moment.

    Raises:
        OSError: the file can't be written; then nothing has waited.
    """
    with FileLock(file.with_suffix(".lock"), timeout=10, mode=0o600):
        last, elapsed, seen = _read(file) or (at, 0.0, {})
        elapsed += passed(last, at)
        seen = {id: seen.get(id, elapsed) for id in ids}
        _write(file, at, elapsed, seen)
    return [id for id in ids if elapsed - seen[id] >= days * _DAY]


def _read(file: Path) -> tuple[Moment, float, dict[str, float]] | None:
    try:
        kept = json.loads(file.read_text(encoding="utf-8"))
        seen = {str(id): float(since) for id, since in kept["seen"].items()}
        return Moment(float(kept["running"]), float(kept["date"])), float(kept["elapsed"]), seen
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _write(file: Path, at: Moment, elapsed: float, seen: dict[str, float]) -> None:
    fresh = file.with_suffix(".new")
    kept = {"running": at.running, "date": at.date, "elapsed": elapsed, "seen": seen}
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(kept), encoding="utf-8")
    fresh.replace(file)
