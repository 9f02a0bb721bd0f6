"""Vectors in a quarter of their size, by which the nearest are told before they are compared exactly.

Each number is rounded to one of 127 steps of its vector's largest. A cosine with a vector so rounded is off by the sum
of as many errors as there are numbers, each even within half a step: by 1/sqrt(12) of a step (standard deviation),
which is .0005 for 384 numbers of which the largest is .2.
"""

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.int8]
"""The steps of vectors, a row each: (n, dimension)."""
Steps = NDArray[np.float32]
"""What a step of each row is worth: (n,)."""

_ROWS = 1000
"""Rows that are made numbers of again at once: 1.5 MB, which a processor's own memory holds. All at once would be
written to memory and read from there again, which takes longer than to read vectors that were never rounded."""

_MOST = 127


def quantise(vectors: NDArray[np.float32]) -> tuple[Codes, Steps]:
    """Vectors in steps, and what a step is worth; of a vector of zeros both are 0."""
    steps = np.abs(vectors).max(axis=1, initial=0).astype(np.float32) / np.float32(_MOST)
    scaled = vectors / np.where(steps > 0, steps, np.float32(1))[:, None]
    return np.rint(scaled).astype(np.int8), steps


def room(dimension: int) -> NDArray[np.float32]:
    """What `cosines` works in. One does for all that a thread compares; to make one takes as long as to use it."""
    return np.empty((_ROWS, dimension), np.float32)


def cosines(
    codes: Codes, steps: Steps, vector: NDArray[np.float32], mask: NDArray[np.bool_], room: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Nearly the cosine of each chosen row with this vector, all of unit length, (n,); of the others anything."""
    if 2 * np.count_nonzero(mask) > len(codes):
        return _cosines(codes, vector, room) * steps
    found, at = np.zeros(len(codes), np.float32), np.flatnonzero(mask)
    found[at] = _cosines(codes.take(at, axis=0), vector, room) * steps[at]
    return found


def _cosines(codes: Codes, vector: NDArray[np.float32], room: NDArray[np.float32]) -> NDArray[np.float32]:
    """The products of rows of steps with a vector."""
    found = np.empty(len(codes), np.float32)
    for start in range(0, len(codes), _ROWS):
        part = codes[start : start + _ROWS]
        numbers = room[: len(part)]
        np.copyto(numbers, part)
        np.dot(numbers, vector, out=found[start : start + _ROWS])
    return found
