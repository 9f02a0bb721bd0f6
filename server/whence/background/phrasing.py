"""The map from this project's messages to its diffs, in a file beside the database that can be thrown away.

It is learnt where all passages have their vectors, from the newest changes, by embedding their messages and diffs once
more: some 400 of each, a quarter of a minute of one core. A history half as long again has it learnt anew.
"""

import contextlib
import logging
import threading
import zipfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from whence.background.lease import leased
from whence.retrieval.phrasing import LEAST, Pair, learnt, mapped, pair_of
from whence.values.protocol import Filter

if TYPE_CHECKING:
    from whence.models.embedding import Embedder
    from whence.store import Store

log = logging.getLogger(__name__)

_MOST = 400
"""Pairs that are learnt from, the newest. Measured: 325 do as 650."""

_READ = 1000
"""Changes that are looked at for them: many have no message, or no diff."""

_GROWTH = 1.5
"""From how much longer a history on it is learnt anew."""

_BATCH = 8
"""Pairs between two looks whether to stop."""

_CHANGES = Filter(kinds=("change",), archived=True)


class Phrasing:
    """How the messages of one project read as diffs.

    Args:
        store: its database.
        file: where the map is kept; without one nothing is learnt.
        model: the embedding model that the vectors are of.
    """

    def __init__(self, store: "Store", file: Path | None, model: str) -> None:
        self._store, self._file, self._model = store, file, model
        self._lock = threading.Lock()
        # Of several processes one learns.
        self._lease = FileLock(file.with_suffix(".lock"), thread_local=False, mode=0o600) if file else None
        self._stamp: tuple[int, int] | None = None
        self._map: NDArray[np.float32] | None = None
        self._count = 0
        self._looked = 0

    def of(self, meaning: NDArray[np.float32]) -> NDArray[np.float32] | None:
        """A question's vector as a diff's, of unit length; None as long as nothing is learnt."""
        self._read()
        if self._map is None or self._map.shape[:1] != meaning.shape:
            return None
        return mapped(meaning, self._map)

    def due(self) -> bool:
        """Whether there is no map yet, or one of a history that has grown by half."""
        self._read()
        known = max(self._count if self._map is not None else 0, self._looked)
        return self._changes() >= max(LEAST, known * _GROWTH)

    def renew(self, embedder: "Embedder | None", going: Callable[[], bool]) -> bool:
        """Learn the map where there is none yet, or where the history has grown by half; tells whether it did.

        Args:
            embedder: makes vectors of texts, on this machine, where there is a model.
            going: whether to go on; asked every half second or so.
        """
        if embedder is None or self._file is None or not self.due():
            return False
        with leased(self._lease, threading.Event(), 0.0) as mine:
            return mine and self._learn(embedder, going)

    def _learn(self, embedder: "Embedder", going: Callable[[], bool]) -> bool:
        self._looked = count = self._changes()
        newest = self._store.newest(_CHANGES, limit=_READ)
        pairs = list(islice(filter(None, map(pair_of, newest)), _MOST))
        if len(pairs) < LEAST:
            return False
        messages, diffs = [], []
        for start in range(0, len(pairs), _BATCH):
            if not going():
                self._looked = 0
                return False
            for message, diff in embedded(pairs[start : start + _BATCH], embedder):
                messages.append(message)
                diffs.append(diff)
        self._write(learnt(np.stack(messages), np.stack(diffs)), count)
        return True

    def _changes(self) -> int:
        return self._store.counts().get("change", 0)

    def _read(self) -> None:
        """Take the map from the file where that is another than was read last."""
        if self._file is None:
            return
        with self._lock:
            try:
                status = self._file.stat()
                stamp = (status.st_mtime_ns, status.st_size)
                if stamp == self._stamp:
                    return
                self._stamp, self._map = stamp, None
                with self._file.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                    if str(kept["model"]) == self._model:
                        self._map, self._count = kept["map"].astype(np.float32), int(kept["count"])
            except FileNotFoundError:
                self._stamp = self._map = None
            except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
                log.warning("what was learnt of the project's messages can't be read, and is learnt anew: %s", error)
                self._map = None

    def _write(self, found: NDArray[np.float32], count: int) -> None:
        assert self._file is not None
        fresh = self._file.with_suffix(".new")
        with contextlib.suppress(OSError):  # then it is learnt again another time
            with fresh.open("wb") as file:
                np.savez(file, map=found.astype(np.float16), model=np.array(self._model), count=np.array(count))
            fresh.replace(self._file)


def embedded(pairs: list[Pair], embedder: "Embedder") -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """The vectors of the messages and diffs of pairs, each of unit length."""
    texts = list(dict.fromkeys(text for told, diff in pairs for text in (told, *(each for _, each in diff))))
    known = dict(zip(texts, embedder.embed(texts), strict=True))
    sums = [np.sum([weight * known[text] for weight, text in diff], axis=0) for _, diff in pairs]
    return [
        (known[told], total / (float(np.linalg.norm(total)) or 1.0))
        for (told, _), total in zip(pairs, sums, strict=True)
    ]
