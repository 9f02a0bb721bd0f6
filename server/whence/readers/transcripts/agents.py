"""Transcripts that coding assistants append to while they work: Claude Code's and Codex's, a JSON object a line."""

import hashlib
import json
from collections import deque
from collections.abc import Container, Iterable, Iterator
from typing import Any

from whence.readers.transcripts import boilerplate
from whence.readers.transcripts.turns import LEFT, TWICE, Draft, Gathering, mapping, spoken, words
from whence.values.tally import Tally

CLAUDE_CODE = "claude-code"
CODEX = "codex"

_NOT_SAID = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly", "isApiErrorMessage")
_SUBAGENT = "the work of subagents"
_NEAR = 8
"""Records within which Codex writes a turn a second time, as an item of the model and as an event for the eye."""

_CODEX_TYPES = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted"})
_CODEX_SPEAKERS = {"user_message": "user", "agent_message": "assistant"}


def is_claude_code(record: dict[str, Any]) -> bool:
    """Whether a line is one of Claude Code's."""
    if {"sessionId", "parentUuid", "leafUuid"} & record.keys():
        return isinstance(record.get("type"), str)
    return record.get("type") in ("user", "assistant") and bool(mapping(record.get("message")))


def is_codex(record: dict[str, Any]) -> bool:
    """Whether a line is one of Codex's, of which the oldest versions wrote bare items."""
    if words(record.get("type")) in _CODEX_TYPES:
        return isinstance(record.get("payload"), dict)
    bare = record.get("type") == "message" and "role" in record
    return bare or {"id", "timestamp", "instructions"} <= record.keys()


def is_subagent(meta: dict[str, Any]) -> bool:
    """Whether the first line of a Codex transcript says that another session started this one."""
    return "subagent" in mapping(meta.get("source"))


def claude_code(
    records: Iterable[dict[str, Any]], name: str, tally: Tally, left: Container[str] = frozenset()
) -> Iterator[Draft]:
    """The conversations of a Claude Code transcript, each record once.

    Args:
        records: its lines.
        name: the file's name without its ending, which is the session's id where a line doesn't say.
        tally: told what is left out.
        left: ids of records on branches that were left (`branches.left`).
    """
    gathering = Gathering(CLAUDE_CODE, tally)
    known = _Known()
    for record in records:
        kind = record.get("type")
        if title := words(record.get("customTitle") or record.get("aiTitle") or record.get("summary")):
            gathering.title = title
            continue
        queued = mapping(record.get("attachment"))
        if kind == "attachment" and queued.get("type") == "queued_command":
            kind, message = "user", {"content": queued.get("prompt")}  # typed while the assistant was at work
        else:
            message = mapping(record.get("message"))
            message = {**message, "content": message.get("content") or message.get("parts")}
        if kind not in ("user", "assistant"):
            continue
        if record.get("isSidechain"):
            tally.add(_SUBAGENT)
        elif record.get("uuid") in left:
            tally.add(LEFT, count=bool(spoken(message.get("content"), Tally())))
        elif known.again(record):
            tally.add(TWICE, count=bool(spoken(message.get("content"), Tally())))
        elif any(record.get(flag) for flag in _NOT_SAID):
            tally.add(boilerplate.BOILERPLATE)
        else:
            title = gathering.title if not gathering.thread else ""
            yield from gathering.go_on(words(record.get("sessionId")) or name)
            gathering.title = gathering.title or title
            if text := spoken(message.get("content"), tally):
                yield from gathering.say(kind, text, record.get("timestamp"))
    yield from gathering.end()


class _Known:
    """Records that were met: one that goes on under another id has copies of them, with the same ids or new ones."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._told: dict[bytes, str] = {}

    def again(self, record: dict[str, Any]) -> bool:
        """Whether a record was met before: its id, or in another session its words at the same moment."""
        id, at = words(record.get("uuid")), words(record.get("timestamp"))
        if id and id in self._ids:
            return True
        self._ids.add(id)
        if not id or not at:
            return False
        said = json.dumps([record.get("type"), at, record.get("message")], sort_keys=True)
        session = words(record.get("sessionId"))
        first = self._told.setdefault(hashlib.blake2b(said.encode(), digest_size=12).digest(), session)
        return first != session


def codex(records: Iterable[dict[str, Any]], name: str, tally: Tally, thread: str = "") -> Iterator[Draft]:
    """The conversation of a Codex transcript.

    Args:
        records: its lines.
        name: the file's name without its ending, which stands for the session's id where no line says.
        tally: told what is left out.
        thread: the session's id, where the line that says it is not among these.
    """
    gathering = Gathering(CODEX, tally, thread)
    recent: deque[tuple[str, str, str]] = deque(maxlen=_NEAR)
    for record in _once(records, tally):
        outer = words(record.get("type"))
        payload = mapping(record.get("payload")) if outer in _CODEX_TYPES else record
        kind = words(payload.get("type"))
        if outer == "session_meta" or (not kind and "instructions" in payload):
            if gathering.thread:
                continue  # a session that was forked repeats the line of the one it comes from: the first one counts
            if is_subagent(payload):
                tally.add(_SUBAGENT)
                return
            yield from gathering.go_on(words(payload.get("id")) or name)
        elif outer == "event_msg" and kind in _CODEX_SPEAKERS:
            role, text = _CODEX_SPEAKERS[kind], words(payload.get("message"))
            if not _twin(recent, "item", role, text):
                yield from gathering.go_on(gathering.thread or name)
                yield from gathering.say(role, text, record.get("timestamp"))
                recent.append(("event", role, boilerplate.strip(text, Tally())))
        elif outer == "event_msg" and kind == "thread_rolled_back":
            gone = payload.get("num_turns")
            gathering.unsay(gone if isinstance(gone, int) else 1)
        elif outer == "event_msg":
            continue  # for the eye of whoever watched: everything of it that was said comes as an item too
        elif kind == "message":
            role, text = words(payload.get("role")), spoken(payload.get("content"), tally)
            if text and not _twin(recent, "event", role, text):
                yield from gathering.go_on(gathering.thread or name)
                yield from gathering.say(role, text, record.get("timestamp"))
                recent.append(("item", role, text))
        elif kind == "reasoning":
            tally.add(boilerplate.THINKING)
        elif kind:
            tally.add(boilerplate.TOOL_OUTPUT)
        elif outer == "compacted":
            tally.add(boilerplate.BOILERPLATE)
    yield from gathering.end()


def _once(records: Iterable[dict[str, Any]], tally: Tally) -> Iterator[dict[str, Any]]:
    """The records, each once from where the first one comes again, as in a transcript copied behind itself."""
    told: set[bytes] = set()
    copied = False
    for record in records:
        kind = words(record.get("type"))
        digest = hashlib.blake2b(json.dumps(record, sort_keys=True).encode("utf-8", "replace"), digest_size=12).digest()
        copied = copied or (kind == "session_meta" and digest in told)
        if copied and digest in told:
            tally.add(TWICE, count=kind in ("response_item", "event_msg"))
            continue
        told.add(digest)
        yield record


def _twin(recent: deque[tuple[str, str, str]], form: str, role: str, text: str) -> bool:
    """Whether the turn was just told in the other form; each telling answers for one."""
    said = (form, role, boilerplate.strip(text, Tally()))
    if said in recent:
        recent.remove(said)
        return True
    return False
