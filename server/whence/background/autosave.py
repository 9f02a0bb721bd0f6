"""Auto-save: new turns of this project's transcripts, taken every few minutes, once each, if the user opted in.

What assistants append is read from where the last round stopped. The places are kept in a small file; without it
everything is read anew, and nothing is taken twice, since a thread gains only turns that it doesn't hold.
"""

import contextlib
import json
import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whence.background.intake import Intake
from whence.background.origin_table import OriginTable
from whence.background.writer import Writer
from whence.readers.transcripts import Lines, homes, read_log, read_session
from whence.store import Store, text_size
from whence.values.errors import Cancelled, StorageError
from whence.values.operation import Progress
from whence.values.place import Place
from whence.values.rounds import Rounds
from whence.values.settings import ConversationSettings
from whence.values.tally import Tally

log = logging.getLogger(__name__)

_FIRST = 1.0
"""Seconds before the first round: the editor has better things to do when it starts."""


_FULL = (
    "Conversations take the {} MB that they may, so no more are saved by themselves; what is kept stays. "
    "The setting `conversations.maxMegabytes` allows more."
)


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
    sources: Sequence[str],
    project: Place,
    intake: Intake,
    tally: Tally,
    progress: Progress,
    *,
    anew: bool = False,
    room: float = math.inf,
) -> int:
    """Take what is new in the transcripts of a project.

    Args:
        sources: whose transcripts, of `homes.SOURCES`.
        project: the project.
        intake: where to, entered: no other process reads the places meanwhile.
        tally: told what is left out.
        progress: asked at every transcript, and at every stretch of a long one.
        anew: read them from their beginning.
        room: bytes of text after which no further transcript is begun: it is read once there is more room.

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

            if intake.size >= room:
                break
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
        self._rounds = Rounds("whence-autosave", self._round, settings.every_minutes * 60, _FIRST)
        self.message = ""
        """What the user should know; empty where all is well."""
        self.size: int | None = None
        """Bytes that conversations took when that was measured last."""

    def start(self) -> None:
        """Begin, in a moment."""
        self._rounds.start()

    def close(self) -> None:
        """Stop; what was not read is read by the next start."""
        self._rounds.close()

    def settle(self, timeout: float) -> bool:
        """Take what is new now, and wait until that is done. False on timeout."""
        return self._rounds.settle(timeout)

    def _round(self) -> None:
        tally = Tally()
        most = self._settings.max_megabytes * 1_000_000
        try:
            self.size = size(self._store, self._project)
            room = most - self.size
            with Intake(self._store, self._writer, self._project, tally, patience=0.0) as intake:
                gather(self._settings.auto_save, self._project, intake, tally, self._step, room=room)
            self.size += intake.size
            self.message = "" if intake.size < room else _FULL.format(self._settings.max_megabytes)
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
        if not self._rounds.going:
            raise Cancelled(message)


def size(store: Store, project: Place) -> int:
    """Bytes that conversations take, as text, and the table of what was written in them.

    Args:
        store: the project's memory.
        project: the project.
    """
    return text_size(store, "conversation") + OriginTable(project.home, project.root).size
