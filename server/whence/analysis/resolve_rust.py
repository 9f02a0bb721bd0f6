"""Imports of Rust, resolved to files."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from whence.analysis.imports import Import
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, join, parents

_Module = tuple[str, tuple[str, ...]]
"""A crate, by its first file, and the names that lead to a module in it."""

_TARGETS = (("tests", "test"), ("examples", "example"), ("benches", "bench"))
"""Folders whose files are crates of their own, and the tables that name such crates elsewhere."""


@dataclass(frozen=True)
class _State:
    """What is known of a project while its imports are resolved."""

    project: Project
    files: frozenset[str]
    roots: dict[str, None]
    """The first files of all crates."""

    crates: dict[str, str]
    """The first files of libraries by the names that others call them."""

    renamed: dict[str, dict[str, str]]
    """For the folder of each package, the names that it gives to others, and theirs."""

    modules: dict[_Module, str]
    places: dict[str, list[_Module]]
    """The modules that a file is; several where crates share it."""


def resolver(project: Project) -> Resolver:
    """Modules, found by following `mod` from each crate's first file, as the compiler does; crates of the workspace."""
    files = frozenset(path for path, each in project.files.items() if each.language == "rust")
    roots, crates = _crates(project, files)
    renamed = {folder: dict(_renamed(project, folder)) for folder in project.configured("Cargo.toml")}
    state = _State(project, files, roots, crates, renamed, {}, {})
    _follow(state)
    return partial(_resolve, state)


def _follow(state: _State) -> None:
    """Go from each crate's first file to all modules that it declares."""
    waiting: list[tuple[str, _Module]] = [(root, (root, ())) for root in state.roots]
    seen: set[tuple[str, str]] = set()
    while waiting:
        path, module = waiting.pop(0)
        state.modules.setdefault(module, path)
        if (path, module[0]) in seen:
            continue
        seen.add((path, module[0]))
        state.places.setdefault(path, []).append(module)
        for each in state.project.files[path].imports:
            if each.form == "mod":
                names = each.target.split("::")
                waiting += [
                    (child, (module[0], (*module[1], *names)))
                    for child in _submodules(path, each, state.roots, state.files)
                ]
            elif (found := _included(state, path, each)) in state.files:
                waiting.append((found, module))  # its text stands where it is included


def _included(state: _State, path: str, each: Import) -> str:
    """The path that an `include!` says, from the file's folder or from its crate's; empty for any other import."""
    if each.form == "include from crate":
        crate = next((folder for folder in parents(path) if folder in state.renamed), "")
        return join(crate, each.target)
    return join(posixpath.dirname(path), each.target) if each.form == "include" else ""


def _resolve(state: _State, file: SourceFile, each: Import) -> Found:
    if each.form == "mod":
        return tuple(_submodules(file.path, each, state.roots, state.files)) or UNRESOLVED
    if path := _included(state, file.path, each):
        return (path,) if path in state.files else UNRESOLVED
    parts = [part for part in each.target.split("::") if part and part != "*"]
    if not parts:
        return EXTERNAL
    found: Found = EXTERNAL
    for crate, own in state.places.get(file.path, [("", ())]):
        found = _path(state, file, crate, own, parts)
        if found is not EXTERNAL and found is not UNRESOLVED:
            return found
    # A path in code that leads to no module known may begin with a type or a variable.
    return () if each.form == "named" else found


def _path(state: _State, file: SourceFile, crate: str, own: tuple[str, ...], parts: list[str]) -> Found:
    """The file of a path that is said in a module of a crate."""
    parts = list(parts)
    if parts[0] in ("crate", "$crate"):
        return _walk(state, crate, parts[1:]) if crate else UNRESOLVED
    if parts[0] in ("self", "super"):
        names = list(own)
        while parts and parts[0] in ("self", "super"):
            if parts.pop(0) == "super":
                if not names:
                    return UNRESOLVED
                names.pop()
        return _walk(state, crate, [*names, *parts]) if crate else UNRESOLVED
    if (crate, (*own, parts[0])) in state.modules:
        return _walk(state, crate, [*own, *parts])
    package = next((folder for folder in parents(file.path) if folder in state.renamed), None)
    name = state.renamed[package].get(parts[0], parts[0]) if package is not None else parts[0]
    if name in state.crates:
        return _walk(state, state.crates[name], parts[1:])
    if (crate, (parts[0],)) in state.modules and package is not None and _is_old(state.project, package):
        return _walk(state, crate, parts)  # until 2018 a path in `use` began at the crate
    return EXTERNAL


