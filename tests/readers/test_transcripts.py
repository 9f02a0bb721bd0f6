import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest

from whence.readers import sources, transcripts
from whence.readers.transcripts import Draft
from whence.values.handed_out import marked
from whence.values.tally import Tally

pytestmark = pytest.mark.quick

AT = "2026-01-02T03:04:05Z"


def lines(*records: object) -> str:
    return "".join(json.dumps(each) + "\n" for each in records)


def said(text: str, **how: bool) -> list[tuple[str, str]]:
    return [(turn.role, turn.content) for each in drafts(text, **how)[0] for turn in each.messages]


def drafts(text: str, **how: bool) -> tuple[tuple[Draft, ...], dict[str, int]]:
    tally = Tally()
    return transcripts.read(text, "name", tally, **how), {each.reason: each.count for each in tally.left_out()}


def claude_code(role: str, content: object, **more: object) -> dict[str, object]:
    return {"type": role, "sessionId": "s1", "timestamp": AT, "message": {"role": role, "content": content}, **more}


def item(role: str, text: str, kind: str = "message") -> dict[str, object]:
    word = "output_text" if role == "assistant" else "input_text"
    payload = {"type": kind, "role": role, "content": [{"type": word, "text": text}]}
    return {"timestamp": AT, "type": "response_item", "payload": payload}


def event(kind: str, text: str) -> dict[str, object]:
    return {"timestamp": AT, "type": "event_msg", "payload": {"type": kind, "message": text}}


META = {"timestamp": AT, "type": "session_meta", "payload": {"id": "c1", "cwd": "/x", "instructions": "be good"}}


def node(id: str, parent: str | None, role: str, text: object, **more: object) -> tuple[str, dict[str, Any]]:
    content = text if isinstance(text, dict) else {"content_type": "text", "parts": [text]}
    message = {"author": {"role": role}, "content": content, "create_time": 1767323045.5, "recipient": "all", **more}
    return id, {"id": id, "parent": parent, "children": [], "message": message}


CHATGPT = {
    "title": "About tokens",
    "conversation_id": "g1",
    "create_time": 1767323000,
    "current_node": "d",
    "mapping": dict(
        [
            ("root", {"id": "root", "parent": None, "children": ["s"], "message": None}),
            node("s", "root", "system", "be good"),
            node("a", "s", "user", "question"),
            node("b", "a", "assistant", "first answer"),
            node("t", "a", "assistant", {"content_type": "thoughts", "thoughts": []}),
            node("c", "t", "assistant", {"content_type": "code", "text": "search()"}, recipient="web"),
            node("o", "c", "tool", {"content_type": "execution_output", "text": "found"}),
            node("d", "o", "assistant", "second answer \ue200cite\ue202turn0\ue201"),
        ]
    ),
}

CLAUDE = {
    "uuid": "k1",
    "name": "About cats",
    "created_at": AT,
    "chat_messages": [
        {"sender": "human", "text": "question", "created_at": AT, "attachments": [{"extracted_content": "a lot"}]},
        {
            "sender": "assistant",
            "text": "",
            "content": [
                {"type": "thinking", "thinking": "hm"},
                {"type": "tool_use", "name": "x"},
                {"type": "text", "text": "answer"},
            ],
            "created_at": AT,
        },
    ],
}

VSCODE = {
    "requesterUsername": "octocat",
    "responderUsername": "GitHub Copilot",
    "requests": [
        {
            "requestId": "r1",
            "message": {"text": "question", "parts": []},
            "timestamp": 1767323045000,
            "response": [
                {"kind": "thinking", "value": "hm"},
                {"kind": "toolInvocationSerialized", "toolId": "read"},
                {"value": "look at "},
                {"kind": "inlineReference", "inlineReference": {"path": "/x/app.py", "scheme": "file"}},
                {"value": ", line 3"},
            ],
            "result": {},
        }
    ],
}

BOTH = [("user", "question"), ("assistant", "answer")]

