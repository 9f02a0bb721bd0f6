import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from tests import forked
from tests.patience import until
from tests.store.test_store import FILTERS, filed
from tests.storing import DIMENSION, MODEL, axis, passage
from whence.retrieval import fields, ranking, words
from whence.retrieval.passages import split
from whence.retrieval.query import Query
from whence.retrieval.rarity import Rarity, count
from whence.store import Store, rows
from whence.store.snapshot import Snapshot
from whence.values.memory import Change, Conversation, FileEdit, MemoryBase, Message, Note
from whence.values.passage import Candidate, Diff, Passage
from whence.values.protocol import Filter

ALL = Filter()
ANY = Filter(archived=True)
BEGAN = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 1200
"""More than a search reads by itself."""


def worded(of: MemoryBase, text: str, number: int = 0) -> Passage:
    """A passage with the weights of its words."""
    weights = fields.weigh([(fields.BODY, words.read(text))])
    return passage(of, text, number).model_copy(update={"weights": weights})


def notes(texts: Sequence[str]) -> list[MemoryBase]:
    return [Note(content=each, created_at=BEGAN, updated_at=BEGAN) for each in texts]


def keep(store: Store, made: Sequence[MemoryBase]) -> None:
    store.put(made)
    store.passages.put(made, [worded(each, each.text()) for each in made])


