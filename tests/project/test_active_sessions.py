"""The file that tells every process which session is active, and what it stamps."""

import json
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from whence.background.writer import Writer
from whence.project.active_sessions import Active, active_sessions, contents, end, last_activity, settle
from whence.store import Store
from whence.values.base import now
from whence.values.errors import StorageError
from whence.values.memory import Change, MemoryBase, Note, Session

pytestmark = pytest.mark.quick

ME, OTHER = "Test Author", "Other Author"
BEGUN = now() - timedelta(hours=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture
def active(home: Path) -> Active:
    return Active(home, ME)


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


def session(author: str = ME, at: datetime = BEGUN, **more: object) -> Session:
    return Session.model_validate({"goal": "Tidy the cellar", "author": author, "created_at": at, **more})


def note(at: datetime | None = None, **more: object) -> Note:
    return Note.model_validate({"content": "The shelf is full", "source": "user", "created_at": at or now(), **more})


def tell(active: Active, *sessions: Session) -> None:
    with active.deciding():
        active.tell(sessions)


def test_without_a_session_nothing_is_stamped_and_no_file_made(active: Active, home: Path) -> None:
    made = note()
    assert active.stamp(made) is made
    assert active.current() == ""
    tell(active)
    assert not (home / "sessions.json").exists()


def test_what_one_process_tells_every_other_knows(active: Active, home: Path) -> None:
    mine, theirs = session(), session(OTHER)
    tell(Active(home, OTHER), mine, theirs)
    assert active.current() == mine.id
    assert active.stamp(note()).session == mine.id
    assert active.stamp(note(author=OTHER)).session == theirs.id
    assert active.stamp(note(author="Nobody Known")).session == ""
    tell(Active(home, OTHER), theirs)
    assert active.current() == "", "and what ended as well"
    assert active.stamp(note()).session == ""


@pytest.mark.parametrize(
    ("memory", "stamped"),
    [
        pytest.param(note(source="save"), True, id="a save"),
        pytest.param(note(source="assistant"), True, id="an assistant's"),
        pytest.param(note(source="import"), False, id="imported"),
        pytest.param(note(BEGUN - timedelta(minutes=1)), False, id="from before it"),
        pytest.param(note(BEGUN), True, id="at its very beginning"),
        pytest.param(note(BEGUN - timedelta(seconds=0.9)), False, id="a moment before it"),
        pytest.param(
            Change(reason="Tidy up", source="commit", created_at=BEGUN - timedelta(seconds=0.9)),
            True,
            id="a commit, whose clock knows whole seconds",
        ),
        pytest.param(
            Change(reason="Tidy up", source="commit", created_at=BEGUN - timedelta(seconds=1.1)),
            False,
            id="a commit from before it",
        ),
        pytest.param(
            Change(reason="", source="save", open=True, created_at=BEGUN - timedelta(minutes=9)),
            True,
            id="an edit that goes on in it",
        ),
        pytest.param(session(source="user"), False, id="a session itself"),
        pytest.param(note(session="another"), False, id="what is of another already"),
    ],
)
def test_what_came_to_be_in_a_session_is_stamped(active: Active, memory: MemoryBase, stamped: bool) -> None:
    current = session()
    tell(active, current)
    assert (active.stamp(memory).session == current.id) is stamped


def test_a_session_that_was_taken_up_again_counts_from_then(active: Active) -> None:
    current = session(resumed_at=BEGUN + timedelta(minutes=30))
    tell(active, current)
    assert active.stamp(note(BEGUN + timedelta(minutes=29))).session == ""
    assert active.stamp(note(BEGUN + timedelta(minutes=31))).session == current.id


@pytest.mark.parametrize(
    "damage",
    ["", "{cut", "[]", "null", '{"Test Author": 5}', '{"Test Author": ["id"]}', '{"Test Author": ["id", "noon"]}'],
)
def test_a_damaged_file_leaves_what_was_known_until_it_is_written_anew(active: Active, home: Path, damage: str) -> None:
    first, second = session(), session()
    tell(active, first)
    assert active.current() == first.id
    (home / "sessions.json").write_text(damage, encoding="utf-8")
    assert active.current() == first.id
    tell(active, second)
    assert active.current() == second.id


def test_the_file_is_read_again_only_when_it_was_written(
    active: Active, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(active, session())
    assert active.current()
    read: list[str] = []
    parse = json.loads
    monkeypatch.setattr("whence.project.active_sessions.json.loads", lambda text: read.append(text) or parse(text))
    for _ in range(50):
        active.stamp(note())
    assert read == []
    os.utime(home / "sessions.json", (1, 1))
    active.stamp(note())
    assert len(read) == 1


def test_whoever_cannot_decide_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(StorageError, match="active session"), Active(tmp_path / "file", ME).deciding():
        pass


def test_while_one_decides_another_does_not(active: Active, home: Path) -> None:
    lock = FileLock(home / "sessions.lock", timeout=0)
    with active.deciding(), pytest.raises(TimeoutError):
        lock.acquire()
    lock.acquire()
    lock.release()


def test_what_was_forgotten_is_ended_at_its_last_activity(active: Active, store: Store, writer: Writer) -> None:
    old = session(at=now() - timedelta(days=3))
    last = note(now() - timedelta(days=2), session=old.id)
    kept = session(OTHER, at=now() - timedelta(days=3))
    store.put([old, last, kept, note(session=kept.id)])
    with active.deciding():
        alive = settle(active, store, writer, hours=8)
    assert [each.id for each in alive] == [kept.id] == [each.id for each in active_sessions(store)]
    (ended,) = store.get([old.id])
    assert isinstance(ended, Session)
    assert ended.ended_at == last.created_at
    assert active.current() == ""


def test_an_edit_that_goes_on_keeps_a_session_alive(store: Store) -> None:
    begun = session(at=now() - timedelta(days=1))
    edit = Change(reason="", open=True, session=begun.id, created_at=now() - timedelta(hours=20), updated_at=BEGUN)
    store.put([begun, edit])
    assert last_activity(store, begun) == edit.updated_at
    lone = session(at=now() + timedelta(days=1))
    assert last_activity(store, lone) <= now(), "a clock that was ahead ends nothing in the future"


def test_a_session_ends_once_with_what_was_said_above_what_was_done(store: Store, writer: Writer) -> None:
    begun = session()
    first, second = note(BEGUN + timedelta(minutes=1)), note(BEGUN + timedelta(minutes=2))
    store.put([begun, *(each.model_copy(update={"session": begun.id}) for each in (second, first))])
    assert [each.id for each in contents(store, begun)] == [first.id, second.id]
    ended = end(store, writer, begun.id, summary="  It is tidy now. ", success=True)
    assert ended.summary.startswith("It is tidy now.\n\n")
    assert ended.success is True
    again = end(store, writer, begun.id, summary="Not at all", success=False)
    assert (again.summary, again.success, again.ended_at) == (ended.summary, True, ended.ended_at)
