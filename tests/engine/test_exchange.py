import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE
from whence.values import memory
from whence.values.base import now
from whence.values.errors import Cancelled, InvalidRequest
from whence.values.memory import (
    Bug,
    Change,
    Conversation,
    Decision,
    FileEdit,
    Frame,
    Link,
    MemoryBase,
    Message,
    Note,
    Session,
    Summary,
)
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
EVERYTHING = Filter(archived=True)
AT = datetime(2025, 3, 4, 5, 6, 7, 89, tzinfo=UTC)

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(name: str = "first") -> Engine:
        monkeypatch.setenv("WHENCE_HOME", str(home / name))
        opened.append(Engine(repository, PLAIN))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def one_of_each(project: str) -> list[MemoryBase]:
    session = Session(goal="Make search fast", goals=("p95", "p50"), ended_at=AT, success=True, summary="Done.")
    change = Change(
        reason="Index the words",
        commit="c" * 40,
        branch="main",
        edits=(FileEdit(path="a.py", action="rename", old_path="b.py", added=1, removed=2, diff="@@", symbols=("f",)),),
        files=("a.py",),
        session=session.id,
    )
    decision = Decision(
        decision="Use an inverted index",
        context="Searching was slow",
        alternatives=("scan; all", "grep"),
        consequences="Disk",
        status="proposed",
        confidence=0.5,
        number=3,
        done=("a.py",),
        files=("a.py", "b.py"),
        links=(Link(relation="about", target=change.id), Link(relation="part_of", target=session.id)),
    )
    bug = Bug(
        message="IndexError: nothing",
        error_type="IndexError",
        frames=(Frame(file="a.py", line=3, function="f"),),
        signature="s1",
        resolved=True,
        resolved_at=AT,
        occurrences=(AT,),
        links=(Link(relation="solved_by", target=change.id),),
    )
    conversation = Conversation(
        messages=(Message(role="user", content="Ça va?", at=AT), Message(role="assistant", content="ja\n\u2028x")),
        origin="file.md",
        thread="t",
        labels=("AI", "ä ö"),
        folder="talks/2025",
    )
    note = Note(content='quoted "text"\n\twith\\ everything \x7f 🦊', pinned=True, archived=True, importance=9)
    summary = Summary(content="A week of it", period="week", since=AT, until=AT)
    common = {"project": project, "created_at": AT, "updated_at": AT, "author": "Zoë", "source": "assistant"}
    return [each.model_copy(update=common) for each in (session, change, decision, bug, conversation, note, summary)]


def all_of(engine: Engine) -> dict[str, MemoryBase]:
    return {each.id: each for page in engine.store.each(EVERYTHING) for each in page}


def answers(engine: Engine) -> list[Any]:
    assert engine.settle(PATIENCE)
    queries = ("index", "search fast words", "IndexError nothing", "ca va", "everything", "")
    return [[hit.id for hit in engine.search(query, archived=True).hits] for query in queries]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


# ---------------------------------------------------------------- round trips


def test_a_round_trip_into_an_empty_database_gives_the_same_answers(open_engine: Open, tmp_path: Path) -> None:
    first = open_engine("first")
    first.writer.write([*one_of_each(first.place.id), *(Note(content=f"index number {n}") for n in range(700))])
    target = tmp_path / "für später" / "exp ort.jsonl"
    target.parent.mkdir()
    exported = first.export(str(target))
    assert exported.count == 707
    assert exported.files == (str(target),)
    assert [each.name for each in target.parent.iterdir()] == [target.name]

    second = open_engine("second")
    assert second.place.home != first.place.home
    done = second.import_export(str(target))
    assert (done.added, done.updated, done.unchanged, done.left_out) == (707, 0, 0, ())
    assert len(done.ids) == 100
    before, after = all_of(first), all_of(second)
    assert before == {id: each.model_copy(update={"project": before[id].project}) for id, each in after.items()}
    assert answers(first) == answers(second)


def test_an_export_begins_with_a_header_and_names_no_place_of_this_machine(
    open_engine: Open, tmp_path: Path, repository: Path, home: Path
) -> None:
    engine = open_engine()
    engine.writer.write(one_of_each(engine.place.id))
    engine.export(str(tmp_path / "e.jsonl"))
    header, *rest = lines(tmp_path / "e.jsonl")
    assert (header["whence"], header["project"]) == (1, repository.name)
    assert len(rest) == 7
    text = (tmp_path / "e.jsonl").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert str(home) not in text


