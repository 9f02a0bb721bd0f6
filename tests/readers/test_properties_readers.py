"""What holds of every reader of what others wrote: any text and any bytes are read or left out, none breaks it."""

import io
import json
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.properties import JSON, TEXTS, bounded, lined, made_of, objects_of
from whence.readers import foreign, pictures, record_parser, records, traces
from whence.readers.references import references
from whence.readers.transcripts import Draft, Lines, read, read_file, read_log, read_session
from whence.readers.transcripts.turns import moment
from whence.values.errors import InvalidRequest
from whence.values.memory import Frame
from whence.values.tally import Tally

# ---------------------------------------------------------------- traces

TRACE = lined(
    "Traceback (most recent call last):",
    '  File "app/cart.py", line 12, in total',
    "    return sum(rows)",
    "ValueError: the cart is empty",
    "During handling of the above exception, another exception occurred:",
    "TypeError: x is not a function",
    "    at total (/srv/app/cart.js:12:5)",
    "    at async Promise.all (index 0)",
    'Exception in thread "main" java.lang.IllegalStateException: closed',
    "\tat com.example.Cart.total(Cart.java:12)",
    "Caused by: java.io.IOException: no room",
    "\t... 12 more",
    "panic: runtime error: index out of range [3] with length 3",
    "goroutine 1 [running]:",
    "main.total(...)",
    "\t/srv/app/cart.go:12 +0x1d",
    "thread 'main' panicked at src/cart.rs:12:5:",
    "stack backtrace:",
    "   0: cart::total",
    "             at ./src/cart.rs:12:5",
    "PHP Fatal error:  Uncaught Exception: no in /srv/app/cart.php:12",
    "#0 /srv/app/cart.php(12): total()",
    "cart.rb:12:in `total': empty (RuntimeError)",
    "\tfrom cart.rb:3:in `<main>'",
    "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1",
    "    #0 0x55 in total /srv/app/cart.c:12:5",
    "   at Shop.Cart.Total() in /srv/Cart.cs:line 12",
    "2026-03-02 10:00:00,123 ERROR web | ",
    "\x1b[31mError\x1b[0m: red",
    "web_1  | ",
    "",
)


@bounded(250)
@given(st.one_of(TRACE, TEXTS, st.text(st.characters(codec=None), max_size=100)))
def test_any_text_is_read_as_a_trace_or_as_none(text: str) -> None:
    found = traces.parse(text)
    assert len(found.frames) <= traces.MAX_FRAMES
    assert all(isinstance(frame, Frame) and frame.line >= 0 for frame in found.frames)
    assert traces.parse(text) == found
    assert traces.parse(text.replace("\n", "\r\n")) == found, "line ends say nothing"
    name = traces.signature(found.error_type, found.message, found.frames, lambda file: True)
    assert len(name) in (0, 16)


@bounded(200)
@given(st.one_of(TRACE, TEXTS))
def test_what_stays_of_a_message_is_one_line_and_stays(message: str) -> None:
    kept = traces.normal(message)
    assert len(kept.splitlines()) <= 1
    assert kept == kept.strip()
    assert traces.plain(traces.plain(message)) == traces.plain(message)


