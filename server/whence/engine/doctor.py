"""The check-up: does everything that Whence stands on work, and what to do where it doesn't. Nothing is changed by it.

Each check looks at one thing and says what it found; one that fails keeps no other from looking.
"""

import hashlib
import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whence.engine.configuration import settle
from whence.git import repositories
from whence.models.completion import EDITOR, Models
from whence.models.embedding import MODELS, intact
from whence.models.provisioning import provisioned
from whence.project.location import cache_home, data_home, known, registry_problem
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
from whence.values.place import Place
from whence.values.reports.upkeep import CheckUp, Finding
from whence.values.settings import Settings
from whence.values.version import VERSION

_PACKAGES = ("lancedb", "pyarrow", "numpy", "onnxruntime", "tokenizers", "tree_sitter", "filelock", "watchdog")
"""What memory, search and capture need; models need litellm besides."""

_SCARCE, _NONE_LEFT = 1 << 30, 100 << 20
"""Bytes of free disk from which on to warn, and from which on nothing works."""

_LASTING = "It is done while an editor, `whence mcp` or `whence serve` is open."


@dataclass(frozen=True)
class _Case:
    """What the checks look at."""

    folder: Path
    settings: Settings
    project: Place | None
    """None where nothing was remembered here yet."""

    problem: str
    """Why the project can't be told; empty where it can."""


def examine(folder: Path, given: Mapping[str, Any] | None = None) -> CheckUp:
    """Look at everything, for a folder of a project.

    Args:
        folder: the folder.
        given: options that go before those of all other places.
    """
    found: list[Finding] = [*_python()]
    settings = Settings()
    try:
        settings, configuration = settle(folder, given)
        found += [Finding(topic="settings", state="warn", message=note) for note in configuration.notes]
        if not configuration.notes:
            chosen = sum(option.origin != "default" for option in configuration.options)
            found.append(_ok("settings", f"{chosen} of {len(configuration.options)} options are not the default."))
    except InvalidSettings as error:
        found.append(_fail("settings", str(error), "Mend or remove what is named; `whence config` lists the options."))
    project, problem = None, ""
    try:
        project = known(folder)
    except StorageError as error:
        problem = str(error)
    case = _Case(folder.expanduser().resolve(), settings, project, problem)
    for topic, look in _CHECKS.items():
        try:
            found += look(case)
        except (WhenceError, OSError) as error:
            told = str(error) if isinstance(error, WhenceError) else f"It can't be looked at: {error.strerror}."
            found.append(_fail(topic, told, "Check the permissions of the data folder and of the project."))
        except Exception as error:  # noqa: BLE001 - what is broken may break in any way, and the others still look
            found.append(_fail(topic, f"It can't be looked at ({type(error).__name__}).", "Reinstall Whence."))
    states = {finding.state for finding in found}
    worst = next(state for state in ("fail", "warn", "ok") if state in states)
    return CheckUp.model_validate({"version": VERSION, "findings": tuple(found), "state": worst})


def _ok(topic: str, message: str) -> Finding:
    return Finding(topic=topic, state="ok", message=message)


def _warn(topic: str, message: str, repair: str) -> Finding:
    return Finding(topic=topic, state="warn", message=message, repair=repair)


def _fail(topic: str, message: str, repair: str) -> Finding:
    return Finding(topic=topic, state="fail", message=message, repair=repair)


# ---------------------------------------------------------------- the machine


def _python() -> Iterator[Finding]:
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    version = f"Python {platform.python_version()} ({platform.machine()}, {sys.executable})"
    repair = "Reinstall Whence; in VS Code run “Whence: Set Up / Repair Environment”."
    if missing:
        yield _fail("python", f"{version} lacks {', '.join(missing)}.", repair)
    else:
        yield _ok("python", f"{version} has all packages.")


def _git(case: _Case) -> Iterator[Finding]:
    repaired = "Install git, or put it on the PATH; without it no commit is remembered, and no line is explained."
    in_tree = any((each / ".git").exists() for each in (case.folder, *case.folder.parents))
    try:
        version = repositories.version()
    except GitError as error:
        yield (_fail if in_tree else _warn)("git", str(error), repaired)
        return
    try:
        repository = repositories.find(case.folder)
        if repository is None:
            yield _warn("git", f"{version}; this folder is in no repository.", "`git init`, if its history matters.")
            return
        commit = repositories.head(repository).commit
        shallow = repositories.is_shallow(repository)
    except GitError as error:
        yield _fail("git", f"{version}; {error}", "Follow what git says; until then Whence works without it here.")
        return
    if shallow:
        message = f"{version}; a shallow clone, which shares no memory with other clones and knows little of the past."
        yield _warn("git", message, "`git fetch --unshallow`")
    else:
        yield _ok("git", f"{version}; a repository {'at ' + commit[:10] if commit else 'without a commit'}.")


def _projects(case: _Case) -> Iterator[Finding]:
    if amiss := registry_problem():
        repair = "It is mended when a project is next opened; the file is kept beside it as `projects.unreadable`."
        yield _warn("projects", f"The list of projects: {amiss}.", repair)


