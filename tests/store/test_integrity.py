"""What the disk altered is noticed: bits are flipped in the files of a real database."""

import random
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.storing import DIMENSION
from whence.store import Store, rows
from whence.store.backups import listed
from whence.store.connection import connect
from whence.store.inspection import inspect
from whence.store.lance import Table
from whence.store.schema import MARK, MEMORIES
from whence.values.errors import StorageError
from whence.values.memory import MemoryBase, Note
from whence.values.protocol import Filter


def made(folder: Path, count: int) -> list[Note]:
    """A database of notes, in one file."""
    notes = [Note(content=f"the cache is written through {n} " * 5) for n in range(count)]
    store = Store.open(str(folder), dimension=DIMENSION)
    store.put(notes)
    store.close()
    return notes


def alter(folder: Path, old: bytes, new: bytes) -> None:
    """Write other bytes over the last place in the table's data where these are: the columns before have titles."""
    assert len(old) == len(new)
    for file in (folder / "memories.lance" / "data").iterdir():
        content = file.read_bytes()
        if old in content:
            before, _, after = content.rpartition(old)
            file.write_bytes(before + new + after)
            return
    raise AssertionError("not there")


def opened(folder: Path) -> Store:
    return Store.open(str(folder), dimension=DIMENSION, backups=folder.parent / "backups")


def every_way(store: Store, ids: Sequence[str]) -> list[list[MemoryBase]]:
    """The memories by all ways on which they are read."""
    return [
        store.get(ids),
        store.newest(Filter(), limit=99),
        [each for some in store.each(Filter()) for each in some],
    ]


def test_an_altered_memory_is_never_told_as_it_is_not(tmp_path: Path) -> None:
    (first, second, third) = made(tmp_path / "db", 3)
    alter(tmp_path / "db", b"written through 1", b"written thrpugh 1")
    store = opened(tmp_path / "db")
    for read in every_way(store, [first.id, second.id, third.id]):
        assert {each.id for each in read} == {first.id, third.id}
    assert store.care.damaged == {second.id: False}
    store.close()
    found = inspect(str(tmp_path / "db"), "")
    assert found is not None
    assert found.damaged == (second.id,)


def test_it_is_taken_from_where_it_was_saved(tmp_path: Path) -> None:
    notes = made(tmp_path / "db", 3)
    store = opened(tmp_path / "db")
    store.care.backup("daily")
    store.close()
    alter(tmp_path / "db", b"written through 1", b"written thrpugh 1")
    store = opened(tmp_path / "db")
    for read in every_way(store, [each.id for each in notes]):
        assert sorted(read, key=lambda each: each.id) == notes
    assert store.care.damaged == {notes[1].id: True}
    changed = notes[1].model_copy(update={"importance": 9, "updated_at": notes[1].updated_at + timedelta(seconds=1)})
    assert store.swap([(notes[1], changed)]) == [True]
    store.close()
    again = opened(tmp_path / "db")
    assert again.get([changed.id]) == [changed], "writing it again mends it"
    assert not again.care.damaged
    again.close()


def test_a_flip_anywhere_in_the_data_is_noticed_or_changes_nothing(tmp_path: Path) -> None:
    """80 single bits, each in a fresh copy of one file: what is read is as it was written, or is told."""
    notes = {each.id: each for each in made(tmp_path / "db", 20)}
    (file,) = (tmp_path / "db" / "memories.lance" / "data").iterdir()
    sound, chance = file.read_bytes(), random.Random(5)
    altered = 0
    for _ in range(80):
        place, bit = chance.randrange(len(sound)), 1 << chance.randrange(8)
        file.write_bytes(sound[:place] + bytes([sound[place] ^ bit]) + sound[place + 1 :])
        try:
            store = opened(tmp_path / "db")
            read = {each.id: each for each in store.get(list(notes))}
            store.close()
            found = inspect(str(tmp_path / "db"), "")
        except StorageError:
            continue
        assert all(each == notes[id] for id, each in read.items()), f"byte {place}"
        assert found is not None
        assert found.damaged or (len(read) == len(notes) and found.memories == len(notes)), f"byte {place}"
        altered += bool(found.damaged)
    assert altered > 5, "some must have been noticed by their digest alone"


def test_columns_that_say_something_else_are_noticed(tmp_path: Path) -> None:
    """A bit of `archived` hides a memory as well as one of its text spoils it."""
    notes = made(tmp_path / "db", 3)
    store = opened(tmp_path / "db")
    store._memories.set_by_sql({"archived": "true"}, f"id = '{notes[0].id}'")
    store.close()
    found = inspect(str(tmp_path / "db"), "")
    assert found is not None
    assert found.damaged == (notes[0].id,)


@pytest.mark.parametrize("columns", [[name for name in MEMORIES.names if name != "digest"]], ids=["format 2"])
def test_an_older_database_gets_digests(tmp_path: Path, columns: list[str]) -> None:
    notes = [Note(content=f"old {n}") for n in range(700)]
    fields = [MEMORIES.field(name) for name in columns]
    metadata = {MARK: "2"}
    schema = pa.schema([each.with_metadata(metadata) if each.name == "payload" else each for each in fields])
    old = Table(connect(str(tmp_path / "db"), None), "memories", None, "")
    old.create(schema)
    old.merge([{name: rows.of_memory(each)[name] for name in columns} for each in notes])
    store = opened(tmp_path / "db")
    assert store._memories.count(rows.UNSEALED) == 0
    assert store.get([each.id for each in notes]) == notes
    assert not store.care.damaged
    (backup,) = listed(tmp_path / "backups")
    assert (backup.why, backup.memories) == ("migration", 700)
    wanted = {each.id: rows.of_memory(each)["digest"] for each in notes}
    table = store._memories.read(["id", "digest"])
    assert dict(zip(table["id"].to_pylist(), table["digest"].to_pylist(), strict=True)) == wanted
    store.close()


def test_a_process_of_an_earlier_version_raises_no_alarm(tmp_path: Path) -> None:
    """It writes a memory again and leaves the digest that it finds; tidying up gives it a new one."""
    (first, second) = made(tmp_path / "db", 2)
    at = second.updated_at + timedelta(minutes=1)
    later = second.model_copy(update={"content": "changed", "updated_at": at})
    store = opened(tmp_path / "db")
    row = rows.of_memory(later)
    del row["digest"]
    store._memories.merge([row])
    assert store.get([first.id, second.id]) == [first, later]
    assert not store.care.damaged
    assert store._memories.count(rows.UNSEALED) == 1
    assert store.maintain(force=True)
    assert store._memories.count(rows.UNSEALED) == 0
    assert store.get([first.id, second.id]) == [first, later]
    store.close()
    found = inspect(str(tmp_path / "db"), "")
    assert found is not None
    assert not found.damaged
