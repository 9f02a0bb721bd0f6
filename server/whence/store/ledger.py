"""The ledger: one row for each request to a model, of all projects of this user on this machine."""

import math
import os
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from whence.store.conditions import both, moment
from whence.store.failures import storage_error
from whence.store.maintenance import Pace, due, maintain, one_process
from whence.store.rows import to_time
from whence.values.completion import LedgerEntry

if TYPE_CHECKING:
    from whence.store.lance import Table

_REMEDY = (
    "Nothing is sent to a model that may cost something until it can be. Check the folder `spending` of your data."
)


class Ledger:
    """The ledger, open, for as many threads and processes as wish.

    Raises (any call):
        StorageError: it can't be read or written.
    """

    def __init__(self, table: "Table") -> None:
        self._table = table
        self._pace = Pace()
        self._maintaining = threading.Lock()

    @classmethod
    def open(cls, folder: Path) -> "Ledger":
        """Open the ledger in a folder of this machine, or begin one. Several processes may do so at once."""
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise storage_error(error, "The folder for the ledger could not be made", _REMEDY) from error
        os.environ.setdefault("LANCEDB_LOG", "off")
        from whence.store.connection import connect  # these load LanceDB
        from whence.store.lance import Table
        from whence.store.schema import LEDGER

        table = Table(connect(str(folder), None), "ledger", folder / "ledger.lance", _REMEDY)
        if not table.exists():
            table.create(LEDGER)
        return cls(table)

    def close(self) -> None:
        """Let go of it. What was written is on disk already."""
        self._table.close()

    def write(self, entries: Sequence[LedgerEntry]) -> None:
        """Write entries, in one commit that is on disk on return. Writing one again changes nothing."""
        if entries:
            self._table.merge([each.model_dump(by_alias=False) for each in entries])

    def entries(self, since: datetime | None = None, until: datetime | None = None) -> list[LedgerEntry]:
        """The entries from a moment on and before another, oldest first."""
        where = both(f"at >= {moment(since)}" if since else "", f"at < {moment(until)}" if until else "")
        rows = self._table.read(list(LedgerEntry.model_fields), where)
        rows = rows.set_column(rows.column_names.index("at"), "at", rows["at"].cast("int64"))
        found = [LedgerEntry.model_validate({**row, "at": to_time(row["at"])}) for row in rows.to_pylist()]
        return sorted(found, key=lambda each: (each.at, each.id))

    def spent(self, since: datetime) -> float:
        """US dollars of all entries from a moment on, as far as prices are known."""
        found = self._table.read(["usd"], both(f"at >= {moment(since)}", "usd IS NOT NULL"))["usd"].to_pylist()
        return math.fsum(found)

    def maintain(self) -> None:
        """Tidy up where many entries have come; cheap where there is nothing to do."""
        with self._maintaining:
            if not due(self._table, self._pace):
                return
            with one_process(self._table.folder) as mine:
                if mine:
                    maintain(self._table, self._pace, vectors=False)
