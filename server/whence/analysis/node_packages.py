"""Packages of JavaScript that a project holds itself: which there are, who sees which, and where their ways in lead.

A package is seen under its name by itself and by the members of the workspace that it belongs to, as npm, yarn, pnpm,
Lerna, Rush and Deno define one; where no workspace is defined, by all. What its `package.json` names is often built;
the source is then what the build's folder stands for.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from whence.analysis.sources import Project, best, glob, join, parents

CONDITIONS = ("source", "types", "import", "module", "node", "require", "browser", "default")
"""Conditions of a package's exports, the one nearest to its source first."""

_BUILT = re.compile(
    r"(?:\.?dist|\.?build|lib|out|output|publish|target|compiled|generated|typings|declarations)(?:[-_.]\w+)*"
)
_VARIANT = re.compile(r"(?:esm?|cjs|umd|amd|iife|mjs|commonjs|module|node|browser|types?|dts|es\d+|esm\d+|development)")
_SOURCES = ("src", "", "source", "lib", "app")
_KIND = re.compile(r"\.(?:d|min|prod|production|development|dev|esm|cjs|umd|mjs|es|module|bundle|global|modern)$")
_DEPENDENCIES = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_MOST_PACKAGES = 2000
_OWN_NAME = re.compile(r"workspace:(@?[\w.-]+(?:/[\w.-]+)?)@")


@dataclass(frozen=True)
class Packages:
    """The packages of a project."""

    project: Project

    @cached_property
    def folders(self) -> dict[str, str]:
        """The names of all packages by their folders; a package without a name has an empty one."""
        found = dict.fromkeys(self.project.configured("package.json"), "")
        found |= {folder: "" for name in ("deno.json", "deno.jsonc") for folder in self.project.configured(name)}
        for root, patterns in self._patterns.items():
            found |= dict.fromkeys(_listed(self.project, root, patterns), "")
        return {folder: self._name(folder) for folder in list(found)[:_MOST_PACKAGES]}

    def _name(self, folder: str) -> str:
        for file in ("package.json", "deno.json", "deno.jsonc"):
            name = self.project.configuration(folder, file).get("name")
            if isinstance(name, str) and name:
                return name
        return ""

    @cached_property
    def by_name(self) -> dict[str, list[str]]:
        """The folders of packages by their names, the outermost first."""
        found: dict[str, list[str]] = {}
        for folder in sorted(self.folders, key=lambda each: (each.count("/") if each else -1, each)):
            if name := self.folders[folder]:
                found.setdefault(name, []).append(folder)
        return found

    @cached_property
    def _patterns(self) -> dict[str, tuple[list[str], list[str]]]:
        """For the root of each workspace the patterns of its members and of what is no member."""
        names = ("package.json", "pnpm-workspace.yaml", "lerna.json", "rush.json", "deno.json", "deno.jsonc")
        roots = dict.fromkeys(folder for name in names for folder in self.project.configured(name))
        return {root: said for root in roots if (said := _workspace(self.project, root)) is not None}

    @cached_property
    def members(self) -> dict[str, frozenset[str]]:
        """For the root of each workspace the folders of its members, itself among them."""
        found: dict[str, frozenset[str]] = {}
        for root, (wanted, unwanted) in self._patterns.items():
            yes = [glob(join(root, each)) for each in wanted]
            no = [glob(join(root, each)) for each in unwanted]
            found[root] = frozenset(
                folder
                for folder in self.folders
                if folder == root
                or (
                    any(each.fullmatch(folder) for each in yes)
                    and not any(each.fullmatch(folder) or each.fullmatch(f"{folder}/") for each in no)
                )
            )
        return found

    def around(self, path: str) -> str | None:
        """The folder of the package that a file lies in."""
        return next((folder for folder in parents(path) if folder in self.folders), None)

    def locate(self, name: str, path: str) -> str | None:
        """The folder of the package that a file means by a name; None where it is none of the project."""
        own = self.around(path)
        if own is not None:
            if self.folders[own] == name:
                return own
            linked, name = self._depended(own, name)
            if linked is not None:
                return linked
        known = self.by_name.get(name, ())
        if not known:
            return None
        roots = [folder for folder in parents(path) if folder in self.members]
        for root in roots:
            if (found := next((folder for folder in known if folder in self.members[root]), None)) is not None:
                return found
        # A package that no workspace lets in is as foreign as one of the registry, and so is one nobody asks for.
        if roots or (own is not None and not self._knows(own, name, known)):
            return None
        return max(known, key=lambda folder: len(posixpath.commonpath([f"/{folder}", f"/{path}"])))

    def _knows(self, own: str, name: str, folders: list[str]) -> bool:
        """Whether a package outside of all workspaces means one of the project: it says so, or lies beside it."""
        said = self.project.configuration(own, "package.json")
        listed = any(name in table for key in _DEPENDENCIES if isinstance(table := said.get(key), dict))
        return listed or (bool(own) and any(posixpath.dirname(each) == posixpath.dirname(own) for each in folders))

    def _depended(self, folder: str, name: str) -> tuple[str | None, str]:
        """The folder that a package's dependency is linked to, if one is named, and the name that it has at home."""
        said = self.project.configuration(folder, "package.json")
        for table in _DEPENDENCIES:
            listed = said.get(table)
            value = listed.get(name) if isinstance(listed, dict) else None
            if not isinstance(value, str):
                continue
            scheme, _, rest = value.partition(":")
            if scheme in ("file", "link", "portal", "workspace") and rest.startswith(("./", "../")):
                linked = join(folder, rest)
                return (linked if linked in self.folders else None), name
            if match := _OWN_NAME.match(value):
                return None, match[1]
        return None, name

    def places(self, name: str, folder: str) -> Iterator[str]:
        """The folders in which a package may lie for who stands in a folder, installed ones among them."""
        own = self.locate(name, join(folder, "package.json"))
        if own is not None:
            yield own
        yield from self.by_name.get(name, ())
        for above in parents(join(folder, "package.json")):
            yield join(above, f"node_modules/{name}")