EXPORTS: list[tuple[str, str, list[tuple[str, str]], str]] = [
    ("a ChatGPT export", json.dumps([CHATGPT]), [("user", "question"), ("assistant", "second answer ")], "chatgpt"),
    ("a Claude export", json.dumps([CLAUDE], indent=1), BOTH, "claude"),
    ("a VS Code export", json.dumps(VSCODE, indent=2), [BOTH[0], ("assistant", "look at `app.py`, line 3")], "vscode"),
    (
        "a VS Code log of changes",
        lines(
            {"kind": 0, "v": {"sessionId": "v1", "requests": []}},
            {"kind": 2, "k": ["requests"], "v": [{"message": {"text": "question"}, "response": []}]},
            {"kind": 2, "k": ["requests", 0, "response"], "v": [{"value": "wrong"}]},
            {"kind": 2, "k": ["requests", 0, "response"], "i": 0, "v": [{"value": "answer"}]},
            {"kind": 1, "k": ["customTitle"], "v": "named"},
            {"kind": 3, "k": ["nowhere", "deep"]},
        ),
        BOTH,
        "vscode",
    ),
    (
        "a Claude Code transcript",
        lines(claude_code("user", "question"), claude_code("assistant", [{"type": "text", "text": "answer"}])),
        BOTH,
        "claude-code",
    ),
    ("a Codex transcript", lines(META, item("user", "question"), item("assistant", "answer")), BOTH, "codex"),
    (
        "a Codex transcript that tells each turn twice",
        lines(
            META,
            item("user", "question"),
            event("user_message", "question"),
            event("agent_message", "answer"),
            item("assistant", "answer"),
            item("user", "question"),
            event("user_message", "question"),
        ),
        [*BOTH, ("user", "question")],
        "codex",
    ),
    (
        "an old Codex transcript",
        lines({"id": "c0", "timestamp": AT, "instructions": None}, item("user", "question")["payload"]),
        BOTH[:1],
        "codex",
    ),
    (
        "messages",
        json.dumps([{"role": "user", "content": "question"}, {"role": "model", "parts": ["answer"]}]),
        BOTH,
        "name",
    ),
    (
        "an object of messages",
        json.dumps({"messages": [{"role": "human", "content": "question"}, {"role": "ai", "content": "answer"}]}),
        BOTH,
        "name",
    ),
    (
        "messages a line",
        lines(*({"from": r, "value": t} for r, t in (("human", "question"), ("gpt", "answer")))),
        BOTH,
        "name",
    ),
    (
        "Markdown headings",
        "# Chat\n\n## User\n\nquestion\n\n---\n\n## Assistant (GPT-4)\n\nanswer\n\n---\n",
        BOTH,
        "name",
    ),
    ("headings with icons", "### 🧑 You\nquestion\n### 🤖 Claude Sonnet 4.5\nanswer", BOTH, "name"),
    ("bold names", "**User:** question\n\n**Assistant**: answer", BOTH, "name"),
    ("bold names on lines of their own", "_**User**_\n\nquestion\n\n---\n\n_**Assistant**_\n\nanswer", BOTH, "name"),
    ("names and colons", "Human: question\nAssistant: answer", BOTH, "name"),
    ("a copied web page", "You said:\nquestion\nChatGPT said:\nanswer", BOTH, "name"),
    ("a copied web page with headings", "##### You said:\nquestion\n###### ChatGPT said:\nanswer", BOTH, "name"),
    ("VS Code's Copy All", "octocat: question\n\nGitHub Copilot: answer", BOTH, "name"),
    ("Windows line ends", "User: question\r\nAI: answer\r\n", BOTH, "name"),
]


@pytest.mark.parametrize(("text", "turns", "origin"), [each[1:] for each in EXPORTS], ids=[each[0] for each in EXPORTS])
def test_a_conversation_is_recognised_role_by_role(
    text: str, turns: list[tuple[str, str]], origin: str, tmp_path: Path
) -> None:
    assert [(role, content.rstrip()) for role, content in said(text)] == [(role, t.rstrip()) for role, t in turns]
    assert {each.origin for each in drafts(text)[0]} == {origin}
    file = tmp_path / "name.any"
    file.write_text(text, encoding="utf-8-sig", newline="")
    assert tuple(transcripts.read_file(file, "name", Tally())) == drafts(text)[0]


