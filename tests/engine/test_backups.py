"""Backups of a project: taken, listed, restored, offered where memories are damaged."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.engine.test_doctor import HOLD
from tests.faces.test_cli import whence
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.engine import backups as engine_backups
from whence.engine.doctor import examine
from whence.project.opening import _daily
from whence.project.storage import due
from whence.store import backups
from whence.values.errors import InvalidRequest, MemoryDamaged, NotFound, StorageError
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
OFF = {"embedding.model": "none"}


def note(engine: Engine, content: str) -> str:
    (id,) = engine.remember({"kind": "note", "content": content}).ids
    return str(id)


@pytest.fixture
def kept(repository: Path) -> Path:
    """A project with three notes, a backup of them, and one note that is later."""
    with Engine(repository, PLAIN) as engine:
        for content in ("The cache is written through", "Carts hold 100 items", "Prices are in cents"):
            note(engine, content)
        (engine.place.home / "pictures").mkdir()
        (engine.place.home / "pictures" / "a.png").write_bytes(b"\x89PNG")
        engine.recalls.note(["x"])
        assert engine.backup().backups[0].sound
        note(engine, "The basket is later")
        assert engine.settle(PATIENCE)
    return repository


def project(home: Path) -> Path:
    (found,) = home.glob("projects/*")
    return found


def manifests(home: Path) -> None:
    for file in (project(home) / "memory" / "memories.lance" / "_versions").iterdir():
        file.write_bytes(b"nonsense")


def data(home: Path) -> None:
    for file in (project(home) / "memory" / "memories.lance" / "data").iterdir():
        file.write_bytes(bytes(file.stat().st_size))


def versions(home: Path) -> None:
    shutil.rmtree(project(home) / "memory" / "memories.lance" / "_versions")


def contents(folder: Path) -> set[str]:
    with Engine(folder, PLAIN) as engine:
        assert engine.settle(PATIENCE)
        return {hit.title for hit in engine.search("").hits}


def told(engine: Engine) -> list[str]:
    """What the user is told, but that there is no model."""
    return [each for each in engine.status().messages if "switched off" not in each]


EARLIER = {"The cache is written through", "Carts hold 100 items", "Prices are in cents"}


@pytest.mark.parametrize("spoil", [manifests, data, versions])
def test_a_database_that_cannot_be_read_offers_its_backup_and_gets_it_back(
    kept: Path, home: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(home)
    findings = [each for each in examine(kept, OFF).findings if each.state == "fail"]
    assert [each.topic for each in findings] == ["database"]
    assert "has 3 memories" in findings[0].repair
    assert "1 memory or more, to" in findings[0].repair
    assert "whence restore" in findings[0].repair
    with pytest.raises(MemoryDamaged, match="has 3 memories") as raised, Engine(kept, PLAIN) as engine:
        engine.get(engine.search("cache").hits[0].id)
        engine.children()
    assert str(home) not in str(raised.value)
    # In a process of its own: LanceDB keeps small files in mind, and reads what is not there any more.
    done = json.loads(whence("restore", "--yes", "--json", "--set", "embedding.model=none", cwd=kept).stdout)
    assert done["memories"] == 3
    assert Path(done["aside"]).is_dir(), "the broken one is kept"
    assert contents(kept) == EARLIER
    assert examine(kept, OFF).state == "ok"
    with Engine(kept, PLAIN) as engine:
        assert not told(engine)
        assert engine.search("cache").hits


def test_a_folder_that_vanished_gets_its_backup_back_from_another_disk(
    repository: Path, home: Path, tmp_path: Path
) -> None:
    elsewhere = parse({"embedding": {"model": "none"}, "backups": {"folder": str(tmp_path / "other disk")}})
    with Engine(repository, elsewhere) as engine:
        note(engine, "The cache is written through")
        (engine.place.home / "pictures").mkdir()
        (engine.place.home / "pictures" / "a.png").write_bytes(b"\x89PNG")
        engine.backup()
    shutil.rmtree(project(home))
    with Engine(repository, elsewhere) as engine:
        missing = told(engine)[0]
        assert "has 1 memory" in missing
        note(engine, "written since")
        done = engine.restore_backup()
        assert (done.memories, done.back, done.later) == (2, 1, 1)
        assert not told(engine)
        assert {hit.title for hit in engine.search("").hits} == {"The cache is written through", "written since"}
        assert (engine.place.home / "pictures" / "a.png").read_bytes() == b"\x89PNG"


def test_later_memories_of_a_damaged_database_come_along_where_they_can_be_read(kept: Path, home: Path) -> None:
    """One file of many is damaged: what another one holds and is later than the backup is saved."""
    found = sorted(
        (project(home) / "memory" / "memories.lance" / "data").iterdir(), key=lambda each: each.stat().st_mtime_ns
    )
    found[0].write_bytes(b"nonsense")
    done = json.loads(whence("restore", "--yes", "--json", "--set", "embedding.model=none", cwd=kept).stdout)
    assert contents(kept) == EARLIER | {"The basket is later"}
    assert (done["memories"], done["later"]) == (4, 1)


def test_restoring_while_it_is_open_keeps_what_is_later(kept: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        gone = engine.search("cache").hits[0].id
        engine.forget((gone,))
        engine.empty_bin()
        done = engine.restore_backup()
        assert (done.memories, done.back, done.removed) == (4, 1, 0)
        assert [hit.id for hit in engine.search("cache").hits] == [gone], "it is found at once"
        assert engine.backups().backups[0].why == "restore"
        done = engine.restore_backup(exactly=True, at=engine.backups().backups[-1].at.isoformat())
        assert (done.memories, done.removed) == (3, 1)


def test_a_date_names_a_backup(kept: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        (only,) = engine.backups().backups
        local = only.at.astimezone()
        folder = Path(engine.backups().folder)
        for said in (f"{local:%Y-%m-%d}", f"{local:%Y-%m-%dT%H:%M}", f"{local:%Y-%m-%d %H:%M}", local.isoformat(), ""):
            assert engine_backups.find(folder, said).at == only.at
        for said, error in (("yesterday", InvalidRequest), ("2001-01-01", NotFound)):
            with pytest.raises(error):
                engine.restore_backup(at=said)


def test_only_the_newest_is_left_where_somebody_wants_what_is_deleted_to_be_gone(kept: Path, home: Path) -> None:
    with Engine(kept, PLAIN) as engine:
        gone = engine.search("cache").hits[0].id
        engine.forget((gone,))
        engine.empty_bin()
        assert len(engine.backup(only=True).backups) == 1
        assert backups.rescue(project(home) / "backups", [gone]) == {}


def test_what_goes_along_is_consistent(kept: Path, home: Path, tmp_path: Path) -> None:
    folder = project(home) / "backups"
    with Engine(kept, PLAIN) as engine:
        engine.recalls.note(["y"])
        engine.recalls.close()
        engine.backup()
    along = dict(backups.extras(folder, backups.listed(folder)[0]))
    assert along["pictures/a.png"] == b"\x89PNG"
    (tmp_path / "recalls").write_bytes(along["recalls-1.sqlite3"])
    with closing(sqlite3.connect(tmp_path / "recalls")) as copy:
        assert ("y",) in copy.execute("select id from recalls").fetchall()


def test_a_backup_is_due_the_next_day_if_something_was_written(kept: Path, home: Path) -> None:
    folder = project(home) / "backups"
    with Engine(kept, PLAIN) as engine:
        at = backups.listed(folder)[0].at
        assert not due(engine.store, folder, at + timedelta(hours=1))
        assert due(engine.store, folder, at + timedelta(hours=21))
        assert due(engine.store, folder, at - timedelta(days=40)), "one that seems to be of the future stops nothing"
        engine.backup()
        assert not due(engine.store, folder, datetime.now(UTC) + timedelta(days=9)), "nothing was written since"


def test_the_daily_backup_is_taken_and_what_keeps_it_from_that_is_told(repository: Path, home: Path) -> None:
    with Engine(repository, PLAIN) as engine:
        _daily(engine.project)
        assert engine.backups().backups == (), "there is nothing to back up"
        note(engine, "The cache is written through")
        _daily(engine.project)
        assert [(each.why, each.memories) for each in engine.backups().backups] == [("daily", 1)]
        _daily(engine.project)
        assert len(engine.backups().backups) == 1
        shutil.rmtree(project(home) / "backups")
        (project(home) / "backups").write_text("a file")
        _daily(engine.project)
        assert "daily backup failed" in told(engine)[0]
        (project(home) / "backups").unlink()
        _daily(engine.project)
        assert not told(engine)
    off = parse({"embedding": {"model": "none"}, "backups": {"enabled": False}})
    shutil.rmtree(project(home) / "backups")
    with Engine(repository, off) as engine:
        _daily(engine.project)
        assert engine.backups().backups == ()


def test_who_uses_a_damaged_database_is_told_and_it_stays(kept: Path, home: Path) -> None:
    manifests(home)
    lock = project(home) / "vectors.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        with pytest.raises(StorageError, match="uses this memory"):
            engine_backups.restore_in_place(kept, PLAIN)
        assert not (project(home) / "aside").exists()
        assert child.stdin is not None
        child.stdin.close()
    assert engine_backups.restore_in_place(kept, PLAIN).memories == 3


def test_without_a_backup_nothing_is_moved(repository: Path, home: Path) -> None:
    with Engine(repository, PLAIN) as engine:
        note(engine, "kept")
    manifests(home)
    before = {path: path.read_bytes() for path in project(home).rglob("*") if path.is_file()}
    with pytest.raises(NotFound, match="no backup"):
        engine_backups.restore_in_place(repository, PLAIN)
    assert {path: path.read_bytes() for path in project(home).rglob("*") if path.is_file()} == before
    (found,) = [each for each in examine(repository, OFF).findings if each.topic == "database"]
    assert "There is no backup that can be read" in found.repair


def test_the_command_line_restores(kept: Path, home: Path) -> None:
    off = ("--set", "embedding.model=none")
    shown = json.loads(whence("restore", "--list", "--json", *off, cwd=kept).stdout)
    assert [each["memories"] for each in shown["backups"]] == [3]
    manifests(home)
    refused = whence("search", "cache", *off, cwd=kept, ok=False)
    assert refused.returncode == 1
    assert "has 3 memories" in " ".join(refused.stderr.split())
    assert "whence restore" in " ".join(refused.stderr.split())
    assert "asked" in whence("restore", "--list", *off, cwd=kept).stdout
    unasked = whence("restore", *off, cwd=kept, ok=False)
    assert unasked.returncode == 2
    assert "--yes" in unasked.stderr
    assert json.loads(whence("restore", "--yes", "--json", *off, cwd=kept).stdout)["memories"] == 3
    assert "written through" in whence("search", "cache", *off, cwd=kept).stdout
