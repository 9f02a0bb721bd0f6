"""The vectors of passages."""

import time
from collections.abc import Iterable, Iterator, Sequence
from threading import Event, Lock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from whence.retrieval.passages import meanings
from whence.values.passage import Meaning, Passage

if TYPE_CHECKING:
    from whence.models.disclosure import ProviderEmbedder
    from whence.models.embedding import Embedder
    from whence.store import Store

_RECENT = 64
"""Texts whose vectors are kept at hand while their neighbours' are made."""


BATCH = 32
"""Passages whose vectors are made at once: after so many it is looked whether to stop."""

COMMIT_SECONDS, MOST_COMMIT_SECONDS = 1.0, 30.0
"""Work that goes into one commit at least and at most: a crash costs no more, and each commit leaves a piece more for
reads to go through. Between the two it is nine times what the last commit took: 20 ms among 3,000 passages, 2 to 4 s
among 300,000, where commits after each second of work took more time than the work."""

_KEPT = 500
"""Memories whose passages wait for their vectors at hand: some 2 MB. Of further ones they are made again."""


class Recent:
    """What is at hand when vectors are made: vectors of a turn's neighbours, and what to embed of new passages.

    What is embedded isn't stored. Of a memory that was written a moment ago it need not be made again.
    """

    def __init__(self) -> None:
        self.vectors: dict[str, NDArray[np.float32]] = {}
        """By text, those of the last turn."""
        self._lock = Lock()
        self._meanings: dict[str, dict[str, Meaning]] = {}

    def made(self, ids: Iterable[str], passages: Iterable[Passage], store: "Store") -> None:
        """Take what to embed of these passages of memories; of a memory that has none any more it is forgotten."""
        with self._lock:
            for id in ids:
                self._meanings.pop(id, None)
            for each in passages:
                self._meanings.setdefault(each.memory, {})[store.passages.handle(each.id, each.meaning)] = each.meaning
            for id in list(self._meanings)[:-_KEPT]:
                del self._meanings[id]

    def meaning(self, memory: str, handle: str) -> Meaning:
        """What to embed of a passage, given away; nothing where it is not at hand."""
        with self._lock:
            own = self._meanings.get(memory, {})
            found = own.pop(handle, ())
            if not own:
                self._meanings.pop(memory, None)
            return found


def in_turns(
    todo: Sequence[tuple[str, str]],
    store: "Store",
    embedder: "Embedder | ProviderEmbedder",
    recent: Recent,
    seconds: float,
    stop: Event,
) -> Iterator[tuple[list[tuple[str, NDArray[np.float32]]], list[str]]]:
    """What `vectors_of` gives, some passages after the other; until all are done, time is over or it is to stop."""
    ends = time.monotonic() + seconds
    for start in range(0, len(todo), BATCH):
        yield vectors_of(todo[start : start + BATCH], store, embedder, recent)
        if stop.is_set() or time.monotonic() > ends:
            return


def vectors_of(
    todo: Sequence[tuple[str, str]], store: "Store", embedder: "Embedder | ProviderEmbedder", recent: Recent
) -> tuple[list[tuple[str, NDArray[np.float32]]], list[str]]:
    """Vectors of passages by their handles; and the memories that have changed since these passages were made.

    Args:
        todo: the passages, as (handle, id of the memory).
        store: the database.
        embedder: makes vectors of texts.
        recent: what is at hand; the vectors of this turn take their place.
    """
    wanted = {handle: found for handle, memory in todo if (found := recent.meaning(memory, handle))}
    # What is embedded isn't stored: it is made again from the memory, by the same function.
    owners = {handle: memory for handle, memory in todo if handle not in wanted}
    for each in store.get(list(dict.fromkeys(owners.values()))) if owners else ():
        again = {store.passages.handle(id, meaning): meaning for id, meaning in meanings(each)}
        wanted |= {handle: meaning for handle, meaning in again.items() if handle in owners}
    vectors = list(zip(wanted, _sums(list(wanted.values()), embedder, recent), strict=True)) if wanted else []
    changed = [memory for handle, memory in owners.items() if handle not in wanted]
    return vectors, list(dict.fromkeys(changed))


def vectors_at_once(
    passages: Sequence[Passage], embedder: "Embedder | ProviderEmbedder", recent: Recent
) -> NDArray[np.float32]:
    """Vectors of passages that were just made, (n, dimension)."""
    return np.stack(_sums([each.meaning for each in passages], embedder, recent))


def _sums(
    meanings: Sequence[Meaning], embedder: "Embedder | ProviderEmbedder", recent: Recent
) -> list[NDArray[np.float32]]:
    """For each the sum of its texts' vectors, each times its weight, as a vector of unit length."""
    texts, kept = dict.fromkeys(text for meaning in meanings for _, text in meaning), recent.vectors
    known = {text: kept[text] for text in texts if text in kept}
    if fresh := [text for text in texts if text not in known]:
        known |= zip(fresh, embedder.embed(fresh), strict=True)
    recent.vectors = dict(list(known.items())[-_RECENT:])  # the next turns share their neighbours' vectors
    totals = [np.sum([weight * known[text] for weight, text in meaning], axis=0) for meaning in meanings]
    return [(total / (float(np.linalg.norm(total)) or 1.0)).astype(np.float32) for total in totals]
