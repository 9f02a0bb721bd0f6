"""Conversations in JSON that a website, an editor or a program wrote: ChatGPT, Claude, VS Code, lists of messages."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from whence.readers.transcripts import boilerplate, cline
from whence.readers.transcripts.turns import (
    LEFT,
    TWICE,
    UNDONE,
    Draft,
    Gathering,
    items,
    mapping,
    moment,
    role_of,
    spoken,
    words,
)
from whence.readers.transcripts.wrapped import CONTENTS, SPEAKERS, TIMES, flat, unwrapped
from whence.values.tally import Tally

CHATGPT = "chatgpt"
CLAUDE = "claude"
VSCODE = "vscode"

_SHOWN = frozenset({"text", "multimodal_text", ""})
_CITATION = re.compile("\ue200[^\ue201\n]*\ue201")
_PENDING = frozenset({0, 4})
"""States of VS Code's answers that are not finished: pending, and waiting for the user."""


def conversations(value: object, name: str, tally: Tally, *, live: bool = False) -> Iterator[Draft] | None:
    """The conversations in a JSON value; None where it is not one that a known tool writes.

    Args:
        value: an object, or an array of messages.
        name: where it comes from, for formats that don't say.
        tally: told what is left out.
        live: whether the tool may still be writing its last answer, which then waits.
    """
    match value:
        case {"mapping": dict()}:
            return _chatgpt(mapping(value), tally)
        case {"chat_messages": list()}:
            return _claude(mapping(value), tally)
        case {"requests": list()}:
            return _vscode(mapping(value), tally, live=live)
        case {"chat": dict(chat)}:
            about = {key: value[key] for key in ("id", "title") if key in value} if isinstance(value, dict) else {}
            return conversations({**chat, **about}, name, tally, live=live)
        case {"history": list(turns)} if any(map(is_turn, turns)):
            return _messages(turns, mapping(value), name, tally)
        case {"tabs": list(chats)} | {"allComposers": list(chats)} if any(map(mapping, chats)):
            return _all(chats, name, tally)
        case {"bubbles": list(turns)} | {"conversation": list(turns)} if any(map(is_turn, turns)):
            return _messages(turns, mapping(value), name, tally)
        case {"messages": list(turns)} | {"conversations": list(turns)} if any(map(is_turn, turns)):
            return _messages(flat(turns), mapping(value), name, tally)
        case list() if value and all(map(is_turn, value[:5])):
            return _messages(value, {}, name, tally)
        case {"conversations": list(chats)} | {"chats": list(chats)} | {"data": {"chats": list(chats)}}:
            return _all(chats, name, tally)
    return None


def _all(values: list[Any], name: str, tally: Tally) -> Iterator[Draft] | None:
    """The conversations in several values; None where none of them is one."""
    found = [drafts for each in values if (drafts := conversations(each, name, tally)) is not None]
    return (draft for drafts in found for draft in drafts) if found else None


def is_turn(value: object) -> bool:
    """Whether an object is one message of a list of messages."""
    turn = unwrapped(mapping(value))
    return _speaker(turn) is not None and bool(set(CONTENTS) & turn.keys())


def _speaker(turn: dict[str, Any]) -> str | None:
    """Whose message it is; editors say it in numbers too, or in an event's name such as `user.message`."""
    if isinstance(turn.get("type"), int) and {"bubbleId", "rawText"} & turn.keys():
        return {1: "user", 2: "assistant"}.get(turn["type"])
    if words(turn.get("type")) in ("say", "ask"):
        return cline.speaker(turn)
    if isinstance(turn.get("isCreatedByUser"), bool):
        return "user" if turn["isCreatedByUser"] else "assistant"
    return next((role for key in SPEAKERS if (role := _role(turn, key))), None)


def _role(turn: dict[str, Any], key: str) -> str | None:
    said = turn.get(key)
    if key == "type" and isinstance(said, str):
        said = said.removesuffix(".message")
    return role_of(mapping(said).get("role") if isinstance(said, dict) else said)


# ---------------------------------------------------------------- ChatGPT


