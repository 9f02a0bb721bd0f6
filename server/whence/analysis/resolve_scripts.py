"""Imports of Python and Ruby, resolved to files."""

import posixpath
import re
import sys
from typing import Any

from whence.analysis.imports import Import
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, join, parents

_MODULES = ("/__init__.py", ".py", "/__init__.pyi", ".pyi", ".pyw")
"""What a module's name may stand for, in the order in which Python looks."""


def python(project: Project) -> Resolver:
    """Python's rules: packages from the folders that a project is run from, namespace packages, relative imports.

    Those folders are, in this order: the one in which the importing file's outermost package lies; those above it that
    hold packages; and those that the project's configuration names, `src` among them.
    """
    files = {path for path, each in project.files.items() if each.language == "python"}
    folders = {parent for path in files for parent in parents(path)}
    tops = {path: _top(posixpath.dirname(path), files) for path in files}
    holding = {top for path, top in tops.items() if top != posixpath.dirname(path)}
    configured = _python_roots(project, folders)
    roots_of: dict[str, tuple[str, ...]] = {}

    def roots(file: SourceFile) -> tuple[str, ...]:
        folder = posixpath.dirname(file.path)
        if folder not in roots_of:
            above = [each for each in parents(file.path) if each in holding]
            near = sorted(configured, key=lambda root: -len(posixpath.commonpath([f"/{root}", f"/{folder}"])))
            roots_of[folder] = tuple(dict.fromkeys([tops[file.path], *above, *near]))
        return roots_of[folder]

    def module(root: str, parts: list[str]) -> str | None:
        stem = join(root, "/".join(parts))
        return next((stem + end for end in _MODULES if stem + end in files), None)

    def named(root: str, parts: list[str], names: tuple[str, ...], *, taken: bool) -> Found | None:
        """What an import brings in from one root; None where it isn't there."""
        base = module(root, parts) if parts else None
        if not taken:
            if base is None:
                return () if join(root, "/".join(parts)) in folders else None
            return (base,)
        if not parts:
            base = next((path for end in _MODULES[::2] if (path := join(root, end.lstrip("/"))) in files), None)
        found: set[str] = set()
        for name in names:
            inner = module(root, [*parts, name]) if name != "*" else None
            if inner is None and base is None and join(root, "/".join([*parts, name])) not in folders:
                return None if name != "*" else ()
            if inner or base:
                found.add(inner or base or "")
        return tuple(found)

    def resolve(file: SourceFile, each: Import) -> Found:
        taken = each.form == "from"
        level = len(each.target) - len(each.target.lstrip("."))
        parts = [part for part in each.target[level:].split(".") if part]
        if level:
            folder = posixpath.dirname(file.path)
            for _ in range(level - 1):
                if not folder:
                    return UNRESOLVED
                folder = posixpath.dirname(folder)
            found = named(folder, parts, each.names, taken=taken)
            return UNRESOLVED if found is None else found
        here = False
        for root in roots(file)[: 1 if parts[:1] and parts[0] in sys.stdlib_module_names else None]:
            found = named(root, parts, each.names, taken=taken)
            if found:
                return found
            here = here or module(root, parts[:1]) is not None
        return UNRESOLVED if here else EXTERNAL

    return resolve


def _top(folder: str, files: set[str]) -> str:
    """The folder in which the outermost package around a folder lies; itself where it is no package."""
    while folder and any(join(folder, name) in files for name in ("__init__.py", "__init__.pyi")):
        folder = posixpath.dirname(folder)
    return folder


def _python_roots(project: Project, folders: set[str]) -> list[str]:
    """The folders that a project's modules are found from, by its configuration and by custom."""
    found = ["", "src"]
    for name in ("pyproject.toml", "setup.cfg", "setup.py"):
        for folder in project.configured(name):
            found += [folder, join(folder, "src"), join(folder, "lib")]
            found += [join(folder, each) for each in _named_roots(name, project.configuration(folder, name))]
    return [each for each in dict.fromkeys(found) if each in folders]


def _named_roots(name: str, said: dict[str, Any]) -> list[str]:
    if name != "pyproject.toml":
        text = str(said.get("text", ""))
        return re.findall(r"^\s*(?:where\s*=|=)\s*([\w./-]+)\s*$", text, re.M) + re.findall(
            r"(?:package_dir|where)\s*=\s*(?:\{\s*['\"]{2}\s*:\s*)?['\"]([\w./-]+)['\"]", text
        )

    def at(*keys: str) -> Any:
        value: Any = said.get("tool", {})
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    values: list[Any] = [
        at("setuptools", "packages", "find", "where"),
        list((at("setuptools", "package-dir") or {}).values()),
        at("pytest", "ini_options", "pythonpath"),
        [each.get("from") for each in at("poetry", "packages") or [] if isinstance(each, dict)],
        [posixpath.dirname(each) for each in at("hatch", "build", "targets", "wheel", "packages") or []],
    ]
    flat = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return [each for each in flat if isinstance(each, str)]


# ---------------------------------------------------------------- Ruby


def ruby(project: Project) -> Resolver:
    """Ruby's rules: `require_relative` from the file, `require` from the folders named `lib` and those of custom."""
    files = {path for path, each in project.files.items() if each.language == "ruby"}
    folders = {parent for path in files for parent in parents(path)}
    usual = ("lib", "app", "spec", "test")
    roots = sorted({each for each in folders if posixpath.basename(each) in usual}, key=lambda each: each.count("/"))
    libraries = {root: _names_below(root, files) for root in roots if posixpath.basename(root) == "lib"}

    def module(stem: str) -> str | None:
        return next((path for path in (stem, f"{stem}.rb") if path in files), None)

    def resolve(file: SourceFile, each: Import) -> Found:
        if each.form == "relative" or each.target.startswith(("./", "../")):
            found = module(join(posixpath.dirname(file.path), each.target))
            return (found,) if found else UNRESOLVED
        near = sorted(roots, key=lambda root: -len(posixpath.commonpath([f"/{root}", f"/{file.path}"])))
        for root in (*near, ""):
            if found := module(join(root, each.target)):
                return (found,)
        top = each.target.split("/")[0]
        return UNRESOLVED if "/" in each.target and any(top in names for names in libraries.values()) else EXTERNAL

    return resolve


def _names_below(root: str, files: set[str]) -> set[str]:
    """The names of the files and folders right below a folder."""
    return {path[len(root) + 1 :].split("/")[0].removesuffix(".rb") for path in files if path.startswith(f"{root}/")}
