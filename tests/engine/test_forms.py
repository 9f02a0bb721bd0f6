"""Forms: what they ask, their drafts, and what is similar to what somebody writes."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.opened import Engine
from whence.engine import OPERATIONS
from whence.project import form_drafts
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import KINDS
from whence.values.protocol import Selection
from whence.values.reports.forms import Form
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
AWS_KEY = "AKIA" + "Q3EGRCZ7KWMTX2LP"
RECEIPTS = "Keep receipts for ten years"


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, PLAIN, capture=False) as opened:
        yield opened


def shapes(form: Form) -> dict[str, str]:
    return {each.name: each.shape for each in form.fields}


def drafts(form: Form) -> dict[str, str]:
    return {each.name: each.draft for each in form.fields if each.draft is not None}


def files(home: Path) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("drafts/*"))


# ------------------------------------------------------------ what they ask


def test_every_kind_that_is_recorded_by_hand_has_a_form(engine: Engine) -> None:
    for kind, cls in KINDS.items():
        if cls.form:
            form = engine.form(kind)
            assert [each for each in form.fields if not each.prompt or not each.title] == []
            answers = {each.name: each.value or "an answer" for each in form.fields}
            (id,) = getattr(engine, form.operation)({"kind": kind, **answers}).ids
            assert engine.get(id).memory.kind == kind
        else:
            with pytest.raises(InvalidRequest):
                engine.form(kind)


def test_a_field_is_of_the_shape_of_what_it_fills(engine: Engine) -> None:
    assert shapes(engine.form("decision")) == {
        "decision": "text",
        "context": "text",
        "rationale": "text",
        "alternatives": "list",
        "consequences": "text",
        "status": "choice",
        "labels": "words",
    }
    assert shapes(engine.form("bug"))["errorType"] == "line"
    status = next(each for each in engine.form("decision").fields if each.name == "status")
    assert (status.value, status.required) == ("accepted", False)
    assert [each.name for each in engine.form("decision").fields if each.required] == ["decision"]


def test_a_session_is_begun_and_ended_by_forms(engine: Engine) -> None:
    assert engine.form("end_session").fields == (), "there is none to end"
    assert engine.form("end_session").note == "No session is active, so there is none to end."
    begin = engine.form("start_session")
    assert shapes(begin) == {"goal": "text", "goals": "list", "labels": "words"}
    assert begin.note == ""
    OPERATIONS[begin.operation].function(
        engine.project, **OPERATIONS[begin.operation].parse({"goal": "Bring limits", "goals": "One\nTwo"})
    )
    assert engine.form("start_session").note == "“Bring limits” is active, and ends when another one starts."
    end = engine.form("end_session")
    assert end.note == "Ends “Bring limits”."
    assert shapes(end) == {"summary": "text", "success": "choice"}
    for answer in end.fields[1].choices:
        assert isinstance(OPERATIONS[end.operation].parse({"success": answer})["success"], bool)


def test_the_form_that_changes_a_memory_holds_what_it_says(engine: Engine) -> None:
    said = {"decision": RECEIPTS, "alternatives": ["Five; as before", "For ever"], "labels": ["law", "tax"]}
    (id,) = engine.remember({"kind": "decision", **said}).ids
    form = engine.form(id=id)
    values = {each.name: each.value for each in form.fields if each.value}
    assert form.operation == "update"
    assert values == {
        "decision": RECEIPTS,
        "alternatives": "Five; as before\nFor ever",
        "labels": "law, tax",
        "status": "accepted",
    }
    assert {each.name for each in form.fields} == {each.name for each in engine.form("decision").fields}
    with pytest.raises(NotFound):
        engine.form(id="01900000-0000-7000-8000-000000000000")


def test_of_what_nobody_writes_by_hand_the_title_alone_is_changed(engine: Engine) -> None:
    (id,) = engine.save_conversation("User: Why?\n\nAssistant: Because.").ids
    form = engine.form(id=id)
    assert [each.name for each in form.fields] == ["title"]
    assert engine.update(form.id, {"title": "Why and because"}).ids == (id,)
    assert engine.get(id).memory.title == "Why and because"


# ------------------------------------------------------------ drafts


def test_what_was_written_is_there_again_until_it_is_discarded(engine: Engine) -> None:
    lines = Selection(file="app.py", start=1, end=2, text="def add")
    engine.keep_draft({"content": "Sums take\n\n- texts", "labels": ""}, kind="note", selection=lines)
    form = engine.form("note")
    assert drafts(form) == {"content": "Sums take\n\n- texts"}
    assert form.draft.startswith("Written today")
    assert form.selection == Selection(file=engine.place.root.joinpath("app.py").as_uri(), start=1, end=2)
    assert drafts(engine.form("decision")) == {}, "each kind has its own"
    engine.keep_draft({"context": "of one field"}, kind="decision")
    assert drafts(engine.form("decision")) == {"context": "of one field"}, "a choice stays as it is"
    engine.keep_draft({}, kind="decision")
    engine.keep_draft({}, kind="note")
    assert (drafts(engine.form("note")), engine.form("note").draft) == ({}, "")
    assert files(engine.place.home) == []


def test_what_says_no_more_than_the_empty_form_is_no_draft(engine: Engine) -> None:
    engine.keep_draft({"decision": "x", "status": "accepted"}, kind="decision")
    assert files(engine.place.home) == ["drafts/decision.json"]
    engine.keep_draft({"decision": "  ", "status": "accepted"}, kind="decision")
    assert files(engine.place.home) == []


def test_the_draft_of_a_change_is_of_that_memory_alone(engine: Engine) -> None:
    one, other = (engine.remember({"kind": "note", "content": text}).ids[0] for text in ("one", "other"))
    engine.keep_draft({"content": "one and more"}, id=one)
    assert drafts(engine.form(id=one)) == {"content": "one and more"}
    assert drafts(engine.form(id=other)) == {}
    assert drafts(engine.form("note")) == {}
    assert engine.get(one).memory.text() == "one", "a draft changes nothing"


def test_no_secret_of_a_draft_reaches_the_disk(engine: Engine) -> None:
    engine.keep_draft({"message": f"the key {AWS_KEY} was refused", "solution": "x"}, kind="bug")
    form = engine.form("bug")
    assert drafts(form)["message"] == "the key [redacted: aws-access-key] was refused"
    assert form.draft.endswith("What was secret in it was taken out.")
    kept = b"".join(path.read_bytes() for path in engine.place.home.rglob("*") if path.is_file())
    assert b"was refused" in kept
    assert AWS_KEY.encode() not in kept


def test_a_draft_is_found_by_no_search_and_in_no_export(engine: Engine, tmp_path: Path) -> None:
    engine.keep_draft({"content": "the quokka sleeps by day"}, kind="note")
    assert engine.search("quokka").hits == ()
    engine.export(str(tmp_path / "all.jsonl"))
    assert "quokka" not in (tmp_path / "all.jsonl").read_text(encoding="utf-8")


def test_a_draft_is_of_fields_and_files_that_there_are(engine: Engine) -> None:
    engine.keep_draft({"content": "x", "password": "y"}, kind="note")
    told = json.loads((engine.place.home / "drafts" / "note.json").read_text(encoding="utf-8"))
    assert told["answers"] == {"content": "x"}
    with pytest.raises(InvalidRequest):
        engine.keep_draft({"content": "x"}, kind="../../note")
    with pytest.raises(NotFound):
        engine.keep_draft({"content": "x"}, id="../note")
    with pytest.raises(InvalidRequest):
        engine.keep_draft({"content": "x"}, kind="note", selection=Selection(file="../app.py", start=1))


@pytest.mark.parametrize(
    "damage", ["", "[]", '{"at": "yesterday", "answers": {}}', '{"answers": 1}', '{"at": "2026-01-01"}']
)
def test_a_draft_that_cannot_be_read_is_none(engine: Engine, damage: str) -> None:
    engine.keep_draft({"content": "x"}, kind="note")
    (engine.place.home / "drafts" / "note.json").write_text(damage, encoding="utf-8")
    assert engine.form("note").draft == ""
    engine.keep_draft({"content": "y"}, kind="note")
    assert drafts(engine.form("note")) == {"content": "y"}


def test_a_draft_is_for_its_user_alone(tmp_path: Path) -> None:
    form_drafts.keep(tmp_path, "note", {"content": "x"})
    assert os.name == "nt" or (tmp_path / "drafts" / "note.json").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "drafts").iterdir()] == ["note.json"]


# ------------------------------------------------------------ similar ones


def test_what_says_something_similar_shows_and_nothing_else(engine: Engine) -> None:
    (kept,) = engine.remember({"kind": "decision", "decision": RECEIPTS}).ids
    engine.remember({"kind": "note", "content": "The provider closes on Sundays"})
    asked = {"decision": "Keep receipts longer", "context": ""}
    assert [hit.id for hit in engine.similar(asked, kind="decision").hits] == [kept]
    none = engine.similar({"decision": "Paint the bikeshed blue"}, kind="decision")
    assert (none.hits, none.note) == ((), "Nothing similar is remembered.")
    empty = engine.similar({"decision": " ", "status": "accepted"}, kind="decision")
    assert (empty.hits, empty.note) == ((), "What says something similar shows here as you write.")
    with pytest.raises(InvalidRequest):
        engine.similar({"decision": "x"}, kind="nothing")


def test_a_memory_is_not_similar_to_itself(engine: Engine) -> None:
    one, other = (
        engine.remember({"kind": "note", "content": text}).ids[0]
        for text in ("The provider closes on Sundays", "On Sundays the provider closes early")
    )
    assert [hit.id for hit in engine.similar({"content": "The provider closes on Sundays"}, id=one).hits] == [other]


def test_an_error_is_compared_with_errors_by_what_its_trace_says(engine: Engine) -> None:
    (bug,) = engine.record_error("cannot divide the total by zero", error_type="ZeroDivisionError").ids
    engine.remember({"kind": "note", "content": "cannot divide the total by zero"})
    trace = (
        'Traceback (most recent call last):\n  File "/srv/shop/totals.py", line 3, in share\n    return total / count\n'
        "ZeroDivisionError: cannot divide the total by zero"
    )
    assert [hit.id for hit in engine.similar({"message": trace}, kind="bug").hits] == [bug]


def test_a_goal_is_compared_with_sessions(engine: Engine) -> None:
    engine.start_session("Bring limits to the checkout")
    engine.end_session()
    engine.remember({"kind": "note", "content": "Bring limits to the checkout"})
    (hit,) = engine.similar({"goal": "limits for the checkout"}, kind="start_session").hits
    assert hit.kind == "session"


# ------------------------------------------------------------ the rest later


@pytest.mark.parametrize(
    ("memory", "unsaid"),
    [
        ({"kind": "note", "content": "x"}, "Not said yet: labels."),
        ({"kind": "note", "content": "x", "labels": "y"}, ""),
        (
            {"kind": "decision", "decision": "x"},
            "Not said yet: context, rationale, alternatives, consequences and labels.",
        ),
        ({"kind": "decision", "decision": "x", "rationale": "y"}, ""),
        ({"kind": "decision", "decision": "x", "source": "assistant"}, ""),
        ({"kind": "summary", "content": "x"}, ""),
    ],
)
def test_what_is_of_one_line_says_what_else_can_be_said(engine: Engine, memory: dict[str, object], unsaid: str) -> None:
    (id,) = engine.remember(memory).ids
    assert engine.get(id).unsaid == unsaid


@pytest.mark.parametrize("kind", [kind for kind, cls in KINDS.items() if cls.form])
def test_what_was_written_of_lines_is_told_there_at_once_and_after_they_moved(engine: Engine, kind: str) -> None:
    first = engine.form(kind).fields[0].name
    lines = {"file": "app.py", "start": 1, "end": 2}
    (id,) = engine.remember({"kind": kind, first: "Sums take texts", "selection": lines}).ids
    assert [band.id for band in engine.why("app.py", 2, 2).bands if band.about == "lines"] == [id]
    file = engine.place.root / "app.py"
    file.write_text("# Kept by hand.\n\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert [band.id for band in engine.why("app.py", 5, 5).bands if band.about == "lines"] == [id]
    assert [band.id for band in engine.why("app.py", 1, 1).bands if band.about == "lines"] == []
