"""Watches a folder for what is written by others than the editor. The only module that knows watchdog."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

log = logging.getLogger(__name__)

_HEARD = (
    *(FileCreatedEvent, FileModifiedEvent, FileClosedEvent, FileMovedEvent, FileDeletedEvent),
    *(DirCreatedEvent, DirMovedEvent, DirDeletedEvent),
)
"""Who only reads a file makes events too; these are not asked for."""

_MOST_PARTS = 40
"""Folders that are watched one by one, each of which costs a thread."""


class Watch:
    """A running watch. Symbolic links are not followed.

    Args:
        root: the folder, resolved.
        skipped: folders, relative to the root, that are not watched; the ignored ones mostly are the largest.
        probe: a folder of ours, watched last: it tells whether the system's limit was reached before.
        changed: called on a thread of the watch with the name of a file or folder that came, changed or went.

    Raises:
        OSError: the folder can't be watched, or not all of it.
    """

    def __init__(self, root: Path, skipped: set[str], probe: Path, changed: Callable[[Path], None]) -> None:
        self._observer = Observer()
        self._handler = _Handler(changed)
        self._watches: dict[Path, ObservedWatch] = {}
        self._alone: set[Path] = set()
        """Folders watched without those below."""
        self._ear = _Ear()
        logging.getLogger("watchdog").addHandler(self._ear)
        try:
            self._observer.start()
            for folder, recursive in _parts(root, skipped):
                self._schedule(folder, recursive)
            self._observer.unschedule(self._observer.schedule(FileSystemEventHandler(), str(probe)))
        except BaseException:
            self.close()
            raise

    def add(self, folder: Path) -> None:
        """Watch a folder that came later, where no watch covers it yet."""
        if folder.parent in self._alone:
            try:
                self._schedule(folder, True)
            except OSError:
                self._ear.heard = True

    @property
    def lost(self) -> bool:
        """Whether something may have gone unheard since this was last asked."""
        lost, self._ear.heard = self._ear.heard, False
        return lost or not self._observer.is_alive()

    def close(self) -> None:
        """Stop, and leave no thread."""
        logging.getLogger("watchdog").removeHandler(self._ear)
        self._observer.unschedule_all()
        self._observer.stop()
        if self._observer.is_alive():
            self._observer.join()

    def _schedule(self, folder: Path, recursive: bool) -> None:
        if (old := self._watches.pop(folder, None)) is not None:
            self._observer.unschedule(old)  # the folder went and came again; its watch went with it
        self._watches[folder] = self._observer.schedule(
            self._handler, str(folder), recursive=recursive, event_filter=list(_HEARD)
        )
        if not recursive:
            self._alone.add(folder)


class _Handler(FileSystemEventHandler):
    def __init__(self, changed: Callable[[Path], None]) -> None:
        self._changed = changed

    def dispatch(self, event: FileSystemEvent) -> None:
        for name in (event.src_path, event.dest_path):
            if name and f"{os.sep}.git{os.sep}" not in (path := os.fsdecode(name)):
                self._changed(Path(path))


class _Ear(logging.Handler):
    """Hears watchdog complain: it tells only its log that the system dropped events."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard = False

    def emit(self, record: logging.LogRecord) -> None:
        self.heard = True


def _parts(root: Path, skipped: set[str]) -> list[tuple[Path, bool]]:
    """What to watch, and whether with all below: the root, or its parts where some are to be skipped.

    macOS and Windows watch a tree at once and for nothing; Linux pays for every folder.
    """
    if not sys.platform.startswith("linux"):
        return [(root, True)]
    parts, waiting = [(root, False)], [root]
    while waiting:
        for each in sorted(os.scandir(waiting.pop(0)), key=lambda entry: entry.name):
            folder = Path(each.path)
            name = folder.relative_to(root).as_posix()
            if not each.is_dir(follow_symlinks=False) or name in skipped or each.name == ".git":
                continue
            apart = len(parts) < _MOST_PARTS and any(other.startswith(f"{name}/") for other in skipped)
            if apart:
                waiting.append(folder)
            parts.append((folder, not apart))
    return parts if len(parts) <= 2 * _MOST_PARTS else [(root, True)]  # so many cost more than what they skip
