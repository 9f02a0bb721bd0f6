"""What LanceDB's errors are taken for: each error here is a real one, provoked on a real database."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from tests.storing import DIMENSION
from whence.store import Store, rows
from whence.store.connection import FAILURES, connect, run
from whence.store.failures import Contended, Kind, kind_of, passes, storage_error
from whence.store.lancedb_import import FTS
from whence.values.errors import MemoryDamaged, StorageError
from whence.values.memory import Note


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A database whose folder is named after errors, which must not be taken for them."""
    return tmp_path / "conflict not found already exists (os error)"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    store = Store.open(str(folder), dimension=DIMENSION)
    for number in range(6):
        store.put([Note(id=f"kept-{number}", content=f"kept {number} " * 40)])
    yield store
    store.close()


def raised(call: Callable[[], object]) -> BaseException:
    """What LanceDB raises, as it comes."""
    with pytest.raises(FAILURES) as told:
        call()
    return told.value


def raw(store: Store, ask: Callable[[Any], Coroutine[Any, Any, Any]]) -> BaseException:
    return raised(lambda: run(ask(store._memories._handle)))


async def _everything(handle: Any) -> pa.Table:
    return await handle.query().select(["id", "payload"]).to_arrow()


def test_too_many_writers_are_a_conflict_and_no_damage(store: Store, folder: Path) -> None:
    """Four merges of the same row at a time, with little time for Lance's own retries."""
    errors: list[BaseException] = []
    row = pa.Table.from_pylist([rows.of_memory(Note(id="kept-1", content="x"))], schema=store._memories.schema)
    stop = threading.Event()

    def write(milliseconds: int) -> None:
        handle = run(connect(str(folder), None).open_table("memories"))
        while not stop.is_set():
            merge = handle.merge_insert("id").use_index(False).when_matched_update_all()
            try:
                run(merge.execute(row, timeout=timedelta(milliseconds=milliseconds)))
            except FAILURES as error:
                errors.append(error)
                if "concurrent writers" in str(error):
                    stop.set()

    threads = [threading.Thread(target=write, args=(each,)) for each in (20, 40, 60, 80)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    crowded = [each for each in errors if "concurrent writers" in str(each)]
    assert kind_of(crowded[0]) is Kind.CONFLICT
    assert passes(crowded[0])
    assert {kind_of(each) for each in errors} <= {Kind.CONFLICT, Kind.SLOW}
    told = storage_error(crowded[0], "The memories could not be written", "Restore a backup.", truth=True)
    assert isinstance(told, Contended)
    assert "backup" not in str(told)


def test_a_conflict_is_tried_again_until_it_goes_through(store: Store, folder: Path) -> None:
    others = [Store.open(str(folder), dimension=DIMENSION) for _ in range(3)]
    failed: list[Exception] = []

    def write(other: Store, who: int) -> None:
        try:
            for number in range(6):
                other.put([Note(id="kept-1", content=f"{who} {number}"), Note(content=f"{who} {number}")])
        except StorageError as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(other, who)) for who, other in enumerate(others)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()
    assert not failed
    assert store.counts() == {"note": 6 + 3 * 6}


def test_a_commit_conflict_is_a_conflict(store: Store, folder: Path) -> None:
    """A merge of the same rows from one version: the second meets what the first committed."""
    errors: list[BaseException] = []

    async def both() -> None:
        handles = [await (await _again(folder)).open_table("memories") for _ in range(4)]
        doing = [each.optimize() if n % 2 else each.update({"title": "x"}) for n, each in enumerate(handles)]
        errors.extend(each for each in await asyncio.gather(*doing, return_exceptions=True) if each is not None)

    for _ in range(300):
        run(both())
        found = [each for each in errors if isinstance(each, RuntimeError)]
        if found:
            break
    assert {kind_of(each) for each in found} == {Kind.CONFLICT}


def test_an_index_that_another_process_just_made_is_a_conflict(store: Store) -> None:
    """It was missing in the list a moment ago, as where processes open a new database at once."""
    error = raw(store, lambda _: store._passages._handle.create_index("words", config=FTS(), replace=False))
    assert kind_of(error) is Kind.CONFLICT
    assert passes(error)


async def _again(folder: Path) -> Any:
    import lancedb

    return await lancedb.connect_async(str(folder))


def test_a_version_that_goes_between_listing_and_reading_is_looked_for_again(store: Store, folder: Path) -> None:
    """Its name is listed, and its file gone: as where another process cleans away meanwhile, here for good."""
    versions = folder / "memories.lance" / "_versions"
    newest = min(versions.iterdir())  # numbers count down, so that the newest comes first in a listing
    (versions / f"{int(newest.stem) - 1}.manifest").symlink_to(folder / "nowhere")
    error = raw(store, lambda handle: handle.schema())
    assert kind_of(error) is Kind.MOVED
    assert passes(error, truth=True)