def _disk(case: _Case) -> Iterator[Finding]:
    home = data_home()
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir():
        yield _fail("disk", "The data folder can't be made: a file is in its place.", "Name another with WHENCE_HOME.")
        return
    barred = [path for path in _places(case, there) if not os.access(path, os.W_OK | os.X_OK)]
    for path in barred:
        yield _fail(
            "disk", f"{path} can't be written.", "Give yourself the right to, or name another with WHENCE_HOME."
        )
    free = shutil.disk_usage(there).free
    size = f"{_amount(_size(home))} of data, {_amount(_size(case.project.home) if case.project else 0)} of this project"
    message = f"{size}; {_amount(free)} are free."
    if free < _SCARCE:
        yield (_fail if free < _NONE_LEFT else _warn)("disk", message, "Free some space; saves fail on a full disk.")
    elif not barred:
        yield _ok("disk", message)


def _places(case: _Case, there: Path) -> Iterable[Path]:
    inside = (case.project.home, case.project.home / "memory") if case.project else ()
    return (each for each in (there, *inside) if each.exists())


# ---------------------------------------------------------------- the memory


def _database(case: _Case) -> Iterator[Finding]:
    if case.problem:
        yield _fail("database", case.problem, "Name a folder of a project with --project, or another WHENCE_HOME.")
        return
    if case.project is None:
        yield _ok("database", "Nothing is remembered of this folder yet.")
        return
    from whence.store.inspection import inspect

    place = database_of(case.settings, case.project)
    count = count_of(case.settings, case.project)
    remedy, before = offer(backups_of(case.settings, case.project), count), count.read()
    try:
        found = inspect(place, "")
    except StorageError as error:
        yield _fail("database", str(error), f"{remedy} {REPAIR} It is in {place}.")
        return
    lost = loss(before, found.commits if found else 0, found.memories if found else 0, opening=True)
    if lost := lost or (before.lost if before else None):
        yield _fail("database", lost.told(), f"{remedy} It was in {place}.")
    if found is None and lost:
        return
    if found is None:
        yield _ok("database", "Nothing is remembered of this project yet.")
        return
    if found.version > found.newest:
        newer = SchemaTooNew(f"A newer version of Whence wrote it (format {found.version}; this knows {found.newest}).")
        yield _fail("database", str(newer), "Update Whence.")
        return
    if found.damaged:
        told = f"{len(found.damaged)} of {found.memories} memories are not as they were written: the disk altered them."
        yield _fail("database", told, f"{REPAIR} {remedy}")
    if found.unreadable:
        repair = "Update Whence: a newer version may have written them. They stay as they are."
        yield _warn("database", f"{found.unreadable} of {found.memories} memories can't be read.", repair)
    elif not found.damaged:
        yield _ok("database", f"{found.memories} memories, all of them readable (format {found.version}).")
    if found.index:
        yield _fail("index", found.index, "`whence rebuild`")
        return
    wanted, total = case.settings.embedding.model, found.bare + sum(found.vectors.values())
    others = {model: count for model, count in found.vectors.items() if model != wanted}
    if found.unindexed:
        yield _warn("index", f"{found.unindexed} memories are not indexed as they are now.", f"{_LASTING}")
    if wanted != "none" and others:
        (model, *_) = others
        repair = f"Set embedding.model to {model}, or `whence rebuild` for new vectors."
        yield _warn("index", f"{others[model]} passages have vectors of {model}, not of {wanted}.", repair)
    elif wanted != "none" and found.bare:
        yield _warn("index", f"{found.bare} of {total} passages have no vector yet.", _LASTING)
    elif not found.unindexed:
        yield _ok("index", f"{total} passages, all up to date.")


def _backups(case: _Case) -> Iterator[Finding]:
    if case.project is None:
        return
    folder = backups_of(case.settings, case.project)
    found, counted = listed(folder), count_of(case.settings, case.project).read()
    newest = newest_sound(folder)
    if broken := len(list(folder.glob("*.json"))) - len(found):
        yield _warn("backups", f"{broken} backups can't be read any more.", "`whence backup` takes a new one.")
    if newest is None and (found or (counted and counted.memories)):
        state = "There is no backup that can be read." if found else "There is no backup yet."
        repair = "`whence backup` takes one; one is taken by itself every day on which an editor is open."
        yield _warn("backups", state, repair) if found else _ok("backups", f"{state} {repair}")
    elif newest is not None and newest != found[0]:
        yield _warn("backups", "The newest backup is damaged.", "`whence backup` takes a new one.")
    elif newest is not None:
        at = f"{newest.at.astimezone():%Y-%m-%d %H:%M}"
        yield _ok("backups", f"{len(found)} backups, the newest of {at} with {newest.memories} memories.")


def _state(case: _Case) -> Iterator[Finding]:
    if case.project is None:
        return
    damaged = [file.name for file in state_files(case.project.home) if torn(file)]
    if damaged:
        yield _fail("state", f"Damaged are {', '.join(damaged)}. No memory is in them.", REPAIR)