def _chatgpt(value: dict[str, Any], tally: Tally) -> Iterator[Draft]:
    nodes = {id: mapping(node) for id, node in value["mapping"].items()}
    branch = _branch(nodes, words(value.get("current_node")))
    others = [id for id in nodes.keys() - set(branch) if _author(nodes[id]) in ("user", "assistant")]
    tally.add(LEFT, count=len(others))
    gathering = Gathering(
        CHATGPT,
        tally,
        words(value.get("conversation_id") or value.get("id")),
        words(value.get("title")),
        moment(value.get("create_time")),
    )
    for id in branch:
        message = mapping(nodes[id].get("message"))
        content = mapping(message.get("content"))
        kind = words(content.get("content_type"))
        if not message:
            continue
        if mapping(message.get("metadata")).get("is_visually_hidden_from_conversation"):
            tally.add(boilerplate.BOILERPLATE)
        elif kind in ("thoughts", "reasoning_recap"):
            tally.add(boilerplate.THINKING)
        elif kind not in _SHOWN or message.get("recipient") not in ("all", "", None):
            tally.add("instructions of a system" if "context" in kind else boilerplate.TOOL_OUTPUT)
        else:
            parts = items(content.get("parts")) or [words(content.get("text"))]
            text = "\n\n".join(part for part in (_part(each, tally) for each in parts) if part)
            text = _CITATION.sub("", text)
            yield from gathering.say(_author(nodes[id]), text, message.get("create_time"))
    yield from gathering.end()


def _author(node: dict[str, Any]) -> str:
    return words(mapping(mapping(node.get("message")).get("author")).get("role"))


def _branch(nodes: dict[str, dict[str, Any]], leaf: str) -> list[str]:
    """The nodes from the root to the leaf that is shown, or to the newest leaf where none is named."""
    if leaf not in nodes:
        leaves = [id for id, node in nodes.items() if not items(node.get("children"))]
        leaf = max(leaves, key=lambda id: _number(mapping(nodes[id].get("message")).get("create_time")), default="")
    seen: dict[str, None] = {}
    while leaf in nodes and leaf not in seen:  # a broken export may run in a circle
        seen[leaf] = None
        leaf = words(nodes[leaf].get("parent"))
    return list(seen)[::-1]


def _number(value: object) -> float:
    try:
        return float(value) if isinstance(value, int | float) else 0.0
    except OverflowError:  # JSON knows whole numbers of any length
        return 0.0


def _part(part: object, tally: Tally) -> str:
    if isinstance(part, str):
        return part
    if text := words(mapping(part).get("text")):
        return text  # what was spoken, as it was understood
    tally.add("pictures and files")
    return ""


# ---------------------------------------------------------------- Claude


def _claude(value: dict[str, Any], tally: Tally) -> Iterator[Draft]:
    turns = [mapping(each) for each in value["chat_messages"]]
    nodes = {words(each.get("uuid")): {"parent": each.get("parent_message_uuid"), "turn": each} for each in turns}
    leaf = words(value.get("current_leaf_message_uuid"))
    if not leaf and any(words(each.get("parent_message_uuid")) in nodes for each in turns):
        leaf = words(turns[-1].get("uuid"))  # what was said last is on the branch that is shown
    if leaf and (branch := _branch(nodes, leaf)):
        tally.add(LEFT, count=len(turns) - len(branch))
        turns = [mapping(nodes[id]["turn"]) for id in branch]
    gathering = Gathering(
        CLAUDE, tally, words(value.get("uuid")), words(value.get("name")), moment(value.get("created_at"))
    )
    for turn in turns:
        tally.add("pictures and files", count=len(items(turn.get("attachments"))) + len(items(turn.get("files"))))
        text = spoken(turn.get("content"), tally) or words(turn.get("text"))
        yield from gathering.say(turn.get("sender"), text, turn.get("created_at"))
    yield from gathering.end()


# ---------------------------------------------------------------- VS Code


def _vscode(value: dict[str, Any], tally: Tally, *, live: bool) -> Iterator[Draft]:
    requests = [mapping(each) for each in value["requests"]]
    first = words(requests[0].get("requestId")) if requests else ""
    gathering = Gathering(
        VSCODE,
        tally,
        words(value.get("sessionId")) or first,
        words(value.get("customTitle") or value.get("computedTitle")),
        moment(value.get("creationDate")),
    )
    for request in requests:
        asked = request.get("message")
        text = asked if isinstance(asked, str) else words(mapping(asked).get("text"))
        at = request.get("timestamp")
        if request.get("shouldBeRemovedOnSend") or request.get("isHidden"):
            tally.add(UNDONE)
            continue
        yield from gathering.say("user", text, at)
        state = mapping(request.get("modelState")).get("value")
        if live and request is requests[-1] and (state in _PENDING or (state is None and not request.get("result"))):
            break  # still being written
        yield from gathering.say("assistant", _answer(items(request.get("response")), tally), at)
    yield from gathering.end()


