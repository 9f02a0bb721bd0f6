"""Restoring a backup: its memories in the place of what is there, in one commit that all processes see."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa

from whence.store import rows
from whence.store.backups import Backup, RestoreDone, lines
from whence.store.lance import Table
from whence.store.schema import FORMAT, MEMORIES
from whence.store.whole import pinned, read_sound, replace
from whence.values.errors import SchemaTooNew, StorageError

log = logging.getLogger(__name__)

_AT_ONCE = 500
"""Memories that are read or written at once."""


def restore(
    memories: Table, folder: Path, backup: Backup, *, exactly: bool = False, aside: Table | None = None
) -> RestoreDone:
    """Have the memories of a backup in the table, which is made where it is not there.

    Args:
        memories: the table, as far as it can be read.
        folder: where backups are.
        backup: which one.
        exactly: whether what was written after the backup goes; otherwise of each memory the later state stays.
        aside: a damaged table, of which comes along what can be read and is later than the backup.

    Raises:
        SchemaTooNew: a newer version of Whence took the backup.
        StorageError: it can't be written; what was there stays.
    """
    if backup.format > FORMAT:
        raise SchemaTooNew(f"A newer version of Whence took this backup (format {backup.format}). Update Whence.")
    moments = {id: _moment(payload) for piece in lines(folder, backup) for id, payload in piece}
    here = _readable(memories)
    if aside is not None:
        try:
            here = _readable(aside) | here
        except StorageError as error:
            log.warning("nothing can be read of the damaged database: %s", error)
    later = {} if exactly else {id: row for id, row in here.items() if row[1] > moments.get(id, -1)}
    replace(memories, MEMORIES, _batches(folder, backup, later))
    total = len(moments.keys() | later.keys())
    removed = len(here.keys() - moments.keys() - later.keys())
    return RestoreDone(total, len(moments.keys() - here.keys()), len(later), removed)


def _readable(table: Table) -> dict[str, tuple[str, int]]:
    if not table.exists():
        return {}
    found = pinned(table)
    return read_sound(found.take, found.places)


def _batches(folder: Path, backup: Backup, later: Mapping[str, tuple[str, int]]) -> Iterator[pa.RecordBatch]:
    for piece in lines(folder, backup):
        yield _batch([(id, payload) for id, payload in piece if id not in later])
    kept = [(id, payload) for id, (payload, _) in later.items()]
    for start in range(0, len(kept), _AT_ONCE):
        yield _batch(kept[start : start + _AT_ONCE])


def _batch(found: list[tuple[str, str]]) -> pa.RecordBatch:
    """The rows of these memories; of one that this version can't read there is no more than it was stored as."""
    made = [
        rows.of_memory(each) if (each := rows.to_memory(id, payload)) else {"id": id, "payload": payload}
        for id, payload in found
    ]
    return pa.RecordBatch.from_pylist(made, schema=MEMORIES)


def _moment(payload: str) -> int:
    each = rows.parsed(payload)
    return rows.microseconds(each.updated_at) if each else 0
