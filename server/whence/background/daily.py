"""What is looked after once in a while, on a thread of its own."""

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

_FIRST, _SECONDS = 60.0, 1800.0
"""Until the first look, so that a start is left in peace, and between two looks."""


class Daily:
    """Looks now and then whether it is time for what is done once a day."""

    def __init__(self) -> None:
        self.message = ""
        """What went wrong at the last look, for the user; empty where nothing did."""
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, look: Callable[[], None]) -> None:
        """Begin to look; `look` returns at once where there is nothing to do."""
        self._thread = threading.Thread(target=self._watch, args=(look,), name="whence-daily", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more; what is under way is finished."""
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self, look: Callable[[], None]) -> None:
        seconds = _FIRST
        while not self._closing.wait(seconds):
            seconds = _SECONDS
            try:
                look()
            except Exception:
                log.exception("what is done once a day failed")
