"""The rules of the house, as tests."""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest
from pydantic import BaseModel
from radon.complexity import cc_visit

from whence.engine import OPERATIONS
from whence.faces.lsp import server
from whence.faces.lsp.operation_names import METHODS
from whence.values import code as codebase
from whence.values import completion, errors, memory, protocol, reports, settings
from whence.values.memory import KINDS, FileEdit, Frame, Link, MemoryBase, Message

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "server" / "whence"
PARTS = (FileEdit, Frame, Link, Message)
ROOMS = {
    "analysis",
    "background",
    "capture",
    "engine",
    "faces",
    "git",
    "models",
    "pages",
    "project",
    "readers",
    "retrieval",
    "secrets",
    "store",
    "values",
}
MAKERS = {"values", "git", "readers", "capture", "project", "background", "engine"}
"""Rooms in which memories of a kind are made; all others follow from the kind's class."""
MODULES = sorted(PACKAGE.rglob("*.py"))


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).exists()]


def kinds_below(cls: type[MemoryBase]) -> set[type[MemoryBase]]:
    return {each for sub in cls.__subclasses__() for each in {sub, *kinds_below(sub)}}


def test_every_kind_is_in_the_union() -> None:
    own = {cls for cls in kinds_below(MemoryBase) if cls.__module__.startswith(memory.__name__)}
    assert own == set(KINDS.values()) == set(get_args(get_args(memory.Memory)[0]))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_says_all_about_itself(kind: str) -> None:
    cls = KINDS[kind]
    assert cls.label
    assert cls.icon
    assert bool(cls.form) == bool(cls.form_title)
    assert all(name in cls.model_fields for name in cls.form)
    for method in ("default_title", "text", "markdown"):
        assert method in vars(cls), f"{cls.__name__} has no {method} of its own"


def test_hand_written_typescript_names_no_kind() -> None:
    quoted = re.compile("|".join(rf"""['"`]{kind}['"`]""" for kind in KINDS))
    for path in tracked("extension/src/*.ts"):
        if path.name != "protocol.ts":
            assert not quoted.search(path.read_text(encoding="utf-8")), f"{path.name} names a kind of memory"


def test_every_step_with_a_memory_is_a_command_on_its_row() -> None:
    menus = manifest()["contributes"]["menus"]["view/item/context"]
    for step in get_args(memory.Step):
        shown = [entry["when"] for entry in menus if entry["command"] == f"whence.{step}"]
        assert shown, f"no row has {step} in its menu"
        assert all(f"can-{step}\\b" in when for when in shown), f"{step} shows where it can't be done"


def test_no_circle_is_among_the_extensions_modules() -> None:
    """An import for its types alone counts too: a reader follows it all the same."""
    imports = {
        path.stem: set(re.findall(r"""\b(?:from|import)[\s(]*['"]\./([\w-]+)['"]""", path.read_text(encoding="utf-8")))
        for path in tracked("extension/src/*.ts")
    }
    assert imports["extension"] > {"client", "commands"}, "the imports are read"
    TopologicalSorter(imports).prepare()  # raises CycleError, which names the circle


def test_no_other_python_file_names_a_kind() -> None:
    """Storage, search, tree and faces follow from a kind's class; only what makes memories of a kind knows it."""
    classes = re.compile("|".join(rf"\b{cls.__name__}\b" for cls in KINDS.values()))
    for path in MODULES:
        room = path.relative_to(PACKAGE).parts[0]
        if room in MAKERS or path in (PACKAGE / "pages" / "reports.py", PACKAGE / "pages" / "recent.py"):
            continue
        imported = {
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "whence.values.memory"
            for alias in node.names
        }
        assert not {name for name in imported if classes.fullmatch(name)}, f"{path.relative_to(ROOT)} imports a kind"


def test_generated_files_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, "server/generate.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_language_server_answers_every_operation() -> None:
    assert {name: operation.method for name, operation in OPERATIONS.items()} == METHODS
    answered = server.make_server().protocol.fm.features
    assert {operation.method for operation in OPERATIONS.values()} <= answered.keys()


def test_every_error_has_a_code_a_status_and_a_place_in_the_tree() -> None:
    tree = errors.__doc__ or ""
    base = errors.WhenceError
    for name, cls in vars(errors).items():
        if inspect.isclass(cls) and cls is not base:
            assert re.search(rf"\b{name}\b  ", tree)
            said = {each for own in cls.__mro__[: cls.__mro__.index(base)] for each in vars(own)}
            assert said >= {"code", "status"}, f"{name} has only what stands for any error"
            assert cls.code in {-32602, -32800} or -32099 <= cls.code <= -32000
            assert 400 <= cls.status < 600


