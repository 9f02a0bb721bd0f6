"""Writing a backup: the memories of one version of the table, whoever writes meanwhile."""

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from whence.store import rows
from whence.store.backups import SHAPE, Backup, Extra, Piece, Why, content, file_of, lines, listed, rescue, seal, sound
from whence.store.failures import storage_error
from whence.store.lance import Table
from whence.store.schema import FORMAT
from whence.store.whole import pinned, read_sound
from whence.values.errors import StorageError

_SHARE = 256
"""About so many memories are in one piece: 0.5 MB of typical ones, 100 KB packed."""


def write(
    memories: Table,
    folder: Path,
    why: Why,
    at: datetime,
    along: Iterable[tuple[str, bytes]] = (),
    *,
    progress: Callable[[str, float], None] = lambda message, share: None,
) -> Backup:
    """Back up the memories as they are in one version of their table, whoever writes meanwhile.

    Who calls sees to it that nobody cleans that version away.

    Args:
        memories: the table.
        folder: where backups are; made where it is missing, for the user alone.
        why: what for.
        at: the present.
        along: further files, by their path below the project's data folder.
        progress: told how far it is; may raise `Cancelled`, and nothing is kept then but pieces for the next one.

    Raises:
        StorageError: the memories can't be read, the files can't be written, or aren't what was written.
    """
    try:
        for each in (folder, folder / "pieces"):
            each.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(folder / "backups.lock", timeout=60, mode=0o600):
            taken = {each.at for each in listed(folder)}
            at = at.astimezone(UTC).replace(microsecond=0)
            while at in taken:
                at += timedelta(seconds=1)
            version, made, damaged, unread, newest = _pieces(memories, folder, progress)
            kept = tuple(Extra(name, _kept(folder, found)) for name, found in along)
            count = sum(each.memories for each in made)
            backup = Backup(at, why, count, newest, version, FORMAT, tuple(made), kept, tuple(damaged), unread)
            if not sound(folder, backup):
                raise StorageError("The backup isn't what was written: the disk may be failing.")
            listing: dict[str, Any] = json.loads(json.dumps(asdict(backup), default=str)) | {"shape": SHAPE}
            listing["at"], listing["newest"] = at.isoformat(), newest and newest.isoformat()
            _write(folder / f"{backup.name}.json", json.dumps({**listing, "seal": seal(listing)}, indent=1).encode())
    except Timeout:
        raise StorageError("Another process is taking a backup. Try again in a moment.") from None
    except OSError as error:
        raise storage_error(error, "The backup could not be written", "Check the folder of the backups.") from error
    return backup


def _pieces(
    memories: Table, folder: Path, progress: Callable[[str, float], None]
) -> tuple[int, list[Piece], list[str], int, datetime | None]:
    """Write all memories as pieces: the table's version, the pieces, ids that could not be read,
    how many rows have ids that can't, and the latest write.
    """
    version, places, take, unread = pinned(memories)
    made: list[Piece] = []
    damaged: list[str] = []
    newest = 0
    ids = sorted(places)
    if unread and (before := listed(folder)):  # their ids are among those of the last backup
        ids = sorted({*ids, *(id for piece in lines(folder, before[0]) for id, _ in piece)})
    for group in _groups(ids):
        progress("Backing up memories", sum(each.memories for each in made) / len(ids))
        found = read_sound(take, {id: places[id] for id in group if id in places})
        saved = rescue(folder, lost) if (lost := [id for id in group if id not in found]) else {}
        damaged += [id for id in lost if id not in saved]
        written = []
        for id in group:
            payload, moment = found.get(id) or (saved.get(id, ""), 0)
            if payload:
                head = json.dumps({"id": id, "digest": rows.digest(payload, moment)})
                written.append(f"{head}\t{payload}\n")
                newest = max(newest, moment)
        if written:
            digest = _kept(folder, "".join(written).encode())
            made.append(Piece(digest, len(written), group[0], group[-1]))
    return version, made, damaged, unread, rows.to_time(newest) if newest else None


def _groups(ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids in runs, which end where an id says so: a run stays the same, whatever others come and go."""
    group: list[str] = []
    for id in ids:
        group.append(id)
        if zlib.crc32(id.encode("utf-8", "replace")) % _SHARE == 0:
            yield group
            group = []
    if group:
        yield group


def _kept(folder: Path, holds: bytes) -> str:
    """Have a piece that holds this, made or written anew where it isn't there or is damaged; its digest."""
    digest = hashlib.sha256(holds).hexdigest()
    if content(folder, digest) is None:
        _write(file_of(folder, digest), gzip.compress(holds, compresslevel=6, mtime=0))
    return digest


def _write(file: Path, holds: bytes) -> None:
    """Write a file in full or not at all, for the user alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as out:
            out.write(holds)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
