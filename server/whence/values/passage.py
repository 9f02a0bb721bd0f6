"""What rooms hand one another of a memory: its passages, and those that storage found for a query."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from whence.values.base import Time, Value
from whence.values.memory import Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


Hunks = tuple[tuple[str, tuple[int, ...]], ...]
"""The hunks of a change, file by file: of each its first line before, and its lines before and after, in threes."""


Meaning = tuple[tuple[float, str], ...]
"""Texts whose vectors, each times its weight, make up a passage's vector."""


class Diff(NamedTuple):
    """What was done to a file, as far as hits show it."""

    path: str
    diff: str


class Passage(Value):
    """A searchable piece of a memory: derived from it and rebuilt from it without loss."""

    id: str
    """`<memory>#<number>`."""

    memory: str
    """The memory that it is a piece of."""

    kind: str
    """The memory's kind."""

    created_at: Time
    """The memory's time."""

    importance: int
    """The memory's importance."""

    pinned: bool
    """Whether the memory is pinned."""

    archived: bool
    """Whether the memory is archived."""

    folder: str
    """The memory's folder."""

    labels: tuple[str, ...]
    """The memory's labels."""

    files: tuple[str, ...]
    """The memory's files."""

    source: Source
    """How the memory came to be."""

    title: str
    """The memory's title."""

    text: str
    """The piece as it reads, for the snippet and the embedding."""

    words: str
    """The terms that storage searches, code-aware and normalised, separated by spaces; empty where another passage
    of the memory has them."""

    weights: bytes = b""
    """What each term and pair of words of it counts, packed (`retrieval.fields`)."""

    meaning: Meaning = ()
    """The texts whose vectors, each times its weight, make up the vector. It isn't stored."""

    turn: int = -1
    """The turn of a conversation that it is, from 0."""

    speaker: str = ""
    """Who says it, in a conversation of people by name."""

    code: bool = False
    """Whether it is code."""

    hunks: Hunks = ()
    """Where a change changed its files."""

    repeats: str = ""
    """The memory that its own only tells in another way."""

    @property
    def has_hunks(self) -> bool:
        """Whether it is of a change that says where it changed its files."""
        return bool(self.hunks)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A passage that storage found for a query, with the measures of its fit."""

    passage: Passage
    """The passage."""

    bm25: float | None = None
    """Full-text score, where it was found by words."""

    cosine: float | None = None
    """Cosine with the query's vector, where it was found by meaning."""

    vector: "NDArray[np.float32] | None" = None
    """Its vector, where it has one of the model asked for, and was found by words or is asked for it."""
