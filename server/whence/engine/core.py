"""One open project: its storage, its threads, and what every operation uses."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Self

from whence.errors import NotFound, StorageError
from whence.indexing import Indexer
from whence.memory import MemoryBase
from whence.projects import Project, cache_home, locate
from whence.recalls import Recalls
from whence.recorder import Recorder
from whence.settings import Settings
from whence.store import Store
from whence.values import now, one_line
from whence.writer import Writer

log = logging.getLogger(__name__)

BIN_DAYS = 30
"""Days that a deleted memory can be restored."""


class Opened:
    """One project's memory, open.

    Args:
        folder: a folder of the project.
        settings: options; defaults without.
        capture: whether to notice changes by itself. The language server does, a one-shot command line doesn't.
        trusted: whether the workspace is. Without trust nothing of it is read or run: no git, no capture.
        changed: called from other threads with the ids of memories written, empty where only the status changed; it
            must be quick.

    Raises:
        StorageError: the data folder or the database can't be opened.
    """

    def __init__(
        self,
        folder: Path,
        settings: Settings | None = None,
        *,
        capture: bool = False,
        trusted: bool = True,
        changed: Callable[[tuple[str, ...]], None] = lambda ids: None,
    ) -> None:
        self.settings = settings or Settings()
        self.trusted = trusted
        self.project: Project = locate(folder, use_git=trusted)
        self.changed = changed
        self.storage = _database(self.settings, self.project)
        self.store = Store.open(self.storage)
        self.writer = Writer(self.store, self._written)
        self.indexer = Indexer(
            self.store,
            self.settings.embedding,
            cache_home() / "models",
            lambda: self.changed(()),
            background=capture,
        )
        self.recalls = Recalls(self.project.home / "recalls-1.sqlite3")
        self.helpers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="whence-search")
        self.recorder: Recorder | None = None
        if capture and trusted and self.settings.capture.enabled:
            self.recorder = Recorder(
                self.project.root,
                project=self.project.id,
                state=self.project.home / "capture",
                settings=self.settings.capture,
                store=self.store,
                writer=self.writer,
            )
        self.indexer.start()
        if self.recorder:
            self.recorder.start()
        if capture:
            self._empty_bin()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is waiting and stop every thread."""
        if self.recorder:
            self.recorder.close()
        self.indexer.close()
        self.helpers.shutdown()
        self.recalls.close()
        self.writer.close()
        self.store.close()

    def settle(self, timeout: float, *, vectors: bool = False) -> bool:
        """Wait until everything noticed so far is stored and found by words, and by meaning if `vectors`.

        Args:
            timeout: seconds for each of the steps.
            vectors: whether to wait for vectors too.
        """
        recorded = self.recorder is None or self.recorder.settle(timeout)
        return recorded and self.indexer.settle(timeout, vectors=vectors)

    # ------------------------------------------------------------ noticing

    def saved(self, path: Path) -> None:
        """Tell that the editor saved a file; returns at once."""
        if self.recorder:
            self.recorder.saved(path)

    def opened(self, path: Path, text: str) -> None:
        """Tell that the editor opened a file with this text; returns at once."""
        if self.recorder:
            self.recorder.opened(path, text)

    # ------------------------------------------------------------ inside

    def _written(self, ids: tuple[str, ...]) -> None:
        self.indexer.written(ids)
        self.changed(ids)

    def one(self, id: str) -> MemoryBase:
        """The memory of this id.

        Raises:
            NotFound: there is none.
        """
        found = self.store.get([id])
        if not found:
            raise NotFound(f"There is no memory {one_line(id, 60)}.")
        return found[0]

    def _empty_bin(self) -> None:
        try:
            if old := self.store.deleted_before(now() - timedelta(days=BIN_DAYS)):
                self.writer.write(purge=old)
        except StorageError as error:
            log.warning("the bin could not be emptied: %s", error)


def _database(settings: Settings, project: Project) -> str:
    if settings.storage.uri:
        return f"{settings.storage.uri.rstrip('/')}/{project.id}"
    return str(project.home / "memory")
