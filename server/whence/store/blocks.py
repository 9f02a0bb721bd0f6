"""Blocks: rows of the table of passages, column by column, as a search reads them."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from whence.store import mapped, rows
from whence.store.conditions import place
from whence.store.mapped import Array
from whence.store.quantised import cosines, quantise
from whence.values.memory import KINDS
from whence.values.protocol import Filter

Mask = NDArray[np.bool_]
Scores = NDArray[np.float32]

KEY = ("id", "memory_updated_at", "text_hash", "model")
"""What tells whether a row is the one that is known: another state of its memory, or another vector, has another."""

COLUMNS: Mapping[str, str] = {
    **{
        name: name
        for name in (*KEY, "kind", "created_at", "archived", "author", "labels", "places", "folder", "session", "state")
    },
    **{name: name for name in ("importance", "weights", "payload", "vector")},
    "memory": "memory",
    "worded": "words != ''",
}
"""What is read of a row, by name as SQL."""

WHOLE = "whole"
"""The column of the memories themselves, where their hits show a piece of them; null for all others."""

SHOWN = [kind for kind, cls in KINDS.items() if "edits" in cls.model_fields]

PINNED, CODE, HUNKS = 1, 2, 4
"""What the column `flags` tells of a row."""

_NAMES = ("kind", "author", "folder", "session", "state", "model")
_LISTS = ("labels", "places")
_READ_OF_FEW = (
    *("vector", "weights.text", "payload.text", "whole.text"),
    *("term.keys", "term.starts", "term.rows", "term.values"),
)
"""Read of those rows alone that were found, or of the terms that were asked: nine tenths of a file."""
_DIGITS = 32
_ENTRY = 6  # bytes of a term in `weights`: a hash of four, a number of two (`retrieval.fields`)


@dataclass(frozen=True, eq=False)
class Block:
    """Some rows, and the terms that they hold the other way round: for each term the rows that have it.

    A memory's passages share its weights, and only the one that has its words is found by them.
    """

    arrays: Mapping[str, Array]
    """By name; see `block_of`."""

    source: pa.Table | None = None
    """What it was made of, where it is small and may be put together with another."""

    def __len__(self) -> int:
        return len(self.arrays["updated"])

    @cached_property
    def ids(self) -> pa.Array:
        """The rows' ids."""
        starts, text = self.arrays["id.starts"], self.arrays["id.text"]
        return pa.LargeStringArray.from_buffers(len(self), pa.py_buffer(starts), pa.py_buffer(text))

    def same(self, rows: Array, key: "Keys", at: Array) -> Mask:
        """Which of these rows are still what the table has there."""
        column = self.arrays
        codes = {name: code for code, name in enumerate(key.models)}
        own = np.array([*(codes.get(name, -2) for name in self._values("model")), -1], np.int32)[column["model"][rows]]
        same: Mask = (
            (column["updated"][rows] == key.updated[at])
            & (column["hash"][rows] == key.hash[at])
            & (own == key.model[at])
        )
        return same

    @cached_property
    def _dictionaries(self) -> dict[str, list[str]]:
        return {name: self._texts(f"{name}.values") for name in (*_NAMES, *_LISTS)}

    def _values(self, name: str) -> list[str]:
        return self._dictionaries[name]

    def _texts(self, name: str) -> list[str]:
        starts = self.arrays[f"{name}.starts"]
        return [each.decode() for each in self.texts(name, np.arange(len(starts) - 1))]

    def texts(self, name: str, at: "Sequence[int] | Array") -> list[bytes]:
        """Texts of a column, as they lie there."""
        starts, text = self.arrays[f"{name}.starts"], self.arrays[f"{name}.text"].data
        places = np.asarray(at, np.int64)
        return [
            bytes(text[start:end])
            for start, end in zip(starts[places].tolist(), starts[places + 1].tolist(), strict=True)
        ]

    def let_go(self) -> None:
        """Give back the pages that were read of what searches read little of: each brings its neighbours along."""
        for name in _READ_OF_FEW:
            mapped.let_go(self.arrays[name])

    def has_vector(self, model: str) -> Mask:
        """Which rows have a vector of this model."""
        return self._coded("model", [model])

    def score_words(self, asked: NDArray[np.uint32], worth: NDArray[np.float32], k1: float) -> Scores:
        """BM25F of each row: what `ranking.match` makes of its weights; 0 where another passage has its words."""
        keys, starts, holders, values = (self.arrays[f"term.{name}"] for name in ("keys", "starts", "rows", "values"))
        found = np.searchsorted(keys, asked)
        there = np.flatnonzero(found < len(keys))
        there = there[keys[found[there]] == asked[there]]
        if not len(there):
            return np.zeros(len(self), np.float32)
        # All terms at once: each call of numpy takes a microsecond, and there are 60 blocks of 300,000 passages.
        begins, ends = starts[found[there]], starts[found[there] + 1]
        places = [slice(*each) for each in zip(begins.tolist(), ends.tolist(), strict=True)]
        x = np.concatenate([values[each] for each in places]).astype(np.float32)
        gain = x * np.repeat(np.float32(k1 + 1) * worth[there], ends - begins)
        gain /= np.add(x, np.float32(k1), out=x)
        total = np.bincount(np.concatenate([holders[each] for each in places]), gain, len(self))
        return total.astype(np.float32)

    def near(self, vector: NDArray[np.float32], chosen: Mask, room: NDArray[np.float32]) -> Scores:
        """Nearly the cosine of each chosen row's vector with this one, both of unit length; of a row without one 0.

        Args:
            vector: the one to compare with.
            chosen: which rows are asked about; what is told of the others means nothing.
            room: to work in (`quantised.room`).
        """
        return cosines(self.arrays["vector.codes"], self.arrays["vector.steps"], vector, chosen, room)

    def cosines(self, chosen: Mask, vector: NDArray[np.float32]) -> Scores:
        """The cosines of the chosen rows' vectors with this one, exactly."""
        found: Scores = self.arrays["vector"][chosen] @ vector
        return found

    @cached_property
    def step(self) -> float:
        """The largest step of its quantised vectors."""
        return float(self.arrays["vector.steps"].max(initial=0))

    @property
    def dimension(self) -> int:
        """Numbers of a vector."""
        return int(self.arrays["vector"].shape[1])

    def passing(self, filter: Filter) -> Mask:
        """Which rows pass: as `conditions.passing` says it in SQL."""
        column = self.arrays
        masks: list[Mask] = []
        if not filter.archived:
            masks.append(~column["archived"])
        for name, wanted in (("kind", filter.kinds), ("author", filter.authors), ("state", filter.states)):
            if wanted:
                masks.append(self._coded(name, wanted))
        if places := [named for each in filter.files if (named := place(each))]:
            masks.append(self._holding("places", places))
        if filter.labels:
            masks.append(self._holding("labels", filter.labels))
        if filter.session:
            masks.append(self._coded("session", [filter.session]))
        if filter.folder.strip("/"):
            masks.append(self._below(filter.folder))
        masks += [~self._below(each) for each in filter.exclude_folders if each.strip("/")]
        if filter.min_importance > 1:
            masks.append(column["importance"] >= filter.min_importance)
        if filter.since:
            masks.append(column["created"] >= rows.microseconds(filter.since))
        if filter.until:
            masks.append(column["created"] < rows.microseconds(filter.until))
        return np.logical_and.reduce(masks) if masks else np.ones(len(self), np.bool_)

    def _coded(self, name: str, wanted: Iterable[str]) -> Mask:
        return self._chosen(name, set(wanted).__contains__)[self.arrays[name]]

    def _below(self, folder: str) -> Mask:
        name = folder.strip("/")
        return self._chosen("folder", lambda each: each == name or each.startswith(f"{name}/"))[self.arrays["folder"]]

    def _holding(self, name: str, wanted: Iterable[str]) -> Mask:
        held = self._chosen(name, set(wanted).__contains__)[self.arrays[name]]
        mask = np.zeros(len(self), np.bool_)
        mask[self.arrays[f"{name}.rows"][held]] = True
        return mask

    def _chosen(self, name: str, fits: Callable[[str], bool]) -> Mask:
        """Which of a column's values are meant, by their codes; the last is of what has none, whose code is -1."""
        return np.array([*map(fits, self._values(name)), False], np.bool_)