def test_its_own_export_doubles_nothing(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    engine.writer.write(one_of_each(engine.place.id))
    engine.export(str(tmp_path / "e.jsonl"))
    before = all_of(engine)
    for _ in range(2):
        done = engine.import_export(str(tmp_path / "e.jsonl"))
        assert (done.added, done.updated, done.unchanged) == (0, 0, 7)
    assert all_of(engine) == before


def test_the_newer_of_two_stays(open_engine: Open, tmp_path: Path) -> None:
    first, second = open_engine("first"), open_engine("second")
    mine, theirs, same = (Note(content=f"n{n}", created_at=AT, updated_at=AT) for n in range(3))
    for engine in (first, second):
        engine.writer.write([mine, theirs, same])
    first.update(theirs.id, {"content": "edited there"})
    second.update(mine.id, {"content": "edited here"})
    first.export(str(tmp_path / "e.jsonl"))
    done = second.import_export(str(tmp_path / "e.jsonl"))
    assert (done.added, done.updated, done.unchanged) == (0, 1, 2)
    assert done.ids == (theirs.id,)
    assert second.one(theirs.id) == first.one(theirs.id).model_copy(update={"project": second.place.id})
    assert second.one(mine.id).text() == "edited here"
    assert second.import_export(str(tmp_path / "e.jsonl")).unchanged == 3


def test_of_what_a_file_says_twice_the_later_counts(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    notes = [Note(content=f"n{n}", created_at=AT + timedelta(minutes=n), updated_at=AT) for n in range(600)]
    newer = notes[0].model_copy(update={"content": "newer", "updated_at": AT + timedelta(days=1)})
    older = notes[300].model_copy(update={"content": "older", "updated_at": AT - timedelta(days=1)})
    written = [*notes, newer, older, notes[5]]
    (tmp_path / "e.jsonl").write_text("\n".join(each.model_dump_json() for each in written), encoding="utf-8")
    done = engine.import_export(str(tmp_path / "e.jsonl"))
    assert (done.added, done.updated, done.unchanged) == (600, 1, 2)
    assert engine.one(newer.id).text() == "newer"
    assert engine.one(older.id).text() == "n300"


def test_what_was_thrown_away_here_stays_in_the_bin(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    (id,) = engine.remember({"kind": "note", "content": "unwanted"}).ids
    engine.export(str(tmp_path / "e.jsonl"))
    engine.forget((id,))
    done = engine.import_export(str(tmp_path / "e.jsonl"))
    assert [(each.reason, each.count) for each in done.left_out] == [("in the bin here", 1)]
    assert engine.one(id).deleted_at


def test_a_commit_that_is_known_under_another_id_is_not_doubled(open_engine: Open, tmp_path: Path) -> None:
    first, second = open_engine("first"), open_engine("second")
    theirs = Change(reason="One commit", commit="d" * 40, updated_at=AT)
    decision = Decision(decision="x", links=(Link(relation="about", target=theirs.id),))
    first.writer.write([theirs, decision])
    here = Change(reason="One commit", commit="d" * 40)
    second.writer.write([here])
    first.export(str(tmp_path / "e.jsonl"))
    assert second.import_export(str(tmp_path / "e.jsonl")).unchanged == 1
    assert set(all_of(second)) == {here.id, decision.id}
    assert second.one(decision.id).links[0].target == here.id


# ---------------------------------------------------------------- choosing


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, {"plain", "labelled", "filed", "weighty", "early", "archived", "decided"}),
        ({"archived": False}, {"plain", "labelled", "filed", "weighty", "early", "decided"}),
        ({"binned": True}, {"plain", "labelled", "filed", "weighty", "early", "archived", "decided", "binned"}),
        ({"kinds": ("decision",)}, {"decided"}),
        ({"labels": ("a",)}, {"labelled"}),
        ({"folder": "team"}, {"filed"}),
        ({"min_importance": 8}, {"weighty"}),
        ({"until": AT + timedelta(days=1)}, {"early"}),
        ({"since": AT + timedelta(days=1), "kinds": ("decision",)}, {"decided"}),
    ],
)
def test_an_export_holds_what_was_asked_for(
    open_engine: Open, tmp_path: Path, filters: dict[str, Any], expected: set[str]
) -> None:
    engine = open_engine()
    engine.writer.write(
        [
            Note(content="plain"),
            Note(content="labelled", labels=("a", "b")),
            Note(content="filed", folder="team/search"),
            Note(content="weighty", importance=8),
            Note(content="early", created_at=AT),
            Note(content="archived", archived=True),
            Note(content="binned", deleted_at=now()),
            Decision(decision="decided"),
        ]
    )
    engine.export(str(tmp_path / "e.jsonl"), **filters)
    assert {each["title"] for each in lines(tmp_path / "e.jsonl")[1:]} == expected
    engine.export(str(tmp_path / "e.md"), format="markdown", **filters)
    text = (tmp_path / "e.md").read_text(encoding="utf-8")
    assert {each for each in text.split() if f"# {each}" in text} >= expected


