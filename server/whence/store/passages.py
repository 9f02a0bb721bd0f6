"""What is derived of memories: the pieces of them that are searched, and their vectors."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whence.store import rows
from whence.store.columns import Columns
from whence.store.conditions import among, both, holding, literal, passing
from whence.values.errors import InvalidRequest, StorageError
from whence.values.memory import MemoryBase
from whence.values.passage import Candidate, Meaning, Passage
from whence.values.protocol import Filter

if TYPE_CHECKING:
    import pyarrow as pa

    from whence.store.lance import Table

_TOKENS = 256
"""Tokens of one full-text query, weights written as repetitions included. 250 take 15 ms at 10,000 passages."""

_DIMENSIONS = 3
"""Tries of a write in whose midst the number of a vector's numbers changes."""

_AT_ONCE = 500
"""Memories whose vectors one read looks up."""

_CHANGES = 500
"""Changes that are read to tell how lines moved."""

_FINEST = 10
"""Repetitions of the weightiest word, and so how finely weights are told apart."""


class Vectors(NamedTuple):
    """Vectors of texts."""

    model: str
    """What made them."""
    matrix: NDArray[np.float32]
    """One a row, of unit length: (n, dimension)."""


VectorsOf = Callable[[Sequence[Passage]], Vectors | None]
"""Makes the vectors of some passages, in their order, or none of them."""