def joined(parts: Iterable[tuple[Block, Mask]], rows: pa.Table) -> pa.Table:
    """What is left of small blocks, with further rows."""
    return pa.concat_tables(
        [*(block.source.filter(pa.array(alive)) for block, alive in parts if block.source is not None), rows]
    )


def chosen(rows: pa.Table, ids: pa.Array | None, before: pa.Table | None) -> pa.Table:
    """Those of the rows that have one of these ids, or all, behind those that were there before."""
    if ids is not None:
        rows = rows.filter(pc.is_in(rows["id"].cast(ids.type), value_set=ids))
    return rows if before is None else pa.concat_tables([before, rows])


def with_memories(passages: pa.Table, parts: Sequence[pa.Table]) -> pa.Table:
    """The rows with a column of the memories that are shown in pieces, if they are as they were written.

    Args:
        passages: passages, read with `COLUMNS`.
        parts: those memories.
    """
    memories = pa.concat_tables(parts)
    at = pc.index_in(passages["memory"], value_set=memories["id"]).combine_chunks()
    same = pc.equal(memories["updated_at"].take(at), passages["memory_updated_at"]).fill_null(False)
    usable = pc.and_(same, pc.ends_with(passages["id"], "#0"))
    sound = pc.fill_null(pa.array(_sound(memories), pa.bool_()).take(at), False)
    # What is left away is left away before anything is copied: these texts are a fifth of all.
    at = pc.if_else(pc.and_(usable, sound).combine_chunks(), at, pa.scalar(None, at.type))
    return passages.append_column(WHOLE, memories["payload"].cast(pa.large_string()).take(at))


