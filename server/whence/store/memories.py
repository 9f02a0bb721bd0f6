"""The half of `Store` that holds the truth: memories in, memories out."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain
from threading import Lock
from typing import TYPE_CHECKING, Literal

from whence.store import rows
from whence.store.conditions import among, both, holding, literal, moment, passing
from whence.store.integrity import Integrity, Rescue
from whence.store.state import State, state_of
from whence.values.errors import StorageError
from whence.values.memory import MemoryBase
from whence.values.protocol import Filter, Place

if TYPE_CHECKING:
    from whence.store.lance import Table

log = logging.getLogger(__name__)

_IN_USE = "deleted_at IS NULL"

_PLACES: dict[Place, str] = {"use": _IN_USE, "archive": f"{_IN_USE} AND archived", "bin": "deleted_at IS NOT NULL"}

_FEW = 4
"""Memories that `swap` writes each in a commit of its own: up to so many, that is less on disk than one merge."""

_AT_ONCE = 200
"""Memories that one merge of `swap` compares: the condition names each, and takes 0.5 ms a memory to plan."""

_BEGUN = 10_000
"""Ids that are kept of memories which this process began."""

_KEYS = 500
"""Keys that one read compares with those of every memory."""


class Memories:
    """Memories by id, by key and by time. Every call sees what any process has committed before it."""

    def __init__(self, memories: "Table", rescue: Rescue = lambda ids: {}) -> None:
        self._memories = memories
        self._integrity = Integrity(rescue)
        self._counts: dict[tuple[str, str], tuple[State, dict[str, int]]] = {}
        self._begun: dict[str, None] = {}
        self._beginning = Lock()
        self.folder = memories.folder
        """Folder of the table on this machine; None where it is elsewhere."""

    def put(self, memories: Sequence[MemoryBase], *, new: bool = False) -> None:
        """Write these memories, replacing any of the same ids, in one commit that is on disk on return.

        Of two of the same id the later counts. Writing the same again changes nothing.

        Args:
            memories: the memories.
            new: whether all their ids were made a moment ago and nobody else knows them; they are written lighter then.
        """
        if memories and not (new and self._begin(memories)):
            self._memories.merge([rows.of_memory(each) for each in {each.id: each for each in memories}.values()])

    def _begin(self, memories: Sequence[MemoryBase]) -> bool:
        """Append memories that this process never tried to append before; False where they have to be merged."""
        with self._beginning:
            fresh = {each.id for each in memories if each.id not in self._begun}
            # What was tried may be there, whatever was told: a second time it is merged.
            self._begun.update(dict.fromkeys(fresh))
            while len(self._begun) > _BEGUN:
                del self._begun[next(iter(self._begun))]
        if len(fresh) < len(memories):
            return False
        try:
            self._memories.append([rows.of_memory(each) for each in memories])
        except StorageError as error:
            log.debug("new memories are merged: %s", error)
            return False
        return True

    def swap(self, pairs: Sequence[tuple[MemoryBase, MemoryBase]]) -> list[bool]:
        """Replace each first memory by the second, unless somebody wrote it in between.

        Args:
            pairs: each memory as it was read, and as it shall be with a later `updated_at`; no memory twice.

        Returns:
            For each pair whether it was replaced. False: what is stored has another `updated_at` than the first, or is
            gone; read it again and decide anew.
        """
        if len(pairs) <= _FEW:
            return [self._swap_one(old, new) for old, new in pairs]
        done: list[bool] = []
        for start in range(0, len(pairs), _AT_ONCE):
            done += self._swap_many(pairs[start : start + _AT_ONCE])
        return done

    def _swap_one(self, old: MemoryBase, new: MemoryBase) -> bool:
        row = rows.of_memory(new)
        return self._memories.update(row, f"id = {literal(row.pop('id'))} AND updated_at = {moment(old.updated_at)}")

    def _swap_many(self, pairs: Sequence[tuple[MemoryBase, MemoryBase]]) -> list[bool]:
        unread = " OR ".join(
            f"(target.id = {literal(old.id)} AND target.updated_at = {moment(old.updated_at)})" for old, _ in pairs
        )
        written = {new.id: rows.of_memory(new) for _, new in pairs}
        merged = self._memories.merge(list(written.values()), insert=False, only_if=unread)
        if merged.written == len(pairs):
            return [True] * len(pairs)
        # Some were refused. Which, only the version of this very commit tells: a later one may hold others' writes.
        table = self._memories.read(["id", "payload"], among("id", written), version=merged.version)
        stored = dict(zip(table["id"].to_pylist(), table["payload"].to_pylist(), strict=True))
        return [stored.get(new.id) == written[new.id]["payload"] for _, new in pairs]

    def get(self, ids: Sequence[str]) -> list[MemoryBase]:
        """The memories of these ids that are there, in the order asked for, the bin's included.

        What can't be read is left out; `care.damaged` tells what isn't as it was written.
        """
        if not ids:
            return []
        found = {each.id: each for each in self._read(among("id", dict.fromkeys(ids)))}
        return [found[id] for id in dict.fromkeys(ids) if id in found]

    def by_beginning(self, beginnings: Sequence[str]) -> list[MemoryBase]:
        """The memories whose first key begins with one of these, such as `commit:3f2a9b1`, the bin's included."""
        starts = (f"starts_with(keys[1], {literal(each)})" for each in beginnings)
        found = self._read(" OR ".join(starts)) if beginnings else []
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def titled(self, titles: Sequence[str]) -> list[MemoryBase]:
        """The memories in use that have one of these titles, oldest first."""
        found = self._read(both(_IN_USE, among("title", titles))) if titles else []
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def by_keys(self, keys: Sequence[str]) -> list[MemoryBase]:
        """The memories that the outside world knows by one of these keys, oldest first, the bin's included."""
        found: dict[str, MemoryBase] = {}
        for start in range(0, len(keys), _KEYS):
            found |= {each.id: each for each in self._read(holding("keys", keys[start : start + _KEYS]))}
        return sorted(found.values(), key=lambda each: (each.created_at, each.id))

    def keys(self, kind: str) -> set[str]:
        """Every key by which the outside world knows a memory of this kind, the bin's included."""
        table = self._memories.read(["keys"], among("kind", [kind]))
        return {key for keys in table["keys"].to_pylist() for key in keys or ()}

    def linking(self, ids: Sequence[str]) -> list[MemoryBase]:
        """The memories that link to one of these, oldest first, the bin's included."""
        found = self._read(holding("targets", ids)) if ids else []
        return sorted(found, key=lambda each: (each.created_at, each.id))

    def opened(self) -> list[MemoryBase]:
        """The memories in use that may still grow, oldest first."""
        return sorted(self._read(both("open", _IN_USE)), key=lambda each: (each.created_at, each.id))

    def newest(
        self,
        filter: Filter,
        *,
        limit: int,
        before: tuple[datetime, str] | None = None,
        pinned: bool | None = None,
        place: Place = "use",
        but: str = "",
        citing: bool = False,
        opened: bool = False,
    ) -> list[MemoryBase]:
        """The newest memories that pass the filter, newest first by (created_at, id).

        Args:
            filter: which memories; archived ones only if it says so.
            limit: at most so many.
            before: (created_at, id) of the last one of the page before this.
            pinned: only pinned ones, or only others.
            place: those in use, only those in the archive, or only those in the bin.
            but: a state; memories that stand so are left out.
            citing: only those that are about lines of files.
            opened: only those that may still grow.
        """
        older = ""
        if before is not None:
            at, id = moment(before[0]), literal(before[1])
            older = f"created_at < {at} OR (created_at = {at} AND id < {id})"
        wanted = "" if pinned is None else "pinned" if pinned else "NOT pinned"
        chosen = filter if place == "use" else filter.model_copy(update={"archived": True})
        flags = ("cites" if citing else "", "open" if opened else "")
        where = both(_PLACES[place], passing(chosen), older, wanted, _but(but), *flags)
        table = self._memories.read([*rows.CHECKED_COLUMNS, "created_at"], where, newest=True, limit=limit)
        return self._integrity.memories(table)

    def ids(self, filter: Filter, *, place: Place = "use", pinned: bool | None = None) -> list[str]:
        """Ids of all memories that pass the filter, oldest first: 100,000 take 10 MB and 0.1 s.

        Args:
            filter: which memories; archived ones only if it says so.
            place: those in use, only those in the archive, or only those in the bin.
            pinned: only pinned ones, or only others.
        """
        chosen = filter if place == "use" else filter.model_copy(update={"archived": True})
        wanted = "" if pinned is None else "pinned" if pinned else "NOT pinned"
        table = self._memories.read(["id", "created_at"], both(_PLACES[place], passing(chosen), wanted))
        ids: list[str] = table.sort_by([("created_at", "ascending"), ("id", "ascending")])["id"].to_pylist()
        return ids

    def each(self, filter: Filter, *, place: Place = "use") -> Iterator[list[MemoryBase]]:
        """All memories that pass the filter, oldest first, a few hundred at a time: no more of them are in memory."""
        chosen = filter if place == "use" else filter.model_copy(update={"archived": True})
        here, newer = both(_PLACES[place], passing(chosen)), ""
        while True:
            columns = [*rows.CHECKED_COLUMNS, "created_at"]
            table = self._memories.read(columns, both(here, newer), oldest=True, limit=_AT_ONCE)
            if not table.num_rows:
                return
            yield self._integrity.memories(table)
            last = table["created_at"][-1].cast("int64").as_py(), table["id"][-1].as_py()
            at, id = moment(rows.to_time(last[0])), literal(last[1])
            newer = f"created_at > {at} OR (created_at = {at} AND id > {id})"

    def stamps(self) -> dict[str, datetime]:
        """When each memory was last written, by id, the bin's included: 20 MB for 100,000."""
        table = self._memories.read(["id", "updated_at"])
        times = map(rows.to_time, table["updated_at"].cast("int64").to_pylist())
        return dict(zip(table["id"].to_pylist(), times, strict=True))

    def known_as(self, kinds: Sequence[str] = ()) -> dict[str, str]:
        """Ids of the memories of these kinds, or of all, by each key that the outside world knows them by.

        Of two with one key the older counts; the bin's are included.
        """
        where = both("keys IS NOT NULL", among("kind", kinds) if kinds else "")
        table = self._memories.read(["id", "created_at", "keys"], where)
        table = table.sort_by([("created_at", "descending"), ("id", "descending")])
        found = zip(table["id"].to_pylist(), table["keys"].to_pylist(), strict=True)
        return {key: id for id, keys in found for key in keys}

    def counts(self, by: Literal["kind", "author", "source"] = "kind", kind: str = "") -> dict[str, int]:
        """How many memories of each kind, by each author, or from each source are in use, or of one kind alone.

        Archived ones are included, the bin's not.
        """
        state, (before, counts) = state_of(self._memories), self._counts.get((by, kind), ((), {}))
        if state != before:
            where = both(_IN_USE, f"kind = {literal(kind)}" if kind else "")
            found = self._memories.read([by], where)[by].value_counts().to_pylist()
            counts = {each["values"]: each["counts"] for each in found if each["values"] is not None}
            self._counts[by, kind] = state, counts
        return dict(counts)

    def labels(self, kinds: Sequence[str] = ()) -> dict[str, int]:
        """How many memories of these kinds, or of all, have each label; archived ones included, the bin's not."""
        where = both(_IN_USE, "labels IS NOT NULL", among("kind", kinds) if kinds else "")
        return dict(Counter(chain.from_iterable(self._memories.read(["labels"], where)["labels"].to_pylist())))

    def standing(self, filter: Filter) -> dict[tuple[str, str], int]:
        """How many memories that are in use and pass the filter are of which kind and stand where, by both names."""
        table = self._memories.read(["kind", "state"], both(_IN_USE, passing(filter)))
        counted = table.group_by(["kind", "state"]).aggregate([([], "count_all")])
        names = zip(counted["kind"].to_pylist(), counted["state"].to_pylist(), strict=True)
        found: Counter[tuple[str, str]] = Counter()
        for (kind, state), count in zip(names, counted["count_all"].to_pylist(), strict=True):
            found[kind, state or ""] += count  # rows of earlier versions may have no state
        return dict(found)

    def moments(self, filter: Filter, *, but: str = "") -> list[int]:
        """When the memories in use that pass the filter happened, in microseconds since 1970, the oldest first.

        Args:
            filter: which memories.
            but: a state; memories that stand so are left out.
        """
        where = both(_IN_USE, passing(filter), _but(but))
        return sorted(self._memories.read(["created_at"], where)["created_at"].cast("int64").to_pylist())

    def deleted_before(self, at: datetime | None = None) -> list[str]:
        """Ids of the memories that have been in the bin since before this moment; of all in the bin without one."""
        where = f"deleted_at < {moment(at)}" if at else _PLACES["bin"]
        ids: list[str] = self._memories.read(["id"], where)["id"].to_pylist()
        return ids

    def version(self) -> int:
        """A number that grows whenever any process writes memories, and now and then by itself. Costs 0.3 ms."""
        return self._memories.version

    @property
    def writes(self) -> int:
        """How often this process wrote memories; `version` grows by one at most with each."""
        return self._memories.writes

    def _read(self, where: str) -> list[MemoryBase]:
        return self._integrity.memories(self._memories.read(rows.CHECKED_COLUMNS, where))


def text_size(memories: Memories, kind: str) -> int:
    """Bytes of text of all memories of a kind, the bin's included."""
    column = memories._memories.read(["payload"], f"kind = {literal(kind)}")["payload"]
    return sum(chunk.nbytes for chunk in column.chunks)


def _but(state: str) -> str:
    """Not in this state; rows of earlier versions may have none."""
    return f"state IS NULL OR state != {literal(state)}" if state else ""
