"""Backups: the memories as they were, in files of their own that need no database to be read.

A backup is a listing, `2026-11-29T143000Z.json`, and the pieces that it names. A piece holds some hundred memories as
lines, packed by gzip, and is called by the SHA-256 of what it holds; so memories that nobody changed are stored once,
for however many backups. Where one piece ends and the next begins depends on the ids alone, and a new memory changes
one piece. Each line has the memory's id and digest, a tab, and its JSON as it is stored: `zcat pieces/*/* | cut -f2`.

Reading goes row by row where a file is damaged, and a memory that the disk altered is taken from an earlier backup, so
that no backup holds what was not written. Each is read back before it counts.
"""

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

from filelock import FileLock, Timeout

from whence.store.counted import Count
from whence.store.failures import storage_error
from whence.values.errors import StorageError

Why = Literal["daily", "asked", "migration", "restore"]
"""Why a backup was taken: it was due; somebody asked; before a migration; before a restore."""

_LOOK = 60.0
"""Seconds for which it is kept in mind which backup can be read: errors come in numbers."""

SHAPE = 1
"""Version of a listing's JSON."""

_OTHERS = 3
"""Backups of each reason but the daily one that are kept, the newest."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some memories whose ids follow one another."""

    digest: str
    """SHA-256 of what it holds, unpacked."""
    memories: int
    """How many."""
    first: str
    """The first id."""
    last: str
    """The last id."""


@dataclass(frozen=True, slots=True)
class Extra:
    """A file that goes along."""

    name: str
    """Its path below the project's data folder."""
    digest: str
    """SHA-256 of what it holds."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup."""

    at: datetime
    """When it was begun."""
    why: Why
    """What for."""
    memories: int
    """How many memories it has, the bin's included."""
    newest: datetime | None
    """When the memory in it that was written last was written."""
    version: int
    """Version of the table that it is of."""
    format: int
    """Format of the memories."""
    pieces: tuple[Piece, ...]
    """What it is made of."""
    extras: tuple[Extra, ...] = ()
    """What goes along."""
    damaged: tuple[str, ...] = ()
    """Memories that could not be read, and that no earlier backup had either."""
    unread: int = 0
    """Rows of which not even the ids could be read; what the backup before had of them is in this one."""

    @property
    def name(self) -> str:
        """What its listing is called, without the ending."""
        return f"{self.at:%Y-%m-%dT%H%M%SZ}"

    @property
    def digests(self) -> list[str]:
        """What its parts are called."""
        return [*(each.digest for each in self.pieces), *(each.digest for each in self.extras)]


class RestoreDone(NamedTuple):
    """What restoring came to."""

    memories: int
    """Memories that are there now."""

    back: int
    """Of these, those that were not there before, or were damaged."""

    later: int
    """Of these, those that were written after the backup and were kept."""

    removed: int
    """Memories that were there and are not any more."""


class Mended(NamedTuple):
    """What writing all rows anew came to."""

    sound: int
    """Memories that were as they were written."""

    saved: int
    """Damaged ones that were taken from a backup."""

    lost: tuple[str, ...]
    """Damaged ones that no backup has."""

    unread: int
    """Rows of which not even the ids could be read."""


# ---------------------------------------------------------------- listings


def listed(folder: Path) -> list[Backup]:
    """The backups of a folder, the newest first; a listing that can't be read, or was altered, is left out."""
    found = (_listing(file) for file in folder.glob("*.json"))
    return sorted((each for each in found if each), key=lambda each: each.at, reverse=True)


