import random
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from tests.store.test_store import FILTERS, filed
from tests.storing import DIMENSION, MODEL, axis, passage
from whence.store import Store
from whence.store.rows import to_text
from whence.values.base import now
from whence.values.errors import InvalidRequest, StorageError
from whence.values.memory import MemoryBase, Note
from whence.values.passage import Candidate
from whence.values.protocol import Filter

ALL = Filter()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    yield store
    store.close()


def remembered(store: Store, words: Sequence[str]) -> list[MemoryBase]:
    """Notes of one passage each, with these words."""
    made: list[MemoryBase] = [Note(content=each) for each in words]
    store.put(made)
    store.passages.put(made, [passage(each, each.text()) for each in made])
    return made


def embed(store: Store, vectors: dict[str, int]) -> None:
    """Give the passages of these texts a vector along an axis."""
    store.passages.put_vectors(
        MODEL, [(handle, axis(vectors[text])) for text, handle in bare(store) if text in vectors]
    )


def bare(store: Store, model: str = MODEL, limit: int = 100) -> list[tuple[str, str]]:
    """The passages without a vector: their texts, and the handles to give them one by."""
    table = store._passages.read(["id", "payload"])
    named = dict(zip(table["id"].to_pylist(), map(to_text, table["payload"].to_pylist()), strict=True))
    return [(named[handle.rpartition("@")[0]], handle) for handle, _ in store.passages.unembedded(model, limit)]


def texts(candidates: list[Candidate]) -> list[str]:
    return [each.passage.text for each in candidates]


# ------------------------------------------------------------ by words


def test_a_passage_comes_back_as_it_went_in(store: Store) -> None:
    made = Note(content="x", files=("src/a.py",), labels=("o'hara",), folder="f", importance=9, pinned=True)
    kept = passage(made, "alpha beta", 3, "Alpha\nBeta").model_copy(update={"weights": b"\x00\x01", "turn": 2})
    store.put([made])
    store.passages.put([made], [kept])
    (found,) = store.passages.by_words(["alpha"], ALL, 5)
    assert found.passage == kept.model_copy(update={"words": ""})
    assert found.bm25 is not None
    assert found.bm25 > 0
    assert found.cosine is None


@pytest.mark.parametrize("indexed", [False, True], ids=["before maintenance", "after maintenance"])
def test_the_rarer_word_and_the_shorter_passage_count_more(store: Store, indexed: bool) -> None:
    remembered(store, ["common rare", "common", "common " + "filler " * 40, "common other", "unrelated"])
    if indexed:
        store.maintain(force=True)
    found = store.passages.by_words(["common", "rare"], ALL, 10)
    assert texts(found)[:2] == ["common rare", "common"]
    assert len(found) == 4
    scores = [each.bm25 or 0 for each in found]
    assert scores == sorted(scores, reverse=True)
    assert len(store.passages.by_words(["common"], ALL, 2)) == 2


@pytest.mark.parametrize("indexed", [False, True], ids=["before maintenance", "after maintenance"])
def test_weights_multiply_what_a_word_is_worth(store: Store, indexed: bool) -> None:
    remembered(store, ["left", "right", *(f"noise{n}" for n in range(8))])
    if indexed:
        store.maintain(force=True)
    assert texts(store.passages.by_words([("left", 2.0), ("right", 1.0)], ALL, 5)) == ["left", "right"]
    found = {
        each.passage.text: each.bm25 or 0 for each in store.passages.by_words([("left", 1.7), ("right", 0.3)], ALL, 5)
    }
    assert found["left"] / found["right"] == pytest.approx(1.7 / 0.3, rel=0.15)
    plain = {each.passage.text: each.bm25 or 0 for each in store.passages.by_words(["left"], ALL, 5)}
    assert found["left"] == pytest.approx(1.7 * plain["left"], rel=0.1), "scores are on the scale of the weights"
    twice = {each.passage.text: each.bm25 or 0 for each in store.passages.by_words(["left", "left"], ALL, 5)}
    assert twice["left"] == pytest.approx(2 * plain["left"], rel=0.01)


