import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from tests.patience import until
from whence.project import locks
from whence.project.locks import holder

pytestmark = pytest.mark.quick

HOLD = """
import sys, time, filelock
lock = filelock.FileLock(sys.argv[1])
lock.acquire()
print("held", flush=True)
time.sleep(999)
"""


@pytest.fixture(params=["as this system tells", "by trying"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Both ways to tell, wherever the tests run."""
    if request.param == "by trying":
        monkeypatch.setattr(locks, "_LISTED", tmp_path / "no such list")
    return str(request.param)


def test_a_lock_that_is_not_there_is_held_by_nobody(way: str, tmp_path: Path) -> None:
    assert holder(tmp_path / "absent.lock") is None
    assert not (tmp_path / "absent.lock").exists(), "looking makes no file"


def test_a_lock_that_was_let_go_of_is_held_by_nobody(way: str, tmp_path: Path) -> None:
    with FileLock(tmp_path / "free.lock"):
        pass
    (tmp_path / "free.lock").touch()
    assert holder(tmp_path / "free.lock") is None


def test_a_lock_that_another_process_holds_is_its_own(way: str, tmp_path: Path) -> None:
    file = tmp_path / "tåken.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(file)], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == b"held"
            found = holder(file)
            assert found is not None
            listed = way != "by trying" and locks._LISTED.exists()
            assert found.pid == (process.pid if listed else 0)
            assert found.name.startswith("python") is listed
            assert holder(file) is not None, "looking takes nothing away"
        finally:
            process.kill()
    assert until(lambda: holder(file) is None, "the lock of a killed process")


def test_another_lock_beside_it_is_not_meant(way: str, tmp_path: Path) -> None:
    (tmp_path / "free.lock").touch()
    with FileLock(tmp_path / "taken.lock"):
        assert holder(tmp_path / "free.lock") is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "1: FLOCK",
        "1: POSIX ADVISORY WRITE {pid} fe:00:{inode} 0 EOF",
        "1: FLOCK ADVISORY WRITE {pid} fe:00:{other} 0 EOF",
    ],
    ids=["nothing", "cut short", "of another kind", "of another file"],
)
def test_lines_of_the_list_that_tell_of_something_else(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, listed = tmp_path / "a.lock", tmp_path / "locks"
    file.touch()
    inode = file.stat().st_ino
    listed.write_text(line.format(pid=os.getpid(), inode=inode, other=f"9{inode}") + "\n", encoding="ascii")
    monkeypatch.setattr(locks, "_LISTED", listed)
    assert holder(file) is None


def test_a_process_that_is_gone_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, listed = tmp_path / "a.lock", tmp_path / "locks"
    file.touch()
    listed.write_text(f"1: FLOCK  ADVISORY  WRITE 999999999 fe:00:{file.stat().st_ino} 0 EOF\n", encoding="ascii")
    monkeypatch.setattr(locks, "_LISTED", listed)
    assert holder(file) == (999999999, "")