def test_markdown_reads_well_and_contents_do_not_act(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    decision = Decision(decision="Use LanceDB", title="<b>Store</b>", context="Because of *speed*")
    engine.writer.write([decision, Note(content="n", links=(Link(relation="about", target=decision.id),))])
    engine.export(str(tmp_path / "e.md"), format="markdown")
    text = (tmp_path / "e.md").read_text(encoding="utf-8")
    assert "# \\<b\\>Store" in text
    assert "about: \\<b\\>Store" in text
    assert "### Context\n\nBecause of *speed*" in text


# ---------------------------------------------------------------- where to


def test_only_files_of_ours_are_replaced_unasked(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    precious = tmp_path / "package.json"
    precious.write_text("{}", encoding="utf-8")
    for format in ("jsonl", "markdown"):
        with pytest.raises(InvalidRequest, match="not written by Whence"):
            engine.export(str(precious), format)
        for _ in range(2):
            engine.export(str(tmp_path / format), format)
    assert precious.read_text(encoding="utf-8") == "{}"
    engine.export(str(precious), overwrite=True)
    assert lines(precious)[0]["whence"] == 1


@pytest.mark.parametrize("target", ["", "  ", "{folder}", "{folder}/none/e.jsonl", "a\0b"], ids=ascii)
def test_a_place_that_cannot_be_written_is_refused(open_engine: Open, tmp_path: Path, target: str) -> None:
    with pytest.raises(InvalidRequest):
        open_engine().export(target.format(folder=tmp_path))


def test_a_stopped_export_leaves_nothing(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    engine.writer.write([Note(content=f"n{n}") for n in range(600)])
    target = tmp_path / "out" / "e.jsonl"
    target.parent.mkdir()
    seen: list[float] = []

    def stop(message: str, share: float) -> None:
        seen.append(share)
        if share > 0:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        engine.export(str(target), progress=stop)
    assert seen[0] == 0
    assert list(target.parent.iterdir()) == []


# ---------------------------------------------------------------- bad input


def test_what_cannot_be_read_is_counted_and_the_rest_comes_in(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    good = [Note(content="one"), Note(content="two"), Note(content="thrée")]
    source = tmp_path / "bad.jsonl"
    source.write_bytes(
        b"\n".join(
            [
                b'\xef\xbb\xbf{"whence": 1}',
                b"",
                good[0].model_dump_json().encode(),
                b'{"kind": "note", "content": ""}',
                b'{"kind": "spell", "content": "x"}',
                b'{"kind": "note", "content": "x", "colour": 3}',
                b"[1, 2]",
                b"not JSON",
                b'{"kind": "note", "content": "\xff\xfe"}',
                b"[" * 100_000,
                good[1].model_dump_json().encode() + b"\r",
                good[2].model_dump_json().encode(),
                good[0].model_dump_json().encode()[:50],
            ]
        )
    )
    done = engine.import_export(str(source))
    assert done.added == 3
    assert {each.reason: each.count for each in done.left_out} == {
        "not a memory that this version knows": 3,
        "line that is no JSON object": 5,
    }
    assert set(all_of(engine)) == {each.id for each in good}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"# Notes\n", "no export"),
        (b"\x00\x01\x02", "no export"),
        (b'{"name": "package"}', "no export"),
        (b'{"whence": 99}\n', "newer Whence"),
        (b'{"type": "entity", "name": "x"}\n', "import_memories"),
    ],
    ids=ascii,
)
def test_what_is_no_export_is_told_from_one(open_engine: Open, tmp_path: Path, content: bytes, message: str) -> None:
    engine = open_engine()
    source = tmp_path / "file"
    source.write_bytes(content)
    with pytest.raises(InvalidRequest, match=message):
        engine.import_export(str(source))


def test_a_file_that_is_not_there_is_told(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    for source in ("", str(tmp_path / "none"), str(tmp_path)):
        with pytest.raises(InvalidRequest):
            engine.import_export(source)


def test_an_export_that_lost_its_header_is_still_read(open_engine: Open, tmp_path: Path) -> None:
    engine = open_engine()
    (tmp_path / "e.jsonl").write_text(Note(content="x").model_dump_json(), encoding="utf-8")
    assert engine.import_export(str(tmp_path / "e.jsonl")).added == 1


def test_a_stopped_import_keeps_what_it_finished(open_engine: Open, tmp_path: Path) -> None:
    first, second = open_engine("first"), open_engine("second")
    first.writer.write([Note(content=f"n{n}") for n in range(1200)])
    first.export(str(tmp_path / "e.jsonl"))
    calls: list[float] = []

    def stop(message: str, share: float) -> None:
        calls.append(share)
        if len(calls) == 2:
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        second.import_export(str(tmp_path / "e.jsonl"), progress=stop)
    assert len(all_of(second)) == 250
    done = second.import_export(str(tmp_path / "e.jsonl"))
    assert (done.added, done.unchanged) == (950, 250)


def test_secrets_of_an_import_do_not_come_in(open_engine: Open, tmp_path: Path, git: Git) -> None:
    secret = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
    engine = open_engine()
    (tmp_path / "e.jsonl").write_text(Note(content=f"key {secret}").model_dump_json(), encoding="utf-8")
    engine.import_export(str(tmp_path / "e.jsonl"))
    (kept,) = all_of(engine).values()
    assert secret not in kept.model_dump_json()
    assert memory.parse_json(kept.model_dump_json()) == kept
