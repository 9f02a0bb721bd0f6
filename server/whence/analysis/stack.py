"""The stack of a project: its languages by files, and what its manifests say that it is made of.

Manifests are read, never run. Names alone are taken from them, and only such as look like names.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from whence.values import toml
from whence.values.base import one_line

MOST_MANIFESTS = 30
MOST_DEPENDENCIES = 400
_MOST_ABOUT = 300
_DEPTH = 3
"""Folders below which a manifest is one of many parts rather than of the project."""

_LANGUAGES = {
    suffix: name
    for name, suffixes in (
        ("Python", "py pyi pyx"),
        ("TypeScript", "ts tsx mts cts"),
        ("JavaScript", "js jsx mjs cjs"),
        ("Java", "java"),
        ("Kotlin", "kt kts"),
        ("C", "c"),
        ("C++", "cc cpp cxx hpp hh hxx"),
        ("C/C++ headers", "h"),
        ("C#", "cs"),
        ("Go", "go"),
        ("Rust", "rs"),
        ("Ruby", "rb"),
        ("PHP", "php"),
        ("Swift", "swift"),
        ("Scala", "scala"),
        ("Dart", "dart"),
        ("Elixir", "ex exs"),
        ("Haskell", "hs"),
        ("Lua", "lua"),
        ("R", "r"),
        ("Julia", "jl"),
        ("Shell", "sh bash zsh fish"),
        ("PowerShell", "ps1"),
        ("SQL", "sql"),
        ("HTML", "html htm"),
        ("CSS", "css scss sass less"),
        ("Vue", "vue"),
        ("Svelte", "svelte"),
        ("Terraform", "tf"),
        ("Notebooks", "ipynb"),
    )
    for suffix in suffixes.split()
}

_NAME = re.compile(r"@?[\w][\w.@/:+-]{0,79}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one manifest says."""

    path: str
    """The file, relative to the project."""
    kind: str
    """What it describes, such as `Python package`."""
    name: str
    """What it calls that; empty where it doesn't."""
    dependencies: tuple[str, ...]
    """What it needs to run and to be built, in its order."""
    about: str = ""
    """What it says that is for, on one line; empty where it doesn't."""


@dataclass(frozen=True, slots=True)
class Stack:
    """What a project is made of."""

    languages: tuple[tuple[str, int], ...] = ()
    """Its languages with their numbers of files, the most frequent first."""
    manifests: tuple[Manifest, ...] = ()
    """Its manifests, those nearest to its top first."""


def language(path: str) -> str:
    """What a file is written in, by its ending; empty where that is not known."""
    return _LANGUAGES.get(path.rpartition(".")[2].lower(), "")


def stack(paths: Sequence[str], read: Callable[[str], str | None]) -> Stack:
    """What a project is made of.

    Args:
        paths: its files, relative to its top.
        read: the text of one of them; None where it can't be read or is too large.
    """
    counts = Counter(name for path in paths if (name := _LANGUAGES.get(path.rpartition(".")[2].lower())))
    wanted = [path for path in paths if _kind(path) and path.count("/") <= _DEPTH]
    wanted.sort(key=lambda path: (path.count("/"), path))
    found = (_manifest(path, read(path)) for path in wanted[:MOST_MANIFESTS])
    return Stack(tuple(counts.most_common()), tuple(each for each in found if each is not None))


def _kind(path: str) -> tuple[str, Callable[[str], tuple[str, Iterable[str]]]] | None:
    name = PurePosixPath(path).name.lower()
    return _KINDS.get(name) or _ENDINGS.get(PurePosixPath(name).suffix)


def _manifest(path: str, text: str | None) -> Manifest | None:
    kind = _kind(path)
    if text is None or kind is None:
        return None
    try:
        name, needs = kind[1](text)
        listed = list(needs)
        about = _about(path, text)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return Manifest(path, kind[0], "", ())  # broken, or of a shape of its own: it is there, and that is all we know
    # A name that is no name stays out: someone may have written a whole address with a token into its place.
    names = (each for each in listed if isinstance(each, str) and _NAME.fullmatch(each) and "://" not in each)
    kept = tuple(dict.fromkeys(names))[:MOST_DEPENDENCIES]
    return Manifest(path, kind[0], name if isinstance(name, str) and _NAME.fullmatch(name) else "", kept, about)


def _about(path: str, text: str) -> str:
    """What a manifest says the whole is for."""
    readers: dict[str, Callable[[str], Any]] = {".json": json.loads, ".toml": toml.loads}
    reader = readers.get(PurePosixPath(path.lower()).suffix)
    values = reader(text) if reader else {}
    for holder in ((), ("project",), ("package",), ("tool", "poetry")):
        found: object = values
        for key in (*holder, "description"):
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, str) and found.strip():
            return one_line(found, _MOST_ABOUT)
    return ""