def _listing(file: Path) -> Backup | None:
    try:
        kept = json.loads(file.read_bytes())
        sealed = kept.pop("seal")
        if sealed != seal(kept) or kept.pop("shape") != SHAPE:
            return None
        kept["at"] = datetime.fromisoformat(kept["at"])
        kept["newest"] = kept["newest"] and datetime.fromisoformat(kept["newest"])
        kept["pieces"] = tuple(Piece(**each) for each in kept["pieces"])
        kept["extras"] = tuple(Extra(**each) for each in kept["extras"])
        kept["damaged"] = tuple(kept["damaged"])
        return Backup(**kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def seal(kept: Mapping[str, Any]) -> str:
    """What tells that a listing is as it was written."""
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


def newest_sound(folder: Path) -> Backup | None:
    """The newest backup of which every piece is there and as it was written."""
    return next((each for each in listed(folder) if sound(folder, each)), None)


def offer(folder: Path | None, count: Count | None) -> str:
    """What to do where memories are damaged or gone: the newest backup, and what it lacks, as sentences."""
    names = tuple(file.name for file in folder.glob("*.json")) if folder else ()
    backup = _newest_sound(folder, names, int(time.monotonic() / _LOOK)) if folder else None
    if backup is None:
        return (
            "There is no backup that can be read; Whence leaves what is there as it is. Put the folder that "
            "`whence status` names back, if it was moved. `whence doctor --repair` saves what can be read."
        )
    counted = count.read() if count else None
    last = (counted.lost or counted) if counted else None
    lacks = "What was written since is not in it"
    if last and (more := last.memories - backup.memories) > 0:
        until = f"{datetime.fromisoformat(last.at).astimezone():%Y-%m-%d %H:%M}"
        lacks = (
            f"What was written since is not in it: {more} {'memory' if more == 1 else 'memories'} or more, to {until}"
        )
    has = f"{backup.memories} {'memory' if backup.memories == 1 else 'memories'}"
    return (
        f"The newest backup that can be read is of {backup.at.astimezone():%Y-%m-%d %H:%M} and has {has}. {lacks}. "
        "`whence restore`, or *Restore Memory…* in the editor, brings it back."
    )


@lru_cache(maxsize=8)
def _newest_sound(folder: Path, names: tuple[str, ...], look: int) -> Backup | None:
    """The same as `newest_sound`, looked up again when there are other backups and after a while."""
    return newest_sound(folder)


def sound(folder: Path, backup: Backup) -> bool:
    """Whether every piece of a backup is there and as it was written. Reads all of it: 0.2 s for 10,000 memories."""
    return all(content(folder, digest) is not None for digest in backup.digests)


# ---------------------------------------------------------------- reading


def lines(folder: Path, backup: Backup) -> Iterator[list[tuple[str, str]]]:
    """The memories of a backup as id and payload, a piece at a time; of a damaged piece there are none."""
    for piece in backup.pieces:
        yield _lines(folder, piece)


def _lines(folder: Path, piece: Piece) -> list[tuple[str, str]]:
    found = []
    for line in (content(folder, piece.digest) or b"").split(b"\n"):
        head, _, payload = line.partition(b"\t")
        if payload:
            found.append((str(json.loads(head)["id"]), payload.decode()))
    return found


def rescue(folder: Path, ids: Sequence[str]) -> dict[str, str]:
    """Payloads of memories by id, each of the newest backup that has it; those that none has are left out."""
    found: dict[str, str] = {}
    for backup in listed(folder):
        for piece in backup.pieces:
            wanted = {id for id in ids if id not in found and piece.first <= id <= piece.last}
            if wanted:
                found |= {id: payload for id, payload in _lines(folder, piece) if id in wanted}
        if len(found) == len(set(ids)):
            break
    return found


def extras(folder: Path, backup: Backup) -> Iterator[tuple[str, bytes]]:
    """The files that went along, by name, with what they hold; damaged ones are left out."""
    for each in backup.extras:
        if (found := content(folder, each.digest)) is not None:
            yield each.name, found


def content(folder: Path, digest: str) -> bytes | None:
    """What a piece or a file that went along holds; None where it isn't there or isn't what its name says."""
    try:
        found = gzip.decompress(file_of(folder, digest).read_bytes())
    except (OSError, EOFError, zlib.error):
        return None
    return found if hashlib.sha256(found).hexdigest() == digest else None


def file_of(folder: Path, digest: str) -> Path:
    """Where a piece is."""
    return folder / "pieces" / digest[:2] / f"{digest}.gz"


# ---------------------------------------------------------------- what is kept


def chosen(backups: Sequence[Backup], daily: int, weekly: int) -> list[Backup]:
    """Those to keep: of each of the last days and weeks that have any the last one, and a few that were taken for a
    reason. Days and weeks without a backup don't count, so that a wrong date pushes none out.

    Args:
        backups: all, the newest first.
        daily: of so many days; at least one is kept.
        weekly: of so many weeks.
    """
    days: dict[object, Backup] = {}
    weeks: dict[object, Backup] = {}
    reasons: dict[str, list[Backup]] = {}
    for each in backups:
        days.setdefault(each.at.date(), each)
        weeks.setdefault(each.at.isocalendar()[:2], each)
        if each.why != "daily":
            reasons.setdefault(each.why, []).append(each)
    kept = [*list(days.values())[: max(daily, 1)], *list(weeks.values())[:weekly]]
    kept += [each for found in reasons.values() for each in found[:_OTHERS]]
    return sorted({each.name: each for each in kept}.values(), key=lambda each: each.at, reverse=True)


def prune(folder: Path, keep: Iterable[Backup]) -> None:
    """Remove all backups but these, and pieces that no backup names any more.

    A listing that can't be read stays while it is not older than all that are kept, and all pieces with it.

    Raises:
        StorageError: they can't be removed, or another process takes a backup.
    """
    try:
        with FileLock(folder / "backups.lock", timeout=60, mode=0o600):
            for file in folder.glob(".*"):
                file.unlink(missing_ok=True)  # of a process that was killed: only who holds the lock writes here
            kept = {each.name: each for each in keep}
            oldest = min(kept, default="9")
            unreadable = False
            for file in folder.glob("*.json"):
                if file.stem in kept:
                    continue
                if _listing(file) is None and file.stem >= oldest:
                    unreadable = True
                else:
                    file.unlink(missing_ok=True)
            if unreadable:
                return
            named = {digest for each in kept.values() for digest in each.digests}
            for file in folder.glob("pieces/*/*"):
                if file.name.removesuffix(".gz") not in named:
                    file.unlink(missing_ok=True)
    except Timeout:
        raise StorageError("Another process is taking a backup. Try again in a moment.") from None
    except OSError as error:
        raise storage_error(error, "Old backups could not be removed", "Check the folder of the backups.") from error


def at_or_before(backups: Sequence[Backup], wanted: datetime) -> Backup | None:
    """The newest backup that is no later than a moment."""
    return next((each for each in backups if each.at <= wanted), None)
