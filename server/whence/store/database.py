"""`Store`: one database of one project, opened, kept in shape and measured."""

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from whence.store.conditions import among, both
from whence.store.maintenance import Pace, due, maintain, one_process
from whence.store.memories import Memories
from whence.store.passages import Passages

if TYPE_CHECKING:
    from whence.store.lance import Table

log = logging.getLogger(__name__)


class Store(Memories, Passages):
    """The memories of one project and what is derived from them, for as many threads and processes as wish.

    Every call is one commit, on disk when it returns, or one read that sees all commits before it.

    Raises (any call):
        StorageError: the database can't be read or written; it says what to try.
    """

    def __init__(self, memories: "Table", passages: "Table") -> None:
        self._memories, self._passages = memories, passages
        self._maintaining = threading.Lock()
        self._paces = {memories.name: Pace(), passages.name: Pace()}
        self._fresh: tuple[int, int] | None = None

    @classmethod
    def open(cls, uri: str, *, dimension: int = 384, storage_options: Mapping[str, str] | None = None) -> "Store":
        """Open a database, and create or upgrade what is missing in it. Several processes may do so at once.

        Args:
            uri: a folder of this machine, or the address of an object store such as `s3://bucket/folder`.
            dimension: numbers of a vector, for a database without vectors; one that has some keeps theirs.
            storage_options: credentials and options of the object store, as LanceDB names them.

        Raises:
            SchemaTooNew: a newer version of Whence wrote it; it is left as it is.
            StorageError: it can't be opened.
        """
        # Its log goes to standard error, with paths; what matters reaches us as errors. It reads this on import.
        os.environ.setdefault("LANCEDB_LOG", "off")
        from whence.store.tables import open_tables  # loads LanceDB

        return cls(*open_tables(uri, dimension, storage_options))

    def close(self) -> None:
        """Let go of the database. What was acknowledged is on disk already."""
        self._memories.close()
        self._passages.close()

    def purge(self, ids: Sequence[str]) -> None:
        """Remove these memories and their passages for good."""
        if ids:
            self._memories.delete(among("id", ids))
            self._passages.delete(among("memory", ids))

    def stale(self, limit: int) -> list[str]:
        """Ids of memories in use whose passages are missing or were made of another state of them.

        That is what a crash between the two writes leaves, and what a rebuild begins with. Passages of memories that
        are gone or in the bin are dropped on the way.
        """
        state = (self._memories.version, self._passages.version)
        if state == self._fresh:
            return []
        from whence.store.staleness import compared  # loads pyarrow

        # Read in this order: a passage written in between is of a memory that was written before.
        made = self._passages.read(["memory", "memory_updated_at"])
        gone, missing = compared(made, self._memories.read(["id", "updated_at"], "deleted_at IS NULL"))
        if len(gone):
            self._drop_passages_of(gone.to_pylist())
        found: list[str] = []
        # Of those that can't be read no passages can be made, however often they are named.
        for start in range(0, len(missing), max(limit, 1)):
            found += [each.id for each in self.get(missing[start : start + limit].to_pylist())]
            if len(found) >= limit:
                break
        if not found:
            self._fresh = state
        return found[:limit]

    def _drop_passages_of(self, ids: list[str]) -> None:
        """Drop the passages of these memories, unless one was restored meanwhile."""
        table = self._memories.read(["id"], both("deleted_at IS NULL", among("id", ids)))
        back = set(table["id"].to_pylist())
        if gone := [id for id in ids if id not in back]:
            self._passages.delete(among("memory", gone))

    def drop_derived(self) -> None:
        """Empty the derived table and make its indexes anew; `stale` then names every memory."""
        from whence.store.tables import empty_passages

        empty_passages(self._passages)
        self._fresh = None

    def maintain(self, force: bool = False) -> bool:
        """Tidy up the tables that have had many commits, or have rested long enough after some; all if `force`.

        Cheap when there is nothing to do, so that it can be called every few seconds; one process does it at a time.

        Returns:
            Whether anything was tidied.
        """
        tables = (self._memories, self._passages)
        with self._maintaining:
            pending = [each for each in tables if force or due(each, self._paces[each.name])]
            if not pending:
                return False
            with one_process(self._memories.folder) as mine:
                if not mine:
                    return False
                tidied = [maintain(each, self._paces[each.name], vectors=each is self._passages) for each in pending]
        return any(tidied)

    def let_go(self) -> None:
        """Give memory that was freed back to the system; worth it after many commits in a row. Takes 10 ms."""
        from whence.store.connection import let_go  # loads LanceDB

        let_go()

    def size(self) -> int:
        """Bytes on disk; 0 for a database that is not on this machine."""
        if self._memories.folder is None:
            return 0
        total = 0
        for path in Path(self._memories.folder).parent.rglob("*"):
            try:
                total += path.stat().st_size if path.is_file() else 0
            except OSError:  # cleaned away while we look
                continue
        return total
