"""A project's files as imports are looked up in them: which there are, what they say, and what configures it."""

import json
import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from whence.analysis.imports import Import
from whence.values import toml

_BUNDLERS = r"(?:vite|vitest|webpack|vue|rollup|rspack|rsbuild|craco|next|astro|svelte|nuxt|electron\.vite|jest|babel)"
_CONFIGURATION = re.compile(
    r"(?:ts|js)config(?:[.-][\w.-]+)?\.json|package\.json|pnpm-workspace\.yaml|lerna\.json|rush\.json|deno\.jsonc?"
    rf"|{_BUNDLERS}(?:\.[\w-]+)?\.config(?:\.[\w-]+)?\.(?:[cm]?[jt]s|json)|\.babelrc(?:\.json)?"
    r"|go\.mod|go\.work|Cargo\.toml|composer\.json|compile_commands\.json|compile_flags\.txt"
    r"|pyproject\.toml|setup\.cfg|setup\.py|pytest\.ini|pytest\.toml|tox\.ini|mypy\.ini|pyrightconfig\.json"
)


def is_configuration(name: str) -> bool:
    """Whether a file of this bare name says where imports are to be looked up, whatever folder it lies in."""
    return _CONFIGURATION.fullmatch(name) is not None


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
    """Paths of files that configure imports, in the folders that hold source files."""

    read: Callable[[str], str | None] = lambda path: None
    """The text of a configuration, of any path in the project; None where there is none or it can't be read."""

    entries: Callable[[str], Iterable[str]] = lambda folder: ()
    """The bare names of what lies in a folder; none where there is no such folder."""

    _parsed: dict[str, dict[str, Any] | None] = field(default_factory=dict)

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
        """What a configuration says, as nested tables; empty where there is none or it can't be parsed.

        It need not lie in a folder that holds source files: others may name it.
        """
        path = join(folder, name)
        if path not in self._parsed:
            text = None if path.startswith("../") or posixpath.isabs(path) else self.read(path)
            self._parsed[path] = None if text is None else _parsed(posixpath.basename(path), text)
        return self._parsed[path] or {}

    def has(self, path: str) -> bool:
        """Whether there is such a configuration."""
        if path in self.configurations:
            return True
        self.configuration(posixpath.dirname(path), posixpath.basename(path))
        return self._parsed[path] is not None


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
            return toml.loads(text)
        if name == "compile_commands.json":
            return {"commands": json.loads(text)}
        if name.endswith((".json", ".jsonc")):
            found = json.loads(text.removeprefix("\ufeff") if name == "package.json" else _plain_json(text))
            return found if isinstance(found, dict) else {}
    except (ValueError, RecursionError):
        return {}
    return {"text": text}


_STRING_OR_COMMENT = re.compile(r'("(?:\\.|[^"\\\n])*"?)|//[^\n]*|/\*.*?(?:\*/|\Z)', re.S)
_STRING_OR_LAST_COMMA = re.compile(r'("(?:\\.|[^"\\\n])*"?)|,(\s*+[}\]])', re.S)


def _plain_json(text: str) -> str:
    """JSON without the comments and trailing commas that TypeScript allows in its configuration."""
    plain = _STRING_OR_COMMENT.sub(lambda match: match[1] or " ", text.removeprefix("\ufeff"))
    return _STRING_OR_LAST_COMMA.sub(lambda match: match[1] or match[2], plain)


_WILDCARDS = 6
"""Wildcards of one pattern that are followed; a pattern with more matches nothing."""


@cache
def glob(pattern: str) -> re.Pattern[str]:
    """A pattern of paths as an expression to be matched in full.

    `*` stands for any part of one name, `**` for any number of folders, `?` for one character, `{a,b}` for either.
    """
    wild, inner = r"\*\*/(?:\*\*/)*|\*\*|\*+|\?|\{[\w@.,/*-]*\}|[^*?{]+|.", ""
    tokens = re.findall(wild, pattern)
    if sum(token[0] in "*{" for token in tokens) > _WILDCARDS:
        return re.compile(r"(?!)")
    for token in tokens:
        if token.startswith("**/"):
            inner += r"(?:[^/]+/)*"
        elif token == "**":
            inner += r".*"
        elif token[0] == "*":
            inner += r"[^/]*"
        elif token == "?":
            inner += r"[^/]"
        elif token[0] == "{" and token[-1] == "}":
            inner += f"(?:{'|'.join(glob(part).pattern for part in token[1:-1].split(','))})"
        else:
            inner += re.escape(token)
    return re.compile(inner, re.S)


def matched(pattern: str, target: str) -> str | None:
    """What a pattern's only star stands for if the pattern matches; an empty text for a pattern without a star."""
    before, star, after = pattern.partition("*")
    if not star:
        return "" if pattern == target else None
    if len(target) < len(before) + len(after) or not (target.startswith(before) and target.endswith(after)):
        return None
    return target[len(before) : len(target) - len(after)]


def best(patterns: Iterable[str], target: str) -> tuple[str, str] | None:
    """The pattern that matches best and what its star stands for: one without a star, else the longest before it."""
    found = [(pattern, inner) for pattern in patterns if (inner := matched(pattern, target)) is not None]
    return max(found, key=lambda each: ("*" not in each[0], len(each[0].partition("*")[0]), len(each[0])), default=None)
