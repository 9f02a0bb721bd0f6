"""Imports of JavaScript and TypeScript, resolved to files by the rules of Node, TypeScript's compiler and bundlers."""

import posixpath
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from whence.analysis import bundlers, node_packages, tsconfig
from whence.analysis.bundlers import Alias
from whence.analysis.imports import Import
from whence.analysis.node_packages import Packages
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found, Resolver
from whence.analysis.sources import Project, SourceFile, best, glob, is_configuration, join, parents
from whence.analysis.tsconfig import Options

LANGUAGES = frozenset({"javascript", "typescript", "tsx", "vue", "svelte", "astro"})
"""The languages whose files import one another."""

_ENDINGS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".d.mts", ".d.cts", ".vue")
_WRITTEN_FOR = {
    ".js": (".ts", ".tsx", ".d.ts", ".jsx"),
    ".jsx": (".tsx", ".ts", ".d.ts"),
    ".mjs": (".mts", ".d.mts", ".ts"),
    ".cjs": (".cts", ".d.cts", ".ts"),
    ".ts": (".d.ts",),
}
"""What TypeScript takes for the name of the file that will be compiled to it."""

_CODE = frozenset({*_ENDINGS, ".svelte", ".astro"})
_PLATFORMS = (".native", ".ios", ".android", ".web", ".windows", ".macos")
"""What React Native's bundler puts before an ending, a file for each platform."""

_NODE = """
assert async_hooks buffer child_process cluster console constants crypto dgram diagnostics_channel dns domain events fs
http http2 https inspector module net os path perf_hooks process punycode querystring readline repl stream
string_decoder sys timers tls tty url util v8 vm wasi worker_threads zlib test
"""
_NODE_MODULES = frozenset(_NODE.split())
_SCHEMES = ("node:", "bun:", "npm:", "jsr:", "deno:", "virtual:", "data:", "astro:", "cloudflare:")


@dataclass(frozen=True)
class _State:
    """What is known of a project while its imports are resolved."""

    project: Project
    files: frozenset[str]
    packages: Packages
    names: dict[str, list[str]]
    """The names of configurations by their folders."""

    options: dict[str, Options] = field(default_factory=dict)
    in_folder: dict[str, list[Options]] = field(default_factory=dict)
    for_file: dict[str, tuple[Options | None, list[Options]]] = field(default_factory=dict)
    aliases: dict[str, tuple[Alias, ...]] = field(default_factory=dict)


def resolver(project: Project) -> Resolver:
    """A resolver of paths, of names that configuration maps, of packages of the project, and of `#imports`."""
    names: dict[str, list[str]] = defaultdict(list)
    for path in sorted(project.configurations):
        if is_configuration(name := posixpath.basename(path)):
            names[posixpath.dirname(path)].append(name)
    files = frozenset(path for path, each in project.files.items() if each.language in LANGUAGES)
    return partial(_resolve, _State(project, files, Packages(project), dict(names)))


def _resolve(state: _State, file: SourceFile, each: Import) -> Found:
    target = each.target.split("?")[0].split("!")[-1]  # what a bundler is told comes after and before these
    if each.form == "url":
        return _by_url(state, file, target)
    if each.form == "glob":
        return _by_glob(state, file, each)
    if target.startswith((".", "/")):
        return _by_path(state, file, target)
    if target.startswith(_SCHEMES):
        return EXTERNAL
    found = _by_name(state, file, target)
    if found in (EXTERNAL, UNRESOLVED) and each.form == "amd":
        # A loader's names are said from its own base, which is commonly the folder that the file lies in.
        beside = _file(state, join(posixpath.dirname(file.path), target))
        return (beside,) if beside is not None else found
    return found


