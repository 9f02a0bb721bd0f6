"""Names of files: as editors write them, and as operations take them."""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pygls.uris import to_fs_path

_NAMING = frozenset({"file", "files", "path", "paths", "recent"})
"""Parameters, at any depth, that name files of the project: as a path relative to its top, or as a `file:` URI."""


def located(value: Any, root: Path, *, named: bool = False) -> Any:
    """The same with every `file:` URI, which clients name files by, as a path relative to the project's top."""
    match value:
        case dict():
            return {key: located(each, root, named=key in _NAMING) for key, each in value.items()}
        case list():
            return [located(each, root, named=named) for each in value]
        case str() if named and value.startswith("file:"):
            try:
                return Path(os.path.realpath(to_fs_path(value) or "")).relative_to(root).as_posix()
            except ValueError:
                return ""  # not a file of the project
    return value


def normal(uri: str) -> str:
    """A URI as a key: clients and libraries differ in what they percent-encode, and in the case of a drive."""
    plain = unquote(uri).rstrip("/")
    return re.sub(r"^file:///([A-Z]):", lambda drive: f"file:///{drive[1].lower()}:", plain)
