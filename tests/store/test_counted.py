"""The count beside the database: what it notices, and what it doesn't take for a loss."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.storing import DIMENSION
from whence.store import Count, Store
from whence.store.counted import Counted
from whence.values.memory import Note


@pytest.fixture
def count(tmp_path: Path) -> Count:
    return Count((tmp_path / "project" / "count.json", tmp_path / "counts" / "project.json"))


@pytest.fixture
def opened(tmp_path: Path, count: Count) -> Callable[[], Store]:
    return lambda: Store.open(str(tmp_path / "project" / "memory"), dimension=DIMENSION, count=count)


def filled(opened: Callable[[], Store], number: int) -> list[Note]:
    store = opened()
    made = [Note(content=f"kept {each}") for each in range(number)]
    for each in made:
        store.put([each])
    store.close()
    return made


def test_what_was_written_is_counted_when_a_process_ends(opened: Callable[[], Store], count: Count) -> None:
    filled(opened, 5)
    counted = count.read()
    assert counted is not None
    assert counted.memories == 5
    assert counted.lost is None
    store = opened()
    assert store.care.missing() is None
    before = count.read()
    store.care.count()
    store.close()
    assert before is not None
    assert count.read() is not None


@pytest.mark.parametrize("what", ["project", "project/memory", "project/memory/memories.lance"])
def test_a_database_that_vanished_is_missed(opened: Callable[[], Store], tmp_path: Path, what: str) -> None:
    filled(opened, 5)
    shutil.rmtree(tmp_path / what)
    store = opened()
    lost = store.care.missing()
    assert lost is not None
    assert lost.memories == 5
    assert "5 or more" in lost.told()
    store.put([Note(content="new")])
    store.close()
    again = opened()
    assert again.care.missing() == lost, "it stays missing, whatever is new"
    again.care.give_up()
    assert again.care.missing() is None
    again.close()
    last = opened()
    assert last.care.missing() is None
    last.close()


def test_commits_that_were_undone_are_missed(opened: Callable[[], Store], tmp_path: Path) -> None:
    filled(opened, 5)
    newest = min((tmp_path / "project/memory/memories.lance/_versions").iterdir())  # their numbers run down
    newest.unlink()
    store = opened()
    lost = store.care.missing()
    assert lost is not None
    assert (lost.memories, lost.left, lost.undone) == (5, 4, True)
    assert "earlier state" in lost.told()
    store.close()


def test_what_was_removed_as_wished_is_no_loss(opened: Callable[[], Store], count: Count) -> None:
    made = filled(opened, 3)
    store = opened()
    store.purge([each.id for each in made])
    counted = count.read()
    assert counted is not None
    assert counted.memories == 0, "at once, so that a kill changes nothing"
    store.close()
    again = opened()
    assert again.care.missing() is None
    again.close()


def test_tidying_up_is_no_loss(opened: Callable[[], Store]) -> None:
    filled(opened, 4)
    store = opened()
    store.maintain(force=True)
    store.care.count()
    assert store.care.missing() is None
    store.close()


def test_a_count_that_lags_behind_is_a_lower_bound(opened: Callable[[], Store], count: Count, tmp_path: Path) -> None:
    filled(opened, 3)
    kept = (tmp_path / "project" / "count.json").read_bytes()
    filled(opened, 4)
    for file in (tmp_path / "project" / "count.json", tmp_path / "counts" / "project.json"):
        file.write_bytes(kept)  # as after a kill
    store = opened()
    assert store.care.missing() is None
    store.close()
    shutil.rmtree(tmp_path / "project")
    store = opened()
    lost = store.care.missing()
    assert lost is not None
    assert lost.memories == 3
    store.close()


@pytest.mark.parametrize("content", [b"", b"[1]", b"null", b'{"storage": ""}', b"\xff\xfe\x00", b"{" * 9])
def test_a_count_that_cannot_be_read_says_nothing(
    opened: Callable[[], Store], count: Count, tmp_path: Path, content: bytes
) -> None:
    filled(opened, 2)
    (tmp_path / "project" / "count.json").write_bytes(content)
    counted = count.read()
    assert counted is not None, "there is another copy"
    assert counted.memories == 2
    (tmp_path / "counts" / "project.json").write_bytes(content)
    assert count.read() is None
    store = opened()
    assert store.care.missing() is None
    store.close()


def test_a_count_of_another_database_says_nothing(tmp_path: Path) -> None:
    file = tmp_path / "count.json"
    Count((file,), "s3://one").note(None, 7, 3)
    assert Count((file,), "s3://one").read() == Counted(3, 7, json.loads(file.read_text())["at"])
    assert Count((file,)).read() is None


def test_counting_needs_no_place_to_write(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Count((tmp_path / "file" / "count.json",)).note(None, 1, 1)