class Passages:
    """Passages by word and by meaning. All of it can be lost and made anew from the memories."""

    def __init__(
        self,
        passages: "Table",
        memories: "Table",
        get: Callable[[Sequence[str]], list[MemoryBase]],
        *,
        columns: bool = True,
    ) -> None:
        self._passages, self._memories, self._get = passages, memories, get
        self.columns = Columns(passages, memories, wanted=columns)
        """The same passages in memory, where they are few enough and lie on this machine."""
        self._fresh: tuple[int, int] | None = None

    def put(
        self,
        memories: Sequence[MemoryBase],
        passages: Sequence[Passage],
        *,
        removed: Iterable[str] = (),
        vectors: VectorsOf = lambda passages: None,
    ) -> bool:
        """Replace all passages of these memories, in one commit.

        A passage whose text was there before keeps its vector. A memory without a passage, or in the bin, is found by
        nothing.

        Args:
            memories: the memories as they were when their passages were made.
            passages: all passages of these memories.
            removed: ids of further memories whose passages go.
            vectors: given the passages that have none, may give theirs at once.

        Returns:
            Whether each of them has a vector.
        """
        current = {each.id: each for each in memories if each.deleted_at is None}
        kept = {each.id: each for each in passages if each.memory in current}
        bare = current.keys() - {each.memory for each in kept.values()}
        kept |= {each.id: each for each in (rows.bare_passage(current[id]) for id in sorted(bare))}
        touched = dict.fromkeys([*(each.id for each in memories), *removed])
        if not touched:
            return True
        here = among("memory", touched)
        if not kept:
            if self._passages.count(here):
                self._passages.delete(here)
            return True
        written = [rows.of_passage(each, current[each.memory]) for each in kept.values()]
        for attempt in range(_DIMENSIONS):
            old = self._passages.read(["id", "memory", "text_hash", "model", "vector"], here)
            try:
                return self._replace(old, written, here, lambda ids: vectors([kept[id] for id in ids]))
            except StorageError:
                # Where a model of another dimension was chosen meanwhile, the column is another one by now.
                same = rows.dimension_of(self._passages) == old.schema.field("vector").type.list_size
                if same or attempt + 1 == _DIMENSIONS:
                    raise
        raise AssertionError("unreachable")

    def _replace(
        self,
        old: "pa.Table",
        written: list[dict[str, Any]],
        here: str,
        vectors_of: Callable[[Sequence[str]], Vectors | None],
    ) -> bool:
        """Write rows in the place of the old ones, which are `here`. Returns whether each has a vector."""
        before = old.to_pylist()
        vectors = {
            (each["memory"], each["text_hash"]): (each["model"], each["vector"]) for each in before if each["model"]
        }
        for row in written:
            row["model"], row["vector"] = vectors.get((row["memory"], row["text_hash"]), (None, None))
        bare = [row for row in written if row["model"] is None]
        made = vectors_of([row["id"] for row in bare]) if bare else None
        if made and made.matrix.shape[1:] == (old.schema.field("vector").type.list_size,):
            for row, vector in zip(bare, made.matrix, strict=True):
                row["model"], row["vector"] = made.model, vector
        # Dropping compares with every row of the table, which takes ten times as long, so it is asked for where needed.
        # What another process adds in this moment is of another state of the memory, and `stale` will tell.
        kept = {row["id"] for row in written}
        fewer = any(each["id"] not in kept for each in before)
        self._passages.merge(written, dropping=here if fewer else None)
        return all(row["model"] is not None for row in written)

    def unembedded(self, model: str, limit: int) -> list[tuple[str, str]]:
        """Passages without a vector of this model, newest memories first, as (handle, memory).

        `put_vectors` takes the handle back. It names the passage and what its vector is made of, so that a vector never
        lands on another text which the passage was given in between; `handle` makes the same from a passage.
        """
        where = f"model IS NULL OR model != {literal(model)}"
        table = self._passages.read(["id", "created_at", "text_hash", "memory"], where, newest=True, limit=limit)
        columns = (table[column].to_pylist() for column in ("id", "text_hash", "memory"))
        return [(f"{id}@{hash}", memory) for id, hash, memory in zip(*columns, strict=True)]

    @staticmethod
    def handle(passage: str, meaning: Meaning) -> str:
        """What `unembedded` calls the passage of this id, if it is stored with this meaning."""
        return f"{passage}@{rows.meaning_hash(meaning)}"

    def put_vectors(self, model: str, vectors: Sequence[tuple[str, NDArray[np.float32]]]) -> None:
        """Write the vectors of passages that `unembedded` named, in one commit; what has changed since is left alone.

        Args:
            model: the model that made them.
            vectors: (handle, vector of unit length and of the store's dimension).

        Raises:
            InvalidRequest: a vector has another dimension.
        """
        if not vectors:
            return
        dimension = rows.dimension_of(self._passages)
        if any(vector.shape != (dimension,) for _, vector in vectors):
            raise InvalidRequest(f"Vectors of the model {model} do not have the {dimension} numbers that are stored.")
        named = ((handle.rpartition("@"), vector) for handle, vector in vectors)
        self._passages.set_vectors(model, {id: (text_hash, vector) for (id, _, text_hash), vector in named})

    def embedding_progress(self, model: str) -> tuple[int, int]:
        """How many passages there are, and how many have a vector of this model."""
        return self._passages.count(), self._passages.count(f"model = {literal(model)}")

    def embedded_by_others(self, model: str) -> str:
        """Another model than this one whose vectors are here; empty where there is none."""
        where = f"model IS NOT NULL AND model != {literal(model)}"
        found: list[str] = self._passages.read(["model"], where, limit=1)["model"].to_pylist()
        return found[0] if found else ""

    def by_words(
        self, words: Sequence[tuple[str, float]] | Sequence[str], filter: Filter, limit: int, model: str = ""
    ) -> list[Candidate]:
        """Passages that hold any of these words, best first by BM25.

        Args:
            words: as they stand in `Passage.words`; a word with a weight counts so many times. Where there are many,
                the weightiest 256 are looked for, and weights are told apart less finely.
            filter: which memories.
            limit: at most so many passages.
            model: whose vectors to bring along, where a passage has one.
        """
        weights = _weights(words)
        if not weights or limit < 1:
            return []
        tokens, unit = _repeated(weights)
        columns = (*rows.PASSAGE_COLUMNS, "model", "vector") if model else rows.PASSAGE_COLUMNS
        table = self._passages.by_words(tokens, unit, columns, passing(filter), limit)
        vectors = _vectors(table, model) if model else [None] * table.num_rows
        found = zip(_passages(table), table["_score"].to_pylist(), vectors, strict=True)
        return [Candidate(passage=passage, bm25=score, vector=vector) for passage, score, vector in found]

    def by_vector(
        self, model: str, vector: NDArray[np.float32], filter: Filter, limit: int, *, vectors: bool = False
    ) -> list[Candidate]:
        """Passages nearest in meaning, nearest first, among those with a vector of this model.

        Args:
            model: the model that made the vector.
            vector: the query's, of unit length. One of another dimension than is stored finds nothing.
            filter: which memories; it chooses before the nearest are taken.
            limit: at most so many passages.
            vectors: whether to bring theirs along.
        """
        if limit < 1 or vector.shape != (rows.dimension_of(self._passages),):
            return []
        where = both(f"model = {literal(model)}", passing(filter))
        columns = (*rows.PASSAGE_COLUMNS, "model", "vector") if vectors else rows.PASSAGE_COLUMNS
        table = self._passages.by_vector(vector, columns, where, limit)
        theirs = _vectors(table, model) if vectors else [None] * table.num_rows
        found = zip(_passages(table), table["_distance"].to_pylist(), theirs, strict=True)
        return [Candidate(passage=passage, cosine=1.0 - distance, vector=each) for passage, distance, each in found]

    def vectors(self, model: str, memories: Sequence[str]) -> dict[str, NDArray[np.float32]]:
        """The vectors of the first passages of these memories, by memory, of those that have one of this model."""
        found: dict[str, NDArray[np.float32]] = {}
        for start in range(0, len(memories), _AT_ONCE):
            first = among("id", (f"{id}#0" for id in memories[start : start + _AT_ONCE]))
            table = self._passages.read(["memory", "model", "vector"], both(f"model = {literal(model)}", first))
            if table.num_rows:
                owned = zip(table["memory"].to_pylist(), _vectors(table, model), strict=True)
                found |= {memory: vector for memory, vector in owned if vector is not None}
        return found

    def hunks(self, files: Sequence[str]) -> dict[str, list[tuple[datetime, Sequence[int]]]]:
        """The moments of changes of these files, with their hunks in each; of many changes the newest 500."""
        found: dict[str, list[tuple[datetime, Sequence[int]]]] = {each: [] for each in files}
        table = self._passages.read(["created_at", "payload"], holding("places", files), newest=True, limit=_CHANGES)
        moments = map(rows.to_time, table["created_at"].cast("int64").to_pylist())
        for at, payload in zip(moments, table["payload"].to_pylist(), strict=True):
            for path, hunks in rows.to_hunks(payload):
                if path in found:
                    found[path].append((at, hunks))
        return found

    def count(self) -> int:
        """How many passages there are."""
        return self._passages.count()

    def sample(self, count: int) -> list[bytes]:
        """The weights of so many passages, evenly spread; of all where there are fewer. Each memory's once."""
        from whence.store.whole import spread  # loads LanceDB

        return list(dict.fromkeys(spread(self._passages, ["weights"], count)["weights"].to_pylist()))

    def set_dimension(self, dimension: int) -> None:
        """Make room for vectors of so many numbers; where there were others, all vectors go, and nothing else."""
        from whence.store.indexes import set_dimension

        if rows.dimension_of(self._passages) != dimension:
            set_dimension(self._passages, dimension)

    def stale(self, limit: int) -> list[str]:
        """Ids of memories in use whose passages are missing or were made of another state of them.

        That is what a crash between the two writes leaves, and what a rebuild begins with. Passages of memories that
        are gone or in the bin are dropped on the way.
        """
        state = (self._memories.version, self._passages.version)
        if state == self._fresh:
            return []
        # Read in this order: a passage written in between is of a memory that was written before.
        made = self._passages.read(["memory", "memory_updated_at"])
        gone, missing = _compared(made, self._memories.read(["id", "updated_at"], "deleted_at IS NULL"))
        if len(gone):
            self._drop_passages_of(gone.to_pylist())
        found: list[str] = []
        # Of those that can't be read no passages can be made, however often they are named.
        for start in range(0, len(missing), max(limit, 1)):
            found += [each.id for each in self._get(missing[start : start + limit].to_pylist())]
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

    def drop(self) -> None:
        """Empty the table and make its indexes anew; `stale` then names every memory."""
        from whence.store.tables import empty_passages

        empty_passages(self._passages)
        self.columns.forget()
        self._fresh = None


