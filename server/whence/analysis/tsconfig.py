"""What TypeScript's configuration says about imports: inherited, spread over projects, and for which files it counts.

The rules are those of TypeScript's compiler (https://www.typescriptlang.org/tsconfig): `extends` names files or
packages, later ones override earlier ones, and every path is said from the file that says it; `references` name other
projects, of which the one counts that includes a file. Beyond the compiler, configurations of other names in the same
folder are known, as Nx and Vite write them: they come last.
"""

import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from whence.analysis.node_packages import exported
from whence.analysis.sources import Project, glob, join, parents

Locate = Callable[[str, str], Iterator[str]]
"""The folders in which a package of a name may lie, for who stands in a folder."""

_CONFIG_DIR = "${configDir}"
_MOST_PATTERNS = 500
_DEEPEST = 12


@dataclass(frozen=True)
class Options:
    """What one configuration says, all that it inherits included; every path from the project's top."""

    path: str
    """The configuration's own path."""

    base: str | None = None
    """`baseUrl`."""

    paths: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Patterns of names and the places that they stand for."""

    root_dirs: tuple[str, ...] = ()
    """Folders that count as one."""

    suffixes: tuple[str, ...] = ("",)
    """What may come between a file's name and its ending, the preferred first."""

    conditions: tuple[str, ...] = ()
    """`customConditions`: those of a package's exports that count before the usual ones."""

    output: str | None = None
    """`outDir`."""

    source: str | None = None
    """`rootDir`."""

    files: frozenset[str] | None = None
    """The files that it names one by one; None where it names none."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    """Patterns of the files that it is for, and of those among them that it is not for."""

    references: tuple[str, ...] = ()
    """Paths of the configurations of the projects that it refers to."""

    def covers(self, path: str) -> bool:
        """Whether it is for a file."""
        if self.files is not None and path in self.files:
            return True
        return any(glob(each).fullmatch(path) for each in self.include) and not any(
            glob(each).fullmatch(path) for each in self.exclude
        )


def options(project: Project, path: str, locate: Locate) -> Options:
    """Read a configuration.

    Args:
        project: of which it is.
        path: where it lies.
        locate: where packages may lie, for an `extends` that names one.
    """
    own = posixpath.dirname(path)
    said = _inherited(project, path, locate, ())

    def place(key: str) -> str | None:
        value, folder = said.get(key, (None, ""))
        return _placed(value, folder, own) if isinstance(value, str) else None

    def texts(key: str) -> tuple[tuple[str, ...], str]:
        value, folder = said.get(key, (None, ""))
        listed = value if isinstance(value, list) else []
        return tuple(each for each in listed[:_MOST_PATTERNS] if isinstance(each, str)), folder

    base = place("baseUrl")
    mapping, folder = said.get("paths", ({}, own))
    from_ = folder if base is None else base
    paths = tuple(
        (pattern, tuple(_placed(each, from_, own) for each in places if isinstance(each, str)))
        for pattern, places in (mapping.items() if isinstance(mapping, dict) else ())
        if isinstance(places, list)
    )
    roots, roots_folder = texts("rootDirs")
    suffixes, _ = texts("moduleSuffixes")
    conditions, _ = texts("customConditions")
    output = place("outDir")
    files, files_folder = texts("files")
    include, include_folder = texts("include")
    exclude, exclude_folder = texts("exclude")
    if "include" not in said and "files" not in said:
        include, include_folder = ("**/*",), own
    left_out = [_placed(each, exclude_folder, own) for each in exclude]
    if "exclude" not in said and output:
        left_out.append(output)
    return Options(
        path=path,
        base=base,
        paths=paths,
        root_dirs=tuple(_placed(each, roots_folder, own) for each in roots),
        suffixes=suffixes or ("",),
        conditions=conditions,
        output=output,
        source=place("rootDir"),
        files=frozenset(_placed(each, files_folder, own) for each in files) if "files" in said else None,
        include=tuple(_pattern(_placed(each, include_folder, own)) for each in include),
        exclude=tuple(form for each in left_out for form in (_pattern(each), _below(each))),
        references=tuple(_references(project, path)),
    )


def of_folder(project: Project, folder: str, names: list[str], read: Callable[[str], Options]) -> list[Options]:
    """The configurations that count in a folder: the main one, the projects that it refers to, those of other names.

    Args:
        project: of which they are.
        folder: the folder.
        names: the names of configurations in it.
        read: reads one by its path.
    """
    ordered = [name for name in ("tsconfig.json", "jsconfig.json") if name in names][:1]
    waiting = [join(folder, name) for name in ordered]
    found: dict[str, Options] = {}
    while waiting and len(found) < _MOST_PATTERNS:
        path = waiting.pop(0)
        if path not in found and project.has(path):
            found[path] = read(path)
            waiting += found[path].references
    others = [join(folder, name) for name in sorted(set(names).difference(ordered))]
    found |= {path: read(path) for path in others if path not in found}
    return list(found.values())


def for_file(path: str, in_folder: Callable[[str], list[Options]]) -> tuple[Options | None, list[Options]]:
    """The configuration that counts for a file, if any does, and all others that lie near, the nearest first."""
    around = [each for folder in parents(path) for each in in_folder(folder)]
    chosen = next((each for each in around if each.covers(path)), None)
    return chosen, [each for each in around if each is not chosen]


def _inherited(project: Project, path: str, locate: Locate, below: tuple[str, ...]) -> dict[str, tuple[Any, str]]:
    """The options by name, each with the folder that its paths are said from."""
    if path in below or len(below) >= _DEEPEST:
        return {}
    folder = posixpath.dirname(path)
    raw = project.configuration(folder, posixpath.basename(path))
    said: dict[str, tuple[Any, str]] = {}
    extends = raw.get("extends")
    for name in [extends] if isinstance(extends, str) else extends if isinstance(extends, list) else []:
        parent = _extended(project, folder, name, locate) if isinstance(name, str) else None
        if parent is not None:
            said |= _inherited(project, parent, locate, (*below, path))
    own = raw.get("compilerOptions")
    for key, value in (own if isinstance(own, dict) else {}).items():
        said[key] = (value, folder)
    for key in ("files", "include", "exclude"):
        if key in raw:
            said[key] = (raw[key], folder)
    return {key: value for key, value in said.items() if value[0] is not None}


def _extended(project: Project, folder: str, name: str, locate: Locate) -> str | None:
    """The configuration that an `extends` names, by path or by package."""
    if name.startswith((".", "/")):
        path = join(folder, name.lstrip("/") if name.startswith("/") else name)
        named = (path, f"{path}.json", join(path, "tsconfig.json"))
        return next((each for each in named if each and project.has(each)), None)
    parts = name.split("/")
    package = "/".join(parts[: 2 if name.startswith("@") else 1])
    inside = name[len(package) + 1 :]
    for place in locate(package, folder):
        said = project.configuration(place, "package.json")
        ways = [f"./{inside}", f"./{inside}.json"] if inside else ["."]
        forms = [] if inside or not isinstance(said.get("tsconfig"), str) else [said["tsconfig"]]
        forms += [place for way in ways for place in exported(said.get("exports"), way)]
        forms += [inside, f"{inside}.json", f"{inside}/tsconfig.json"] if inside else ["tsconfig.json"]
        for form in forms:
            path = join(place, form)
            if path.endswith(".json") and project.has(path):
                return path
    return None


def _references(project: Project, path: str) -> Iterator[str]:
    folder = posixpath.dirname(path)
    said = project.configuration(folder, posixpath.basename(path)).get("references")
    for each in said if isinstance(said, list) else []:
        if isinstance(each, dict) and isinstance(each.get("path"), str):
            place = join(folder, each["path"])
            yield place if place.endswith(".json") else join(place, "tsconfig.json")


def _placed(said: str, folder: str, own: str) -> str:
    """A path as it is said in a folder, from the top. `${configDir}` is the folder of who inherits."""
    if said.startswith(_CONFIG_DIR):
        return join(own, said[len(_CONFIG_DIR) :].lstrip("/") or ".")
    return join(folder, said)


def _pattern(said: str) -> str:
    """A pattern that names a folder stands for all that lies in it."""
    last = posixpath.basename(said)
    if not said:
        return "**/*"
    return said if "*" in last or "?" in last or "." in last else f"{said}/**/*"


def _below(said: str) -> str:
    return f"{said.rstrip('/*')}/**" if said.rstrip("/*") else "**"
