"""Fields: how much each term of a memory says about it, by where it stands (BM25F).

S. Robertson, H. Zaragoza, M. Taylor, "Simple BM25 extension to multiple weighted fields", 2004. Of a term, and a pair
of adjacent words, the counts in all fields become one number when the memory is indexed:
x = sum over fields of weight * tf / (1 - b + b * length / average). What depends on the other memories, the rarity, is
put to it when a query asks. The averages are constants, so that a memory's numbers never change because of others.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray


class Field(NamedTuple):
    """A part of a memory, and what its terms count."""

    weight: float
    """How much a term counts here. Measured (`query`)."""

    average: float
    """Terms that such a part has on average, in the question sets; of a longer one each counts less."""

    b: float = 0.75
    """How much the length matters, from 0 to 1. The textbook's value; less for turns, measured."""


TITLE = Field(3.0, 8)
PATH = Field(1.0, 12)
BODY = Field(1.0, 100)
HEADER = Field(1.0, 12)
CHANGED = Field(0.7, 70)
AROUND = Field(0.3, 70)
TURN = Field(1.0, 20, 0.3)
NEIGHBOURS = Field(0.4, 80, 0.3)

MAX_COUNTED = 4000
"""Terms of one field that are counted, and pairs."""

_MOST = 60_000.0  # a float16 holds no more
_ENTRY = 6  # bytes: a hash of four, a number of two


Read = tuple[list[str], list[str]]
"""A text as `words.read` reads it: its terms, and its words for pairs."""


def weigh(fields: Iterable[tuple[Field, Read]], spelt: Iterable[str] = ()) -> bytes:
    """What each term and pair of these texts counts, packed: all hashes in order (uint32), then the x (float16).

    Args:
        fields: the texts, read.
        spelt: how they are written (`spelling`), which counts once, whatever their length.
    """
    totals: dict[int, float] = dict.fromkeys(hashes(spelt), 1.0)
    for field, (found, parts) in fields:
        for tokens in (hashes(found[:MAX_COUNTED]), [pair_hash(pair) for pair in pairwise(parts[:MAX_COUNTED])]):
            if tokens:
                share = field.weight / (1 - field.b + field.b * len(tokens) / field.average)
                for token, count in Counter(tokens).items():
                    totals[token] = totals.get(token, 0.0) + count * share
    keys = np.fromiter(totals, np.uint32, len(totals))
    values = np.minimum(np.fromiter(totals.values(), np.float32, len(totals)), _MOST).astype(np.float16)
    order = np.argsort(keys)
    return keys[order].tobytes() + values[order].tobytes()


def hashes(terms: Iterable[str]) -> list[int]:
    """The numbers that stand for terms."""
    return [crc32(term.encode("utf-8", "replace")) for term in terms]


def pair_hash(pair: tuple[str, str]) -> int:
    """The number that stands for two adjacent words."""
    return crc32(" ".join(pair).encode("utf-8", "replace"))


def unpack(packed: bytes) -> tuple[NDArray[np.uint32], NDArray[np.float16]]:
    """The hashes, ascending, and their x."""
    count = len(packed) // _ENTRY
    return np.frombuffer(packed, np.uint32, count), np.frombuffer(packed, np.float16, count, offset=4 * count)


def look_up(packed: Sequence[bytes], wanted: NDArray[np.uint32]) -> NDArray[np.float32]:
    """The x of each wanted hash in each of the packed memories, (memories, wanted); 0 where there is none."""
    found = np.zeros((len(packed), len(wanted)), np.float32)
    counts = np.array([len(each) // _ENTRY for each in packed], np.int64)
    total = int(counts.sum())
    if not total or not len(wanted):
        return found
    # All at once: one search for each memory takes five times as long.
    own = np.arange(len(packed), dtype=np.uint64) << np.uint64(32)
    ends = [(each, 4 * count) for each, count in zip(packed, counts.tolist(), strict=True)]
    keys = np.frombuffer(b"".join([each[:end] for each, end in ends]), np.uint32) | np.repeat(own, counts)
    values = np.frombuffer(b"".join([each[end:] for each, end in ends]), np.float16)
    asked = own[:, None] | wanted.astype(np.uint64)
    at = np.minimum(np.searchsorted(keys, asked), total - 1)
    held = keys[at] == asked
    found[held] = values[at[held]]
    return found
