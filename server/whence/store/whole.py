"""A table as a whole: all of one version read, as far as it can be read, and all of it replaced in one commit."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from whence.store import rows
from whence.store.connection import FAILURES, run
from whence.store.failures import storage_error
from whence.store.lance import Table
from whence.store.schema import MEMORIES
from whence.values.errors import MemoryDamaged

_MAGIC = b"LANC"
"""What a manifest ends with, as Lance's format has it."""

_MOST_BLANK = 1000
"""Lists of deleted rows that are made up for at most: one for each fragment that has any."""

Take = Callable[[Sequence[int]], pa.Table]
"""Reads rows by their places in the table: a table with `rows.CHECKED_COLUMNS`."""


def spread(table: Table, columns: Sequence[str], count: int) -> pa.Table:
    """So many rows, evenly spread over the table; all of a smaller one."""

    async def take(handle: Any) -> pa.Table:
        there = await handle.count_rows()
        if there <= count:
            return await handle.query().select(list(columns)).to_arrow()
        offsets = np.linspace(0, there - 1, count).astype(int).tolist()
        return await handle.take_offsets(offsets).select(list(columns)).to_arrow()

    return table.call("read", take)


class Pinned(NamedTuple):
    """One version of a table, which can be read as long as nobody cleans it away."""

    version: int
    """Its number."""

    places: dict[str, int]
    """Each row's place by its id."""

    take: Take
    """Reads rows of it by their places."""

    unread: int
    """Rows whose ids can't be read."""


def pinned(memories: Table) -> Pinned:
    """The newest version of a table.

    Raises:
        StorageError: the table can't be opened.
    """

    async def pin(_: Any) -> tuple[int, Any, list[str], int]:
        handle = await memories.connection.open_table(memories.name)
        version = int(await handle.version())
        await handle.checkout(version)
        there = [name for name in rows.CHECKED_COLUMNS if name in (await handle.schema()).names]
        return version, handle, there, int(await handle.count_rows())

    version, handle, there, count = memories.call("read", pin)

    def read(asked: Any) -> pa.Table:
        try:
            return run(asked)
        except FAILURES as error:  # not tried again: what is pinned stays as it is
            raise storage_error(error, f"The {memories.name} could not be read", "", truth=True) from error

    def take(places: Sequence[int]) -> pa.Table:
        found = read(handle.take_offsets(list(places)).select(there).to_arrow())
        for name in rows.CHECKED_COLUMNS:  # a table of an earlier format has not all of them
            if name not in there:
                found = found.append_column(MEMORIES.field(name), pa.nulls(len(found), MEMORIES.field(name).type))
        return found

    try:
        ids = read(handle.query().select(["id"]).to_arrow())["id"].to_pylist()
        places = {id: place for place, id in enumerate(ids)}
        return Pinned(version, places, take, 0)
    except MemoryDamaged:
        places = _places(lambda some: read(handle.take_offsets(some).select(["id"]).to_arrow()), 0, count)
        return Pinned(version, places, take, count - len(places))


def _places(take: Callable[[list[int]], pa.Table], begin: int, end: int) -> dict[str, int]:
    """The places of rows whose ids can be read, looked for in halves: one damaged file hides no other's rows."""
    if begin >= end:
        return {}
    try:
        ids = take(list(range(begin, end)))["id"].to_pylist()
        return {id: place for place, id in enumerate(ids, begin) if id}
    except MemoryDamaged:
        if end - begin == 1:
            return {}
    half = (begin + end) // 2
    return _places(take, begin, half) | _places(take, half, end)