def _workspace(project: Project, root: str) -> tuple[list[str], list[str]] | None:
    """The patterns of members and of what is left out, where a folder is the root of a workspace."""
    listed: list[Any] = _yaml_list(str(project.configuration(root, "pnpm-workspace.yaml").get("text", "")), "packages")
    if not listed:
        said = project.configuration(root, "package.json").get("workspaces")
        said = said.get("packages") if isinstance(said, dict) else said
        listed = list(said) if isinstance(said, list) else []
        for name, key in (("lerna.json", "packages"), ("deno.json", "workspace"), ("deno.jsonc", "workspace")):
            more = project.configuration(root, name).get(key)
            listed += more if isinstance(more, list) else []
        rush = project.configuration(root, "rush.json").get("projects")
        listed += (
            [each.get("projectFolder") for each in rush if isinstance(each, dict)] if isinstance(rush, list) else []
        )
    patterns = [each.strip().removeprefix("./").rstrip("/") for each in listed if isinstance(each, str)]
    unwanted = [each[1:].removeprefix("./") for each in patterns if each.startswith("!")]
    return ([each for each in patterns if not each.startswith("!")], unwanted) if patterns else None


def _yaml_list(text: str, key: str) -> list[str]:
    """The texts of a list that a top-level key of YAML holds, in blocks or in brackets."""
    found: list[str] = []
    inside = False
    for line in text.splitlines():
        bare = re.sub(r"(?:^|[ \t])#.*", "", line).rstrip()
        if not bare:
            continue
        if inside and (match := re.fullmatch(r"[ \t]*-[ \t]+(.+)", bare)):
            found.append(match[1].strip().strip("'\""))
            continue
        inside = False
        if bare.startswith(f"{key}:"):
            rest = bare[len(key) + 1 :].strip()
            inside = not rest
            found += [each.strip().strip("'\"") for each in rest.strip("[]").split(",")] if rest else []
    return [each for each in found if each]


