"""Where Python's modules lie, as each build backend, type checker and test runner is told: folders, and their names."""

import ast
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from whence.analysis.sources import Project, join

_MOST_LINES = 20_000
_LONGEST = 400
_LONGEST_PROGRAM = 200_000
_MOST_NODES = 50_000


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
    for name in ("setup.cfg", "setup.py", "pytest.ini", "tox.ini", "mypy.ini"):
        for folder in project.configured(name):
            text = str(project.configuration(folder, name).get("text", ""))
            read = _of_program(text) if name == "setup.py" else _of_sections(text)
            found += _customary(folder)
            found += [Layout(join(folder, each.folder), each.prefix) for each in read]
    for folder in project.configured("pytest.toml"):
        table = project.configuration(folder, "pytest.toml").get("pytest")
        paths = _texts(table.get("pythonpath")) if isinstance(table, dict) else []
        found += [Layout(join(folder, each)) for each in paths]
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
            bare = bare.replace("$MYPY_CONFIG_FILE_DIR/", "")
            yield from (Layout(each) for each in re.split(r"[\s,:]+", bare) if each)


def _of_program(text: str) -> Iterator[Layout]:
    """What is written out in a `setup.py`: the table `package_dir`, and where packages are found.

    It is not run: of its syntax tree only texts, tables of texts, and what joins them are read.
    """
    try:
        tree = ast.parse(text[:_LONGEST_PROGRAM])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    nodes = list(islice(ast.walk(tree), _MOST_NODES))
    names = {
        target.id: node.value
        for node in nodes
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in nodes:
        if isinstance(node, ast.keyword) and node.arg == "package_dir":
            yield from _named(_table(node.value, names))
        elif isinstance(node, ast.keyword) and node.arg == "where":
            yield from (Layout(each) for each in [_place(node.value, names)] if each)
        elif isinstance(node, ast.Call) and node.args and _called(node) in _FINDERS:
            yield from (Layout(each) for each in [_place(node.args[0], names)] if each)


_FINDERS = ("find_packages", "find_namespace_packages")


def _called(node: ast.Call) -> str:
    """The last part of a called function's name."""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _table(node: ast.expr, names: dict[str, ast.expr]) -> dict[str, str]:
    """A table of texts, written as such, by `dict`, or under a name."""
    if isinstance(node, ast.Name):
        node = names.get(node.id, node)
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    if isinstance(node, ast.Dict):
        pairs = list(zip(node.keys, node.values, strict=True))
    elif isinstance(node, ast.Call) and _called(node) == "dict":
        pairs = [(ast.Constant(each.arg), each.value) for each in node.keywords if each.arg]
        return {**(_table(node.args[0], names) if node.args else {}), **_table_of(pairs, names)}
    return _table_of(pairs, names)


def _table_of(pairs: list[tuple[ast.expr | None, ast.expr]], names: dict[str, ast.expr]) -> dict[str, str]:
    found = ((_place(key, names), _place(value, names)) for key, value in pairs if key is not None)
    return {key: value for key, value in found if key is not None and value is not None}


def _place(node: ast.expr, names: dict[str, ast.expr], depth: int = 0) -> str | None:
    """A path that is written out, or joined of what is; the folder of the program itself counts as nothing."""
    if depth > 5:
        return None
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            if name == "__file__":
                return "setup.py"
            return _place(names[name], names, depth + 1) if name in names else None
        case ast.Call(args=[inner, *_]) if _called(node) in ("dirname", "abspath", "realpath", "str", "Path"):
            said = _place(inner, names, depth + 1)
            return posixpath.dirname(said) if said is not None and _called(node) == "dirname" else said
        case ast.Call(args=parts) if _called(node) == "join" and parts:
            texts = [_place(each, names, depth + 1) for each in parts]
            return None if None in texts else posixpath.join(*(each for each in texts if each is not None))
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            start, end = _place(left, names, depth + 1), _place(right, names, depth + 1)
            return None if start is None or end is None else posixpath.join(start, end)
        case ast.Attribute(value=inner, attr="parent"):
            said = _place(inner, names, depth + 1)
            return None if said is None else posixpath.dirname(said)
    return None
