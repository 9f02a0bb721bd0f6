import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.opened import Engine
from tests.patience import PATIENCE
from whence.project.recalls import Recalls
from whence.store.rows import dimension_of
from whence.values.base import now
from whence.values.errors import Cancelled, InvalidRequest, NotFound
from whence.values.memory import Bug, Link, Note
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    folder = tmp_path / "größe und maß"
    folder.mkdir()
    with Engine(folder, PLAIN) as opened:
        yield opened


def keep(engine: Engine, content: str = "x", kind: str = "note", **fields: object) -> str:
    body = {"note": "content", "decision": "decision", "bug": "message"}[kind]
    (id,) = engine.remember({"kind": kind, body: content, **fields}).ids
    return id


def days_ago(days: int) -> str:
    return (now() - timedelta(days=days)).isoformat()


def memory(engine: Engine, id: str) -> dict[str, Any]:
    return engine.one(id).model_dump(by_alias=False)


def found(engine: Engine, query: str, **filters: Any) -> set[str]:
    assert engine.settle(PATIENCE)
    return {hit.id for hit in engine.search(query, **filters).hits}


# ---------------------------------------------------------------- organising


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"pinned": True}, {"pinned": True}),
        ({"archived": True}, {"archived": True}),
        ({"importance": 9}, {"importance": 9}),
        ({"labels": ("new",)}, {"labels": ("new",)}),
        ({"labels": ()}, {"labels": ()}),
        ({"add_labels": ("new", "old")}, {"labels": ("old", "new")}),
        ({"remove_labels": ("old",)}, {"labels": ()}),
        ({"labels": ("a", "b"), "add_labels": ("c",), "remove_labels": ("a",)}, {"labels": ("b", "c")}),
        ({"folder": "/team// architecture/"}, {"folder": "team/architecture"}),
        ({"folder": ""}, {"folder": ""}),
    ],
    ids=str,
)
def test_many_memories_are_filed_at_once(engine: Engine, change: dict[str, Any], expected: dict[str, Any]) -> None:
    ids = tuple(keep(engine, f"n{n}", labels=("old",), folder="before") for n in range(3))
    done = engine.organize(ids, **change)
    assert done.ids == ids
    assert done.note.startswith("3 memories: ")
    for id in ids:
        assert expected.items() <= memory(engine, id).items()


def test_filing_is_all_or_nothing(engine: Engine) -> None:
    id = keep(engine)
    with pytest.raises(NotFound):
        engine.organize((id, "nothing"), pinned=True)
    assert not memory(engine, id)["pinned"]
    with pytest.raises(InvalidRequest):
        engine.organize((id,))


def test_what_is_filed_as_it_was_is_not_written(engine: Engine) -> None:
    id = keep(engine, pinned=True)
    before = memory(engine, id)["updated_at"]
    engine.organize((id,), pinned=True)
    assert memory(engine, id)["updated_at"] == before


def test_archived_and_binned_memories_stay_out_of_search(engine: Engine) -> None:
    shown, archived, binned = (keep(engine, f"quaternion {n}") for n in range(3))
    engine.organize((archived,), archived=True)
    engine.forget((binned,))
    assert found(engine, "quaternion") == {shown}
    assert found(engine, "quaternion", archived=True) == {shown, archived}
    engine.organize((archived,), archived=False)
    engine.restore((binned,))
    assert found(engine, "quaternion") == {shown, archived, binned}


def test_thousands_are_filed_in_few_commits(engine: Engine) -> None:
    many = [Note(content=f"many {n}") for n in range(1500)]
    engine.writer.write(many)
    before = engine.store.version()
    engine.organize(tuple(each.id for each in many), archived=True)
    assert engine.store.version() - before < 30
    assert len(engine.store.ids(Filter())) == 0


def test_emptying_the_bin_removes_what_is_in_it_alone(engine: Engine) -> None:
    kept, gone = keep(engine, "kept"), keep(engine, "gone")
    assert engine.empty_bin().note == "The bin is empty."
    engine.forget((gone,))
    assert engine.empty_bin().ids == (gone,)
    assert [each.id for each in engine.store.get([kept, gone])] == [kept]


# ---------------------------------------------------------------- merging


