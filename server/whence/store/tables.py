"""Opening a database: creating what is missing, upgrading what is old, leaving alone what is newer."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from whence.store import rows
from whence.store.backup import write
from whence.store.backups import offer
from whence.store.conditions import among
from whence.store.connection import connect
from whence.store.counted import Count
from whence.store.failures import REBUILD, storage_error
from whence.store.indexes import index_words
from whence.store.lance import Table
from whence.store.maintenance import alone, seal
from whence.store.schema import DERIVED_FORMAT, MARK, MEMORIES, passages_schema
from whence.values.base import now
from whence.values.errors import MemoryDamaged, SchemaTooNew, StorageError

log = logging.getLogger(__name__)

_BATCH = 500
"""Memories that one commit of a migration writes."""


def open_tables(
    uri: str,
    dimension: int,
    storage_options: Mapping[str, str] | None,
    count: Count | None = None,
    backups: Path | None = None,
) -> tuple[Table, Table]:
    """The table of memories and the table of passages, as this version wants them."""
    folder = None if "://" in uri else Path(uri)
    if folder is not None:
        _make(folder)
    connection = connect(uri, storage_options)
    memories = memories_table(connection, folder, count, backups)
    passages = Table(connection, "passages", folder and folder / "passages.lance", REBUILD)
    _open_memories(memories, backups)
    _open_passages(passages, dimension)
    return memories, passages


def memories_table(connection: Any, folder: Path | None, count: Count | None, backups: Path | None) -> Table:
    """The table of truth, not yet opened; its errors offer the newest backup."""
    remedy = partial(offer, backups, count)
    return Table(connection, "memories", folder and folder / "memories.lance", remedy, truth=True)


def _make(folder: Path) -> None:
    try:
        for each in reversed([folder, *folder.parents]):
            if not each.is_dir():
                each.mkdir(mode=0o700, exist_ok=True)  # `parents` would make those above for everybody to read
    except OSError as error:
        remedy = "Check the setting whence.storage.uri and the folder that WHENCE_HOME names."
        raise storage_error(error, "The folder for the memory could not be made", remedy) from error


# ---------------------------------------------------------------- memories


def _open_memories(table: Table, backups: Path | None) -> None:
    if not table.exists():
        # A table that was never finished has no data. One that has some, and no version, was damaged: hands off.
        # Another process may have made it and written to it since the look above, so look again.
        if table.folder is not None and any((table.folder / "data").glob("*")) and not table.exists():
            raise MemoryDamaged(f"The memories are on disk but can't be opened. {table.remedy}")
        table.create(MEMORIES)
    migrate(table, before=partial(_save, backups) if backups else None)


def _save(backups: Path, table: Table) -> None:
    """Take a backup before a migration. Where that can't be, the migration goes on: it adds, and takes nothing away."""
    try:
        if table.count():
            with alone(table.folder):
                write(table, backups, "migration", now())
    except StorageError as error:
        log.warning("no backup was taken before the migration: %s", error)


def migrate(
    table: Table,
    steps: Mapping[int, Callable[[Table], None]] | None = None,
    before: Callable[[Table], None] | None = None,
) -> None:
    """Bring the table of memories to the newest format, one step after the other.

    A step must bear repetition: a crash or another process may come between it and the mark that it is done.

    Args:
        table: the memories.
        steps: for each older format how to get from it to the next; without, those of this version of Whence.
        before: done first, where there is a step to do.

    Raises:
        SchemaTooNew: the table has a later format than the steps lead to.
    """
    steps = _STEPS if steps is None else steps
    newest = max(steps) + 1
    version = int(table.marked("payload", MARK) or 0)
    if version > newest:
        raise SchemaTooNew(
            f"The memories were written by a newer version of Whence (format {version}; this one knows {newest}). "
            "Update Whence; nothing was changed."
        )
    if before and version < newest:
        before(table)
    for step in range(version, newest):
        log.info("memories are brought from format %d to %d", step, step + 1)
        steps[step](table)
        table.mark("payload", MARK, str(step + 1))


def add_columns(table: Table) -> None:
    """Add the columns that the table lacks, empty: for those that say nothing of memories which were there before."""

    async def add(handle: Any) -> None:
        names = (await handle.schema()).names
        if missing := [field for field in MEMORIES if field.name not in names]:
            await handle.add_columns(missing)

    table.call("written", add)


def derive_columns(table: Table) -> None:
    """Add the columns that the table lacks, and fill all columns from the payloads."""
    add_columns(table)
    ids: list[str] = table.read(["id"])["id"].to_pylist()
    for start in range(0, len(ids), _BATCH):
        old = table.read(["id", "payload"], among("id", ids[start : start + _BATCH]))
        found = rows.to_memories(old["id"].to_pylist(), old["payload"].to_pylist())
        if found:
            # Another process may be done and write already: a memory that it wrote since is left as it is.
            unread = "target.updated_at IS NULL OR target.updated_at = source.updated_at"
            table.merge([rows.of_memory(each) for each in found], insert=False, only_if=unread)


def add_digests(table: Table) -> None:
    """Add the digests of all memories, in one commit: 0.1 s for 10,000."""

    async def add(handle: Any) -> None:
        if "digest" not in (await handle.schema()).names:
            await handle.add_columns({"digest": rows.DIGEST})

    table.call("written", add)
    seal(table)


_STEPS: Mapping[int, Callable[[Table], None]] = {0: derive_columns, 1: add_columns, 2: add_digests}
"""From each format to the next. Format 0 carries no mark, and is any table with an id and a payload; format 1 has no
column `cites`, format 2 no digests."""


# ---------------------------------------------------------------- passages


def _open_passages(table: Table, dimension: int) -> None:
    """Have a table of passages with the right columns; one that is damaged or of another shape is made anew, empty."""
    try:
        there = table.exists()
        fits = there and _fits(table)
    except StorageError as error:
        log.warning("the search index is damaged and is made anew: %s", error)
        table.drop()
        there = False
    if not there:
        table.create(passages_schema(dimension))
    elif not fits:
        log.info("the search index is of another version and is made anew")
        table.create(passages_schema(dimension), anew=True)
    index_words(table)


def _fits(table: Table) -> bool:
    schema = table.schema
    if "vector" not in schema.names:
        return False
    wanted = passages_schema(schema.field("vector").type.list_size)
    same = {field.name: field.type for field in schema} == {field.name: field.type for field in wanted}
    return same and table.marked("payload", MARK) == str(DERIVED_FORMAT)


def empty_passages(table: Table) -> None:
    """Empty the table and make its indexes anew, also where its files are damaged."""
    dimension = rows.dimension_of(table)
    try:
        table.delete("true")  # one commit, in which other processes find nothing missing but rows
        index_words(table, anew=True)
    except StorageError as error:
        log.warning("the search index is damaged and is made anew: %s", error)
        table.drop()
        table.create(passages_schema(dimension))
        index_words(table)
