"""SQLite files of state beside the memories: what can be lost, is written often, and is shared by processes."""

import os
import sqlite3
from pathlib import Path

_BUSY_SECONDS = 10.0
"""How long a process waits for another one's write."""


def opened(path: Path, tables: str, *, autocommit: bool = False) -> sqlite3.Connection:
    """Open a file, made where there is none, for the user alone; one that is damaged is begun anew.

    Args:
        path: the file; its folder exists.
        tables: statements that create what is missing.
        autocommit: whether each statement is a transaction, unless one is begun.

    Raises:
        sqlite3.Error: it is busy, there is no space, or it can't be made.
        OSError: it can't be made.
    """
    try:
        return _connected(path, tables, autocommit=autocommit)
    except sqlite3.OperationalError:
        raise  # busy, or no space: the file is sound
    except sqlite3.DatabaseError:
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return _connected(path, tables, autocommit=autocommit)


def _connected(path: Path, tables: str, *, autocommit: bool) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    db = sqlite3.connect(path, isolation_level=None if autocommit else "DEFERRED", timeout=_BUSY_SECONDS)
    try:
        # A crash of the machine may cost the last commits, never the file: synchronous=normal with a log.
        db.execute("pragma journal_mode=wal")
        db.execute("pragma synchronous=normal")
        db.executescript(tables)
    except BaseException:
        db.close()
        raise
    return db
