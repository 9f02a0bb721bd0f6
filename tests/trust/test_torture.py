"""A short run of what `npm run torture` does at length."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.trust.torture import crowd, files, halts, kills, locks
from tests.trust.torture.tally import Tally, table
from tests.trust.torture.world import Worker

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked, stopped and killed as on POSIX")


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    started = Worker(tmp_path / "log")
    yield started
    started.close()


@pytest.mark.parametrize("name", ["maintenance", "restore"])
def test_what_is_killed_loses_and_doubles_nothing(tmp_path: Path, worker: Worker, name: str) -> None:
    one = kills.Kills(name, tmp_path / "top", random.Random(7), worker)
    kills.PARTS[name][0](one, 2)
    assert one.tally.rounds == 2
    assert one.tally.sound, table([one.tally])
    assert one.tally.acknowledged > 0


def test_faces_at_once_lose_and_double_nothing(tmp_path: Path) -> None:
    tally = crowd.crowded(tmp_path / "world", 60, 7, editors=1, assistants=1)
    assert tally.rounds > 50
    assert tally.sound, table([tally])


def test_a_spoilt_file_is_told_and_mended(tmp_path: Path) -> None:
    tally = files.files(tmp_path, 2, random.Random(7))
    assert tally.rounds == 2
    assert tally.sound, table([tally])


def test_who_stands_still_keeps_nobody_from_working(tmp_path: Path) -> None:
    tally = halts.halts(tmp_path, 1, 1.0, random.Random(7))
    assert tally.rounds == 1
    assert tally.sound, table([tally])


def test_without_locks_it_goes_on_or_says_what_to_do(tmp_path: Path) -> None:
    tally = locks.locks(tmp_path, 1)
    assert tally.sound, table([tally])
    assert tally.rounds or "no C compiler" in tally.note


def test_what_is_wrong_is_counted_and_told() -> None:
    tally = Tally("part")
    tally.wrong("lost", 0, "nothing")
    assert tally.sound
    tally.wrong("doubled", 2, "notes")
    assert not tally.sound
    assert tally.doubled == 2
    assert "part: doubled 2: notes" in table([tally])
