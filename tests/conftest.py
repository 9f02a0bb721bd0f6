"""What several test modules share."""

import itertools
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import forked, rpc
from tests.patience import TEST_SECONDS
from whence.engine.configuration import VARIABLES

rpc.LspClient.process_type = forked.Popen

_HOMES = itertools.count()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A slow machine gets more time for a test, unless `--timeout` says how much."""
    if config.getoption("timeout") is None:
        for item in items:
            item.add_marker(pytest.mark.timeout(TEST_SECONDS))


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Data of Whence and git's configuration in a folder of the test's own."""
    # Counted here: pytest would look through all homes that there are for the next number.
    folder = tmp_path_factory.getbasetemp() / "hømé dirs" / str(next(_HOMES))
    folder.mkdir(parents=True)
    for name in VARIABLES:  # options of whoever runs the tests
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("WHENCE_HOME", str(folder / "whence"))
    monkeypatch.setenv("WHENCE_CONFIG", str(folder / "config" / "whence.toml"))
    for name in (
        "CLAUDE_CONFIG_DIR",
        "CODEX_HOME",
        "VSCODE_APPDATA",
        "GEMINI_CLI_HOME",
    ):  # where assistants write down what is said
        monkeypatch.setenv(name, str(folder / name.lower()))
    monkeypatch.delenv("VSCODE_PORTABLE", raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(folder / "gitconfig"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    (folder / "gitconfig").write_text(
        "[user]\n\tname = Test Author\n\temail = author@example.invalid\n[init]\n\tdefaultBranch = main\n"
        '[protocol "file"]\n\tallow = always\n',
        encoding="utf-8",
    )
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    yield folder / "whence"


Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Run git: `git("commit", "-m", "x", cwd=folder)`; its output without the last line end."""

    def run(*words: str, cwd: Path | None = None, **environment: str) -> str:
        done = subprocess.run(
            ["git", *words],
            cwd=cwd or tmp_path,
            capture_output=True,
            check=True,
            env={**os.environ, **environment},
        )
        return done.stdout.decode().rstrip("\n")

    return run


@pytest.fixture
def repository(tmp_path: Path, git: Git) -> Path:
    """A repository with one commit, in a folder whose name has a space and letters beyond ASCII."""
    folder = tmp_path / "wörk špace"
    folder.mkdir()
    git("init", "-q", cwd=folder)
    (folder / "app.py").write_text("def add(a, b):\n    return a + b\n", encoding="utf-8")
    git("add", ".", cwd=folder)
    git("commit", "-qm", "Add the sum", cwd=folder)
    return folder