def _sound(memories: pa.Table) -> Mask:
    """Which of the memories are as they were written: `rows.is_sound`, which hardly any needs to be asked about."""
    sound = np.ones(memories.num_rows, np.bool_)
    row = 0
    for batch in memories.select(["payload", "digest", "updated_at"]).to_batches():
        named = _texts("", batch["payload"])
        text, starts = named[".text"].data, named[".starts"].tolist()
        for number, sealed in enumerate(batch["digest"].cast(pa.binary()).to_pylist()):
            own = text[starts[number] : starts[number + 1]]
            if sealed and not sealed.endswith(b":" + rows.seal(own).encode()):
                at = batch["updated_at"].cast(pa.int64())[number].as_py()
                # What is damaged may be no text any more.
                sound[row + number] = rows.is_sound(str(own, "utf-8", "replace"), sealed.decode("utf-8", "replace"), at)
        row += batch.num_rows
    return sound


class Keys(NamedTuple):
    """What tells the rows of the table from those that are known, a column each (`KEY`)."""

    ids: pa.Array
    updated: Array
    hash: Array
    model: Array
    """Numbers in `models`; -1 where there is no vector."""
    models: list[str]

    @classmethod
    def of(cls, table: pa.Table) -> "Keys":
        """The keys of rows that were read with `KEY`."""
        column = {name: table[name].combine_chunks() for name in KEY}
        coded = column["model"].dictionary_encode()
        return cls(
            column["id"].cast(pa.large_string()),
            column["memory_updated_at"].cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False),
            hashes(column["text_hash"]),
            coded.indices.fill_null(-1).to_numpy(zero_copy_only=False),
            coded.dictionary.to_pylist(),
        )


def known(blocks: Sequence[Block], keys: Keys) -> tuple[list[Mask], Mask]:
    """Which rows of the blocks are still what the table has, no row twice; and which of the table's those are."""
    covered, current = np.zeros(len(keys.ids), np.bool_), []
    for block in blocks:
        own = pc.index_in(keys.ids, value_set=block.ids).fill_null(-1).to_numpy(zero_copy_only=False)
        at = np.flatnonzero((own >= 0) & ~covered)
        at = at[block.same(own[at], keys, at)]
        alive = np.zeros(len(block), np.bool_)
        alive[own[at]] = True
        covered[at] = True
        current.append(alive)
    return current, covered


def block_of(table: pa.Table, *, keep: bool = False) -> Block:
    """A block of rows that were read with `COLUMNS`.

    Args:
        table: the rows.
        keep: whether to keep them, so that it can be put together with another.
    """
    column = {name: table[name].combine_chunks() for name in table.column_names}
    arrays: dict[str, Array] = {
        "updated": column["memory_updated_at"].cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False),
        "created": column["created_at"].cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False),
        "archived": column["archived"].fill_null(True).to_numpy(zero_copy_only=False),
        "importance": column["importance"].fill_null(0).to_numpy(zero_copy_only=False),
        **_vectors(column["vector"]),
        "hash": hashes(column["text_hash"]),
        **_texts("id", column["id"]),
        **_texts("payload", column["payload"]),
        **_texts("whole", column[WHOLE]),
    }
    arrays |= _told(arrays)
    for name in _NAMES:
        arrays |= _codes(name, column[name])
    for name in _LISTS:
        arrays |= _codes(name, column[name].flatten())
        arrays[f"{name}.rows"] = pc.list_parent_indices(column[name]).to_numpy(zero_copy_only=False).astype(np.int32)
    weights = column["weights"].dictionary_encode()
    arrays["weights"] = weights.indices.to_numpy(zero_copy_only=False)
    arrays |= _texts("weights", weights.dictionary)
    worded = np.flatnonzero(column["worded"].fill_null(False).to_numpy(zero_copy_only=False)).astype(np.int32)
    arrays |= _terms(arrays, worded)
    return Block(arrays, table if keep else None)