def test_a_table_that_vanished_is_no_passing_trouble(store: Store, folder: Path) -> None:
    shutil.rmtree(folder / "memories.lance")
    assert kind_of(raw(store, _everything)) is Kind.VANISHED
    assert kind_of(raised(lambda: run(store._memories._connection.open_table("memories")))) is Kind.VANISHED
    with pytest.raises(MemoryDamaged, match="not there any more"):
        store.stamps()
    with pytest.raises(MemoryDamaged, match="not there any more"):
        store.put([Note(content="x")])


def test_a_table_without_versions_vanished(store: Store, folder: Path) -> None:
    shutil.rmtree(folder / "memories.lance" / "_versions")
    assert kind_of(raw(store, _everything)) is Kind.VANISHED


def test_a_version_that_was_cleaned_away_is_looked_for_again(store: Store) -> None:
    async def old(handle: Any) -> None:
        await handle.checkout(99)

    assert kind_of(raw(store, old)) is Kind.MOVED
    assert passes(raw(store, old))


def test_a_file_that_stays_away_is_damage_after_a_few_tries(store: Store, folder: Path) -> None:
    next((folder / "memories.lance" / "data").iterdir()).unlink()
    assert kind_of(raw(store, _everything)) is Kind.MOVED
    with pytest.raises(MemoryDamaged, match="Some of its files are gone"):
        store._read("")


@pytest.mark.parametrize(
    ("part", "spoil"),
    [
        pytest.param("data", lambda content: content[: len(content) // 2], id="data cut off"),
        pytest.param("data", lambda content: bytes(len(content)), id="data of zeros"),
        pytest.param("_versions", lambda content: b"nonsense", id="manifest of nonsense"),
        pytest.param("_versions", lambda content: b"", id="empty manifest"),
        pytest.param("_deletions", lambda content: content[:40], id="deletions cut off"),
    ],
)
def test_damaged_files_are_damage(store: Store, folder: Path, part: str, spoil: Callable[[bytes], bytes]) -> None:
    store._memories.optimize(timedelta(milliseconds=1))
    store._memories.delete("id = 'kept-3'")
    for file in (folder / "memories.lance" / part).iterdir():
        file.write_bytes(spoil(file.read_bytes()))
    again = raised(lambda: run(_everything(run(connect(str(folder), None).open_table("memories")))))
    assert kind_of(again) is Kind.DAMAGED
    with pytest.raises(MemoryDamaged) as told:
        Store.open(str(folder), dimension=DIMENSION)._read("")
    assert str(folder) not in str(told.value)


def test_a_column_and_a_table_that_others_change_are_told_apart(store: Store) -> None:
    async def unknown(handle: Any) -> Any:
        return await handle.query().where("nowhere = 'conflict'").to_arrow()

    assert kind_of(raw(store, unknown)) is Kind.MOVED
    made = raised(lambda: run(store._memories._connection.create_table("memories", schema=store._memories.schema)))
    assert kind_of(made) is Kind.CONFLICT


def test_what_is_no_row_is_told_without_blaming_the_disk(store: Store) -> None:
    with pytest.raises(StorageError, match="right shape") as told:
        store._memories.merge([{"id": "x", "importance": "much"}])
    assert not isinstance(told.value, MemoryDamaged)


SPOILT = """
import os, resource, sys
from pathlib import Path
import whence.store.tables  # all that is loaded, before files may not be read
from whence.store import Store
from whence.values.errors import MemoryDamaged, StorageError
from whence.values.memory import Note
folder, what = Path(sys.argv[1]), sys.argv[2]
if os.geteuid() == 0:
    os.setuid(65534)  # nothing is barred from the administrator, as whom tests may run
store = Store.open(str(folder), dimension=8)
store.put([Note(content="kept")])
if what == "folders":
    for path in folder.rglob("*"):
        if path.is_dir():
            path.chmod(0o555)
elif what == "data":
    for path in (folder / "memories.lance" / "data").iterdir():
        path.chmod(0)
elif what == "handles":
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 4096))
try:
    if what == "data":
        store._read("")
    else:
        store.put([Note(content="x")])
except StorageError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or sys.platform != "linux", reason="modes and limits of Linux")
@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("folders", "The memories could not be written: this user is not allowed to. Check the permissions"),
        ("data", "The memories could not be read: this user is not allowed to. Check the permissions"),
        ("handles", "too many files are open. Close some programs"),
    ],
)
def test_what_the_system_refuses_is_told_as_that(what: str, told: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        Path(home).chmod(0o777)
        command = [sys.executable, "-c", SPOILT, f"{home}/db", what]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        for path in [Path(home), *Path(home).rglob("*")]:
            path.chmod(0o777)
    assert told in done.stdout
    assert done.stdout.startswith("StorageError "), "nothing is damaged"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only the administrator mounts file systems")
@pytest.mark.parametrize("state", ["full", "read-only"])
def test_a_disk_that_is_full_or_read_only_is_told(tmp_path: Path, state: str) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        store = Store.open(str(disk / "db"), dimension=DIMENSION)
        store.put([Note(id="kept", content="kept")])
        if state == "read-only":
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(StorageError, match=f"the disk is {state}") as told:
            for _ in range(100):
                store.put([Note(content=os.urandom(20_000).hex())])
        assert not isinstance(told.value, MemoryDamaged)
        assert len(store.get(["kept"])) == 1
        store.close()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
