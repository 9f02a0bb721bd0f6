"""Imports of JavaScript and TypeScript, resolved to files by the rules of Node and of TypeScript's compiler."""

import posixpath
from collections.abc import Callable, Iterator
from typing import Any

from whence.analysis.imports import Import
from whence.analysis.resolver import EXTERNAL, UNRESOLVED, Found
from whence.analysis.sources import Project, SourceFile, join, parents

_ENDINGS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_WRITTEN_FOR = {".js": (".ts", ".tsx", ".d.ts"), ".jsx": (".tsx",), ".mjs": (".mts",), ".cjs": (".cts",)}
"""What TypeScript takes for the name of the file that will be compiled to it."""

_CONDITIONS = ("source", "types", "import", "module", "node", "require", "browser", "default")
"""Conditions of a package's exports, the one nearest to its source first."""

_NODE = """
assert buffer child_process cluster console constants crypto dgram dns domain events fs http http2 https module
net os path perf_hooks process punycode querystring readline repl stream string_decoder timers tls tty url util
v8 vm wasi worker_threads zlib test
"""
_NODE_MODULES = frozenset(_NODE.split())


def resolver(project: Project) -> Callable[[SourceFile, Import], Found]:
    """A resolver of relative paths, `paths` and `baseUrl` of tsconfig, packages of the project, and `#imports`."""
    files = {path for path, each in project.files.items() if each.language in ("javascript", "typescript", "tsx")}
    packages = _packages(project)
    options: dict[str, tuple[str, dict[str, Any]]] = {}

    def there(stem: str) -> str | None:
        """The file that a path without or with its ending stands for."""
        if stem.startswith("../") or stem == "..":
            return None
        if stem in files:
            return stem
        root, ending = posixpath.splitext(stem)
        candidates = [root + each for each in _WRITTEN_FOR.get(ending, ())] + [stem + each for each in _ENDINGS]
        if (found := next((each for each in candidates if each in files), None)) is not None:
            return found
        if join(stem, "package.json") in project.configurations:
            for entry in _entries(project.configuration(stem, "package.json")):
                if entry.strip("./") and (found := there(join(stem, entry)) or built(stem, entry)) is not None:
                    return found
        return next((path for each in _ENDINGS if (path := join(stem, f"index{each}")) in files), None)

    def built(folder: str, entry: str) -> str | None:
        """The source of a compiled file, where the package's tsconfig says which folder is compiled to which."""
        _, said = compiler_options(join(folder, "tsconfig.json"))
        output, source = said.get("outDir"), said.get("rootDir")
        if not isinstance(output, str) or not isinstance(source, str):
            return None
        path, base = join(folder, entry), join(folder, output)
        inside = path.removeprefix(f"{base}/")
        return None if inside == path else there(join(join(folder, source), inside.removesuffix(".d.ts")))

    def compiler_options(path: str, depth: int = 0) -> tuple[str, dict[str, Any]]:
        """The folder that paths are said from, and the options, those that are inherited included."""
        if path in options or depth > 10:
            return options.get(path, ("", {}))
        folder = posixpath.dirname(path)
        name = posixpath.basename(path)
        raw = project.configuration(folder, name) if path in project.configurations else {}
        own = raw.get("compilerOptions")
        own = own if isinstance(own, dict) else {}
        base, merged = folder, dict[str, Any]()
        extends = raw.get("extends")
        for each in [extends] if isinstance(extends, str) else extends if isinstance(extends, list) else []:
            if isinstance(each, str) and each.startswith("."):
                parent = join(folder, each if each.endswith(".json") else f"{each}.json")
                parent_base, inherited = compiler_options(parent, depth + 1)
                merged |= inherited
                base = parent_base if "paths" in inherited or "baseUrl" in inherited else base
        if "baseUrl" in own and isinstance(own["baseUrl"], str):
            base = join(folder, own["baseUrl"])
        elif "paths" in own and "baseUrl" not in merged:
            base = folder
        merged |= own
        options[path] = (base, merged)
        return options[path]

    def configuration_of(file: SourceFile) -> tuple[str, dict[str, Any]]:
        for folder in parents(file.path):
            for name in ("tsconfig.json", "jsconfig.json"):
                if join(folder, name) in project.configurations:
                    return compiler_options(join(folder, name))
        return "", {}

    def by_paths(file: SourceFile, target: str) -> str | None:
        base, said = configuration_of(file)
        paths = said.get("paths")
        for pattern, places in sorted(paths.items(), key=lambda each: -len(each[0])) if isinstance(paths, dict) else ():
            for inner in _matched(pattern, target):
                for place in places if isinstance(places, list) else ():
                    if isinstance(place, str) and (found := there(join(base, place.replace("*", inner)))) is not None:
                        return found
        return there(join(base, target)) if "baseUrl" in said else None

    def of_package(target: str) -> Found | None:
        """A file of a package that the project itself holds; None where it holds none of that name."""
        parts = target.split("/")
        name = "/".join(parts[:2] if target.startswith("@") else parts[:1])
        folder = packages.get(name)
        if folder is None:
            return None
        inside = target[len(name) :].lstrip("/")
        said = project.configuration(folder, "package.json")
        for entry in _exported(said.get("exports"), f"./{inside}" if inside else "."):
            if (found := there(join(folder, entry)) or built(folder, entry)) is not None:
                return (found,)
        direct = there(join(folder, inside)) if inside or "exports" not in said else None
        return (direct,) if direct is not None else UNRESOLVED

    def resolve(file: SourceFile, each: Import) -> Found:
        target = each.target.split("?")[0].split("!")[-1]  # what a bundler is told comes after and before these
        if target.startswith((".", "/")):
            base = posixpath.dirname(file.path) if target.startswith(".") else ""
            found = there(join(base, target.lstrip("/") if not base and target.startswith("/") else target))
            if found is not None:
                return (found,)
            # A style sheet, a picture or data: a file, but none that imports anything.
            ending = posixpath.splitext(target)[1]
            return EXTERNAL if ending and ending not in (*_ENDINGS, ".vue", ".svelte") else UNRESOLVED
        if target.startswith("#"):
            for folder in parents(file.path):
                if join(folder, "package.json") in project.configurations:
                    said = project.configuration(folder, "package.json").get("imports")
                    for entry in _exported(said, target):
                        if (found := there(join(folder, entry)) or built(folder, entry)) is not None:
                            return (found,)
                    break
            found = by_paths(file, target)
            return (found,) if found is not None else UNRESOLVED
        if target.startswith("node:"):
            return EXTERNAL
        if (found := by_paths(file, target)) is not None:
            return (found,)
        if target.split("/")[0] in _NODE_MODULES and target not in packages:
            return EXTERNAL
        of_own = of_package(target)
        if of_own is not None:
            return of_own
        return UNRESOLVED if _is_mapped(configuration_of(file)[1], target) else EXTERNAL

    return resolve


