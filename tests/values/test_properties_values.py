"""What holds of every value: ids sort and tell apart, texts stay within bounds, memories survive the way to disk."""

import contextlib
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.properties import JSON, MOMENTS, NAMES, TEXTS, bounded, made_of
from whence.values import memory
from whence.values.base import fenced, new_id, one_line, stable_id, unique
from whence.values.errors import InvalidRequest
from whence.values.memory import Change, Conversation, Decision, FileEdit, MemoryBase, Message, Note, Session


@bounded(50)
@given(st.integers(1, 300))
def test_ids_of_one_process_ascend(count: int) -> None:
    made = [new_id() for _ in range(count)]
    assert made == sorted(set(made))


@bounded()
@given(MOMENTS, MOMENTS)
def test_ids_sort_as_their_moments(one: datetime, other: datetime) -> None:
    for make in (new_id, lambda at: stable_id(at, "commit:1")):
        first, second = make(min(one, other)), make(max(one, other))
        assert first[:13] <= second[:13]
        assert max(one, other) - min(one, other) < timedelta(milliseconds=1) or first < second


@bounded()
@given(MOMENTS, TEXTS, TEXTS)
def test_a_stable_id_is_one_of_its_key_alone(at: datetime, key: str, other: str) -> None:
    assert stable_id(at, key) == stable_id(at, key)
    assert (stable_id(at, key) == stable_id(at, other)) == (key == other)
    assert (UUID(stable_id(at, key)).version, UUID(new_id(at)).version) == (7, 7)


@bounded(200)
@given(st.text(max_size=200), st.integers(1, 120))
def test_a_line_is_one_of_bounded_length(text: str, limit: int) -> None:
    line = one_line(text, limit)
    assert len(line) <= limit
    assert not re.search(r"[\x00-\x1f\x7f]", line)
    assert len(line.splitlines()) <= 1
    assert one_line(line, limit) == line


@bounded(200)
@given(
    st.one_of(TEXTS, made_of("`", "```", "````", "~~~", "\n", " ", "> ", "- ", "</pre>", "\\", "text")),
    st.sampled_from(["", "diff", "markdown"]),
)
def test_nothing_closes_a_fence_but_the_fence(text: str, language: str) -> None:
    tokens = MarkdownIt().parse(f"before\n\n{fenced(text, language)}\n\nafter")
    kinds = [token.type for token in tokens if token.type in ("fence", "inline")]
    assert kinds == ["inline", "fence", "inline"]
    assert tokens[3].info == language
    held = text.rstrip().replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    assert tokens[3].content.rstrip("\n") == held.rstrip("\n")


@bounded()
@given(st.lists(st.text(max_size=3)))
def test_unique_keeps_the_first_of_each(values: list[str]) -> None:
    kept = unique(values)
    assert set(kept) == set(values) - {""}
    assert list(kept) == sorted(kept, key=values.index)
    assert unique(kept) == kept


# ---------------------------------------------------------------- memories

COMMON: dict[str, st.SearchStrategy[Any]] = {
    "title": TEXTS,
    "author": TEXTS,
    "created_at": MOMENTS,
    "updated_at": MOMENTS,
    "importance": st.integers(1, 10),
    "pinned": st.booleans(),
    "folder": NAMES,
    "labels": st.lists(TEXTS, max_size=3).map(tuple),
    "files": st.lists(TEXTS, max_size=3).map(tuple),
    "metadata": st.dictionaries(TEXTS, st.integers() | TEXTS | st.lists(st.booleans()), max_size=3),
}
SAID = TEXTS.filter(str.strip)
EDITS = st.builds(FileEdit, path=TEXTS, old_path=TEXTS, added=st.integers(0, 9), diff=TEXTS)
MEMORIES: st.SearchStrategy[MemoryBase] = st.one_of(
    st.builds(Note, content=SAID, **COMMON),
    st.builds(Decision, decision=SAID, context=TEXTS, alternatives=st.lists(TEXTS).map(tuple), **COMMON),
    st.builds(Change, edits=st.lists(EDITS, max_size=3).map(tuple), reason=TEXTS, commit=NAMES, **COMMON),
    st.builds(Session, goal=SAID, ended_at=st.none() | MOMENTS, summary=TEXTS, **COMMON),
    st.builds(
        Conversation,
        messages=st.lists(
            st.builds(Message, role=st.sampled_from(["user", "assistant"]), content=SAID, name=TEXTS),
            min_size=1,
            max_size=4,
        ).map(tuple),
        **COMMON,
    ),
)


@bounded(150)
@given(MEMORIES)
def test_a_memory_survives_the_way_to_disk(kept: MemoryBase) -> None:
    again = memory.parse_json(kept.model_dump_json())
    assert again == kept
    assert again.model_dump_json() == kept.model_dump_json()
    assert memory.parse(json.loads(kept.model_dump_json(by_alias=False))) == kept


@bounded(150)
@given(MEMORIES)
def test_a_memory_says_what_it_is_in_a_line(kept: MemoryBase) -> None:
    assert kept.title == one_line(kept.title, memory.MAX_TITLE) != ""
    assert all(isinstance(said, str) for said in (kept.text(), kept.markdown(), kept.description(), kept.state()))


@bounded(200)
@given(st.one_of(JSON, st.dictionaries(st.sampled_from(["kind", *Note.model_fields]), JSON | st.just("note"))))
def test_what_is_no_memory_is_refused_by_name(value: Any) -> None:
    with contextlib.suppress(InvalidRequest):
        assert isinstance(memory.parse_json(json.dumps(value)), MemoryBase)


@pytest.mark.parametrize(
    "moment",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z"],
)
def test_a_moment_beyond_the_calendar_is_refused_or_kept(moment: str) -> None:
    try:
        kept = memory.parse({"kind": "note", "content": "at the edge", "created_at": moment})
    except InvalidRequest as refused:
        assert "in UTC it lies" in str(refused)
    else:
        assert kept.created_at == datetime.fromisoformat(moment)
        assert kept.created_at.tzinfo is UTC
