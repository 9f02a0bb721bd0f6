"""The table of promised interfaces, docs/compatibility.md: it names tests that exist, and leaves nothing out."""

import inspect
import re
from pathlib import Path

import pytest

import whence
from whence.engine import OPERATIONS
from whence.faces.dialects import kagura, sekha, sekha_sdk
from whence.faces.http import server as http
from whence.faces.mcp import server as mcp

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| interface ")]
PROMISED = {"MemorySystem", "CodeMemorySystem", "ScoredMemory", "CodeContext"}
"""What a program of memory_lib imports."""


def cells(row: str) -> list[str]:
    return [cell.strip() for cell in row.strip("|").split(" | ")]


def interfaces() -> set[str]:
    return {name for row in ROWS for name in re.findall(r"`([^`]+)`", cells(row)[0])}


TESTS = sorted({name for row in ROWS for name in re.findall(r"`([^`]+::[^`]+)`", row)})


@pytest.mark.parametrize("name", TESTS)
def test_a_test_that_is_named_exists(name: str) -> None:
    file, _, test = name.partition("::")
    path = ROOT / file if file.startswith(("clients/", "extension/")) else ROOT / "tests" / file
    said = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        assert re.search(rf"^(async )?def {re.escape(test)}\(", said, re.MULTILINE)
    else:
        assert test in said


@pytest.mark.parametrize("row", ROWS, ids=lambda row: cells(row)[0][:60])
def test_every_promise_has_a_test(row: str) -> None:
    promise, tests, _ = cells(row) if len(cells(row)) == 3 else (*cells(row), "")
    assert promise
    assert "::" in tests


def test_every_route_is_listed_and_no_other() -> None:
    routes = {f"{each.method} {each.path.removeprefix('/api/v1')}" for each in http.actions(OPERATIONS, sekha.ROUTES)}
    routes = {re.sub(r"^(POST /operations/)\w+$", r"\1{name}", each) for each in routes}
    public = {"GET /health", "GET /metrics", "GET /openapi.json", "GET /docs"}
    listed = {each for each in interfaces() if re.match(r"(GET|POST|PUT|PATCH|DELETE) /", each)}
    assert listed == routes | public


def test_every_tool_is_listed_and_no_other() -> None:
    assert {each for each in interfaces() if each.startswith("coding_")} == set(kagura.TOOLS.tools)
    assert set(mcp.NATIVE.tools) <= interfaces()


def test_every_public_name_is_listed() -> None:
    public = {name for name in dir(whence) if not name.startswith("_") and inspect.isclass(getattr(whence, name))}
    assert public == PROMISED | {"Whence"}
    assert public <= interfaces()
    for cls in (whence.MemorySystem, whence.CodeMemorySystem):
        methods = {f"{cls.__name__}.{name}" for name in dir(cls) if not name.startswith("_")}
        assert {each for each in interfaces() if each.startswith(f"{cls.__name__}.")} == methods


def test_every_name_and_method_of_the_sdk_is_listed() -> None:
    assert {name for name in sekha_sdk.__all__ if name != "Answer"} <= interfaces()
    for cls in (sekha_sdk.MemoryController, sekha_sdk.SekhaClient):
        methods = {name for name, _ in inspect.getmembers(cls, inspect.isfunction) if not name.startswith("_")}
        assert methods <= interfaces()


def test_every_method_of_the_typescript_client_that_the_seed_shows_is_there() -> None:
    client = (ROOT / "clients" / "typescript" / "src" / "client.ts").read_text(encoding="utf-8")
    shown = ("create", "assembleContext", "search", "pin", "updateLabel", "archive", "getPruningSuggestions")
    for name in (*shown, "export", "exportStream"):
        assert re.search(rf"^  (async )?{name}\(", client, re.MULTILINE), name
        assert name in interfaces()
