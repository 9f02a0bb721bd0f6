"""A lock file by which several processes make vectors in turn, a batch each."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

log = logging.getLogger(__name__)

_LEASE_SECONDS = 0.05
"""How often it is looked whether another process has finished its batch."""


@contextmanager
def leased(lease: FileLock | None, stop: threading.Event, deadline: float) -> Iterator[bool]:
    """Alone among all processes, for a batch; False where it is time to stop instead."""
    while lease is not None and not _acquired(lease):
        if stop.wait(_LEASE_SECONDS) or time.monotonic() > deadline:
            yield False
            return
    try:
        yield True
    finally:
        if lease is not None:
            lease.release()


def _acquired(lease: FileLock) -> bool:
    """Whether the lock is ours; where there are no locks to be had, each process works for itself."""
    try:
        lease.acquire(timeout=0)
    except Timeout:
        return False
    except (OSError, NotImplementedError) as error:
        log.debug("vectors are made without a lease: %s", type(error).__name__)
    return True
