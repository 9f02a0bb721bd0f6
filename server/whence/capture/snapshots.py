"""The last texts seen, on this machine: capture's working state, as the index is git's. Losing it loses no memory.

A row says of a path what its text was when we last looked, where that is not what HEAD holds; another says of an open
Change where it started, so that it can grow from there. Texts are redacted before they come here.
"""

import functools
import json
import os
import sqlite3
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from whence.capture.sqlite import opened
from whence.git.text import OnDisk, digest, storable
from whence.secrets.redaction import redact_path

_FILE = "seen-1.sqlite3"
"""The file's name holds the version of the tables; a version that doesn't know it leaves it alone."""

_UNNAMED = b"\0"
"""Beginning of a key that stands for a path which holds a secret."""

_TABLES = """
create table if not exists meta (key text primary key, value text not null) without rowid;
create table if not exists seen (
    path blob primary key, state text not null, text blob, raw blob, modified integer, size integer, read_at integer
) without rowid;
create table if not exists opens (
    id text primary key, path blob not null, old_path blob not null, branch text not null, before blob,
    after_digest blob not null, saved_at real not null, stored integer not null,
    attached integer not null
) without rowid;
create index if not exists opens_by_path on opens (path);
create table if not exists hints (path blob primary key) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file was when we last looked at it."""

    path: str
    """Relative to the root."""

    state: Literal["text", "absent", "unread"]
    """`unread`: it was there, and nobody has looked into it; what HEAD holds counts as the text before."""

    text: str | None = None
    """The redacted text; None unless `state` is `text`."""

    raw: bytes = b""
    """Digest of its bytes."""

    modified: int = 0
    """Time of its last change, in ns."""

    size: int = 0
    """Bytes."""

    read_at: int = 0
    """When it was read, in ns."""

    def certainly(self, modified: int, size: int) -> bool:
        """Whether a file of this time and size is certainly the one seen: not written again within the same tick."""
        old = self.state == "unread" or self.read_at - modified > _TICK
        return old and (modified, size) == (self.modified, self.size)

    def is_same(self, disk: OnDisk) -> bool:
        """Whether what was read is what was seen, byte by byte."""
        return self.state == ("text" if disk.there else "absent") and self.raw == digest(disk.raw)

    def differs(self, file: Path) -> bool:
        """Whether the file may be another one than the one seen, as far as its `lstat` tells."""
        try:
            found = file.lstat()
        except (OSError, ValueError):
            return self.state != "absent"
        return self.state == "absent" or not self.certainly(found.st_mtime_ns, found.st_size)


_TICK = 2_000_000_000
"""Nanoseconds below which two writes may bear the same time on the coarsest file systems."""


@dataclass(frozen=True, slots=True)
class Open:
    """A Change that is in no commit yet: where it started and how far it has come."""

    id: str
    """The memory."""

    path: str
    """The file it is about."""

    branch: str
    """Branch on which it was begun."""

    before: str | None
    """The redacted text it started from; None if there was no file."""

    after_digest: bytes
    """Digest of the text it came to; empty if the file was deleted."""

    saved_at: float
    """When it last grew, in seconds since 1970."""

    stored: bool
    """Whether the memory is known to be on disk."""

    attached: bool
    """Whether it is in the work tree; not while it is stashed, or after it was reset."""

    old_path: str = ""
    """Where the file was when it started, if it was renamed since."""


