"""Files of this machine that people and programs name: which may be read or written, judged here and nowhere else.

Read are ordinary files and folders of them, written are ordinary files that are there in full or not at all. Devices,
pipes, sockets, the system's own files, other machines, git's folders and Whence's own data are neither; who reaches no
further than `project.reach` says is kept inside of it, links followed.
"""

import os
import re
import stat
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import IO, Any

from whence.project.location import cache_home, data_home
from whence.project.project import Project
from whence.store.clock import sweep
from whence.values.base import one_line
from whence.values.errors import InvalidRequest
from whence.values.reports import Written

MARK = "<!-- Written by Whence"
"""How every page begins that is written to a file; a file that begins so is replaced without asking."""

_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\s*[.:].*)?\s*")
"""Names that Windows gives to devices, with any ending (Microsoft, "Naming Files, Paths, and Namespaces")."""

_SYSTEM = ("/proc", "/sys", "/dev")
"""Where files are the system's doors, `/proc/self/mem` among them, which say that they are ordinary files."""

_MOST, _MOST_NAME = 4096, 255
"""Characters of a path and bytes of a name in it, as Linux has them at most (PATH_MAX, NAME_MAX)."""


# ------------------------------------------------------------ reading


def to_read(project: Project, source: str) -> Path:
    """The ordinary file or the folder that was named, absolute; a relative one is looked for here and in the project.

    Raises:
        InvalidRequest: nothing was named, nothing is there, or it may not be read.
    """
    if not source.strip() or "\0" in source:
        raise InvalidRequest("Name a file or a folder to import from.")
    shown = one_line(PurePath(source.strip()).name or source, 80)
    root, reach = project.place.root, project.reach
    try:
        path = Path(_local(source, "opened", portable=os.name == "nt")).expanduser()
        near = (path.absolute(), root / path) if reach.anywhere else (root / path, (reach.exports or root) / path)
        found = next((each for each in near if each.exists()), None)
        real = None if found is None else found.resolve(strict=True)
        mode = 0 if real is None else real.stat().st_mode
    except (OSError, RuntimeError, ValueError):
        raise InvalidRequest(f"{one_line(source, 80)} can't be opened: the name is not one of a file.") from None
    # What lies outside is not even told to be there.
    if not reach.anywhere and not (real and any(real.is_relative_to(each.resolve()) for each in _readable(project))):
        raise InvalidRequest(
            f"{shown} is no file of the project or of the folder that --exports names. No other is read from here."
        )
    if found is None or real is None:
        raise InvalidRequest(f"There is no file or folder {shown}.")
    if _is_ours(project, real) or _is_systems(real) or not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise InvalidRequest(f"{shown} is no ordinary file or folder to read.")
    return found


def _readable(project: Project) -> tuple[Path, ...]:
    return (project.place.root, *((project.reach.exports,) if project.reach.exports else ()))


# ------------------------------------------------------------ writing


@dataclass(frozen=True, slots=True)
class Target:
    """Where something is to be written that was asked for."""

    path: Path
    """The file or folder."""

    _top: Path | None = None
    """Folder that names are told from; None for whole paths."""

    _answered: bool = False
    """Whether it is written to be answered with, and not to stay."""

    def told(self, written: Sequence[Path], most: int = 100) -> dict[str, Any]:
        """What an answer says of files that were written: their names, or what they hold.

        Args:
            written: the files.
            most: names to tell.
        """
        if self._answered:
            return {"contents": tuple(Written(name=each.name, text=each.read_text("utf-8")) for each in written)}
        return {"files": tuple(self._name(each) for each in written[:most])}

    def _name(self, path: Path) -> str:
        return path.relative_to(self._top).as_posix() if self._top else str(path)


@contextmanager
def to_write(project: Project, target: str, *, folder: bool = False) -> Iterator[Target]:
    """Where to write what was asked for; until it ends, what is only answered with can be read there.

    Args:
        project: the project; who asks of it may reach no further than its `reach`.
        target: the name of a file, which is an ordinary one or not there; its folder is.
        folder: whether it is the name of a folder instead, which is made if it isn't there.

    Raises:
        InvalidRequest: it may not be written.
    """
    reach = project.reach
    if reach.anywhere or reach.exports:
        top = None if reach.anywhere else reach.exports
        yield Target(_target(project, target, top, folder=folder), top)
        return
    name = PurePath(target.strip().replace("\\", "/")).name
    with tempfile.TemporaryDirectory(prefix="answer-", dir=project.place.home) as apart:
        yield Target(_target(project, name, Path(apart).resolve(), folder=folder, ours=True), _answered=True)