def give_vectors(store: Store, chance: np.random.Generator) -> None:
    todo = store.passages.unembedded(MODEL, 10_000)
    vectors = chance.standard_normal((len(todo), DIMENSION), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.passages.put_vectors(MODEL, [(handle, vector) for (handle, _), vector in zip(todo, vectors, strict=True)])


def current(store: Store) -> Snapshot:
    found = store.passages.columns.current()
    assert found is not None
    return found


def named(columns: Snapshot, query: str, filter: Filter = ALL, limit: int = 50, model: str = "") -> list[Candidate]:
    asked, worth = ranking.worths(Query(query), Rarity())
    return columns.by_words(asked, worth, ranking.K1, filter, limit, model)


def diffs(store: Store, query: str, ids: Sequence[str]) -> dict[str, list[Diff]]:
    """What those of the memories that a query finds did to files."""
    columns = current(store)
    return columns.diffs(named(columns, query), ids)


def texts(found: Sequence[Candidate]) -> list[str]:
    return sorted(each.passage.text for each in found)


def others(folder: Path, seen: set[Path]) -> set[Path]:
    """What lies there now, a file that is being written too, and did not before."""
    return set((folder / "columns").glob("*")) - seen


def files(folder: Path) -> list[Path]:
    return sorted((folder / "columns").glob("*.columns"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "memory"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    store = Store.open(str(folder), dimension=DIMENSION)
    yield store
    store.close()


@pytest.fixture(scope="module", params=[False, True], ids=["one file", "several files by two threads"])
def many(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Many notes of some words, with vectors and files of columns."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param:
            patch.setattr("whence.store.snapshot._SHARED", MANY)
        store = Store.open(str(tmp_path_factory.mktemp("many") / "memory"), dimension=DIMENSION)
        chance = random.Random(3)
        keep(store, notes([" ".join(f"word{chance.randrange(300)}" for _ in range(12)) for _ in range(MANY)]))
        give_vectors(store, np.random.default_rng(3))
        assert store.passages.columns.current() is None, "too many for a search to read"
        with pytest.MonkeyPatch.context() as meanwhile:
            if request.param:
                meanwhile.setattr("whence.store.columns._ROWS", MANY // 5)
            assert store.passages.columns.renew()
        yield store
        store.close()


# ------------------------------------------------------------ the same answers


MORE_FILTERS = {
    "an author": {"authors": ["Test Author", "nobody"]},
    "a state": {"states": ["accepted", ""]},
    "a folder of theirs": {"folder": "/code/"},
    "all but a folder": {"exclude_folders": ["code", "else/where"]},
    "a session": {"session": "s1"},
    "an importance": {"min_importance": 6},
    "a moment": {"since": BEGAN + timedelta(minutes=1), "until": BEGAN + timedelta(minutes=3)},
}


def test_filters_choose_as_the_database_chooses(store: Store) -> None:
    rest: list[MemoryBase] = [
        Note(content="a", title="a", author="Test Author", folder="code", session="s1", created_at=BEGAN),
        Note(content="b", title="b", author="Other", folder="code/inner", created_at=BEGAN + timedelta(minutes=1)),
        Note(content="c", title="c", folder="codes", importance=8, created_at=BEGAN + timedelta(minutes=3)),
    ]
    made = [*filed(), *rest]
    store.put(made)
    store.passages.put(made, [worded(each, f"shared {each.title}") for each in made])
    store.passages.put_vectors(MODEL, [(handle, axis(0)) for handle, _ in store.passages.unembedded(MODEL, 50)][::2])
    columns = current(store)
    for asked in [*(asked for asked, _ in FILTERS.values()), *MORE_FILTERS.values()]:
        filter = Filter.model_validate(asked)
        assert texts(named(columns, "shared", filter)) == texts(store.passages.by_words(["shared"], filter, 50)), asked
        by_vector = columns.by_vector(MODEL, axis(0), filter, 50)
        assert texts(by_vector) == texts(store.passages.by_vector(MODEL, axis(0), filter, 50)), asked
        assert len(named(columns, "shared", filter, 1)) == min(len(named(columns, "shared", filter)), 1)


def test_the_nearest_are_those_of_an_exact_search(many: Store) -> None:
    columns, chance = current(many), np.random.default_rng(5)
    for _ in range(20):
        asked = chance.standard_normal(DIMENSION, dtype=np.float32)
        asked /= np.linalg.norm(asked)
        found, exact = (each.by_vector(MODEL, asked, ALL, 20) for each in (columns, many.passages))
        assert [each.passage.id for each in found] == [each.passage.id for each in exact]
        assert [each.cosine for each in found] == pytest.approx([each.cosine for each in exact], abs=1e-5)
    assert columns.by_vector("other", asked, ALL, 20) == []
    assert columns.by_vector(MODEL, np.ones(3, np.float32), ALL, 20) == []


def test_among_many_that_are_near_by_a_hair_the_nearest_are_found(folder: Path) -> None:
    store = Store.open(str(folder), dimension=DIMENSION)
    keep(store, notes([f"word{n}" for n in range(MANY)]))
    chance = np.random.default_rng(9)
    todo = store.passages.unembedded(MODEL, 2 * MANY)
    vectors = axis(0) + chance.standard_normal((len(todo), DIMENSION), dtype=np.float32) * np.float32(0.003)
    vectors[: len(todo) // 2] = -vectors[: len(todo) // 2]
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    store.passages.put_vectors(MODEL, [(handle, vector) for (handle, _), vector in zip(todo, vectors, strict=True)])
    store.passages.columns.renew()
    asked = axis(0) + chance.standard_normal(DIMENSION, dtype=np.float32) * np.float32(0.3)
    asked /= np.linalg.norm(asked)
    found = current(store).by_vector(MODEL, asked, ALL, 20)
    exact = np.argsort(-(vectors.astype(np.float64) @ asked))[:20]
    assert [each.passage.id for each in found] == [todo[n][0].partition("@")[0] for n in exact]
    store.close()


def test_of_passages_that_hold_the_words_alike_the_newest_are_found(store: Store) -> None:
    made = [Note(content="alpha beta", created_at=BEGAN + timedelta(minutes=(7 * n) % 40)) for n in range(40)]
    for start in (0, 15, 30):  # a file of columns, and what came after it
        keep(store, made[start : start + 15])
        store.passages.columns.renew()
    newest = sorted(made, key=lambda each: each.created_at, reverse=True)[:10]
    assert [each.passage.memory for each in named(current(store), "alpha", ALL, 10)] == [each.id for each in newest]


def test_the_best_by_words_are_the_best_of_all_by_what_they_are_ranked_by(many: Store) -> None:
    table = many._passages.read(["id", "weights"])
    packed, ids = table["weights"].to_pylist(), table["id"].to_pylist()
    rarity = count(packed)
    for query in ("word1 word2 word3", "word250", "word7 word7 word8", "absent"):
        asked, worth = ranking.worths(Query(query), rarity)
        held = fields.look_up(packed, asked)
        scores = (held * (ranking.K1 + 1) / (held + ranking.K1) * worth).sum(axis=1)
        found = current(many).by_words(asked, worth, ranking.K1, ALL, 10, MODEL)
        best = np.sort(scores)[::-1]
        assert [each.bm25 for each in found] == pytest.approx([score for score in best[:10] if score > 0], rel=1e-4)
        own = dict(zip(ids, scores, strict=True))
        assert all(own[each.passage.id] == pytest.approx(each.bm25, rel=1e-4) for each in found)
        assert all(each.vector is not None for each in found)


def test_a_memory_is_found_by_the_passage_that_has_its_words(store: Store) -> None:
    (made,) = notes(["alpha beta"])
    store.put([made])
    second = worded(made, "alpha beta", 1).model_copy(update={"words": "", "text": "second"})
    store.passages.put([made], [worded(made, "alpha beta"), second])
    assert texts(named(current(store), "alpha")) == ["alpha beta"]


def test_changes_lie_there_whole_as_they_are_stored(store: Store) -> None:
    edit = FileEdit(path="src/a.py", diff="@@ -1 +1 @@\n+alpha")
    made: list[MemoryBase] = [Change(edits=(edit,), reason="Alpha"), *notes(["alpha"])]
    ids = [each.id for each in made]
    keep(store, made)
    assert diffs(store, "alpha", ids) == {made[0].id: [(edit.path, edit.diff)]}, "only changes do anything to files"
    changed = made[0].model_copy(
        update={
            "edits": (edit.model_copy(update={"path": "src/b.py"}),),
            "updated_at": made[0].updated_at + timedelta(hours=1),
        }
    )
    store.put([changed])
    keep(store, notes(["gamma"]))
    assert diffs(store, "alpha", ids) == {made[0].id: [(edit.path, edit.diff)]}, "its passage is of that state"
    store.passages.put([changed], [worded(changed, "beta")])
    assert diffs(store, "beta", ids) == {made[0].id: [("src/b.py", edit.diff)]}
    store.purge(ids)
    assert diffs(store, "alpha beta", ids) == {}


def test_changes_that_are_not_as_they_were_written_do_not_lie_there(store: Store) -> None:
    edit = FileEdit(path="src/ä.py", diff="@@ -1 +1 @@\n+alpha \U0001f600")
    made = [Change(edits=(edit,), reason=f"Alpha {n}") for n in range(5)]
    keep(store, made)
    stale = f"{rows.microseconds(made[0].updated_at) - 1}:0123456789abcdef"
    for change, columns in zip(
        made,
        (
            {"payload": "replace(payload, '+alpha', '+alphq')"},
            {"digest": "NULL"},
            {"digest": f"'{stale}'"},
            {"digest": "concat(arrow_cast(updated_at, 'Int64'), ':0123456789abcdef')"},
        ),
        strict=False,
    ):
        store._memories.set_by_sql(columns, f"id = '{change.id}'")
    there = diffs(store, "alpha", [each.id for each in made])
    assert set(there) == {made[1].id, made[2].id, made[4].id}, "no digest, or one of another state, says nothing"


def test_a_passage_is_read_as_it_was_made_whatever_is_asked_of_it_first(store: Store) -> None:
    edit = FileEdit(path="src/a.py", diff="@@ -1 +1 @@\n+alpha")
    turns = (Message(role="user", name="Ann", content="alpha?"), Message(role="user", name="Ben", content="alpha, yes"))
    likeness = 'alpha "pinned":true,"code":true,"hunks":[],"turn":7'
    made: list[MemoryBase] = [
        Change(edits=(edit,), reason="Alpha", files=("src/a.py",), labels=("one",)),
        Change(reason="Alpha without a diff"),
        Conversation(messages=turns),
        Note(content=likeness),
        Note(content="def alpha(): return 1", pinned=True, importance=9),
    ]
    whole = [each for memory in made for each in split(memory)]
    store.put(made)
    store.passages.put(made, whole)
    asked = ("pinned", "code", "turn", "speaker", "has_hunks", "memory", "created_at", "importance")
    for names in (asked, asked[::-1], ("text", *asked)):
        found = [each.passage for each in named(current(store), "alpha")]
        told = sorted([getattr(each, name) for name in names] for each in found)
        assert told == sorted([getattr(each, name) for name in names] for each in whole)
    for each in found:
        (own,) = (one for one in whole if one.id == each.id)
        assert {**dict(each), "words": "", "meaning": ()} == {**dict(own), "words": "", "meaning": ()}


# ------------------------------------------------------------ what is new


def test_what_any_process_writes_is_in_them_at_once(store: Store, folder: Path) -> None:
    other = Store.open(str(folder), dimension=DIMENSION)
    made = notes(["alpha one", "alpha two"])
    keep(store, made)
    assert texts(named(current(other), "alpha")) == ["alpha one", "alpha two"]
    todo = store.passages.unembedded(MODEL, 9)
    store.passages.put_vectors(MODEL, [(handle, axis(n)) for n, (handle, _) in enumerate(todo)])
    assert len(current(other).by_vector(MODEL, axis(0), ALL, 9)) == 2
    changed = made[0].model_copy(update={"content": "beta", "updated_at": BEGAN + timedelta(hours=1)})
    keep(other, [changed])
    assert texts(named(current(store), "alpha beta")) == ["alpha two", "beta"]
    assert len(current(store).by_vector(MODEL, axis(0), ALL, 9)) == 1, "the new text has no vector yet"
    other.purge([made[1].id])
    assert texts(named(current(store), "alpha beta")) == ["beta"]
    assert current(store) is current(store), "nothing was written in between"
    store.maintain(force=True)
    assert texts(named(current(store), "alpha beta")) == ["beta"]
    other.passages.drop()
    assert current(store).count == 0
    other.close()


def test_small_commits_one_after_the_other_stay_few_parts(store: Store) -> None:
    for n in range(20):
        keep(store, notes([f"alpha number{n}"]))
        assert current(store).count == n + 1
    assert len(current(store).blocks) <= 9
    assert len(named(current(store), "alpha")) == 20


def test_vectors_of_another_length_take_the_place_of_all(store: Store) -> None:
    keep(store, notes(["alpha"]))
    give_vectors(store, np.random.default_rng(1))
    assert len(current(store).by_vector(MODEL, axis(0), ALL, 9)) == 1
    store.passages.set_dimension(3)
    assert current(store).by_vector(MODEL, axis(0), ALL, 9) == []
    wide = np.array([1, 0, 0], np.float32)
    store.passages.put_vectors("other", [(handle, wide) for handle, _ in store.passages.unembedded("other", 9)])
    assert len(current(store).by_vector("other", wide, ALL, 9)) == 1
    assert texts(named(current(store), "alpha")) == ["alpha"]


def test_many_new_ones_are_left_to_the_background(many: Store, tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    keep(store, notes([f"alpha number{n}" for n in range(MANY)]))
    assert store.passages.columns.current() is None
    assert store.passages.columns.behind
    assert store.passages.columns.renew()
    assert not store.passages.columns.behind
    keep(store, notes([f"beta number{n}" for n in range(20)]))
    assert len(named(current(store), "beta", limit=100)) == 20
    keep(store, notes([f"gamma number{n}" for n in range(MANY // 2)]))
    assert store.passages.columns.current() is None
    store.passages.columns.renew()
    assert current(store).count == MANY + 20 + MANY // 2
    assert len(files(tmp_path / "memory")) == 1
    store.close()


def test_where_they_are_not_wanted_none_are_made(folder: Path) -> None:
    store = Store.open(str(folder), dimension=DIMENSION, columns=False)
    keep(store, notes(["alpha"]))
    assert store.passages.columns.renew()
    assert store.passages.columns.current() is None
    assert not (folder / "columns").exists()
    store.close()


# ------------------------------------------------------------ files


def filled(folder: Path, count: int = MANY) -> None:
    store = Store.open(str(folder), dimension=DIMENSION)
    keep(store, notes([f"alpha number{n}" for n in range(count)]))
    store.passages.columns.renew()
    store.close()


def test_another_process_maps_the_file_that_one_wrote(folder: Path) -> None:
    filled(folder)
    (file,) = files(folder)
    assert file.stat().st_mode & 0o077 == 0 or sys.platform == "win32"
    store = Store.open(str(folder), dimension=DIMENSION)
    assert current(store).count == MANY
    assert files(folder) == [file]
    store.close()


def damage(file: Path, kind: str) -> None:
    whole = bytearray(file.read_bytes())
    match kind:
        case "cut short":
            whole = whole[: len(whole) // 2]
        case "cut within its header":
            whole = whole[:40]
        case "empty":
            whole.clear()
        case "a byte of its arrays":
            whole[-1000] ^= 1
        case "a byte of its header":
            whole[60] ^= 1
    file.write_bytes(whole)


def test_a_damaged_file_is_noticed_and_made_anew(folder: Path) -> None:
    filled(folder)
    for kind in ("cut short", "cut within its header", "empty", "a byte of its arrays", "a byte of its header"):
        (file,) = files(folder)
        damage(file, kind)
        store = Store.open(str(folder), dimension=DIMENSION)
        assert store.passages.columns.current() is None, kind
        store.passages.columns.renew()
        (fresh,) = files(folder)
        assert fresh != file, kind
        assert current(store).count == MANY, kind
        store.close()


def test_files_of_other_formats_are_not_read_and_a_newer_one_s_are_left(folder: Path) -> None:
    filled(folder)
    (file,) = files(folder)
    number = int(file.name.partition("-")[0])
    older, newer = (file.with_name(f"{number + by}-{file.name.partition('-')[2]}") for by in (-1, 1))
    older.write_bytes(file.read_bytes())
    file.rename(newer)
    store = Store.open(str(folder), dimension=DIMENSION)
    assert store.passages.columns.current() is None
    store.passages.columns.renew()
    assert current(store).count == MANY
    assert newer in files(folder)
    assert older not in files(folder)
    store.close()


def test_what_was_removed_for_good_is_gone_from_the_files(folder: Path) -> None:
    filled(folder)
    store = Store.open(str(folder), dimension=DIMENSION)
    (gone,) = notes(["zebrafish"])
    keep(store, [gone, *notes([f"beta number{n}" for n in range(MANY)])])
    store.passages.columns.renew()
    assert any(b"zebrafish" in file.read_bytes() for file in files(folder))
    store.purge([gone.id])
    assert not any(b"zebrafish" in file.read_bytes() for file in files(folder))
    store.passages.columns.renew()
    assert current(store).count == 2 * MANY
    assert named(current(store), "zebrafish") == []
    store.close()


def test_what_another_process_removes_while_a_file_is_written_is_in_none(folder: Path) -> None:
    filled(folder)
    ours, theirs = (Store.open(str(folder), dimension=DIMENSION) for _ in range(2))
    for number in range(4):
        (gone,) = notes([f"zebrafish{number}"])
        keep(ours, [gone, *notes([f"beta{number} number{n}" for n in range(600)])])
        writing = threading.Thread(target=ours.passages.columns.renew)
        writing.start()
        time.sleep(random.random() / 20)  # anywhere in it
        theirs.purge([gone.id])
        writing.join()
        assert not any(b"zebrafish" in file.read_bytes() for file in files(folder))
    ours.close()
    theirs.close()


WRITER = f"""
import sys
sys.path.insert(0, {str(Path(__file__).resolve().parent.parent.parent)!r})
from tests.storing import DIMENSION
from tests.store.test_columns import keep, notes
from whence.store import Store, rows
store = Store.open(sys.argv[1], dimension=DIMENSION)
print("open", flush=True)
for n in range(int(sys.argv[2])):
    keep(store, notes([f"alpha {{sys.argv[3]}} number{{n}} number{{m}}" for m in range(600)]))
    store.passages.columns.renew()
    print(n, flush=True)
"""


def writer(folder: Path, rounds: int, who: str) -> "subprocess.Popen[str]":
    process = forked.Popen(
        [sys.executable, "-c", WRITER, str(folder), str(rounds), who], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "open\n"
    return process


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_one_killed_while_it_writes_leaves_nothing_wrong(folder: Path) -> None:
    chance = random.Random(7)
    for n in range(3):
        process = writer(folder, 100, f"round{n}")
        assert process.stdout is not None
        if n % 2:
            process.stdout.readline()
        seen = set((folder / "columns").glob("*"))
        until(partial(others, folder, seen))
        time.sleep(chance.random() * 0.02)  # somewhere in what it writes, or right after
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        store = Store.open(str(folder), dimension=DIMENSION)
        store.passages.columns.renew()
        assert current(store).count == store.passages.count()
        assert len(named(current(store), f"round{n}", limit=9)) == 9
        store.close()


def test_two_that_write_at_once_agree_with_the_table(folder: Path) -> None:
    reader = Store.open(str(folder), dimension=DIMENSION)
    processes = [writer(folder, 3, who) for who in ("one", "two")]
    while any(process.poll() is None for process in processes):
        before = reader.passages.count()
        found = reader.passages.columns.current()
        assert found is None or before <= found.count
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    reader.passages.columns.renew()
    assert current(reader).count == reader.passages.count() == 2 * 3 * 600
    for who in ("one", "two"):
        assert len(named(current(reader), who, limit=4000)) == 3 * 600
    reader.close()


def resident(file: Path) -> int:
    """Bytes of a mapped file that count as this process's memory."""
    told = Path("/proc/self/smaps").read_text(encoding="utf-8").partition(str(file))[2]
    return int(told.partition("Rss:")[2].split()[0]) * 1024


def test_what_is_read_of_a_few_rows_stays_in_no_memory(folder: Path) -> None:
    filled(folder)
    (file,) = files(folder)
    store = Store.open(str(folder), dimension=DIMENSION)
    (block,) = current(store).blocks
    texts = ("weights.text", "payload.text", "whole.text")
    names = ("vector", *texts, "term.keys", "term.starts", "term.rows", "term.values")
    cold = [block.arrays[name] for name in names]
    read = [bytes(each) for each in cold]
    before, size = resident(file), sum(map(len, read))
    assert size > 0.7 * file.stat().st_size
    assert size > 200_000
    found = named(current(store), "alpha", limit=MANY)
    assert len(found) == MANY
    store.passages.columns.rest()
    assert before - resident(file) > size - 100_000  # but for pages that it shares with what stays
    assert [bytes(each) for each in cold] == read
    assert all(each.passage.text for each in found)
    store.close()
