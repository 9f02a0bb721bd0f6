import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Git
from tests.faces.test_cli import whence
from tests.model_cache import CACHE, cached_model
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.engine.doctor import examine
from whence.project.locks import holder
from whence.store.lance import Table
from whence.store.schema import FORMAT, MARK
from whence.values.reports.upkeep import Finding
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
OFF = {"embedding.model": "none"}
KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"


@pytest.fixture
def kept(repository: Path) -> Path:
    """A project in which two notes are remembered."""
    with Engine(repository, PLAIN) as engine:
        for content in ("The cache is written through", "Carts hold 100 items"):
            engine.remember({"kind": "note", "content": content})
        assert engine.settle(PATIENCE)
    return repository


def found(folder: Path, topic: str, **given: Any) -> Finding:
    """What is worst of what was found on a topic."""
    findings = [each for each in examine(folder, {**OFF, **given}).findings if each.topic == topic]
    return max(findings, key=lambda each: ("ok", "warn", "fail").index(each.state))


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def tables(home: Path) -> Path:
    (memory,) = home.glob("projects/*/memory")
    return memory


def test_all_is_well(kept: Path, home: Path) -> None:
    check = examine(kept, OFF)
    assert check.state == "ok"
    assert {each.topic for each in check.findings} == {
        *("python", "settings", "git", "database", "index", "backups", "code", "model", "locks", "disk")
    }
    assert "2 memories" in found(kept, "database").message
    assert not [each.repair for each in check.findings if each.repair]


def test_nothing_is_changed_by_looking(kept: Path, home: Path, tmp_path: Path) -> None:
    (tmp_path / "never seen").mkdir()
    before = everything(home), everything(kept)
    examine(kept)
    examine(tmp_path / "never seen")
    assert (everything(home), everything(kept)) == before


def test_a_folder_of_which_nothing_is_remembered_is_no_fault(repository: Path, home: Path) -> None:
    assert found(repository, "database").state == "ok"
    assert not home.exists()


@pytest.mark.parametrize(
    ("table", "part", "topic"),
    [
        ("memories", "_versions", "database"),
        ("memories", "data", "database"),
        ("passages", "data", "index"),
        ("passages", "_versions", "index"),
    ],
)
def test_a_damaged_database_is_told(kept: Path, home: Path, table: str, part: str, topic: str) -> None:
    for file in (tables(home) / f"{table}.lance" / part).iterdir():
        file.write_bytes(b"nonsense")
    worst = found(kept, topic)
    assert worst.state == "fail"
    assert worst.repair
    assert "rebuild" in worst.repair or topic == "database"


def test_lost_files_of_a_table_are_told(kept: Path, home: Path) -> None:
    shutil.rmtree(tables(home) / "memories.lance" / "_versions")
    assert "can't be opened" in found(kept, "database").message


def test_a_folder_that_vanished_is_told_on_every_page(kept: Path, home: Path) -> None:
    """Never that nothing is remembered yet."""
    (project,) = home.glob("projects/*")
    shutil.rmtree(project)
    assert "2 or more were here" in found(kept, "database").message
    assert examine(kept, OFF).state == "fail"
    with Engine(kept, PLAIN) as engine:
        told = "Memories are missing: 2 or more were here"
        assert told in engine.search("").note
        assert told in engine.search("cache").note
        assert told in engine.search("cache", kinds=("note",)).note
        assert told in engine.status().messages[0]
        tree = engine.children()
        assert told in tree.message
        assert [(each.label, told in each.tooltip) for each in tree.nodes] == [("Memories are missing", True)]
        new = engine.remember({"kind": "note", "content": "The cache is new"}).ids
        assert engine.settle(PATIENCE)
        hits = engine.search("cache")
        assert [hit.id for hit in hits.hits] == list(new), "what is new is found all the same"
        assert told in hits.note
    assert found(kept, "database").state == "fail"


