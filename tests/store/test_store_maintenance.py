import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.patience import until
from tests.storing import DIMENSION, MODEL, axis, passage
from whence.store import Store, disk_size, maintenance
from whence.store.indexes import indexed, unindexed
from whence.store.lancedb_import import IvfSq
from whence.values.base import now
from whence.values.errors import StorageError
from whence.values.memory import Note
from whence.values.protocol import Filter

ALL = Filter()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    yield store
    store.close()


def save(store: Store, count: int) -> list[Note]:
    """So many memories, each in commits of its own."""
    made = [Note(content=f"alpha {n}") for n in range(count)]
    for each in made:
        store.put([each])
        store.passages.put([each], [passage(each, each.content)])
    return made


def tidied(store: Store) -> None:
    """Call `maintain` as a server does, every now and then, until it has done something."""
    until(store.maintain, "maintenance")


def test_a_new_or_quiet_store_needs_no_maintenance(store: Store) -> None:
    assert not store.maintain()
    save(store, 3)
    assert not store.maintain()
    assert store.maintain(force=True)
    assert not store.maintain()


def test_many_commits_are_put_together(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "_MOMENT", 1000.0)
    made = save(store, maintenance._FRAGMENTS)
    before = store._memories.fragments(), store._passages.fragments(), unindexed(store._passages)
    assert before == (maintenance._FRAGMENTS,) * 3
    assert not store.maintain(), "not in the midst of writing"
    monkeypatch.setattr(maintenance, "_MOMENT", 0.0)
    assert store.maintain()
    assert store._memories.fragments() == store._passages.fragments() == 1
    assert unindexed(store._passages) == 0
    assert len(store.passages.by_words(["alpha"], ALL, 999)) == len(store.get([each.id for each in made])) == len(made)
    assert not store.maintain()


def test_a_bulk_load_is_indexed_at_once(store: Store) -> None:
    made = [Note(content=f"alpha {n}") for n in range(maintenance._ROWS)]
    store.put(made)
    store.passages.put(made, [passage(each, each.content) for each in made])
    assert unindexed(store._passages) == len(made)
    assert store.maintain()
    assert unindexed(store._passages) == 0
    assert not store.maintain()


def test_a_rest_is_used_to_clean_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store, maintenance._REST_FRAGMENTS)
    assert not store.maintain()
    monkeypatch.setattr(maintenance, "_REST_SECONDS", 0.1)
    monkeypatch.setattr(maintenance, "KEEP", timedelta(milliseconds=1))
    size = disk_size(store)

    def rested() -> bool:
        store.maintain()  # of the two tables each rests when it was seen to rest
        return store._memories.fragments() == store._passages.fragments() == 1

    until(rested)
    assert disk_size(store) < 0.7 * size, "old versions are gone"
    for n in range(maintenance._REST_VERSIONS):
        store._memories.mark("id", "touched", str(n))
    assert store._memories.fragments() == 1

    def swept() -> bool:
        store.maintain()
        return store._memories.versions() < 8

    until(swept)
    until(lambda: not store.maintain())


def test_a_rest_cleans_up_once_however_long_tidying_takes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "_REST_SECONDS", 0.1)
    monkeypatch.setattr(maintenance, "_SHARE", 1_000_000)
    store.maintain(force=True)
    save(store, maintenance._REST_FRAGMENTS)

    def rested() -> bool:
        store.maintain()
        return store._memories.fragments() == 1

    until(rested)
    pace = store._paces["memories"]
    pace.since, pace.leaves = 0.0, False
    monkeypatch.setattr(maintenance, "_REST_VERSIONS", 1)
    assert not maintenance.due(store._memories, pace), "versions too young to go are not looked at again and again"


def test_a_rest_ends_without_what_tidying_left(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "_REST_SECONDS", 0.1)
    monkeypatch.setattr(maintenance, "KEEP", timedelta(milliseconds=50))
    save(store, maintenance._REST_FRAGMENTS)
    tables = (store._memories, store._passages)

    def alone() -> bool:
        store.maintain()
        return all(each.versions() == 1 for each in tables)

    until(alone)
    assert all(len(list((each.folder / "data").iterdir())) == 1 for each in tables if each.folder)
    until(lambda: not store.maintain())


def test_versions_are_kept_for_a_while(store: Store) -> None:
    save(store, 5)
    before = store._memories.versions()
    store.maintain(force=True)
    assert store._memories.versions() >= before, "a write under way elsewhere may still need them"


def test_vectors_get_an_index_that_grows_with_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "_VECTOR_INDEX_ROWS", 300)
    chance = np.random.default_rng(1)
    rebuilt = []
    total = 0
    for more in (299, 1, 150, 150):
        total += more
        made = [Note(content=f"alpha {total} {n}") for n in range(more)]
        store.put(made)
        store.passages.put(made, [passage(each, each.content) for each in made])
        vectors = chance.standard_normal((more, DIMENSION)).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        todo = store.passages.unembedded(MODEL, more)
        store.passages.put_vectors(MODEL, [(handle, vector) for (handle, _), vector in zip(todo, vectors, strict=True)])
        exact = [(each.passage.id, each.cosine) for each in store.passages.by_vector(MODEL, axis(0), ALL, 10)]
        store.maintain(force=True)
        rebuilt.append(store._passages.marked("vector", "whence.indexed"))
        found = [(each.passage.id, each.cosine) for each in store.passages.by_vector(MODEL, axis(0), ALL, 10)]
        assert [id for id, _ in found] == [id for id, _ in exact]
        assert [cosine for _, cosine in found] == pytest.approx([cosine for _, cosine in exact], abs=1e-5)
    assert rebuilt == ["", "300", "300", "600"]
    store.passages.set_dimension(3)
    assert store._passages.marked("vector", "whence.indexed") == ""
    assert store.maintain(force=True)


