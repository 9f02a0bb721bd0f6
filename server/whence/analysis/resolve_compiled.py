"""Imports of C, C++, Go and Rust, resolved to files."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Callable, Iterable

from whence.analysis.imports import Import
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, join, nearest

_INCLUDED_FROM = frozenset({"include", "includes", "inc", "src", "source", "lib", ""})
"""Names of folders from which includes in angle brackets are commonly looked up, the project's top among them."""

# ---------------------------------------------------------------- C and C++


def c(project: Project) -> Resolver:
    """Includes: from the file's own folder, then from whichever folder of the project holds a file of that path.

    Which folders a compiler is told to look in stands in no one place, so a path that fits in one place alone is taken;
    of several the one nearest to the file, and none where two are as near.
    """
    files = {path for path, each in project.files.items() if each.language in ("c", "cpp")}
    names: dict[str, list[str]] = defaultdict(list)
    for path in files:
        names[posixpath.basename(path)].append(path)

    def resolve(file: SourceFile, each: Import) -> Found:
        target = each.target
        beside = join(posixpath.dirname(file.path), target)
        if each.form == "quote" and beside in files:
            return (beside,)
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
    folders = _go_folders(project)

    def resolve(file: SourceFile, each: Import) -> Found:
        place = next(
            (
                join(folder, each.target[len(name) :].lstrip("/"))
                for name, folder in modules
                if each.target == name or each.target.startswith(f"{name}/")
            ),
            None,
        )
        if place is None:
            return EXTERNAL
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
    """Names of modules and the folders they are in, the longest name first; replacements by a folder included."""
    found: dict[str, str] = {}
    for folder in project.configured("go.mod"):
        text = str(project.configuration(folder, "go.mod").get("text", ""))
        if match := re.search(r"^\s*module\s+\"?([^\s\"]+)", text, re.M):
            found.setdefault(match[1], folder)
        for name, place in re.findall(r"([^\s(]+)(?:\s+v\S+)?\s+=>\s+(\.{1,2}/\S*)", text):
            found.setdefault(name, join(folder, place))
    return sorted(found.items(), key=lambda each: -len(each[0]))


def _go_folders(project: Project) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for path, each in project.files.items():
        if each.language == "go":
            found[posixpath.dirname(path)].append(path)
    return {folder: sorted(paths) for folder, paths in found.items()}


# ---------------------------------------------------------------- Rust

_Module = tuple[str, tuple[str, ...]]
"""A crate, by its first file, and the names that lead to a module in it."""


def rust(project: Project) -> Resolver:
    """Modules, found by following `mod` from each crate's first file, as the compiler does; crates of the workspace."""
    files = {path for path, each in project.files.items() if each.language == "rust"}
    roots, crates = _crates(project, files)
    modules: dict[_Module, str] = {}
    place: dict[str, _Module] = {}
    waiting: list[tuple[str, _Module]] = [(root, (root, ())) for root in roots]
    while waiting:
        path, module = waiting.pop(0)
        modules.setdefault(module, path)
        if path in place:
            continue
        place[path] = module
        waiting += [
            (child, (module[0], (*module[1], each.target)))
            for each in project.files[path].imports
            if each.form == "mod" and (child := _submodule(path, each, roots, files)) is not None
        ]

    def walk(crate: str, names: list[str]) -> Found:
        for count in range(len(names), -1, -1):
            if (found := modules.get((crate, tuple(names[:count])))) is not None:
                return (found,)
        return UNRESOLVED

    def resolve(file: SourceFile, each: Import) -> Found:
        if each.form == "mod":
            child = _submodule(file.path, each, roots, files)
            return (child,) if child is not None else UNRESOLVED
        parts = [part for part in each.target.split("::") if part and part != "*"]
        if not parts:
            return EXTERNAL
        crate, own = place.get(file.path, ("", ()))
        if parts[0] == "crate":
            return walk(crate, parts[1:]) if crate else UNRESOLVED
        if parts[0] in ("self", "super"):
            names = list(own)
            while parts and parts[0] in ("self", "super"):
                if parts.pop(0) == "super":
                    if not names:
                        return UNRESOLVED
                    names.pop()
            return walk(crate, [*names, *parts]) if crate else UNRESOLVED
        if (crate, (*own, parts[0])) in modules:
            return walk(crate, [*own, *parts])
        return walk(crates[parts[0]], parts[1:]) if parts[0] in crates else EXTERNAL

    return resolve


def _crates(project: Project, files: set[str]) -> tuple[dict[str, None], dict[str, str]]:
    """The first files of all crates, and those of libraries by the names that others call them."""
    roots: dict[str, None] = {}
    crates: dict[str, str] = {}
    for folder in project.configured("Cargo.toml"):
        said = project.configuration(folder, "Cargo.toml")
        package, library = said.get("package"), said.get("lib")
        library = library if isinstance(library, dict) else {}
        first = join(folder, str(library.get("path", "src/lib.rs")))
        if first in files:
            roots[first] = None
            name = library.get("name") or (package.get("name") if isinstance(package, dict) else None)
            if isinstance(name, str):
                crates.setdefault(name.replace("-", "_"), first)
        binaries = said.get("bin")
        named = [each.get("path") for each in binaries if isinstance(each, dict)] if isinstance(binaries, list) else []
        for each in ("src/main.rs", "build.rs", *(path for path in named if isinstance(path, str))):
            if join(folder, each) in files:
                roots[join(folder, each)] = None
    for path in sorted(files):
        folder = posixpath.dirname(path)
        around = posixpath.basename(folder)
        above = posixpath.basename(posixpath.dirname(folder))
        places = ("tests", "examples", "benches")
        alone = around in places and join(posixpath.dirname(folder), "Cargo.toml") in project.configurations
        binary = around == "bin" and above == "src"
        entry = posixpath.basename(path) == "main.rs" and above in ("bin", *places)
        if alone or binary or entry:
            roots[path] = None
    if not roots:
        roots = {path: None for path in sorted(files) if posixpath.basename(path) in ("lib.rs", "main.rs")}
    return roots, crates


def _submodule(path: str, each: Import, roots: dict[str, None], files: set[str]) -> str | None:
    """The file of a module that is declared without a body."""
    folder, stem = posixpath.dirname(path), posixpath.basename(path).removesuffix(".rs")
    if each.names:  # #[path = "..."]
        said = join(folder, each.names[0])
        return said if said in files else None
    base = folder if path in roots or stem == "mod" else join(folder, stem)
    return next((found for end in (".rs", "/mod.rs") if (found := join(base, each.target + end)) in files), None)
