"""States of memories: by them a database is compared with another, and written from there, one memory at a time."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from whence.store import rows
from whence.store.conditions import among, literal, moment
from whence.store.integrity import Integrity
from whence.values.memory import KINDS, MemoryBase, kept_private

if TYPE_CHECKING:
    import pyarrow as pa

    from whence.store.lance import Table

_MARKED = ("id", "digest", "kind", "labels", "open", "updated_at", "deleted_at")

_AT_ONCE = 200
"""Memories that one commit writes: its condition names each that is there, and takes 0.5 ms a memory to plan."""


class Mark(NamedTuple):
    """What tells one state of a memory from another, and whether it may go elsewhere."""

    at: int
    """When it was last written, in microseconds since 1970."""

    digest: str
    """What it holds, as its row says; empty in rows of earlier versions."""

    private: bool
    """Whether it stays on this machine."""

    growing: bool
    """Whether it may still grow."""

    binned: bool = False
    """Whether it is in the bin."""

    @property
    def name(self) -> str:
        """The state as a word."""
        return f"{self.at}|{self.digest}"


class States:
    """The states of the memories of one table.

    Args:
        memories: the table.
        integrity: what reads it.
    """

    def __init__(self, memories: "Table", integrity: Integrity) -> None:
        self._memories, self._integrity = memories, integrity

    def marks(self, ids: Sequence[str] | None = None) -> dict[str, Mark]:
        """The states of these memories that are there, or of all, by id, the bin's included: 0.1 s for 100,000."""
        return _marks(self._memories.read(_MARKED, "" if ids is None else among("id", ids)))

    def marked(self, ids: Sequence[str]) -> list[tuple[MemoryBase, Mark]]:
        """The memories of these ids that are there, each with its state as it was read with it."""
        table = self._memories.read([*_MARKED, "payload"], among("id", ids))
        marks = _marks(table)
        return [(each, marks[each.id]) for each in self._integrity.memories(table)]

    def land(self, memories: Sequence[MemoryBase], seen: Mapping[str, Mark]) -> dict[str, Mark]:
        """Write memories as they come from elsewhere, unless somebody wrote them since they were looked at.

        Args:
            memories: what is to be stored, no id twice.
            seen: the states of those that were there.

        Returns:
            The states that are stored now.
        """
        marks: dict[str, Mark] = {}
        for start in range(0, len(memories), _AT_ONCE):
            some = memories[start : start + _AT_ONCE]
            known = {each.id: rows.to_time(seen[each.id].at) for each in some if each.id in seen}
            unread = " OR ".join(
                f"(target.id = {literal(id)} AND target.updated_at = {moment(at)})" for id, at in known.items()
            )
            written = [rows.of_memory(each) for each in some]
            if self._memories.merge(written, only_if=unread or "false").written == len(some):
                marks |= {row["id"]: _mark(row) for row in written}
            else:
                marks |= self.marks([each.id for each in some])
        return marks

    def discard(self, seen: Mapping[str, Mark]) -> None:
        """Remove memories, unless somebody wrote them since they were looked at.

        Args:
            seen: their states, by id.
        """
        each = (f"(id = {literal(id)} AND updated_at = {moment(rows.to_time(m.at))})" for id, m in seen.items())
        self._memories.delete(" OR ".join(each) or "false")


def _mark(row: Mapping[str, Any]) -> Mark:
    """The state of a memory as its row is written."""
    private = _stays(row["kind"], row["labels"])
    at, binned = rows.microseconds(row["updated_at"]), row["deleted_at"] is not None
    return Mark(at, row["digest"], private, row["open"], binned)


def _marks(table: "pa.Table") -> dict[str, Mark]:
    """The states of the memories of these rows, which have `_MARKED`."""
    times = (table[name].cast("int64").to_pylist() for name in ("updated_at", "deleted_at"))
    columns = (table[name].to_pylist() for name in ("id", "digest", "kind", "labels", "open"))
    return {
        id: Mark(at or 0, digest or "", _stays(kind, labels), bool(growing), binned is not None)
        for id, digest, kind, labels, growing, at, binned in zip(*columns, *times, strict=True)
    }


def _stays(kind: str, labels: Sequence[str] | None) -> bool:
    """Whether a memory of this kind with these labels stays on this machine; so does one of a kind unknown here."""
    return kind not in KINDS or not KINDS[kind].shared or kept_private(labels or ())
