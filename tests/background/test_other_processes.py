import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import forked
from tests.patience import PATIENCE
from whence.background import other_processes
from whence.background.other_processes import OtherProcesses
from whence.store import Store
from whence.values.memory import Note

WRITE = """
import sys
from whence.store import Store
from whence.values.memory import Note
store = Store.open(sys.argv[1])
store.put([Note(content="written elsewhere")])
store.close()
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "memory")


@pytest.fixture
def store(folder: str) -> Iterator[Store]:
    store = Store.open(folder)
    store.put([Note(content="the first")])
    yield store
    store.close()


class Watched:
    """The looks at a store, and whether another process was noticed."""

    def __init__(self, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(other_processes, "_SECONDS", 0.02)
        self.told = threading.Event()
        self.looks = threading.Semaphore(0)
        ask = Store.version

        def version(asked: Store) -> int:
            found = ask(asked)
            self.looks.release()
            return found

        monkeypatch.setattr(Store, "version", version)
        self.others = OtherProcesses(store, self.told.set, remote=False)
        self.others.start()

    def look(self, times: int) -> None:
        """Wait for so many looks."""
        for _ in range(times):
            assert self.looks.acquire(timeout=PATIENCE)


@pytest.fixture
def watched(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    made = Watched(store, monkeypatch)
    yield made
    made.others.close()


def test_what_another_process_writes_is_noticed(store: Store, folder: str, watched: Watched) -> None:
    watched.look(2)
    assert not watched.told.is_set(), "what was there before is nobody's news"
    assert forked.run([sys.executable, "-c", WRITE, folder]).returncode == 0
    assert watched.told.wait(PATIENCE)


def test_each_time_anew(store: Store, folder: str, watched: Watched) -> None:
    watched.look(2)
    other = Store.open(folder)
    for n in range(3):
        watched.told.clear()
        other.put([Note(content=f"again {n}")])
        assert watched.told.wait(PATIENCE)
    other.close()


def test_without_anybody_else_nothing_is_told(watched: Watched) -> None:
    watched.look(5)
    assert not watched.told.is_set()


def test_closing_ends_the_looks_and_may_come_before_the_first(store: Store, watched: Watched) -> None:
    watched.look(1)
    watched.others.close()
    assert not [each for each in threading.enumerate() if each.name == "whence-others"]
    never = OtherProcesses(store, lambda: None, remote=True)
    never.close()
