"""A short run of what `npm run torture` does at length."""

import random
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.trust.torture import files, kills
from tests.trust.torture.tally import Tally, table
from tests.trust.torture.world import Worker

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are forked, stopped and killed as on POSIX")


@pytest.mark.parametrize(("name", "rounds"), [("maintenance", 1), ("restore", 2)])
def test_what_is_killed_loses_and_doubles_nothing(tmp_path: Path, name: str, rounds: int) -> None:
    with closing(Worker(tmp_path / "log")) as worker:
        one = kills.Kills(name, tmp_path / "top", random.Random(7), worker)
        kills.PARTS[name][0](one, rounds)
    assert one.tally.rounds == rounds
    assert one.tally.sound, table([one.tally])
    assert one.tally.acknowledged > 0


def test_spoilt_files_are_told_and_mended(tmp_path: Path) -> None:
    tally = files.files(tmp_path, 2, random.Random(7))
    assert tally.rounds == 2
    assert tally.sound, table([tally])


def test_what_is_wrong_is_counted_and_told() -> None:
    tally = Tally("part")
    tally.wrong("lost", 0, "nothing")
    assert tally.sound
    tally.wrong("doubled", 2, "notes")
    assert not tally.sound
    assert tally.doubled == 2
    assert "part: doubled 2: notes" in table([tally])
