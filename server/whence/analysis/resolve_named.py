"""Imports of Java, PHP and C#, which name packages and namespaces: resolved to the files that define what is used.

Files say themselves which package or namespace they belong to, so no folder has to be guessed. What a file uses without
importing it by name, from its own package or from all of an imported one, is found by the names that it mentions.
"""

import posixpath
from collections.abc import Callable, Iterable

from whence.analysis.imports import Import
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, join, nearest


def _chosen(found: list[str], file: SourceFile) -> Found:
    """One of the files that define the same name, as variants of a project do; none where two are as near."""
    others = [path for path in found if path != file.path]
    if not others:
        return ()
    chosen = nearest(others, file.path)
    return (chosen,) if chosen is not None else ()


def _mentioned(project: Project, file: SourceFile, package: str) -> Iterable[str]:
    """The files of a package that define what a file mentions and does not define itself."""
    for name in sorted(file.mentions.difference(file.defines)):
        if found := project.definitions.get((file.language, package, name)):
            yield from _chosen(found, file)


def java(project: Project) -> Resolver:
    """Types, nested types, static members, and all of a package by what is mentioned of it."""

    def resolve(file: SourceFile, each: Import) -> Found:
        parts = each.target.split(".")
        every = parts[-1] == "*"
        if every:
            parts = parts[:-1]
            if each.form != "static" and ("java", ".".join(parts)) in project.by_package:
                return tuple(_mentioned(project, file, ".".join(parts)))
        for count in range(len(parts) - 1, 0, -1):
            package = ".".join(parts[:count])
            if found := project.definitions.get(("java", package, parts[count])):
                return _chosen(found, file)
            if ("java", package) in project.by_package:
                return UNRESOLVED
        return EXTERNAL

    return resolve


def same_package(project: Project) -> Callable[[SourceFile], Iterable[str]]:
    """The files of its own package, or namespace, that define what a file mentions."""

    def implied(file: SourceFile) -> Iterable[str]:
        imported = {each.target.replace("\\", ".").rsplit(".", 1)[-1] for each in file.imports}
        plain = SourceFile(file.path, file.language, mentions=file.mentions - imported, defines=file.defines)
        for package in file.packages or ("",):
            yield from _mentioned(project, plain, package)
        if file.language == "php":
            yield from _qualified(project, file, imported)

    return implied


def _qualified(project: Project, file: SourceFile, imported: set[str]) -> Iterable[str]:
    """The files that define what a PHP file names with its namespace, from the top or from its own."""
    for mention in sorted(file.mentions):
        if "\\" in mention and mention.split("\\")[0] not in imported:
            starts = [""] if mention.startswith("\\") else [f"{package}\\" for package in file.packages if package]
            for start in starts:
                namespace, _, name = f"{start}{mention}".removeprefix("\\").rpartition("\\")
                yield from _chosen(project.definitions.get(("php", namespace, name), []), file)


# ---------------------------------------------------------------- PHP


def php(project: Project) -> Resolver:
    """Classes and functions by namespace; PSR-4 folders for what is not defined in so many words; required files."""
    files = {path for path, each in project.files.items() if each.language == "php"}
    prefixes = _psr4(project)
    namespaces = {package for language, package in project.by_package if language == "php"}

    def resolve(file: SourceFile, each: Import) -> Found:
        if each.form == "require":
            found = join(posixpath.dirname(file.path), each.target)
            if "vendor" in found.split("/"):  # where Composer puts what is not of the project
                return EXTERNAL
            return next(((path,) for path in (found, join("", each.target)) if path in files), UNRESOLVED)
        namespace, _, name = each.target.rpartition("\\")
        if known := project.definitions.get(("php", namespace, name)):
            return _chosen(known, file)
        ours = False
        for prefix, folder in prefixes:
            if each.target.startswith(prefix):
                ours = ours or bool(prefix)
                path = join(folder, each.target[len(prefix) :].replace("\\", "/") + ".php")
                if path in files:
                    return (path,)
        if each.target in namespaces:
            return _of_namespace(project, file, each.target)
        return UNRESOLVED if ours or namespace in namespaces - {""} else EXTERNAL

    return resolve


def _of_namespace(project: Project, file: SourceFile, namespace: str) -> Found:
    """The files that define what is mentioned below an imported namespace, as in `Model` and then `User`."""
    last = namespace.rpartition("\\")[2]
    inner = [mention.split("\\", 1)[1] for mention in file.mentions if mention.startswith(f"{last}\\")]
    found: set[str] = set()
    for mention in inner:
        below, _, name = mention.rpartition("\\")
        package = "\\".join(part for part in (namespace, below) if part)
        found.update(_chosen(project.definitions.get(("php", package, name), []), file))
    return tuple(sorted(found))


def _psr4(project: Project) -> list[tuple[str, str]]:
    """Prefixes of namespaces and their folders, the longest prefix first."""
    found: list[tuple[str, str]] = []
    for folder in project.configured("composer.json"):
        said = project.configuration(folder, "composer.json")
        for key in ("autoload", "autoload-dev"):
            table = said.get(key)
            rules = table.get("psr-4") if isinstance(table, dict) else None
            for prefix, places in rules.items() if isinstance(rules, dict) else ():
                listed = places if isinstance(places, list) else [places]
                found += [(str(prefix), join(folder, place)) for place in listed if isinstance(place, str)]
    return sorted(found, key=lambda each: -len(each[0]))


# ---------------------------------------------------------------- C#


def c_sharp(project: Project) -> Resolver:
    """Namespaces by what is mentioned of them; aliases and `using static` by the type that they name."""
    namespaces = {package for language, package in project.by_package if language == "csharp"}
    tops = {name.split(".")[0] for name in namespaces}

    def resolve(file: SourceFile, each: Import) -> Found:
        if each.target in namespaces and each.form not in ("alias", "static"):
            return tuple(_mentioned(project, file, each.target))
        namespace, _, name = each.target.rpartition(".")
        if found := project.definitions.get(("csharp", namespace, name)):
            return _chosen(found, file)
        if each.target in namespaces or any(known.startswith(f"{each.target}.") for known in namespaces):
            return ()
        return UNRESOLVED if namespace in namespaces and each.target.split(".")[0] in tops else EXTERNAL

    return resolve


def same_namespace(project: Project) -> Callable[[SourceFile], Iterable[str]]:
    """The files of a file's own namespaces, and of those around them, that define what it mentions.

    What one file of a project folder brings in by `global using` counts for all files in and below that folder.
    """
    everywhere = [
        (posixpath.dirname(each.path), brought.target)
        for each in project.files.values()
        if each.language == "csharp"
        for brought in each.imports
        if brought.form == "global"
    ]

    def implied(file: SourceFile) -> Iterable[str]:
        around: dict[str, None] = {"": None}
        for package in file.packages:
            parts = package.split(".")
            around |= dict.fromkeys(".".join(parts[:count]) for count in range(len(parts), 0, -1))
        around |= dict.fromkeys(name for folder, name in everywhere if not folder or file.path.startswith(f"{folder}/"))
        for package in around:
            yield from _mentioned(project, file, package)

    return implied