def _by_name(state: _State, file: SourceFile, target: str) -> Found:
    """What a name brings in that is no path: by configuration, or as a package."""
    chosen, others = _options_of(state, file.path)
    if (found := _mapped(state, chosen, target) if chosen else None) is not None:
        return (found,)
    if (found := _replaced(state, file, target)) is not None:
        return (found,)
    if target.startswith("#") and (own := _own_import(state, file, target)) is not None:
        return own
    if target.split("/")[0] in _NODE_MODULES and target not in state.packages.by_name:
        return EXTERNAL
    # No configuration that counts for this file knows the name. One near it may be what bundlers and tests go by: a
    # name that it maps is a source of this project's, whatever a package of that name has been built to.
    claiming = [near for near in others if _claims(near, target)]
    if (found := next((path for near in claiming if (path := _by_pattern(state, near, target))), None)) is not None:
        return (found,)
    if (of_own := _of_package(state, file, target)) is not None:
        return of_own
    if (found := next((path for near in others if (path := _mapped(state, near, target))), None)) is not None:
        return (found,)
    claimed = chosen or (others[0] if others else None)
    return UNRESOLVED if target.startswith("#") or (claimed and _claims(claimed, target)) else EXTERNAL


# ---------------------------------------------------------------- files


def _file(state: _State, stem: str, suffixes: tuple[str, ...] = ("",)) -> str | None:
    """The file that a path stands for, its ending written or not, or written as that of what it is compiled to."""
    if stem.startswith("../") or stem == "..":
        return None
    if suffixes == ("",) and stem in state.files:
        return stem
    root, ending = posixpath.splitext(stem)
    forms = [(root, ending), *((root, other) for other in _WRITTEN_FOR.get(ending, ()))] if ending in _CODE else []
    forms += [(stem, other) for other in _ENDINGS]
    return next(
        (path for start, end in forms for suffix in suffixes if (path := f"{start}{suffix}{end}") in state.files), None
    )


def _there(state: _State, stem: str, suffixes: tuple[str, ...] = ("",), depth: int = 0) -> str | None:
    """The file that a path stands for, be it a folder with a package or an index in it."""
    if (found := _file(state, stem, suffixes)) is not None or depth > 5:
        return found
    if stem in state.packages.folders:
        said = state.project.configuration(stem, "package.json")
        if (found := _entry(state, stem, [*node_packages.entries(said)], depth + 1)) is not None:
            return found
    return _file(state, join(stem, "index"), suffixes)


def _entry(state: _State, folder: str, places: list[str], depth: int = 0) -> str | None:
    """The file of the first place that there is; where there is none, the source that one of them is built from."""
    inside = [place for place in places if place.strip("./") and "node_modules" not in place]
    found = next((path for place in inside if (path := _there(state, join(folder, place), depth=depth))), None)
    return found or next((path for place in inside if (path := _source(state, folder, place))), None)


def _source(state: _State, folder: str, place: str) -> str | None:
    """The source of a built file: where the package's compiler options tell it, or by the customs of build folders."""
    path = join(folder, place)
    for said in _in_folder(state, folder):
        if said.output and path.startswith(f"{said.output}/"):
            inside = path[len(said.output) + 1 :]
            for source in [said.source] if said.source is not None else []:
                if (found := _file(state, join(source, _undeclared(inside)))) is not None:
                    return found
    return next(
        (found for stem in node_packages.unbuilt(folder, place) if (found := _there(state, stem, depth=5))), None
    )


def _undeclared(path: str) -> str:
    for ending in (".d.ts", ".d.mts", ".d.cts"):
        path = path.removesuffix(ending)
    return path


# ---------------------------------------------------------------- paths


def _by_path(state: _State, file: SourceFile, target: str) -> Found:
    chosen, _ = _options_of(state, file.path)
    suffixes = chosen.suffixes if chosen else ("",)
    package = state.packages.around(file.path)
    folder = posixpath.dirname(file.path)
    if target.startswith("/"):
        starts = dict.fromkeys([package or "", ""])
        stems = [join(start, target.lstrip("/") or ".") for start in starts]
    else:
        stems = [join(folder, target)]
        stems += _under_other_roots(chosen, stems[0]) if chosen else []
    for stem in stems:
        if (found := _there(state, stem, suffixes)) is not None:
            return (found,)
    if several := _of_platforms(state, stems[0]):
        return several
    if package is not None and stems[0].startswith(f"{package}/" if package else ""):
        place = stems[0][len(package) + 1 :] if package else stems[0]
        if (found := _source(state, package, place)) is not None:
            return (found,)
    # A style sheet, a picture or data: a file, but none that imports anything.
    ending = posixpath.splitext(target)[1]
    return EXTERNAL if ending and ending not in _CODE else UNRESOLVED


