"""What is done every now and then: by threads that are there as long as they work, and one that watches the clock.

A server has a dozen such things to do, each for some milliseconds every few seconds. A thread for each would be most of
the threads that it has; so one of the process waits for all of them.
"""

import math
import os
import threading
import time
from collections.abc import Callable

_AGAIN_SECONDS = 1.0
"""Until a round is begun again for which the system had no thread."""


class _Clock:
    """Waits for the next round of all that are to come, and begins it on a thread of its own."""

    def __init__(self) -> None:
        self.turn = threading.Condition()
        self._rounds: set[Rounds] = set()
        self._thread: threading.Thread | None = None

    def watch(self, rounds: "Rounds") -> None:
        """Begin these rounds in time; only with `turn`."""
        self._rounds.add(rounds)
        if self._thread is None:
            self._thread = threading.Thread(target=self._loop, name="whence-clock", daemon=True)
            self._thread.start()
        self.turn.notify_all()

    def leave(self, rounds: "Rounds") -> None:
        """Begin these rounds no more; only with `turn`."""
        self._rounds.discard(rounds)
        self.turn.notify_all()

    def _loop(self) -> None:
        with self.turn:
            while self._rounds:
                now = time.monotonic()
                for each in [each for each in self._rounds if each.due <= now and not each.under_way]:
                    each.begin()
                due = min((each.due for each in self._rounds if not each.under_way), default=math.inf)
                self.turn.wait(min(max(due - time.monotonic(), 0.0), threading.TIMEOUT_MAX))
            self._thread = None


_clock = _Clock()


def _begin_anew() -> None:
    """A fork has no thread but the one that forked, and a lock that another held is held for ever."""
    global _clock
    _clock = _Clock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


class Rounds:
    """Works in rounds until it is closed, never two at once.

    Args:
        name: the thread's, while there is one.
        work: one round; it catches what it can't do.
        every: seconds between two rounds; without, a round comes only where somebody asks for it.
        first: seconds before the first one.
    """

    def __init__(self, name: str, work: Callable[[], None], every: float = math.inf, first: float = math.inf) -> None:
        self._name, self._work, self._every, self._first = name, work, every, first
        self.due = math.inf
        """When the next round begins, by `time.monotonic()`."""
        self.under_way = False
        """Whether a round is."""
        self._wanted = self._done = 0
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def going(self) -> bool:
        """Whether it isn't closed: a long round asks now and then."""
        return not self._stop.is_set()

    def start(self) -> None:
        """Begin, in a moment."""
        self.stir(self._first)

    def stir(self, after: float = 0.0) -> None:
        """Have a round begin within so many seconds, or right after the one that is under way; returns at once."""
        with _clock.turn:
            if self.going:
                self.due = min(self.due, time.monotonic() + after)
                _clock.watch(self)

    def close(self) -> None:
        """Stop, after the round that is under way; what was not done is done by the next start."""
        with _clock.turn:
            self._stop.set()
            _clock.leave(self)
            if threading.current_thread() is not self._thread:  # a round may close what it belongs to
                _clock.turn.wait_for(lambda: not self.under_way)

    def settle(self, timeout: float) -> bool:
        """Do a round now, and wait until it is done. False on timeout."""
        with _clock.turn:
            self._wanted += 1
            wanted = self._wanted
            self.stir()
            return _clock.turn.wait_for(lambda: self._done >= wanted or not self.going, timeout)

    def begin(self) -> None:
        """Begin a round, on a thread; the clock's affair, with its `turn`."""
        self._thread = threading.Thread(target=self._round, args=(self._wanted,), name=self._name, daemon=True)
        try:
            self._thread.start()
        except RuntimeError:  # there are too many threads, or the process is about to end
            self.due = time.monotonic() + _AGAIN_SECONDS
        else:
            self.due, self.under_way = math.inf, True

    def _round(self, wanted: int) -> None:
        try:
            self._work()
        finally:
            with _clock.turn:
                self.under_way, self._done = False, wanted
                self.due = min(self.due, time.monotonic() + self._every)
                _clock.turn.notify_all()
