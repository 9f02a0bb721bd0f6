"""From what files say they bring in to the files that are meant, by each language's own rules.

A resolver answers for one import of one file: the files that it brings in; `EXTERNAL` for what is not of this project,
such as a library; `UNRESOLVED` for what should be here and isn't. Nothing is guessed: of two files that fit equally
well neither is taken.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from whence.analysis import (
    resolve_compiled,
    resolve_javascript,
    resolve_named,
    resolve_python,
    resolve_ruby,
    resolve_rust,
)
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Resolver
from whence.analysis.sources import Project, SourceFile


@dataclass(frozen=True)
class Resolved:
    """What one file brings in."""

    targets: tuple[str, ...] = ()
    """Files of the project, in order of their paths, without itself."""

    external: int = 0
    """Imports of what is not of the project."""

    unresolved: tuple[str, ...] = ()
    """What should be of the project and isn't found, as it is said."""

    outside: tuple[str, ...] = ()
    """What is not of the project, as it is said."""


def resolve(project: Project) -> dict[str, Resolved]:
    """What each file of a project brings in, by path."""
    resolvers: dict[str, Resolver] = {}
    implied: dict[str, Callable[[SourceFile], Iterable[str]]] = {}
    for languages, make, imply in _FAMILIES:
        if any(each.language in languages for each in project.files.values()):
            resolver = make(project)
            for language in languages:
                resolvers[language] = resolver
                if imply is not None:
                    implied[language] = imply(project)
    return {each.path: _resolved(each, resolvers, implied) for each in project.files.values()}


def _resolved(
    file: SourceFile,
    resolvers: Mapping[str, Resolver],
    implied: Mapping[str, Callable[[SourceFile], Iterable[str]]],
) -> Resolved:
    targets: set[str] = set()
    external = 0
    outside: dict[str, None] = {}
    unresolved: dict[str, None] = {}
    for each in file.imports:
        found = resolvers[file.language](file, each)
        if found is EXTERNAL:
            external += 1
            outside[each.target] = None
        elif found is UNRESOLVED:
            unresolved[each.target] = None
        else:
            targets.update(found)
    if file.language in implied:
        targets.update(implied[file.language](file))
    targets.discard(file.path)
    return Resolved(tuple(sorted(targets)), external, tuple(unresolved), tuple(outside))


_Implied = Callable[[Project], Callable[[SourceFile], Iterable[str]]]
_FAMILIES: tuple[tuple[frozenset[str], Callable[[Project], Resolver], _Implied | None], ...] = (
    (frozenset({"python"}), resolve_python.resolver, None),
    (resolve_javascript.LANGUAGES, resolve_javascript.resolver, None),
    (frozenset({"ruby"}), resolve_ruby.resolver, resolve_ruby.autoloaded),
    (frozenset({"c", "cpp"}), resolve_compiled.c, None),
    (frozenset({"go"}), resolve_compiled.go, resolve_compiled.go_package),
    (frozenset({"rust"}), resolve_rust.resolver, None),
    (frozenset({"java"}), resolve_named.java, resolve_named.same_package),
    (frozenset({"php"}), resolve_named.php, resolve_named.same_package),
    (frozenset({"csharp"}), resolve_named.c_sharp, resolve_named.same_namespace),
)

__all__ = ["EXTERNAL", "UNRESOLVED", "Resolved", "resolve"]