def _walk(state: _State, crate: str, names: list[str]) -> Found:
    for count in range(len(names), -1, -1):
        if (found := state.modules.get((crate, tuple(names[:count])))) is not None:
            return (found,)
    return UNRESOLVED


def _is_old(project: Project, folder: str) -> bool:
    package = project.configuration(folder, "Cargo.toml").get("package")
    return isinstance(package, dict) and package.get("edition", "2015") == "2015"


def _table(said: dict[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


def _crates(project: Project, files: frozenset[str]) -> tuple[dict[str, None], dict[str, str]]:
    """The first files of all crates, and those of libraries by the names that others call them."""
    roots: dict[str, None] = {}
    crates: dict[str, str] = {}
    for folder in project.configured("Cargo.toml"):
        said = project.configuration(folder, "Cargo.toml")
        library = _table(said, "lib")
        first = join(folder, str(library.get("path", "src/lib.rs")))
        if first in files:
            roots[first] = None
            name = library.get("name") or _table(said, "package").get("name")
            if isinstance(name, str):
                crates.setdefault(name.replace("-", "_"), first)
        roots |= dict.fromkeys(path for path in _programs(folder, said) if path in files)
    roots |= dict.fromkeys(path for path in sorted(files) if _stands_alone(project, path))
    if not roots:
        roots = {path: None for path in sorted(files) if posixpath.basename(path) in ("lib.rs", "main.rs")}
    return roots, crates


def _programs(folder: str, said: dict[str, Any]) -> Iterator[str]:
    """Where the first files of a package's programs, tests and examples are, as it says or as is usual."""
    build = _table(said, "package").get("build")
    yield join(folder, "src/main.rs")
    yield join(folder, build if isinstance(build, str) else "build.rs")
    for key in ("bin", *(table for _, table in _TARGETS)):
        listed = said.get(key)
        for each in listed if isinstance(listed, list) else []:
            if isinstance(each, dict) and isinstance(each.get("path"), str):
                yield join(folder, each["path"])


def _stands_alone(project: Project, path: str) -> bool:
    """Whether a file is a crate of its own by where it lies."""
    folder = posixpath.dirname(path)
    above = posixpath.dirname(folder)
    places = tuple(name for name, _ in _TARGETS)
    if posixpath.basename(folder) in places and join(above, "Cargo.toml") in project.configurations:
        return True
    if posixpath.basename(folder) == "bin" and posixpath.basename(above) == "src":
        return True
    return posixpath.basename(path) == "main.rs" and posixpath.basename(above) in ("bin", *places)


def _renamed(project: Project, folder: str) -> Iterator[tuple[str, str]]:
    """The names that a package gives to crates that it depends on, and those that they have themselves."""
    said = project.configuration(folder, "Cargo.toml")
    targets = [each for each in _table(said, "target").values() if isinstance(each, dict)]
    around = [project.configuration(above, "Cargo.toml") for above in parents(join(folder, "Cargo.toml"))]
    shared = next((_table(found, "dependencies") for each in around if (found := _table(each, "workspace"))), {})
    for table in (said, *targets):
        for key in ("dependencies", "dev-dependencies", "build-dependencies"):
            for name, each in _table(table, key).items():
                if isinstance(each, dict) and each.get("workspace") is True:
                    each = shared.get(name)
                if isinstance(each, dict) and isinstance(each.get("package"), str):
                    yield name.replace("-", "_"), each["package"].replace("-", "_")


def _submodules(path: str, each: Import, roots: dict[str, None], files: frozenset[str]) -> list[str]:
    """The files of a module that is declared without a body: more than one only where attributes tell platforms."""
    folder, stem = posixpath.dirname(path), posixpath.basename(path).removesuffix(".rs")
    *around, name = each.target.split("::")
    base = folder if path in roots or stem == "mod" else join(folder, stem)
    if each.names:  # #[path = "..."], from the file's folder, or from that of the modules around it
        start = join(base, "/".join(around)) if around else folder
        return [said for place in each.names if (said := join(start, place)) in files]
    inner = join(base, "/".join([*around, name]))
    return [found for end in (".rs", "/mod.rs") if (found := inner + end) in files][:1]
