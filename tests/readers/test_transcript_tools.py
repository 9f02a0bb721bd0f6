"""What further tools write down of their conversations: aider, Cline, Gemini CLI, Continue, Copilot, Cursor."""

import json

import pytest

from tests.readers.test_transcripts import BOTH, drafts, lines, said

AIDER = """
# aider chat started at 2026-01-02 10:00:00

> Aider v1
> Git repo: .git with 3 files·

#### /add cart.py·

> Added cart.py to the chat·

#### Which tariff applies?·
#### Only at night.·

The nightly one.

#### A heading of the answer

> quoted by the answer

```python
#### no words of anybody·
```

> Tokens: 2.1k sent, 20 received.·

#### /ask and on Sundays?·

#### /run pytest·

> 3 passed·

#### <blank>·

#### /srv/shop is the folder·

cart.py
```python
<<<<<<< SEARCH
x = 1.0
=======
x = 100
>>>>>>> REPLACE
```

# aider chat started at 2026-01-03 11:00:00

#### Hello·

Hello.
"""


def test_aiders_history_is_read_chat_by_chat() -> None:
    found, tally = drafts(AIDER.replace("·", "  "))
    assert [(each.origin, each.thread) for each in found] == [
        ("aider", "2026-01-02 10:00:00"),
        ("aider", "2026-01-03 11:00:00"),
    ]
    turns = [(turn.role, turn.content.split("\n")[0]) for turn in found[0].messages]
    assert turns == [
        ("user", "Which tariff applies?"),
        ("assistant", "The nightly one."),
        ("user", "and on Sundays?"),
        ("user", "/srv/shop is the folder"),
        ("assistant", "cart.py"),
    ]
    assert found[0].messages[0].content == "Which tariff applies?\nOnly at night."
    answer = found[0].messages[1].content
    assert "#### A heading of the answer" in answer
    assert "> quoted" in answer
    assert "no words of anybody" in answer
    assert ">>>>>>> REPLACE" in found[0].messages[4].content
    assert str(found[0].messages[0].at) == "2026-01-02 10:00:00+00:00"
    assert tally["boilerplate of a tool"] == 2


def test_aiders_history_copied_behind_itself_is_read_once_and_a_broken_block_ends_with_its_answer() -> None:
    chat = "# aider chat started at 2026-01-02 10:00:00\n\n#### Write it·\n\n```python\nx = (\n\n"
    chat += "> Tokens: 2.1k sent, 20 received.·\n\n#### Go on·\n\nDone.\n\n"
    text = (chat * 2).replace("·", "  ")
    assert [role for role, _ in said(text)] == ["user", "assistant"] * 2
    assert said(text)[2:] == [("user", "Go on"), ("assistant", "Done.")]
    assert len(drafts(text)[0]) == 1


def test_a_transcript_of_codex_copied_behind_itself_is_read_once() -> None:
    record = {"timestamp": "2026-01-02T10:00:00Z", "type": "response_item"}
    turn = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Which tariff?"}]}
    meta = {**record, "type": "session_meta", "payload": {"id": "s1"}}
    later = {**record, "timestamp": "2026-01-02T10:09:00Z", "payload": turn}
    assert said(lines(*[meta, {**record, "payload": turn}] * 2, later)) == [("user", "Which tariff?")] * 2


def test_aiders_history_without_spaces_at_line_ends_is_read_too() -> None:
    bare = "# aider chat started at 2026-01-02 10:00:00\n\n> Aider\n\n#### question\n\nanswer\n\n> Tokens: 2\n"
    assert said(bare) == BOTH
    assert said(bare.replace("\n", "\r\n")) == BOTH