def _passages(table: "pa.Table") -> list[Passage]:
    columns = (table[name].to_pylist() for name in rows.PASSAGE_COLUMNS)
    return [rows.to_passage(payload, weights) for payload, weights in zip(*columns, strict=True)]


def _vectors(table: "pa.Table", model: str) -> list[NDArray[np.float32] | None]:
    """The vectors of the rows that have one of this model."""
    column = table["vector"].combine_chunks()
    size = column.type.list_size
    matrix = column.values.to_numpy(zero_copy_only=False).reshape(-1, size)[column.offset : column.offset + len(column)]
    return [matrix[row] if name == model else None for row, name in enumerate(table["model"].to_pylist())]


def _weights(words: Sequence[tuple[str, float]] | Sequence[str]) -> dict[str, float]:
    """The words with their weights; what is said twice counts twice."""
    weights: dict[str, float] = {}
    for each in words:
        word, weight = (each, 1.0) if isinstance(each, str) else each
        for token in word.encode("utf-8", "replace").decode().split():
            if weight > 0:
                weights[token] = weights.get(token, 0.0) + weight
    return weights


def _repeated(weights: dict[str, float]) -> tuple[str, float]:
    """The words, each repeated for its weight, and the weight that one repetition stands for.

    Full-text search counts a token of the query as often as it is said, in one pass over the index; a boolean query of
    weighted clauses does a pass a clause, which at 50 words and 100 fresh commits took 600 ms instead of 19.
    """
    chosen = sorted(weights.items(), key=lambda each: -each[1])[:_TOKENS]
    least, most = chosen[-1][1], chosen[0][1]
    unit = most if least == most else max(most / _FINEST, sum(weight for _, weight in chosen) / _TOKENS)
    tokens = [token for token, weight in chosen for _ in range(max(1, round(weight / unit)))]
    return " ".join(tokens), unit


def _compared(made: "pa.Table", current: "pa.Table") -> "tuple[pa.ChunkedArray, pa.ChunkedArray]":
    """Which memories the passages do not hold as they are; compared by column, since there may be 100,000.

    Args:
        made: `memory` and `memory_updated_at` of every passage.
        current: `id` and `updated_at` of every memory that is to have passages.

    Returns:
        Ids of memories of which there are passages and which are gone, and ids of those whose passages are missing or
        were made of another state of them.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    owner = pc.index_in(made["memory"], value_set=current["id"]).fill_null(-1).to_numpy()
    there = owner >= 0
    written, newest = (column.cast("int64").to_numpy() for column in (made["memory_updated_at"], current["updated_at"]))
    fresh = np.zeros(len(newest), bool)
    fresh[owner[there]] = True
    fresh[owner[there][written[there] != newest[owner[there]]]] = False
    return made["memory"].filter(pa.array(~there)).unique(), current["id"].filter(pa.array(~fresh))
