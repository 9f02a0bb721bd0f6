import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.patience import PATIENCE, until
from whence.background.writer import Writer, clean
from whence.store import Store
from whence.values import memory
from whence.values.errors import InvalidRequest, NotFound, StorageError
from whence.values.memory import Change, FileEdit, Link, MemoryBase, Note

SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "memory"))
    yield store
    store.close()


@pytest.fixture
def writer(store: Store) -> Iterator[Writer]:
    writer = Writer(store)
    yield writer
    writer.close()


def test_what_is_written_is_on_disk_when_the_call_returns(store: Store, writer: Writer, tmp_path: Path) -> None:
    note = Note(content="kept")
    writer.write([note])
    other = Store.open(str(tmp_path / "memory"))
    assert other.get([note.id]) == [note]
    other.close()


def test_new_memories_are_begun_and_all_others_put(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[bool] = []
    put = store.put

    def note(memories: Sequence[MemoryBase], *, new: bool = False) -> None:
        done.append(new)
        put(memories, new=new)

    monkeypatch.setattr(store, "put", note)
    writer = Writer(store)
    kept = Note(content="kept")
    writer.write([kept], new=True)
    writer.write([kept])
    writer.close()
    assert done == [True, False]
    assert store.counts() == {"note": 1}


def test_many_callers_share_commits_and_lose_nothing(store: Store) -> None:
    commits: list[tuple[str, ...]] = []
    writer = Writer(store, commits.append)
    notes = [Note(content=f"note {n}") for n in range(200)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda note: writer.write([note]), notes))
    writer.close()
    assert {each.id for each in store.get([note.id for note in notes])} == {note.id for note in notes}
    assert len(commits) < len(notes), "writes that wait together are one commit"
    assert sorted(id for ids in commits for id in ids) == sorted(note.id for note in notes)


def test_the_last_of_several_writes_of_one_memory_wins(store: Store, writer: Writer) -> None:
    note = Note(content="first")
    writer.write([note, note.model_copy(update={"content": "second"})])
    (found,) = store.get([note.id])
    assert found.text() == "second"


def test_purging_removes_for_good(store: Store, writer: Writer) -> None:
    note = Note(content="gone soon")
    writer.write([note])
    writer.write(purge=[note.id, "never-there"])
    assert store.get([note.id]) == []


def test_an_update_sees_the_latest_and_dates_it(store: Store, writer: Writer) -> None:
    note = Note(content="x")
    writer.write([note])
    changed = writer.update(note.id, lambda each: each.model_copy(update={"pinned": True}))
    assert changed.pinned
    assert changed.updated_at > note.updated_at
    assert store.get([note.id]) == [changed]


