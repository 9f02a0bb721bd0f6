"""Where a project's memories, their count and their backups are, and taking and restoring backups of a project.

A backup has the memories and what else can't be made anew: pictures, the names that a memory answers to, and how often
memories were recalled. All else is derived, or is of this machine's moment.
"""

import logging
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from whence.project.aside import finish
from whence.project.location import data_home
from whence.store import Count, Store
from whence.store.backups import Backup, Why, chosen, extras, listed, prune
from whence.values.place import Place
from whence.values.settings import Settings

log = logging.getLogger(__name__)

_EVERY = timedelta(hours=20)
"""Between two daily backups: less than a day, so that who works at the same hours gets one on each."""

_RECALLS = "recalls-1.sqlite3"

_LARGEST = 64 << 20
"""Bytes of a file that goes along; no picture is larger."""


def database_of(settings: Settings, place: Place) -> str:
    """The folder of a project's database, on this machine."""
    if settings.storage.uri and not _elsewhere(settings):
        return f"{settings.storage.uri.rstrip('/')}/{place.id}"
    return str(place.home / "memory")


def team_of(settings: Settings, place: Place) -> str:
    """The address of the database that a project's team shares; empty without one."""
    wanted = settings.storage.projects
    if not _elsewhere(settings) or (wanted and place.name not in wanted and place.id not in wanted):
        return ""
    return f"{settings.storage.uri.rstrip('/')}/{place.id}"


def _elsewhere(settings: Settings) -> bool:
    return "://" in settings.storage.uri


def count_of(settings: Settings, place: Place) -> Count:
    """The count of a project's memories: one in its folder, one outside, which is left where the folder vanishes."""
    files = (place.home / "count.json", data_home() / "counts" / f"{place.id}.json")
    return Count(files, "" if _elsewhere(settings) else settings.storage.uri)


def backups_of(settings: Settings, place: Place) -> Path:
    """The folder of a project's backups."""
    named = settings.backups.folder
    return Path(named).expanduser() / place.id if named else place.home / "backups"


def opened(settings: Settings, place: Place) -> Store:
    """A project's database; one that was being replaced when its process died is put in its place first.

    Raises:
        StorageError: it can't be opened.
    """
    count = count_of(settings, place)
    if database_of(settings, place) == str(place.home / "memory"):
        finish(place.home, count)
    return Store.open(
        database_of(settings, place),
        count=count,
        backups=backups_of(settings, place),
        columns=settings.search.columns,
    )


def due(store: Store, folder: Path, at: datetime) -> bool:
    """Whether it is time for a backup: the next day after the last one, if anything was written since.

    A backup that seems to be of the future, since the date was wrong or is, puts off the next one for a day at most.
    """
    found = listed(folder)
    if found and found[0].version == store.version():
        return False
    return store.care.total() > 0 and not any(abs(at - each.at) < _EVERY for each in found if each.why != "migration")


def back_up(
    store: Store,
    place: Place,
    settings: Settings,
    why: Why,
    progress: Callable[[str, float], None] = lambda message, share: None,
) -> Backup:
    """Take a backup, and remove those that are not to be kept any more.

    Raises:
        StorageError: it can't be taken; it says what to try.
    """
    backup = store.care.backup(why, _along(place.home), progress)
    folder = backups_of(settings, place)
    prune(folder, chosen(listed(folder), settings.backups.daily, settings.backups.weekly))
    return backup


def _along(home: Path) -> Iterator[tuple[str, bytes]]:
    for file in (home / "names.json", *sorted((home / "pictures").glob("*"))):
        try:
            if file.is_file() and not file.is_symlink() and file.stat().st_size <= _LARGEST:
                yield file.relative_to(home).as_posix(), file.read_bytes()
        except OSError as error:
            log.warning("a file is left out of the backup (%s)", type(error).__name__)
    if (home / _RECALLS).exists():
        try:
            live = sqlite3.connect(f"{(home / _RECALLS).as_uri()}?mode=ro", uri=True)
            with closing(live), closing(sqlite3.connect(":memory:")) as copy:
                live.backup(copy)  # consistent, whoever writes meanwhile
                yield _RECALLS, copy.serialize()
        except sqlite3.Error as error:
            log.warning("recalls are left out of the backup (%s)", type(error).__name__)


def restore_along(home: Path, folder: Path, backup: Backup) -> int:
    """Put files that went along back where they are missing; how many."""
    count = 0
    for name, content in extras(folder, backup):
        file = home / name
        if file.exists() or not file.resolve().is_relative_to(home.resolve()):
            continue
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(content)
        count += 1
    return count
