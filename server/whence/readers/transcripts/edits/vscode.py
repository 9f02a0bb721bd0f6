"""Edits out of the chats that VS Code keeps: groups of edits to a file, as its agent and its edit mode write them."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from whence.readers.transcripts.edits import patches
from whence.readers.transcripts.edits.gathering import Gathering
from whence.readers.transcripts.edits.values import Asked, Deed, Edit
from whence.readers.transcripts.exports import VSCODE
from whence.readers.transcripts.turns import items, mapping, moment, words
from whence.values.tally import Tally


def is_chat(value: object) -> bool:
    """Whether a JSON value is a chat of VS Code."""
    return isinstance(mapping(value).get("requests"), list)


def deeds(value: object, name: str, tally: Tally) -> Iterator[Deed]:
    """What was done to files in a chat, in order. The lines that an edit removed don't stand there.

    Args:
        value: the chat.
        name: what stands for its id where it doesn't say.
        tally: told what is left out.
    """
    chat = mapping(value)
    gathering = Gathering(Asked(VSCODE, words(chat.get("sessionId")) or name), tally)
    for request in map(mapping, items(chat.get("requests"))):
        at, id = request.get("timestamp"), words(request.get("requestId"))
        yield from gathering.ask(words(mapping(request.get("message")).get("text")), at, id=id)
        gathering.model = words(request.get("modelId")).removeprefix("copilot/")
        for number, part in enumerate(map(mapping, items(request.get("response")))):
            yield from _part(gathering, part, at, f"{id}.{number}")
        gathering.pass_by(at)
    yield from gathering.end()


def _part(gathering: Gathering, part: dict[str, Any], at: object, id: str) -> Iterator[Deed]:
    if part.get("kind") in (None, "markdownContent"):
        content = part.get("value", part.get("content"))
        yield from gathering.say(words(content) or words(mapping(content).get("value")), at, id)
    elif part.get("kind") in ("textEditGroup", "notebookEditGroup"):
        texts = [words(mapping(edit).get("text")) for group in items(part.get("edits")) for edit in _flat(group)]
        lines = tuple(line for text in texts if text for line in patches.written(text))
        if lines and (path := _path(mapping(part.get("uri")))):
            yield Edit(
                id, gathering.asked, gathering.said, gathering.model, moment(at), "edit", gathering.folder, path, lines
            )


def _flat(group: object) -> list[Any]:
    return group if isinstance(group, list) else [group]


def _path(uri: dict[str, Any]) -> str:
    """The file that an address of VS Code names."""
    if path := words(uri.get("fsPath")):
        return path
    path = words(uri.get("path")) or unquote(urlsplit(words(uri.get("external"))).path)
    return path[1:] if path[2:3] == ":" else path
