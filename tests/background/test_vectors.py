from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.background.test_phrasing import Letters
from whence.background import vectors
from whence.background.vectors import Recent, vectors_of
from whence.retrieval.passages import split
from whence.store import Store
from whence.values.memory import MemoryBase, Note
from whence.values.passage import Passage


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "memory"))
    yield store
    store.close()


def notes(count: int) -> tuple[list[MemoryBase], list[Passage]]:
    made: list[MemoryBase] = [Note(content=f"{'abcdefghij'[n % 10] * 9} {n}") for n in range(count)]
    return made, [passage for each in made for passage in split(each)]


def test_what_was_just_written_is_embedded_without_being_read_again(store: Store) -> None:
    """Here it can't be read: the database does not hold it."""
    made, passages = notes(3)
    todo = [(store.passages.handle(each.id, each.meaning), each.memory) for each in passages]
    recent = Recent()
    recent.made([each.id for each in made], passages, store)
    found, changed = vectors_of(todo, store, Letters(), recent)
    assert [handle for handle, _ in found] == [handle for handle, _ in todo]
    assert changed == []
    store.put(made)
    again, _ = vectors_of(todo, store, Letters(), Recent())
    for (_, one), (_, other) in zip(found, again, strict=True):
        assert np.allclose(one, other), "it is the same as what is read"
    other_state = [(f"{passages[0].id}@{'0' * 32}", passages[0].memory)]
    recent.made([made[0].id], passages[:1], store)
    assert vectors_of(other_state, store, Letters(), recent) == ([], [made[0].id]), "of that state there is none"


def test_what_is_removed_is_not_kept_at_hand(store: Store) -> None:
    made, passages = notes(1)
    recent, handle = Recent(), store.passages.handle(passages[0].id, passages[0].meaning)
    recent.made([made[0].id], passages, store)
    recent.made([made[0].id], (), store)
    assert recent.meaning(made[0].id, handle) == ()


def test_what_waits_at_hand_is_bounded_and_given_away_once(store: Store) -> None:
    made, passages = notes(vectors._KEPT + 5)
    recent = Recent()
    recent.made([each.id for each in made], passages, store)
    held = [bool(recent.meaning(each.memory, store.passages.handle(each.id, each.meaning))) for each in passages]
    assert held == [False] * 5 + [True] * vectors._KEPT
    assert not any(recent.meaning(each.memory, store.passages.handle(each.id, each.meaning)) for each in passages)
