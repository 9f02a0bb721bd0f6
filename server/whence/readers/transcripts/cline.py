"""What Cline and Roo Code keep of a task: messages for the eye, and messages for the model, in which tools are written.

The first are objects that say something (`say`) or ask (`ask`), of which most tell what tools do. In the second a tool
is called by an element (`<read_file>`) and answers in the user's turn (`[read_file for 'x'] Result:`); what the
assistant says at its end, or asks, stands in elements too.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from whence.readers.transcripts import boilerplate
from whence.readers.transcripts.turns import Draft, Gathering, mapping, words
from whence.values.tally import Tally

_SAID = {"text": "assistant", "completion_result": "assistant", "user_feedback": "user", "task": "user"}
_ASKED = {"followup": "assistant", "plan_mode_respond": "assistant", "completion_result": "assistant"}
_TOOLS = (
    "execute_command|read_file|write_to_file|replace_in_file|apply_diff|search_files|list_files|use_mcp_tool"
    "|list_code_definition_names|browser_action|access_mcp_resource|new_task|switch_mode|insert_content"
    "|search_and_replace|update_todo_list|fetch_instructions|codebase_search|load_mcp_documentation|web_fetch"
)
_CALL = re.compile(rf"^[ \t]*<({_TOOLS})>.{{0,20000}}?</\1>[ \t]*$", re.M | re.S)
_SPOKEN = re.compile(
    r"<(attempt_completion|ask_followup_question|plan_mode_respond)>.{0,2000}?<(result|question|response)>"
    r"(.{0,20000}?)</\2>.{0,2000}?</\1>",
    re.DOTALL,
)
_RESULT = re.compile(r"\A\[[a-z_]+(?: for [^\n]{0,300})?\] Result:")
_FEEDBACK = re.compile(r"<(feedback|answer|user_message)>(.{0,20000}?)</\1>", re.DOTALL)


def speaker(turn: dict[str, Any]) -> str | None:
    """Whose a message for the eye is, `tool` where it tells what one does; None where it is none."""
    kind = words(turn.get("type"))
    named = turn.get(kind)
    if not isinstance(named, str):
        return None
    return (_SAID if kind == "say" else _ASKED).get(named, "tool")


def say(gathering: Gathering, turn: dict[str, Any], *, first: bool) -> Iterator[Draft]:
    """Take in a message for the eye; the first one is the task that the user has set."""
    role, text = speaker(turn), words(turn.get("text"))
    if turn.get("partial") or not text.strip():
        return
    if first and turn.get("say") == "text":
        role = "user"
    if turn.get("type") == "ask" and role == "assistant":
        text = _question(text)
    yield from gathering.say(role, text, turn.get("ts"))


def _question(text: str) -> str:
    try:
        asked = mapping(json.loads(text))
    except (ValueError, RecursionError):
        return text
    return words(asked.get("question")) or words(asked.get("response")) or text


def without_tools(text: str, tally: Tally) -> str:
    """A turn's words without the calls of tools and without what they answered."""
    if text.count("<") > _MOST:
        return text
    if _RESULT.match(text):
        tally.add(boilerplate.TOOL_OUTPUT)
        return "\n\n".join(each.strip() for _, each in _FEEDBACK.findall(text))
    text, calls = _CALL.subn("", text)
    tally.add(boilerplate.TOOL_OUTPUT, count=calls)
    return _SPOKEN.sub(lambda match: match[3].strip(), text).strip("\n") if "</" in text else text


_MOST = 1000
"""Elements of a turn in which calls are looked for: one that holds more is code."""
