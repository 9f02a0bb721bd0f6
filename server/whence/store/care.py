"""What keeps the memories of a store whole: their count, their backups, and what was found damaged."""

import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from whence.store.backups import Backup, Mended, RestoreDone, Why, rescue
from whence.store.counted import Count, Loss
from whence.store.integrity import Integrity
from whence.store.maintenance import alone
from whence.values.base import now
from whence.values.errors import StorageError

if TYPE_CHECKING:
    from whence.store.lance import Table


class Care:
    """The care for one store.

    Args:
        memories: the table of truth.
        integrity: what reads it.
        maintaining: held while this process tidies up.
        count: the count beside the database, if there is one.
        backups: the folder of its backups, if there is one.
    """

    def __init__(
        self,
        memories: "Table",
        integrity: Integrity,
        maintaining: threading.Lock,
        count: Count | None,
        backups: Path | None,
    ) -> None:
        self._memories, self._maintaining = memories, maintaining
        self._count, self._backups = count, backups
        self._counted = 0
        self.damaged = integrity.damaged
        """Memories that this process found damaged on disk, by id, and whether a backup has each."""

    def total(self) -> int:
        """How many memories there are, the bin's included."""
        return self._memories.count()

    def count(self) -> None:
        """Write down how many memories there are, where that changed. Costs 0.3 ms where it didn't, 3 ms where it did.

        Raises:
            StorageError: the memories can't be counted.
        """
        if self._count is None or self._memories.version == self._counted:
            return
        before = self._count.read()
        version = self._memories.version
        self._count.note(before, version, self._memories.count())
        self._counted = version

    def backup(
        self,
        why: Why,
        along: Iterable[tuple[str, bytes]] = (),
        progress: Callable[[str, float], None] = lambda message, share: None,
    ) -> Backup:
        """Back up all memories to the folder of backups, as `backup.write` does.

        Raises:
            StorageError: it can't be done; it says what to try.
        """
        from whence.store.backup import write  # loads LanceDB

        with self._maintaining, alone(self._memories.folder):
            return write(self._memories, self._folder, why, now(), along, progress=progress)

    def mend(self, salvage: Path) -> Mended:
        """Write all rows anew from what can be read of them and of backups, as `restoring.mend` does.

        Args:
            salvage: gets JSON lines of what is damaged and in no backup.

        Raises:
            StorageError: it can't be written; what was there stays.
        """
        from whence.store.restoring import mend  # loads LanceDB

        with self._maintaining, alone(self._memories.folder):
            done = mend(self._memories, partial(rescue, self._folder), salvage)
        self.damaged.clear()
        self.count()
        return done

    def restore(self, backup: Backup | None, *, exactly: bool = False, aside: Path | None = None) -> RestoreDone:
        """Have the memories of a backup in the place of what is there, as `restoring.restore` does. Nothing is missing
        any more then.

        Args:
            backup: which one; without, what can be read of the damaged database is all.
            exactly: whether what was written after it goes.
            aside: the folder of a damaged database, of which comes along what can be read and is later.

        Raises:
            SchemaTooNew: a newer version of Whence took the backup.
            StorageError: it can't be done; it says what to try.
        """
        from whence.store.connection import connect  # these load LanceDB
        from whence.store.lance import Table
        from whence.store.restoring import restore

        damaged = Table(connect(str(aside), None), "memories", aside / "memories.lance", "") if aside else None
        with self._maintaining, alone(self._memories.folder):
            done = restore(self._memories, self._folder, backup, exactly=exactly, aside=damaged)
        self.damaged.clear()
        self.give_up()
        self.count()
        return done

    @property
    def _folder(self) -> Path:
        if self._backups is None:
            raise StorageError("There is no folder for backups.")
        return self._backups

    def missing(self) -> Loss | None:
        """What was here once and is gone; None where nothing is known to be missing."""
        return self._count.lost() if self._count else None

    @property
    def remedy(self) -> str:
        """What to do about memories that are damaged or gone."""
        return self._memories.remedy

    def give_up(self) -> None:
        """Take what is missing for gone."""
        if self._count:
            self._count.settle()
