"""The table of promised interfaces, docs/compatibility.md: it names tests that exist, and leaves nothing out."""

import inspect
import json
import re
from pathlib import Path

import pytest

import whence
from whence.engine import OPERATIONS
from whence.faces.dialects import kagura, sekha, sekha_sdk
from whence.faces.http import server as http
from whence.faces.mcp.lookup import NATIVE
from whence.values.settings import OPTIONS

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| interface ")]
PROMISED = {"MemorySystem", "CodeMemorySystem", "ScoredMemory", "CodeContext"}
"""What a program of memory_lib imports."""
OWN_COMMANDS = {"serve", "mcp", "config"}
"""Commands that are no operation; `test_cli.py` and `test_configuration.py` run them."""


KAGURA = """
context across sessions; errors suggest what solved them before; solutions with a confidence, alternatives and tips
error patterns: root cause, prevention, quick fix; an error is found by other words; error linked to its solution
an error is updated with its solution; decision followed file by file: progress and pending files
changes of a session are grouped by themselves; a session's summary in sections: done, decided, solved, left open
approval with the estimate, and the threshold; auto-approve, in batches; monthly budget; monthly estimate
costs as they come: total, tokens, calls, each request; screenshots: type, message, place, calls, code, cause
architecture diagrams: components and pattern; imports, importers, circles; import depth: the longest chain
risk: high from 5 dependent files on; patterns of one's own; a REST API for other clients; export and import
models of several providers; another `user_id` or `project_id` finds nothing of this one
"""
MEMORY_LIB = """
a text comes back as it was given, of any length; a score as models write it: `8/10`, `.85`, `85%`; ten languages
scores are kept: a question asked again costs no call; retries with doubling pauses; `batch_size` scored at once
`ValueError` of an empty text, `FileNotFoundError` of a missing file; boosts of what depends and what is recent
memories sorted by relevance, over the threshold, as many as the maximum; `import memory_lib`, `memory_lib.codebase`
a context manager
"""
"""What the two pages promise in prose, in our words; tools and methods are compared with the code below."""


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
    assert set(NATIVE.tools) <= interfaces()


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


@pytest.mark.parametrize(
    "promise",
    [each.strip() for page in (KAGURA, MEMORY_LIB) for each in page.replace("\n", ";").split(";") if each.strip()],
)
def test_every_promise_of_the_prose_is_listed(promise: str) -> None:
    assert promise in {cells(row)[0] for row in ROWS}


def test_every_command_that_is_named_exists() -> None:
    titles = {re.sub(r"…$", "", title) for title in json.loads((ROOT / "package.nls.json").read_text("utf-8")).values()}
    named = {re.sub(r"…$", "", title) for title in re.findall(r"\*Whence: ([^*]+)\*", PAGE)}
    assert named
    assert named <= titles
    words = set(re.findall(r"`whence ([a-z][a-z-]+)", PAGE))
    commands = {name.replace("_", "-") for name in OPERATIONS} | OWN_COMMANDS
    assert words <= commands


def test_every_option_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:session|spending|conversations)\.[a-z_]+)`", PAGE))
    assert named
    assert named <= OPTIONS.keys()
