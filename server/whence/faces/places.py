"""Files as those outside name them: by a whole path, a URI, with a leading `./`, with the joints of Windows."""

import os
import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from whence.values.errors import InvalidSettings
from whence.values.reach import Reach

NAMING = frozenset(
    {"file", "files", "path", "paths", "file_path", "related_files", "directory", "file_filter", "recent"}
)
"""Parameters, at any depth, that name files of the project."""


def confined(exports: Path | None) -> Reach:
    """How far those reach who ask over HTTP: the project, and the folder that the user named for files.

    Raises:
        InvalidSettings: the folder is none.
    """
    if exports is None:
        return Reach(anywhere=False)
    try:
        return Reach(anywhere=False, exports=_folder(exports.expanduser()))
    except (OSError, RuntimeError, ValueError):
        raise InvalidSettings("--exports must name a folder that is there.") from None


def _folder(path: Path) -> Path:
    real = path.resolve(strict=True)
    if not real.is_dir():
        raise NotADirectoryError(real)
    return real


def files_within(value: Any, root: Path, *, named: bool = False) -> Any:
    """The same with the project's files named relative to its top.

    Args:
        value: parameters.
        root: the project's top.
        named: whether this is the value of a parameter that names files.
    """
    match value:
        case dict():
            return {key: files_within(each, root, named=key in NAMING) for key, each in value.items()}
        case list() | tuple():
            return [files_within(each, root, named=named) for each in value]
        case str() if named:
            return within(value.strip(), root)
    return value


def within(name: str, root: Path) -> str:
    """The name of a file as the project has it; as it came where it is of no file of the project.

    Args:
        name: a path or a `file:` URI; a relative one begins at the project's top.
        root: that top.
    """
    try:
        path = unquote(urlsplit(name).path) if name.startswith("file:") else name
    except ValueError:
        return name  # no address at all: the engine says that there is no such file
    path = re.sub(r"^/([A-Za-z]:[/\\])", r"\1", path)  # a URI of Windows
    if "\0" in path:
        return name
    try:
        if "\\" in path and not (root / path).exists():
            path = path.replace("\\", "/")
        if Path(path).is_absolute():
            return Path(os.path.realpath(path)).relative_to(os.path.realpath(root)).as_posix()
        if path.startswith("@") and not (root / path).exists() and (root / path[1:]).exists():
            path = path[1:]  # as chats with assistants mention files
    except (OSError, ValueError):
        return path  # not of this project: the engine says so
    plain = posixpath.normpath(re.sub(r"(?<=[^/])/\*\*?(?:/\*)?$", "", path)) if path else path
    return path if plain.startswith("..") else plain