def test_an_index_of_vectors_that_can_not_be_brought_up_to_date_is_built_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lance fails where the index has a small part and no new row has a vector, as while vectors are being made."""
    monkeypatch.setattr(maintenance, "_VECTOR_INDEX_ROWS", 600)
    made = [Note(content=f"alpha {n}") for n in range(600)]
    store.put(made)
    store.passages.put(made, [passage(each, each.content) for each in made])
    vectors = np.random.default_rng(1).standard_normal((len(made), DIMENSION)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    todo = store.passages.unembedded(MODEL, len(made))
    store.passages.put_vectors(MODEL, [(handle, vector) for (handle, _), vector in zip(todo, vectors, strict=True)])
    parts = IvfSq(distance_type="cosine", num_partitions=2)
    store._passages.call("written", lambda handle: handle.create_index("vector", config=parts, replace=True))
    store._passages.mark("vector", "whence.indexed", "600")
    exact = [each.passage.id for each in store.passages.by_vector(MODEL, axis(0), ALL, 10)]
    save(store, 3)
    for _ in range(2):
        with pytest.raises(StorageError, match="tidied"):
            store._passages.optimize(maintenance.KEEP)
    assert store.maintain(force=True)
    assert unindexed(store._passages) == 0
    assert indexed(store._passages) == 600
    assert [each.passage.id for each in store.passages.by_vector(MODEL, axis(0), ALL, 10)] == exact
    assert len(store.passages.by_words(["alpha"], ALL, 999)) == 603


def test_maintenance_gives_way_to_others_who_write(store: Store, tmp_path: Path) -> None:
    """Another window replaces the same memories all the while; whatever maintenance can do then, nothing is lost."""
    other = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    made = save(store, 20)
    stop = threading.Event()
    written: list[str] = []

    def write() -> None:
        while not stop.is_set():
            for each in made[:5]:
                other.put([each.model_copy(update={"title": str(len(written)), "updated_at": now()})])
                written.append(each.id)

    thread = threading.Thread(target=write)
    thread.start()
    done = [store.maintain(force=True) for _ in range(8)]
    stop.set()
    thread.join()
    other.close()
    assert len(done) == 8
    assert store.maintain(force=True)
    found = store.get([each.id for each in made])
    assert [each.id for each in found] == [each.id for each in made]
    last = {id: str(n) for n, id in enumerate(written)}
    assert [each.title for each in found] == [last.get(each.id, each.title) for each in found]


def test_vectors_wait_for_a_table_that_is_tidied(store: Store) -> None:
    (made,) = save(store, 1)
    todo = store.passages.unembedded(MODEL, 10)
    vectors = [(handle, axis(0)) for handle, _ in todo]
    give = threading.Thread(target=store.passages.put_vectors, args=(MODEL, vectors))
    with store._passages._writing:  # as tidying has it, longer than other writes wait
        give.start()
        other = threading.Thread(target=store.passages.put, args=([made], [passage(made, "gamma")]))
        other.start()
        other.join()
        assert give.is_alive()
    give.join()
    assert [each.passage.text for each in store.passages.by_words(["gamma"], ALL, 9)] == ["gamma"]


def test_size_counts_what_is_on_disk(store: Store) -> None:
    before = disk_size(store)
    store.put([Note(content="".join(map(str, range(50_000))))])
    assert disk_size(store) > before + 10_000


def test_a_database_that_is_no_folder_is_kept_in_shape_too() -> None:
    store = Store.open("memory://somewhere", dimension=DIMENSION)
    made = save(store, 5)
    assert store._memories.versions() > 5
    assert store.maintain(force=True)
    assert store._memories.fragments() == 1
    assert store.get([each.id for each in made]) == made
    assert len(store.passages.by_words(["alpha"], ALL, 9)) == 5
    assert disk_size(store) == 0
    store.close()


@pytest.mark.parametrize("content", [b"", b"torn", bytes(500)], ids=["empty", "torn", "zeroed"])
def test_an_older_manifest_that_cannot_be_read_is_no_hindrance(store: Store, content: bytes) -> None:
    """Found by `npm run torture`: tidying up reads all of them, failed at one, and so the database only grew."""
    made = save(store, 4)
    for table in (store._memories, store._passages):
        assert table.folder
        manifests = sorted((table.folder / "_versions").glob("*.manifest"))  # names count down: the newest is first
        manifests[-2].write_bytes(content)
    assert store.maintain(force=True)
    assert store.get([each.id for each in made]) == made
    assert len(store.passages.by_words(["alpha"], ALL, 9)) == 4
    assert store.maintain(force=True)


@pytest.mark.skipif(sys.platform != "linux", reason="open files are told by /proc")
def test_files_of_indexes_that_are_gone_are_not_held_open(store: Store, tmp_path: Path) -> None:
    reader = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)  # as another process has it, which only looks

    def held() -> int:
        links = (each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink())
        return sum("_indices" in each.parts and each.is_relative_to(tmp_path) for each in links)

    def round(number: int) -> int:
        words = " ".join(f"word{number}x{each}" for each in range(3000))  # files of few words are read whole and closed
        made = [Note(content=f"alpha {number} {each}") for each in range(3)]
        store.put(made)
        store.passages.put(made, [passage(each, f"alpha {words}") for each in made])
        store.maintain(force=True)
        for each in (store, reader):
            each.maintain()
            assert each.passages.by_words(["alpha"], ALL, 10)
        return held()

    begun = max(round(each) for each in range(4))
    assert 0 < max(round(4 + each) for each in range(4)) <= begun
    reader.close()
