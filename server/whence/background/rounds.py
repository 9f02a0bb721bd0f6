"""A thread that does the same every now and then, and at once when somebody waits for it."""

import threading
from collections.abc import Callable


class Rounds:
    """Works in rounds until it is closed.

    Args:
        name: the thread's.
        work: one round; it catches what it can't do.
        every: seconds between two rounds.
        first: seconds before the first one.
    """

    def __init__(self, name: str, work: Callable[[], None], every: float, first: float) -> None:
        self._work, self._every, self._first = work, every, first
        self._wake = threading.Condition()
        self._wanted = self._done = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name=name, daemon=True)

    @property
    def going(self) -> bool:
        """Whether it isn't closed: a long round asks now and then."""
        return not self._stop.is_set()

    def start(self) -> None:
        """Begin, in a moment."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what was not done is done by the next start."""
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def settle(self, timeout: float) -> bool:
        """Do a round now, and wait until it is done. False on timeout."""
        with self._wake:
            self._wanted += 1
            wanted = self._wanted
            self._wake.notify_all()
            return self._wake.wait_for(lambda: self._done >= wanted or self._stop.is_set(), timeout)

    def _loop(self) -> None:
        pause = self._first
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._wanted > self._done or self._stop.is_set(), pause)
                wanted = self._wanted
            if self._stop.is_set():
                return
            self._work()
            with self._wake:
                self._done = wanted
                self._wake.notify_all()
            pause = self._every