@pytest.mark.parametrize(
    "line",
    [
        "  at a.b(c",
        "at " * 5,
        '  File "' + "a" * 40,
        "a:1:in `b' ",
        "#0 0x1 in ",
        "thread '",
        "(" * 30,
        "\x1b]" * 9,
        "x" * 40 + "@",
        "Caused by: ",
        "    at (((",
        "Fatal error: in :1 ",
    ],
    ids=ascii,
)
def test_a_trace_of_half_a_megabyte_is_read_in_time(line: str) -> None:
    """What grows faster than the text would take longer than any test may (pytest's own timeout)."""
    for separator in ("\n", "", " "):
        text = separator.join([line] * (500_000 // len(line)))
        assert len(traces.parse(text).frames) <= traces.MAX_FRAMES


# ---------------------------------------------------------------- records and references

RECORD = lined(
    "---",
    "status: accepted",
    "date: 2026-03-02",
    "date: 0000-99-99",
    "tags: [a, b",
    "# 12. Use a queue",
    "# ADR-0012: Use a queue",
    "Use a queue",
    "===========",
    "## Status",
    "Superseded by [13](0013-drop-the-queue.md)",
    "## Context and Problem Statement",
    "## Considered Options",
    "* one option",
    "1. another",
    "## Decision Outcome",
    'Chosen option: "one option", because it is simple.',
    "### Consequences",
    "```",
    "~~~~",
    "<!-- a comment",
    "-->",
    "* Status: rejected",
    "Related to ADR-7 and #12",
    "",
)


@bounded(200)
@given(st.one_of(RECORD, TEXTS), st.sampled_from(["docs/adr/0012-use-a-queue.md", "notes.md", "adr/x.markdown"]))
def test_any_text_is_a_record_or_says_why_not(text: str, path: str) -> None:
    found = record_parser.parse(path, text)
    assert found
    if isinstance(found, records.Record):
        assert found.title
        assert found.decision
        again = record_parser.parse(path, records.render(found))
        assert isinstance(again, records.Record), "what we write, we read"
        assert again.status == found.status or found.status == "superseded"


LINE = st.lists(st.sampled_from(["a", "queue", "x.y", "Keep", "it", "12th"]), min_size=1, max_size=6).map(" ".join)


@bounded(150)
@given(LINE, LINE, LINE, st.lists(LINE, max_size=3), st.sampled_from(["proposed", "accepted", "rejected"]))
def test_a_record_that_was_written_is_read_as_it_was(
    title: str, context: str, decision: str, options: Sequence[str], status: Any
) -> None:
    path = "docs/decisions/0012-a.md"
    at = datetime(2026, 3, 2, tzinfo=UTC)
    alternatives = tuple(dict.fromkeys(option for option in options if option != decision))
    kept = records.Record(path, 12, title, status, at, context=context, decision=decision, alternatives=alternatives)
    again = record_parser.parse(path, records.render(kept))
    assert isinstance(again, records.Record)
    assert (again.title, again.status, again.context) == (title, status, context)
    assert (again.decision, again.alternatives) == (decision, alternatives)
    assert again.date is not None
    assert again.date.date() == at.date()


@bounded(200)
@given(
    st.one_of(TEXTS, made_of("fixes ", "#12", "Closes", ": ", "abc1234", "https://example.invalid/a/b/issues/3", "\n"))
)
def test_any_text_may_name_others(text: str) -> None:
    found = references(text)
    assert all(each.value for each in found)
    assert references(text) == found


# ---------------------------------------------------------------- transcripts

KEYS = (
    *("type", "message", "role", "content", "text", "sessionId", "uuid", "parentUuid", "timestamp", "payload", "id"),
    *("session_meta", "instructions", "source", "mapping", "parent", "children", "current_node", "author", "parts"),
    *("chat_messages", "sender", "requests", "response", "state", "value", "kind", "v", "k", "i", "messages", "from"),
    *("conversations", "create_time", "title", "metadata", "recipient", "content_type", "attachment", "modelState"),
    *("isSidechain", "summary", "prompt", "result", "variableData", "agent", "username", "requestId", "name"),
)
WORDS = (
    *("user", "assistant", "human", "tool", "system", "text", "input_text", "thinking", "message", "event_msg"),
    *("response_item", "session_meta", "user_message", "queued_command", "attachment", "Hello there", "", "thoughts"),
    *("2026-03-02T10:00:00Z", "1772445600", "all", "markdownContent", "inlineReference", "compacted", "turn_context"),
)
RECORDS = objects_of(KEYS, WORDS)
SAID = st.one_of(
    st.lists(RECORDS, max_size=6).map(lambda lines: "\n".join(map(json.dumps, lines))),
    st.lists(RECORDS, max_size=4).map(json.dumps),
    RECORDS.map(json.dumps),
    lined(
        "User:",
        "**Assistant**:",
        "## You said:",
        "ChatGPT said:",
        "> Hello",
        "Human: hi",
        "```",
        "A: b",
        "[10:00] A: c",
    ),
    TEXTS,
)


def told(drafts: Sequence[Draft]) -> None:
    """A draft is somebody's words, under a name by which more of them are found."""
    for draft in drafts:
        assert draft.messages
        assert draft.origin
        assert draft.thread
        assert all(message.content.strip() for message in draft.messages)


@bounded(250)
@given(SAID, st.booleans())
@example('{"type": ["user"]}\n{"type": {}}', False)
@example(
    json.dumps({"mapping": {"a": {"message": {"create_time": 10**400}}, "b": {"message": {"create_time": 1}}}}), False
)
def test_any_text_is_a_transcript_or_none(text: str, whole: bool) -> None:
    told(read(text, "a transcript", Tally(), whole=whole))


@bounded(200)
@given(st.lists(RECORDS, max_size=8), st.sampled_from(["claude-code", "codex"]), st.binary(max_size=20))
def test_any_lines_are_a_log_or_counted(lines: Sequence[dict[str, Any]], origin: str, rest: bytes) -> None:
    content = b"".join(json.dumps(line).encode() + b"\n" for line in lines) + rest
    tally = Tally()
    reading = Lines(io.BytesIO(content), tally, live=True)
    told(list(read_log(reading, origin, "a session", tally)))
    assert reading.offset == content.rfind(b"\n") + 1, "a line without its end waits"


@bounded(200)
@given(st.lists(RECORDS, max_size=6), st.booleans(), st.binary(max_size=10))
def test_any_session_of_the_editor_is_read_or_left(entries: Sequence[dict[str, Any]], log: bool, rest: bytes) -> None:
    content = "\n".join(map(json.dumps, entries)).encode() + rest
    told(list(read_session(io.BytesIO(content), Tally(), log=log)))


@bounded(200)
@given(st.lists(SAID, min_size=1, max_size=2), st.integers(0, 400), st.binary(max_size=4))
def test_a_broken_archive_is_left_out(
    tmp_path_factory: pytest.TempPathFactory, texts: Sequence[str], at: int, other: bytes
) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, text in enumerate(texts):
            archive.writestr(f"part{number}.json", text.encode("utf-8", "replace"))
    content = packed.getvalue()
    path = tmp_path_factory.getbasetemp() / "export.zip"
    path.write_bytes(content[:at] + other + content[at + len(other) :])
    told(list(read_file(path, "export.zip", Tally())))


@bounded(200)
@given(st.one_of(JSON, st.sampled_from(WORDS), st.integers() | st.floats(), st.datetimes().map(datetime.isoformat)))
def test_any_value_is_a_moment_in_reason_or_none(value: Any) -> None:
    at = moment(value)
    assert at is None or 1990 <= at.year < 9999


# ---------------------------------------------------------------- memories of other tools

GRAPH = objects_of(
    ("type", "name", "entityType", "observations", "from", "to", "relationType", "entities", "relations"),
    ("entity", "relation", "a queue", "decision", "supersedes", "part-of"),
)
BANK = lined(
    "---",
    "title: Use a queue",
    "tags: [a, b",
    "permalink: notes/queue",
    "created: 2026-03-02",
    "- one tag",
    "# Use a queue",
    "## Decisions",
    "- [decision] Use a queue #why",
    "- supersedes [[Another note|shown]]",
    "```",
    "plain",
    "",
)


@bounded(200)
@given(
    st.one_of(
        BANK, TEXTS, GRAPH.map(json.dumps), st.lists(GRAPH, max_size=4).map(lambda all: "\n".join(map(json.dumps, all)))
    ),
    st.sampled_from(
        ["memory.json", "memory.jsonl", "memory-bank/activeContext.md", ".serena/memories/a_b.md", "note.md"]
    ),
)
def test_any_file_of_another_tool_is_read_or_counted(
    tmp_path_factory: pytest.TempPathFactory, text: str, name: str
) -> None:
    root = tmp_path_factory.getbasetemp() / "others"
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="replace")
    tally = Tally()
    found = list(foreign.read(path, name, root, tally))
    assert found or tally.total
    for memory in found:
        assert memory.content.strip()
        assert memory.title.strip()
        assert all(tie.source and tie.target for tie in memory.ties)


# ---------------------------------------------------------------- pictures

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\2\0\0\0\2\x08\2\0\0\0\xfd\xd4\x9as\0\0\0\0IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe1\0\x08Exif\0\0\xff\xc0\0\x0b\x08\0\2\0\2\1\1\x11\0\xff\xda\0\2\xff\xd9"
GIF = b"GIF89a\2\0\2\0\x80\0\0\0\0\0\xff\xff\xff!\xfe\2hi\0,\0\0\0\0\2\0\2\0\0\2\2D\1\0;"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0e\0\0\0/\1\x40\0\0\0\0\0\0\0\0\0\0\0"


@bounded(250)
@given(
    st.sampled_from([PNG, JPEG, GIF, WEBP]),
    st.lists(st.tuples(st.integers(0, 70), st.binary(max_size=5), st.integers(0, 6)), max_size=4),
)
def test_any_bytes_are_a_picture_or_refused(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, changes: Sequence[tuple[int, bytes, int]]
) -> None:
    for at, put, gone in changes:
        content = content[:at] + put + content[at + gone :]
    path: Path = tmp_path_factory.getbasetemp() / "picture"
    path.write_bytes(content)
    try:
        looked = pictures.look(path)
        sent = pictures.bare(looked)
    except InvalidRequest:
        return
    assert sent
    assert looked.width > 0
    assert looked.height > 0
    assert all(isinstance(said, str) for pair in pictures.texts(looked) for said in pair)
