"""The types of `whence.faces.library.engine`: every operation as a method, copied from the functions' signatures."""

import ast
import inspect
import textwrap
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from whence.values.operation import Operation

_HEAD = '''"""Written by server/generate.py from the operations' own signatures. Do not edit: run `npm run generate`."""

from pathlib import Path
from typing import Any, Self

{imports}

class Engine:
    """One project's memory, open and going, with every operation on it."""

    project: Project
    """What is open."""

    def __init__(self, folder: Path, settings: Settings | None = None, **opening: Any) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def close(self) -> None:
        """Write what is waiting and stop every thread."""

    def settle(self, timeout: float, *, vectors: bool = False) -> bool:
        """Wait until everything written so far is found by words, and by meaning if `vectors`. False on timeout."""

'''
_ALWAYS = {
    "Project": "from whence.project.project import Project",
    "Settings": "from whence.values.settings import Settings",
}
_WIDTH = 110
"""Columns of a docstring's line."""


def engine(operations: Iterable[Operation]) -> str:
    """All of `engine.pyi`, unformatted."""
    imports: dict[str, str] = dict(_ALWAYS)
    methods = [_method(operation, imports) for operation in operations]
    own = {"Path", "Any", "Self"}
    lines = sorted({line for name, line in imports.items() if name not in own})
    return _HEAD.replace("{imports}", "\n".join(lines)) + "\n".join(methods)


def _method(operation: Operation, imports: dict[str, str]) -> str:
    """One method, as it is written in the function's module; the names that it uses are added to `imports`."""
    function = inspect.unwrap(operation.function)
    module = inspect.getmodule(function)
    assert module is not None
    tree = ast.parse(Path(inspect.getfile(function)).read_text(encoding="utf-8"))
    known = _origins(tree, module)
    written = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == operation.name)
    written.args.args[0] = ast.arg("self")
    renamed = {name: _named(name, known[name], imports) for name in _names(written) if name in known}
    for node in ast.walk(written.args):
        if isinstance(node, ast.Name):
            node.id = renamed.get(node.id, node.id)
    _without_bodies(written)
    returns = ast.unparse(written.returns) if written.returns else "None"
    said = textwrap.fill(operation.summary, _WIDTH, subsequent_indent=" " * 8, break_on_hyphens=False)
    given = ast.unparse(written.args)
    return f'    def {operation.name}({given}) -> {renamed.get(returns, returns)}:\n        """{said}"""\n'


def _without_bodies(written: ast.FunctionDef) -> None:
    """A stub says that there is a default, not which one is computed."""
    for defaults in (written.args.defaults, written.args.kw_defaults):
        for number, value in enumerate(defaults):
            if isinstance(value, ast.Lambda):
                defaults[number] = ast.Constant(...)


def _names(written: ast.FunctionDef) -> list[str]:
    parts: list[ast.AST] = [written.args, *([written.returns] if written.returns else [])]
    return sorted({node.id for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)})


def _origins(tree: ast.Module, module: ModuleType) -> dict[str, tuple[str, str]]:
    """For each name of a module, where it is from: the module that it is imported from, and its name there."""
    found: dict[str, tuple[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {alias.asname or alias.name: (node.module, alias.name) for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.asname or alias.name: (alias.name, "") for alias in node.names}
        elif isinstance(node, ast.Assign):
            found |= {
                target.id: (module.__name__, target.id) for target in node.targets if isinstance(target, ast.Name)
            }
        elif isinstance(node, ast.ClassDef):
            found[node.name] = (module.__name__, node.name)
    return found


def _named(name: str, origin: tuple[str, str], imports: dict[str, Any]) -> str:
    """What the stub calls a name: its own, or with its module's before it where another one is called so."""
    module, original = origin
    plain = (
        f"from {module} import {original}" + ("" if original == name else f" as {name}")
        if original
        else f"import {module}"
    )
    if imports.setdefault(name, plain) == plain:
        return name
    other = f"{module.rpartition('.')[2].title()}{name}"
    imports[other] = f"from {module} import {original} as {other}"
    return other