def test_duplicates_become_one(engine: Engine) -> None:
    target = keep(engine, "a decision elsewhere")
    first = keep(engine, "Shared.\n\nOnly first.", labels=("a",), files=("a.py",), importance=3)
    more = {"labels": ("b", "a"), "files": ("b.py",), "importance": 8, "folder": "team", "pinned": True}
    second = keep(engine, "Shared.\n\nOnly  second.", links=[{"relation": "about", "target": target}], **more)
    other = keep(engine, "points there", links=[{"relation": "about", "target": second}])
    inner = keep(engine, "Shared.", links=[{"relation": "about", "target": first}])
    done = engine.merge((first, second, inner))
    assert done.ids == (first,)
    merged = memory(engine, first)
    assert merged["content"] == "Shared.\n\nOnly first.\n\nOnly  second."
    assert merged["labels"] == ("a", "b")
    assert merged["files"] == ("a.py", "b.py")
    assert (merged["importance"], merged["folder"], merged["pinned"]) == (8, "team", True)
    assert merged["links"] == ({"relation": "about", "target": target},)
    assert engine.one(other).links == (Link(relation="about", target=first),)
    assert engine.one(second).deleted_at
    assert found(engine, "second") == {first}
    engine.restore((second, inner))
    assert found(engine, "shared") == {first, second, inner}


def test_bugs_that_are_merged_count_together(engine: Engine) -> None:
    met = now() - timedelta(days=3)
    bugs = [
        Bug(message="boom", occurrences=(met,), count=2),
        Bug(message="boom", occurrences=(met - timedelta(days=6),), count=5, resolved=True, solution="restart"),
    ]
    engine.writer.write(bugs)
    first, second = (each.id for each in bugs)
    engine.merge((first, second))
    merged = memory(engine, first)
    assert (merged["count"], merged["resolved"], merged["solution"]) == (7, True, "restart")
    assert len(merged["occurrences"]) == 2
    assert list(merged["occurrences"]) == sorted(merged["occurrences"])


def test_what_cannot_be_merged_is_refused(engine: Engine) -> None:
    first, second, decision = keep(engine, "a"), keep(engine, "b"), keep(engine, "c", "decision")
    binned = keep(engine, "d")
    engine.forget((binned,))
    for ids, error in (
        ((first, "nothing"), NotFound),
        ((first, first), InvalidRequest),
        ((first, decision), InvalidRequest),
        ((first, binned), InvalidRequest),
    ):
        with pytest.raises(error):
            engine.merge(ids)
    assert engine.one(second).deleted_at is None


# ---------------------------------------------------------------- pruning

LONG = (
    "The exporter writes every memory on a line of its own, syncs the temporary file to disk beside its target, and "
    "renames it when the last batch arrived, so that a crash leaves the previous export untouched"
)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"importance": 2, "createdAt": days_ago(200)}, "never recalled"),
        ({"importance": 4, "createdAt": days_ago(400)}, "days old"),
        ({"createdAt": days_ago(2000)}, "days old"),
        ({"kind": "decision", "status": "deprecated"}, "it is deprecated"),
        ({"kind": "decision", "status": "superseded"}, "it is superseded"),
    ],
)
def test_what_may_be_put_away_is_told_with_its_reasons(engine: Engine, fields: dict[str, Any], reason: str) -> None:
    keep(engine, "a fresh and useful thing")
    id = keep(engine, LONG, **fields)
    (candidate,) = engine.suggest_pruning().candidates
    assert candidate.cited.id == id
    assert any(reason in each for each in candidate.reasons)
    assert candidate.tokens > 10
    assert memory(engine, id)["archived"] is False
    engine.organize((id,), pinned=True)
    assert engine.suggest_pruning().candidates == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"createdAt": days_ago(400)},
        {"importance": 1},
        {"importance": 9, "createdAt": days_ago(900)},
        {"importance": 2, "createdAt": days_ago(400), "pinned": True},
        {"importance": 2, "createdAt": days_ago(400), "archived": True},
        {"importance": 1, "createdAt": days_ago(4000), "source": "commit"},
    ],
)
def test_what_is_of_use_is_not_suggested(engine: Engine, fields: dict[str, Any]) -> None:
    keep(engine, LONG, **fields)
    answer = engine.suggest_pruning()
    assert answer.candidates == ()
    assert answer.note == "Nothing needs pruning."


def test_what_is_recalled_or_linked_to_stays(engine: Engine) -> None:
    recalled, needed, idle = (
        keep(engine, f"{word} " * 5, importance=2, createdAt=days_ago(300)) for word in ("one", "two", "three")
    )
    keep(engine, "why", links=[{"relation": "about", "target": needed}])
    engine.recalls.note([recalled])
    assert [each.cited.id for each in engine.suggest_pruning().candidates] == [idle]


def test_the_superseded_is_told_with_its_successor(engine: Engine) -> None:
    old = keep(engine, "Use files", "decision")
    new = keep(engine, "Use a database", "decision", links=[{"relation": "supersedes", "target": old}])
    (candidate,) = engine.suggest_pruning().candidates
    assert candidate.cited.id == old
    assert "superseded by “Use a database”" in candidate.reasons
    assert candidate.cited.id != new


