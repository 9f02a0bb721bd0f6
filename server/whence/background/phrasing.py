"""The maps from this project's messages and failures to its diffs, in a file beside the database that may be deleted.

They are learnt where all passages have their vectors, from the newest changes and solved bugs, by embedding both halves
of each pair once more: some 400 of each, a quarter of a minute of one core. A history half as long again has its map
learnt anew.
"""

import contextlib
import logging
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from whence.background.lease import leased
from whence.retrieval.phrasing import LEAST, Pair, learnt, mapped, pair_of, pair_of_failure
from whence.values.calibration import Shape
from whence.values.passage import Meaning
from whence.values.protocol import Filter

if TYPE_CHECKING:
    from whence.models.embedding import Embedder
    from whence.store import Store

log = logging.getLogger(__name__)

_MOST = 400
"""Pairs that are learnt from, the newest. Measured: 325 do as 650."""

_READ = 1000
"""Memories that are looked at for them: many changes have no message, or no diff, and many bugs no trace."""

_GROWTH = 1.5
"""From how much longer a history on it is learnt anew."""

_BATCH = 8
"""Pairs between two looks whether to stop."""

_TAUGHT_BY: dict[Shape, str] = {"short": "change", "trace": "bug"}
"""The kinds of memory whose growth has a map learnt anew, by the shape of the queries that go through it."""


class Phrasing:
    """How the messages and the failures of one project read as diffs.

    Args:
        store: its database.
        file: where the maps are kept; without one nothing is learnt.
        model: the embedding model that the vectors are of.
    """

    def __init__(self, store: "Store", file: Path | None, model: str) -> None:
        self._store, self._file, self._model = store, file, model
        self._lock = threading.Lock()
        # Of several processes one learns.
        self._lease = FileLock(file.with_suffix(".lock"), thread_local=False, mode=0o600) if file else None
        self._stamp: tuple[int, int] | None = None
        self._maps: dict[Shape, tuple[NDArray[np.float32], int]] = {}  # with how many memories there were
        self._looked: dict[Shape, int] = {}

    def of(self, meaning: NDArray[np.float32], shape: Shape) -> NDArray[np.float32] | None:
        """A query's vector as a diff's, of unit length; None as long as nothing is learnt for queries of its shape."""
        self._read()
        known = self._maps.get(shape)
        if known is None or known[0].shape[:1] != meaning.shape:
            return None
        return mapped(meaning, known[0])

    def due(self) -> list[Shape]:
        """The shapes of queries for which there is no map yet, or one of a history that has grown by half."""
        self._read()
        return [shape for shape in _TAUGHT_BY if self._count(shape) >= max(LEAST[shape], self._known(shape) * _GROWTH)]

    def renew(self, embedder: "Embedder | None", going: Callable[[], bool]) -> bool:
        """Learn the maps where there are none yet, or where the history has grown by half; tells whether it did.

        Args:
            embedder: makes vectors of texts, on this machine, where there is a model.
            going: whether to go on; asked every half second or so.
        """
        if embedder is None or self._file is None or not self.due():
            return False
        with leased(self._lease, threading.Event(), 0.0) as mine:
            done = [self._learn(shape, embedder, going) for shape in self.due()] if mine else []
        return any(done)

    def _learn(self, shape: Shape, embedder: "Embedder", going: Callable[[], bool]) -> bool:
        self._looked[shape] = count = self._count(shape)
        pairs = list(islice(self._failures() if shape == "trace" else self._messages(), _MOST))
        if len(pairs) < LEAST[shape]:
            return False
        told, done = [], []
        for start in range(0, len(pairs), _BATCH):
            if not going():
                self._looked[shape] = 0
                return False
            for one, other in embedded(pairs[start : start + _BATCH], embedder):
                told.append(one)
                done.append(other)
        self._write({**self._maps, shape: (learnt(np.stack(told), np.stack(done), shape), count)})
        return True

    def _messages(self) -> Iterator[Pair]:
        newest = self._store.newest(Filter(kinds=("change",), archived=True), limit=_READ)
        return filter(None, map(pair_of, newest))

    def _failures(self) -> Iterator[Pair]:
        bugs = self._store.newest(Filter(kinds=("bug",), archived=True), limit=_READ)
        solved = [(bug, link.target) for bug in bugs for link in bug.links if link.relation == "solved_by"]
        there = {each.id: each for each in self._store.get([target for _, target in solved]) if not each.deleted_at}
        pairs = (pair_of_failure(bug, there[target]) for bug, target in solved if target in there)
        return filter(None, pairs)

    def _count(self, shape: Shape) -> int:
        return self._store.counts().get(_TAUGHT_BY[shape], 0)

    def _known(self, shape: Shape) -> int:
        """Of how many memories there were the last time that a map was learnt of them, or could not be."""
        known = self._maps.get(shape)
        return max(known[1] if known else 0, self._looked.get(shape, 0))

    def _read(self) -> None:
        """Take the maps from the file where that is another than was read last."""
        if self._file is None:
            return
        with self._lock:
            try:
                status = self._file.stat()
                stamp = (status.st_mtime_ns, status.st_size)
                if stamp == self._stamp:
                    return
                self._stamp, self._maps = stamp, {}
                with self._file.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                    if str(kept["model"]) == self._model:
                        self._maps = {
                            shape: (kept[shape].astype(np.float32), int(kept[f"{shape}.count"]))
                            for shape in _TAUGHT_BY
                            if shape in kept
                        }
            except FileNotFoundError:
                self._stamp, self._maps = None, {}
            except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
                log.warning("what was learnt of the project's history can't be read, and is learnt anew: %s", error)
                self._maps = {}

    def _write(self, maps: dict[Shape, tuple[NDArray[np.float32], int]]) -> None:
        assert self._file is not None
        fresh = self._file.with_suffix(".new")
        arrays: dict[str, Any] = {"model": np.array(self._model)}
        for shape, (map, count) in maps.items():
            arrays |= {shape: map.astype(np.float16), f"{shape}.count": np.array(count)}
        with contextlib.suppress(OSError):  # then it is learnt again another time
            with fresh.open("wb") as file:
                np.savez(file, **arrays)
            fresh.replace(self._file)
        self._read()


def embedded(pairs: Sequence[Pair], embedder: "Embedder") -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """The vectors of both halves of pairs, each of unit length."""
    texts = list(dict.fromkeys(text for pair in pairs for meaning in pair for _, text in meaning))
    known = dict(zip(texts, embedder.embed(texts), strict=True))
    return [(_sum(told, known), _sum(done, known)) for told, done in pairs]


def _sum(meaning: Meaning, known: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
    total = np.sum([weight * known[text] for weight, text in meaning], axis=0)
    found: NDArray[np.float32] = total / (float(np.linalg.norm(total)) or 1.0)
    return found
