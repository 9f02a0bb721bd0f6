"""docs/trust.md: each promise names a test, and each test that it names is there."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")
_TABLES = re.findall(r"^\| promise \| tests \|\n\|---\|---\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
ROWS = [line for table in _TABLES for line in table.splitlines()]


@pytest.mark.parametrize("row", ROWS)
def test_each_promise_names_tests_that_are_there(row: str) -> None:
    promise, tests = (cell.strip() for cell in row.strip("|").split(" | "))
    assert promise.endswith(".")
    named = re.findall(r"`([^`]+)`", tests)
    assert named
    for each in named:
        name, _, function = each.partition("::")
        file = ROOT / name if name.startswith("extension/") else ROOT / "tests" / name
        text = file.read_text(encoding="utf-8")
        assert not function or re.search(rf"^def {function}\(", text, re.MULTILINE), each


def test_every_test_of_trust_is_named() -> None:
    for file in sorted((ROOT / "tests" / "trust").glob("test_*.py")):
        if file.name != "test_page.py":
            assert f"`trust/{file.name}::" in PAGE, f"docs/trust.md promises nothing that {file.name} tests"


def test_the_page_on_security_leads_here() -> None:
    assert "docs/trust.md" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