def test_a_query_without_words_finds_nothing(store: Store) -> None:
    remembered(store, ["alpha"])
    for words in ([], [""], ["  \n"], [("alpha", 0.0)], ["\ud800"], ["beta"]):
        assert store.passages.by_words(words, ALL, 5) == []
    assert store.passages.by_words(["alpha"], ALL, 0) == []


def test_long_queries_are_answered_by_their_weightiest_words(store: Store) -> None:
    remembered(store, ["needle", "straw"])
    many: list[tuple[str, float]] = [(f"word{n}", 1.0) for n in range(30_000)]
    assert texts(store.passages.by_words([*many, ("needle", 5.0), ("straw", 0.1)], ALL, 5)) == ["needle"]
    assert texts(store.passages.by_words(["x" * 100_000, "straw"], ALL, 5)) == ["straw"]


ODD = [
    "c++",
    "'quoted'",
    '"double"',
    "(a",
    "b)",
    "AND",
    "NOT",
    "OR",
    "foo:bar",
    "*",
    "?",
    "~2",
    "^3",
    "\\",
    "[x]",
    "-minus",
    "+plus",
    "{",
    "日本語",
    "naïve",
    "🙂",
    "x" * 500,
    "\x00nul",
    "--",
    ";",
    "%",
    "/re/",
]


@pytest.mark.parametrize("indexed", [False, True], ids=["before maintenance", "after maintenance"])
def test_every_word_is_found_whatever_it_is_made_of(store: Store, indexed: bool) -> None:
    remembered(store, [f"{word} filler{n}" for n, word in enumerate(ODD)])
    if indexed:
        store.maintain(force=True)
    for n, word in enumerate(ODD):
        assert [each.passage.text.split()[-1] for each in store.passages.by_words([word], ALL, 50)] == [f"filler{n}"], (
            word
        )
    assert store.passages.by_words(["quoted"], ALL, 5) == [], (
        "words are compared as they are; splitting them is the caller's"
    )


@pytest.mark.parametrize("asked", FILTERS)
def test_a_filter_chooses_among_candidates_before_the_best_are_taken(store: Store, asked: str) -> None:
    fields, expected = FILTERS[asked]
    filter = Filter.model_validate(fields)
    memories = filed()
    store.put(memories)
    store.passages.put(memories, [passage(each, "shared", text=each.title) for each in memories])
    embed(store, {each.title: 0 for each in memories})
    wanted = sorted(expected.split())
    for indexed in (False, True):
        if indexed:
            store.maintain(force=True)
        assert sorted(texts(store.passages.by_words(["shared"], filter, 50))) == wanted
        assert sorted(texts(store.passages.by_vector(MODEL, axis(0), filter, 50))) == wanted
        assert len(store.passages.by_vector(MODEL, axis(0), filter, 1)) == min(len(wanted), 1)


def test_what_words_find_brings_its_vector_along(store: Store) -> None:
    remembered(store, ["east shared", "north shared"])
    embed(store, {"east shared": 0})
    found = {each.passage.text: each.vector for each in store.passages.by_words(["shared"], ALL, 5, MODEL)}
    east = found["east shared"]
    assert east is not None
    assert east @ axis(0) == pytest.approx(1.0)
    assert found["north shared"] is None
    assert all(each.vector is None for each in store.passages.by_words(["shared"], ALL, 5, "other"))
    assert all(each.vector is None for each in store.passages.by_words(["shared"], ALL, 5))


