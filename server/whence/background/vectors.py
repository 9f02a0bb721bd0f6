"""The vectors of passages."""

import time
from collections.abc import Iterator, Sequence
from threading import Event
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


BATCH = 32
"""Passages whose vectors are made at once: after so many it is looked whether to stop."""

_COMMIT_SECONDS = 1.0
"""Work that goes into one commit: a crash costs no more; each commit leaves a piece more for reads to go through."""


def in_turns(
    todo: Sequence[tuple[str, str]],
    store: "Store",
    embedder: "Embedder | ProviderEmbedder",
    recent: dict[str, NDArray[np.float32]],
    stop: Event,
) -> Iterator[tuple[list[tuple[str, NDArray[np.float32]]], list[str]]]:
    """What `vectors_of` gives, some passages after the other; until all are done, a second is over or it is to stop."""
    ends = time.monotonic() + _COMMIT_SECONDS
    for start in range(0, len(todo), BATCH):
        yield vectors_of(todo[start : start + BATCH], store, embedder, recent)
        if stop.is_set() or time.monotonic() > ends:
            return


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
