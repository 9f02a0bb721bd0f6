"""Whether memories are read as they were written.

LanceDB checks nothing when it reads: one bit that flipped on the disk is read as another text. Each row has a digest of
its payload, which every read compares (3 µs a memory). A memory that does not match is taken from the newest backup
that has it, and told; without one it is left out, and asking for it by its id says why.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from whence.store import rows
from whence.values.memory import MemoryBase

if TYPE_CHECKING:
    import pyarrow as pa

log = logging.getLogger(__name__)

Rescue = Callable[[Sequence[str]], Mapping[str, str]]
"""Payloads of memories as the newest backups have them, by id; those that no backup has are left out."""


class Integrity:
    """Reads memories out of rows, and keeps in mind which were damaged.

    Args:
        rescue: asks the backups.
    """

    def __init__(self, rescue: Rescue) -> None:
        self._rescue = rescue
        self.damaged: dict[str, bool] = {}
        """Memories that were found damaged on disk by this process, and whether a backup has each."""

    def memories(self, table: "pa.Table") -> list[MemoryBase]:
        """The memories of these rows, which have `rows.CHECKED_COLUMNS`, in their order."""
        found: dict[str, MemoryBase] = {}
        broken: list[str] = []
        columns = (table[name] for name in ("id", "payload", "digest"))
        moments = table["updated_at"].cast("int64").to_pylist()
        for id, payload, sealed, at in zip(*(each.to_pylist() for each in columns), moments, strict=True):
            if not rows.is_sound(payload, sealed, at):
                broken.append(id)
            elif (each := rows.to_memory(id, payload)) is not None:
                found[id] = each
        if broken:
            found |= self._rescued(broken)
        return [found[id] for id in table["id"].to_pylist() if id in found] if broken else list(found.values())

    def _rescued(self, ids: Sequence[str]) -> dict[str, MemoryBase]:
        found: dict[str, MemoryBase] = {}
        saved = self._rescue(ids)
        for id in ids:
            each = rows.to_memory(id, saved[id]) if id in saved else None
            if id not in self.damaged:
                log.error("memory %s is damaged on disk; %s", id, "a backup has it" if each else "no backup has it")
            self.damaged[id] = each is not None
            if each is not None:
                found[id] = each
        return found
