"""The check-up: does everything that Whence stands on work, and what to do where it doesn't. Nothing is changed by it.

Each check looks at one thing and says what it found; one that fails keeps no other from looking.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whence.engine import machine, team
from whence.engine.configuration import settle
from whence.engine.machine import Case, fail, ok, warn
from whence.git import repositories
from whence.models.completion import EDITOR, Models
from whence.models.embedding import MODELS, intact
from whence.models.provisioning import provisioned
from whence.project.location import cache_home, data_home, known
from whence.project.locks import holder
from whence.project.project import REPAIR
from whence.project.state import state_files, torn
from whence.project.storage import backups_of, count_of, database_of
from whence.store import loss
from whence.store.backups import listed, newest_sound, offer
from whence.values.errors import (
    GitError,
    InvalidSettings,
    ModelUnavailable,
    ProviderNotInstalled,
    SchemaTooNew,
    StorageError,
    WhenceError,
)
from whence.values.reports.upkeep import CheckUp, Finding
from whence.values.settings import Settings
from whence.values.version import VERSION

_LASTING = "It is done while an editor, `whence mcp` or `whence serve` is open."


def examine(folder: Path, given: Mapping[str, Any] | None = None) -> CheckUp:
    """Look at everything, for a folder of a project.

    Args:
        folder: the folder.
        given: options that go before those of all other places.
    """
    found: list[Finding] = [*machine.python()]
    settings = Settings()
    try:
        settings, configuration = settle(folder, given)
        found += [Finding(topic="settings", state="warn", message=note) for note in configuration.notes]
        if not configuration.notes:
            chosen = sum(option.origin != "default" for option in configuration.options)
            found.append(ok("settings", f"{chosen} of {len(configuration.options)} options are not the default."))
    except InvalidSettings as error:
        found.append(fail("settings", str(error), "Mend or remove what is named; `whence config` lists the options."))
    project, problem = None, ""
    try:
        project = known(folder)
    except StorageError as error:
        problem = str(error)
    case = Case(folder.expanduser().resolve(), settings, project, problem)
    for topic, look in _CHECKS.items():
        try:
            found += look(case)
        except (WhenceError, OSError) as error:
            told = str(error) if isinstance(error, WhenceError) else f"It can't be looked at: {error.strerror}."
            found.append(fail(topic, told, "Check the permissions of the data folder and of the project."))
        except Exception as error:  # noqa: BLE001 - what is broken may break in any way, and the others still look
            found.append(fail(topic, f"It can't be looked at ({type(error).__name__}).", "Reinstall Whence."))
    states = {finding.state for finding in found}
    worst = next(state for state in ("fail", "warn", "ok") if state in states)
    return CheckUp.model_validate({"version": VERSION, "findings": tuple(found), "state": worst})


# ---------------------------------------------------------------- the memory


def _database(case: Case) -> Iterator[Finding]:
    if case.problem:
        yield fail("database", case.problem, "Name a folder of a project with --project, or another WHENCE_HOME.")
        return
    if case.project is None:
        yield ok("database", "Nothing is remembered of this folder yet.")
        return
    from whence.store.inspection import inspect

    place = database_of(case.settings, case.project)
    count = count_of(case.settings, case.project)
    remedy, before = offer(backups_of(case.settings, case.project), count), count.read()
    try:
        found = inspect(place, "")
    except StorageError as error:
        yield fail("database", str(error), f"{remedy} {REPAIR} It is in {place}.")
        return
    lost = loss(before, found.commits if found else 0, found.memories if found else 0, opening=True)
    if lost := lost or (before.lost if before else None):
        yield fail("database", lost.told(), f"{remedy} It was in {place}.")
    if found is None and lost:
        return
    if found is None:
        yield ok("database", "Nothing is remembered of this project yet.")
        return
    if found.version > found.newest:
        newer = SchemaTooNew(f"A newer version of Whence wrote it (format {found.version}; this knows {found.newest}).")
        yield fail("database", str(newer), "Update Whence.")
        return
    if found.damaged:
        told = f"{len(found.damaged)} of {found.memories} memories are not as they were written: the disk altered them."
        yield fail("database", told, f"{REPAIR} {remedy}")
    if found.unreadable:
        repair = "Update Whence: a newer version may have written them. They stay as they are."
        yield warn("database", f"{found.unreadable} of {found.memories} memories can't be read.", repair)
    elif not found.damaged:
        yield ok("database", f"{found.memories} memories, all of them readable (format {found.version}).")
    if found.index:
        yield fail("index", found.index, "`whence rebuild`")
        return
    wanted, total = case.settings.embedding.model, found.bare + sum(found.vectors.values())
    others = {model: count for model, count in found.vectors.items() if model != wanted}
    if found.unindexed:
        yield warn("index", f"{found.unindexed} memories are not indexed as they are now.", f"{_LASTING}")
    if wanted != "none" and others:
        (model, *_) = others
        repair = f"Set embedding.model to {model}, or `whence rebuild` for new vectors."
        yield warn("index", f"{others[model]} passages have vectors of {model}, not of {wanted}.", repair)
    elif wanted != "none" and found.bare:
        yield warn("index", f"{found.bare} of {total} passages have no vector yet.", _LASTING)
    elif not found.unindexed:
        yield ok("index", f"{total} passages, all up to date.")


def _backups(case: Case) -> Iterator[Finding]:
    if case.project is None:
        return
    folder = backups_of(case.settings, case.project)
    found, counted = listed(folder), count_of(case.settings, case.project).read()
    newest = newest_sound(folder)
    if broken := len(list(folder.glob("*.json"))) - len(found):
        yield warn("backups", f"{broken} backups can't be read any more.", "`whence backup` takes a new one.")
    if newest is None and (found or (counted and counted.memories)):
        state = "There is no backup that can be read." if found else "There is no backup yet."
        repair = "`whence backup` takes one; one is taken by itself every day on which an editor is open."
        yield warn("backups", state, repair) if found else ok("backups", f"{state} {repair}")
    elif newest is not None and newest != found[0]:
        yield warn("backups", "The newest backup is damaged.", "`whence backup` takes a new one.")
    elif newest is not None:
        at = f"{newest.at.astimezone():%Y-%m-%d %H:%M}"
        yield ok("backups", f"{len(found)} backups, the newest of {at} with {newest.memories} memories.")


def _state(case: Case) -> Iterator[Finding]:
    if case.project is None:
        return
    damaged = [file.name for file in state_files(case.project.home) if torn(file)]
    if damaged:
        yield fail("state", f"Damaged are {', '.join(damaged)}. No memory is in them.", REPAIR)


def _code(case: Case) -> Iterator[Finding]:
    if case.project is None:
        return
    name = hashlib.sha256(os.fsencode(case.project.root)).hexdigest()[:16]
    if (case.project.home / "code" / name).exists():
        from whence.store.code import CodeStore

        if not CodeStore.readable(case.project.home / "code" / name):
            yield fail("code", "The code index is damaged; it is made anew from the files.", REPAIR)
            return
    made = [each.stat().st_mtime for each in (case.project.home / "code" / name).glob("*.lance/_versions/*")]
    if not made:
        yield ok("code", "This folder's code is not indexed; `whence index-workspace` does it, if you want that.")
        return
    newest = datetime.fromtimestamp(max(made), UTC)
    since = 0
    with suppress(GitError):  # which the check of git has told
        repository = repositories.find(case.project.root)
        if repository is not None and repositories.head(repository).commit:
            since = repositories.committed_at(repository)
    message = f"The code was indexed at {newest.astimezone():%Y-%m-%d %H:%M}"
    if since > newest.timestamp():
        yield warn("code", f"{message}, before the last commit.", "`whence index-workspace`")
    else:
        yield ok("code", f"{message}.")


# ---------------------------------------------------------------- models


def _model(case: Case) -> Iterator[Finding]:
    name = case.settings.embedding.model
    if name == "none":
        yield ok("model", "Search by meaning is switched off (embedding.model); words are searched.")
    elif "/" in name:
        yield _provider(case, "embedding.model", name)
    elif name not in MODELS:
        repair = f"Set embedding.model to {', '.join(MODELS)}, a provider's model, or none."
        yield fail("model", f"Nobody knows the embedding model {name}.", repair)
    else:
        yield _local(case, name)
    if (data_home() / "spending" / "stopped").exists():
        yield warn("model", "All language models are switched off.", "`whence resume-models` switches them on again.")
    chosen = {"model": case.settings.model, "small_model": case.settings.small_model}
    chosen["vision_model"] = case.settings.vision_model
    for option, model in chosen.items():
        if model == EDITOR:
            repair = f"Name a model with its provider, as in `--set {option}=ollama/llama3.1`."
            yield warn("model", f"{option} is the editor's, and there is no editor on the command line.", repair)
        elif model != "none":
            yield _provider(case, option, model)
    if set(chosen.values()) == {"none"}:
        yield ok("model", "No language model is chosen; everything is answered without.")


def _local(case: Case, name: str) -> Finding:
    folder = provisioned(cache_home() / "models", name) or cache_home() / "models" / name
    if intact(folder, MODELS[name], thorough=True):
        return ok("model", f"{name} is here and undamaged.")
    state = "is damaged" if folder.exists() else "is not on this machine"
    if not case.settings.embedding.download:
        repair = "Set embedding.download to true; until then words are searched."
    else:
        repair = "It is fetched when an editor, `whence mcp` or `whence serve` opens this project (84 MB)."
    return warn("model", f"The embedding model {name} {state}.", repair)


def _provider(case: Case, option: str, name: str) -> Finding:
    try:
        Models(case.settings.models).check(name)
    except ProviderNotInstalled as error:
        return warn("model", f"{option}: {error}", "Ask a model in the editor, and agree to the download.")
    except ModelUnavailable as error:
        return fail("model", f"{option}: {error}", "Set the variable or choose another model; keys are never shown.")
    return ok("model", f"{option}: {name} is known, and has the key that it needs, if any.")


# ---------------------------------------------------------------- locks


def _locks(case: Case) -> Iterator[Finding]:
    """Locks that are held, which is as it should be; where something waits for ever, this tells for whom."""
    held = []
    for file in _lock_files(case):
        if (who := holder(file)) is not None:
            process = f"process {who.pid} ({who.name})" if who.pid else "another process"
            held.append(f"{_LOCKS.get(file.name, _LOCKS.get(file.suffix, file.name))}: {process}")
    if held:
        yield ok("locks", f"Held are {'; '.join(dict.fromkeys(held))}.")
    else:
        yield ok("locks", "No process holds a lock.")


_LOCKS = {
    "captor.lock": "capture of this project",
    ".keeper": "upkeep of the code index",
    "vectors.lock": "making of vectors",
    "maintenance.lock": "tidying up",
    "conversations.lock": "taking over of conversations",
    "bugs.lock": "recording of a bug",
    "projects.lock": "list of projects",
    "spending.lock": "ledger",
    "api-key.lock": "key of the REST server",
}


def _lock_files(case: Case) -> Iterable[Path]:
    home = data_home()
    places = [home.glob("*.lock"), (home / "spending").glob("*.lock"), (cache_home() / "models").glob(".*.lock")]
    if case.project is not None:
        mine = case.project.home
        places += [mine.glob("*.lock"), mine.glob("capture/*/*.lock"), mine.glob("code/*.keeper")]
    return (file for found in places for file in found)


_CHECKS: dict[str, Callable[[Case], Iterable[Finding]]] = {
    "git": machine.git,
    "projects": machine.projects,
    "database": _database,
    "backups": _backups,
    "team": team.examined,
    "state": _state,
    "code": _code,
    "model": _model,
    "locks": _locks,
    "disk": machine.disk,
}