def test_updates_from_two_writers_are_all_kept(store: Store, tmp_path: Path) -> None:
    """Two processes have a writer each; here two writers with a connection each."""
    other = Store.open(str(tmp_path / "memory"))
    writers = [Writer(store), Writer(other)]
    note = Note(content="x")
    writers[0].write([note])

    def label(n: int) -> None:
        writers[n % 2].update(note.id, lambda each: each.model_copy(update={"labels": (*each.labels, f"l{n}")}))

    threads = [threading.Thread(target=label, args=(n,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for writer in writers:
        writer.close()
    (found,) = store.get([note.id])
    assert sorted(found.labels) == sorted(f"l{n}" for n in range(12))
    other.close()


def test_an_update_of_nothing_is_refused(writer: Writer) -> None:
    with pytest.raises(NotFound):
        writer.update("no-such-id", lambda each: each)


def test_a_failing_change_fails_its_caller_alone(store: Store, writer: Writer) -> None:
    note = Note(content="x")
    writer.write([note])

    def refuse(each: MemoryBase) -> MemoryBase:
        raise InvalidRequest("no")

    with pytest.raises(InvalidRequest):
        writer.update(note.id, refuse)
    writer.write([Note(content="still at work")])


def test_a_closed_writer_refuses_and_what_waited_is_written(store: Store) -> None:
    writer = Writer(store)
    notes = [Note(content=str(n)) for n in range(20)]
    with ThreadPoolExecutor(20) as pool:
        written = [pool.submit(writer.write, [note]) for note in notes]
        for each in written:
            each.result()
        writer.close()
    with pytest.raises(StorageError):
        writer.write([Note(content="late")])
    assert len(store.get([note.id for note in notes])) == 20


@pytest.mark.parametrize(
    "value",
    [
        Note(content=f"use {SECRET} here", title=f"the {SECRET}", labels=(SECRET,), folder=SECRET),
        Change(
            reason=f"drop {SECRET}",
            branch=SECRET,
            files=(f"keys/{SECRET}.txt",),
            author=SECRET,
            edits=(FileEdit(path=f"keys/{SECRET}.txt", diff=f"-x\n+{SECRET}\n", symbols=(SECRET,)),),
        ),
    ],
    ids=lambda value: value.kind,
)
def test_secrets_are_taken_out_of_every_field(value: MemoryBase, store: Store, writer: Writer) -> None:
    writer.write([value])
    (found,) = store.get([value.id])
    assert SECRET not in found.model_dump_json()
    assert "[redacted: github-token]" in found.model_dump_json()


def test_a_memory_without_a_secret_is_left_as_it_is() -> None:
    change = Change(reason="Why", commit="9" * 40, edits=(FileEdit(path="a.py", diff="+x\n"),))
    assert clean(change) is change
    assert memory.parse(change.model_dump()) == change


def test_nothing_links_to_what_was_removed(store: Store, writer: Writer) -> None:
    gone, other = Note(content="gone"), Note(content="other")
    both = (Link(relation="about", target=gone.id), Link(relation="part_of", target=other.id))
    holder, absent = (
        Note(content="holder", links=both),
        Note(content="in the bin", links=both, deleted_at=gone.created_at),
    )
    writer.write([gone, other, holder, absent])
    writer.write(purge=[gone.id])
    assert store.linking([gone.id]) == []
    assert [each.links for each in store.get([holder.id, absent.id])] == [both[1:], both[1:]]


def test_an_heir_takes_over_the_links(store: Store, writer: Writer) -> None:
    gone, heir = Note(content="gone"), Note(content="heir")
    heir = heir.model_copy(update={"links": (Link(relation="about", target=gone.id),)})
    holder = Note(content="holder", links=tuple(Link(relation="about", target=each.id) for each in (gone, heir)))
    writer.write([gone, heir, holder])
    writer.write(purge=[gone.id], heir=heir.id)
    assert [each.links for each in store.get([holder.id, heir.id])] == [holder.links[1:], ()]


def test_each_memory_gets_its_last_touch(store: Store) -> None:
    writer = Writer(store, prepare=lambda each: each.model_copy(update={"author": "someone"}))
    notes = [Note(content="put"), Note(content="updated")]
    store.put(notes[1:])
    writer.write(notes[:1])
    writer.update(notes[1].id, lambda each: each)
    writer.close()
    assert [each.author for each in store.get([each.id for each in notes])] == ["someone", "someone"]


def test_listeners_hear_of_a_write_before_its_caller_does(store: Store) -> None:
    heard: list[str] = []
    writer = Writer(store, heard.extend)
    notes = [Note(content=f"note {n}") for n in range(20)]
    for note in notes:
        writer.write([note])
        assert heard[-1] == note.id
        writer.update(note.id, lambda each: each.model_copy(update={"pinned": True}))
        assert heard.count(note.id) == 2
    writer.close()


def test_a_failing_listener_fails_nobody(store: Store) -> None:
    def fail(ids: tuple[str, ...]) -> None:
        raise RuntimeError("no")

    writer = Writer(store, fail)
    note = Note(content="kept")
    writer.write([note])
    writer.close()
    assert store.get([note.id]) == [note]


def test_an_update_that_shares_a_commit_with_its_memory_is_answered(store: Store) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def hold(ids: tuple[str, ...]) -> None:
        entered.set()
        go_on.wait(PATIENCE)

    writer = Writer(store, hold)
    note = Note(content="one")
    with ThreadPoolExecutor(3) as pool:
        pool.submit(writer.write, [Note(content="first")])
        assert entered.wait(PATIENCE)
        put = pool.submit(writer.write, [note])
        until(lambda: len(writer._jobs) == 1)
        changed = pool.submit(writer.update, note.id, lambda each: each.model_copy(update={"pinned": True}))
        until(lambda: len(writer._jobs) == 2)
        go_on.set()
        put.result(30)
        assert changed.result(30).pinned
    writer.close()
    assert store.get([note.id])[0].pinned


def test_what_a_failing_commit_did_write_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[str] = []
    writer = Writer(store, heard.extend)
    note = Note(content="kept")

    def fail(ids: list[str]) -> None:
        raise StorageError("the disk is full")

    monkeypatch.setattr(store, "purge", fail)
    with pytest.raises(StorageError, match="full"):
        writer.write([note], purge=["gone"])
    writer.close()
    assert heard == [note.id]