def values(module: object) -> list[type[BaseModel]]:
    return [
        cls
        for cls in vars(module).values()
        if inspect.isclass(cls) and issubclass(cls, BaseModel) and cls.__module__ == module.__name__  # type: ignore[attr-defined] # a module has a name
    ]


def rooms(package: ModuleType) -> list[ModuleType]:
    return [
        importlib.import_module(f"{package.__name__}.{each.name}") for each in pkgutil.iter_modules(package.__path__)
    ]


@pytest.mark.parametrize(
    "cls",
    [
        *values(protocol),
        *values(completion),
        *values(reports),
        *(each for room in rooms(reports) for each in values(room)),
        *values(codebase),
        *KINDS.values(),
        *PARTS,
        *values(settings),
    ],
    ids=lambda cls: cls.__name__,
)
def test_a_value_is_frozen_closed_and_described(cls: type[BaseModel]) -> None:
    assert cls.model_config.get("frozen") is True
    assert cls.model_config.get("extra") == "forbid"
    for name, field in cls.model_fields.items():
        groups = cls.__name__ == "Settings"
        assert field.description or groups or name == "kind", f"{cls.__name__}.{name} has no docstring"


def classes() -> list[type]:
    """Every class of ours outside the values."""
    found: set[type] = set()
    for path in MODULES:
        parts = ("whence", *path.relative_to(PACKAGE).with_suffix("").parts)
        if parts[1] not in {"values", "__main__"} and not (parts[-1] == "server" and parts[-2] == "lsp"):
            name = ".".join(part for part in parts if part != "__init__")
            module = importlib.import_module(name)
            found |= {cls for cls in vars(module).values() if inspect.isclass(cls) and cls.__module__ == name}
    return sorted(found, key=lambda cls: f"{cls.__module__}.{cls.__qualname__}")


def test_no_class_does_everything() -> None:
    """Few public methods, inherited ones of ours counted, and few bases: what is more is functions over a value."""
    for cls in classes():
        ours = [base for base in cls.__mro__ if base.__module__.startswith("whence.")]
        methods = {
            name
            for base in ours
            for name, member in vars(base).items()
            if not name.startswith("_") and (callable(member) or isinstance(member, property | classmethod))
        }
        if not issubclass(cls, BaseModel):
            assert len(methods) <= 25, f"{cls.__qualname__} has {len(methods)} public methods"
        assert len(cls.__bases__) <= 4, f"{cls.__qualname__} has {len(cls.__bases__)} bases"


def test_no_function_is_too_complex() -> None:
    """Complexity as radon counts it (McCabe's, with boolean operators): over 25 two things are mixed."""
    for path in MODULES:
        for block in cc_visit(path.read_text(encoding="utf-8")):
            assert block.complexity <= 25, f"{path.relative_to(ROOT)}: {block.name} is {block.complexity}"


def test_the_first_screen_of_the_package_tells_the_product() -> None:
    assert {path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"} == {
        *ROOMS,
        "__init__.py",
        "__main__.py",
        "py.typed",
    }


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_an_operation_is_described(operation: object) -> None:
    assert operation.summary.endswith((".", ":"))  # type: ignore[attr-defined] # an Operation
    for name, field in operation.params.model_fields.items():  # type: ignore[attr-defined] # an Operation
        assert field.description, f"{name} is not described"


def test_files_read_in_one_sitting() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in [*tracked("server/*.py"), *tracked("extension/src/*.ts"), *tracked("scripts/*.mjs")]
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 500 and path.name != "protocol.ts"
    }
    assert not long, "wonder at 400 lines, split at a name"


def test_every_room_says_what_it_is_for() -> None:
    for path in PACKAGE.rglob("__init__.py"):
        said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        assert len(said.split()) > 10, f"{path.relative_to(ROOT)} doesn't say what its room is for"


def test_the_map_names_every_room_and_every_file_of_the_extension() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 170
    rows = set(re.findall(r"^\| `(\w+)/` \|", text, re.MULTILINE))
    folders = {path.parent for path in tracked("server/whence/*.py")}
    assert {path.name for path in folders | {each.parent for each in folders} if path.parent == PACKAGE} <= rows
    assert not {path.name for path in tracked("extension/src/*.ts")} - set(re.findall(r"[\w.]+\.ts", text))


def test_every_module_that_a_page_names_is_there() -> None:
    rooms = "|".join(path.name for path in PACKAGE.iterdir() if path.is_dir())
    for page in tracked("*.md"):
        for name in re.findall(rf"`((?:{rooms})/[\w/]*)(?:\.py)?`", page.read_text(encoding="utf-8")):
            place = PACKAGE / name
            assert place.is_dir() or place.with_suffix(".py").is_file(), f"{page.name} names {name}"


