"""The SQLite files of state beside a project's memories, and whether they are whole."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

_BUSY_SECONDS = 5.0


def state_files(home: Path) -> Iterator[Path]:
    """The files of a project's state: recalls, scores, what was handed out, the last texts seen."""
    for pattern in ("*.sqlite3", "capture/*/*.sqlite3"):
        yield from sorted(home.glob(pattern))


def torn(file: Path) -> bool:
    """Whether a file is damaged, by SQLite's own check. One that is busy, or may not be read, is not called so."""
    # Without a log nobody has it open, and looking must leave no file behind.
    how = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{file.as_uri()}?{how}", uri=True, timeout=_BUSY_SECONDS)) as db:
            return bool(db.execute("pragma quick_check(1)").fetchone() != ("ok",))
    except sqlite3.OperationalError:
        return False
    except sqlite3.DatabaseError:
        return True
