"""How many requests a minute a client sends, and how long it waits before it sends one again."""

import random
import threading
import time

from whence.faces.client.errors import AnswerError, ClientError, TooManyRequests

FIRST_PAUSE = 0.5
"""Seconds before a request is sent a second time; doubled each time after."""

LONGEST_PAUSE = 30.0
"""Seconds that are waited at most."""


class Pace:
    """So many requests a minute, in bursts of as many; 0 for any number. Threads may share it."""

    def __init__(self, per_minute: int) -> None:
        self._most, self._left, self._at = float(per_minute), float(per_minute), time.monotonic()
        self._lock = threading.Lock()

    def wait(self) -> float:
        """Take a turn: seconds to wait before the request is sent, 0 for none."""
        if not self._most:
            return 0.0
        with self._lock:
            at = time.monotonic()
            self._left = min(self._left + (at - self._at) * self._most / 60, self._most) - 1
            self._at = at
            return max(-self._left, 0.0) * 60 / self._most


def pause_after(error: ClientError, attempt: int, *, sent: bool, reads: bool) -> float | None:
    """Seconds until a request is sent again after an error; None where it must not be.

    A request that changes something is sent again only if the server has done nothing with it: it came too often, or
    did not arrive. Pauses double, and are cut by up to a half at random, so that many clients don't come back at once.

    Args:
        error: what went wrong.
        attempt: how many times it was sent again, from 0.
        sent: whether the server may have received it.
        reads: whether it only reads.
    """
    if isinstance(error, TooManyRequests):
        return min(error.retry_after, LONGEST_PAUSE)
    if isinstance(error, AnswerError) and error.status < 500:
        return None
    if sent and not reads:
        return None
    return float(min(FIRST_PAUSE * 2**attempt, LONGEST_PAUSE) * random.uniform(0.5, 1.0))