EYE = [
    {"ts": 1767323045000, "type": "say", "say": "text", "text": "question"},
    {"ts": 1767323045001, "type": "say", "say": "api_req_started", "text": "{}"},
    {"ts": 1767323045002, "type": "say", "say": "reasoning", "text": "hm"},
    {"ts": 1767323045003, "type": "say", "say": "text", "text": "answ", "partial": True},
    {"ts": 1767323045003, "type": "say", "say": "text", "text": "answer"},
    {"ts": 1767323045004, "type": "ask", "ask": "tool", "text": "{}"},
    {"ts": 1767323045005, "type": "ask", "ask": "followup", "text": json.dumps({"question": "which?", "options": []})},
    {"ts": 1767323045006, "type": "say", "say": "user_feedback", "text": "that"},
    {"ts": 1767323045007, "type": "say", "say": "completion_result", "text": "done"},
]
MODEL = [
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "<task>\nquestion\n</task>"},
            {"type": "text", "text": "<environment_details>\nfiles\n</environment_details>"},
        ],
    },
    {"role": "assistant", "content": [{"type": "text", "text": "answer\n<read_file>\n<path>a</path>\n</read_file>"}]},
    {"role": "user", "content": [{"type": "text", "text": "[read_file for 'a'] Result:\n\nx = 1"}]},
    {
        "role": "assistant",
        "content": "<ask_followup_question>\n<question>which?</question>\n</ask_followup_question>",
    },
    {"role": "user", "content": "[ask_followup_question for 'which?'] Result:\n\n<answer>\nthat\n</answer>"},
    {"role": "assistant", "content": "<attempt_completion>\n<result>\ndone\n</result>\n</attempt_completion>"},
]
TASK = [*BOTH, ("assistant", "which?"), ("user", "that"), ("assistant", "done")]


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        (json.dumps(EYE), TASK),
        (json.dumps(MODEL), TASK),
        (
            json.dumps(
                {
                    "sessionId": "g1",
                    "messages": [
                        {"id": "1", "type": "user", "content": "question", "timestamp": "2026-01-02T03:04:05Z"},
                        {"id": "2", "type": "info", "content": "update there"},
                        {"id": "3", "type": "gemini", "content": "answer", "thoughts": [{"subject": "x"}]},
                        {"id": "3", "type": "gemini", "content": "answer", "toolCalls": [{"name": "x"}]},
                    ],
                }
            ),
            BOTH,
        ),
        (
            json.dumps(
                [{"role": "user", "parts": [{"text": "question"}]}, {"role": "model", "parts": [{"text": "answer"}]}]
            ),
            BOTH,
        ),
        (
            json.dumps(
                {
                    "sessionId": "c1",
                    "title": "named",
                    "history": [
                        {"message": {"role": "user", "content": "question"}, "contextItems": []},
                        {"message": {"role": "assistant", "content": "answer"}, "contextItems": []},
                    ],
                }
            ),
            BOTH,
        ),
        (
            lines(
                {"type": "session.start", "data": {"sessionId": "p1"}},
                {"type": "user.message", "data": {"content": "question"}, "timestamp": "2026-01-02T03:04:05Z"},
                {"type": "tool.execution_start", "data": {"toolName": "x"}},
                {"type": "assistant.message", "data": {"content": "answer", "toolRequests": []}},
            ),
            BOTH,
        ),
        (
            json.dumps(
                {
                    "composerId": "k1",
                    "conversation": [
                        {"type": 1, "bubbleId": "1", "text": "question"},
                        {"type": 2, "bubbleId": "2", "text": ""},
                        {"type": 2, "bubbleId": "3", "text": "answer"},
                    ],
                }
            ),
            BOTH,
        ),
        (
            json.dumps(
                {
                    "tabs": [
                        {
                            "tabId": "t1",
                            "bubbles": [{"type": "user", "text": "question"}, {"type": "ai", "text": "answer"}],
                        }
                    ]
                }
            ),
            BOTH,
        ),
        ("_**User**_\n\nquestion\n\n---\n\n_**Cursor**_\n\nanswer\n", BOTH),
    ],
    ids=[
        "Cline, for the eye",
        "Cline, for the model",
        "Gemini CLI",
        "a checkpoint of Gemini CLI",
        "Continue",
        "Copilot's command line",
        "a composer of Cursor",
        "tabs of Cursor",
        "an export of Cursor",
    ],
)
def test_the_conversations_of_further_tools_are_read(text: str, turns: list[tuple[str, str]]) -> None:
    assert said(text) == turns


TREE = [
    {
        "messageId": "1",
        "isCreatedByUser": True,
        "text": "question",
        "children": [
            {"messageId": "2", "parentMessageId": "1", "isCreatedByUser": False, "text": "left", "children": []},
            {"messageId": "3", "parentMessageId": "1", "isCreatedByUser": False, "text": "answer", "children": []},
        ],
    }
]
VERSIONS = [
    {"versions": [{"role": "user", "content": [{"type": "text", "text": "question"}]}], "currentlySelected": 0},
    {
        "versions": [
            {"role": "assistant", "steps": [{"content": [{"type": "text", "text": "left"}]}]},
            {"role": "assistant", "steps": [{"content": [{"type": "text", "text": "answer"}]}]},
        ],
        "currentlySelected": 1,
    },
]
PARTS = [
    {"info": {"role": "user"}, "parts": [{"type": "text", "text": "question"}, {"text": "read x", "synthetic": True}]},
    {"info": {"role": "assistant"}, "parts": [{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "answer"}]},
]
TAGGED = [
    {"User": {"content": [{"Text": "question"}, {"Mention": {"content": "x"}}]}},
    {"Agent": {"content": [{"Thinking": {"text": "hm"}}, {"Text": "answer"}, {"ToolUse": {"name": "x"}}]}},
]


@pytest.mark.parametrize(
    "value",
    [
        {"conversationId": "l", "messages": TREE},
        {"name": "named", "messages": VERSIONS},
        {"info": {"id": "o"}, "messages": PARTS},
        {"title": "named", "messages": TAGGED},
        {"data": {"chats": [{"messages": [{"role": role, "content": content} for role, content in BOTH]}]}},
    ],
    ids=["answers inside of what they answer", "versions", "told beside its parts", "named by the speaker", "chats"],
)
def test_a_message_is_read_however_a_tool_wraps_it(value: object) -> None:
    assert said(json.dumps(value)) == BOTH


def test_records_of_claude_codes_kind_may_hold_parts() -> None:
    records = [
        {"uuid": "1", "sessionId": "q", "type": "user", "message": {"role": "user", "parts": [{"text": "question"}]}},
        {
            "uuid": "2",
            "sessionId": "q",
            "type": "assistant",
            "message": {"role": "model", "parts": [{"text": "hm", "thought": True}, {"text": "answer"}]},
        },
    ]
    assert said(lines(*records)) == BOTH


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("_**User (2026-01-02 03:04:05Z)**_\n\n", "_**Agent (model x-5, mode Agent)**_\n\n"),
        ("Benutzer: ", "Assistent: "),
        ("Du hast gesagt:\n", "ChatGPT hat gesagt:\n"),
        ("Vous avez dit :\n", "ChatGPT a dit :\n"),
        ("Usuario: ", "Asistente: "),
        ("用户：", "助手："),
        ("ユーザー: ", "アシスタント: "),
    ],
)
def test_speakers_are_known_in_other_words(asked: str, answered: str) -> None:
    assert said(f"{asked}question\n\n{answered}answer\n") == BOTH
