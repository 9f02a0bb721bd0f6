"""Arguments as models and scripts write them: what has one meaning is taken, all else refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.engine import OPERATIONS
from whence.values.errors import InvalidRequest
from whence.values.memory import KINDS, parse
from whence.values.written import cut, listed


def read(operation: str, **values: Any) -> dict[str, Any]:
    return OPERATIONS[operation].read(values)


@pytest.mark.parametrize(
    ("given", "name", "expected"),
    [
        pytest.param('["bug", "decision"]', "kinds", ("bug", "decision"), id="a list as JSON text"),
        pytest.param("['bug']", "kinds", ("bug",), id="a list as Python writes it"),
        pytest.param("bug, decision", "kinds", ("bug", "decision"), id="words between commas"),
        pytest.param("Bugs", "kinds", ("bug",), id="a plural in another case"),
        pytest.param(["BUG"], "kinds", ("bug",), id="an item in another case"),
        pytest.param(['["bug", "note"]'], "kinds", ("bug", "note"), id="JSON text as the one item of a list"),
        pytest.param("parser", "labels", ("parser",), id="one text for a list"),
        pytest.param("pages/[id].tsx", "files", ("pages/[id].tsx",), id="a name with brackets"),
        pytest.param("[id].tsx", "files", ("[id].tsx",), id="a name that begins with a bracket"),
        pytest.param(None, "labels", (), id="null for a list"),
        pytest.param("null", "kinds", (), id="the word null for a list"),
        pytest.param(" 7 ", "limit", 7, id="a number as text"),
        pytest.param("7.0", "limit", 7, id="a whole number with a point"),
        pytest.param(None, "limit", None, id="null for a number"),
        pytest.param("", "limit", None, id="an empty text for a number"),
        pytest.param("True", "archived", True, id="a truth value as Python writes it"),
        pytest.param("false", "archived", False, id="a truth value as text"),
        pytest.param(None, "archived", False, id="null for a truth value"),
        pytest.param("2026-02-03T04:05:06Z", "since", datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC), id="a moment"),
        pytest.param("2026-02-03 04:05 UTC", "since", datetime(2026, 2, 3, 4, 5, tzinfo=UTC), id="a zone as a word"),
        pytest.param("2026/2/3Z", "since", datetime(2026, 2, 3, tzinfo=UTC), id="a day with slashes"),
        pytest.param("2026-02-03", "since", datetime(2026, 2, 3).astimezone(UTC), id="a day, in the user's zone"),
        pytest.param("20260203T040506", "since", datetime(2026, 2, 3, 4, 5, 6).astimezone(UTC), id="without joints"),
        pytest.param("", "since", None, id="an empty text for a moment"),
        pytest.param('"money"', "labels", ("money",), id="quotes around one item"),
        pytest.param("'money', \"tax rates\"", "labels", ("money", "tax rates"), id="quoted items"),
        pytest.param("[money, tax]", "labels", ("money", "tax"), id="a list without quotes"),
        pytest.param(['"money"', "", None], "labels", ("money",), id="quotes in an item, and empty ones"),
        pytest.param([["money"]], "labels", ("money",), id="a list in a list"),
        pytest.param("- money\n- tax", "labels", ("money", "tax"), id="a list of Markdown"),
        pytest.param('"[\\"bug\\"]"', "kinds", ("bug",), id="JSON in JSON"),
        pytest.param('[\\"bug\\"]', "kinds", ("bug",), id="JSON with its quotes masked"),
        pytest.param("all", "kinds", (), id="all kinds"),
        pytest.param(["*"], "kinds", (), id="a star for all kinds"),
        pytest.param("bugs and decisions", "kinds", ("bug", "decision"), id="kinds in words"),
        pytest.param("bug|decision", "kinds", ("bug", "decision"), id="kinds between bars"),
        pytest.param('"7"', "limit", 7, id="a number in quotes"),
        pytest.param([7], "limit", 7, id="a list of one number"),
        pytest.param("Yes.", "archived", True, id="a truth value with a full stop"),
        pytest.param("2 February 2026 10:00", "since", datetime(2026, 2, 2, 10).astimezone(UTC), id="words for a day"),
    ],
)
def test_what_has_one_meaning_is_taken(given: Any, name: str, expected: Any) -> None:
    assert read("search", query="x", **{name: given})[name] == expected


def test_an_object_may_be_json_text_or_only_its_file() -> None:
    for focus in ('{"file": "app.py", "line": "3"}', {"file": "app.py", "line": 3.0}):
        told = read("search", query="x", focus=focus)["focus"]
        assert (told.file, told.line) == ("app.py", 3)
    assert read("search", query="x", focus="app.py")["focus"].file == "app.py"


def test_all_parameters_may_be_one_json_text() -> None:
    assert OPERATIONS["search"].read('{"query": "x", "limit": "3"}')["limit"] == 3


@pytest.mark.parametrize(
    "given",
    [
        {"file": "src/a.py", "start": "3-5"},
        {"file": "src/a.py", "start": "L3", "end": "L5"},
        {"file": "src/a.py", "start": [3, 5]},
        {"file": "src/a.py:3-5"},
        {"file": ["`src/a.py#L3-L5`"]},
        {"file": '["src/a.py"]', "start": "3:5", "end": None},
        {"file_path": "src/a.py", "start_line": 3, "endLine": "5"},
        {"path": "src/a.py", "lines": [3, 5]},
        {"filename": "src/a.py", "line": "L3-L5"},
    ],
    ids=str,
)
def test_lines_are_understood(given: dict[str, Any]) -> None:
    told = read("why", **given)
    assert (told["file"], told["start"], told["end"]) == ("src/a.py", 3, 5)


def test_a_parameter_is_known_by_the_names_that_other_tools_have_for_it() -> None:
    told = read("search", query="x", tags="money", top_k="3")
    assert (told["labels"], told["limit"]) == (("money",), 3)
    with pytest.raises(InvalidRequest, match="It takes: file"):
        read("why", path="src/a.py", file_path="src/b.py")
    with pytest.raises(InvalidRequest, match="It takes: file"):
        read("why", path="src/a.py", file="src/b.py")


def test_lines_that_are_said_twice_are_not_made_up() -> None:
    told = read("why", file="src/a.py:3-5", start=7)
    assert (told["file"], told["start"], told["end"]) == ("src/a.py:3-5", 7, 0)
    assert read("record_error", message="x", file="src/a.py:12")["line"] == 12
    assert read("track_change", file="a.py", action="Edited", lines=[3, 5])["lines"] == "3-5"


def test_turns_are_understood() -> None:
    blocks = [{"type": "text", "text": "Hi"}, {"type": "text", "text": "there"}]
    said = [{"role": "Human", "content": "Hello"}, {"role": "ai", "content": blocks}]
    told = read("save_conversation", messages=said)["messages"]
    assert [(each.role, each.content) for each in told] == [("user", "Hello"), ("assistant", "Hi\nthere")]


def test_what_is_missing_under_another_name_is_told_with_all_names() -> None:
    with pytest.raises(InvalidRequest, match="It takes: file, start, end"):
        read("why", place="src/a.py")


def test_a_field_that_a_kind_does_not_have_is_refused_with_those_that_it_has() -> None:
    with pytest.raises(InvalidRequest, match=r"severity.*A bug takes: .*root_cause"):
        parse({"kind": "bug", "message": "x", "severity": "high"})


def test_a_number_where_a_text_is_meant_is_that_text() -> None:
    assert read("search", query=404)["query"] == "404"


def test_fields_of_a_memory_are_understood_by_its_kind() -> None:
    memory = read("remember", memory='{"kind": "Decision", "decision": "Whole cents", "labels": "[\\"money\\"]"}')[
        "memory"
    ]
    assert memory == {"kind": "decision", "decision": "Whole cents", "labels": ["money"]}
    changes = read("update", id="x", changes={"labels": '["a", "b"]', "folder": None})["changes"]
    assert changes == {"labels": ["a", "b"], "folder": None}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"limit": "some"}, ("limit", "“some”", "a number such as 5"), id="no number"),
        pytest.param({"since": "soon"}, ("since", "“soon”", "2026-05-31T12:00:00Z"), id="no date"),
        pytest.param({"since": "02/03/2026"}, ("since", "02/03/2026", "3 days ago"), id="a date that may be two"),
        pytest.param({"limit": True}, ("limit", "true is no number"), id="a truth value for a number"),
        pytest.param({"labels": {"a": 1}}, ("labels", "an object", '["one"]'), id="an object for a list"),
        pytest.param({"archived": "perhaps"}, ("archived", "“perhaps”", "true or false"), id="no truth value"),
        pytest.param({"labels": '["a", '}, ("labels", "JSON", '["one"]'), id="a broken list"),
        pytest.param({"query": ["a"]}, ("query", "a list of 1", "a text"), id="a list for a text"),
        pytest.param({"tag": "a"}, ("tag", "It takes", "labels"), id="an unknown name"),
        pytest.param({"focus": "{file}"}, (), id="braces in a name are a name"),
    ],
)
def test_a_refusal_shows_what_came_and_the_right_form(given: dict[str, Any], words: tuple[str, ...]) -> None:
    if not words:
        assert read("search", query="x", **given)["focus"].file == given["focus"]
        return
    with pytest.raises(InvalidRequest) as refused:
        read("search", **{"query": "x", **given})
    assert all(word in str(refused.value) for word in words)


def test_a_long_text_is_not_repeated_in_a_refusal() -> None:
    with pytest.raises(InvalidRequest) as refused:
        read("search", query="x", limit="s3cr3t" * 9)
    assert "s3cr3t" not in str(refused.value)
    assert "54 characters" in str(refused.value)


def test_half_a_character_can_be_refused() -> None:
    for values in ({"limit": "\ud800"}, {"\ud800": 1}):
        with pytest.raises(InvalidRequest) as refused:
            read("search", query="x", **values)
        assert str(refused.value).encode()


def test_the_editor_is_answered_strictly() -> None:
    with pytest.raises(InvalidRequest):
        OPERATIONS["search"].parse({"query": "x", "since": "2026-02-03"})


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(OPERATIONS)), st.data())
def test_whatever_comes_is_read_or_refused(name: str, data: st.DataObject) -> None:
    operation = OPERATIONS[name]
    values = {each: data.draw(_ANYTHING) for each in operation.params.model_fields}
    try:
        assert operation.read(values).keys() == operation.params.model_fields.keys()
    except InvalidRequest as refused:
        assert str(refused).startswith(f"{name}: ")
        assert str(refused).encode()  # every answer can carry it


@given(st.lists(st.text(min_size=1, max_size=20), max_size=4))
def test_a_list_as_json_text_is_the_list(texts: list[str]) -> None:
    assert listed(json.dumps(texts)) == texts
    assert read("search", query="x", labels=json.dumps(texts)) == read("search", query="x", labels=texts)


def test_words_are_cut_at_commas_and_sentences_are_not() -> None:
    assert cut("retry,cache") == ["retry", "cache"]
    assert cut("No server to run, and cheap") == ["No server to run, and cheap"]
    assert cut("one line\nanother, line") == ["one line", "another, line"]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_kind_is_known_in_any_case(kind: str) -> None:
    assert read("search", query="x", kinds=kind.upper())["kinds"] == (kind,)


def test_a_list_within_a_list_is_read_or_refused() -> None:
    with pytest.raises(InvalidRequest):
        OPERATIONS["labels_in_use"].read({"kinds": [None, []]})
