"""Has commits linked to what their messages speak of, on a thread of its own: no save waits for it."""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from whence.background import link_queue
from whence.store import Store
from whence.values.errors import WhenceError
from whence.values.memory import Change

log = logging.getLogger(__name__)

_LINKED_AT_ONCE = 100
"""Commits that are linked in one go."""

Relate = Callable[[Sequence[Change]], object]
"""Links Changes, the oldest first, to what their messages speak of."""


class Linker:
    """The thread, and the queue of what it still has to do.

    Args:
        store: where the Changes are read.
        queue: folder in which commits wait, so that a killed process leaves them to the next.
    """

    def __init__(self, store: Store, queue: Path) -> None:
        self._store, self._queue = store, queue
        self._relate: Relate = lambda changes: None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="whence-links")

    def start(self, relate: Relate, *, left: bool) -> None:
        """Say how to link, and where `left`, begin with what an earlier process left."""
        self._relate = relate
        if left:
            self._later(link_queue.left(self._queue))

    def committed(self, ids: Sequence[str]) -> None:
        """Commits were captured: see to it that they are linked, by the next process if not by this one."""
        link_queue.keep(self._queue, ids)
        self._later(ids)

    def submit(self, work: Callable[[], None]) -> "Future[None] | None":
        """Do something else on this thread, in its turn; None when closing."""
        with suppress(RuntimeError):
            return self._thread.submit(work)
        return None

    def settle(self, timeout: float) -> bool:
        """Wait until the commits written so far are linked. False after `timeout` seconds."""
        waiting = self.submit(lambda: None)
        try:
            return waiting is not None and waiting.result(timeout) is None
        except TimeoutError:
            return False

    def close(self) -> None:
        """Link what waits, and stop."""
        self._thread.shutdown()

    def _later(self, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _LINKED_AT_ONCE):
            with suppress(RuntimeError):  # closing: they are written down
                self._thread.submit(self._link, ids[start : start + _LINKED_AT_ONCE])

    def _link(self, ids: Sequence[str]) -> None:
        try:
            found = [memory for memory in self._store.get(ids) if isinstance(memory, Change)]
            self._relate(sorted(found, key=lambda change: (change.created_at, change.id)))
        except WhenceError as error:
            log.warning("what commit messages speak of could not be linked: %s", error)
        else:
            link_queue.done(self._queue, ids)
