"""Imports of C, C++ and Go, resolved to files."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from whence.analysis import compilers
from whence.analysis.imports import Import
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, join, nearest, parents

_INCLUDED_FROM = frozenset({"include", "includes", "inc", "src", "source", "lib", ""})
"""Names of folders from which includes in angle brackets are commonly looked up, the project's top among them."""

# ---------------------------------------------------------------- C and C++


def c(project: Project) -> Resolver:
    """Includes: from the file's own folder, from those that the compiler is told of, else from any that fits alone.

    Where no `compile_commands.json` tells which folders a compiler looks in, a path that fits in one place alone is
    taken; of several the one nearest to the file, and none where two are as near.
    """
    files = frozenset(path for path, each in project.files.items() if each.language in ("c", "cpp"))
    names: dict[str, list[str]] = defaultdict(list)
    for path in files:
        names[posixpath.basename(path)].append(path)
    searched = compilers.folders(project, files)

    def resolve(file: SourceFile, each: Import) -> Found:
        target = each.target
        beside = join(posixpath.dirname(file.path), target)
        if each.form == "quote" and beside in files:
            return (beside,)
        for folder in searched(file.path):
            if (told := join(folder, target)) in files:
                return (told,)
        plain = posixpath.normpath(target)
        while plain.startswith("../"):
            plain = plain[3:]
        found = [
            path for path in names.get(posixpath.basename(plain), ()) if path == plain or path.endswith(f"/{plain}")
        ]
        if each.form == "angle" and "/" not in plain:
            # `<string.h>` is the system's, unless a folder of includes has one.
            found = [path for path in found if posixpath.basename(path[: -len(plain)].rstrip("/")) in _INCLUDED_FROM]
        if found and (chosen := nearest(found, file.path)) is not None:
            return (chosen,)
        return UNRESOLVED if each.form == "quote" or found else EXTERNAL

    return resolve


# ---------------------------------------------------------------- Go


def go(project: Project) -> Resolver:
    """Packages of the project's modules: of a package, the files that define what is used of it."""
    modules = _go_modules(project)
    replaced = _go_replaced(project)
    folders = _go_folders(project)

    def resolve(file: SourceFile, each: Import) -> Found:
        above = [each for folder in parents(file.path) for each in replaced.get(folder, ())]
        places = [
            join(folder, each.target[len(name) :].lstrip("/"))
            for name, folder in sorted([*above, *modules], key=lambda known: -len(known[0]))
            if each.target == name or each.target.startswith(f"{name}/")
        ]
        if not places:
            return EXTERNAL
        place = next((place for place in places if place in folders), places[0])
        members = [path for path in folders.get(place, ()) if not path.endswith("_test.go")]
        if not members:
            return UNRESOLVED
        said = next((name for path in members for name in project.files[path].packages), posixpath.basename(place))
        alias = each.names[0] if each.names else said
        used = {mention.partition(".")[2] for mention in file.mentions if mention.startswith(f"{alias}.")}
        return tuple(path for path in members if used.intersection(project.files[path].defines)) or tuple(members)

    return resolve


def go_package(project: Project) -> Callable[[SourceFile], Iterable[str]]:
    """The files of its own package that define what a file uses without saying where from."""
    folders = _go_folders(project)

    def implied(file: SourceFile) -> Iterable[str]:
        is_test = file.path.endswith("_test.go")
        used = file.mentions.difference(file.defines)
        for path in folders.get(posixpath.dirname(file.path), ()):
            other = project.files[path]
            if path == file.path or (path.endswith("_test.go") and not is_test) or other.packages != file.packages:
                continue
            if used.intersection(other.defines):
                yield path

    return implied


def _go_modules(project: Project) -> list[tuple[str, str]]:
    """Names of modules and the folders they are in; those that a workspace uses before others of the same name."""
    used = {join(folder, place) for folder in project.configured("go.work") for place in _go_used(project, folder)}
    found: dict[str, str] = {}
    for folder in sorted(project.configured("go.mod"), key=lambda folder: folder not in used):
        for line in _go_lines(project, folder, "go.mod"):
            if match := re.match(r"module\s+\"?([^\s\"]+)", line):
                found.setdefault(match[1], folder)
                break
    return list(found.items())


def _go_replaced(project: Project) -> dict[str, list[tuple[str, str]]]:
    """For the folder of each module and workspace, the modules that it replaces by folders of the project."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name in ("go.work", "go.mod"):
        for folder in project.configured(name):
            for line in _go_lines(project, folder, name):
                before, arrow, after = line.removeprefix("replace ").partition("=>")
                place = after.strip().strip('"')
                if arrow and before.split() and place.startswith((".", "/")):
                    replaced = (before.split()[0].strip('"'), join(folder, place.split()[0]))
                    found.setdefault(folder, []).append(replaced)
    return found


def _go_used(project: Project, folder: str) -> list[str]:
    """The folders that a `go.work` uses."""
    lines = [line.removeprefix("use ").strip('( "') for line in _go_lines(project, folder, "go.work")]
    return [line for line in lines if line.startswith(".") and "=>" not in line]


def _go_lines(project: Project, folder: str, name: str) -> list[str]:
    """The lines of a configuration of Go without comments."""
    text = str(project.configuration(folder, name).get("text", ""))
    return [bare for line in text.splitlines() if (bare := line.partition("//")[0].strip())]


def _go_folders(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path, each in project.files.items():
        if each.language == "go":
            found[posixpath.dirname(path)].append(path)
    return {folder: sorted(paths) for folder, paths in found.items()}