def test_a_sample_is_spread_over_all_memories(store: Store) -> None:
    made = [Note(content=f"n{n}") for n in range(50)]
    store.put(made)
    parts = [
        passage(each, "x", number).model_copy(update={"weights": each.content.encode()})
        for each in made
        for number in (0, 1)
    ]
    store.passages.put(made, parts)
    assert store.passages.count() == 100
    assert len(store.passages.sample(1000)) == 50, "a memory of two passages counts once"
    assert 5 <= len(store.passages.sample(10)) <= 10
    first = store.passages.handle(parts[0].id, ((1.0, parts[0].text),))
    assert first in [handle for handle, _ in store.passages.unembedded(MODEL, 200)]


# ------------------------------------------------------------ by meaning


def test_the_nearest_come_first_with_their_cosine(store: Store) -> None:
    remembered(store, ["east", "north", "unknown"])
    embed(store, {"east": 0, "north": 1})
    query = 0.8 * axis(0) + 0.6 * axis(1)
    found = store.passages.by_vector(MODEL, query, ALL, 5)
    assert texts(found) == ["east", "north"]
    assert [each.cosine for each in found] == pytest.approx([0.8, 0.6], abs=1e-6)
    assert found[0].bm25 is None
    (opposite,) = store.passages.by_vector(MODEL, -axis(0), ALL, 9)[1:]
    assert opposite.cosine == pytest.approx(-1.0, abs=1e-6)


def test_vectors_of_another_model_or_dimension_are_not_compared(store: Store) -> None:
    remembered(store, ["east"])
    embed(store, {"east": 0})
    assert store.passages.by_vector("other", axis(0), ALL, 5) == []
    assert store.passages.by_vector(MODEL, np.ones(3, dtype=np.float32), ALL, 5) == []
    with pytest.raises(InvalidRequest, match="8 numbers"):
        store.passages.put_vectors(MODEL, [("x#0@0", np.ones(3, dtype=np.float32))])
    store.passages.put_vectors(MODEL, [])


def test_what_has_no_vector_of_the_model_is_listed_newest_first(store: Store) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = [Note(content=f"n{n}", created_at=start + timedelta(days=n)) for n in (2, 0, 1)]
    store.put(made)
    store.passages.put(made, [passage(each, each.content) for each in made])
    assert [text for text, _ in bare(store, limit=2)] == ["n2", "n1"]
    assert store.passages.embedding_progress(MODEL) == (3, 0)
    embed(store, {"n1": 0, "n2": 1})
    assert [text for text, _ in bare(store)] == ["n0"]
    assert store.passages.embedding_progress(MODEL) == (3, 2)
    assert store.passages.embedding_progress("o'ther") == (3, 0)
    assert len(store.passages.unembedded("o'ther", 9)) == 3


def test_a_vector_never_lands_on_another_text(store: Store) -> None:
    (made,) = remembered(store, ["before"])
    todo = store.passages.unembedded(MODEL, 9)
    store.passages.put([made], [passage(made, "after")])
    store.passages.put_vectors(MODEL, [(handle, axis(0)) for handle, _ in todo])
    assert store.passages.embedding_progress(MODEL) == (1, 0)
    store.purge([made.id])
    store.passages.put_vectors(MODEL, [(handle, axis(0)) for handle, _ in todo])
    assert store.passages.embedding_progress(MODEL) == (0, 0), "a passage that is gone does not come back"


def test_a_text_that_stays_keeps_its_vector(store: Store) -> None:
    made = Note(content="x")
    store.put([made])
    store.passages.put([made], [passage(made, "one", 0), passage(made, "two", 1)])
    embed(store, {"one": 0, "two": 1})
    pinned = made.model_copy(update={"pinned": True, "updated_at": now()})
    store.put([pinned])
    store.passages.put([pinned], [passage(pinned, "new", 0), passage(pinned, "one", 1)])
    assert [text for text, _ in bare(store)] == ["new"]
    (found,) = store.passages.by_vector(MODEL, axis(0), ALL, 5)
    assert found.passage == passage(pinned, "one", 1).model_copy(update={"words": ""})
    assert store.passages.by_words(["two"], ALL, 5) == []


