import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from whence.engine import OPERATIONS


def whence(*words: str, cwd: Path, stdin: str | None = None, ok: bool = True) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "whence", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        encoding="utf-8",
        input=stdin,
        check=False,
        env={**os.environ, "COLUMNS": "200", "PYTHONIOENCODING": "utf-8"},
    )
    assert not ok or done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done


def test_a_note_is_kept_found_shown_and_put_into_context(repository: Path) -> None:
    kept = json.loads(
        whence("remember", "The cache is", "written through", "-l", "cache", "--json", cwd=repository).stdout
    )
    (id,) = kept["ids"]
    found = whence("search", "written", "cache", cwd=repository)
    assert "The cache is written through" in found.stdout
    assert id in found.stdout
    as_json = json.loads(whence("search", "cache", "--label", "cache", "--json", cwd=repository).stdout)
    assert [hit["id"] for hit in as_json["hits"]] == [id]
    assert "# The cache is written through" in whence("show", id, cwd=repository).stdout
    context = whence("context", "cache", "--budget", "500", cwd=repository)
    assert "The cache is written through" in context.stdout
    assert json.loads(whence("context", "cache", "--json", cwd=repository).stdout)["tokens"] > 0
    assert "1 notes" in whence("status", cwd=repository).stdout
    assert "1 memories" in whence("rebuild", cwd=repository).stdout
    assert id in whence("search", "cache", cwd=repository).stdout


def test_a_decision_takes_its_fields(repository: Path) -> None:
    words = (
        "remember",
        "-k",
        "decision",
        "--field",
        "rationale=no server to run",
        "Use LanceDB",
        "--importance",
        "8",
        "--json",
    )
    (id,) = json.loads(whence(*words, cwd=repository).stdout)["ids"]
    shown = json.loads(whence("show", id, "--json", cwd=repository).stdout)["memory"]
    assert (shown["decision"], shown["rationale"], shown["importance"]) == ("Use LanceDB", "no server to run", 8)


def test_standard_input_is_kept(repository: Path) -> None:
    whence("remember", "-", cwd=repository, stdin="from a pipe: größer\nsecond line\n")
    assert "from a pipe: größer" in whence("search", "pipe", cwd=repository).stdout


def test_another_folder_is_named_with_project(repository: Path, tmp_path: Path) -> None:
    whence("remember", "kept there", "--project", str(repository), cwd=tmp_path)
    assert "kept there" in whence("search", "kept", "-p", str(repository), cwd=tmp_path).stdout


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("search", "x", "--kind", "riddle"), 1, "riddle"),
        (("search", "x", "--since", "someday"), 2, "someday"),
        (("search",), 2, "query"),
        (("remember", "x", "--field", "nonsense"), 2, "name=value"),
        (("remember", "x", "--field", "nonsense=1"), 1, "nonsense"),
        (("remember", "x", "-k", "riddle"), 1, "riddle"),
        (("remember", "  "), 1, "content"),
        (("show", "nothing"), 1, "no memory"),
        (("search", "x", "--project", "/no/such/folder"), 1, "folder"),
        (("unheard-of",), 2, "unheard-of"),
    ],
)
def test_a_mistake_is_explained_with_an_exit_code(
    repository: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    done = whence(*words, cwd=repository, ok=False)
    assert done.returncode == code
    assert message in done.stderr


def test_nothing_found_says_so_and_is_no_failure(repository: Path) -> None:
    done = whence("search", "anything", cwd=repository)
    assert done.stdout == ""
    assert "Nothing is remembered yet" in done.stderr


def test_every_operation_has_a_command_with_its_help(repository: Path) -> None:
    listed = whence("--help", cwd=repository).stdout
    named = {"get": "show"}
    for name in OPERATIONS.keys() - {"children", "form"}:
        assert f" {named.get(name, name).replace('_', '-')} " in listed
    assert "30 days" in whence("forget", "--help", cwd=repository).stdout


def test_derived_commands_change_a_memory(repository: Path) -> None:
    (id,) = json.loads(whence("remember", "to be changed", "--json", cwd=repository).stdout)["ids"]
    assert "Changed" in whence("update", id, '{"importance": 9, "labels": ["a"]}', cwd=repository).stdout
    shown = json.loads(whence("show", id, "--json", cwd=repository).stdout)["memory"]
    assert (shown["importance"], shown["labels"]) == (9, ["a"])
    assert "Deleted" in whence("forget", id, cwd=repository).stdout
    assert whence("search", "changed", cwd=repository).stdout == ""
    assert json.loads(whence("restore", id, "--json", cwd=repository).stdout)["ids"] == [id]
    assert id in whence("search", "changed", cwd=repository).stdout
    assert "no JSON" in whence("update", id, "nonsense", cwd=repository, ok=False).stderr


def test_help_and_version_are_there(repository: Path) -> None:
    assert "remember" in whence("--help", cwd=repository).stdout
    assert whence("--version", cwd=repository).stdout.strip()
