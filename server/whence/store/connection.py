"""Connecting to LanceDB, and running what it does: its caches, its loop, what it raises."""

import asyncio
import ctypes
import sys
import threading
from collections.abc import Coroutine, Mapping
from contextlib import nullcontext, suppress
from datetime import timedelta
from typing import Any, TypeVar

import pyarrow as pa

from whence.store.failures import away, storage_error
from whence.store.lancedb_import import LOOP, lancedb

T = TypeVar("T")

FAILURES = (RuntimeError, ValueError, OSError, KeyError, pa.ArrowException)
"""What LanceDB raises: mostly RuntimeError with the Rust error as text, ValueError for what it calls invalid input; and
KeyError for a column that is not there, as in the moment in which another process changes the dimension.
"""

INDEX_CACHE, METADATA_CACHE = 48 << 20, 4 << 20
"""Bytes that LanceDB may keep in memory of a database's indexes and manifests. Its own limits are gigabytes, and every
commit leaves manifests there: after 600 commits a process held 733 MB without these limits. 16 MB of manifests are ten
thousand small pieces, which keep other parts of the heap from being given back; a search is no slower with 4."""

_turns = threading.BoundedSemaphore(2)
"""Calls that LanceDB works on at once. Each has threads for the files that it waits for, and none of them goes again:
in a day of saves they came to 21, and with this to 14."""

REMOTE_SECONDS = 60.0
"""The most that one call to a database elsewhere may take."""


def connect(uri: str, storage_options: Mapping[str, str] | None, within: float | None = None) -> Any:
    """Connect to a database, with caches of its own, and within so many seconds where that is said.

    Its tables look for other processes' commits at every call; by default they never do. The connection and its tables
    are LanceDB's asynchronous ones. Its synchronous ones are the same behind a layer that asks for the schema four
    times a query, which cost each 2 ms.
    """
    options = dict(storage_options) if storage_options else None
    session = lancedb.Session(index_cache_size_bytes=INDEX_CACHE, metadata_cache_size_bytes=METADATA_CACHE)
    opening = lancedb.connect_async(
        uri, read_consistency_interval=timedelta(0), storage_options=options, session=session
    )
    try:
        return run(opening, within)
    except FAILURES as error:
        remedy = "Check the setting whence.storage.uri."
        told = away if "://" in uri else storage_error
        raise told(error, "The memory's storage could not be opened", remedy) from error


def run(doing: Coroutine[Any, Any, T], within: float | None = None, *, long: bool = False) -> T:
    """Wait for what LanceDB does, from any thread but its own.

    Args:
        doing: what it does.
        within: seconds after which it is given up with a `TimeoutError`. Lance goes on trying a server that accepts and
            says nothing for more than a minute, whatever its own limits say.
        long: whether it takes seconds, which others had better not wait for.

    Rust code that meets a damaged file may panic; that has a class of its own, which no module offers. It becomes a
    RuntimeError as all else that LanceDB raises.
    """
    try:
        with nullcontext() if long or within else _turns:
            result: T = LOOP.run(asyncio.wait_for(doing, within) if within else doing)  # type: ignore[no-untyped-call]  # it is not annotated
    except Exception as error:
        if type(error).__name__ == "RustPanic":
            raise RuntimeError(str(error)) from error
        raise
    return result


def let_go() -> None:
    """Give memory that was freed back to the system, as far as it takes any: 10 MB after a hundred commits."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # glibc alone knows it
            ctypes.CDLL(None).malloc_trim(0)