def test_another_dimension_drops_the_vectors_and_nothing_else(store: Store) -> None:
    remembered(store, ["east"])
    embed(store, {"east": 0})
    store.passages.set_dimension(DIMENSION)
    assert store.passages.embedding_progress(MODEL) == (1, 1)
    store.passages.set_dimension(3)
    assert store.passages.embedding_progress(MODEL) == (1, 0)
    assert texts(store.passages.by_words(["east"], ALL, 5)) == ["east"]
    ((handle, _),) = store.passages.unembedded(MODEL, 9)
    store.passages.put_vectors(MODEL, [(handle, np.array([1, 0, 0], dtype=np.float32))])
    assert texts(store.passages.by_vector(MODEL, np.array([1, 0, 0], dtype=np.float32), ALL, 5)) == ["east"]
    store.passages.set_dimension(DIMENSION)
    assert len(store.passages.unembedded(MODEL, 9)) == 1, "vectors that were dropped are not counted as there"


def test_a_database_keeps_the_dimension_it_has(store: Store, tmp_path: Path) -> None:
    remembered(store, ["east"])
    embed(store, {"east": 0})
    again = Store.open(str(tmp_path / "memory"), dimension=3)
    assert again.passages.embedding_progress(MODEL) == (1, 1)
    again.close()


def test_a_vector_that_is_no_number_is_not_asked_for_again(store: Store) -> None:
    remembered(store, ["broken", "whole"])
    broken = dict(bare(store))["broken"]
    store.passages.put_vectors(MODEL, [(broken, np.full(DIMENSION, np.nan, dtype=np.float32))])
    embed(store, {"whole": 0})
    assert store.passages.unembedded(MODEL, 9) == []
    assert texts(store.passages.by_vector(MODEL, axis(0), ALL, 5)) == ["whole"]


# ------------------------------------------------------------ in step with the memories


def test_passages_are_replaced_as_a_whole(store: Store) -> None:
    one, two = remembered(store, ["alpha", "beta"])
    store.passages.put([one], [passage(one, "gamma", 0), passage(one, "delta", 1)])
    assert [bool(store.passages.by_words([word], ALL, 5)) for word in ("alpha", "beta", "gamma", "delta")] == [
        False,
        True,
        True,
        True,
    ]
    store.passages.put([], [], removed=[one.id])
    assert store.passages.by_words(["gamma", "delta"], ALL, 5) == []
    store.passages.put([two], [passage(two, "epsilon")], removed=[one.id, two.id, "nothing"])
    assert store.passages.embedding_progress(MODEL) == (1, 0)
    store.passages.put([], [])


def test_a_memory_in_the_bin_is_found_by_nothing(store: Store) -> None:
    one, two = remembered(store, ["alpha", "beta"])
    binned = one.model_copy(update={"deleted_at": now(), "updated_at": now()})
    store.put([binned])
    store.passages.put([binned, two], [passage(binned, "alpha"), passage(two, "beta")])
    assert store.passages.by_words(["alpha"], ALL, 5) == []
    assert texts(store.passages.by_words(["beta"], ALL, 5)) == ["beta"]


def test_a_memory_without_passages_is_not_asked_for_again(store: Store) -> None:
    made = Note(content="x")
    store.put([made])
    assert store.passages.stale(5) == [made.id]
    store.passages.put([made], [])
    assert store.passages.stale(5) == []


def test_what_a_crash_left_undone_is_found(store: Store) -> None:
    _, changed, gone, binned = remembered(store, ["fresh", "changed", "gone", "binned"])
    assert store.passages.stale(9) == []
    missing = Note(content="missing")
    later = changed.model_copy(update={"updated_at": now()})
    store.put([missing, later, binned.model_copy(update={"deleted_at": now()})])
    store._memories.delete(f"id = '{gone.id}'")  # a purge that was cut off in the middle
    assert sorted(store.passages.stale(9)) == sorted([missing.id, changed.id])
    assert len(store.passages.stale(1)) == 1
    assert store.passages.by_words(["gone", "binned"], ALL, 9) == [], (
        "what is left of memories that are gone is dropped"
    )
    store.passages.put([later, missing], [passage(later, "changed"), passage(missing, "missing")])
    assert store.passages.stale(9) == []
    assert sorted(texts(store.passages.by_words(["fresh", "changed", "missing"], ALL, 9))) == [
        "changed",
        "fresh",
        "missing",
    ]