class Snapshots:
    """The state of one work tree, for one thread.

    Args:
        folder: where the database is; it and the folder are readable by the user alone.

    Raises:
        OSError: the folder can't be made or the file not be opened.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / _FILE
        try:
            self._db = opened(self._path, _TABLES, autocommit=True)
        except sqlite3.Error as error:
            raise OSError(f"the state of capture can't be opened: {error}") from error

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """All changes within, or none."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    # ------------------------------------------------------------ texts

    def seen(self, path: str) -> Seen | None:
        """What is known of the path; None where HEAD's content is what was last seen."""
        row = self._db.execute("select * from seen where path = ?", (_key(path),)).fetchone()
        return None if row is None else _seen(path, row)

    def stats(self) -> dict[str, Seen]:
        """All rows, without their texts."""
        rows = self._db.execute("select path, state, null, raw, modified, size, read_at from seen").fetchall()
        return {(path := os.fsdecode(row[0])): _seen(path, row) for row in rows if not row[0].startswith(_UNNAMED)}

    def below(self, folder: str) -> list[str]:
        """Paths of the rows in a folder."""
        low = _key(folder) + b"/"
        rows = self._db.execute("select path from seen where path >= ? and path < ?", (low, low[:-1] + b"0"))
        return _named(rows)

    def put_text(self, path: str, text: str | None, disk: OnDisk) -> None:
        """The path's text is now this; None if there is no file."""
        state = "absent" if text is None else "text"
        raw = digest(disk.raw)
        self._put(path, state, _packed(text), raw, disk.modified, disk.size)

    def put_unread(self, stats: Iterable[tuple[str, int, int]]) -> None:
        """These files, told by path, time in ns and size, were there before we came."""
        with self.together():
            for path, modified, size in stats:
                self._put(path, "unread", None, b"", modified, size)

    def touch(self, path: str, disk: OnDisk) -> None:
        """The file was read again and is the same."""
        values = (disk.modified, disk.size, time.time_ns(), _key(path))
        self._db.execute("update seen set modified = ?, size = ?, read_at = ? where path = ?", values)

    def drop(self, path: str) -> None:
        """From now on HEAD's content is what was last seen."""
        self._db.execute("delete from seen where path = ?", (_key(path),))

    def _put(self, path: str, state: str, text: bytes | None, raw: bytes, modified: int, size: int) -> None:
        row = (_key(path), state, text, raw, modified, size, time.time_ns())
        self._db.execute("insert or replace into seen values (?, ?, ?, ?, ?, ?, ?)", row)

    # ------------------------------------------------------------ open Changes

    def opens(self, path: str) -> list[Open]:
        """The open Changes of the path, the earliest first."""
        rows = self._db.execute("select * from opens where path = ? order by id", (_key(path),))
        return [_open(path, row) for row in rows]

    def with_opens(self, paths: Iterable[str]) -> set[str]:
        """Those of the paths that have an open Change."""
        keys = {key for (key,) in self._db.execute("select distinct path from opens")}
        return {path for path in paths if _key(path) in keys} if keys else set()

    def open_paths(self) -> set[str]:
        """Paths that have an open Change, as far as they may be named."""
        return set(_named(self._db.execute("select distinct path from opens")))

    def unstored_paths(self) -> set[str]:
        """Paths whose open Change may not be on disk: we were stopped while it was written."""
        names = self._db.execute(
            "select path from opens where not stored union select old_path from opens where not stored"
        )
        return {name for name in _named(names) if name}

    def detached(self) -> list[Open]:
        """Stored open Changes that are not in the work tree, the earliest first, as far as files may be named."""
        rows = self._db.execute("select * from opens where stored and not attached order by id").fetchall()
        return [_open(os.fsdecode(row[1]), row) for row in rows if not row[1].startswith(_UNNAMED)]

    def set_aside(self, before: float) -> list[str]:
        """Ids of open Changes that are not in the work tree and last grew before a time, in seconds since 1970."""
        rows = self._db.execute("select id from opens where not attached and saved_at < ?", (before,))
        return [id for (id,) in rows]

    def put_open(self, each: Open) -> None:
        """Keep the open Change, by id."""
        self._db.execute(
            "insert or replace into opens values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                each.id,
                _key(each.path),
                _key(each.old_path),
                each.branch,
                _packed(each.before),
                each.after_digest,
                each.saved_at,
                each.stored,
                each.attached,
            ),
        )

    def drop_open(self, id: str) -> None:
        """The Change is not open any more."""
        self._db.execute("delete from opens where id = ?", (id,))

    def attach(self, ids: Sequence[str], attached: bool) -> None:
        """The Changes came into the work tree, or left it."""
        with self.together():
            self._db.executemany("update opens set attached = ? where id = ?", [(attached, id) for id in ids])

    # ------------------------------------------------------------ the rest

    def get(self, key: str) -> Any:
        """A value kept under a name; None without one."""
        row = self._db.execute("select value from meta where key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def set(self, key: str, value: Any) -> None:
        """Keep a JSON value under a name."""
        self._db.execute("insert or replace into meta values (?, ?)", (key, json.dumps(value)))

    def leave_hints(self, paths: Iterable[str]) -> None:
        """Tell whoever captures this work tree that these paths were saved."""
        with self.together():
            self._db.executemany("insert or ignore into hints values (?)", [(_key(path),) for path in paths])

    def take_hints(self) -> list[str]:
        """The paths that another process was told of, once. A crash loses them; the next start looks everywhere."""
        if self._db.execute("select 1 from hints limit 1").fetchone() is None:
            return []
        with self.together():
            paths = _named(self._db.execute("select path from hints"))
            self._db.execute("delete from hints")
        return paths


@functools.lru_cache(maxsize=10_000)
def _key(path: str) -> bytes:
    """How a path is written here: as it is, or where it holds a secret, as a digest that no list can name."""
    if not path or redact_path(storable(path)).text == storable(path):
        return os.fsencode(path)
    return _UNNAMED + digest(path)


def _named(keys: Iterable[tuple[bytes]]) -> list[str]:
    return [os.fsdecode(key) for (key,) in keys if not key.startswith(_UNNAMED)]


def _packed(text: str | None) -> bytes | None:
    return None if text is None else zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def _unpacked(packed: bytes | None) -> str | None:
    return None if packed is None else zlib.decompress(packed).decode("utf-8", "surrogatepass")


def _seen(path: str, row: tuple[Any, ...]) -> Seen:
    _, state, text, raw, modified, size, read_at = row
    return Seen(path, state, _unpacked(text), raw or b"", modified, size, read_at)


def _open(path: str, row: tuple[Any, ...]) -> Open:
    id, _, old_path, branch, before, after_digest, saved_at, stored, attached = row
    return Open(
        id=id,
        path=path,
        old_path="" if old_path.startswith(_UNNAMED) else os.fsdecode(old_path),
        branch=branch,
        before=_unpacked(before),
        after_digest=after_digest,
        saved_at=saved_at,
        stored=bool(stored),
        attached=bool(attached),
    )