def _packages(project: Project) -> dict[str, str]:
    """The folders of the packages that the project holds, by their names."""
    found: dict[str, str] = {}
    for folder in project.configured("package.json"):
        name = project.configuration(folder, "package.json").get("name")
        if isinstance(name, str) and name:
            found.setdefault(name, folder)
    return found


def _entries(said: dict[str, Any]) -> Iterator[str]:
    """Where a package begins."""
    yield from _exported(said.get("exports"), ".")
    yield from (said[key] for key in ("source", "module", "main", "types") if isinstance(said.get(key), str))


def _exported(exports: Any, wanted: str) -> Iterator[str]:
    """The paths that a package's `exports` or `imports` names for a way in, the one nearest to the source first."""
    if isinstance(exports, str | list) or (
        isinstance(exports, dict) and exports and not any(str(key).startswith((".", "#")) for key in exports)
    ):
        exports = {".": exports}
    if not isinstance(exports, dict):
        return
    for key, value in sorted(exports.items(), key=lambda each: -len(str(each[0]))):
        for inner in _matched(str(key), wanted):
            yield from (path.replace("*", inner) for path in _conditional(value))


def _conditional(value: Any) -> Iterator[str]:
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
            named = [each[key] for key in _CONDITIONS if key in each]
            waiting = [*named, *(value for key, value in each.items() if key not in _CONDITIONS), *waiting]


def _matched(pattern: str, target: str) -> Iterator[str]:
    """What a pattern's star stands for, once, if it matches; an empty text for a pattern without one."""
    before, star, after = pattern.partition("*")
    if not star:
        if pattern == target:
            yield ""
    elif len(target) >= len(before) + len(after) and target.startswith(before) and target.endswith(after):
        yield target[len(before) : len(target) - len(after)]


def _is_mapped(said: dict[str, Any], target: str) -> bool:
    """Whether `paths` claims a name, other than by a lone star."""
    paths = said.get("paths")
    return isinstance(paths, dict) and any(
        pattern != "*" and any(True for _ in _matched(pattern, target)) for pattern in paths
    )
