"""Auto-save: new turns of this project's transcripts, taken every few minutes, once each, if the user opted in.

What assistants append is read from where the last round stopped. The places are kept in a small file; without it
everything is read anew, and nothing is taken twice, since a thread gains only turns that it doesn't hold.
"""

import contextlib
import json
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whence.background.intake import Intake
from whence.background.writer import Writer
from whence.readers.transcripts import Lines, homes, read_log, read_session
from whence.store import Store
from whence.values.errors import Cancelled, StorageError
from whence.values.operation import Progress
from whence.values.place import Place
from whence.values.settings import ConversationSettings
from whence.values.tally import Tally

log = logging.getLogger(__name__)

_FIRST = 1.0
"""Seconds before the first round: the editor has better things to do when it starts."""


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a transcript was read."""

    offset: int = 0
    """Bytes up to the end of the last line that was read."""
    ours: bool = True
    """Whether it is of this project."""
    print: str = ""
    """Its fingerprint."""
    size: int = 0
    """Its size then."""
    touched: int = 0
    """When it had been written last, in ns since 1970."""


class _Places:
    """How far each transcript was read, kept in a file of the project's."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._places: dict[str, _Place] = {}
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError, AttributeError):
            kept: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["files"]
            self._places = {
                path: _Place(int(offset), bool(ours), str(mark), int(size), int(touched))
                for path, (offset, ours, mark, size, touched) in kept.items()
            }

    def of(self, path: Path) -> _Place:
        return self._places.get(str(path), _Place())

    def keep(self, path: Path, place: _Place) -> None:
        self._places[str(path)] = place

    def save(self) -> None:
        kept = {
            path: (each.offset, each.ours, each.print, each.size, each.touched)
            for path, each in self._places.items()
            if Path(path).exists()
        }
        fresh = self._file.with_suffix(".new")
        with contextlib.suppress(OSError):  # then the next round reads anew, which costs time and nothing else
            fresh.write_text(json.dumps({"files": kept}, indent=1), encoding="utf-8")
            fresh.replace(self._file)


def gather(
    sources: Sequence[str], project: Place, intake: Intake, tally: Tally, progress: Progress, *, anew: bool = False
) -> int:
    """Take what is new in the transcripts of a project.

    Args:
        sources: whose transcripts, of `homes.SOURCES`.
        project: the project.
        intake: where to, entered: no other process reads the places meanwhile.
        tally: told what is left out.
        progress: asked at every transcript, and at every stretch of a long one.
        anew: read them from their beginning.

    Returns:
        How many transcripts are of this project.
    """
    places = _Places(project.home / "transcripts.json")
    listed = [(origin, path) for origin in sources for path in homes.candidates(origin, project.root)]
    ours = 0
    try:
        for number, (origin, path) in enumerate(listed):

            def step(message: str = f"Reading transcripts of {origin}", share: float = number / len(listed)) -> None:
                progress(message, share)

            step()
            try:
                place = places.of(path)
                read = _read(path, origin, project.root, _Place() if anew else place, intake, tally, step)
            except OSError:
                tally.add("a file that can't be read", path.name)
                continue
            if read is not None:
                places.keep(path, read)
                ours += read.ours
    finally:
        places.save()
    return ours


def _read(
    path: Path, origin: str, root: Path, before: _Place, intake: Intake, tally: Tally, step: Callable[[], None]
) -> _Place | None:
    """Take what is new in one transcript. How far it is read then; None where it doesn't say yet whose it is."""
    status = path.stat()
    mark = homes.fingerprint(path)
    if before.print == mark and (
        not before.ours or (before.size, before.touched) == (status.st_size, status.st_mtime_ns)
    ):
        return before
    found = homes.judged(path, origin, root)
    if not found:
        return _Place(ours=False, print=mark) if found is False else None
    appended = before.print == mark and before.offset <= status.st_size
    with path.open("rb") as stream:
        if origin == homes.VSCODE:  # writes its sessions anew, or as changes of what came before
            end, drafts = status.st_size, read_session(stream, tally, log=path.suffix == ".jsonl")
            for draft in drafts:
                intake.take(draft, datetime.fromtimestamp(status.st_mtime, UTC))
        else:
            stream.seek(before.offset if appended else 0)
            lines = Lines(stream, tally, live=True)
            for draft in read_log(lines, origin, path.stem, tally, found.thread):
                intake.take(draft, datetime.fromtimestamp(status.st_mtime, UTC))
                step()
            end = lines.offset
    intake.flush()  # before the place is kept: a turn may be read twice, but none is passed over
    return _Place(end, True, mark, status.st_size, status.st_mtime_ns)


class Autosave:
    """Takes new turns in the background.

    Args:
        settings: which sources, and how often.
        project: the project.
        store: its memory.
        writer: what writes there.
    """

    def __init__(self, settings: ConversationSettings, project: Place, store: Store, writer: Writer) -> None:
        self._settings, self._project, self._store, self._writer = settings, project, store, writer
        self._wake = threading.Condition()
        self._wanted = self._done = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="whence-autosave", daemon=True)
        self.message = ""
        """What the user should know; empty where all is well."""

    def start(self) -> None:
        """Begin, in a moment."""
        self._thread.start()

    def close(self) -> None:
        """Stop; what was not read is read by the next start."""
        self._stop.set()
        with self._wake:
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def settle(self, timeout: float) -> bool:
        """Take what is new now, and wait until that is done. False on timeout."""
        with self._wake:
            self._wanted += 1
            wanted = self._wanted
            self._wake.notify_all()
            return self._wake.wait_for(lambda: self._done >= wanted or self._stop.is_set(), timeout)

    def _loop(self) -> None:
        pause = _FIRST
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._wanted > self._done or self._stop.is_set(), pause)
                wanted = self._wanted
            if self._stop.is_set():
                return
            self._round()
            with self._wake:
                self._done = wanted
                self._wake.notify_all()
            pause = self._settings.every_minutes * 60

    def _round(self) -> None:
        tally = Tally()
        try:
            with Intake(self._store, self._writer, self._project, tally, patience=0.0) as intake:
                gather(self._settings.auto_save, self._project, intake, tally, self._step)
            self.message = ""
            if intake.taken:
                log.info("auto-save: %s", intake.imported().note)
        except Cancelled:
            return
        except StorageError as error:
            log.info("auto-save is put off: %s", error)
        except Exception:
            log.exception("auto-save failed")
            self.message = "Conversations could not be saved by themselves. The log tells why; it is tried again."

    def _step(self, message: str, share: float) -> None:
        if self._stop.is_set():
            raise Cancelled(message)