def _code(case: _Case) -> Iterator[Finding]:
    if case.project is None:
        return
    name = hashlib.sha256(os.fsencode(case.project.root)).hexdigest()[:16]
    if (case.project.home / "code" / name).exists():
        from whence.store.code import CodeStore

        if not CodeStore.readable(case.project.home / "code" / name):
            yield _fail("code", "The code index is damaged; it is made anew from the files.", REPAIR)
            return
    made = [each.stat().st_mtime for each in (case.project.home / "code" / name).glob("*.lance/_versions/*")]
    if not made:
        yield _ok("code", "This folder's code is not indexed; `whence index-workspace` does it, if you want that.")
        return
    newest = datetime.fromtimestamp(max(made), UTC)
    since = 0
    with suppress(GitError):  # which the check of git has told
        repository = repositories.find(case.project.root)
        if repository is not None and repositories.head(repository).commit:
            since = repositories.committed_at(repository)
    message = f"The code was indexed at {newest.astimezone():%Y-%m-%d %H:%M}"
    if since > newest.timestamp():
        yield _warn("code", f"{message}, before the last commit.", "`whence index-workspace`")
    else:
        yield _ok("code", f"{message}.")


# ---------------------------------------------------------------- models


def _model(case: _Case) -> Iterator[Finding]:
    name = case.settings.embedding.model
    if name == "none":
        yield _ok("model", "Search by meaning is switched off (embedding.model); words are searched.")
    elif "/" in name:
        yield _provider(case, "embedding.model", name)
    elif name not in MODELS:
        repair = f"Set embedding.model to {', '.join(MODELS)}, a provider's model, or none."
        yield _fail("model", f"Nobody knows the embedding model {name}.", repair)
    else:
        yield _local(case, name)
    if (data_home() / "spending" / "stopped").exists():
        yield _warn("model", "All language models are switched off.", "`whence resume-models` switches them on again.")
    chosen = {"model": case.settings.model, "small_model": case.settings.small_model}
    chosen["vision_model"] = case.settings.vision_model
    for option, model in chosen.items():
        if model == EDITOR:
            repair = f"Name a model with its provider, as in `--set {option}=ollama/llama3.1`."
            yield _warn("model", f"{option} is the editor's, and there is no editor on the command line.", repair)
        elif model != "none":
            yield _provider(case, option, model)
    if set(chosen.values()) == {"none"}:
        yield _ok("model", "No language model is chosen; everything is answered without.")


def _local(case: _Case, name: str) -> Finding:
    folder = provisioned(cache_home() / "models", name) or cache_home() / "models" / name
    if intact(folder, MODELS[name], thorough=True):
        return _ok("model", f"{name} is here and undamaged.")
    state = "is damaged" if folder.exists() else "is not on this machine"
    if not case.settings.embedding.download:
        repair = "Set embedding.download to true; until then words are searched."
    else:
        repair = "It is fetched when an editor, `whence mcp` or `whence serve` opens this project (84 MB)."
    return _warn("model", f"The embedding model {name} {state}.", repair)


def _provider(case: _Case, option: str, name: str) -> Finding:
    try:
        Models(case.settings.models).check(name)
    except ProviderNotInstalled as error:
        return _warn("model", f"{option}: {error}", "Ask a model in the editor, and agree to the download.")
    except ModelUnavailable as error:
        return _fail("model", f"{option}: {error}", "Set the variable or choose another model; keys are never shown.")
    return _ok("model", f"{option}: {name} is known, and has the key that it needs, if any.")


# ---------------------------------------------------------------- locks


def _locks(case: _Case) -> Iterator[Finding]:
    """Locks that are held, which is as it should be; where something waits for ever, this tells for whom."""
    held = []
    for file in _lock_files(case):
        if (who := holder(file)) is not None:
            process = f"process {who.pid} ({who.name})" if who.pid else "another process"
            held.append(f"{_LOCKS.get(file.name, _LOCKS.get(file.suffix, file.name))}: {process}")
    if held:
        yield _ok("locks", f"Held are {'; '.join(dict.fromkeys(held))}.")
    else:
        yield _ok("locks", "No process holds a lock.")


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


def _lock_files(case: _Case) -> Iterable[Path]:
    home = data_home()
    places = [home.glob("*.lock"), (home / "spending").glob("*.lock"), (cache_home() / "models").glob(".*.lock")]
    if case.project is not None:
        mine = case.project.home
        places += [mine.glob("*.lock"), mine.glob("capture/*/*.lock"), mine.glob("code/*.keeper")]
    return (file for found in places for file in found)


# ---------------------------------------------------------------- helpers


def _size(folder: Path) -> int:
    total = 0
    for each in folder.rglob("*"):
        try:
            total += each.stat().st_size if each.is_file() else 0
        except OSError:  # gone while we look
            continue
    return total


def _amount(bytes: int) -> str:
    return f"{bytes / (1 << 30):.1f} GB" if bytes >= 1 << 30 else f"{bytes / (1 << 20):.1f} MB"


_CHECKS: dict[str, Callable[[_Case], Iterable[Finding]]] = {
    "git": _git,
    "projects": _projects,
    "database": _database,
    "backups": _backups,
    "state": _state,
    "code": _code,
    "model": _model,
    "locks": _locks,
    "disk": _disk,
}
