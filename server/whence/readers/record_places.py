"""Where a project keeps its decision records: folders named for them, and those that a tool's configuration names.

Read are `.adr-dir` (adr-tools), `.log4brains.yml` with its packages, `.adr.json` and `adr.config.json` (of the tools
called adr), and `.adr` (pyadr). What a configuration names outside of the project is passed over.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path, PurePosixPath

from whence.readers.record_markup import front_matter
from whence.readers.records import is_candidate, is_record
from whence.readers.sources import whole
from whence.values.tally import Tally

_MAX_CONFIGURATIONS = 200
"""Configurations that are read, of the many packages that a project may have."""


def chosen(root: Path, files: Sequence[str]) -> list[str]:
    """Those of a project's files that stand where its decision records do, in order.

    Args:
        root: the project's folder.
        files: the project's files, relative to it, with forward slashes.
    """
    folders = configured(root, files)
    return [path for path in files if is_record(path) or (is_candidate(path) and any(map(path.startswith, folders)))]


def configured(root: Path, files: Sequence[str]) -> tuple[str, ...]:
    """The folders that configurations name, relative to the project, each with a slash at its end."""
    named = [path for path in files if PurePosixPath(path).name in _READERS]
    named += [name for name in _READERS if name not in named and (root / name).is_file()]
    found: dict[str, None] = {}
    for path in named[:_MAX_CONFIGURATIONS]:
        text = whole(root / path, path, Tally()) or ""
        below = PurePosixPath(path).parent
        for folder in _READERS[PurePosixPath(path).name](text):
            if (inside := _inside(below, folder)) is not None:
                found[inside] = None
    return tuple(found)


def _inside(below: PurePosixPath, folder: str) -> str | None:
    """The folder relative to the project; None where it is the project itself, or outside of it."""
    steps: list[str] = []
    for step in (*below.parts, *folder.replace("\\", "/").split("/")):
        if step == "..":
            if not steps:
                return None
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps) + "/" if steps else None


def _first_line(text: str) -> Iterator[str]:
    yield from (line.strip() for line in text.split("\n")[:1] if line.strip())


def _of_log4brains(text: str) -> Iterator[str]:
    for line in text.split("\n"):
        if match := re.match(r"\s*(?:-\s+)?[\"']?adrFolder[\"']?\s*:\s*(.+)", line):
            facts, _ = front_matter(f"---\nfolder: {match[1]}\n---\n")
            yield from facts.get("folder", ())


def _of_json(text: str) -> Iterator[str]:
    with suppress(ValueError, RecursionError):
        value = json.loads(text)
        if isinstance(value, dict):
            named = (value.get(key) for key in ("path", "adrDirectory", "adrDir", "directory", "folder", "dir"))
            yield from (each for each in named if isinstance(each, str))


def _of_ini(text: str) -> Iterator[str]:
    for match in re.finditer(r"(?m)^\s*(?:records-dir|records_dir|path|dir)\s*=\s*(\S.*?)\s*$", text):
        yield match[1]


_READERS: dict[str, Callable[[str], Iterator[str]]] = {
    ".adr-dir": _first_line,
    ".log4brains.yml": _of_log4brains,
    ".log4brains.yaml": _of_log4brains,
    ".adr.json": _of_json,
    "adr.config.json": _of_json,
    ".adr": _of_ini,
}
"""How the folders are read out of each configuration, by its name."""
