"""Edits out of the sessions that Gemini CLI keeps, each a JSON object with its messages and what their tools did."""

from collections.abc import Iterator
from typing import Any

from whence.readers.transcripts.edits.gathering import Gathering
from whence.readers.transcripts.edits.values import Asked, Deed
from whence.readers.transcripts.turns import items, mapping, words
from whence.values.tally import Tally

GEMINI = "gemini-cli"


def is_session(value: object) -> bool:
    """Whether a JSON value is a session of Gemini CLI."""
    session = mapping(value)
    return "projectHash" in session and isinstance(session.get("messages"), list)


def deeds(value: object, name: str, tally: Tally, folder: str = "") -> Iterator[Deed]:
    """What was done to files in a session, in order.

    Args:
        value: the session.
        name: what stands for its id where it doesn't say.
        tally: told what is left out.
        folder: the project's, which the session names by a digest only.
    """
    session = mapping(value)
    gathering = Gathering(Asked(GEMINI, words(session.get("sessionId")) or name), tally, folder)
    for message in map(mapping, items(session.get("messages"))):
        at, id = message.get("timestamp"), words(message.get("id"))
        if message.get("type") == "user":
            yield from gathering.ask(_text(message.get("content")), at, id=id)
        elif message.get("type") in ("gemini", "model"):
            gathering.model = words(message.get("model")) or gathering.model
            yield from gathering.say(_text(message.get("content")), at, id)
            for call in map(mapping, items(message.get("toolCalls"))):
                yield from _called(gathering, call, at)
        gathering.pass_by(at)
    yield from gathering.end()


def _called(gathering: Gathering, call: dict[str, Any], at: object) -> Iterator[Deed]:
    id, tool, arguments = words(call.get("id")), words(call.get("name")), mapping(call.get("args"))
    command = words(arguments.get("command")) if tool == "run_shell_command" else ""
    when = call.get("timestamp") or at
    gathering.call(id, tool, arguments, when, command)
    yield from gathering.result(
        id, failed=words(call.get("status")) not in ("success", ""), output=words(call.get("resultDisplay")), at=when
    )


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(words(mapping(each).get("text")) for each in items(content))