def test_the_newest_commit_that_was_undone_is_told(kept: Path, home: Path) -> None:
    min((tables(home) / "memories.lance" / "_versions").iterdir()).unlink()
    assert "went back to an earlier state" in found(kept, "database").message


def test_a_database_of_a_newer_version_is_told(kept: Path, home: Path) -> None:
    from whence.store.connection import connect

    table = Table(connect(str(tables(home)), None), "memories", None, "")
    assert table.exists()
    table.mark("payload", MARK, str(FORMAT + 1))
    worst = found(kept, "database")
    assert (worst.state, worst.repair) == ("fail", "Update Whence.")


@pytest.mark.parametrize("content", ["{nonsense", "[1, 2]", "7", '{"projects": [3]}', '{"projects": {"a-1": 3}}'])
def test_a_list_of_projects_that_cannot_be_read_is_told(kept: Path, home: Path, content: str) -> None:
    (home / "projects.json").write_text(content)
    assert "can't be read" in found(kept, "projects").message or "damaged" in found(kept, "projects").message
    assert "2 memories" in found(kept, "database").message, "its folder is found all the same"
    assert (home / "projects.json").read_text() == content
    with Engine(kept, PLAIN) as engine:
        assert engine.store.counts() == {"note": 2}
    assert examine(kept, OFF).state == "ok", "it is mended"


def test_passages_without_a_vector_are_told(kept: Path) -> None:
    worst = found(kept, "index", **{"embedding.model": "all-MiniLM-L6-v2"})
    assert worst.state == "warn"
    assert "2 of 2 passages have no vector" in worst.message


def test_vectors_of_another_model_are_told(kept: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        handles = [
            (handle, np.ones(384, np.float32) / 384**0.5) for handle, _ in engine.store.passages.unembedded("other", 9)
        ]
        engine.store.passages.put_vectors("other", handles)
    worst = found(kept, "index", **{"embedding.model": "all-MiniLM-L6-v2"})
    assert worst.state == "warn"
    assert "2 passages have vectors of other" in worst.message
    assert "embedding.model to other" in worst.repair


def test_memories_that_are_not_indexed_are_told(kept: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        engine.store.passages.drop()
        engine.indexer.close()
    worst = found(kept, "index")
    assert worst.state == "warn"
    assert "2 memories are not indexed" in worst.message


def test_without_git_it_is_told(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    worst = found(kept, "git")
    assert worst.state == "fail"
    assert "Install git" in worst.repair


def test_a_folder_without_a_repository_is_told(tmp_path: Path) -> None:
    assert found(tmp_path, "git").state == "warn"


def test_a_shallow_clone_is_told(kept: Path, tmp_path: Path, git: Git) -> None:
    git("commit", "-qm", "Second", "--allow-empty", cwd=kept)
    git("clone", "-q", "--depth", "1", kept.as_uri(), str(tmp_path / "clone"))
    worst = found(tmp_path / "clone", "git")
    assert (worst.state, worst.repair) == ("warn", "`git fetch --unshallow`")


def test_a_broken_repository_is_told(kept: Path) -> None:
    (kept / ".git" / "config").write_text("[nonsense")
    worst = found(kept, "git")
    assert worst.state == "fail"
    assert "config" in worst.message


def test_an_embedding_model_that_is_not_here_is_told(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_model()
    monkeypatch.setenv("WHENCE_CACHE", str(CACHE.parent))
    chosen = {"embedding.model": "all-MiniLM-L6-v2"}
    assert found(kept, "model", **chosen).state == "ok"
    shutil.copytree(CACHE / "all-MiniLM-L6-v2", tmp_path / "models" / "all-MiniLM-L6-v2")
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path))
    largest = max((tmp_path / "models" / "all-MiniLM-L6-v2").iterdir(), key=lambda each: each.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1] + b"\0")
    assert "is damaged" in found(kept, "model", **chosen).message
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path / "empty"))
    assert "is fetched" in found(kept, "model", **chosen).repair
    assert "embedding.download" in found(kept, "model", **chosen, **{"embedding.download": False}).repair
    assert found(kept, "model", **{"embedding.model": "unheard-of"}).state == "fail"