def test_of_near_duplicates_the_better_one_stays(engine: Engine) -> None:
    texts = [f"{LONG} with a budget of {word} tokens" for word in ("five", "ten", "twelve")]
    first, second, third = (keep(engine, text) for text in texts)
    keep(engine, "Quite another matter: deployments happen on Tuesdays after the tests have passed")
    keep(engine, texts[0], "decision")
    engine.organize((second,), importance=8)
    candidates = engine.suggest_pruning().candidates
    assert {each.cited.id for each in candidates} == {first, third}
    assert all(f"nearly the same as “{texts[1][:40]}" in each.reasons[0] for each in candidates)
    assert engine.suggest_pruning(limit=1).candidates == candidates[:1]


def test_carrying_it_out_archives(engine: Engine) -> None:
    old = keep(engine, "alpha", "decision", status="deprecated")
    pinned = keep(engine, "beta", pinned=True)
    done = engine.prune((old, pinned))
    assert done.ids == (old,)
    assert "1 stayed" in done.note
    assert memory(engine, old)["archived"]
    assert not memory(engine, pinned)["archived"]
    assert found(engine, "alpha") == set()
    with pytest.raises(NotFound):
        engine.prune(("nothing",))


def test_looking_for_what_to_prune_can_be_stopped(engine: Engine) -> None:
    keep(engine)

    def stop(message: str, share: float) -> None:
        raise Cancelled("stop")

    with pytest.raises(Cancelled):
        engine.suggest_pruning(progress=stop)


# ---------------------------------------------------------------- recalls


def test_showing_and_assembling_count_as_recalls(engine: Engine) -> None:
    id = keep(engine, "The quaternion is normalised before each rotation")
    other = keep(engine, "never asked for")
    assert engine.settle(PATIENCE)
    assert engine.context("quaternion rotation").sources
    engine.search("quaternion")
    detail = engine.get(id)
    assert detail.recalls == 2
    assert detail.recalled_at is not None
    assert now() - detail.recalled_at < timedelta(minutes=1)
    assert engine.recalls.of([other]) == {}


def test_recalls_outlive_the_process_and_several_add_up(tmp_path: Path) -> None:
    file = tmp_path / "ré calls.sqlite3"
    code = (
        "import sys; from pathlib import Path; from whence.project.recalls import Recalls\n"
        "r = Recalls(Path(sys.argv[1]))\nfor _ in range(50): r.note(['a', 'b'])\nr.note(['c'])\nr.close()"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(file)]) for _ in range(3)]
    assert [each.wait() for each in running] == [0, 0, 0]
    recalls = Recalls(file)
    recalls.note(["a"])
    assert {id: each.count for id, each in recalls.of(["a", "b", "c", "d"]).items()} == {"a": 151, "b": 150, "c": 3}
    assert recalls.recalled().keys() == {"a", "b", "c"}
    recalls.close()


@pytest.mark.parametrize("content", [b"this is no database" * 100, b""], ids=["other bytes", "nothing"])
def test_an_unreadable_count_begins_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "recalls.sqlite3"
    file.write_bytes(content)
    recalls = Recalls(file)
    recalls.note(["a"])
    recalls.close()
    assert Recalls(file).of(["a"])["a"].count == 1


def test_recalls_that_cannot_be_kept_disturb_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    recalls = Recalls(tmp_path / "no such folder" / "recalls.sqlite3")
    recalls.note(["a"])
    assert recalls.of(["a"])["a"].count == 1
    recalls.close()
    assert "not counted" in caplog.text


def test_many_ids_are_asked_for_at_once(tmp_path: Path) -> None:
    recalls = Recalls(tmp_path / "recalls.sqlite3")
    ids = [f"id{n}" for n in range(3000)]
    recalls.note(ids)
    recalls.close()
    assert len(Recalls(tmp_path / "recalls.sqlite3").of(ids)) == 3000
    assert sqlite3.connect(tmp_path / "recalls.sqlite3").execute("select count(*) from recalls").fetchone() == (3000,)


def test_what_says_the_same_in_other_words_may_go(engine: Engine) -> None:
    said = (
        "The cart keeps its prices in cents",
        "Money in the basket is stored as integers",
        "Retry 2 times",
        "Retry 3 times",
    )
    ids = [engine.remember({"kind": "note", "content": each}).ids[0] for each in said]
    assert engine.settle(PATIENCE)
    assert engine.suggest_pruning().candidates == ()
    model, size = engine.settings.embedding.model, dimension_of(engine.store._passages)
    axes = np.eye(size, dtype=np.float32)
    vectors = dict(zip(ids, (axes[0], axes[0], axes[1], axes[1]), strict=True))
    handles = engine.store.passages.unembedded(model, 99)
    engine.store.passages.put_vectors(model, [(handle, vectors[memory]) for handle, memory in handles])
    (candidate,) = engine.suggest_pruning().candidates
    assert candidate.cited.id == ids[0], "the later one stays; what differs in a number is not the same"
    assert candidate.reasons[0] == f"means the same as “{said[1]}”"
