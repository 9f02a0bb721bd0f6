"""Opening a database: creating what is missing, upgrading what is old, leaving alone what is newer."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from whence.store import rows
from whence.store.conditions import among
from whence.store.connection import connect
from whence.store.failures import REBUILD, storage_error
from whence.store.indexes import index_words
from whence.store.lance import Table
from whence.store.schema import DERIVED_FORMAT, MARK, MEMORIES, passages_schema
from whence.values.errors import SchemaTooNew, StorageError

log = logging.getLogger(__name__)

_LOST = (
    "The memories of this project are on disk but cannot be opened, and Whence leaves them as they are. Restore the "
    "folder that `whence status` names from a backup."
)

_BATCH = 500
"""Memories that one commit of a migration writes."""


def open_tables(uri: str, dimension: int, storage_options: Mapping[str, str] | None) -> tuple[Table, Table]:
    """The table of memories and the table of passages, as this version wants them."""
    folder = None if "://" in uri else Path(uri)
    if folder is not None:
        _make(folder)
    connection = connect(uri, storage_options)
    memories = Table(connection, "memories", folder and folder / "memories.lance", _LOST)
    passages = Table(connection, "passages", folder and folder / "passages.lance", REBUILD)
    _open_memories(memories)
    _open_passages(passages, dimension)
    return memories, passages


def _make(folder: Path) -> None:
    try:
        for each in reversed([folder, *folder.parents]):
            if not each.is_dir():
                each.mkdir(mode=0o700, exist_ok=True)  # `parents` would make those above for everybody to read
    except OSError as error:
        remedy = "Check the setting whence.storage.uri and the folder that WHENCE_HOME names."
        raise storage_error(error, "The folder for the memory could not be made", remedy) from error


# ---------------------------------------------------------------- memories


def _open_memories(table: Table) -> None:
    if not table.exists():
        # A table that was never finished has no data. One that has some, and no version, was damaged: hands off.
        if table.folder is not None and any((table.folder / "data").glob("*")):
            raise StorageError(_LOST)
        table.create(MEMORIES)
    migrate(table)


def migrate(table: Table, steps: Mapping[int, Callable[[Table], None]] | None = None) -> None:
    """Bring the table of memories to the newest format, one step after the other.

    A step must bear repetition: a crash or another process may come between it and the mark that it is done.

    Args:
        table: the memories.
        steps: for each older format how to get from it to the next; without, those of this version of Whence.

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
    for step in range(version, newest):
        log.info("memories are brought from format %d to %d", step, step + 1)
        steps[step](table)
        table.mark("payload", MARK, str(step + 1))


def add_columns(table: Table) -> None:
    """Add the columns that the table lacks, empty: for those that say nothing of memories which were there before."""
    names = table.schema.names
    if missing := [field for field in MEMORIES if field.name not in names]:
        table.add_columns(missing)


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


_STEPS: Mapping[int, Callable[[Table], None]] = {0: derive_columns, 1: add_columns}
"""From each format to the next. Format 0 carries no mark, and is any table with an id and a payload; format 1 has no
column `cites`."""


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
