"""Phrasing: how this project's messages, and its failures, read as diffs, learnt from its own history.

A message and the diff that it belongs to are two texts of one matter in two languages, and so are the trace of a
failure and what solved it: the vectors of both are far apart. From pairs of them follows a linear map that brings a
question, which is worded like the first, nearer to the second: W = (r + M'M)^-1 (r + M'D), with the vectors of messages
as rows of M and those of their diffs as rows of D, drawn to the identity by r. Short questions go through the map of
messages, traces through the one of failures, against changes alone; reports are worded like neither, and lost by it.
"Measured": see `query`.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from whence.retrieval.passages import meanings, split
from whence.retrieval.query import Query
from whence.values.calibration import Shape
from whence.values.memory import MemoryBase
from whence.values.passage import Meaning, Passage

LEAST: Mapping[Shape, int] = {"short": 100, "trace": 20}
"""Pairs from which on a map is learnt, by the shape of the queries that go through it. Measured: of messages 50 give
half of what 650 give, 100 two thirds; of failures the fewest that were measured, some 25, gave .016."""

RIDGE: Mapping[Shape, float] = {"short": 20.0, "trace": 10.0}
"""How strongly a map is drawn to the identity, in pairs. Measured: 3 to 30 do alike."""

Pair = tuple[Meaning, Meaning]
"""What the message of a change says, or the trace of a failure; and the change."""


@runtime_checkable
class _Failed(Protocol):
    """The shape of a memory of a failure."""

    message: str
    stack_trace: str


def pair_of(memory: MemoryBase) -> Pair | None:
    """The message of a change and its diff; None of what lacks one of them."""
    told = split(memory)[0]
    if not told.hunks:
        return None
    _, bare = meanings(memory.model_copy(update={"title": "", "reason": ""}))[0]
    return ((told.meaning[0],), bare) if told.meaning[0] != bare[0] and len(bare) > 1 else None


def pair_of_failure(bug: MemoryBase, change: MemoryBase) -> Pair | None:
    """The trace of a bug and what solved it, as it is found; None where there is no trace, or no diff."""
    trace = Query(bug.stack_trace or bug.message) if isinstance(bug, _Failed) else Query("")
    solved = split(change)[0]
    if trace.shape != "trace" or not solved.hunks:
        return None
    return tuple((1.0, text) for text in trace.embedded), solved.meaning


def learnt(told: NDArray[np.float32], done: NDArray[np.float32], shape: Shape = "short") -> NDArray[np.float32]:
    """The map from what is told to what was done, (dimension, dimension), of vectors of unit length, a pair a row."""
    pull = RIDGE[shape] * np.eye(told.shape[1], dtype=np.float64)
    one, other = told.astype(np.float64), done.astype(np.float64)
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