def test_passages_of_an_older_state_are_stale(store: Store) -> None:
    (made,) = remembered(store, ["before"])
    newer = made.model_copy(update={"updated_at": now()})
    store.put([newer])
    store.passages.put([newer], [passage(newer, "after")])
    store.passages.put([made], [passage(made, "before")])  # a slow thread comes last
    assert store.passages.stale(9) == [made.id]


def test_all_that_is_derived_can_be_dropped_and_made_again(store: Store) -> None:
    made = remembered(store, [f"word{n} shared" for n in range(30)])
    embed(store, {f"word{n} shared": n % DIMENSION for n in range(30)})
    store.maintain(force=True)
    before = [store.passages.by_words(["word3", "shared"], ALL, 9), store.passages.by_vector(MODEL, axis(3), ALL, 3)]
    store.passages.drop()
    assert store.passages.by_words(["shared"], ALL, 5) == []
    assert store.passages.by_vector(MODEL, axis(3), ALL, 5) == []
    assert sorted(store.passages.stale(99)) == sorted(each.id for each in made)
    store.passages.put(made, [passage(each, each.text()) for each in made])
    embed(store, {f"word{n} shared": n % DIMENSION for n in range(30)})
    after = [store.passages.by_words(["word3", "shared"], ALL, 9), store.passages.by_vector(MODEL, axis(3), ALL, 3)]
    assert texts(before[0])[:1] == texts(after[0])[:1] == ["word3 shared"]
    assert sorted(texts(before[1])) == sorted(texts(after[1]))
    assert store.get([each.id for each in made]) == made


# ------------------------------------------------------------ damage


def lose_table(folder: Path) -> None:
    shutil.rmtree(folder)


def lose_versions(folder: Path) -> None:
    shutil.rmtree(folder / "_versions")


def spoil_versions(folder: Path) -> None:
    for file in (folder / "_versions").iterdir():
        file.write_bytes(b"rubbish")


@pytest.mark.parametrize("damage", [lose_table, lose_versions, spoil_versions])
def test_a_lost_or_damaged_search_index_is_made_anew_and_the_memories_stay(
    store: Store, tmp_path: Path, damage: object
) -> None:
    made = remembered(store, ["alpha"])
    store.close()
    assert callable(damage)
    damage(tmp_path / "memory" / "passages.lance")
    again = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    assert again.passages.by_words(["alpha"], ALL, 5) == []
    assert again.passages.stale(9) == [made[0].id]
    again.passages.put(made, [passage(made[0], "alpha")])
    assert texts(again.passages.by_words(["alpha"], ALL, 5)) == ["alpha"]
    again.close()


def test_a_search_index_of_another_shape_is_made_anew(store: Store, tmp_path: Path) -> None:
    made = remembered(store, ["alpha"])
    store._passages.call("written", lambda handle: handle.drop_columns(["places"]))
    again = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    assert again.passages.stale(9) == [made[0].id]
    again.passages.put(made, [passage(made[0], "alpha")])
    assert texts(store.passages.by_words(["alpha"], ALL, 5)) == ["alpha"], "for who had it open too"
    again.close()