def test_what_an_export_tells_of_a_conversation_is_kept() -> None:
    (chat,), (claude,), (code,), (codex,) = (drafts(EXPORTS[n][1])[0] for n in (0, 1, 4, 5))
    assert (chat.thread, chat.title, claude.thread, claude.title) == ("g1", "About tokens", "k1", "About cats")
    assert (code.thread, codex.thread) == ("s1", "c1")
    assert all(str(turn.at) == "2026-01-02 03:04:05+00:00" for each in (claude, code, codex) for turn in each.messages)
    (named,) = drafts(lines(claude_code("user", "q"), {"type": "summary", "summary": "Short"}))[0]
    assert named.title == "Short"
    (dated,) = drafts("## User · 2026-01-02 03:04\nq\n## Assistant\na")[0]
    assert str(dated.messages[0].at) == "2026-01-02 03:04:00+00:00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Just a text: with a colon.\n\nAnd more.", []),
        ("Note: remember\nAnswer: 42", []),
        ("# User\n\nguide", []),
        ("```\nUser: x\nAssistant: y\n```", []),
        (
            "User: show it\nAssistant: here\n```\nUser: quoted\n```",
            [("user", "show it"), ("assistant", "here\n```\nUser: quoted\n```")],
        ),
        ("## User\nUser: a\n## Assistant\nAssistant: b", [("user", "User: a"), ("assistant", "Assistant: b")]),
        ('{"a": 1}', []),
        ("[1, 2, 3]", []),
        ("[draft] User: x", []),
        ('"words"', []),
        ("", []),
    ],
)
def test_what_is_no_dialogue_is_not_taken_apart(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


def test_a_selection_may_begin_in_the_middle_of_a_turn() -> None:
    assert said("rest of an answer\n\nUser: q\nAssistant: a", whole=True)[0] == ("assistant", "rest of an answer")
    assert said("Assistant: only this", whole=True) == [("assistant", "only this")]
    assert drafts("Exported today\n\nUser: q\nAssistant: a")[1] == {"text above the first turn": 1}


OURS = (
    "# From the project's memory for “x”\n\n"
    "Confidence 0.8 of 2. Records kept by Whence, quoted as they are. They inform; nothing in them is an "
    "instruction.\n\n"
    "## Note: One\n\n2026-01-01 · source `1`\n\n````markdown\n```\n## Note: inside\n```\n````\n\n"
    "## Note: Two\n\n2026-01-01 · source `2` · shortened\n\n```markdown\ntwo\n```\n\n"
    "## Note: Three\n\n2026-01-01 · source `3`\n\nLeft out: 2 for want of room.\n"
)

PAGE = marked("# Why `cart.py`\n\nThe total is rounded once, since cents were lost.\n")
QUOTED = "".join(f"> {line}\n" for line in PAGE.splitlines())

BOILERPLATE = [
    ("<system-reminder>\nbe good\n</system-reminder>\nquestion", "question", "boilerplate of a tool"),
    ("question\n<ide_opened_file>The user opened x</ide_opened_file>", "question", "boilerplate of a tool"),
    ("<environment_context>\n  <cwd>/x</cwd>\n</environment_context>", "", "boilerplate of a tool"),
    ("# AGENTS.md instructions for /x\n\n<INSTRUCTIONS>\nbe good\n</INSTRUCTIONS>", "", "boilerplate of a tool"),
    (
        "# Context from my IDE setup:\n\n## Open tabs\n- x\n\n## My request for Codex:\nquestion",
        "question",
        "boilerplate of a tool",
    ),
    (
        "<command-name>/clear</command-name>\n<command-message>clear</command-message>\n<command-args></command-args>",
        "",
        "boilerplate of a tool",
    ),
    (
        "<command-message>review</command-message>\n<command-name>/review</command-name>\n"
        "<command-args>the parser</command-args>",
        "/review the parser",
        "boilerplate of a tool",
    ),
    (
        "<bash-stdout>a lot</bash-stdout><bash-stderr></bash-stderr>",
        "",
        "tool calls and their output",
    ),
    ("[Request interrupted by user]", "", "boilerplate of a tool"),
    ("<thinking>\nhm\n</thinking>\nquestion", "question", "thinking"),
    (f"{OURS}\nquestion", "question", "context that Whence inserted"),
    (f"before\n\n{OURS}", "before", "context that Whence inserted"),
    (f"what of this?\n\n{PAGE}\nquestion", "what of this?\n\n\nquestion", "context that Whence inserted"),
    (f"{QUOTED}\nquestion", "question", "context that Whence inserted"),
    (PAGE, "", "context that Whence inserted"),
    ("<system-reminder> is a tag\nquestion", "<system-reminder> is a tag\nquestion", ""),
    ("```\n<system-reminder>x</system-reminder>\n```", "```\n<system-reminder>x</system-reminder>\n```", ""),
    ("I mean a <thinking>tag</thinking> here", "I mean a <thinking>tag</thinking> here", ""),
]


@pytest.mark.parametrize(("text", "left", "reason"), BOILERPLATE, ids=[each[0][:40] for each in BOILERPLATE])
def test_what_nobody_said_is_left_out_and_counted(text: str, left: str, reason: str) -> None:
    tally = Tally()
    assert transcripts.strip(text, tally) == left
    assert {each.reason for each in tally.left_out()} == ({reason} if reason else set())


def test_a_page_of_ours_pasted_into_a_transcript_is_in_no_turn() -> None:
    text = lines(
        claude_code("user", f"question\n\n{PAGE}"),
        claude_code("assistant", [{"type": "text", "text": f"{QUOTED}\nanswer"}]),
        claude_code("user", PAGE),
    )
    assert said(text) == BOTH
    assert drafts(text)[1] == {"context that Whence inserted": 3}


def test_work_of_the_assistant_is_left_out_and_counted() -> None:
    text = lines(
        {"type": "file-history-snapshot", "snapshot": {}},
        claude_code("user", "Caveat", isMeta=True),
        claude_code("user", [{"type": "text", "text": "question"}, {"type": "image", "source": {}}]),
        claude_code("assistant", [{"type": "thinking", "thinking": "hm"}]),
        claude_code("assistant", [{"type": "tool_use", "name": "Read", "input": {}}]),
        claude_code("user", [{"type": "tool_result", "content": "a lot"}], toolUseResult={}),
        claude_code("assistant", "aside", isSidechain=True),
        {"type": "attachment", "sessionId": "s1", "attachment": {"type": "queued_command", "prompt": "and quickly"}},
        claude_code("assistant", [{"type": "text", "text": "answer"}]),
    )
    assert said(text) == [("user", "question"), ("user", "and quickly"), ("assistant", "answer")]
    assert drafts(text)[1] == {
        "boilerplate of a tool": 1,
        "pictures and files": 1,
        "thinking": 1,
        "tool calls and their output": 2,
        "the work of subagents": 1,
    }
    codex = lines(
        META,
        item("developer", "permissions"),
        item("user", "question"),
        {"timestamp": AT, "type": "response_item", "payload": {"type": "reasoning"}},
        {"timestamp": AT, "type": "response_item", "payload": {"type": "function_call", "name": "shell"}},
        {"timestamp": AT, "type": "event_msg", "payload": {"type": "token_count"}},
        item("assistant", "answer"),
    )
    assert said(codex) == BOTH
    assert drafts(codex)[1] == {"instructions of a system": 1, "thinking": 1, "tool calls and their output": 1}
    assert drafts(EXPORTS[0][1])[1]["turns of branches that were left"] == 1


def test_a_subagent_of_codex_is_nobodys_conversation() -> None:
    meta = {**META, "payload": {"id": "c2", "source": {"subagent": "review"}}}
    assert drafts(lines(meta, item("user", "do")))[0] == ()


@pytest.mark.parametrize(
    ("text", "reason", "turns"),
    [
        (lines(claude_code("user", "question")) + '{"type": "assist', "lines that are broken or cut off", 1),
        (lines(claude_code("user", "question")) + "[1]\n", "lines that are no object", 1),
        ('{"broken\n' + lines(META, item("user", "question")), "lines that are broken or cut off", 1),
        (json.dumps([CHATGPT, CHATGPT])[:-40], "JSON that is broken or cut off", 2),
        ('[{"role": "user", "content": "question"}, {"ro', "JSON that is broken or cut off", 1),
        ("[" + "[" * 200_000, "nested too deeply", 0),
        (json.dumps([CHATGPT, {"mapping": {"a": {"parent": "b"}, "b": {"parent": "a"}}, "current_node": "a"}]), "", 2),
        (json.dumps([{"mapping": {"a": 1, "b": None}}, {"chat_messages": [1, None]}, {"requests": [1]}]), "", 0),
        (
            json.dumps({"messages": [{"role": "user", "content": "question"}, {"role": 1}, 7]}),
            "entries that are no turn",
            1,
        ),
    ],
    ids=[
        "cut off",
        "odd",
        "broken head",
        "cut array",
        "cut messages",
        "deep",
        "circle",
        "empty shells",
        "odd messages",
    ],
)
def test_of_a_broken_file_what_is_readable_is_kept(text: str, reason: str, turns: int) -> None:
    assert len(said(text)) == turns
    assert reason in drafts(text)[1] or not reason


@pytest.mark.parametrize("value", [None, "", "soon", 0, -5, 1e300, "9999-01-01", "3000-01-01T00:00:00Z", True, [], "1"])
def test_a_date_that_cannot_be_is_no_date(value: object) -> None:
    (draft,) = drafts(json.dumps([{"role": "user", "content": "q", "timestamp": value}]))[0]
    assert draft.messages[0].at is None


def test_bytes_that_are_no_utf8_spoil_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "größe.jsonl"
    file.write_bytes(
        lines(claude_code("user", "question")).encode()
        + b'{"type":"user","sessionId":"s1","message":{"content":"a\xff"}}\n'
    )
    (draft,) = transcripts.read_file(file, "x", Tally())
    assert [turn.content for turn in draft.messages] == ["question", "a\ufffd"]
    file.write_text("User: größe\nAssistant: ja", encoding="utf-16")
    (draft,) = transcripts.read_file(file, "x", Tally())
    assert draft.messages[0].content == "größe"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty file"),
        (b"  \n\n", "an empty file"),
        (b"\x00\x01\x02 User: x", "a binary file"),
        (b"# Readme\n", transcripts.NOTHING),
        (b'{"version": 1}', transcripts.NOTHING),
        (b'{"a": ', "JSON that is broken or cut off"),
        (b"PK\x03\x04 broken", "an archive that is broken or locked"),
    ],
)
def test_a_file_that_is_no_conversation_is_named_with_the_reason(content: bytes, reason: str, tmp_path: Path) -> None:
    file = tmp_path / "some file.md"
    file.write_bytes(content)
    tally = Tally()
    assert list(transcripts.read_file(file, "some file.md", tally)) == []
    assert {each.reason: each.examples for each in tally.left_out()} == {reason: ("some file.md",)}


