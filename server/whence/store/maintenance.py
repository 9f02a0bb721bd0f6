"""When tables are tidied up, and how.

Every commit leaves a version and a fragment. A read opens all fragments (0.1 to 0.2 ms each), and a commit of one row
leaves 80 KB, most of it the filter of inserted ids that guards the primary key. Tidying puts fragments together and
cleans old versions away; it rewrites the table, and takes 1 to 2 s of processor time at 10,000 passages and 10 s at
100,000. One that meets another process's commit to the same rows is given up until the next look, not repeated: it
leaves a copy of the table behind.

What may be cleaned away, and when: Lance deletes a version by its own age, even if it was the newest until a moment
ago. A read that meets that is tried again on the newest version (`lance.Table`), however long versions are kept. A
*commit* is another matter: it looks for conflicts in the versions between the one it read and the newest, and does not
notice when one of them is missing. So versions must be kept for longer than any write takes. Tidying, the only long
one, is done by one process at a time, which a lock file sees to; a merge is given up after 20 s (`lance._LONGEST`);
versions are kept for 30. An object store has no such lock, and other machines' clocks count there: ten minutes. Files
that no version names belong to a commit under way or to one that failed; Lance leaves them alone for a week, and so do
we (`delete_unverified` stays off). All of these are ages by the date: `clock` says when that can't be relied on.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from whence.store.clock import near, steady, sweep
from whence.store.failures import Contended, Kind, kind_of
from whence.store.rows import DIGEST, UNSEALED
from whence.values.errors import StorageError

if TYPE_CHECKING:
    from whence.store.lance import Table

log = logging.getLogger(__name__)

KEEP = timedelta(seconds=30)
"""How long versions are kept on this machine."""
KEEP_REMOTE = timedelta(minutes=10)
"""How long versions are kept on an object store."""

_FRAGMENTS = 64
"""Fragments that are put together as soon as nothing was written for a moment."""
_MOMENT = 2.0
"""Seconds of such a moment: a write that comes meanwhile has to wait."""
_TOO_MANY = 128
"""Fragments that are put together in the midst of writing."""
_PILE = 200
"""Versions that are looked through in the midst of writing: each leaves 40 to 100 KB until it is cleaned away."""
_ROWS = 2000
"""Rows without full-text index that are as bad as that: a search reads them one by one."""
_REST_FRAGMENTS = 16
"""Fragments worth putting together once writing rests."""
_REST_VERSIONS = 64
"""Versions worth cleaning away once writing rests."""
_REST_SECONDS = 30.0
"""Time without a commit after which writing rests; as long as versions are kept, so that all old ones can go."""
_SHARE = 10
"""Tidying takes at most this part of the time: after one that took 10 s, the next waits 100 s."""

_PATIENCE = 60.0
"""Seconds that `alone` waits: tidying takes 10 at 100,000 passages."""

_VECTOR_INDEX_ROWS = 8_000
"""Vectors from which an index pays: at 10,000, comparing with each takes 30 ms, and asking the index 12."""


@dataclass
class Pace:
    """What is remembered of one table between two looks; times are `time.monotonic()`."""

    version: int = -1
    """The version that was seen last."""
    since: float = 0.0
    """When it was first seen."""
    not_before: float = 0.0
    """When tidying may come again while writing goes on."""
    tidied: int = -1
    """The version that tidying left last."""
    leaves: bool = False
    """Whether it left the pieces that it put together: a version that was the newest until then is kept for a while."""
    indexes: frozenset[str] | None = None
    """The table's indexes that were there."""


def due(table: "Table", pace: Pace) -> bool:
    """Whether the table wants tidying now."""
    from whence.store.indexes import unindexed

    sure = steady(table.folder and table.folder.parent)
    now, version = time.monotonic(), table.version
    if version != pace.version:
        pace.version, pace.since = version, now
    rests = now - pace.since >= _REST_SECONDS
    # What was written since is tidied once when writing rests, however long the last time took.
    # What that left can go at the end of the same rest.
    if not sure or (now < pace.not_before and not (rests and (pace.leaves or version != pace.tidied))):
        return False
    fragments = table.fragments()
    if fragments >= _TOO_MANY or table.versions() >= _PILE or unindexed(table) >= _ROWS:
        return True
    if fragments >= _FRAGMENTS and now - table.written >= _MOMENT:
        return True
    return rests and (pace.leaves or fragments >= _REST_FRAGMENTS or table.versions() >= _REST_VERSIONS)


