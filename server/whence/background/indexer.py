"""What is derived from memories, in the background: passages right after a write, vectors a little later.

Two threads of low urgency. One turns written memories into passages, so that they are found by words; the other gives
passages their vectors once the embedding model is there. They write to a table of their own, so that no save waits for
them. Whatever a crash leaves undone is found at the next start by comparing what storage holds.
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from whence.background.embedding_model import EmbeddingModel, let_go_unused
from whence.background.lease import leased
from whence.background.phrasing import Phrasing
from whence.background.vectors import COMMIT_SECONDS, MOST_COMMIT_SECONDS, Recent, in_turns, vectors_at_once
from whence.retrieval.passages import split
from whence.store import Vectors, let_go
from whence.values.errors import Cancelled, ModelUnavailable, StorageError, WhenceError
from whence.values.operation import Progress
from whence.values.passage import Passage
from whence.values.protocol import EmbeddingStatus
from whence.values.rounds import Rounds
from whence.values.settings import EmbeddingSettings

if TYPE_CHECKING:
    from whence.models.disclosure import ProviderEmbedder
    from whence.store import Store

log = logging.getLogger(__name__)

_BATCH = 200
"""Memories whose passages are written in one commit."""

_EMBED_BATCH = 4096
"""Passages that are looked for at once to be embedded; as many as there is time for are one commit."""

_AT_ONCE = 4
"""Passages whose vectors are made before they are written, 50 ms: that saves a commit, which takes 20 and 80 KB."""

_MAINTAIN_SECONDS = 5.0
"""How often storage is asked whether it wants to be tidied; it knows when."""

_UNUSED_SECONDS = 600.0
"""After so long without a text the embedding model is let go, which is 60 MB; the next text opens it again in 0.3 s."""

_RENEW_SECONDS = 600.0
"""How often it is looked whether the columns hold what is no more."""

_RETRY_SECONDS, _PROVIDER_RETRY_SECONDS = 5.0, 120.0
"""Time until vectors that could not be made are tried again; a provider, or a budget, is given longer."""

_CAUGHT_UP_SECONDS = 2.0
"""The most time that a search spends on passages that are not made yet."""

_REST_SECONDS = 0.15
"""Time the passages' thread waits for more of a burst before it begins."""


