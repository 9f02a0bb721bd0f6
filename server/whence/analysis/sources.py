"""A project's files as imports are looked up in them: which there are, what they say, and what configures it."""

import json
import posixpath
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from whence.analysis.imports import Import

CONFIGURATIONS = (
    "tsconfig.json",
    "jsconfig.json",
    "package.json",
    "go.mod",
    "Cargo.toml",
    "composer.json",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
)
"""Files that say where imports are to be looked up, in any folder."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What resolving needs to know of a file."""

    path: str
    """Relative to the project's top, with forward slashes."""

    language: str
    """Its language's name."""

    imports: tuple[Import, ...] = ()
    """What it brings in."""

    packages: tuple[str, ...] = ()
    """The packages or namespaces that it says it belongs to."""

    mentions: frozenset[str] = frozenset()
    """Names by which it uses what it does not import by name."""

    defines: tuple[str, ...] = ()
    """Names that it defines on its top level."""


@dataclass(frozen=True)
class Project:
    """The files of a project."""

    files: Mapping[str, SourceFile]
    """By path."""

    configurations: frozenset[str] = frozenset()
    """Paths of files that configure imports."""

    read: Callable[[str], str | None] = lambda path: None
    """The text of a configuration; None where it can't be read."""

    _parsed: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def folders(self) -> frozenset[str]:
        """All folders that hold a file, at any depth; the top is the empty name."""
        return frozenset(parent for path in self.files for parent in parents(path))

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The files of each bare name."""
        found: dict[str, list[str]] = defaultdict(list)
        for path in self.files:
            found[posixpath.basename(path)].append(path)
        return dict(found)

    @cached_property
    def by_package(self) -> dict[tuple[str, str], list[str]]:
        """For a language and a package or namespace that files say they belong to, those files."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for each in self.files.values():
            for package in each.packages or (("",) if each.language in ("java", "php", "csharp") else ()):
                found[each.language, package].append(each.path)
        return dict(found)

    @cached_property
    def definitions(self) -> dict[tuple[str, str, str], list[str]]:
        """For a language, a package and a name that is defined on the top level there, the files."""
        found: dict[tuple[str, str, str], list[str]] = defaultdict(list)
        for (language, package), paths in self.by_package.items():
            for path in paths:
                for name in self.files[path].defines:
                    found[language, package, name].append(path)
        return dict(found)

    def configured(self, name: str) -> list[str]:
        """The folders that hold a configuration of this name, the outermost first."""
        found = (posixpath.dirname(path) for path in self.configurations if posixpath.basename(path) == name)
        return sorted(found, key=lambda folder: (folder.count("/") if folder else -1, folder))

    def configuration(self, folder: str, name: str) -> dict[str, Any]:
        """What a configuration says, as nested tables; empty where there is none or it can't be parsed."""
        path = join(folder, name)
        if path not in self._parsed:
            text = self.read(path) if path in self.configurations else None
            self._parsed[path] = _parsed(name, text) if text else {}
        parsed: dict[str, Any] = self._parsed[path]
        return parsed


def parents(path: str) -> Iterable[str]:
    """The folders that a path lies in, the nearest first, the top as an empty name last."""
    while path:
        path = posixpath.dirname(path)
        yield path


def join(folder: str, name: str) -> str:
    """A name said in a folder, as a path from the top; empty for the top itself, `../x` for what leads out of it."""
    path = posixpath.normpath(posixpath.join(folder, name))
    return "" if path == "." else path


def nearest(candidates: Iterable[str], to: str) -> str | None:
    """The path that shares most folders with another; None without any, or where two share as many."""
    scored = sorted((-_shared(each, to), each.count("/"), each) for each in set(candidates))
    if len(scored) > 1 and scored[0][:2] == scored[1][:2]:
        return None
    return scored[0][2] if scored else None


def _shared(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if left != right:
            break
        count += 1
    return count


def _parsed(name: str, text: str) -> dict[str, Any]:
    try:
        if name.endswith(".toml"):
            return tomllib.loads(text)
        if name.endswith(".json"):
            found = json.loads(text if name == "package.json" else _plain_json(text))
            return found if isinstance(found, dict) else {}
    except (ValueError, RecursionError):
        return {}
    return {"text": text}


def _plain_json(text: str) -> str:
    """JSON without the comments and trailing commas that TypeScript allows in its configuration."""
    tokens = re.sub(
        r'("(?:\\.|[^"\\])*")|//[^\n]*|/\*.*?\*/',
        lambda match: match[1] or " ",
        text.removeprefix("\ufeff"),
        flags=re.S,
    )
    return re.sub(r'("(?:\\.|[^"\\])*")|,(\s*[}\]])', lambda match: match[1] or match[2], tokens)
