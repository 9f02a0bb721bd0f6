"""Passages and vectors by hand, for tests of the store."""

import numpy as np
from numpy.typing import NDArray

from whence.values.memory import MemoryBase
from whence.values.passage import Passage

MODEL = "test-model"
DIMENSION = 8


def passage(of: MemoryBase, words: str, number: int = 0, text: str = "") -> Passage:
    """A passage of a memory, with these words to find it by; its text is the same unless said."""
    return Passage(
        id=f"{of.id}#{number}",
        memory=of.id,
        kind=of.kind,
        created_at=of.created_at,
        importance=of.importance,
        pinned=of.pinned,
        archived=of.archived,
        folder=of.folder,
        labels=of.labels,
        files=of.files,
        source=of.source,
        title=of.title,
        text=text or words,
        words=words,
    )


def axis(number: int) -> NDArray[np.float32]:
    """A unit vector along one axis."""
    vector = np.zeros(DIMENSION, dtype=np.float32)
    vector[number] = 1
    return vector
