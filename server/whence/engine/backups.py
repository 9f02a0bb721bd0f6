"""Backups: taken, listed and restored; also of a project whose database can't be opened."""

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, time
from pathlib import Path

from whence.project.aside import beside, drop_older, exchange, look_alike
from whence.project.location import known
from whence.project.locks import holder
from whence.project.project import Project
from whence.project.storage import back_up, backups_of, count_of, opened, restore_along
from whence.store import RestoreDone as Done
from whence.store import Store
from whence.store.backups import Backup, at_or_before, listed, newest_sound, prune, sound
from whence.values.base import one_line
from whence.values.errors import InvalidRequest, MemoryDamaged, NotFound, StorageError
from whence.values.operation import Command, Line, Progress, operation
from whence.values.place import Place
from whence.values.reports.upkeep import BackupListed, Backups, Restored
from whence.values.settings import Settings


@operation(palette=Command("Back Up Memory", icon="save-all", doing="Backing up memories"))
def backup(project: Project, only: bool = False, progress: Progress = lambda message, share: None) -> Backups:
    """Take a backup of all memories now, and read it back; one is taken every day by itself.

    Args:
        only: whether all earlier backups are removed then, so that what was deleted for good is gone there too.

    Raises:
        StorageError: it can't be taken, or isn't what was written; nothing was removed.
    """
    made = back_up(project.store, project.place, project.settings, "asked", progress)
    folder = backups_of(project.settings, project.place)
    if only:
        prune(folder, [made])
    damaged = len(made.damaged) + made.unread
    lost = f" {damaged} that are damaged on disk are not in it as they are there." if damaged else ""
    return _told(folder, f"Backed up {_memories(made.memories)}.{lost}")


@operation
def backups(project: Project) -> Backups:
    """List the backups of this project's memories, the newest first, and whether each can be read."""
    return _told(backups_of(project.settings, project.place), "")


@operation(
    palette=Command(
        "Restore Memory…",
        name="restoreMemory",
        icon="discard",
        doing="Restoring memories",
        asks=Line("at", "Which backup? A date, such as 2026-11-28; empty for the newest that can be read"),
        confirm="Bring back what the backup has? Of each memory the later state stays, and a backup is taken before.",
    )
)
def restore_backup(
    project: Project, at: str = "", exactly: bool = False, progress: Progress = lambda message, share: None
) -> Restored:
    """Bring back what a backup has. Of each memory the later state stays, unless the state of then is wanted exactly.

    A backup of what is there is taken before.

    Args:
        at: the moment whose state is wanted, such as 2026-11-28 or 2026-11-28T14:30; the newest backup that can be read
            without.
        exactly: whether what was written after the backup goes.

    Raises:
        NotFound: there is no backup of then that can be read.
        StorageError: it can't be restored; what is there stays.
    """
    folder = backups_of(project.settings, project.place)
    wanted = find(folder, at)
    if project.store.care.total():
        progress("Backing up what is there", 0.1)
        back_up(project.store, project.place, project.settings, "restore")
    progress("Restoring memories", 0.4)
    done = project.store.care.restore(wanted, exactly=exactly)
    restore_along(project.place.home, folder, wanted)
    while ids := project.store.passages.stale(200):
        progress("Indexing memories", 0.8)
        if not project.indexer.index(ids):
            break  # the log tells why; it is made up for in the background
    return _restored(wanted, done)


def find(folder: Path, at: str = "") -> Backup:
    """The backup of a moment, as a person says it: the newest that is no later and can be read.

    Raises:
        InvalidRequest: it is no moment.
        NotFound: there is none.
    """
    if not at.strip():
        newest = newest_sound(folder)
        if newest is None:
            raise NotFound("There is no backup that can be read.")
        return newest
    try:
        moment = datetime.fromisoformat(at.strip())
    except ValueError:
        raise InvalidRequest(
            f"at: {one_line(at, 40)!r} is no date; write it as 2026-11-28 or 2026-11-28T14:30."
        ) from None
    if len(at.strip()) <= 10:
        moment = datetime.combine(moment, time.max)  # that day's last
    elif moment.second == 0 and moment.microsecond == 0:
        moment = moment.replace(second=59, microsecond=999_999)  # as listings tell it: to the minute
    found = at_or_before(listed(folder), moment.astimezone(UTC))
    while found is not None and not sound(folder, found):
        found = at_or_before([each for each in listed(folder) if each.at < found.at], moment.astimezone(UTC))
    if found is None:
        raise NotFound(f"There is no backup of {one_line(at, 40)} or before that can be read.")
    return found


# ---------------------------------------------------------------- without an open project


def listing(folder: Path, settings: Settings) -> Backups:
    """The backups of a folder's project, whether its database can be opened or not.

    Raises:
        NotFound: nothing was ever remembered of this folder.
        StorageError: the project can't be told.
    """
    return _told(backups_of(settings, _place(folder)), "")


