"""Near-duplicates: which memories say the same as a better one, by their words and by what they mean.

They are told by a few traits of each memory, so that a hundred thousand of them fit in memory. By words they are found
with MinHash (Broder, 1997): a text becomes 64 numbers, of which two texts share about the share of words that they have
in common; only texts that agree in one of 16 groups of four are compared, and only neighbours. By meaning each is
compared with each, in blocks. The better of two is pinned, more important, more often recalled, or written later.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from whence.retrieval.passages import PASSAGE_CHARACTERS
from whence.retrieval.words import terms
from whence.values.calibration import Calibration
from whence.values.memory import MemoryBase

_BLOCK = 512
"""Memories whose vectors are one side of a product."""

_HASHES, _BANDS = 64, 16
_TEXT_CHARACTERS = 4000
_NEIGHBOURS = 3
_SLACK = 0.12  # 64 hashes estimate a share of 0.85 with a standard error of 0.045; the texts themselves decide
_RANDOM = np.random.default_rng(20)
_FACTORS = _RANDOM.integers(0, 2**32, _HASHES, dtype=np.uint32) | np.uint32(1)
_SUMMANDS = _RANDOM.integers(0, 2**32, _HASHES, dtype=np.uint32)

Signature = NDArray[np.uint32]
Vectors = Mapping[str, NDArray[np.float32]]
"""By the ids of memories: vectors of unit length and of one model."""


@dataclass(frozen=True, slots=True)
class Meanings:
    """What memories mean, as far as one model has told it."""

    vectors: Vectors
    calibration: Calibration
    """What the model's cosines mean."""


@dataclass(frozen=True, slots=True)
class Trait:
    """What is asked of a memory before it is weighed."""

    id: str
    kind: str
    created_at: datetime
    updated_at: datetime
    importance: int
    pinned: bool
    fixed: bool
    """Whether it stays, however old: a commit's memory tells why lines are there, a summary what else there was."""
    outdated: str
    """`superseded` or `deprecated`, where it says so of itself."""
    targets: tuple[str, ...]
    supersedes: tuple[str, ...]
    signature: Signature
    """Its words as a MinHash, (64,); zeros where it is fixed."""
    numbers: frozenset[str] | None = None
    """The numbers that its text names; None where its text is too long for one vector to tell all of it."""


class Use(Protocol):
    """How a memory was recalled."""

    @property
    def count(self) -> int:
        """How often."""

    @property
    def last(self) -> datetime:
        """When last."""


def trait(memory: MemoryBase) -> Trait:
    """The traits of a memory."""
    status = getattr(memory, "status", "")
    sums_up = memory.kind == "summary"  # it is what stays of others, and keeps none of them by naming it
    keys = memory.keys()
    fixed = memory.source == "commit" or sums_up or any(key.startswith("commit:") for key in keys)
    text = f"{memory.title}\n{memory.text()[:_TEXT_CHARACTERS]}"
    return Trait(
        id=memory.id,
        kind=memory.kind,
        created_at=memory.created_at,
        updated_at=memory.updated_at,
        importance=memory.importance,
        pinned=memory.pinned,
        fixed=fixed,
        outdated=status if status in ("superseded", "deprecated") else "",
        targets=() if sums_up else tuple(link.target for link in memory.links),
        supersedes=tuple(link.target for link in memory.links if link.relation == "supersedes"),
        signature=_signature(() if fixed else _words(memory)),
        numbers=frozenset(re.findall(r"\d+", text)) if not fixed and len(text) <= PASSAGE_CHARACTERS else None,
    )


def likeness(one: MemoryBase, other: MemoryBase) -> float:
    """The share of their distinct words that two memories have in common, from 0 to 1."""
    first, second = _words(one), _words(other)
    return len(first & second) / len(first | second) if first or second else 1.0


def by_words(traits: Iterable[Trait], uses: Mapping[str, Use], nearly: float) -> dict[str, str]:
    """For each near-duplicate the better one, by their ids. Time and space grow with their count, not its square.

    The signatures only estimate: whoever acts on it compares the texts themselves (`likeness`).

    Args:
        traits: the memories; fixed ones are passed over.
        uses: how they were recalled, by id.
        nearly: the share of their words that near-duplicates have in common.
    """
    alive = best_first((each for each in traits if not each.fixed), uses)
    if len(alive) < 2:
        return {}
    table = np.stack([each.signature for each in alive])
    kinds = np.array([zlib.crc32(each.kind.encode()) for each in alive], np.uint32)
    better: dict[int, int] = {}
    for band in np.split(table, _BANDS, axis=1):
        keys = np.column_stack([kinds, band])
        order = np.lexsort(keys.T)  # stable: the better one stays ahead within a group
        for distance in range(1, _NEIGHBOURS + 1):
            ahead, behind = order[:-distance], order[distance:]
            together = (keys[ahead] == keys[behind]).all(axis=1)
            ahead, behind = ahead[together], behind[together]
            alike = (table[ahead] == table[behind]).mean(axis=1) >= nearly - _SLACK
            for good, bad in zip(ahead[alike].tolist(), behind[alike].tolist(), strict=True):
                better[bad] = min(good, better.get(bad, good))
    found: dict[str, str] = {}
    for bad in sorted(better):  # the better ones are told first, and so their own better ones are known
        good = alive[better[bad]].id
        found[alive[bad].id] = found.get(good, good)
    return found


def by_meaning(
    traits: Iterable[Trait], uses: Mapping[str, Use], vectors: Vectors, least: float, most: int
) -> Iterator[tuple[Trait, list[tuple[Trait, float]]]]:
    """Those memories that mean nearly the same as better ones, the best first: each with these, and the cosines.

    Args:
        traits: the memories; those without a vector are passed over.
        uses: how they were recalled, by id.
        vectors: what they mean.
        least: the least cosine.
        most: how many are compared, the best; time grows with the square of it.
    """
    order = best_first([each for each in traits if each.id in vectors], uses)[:most]
    table = np.stack([vectors[each.id] for each in order]) if order else np.empty((0, 1), np.float32)
    for start in range(0, len(order), _BLOCK):
        cosines = table[start : start + _BLOCK] @ table[: start + _BLOCK].T
        for number, row in enumerate(cosines, start):
            if len(near := np.flatnonzero(row[:number] >= least)):
                yield order[number], [(order[at], float(row[at])) for at in near]


def best_first(traits: Iterable[Trait], uses: Mapping[str, Use]) -> list[Trait]:
    """The memories, the better one of any two first."""

    def worth(each: Trait) -> tuple[bool, int, int, datetime]:
        used = uses.get(each.id)
        return each.pinned, each.importance, used.count if used else 0, each.updated_at

    return sorted(traits, key=worth, reverse=True)


def _words(memory: MemoryBase) -> frozenset[str]:
    return frozenset(terms(f"{memory.title}\n{memory.text()[:_TEXT_CHARACTERS]}"))


def _signature(words: Iterable[str]) -> Signature:
    hashes = np.fromiter((zlib.crc32(word.encode()) for word in words), np.uint32)
    if not len(hashes):
        return np.zeros(_HASHES, np.uint32)
    least: Signature = (hashes[:, None] * _FACTORS + _SUMMANDS).min(axis=0)
    return least
