"""Transcripts in which records stand twice, were gone back on, were copied, or were cut off while they were written."""

import json
from itertools import count
from pathlib import Path

import pytest

from tests.opened import Engine
from tests.readers.test_transcripts import META, drafts, event, item, lines
from whence.readers.transcripts.branches import left
from whence.values.memory import Conversation
from whence.values.settings import parse

_MOMENTS = count()


def record(id: str, parent: str | None, text: str | list[dict[str, object]], **more: object) -> dict[str, object]:
    """A record of Claude Code: of the user where the id begins with `u` or `r`, else of the assistant."""
    role = "user" if id[0] in "ur" else "assistant"
    second = next(_MOMENTS)
    content = text if role == "user" or isinstance(text, list) else [{"type": "text", "text": text}]
    return {
        "type": role,
        "uuid": id,
        "parentUuid": parent,
        "sessionId": "s1",
        "timestamp": f"2026-01-02T{second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02}Z",
        "message": {"role": role, "id": f"msg_{id}", "content": content},
        **more,
    }


def passive(id: str, parent: str | None, kind: str = "system", **more: object) -> dict[str, object]:
    return {"type": kind, "uuid": id, "parentUuid": parent, "sessionId": "s1", **more}


def result(id: str, parent: str) -> dict[str, object]:
    return record(id, parent, [{"type": "tool_result", "content": "a lot"}])


def call(id: str, parent: str) -> dict[str, object]:
    return record(id, parent, [{"type": "tool_use", "name": "Read", "input": {}}])


def turns(*records: object) -> list[str]:
    return [turn.content for each in drafts(lines(*records))[0] for turn in each.messages]


FIRST = (record("u1", None, "make a cart"), record("a1", "u1", "done"))
FLOATS = (record("u2", "a1", "use floats"), record("a2", "u2", "floats it is"))
CENTS = (record("u3", "a1", "use cents"), record("a3", "u3", "cents it is"))
WENT_BACK = ["make a cart", "done", "use cents", "cents it is"]


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ((*FIRST, *FLOATS, *CENTS), WENT_BACK),
        ((*FIRST, *FLOATS, record("u4", "a2", "and yen"), record("a4", "u4", "yen too"), *CENTS), WENT_BACK),
        ((*FIRST, passive("p1", "a1"), record("u2", "p1", "use floats"), *CENTS), WENT_BACK),
        ((*FIRST, *FLOATS, passive("p1", "a1"), record("u3", "p1", "use cents"), CENTS[1]), WENT_BACK),
        ((record("u0", None, "make a card"), record("a0", "u0", "a card"), *FIRST, *CENTS), WENT_BACK),
        ((*FIRST, *CENTS, record("a5", "u3", "another answer")), [*WENT_BACK[:3], "another answer"]),
        (
            (
                *FIRST,
                *FLOATS,
                *CENTS,
                record("u6", "a3", "and round"),
                record("a6", "u6", "up"),
                record("u7", "a3", "no rounding"),
            ),
            [*WENT_BACK, "no rounding"],
        ),
    ],
    ids=[
        "one turn back",
        "two turns back",
        "back from below a record of the tool",
        "back to a record of the tool",
        "back to the very beginning",
        "an answer made anew",
        "back twice",
    ],
)
def test_what_was_gone_back_on_is_told_apart(records: tuple[object, ...], expected: list[str]) -> None:
    assert turns(*records) == expected
    assert drafts(lines(*records))[1]["turns of branches that were left"] >= 1