def hashes(column: pa.Array) -> Array:
    """The names of what vectors are made of, as numpy compares them: 32 digits each."""
    names = _texts("", column.fill_null(""))
    if (np.diff(names[".starts"]) == _DIGITS).all():
        return names[".text"][names[".starts"][0] :].view(f"S{_DIGITS}")
    return np.array(column.fill_null("").to_pylist(), f"S{_DIGITS}")


_TURN = re.compile(rb'"turn":(\d+)')


def _told(payloads: Mapping[str, Array]) -> dict[str, Array]:
    """What payloads tell of their passages that ranking asks of each: found as text, in which quotes stand for nothing
    else, since those of a value have a sign before them.
    """
    starts, text = payloads["payload.starts"], payloads["payload.text"].tobytes()
    count = len(starts) - 1

    def of(places: Iterable[int]) -> Array:
        return np.searchsorted(starts, np.fromiter(places, np.int64), "right") - 1

    def holding(wanted: bytes) -> Mask:
        mask = np.zeros(count, np.bool_)
        mask[of(_places(text, wanted))] = True
        return mask

    flags = PINNED * holding(b'"pinned":true') | CODE * holding(b'"code":true') | HUNKS * ~holding(b'"hunks":[]')
    turns = np.full(count, -1, np.int32)
    for row in np.flatnonzero(~holding(b'"turn":-1')).tolist():
        if found := _TURN.search(text, int(starts[row]), int(starts[row + 1])):
            turns[row] = int(found[1])
    return {"flags": flags.astype(np.uint8), "turn": turns}


def _places(text: bytes, wanted: bytes) -> Iterator[int]:
    """Where something stands in a text; Arrow looks ten times as long for what few texts hold."""
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted))


def _codes(name: str, column: pa.Array) -> dict[str, Array]:
    coded = column.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return {name: codes, **_texts(f"{name}.values", coded.dictionary)}


def _texts(name: str, column: pa.Array) -> dict[str, Array]:
    """The texts end to end, and where each begins."""
    kind = pa.large_binary() if pa.types.is_binary(column.type) else pa.large_string()
    column = pa.concat_arrays([column.cast(kind)])  # begins at its buffers' beginning
    starts = np.frombuffer(column.buffers()[1] or b"\0" * 8, np.int64, len(column) + 1, column.offset * 8)
    text = np.frombuffer(column.buffers()[2] or b"", np.uint8)[: starts[-1]]
    return {f"{name}.starts": starts, f"{name}.text": text}


def _vectors(column: pa.Array) -> dict[str, Array]:
    """The vectors, a row each, as they are and quantised; zeros where there is none."""
    size = column.type.list_size
    values: Array = column.values.to_numpy(zero_copy_only=False).reshape(-1, size)
    matrix = values[column.offset : column.offset + len(column)]
    if column.null_count:
        matrix = np.where(column.is_valid().to_numpy(zero_copy_only=False)[:, None], matrix, np.float32(0))
    codes, steps = quantise(matrix)
    return {"vector": matrix, "vector.codes": codes, "vector.steps": steps}


def _terms(arrays: Mapping[str, Array], worded: NDArray[np.int32]) -> dict[str, Array]:
    """For each term the rows that hold it, and what it counts there."""
    starts, packed = arrays["weights.starts"], arrays["weights.text"]
    which = arrays["weights"][worded]
    begins, counts = starts[which], (starts[which + 1] - starts[which]) // _ENTRY
    places = list(zip(begins.tolist(), counts.tolist(), strict=True))
    keys = _joined([np.frombuffer(packed, np.uint32, count, at) for at, count in places], np.uint32)
    values = _joined([np.frombuffer(packed, np.float16, count, at + 4 * count) for at, count in places], np.float16)
    # Hash and place in one number: sorting these takes a tenth of the time that numpy takes to find an order. What is
    # as long as all terms is not made twice: memory that is new to the process costs more than what is done there.
    both = np.arange(len(keys), dtype=np.uint64)
    halves = both.view(np.uint32).reshape(-1, 2)
    high = int(sys.byteorder == "little")
    halves[:, high] = keys
    both.sort()
    keys = halves[:, high]
    begins_one = np.ones(len(keys), np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=begins_one[1:])
    first = np.flatnonzero(begins_one)
    unique = keys[first]
    both &= np.uint64(0xFFFFFFFF)
    order = both.view(np.int64)
    small = np.uint16 if len(arrays["updated"]) <= 1 << 16 else np.uint32
    return {
        "term.keys": unique,
        "term.starts": np.append(first, len(values)).astype(np.uint32),
        "term.rows": np.repeat(worded.astype(small), counts)[order],
        "term.values": values[order],
    }


def _joined(parts: list[Array], kind: type) -> Array:
    joined: Array = np.concatenate(parts) if parts else np.empty(0, kind)
    return joined
