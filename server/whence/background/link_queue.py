"""Commits whose messages are still to be linked: kept as files, so that one that is killed leaves them to the next.

Each commit's memory has a file, named by a hash of its id and holding it. Processes that share the folder need no lock:
linking twice changes nothing.
"""

import hashlib
import logging
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

MOST = 10_000
"""Ids that are read at once."""


def keep(folder: Path, ids: Iterable[str]) -> None:
    """Write down ids; on return a kill can't lose them."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for id in ids:
            path = _path(folder, id)
            fresh = path.with_suffix(f".{os.getpid()}.new")
            fresh.write_text(id, encoding="utf-8")
            fresh.replace(path)
    except OSError as error:  # a full disk, say: they are linked all the same, unless this process is killed
        log.warning("commits to be linked could not be written down (%s)", type(error).__name__)


def left(folder: Path) -> list[str]:
    """The ids that are still to be linked, in no order."""
    found = []
    with suppress(OSError):
        for entry in list(folder.iterdir())[:MOST]:
            with suppress(OSError, UnicodeDecodeError):
                if entry.suffix != ".new" and (id := entry.read_text(encoding="utf-8")):
                    found.append(id)
    return found


def done(folder: Path, ids: Iterable[str]) -> None:
    """Forget ids that are linked."""
    for id in ids:
        with suppress(OSError):
            _path(folder, id).unlink(missing_ok=True)


def _path(folder: Path, id: str) -> Path:
    return folder / hashlib.sha256(id.encode("utf-8", "replace")).hexdigest()[:32]