def test_heavy_libraries_are_not_imported_before_they_are_needed() -> None:
    """The editor waits for `initialize`, and a person for a prompt."""
    for module, heavy in (
        ("whence.faces.lsp.server", {"pydantic", "lancedb", "numpy", "onnxruntime"}),
        ("whence.engine", {"lancedb", "pyarrow", "onnxruntime", "onnx", "tree_sitter"}),
    ):
        code = f"import sys, {module}; print(*sys.modules)"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert not heavy & set(done.stdout.split()), f"{module} imports what can wait"


def manifest() -> dict[str, Any]:
    return json.loads((ROOT / "package.json").read_text(encoding="utf-8"))


def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def unlisted() -> set[str]:
    """The commands that the palette doesn't list."""
    menus = manifest()["contributes"]["menus"]
    return {entry["command"] for entry in menus["commandPalette"] if entry["when"] == "false"}


def test_the_palette_lists_thirty_commands_at_most() -> None:
    commands = {command["command"] for command in manifest()["contributes"]["commands"]}
    assert len(commands - unlisted()) <= 30, "give the new command a menu, and hide another from the palette"


def test_a_command_that_the_palette_does_not_list_stands_in_a_menu() -> None:
    contributes = manifest()["contributes"]
    menus = {menu: entries for menu, entries in contributes["menus"].items() if menu != "commandPalette"}
    placed = {entry.get("command") for entries in menus.values() for entry in entries}
    assert unlisted() <= placed
    shown = {entry["submenu"] for entries in menus.values() for entry in entries if "submenu" in entry}
    assert {submenu["id"] for submenu in contributes["submenus"]} == shown, "a submenu must show in a menu"


def test_each_step_of_the_walkthrough_has_a_picture_and_ticks_itself() -> None:
    """It ticks when the shell sets the key that it waits for; the picture has the theme's colours, and no style."""
    contributes = manifest()["contributes"]
    (walkthrough,) = contributes["walkthroughs"]
    shell = "".join(path.read_text(encoding="utf-8") for path in tracked("extension/src/*.ts"))
    told = {f"whence.step.{step}" for step in re.findall(r"\bdone\('(\w+)'\)", shell)}
    known = {command["command"] for command in contributes["commands"]} | {"workbench.action.quickOpen"}
    for step in walkthrough["steps"]:
        (event,) = step["completionEvents"]
        assert event.removeprefix("onContext:") in told
        assert set(re.findall(r"command:([\w.]+)", resolve(step["description"]))) <= known
        assert resolve(step["media"]["altText"])
        picture = (ROOT / step["media"]["svg"]).read_text(encoding="utf-8")
        colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', picture)) - {"none"}
        assert colours, "the picture is drawn"
        assert all(each.startswith("var(--vscode-") for each in colours), "it is read in light and dark"
        assert "style" not in picture, "the editor lets none through"


def test_the_readme_lists_every_palette_command() -> None:
    contributes = manifest()["contributes"]
    hidden = unlisted()
    for command in contributes["commands"]:
        if command["command"] not in hidden:
            title = resolve(command["title"])
            assert f"| {title} |" in readme(), f"the README's table lacks the command {title}"


def test_a_command_that_an_operation_brings_along_has_no_line_written_by_hand() -> None:
    titles = {resolve(command["title"]): command["command"] for command in manifest()["contributes"]["commands"]}
    brought = [operation.palette for operation in OPERATIONS.values() if operation.palette]
    assert brought
    for command in brought:
        quoted = re.compile(rf"""['"`]{re.escape(titles[command.title])}['"`]""")
        for path in tracked("extension/src/*.ts"):
            named = path.name != "protocol.ts" and quoted.search(path.read_text(encoding="utf-8"))
            assert not named, f"{path.name} names the command {command.title}"


def test_the_readme_lists_every_setting_with_its_default() -> None:
    for group in manifest()["contributes"]["configuration"]:
        for key, schema in group["properties"].items():
            row = next((line for line in readme().splitlines() if line.startswith(f"| `{key}` |")), None)
            assert row, f"the README's table lacks the setting {key}"
            assert f"`{json.dumps(schema['default'])}`" in row, f"the README tells another default of {key}"


def resolve(text: str) -> str:
    strings = json.loads((ROOT / "package.nls.json").read_text(encoding="utf-8"))
    return strings[text.strip("%")] if text.startswith("%") else text