@pytest.mark.parametrize("part", ["data", "_indices"])
def test_damaged_files_are_told_and_a_rebuild_mends_them(store: Store, tmp_path: Path, part: str) -> None:
    made = remembered(store, [f"alpha {n}" for n in range(20)])
    store.maintain(force=True)
    for file in (tmp_path / "memory" / "passages.lance" / part).rglob("*"):
        if file.is_file():
            file.write_bytes(b"rubbish" * 20)
    again = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    with pytest.raises(StorageError, match="whence rebuild") as told:
        again.passages.by_words(["alpha"], ALL, 5)
    assert str(tmp_path) not in str(told.value)
    again.passages.drop()
    again.passages.put(made, [passage(each, each.text()) for each in made])
    assert len(again.passages.by_words(["alpha"], ALL, 50)) == 20
    again.close()


def test_random_damage_never_costs_a_memory(store: Store, tmp_path: Path) -> None:
    """Whatever file of the derived table is cut short, opening, telling and rebuilding end with every answer."""
    made = remembered(store, [f"alpha {n}" for n in range(20)])
    embed(store, {f"alpha {n}": 0 for n in range(20)})
    store.maintain(force=True)
    store.close()
    chance = random.Random(5)
    whole = tmp_path / "memory"
    for attempt in range(8):
        folder = tmp_path / f"copy {attempt}"
        shutil.copytree(whole, folder)
        file = chance.choice([each for each in sorted((folder / "passages.lance").rglob("*")) if each.is_file()])
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        again = Store.open(str(folder), dimension=DIMENSION)
        try:
            right = len(again.passages.by_words(["alpha"], ALL, 50)) == 20 and not again.passages.stale(99)
        except StorageError:
            right = False
        if not right:
            again.passages.drop()
            assert len(again.passages.stale(99)) == 20, file.name
            again.passages.put(made, [passage(each, each.text()) for each in made])
            assert len(again.passages.by_words(["alpha"], ALL, 50)) == 20, file.name
        assert again.get([each.id for each in made]) == made
        again.close()


def test_the_hunks_of_a_files_changes_are_told_with_their_moments(store: Store) -> None:
    edits = [("a.py", (4, 1, 3)), ("b.py", (9, 0, 2))]
    made: list[MemoryBase] = [Note(content=f"change {n}", files=(path,)) for n, (path, _) in enumerate(edits)]
    store.put(made)
    hunks = [
        passage(each, each.text()).model_copy(update={"hunks": (edit,)}) for each, edit in zip(made, edits, strict=True)
    ]
    store.passages.put(made, hunks)
    found = store.passages.hunks(["a.py", "c.py"])
    assert [(at, tuple(each)) for at, each in found["a.py"]] == [(made[0].created_at, (4, 1, 3))]
    assert found["c.py"] == []


def test_the_nearest_bring_their_vectors_where_they_are_asked_for(store: Store) -> None:
    remembered(store, ["apple", "pear"])
    embed(store, {"apple": 0, "pear": 1})
    bare_ones = store.passages.by_vector(MODEL, axis(0), ALL, 2)
    (first, _) = store.passages.by_vector(MODEL, axis(0), ALL, 2, vectors=True)
    assert all(each.vector is None for each in bare_ones)
    assert first.vector is not None
    assert first.vector.tolist() == axis(0).tolist()


def test_passages_are_written_while_another_dimension_is_chosen(tmp_path: Path) -> None:
    """When the column of vectors is dropped and added anew amid a write, the write arrives all the same."""
    store, other = (Store.open(str(tmp_path / "memory"), dimension=DIMENSION) for _ in range(2))
    made = remembered(store, [f"alpha {n}" for n in range(4)])
    with ThreadPoolExecutor(1) as pool:
        for turn in range(6):
            choosing = pool.submit(other.passages.set_dimension, 3 + turn % 2)
            for count in range(3):
                store.passages.put(made, [passage(each, f"{each.text()} beta {turn} {count}") for each in made])
            choosing.result()
    assert sorted(texts(store.passages.by_words(["beta"], ALL, 9))) == [f"alpha {n} beta 5 2" for n in range(4)]
    store.close()
    other.close()
