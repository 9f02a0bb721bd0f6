"""Imports of Ruby, resolved to files: what is required by name, and what is loaded for a constant by convention."""

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import partial

from whence.analysis.imports import Import
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, join, nearest, parents

_USUAL = ("lib", "app", "spec", "test", "features")
_ENGINES = re.compile(r"(?:.+/)?app/[^/]+(?:/concerns)?")
"""Folders whose files Rails loads by their names: each one right in `app`, and the concerns in it."""


def resolver(project: Project) -> Resolver:
    """Ruby's rules: `require_relative` from the file, `require` from the folders named `lib` and those of custom."""
    files = {path for path, each in project.files.items() if each.language == "ruby"}
    folders = {parent for path in files for parent in parents(path)}
    roots = sorted({each for each in folders if posixpath.basename(each) in _USUAL}, key=lambda each: each.count("/"))
    autoloaded = sorted(each for each in folders if _ENGINES.fullmatch(each))
    libraries = {root: _names_below(root, files) for root in roots if posixpath.basename(root) == "lib"}

    def module(stem: str) -> str | None:
        return next((path for path in (stem, f"{stem}.rb") if path in files), None)

    def resolve(file: SourceFile, each: Import) -> Found:
        if each.form == "relative" or each.target.startswith(("./", "../")):
            found = module(join(posixpath.dirname(file.path), each.target))
            return (found,) if found else UNRESOLVED
        near = sorted(roots, key=lambda root: -len(posixpath.commonpath([f"/{root}", f"/{file.path}"])))
        for root in (*near, "", *autoloaded):
            if found := module(join(root, each.target)):
                return (found,)
        top = each.target.split("/")[0]
        return UNRESOLVED if "/" in each.target and any(top in names for names in libraries.values()) else EXTERNAL

    return resolve


def _names_below(root: str, files: set[str]) -> set[str]:
    """The names of the files and folders right below a folder."""
    return {path[len(root) + 1 :].split("/")[0].removesuffix(".rb") for path in files if path.startswith(f"{root}/")}


# ---------------------------------------------------------------- constants


def autoloaded(project: Project) -> Callable[[SourceFile], Iterable[str]]:
    """The files that are loaded when a file uses a constant, by the convention of Rails and of Zeitwerk.

    A constant's name is that of its file below one of the folders that are loaded so. What it may mean depends on the
    modules that it is used in, the innermost first; these are told from the file's own place and from what it defines.
    """
    roots = _autoload_roots(project)
    constants: dict[str, list[str]] = {}
    for path, each in project.files.items():
        if each.language == "ruby" and path.endswith(".rb"):
            for name in _constants(path, roots):
                constants.setdefault(name, []).append(path)
    return partial(_loaded, roots, constants) if constants else lambda file: ()


def _loaded(roots: frozenset[str], constants: dict[str, list[str]], file: SourceFile) -> Iterable[str]:
    around = {"": None}
    for own in (*_constants(file.path, roots), *(_key(name) for name in file.defines if name[:1].isupper())):
        parts = own.split("::")
        around |= dict.fromkeys("::".join(parts[:count]) for count in range(len(parts), 0, -1))
    nested = sorted(around, key=lambda each: (-each.count("::") if each else 1, each))
    for mention in sorted(file.mentions):
        if re.match(r":\w", mention):
            for name in _related(mention[1:]):
                if (found := _constant(_key(name), nested, constants, file.path)) is not None:
                    yield found
                    break
        elif mention[:1].isupper() or mention.startswith("::"):
            key = _key(mention)
            starts = [""] if mention.startswith("::") else nested
            if (found := _constant(key, starts, constants, file.path)) is not None:
                yield found


def _related(name: str) -> Iterable[str]:
    """The names that the class of a relation of Active Record may have: the relation's, and its singular."""
    yield name
    for plural, single in (("ies", "y"), ("es", ""), ("s", "")):
        if name.endswith(plural):
            yield f"{name.removesuffix(plural)}{single}"


def _constant(key: str, starts: list[str], constants: dict[str, list[str]], path: str) -> str | None:
    """The file of a constant, or of what it lies in, for the innermost module in which its first name is known."""
    parts = key.split("::")
    for start in starts:
        for count in range(len(parts), 0, -1):
            name = "::".join([*([start] if start else []), *parts[:count]])
            if found := constants.get(name):
                return path if path in found else nearest(found, path)
    return None


def _autoload_roots(project: Project) -> frozenset[str]:
    """The folders whose files are loaded by their names."""
    ruby = {path: each for path, each in project.files.items() if each.language == "ruby"}
    folders = {parent for path in ruby for parent in parents(path)}
    applications = {posixpath.dirname(posixpath.dirname(path)) for path in ruby if _is_application(path)}
    roots = {each for each in folders if _ENGINES.fullmatch(each) and _holds(each, applications)}
    roots |= {join(top, "lib") for top in applications}
    for path, each in ruby.items():
        if any(mention.startswith("Zeitwerk") for mention in each.mentions):
            roots |= {folder for folder in parents(path) if posixpath.basename(folder) == "lib"}
    return frozenset(roots & folders)


def _is_application(path: str) -> bool:
    name = posixpath.basename(path)
    folder = posixpath.basename(posixpath.dirname(path))
    return folder == "config" and name in ("application.rb", "environment.rb", "routes.rb")


def _holds(folder: str, applications: set[str]) -> bool:
    """Whether a folder in `app` belongs to an application, or to an engine that lies in one."""
    return any(not top or folder.startswith(f"{top}/") for top in applications)


def _constants(path: str, roots: frozenset[str]) -> Iterable[str]:
    """The names that a file's place gives to the constant in it: below the innermost folder of those above it."""
    for folder in parents(path):
        if folder in roots:
            inside = path[len(folder) + 1 :].removesuffix(".rb")
            yield "::".join(part.replace("_", "").lower() for part in inside.split("/"))
            return


def _key(constant: str) -> str:
    """A constant as it is compared: `HTMLParser` and `HtmlParser` are both what a file `html_parser.rb` may define."""
    return "::".join(part.replace("_", "").lower() for part in constant.removeprefix("::").split("::"))
