"""What the check-up finds about the machine: Python, git, the list of projects, the disk; and what a check says."""

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from whence.git import repositories
from whence.project.location import data_home, registry_problem
from whence.values.errors import GitError
from whence.values.place import Place
from whence.values.reports.upkeep import Finding
from whence.values.settings import Settings

_PACKAGES = ("lancedb", "pyarrow", "numpy", "onnxruntime", "tokenizers", "tree_sitter", "filelock", "watchdog")
"""What memory, search and capture need; models need litellm besides."""

_SCARCE, _NONE_LEFT = 1 << 30, 100 << 20
"""Bytes of free disk from which on to warn, and from which on nothing works."""


@dataclass(frozen=True)
class Case:
    """What the checks look at."""

    folder: Path
    settings: Settings
    project: Place | None
    """None where nothing was remembered here yet."""

    problem: str
    """Why the project can't be told; empty where it can."""


def ok(topic: str, message: str) -> Finding:
    """What works."""
    return Finding(topic=topic, state="ok", message=message)


def warn(topic: str, message: str, repair: str) -> Finding:
    """What works badly or soon will not, and what to do."""
    return Finding(topic=topic, state="warn", message=message, repair=repair)


def fail(topic: str, message: str, repair: str) -> Finding:
    """What does not work, and what to do."""
    return Finding(topic=topic, state="fail", message=message, repair=repair)


def python() -> Iterator[Finding]:
    """Whether all packages are here that Whence needs."""
    missing = [name for name in _PACKAGES if importlib.util.find_spec(name) is None]
    version = f"Python {platform.python_version()} ({platform.machine()}, {sys.executable})"
    repair = "Reinstall Whence; in VS Code run “Whence: Set Up / Repair Environment”."
    if missing:
        yield fail("python", f"{version} lacks {', '.join(missing)}.", repair)
    else:
        yield ok("python", f"{version} has all packages.")


def git(case: Case) -> Iterator[Finding]:
    """Whether git is here and can tell this folder's history."""
    repaired = "Install git, or put it on the PATH; without it no commit is remembered, and no line is explained."
    in_tree = any((each / ".git").exists() for each in (case.folder, *case.folder.parents))
    try:
        version = repositories.version()
    except GitError as error:
        yield (fail if in_tree else warn)("git", str(error), repaired)
        return
    try:
        repository = repositories.find(case.folder)
        if repository is None:
            yield warn("git", f"{version}; this folder is in no repository.", "`git init`, if its history matters.")
            return
        commit = repositories.head(repository).commit
        shallow = repositories.is_shallow(repository)
    except GitError as error:
        yield fail("git", f"{version}; {error}", "Follow what git says; until then Whence works without it here.")
        return
    if shallow:
        message = f"{version}; a shallow clone, which shares no memory with other clones and knows little of the past."
        yield warn("git", message, "`git fetch --unshallow`")
    else:
        yield ok("git", f"{version}; a repository {'at ' + commit[:10] if commit else 'without a commit'}.")


def projects(case: Case) -> Iterator[Finding]:
    """Whether the list of projects can be read."""
    if amiss := registry_problem():
        repair = "It is mended when a project is next opened; the file is kept beside it as `projects.unreadable`."
        yield warn("projects", f"The list of projects: {amiss}.", repair)


def disk(case: Case) -> Iterator[Finding]:
    """Whether data can be written, and for how long."""
    home = data_home()
    there = next(path for path in (home, *home.parents) if path.exists())
    if not there.is_dir():
        yield fail("disk", "The data folder can't be made: a file is in its place.", "Name another with WHENCE_HOME.")
        return
    barred = [path for path in _places(case, there) if not os.access(path, os.W_OK | os.X_OK)]
    for path in barred:
        yield fail("disk", f"{path} can't be written.", "Give yourself the right to, or name another with WHENCE_HOME.")
    free = shutil.disk_usage(there).free
    size = f"{_amount(_size(home))} of data, {_amount(_size(case.project.home) if case.project else 0)} of this project"
    message = f"{size}; {_amount(free)} are free."
    if free < _SCARCE:
        yield (fail if free < _NONE_LEFT else warn)("disk", message, "Free some space; saves fail on a full disk.")
    elif not barred:
        yield ok("disk", message)


def _places(case: Case, there: Path) -> Iterable[Path]:
    inside = (case.project.home, case.project.home / "memory") if case.project else ()
    return (each for each in (there, *inside) if each.exists())


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
