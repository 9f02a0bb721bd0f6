"""Where a C or C++ compiler is told to look for includes: `compile_commands.json` and `compile_flags.txt`.

The first is what CMake, Meson and Bazel write (https://clang.llvm.org/docs/JSONCompilationDatabase.html). It names
folders of the machine that it was written on; where the project lies on that machine is told by the files in it.
"""

import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from whence.analysis.sources import Project, join, parents

_COMMANDS, _FLAGS = "compile_commands.json", "compile_flags.txt"
_BUILD = re.compile(r"_?(?:build|out|bin|cmake-build|target|debug|release|\.build)(?:[-_.][\w.-]*)?", re.I)
_OPTIONS = {"-iquote": 0, "-I": 1, "/I": 1, "-isystem": 2, "-external:I": 2, "/external:I": 2, "-idirafter": 3}
"""The options that name a folder, and when it is looked in: those for quoted includes first, the system's last."""

_OPTION = re.compile(
    r"""(?:^|(?<=[\s"']))(-iquote|-I|-isystem|-idirafter|/I|[-/]external:I)=?\s*(?:\\?"([^"\\]+)|'([^']+)|([^\s"']+))"""
)
_MOST_COMMANDS = 20_000
_LONGEST = 20_000


def folders(project: Project, files: frozenset[str]) -> Callable[[str], list[str]]:
    """A function from a file to the folders that its includes are looked up in, in the compiler's order.

    A file that no command compiles, as a header, is looked up in all that any command names, the most named first.
    """
    told: dict[str, list[str]] = {}
    count: Counter[str] = Counter()
    for path in _databases(project):
        said = project.configuration(posixpath.dirname(path), _COMMANDS).get("commands")
        commands = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        top = _top(commands, files)
        for each in commands[:_MOST_COMMANDS]:
            directory = _normal(str(each.get("directory", "")))
            file = _relative(_absolute(directory, str(each.get("file", ""))), top)
            found = [
                inside
                for place in _included(each)
                if (inside := _relative(_absolute(directory, place), top)) is not None
            ]
            count.update(found)
            if file is not None:
                told.setdefault(file, []).extend(place for place in found if place not in told.get(file, ()))
    by_count = [place for place, _ in count.most_common(500)]
    flags = {folder: _flags(project, folder) for folder in project.configured(_FLAGS)}

    def searched(path: str) -> list[str]:
        above = [place for folder in parents(path) for place in flags.get(folder, ())]
        return told.get(path) or [*by_count, *above]

    return searched


def _databases(project: Project) -> Iterator[str]:
    """Where commands are written: beside the sources, or in a folder that a build makes."""
    tops = {"", *(folder for folder in project.folders if folder and "/" not in folder)}
    for top in sorted(tops):
        if project.has(path := join(top, _COMMANDS)):
            yield path
    for name in project.entries(""):
        if _BUILD.fullmatch(name) and name not in tops:
            inner = [each for each in project.entries(name) if "." not in each][:50]
            for place in (name, *(join(name, each) for each in inner)):
                if project.has(path := join(place, _COMMANDS)):
                    yield path


def _top(commands: list[dict[str, Any]], files: frozenset[str]) -> str:
    """The project's folder on the machine that wrote the commands: what most files' names have before ours."""
    count: Counter[str] = Counter()
    for each in commands[:2000]:
        path = _absolute(_normal(str(each.get("directory", ""))), str(each.get("file", "")))
        parts = path.split("/")
        # The longest ending that is a file of the project.
        found = next((n for n in range(1, len(parts)) if "/".join(parts[n:]) in files), None)
        if found is not None:
            count["/".join(parts[:found])] += 1
    return count.most_common(1)[0][0] if count else ""


def _normal(path: str) -> str:
    return path.replace("\\", "/")


def _absolute(directory: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(directory, _normal(path)))


def _relative(path: str, top: str) -> str | None:
    """A path from the project's top; None where it leads out of it."""
    if path == top:
        return ""
    return path[len(top) + 1 :] if path.startswith(f"{top}/") else None


def _included(command: dict[str, Any]) -> list[str]:
    words = command.get("arguments")
    if isinstance(words, list):
        return _folders_in([str(each) for each in words])
    found = [
        (_OPTIONS[option], one or other or bare)
        for option, one, other, bare in _OPTION.findall(str(command.get("command", ""))[:_LONGEST])
    ]
    return [place for _, place in sorted(found, key=lambda each: each[0])]


def _folders_in(words: list[str]) -> list[str]:
    """The folders that a compiler's words name, in the order in which it looks in them."""
    found: list[tuple[int, str]] = []
    for word, after in zip(words, [*words[1:], ""], strict=True):
        option = next((each for each in _OPTIONS if word.startswith(each)), None)
        if option is not None and (place := word[len(option) :].lstrip("=") or after):
            found.append((_OPTIONS[option], place.strip('"')))
    return [place for _, place in sorted(found, key=lambda each: each[0])]


def _flags(project: Project, folder: str) -> list[str]:
    """The folders that a `compile_flags.txt` names, one word a line."""
    text = str(project.configuration(folder, _FLAGS).get("text", ""))
    words = [line.strip() for line in text.splitlines()[:_MOST_COMMANDS] if line.strip()]
    return [join(folder, place) for place in _folders_in(words) if not posixpath.isabs(place)]