def maintain(table: "Table", pace: Pace, *, vectors: bool) -> bool:
    """Tidy one table; `vectors`: and see to the index of its vectors. False if another process's commits prevent it, or
    the date does not tell how old files are.
    """
    database = table.folder and table.folder.parent
    if not (steady(database) and near(database)):
        return False
    started = time.monotonic()
    try:
        _optimize(table)
        if vectors:
            _index_vectors(table)
    except Contended as error:
        log.debug("%s", error)
        return False
    finally:
        took = time.monotonic() - started
        pace.not_before = time.monotonic() + took * _SHARE
    if table.folder is not None:
        sweep(table.folder, "**/.tmp*")  # of writers that were killed; Lance never looks at them
    before, pace.version, pace.since = pace.tidied, table.version, time.monotonic()
    pace.tidied = pace.version
    pace.leaves = table.folder is not None and pace.version != before
    log.debug("%s tidied in %.2f s", table.name, took)
    return True


def renew(tables: Sequence["Table"], paces: Mapping[str, Pace]) -> bool:
    """Begin with empty caches where a table has indexes that were not there before, whoever made them.

    LanceDB holds on to the indexes that it searched, and to an open file of each of their parts, deleted ones included,
    as long as there is room in its cache: after 60 times of tidying, 230 files. Nothing of them is needed.

    Args:
        tables: those of one database.
        paces: of each by its name.

    Returns:
        Whether they were.
    """
    from whence.store.connection import connect

    folder, new = tables[0].folder, False
    if folder is None:  # nothing is held open of an object store
        return False
    for table in tables:
        pace = paces[table.name]
        there = frozenset(each.name for each in (folder.parent / f"{table.name}.lance" / "_indices").glob("*"))
        new = new or bool(pace.indexes is not None and there - pace.indexes)
        pace.indexes = there
    if new:
        connection = connect(str(folder.parent), None)
        for table in tables:
            table.move(connection)
    return new


def _optimize(table: "Table") -> None:
    from whence.store.indexes import drop_vectors_index  # these load LanceDB
    from whence.store.whole import drop_unreadable

    keep = KEEP if table.folder is not None else KEEP_REMOTE
    try:
        table.optimize(keep)
    except Contended:
        raise
    except StorageError as error:
        # Lance can't bring an index of vectors up to date that has a small part, where none of the new rows has a
        # vector yet: it reads a file that was never written, at each attempt anew.
        of_lance = error.__cause__ is not None and kind_of(error.__cause__) is Kind.MOVED
        if not drop_unreadable(table) and not (of_lance and drop_vectors_index(table)):
            raise
        table.optimize(keep)


def seal(memories: "Table") -> None:
    """Give a digest to rows that an earlier version of Whence wrote, in one commit: 0.2 s for 10,000."""
    if memories.count(UNSEALED):
        memories.set_by_sql({"digest": DIGEST}, UNSEALED)


def _index_vectors(table: "Table") -> None:
    """Index the vectors once there are enough, and anew whenever they have doubled: an index that grows keeps the
    partitions it was built with, and they get too large.
    """
    from whence.store.indexes import index_vectors, indexed

    embedded = table.count("model IS NOT NULL")
    if embedded >= max(_VECTOR_INDEX_ROWS, 2 * indexed(table)):
        index_vectors(table, embedded)


@contextmanager
def one_process(folder: Path | None) -> Iterator[bool]:
    """Whether this process may tidy the database now; no other one of this machine does so meanwhile."""
    if folder is None:
        yield True
        return
    lock = FileLock(folder.parent / "maintenance.lock")
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):  # another process has it; or we may not write here, and so not tidy up either
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


@contextmanager
def alone(folder: Path | None) -> Iterator[None]:
    """Wait until no process of this machine tidies the database up, and keep all from it meanwhile.

    Raises:
        StorageError: another process does for longer than that ever takes.
    """
    until = time.monotonic() + _PATIENCE
    while True:
        with one_process(folder) as mine:
            if mine:
                yield
                return
        if time.monotonic() > until:
            raise StorageError("Another process tidies the memory up, or its folder can't be written. Try again later.")
        time.sleep(0.1)