def _under_other_roots(said: Options, stem: str) -> Iterator[str]:
    """A path as it is below the other ones of the folders that count as one."""
    for root in said.root_dirs:
        if stem.startswith(f"{root}/") or not root:
            inside = stem[len(root) + 1 :] if root else stem
            yield from (join(other, inside) for other in said.root_dirs if other != root)


def _of_platforms(state: _State, stem: str) -> Found:
    """The files of a module that has one for each platform and none for all."""
    return tuple(
        sorted(
            path
            for platform in _PLATFORMS
            for end in (".ts", ".tsx", ".js", ".jsx")
            if (path := f"{stem}{platform}{end}") in state.files
        )
    )


def _by_url(state: _State, file: SourceFile, target: str) -> Found:
    """A worker or another file that is loaded by its address; nothing where that is no source file."""
    if target.startswith("/"):
        package = state.packages.around(file.path) or ""
        stems = [join(start, target.lstrip("/")) for start in dict.fromkeys([package, join(package, "public"), ""])]
    else:
        stems = [join(posixpath.dirname(file.path), target)]
    found = next((path for stem in stems if (path := _file(state, stem))), None)
    return (found,) if found is not None else ()


_MOST_FOUND = 500


def _by_glob(state: _State, file: SourceFile, each: Import) -> Found:
    """The files that a pattern of paths stands for, without those that the patterns beside it take away."""
    unwanted = [glob(stem) for said in each.names for stem in _stems(state, file, said)]
    for stem in _stems(state, file, each.target):
        forms = (glob(stem), glob(f"{stem}.*"))[: 1 if posixpath.splitext(stem)[1] in _CODE else 2]
        start = stem.partition("*")[0].partition("{")[0]
        found = sorted(
            path
            for path in state.files
            if path.startswith(start)
            and any(form.fullmatch(path) for form in forms)
            and not any(form.fullmatch(path) for form in unwanted)
        )
        if found:
            return tuple(found[:_MOST_FOUND])
    return ()


def _stems(state: _State, file: SourceFile, said: str) -> Iterator[str]:
    """The paths from the project's top that a pattern may be meant as."""
    if said.startswith("."):
        yield join(posixpath.dirname(file.path), said)
    elif said.startswith("/"):
        yield from dict.fromkeys(join(start, said[1:]) for start in (state.packages.around(file.path) or "", ""))
    elif said.startswith("**"):
        yield from _stems(state, file, f"/{said}")
    else:
        for folder in parents(file.path):
            yield from bundlers.replaced(_aliases(state, folder), said)


# ---------------------------------------------------------------- configuration


def _options(state: _State, path: str) -> Options:
    if path not in state.options:
        state.options[path] = tsconfig.options(state.project, path, state.packages.places)
    return state.options[path]


def _in_folder(state: _State, folder: str) -> list[Options]:
    if folder not in state.in_folder:
        names = [name for name in state.names.get(folder, ()) if name.startswith(("tsconfig", "jsconfig"))]
        state.in_folder[folder] = tsconfig.of_folder(state.project, folder, names, partial(_options, state))
    return state.in_folder[folder]


def _options_of(state: _State, path: str) -> tuple[Options | None, list[Options]]:
    """The configuration that counts for a file, and the others near it."""
    if path not in state.for_file:
        state.for_file[path] = tsconfig.for_file(path, partial(_in_folder, state))
    return state.for_file[path]