@pytest.mark.parametrize(
    "records",
    [
        (
            record("u1", None, "read both"),
            call("b1", "u1"),
            call("b2", "b1"),
            result("r2", "b2"),
            result("r1", "b1"),
            record("a1", "r2", "read"),
        ),
        (
            record("u1", None, "read both"),
            call("b1", "u1"),
            call("b2", "b1"),
            result("r1", "b1"),
            record("a1", "r1", "read"),
            result("r2", "b2"),
        ),
        (record("u1", None, "read both"), record("a1", "nowhere", "read")),
        (record("u1", None, "read both"), record("a0", "u1", "aside", isSidechain=True), record("a1", "u1", "read")),
        (
            record("u1", None, "read both"),
            record("a1", "u1", "read", message={"id": "m", "content": [{"type": "text", "text": "read"}]}),
            record("b1", "u1", "", message={"id": "m", "content": [{"type": "tool_use", "name": "x"}]}),
        ),
        (
            record("u1", None, "read both"),
            record("a1", "u1", "read"),
            passive("p1", None, subtype="compact_boundary", logicalParentUuid="a1"),
            record("u2", "p1", "This session is being continued from a previous conversation", isCompactSummary=True),
        ),
    ],
    ids=[
        "tools that ran at the same time",
        "one of them late",
        "a parent that is not there",
        "a subagent",
        "one answer in two records",
        "a summary in between",
    ],
)
def test_other_forks_are_no_branches(records: tuple[dict[str, object], ...]) -> None:
    assert turns(*records) == ["read both", "read"]
    assert left(records) == frozenset()


def test_parents_in_a_circle_do_no_harm() -> None:
    circle = (passive("p1", "p2"), passive("p2", "p1"), record("u1", "p1", "x"), record("u2", "u2", "y"))
    assert turns(*circle) == ["x", "y"]


def test_each_record_counts_once() -> None:
    again = [*FIRST, *FIRST, *CENTS, *CENTS]
    assert turns(*again) == WENT_BACK
    assert drafts(lines(*again))[1] == {"turns that stand there twice": 4}
    said_twice = (*FIRST, record("u2", "a1", "go on"), record("a2", "u2", "x"), record("u3", "a2", "go on"))
    assert turns(*said_twice).count("go on") == 2


@pytest.mark.parametrize("ids", ["same", "new"])
def test_a_session_that_goes_on_under_another_id_repeats_nothing(ids: str) -> None:
    """Claude Code copies what was said so far into the new session's file, under the same record ids or new ones."""
    mark = "" if ids == "same" else "x"
    copies = [
        {
            **each,
            "sessionId": "s2",
            "uuid": f"{each['uuid']}{mark}",
            "parentUuid": each["parentUuid"] and f"{each['parentUuid']}{mark}",
        }
        for each in FIRST
    ]
    more = {**record("u9", f"a1{mark}", "go on"), "sessionId": "s2"}
    found = drafts(lines(*FIRST, *copies, more))[0]
    assert [(each.thread, [turn.content for turn in each.messages]) for each in found] == [
        ("s1", ["make a cart", "done"]),
        ("s2", ["go on"]),
    ]


@pytest.mark.parametrize(
    ("between", "broken"),
    [
        ("\n", 0),
        ("", 0),
        ('{"type": "user", "uu', 1),
        ('{"type": "assistant", "message": {"content": [{"type": "text", "te', 1),
        ('{"type": "user", "message": {"role": "user", "content": "{\\"a\\": 1}"}, "uuid"', 1),
        ("\0\0\0\0", 0),
    ],
    ids=["whole lines", "no line end", "half a record", "half a nested one", "half of one that quotes", "zeros"],
)
def test_what_follows_half_a_line_is_read(between: str, broken: int) -> None:
    one, other = (json.dumps(each) for each in FIRST)
    text = f"{one}\n{between}{other}" if between.startswith("{") else f"{one}{between}{other}"
    found, tally = drafts(lines(*CENTS[:0]) + text + "\n")
    assert [turn.content for each in found for turn in each.messages] == ["make a cart", "done"]
    assert tally.get("lines that are broken or cut off", 0) == broken


@pytest.mark.parametrize("cut", [1, 10, 60, 150])
def test_half_a_last_line_is_counted_and_nothing_else(cut: int) -> None:
    found, tally = drafts(lines(*FIRST, *CENTS)[:-cut])
    assert [turn.content for each in found for turn in each.messages] == (WENT_BACK if cut == 1 else WENT_BACK[:3])
    assert tally == ({} if cut == 1 else {"lines that are broken or cut off": 1})


