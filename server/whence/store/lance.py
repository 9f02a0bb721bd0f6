"""A table of LanceDB: how it is read, written and kept in shape.

This module, `connection` and `indexes` alone import LanceDB, which takes 0.9 s and 149 MB to load: what must not load
it imports them inside of functions.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from whence.store.conditions import among, value
from whence.store.connection import FAILURES, REMOTE_SECONDS, run
from whence.store.failures import Kind, away, kind_of, passes, storage_error
from whence.store.lancedb_import import ColumnOrdering, MatchQuery
from whence.values.errors import StorageError

log = logging.getLogger(__name__)

T = TypeVar("T")

_ATTEMPTS = 8
"""Tries of a write, with about 2 s of pauses between them: others may commit to the same rows for a while."""

_READ_ATTEMPTS = 4
"""Tries of a read: the next one opens the newest version, so only what is lost for good fails them all."""

_PATIENCE = 1.0
"""Seconds that a write waits for an optimisation of this process; at 10,000 passages that takes no longer."""

_LONG_PATIENCE = 120.0
"""Seconds that vectors wait for it, which nobody waits for: at 300,000 passages it takes 30."""

_LONGEST = timedelta(seconds=20)
"""The most that a merge may take on this machine; see `maintenance` for why it must be less than versions are kept. One
takes 10 ms; a thousand memories, or 10,000 passages with their vectors, take a second or two.
"""

_CLOSED = "The memory's storage is closed."

_TIME = ("created_at", "id")

_UNCHANGED = "target.text_hash = source.text_hash AND target.memory_updated_at = source.memory_updated_at"
"""Nobody has written the passage since it was read."""


class Merged(NamedTuple):
    """What a merge did."""

    written: int
    """Rows that were there and were replaced, or were added."""
    version: int
    """The table's version that holds the result."""