def asked(folder: Path, settings: Settings, at: str = "", *, exactly: bool = False) -> str:
    """What a person is asked before a backup is restored: which one it is, and what becomes of what is there.

    Raises:
        NotFound: nothing was ever remembered of this folder, or there is no backup of then.
        StorageError: the project can't be told.
    """
    wanted = find(backups_of(settings, _place(folder)), at)
    then = "what was written after it goes" if exactly else "of each memory the later state stays"
    return (
        f"This brings back the backup of {wanted.at.astimezone():%Y-%m-%d %H:%M} with {_memories(wanted.memories)}; "
        f"{then}. What is there is kept: as a backup, or aside where it can't be opened."
    )


def restore_in_place(
    folder: Path,
    settings: Settings,
    at: str = "",
    *,
    exactly: bool = False,
    progress: Callable[[str, float], None] = lambda message, share: None,
) -> Restored:
    """Restore a backup of a folder's project, also where its database can't be opened: that is kept aside then, and
    what can be read of it and is later than the backup comes along.

    Args:
        folder: a folder of the project.
        settings: its options.
        at: as `restore_backup` has it.
        exactly: as `restore_backup` has it.
        progress: told what is being done.

    Raises:
        NotFound: nothing was ever remembered of this folder, or there is no backup of then.
        StorageError: it can't be restored; what is there stays.
    """
    place = _place(folder)
    kept = backups_of(settings, place)
    wanted = find(kept, at)
    try:
        store = open_store(settings, place)
    except MemoryDamaged:
        done, aside = replace_damaged(settings, place, wanted, exactly=exactly)
        return _restored(wanted, done, aside)
    try:
        if store.care.total():
            progress("Backing up what is there", 0.1)
            back_up(store, place, settings, "restore", progress)
        progress("Restoring memories", 0.5)
        done = store.care.restore(wanted, exactly=exactly)
        restore_along(place.home, kept, wanted)
    finally:
        store.close()
    return _restored(wanted, done)


def replace_damaged(
    settings: Settings, place: Place, backup: Backup | None, *, exactly: bool = False
) -> tuple[Done, Path]:
    """Put a database that can't be opened aside, and begin one of the backup and of what can be read of it.

    Returns:
        What it came to, and where the damaged one is kept.

    Raises:
        StorageError: it can't be done, or there is no backup and nothing can be read; what is there stays.
    """
    _unused(settings, place)
    with beside(place.home) as scratch:
        look_alike(place.home / "memory", scratch / "damaged")
        with closing(Store.open(str(scratch / "memory"), backups=backups_of(settings, place))) as store:
            done = store.care.restore(backup, exactly=exactly, aside=scratch / "damaged")
        if not done.memories:
            raise StorageError(
                "Nothing of the memories can be read, and there is no backup of them. They stay as they are."
            )
        aside = exchange(place.home, scratch / "memory", count_of(settings, place))
    with closing(open_store(settings, place)) as store:
        store.care.count()
    drop_older(place.home)
    if backup:
        restore_along(place.home, backups_of(settings, place), backup)
    return done, aside


def _place(folder: Path) -> Place:
    place = known(folder)
    if place is None:
        raise NotFound("Nothing was ever remembered of this folder.")
    return place


def open_store(settings: Settings, place: Place) -> Store:
    """A project's database without all that an open project has; a row of it was read.

    Raises:
        StorageError: it can't be opened.
    """
    place.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    store = opened(settings, place)
    try:
        store.stamps()  # opening reads no rows
    except StorageError:
        store.close()
        raise
    return store


def _unused(settings: Settings, place: Place) -> None:
    """See to it that a database may be put aside.

    Raises:
        StorageError: it is not on this machine, or another process uses it.
    """
    if settings.storage.uri:
        raise StorageError("The database is not on this machine. Move it out of the way yourself, and restore then.")
    locks = (place.home / "vectors.lock", *place.home.glob("capture/*/*.lock"))
    for lock in locks:
        if lock.exists() and (who := holder(lock)) is not None:
            raise StorageError(
                f"Process {who.pid or 'of another program'} ({who.name or 'unknown'}) uses this memory. Close the "
                "editor's window or end it, and try again."
            )


# ---------------------------------------------------------------- told


def _told(folder: Path, note: str) -> Backups:
    found = tuple(
        BackupListed(
            at=each.at,
            why=each.why,
            memories=each.memories,
            sound=sound(folder, each),
            damaged=len(each.damaged) + each.unread,
        )
        for each in listed(folder)
    )
    none = "There is no backup yet; one is taken on every day on which something was remembered."
    return Backups(folder=str(folder), backups=found, note=note or ("" if found else none))


def _restored(of: Backup, done: Done, aside: Path | None = None) -> Restored:
    note = f"Restored the backup of {of.at.astimezone():%Y-%m-%d %H:%M}: {_memories(done.memories)} are here now"
    note += f", {done.back} of them were missing or damaged." if done.back else "."
    note += f" {_memories(done.later)} written later stayed." if done.later else ""
    note += f" The damaged database is kept in {aside}." if aside else ""
    return Restored(
        at=of.at,
        memories=done.memories,
        back=done.back,
        later=done.later,
        removed=done.removed,
        aside=str(aside or ""),
        note=note,
    )


def _memories(count: int) -> str:
    return f"{count} {'memory' if count == 1 else 'memories'}"
