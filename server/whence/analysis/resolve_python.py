"""Imports of Python, resolved to files."""

import posixpath
import sys
from dataclasses import dataclass, field
from functools import partial

from whence.analysis.imports import Import
from whence.analysis.python_layouts import Layout, layouts
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, join, parents

_MODULES = ("/__init__.py", ".py", "/__init__.pyi", ".pyi", ".pyw")
"""What a module's name may stand for, in the order in which Python looks."""


@dataclass(frozen=True)
class _State:
    """What is known of a project while its imports are resolved."""

    files: frozenset[str]
    folders: frozenset[str]
    tops: dict[str, str]
    """For each file the folder in which its outermost package lies."""

    holding: frozenset[str]
    """The folders that hold packages."""

    layouts: list[Layout]
    roots: dict[str, tuple[Layout, ...]] = field(default_factory=dict)


def resolver(project: Project) -> Resolver:
    """Python's rules: packages from the folders that a project is run from, namespace packages, relative imports.

    Those folders are, in this order: the one in which the importing file's outermost package lies; those above it that
    hold packages; and those that the project's configuration names, `src` among them.
    """
    files = frozenset(path for path, each in project.files.items() if each.language == "python")
    folders = frozenset(parent for path in files for parent in parents(path))
    tops = {path: _top(posixpath.dirname(path), files) for path in files}
    holding = frozenset(top for path, top in tops.items() if top != posixpath.dirname(path))
    found = [each for each in layouts(project) if each.folder in folders]
    return partial(_resolve, _State(files, folders, tops, holding, found))


def _resolve(state: _State, file: SourceFile, each: Import) -> Found:
    taken = each.form == "from"
    level = len(each.target) - len(each.target.lstrip("."))
    parts = [part for part in each.target[level:].split(".") if part]
    if level:
        folder = posixpath.dirname(file.path)
        for _ in range(level - 1):
            if not folder:
                return UNRESOLVED
            folder = posixpath.dirname(folder)
        found = _named(state, folder, parts, each.names, taken=taken)
        return UNRESOLVED if found is None else found
    return _from_roots(state, file, each, parts) if parts else EXTERNAL


def _from_roots(state: _State, file: SourceFile, each: Import, parts: list[str]) -> Found:
    """What an import by a full name brings in."""
    taken = each.form == "from"
    here = namespace = False
    # A module of the standard library is only shadowed by what lies beside the file.
    for root in _roots(state, file)[: 1 if parts[0] in sys.stdlib_module_names else None]:
        if (inside := root.inside(parts)) is None:
            continue
        found = _named(state, root.folder, inside, each.names, taken=taken)
        if found:
            return found
        namespace = namespace or found == ()
        here = here or bool(root.prefix) or _module(state, root.folder, inside[:1]) is not None
    if here:
        return UNRESOLVED
    for root in _roots(state, file):  # types alone, of what is not there itself
        if found := _named(state, root.folder, [f"{parts[0]}-stubs", *parts[1:]], each.names, taken=taken):
            return found
    return () if namespace and not taken else EXTERNAL


def _roots(state: _State, file: SourceFile) -> tuple[Layout, ...]:
    """Where modules are looked up for a file."""
    folder = posixpath.dirname(file.path)
    if folder not in state.roots:
        above = [Layout(each) for each in parents(file.path) if each in state.holding]
        near = sorted(state.layouts, key=lambda root: -len(posixpath.commonpath([f"/{root.folder}", f"/{folder}"])))
        named = [each for each in near if each.prefix]
        plain = [each for each in near if not each.prefix]
        # A folder that configuration gives a name is found by that name before what happens to be called so.
        state.roots[folder] = tuple(dict.fromkeys([Layout(state.tops[file.path]), *named, *above, *plain]))
    return state.roots[folder]


def _module(state: _State, root: str, parts: list[str]) -> str | None:
    if not parts:
        return next((path for end in _MODULES[::2] if (path := join(root, end.lstrip("/"))) in state.files), None)
    stem = join(root, "/".join(parts))
    return next((stem + end for end in _MODULES if stem + end in state.files), None)


def _named(state: _State, root: str, parts: list[str], names: tuple[str, ...], *, taken: bool) -> Found | None:
    """What an import brings in from one root; None where it isn't there."""
    base = _module(state, root, parts)
    if not taken:
        if base is None:
            return () if join(root, "/".join(parts)) in state.folders else None
        return (base,)
    found: set[str] = set()
    for name in names:
        inner = _module(state, root, [*parts, name]) if name != "*" else None
        if inner is None and base is None and join(root, "/".join([*parts, name])) not in state.folders:
            return None if name != "*" else ()
        if inner or base:
            found.add(inner or base or "")
    return tuple(found)


def _top(folder: str, files: frozenset[str]) -> str:
    """The folder in which the outermost package around a folder lies; itself where it is no package."""
    while folder and any(join(folder, name) in files for name in ("__init__.py", "__init__.pyi")):
        folder = posixpath.dirname(folder)
    return folder
