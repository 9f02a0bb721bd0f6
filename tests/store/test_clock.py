"""Where the date jumps, nothing is removed by its age until it has been steady for a while."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.storing import DIMENSION
from whence.store import Store, clock
from whence.values.memory import Note

AHEAD = timedelta(days=40).total_seconds()


class Clocks:
    """What the machine's clocks show."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.running, self.ahead, self._time = 1000.0, 0.0, time.time
        patched.setattr(clock, "running", lambda: self.running)
        patched.setattr(clock.time, "time", lambda: 1_800_000_000.0 + self.running + self.ahead)


def test_a_jump_is_waited_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = Clocks(monkeypatch)
    assert clock.steady(tmp_path)
    clocks.running += 5
    assert clock.steady(tmp_path)
    clocks.ahead = AHEAD
    assert not clock.steady(tmp_path)
    clocks.running += 30
    assert not clock.steady(tmp_path), "a commit may be under way that began before"
    clocks.ahead = 0
    assert not clock.steady(tmp_path), "back again"
    clocks.running += 59
    assert not clock.steady(tmp_path)
    clocks.running += 2
    assert clock.steady(tmp_path)
    clocks.ahead = 0.5
    assert clock.steady(tmp_path), "time servers correct the date a little"
    assert clock.steady(None)


def test_a_disk_whose_clock_is_away_is_not_tidied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert clock.steady(tmp_path)
    assert clock.near(tmp_path)
    ours = time.time
    monkeypatch.setattr(clock.time, "time", lambda: ours() + AHEAD)
    assert not clock.near(tmp_path)


@pytest.mark.parametrize("content", ["", "null", '{"begun": "x"}', "[1"])
def test_a_look_that_cannot_be_read_is_the_first(tmp_path: Path, content: str) -> None:
    (tmp_path / "clock.json").write_text(content, encoding="utf-8")
    assert clock.steady(tmp_path)


def test_files_of_a_commit_under_way_outlive_a_jump(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by `npm run torture`: by a date that was 40 days ahead, Lance took them for left over."""
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    store.put([Note(content="kept")])
    assert store.maintain(force=True)
    under_way = tmp_path / "memory" / "memories.lance" / "data" / "of-a-commit-under-way.lance"
    under_way.write_bytes(b"rows")
    past = time.time() - AHEAD
    os.utime(under_way, (past, past))  # for Lance, whose clock is Rust's, what a jump of the date makes of it
    ours = time.time
    monkeypatch.setattr(clock.time, "time", lambda: ours() + AHEAD)
    assert not store.maintain(force=True)
    assert under_way.exists()
    store.close()


def test_what_killed_writers_left_is_removed_after_a_day(tmp_path: Path) -> None:
    """Found by `npm run torture`: Lance writes beside and renames, and never looks at what was not renamed."""
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    store.put([note := Note(content="kept")])
    old, fresh = (tmp_path / "memory" / "memories.lance" / "data" / name for name in (".tmpOld", ".tmpFresh"))
    for file in (old, fresh):
        file.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * 86_400,) * 2)
    assert store.maintain(force=True)
    assert fresh.exists(), "somebody may be writing it"
    assert not old.exists()
    assert store.get([note.id]) == [note]
    store.close()