def _mapped(state: _State, said: Options, target: str) -> str | None:
    """The file that `paths` or `baseUrl` leads a name to."""
    if (found := _by_pattern(state, said, target)) is not None:
        return found
    return _there(state, join(said.base, target), said.suffixes) if said.base is not None else None


def _by_pattern(state: _State, said: Options, target: str) -> str | None:
    """The file that `paths` leads a name to: of its patterns only the best counts."""
    if (chosen := best((pattern for pattern, _ in said.paths), target)) is None:
        return None
    places = next(places for pattern, places in said.paths if pattern == chosen[0])
    for place in (place.replace("*", chosen[1]) for place in places):
        if (found := _there(state, place, said.suffixes) or _unbuilt_place(state, place)) is not None:
            return found
    return None


def _unbuilt_place(state: _State, place: str) -> str | None:
    """The source of a built file that a path leads to."""
    folder = state.packages.around(place)
    return None if folder is None else _source(state, folder, place[len(folder) :].lstrip("/"))


def _replaced(state: _State, file: SourceFile, target: str) -> str | None:
    """The file that a bundler's configuration leads a name to."""
    for folder in parents(file.path):
        for place in bundlers.replaced(_aliases(state, folder), target):
            if (found := _there(state, place)) is not None:
                return found
    return None


def _aliases(state: _State, folder: str) -> tuple[Alias, ...]:
    if folder not in state.aliases:
        state.aliases[folder] = bundlers.aliases(state.project, folder, state.names.get(folder, []))
    return state.aliases[folder]


def _claims(said: Options, target: str) -> bool:
    """Whether `paths` claims a name, other than by a lone star."""
    return best((pattern for pattern, _ in said.paths if pattern != "*"), target) is not None


# ---------------------------------------------------------------- packages


def _own_import(state: _State, file: SourceFile, target: str) -> Found | None:
    """What the nearest package's `imports` say of a name with a number sign; None where they don't know it."""
    for folder in parents(file.path):
        said = state.project.configuration(folder, "package.json") if folder in state.packages.folders else {}
        if not said:
            continue
        places = list(node_packages.exported(said.get("imports"), target, _conditions(state, file)))
        if (found := _entry(state, folder, [place for place in places if place.startswith(".")])) is not None:
            return (found,)
        for name in (place for place in places if not place.startswith(".")):
            own = _of_package(state, file, name)
            return EXTERNAL if own is None else own
        return None
    return None


def _of_package(state: _State, file: SourceFile, target: str) -> Found | None:
    """A file of a package that the project itself holds; None where it holds none of that name."""
    parts = target.split("/")
    name = "/".join(parts[:2] if target.startswith("@") else parts[:1])
    folder = state.packages.locate(name, file.path)
    if folder is None:
        return None
    inside = target[len(name) :].lstrip("/")
    said = state.project.configuration(folder, "package.json") or _deno(state, folder)
    exports = said.get("exports")
    wanted = f"./{inside}" if inside else "."
    found = _entry(state, folder, list(node_packages.exported(exports, wanted, _conditions(state, file))))
    if found is None and exports is None:
        found = _entry(state, folder, list(node_packages.versioned(said, inside)))
    if found is None and (inside or exports is None):
        found = _there(state, join(folder, inside)) or (_source(state, folder, inside) if inside else None)
    if found is None and not inside:
        found = next((path for each in ("src", "source", "lib") if (path := _index(state, folder, each))), None)
    return (found,) if found is not None else UNRESOLVED


def _conditions(state: _State, file: SourceFile) -> tuple[str, ...]:
    """The conditions of exports that the compiler is told to take for a file, before those that all take."""
    chosen, _ = _options_of(state, file.path)
    return chosen.conditions if chosen else ()


def _index(state: _State, folder: str, inner: str) -> str | None:
    return next((path for name in ("index", "main") if (path := _file(state, join(folder, f"{inner}/{name}")))), None)


def _deno(state: _State, folder: str) -> dict[str, object]:
    return next(
        (said for name in ("deno.json", "deno.jsonc") if (said := state.project.configuration(folder, name))), {}
    )