# ---------------------------------------------------------------- one reader a manifest


def _npm(text: str) -> tuple[str, Iterable[str]]:
    values = json.loads(text)
    return values.get("name", ""), [*values.get("dependencies", {}), *values.get("devDependencies", {})]


def _python(text: str) -> tuple[str, Iterable[str]]:
    values = toml.loads(text)
    project, poetry = values.get("project", {}), values.get("tool", {}).get("poetry", {})
    needs = [*project.get("dependencies", []), *(poetry.get("dependencies", {}))]
    return project.get("name") or poetry.get("name", ""), [
        name for each in needs if (name := _requirement(each)) != "python"
    ]


def _requirements(text: str) -> tuple[str, Iterable[str]]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return "", [_requirement(line) for line in lines if line and not line.startswith("-")]


def _requirement(line: str) -> str:
    match = re.match(r"[\w.-]+", line)
    return match[0] if match else ""


def _cargo(text: str) -> tuple[str, Iterable[str]]:
    values = toml.loads(text)
    shared = values.get("workspace", {}).get("dependencies", {})
    return values.get("package", {}).get("name", ""), [*values.get("dependencies", {}), *shared]


def _go(text: str) -> tuple[str, Iterable[str]]:
    module = re.search(r"(?m)^module\s+(\S+)", text)
    direct = (line for line in text.splitlines() if "// indirect" not in line)
    needs = (re.match(r"(?:require\s+|\s+)([\w.-]+\.[\w-]+/\S+)\s+v", line) for line in direct)
    return module[1] if module else "", [each[1] for each in needs if each]


def _composer(text: str) -> tuple[str, Iterable[str]]:
    values = json.loads(text)
    return values.get("name", ""), [each for each in values.get("require", {}) if "/" in each]


def _maven(text: str) -> tuple[str, Iterable[str]]:
    own = re.sub(r"<(parent|dependencies|build|profiles|dependencyManagement)>.*?</\1>", "", text, flags=re.DOTALL)
    name = re.search(r"<artifactId>\s*([\w.-]+)\s*</artifactId>", own)
    blocks = re.findall(r"<dependency>(.*?)</dependency>", text, flags=re.DOTALL)
    needs = (re.search(r"<artifactId>\s*([\w.-]+)\s*</artifactId>", block) for block in blocks)
    return name[1] if name else "", [each[1] for each in needs if each]


def _found(pattern: str, name: str = "") -> Callable[[str], tuple[str, Iterable[str]]]:
    """A reader of manifests whose needs, and name, a pattern finds."""

    def read(text: str) -> tuple[str, Iterable[str]]:
        called = re.search(name, text) if name else None
        return called[1] if called else "", re.findall(pattern, text)

    return read


_GRADLE = _found(r"""(?m)^\s*(?:api|implementation|compile|runtimeOnly)\b[\s(]*["']([\w.-]+:[\w.-]+)""")
_KINDS: dict[str, tuple[str, Callable[[str], tuple[str, Iterable[str]]]]] = {
    "package.json": ("Node package", _npm),
    "pyproject.toml": ("Python package", _python),
    "requirements.txt": ("Python requirements", _requirements),
    "cargo.toml": ("Rust crate", _cargo),
    "go.mod": ("Go module", _go),
    "composer.json": ("PHP package", _composer),
    "pom.xml": ("Maven project", _maven),
    "build.gradle": ("Gradle build", _GRADLE),
    "build.gradle.kts": ("Gradle build", _GRADLE),
    "gemfile": ("Ruby bundle", _found(r"""(?m)^\s*gem\s+["']([\w.-]+)""")),
    "cmakelists.txt": ("CMake project", _found(r"(?i)find_package\s*\(\s*(\w+)", r"(?i)\bproject\s*\(\s*([\w.-]+)")),
    "dockerfile": ("Container", _found(r"(?mi)^FROM\s+(?:--\S+\s+)?([\w./:-]+)")),
    "pubspec.yaml": ("Dart package", _found(r"(?m)^  (\w+):\s*[\^\d]", r"(?m)^name:\s*(\w+)")),
}
_ENDINGS: dict[str, tuple[str, Callable[[str], tuple[str, Iterable[str]]]]] = {
    ".csproj": (".NET project", _found(r"<PackageReference\s+Include=\"([\w.-]+)\"")),
}
