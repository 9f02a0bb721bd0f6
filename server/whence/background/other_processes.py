"""What other processes write: an assistant through MCP, the command line, another window."""

import logging
from collections.abc import Callable

from whence.store import Store
from whence.values.errors import StorageError
from whence.values.rounds import Rounds

log = logging.getLogger(__name__)

_SECONDS, _REMOTE_SECONDS = 1.5, 30.0
"""Between two looks; a look costs 0.3 ms on this machine, and a request where the memory is elsewhere."""


class OtherProcesses:
    """Notices when another process writes memories.

    Args:
        store: the memories.
        told: called when another process wrote; must be quick.
        remote: whether the memory is on another machine.
    """

    def __init__(self, store: Store, told: Callable[[], None], *, remote: bool) -> None:
        self._store = store
        self._told = told
        self._version = self._writes = 0
        self._rounds = Rounds("whence-others", self._look, _REMOTE_SECONDS if remote else _SECONDS, 0.0)

    def start(self) -> None:
        """Begin to look."""
        self._rounds.start()

    def close(self) -> None:
        """Look no more."""
        self._rounds.close()

    def _look(self) -> None:
        try:
            # In this order: a write of ours in between is told of once more, and none of another's is missed.
            version, writes = self._store.version(), self._store.writes
            if self._version and version - self._version > writes - self._writes:
                self._told()
            self._version, self._writes = version, writes
        except StorageError as error:
            log.debug("what others wrote cannot be looked for: %s", error)