def _target(project: Project, target: str, top: Path | None, *, folder: bool, ours: bool = False) -> Path:
    kind, shown = "folder" if folder else "file", one_line(target, 80)
    try:
        named = _name(target, folder=folder).expanduser()
        path = (top / named if top else named).absolute()
        parent = path.parent.resolve()
        if top and not parent.is_relative_to(top):
            raise InvalidRequest(f"{shown} leads out of the folder that --exports names.")
        if not parent.is_dir():
            raise InvalidRequest(f"There is no folder {one_line(parent.name, 80)} to write {path.name} into.")
        path = parent / path.name
        mode = path.lstat().st_mode if os.path.lexists(path) else None
    except (OSError, RuntimeError, ValueError):
        raise InvalidRequest(f"{shown} can't be the name of a {kind}.") from None
    if mode is not None:
        _check(path.name, mode, folder=folder)
    if not ours and (_is_systems(path) or _is_ours(project, path) or ".git" in map(str.lower, path.parts)):
        raise InvalidRequest(f"{one_line(path.name, 80)} lies among files that Whence writes nothing to.")
    return path


def _name(target: str, *, folder: bool) -> Path:
    """What was named, where it is a name that a file of every system can have.

    Raises:
        InvalidRequest: it is none.
    """
    shown, named = one_line(target, 80), _local(target, "written")
    if not named or any(ord(each) < 32 for each in named) or (not folder and named.endswith(("/", os.sep))):
        raise InvalidRequest("Name a folder to write into." if folder else "Name a file to write, not a folder.")
    path = Path(named)
    if path.name != path.name.rstrip(". ") or not path.name:
        raise InvalidRequest(f"{shown} ends in a dot or a space, which not every system can write. Name another.")
    if len(os.fsencode(path.name)) > _MOST_NAME:
        raise InvalidRequest(f"{shown} is too long a name.")
    return path


def _check(name: str, mode: int, *, folder: bool) -> None:
    """Look at what is there already.

    Raises:
        InvalidRequest: it is a link, a device or the like, or a folder where a file is wanted.
    """
    if stat.S_ISDIR(mode) and not folder:
        raise InvalidRequest("Name a file to write, not a folder.")
    if not (stat.S_ISDIR(mode) if folder else stat.S_ISREG(mode)):
        what = "a link" if stat.S_ISLNK(mode) else "no ordinary folder" if folder else "no ordinary file"
        raise InvalidRequest(f"{one_line(name, 80)} is {what}; nothing is written there. Name another one.")


@contextmanager
def written(path: Path, ours: Callable[[bytes], bool], *, overwrite: bool = False) -> Iterator[IO[str]]:
    """A text file that appears under its name when all of it is written, and not at all if that fails.

    It is for this user alone to read.

    Args:
        path: what it will be called, as `to_write` judged it.
        ours: whether a file that begins with these bytes may be replaced.
        overwrite: whether any other file may.

    Raises:
        InvalidRequest: it can't be written, or another file is there.
    """
    if not overwrite and path.exists() and not ours(_beginning(path)):
        raise InvalidRequest(f"{path.name} is there already, and was not written by Whence. Name another file.")
    fresh = path.with_name(f".whence-{uuid.uuid4().hex}.new")
    sweep(path.parent, ".whence-*.new")
    try:
        with open(fresh, "x", encoding="utf-8", newline="\n", opener=_private) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise InvalidRequest(f"{path.name} can't be written there: {error.strerror or 'it failed'}.") from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def is_page(beginning: bytes) -> bool:
    """Whether a file that begins so is empty or a page of ours."""
    return not beginning.strip() or beginning.startswith(MARK.encode())


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:
        return b"?"


# ------------------------------------------------------------ names


def _local(name: str, done: str, *, portable: bool = True) -> str:
    """A name that means a file of this machine, and if `portable` one that every system takes for a file.

    Raises:
        InvalidRequest: it is one of a device, a pipe or another machine.
    """
    named = name.strip()
    parts = re.split(r"[/\\]", named)
    checked = parts if os.name == "nt" else parts[-1:]
    streams = os.name == "nt" and any(":" in each for each in parts[1:])
    devices = portable and any(map(_DEVICE.fullmatch, checked))
    if len(named) > _MOST or re.match(r"[/\\]{2}", named) or streams or devices:
        raise InvalidRequest(f"{one_line(name, 80)} can't be {done}: the name is not one of a file of this machine.")
    return named


def _is_ours(project: Project, path: Path) -> bool:
    """Whether it lies where Whence keeps keys, settings, databases and models."""
    kept = [data_home(), cache_home(), project.place.home]
    if "://" not in project.storage:
        kept.append(Path(project.storage))
    return any(path.is_relative_to(each.resolve()) for each in kept)


def _is_systems(path: Path) -> bool:
    return os.name != "nt" and any(path.is_relative_to(each) for each in _SYSTEM)
