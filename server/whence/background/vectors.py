"""The vectors of passages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from whence.retrieval.passages import split

if TYPE_CHECKING:
    from whence.models.disclosure import ProviderEmbedder
    from whence.models.embedding import Embedder
    from whence.store import Store

_RECENT = 64
"""Texts whose vectors are kept at hand while their neighbours' are made."""


def vectors_of(
    todo: Sequence[tuple[str, str]],
    store: "Store",
    embedder: "Embedder | ProviderEmbedder",
    recent: dict[str, NDArray[np.float32]],
) -> tuple[list[tuple[str, NDArray[np.float32]]], list[str]]:
    """Vectors of passages by their handles; and the memories that have changed since these passages were made.

    Args:
        todo: the passages, as (handle, id of the memory).
        store: the database.
        embedder: makes vectors of texts.
        recent: vectors by text that are at hand; those of this turn take their place.
    """
    # What is embedded isn't stored: it is made again from the memory, by the same function.
    owners = dict(todo)
    memories = store.get(list(dict.fromkeys(owners.values())))
    found = {store.passages.handle(passage): passage for each in memories for passage in split(each)}
    wanted = {handle: found[handle].meaning for handle in owners if handle in found}
    vectors = list(zip(wanted, _sums(list(wanted.values()), embedder, recent), strict=True)) if wanted else []
    changed = [memory for handle, memory in owners.items() if handle not in found]
    return vectors, list(dict.fromkeys(changed))


def _sums(
    meanings: Sequence[Sequence[tuple[float, str]]],
    embedder: "Embedder | ProviderEmbedder",
    recent: dict[str, NDArray[np.float32]],
) -> list[NDArray[np.float32]]:
    """For each the sum of its texts' vectors, each times its weight, as a vector of unit length."""
    texts = dict.fromkeys(text for meaning in meanings for _, text in meaning)
    known = {text: recent[text] for text in texts if text in recent}
    if fresh := [text for text in texts if text not in known]:
        known |= zip(fresh, embedder.embed(fresh), strict=True)
    recent.clear()
    recent.update(list(known.items())[-_RECENT:])  # the next turns share their neighbours' vectors
    totals = [np.sum([weight * known[text] for weight, text in meaning], axis=0) for meaning in meanings]
    return [(total / (float(np.linalg.norm(total)) or 1.0)).astype(np.float32) for total in totals]