class Table:
    """One table at its newest version, whoever wrote it.

    Each call is one commit or one read of one version. It is tried again when other processes got in between: when
    they committed to the same rows, or cleaned away the version that was being read.

    Args:
        connection: the database.
        name: the table.
        folder: where it lies, if on this machine.
        remedy: what a person can try when it can't be read.
        truth: whether it holds what can't be made anew.
    """

    def __init__(
        self, connection: Any, name: str, folder: Path | None, remedy: str | Callable[[], str], *, truth: bool = False
    ) -> None:
        self.name = name
        self.folder = folder
        self.written = time.monotonic()
        """When this process last wrote to it, by `time.monotonic()`."""
        self.writes = 0
        """How often this process wrote to it; each adds a version at most."""
        self._within = None if folder else REMOTE_SECONDS
        self._connection = connection
        self._remedy = remedy
        self._truth = truth
        self._handle: Any = None
        self._columns: pa.Schema | None = None
        self._writing = threading.RLock()

    # ------------------------------------------------------------ the table itself

    def exists(self) -> bool:
        """Whether the table is there and can be opened.

        Raises:
            StorageError: it is there and can't be opened, or the database can't be reached.
        """
        try:
            self._handle = run(self._connection.open_table(self.name), self._within)
        except FAILURES as error:
            if kind_of(error) is Kind.VANISHED:
                return False
            raise self._told(error, "opened") from error
        return True

    def create(self, schema: pa.Schema, *, anew: bool = False) -> None:
        """Create the table unless another process just did; `anew` empties one that is there."""
        mode: dict[str, Any] = {"mode": "overwrite"} if anew else {"exist_ok": True}

        async def create(_: Any) -> Any:
            return await self._connection.create_table(self.name, schema=schema, **mode)

        self._handle = self.call("created", create)
        self._columns = None

    def drop(self) -> None:
        """Remove the table with its files, in whatever state they are."""
        self.call("removed", lambda _: self._connection.drop_table(self.name, ignore_missing=True))

    @property
    def connection(self) -> Any:
        """The database.

        Raises:
            StorageError: it is closed.
        """
        if self._connection is None:
            raise StorageError(_CLOSED)
        return self._connection

    def close(self) -> None:
        """Let go of the table; a later call raises `StorageError`."""
        self._connection = None  # first: who finds no handle finds no connection either
        self._handle = None

    def move(self, connection: Any) -> None:
        """Ask the same database by another connection from now on; what is under way ends on the old one."""
        if self._connection is not None:
            self._connection = connection
            self._reopen()

    @property
    def remedy(self) -> str:
        """What a person can try when it can't be read."""
        return self._remedy if isinstance(self._remedy, str) else self._remedy()

    @property
    def schema(self) -> pa.Schema:
        """The columns as they are stored."""
        return self.call("read", lambda handle: handle.schema())

    @property
    def version(self) -> int:
        """The number of the newest version; every commit of any process adds one."""
        return int(self.call("read", lambda handle: handle.version()))

    def mark(self, column: str, key: str, value: str) -> None:
        """Write a word of metadata to a column."""
        update = {"path": column, "metadata": {key: value}}
        self.call("written", lambda handle: handle.update_field_metadata(update))

    def marked(self, column: str, key: str) -> str:
        """Read a word of metadata of a column; empty where there is none."""

        async def marked(handle: Any) -> str:
            metadata = (await handle.schema()).field(column).metadata or {}
            return str(metadata.get(key.encode(), b"").decode())

        return self.call("read", marked)

    # ------------------------------------------------------------ reading

    def read(
        self,
        columns: Sequence[str],
        where: str = "",
        *,
        newest: bool = False,
        oldest: bool = False,
        limit: int | None = None,
        version: int | None = None,
    ) -> pa.Table:
        """Rows that meet the condition, in any order, or `newest` or `oldest` first by (created_at, id)."""

        async def read(handle: Any) -> pa.Table:
            if version is not None:
                handle = await self._connection.open_table(self.name)
                await handle.checkout(version)
            query = handle.query().select(list(columns))
            if limit is not None:
                query = query.limit(limit)
            if where:
                query = query.where(where)
            if newest or oldest:
                query = query.order_by([ColumnOrdering(column_name=each, ascending=oldest) for each in _TIME])
            return await query.to_arrow()

        return self.call("read", read)

    def count(self, where: str | None = None) -> int:
        """How many rows meet the condition."""
        return int(self.call("read", lambda handle: handle.count_rows(where)))

    def by_words(self, tokens: str, boost: float, columns: Sequence[str], where: str, limit: int) -> pa.Table:
        """Rows that hold any of these tokens, best first, with `_score`: BM25 (k1 1.2, b 0.75) times `boost`.

        A token that is said twice counts twice.
        """

        async def search(handle: Any) -> pa.Table:
            match = MatchQuery(tokens, "words", boost=boost)  # type: ignore[call-arg]  # mypy misses pydantic's defaults
            query = handle.query().nearest_to_text(match).select([*columns, "_score"]).limit(limit)
            return await (query.where(where) if where else query).to_arrow()

        return self.call("read", search)

    def by_vector(self, vector: NDArray[np.float32], columns: Sequence[str], where: str, limit: int) -> pa.Table:
        """Rows whose vectors point most nearly the same way, nearest first, with `_distance`: 1 - cosine."""

        async def search(handle: Any) -> pa.Table:
            query = handle.query().nearest_to(vector).column("vector").distance_type("cosine")
            # The quantised index alone answers distances that are off by up to 0.8; refining looks at the vectors
            # themselves, 3 ms for 400 of them. Twice as many as wanted found all of the nearest among 100,000 random
            # vectors, just as many 97%; where many are wanted, those who are missed are the last.
            query = query.refine_factor(2 if limit <= 100 else 1).select([*columns, "_distance"]).limit(limit)
            return await (query.where(where) if where else query).to_arrow()

        return self.call("read", search)

    # ------------------------------------------------------------ writing

    def merge(
        self,
        rows: Sequence[dict[str, Any]],
        *,
        insert: bool = True,
        only_if: str | None = None,
        dropping: str | None = None,
    ) -> Merged:
        """Write rows by id in one commit; columns that they lack keep what they hold.

        Args:
            rows: at least one, each with the same columns, no id twice.
            insert: whether a row of a new id is added.
            only_if: condition on `target` and `source` under which a row that is there is replaced.
            dropping: condition under which rows are dropped that are not among these.
        """
        data = self._typed(rows)

        async def merge(handle: Any) -> Merged:
            # Not by an index, if there were one: see MEMORIES.
            builder = handle.merge_insert("id").use_index(False).when_matched_update_all(where=only_if)
            if insert:
                builder = builder.when_not_matched_insert_all()
            if dropping:
                builder = builder.when_not_matched_by_source_delete(dropping)
            # A passage has no vector at first.
            result = await builder.execute(data, on_bad_vectors="null", timeout=_LONGEST if self.folder else None)
            return Merged(result.num_updated_rows + result.num_inserted_rows, result.version)

        with self._turn():
            return self.call("written", merge)

    def append(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write rows of ids that no process has written or will write, in one commit.

        It looks for none of them, and leaves no filter of their ids for others' commits: 21 KB on disk instead of
        `merge`'s 87, in a third of the time. It is tried once, since a commit that is said to have failed may be there.

        Args:
            rows: at least one, each with the same columns, no id twice.
        """
        data = self._typed(rows)
        with self._turn():
            self.call("added", lambda handle: handle.add(data))

    def _typed(self, rows: Sequence[dict[str, Any]]) -> pa.Table:
        try:
            return pa.Table.from_pylist(list(rows), schema=self._types_of(rows[0]))
        except FAILURES as error:  # what is to be written is no row; nothing on disk is amiss
            raise StorageError(f"The {self.name} could not be written: they are not of the right shape.") from error

    def _types_of(self, names: Iterable[str]) -> pa.Schema:
        """The types of these columns. To ask takes 1.4 to 3 ms of a save, and of all only a vector's ever changes."""
        names = list(names)
        schema = self._columns
        if schema is None or "vector" in names or any(name not in schema.names for name in names):
            schema = self._columns = self.schema
        return pa.schema([schema.field(name) for name in names])

    def set_vectors(
        self, model: str, vectors: Mapping[str, tuple[str, NDArray[np.float32]]], only_if: str = _UNCHANGED
    ) -> None:
        """Give rows their vectors, in one commit, where they still have the text that the vector was made of.

        Args:
            model: the model that made them.
            vectors: for each row's id its `text_hash` and the vector.
            only_if: condition on `target` and `source` under which nobody has written the row since it was read.
        """

        async def write(handle: Any) -> None:
            # Whole rows, read and written back: given the new columns alone, a merge joins all others from the whole
            # table, which takes 90 ms at 26,000 passages instead of 15.
            whole = await handle.query().where(among("id", vectors)).to_arrow()
            keys = zip(whole["id"].to_pylist(), whole["text_hash"].to_pylist(), strict=True)
            whole = whole.filter(pa.array([vectors[id][0] == text_hash for id, text_hash in keys], pa.bool_()))
            if not whole.num_rows:
                return
            found = np.stack([vectors[id][1] for id in whole["id"].to_pylist()])
            for name, column in (
                ("model", pa.array([model] * len(found))),
                ("vector", pa.FixedSizeListArray.from_arrays(pa.array(found.ravel()), found.shape[1])),
            ):
                whole = whole.set_column(whole.column_names.index(name), whole.schema.field(name), column)
            builder = handle.merge_insert("id").use_index(False).when_matched_update_all(where=only_if)
            await builder.execute(whole, on_bad_vectors="null", timeout=_LONGEST if self.folder else None)

        with self._turn(_LONG_PATIENCE):
            self.call("written", write)

    def update(self, row: Mapping[str, Any], where: str) -> bool:
        """Write these columns to the one row that meets the condition, in one commit. Whether there was one.

        For a row that is there this is lighter than `merge`: 15 KB on disk instead of 80, and 8 ms instead of 11.
        """
        values = {column: value(each) for column, each in row.items()}
        with self._turn():
            result = self.call("written", lambda handle: handle.update(where=where, updates_sql=values))
        return bool(result.rows_updated)

    def set_by_sql(self, values: Mapping[str, str], where: str) -> None:
        """Write columns of the rows that meet the condition, each as its SQL gives it, in one commit."""
        with self._turn():
            self.call("written", lambda handle: handle.update(where=where, updates_sql=dict(values)))

    def delete(self, where: str) -> None:
        """Delete rows that meet the condition, in one commit."""
        with self._turn():
            self.call("written", lambda handle: handle.delete(where))

    # ------------------------------------------------------------ upkeep

    def fragments(self) -> int:
        """How many pieces a read puts together: about one for each commit since `optimize`."""
        stats = self.call("read", lambda handle: handle.stats())
        return int(stats["fragment_stats"]["num_fragments"])

    def versions(self) -> int:
        """How many versions are kept, the newest included."""
        if self.folder is not None:
            return sum(1 for _ in (self.folder / "_versions").glob("*.manifest"))
        return len(self.call("read", lambda handle: handle.list_versions()))

    def optimize(self, keep: timedelta) -> None:
        """Put small pieces together, bring indexes up to date, and clean away versions older than `keep`."""
        with self._writing:
            self.call("tidied", lambda handle: handle.optimize(cleanup_older_than=keep))

    # ------------------------------------------------------------ the edge

    @contextmanager
    def _turn(self, patience: float = _PATIENCE) -> Iterator[None]:
        """Wait, though for no longer than so many seconds, until this process does not optimise the table.

        A commit that replaces rows makes an optimisation under way fail, and the copy of the table that it has written
        then lies on disk for a week, until Lance dares to clean it away.
        """
        mine = self._writing.acquire(timeout=patience)
        try:
            yield
        finally:
            self.written = time.monotonic()
            self.writes += 1
            if mine:
                self._writing.release()

    def call(
        self,
        done: Literal["read", "written", "added", "created", "removed", "tidied"],
        call: Callable[[Any], Coroutine[Any, Any, T]],
    ) -> T:
        """What LanceDB answers, tried again where other processes got in between.

        Args:
            done: what is done, for the error and for how often it is tried.
            call: asks the table's newest version.

        Raises:
            StorageError: it can't be had; it says what to try.
        """
        most = {"read": _READ_ATTEMPTS, "added": 1, "tidied": 1}.get(done, _ATTEMPTS)
        for attempt in range(1, most + 1):
            handle = self._handle
            if self._connection is None:
                raise StorageError(_CLOSED)
            try:
                result: T = run(call(handle), self._within, long=done == "tidied")
            except FAILURES as error:
                if attempt == most or not passes(error, truth=self._truth):
                    self._reopen()  # a handle whose optimisation met a conflict may meet it for ever
                    raise self._told(error, done) from error
                log.debug("%s of %s is tried again: %s", done, self.name, error)
            else:
                return result
            time.sleep(random.uniform(0.5, 1.0) * 0.01 * 2**attempt)
            self._reopen()
        raise AssertionError("unreachable")

    def _reopen(self) -> None:
        """Take a fresh handle, at the newest version."""
        connection = self._connection
        self._columns = None
        if connection is None:
            return
        try:
            self._handle = run(connection.open_table(self.name), self._within)
        except FAILURES as error:
            log.debug("%s cannot be reopened yet: %s", self.name, error)

    def _told(self, error: BaseException, done: str) -> StorageError:
        told = storage_error if self.folder else away
        return told(error, f"The {self.name} could not be {done}", self.remedy, truth=self._truth)