def test_turns_that_codex_rolled_back_are_left_out() -> None:
    back = {"type": "event_msg", "payload": {"type": "thread_rolled_back", "num_turns": 1}}
    text = lines(META, item("user", "floats"), item("assistant", "so"), back, item("user", "cents"), event("x", ""))
    found, tally = drafts(text)
    assert [turn.content for turn in found[0].messages] == ["cents"]
    assert tally == {"turns that were undone": 2}


def test_of_claudes_branches_the_one_that_is_shown_counts() -> None:
    def turn(id: str, parent: str, sender: str, text: str) -> dict[str, object]:
        return {"uuid": id, "parent_message_uuid": parent, "sender": sender, "text": text}

    root = "00000000-0000-4000-8000-000000000000"
    chat = [
        turn("1", root, "human", "question"),
        turn("2", "1", "assistant", "bad answer"),
        turn("3", "1", "assistant", "good answer"),
        turn("4", "3", "human", "thanks"),
    ]
    found, tally = drafts(json.dumps({"uuid": "k", "chat_messages": chat}))
    assert [each.content for each in found[0].messages] == ["question", "good answer", "thanks"]
    assert tally == {"turns of branches that were left": 1}


@pytest.mark.parametrize(
    ("named", "expected"),
    [({}, ["q", "better", "thanks"]), ({"currentId": "2"}, ["q", "worse"])],
    ids=["the newest", "the one that is shown"],
)
@pytest.mark.parametrize("parent", ["parentId", "parentMessageId"])
def test_of_messages_that_name_their_parents_one_branch_counts(
    parent: str, named: dict[str, str], expected: list[str]
) -> None:
    messages = [
        {"id": "1", parent: None, "role": "user", "content": "q"},
        {"id": "2", parent: "1", "role": "assistant", "content": "worse"},
        {"id": "3", parent: "1", "role": "assistant", "content": "better"},
        {"id": "4", parent: "3", "role": "user", "content": "thanks"},
    ]
    chat = {"chat": {"messages": messages, **named}, "title": "T"}
    found, tally = drafts(json.dumps(chat))
    assert [turn.content for turn in found[0].messages] == expected
    assert tally == {"turns of branches that were left": 4 - len(expected)}
    del messages[2][parent]  # one that doesn't say what it follows: nothing is told apart
    assert len(drafts(json.dumps(chat))[0][0].messages) == 4


@pytest.mark.parametrize("order", ["the copy last", "the copy first"])
@pytest.mark.parametrize("at_once", [True, False], ids=["in one import", "one after the other"])
def test_copies_in_another_file_are_no_turns_of_their_own(
    order: str, at_once: bool, repository: Path, tmp_path: Path
) -> None:
    copies = [{**each, "sessionId": "s2", "forkedFrom": {"sessionId": "s1"}} for each in FIRST]
    texts = {
        "one": lines(*FIRST, *CENTS),
        "two": lines(*copies, {**FLOATS[0], "sessionId": "s2"}, {**FLOATS[1], "sessionId": "s2"}),
    }
    folder = tmp_path / "sessions"
    folder.mkdir()
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        for number, name in enumerate(sorted(texts, reverse=order == "the copy first")):
            (folder / f"{number}-{name}.jsonl").write_text(texts[name], encoding="utf-8")
            if not at_once:
                engine.import_conversations(str(folder))
        engine.import_conversations(str(folder))
        assert engine.import_conversations(str(folder)).added == 0
        found = [engine.get(hit.id).memory for hit in engine.search("", kinds=("conversation",)).hits]
        said = [turn.content for each in found if isinstance(each, Conversation) for turn in each.messages]
    assert len(found) == 2
    assert sorted(said) == sorted([*WENT_BACK, "use floats", "floats it is"])