def _listed(project: Project, root: str, patterns: tuple[list[str], list[str]]) -> Iterator[str]:
    """The folders of packages that hold no source file, as one of configuration alone."""
    for pattern in patterns[0]:
        folder, _, last = pattern.rpartition("/")
        if "*" in folder:
            continue
        above = join(root, folder)
        names = project.entries(above) if "*" in last else [last]
        for name in list(names)[:_MOST_PACKAGES]:
            place = join(above, name)
            hidden = name == "node_modules" or name.startswith(".")
            if not hidden and place not in project.folders and project.has(join(place, "package.json")):
                yield place


# ---------------------------------------------------------------- ways in


def entries(said: dict[str, Any]) -> Iterator[str]:
    """Where a package begins, as its `package.json` says."""
    yield from exported(said.get("exports"), ".")
    for key in ("source", "module", "main", "types", "typings", "browser", "svelte"):
        if isinstance(said.get(key), str):
            yield said[key]


def exported(exports: Any, wanted: str, conditions: tuple[str, ...] = ()) -> Iterator[str]:
    """The places that a package's `exports` or `imports` names for a way in, the one nearest to the source first.

    Args:
        exports: the table.
        wanted: the way in, as `.` or `./part`.
        conditions: those that count before the ones that all take.
    """
    if isinstance(exports, str | list) or (
        isinstance(exports, dict) and exports and not any(str(key).startswith((".", "#")) for key in exports)
    ):
        exports = {".": exports}
    if not isinstance(exports, dict):
        return
    # Patterns that end in a slash are those of Node before 17.
    forms = {f"{key}*" if str(key).endswith("/") else str(key): (key, str(key).endswith("/")) for key in exports}
    if (chosen := best(forms, wanted)) is None:
        return
    key, whole = forms[chosen[0]]
    for place in _conditional(exports[key], (*conditions, *CONDITIONS)):
        yield f"{place}{chosen[1]}" if whole else place.replace("*", chosen[1])


def versioned(said: dict[str, Any], inside: str) -> Iterator[str]:
    """The places that `typesVersions` names for a path in a package, or for its main way in; the first table counts."""
    tables = said.get("typesVersions")
    table = next(iter(tables.values()), None) if isinstance(tables, dict) else None
    if not isinstance(table, dict):
        return
    ways = (
        [inside] if inside else [each for key in ("types", "typings", "main") if isinstance(each := said.get(key), str)]
    )
    for way in ways or ["index"]:
        if (chosen := best(table, posixpath.normpath(way))) is not None:
            places = table[chosen[0]]
            listed = places if isinstance(places, list) else [places]
            yield from (each.replace("*", chosen[1]) for each in listed if isinstance(each, str))


def _conditional(value: Any, conditions: tuple[str, ...]) -> Iterator[str]:
    waiting = [value]
    for _ in range(200):
        if not waiting:
            return
        each = waiting.pop(0)
        if isinstance(each, str):
            yield each
        elif isinstance(each, list):
            waiting = [*each, *waiting]
        elif isinstance(each, dict):
            named = [each[key] for key in conditions if key in each]
            waiting = [*named, *(value for key, value in each.items() if key not in conditions), *waiting]


def unbuilt(folder: str, place: str) -> Iterator[str]:
    """The paths that may be the source of a built file of a package, the likeliest first; their endings may differ.

    Args:
        folder: the package's.
        place: what its `package.json` names, from its folder.
    """
    parts = [part for part in place.split("/") if part not in ("", ".")]
    rest = list(parts)
    if len(rest) > 1 and _BUILT.fullmatch(rest[0]):
        rest.pop(0)
    elif not (len(rest) > 1 and _VARIANT.fullmatch(rest[0])):
        return
    variants = [rest]
    while len(variants[-1]) > 1 and _VARIANT.fullmatch(variants[-1][0]):
        variants.append(variants[-1][1:])
    for tail in variants:
        stem = "/".join(tail)
        if folder and stem.startswith(f"{folder}/"):  # built from the project's top, the folders above kept
            yield stem
        plain = _KIND.sub("", posixpath.splitext(stem)[0])
        for source in _SOURCES:
            if source != parts[0]:
                yield join(folder, join(source, plain))
                if (bare := _KIND.sub("", plain)) != plain:
                    yield join(folder, join(source, bare))
