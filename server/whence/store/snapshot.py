"""A snapshot: all passages as they are in one state of the table, and what a search asks of them."""

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from whence.store.blocks import Block, Mask, Scores
from whence.store.quantised import room
from whence.store.state import State
from whence.store.unread import Unread, unread
from whence.values.passage import Candidate, Diff, Passage
from whence.values.protocol import Filter

_SHARED = 50_000
"""Passages from which two threads compare vectors: that takes 3 ms by one, and a thread 0.1 ms to begin."""

_SLACK = 4.0
"""Steps by which a quantised cosine may be worse than the last of the best, and is compared exactly all the same. The
difference of two such is off by .41 of a step (standard deviation; `quantised`), and by ten times that never.
"""


class Snapshot:
    """The passages as they are in one version of the table.

    Args:
        state: the state of the table.
        parts: the rows, and which of them there still are.
    """

    def __init__(self, state: State, parts: Sequence[tuple[Block, Mask]]) -> None:
        self.state = state
        self.blocks, self.alive = [block for block, _ in parts], [alive for _, alive in parts]
        self.count = sum(int(alive.sum()) for alive in self.alive)
        self._passing: tuple[Filter | None, list[Mask]] = None, []
        self._having: tuple[str | None, list[Mask]] = None, []

    def by_words(
        self,
        asked: NDArray[np.uint32],
        worth: NDArray[np.float32],
        k1: float,
        filter: Filter,
        limit: int,
        model: str = "",
    ) -> list[Candidate]:
        """Passages that hold any of these terms, best first by BM25F, all of them scored.

        Args:
            asked: hashes of terms and pairs.
            worth: what each counts.
            k1: how soon further occurrences stop to count.
            filter: which memories; it chooses before the best are taken.
            limit: at most so many passages.
            model: whose vectors to bring along, where a passage has one.
        """
        scores = [block.score_words(asked, worth, k1) for block in self.blocks]
        masks = [mask & (each > 0) for mask, each in zip(self._masks(filter), scores, strict=True)]
        found = _best(self.blocks, scores, masks, limit)
        vectors = [block.arrays["vector"] for block in self.blocks]
        there = self._have_vectors(model)
        return [
            Candidate(passage=passage, bm25=score, vector=vectors[block][row] if there[block][row] else None)
            for passage, (score, block, row) in zip(self._passages(found), found, strict=True)
        ]

    def by_vector(
        self, model: str, vector: NDArray[np.float32], filter: Filter, limit: int, *, vectors: bool = False
    ) -> list[Candidate]:
        """Passages nearest in meaning, nearest first, among those with a vector of this model.

        All are compared as they are quantised, and the nearest of them exactly.

        Args:
            model: the model that made the vector.
            vector: the query's, of unit length. One of another dimension than is stored finds nothing.
            filter: which memories; it chooses before the nearest are taken.
            limit: at most so many passages.
            vectors: whether to bring theirs along.
        """
        if any(block.dimension != len(vector) for block in self.blocks):
            return []
        masks = [mask & there for mask, there in zip(self._masks(filter), self._have_vectors(model), strict=True)]
        found = self._nearest(vector, masks, limit)
        theirs = [block.arrays["vector"] if vectors else None for block in self.blocks]
        return [
            Candidate(passage=passage, cosine=score, vector=None if (own := theirs[block]) is None else own[row])
            for passage, (score, block, row) in zip(self._passages(found), found, strict=True)
        ]

    def diffs(self, candidates: Iterable[Candidate], memories: Container[str]) -> dict[str, list[Diff]]:
        """What some of the memories that were found did to files, by memory, as far as it lies here."""
        found: dict[str, list[Diff]] = {}
        for passage in (each.passage for each in candidates):
            if isinstance(passage, Unread) and passage.memory in memories and passage.memory not in found:
                diffs = passage.diffs()
                if diffs is not None:
                    found[passage.memory] = diffs
        return found

    def _near(self, vector: NDArray[np.float32], masks: Sequence[Mask]) -> list[Scores]:
        def compare(parts: Sequence[tuple[Block, Mask]]) -> list[Scores]:
            mine = room(len(vector))
            return [block.near(vector, mask, mine) for block, mask in parts]

        parts = list(zip(self.blocks, masks, strict=True))
        if sum(map(len, self.blocks)) < _SHARED:
            return compare(parts)
        half = len(parts) // 2
        with ThreadPoolExecutor(1, "vectors") as beside:
            first, rest = beside.submit(compare, parts[:half]), compare(parts[half:])
            return first.result() + rest

    def _nearest(self, vector: NDArray[np.float32], masks: Sequence[Mask], limit: int) -> list[tuple[float, int, int]]:
        """The rows of those meant that are nearest, as `_best` has them."""
        scores = self._near(vector, masks)
        if len(rough := _best(self.blocks, scores, masks, limit)) == limit:
            least = rough[-1][0] - _SLACK * max(block.step for block in self.blocks)
            masks = [mask & (own >= least) for mask, own in zip(masks, scores, strict=True)]
        for block, own, mask in zip(self.blocks, scores, masks, strict=True):
            own[mask] = block.cosines(mask, vector)
        return _best(self.blocks, scores, masks, limit)

    def _passages(self, found: Sequence[tuple[float, int, int]]) -> list[Passage]:
        places = defaultdict[int, list[int]](list)
        for _, block, row in found:
            places[block].append(row)
        made: dict[tuple[int, int], Passage] = {}
        for block, rows in places.items():
            made |= zip(((block, row) for row in rows), unread(self.blocks[block], rows), strict=True)
        return [made[block, row] for _, block, row in found]

    def _masks(self, filter: Filter) -> list[Mask]:
        """Which rows pass; kept for the next search, which mostly has the same filter."""
        asked, masks = self._passing
        if asked != filter:
            masks = [block.passing(filter) & alive for block, alive in zip(self.blocks, self.alive, strict=True)]
            self._passing = filter, masks
        return masks

    def _have_vectors(self, model: str) -> list[Mask]:
        """Which rows have a vector of this model; kept, as there is mostly one."""
        asked, masks = self._having
        if asked != model:
            masks = [block.has_vector(model) for block in self.blocks]
            self._having = model, masks
        return masks


def _best(
    blocks: Sequence[Block], scores: Sequence[Scores], masks: Sequence[Mask], limit: int
) -> list[tuple[float, int, int]]:
    """The best of those that are meant, best first and of equals the newest, as (score, block, row).

    Without an order of equals a word that hundreds of passages hold alike would find others after each change of files.
    """
    found: list[tuple[float, int, int, int]] = []
    for number, (block, own, mask) in enumerate(zip(blocks, scores, masks, strict=True)):
        if found and len(found) >= limit:  # what is worse than the best of earlier blocks has no place among them
            mask = mask & (own >= -found[-1][0])
        at, created = np.flatnonzero(mask), block.arrays["created"]
        if len(at) > limit:
            least = np.partition(own[at], -limit)[-limit]
            better, equal = at[own[at] > least], at[own[at] == least]
            newest = np.argsort(-created[equal], kind="stable")[: limit - len(better)]
            at = np.concatenate([better, equal[newest]])
        found += [
            (-score, -moment, number, row)
            for score, moment, row in zip(own[at].tolist(), created[at].tolist(), at.tolist(), strict=True)
        ]
        found = sorted(found)[:limit]
    return [(-score, number, row) for score, _, number, row in found]