class Indexer:
    """Keeps the derived tables in step with the memories.

    Args:
        store: the database.
        settings: which embedding model, and whether it may be fetched.
        cache: folder in which models are kept, for all projects.
        changed: called when the status changed; it must be quick.
        background: whether vectors are made in the background; a one-shot command line makes them while it settles, and
            only with a model that is there.
        replaces: whether vectors of another model than the settings' are replaced. One process of several on a database
            may do that, lest each undo the other's work; the others leave such vectors alone, and search by words.
        lease: file that is locked while vectors are made, so that of several processes each makes its own share.
        provider: the embedding model of a provider that is to be used, instead of one on this machine.
        phrasing: file in which is kept how the project's messages read as diffs; without one that isn't learnt.
        unused: seconds without a text after which a model on this machine is let go.
    """

    def __init__(
        self,
        store: "Store",
        settings: EmbeddingSettings,
        cache: Path,
        changed: Callable[[], None] = lambda: None,
        *,
        background: bool = True,
        replaces: bool = True,
        lease: Path | None = None,
        provider: "ProviderEmbedder | None" = None,
        phrasing: Path | None = None,
        unused: float = _UNUSED_SECONDS,
    ) -> None:
        self._store, self._settings, self._unused = store, settings, unused
        self._changed = changed
        self._background = background
        self._lease = FileLock(lease, thread_local=False, mode=0o600) if lease else None
        self._pending: dict[str, None] = {}
        self._underway: set[str] = set()  # taken from those, and not yet found by words
        self._wake = threading.Condition()
        self._writing = threading.Lock()  # one of our threads at a time: of two commits at once, one is done again
        self._vectors = threading.Event()
        self._stop = threading.Event()
        self._busy = False
        self.trouble = ""
        """Why passages could not be written, the last time that happened, as sentences."""
        self._model = EmbeddingModel(store, settings, cache, changed, self._stop, replaces=replaces, provider=provider)
        self.phrasing = Phrasing(store, phrasing if provider is None else None, settings.model)
        self._recent = Recent()
        self._commit_seconds = COMMIT_SECONDS
        works = [(self._index, "passages")]
        if background and self._model.state != "off":
            works.append((self._embed, "embedding"))
        self._threads = [threading.Thread(target=work, name=f"whence-{name}", daemon=True) for work, name in works]
        self._rounds = [Rounds("whence-maintenance", self._maintain, _MAINTAIN_SECONDS, _MAINTAIN_SECONDS)]
        if background:
            self._renewing = Rounds("whence-columns", self._renew, _RENEW_SECONDS, 0.0)
            store.passages.columns.fell_behind = partial(self._renewing.stir, _REST_SECONDS)
            self._rounds.append(self._renewing)

    def start(self) -> None:
        """Begin, with what an earlier run left undone first."""
        with self._wake:
            self._busy = True
        for thread in self._threads:
            thread.start()
        for rounds in self._rounds:
            rounds.start()

    def written(self, ids: Sequence[str]) -> None:
        """Tell that these memories were written or removed."""
        with self._wake:
            self._pending.update(dict.fromkeys(ids))
            self._wake.notify()

    def settle(self, timeout: float, *, vectors: bool = False) -> bool:
        """Wait until every memory written so far is found by words, and by meaning if `vectors`. False on timeout."""
        deadline = time.monotonic() + timeout
        self.catch_up(timeout, at_once=True)
        with self._wake:
            if not self._wake.wait_for(lambda: not self._pending and not self._underway and not self._busy, timeout):
                return False
        model = self._model
        if vectors and not self._background and (model.on_disk() or model.provider is not None):
            self._embed_pending(deadline)
        while vectors and model.state not in ("off", "unavailable") and (self._background or model.on_disk()):
            status = self.status()
            # Where another process has made them all, there was no need to open the model here.
            if (model.state == "ready" or model.on_disk()) and status.embedded == status.passages:
                break
            if time.monotonic() > deadline:
                return False
            self._stop.wait(0.05)
        return True

    def embed(self, progress: Progress) -> str:
        """Make the vectors that are missing, here and now, by a model that is fetched first where it may be.

        Args:
            progress: told how many texts are done, of how many, and how many a second.

        Returns:
            What kept it from that, as sentences; nothing where every passage has its vector or none are wanted.
        """
        if self._model.state == "off":
            return ""
        begun, already = time.monotonic(), self.status().embedded

        def tell(message: str) -> None:
            status = self.status()
            made, seconds = status.embedded - already, time.monotonic() - begun
            pace = f", {made / seconds:,.0f} a second" if made and seconds > 1 else ""
            message = message or f"Making vectors: {status.embedded:,} of {status.passages:,} texts{pace}"
            progress(message, status.embedded / max(1, status.passages))

        tell("")
        if self._embed_pending(told=tell):
            self.phrasing.renew(self._model.embedder, self._vectors_first)
        try:
            self._store.passages.columns.renew()
        except StorageError as error:  # LanceDB's indexes answer
            log.warning("the columns that searches read were put off: %s", error)
        return self._model.message if self._model.state == "unavailable" else ""

    def catch_up(self, timeout: float = _CAUGHT_UP_SECONDS, *, at_once: bool = False) -> None:
        """Make the passages that wait, the newest memories' first, so that who wrote a memory finds it.

        The thread waits for more of a burst; a search that comes meanwhile does not, nor for vectors, unless `at_once`
        says so. What was left undone by an earlier run, or can't be done in time, comes later.
        """
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and not self._stop.is_set():
            with self._wake:
                if not (ids := list(self._pending)[-_BATCH:]):
                    self._wake.wait_for(lambda: not self._underway, max(deadline - time.monotonic(), 0.0))
                    return
                self._take(ids)
            self._indexed(ids, at_once=at_once)

    @property
    def busy(self) -> bool:
        """Whether memories wait to be found by words."""
        return self._busy or bool(self._pending or self._underway)

    def status(self) -> EmbeddingStatus:
        """How far search by meaning is."""
        name, model = self._settings.model, self._model
        passages, embedded = self._store.passages.embedding_progress(name)
        return EmbeddingStatus(
            state=model.state, model=name, message=model.message, passages=passages, embedded=embedded
        )

    def vector(self, texts: Sequence[str]) -> NDArray[np.float32] | None:
        """Vectors of query texts, (n, dimension), or None while there is no model to make them; waits for none."""
        model = self._model
        if model.provider is not None:
            return model.provider.query(texts) if model.embedder is not None or self._open_at_once() else None
        if model.embedder is None and model.state == "waiting" and model.on_disk() and not model.yields():
            model.open()
        if model.embedder is None:
            return None
        try:
            return model.embedder.embed(texts)
        except ModelUnavailable as error:
            model.lose(str(error))
            self._vectors.set()
            return None

    @property
    def local(self) -> bool:
        """Whether vectors are made on this machine, so that texts stay here and cost nothing."""
        return self._model.provider is None

    def close(self) -> None:
        """Stop; what is undone is found at the next start."""
        self._stop.set()
        self._vectors.set()
        self._model.close()
        with self._wake:
            self._wake.notify_all()
        for rounds in self._rounds:
            rounds.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    # ------------------------------------------------------------ passages

    def _index(self) -> None:
        self._catch_up()
        while True:
            with self._wake:
                if not self._pending:
                    self._busy = False
                    self._wake.notify_all()
                self._wake.wait_for(lambda: self._pending or self._stop.is_set())
                self._busy = True
            with self._wake:  # who looks for something, or waits for all, does not wait for more of a burst
                self._wake.wait_for(lambda: not self._pending or self._stop.is_set(), _REST_SECONDS)
            if self._stop.is_set():
                return
            with self._wake:
                ids = list(self._pending)[:_BATCH]
                self._take(ids)
            if ids:  # a search may have been quicker
                self._indexed(ids)

    def _take(self, ids: Sequence[str]) -> None:
        """Take some of those that wait; only with the lock of `_wake`."""
        for id in ids:
            del self._pending[id]
        self._underway.update(ids)

    def _indexed(self, ids: Sequence[str], *, at_once: bool = True) -> None:
        """Make the passages of what was taken, and tell who waits for them."""
        self.index(ids, at_once=at_once)
        with self._wake:
            self._underway.difference_update(ids)
            self._wake.notify_all()

    def _catch_up(self) -> None:
        """Passages of memories that a command line wrote and left, or a process that was killed."""
        try:
            while not self._stop.is_set() and (ids := self._store.passages.stale(_BATCH)):
                if not self.index(ids):
                    return
        except StorageError as error:
            log.warning("the search index could not be checked: %s", error)
        self._vectors.set()

    def index(self, ids: Sequence[str], *, at_once: bool = True) -> bool:
        """Make the passages of these memories now; `at_once`: with the vectors of a few.

        Returns:
            False, and the reason in the log, where that failed.
        """
        try:
            vectors = self._at_once if at_once else lambda passages: None
            memories = [memory for memory in self._store.get(ids) if memory.deleted_at is None]
            passages = [passage for memory in memories for passage in split(memory)]
            with self._writing:
                whole = self._store.passages.put(memories, passages, removed=ids, vectors=vectors)
            self._recent.made(ids, passages if self._model.state != "off" and not whole else (), self._store)
        except WhenceError as error:
            self.trouble = str(error)
            if not self._stop.is_set():
                log.warning("the search index could not be written: %s", error)
            return False
        if not whole:
            self._vectors.set()
        self._changed()
        return True

    def _at_once(self, passages: Sequence[Passage]) -> Vectors | None:
        """Vectors of a few passages, where the model is in this machine's memory."""
        embedder = self._model.embedder
        if embedder is None or not self._model.at_hand or not self._background or len(passages) > _AT_ONCE:
            return None
        try:
            return Vectors(self._settings.model, vectors_at_once(passages, embedder, self._recent))
        except ModelUnavailable:  # who makes the others' vectors tells of it
            return None

    # ------------------------------------------------------------ vectors

    def _embed(self) -> None:
        while not self._stop.is_set():
            self._vectors.wait()
            self._vectors.clear()
            if self._stop.is_set():
                return
            try:
                if not self._embed_pending():
                    return
                self.phrasing.renew(self._model.embedder, self._vectors_first)
            except Cancelled:
                return  # the project is being closed
            except WhenceError as error:
                if self.local and isinstance(error, ModelUnavailable):
                    self._model.lose(str(error))
                if not self._stop.is_set():
                    log.warning("vectors could not be made: %s", error)
                    self._model.message = str(error)
                    self._stop.wait(_RETRY_SECONDS if self.local else _PROVIDER_RETRY_SECONDS)
                    self._vectors.set()
            else:
                self._model.message = ""
                self._changed()

    def _embed_pending(self, deadline: float = math.inf, told: Callable[[str], None] = lambda message: None) -> bool:
        """Give every passage its vector, as long as there is time. False where the model can't be had."""
        model = self._model
        if (self._todo() or not model.on_disk()) and model.embedder is None and not model.prepare(told):
            return False
        while not self._stop.is_set() and time.monotonic() < deadline:
            with leased(self._lease, self._stop, deadline) as mine:
                todo = self._todo() if mine else []
                if not todo:
                    break
                if model.yields():
                    return False
                self._embed_batch(todo)
            told("")
        return True

    def _vectors_first(self) -> bool:
        """Whether to go on learning; makes the vectors that wait before."""
        if self._vectors.is_set():
            self._vectors.clear()
            self._embed_pending()
        return not self._stop.is_set()

    def _todo(self) -> list[tuple[str, str]]:
        return self._store.passages.unembedded(self._settings.model, _EMBED_BATCH)

    def _embed_batch(self, todo: Sequence[tuple[str, str]]) -> None:
        assert self._model.embedder is not None
        made, changed = [], []
        try:
            for vectors, others in in_turns(
                todo, self._store, self._model.embedder, self._recent, self._commit_seconds, self._stop
            ):
                made += vectors
                changed += others
        finally:  # what a provider made was paid for, whatever came then
            if made:
                with self._writing:
                    begun = time.monotonic()
                    self._store.passages.put_vectors(self._settings.model, made)
                    took = time.monotonic() - begun
                self._commit_seconds = min(max(COMMIT_SECONDS, 9 * took), MOST_COMMIT_SECONDS)
        if changed:
            self.index(changed)

    def _open_at_once(self) -> bool:
        """Open the provider's model for a command line that searches; elsewhere that is the background's affair."""
        try:
            return not self._background and self._model.state == "waiting" and self._model.prepare()
        except WhenceError as error:
            self._model.fail(f"{error} Search uses words alone.")
            return False

    # ------------------------------------------------------------ maintenance

    def _renew(self) -> None:
        """Keep the columns that searches read near to the table."""
        try:
            done = self._store.passages.columns.renew()
            let_go()
        except StorageError as error:
            log.warning("the columns that searches read were put off: %s", error)
            done = False
        if not done:
            self._renewing.stir(_RETRY_SECONDS)

    def _maintain(self) -> None:
        if let_go_unused(self._unused):
            let_go()
        self._store.passages.columns.rest()
        try:
            self._store.care.count()
            if self._store.maintain():
                let_go()
                self._vectors.set()  # there may be more to learn from
            # A batch at most: while much is written there is always more, and tidying must not wait for its end.
            if not self.busy and (ids := self._store.passages.stale(_BATCH)):
                self.index(ids)
        except StorageError as error:
            log.warning("maintenance was put off: %s", error)
