"""Phrasing: how this project's messages read as diffs, learnt from its own history.

A message and the diff that it belongs to are two texts of one matter in two languages, and the vectors of both are far
apart. From pairs of them follows a linear map that brings a question, which is worded like a message, nearer to diffs:
W = (r + M'M)^-1 (r + M'D), with the vectors of messages as rows of M and those of their diffs as rows of D, drawn to
the identity by r. It is for short questions against changes alone: traces and reports are worded otherwise, and lost by
it. "Measured": see `query`.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from whence.retrieval.passages import split
from whence.values.memory import MemoryBase
from whence.values.passage import Passage

LEAST = 100
"""Pairs from which on a map is learnt. Measured: 50 give half of what 650 give, 100 two thirds."""

RIDGE = 20.0
"""How strongly the map is drawn to the identity, in pairs. Measured: 3 to 30 do alike."""

Pair = tuple[str, tuple[tuple[float, str], ...]]
"""What a change's message says, and the texts whose weighed sum is the vector of its diff."""


def pair_of(memory: MemoryBase) -> Pair | None:
    """The message of a change and its diff; None of what lacks one of them."""
    told = split(memory)[0]
    if not told.hunks:
        return None
    bare = split(memory.model_copy(update={"title": "", "reason": ""}))[0].meaning
    return (told.meaning[0][1], bare) if len(told.meaning) > len(bare) > 1 else None


def learnt(messages: NDArray[np.float32], diffs: NDArray[np.float32]) -> NDArray[np.float32]:
    """The map from messages to diffs, (dimension, dimension), of vectors of unit length, a pair in each row."""
    pull = RIDGE * np.eye(messages.shape[1], dtype=np.float64)
    one, other = messages.astype(np.float64), diffs.astype(np.float64)
    return np.linalg.solve(pull + one.T @ one, pull + one.T @ other).astype(np.float32)


def mapped(meaning: NDArray[np.float32], map: NDArray[np.float32]) -> NDArray[np.float32]:
    """A question's vector through the map, of unit length."""
    found: NDArray[np.float32] = meaning @ map
    return found / (float(np.linalg.norm(found)) or 1.0)


def cosines(
    passages: Sequence[Passage],
    vectors: Sequence[NDArray[np.float32] | None],
    known: NDArray[np.float32],
    phrased: NDArray[np.float32] | None,
) -> NDArray[np.float32]:
    """The cosines with those of changes taken with the mapped query.

    Mapped, all changes come nearer: the mean of that is taken out again, so that they do not outrank other kinds.

    Args:
        passages: what may answer.
        vectors: theirs, as far as they are at hand.
        known: their cosines with the query as it is.
        phrased: the query's vector through the map, of unit length; None where there is no map.
    """
    rows = [at for at, each in enumerate(passages) if each.has_hunks and vectors[at] is not None]
    if phrased is None or len(rows) < 2:
        return known
    other = known.copy()
    other[rows] = [float(vector @ phrased) for at in rows if (vector := vectors[at]) is not None]
    other[rows] += known[rows].mean() - other[rows].mean()
    return other
