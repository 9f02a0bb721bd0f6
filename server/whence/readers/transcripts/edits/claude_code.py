"""Edits out of Claude Code's transcripts: tools, the shell, and what subagents did for the turn that sent them."""

from collections.abc import Container, Iterator
from typing import Any

from whence.readers.transcripts.agents import CLAUDE_CODE
from whence.readers.transcripts.edits import patches
from whence.readers.transcripts.edits.gathering import UNKNOWN, Gathering
from whence.readers.transcripts.edits.values import Asked, Deed
from whence.readers.transcripts.streaming import Lines
from whence.readers.transcripts.turns import items, mapping, words
from whence.values.tally import Tally

_KINDS = frozenset(
    {
        *("user", "assistant", "system", "summary", "progress", "attachment", "file-history-snapshot"),
        *("queue-operation", "custom-title", "ai-title", "last-prompt", "pr-link", "tag", "mode", "permission-mode"),
        *("agent-name", "agent-color", "agent-setting", "worktree-state", "content-replacement", "task-summary"),
    }
)
"""The types of records that are known; of these only turns, results and the progress of subagents tell of edits."""

_NOT_ASKED = ("isMeta", "isCompactSummary", "isVisibleInTranscriptOnly", "isSidechain")


def deeds(
    records: Lines, name: str, tally: Tally, *, left: Container[str] = frozenset(), begun: Asked | None = None
) -> Iterator[Deed]:
    """What was done to files in a transcript, in order.

    Args:
        records: its lines, from the beginning or from where a turn begins.
        name: the file's name without its ending, which is the session's id where a line doesn't say.
        tally: told what is left out.
        left: ids of records on branches that were left (`branches.left`).
        begun: the turn before the one at which reading goes on.
    """
    sessions: dict[str, Gathering] = {}
    if begun:
        sessions[begun.session] = Gathering(begun, tally)
    seen: set[str] = set()
    before = records.offset
    for record in records:
        offset, before = before, records.offset
        kind = record.get("type")
        if kind not in _KINDS:
            tally.add(UNKNOWN, example=words(kind))
            continue
        id = words(record.get("uuid"))
        if id in left or (id and id in seen):
            continue
        seen.add(id)
        session = words(record.get("sessionId")) or name
        if session not in sessions:
            sessions[session] = Gathering(Asked(CLAUDE_CODE, session), tally)
        gathering = sessions[session]
        gathering.folder = words(record.get("cwd")) or gathering.folder
        gathering.branch = words(record.get("gitBranch")) or gathering.branch
        if kind == "progress":
            yield from _by_subagent(gathering, record)
        elif kind == "attachment":
            queued = mapping(record.get("attachment"))
            if queued.get("type") == "queued_command":
                yield from gathering.ask(_text(queued.get("prompt")), record.get("timestamp"), id=id, offset=offset)
        elif kind in ("user", "assistant"):
            yield from _turn(gathering, record, offset)
            gathering.pass_by(record.get("timestamp"))
    for gathering in sessions.values():
        yield from gathering.end()


def _turn(gathering: Gathering, record: dict[str, Any], offset: int) -> Iterator[Deed]:
    message = mapping(record.get("message"))
    content = message.get("content")
    blocks = [mapping(each) for each in items(content)]
    if record.get("type") == "assistant":
        yield from _answer(gathering, message, blocks, record.get("timestamp"), words(record.get("uuid")))
        return
    told = record.get("toolUseResult")
    for block in blocks:
        if block.get("type") == "tool_result":
            yield from _result(gathering, block, told if len(blocks) == 1 else None, record.get("timestamp"))
    if not any(record.get(flag) for flag in _NOT_ASKED):
        yield from gathering.ask(
            _text(content),
            record.get("timestamp"),
            id=words(record.get("uuid")),
            offset=offset,
            leaf=words(record.get("parentUuid")),
        )


def _answer(
    gathering: Gathering, message: dict[str, Any], blocks: list[dict[str, Any]], at: object, id: str
) -> Iterator[Deed]:
    model = words(message.get("model"))
    if model and model != "<synthetic>":
        gathering.model = model
    for block in blocks:
        if block.get("type") == "text":
            yield from gathering.say(words(block.get("text")), at, id)
        elif block.get("type") == "tool_use":
            arguments = mapping(block.get("input"))
            command = words(arguments.get("command")) if block.get("name") in ("Bash", "PowerShell") else ""
            gathering.call(words(block.get("id")), words(block.get("name")), arguments, at, command)


def _result(gathering: Gathering, block: dict[str, Any], told: object, at: object) -> Iterator[Deed]:
    result = mapping(told)
    yield from gathering.result(
        words(block.get("tool_use_id")),
        failed=bool(block.get("is_error")),
        output=words(result.get("stdout")) or _text(block.get("content")),
        told=patches.structured(result.get("structuredPatch")),
        at=at,
        by_hand=result.get("userModified") is True,
    )


def _by_subagent(gathering: Gathering, record: dict[str, Any]) -> Iterator[Deed]:
    """What a subagent does, of which its parent keeps a record as it goes on."""
    data = mapping(record.get("data"))
    if data.get("type") != "agent_progress":
        return
    inner = mapping(data.get("message"))
    message = mapping(inner.get("message"))
    blocks = [mapping(each) for each in items(message.get("content"))]
    if inner.get("type") == "assistant":
        yield from _answer(gathering, message, blocks, inner.get("timestamp"), words(inner.get("uuid")))
    else:
        for block in blocks:
            if block.get("type") == "tool_result":
                yield from _result(gathering, block, inner.get("toolUseResult"), inner.get("timestamp"))


def _text(content: object) -> str:
    """The words of a message's content."""
    if isinstance(content, str):
        return content
    blocks = (mapping(each) for each in items(content))
    return "\n".join(words(block.get("text")) for block in blocks if block.get("type", "text") == "text")
