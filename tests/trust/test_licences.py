"""docs/licences.md: what is shipped, and under which licence."""

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.quick

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def licences() -> ModuleType:
    spec = importlib.util.spec_from_file_location("licences", ROOT / "scripts" / "licences.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_licences_is_up_to_date_and_each_may_be_shipped() -> None:
    done = subprocess.run(
        [sys.executable, "scripts/licences.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_what_is_locked_and_imported_is_listed(licences: ModuleType) -> None:
    assert {"lancedb", "pygls", "litellm", "uv", "pywin32"} <= licences.locked().keys()
    assert "httpx2-jsfetch" not in licences.locked()
    assert {"vscode-languageclient", "markdown-it", "echarts", "minimatch"} <= licences.bundled().keys()
    assert "esbuild" not in licences.bundled()


@pytest.mark.parametrize(
    ("terms", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR Apache-2.0) AND BSD-3-Clause", True),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_one_of_each_choice_must_be_allowed(licences: ModuleType, terms: str, allowed: bool) -> None:
    assert licences.is_allowed(terms) is allowed
