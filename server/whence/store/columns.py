"""Columns: what a search reads of the passages, in arrays that lie beside the database, mapped into memory.

LanceDB holds the truth. The files here are rows that were read from it once, and can be thrown away at any time: what
is still so is asked of the table itself, by the key of each row, whenever its version has changed. A few new rows are
read then and there; many are left to the background, and LanceDB's own indexes answer meanwhile.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import numpy as np
from filelock import FileLock, Timeout

from whence.store import mapped
from whence.store.conditions import among
from whence.store.state import State, state_of
from whence.values.errors import StorageError

if TYPE_CHECKING:
    import pyarrow as pa

    from whence.store.blocks import Block, Keys
    from whence.store.lance import Table
    from whence.store.snapshot import Snapshot

log = logging.getLogger(__name__)

FORMAT = 5
"""Of the files, together with that of the passages; one of another format is thrown away."""

MOST = 400_000
"""Passages up to which columns are kept: all vectors are compared, which takes 0.1 s from there on, and LanceDB's
indexes are quicker. 300,000 memories have some 313,000."""

_AT_ONCE = 500
"""New rows that a search reads itself: 20 ms."""

_SMALL = 1000
"""Passages that a search reads whole, where there are no more, and that wait for a file of their own."""

_SHARE = 32
"""A part as large as one in so many of all passages waits for a file of its own."""

_ROWS = 5_000
"""Rows of a file: some 30 MB, and twice as much memory while it is made, which costs more than what is done there."""

_MEMORIES = 2500
"""Memories that one read looks up for it."""

_PIECES = 8
"""Blocks of new rows that are put together to one."""

_REMOVED = "removed"
"""The file that is written anew whenever a process has removed memories for good."""

_OLD_SECONDS = 3600.0
"""After so long a file that holds what is no more is made anew."""


class Columns:
    """The columns of one table of passages, for all threads of this process.

    Args:
        table: the passages.
        memories: what they are of.
        wanted: whether they are to be kept at all.
    """

    def __init__(self, table: "Table", memories: "Table", *, wanted: bool = True) -> None:
        self._table, self._memories = table, memories
        self._folder = table.folder.parent / "columns" if wanted and table.folder else None
        self._lock = threading.RLock()
        self._files: dict[Path, Block] = {}
        self._tail: list[Block] = []
        self._snapshot: Snapshot | None = None
        self._too_far: State | None = None  # the state of the table that is too far from what is here
        self._forgotten = 0
        self.behind = True
        """Whether `renew` would help."""
        self.fell_behind: Callable[[], None] = lambda: None
        """Told where it would; must be quick."""

    def current(self) -> "Snapshot | None":
        """All passages, as they are now. None where that is not known, or not soon enough: then LanceDB answers."""
        try:
            with self._lock:
                if self._folder is None:
                    return None
                # Looked at before the rows are read: they may be newer than that says, and never older.
                state = state_of(self._table)
                if self._snapshot is None or self._snapshot.state != state:
                    self._snapshot = None if state == self._too_far else self._followed(state)
                return self._snapshot
        except StorageError as error:  # who asks LanceDB next will hear of it
            log.debug("the columns could not be compared with the table: %s", error)
            return None

    def renew(self) -> bool:
        """Bring the files up to date, in the background: 0.3 s of a processor for 10,000 passages.

        One process does it at a time.

        Returns:
            Whether that is done; False where another process is at it, or they can't be written.

        Raises:
            StorageError: the table can't be read.
        """
        if self._folder is None:
            return True
        self.behind = False
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            with FileLock(self._folder / "lock", timeout=0, mode=0o600):
                self._renew(self._folder)
        except Timeout:
            return False
        except OSError as error:
            log.warning("the columns that searches read could not be written: %s", error.strerror)
            return False
        return True

    def forget(self) -> None:
        """Throw the files away that hold what is no more: who removes a memory for good has it gone from here too."""
        if self._folder is None or not self._folder.exists():
            return
        from whence.store.blocks import known

        with self._lock:
            self._forgotten += 1
            # Before the files are looked at: whoever writes one in this moment looks here after, and lets it be.
            with suppress(OSError):
                (self._folder / _REMOVED).write_text(uuid4().hex, encoding="ascii")
            self._load(self._folder)
            clean: dict[Path, Block] = {}
            with suppress(StorageError):
                current, _ = known(list(self._files.values()), self._keys())
                files = zip(self._files.items(), current, strict=True)
                clean = {path: block for (path, block), alive in files if alive.all()}
            self._take(clean)
            self._sweep(self._folder)
        self._fall_behind()

    def _fall_behind(self) -> None:
        self.behind = True
        self.fell_behind()

    def rest(self) -> None:
        """Give back what searches read of few rows, once in a while: after each it would take a tenth of its time."""
        with self._lock:
            for block in self._files.values():
                block.let_go()

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            self._folder = None
            self._take({})

    # ------------------------------------------------------------ following the table

    def _followed(self, state: State) -> "Snapshot | None":
        """What is here with what is new; None where that is too much for a search to wait for."""
        from whence.store.blocks import block_of, joined, known
        from whence.store.snapshot import Snapshot

        assert self._folder is not None
        total = self._table.count()
        if total > MOST:
            self._too_far = state
            return None
        self._load(self._folder)
        keys = self._keys()
        blocks = [*self._files.values(), *self._tail]
        current, covered = known(blocks, keys)
        used = [(block, alive) for block, alive in zip(blocks, current, strict=True) if alive.any()]
        missing = keys.ids.filter(~covered).to_pylist()
        if len(missing) > _AT_ONCE and (used or len(missing) > _SMALL):
            self._too_far = state
            self._fall_behind()
            return None
        if missing:
            rows = self._read(among("id", missing) if used else "")
            if rows.num_rows < len(missing):
                return None  # somebody removes them in this moment
            rows = self._with_memories(rows)
            pieces = [(block, alive) for block, alive in used if block.source is not None]
            if len(pieces) >= _PIECES:
                used = [(block, alive) for block, alive in used if block.source is None]
                rows = joined(pieces, rows)
            fresh = block_of(rows, keep=True)
            used.append((fresh, np.ones(len(fresh), np.bool_)))
        self._tail = [block for block, _ in used if block.source is not None]
        if sum(map(len, self._tail)) > max(_AT_ONCE, total // _SHARE):
            self._fall_behind()
        return Snapshot(state, used)

    def _keys(self, version: int | None = None) -> "Keys":
        from whence.store.blocks import KEY, Keys

        return Keys.of(self._table.read(KEY, version=version))

    def _read(
        self, where: str = "", version: int | None = None, offset: int = 0, limit: int | None = None
    ) -> "pa.Table":
        from whence.store.blocks import COLUMNS

        async def read(handle: Any) -> "pa.Table":
            if version is not None:
                handle = await self._table.connection.open_table(self._table.name)
                await handle.checkout(version)
            query = handle.query().select(dict(COLUMNS))
            if limit is not None:
                query = query.offset(offset).limit(limit)
            return await (query.where(where) if where else query).to_arrow()

        return self._table.call("read", read)

    def _with_memories(self, passages: "pa.Table") -> "pa.Table":
        from whence.store.blocks import SHOWN, with_memories

        kinds = passages["kind"].to_pylist()
        ids = [id for id, kind in zip(passages["memory"].to_pylist(), kinds, strict=True) if kind in SHOWN]
        parts = [ids[start : start + _MEMORIES] for start in range(0, len(ids), _MEMORIES)] or [[]]
        columns = ["id", "payload", "digest", "updated_at"]
        return with_memories(passages, [self._memories.read(columns, among("id", part)) for part in parts])

    # ------------------------------------------------------------ the files

    def _renew(self, folder: Path) -> None:
        """Write anew what is missing from the files, and what of them is mostly no more."""
        from whence.store.blocks import known

        with self._lock:
            forgotten = self._forgotten, _removed(folder)
            self._load(folder)
            files = {path: block for path, block in self._files.items() if path.exists()}
        version = self._table.version
        keys = self._keys(version)
        total = len(keys.ids)
        current, covered = known(list(files.values()), keys)
        dead = {path: len(alive) - int(alive.sum()) for path, alive in zip(files, current, strict=True)}
        aged = time.time() - _OLD_SECONDS
        late = [path for path, count in dead.items() if count and path.stat().st_mtime < aged]
        if total <= MOST and (total - int(covered.sum()) > _AT_ONCE or sum(dead.values()) > total // 8 or late):
            kept = {
                path: block
                for path, block in files.items()
                if path not in late and len(block) >= _ROWS // 2 and dead[path] <= len(block) // 8
            }
            _, covered = known(list(kept.values()), keys)
            files = kept | self._written(folder, version, total, keys.ids.filter(~covered) if kept else None)
        with self._lock:
            if forgotten == (self._forgotten, _removed(folder)):
                self._take(files if total <= MOST else {})
            else:  # somebody removed memories for good, which may be in what was just read
                self._fall_behind()
            self._sweep(folder)

    def _written(self, folder: Path, version: int, total: int, ids: "pa.Array | None") -> "dict[Path, Block]":
        """Files of these rows, or of all: read a part at a time, since all at once would take a lot of memory."""
        from whence.store.blocks import block_of, chosen

        written: dict[Path, Block] = {}
        waiting: pa.Table | None = None
        for offset in range(0, total, _ROWS):
            rows = self._read(version=version, offset=offset, limit=_ROWS)
            waiting = chosen(rows, ids, waiting)
            if waiting.num_rows >= _ROWS or offset + _ROWS >= total:
                path = folder / f"{_format()}-{uuid4().hex}.columns"
                mapped.write(path, block_of(self._with_memories(waiting)).arrays)
                waiting = None
                if block := _opened(path):
                    written[path] = block
        return written

    def _load(self, folder: Path) -> None:
        """Map the files of this format that are not here yet; one that is damaged is removed."""
        for path in folder.glob(f"{_format()}-*.columns"):
            if path not in self._files:
                if block := _opened(path):
                    self._files[path] = block
                else:
                    log.warning("columns that searches read are damaged, and are made anew")
                    _remove(path)
                    self._fall_behind()

    def _take(self, files: "dict[Path, Block]") -> None:
        self._files, self._tail, self._snapshot, self._too_far = dict(files), [], None, None

    def _sweep(self, folder: Path) -> None:
        """Remove files that are of no use: of this format all that are not here, and all of older formats."""
        for path in folder.glob("*.columns"):
            number = path.name.partition("-")[0]
            if path not in self._files and number.isdecimal() and int(number) <= _format():
                _remove(path)
        for path in folder.glob("*.new"):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - _OLD_SECONDS:
                    path.unlink()


def _removed(folder: Path) -> str:
    """What tells one removal for good from the next, of whichever process."""
    try:
        return (folder / _REMOVED).read_text(encoding="ascii")
    except OSError:
        return ""


def _format() -> int:
    from whence.store.schema import DERIVED_FORMAT

    return FORMAT * 1000 + DERIVED_FORMAT


def _opened(path: Path) -> "Block | None":
    from whence.store.blocks import Block

    arrays = mapped.read(path)
    return Block(arrays) if arrays is not None else None


def _remove(path: Path) -> None:
    with suppress(OSError):  # Windows keeps what another process has mapped; it is removed later
        path.unlink(missing_ok=True)
