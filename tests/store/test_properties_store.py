"""What holds of every row: what went in comes back, and no text in a condition is more than a text."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import NAMES, TEXTS, bounded, made_of
from tests.storing import DIMENSION
from whence.retrieval.passages import split
from whence.store import Store, conditions, rows
from whence.values.base import EPOCH
from whence.values.memory import Note
from whence.values.protocol import Filter

QUOTES = made_of(
    "'", "''", '"', "\\", "--", ";", "\n", "%", "_", "/", "a", "Ü", "\0", "' OR 1=1 --", "$1", "?", "日", most=8
)
ODD = st.one_of(TEXTS, QUOTES)
NOTES = st.builds(
    Note,
    content=ODD.filter(str.strip),
    title=ODD,
    labels=st.lists(ODD, max_size=3).map(tuple),
    files=st.lists(ODD, max_size=3).map(tuple),
    folder=st.one_of(ODD, st.lists(NAMES, max_size=3).map("/".join)),
    session=ODD,
    created_at=st.integers(1, 10**15).map(lambda ticks: EPOCH + timedelta(microseconds=ticks)),
)


@bounded(200)
@given(NOTES)
def test_a_row_is_its_memory(note: Note) -> None:
    row = rows.of_memory(note)
    assert rows.to_memories([row["id"]], [row["payload"]]) == [note]
    for passage in split(note):
        kept = rows.of_passage(passage, note)
        again = rows.to_passage(kept["payload"], kept["weights"])
        assert again == passage.model_copy(update={"words": "", "meaning": ()})
        assert rows.to_text(kept["payload"]) == passage.text


@bounded(200)
@given(st.lists(st.one_of(ODD, st.lists(NAMES, max_size=4).map("/".join)), max_size=4))
def test_a_memory_is_found_by_each_folder_above_its_files(files: Sequence[str]) -> None:
    found = conditions.places(files)
    assert len(found) == len(set(found))
    for file in files:
        name = conditions.place(file)
        assert name in found
        assert not name or all(name[:at] in found for at, letter in enumerate(name) if letter == "/")


@bounded(200)
@given(st.integers(-(10**15), 10**15))
def test_a_moment_comes_back_to_the_microsecond(microseconds: int) -> None:
    at = rows.to_time(microseconds)
    assert (at - EPOCH) // timedelta(microseconds=1) == microseconds
    written = conditions.moment(at).removeprefix("timestamp '").removesuffix("'")
    assert datetime.fromisoformat(f"{written}+00:00") == at


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder: Path = tmp_path_factory.mktemp("store")
    opened = Store.open(str(folder), dimension=DIMENSION)
    yield opened
    opened.close()


@bounded(25)
@given(notes=st.lists(NOTES, min_size=1, max_size=6, unique_by=lambda note: note.id), other=ODD)
def test_what_went_in_is_found_by_what_it_says_and_by_nothing_else(store: Store, notes: list[Note], other: str) -> None:
    store.put(notes)
    try:
        assert store.get([note.id for note in notes]) == notes
        note = notes[0]
        for label in (*note.labels[:1], other):
            holding = {each.id for each in notes if label in each.labels}
            assert set(store.ids(Filter(labels=(label,)))) == holding
        if note.session:
            assert set(store.ids(Filter(session=note.session))) == {
                each.id for each in notes if each.session == note.session
            }
        assert set(store.ids(Filter())) == {each.id for each in notes}
        assert store.get([other]) == []
    finally:
        store.purge([note.id for note in notes])