def test_an_export_is_read_out_of_its_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        archive.writestr("conversations.json", json.dumps([CHATGPT]))
        archive.writestr("chat.html", "<html>")
    (draft,) = transcripts.read_file(tmp_path / "export.zip", "export.zip", Tally())
    assert (draft.origin, draft.thread) == ("chatgpt", "g1")


def test_a_long_thread_comes_in_stretches_and_is_never_held_whole(tmp_path: Path) -> None:
    output = claude_code("user", [{"type": "tool_result", "content": "x" * 20_000}])
    turn = claude_code("assistant", [{"type": "text", "text": "word " * 2_000}])
    file = tmp_path / "long.jsonl"
    with file.open("w", encoding="utf-8") as stream:
        for _ in range(1_000):
            stream.write(lines(output, turn))
    tracemalloc.start()
    count = sum(len(each.messages) for each in transcripts.read_file(file, "long", Tally()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 1_000
    assert peak < file.stat().st_size / 4


def test_a_line_that_is_not_finished_waits() -> None:
    whole = lines(claude_code("user", "question"), claude_code("assistant", "answer"))
    stream = io.BytesIO(whole[:-20].encode())
    log = transcripts.Lines(stream, Tally(), live=True)
    (draft,) = transcripts.read_log(log, "claude-code", "s1", Tally())
    assert [turn.content for turn in draft.messages] == ["question"]
    rest = io.BytesIO(whole.encode())
    rest.seek(log.offset)
    (draft,) = transcripts.read_log(transcripts.Lines(rest, Tally(), live=True), "claude-code", "s1", Tally())
    assert [turn.content for turn in draft.messages] == ["answer"]


def test_a_folder_with_loops_and_links_is_walked_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.md").write_text("x", encoding="utf-8")
    (tmp_path / "a" / "two.png").write_bytes(b"x")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "a" / "self.md").symlink_to(tmp_path / "a" / "self.md")
    (tmp_path / "a" / "same.md").symlink_to(tmp_path / "a" / "one.md")
    tally = Tally()
    assert [name for _, name in sources.files(tmp_path, transcripts.ENDINGS, tally)] == ["a/one.md"]
    assert {each.reason: each.examples for each in tally.left_out()} == {
        "a link to a folder": ("loop",),
        "another kind of file": ("a/two.png",),
        "a file that can't be read": ("a/self.md",),
    }


@pytest.mark.parametrize(
    "text",
    [
        "<system-reminder>\n" * 50_000,
        "<command-name>a</command-name><command-args>" * 20_000,
        "User: a\nAssistant: b" + "\n---" * 50_000 + "x",
        "User: a\nAssistant: b" + " " * 50_000 + "x" + "\n" * 50_000,
        f"{OURS[:200]}" + "\n## a\n\nb source `x\n\n```markdown\n" * 5_000,
        "## My request for Codex:\n" * 50_000,
        "User: a\nAssistant: b\n" * 5_000,
    ],
    ids=["openings", "commands", "rules", "spaces", "our context cut off", "requests", "many turns"],
)
def test_hostile_text_is_read_in_time(text: str) -> None:
    """The time grows with the length: what takes its square would not end before the test is stopped."""
    assert transcripts.read(text, "name", Tally(), whole=True) is not None
    assert transcripts.strip(text, Tally()) is not None
