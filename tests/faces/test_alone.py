"""The wheel that stands alone: where nothing else of ours is installed, no Node and no editor, it works at once."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.model_cache import MODEL, NAME, cached_model
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent
SAID = "Charges are tried again twice when the provider times out"
QUESTION = "network failures while billing customers"


def run(*command: str | Path, **environment: str) -> str:
    # Without a path to our own sources, which would be taken for installed.
    variables = {**os.environ, "PYTHONPATH": "", **environment}
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, env=variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment like the one that `uv tool install` makes, with the wheel installed.

    What it depends on is that of the tests, so that nothing is fetched.
    """
    folder = tmp_path_factory.mktemp("alone")
    sources = folder / "sources"
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    shutil.copytree(ROOT / "server" / "whence", sources / "server" / "whence", ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copyfile(ROOT / name, sources / name)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "wheel", sources)
    (wheel,) = (folder / "wheel").iterdir()
    shutil.copytree(cached_model(), folder / "models" / NAME)
    run(sys.executable, ROOT / "scripts/alone.py", wheel, folder / "models", folder / "alone")

    run(sys.executable, "-m", "venv", "--without-pip", folder / "tool")
    scheme = {"base": str(folder / "tool"), "platbase": str(folder / "tool")}
    programs, packages = (Path(sysconfig.get_path(name, "venv", vars=scheme)) for name in ("scripts", "purelib"))
    python = programs / Path(sys.executable).name
    run(*pip, "--python", python, "install", "--no-deps", "--no-index", folder / "alone" / wheel.name)
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return programs


def test_it_says_its_version_and_finds_by_meaning_at_once(tool: Path, repository: Path, tmp_path: Path) -> None:
    # The model in the wheel is the only one: the cache is empty, and nothing may be fetched.
    here = {"WHENCE_HOME": str(tmp_path / "home"), "WHENCE_CACHE": str(tmp_path / "cache")}
    whence = tool / "whence"
    version = json.loads((ROOT / "package.json").read_text("utf-8"))["version"]
    assert run(whence, "--version", **here).split()[-1] == version
    project = ["--project", str(repository), "--json"]
    run(whence, "remember", SAID, *project, **here)
    found = json.loads(run(whence, "search", QUESTION, *project, **here))
    assert found["mode"] == "words and meaning"
    assert [hit["title"] for hit in found["hits"]] == [SAID]
    assert not list((tmp_path / "cache").rglob(MODEL.wheel))


def test_an_assistant_gets_its_tools(tool: Path, repository: Path, tmp_path: Path) -> None:
    variables = {**os.environ, "WHENCE_HOME": str(tmp_path / "home"), "WHENCE_CACHE": str(tmp_path / "cache")}
    started = StdioServerParameters(
        command=str(tool / "whence"), args=["mcp", "--project", str(repository)], env={**variables, "PYTHONPATH": ""}
    )

    async def names() -> set[str]:
        async with Client(stdio_client(started)) as client:
            return {each.name for each in (await client.list_tools()).tools}

    assert {"search", "why", "remember"} <= asyncio.run(names())
