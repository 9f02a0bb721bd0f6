"""`whence doctor --repair`: what can be mended without loss is mended, and what can't be is told and kept aside.

Nothing is thrown away that cannot be made anew: a database that can't be opened is moved to the folder `aside`, a copy
of one that is damaged is put there, and memories that neither the disk nor a backup has whole go there as JSON lines.
Of such folders the newest two are kept, and of older ones those JSON lines. Locks need no repair: the system frees
those of a process that died.
"""

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whence.engine.backups import open_store, replace_damaged
from whence.engine.configuration import settle
from whence.engine.doctor import examine
from whence.engine.notes import rebuild
from whence.models.embedding import MODELS
from whence.models.provisioning import provision
from whence.project.aside import SALVAGE, drop_older, new_aside
from whence.project.location import cache_home, known, locate, registry_problem
from whence.project.opening import open_project
from whence.project.state import state_files, torn
from whence.project.storage import back_up, backups_of, database_of, restore_along
from whence.store.backups import newest_sound
from whence.values.errors import InvalidSettings, MemoryDamaged, WhenceError
from whence.values.place import Place
from whence.values.reports.upkeep import CheckUp
from whence.values.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Case:
    """What is mended."""

    folder: Path
    settings: Settings
    place: Place
    progress: Callable[[str, float], None]


def repair(
    folder: Path,
    given: Mapping[str, Any] | None = None,
    progress: Callable[[str, float], None] = lambda message, share: None,
) -> CheckUp:
    """Mend what can be mended, and look at everything again.

    Args:
        folder: a folder of the project.
        given: options that go before those of all other places.
        progress: told what is being done.

    Returns:
        The check-up after it, with what was done.
    """
    try:
        settings, _ = settle(folder, given)
    except InvalidSettings:
        settings = Settings()  # the check-up tells what is wrong with them
    done: list[str] = []
    try:
        place = known(folder)
    except WhenceError as error:
        return examine(folder, given).model_copy(update={"repaired": (f"Nothing was repaired: {error}",)})
    if place is not None:
        case = _Case(folder, settings, place, progress)
        for share, (what, step) in enumerate(_STEPS.items()):
            progress(f"Looking at {what}", share / len(_STEPS))
            try:
                done += step(case)
            except (WhenceError, OSError) as error:
                told = str(error) if isinstance(error, WhenceError) else f"{type(error).__name__}."
                done.append(f"The {what} could not be repaired. {told}")
        drop_older(place.home)
    return examine(folder, given).model_copy(update={"repaired": tuple(done)})


def _registry(case: _Case) -> Iterator[str]:
    if registry_problem():
        locate(case.folder)
        yield "The list of projects was mended; the damaged one is kept beside it."


def _state(case: _Case) -> Iterator[str]:
    """SQLite files of state are made anew where they are damaged; recalls come back from a backup."""
    for file in state_files(case.place.home):
        if torn(file):
            aside = new_aside(case.place.home) / file.name
            aside.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for suffix in ("-wal", "-shm"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)
            file.rename(aside)
            yield f"{file.name} was damaged and is made anew; the damaged one is in {aside.parent}."
    backup = newest_sound(backups_of(case.settings, case.place))
    if backup and (count := restore_along(case.place.home, backups_of(case.settings, case.place), backup)):
        yield f"{count} files were brought back from the backup of {backup.at.astimezone():%Y-%m-%d %H:%M}."


def _memories(case: _Case) -> Iterator[str]:
    from whence.store.inspection import inspect  # loads LanceDB

    folder = backups_of(case.settings, case.place)
    backup = newest_sound(folder)
    try:
        store = open_store(case.settings, case.place)
    except MemoryDamaged:
        done, aside = replace_damaged(case.settings, case.place, backup)
        of = f"the backup of {backup.at.astimezone():%Y-%m-%d %H:%M}" if backup else "what could be read"
        yield (
            f"The database could not be opened and was made anew of {of}: {done.memories} memories, {done.later} of "
            f"them later than the backup. The damaged one is in {aside}."
        )
        return
    with closing(store):
        if (lost := store.care.missing()) and backup:
            done = store.care.restore(backup)
            yield f"{lost.told()} {done.back} came back from the backup; {done.memories} are here now."
        try:
            found = inspect(database_of(case.settings, case.place), "")
            damaged = found is not None and bool(found.damaged)
        except MemoryDamaged:
            damaged = True
        if damaged:
            yield _mended(case, store)


def _mended(case: _Case, store: Any) -> str:
    aside = new_aside(case.place.home)
    if store.folder is not None:
        shutil.copytree(store.folder, aside / "memories.lance", dirs_exist_ok=True)
    done = store.care.mend(aside / SALVAGE)
    told = [f"{done.sound} memories are as they were written"]
    if done.saved:
        told.append(f"{done.saved} were damaged and come from a backup")
    if done.lost:
        told.append(f"{len(done.lost)} are damaged and in no backup: what can be read of them is in damaged.jsonl")
    if done.unread:
        told.append(f"{done.unread} rows can't be read at all")
    back_up(store, case.place, case.settings, "restore")
    return f"The memories were written anew: {'; '.join(told)}. The damaged ones are kept in {aside}."


def _index(case: _Case) -> Iterator[str]:
    from whence.store.inspection import inspect  # loads LanceDB

    found = inspect(database_of(case.settings, case.place), "")
    if found and (found.index or found.unindexed):
        with open_project(case.folder, case.settings) as project:
            yield rebuild(project, progress=case.progress).note


def _code(case: _Case) -> Iterator[str]:
    from whence.store.code import CodeStore

    name = hashlib.sha256(os.fsencode(case.place.root)).hexdigest()[:16]
    folder = case.place.home / "code" / name
    if folder.exists() and not CodeStore.readable(folder):
        shutil.rmtree(folder)
        yield "The code index was damaged and is removed; `whence index-workspace` makes it anew."


def _model(case: _Case) -> Iterator[str]:
    name = case.settings.embedding.model
    folder = cache_home() / "models" / name
    if name in MODELS and case.settings.embedding.download and folder.exists():
        before = {file: file.stat().st_mtime_ns for file in folder.rglob("*")}
        provision(cache_home() / "models", name, case.progress)
        if {file: file.stat().st_mtime_ns for file in folder.rglob("*")} != before:
            yield f"The embedding model {name} was damaged and was fetched again."


_STEPS: dict[str, Callable[[_Case], Iterator[str]]] = {
    "list of projects": _registry,
    "memories": _memories,
    "search index": _index,
    "files of state": _state,
    "code index": _code,
    "embedding model": _model,
}
