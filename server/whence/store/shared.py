"""A team's database: memories that several people share, in an object store or wherever LanceDB reaches.

It is never searched: each machine has its own database, with which `background/team` compares it. So it has no passages
and no vectors. A second table names memories that somebody removed for good: one that is merely missing here was lost,
and is not to be removed elsewhere.

Credentials and the server's address come from the environment, under the names that every tool for that store knows
(`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT`, ...). Two writers at once rest on the store's conditional writes
(`If-None-Match`), by which Lance commits.
"""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from whence.store.conditions import among, moment
from whence.store.failures import Kind, kind_of
from whence.store.integrity import Integrity
from whence.store.maintenance import Pace, due, maintain
from whence.store.memories import Memories
from whence.store.states import Mark, States
from whence.values.base import now
from whence.values.errors import SchemaTooNew, StorageError

if TYPE_CHECKING:
    from whence.store.lance import Table

_LIMITS = {
    "connect_timeout": "5s",
    "timeout": "20s",
    "client_max_retries": "2",
    "client_retry_timeout": "20",
}
"""What Lance may take for one request. It tries again on top of that; `REMOTE_SECONDS` bounds the whole."""

_OPENING = 20.0
"""Seconds in which a database has to answer for the first time."""

_KEPT = timedelta(days=400)
"""How long the ids of removed memories are kept: a machine that was away longer brings its memories back."""

_REASONS = (
    (r"status: 40[13]|AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|PermissionDenied", "it refuses the key"),
    (r"NoSuchBucket|[Bb]ucket .*not exist", "the bucket does not exist"),
    (r"missing.*redential|[Cc]redential.*not|169\.254\.169\.254", "no key for it is in the environment"),
    (r"status: 5\d\d", "it answers with an error"),
    (r"status: 50[39]|SlowDown", "it is too busy"),
)


class Shared:
    """A team's memories, open, for as many machines as wish.

    Raises (any call):
        StorageError: it can't be reached, read or written.
    """

    def __init__(self, memories: "Table", removed: "Table") -> None:
        self.memories = Memories(memories)
        """The memories."""
        self.states = States(memories, Integrity(lambda ids: {}))
        """Their states."""
        self._memories, self._removed = memories, removed
        self._paces = {memories.name: Pace(), removed.name: Pace()}

    @classmethod
    def open(cls, address: str, options: Mapping[str, str] | None = None) -> "Shared":
        """Open a team's database, and create or upgrade what is missing in it. Gives up after some 20 s.

        Raises:
            SchemaTooNew: a newer version of Whence wrote it; it is left as it is.
            StorageError: it can't be opened.
        """
        memories, removed = _tables(address, options)
        from whence.store.schema import MEMORIES, REMOVED  # these load LanceDB
        from whence.store.tables import migrate

        for table, schema in ((memories, MEMORIES), (removed, REMOVED)):
            if not table.exists():
                table.create(schema)
        migrate(memories)
        return cls(memories, removed)

    @classmethod
    def look(cls, address: str) -> int | None:
        """How many memories a team's database has, for who changes nothing; None where there is none yet.

        Raises:
            StorageError: it can't be reached or read.
        """
        memories, removed = _tables(address, None)
        try:
            return memories.count() if memories.exists() else None
        finally:
            memories.close()
            removed.close()

    def close(self) -> None:
        """Let go of it."""
        self._memories.close()
        self._removed.close()

    def state(self) -> tuple[int, int]:
        """What changes whenever anybody writes anything. Costs two requests."""
        return self._memories.version, self._removed.version

    def removed(self) -> set[str]:
        """Ids of the memories that somebody removed for good."""
        return set(self._removed.read(["id"])["id"].to_pylist())

    def remove(self, seen: Mapping[str, Mark]) -> None:
        """Remove memories for good, unless somebody wrote them since they were looked at.

        Args:
            seen: their states, by id.
        """
        if seen:
            at = now()
            self._removed.merge([{"id": id, "at": at} for id in seen])
            self.states.discard(seen)

    def back(self, ids: set[str]) -> None:
        """Have memories not count as removed: they are there again."""
        if ids:
            self._removed.delete(among("id", sorted(ids)))

    def maintain(self) -> None:
        """Tidy up what wants it; cheap where nothing does. What another machine does meanwhile comes first."""
        for table in (self._memories, self._removed):
            if due(table, self._paces[table.name]):
                if table is self._removed:
                    table.delete(f"at < {moment(now() - _KEPT)}")
                maintain(table, self._paces[table.name], vectors=False)


def _tables(address: str, options: Mapping[str, str] | None) -> "tuple[Table, Table]":
    """A team's tables, memories and what was removed, which may not be there yet."""
    os.environ.setdefault("LANCEDB_LOG", "off")
    from whence.store.connection import connect  # these load LanceDB
    from whence.store.lance import Table

    connection = connect(address, {**_LIMITS, **(options or {})}, _OPENING)
    return Table(connection, "memories", None, ""), Table(connection, "removed", None, "")


def reason(error: StorageError) -> str:
    """Why a team's database does not answer, in a few words; nothing of the error's own text, which names addresses."""
    if isinstance(error, SchemaTooNew):
        return "a newer version of Whence wrote it; update Whence"
    if isinstance(error.__cause__, TimeoutError):
        return "it does not answer in time"
    text = str(error.__cause__ or "")
    return next((words for pattern, words in _REASONS if re.search(pattern, text)), "it can't be reached")


def vanished(error: StorageError) -> bool:
    """Whether what was open is not there any more: the same may well succeed with the database opened anew."""
    return error.__cause__ is not None and kind_of(error.__cause__) in (Kind.VANISHED, Kind.MOVED)
