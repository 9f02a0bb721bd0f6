"""`Store`: one database of one project, opened, kept in shape and measured."""

import logging
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from whence.store.backups import rescue
from whence.store.care import Care
from whence.store.conditions import among
from whence.store.counted import Count, loss
from whence.store.maintenance import Pace, due, maintain, one_process, renew, seal
from whence.store.memories import Memories
from whence.store.passages import Passages
from whence.store.states import Mark, States
from whence.values.errors import StorageError

if TYPE_CHECKING:
    from whence.store.lance import Table

log = logging.getLogger(__name__)


class Store(Memories):
    """The memories of one project and what is derived from them, for as many threads and processes as wish.

    Every call is one commit, on disk when it returns, or one read that sees all commits before it.

    Raises (any call):
        StorageError: the database can't be read or written; it says what to try.
    """

    def __init__(
        self,
        memories: "Table",
        passages: "Table",
        count: Count | None = None,
        backups: Path | None = None,
        *,
        columns: bool = True,
    ) -> None:
        super().__init__(memories, partial(rescue, backups) if backups else lambda ids: {})
        self._passages = passages
        self.passages = Passages(passages, memories, self.get, columns=columns)
        """What is derived of the memories."""
        self.removing: Callable[[Sequence[str]], None] = lambda ids: None
        """Told of memories before they are removed for good; where it raises, they stay."""
        self.states = States(memories, self._integrity)
        """The states of the memories, by which they are compared with another database."""
        self._maintaining = threading.Lock()
        self.care = Care(memories, self._integrity, self._maintaining, count, backups)
        """What keeps the memories whole."""
        self._paces = {memories.name: Pace(), passages.name: Pace()}

    @classmethod
    def open(
        cls,
        uri: str,
        *,
        dimension: int = 384,
        storage_options: Mapping[str, str] | None = None,
        count: Count | None = None,
        backups: Path | None = None,
        columns: bool = True,
    ) -> "Store":
        """Open a database, and create or upgrade what is missing in it. Several processes may do so at once.

        Args:
            uri: a folder of this machine, or the address of an object store such as `s3://bucket/folder`.
            dimension: numbers of a vector, for a database without vectors; one that has some keeps theirs.
            storage_options: credentials and options of the object store, as LanceDB names them.
            count: the count beside it, by which it is noticed that memories are missing.
            backups: the folder of its backups: one is taken there before a migration, and memories that are damaged
                are taken from there.
            columns: whether searches may be answered from columns beside the database.

        Raises:
            MemoryDamaged: memories are there and can't be opened.
            SchemaTooNew: a newer version of Whence wrote it; it is left as it is.
            StorageError: it can't be opened.
        """
        # Its log goes to standard error, with paths; what matters reaches us as errors. It reads this on import.
        os.environ.setdefault("LANCEDB_LOG", "off")
        from whence.store.tables import open_tables  # loads LanceDB

        before = count.read() if count else None
        store = cls(*open_tables(uri, dimension, storage_options, count, backups), count, backups, columns=columns)
        if count:
            version, total = store.version(), store.care.total()
            if loss(before, version, total, opening=True):
                count.note(before, version, total, opening=True)
        return store

    def close(self) -> None:
        """Let go of the database. What was acknowledged is on disk already."""
        if self._memories.writes:
            with suppress(StorageError):
                self.care.count()
        self.passages.columns.close()
        self._memories.close()
        self._passages.close()

    def purge(self, ids: Sequence[str]) -> None:
        """Remove these memories and their passages for good, after `removing` was told."""
        if ids:
            self.removing(ids)
            self._memories.delete(among("id", ids))
            self._passages.delete(among("memory", ids))
            self.passages.columns.forget()
            self.care.count()  # at once: where nothing is left, the next who opens it must not take that for a loss

    def maintain(self, force: bool = False) -> bool:
        """Tidy up the tables that have had many commits, or have rested long enough after some; all if `force`.

        Cheap when there is nothing to do, so that it can be called every few seconds; one process does it at a time.

        Returns:
            Whether anything was tidied.
        """
        tables = (self._memories, self._passages)
        with self._maintaining:
            renew(tables, self._paces)
            pending = [each for each in tables if force or due(each, self._paces[each.name])]
            if not pending:
                return False
            with one_process(self._memories.folder) as mine:
                if not mine:
                    return False
                tidied = [maintain(each, self._paces[each.name], vectors=each is self._passages) for each in pending]
                if self._memories in pending:
                    seal(self._memories)
        return any(tidied)


def drop(store: Store, seen: Mapping[str, Mark]) -> list[str]:
    """Remove memories that were removed elsewhere, unless somebody wrote them here since they were looked at.

    Returns:
        Those that are gone, with their passages.
    """
    store.states.discard(seen)
    left = store.states.marks(list(seen))
    gone = [id for id in seen if id not in left]
    store.passages.put([], [], removed=gone)
    store.care.count()
    return gone


def disk_size(store: Store) -> int:
    """Bytes on disk; 0 for a database that is not on this machine."""
    if store.folder is None:
        return 0
    total = 0
    for path in store.folder.parent.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # cleaned away while we look
            continue
    return total


def let_go() -> None:
    """Give memory that was freed back to the system; worth it after many commits in a row. Takes 10 ms."""
    from whence.store.connection import let_go as give_back  # loads LanceDB

    give_back()
