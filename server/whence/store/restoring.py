"""Restoring a backup: its memories in the place of what is there, in one commit that all processes see."""

import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from whence.store import rows
from whence.store.backups import Backup, Mended, RestoreDone, lines
from whence.store.integrity import Rescue
from whence.store.lance import Table
from whence.store.schema import FORMAT, MEMORIES
from whence.store.whole import Pinned, blank_deletions, number, pinned, read_sound, replace
from whence.values.base import now
from whence.values.errors import SchemaTooNew, StorageError
from whence.values.memory import MemoryBase

log = logging.getLogger(__name__)

_AT_ONCE = 500
"""Memories that are read or written at once."""


def restore(
    memories: Table, folder: Path, backup: Backup | None, *, exactly: bool = False, aside: Table | None = None
) -> RestoreDone:
    """Have the memories of a backup in the table, which is made where it is not there.

    Args:
        memories: the table, as far as it can be read.
        folder: where backups are.
        backup: which one; without, what can be read of the damaged table is all.
        exactly: whether what was written after the backup goes; otherwise of each memory the later state stays.
        aside: a damaged table, of which comes along what can be read and is later than the backup.

    Raises:
        SchemaTooNew: a newer version of Whence took the backup.
        StorageError: it can't be written; what was there stays.
    """
    if backup and backup.format > FORMAT:
        raise SchemaTooNew(f"A newer version of Whence took this backup (format {backup.format}). Update Whence.")
    pieces = lines(folder, backup) if backup else iter(())
    moments = {id: _moment(payload) for piece in pieces for id, payload in piece}
    here = _readable(memories)
    if aside is not None:
        here = _last_readable(aside) | here
    later = {} if exactly else {id: row for id, row in here.items() if row[1] > moments.get(id, -1)}
    gone = _removed(later, moments, backup) if aside is not None and backup else frozenset()
    replace(memories, MEMORIES, _batches(folder, backup, later, gone))
    total = len(moments.keys() | later.keys())
    removed = len(here.keys() - moments.keys() - later.keys())
    return RestoreDone(total, len(moments.keys() - here.keys()), len(later), removed)


def _removed(later: Mapping[str, tuple[str, int]], moments: Mapping[str, int], backup: Backup) -> frozenset[str]:
    """Memories of a damaged table that are older than a backup and not in it: removed for good before it, as the file
    said that is damaged now. Or they were imported with their own dates since; so they go to the bin, not away.
    """
    if backup.unread:
        return frozenset()
    at = max(rows.microseconds(backup.at), *moments.values(), 0)  # it was begun in the second that its date names
    known = moments.keys() | set(backup.damaged)
    return frozenset(id for id, (_, moment) in later.items() if id not in known and moment <= at)


def _last_readable(table: Table) -> dict[str, tuple[str, int]]:
    """What can be read of the newest version that can be opened; manifests of later ones are put out of the way."""
    manifests = sorted((table.folder / "_versions").glob("*.manifest"), key=number) if table.folder else []
    while True:
        try:
            if (found := _readable(table)) or (blank_deletions(table) and (found := _readable(table))):
                return found
            log.warning("the damaged database can be opened, and holds nothing that can be read")
        except StorageError as error:
            log.warning("a version of the damaged database can't be opened: %s", error)
        if len(manifests) < 2:
            return {}
        newest = manifests.pop()
        newest.rename(newest.with_suffix(".damaged"))


def mend(memories: Table, rescued: Rescue, salvage: Path) -> Mended:
    """Write all rows anew from what can be read of them: columns that say something else than the memory are made
    anew, what is damaged is taken from a backup, and of the rest what can be read at all is put into a file.

    Args:
        memories: the table, which can be opened.
        rescued: asks the backups.
        salvage: JSON lines of what no backup has, as far as it can be read; made where there is some.

    Raises:
        StorageError: it can't be written; what was there stays.
    """
    pinning = pinned(memories)
    sound = read_sound(pinning.take, pinning.places)
    damaged = [id for id in pinning.places if id not in sound]
    saved = dict(rescued(damaged)) if damaged else {}
    lost = [id for id in damaged if id not in saved]
    if lost:
        salvage.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        salvage.touch(mode=0o600)
        with salvage.open("w", encoding="utf-8") as out:
            for id in lost:
                out.write(json.dumps({"id": id, "text": _raw(pinning, id)}) + "\n")
    kept = {**{id: (payload, 0) for id, payload in saved.items()}, **sound}
    replace(memories, MEMORIES, _batches(salvage, None, kept))
    return Mended(len(sound), len(saved), tuple(lost), pinning.unread)


def _raw(pinning: Pinned, id: str) -> str:
    """What a row holds that isn't as it was written; empty where not even that can be read."""
    try:
        return str(pinning.take([pinning.places[id]])["payload"][0].as_py() or "")
    except StorageError:
        return ""


def _readable(table: Table) -> dict[str, tuple[str, int]]:
    if not table.exists():
        return {}
    found = pinned(table)
    return read_sound(found.take, found.places)


def _batches(
    folder: Path, backup: Backup | None, later: Mapping[str, tuple[str, int]], gone: frozenset[str] = frozenset()
) -> Iterator[pa.RecordBatch]:
    for piece in lines(folder, backup) if backup else ():
        yield _batch([(id, payload) for id, payload in piece if id not in later])
    kept = [(id, payload) for id, (payload, _) in later.items()]
    for start in range(0, len(kept), _AT_ONCE):
        yield _batch(kept[start : start + _AT_ONCE], gone)


def _batch(found: list[tuple[str, str]], gone: frozenset[str] = frozenset()) -> pa.RecordBatch:
    """The rows of these memories, some of them in the bin; of one that this version can't read there is no more than
    it was stored as.
    """
    made = []
    for id, payload in found:
        each = rows.to_memory(id, payload)
        row = rows.of_memory(_binned(each) if id in gone else each) if each else {"id": id, "payload": payload}
        made.append(row)
    return pa.RecordBatch.from_pylist(made, schema=MEMORIES)


def _binned(each: MemoryBase) -> MemoryBase:
    return each if each.deleted_at else each.model_copy(update={"deleted_at": now()})


def _moment(payload: str) -> int:
    each = rows.parsed(payload)
    return rows.microseconds(each.updated_at) if each else 0