def test_a_language_model_without_its_key_is_told_and_no_key_is_shown(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    worst = found(kept, "model", model="openai/gpt-4o-mini")
    assert worst.state == "fail"
    assert "OPENAI_API_KEY" in worst.message
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    check = examine(kept, {**OFF, "model": "openai/gpt-4o-mini"})
    assert check.state == "ok"
    assert KEY not in check.model_dump_json()
    assert "no language model" in found(kept, "model", small_model="nonsense").message.lower()
    assert found(kept, "model", model="editor").state == "warn"


def test_a_switched_off_model_is_told(kept: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        engine.stop_models()
    assert "resume-models" in found(kept, "model").repair


def test_wrong_settings_are_told_and_keep_no_other_check_from_looking(kept: Path) -> None:
    (kept / "whence.toml").write_text("[search]\nlimt = 5\n")
    worst = found(kept, "settings")
    assert worst.state == "fail"
    assert "line 2" in worst.message
    assert found(kept, "database").state == "ok"
    (kept / "whence.toml").write_text('model = "openai/gpt-4o"\n')
    assert found(kept, "settings").state == "warn"


def test_an_index_of_the_code_that_is_older_than_the_last_commit_is_told(kept: Path, git: Git) -> None:
    assert "index-workspace" in found(kept, "code").message
    with Engine(kept, PLAIN) as engine:
        engine.index_workspace()
    assert found(kept, "code").state == "ok"
    git("commit", "-qm", "Later", "--allow-empty", cwd=kept, GIT_COMMITTER_DATE="2099-01-01T00:00:00Z")
    assert found(kept, "code").state == "warn"


HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_holder_of_a_lock_is_told(kept: Path, home: Path) -> None:
    (project,) = home.glob("projects/*")
    command = [sys.executable, "-c", HOLD, str(project / "vectors.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        told = found(kept, "locks")
        assert "making of vectors" in told.message
        if sys.platform == "linux":
            assert str(child.pid) in told.message
        assert child.stdin is not None
        child.stdin.close()
    assert holder(project / "vectors.lock") is None


def test_a_data_folder_that_cannot_be_made_is_told(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("WHENCE_HOME", str(tmp_path / "file" / "whence"))
    assert "a file is in its place" in found(kept, "disk").message


BARRED = """
import os, sys, whence.engine.doctor as doctors, whence.engine.machine as machine
from pathlib import Path
if getattr(os, "geteuid", lambda: 1)() == 0:
    os.setuid(65534)  # nothing is barred from the administrator, as whom tests may run
case = machine.Case(Path(sys.argv[1]), doctors.Settings(), None, "")
print(*(f"{each.state}: {each.message}" for each in machine.disk(case)))
"""


def test_a_data_folder_that_cannot_be_written_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o555)
        environment = {**os.environ, "WHENCE_HOME": folder}
        command = [sys.executable, "-c", BARRED, folder]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        Path(folder).chmod(0o755)
    assert done.stdout.startswith("fail:")
    assert "can't be written" in done.stdout


def test_a_full_disk_is_told(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, state in ((50 << 20, "fail"), (500 << 20, "warn"), (5 << 30, "ok")):
        left = shutil.disk_usage(kept)._replace(free=free)
        with monkeypatch.context() as here:
            here.setattr(shutil, "disk_usage", lambda path, left=left: left)
            assert found(kept, "disk").state == state


def test_the_command_line_tells_it_with_an_exit_code(kept: Path, home: Path) -> None:
    done = whence("doctor", "--set", "embedding.model=none", cwd=kept)
    assert "2 memories" in done.stdout
    for file in (tables(home) / "memories.lance" / "_versions").iterdir():
        file.write_bytes(b"nonsense")
    done = whence("doctor", "--json", "--set", "embedding.model=none", cwd=kept, ok=False)
    assert done.returncode == 1
    assert json.loads(done.stdout)["state"] == "fail"
