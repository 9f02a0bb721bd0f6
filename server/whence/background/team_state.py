"""What one machine knows of its team's store: which states of memories both sides had when they were last compared,
which removals still have to be told there, and since when the store is away.

A SQLite file beside the memories. If it is lost, the next comparison makes it anew from both databases; only a removal
that was not told yet is forgotten, and that memory comes back.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from whence.capture.sqlite import opened
from whence.values.base import now
from whence.values.errors import StorageError

_TABLES = """
create table if not exists seen (
    id text primary key, here text not null, there text not null, ours integer not null
) without rowid;
create table if not exists removed (id text primary key, at real not null) without rowid;
create table if not exists told (name text primary key, value text not null) without rowid;
"""

_GIVEN_UP = 600.0
"""Seconds after which a removal counts as failed whose memory is still here: its process died in between."""


class Agreed(NamedTuple):
    """The states of one memory on both sides when they were last the same."""

    here: str
    """The state here, as a word."""

    there: str
    """The state in the team's store."""

    ours: bool
    """Whether it came there from this machine."""


class Reached(NamedTuple):
    """How it stands with the team's store."""

    at: datetime | None = None
    """When it was last reached; None before the first time."""

    away: datetime | None = None
    """Since when it is away; None while it is there."""

    why: str = ""
    """Why it is away, in a few words."""


class TeamState:
    """The state, for as many threads and processes as wish.

    Args:
        file: where it is kept; its folder exists.

    Raises (any call):
        StorageError: it can't be read or written.
    """

    def __init__(self, file: Path) -> None:
        self._file = file

    def agreed(self) -> dict[str, Agreed]:
        """What both sides had when they were last compared, by id."""
        with self._open() as db:
            found = db.execute("select id, here, there, ours from seen").fetchall()
        return {id: Agreed(here, there, bool(ours)) for id, here, there, ours in found}

    def agree(self, states: Mapping[str, Agreed]) -> None:
        """Both sides have the same now."""
        if states:
            rows = [(id, each.here, each.there, each.ours) for id, each in states.items()]
            with self._open() as db:
                db.executemany("insert or replace into seen values (?, ?, ?, ?)", rows)

    def forget(self, ids: Iterable[str]) -> None:
        """These memories are gone on both sides, and their removal needs to be told no more."""
        rows = [(id,) for id in ids]
        if rows:
            with self._open() as db:
                db.executemany("delete from seen where id = ?", rows)
                db.executemany("delete from removed where id = ?", rows)

    def remove(self, ids: Sequence[str]) -> None:
        """These are about to be removed here for good, which is to be told."""
        at = time.time()
        with self._open() as db:
            db.executemany("insert or replace into removed values (?, ?)", [(id, at) for id in ids])

    def removing(self) -> dict[str, bool]:
        """What is to be told as removed, by id, and whether it should be gone from here for long."""
        with self._open() as db:
            found = db.execute("select id, at from removed").fetchall()
        return {id: abs(time.time() - at) > _GIVEN_UP for id, at in found}

    def reached(self) -> Reached:
        """How it stands with the team's store."""
        with self._open() as db:
            found = dict(db.execute("select name, value from told").fetchall())
        at, away = (datetime.fromisoformat(found[name]) if name in found else None for name in ("at", "away"))
        return Reached(at, away, found.get("why", ""))

    def tell(self, why: str) -> None:
        """The store was reached just now; or it was not, which `why` explains."""
        at = now().isoformat()
        with self._open() as db:
            if why:
                db.execute("insert or ignore into told values ('away', ?)", (at,))
                db.execute("insert or replace into told values ('why', ?)", (why,))
            else:
                db.execute("insert or replace into told values ('at', ?)", (at,))
                db.execute("delete from told where name in ('away', 'why')")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(opened(self._file, _TABLES)) as db, db:
                db.execute("pragma synchronous=full")  # a removal that was acknowledged is told, whatever comes
                yield db
        except (sqlite3.Error, OSError) as error:
            raise StorageError(f"What is known of the team's store can't be kept ({type(error).__name__}).") from error