def _answer(parts: Iterable[object], tally: Tally) -> str:
    """The text of an answer; names that it refers to stand in the middle of its sentences."""
    said: list[str] = []
    for part in parts:
        each = mapping(part)
        kind = words(each.get("kind"))
        if kind in ("", "markdownContent", "markdownVuln"):
            content = each.get("content", each)
            said.append(content if isinstance(content, str) else words(mapping(content).get("value")))
        elif kind == "inlineReference":
            said.append(_reference(each))
        elif kind == "thinking":
            tally.add(boilerplate.THINKING)
        elif "tool" in kind.lower() or kind.endswith("EditGroup"):
            tally.add(boilerplate.TOOL_OUTPUT)
    return "".join(said)


def _reference(part: dict[str, Any]) -> str:
    target = mapping(part.get("inlineReference"))
    place = mapping(target.get("location") or (target if target.get("uri") else None))
    path = words(mapping(place.get("uri")).get("path") or target.get("path"))
    name = words(part.get("name") or target.get("name")) or path.rsplit("/", 1)[-1]
    return f"`{name}`" if name else ""


# ---------------------------------------------------------------- lists of messages


def _messages(turns: list[Any], value: dict[str, Any], name: str, tally: Tally) -> Iterator[Draft]:
    named = next((words(value.get(key)) for key in _THREADS if words(value.get(key))), "")
    gathering = Gathering(name, tally, named, words(value.get("title") or value.get("name") or value.get("chatTitle")))
    known: set[str] = set()
    shown = _shown(turns, value)
    tally.add(LEFT, count=len(turns) - len(shown))
    for number, each in enumerate(shown):
        if (id := words(mapping(each).get("id"))) and id in known and is_turn(each):
            tally.add(TWICE)
            continue
        known.add(id)
        yield from say(gathering, each, first=number == 0)
    yield from gathering.end()


def _shown(turns: list[Any], value: dict[str, Any]) -> list[Any]:
    """The messages on the branch that is shown, where each says which one it follows; otherwise all of them."""
    ids = [next((words(mapping(each).get(key)) for key in _IDS if mapping(each).get(key)), "") for each in turns]
    parents = [
        next((words(mapping(each).get(key)) for key in _PARENTS if mapping(each).get(key)), "") for each in turns
    ]
    nodes = {id: {"parent": parent, "turn": each} for id, parent, each in zip(ids, parents, turns, strict=True)}
    told = [parent for parent in parents if parent in nodes]
    if "" in nodes or len(nodes) < len(turns) or len(told) < len(turns) - 1 or len(set(told)) == len(told):
        return turns  # not all of them say it, or there is no fork
    named = next(
        (words(value.get(key)) for key in ("currentId", "currentMessageId", "current_node") if value.get(key)), ""
    )
    return [nodes[id]["turn"] for id in _branch(nodes, named or ids[-1])]


_IDS = ("id", "uuid", "messageId", "message_id")
_PARENTS = ("parentId", "parent_id", "parentUuid", "parentMessageId", "parent_message_id", "parent")
_THREADS = ("id", "conversation_id", "thread", "sessionId", "session_id", "tabId", "composerId")


def say(gathering: Gathering, value: object, *, first: bool = False) -> Iterator[Draft]:
    """Take in one message of a list of messages.

    Args:
        gathering: the conversation.
        value: the message.
        first: whether it is the first one of it.
    """
    turn = unwrapped(mapping(value))
    if words(turn.get("type")) in ("say", "ask"):
        yield from cline.say(gathering, turn, first=first)
        return
    role = _speaker(turn)
    if role is None:
        gathering.tally.add("entries that are no turn")
        return
    if any(turn.get(key) for key in ("tool_calls", "function_call", "toolCalls", "toolRequests")):
        gathering.tally.add(boilerplate.TOOL_OUTPUT)
    content = next((turn[key] for key in CONTENTS if turn.get(key)), "")
    text = spoken(content, gathering.tally) if role in ("user", "assistant") else ""
    text = cline.without_tools(text, gathering.tally) if "<" in text or "Result:" in text else text
    if text or role not in ("user", "assistant"):
        at = next((turn[key] for key in TIMES if turn.get(key)), None)
        yield from gathering.say(role, text, at, words(turn.get("name")))
