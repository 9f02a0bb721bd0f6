"""What a server that stays takes of the machine: threads and memory of the libraries that it loads later.

They read the environment once, when they are loaded, so a server bounds them before. What the user's environment says
already holds. `benchmarks/day.py` shows what comes of it, and decision 0048 what each bound costs.
"""

import ctypes
import os
import sys
from collections.abc import Mapping

_BOUNDS: Mapping[str, str] = {
    "TOKIO_WORKER_THREADS": "2",  # LanceDB's own loop, else a thread for each core
    "LANCE_CPU_THREADS": "2",  # decoding and indexing, else a thread for each core
    "LANCE_IO_THREADS": "2",  # reads under way of one scan, else 8; each has a thread. With 1 LanceDB waits for itself
    "LANCE_DEFAULT_FRAGMENT_READAHEAD": "1",  # fragments that one scan opens at once, each with such reads
    "OPENBLAS_NUM_THREADS": "1",  # numpy's, for which vectors of 384 numbers are too short
    "ARROW_DEFAULT_MEMORY_POOL": "system",  # pyarrow's mimalloc kept 55 MB in large pages for the 0.3 MB it had in use
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # of an allocator that pyarrow brings along and nobody uses
}

_ARENAS = 1
"""Heaps of the C library, else eight a core: of each, parts stay in use, and the rest can't be given back. Six times of
tidying left 93 MB with one and 99 to 118 with two, in as much processor time."""

_M_ARENA_MAX = -8
"""Its name in `malloc.h` of glibc."""


def bound() -> None:
    """Bound threads and memory of what this process loads from now on."""
    for name, value in _BOUNDS.items():
        os.environ.setdefault(name, value)
    if sys.platform == "linux" and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc alone has it
        if mallopt is not None:
            mallopt(_M_ARENA_MAX, _ARENAS)
