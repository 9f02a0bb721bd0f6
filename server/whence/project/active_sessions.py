"""Which session is active for whom: one of each person in a project, across processes.

Storage holds the truth: a Session without an end. A small file beside it tells every process of this machine, for the
price of one `stat` a write, which session a memory belongs to. Whoever starts, ends or takes up a session holds a file
lock, reads the truth, and writes the file anew.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock

from whence.values.base import now
from whence.values.errors import StorageError
from whence.values.memory import MemoryBase, Session
from whence.values.memory.recap import recap, said
from whence.values.protocol import Filter

if TYPE_CHECKING:
    from whence.background.writer import Writer
    from whence.store import Store

_STAMPED = frozenset({"save", "commit", "user", "assistant"})
"""Sources of memories that come to be in a session; what is imported was before it."""

_GRACE = timedelta(seconds=1)
"""A commit tells its time in whole seconds, and so may seem older than the session in which it was made."""

_CONTENTS = 2000
"""Memories of a session, the latest, that its summary is made of."""

_ACTIVE = Filter(kinds=("session",), states=("active",), archived=True)

_MOST_ACTIVE = 1000
"""Active sessions that are looked at: one for each person who shares the database."""


class Active:
    """The active sessions of a project, as this process knows them.

    Args:
        home: the project's folder on this machine.
        person: who a memory without an author is from.
    """

    def __init__(self, home: Path, person: str) -> None:
        self._file = home / "sessions.json"
        self._lock = home / "sessions.lock"
        self._person = person
        self._seen: tuple[int, int, int] | None = None
        self._known: dict[str, tuple[str, datetime]] = {}

    def stamp(self, memory: MemoryBase) -> MemoryBase:
        """The memory with the id of its author's active session, if it came to be in it; costs one `stat`."""
        if memory.session or memory.source not in _STAMPED or isinstance(memory, Session):
            return memory
        self._look()
        id, since = self._known.get(memory.author or self._person, ("", memory.created_at))
        grace = _GRACE if memory.source == "commit" else timedelta()
        # What was begun before the session and goes on to grow in it came to be in it too.
        at = now() if getattr(memory, "open", False) else memory.created_at
        if not id or at < since - grace:
            return memory
        return memory.model_copy(update={"session": id})

    def current(self) -> str:
        """Id of the active session of whoever works here, empty where there is none; costs one `stat`."""
        self._look()
        known = self._known.get(self._person)
        return known[0] if known else ""

    def _look(self) -> None:
        """Read the file if it was written since."""
        try:
            stat = os.stat(self._file)  # noqa: PTH116 - a third of the time that Path.stat takes, on every write
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
            if seen == self._seen:
                return
            listed = json.loads(self._file.read_text(encoding="utf-8"))
            known = {person: (str(id), datetime.fromisoformat(since)) for person, (id, since) in listed.items()}
        except FileNotFoundError:
            seen, known = None, {}
        except (OSError, ValueError, TypeError, AttributeError):
            return  # the next operation on sessions writes it anew
        self._seen, self._known = seen, known

    @contextmanager
    def deciding(self) -> Iterator[None]:
        """While it lasts no other process of this machine starts, ends or takes up a session.

        Raises:
            StorageError: another one takes too long, or the folder can't be written.
        """
        try:
            with FileLock(self._lock, timeout=10, mode=0o600):
                yield
        except (OSError, TimeoutError) as error:
            raise StorageError(
                f"The active session can't be looked after ({type(error).__name__}): another process holds it, or the "
                "project's data folder can't be written. Try again."
            ) from error

    def tell(self, sessions: Sequence[Session]) -> None:
        """Let every process of this machine know that these are active; only while deciding."""
        known = {each.author: [each.id, (each.resumed_at or each.created_at).isoformat()] for each in sessions}
        if not known and not self._file.exists():
            return
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(known), encoding="utf-8")
        fresh.replace(self._file)


def active_sessions(store: "Store") -> list[Session]:
    """Everybody's sessions without an end, the latest first."""
    found = store.newest(_ACTIVE, limit=_MOST_ACTIVE)
    return [each for each in found if isinstance(each, Session)]


def settle(active: Active, store: "Store", writer: "Writer", hours: float) -> list[Session]:
    """End the sessions that were forgotten, tell of those that are active, and give these; only while deciding.

    Args:
        hours: a session in which nothing happened for so long is ended, at its last activity.
    """
    alive = active_sessions(store)
    forgotten = {
        session.id: last
        for session in alive
        if (last := last_activity(store, session)) < now() - timedelta(hours=hours)
    }
    for id, last in forgotten.items():
        end(store, writer, id, at=last)
    alive = [session for session in alive if session.id not in forgotten]
    active.tell(alive)
    return alive


def last_activity(store: "Store", session: Session) -> datetime:
    """When something last came to be in the session, or an edit in it went on."""
    begun = session.resumed_at or session.created_at
    latest = store.newest(Filter(session=session.id, archived=True), limit=1)
    times = [each.updated_at if getattr(each, "open", False) else each.created_at for each in latest]
    return min(max([begun, *times]), now())


def contents(store: "Store", session: Session) -> list[MemoryBase]:
    """What came to be in the session, oldest first; of very much the latest."""
    return store.newest(Filter(session=session.id, archived=True), limit=_CONTENTS)[::-1]


def end(
    store: "Store",
    writer: "Writer",
    id: str,
    *,
    at: datetime | None = None,
    summary: str = "",
    success: bool | None = None,
) -> Session:
    """End a session, with a summary made of what came to be in it below what a person said."""
    made = ""
    if isinstance(session := next(iter(store.get([id])), None), Session):
        made = recap(contents(store, session))

    def ended(current: MemoryBase) -> MemoryBase:
        if not isinstance(current, Session) or current.ended_at is not None:
            return current
        words = summary.strip() or said(current.summary)
        return current.model_copy(
            update={
                "ended_at": max(at or now(), current.resumed_at or current.created_at),
                "success": current.success if success is None else success,
                "summary": "\n\n".join(each for each in (words, made) if each),
            }
        )

    done = writer.update(id, ended)
    assert isinstance(done, Session)
    return done
