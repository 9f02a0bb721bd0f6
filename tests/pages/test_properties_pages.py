"""What holds of every page: what memories say is shown as it is, and nothing in it acts, hides or passes for ours."""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import quote
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.properties import TEXTS, bounded, made_of
from whence.models.prompt import Material, quoted
from whence.pages import dates, outline, reports, rows
from whence.retrieval.block import introduction, section
from whence.values.base import EPOCH, one_line
from whence.values.errors import InvalidRequest
from whence.values.markdown import clean, code, inline
from whence.values.memory import KINDS, Bug, Change, Decision, MemoryBase, Note, Session
from whence.values.protocol import Filter

NASTY = st.one_of(
    TEXTS,
    made_of(
        *(
            "`",
            "``",
            "```",
            "~~~",
            "*",
            "_",
            "[",
            "](x)",
            "![",
            "<b>",
            "</a>",
            "<!--",
            "&amp;",
            "&#42;",
            "\\",
            "|",
            "#",
            "> ",
        ),
        *(
            "- ",
            "1. ",
            "\n",
            "\r",
            "\u2028",
            "\u202e",
            "\x1b[2J",
            "\0",
            "==",
            "--",
            "<script>",
            "word",
            "snake_case",
            " ",
            "~~",
        ),
        *("</material>", "<material id=", "+ ", "www.example.invalid", "\ud800", "\U000e0041"),
    ),
)
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def tokens(markdown: str) -> Iterator[Token]:
    for token in MARKDOWN.parse(markdown):
        yield token
        yield from token.children or ()


def said(markdown: str) -> str:
    """The text that a reader sees."""
    return "".join(token.content for token in tokens(markdown) if token.type in ("text", "text_special", "code_inline"))


# ---------------------------------------------------------------- pieces of Markdown


@bounded(200)
@given(NASTY)
def test_clean_text_stays_clean(text: str) -> None:
    kept = clean(text)
    assert clean(kept) == kept
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2028\u2029\ud800-\udfff]", kept)


@bounded(250)
@given(NASTY, st.integers(2, 80))
@example("__init__ and a__b", 40)
def test_nothing_acts_in_a_text_inline(text: str, limit: int) -> None:
    page = f"x {inline(text, limit)} y"
    kinds = {token.type for token in tokens(page)}
    assert kinds <= {"paragraph_open", "inline", "text", "text_special", "paragraph_close"}
    assert said(page) == f"x {one_line(clean(text), limit)} y"


@bounded(250)
@given(NASTY, st.integers(2, 80))
def test_code_is_shown_as_it_is(text: str, limit: int) -> None:
    line = one_line(clean(text), limit)
    shown = code(text, limit)
    found = [token.content for token in tokens(f"x {shown} y {shown} z") if token.type == "code_inline"]
    assert found == ([line, line] if line else [])


# ---------------------------------------------------------------- pages


def blocks(markdown: str) -> list[str]:
    return [token.type for token in MARKDOWN.parse(markdown) if token.level == 0 and not token.type.endswith("_close")]


@bounded(200)
@given(NASTY.filter(str.strip), NASTY, NASTY)
def test_a_memory_is_a_section_that_it_cannot_leave(content: str, title: str, author: str) -> None:
    note = Note(content=content, title=title, author=author, files=("a.py",))
    assert (
        blocks(section(note, note.content)) == ["heading_open", "paragraph_open", "fence"][: 2 + bool(content.strip())]
    )


@bounded(200)
@given(NASTY, st.booleans())
def test_what_was_asked_cannot_pass_for_ours(query: str, weak: bool) -> None:
    found = blocks(introduction(query, "0.7", weak=weak))
    assert found == ["heading_open", "paragraph_open"]


@bounded(200)
@given(NASTY, NASTY, NASTY)
def test_material_of_a_prompt_is_closed_by_us_alone(text: str, title: str, name: str) -> None:
    made = quoted(Material(title=title, text=text, id=name))
    tags = re.findall(r"<\s*/?\s*material\b", made, re.IGNORECASE)
    assert tags == ["<material", "</material"] or re.search(r"material", name, re.IGNORECASE)
    assert made.endswith("\n</material>")
    assert json.loads(json.dumps(made)) == made


MOMENTS = st.integers(1, 250_000_000_000).map(lambda seconds: EPOCH + timedelta(seconds=seconds))
"""Moments of memories: a zone must not carry them out of the calendar."""

SMALL = st.one_of(TEXTS, st.sampled_from(["# heading", "```", "| a |", "<b>", "plain"])).filter(str.strip)
ANY: st.SearchStrategy[MemoryBase] = st.one_of(
    st.builds(Note, content=SMALL, title=NASTY, created_at=MOMENTS),
    st.builds(Change, reason=NASTY, files=st.tuples(NASTY), commit=st.sampled_from(["", "c0ffee"]), created_at=MOMENTS),
    st.builds(Decision, decision=SMALL, title=NASTY, created_at=MOMENTS, pinned=st.booleans()),
    st.builds(Session, goal=SMALL, created_at=MOMENTS, author=st.sampled_from(["", "Test Author"])),
    st.builds(Bug, message=SMALL, solution=NASTY, resolved=st.booleans(), created_at=MOMENTS),
)


