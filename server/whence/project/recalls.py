"""Recalls: how often memories were recalled, and when last, on this machine.

They are counted in memory and written a little later by another thread, so that no search waits for a disk.
They are hints for pruning, not memory: a crash may cost the last seconds of them, and nobody else.
"""

import logging
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from whence.capture.sqlite import opened
from whence.values.base import now
from whence.values.rounds import Rounds

log = logging.getLogger(__name__)

_PAUSE = 2.0
"""Seconds that recalls are gathered before they are written together."""

_AT_ONCE = 500

_TABLE = "create table if not exists recalls (id text primary key, count integer not null, last real not null)"

_ADD = (
    "insert into recalls values (?, ?, ?) on conflict (id) do update "
    "set count = count + excluded.count, last = max(last, excluded.last)"
)


@dataclass(frozen=True, slots=True)
class Recall:
    """How a memory was recalled."""

    count: int
    """How often."""

    last: datetime
    """When last, in UTC."""


class Recalls:
    """The recalls of one project; several processes add up in one file.

    Args:
        file: the SQLite file; made on first use, readable by the user alone.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._waiting: dict[str, Recall] = {}
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._rounds = Rounds("whence-recalls", self._flush)

    def note(self, ids: Iterable[str]) -> None:
        """Count a recall of each of these memories; returns at once."""
        at = now()
        with self._lock:
            for id in ids:
                _add(self._waiting, id, Recall(1, at))
            waiting = bool(self._waiting)
        if waiting:
            self._rounds.stir(_PAUSE)

    def of(self, ids: Sequence[str]) -> dict[str, Recall]:
        """The recalls of those of these memories that were recalled, by id."""
        return {id: recall for id, recall in self._all(ids) if recall.count}

    def recalled(self) -> dict[str, Recall]:
        """All memories that were ever recalled, by id."""
        return dict(self._all(None))

    def close(self) -> None:
        """Write what is waiting, and stop."""
        self._rounds.close()
        self._flush()

    def _flush(self) -> None:
        with self._writing:
            with self._lock:
                taken, self._waiting = self._waiting, {}
            if not taken:
                return
            try:
                with closing(opened(self._file, _TABLE)) as db, db:
                    db.executemany(_ADD, [(id, each.count, each.last.timestamp()) for id, each in taken.items()])
            except (sqlite3.Error, OSError) as error:
                log.warning("recalls are not counted: %s", error)

    def _all(self, ids: Sequence[str] | None) -> Iterator[tuple[str, Recall]]:
        with self._writing:
            found: dict[str, Recall] = {}
            if self._file.exists():
                try:
                    with closing(opened(self._file, _TABLE)) as db:
                        found = dict(_read(db, ids))
                except (sqlite3.Error, OSError) as error:
                    log.warning("recalls can't be read: %s", error)
            with self._lock:
                wanted = None if ids is None else set(ids)
                for id, recall in self._waiting.items():
                    if wanted is None or id in wanted:
                        _add(found, id, recall)
        yield from found.items()


def _add(recalls: dict[str, Recall], id: str, more: Recall) -> None:
    known = recalls.get(id)
    recalls[id] = more if known is None else Recall(known.count + more.count, max(known.last, more.last))


def _read(db: sqlite3.Connection, ids: Sequence[str] | None) -> Iterator[tuple[str, Recall]]:
    if ids is None:
        for id, count, last in db.execute("select id, count, last from recalls"):
            yield id, Recall(count, datetime.fromtimestamp(last, UTC))
        return
    rest = iter(ids)
    while some := list(islice(rest, _AT_ONCE)):
        query = f"select id, count, last from recalls where id in ({', '.join('?' * len(some))})"
        for id, count, last in db.execute(query, some):
            yield id, Recall(count, datetime.fromtimestamp(last, UTC))
