from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from whence.values import base, memory
from whence.values.errors import InvalidRequest
from whence.values.memory import Change, Decision, FileEdit, Link, Note

pytestmark = pytest.mark.quick


def test_ids_of_one_process_sort_by_time() -> None:
    ids = [base.new_id() for _ in range(10_000)]
    assert ids == sorted(set(ids))


def test_an_id_of_a_moment_sorts_among_the_others() -> None:
    old = base.new_id(datetime(2020, 1, 1, tzinfo=UTC))
    assert old < base.new_id() < base.new_id(datetime(2100, 1, 1, tzinfo=UTC))


def test_a_stable_id_is_the_same_for_the_same_thing() -> None:
    at = datetime(2020, 1, 1, tzinfo=UTC)
    assert base.stable_id(at, "commit:a") == base.stable_id(at, "commit:a") != base.stable_id(at, "commit:b")


@pytest.mark.parametrize(
    "value",
    [
        Note(content="plain", labels=("a", "b"), files=("src/ä b.py",), pinned=True, importance=9),
        Decision(decision="Use it", alternatives=("x; y", "z"), links=(Link(relation="supersedes", target="1"),)),
        Change(reason="Why", edits=(FileEdit(path="a.py", action="rename", old_path="b.py", diff="+x\n"),), open=True),
    ],
    ids=lambda value: value.kind,
)
def test_a_memory_survives_its_json(value: memory.MemoryBase) -> None:
    assert memory.parse_json(value.model_dump_json()) == value
    assert memory.parse(value.model_dump(by_alias=True)) == value
    assert memory.parse(value.model_dump()) == value


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "kind"),
        ({"kind": "riddle"}, "riddle"),
        ({"kind": "note"}, "content: Field required."),
        ({"kind": "note", "content": "  \n"}, "content"),
        ({"kind": "note", "content": "x", "colour": "red"}, "colour"),
        ({"kind": "note", "content": "x", "importance": 11}, "importance"),
        ({"kind": "note", "content": "x", "createdAt": "2020-01-01T00:00:00"}, "createdAt"),
    ],
)
def test_a_wrong_memory_is_refused_with_the_field_that_is_wrong(values: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        memory.parse(values)


def test_a_refusal_does_not_repeat_the_value() -> None:
    with pytest.raises(InvalidRequest) as refused:
        memory.parse({"kind": "note", "content": "x", "importance": "hunter2"})
    assert "hunter2" not in str(refused.value)


def test_a_memory_is_frozen() -> None:
    with pytest.raises(ValidationError):
        Note(content="x").title = "y"  # type: ignore[misc] # that is the point


def test_times_are_kept_in_utc() -> None:
    at = datetime(2020, 6, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert Note(content="x", created_at=at).created_at == datetime(2020, 6, 1, 10, tzinfo=UTC)
    assert Note(content="x", created_at=at).created_at.utcoffset() == timedelta(0)


def test_lists_may_be_said_as_one_string() -> None:
    decision = memory.parse(
        {"kind": "decision", "decision": "x", "labels": "a, b,,c", "alternatives": "one; two\nthree"}
    )
    assert decision.labels == ("a", "b", "c")
    assert decision.model_dump()["alternatives"] == ("one", "two", "three")


@pytest.mark.parametrize(
    ("value", "title"),
    [
        (Note(content="\n\n  First line \nsecond"), "First line"),
        (Note(content="x" * 500), "x" * 199 + "…"),
        (Note(content="body", title="Given\ntitle\x00"), "Given title"),
        (Decision(decision="Use LanceDB\nfor storage"), "Use LanceDB for storage"),
        (Change(reason="Fix the parser\n\nIt failed."), "Fix the parser"),
        (Change(edits=(FileEdit(path="a.py", symbols=("f", "g")),)), "Edited a.py: f, g"),
        (Change(edits=(FileEdit(path="a.py", action="rename", old_path="b.py"),)), "Renamed a.py from b.py"),
        (Change(edits=(FileEdit(path="a"), FileEdit(path="b"))), "Edited a and 1 more"),
        (Change(), "Empty change"),
    ],
)
def test_a_title_is_one_line_made_from_the_content(value: memory.MemoryBase, title: str) -> None:
    assert value.title == title


def test_a_fence_is_longer_than_any_inside() -> None:
    fenced = base.fenced("a\n`````\nb", "diff")
    assert fenced.startswith("``````diff\n")
    assert fenced.endswith("\n``````")


def test_a_change_is_known_by_its_commit() -> None:
    assert Change(commit="abc").keys() == ("commit:abc",)
    assert Change().keys() == ()


def test_half_surrogates_are_replaced_since_nothing_can_store_them() -> None:
    note = Note(content="a\ud800b", files=("caf\udce9.py",))
    assert note.content == "a?b"
    assert memory.parse_json(note.model_dump_json()).files == ("caf?.py",)


def test_the_document_of_a_commit_does_not_repeat_its_subject() -> None:
    change = Change(reason="Fix the parser\n\nIt failed on tabs.", commit="a" * 40)
    assert change.markdown() == f"**Commit** `{'a' * 12}`\n\nIt failed on tabs."
    assert "Another title" not in Change(reason="Fix it", title="Another title").markdown()
    assert "Fix it" in Change(reason="Fix it", title="Another title").markdown()
