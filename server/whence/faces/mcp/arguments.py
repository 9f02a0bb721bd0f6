"""What assistants write for parameters, read with patience: lists as JSON text, words for yes, absolute paths."""

import json
import os
import re
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

from pydantic import BeforeValidator, Field, WithJsonSchema

_NAMING = frozenset({"file", "files", "file_path", "related_files", "directory", "file_filter"})
"""Parameters that name files of the project."""


def _listed(value: Any) -> Any:
    """A list, however it was written: as a list, as the JSON text of one, or as one bare text."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                value = json.loads(text)
            except (ValueError, RecursionError):
                raise ValueError("this is no JSON array of texts") from None
        else:
            return (text,) if text and text not in ("null", "None") else ()
    if value is None:
        return ()
    return tuple(each if isinstance(each, str) else str(each) for each in value) if isinstance(value, list) else value


def _perhaps(value: Any) -> Any:
    """Nothing, where an assistant wrote a word for nothing."""
    return None if isinstance(value, str) and value.strip().lower() in ("", "null", "none", "unknown") else value


_LIST = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}

Listed = Annotated[tuple[str, ...], BeforeValidator(_listed), WithJsonSchema(_LIST)]
"""Texts, as a list or as the JSON text of one."""

Maybe = Annotated[bool | None, BeforeValidator(_perhaps), WithJsonSchema({"type": ["boolean", "string", "null"]})]
"""Yes, no or nothing, as a truth value or as a word."""

Words = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text; null is an empty one."""

Line = Annotated[int, BeforeValidator(lambda value: _perhaps(value) or 0), Field(ge=0)]
"""A line from 1; 0 or nothing where it is not known."""


def files_within(value: Any, root: Path, *, named: bool = False) -> Any:
    """The same with the project's files named relative to its top, where they were named by a whole path or a URI.

    Args:
        value: parameters as they came.
        root: the project's top.
        named: whether this is the value of a parameter that names files.
    """
    match value:
        case dict():
            return {key: files_within(each, root, named=key in _NAMING) for key, each in value.items()}
        case list():
            return [files_within(each, root, named=named) for each in value]
        case str() if named and value.lstrip().startswith("["):
            try:
                return files_within(json.loads(value), root, named=True)
            except (ValueError, RecursionError):
                return value  # told with the other mistakes, where parameters are checked
        case str() if named:
            return _within(value.strip(), root)
    return value


def _within(name: str, root: Path) -> str:
    try:
        path = unquote(urlsplit(name).path) if name.startswith("file:") else name
    except ValueError:
        return name  # no address at all: the engine says that there is no such file
    path = re.sub(r"^/([A-Za-z]:[/\\])", r"\1", path)  # a URI of Windows
    if "\0" in path or not Path(path).is_absolute():
        return name
    try:
        return Path(os.path.realpath(path)).relative_to(os.path.realpath(root)).as_posix()
    except (OSError, ValueError):
        return path  # not of this project: the engine says so
