"""What other processes write: an assistant through MCP, the command line, another window."""

import logging
import threading
from collections.abc import Callable

from whence.store import Store
from whence.values.errors import StorageError

log = logging.getLogger(__name__)

_SECONDS, _REMOTE_SECONDS = 1.5, 30.0
"""Between two looks; a look costs 0.3 ms on this machine, and a request where the memory is elsewhere."""


class OtherProcesses:
    """Notices when another process writes memories, on a thread of its own.

    Args:
        store: the memories.
        told: called when another process wrote; must be quick.
        remote: whether the memory is on another machine.
    """

    def __init__(self, store: Store, told: Callable[[], None], *, remote: bool) -> None:
        self._store = store
        self._told = told
        self._seconds = _REMOTE_SECONDS if remote else _SECONDS
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="whence-others", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()

    def _watch(self) -> None:
        version, writes = 0, 0
        while True:
            try:
                # In this order: a write of ours in between is told of once more, and none of another's is missed.
                now_version, now_writes = self._store.version(), self._store.writes
                if version and now_version - version > now_writes - writes:
                    self._told()
                version, writes = now_version, now_writes
            except StorageError as error:
                log.debug("what others wrote cannot be looked for: %s", error)
            if self._closing.wait(self._seconds):
                return
