"""What is looked after once in a while."""

import logging
from collections.abc import Callable

from whence.values.rounds import Rounds

log = logging.getLogger(__name__)

_FIRST, _SECONDS = 60.0, 1800.0
"""Until the first look, so that a start is left in peace, and between two looks."""


class Daily:
    """Looks now and then whether it is time for what is done once a day."""

    def __init__(self) -> None:
        self.message = ""
        """What went wrong at the last look, for the user; empty where nothing did."""
        self._look: Callable[[], None] = lambda: None
        self._rounds = Rounds("whence-daily", self._round, _SECONDS, _FIRST)

    def start(self, look: Callable[[], None]) -> None:
        """Begin to look; `look` returns at once where there is nothing to do."""
        self._look = look
        self._rounds.start()

    def close(self) -> None:
        """Look no more; what is under way is finished."""
        self._rounds.close()

    def _round(self) -> None:
        try:
            self._look()
        except Exception:
            log.exception("what is done once a day failed")