def replace(table: Table, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """Have these rows in the place of all others, in one commit that other processes see as any other.

    Raises:
        StorageError: it can't be written; what was there stays.
    """
    reader = pa.RecordBatchReader.from_batches(schema, batches)
    try:
        run(table.connection.create_table(table.name, data=reader, schema=schema, mode="overwrite"))
    except FAILURES as error:
        raise storage_error(error, f"The {table.name} could not be restored", table.remedy, truth=True) from error
    table.exists()


def number(manifest: Path) -> int:
    """A version by the name of its manifest. Names of 20 digits count down, so that the newest is listed first."""
    found = int(manifest.stem) if manifest.stem.isdigit() else 0
    return (1 << 64) - 1 - found if len(manifest.stem) == 20 else found


def drop_unreadable(table: Table) -> int:
    """Remove older versions whose manifests can't be read; how many. Tidying up reads all of them, and fails at one.

    Raises:
        StorageError: the newest can't be opened.
    """

    async def look(_: Any) -> tuple[Any, int]:
        handle = await table.connection.open_table(table.name)
        return handle, int(await handle.version())

    handle, newest = table.call("read", look)
    found = list((table.folder / "_versions").glob("*.manifest")) if table.folder else []
    broken = [each for each in found if number(each) < newest and not _readable(handle, each)]
    for each in broken:
        each.unlink(missing_ok=True)
    return len(broken)


def _readable(handle: Any, manifest: Path) -> bool:
    """Whether a version can be opened, or is gone by now."""
    try:
        if manifest.read_bytes()[-len(_MAGIC) :] != _MAGIC:
            return False
        run(handle.checkout(number(manifest)))
        return int(run(handle.version())) == number(manifest)  # 0 where it is full of zeros
    except FileNotFoundError:
        return True
    except FAILURES:
        return False


def blank_deletions(table: Table) -> int:
    """Have lists of deleted rows that can't be read, or are gone, say that none was deleted; how many there were.

    No row of such a version can be read otherwise. What was deleted is there again then: older states of memories, and
    memories that were removed for good.
    """
    if table.folder is None:
        return 0
    folder, count = table.folder / "_deletions", 0
    for file in folder.glob("*.arrow"):
        try:
            pa.ipc.open_file(file).read_all()
        except FAILURES:
            _blank(file)
            count += 1
    for _ in range(_MOST_BLANK):  # of those that are gone, the error names one at a time
        try:
            run(_rows(table))
            break
        except FAILURES as error:
            named = re.search(r"_deletions/([\w-]+\.arrow)", str(error))
            if not named or (folder / named[1]).exists():
                break
            _blank(folder / named[1])
            count += 1
    return count


async def _rows(table: Table) -> int:
    handle = await table.connection.open_table(table.name)
    return len(await handle.query().select(["id"]).to_arrow())


def _blank(file: Path) -> None:
    file.unlink(missing_ok=True)  # it may be a link to one that stays as it is
    schema = pa.schema([pa.field("row_id", pa.uint32(), nullable=False)])
    with pa.OSFile(str(file), "wb") as out, pa.ipc.new_file(out, schema) as writer:
        writer.write_batch(pa.RecordBatch.from_pylist([], schema=schema))  # Lance wants exactly one


def read_sound(take: Take, places: Mapping[str, int]) -> dict[str, tuple[str, int]]:
    """Payloads of rows that are as they were written, with the moment of their writing, by id.

    Where rows can't be read together they are read in halves, down to single ones.

    Args:
        take: reads rows.
        places: the rows' places by id.
    """
    if not places:
        return {}
    try:
        table = take(sorted(places.values()))
        columns = (table[name].to_pylist() for name in ("id", "payload", "digest"))
        moments = table["updated_at"].cast("int64").to_pylist()
        found = zip(*columns, moments, strict=True)
        return {
            id: (payload, moment or 0)
            for id, payload, digest, moment in found
            if id in places and payload and rows.is_sound(payload, digest, moment)
        }
    except MemoryDamaged:
        if len(places) == 1:
            return {}
    ordered = sorted(places, key=lambda id: places[id])
    half = len(ordered) // 2
    return {
        id: row
        for part in (ordered[:half], ordered[half:])
        for id, row in read_sound(take, {id: places[id] for id in part}).items()
    }
