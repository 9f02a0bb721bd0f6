"""Where Python's modules lie, as each build backend, type checker and test runner is told: folders, and their names."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from whence.analysis.sources import Project, join

_MOST_LINES = 20_000
_LONGEST = 400


@dataclass(frozen=True)
class Layout:
    """A folder that modules are found in."""

    folder: str
    """From the project's top."""

    prefix: tuple[str, ...] = ()
    """The names of the package that the folder is; none where it holds packages."""

    def inside(self, parts: list[str]) -> list[str] | None:
        """The names below this folder that a module's names lead to; None where they lead elsewhere."""
        count = len(self.prefix)
        return parts[count:] if tuple(parts[:count]) == self.prefix else None


def layouts(project: Project) -> list[Layout]:
    """The folders of a project that modules are found in, by its configuration and by custom, outer ones first."""
    found = [Layout(""), Layout("src")]
    for folder in project.configured("pyproject.toml"):
        said = project.configuration(folder, "pyproject.toml")
        found += _customary(folder)
        found += [Layout(join(folder, each.folder), each.prefix) for each in _of_tables(said)]
    for name in ("setup.cfg", "setup.py", "pytest.ini"):
        for folder in project.configured(name):
            text = str(project.configuration(folder, name).get("text", ""))
            read = _of_program(text) if name == "setup.py" else _of_sections(text)
            found += _customary(folder)
            found += [Layout(join(folder, each.folder), each.prefix) for each in read]
    for folder in project.configured("pyrightconfig.json"):
        found += [Layout(join(folder, each)) for each in _pyright(project.configuration(folder, "pyrightconfig.json"))]
    return list(dict.fromkeys(found))


def _customary(folder: str) -> list[Layout]:
    return [Layout(join(folder, each)) for each in ("", "src", "lib", "python")]


def _of_tables(said: dict[str, Any]) -> Iterator[Layout]:
    """What the tables of a `pyproject.toml` say, for setuptools, Hatch, Poetry, PDM, uv, maturin and scikit-build."""

    def at(path: str) -> Any:
        value: Any = said.get("tool", {})
        for key in path.split(" "):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    plain = (
        "setuptools packages find where",
        "pytest ini_options pythonpath",
        "pdm build package-dir",
        "maturin python-source",
        "uv build-backend module-root",
        "mypy mypy_path",
        "ruff src",
        "isort src_paths",
        "pytype pythonpath",
        "hatch build targets wheel dev-mode-dirs",
        "hatch build dev-mode-dirs",
    )
    for path in plain:
        for each in _texts(at(path)):
            yield from (Layout(part) for part in re.split(r"[,:;]", each) if part.strip())
    yield from (Layout(each) for each in _pyright(at("pyright")))
    yield from _named(at("setuptools package-dir"))
    for table in ("hatch build targets wheel", "hatch build", "scikit-build wheel"):
        for each in _texts(at(f"{table} packages")):
            yield Layout(posixpath.dirname(each))
    for table in ("hatch build targets wheel", "hatch build"):
        sources = at(f"{table} sources")
        yield from (Layout(each) for each in _texts(sources))
        for table_of in (sources, at(f"{table} force-include")):
            for place, name in table_of.items() if isinstance(table_of, dict) else ():
                if isinstance(name, str) and not posixpath.splitext(place)[1]:
                    yield Layout(place, tuple(part for part in name.split("/") if part))
    packages = at("poetry packages")
    for each in packages if isinstance(packages, list) else []:
        if isinstance(each, dict) and isinstance(include := each.get("include"), str):
            start = each["from"] if isinstance(each.get("from"), str) else ""
            yield Layout(start or ".")
            if isinstance(to := each.get("to"), str) and "*" not in include:
                yield Layout(posixpath.join(start, include), (*to.split("/"), *include.split("/")))


def _pyright(said: Any) -> Iterator[str]:
    if not isinstance(said, dict):
        return
    yield from _texts(said.get("extraPaths"))
    environments = said.get("executionEnvironments")
    for each in environments if isinstance(environments, list) else []:
        if isinstance(each, dict):
            yield from _texts(each.get("root"))
            yield from _texts(each.get("extraPaths"))


def _texts(value: Any) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    return [each for each in listed if isinstance(each, str)]


def _named(table: Any) -> Iterator[Layout]:
    """The folders of packages by their names, as setuptools takes them; the empty name is for all others."""
    for name, place in table.items() if isinstance(table, dict) else ():
        if isinstance(place, str):
            yield Layout(place or ".", tuple(part for part in str(name).split(".") if part))


def _of_sections(text: str) -> Iterator[Layout]:
    """What `setup.cfg` and `pytest.ini` say."""
    key = ""
    for line in text.splitlines()[:_MOST_LINES]:
        bare = line.strip()
        if not bare or len(line) > _LONGEST or bare[0] in "#;[":
            continue
        name, sign, value = (part.strip() for part in bare.partition("="))
        if line[0] not in " \t":
            key, bare = name, value
        if key == "package_dir" and bare:
            name, sign, value = (part.strip() for part in bare.partition("="))
            yield from _named({name: value} if sign else {})
        elif key in ("where", "pythonpath", "mypy_path", "python_paths"):
            yield from (Layout(each) for each in re.split(r"[\s,:]+", bare) if each)


def _of_program(text: str) -> Iterator[Layout]:
    """What is written out in a `setup.py`: the table `package_dir`, and where packages are found."""
    for table in re.findall(r"package_dir[ \t]*=[ \t]*(?:dict\()?\{([^{}]{0,2000})\}", text):
        yield from _named(dict(re.findall(r"""["']([\w.]*)["'][ \t]*:[ \t]*["']([\w./-]*)["']""", table)))
    for found in re.findall(
        r"""find_(?:namespace_)?packages\([ \t\n]*(?:where[ \t]*=[ \t]*)?["']([\w./-]+)["']""", text
    ):
        yield Layout(found)
    for found in re.findall(r"""\bwhere[ \t]*=[ \t]*["']([\w./-]+)["']""", text):
        yield Layout(found)
