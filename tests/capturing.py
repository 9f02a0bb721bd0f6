"""A work tree with a real recorder, store and writer, for tests."""

import logging
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE, until
from whence.background.recorder import Recorder
from whence.background.writer import Writer
from whence.capture.handed_out import HandedOut
from whence.store import Store
from whence.values.memory import Change, MemoryBase
from whence.values.protocol import Filter
from whence.values.settings import CaptureSettings


class Captured:
    """What a recorder makes of a folder."""

    def __init__(self, root: Path, home: Path, **settings: Any) -> None:
        self.root, self.home = root, home
        self.settings = CaptureSettings(**settings)
        self.start()

    def start(self) -> "Captured":
        self.store = Store.open(str(self.home / "memory"))
        self.writer = Writer(self.store)
        self.recorder = Recorder(
            self.root,
            project="project",
            state=self.home / "capture",
            settings=self.settings,
            store=self.store,
            writer=self.writer,
            own=HandedOut(self.home).without,
            log=logging.getLogger("whence.test"),
        )
        self.begin()
        assert self.recorder.settle(PATIENCE)
        return self

    def begin(self) -> None:
        """Set the recorder going."""
        self.recorder.start()

    def stop(self) -> None:
        self.recorder.close()
        self.writer.close()
        self.store.close()

    def write(self, name: str, text: str | bytes) -> Path:
        """Write a file, as another tool would."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def save(self, name: str, text: str | bytes) -> None:
        """Write a file as the editor does, and wait until that is stored."""
        self.recorder.saved(self.write(name, text))
        self.settle()

    def settle(self) -> None:
        assert self.recorder.settle(PATIENCE)

    def changes(self) -> list[Change]:
        """All Changes, the last written last, the bin left out."""
        found: list[MemoryBase] = self.store.newest(Filter(kinds=("change",), archived=True), limit=10_000)
        return sorted((each for each in found if isinstance(each, Change)), key=lambda each: each.updated_at)

    def one(self) -> Change:
        changes = self.changes()
        assert len(changes) == 1, [(each.title, each.commit[:7], each.open) for each in changes]
        return changes[0]

    def told(self) -> list[str]:
        """Titles of all Changes, open ones with a star."""
        return [f"*{each.title}" if each.open else each.title for each in self.changes()]

    def come(self, count: int) -> list[Change]:
        """Wait until there are so many Changes."""
        until(lambda: len(self.changes()) == count, f"{count} changes")
        return self.changes()
