"""Files of a project that operations are asked about: by their names, and the lines of their texts."""

import os
from pathlib import PurePosixPath

from whence.git import repositories, text
from whence.project.project import Project
from whence.values.base import one_line
from whence.values.errors import GitError, InvalidRequest

_MOST_BYTES = 16 << 20
"""A larger file is nobody's to read line by line."""


def path_of(project: Project, file: str) -> str:
    """The file's name relative to the project's top, links resolved where the workspace may be read.

    Raises:
        InvalidRequest: it names no file of this project.
    """
    name = one_line(file, 120)
    root = project.place.root
    if not file or "\0" in file or PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts:
        raise InvalidRequest(f"{name!r} names no file of this project.")
    if not project.trusted:
        return PurePosixPath(file).as_posix()
    try:
        path = os.path.relpath(os.path.realpath(root / file), root).replace(os.sep, "/")
    except (OSError, ValueError):  # on Windows, another drive
        raise InvalidRequest(f"{name} lies outside of this project.") from None
    if path.startswith("../"):
        raise InvalidRequest(f"{name} leads out of this project.")
    for parent in PurePosixPath(path).parents[:-1]:
        if os.path.lexists(root / parent / ".git"):
            raise InvalidRequest(f"{name} is in the repository {parent}, which is a project of its own: open that.")
    return path


def lines_of(project: Project, path: str) -> list[str]:
    """The file's lines, as it is on disk.

    Raises:
        InvalidRequest: there is no such file, or it is no text.
    """
    name = one_line(path, 120)
    place = project.place.root / path
    try:
        folder = place.is_dir()
    except OSError:
        raise InvalidRequest(f"{name!r} can't be the name of a file: it is too long.") from None
    if folder:
        raise InvalidRequest(f"{name} is a folder. Name a file.")
    found = text.read(place, _MOST_BYTES)
    if not found.there:
        if _is_kept_out(project, path):
            raise InvalidRequest(
                f"{name} is not checked out here. `git sparse-checkout add` with its folder brings it."
            )
        raise InvalidRequest(f"There is no file {name} in this project.")
    if found.raw is None:
        raise InvalidRequest(f"{name} can't be read, or is larger than {_MOST_BYTES >> 20} MB.")
    content = text.decode(found.raw)
    if content is None:
        raise InvalidRequest(f"{name} is no text, so it has no lines.")
    return split(content)


def split(content: str) -> list[str]:
    """The lines of a text, without their ends."""
    lines = content.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _is_kept_out(project: Project, path: str) -> bool:
    """Whether the file is one of git's that a sparse checkout leaves out."""
    try:
        repository = repositories.find(project.place.root)
        if repository is None:
            return False
        inside = (project.place.root.resolve() / path).relative_to(repository.root).as_posix()
        return bool(repositories.not_checked_out(repository, [inside]))
    except (GitError, ValueError):
        return False
