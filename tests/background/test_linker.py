import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from whence.background import link_queue
from whence.background.linker import Linker
from whence.store import Store
from whence.values.base import now
from whence.values.errors import StorageError
from whence.values.memory import Change, Note


class Seen:
    """What was to be linked, in the order in which it came; `fails` is raised once instead."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.fails: Exception | None = None

    def __call__(self, changes: Sequence[Change]) -> None:
        if self.fails is not None:
            failure, self.fails = self.fails, None
            raise failure
        self.batches.append([change.id for change in changes])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "memory"))
    yield store
    store.close()


@pytest.fixture
def queue(tmp_path: Path) -> Path:
    return tmp_path / "to link"


@pytest.fixture
def make(store: Store, queue: Path) -> Iterator[Callable[[], Linker]]:
    made: list[Linker] = []

    def one() -> Linker:
        made.append(Linker(store, queue))
        return made[-1]

    yield one
    for linker in made:
        linker.close()


def changes(store: Store, count: int) -> list[str]:
    """The ids of so many Changes, the oldest first."""
    at = now() - timedelta(days=count)
    made = [Change(reason=f"Step {n}", created_at=at + timedelta(hours=n)) for n in range(count)]
    store.put(made)
    return [change.id for change in made]


def test_commits_are_linked_the_oldest_first_and_forgotten(
    store: Store, queue: Path, make: Callable[[], Linker]
) -> None:
    ids, seen, linker = changes(store, 3), Seen(), make()
    linker.start(seen, left=True)
    linker.committed(ids[::-1])
    assert linker.settle(PATIENCE)
    assert seen.batches == [ids]
    assert link_queue.left(queue) == []


def test_what_an_earlier_process_left_is_linked_by_whoever_is_to(
    store: Store, queue: Path, make: Callable[[], Linker]
) -> None:
    ids = changes(store, 2)
    link_queue.keep(queue, ids)
    bystander, heir = Seen(), Seen()
    first = make()
    first.start(bystander, left=False)
    assert first.settle(PATIENCE)
    assert bystander.batches == []
    second = make()
    second.start(heir, left=True)
    assert second.settle(PATIENCE)
    assert heir.batches == [ids]


def test_many_commits_are_linked_in_turns(store: Store, make: Callable[[], Linker]) -> None:
    ids, seen, linker = changes(store, 230), Seen(), make()
    linker.start(seen, left=False)
    linker.committed(ids)
    assert linker.settle(PATIENCE)
    assert [len(batch) for batch in seen.batches] == [100, 100, 30]
    assert [id for batch in seen.batches for id in batch] == ids


def test_what_is_no_change_or_gone_is_passed_over(store: Store, queue: Path, make: Callable[[], Linker]) -> None:
    (id,) = changes(store, 1)
    note = Note(content="The cellar is cold")
    store.put([note])
    seen, linker = Seen(), make()
    linker.start(seen, left=False)
    linker.committed([note.id, "never-was", id])
    assert linker.settle(PATIENCE)
    assert seen.batches == [[id]]
    assert link_queue.left(queue) == [], "and is not tried again"


def test_what_could_not_be_linked_waits_for_the_next_process(
    store: Store, queue: Path, make: Callable[[], Linker]
) -> None:
    ids, seen, linker = changes(store, 1), Seen(), make()
    seen.fails = StorageError("The disk is full.")
    linker.start(seen, left=False)
    linker.committed(ids)
    assert linker.settle(PATIENCE)
    assert link_queue.left(queue) == ids
    later = make()
    later.start(seen, left=True)
    assert later.settle(PATIENCE)
    assert seen.batches == [ids]
    assert link_queue.left(queue) == []


def test_closing_links_what_waits_and_writes_down_what_comes_after(store: Store, queue: Path) -> None:
    first, second = changes(store, 2)
    seen, linker = Seen(), Linker(store, queue)
    linker.start(seen, left=False)
    linker.committed([first])
    linker.close()
    assert seen.batches == [[first]]
    linker.committed([second])
    assert link_queue.left(queue) == [second]
    assert linker.submit(lambda: None) is None
    assert not linker.settle(PATIENCE)


def test_waiting_for_links_ends(store: Store, make: Callable[[], Linker]) -> None:
    linker, on = make(), threading.Event()

    def wait() -> None:
        on.wait(PATIENCE)

    linker.submit(wait)
    assert not linker.settle(0.01)
    on.set()
    assert linker.settle(PATIENCE)


# ---------------------------------------------------------------- the queue


def test_a_queue_that_is_not_there_is_empty(queue: Path) -> None:
    assert link_queue.left(queue) == []
    link_queue.done(queue, ["one"])
    assert not queue.exists()


def test_an_id_that_is_kept_twice_is_left_once(queue: Path) -> None:
    link_queue.keep(queue, ["a/b:ä", "a/b:ä", "c"])
    assert sorted(link_queue.left(queue)) == ["a/b:ä", "c"]
    link_queue.done(queue, ["a/b:ä"])
    assert link_queue.left(queue) == ["c"]


def test_what_is_half_written_or_no_text_is_no_id(queue: Path) -> None:
    link_queue.keep(queue, ["whole"])
    (queue / "half.123.new").write_text("half", encoding="utf-8")
    (queue / "empty").write_text("", encoding="utf-8")
    (queue / "bytes").write_bytes(b"\xff\xfe\xff")
    (queue / "folder").mkdir()
    assert link_queue.left(queue) == ["whole"]


def test_a_queue_that_cannot_be_written_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    link_queue.keep(tmp_path / "file", ["one"])
    assert "could not be written down" in caplog.text
    assert "one" not in caplog.text
