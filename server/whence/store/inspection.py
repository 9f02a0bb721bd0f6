"""What a database holds and whether it can be read, without changing it: nothing is created, upgraded or mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whence.store import rows
from whence.store.connection import FAILURES, connect, run
from whence.store.failures import REBUILD, Kind, kind_of, storage_error
from whence.store.schema import DERIVED_FORMAT, FORMAT, MARK
from whence.values.errors import MemoryDamaged, StorageError

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 500
"""Rows that are held at a time."""


@dataclass(frozen=True, slots=True)
class Inspected:
    """What was found in a database."""

    version: int
    """Format of the memories."""

    newest: int
    """The format that this version of Whence writes."""

    commits: int
    """The version of their table; every commit adds one."""

    memories: int
    """Memories, those in the bin included."""

    unreadable: int
    """Memories that this version of Whence can't read."""

    damaged: tuple[str, ...]
    """Ids of memories that aren't as they were written."""

    index: str
    """What is wrong with the search index; empty where nothing is."""

    unindexed: int
    """Memories in use that are not found, or as they were before."""

    vectors: dict[str, int]
    """Passages with a vector, by model."""

    bare: int
    """Passages without a vector."""


def inspect(uri: str, remedy: str) -> Inspected | None:
    """Read a database to its end; None where there is none yet.

    Args:
        uri: where it is.
        remedy: what to do where its memories can't be read.

    Raises:
        StorageError: the memories can't be opened or read.
    """
    folder = None if "://" in uri else Path(uri)
    if folder is not None and not folder.exists():
        return None
    connection = connect(uri, None)
    memories = _opened(connection, "memories", remedy, truth=True)
    if memories is None:
        if folder is not None and any(folder.glob("memories.lance/data/*")):
            raise MemoryDamaged(f"The memories are on disk but can't be opened. {remedy}")
        return None
    commits = int(run(memories.version()))
    states: dict[str, int] = {}
    count = unreadable = 0
    damaged: list[str] = []
    for batch in _scanned(memories, "memories", remedy, truth=True):
        count += batch.num_rows
        broken = _damaged(batch)
        damaged += broken
        payloads = zip(batch["id"].to_pylist(), batch["payload"].to_pylist(), strict=True)
        unreadable += sum(not rows.to_memories([id], [payload]) for id, payload in payloads if id not in broken)
        at = batch["updated_at"].cast("int64").to_pylist()
        gone = batch["deleted_at"].to_pylist()
        states |= {id: moment for id, moment, bin in zip(batch["id"].to_pylist(), at, gone, strict=True) if bin is None}
    version = _marked(memories)
    passages: Any = None
    vectors: dict[str, int] = {}
    bare, index = 0, ""
    try:
        passages = _opened(connection, "passages", REBUILD)
        for batch in _scanned(passages, "passages", REBUILD) if passages is not None else ():
            for id, moment, model in zip(
                batch["memory"].to_pylist(),
                batch["memory_updated_at"].cast("int64").to_pylist(),
                batch["model"].to_pylist(),
                strict=True,
            ):
                if states.get(id) == moment:
                    states[id] = -1  # found as it is
                if model is None:
                    bare += 1
                else:
                    vectors[model] = vectors.get(model, 0) + 1
        if passages is not None and _marked(passages) != DERIVED_FORMAT:
            index = "The search index is of another version of Whence; it is made anew when a memory is next opened."
    except StorageError as error:
        index = str(error)
    return Inspected(
        version=version,
        newest=FORMAT,
        commits=commits,
        memories=count,
        unreadable=unreadable,
        damaged=tuple(damaged),
        index=index,
        unindexed=sum(moment != -1 for moment in states.values()),
        vectors=vectors,
        bare=bare,
    )


def _damaged(batch: "pa.RecordBatch") -> set[str]:
    """Ids of rows whose payload isn't as it was written, or whose other columns say something else."""
    if "digest" not in batch.schema.names:  # of an earlier version
        return set()
    found = set()
    times = {name: batch[name].cast("int64").to_pylist() for name in ("created_at", "updated_at", "deleted_at")}
    columns = {name: times.get(name) or batch[name].to_pylist() for name in batch.schema.names if name != "labels"}
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        sound = rows.is_sound(row["payload"], row["digest"], row["updated_at"])
        each = rows.parsed(row["payload"]) if sound and row["digest"] else None
        if not sound or (each is not None and not rows.agrees(row, each)):
            found.add(row["id"])
    return found


def _opened(connection: Any, name: str, remedy: str, *, truth: bool = False) -> Any:
    try:
        return run(connection.open_table(name))
    except FAILURES as error:
        if kind_of(error) is Kind.VANISHED:
            return None
        raise storage_error(error, f"The {name} could not be opened", remedy, truth=truth) from error


def _scanned(table: Any, name: str, remedy: str, *, truth: bool = False) -> "Iterator[pa.RecordBatch]":
    """Every row with every column, some at a time."""
    try:
        reader = run(table.query().to_batches(max_batch_length=_BATCH))
        while True:
            try:
                yield run(anext(reader))
            except StopAsyncIteration:
                return
    except FAILURES as error:
        raise storage_error(error, f"The {name} could not be read", remedy, truth=truth) from error


def _marked(table: Any) -> int:
    schema = run(table.schema())
    metadata = (schema.field("payload").metadata if "payload" in schema.names else None) or {}
    return int(metadata.get(MARK.encode(), b"0").decode() or 0)
