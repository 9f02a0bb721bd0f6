"""What other threads tell the one that captures: files saved, opened, noticed; and the wish to wait for it."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

TICK = 1.0
"""Seconds between two looks at git, at hints of other processes, and at a lock that another one holds."""

_DEBOUNCE = 0.3
"""Seconds of quiet after which what was noticed is looked at."""

_PATIENCE = 3.0
"""Seconds that what was noticed waits for quiet at most."""

_RETRY = 5.0
"""Seconds after which what failed is tried again."""

_MOMENT = 0.05
"""Seconds until git is looked at again while it is at work."""


@dataclass(frozen=True, slots=True)
class Work:
    """What came in."""

    saved: list[Path]
    opened: list[Path]
    asked: int
    """Number of the newest caller who waits until all is done."""
    closing: bool


class Inbox:
    """What other threads tell the recorder's. Nothing here waits, but those who ask to."""

    def __init__(self) -> None:
        self.saved: dict[Path, None] = {}
        self.opened: dict[Path, None] = {}
        self.noticed: dict[Path, None] = {}
        self._first = self._last = self._retry = 0.0
        self._asked = self._answered = 0
        self._closing = False
        self._wake = threading.Condition()

    def put(self, box: dict[Path, None], path: Path) -> None:
        """The editor told of a file; that is not kept waiting."""
        with self._wake:
            box[path] = None
            self._wake.notify_all()

    def notice(self, path: Path) -> None:
        """The watcher saw something happen; that can wait for more to come."""
        with self._wake:
            self._last = time.monotonic()
            if not self.noticed:
                self._first = self._last
                self._wake.notify_all()  # once: who waits learns when to look, not of every event
            self.noticed[path] = None

    def settle(self, timeout: float) -> bool:
        """Wait until all that came in before is done. False after `timeout` seconds."""
        with self._wake:
            self._asked += 1
            mine = self._asked
            self._wake.notify_all()
            return self._wake.wait_for(lambda: self._answered >= mine, timeout)

    def answer(self, asked: int) -> None:
        """All is done that came in before this caller asked."""
        with self._wake:
            self._answered = max(self._answered, asked)
            self._wake.notify_all()

    def close(self) -> None:
        """Let what is there be taken, for the last time."""
        with self._wake:
            self._closing = True
            self._wake.notify_all()

    def end(self) -> None:
        """Nobody takes anything out any more; whoever waits need not."""
        with self._wake:
            self._asked = self._answered = 1 << 60
            self._wake.notify_all()

    def give_back(self, work: Work, noticed: Iterable[Path]) -> None:
        """It could not be done; it will be tried again, before what came later."""
        with self._wake:
            self._retry = time.monotonic() + _RETRY
            self.saved = {**dict.fromkeys(work.saved), **self.saved}
            self.opened = {**dict.fromkeys(work.opened), **self.opened}
            self.noticed = {**dict.fromkeys(noticed), **self.noticed}

    def take(self, rest: float) -> Work:
        """Wait at most `rest` seconds for something to do; take all but what was merely noticed."""
        with self._wake:
            while (pause := self._retry - time.monotonic()) > 0 and not self._closing:
                self._wake.wait(pause)
            until = time.monotonic() + rest
            while not self._presses() and (pause := min(until - time.monotonic(), self._due())) > 0:
                self._wake.wait(pause)
            work = Work(list(self.saved), list(self.opened), self._asked, self._closing)
            self.saved.clear()
            self.opened.clear()
        return work

    def take_noticed(self, ready: Callable[[], bool]) -> list[Path]:
        """What was noticed, once that is quiet; nothing before.

        Args:
            ready: whether it may be looked at, or git is at work on it.
        """
        with self._wake:
            pressed = self._asked > self._answered or self._closing
            due = bool(self.noticed) and (self._due() == 0 or pressed)
        if due and not ready():
            time.sleep(_MOMENT)
            return []
        with self._wake:
            noticed = list(self.noticed) if due else []
            if due:
                self.noticed.clear()
        return noticed

    def _presses(self) -> bool:
        return bool(self.saved or self.opened) or self._asked > self._answered or self._closing

    def _due(self) -> float:
        """Seconds until what was noticed has waited long enough."""
        if not self.noticed:
            return TICK
        return max(0.0, min(self._last + _DEBOUNCE, self._first + _PATIENCE) - time.monotonic())