@bounded(100)
@given(st.lists(ANY, max_size=6), MOMENTS, st.sampled_from(["", "Test Author"]))
def test_a_standup_cites_what_it_tells_and_nothing_acts_in_it(
    memories: Sequence[MemoryBase], since: datetime, author: str
) -> None:
    bugs = [memory for memory in memories if isinstance(memory, Bug)]
    page = reports.standup(memories, bugs, memories, since=since, author=author, zone=UTC)
    if not page.markdown:
        assert page.note
        return
    kinds = {token.type for token in tokens(page.markdown)}
    assert not kinds & {
        "html_block",
        "html_inline",
        "link_open",
        "image",
        "fence",
        "code_block",
        "table_open",
        "s_open",
    }
    headings = [token for token in MARKDOWN.parse(page.markdown) if token.type == "heading_open"]
    assert len(headings) == 1 + page.markdown.count("\n## ")
    assert {cited.id for cited in page.cited} <= {memory.id for memory in memories}


# ---------------------------------------------------------------- rows of the tree

PARTS = (
    "kind",
    "note",
    "change",
    "bug",
    "pinned",
    "archive",
    "bin",
    "older",
    "in",
    "open",
    "memory",
    "2026-03",
    "today",
    "week",
    "year",
    "2026",
    "now",
    "hint",
    "found",
    "x",
    "",
)
IDS = st.lists(st.one_of(st.sampled_from(PARTS), st.text(max_size=5), st.just("1772445600000000~a")), max_size=8).map(
    "/".join
)
ZONES: st.SearchStrategy[tzinfo] = st.sampled_from([UTC, ZoneInfo("Asia/Tokyo"), ZoneInfo("America/New_York")])


def moment(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


class Shelf:
    """Memories in hand, as the tree asks for them."""

    def __init__(self, memories: Sequence[MemoryBase]) -> None:
        self._memories = sorted(memories, key=lambda memory: memory.created_at, reverse=True)

    def newest(self, filter: object, *, limit: int, **_: object) -> list[MemoryBase]:
        return self._memories[:limit]

    def moments(self, chosen: Filter, *, but: str = "") -> list[int]:
        return [moment(each.created_at) for each in reversed(self._memories) if each.kind in chosen.kinds]

    def standing(self, chosen: Filter) -> dict[tuple[str, str], int]:
        found = Counter((each.kind, each.state()) for each in self._memories)
        return {**found, ("bug", "a/b c"): 2, ("conversation", ""): 1}


@bounded(200)
@given(IDS, st.lists(ANY, max_size=3), ZONES)
def test_any_id_is_one_of_a_row_or_refused(id: str, memories: Sequence[MemoryBase], zone: tzinfo) -> None:
    with contextlib.suppress(InvalidRequest):
        for node in outline.children(id, Shelf(memories), zone, datetime(2026, 3, 2, tzinfo=UTC)):
            assert node.id
            rows.parse_id(node.id)


@bounded(100)
@given(st.lists(ANY, min_size=1, max_size=4), ZONES, st.sampled_from([*KINDS]))
def test_a_row_leads_to_rows_that_are_known(memories: Sequence[MemoryBase], zone: tzinfo, kind: str) -> None:
    waiting, seen = ["", f"kind/{kind}", f"found/{quote('a b', safe='')}"], 0
    while waiting and seen < 40:
        seen += 1
        for node in outline.children(waiting.pop(), Shelf(memories), zone, datetime(2026, 3, 2, tzinfo=UTC)):
            rows.parse_id(node.id)
            assert node.label
            if node.expandable != "no":
                waiting.append(node.id)


@bounded(200)
@given(MOMENTS, st.integers(-10, 20), ZONES)
def test_a_working_day_begins_before_the_moment(at: datetime, days: int, zone: tzinfo) -> None:
    at += timedelta(days=days)
    begin = reports.last_working_day(at, zone)
    assert timedelta(0) < at - begin <= timedelta(days=4, hours=1)
    assert begin.astimezone(zone).weekday() < 5
    assert one_line(dates.said(at, begin, zone), 40)
    assert one_line(dates.exact(at, zone), 60)


@bounded(200)
@given(st.lists(MOMENTS, max_size=30).map(sorted), MOMENTS, ZONES)
def test_each_moment_is_in_one_stretch(found: Sequence[datetime], now: datetime, zone: tzinfo) -> None:
    today = now.astimezone(zone).date()
    stretches = dates.spans([moment(each) for each in found], zone, today)
    assert sum(count for _, count in stretches) == len(found)
    for here, count in stretches:
        begin, end = dates.span(here.name, today).times(zone)
        assert len([each for each in found if begin <= each < end]) == count > 0
        assert one_line(here.label(today), 30)
