"""Edits out of Codex's transcripts: `apply_patch` as a tool of its own or through the shell, and the shell itself."""

import json
from collections.abc import Iterator
from typing import Any

from whence.readers.transcripts.agents import CODEX
from whence.readers.transcripts.edits.gathering import UNKNOWN, Gathering
from whence.readers.transcripts.edits.values import Asked, Deed
from whence.readers.transcripts.streaming import Lines
from whence.readers.transcripts.turns import items, mapping, words
from whence.values.tally import Tally

_KINDS = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted", "message"})
_BARE = frozenset({"message", "reasoning", "function_call", "function_call_output", "local_shell_call"})
"""Items of the oldest versions, which stand there by themselves."""

_SHELLS = frozenset({"bash", "sh", "zsh", "pwsh", "powershell", "cmd"})


def deeds(records: Lines, name: str, tally: Tally, *, begun: Asked | None = None) -> Iterator[Deed]:
    """What was done to files in a transcript, in order.

    Args:
        records: its lines, from the beginning or from where a turn begins.
        name: the file's name without its ending, which stands for the session's id where no line says.
        tally: told what is left out.
        begun: the turn before the one at which reading goes on.
    """
    gathering = Gathering(begun or Asked(CODEX, name), tally)
    known = begun is not None
    before = records.offset
    for record in records:
        offset, before = before, records.offset
        outer = words(record.get("type"))
        payload = mapping(record.get("payload")) if outer not in _BARE else record
        at = record.get("timestamp")
        if outer == "session_meta" or (not outer and "instructions" in record):
            meta = payload or record
            if not known:  # a session that was forked repeats the line of the one it comes from
                gathering.asked, known = Asked(CODEX, words(meta.get("id")) or name), True
            gathering.folder = words(meta.get("cwd")) or gathering.folder
            gathering.branch = words(mapping(meta.get("git")).get("branch")) or gathering.branch
        elif outer == "turn_context":
            gathering.folder = words(payload.get("cwd")) or gathering.folder
            gathering.model = words(payload.get("model")) or gathering.model
        elif outer == "response_item" or outer in _BARE:
            yield from _item(gathering, payload, at, offset)
        elif outer not in _KINDS and record.get("record_type") != "state":
            tally.add(UNKNOWN, example=outer)
        gathering.pass_by(at)
    yield from gathering.end()


def _item(gathering: Gathering, item: dict[str, Any], at: object, offset: int) -> Iterator[Deed]:
    kind, id = words(item.get("type")), words(item.get("call_id") or item.get("id"))
    if kind == "message":
        text = "\n".join(words(mapping(each).get("text")) for each in items(item.get("content")))
        if item.get("role") == "user":
            yield from gathering.ask(text, at, offset=offset)
        elif item.get("role") == "assistant":
            yield from gathering.say(text, at, id)
    elif kind == "custom_tool_call":
        gathering.call(id, words(item.get("name")), {"input": item.get("input")}, at)
    elif kind == "function_call":
        _called(gathering, id, words(item.get("name")), words(item.get("arguments")), at)
    elif kind == "local_shell_call":
        _called(gathering, id, "shell", json.dumps(mapping(item.get("action"))), at)
    elif kind in ("function_call_output", "custom_tool_call_output"):
        output, failed = _output(item.get("output"))
        yield from gathering.result(id, failed=failed, output=output, at=at)


def _called(gathering: Gathering, id: str, name: str, arguments: str, at: object) -> None:
    try:
        said = mapping(json.loads(arguments))
    except (ValueError, RecursionError):
        said = {"input": arguments}
    folder = words(said.get("workdir") or said.get("working_directory"))
    command = said.get("command", said.get("cmd"))
    parts = [words(each) for each in items(command)]
    before, gathering.folder = gathering.folder, folder or gathering.folder
    if parts[:1] == ["apply_patch"] and len(parts) > 1:
        gathering.call(id, "apply_patch", {"input": parts[1]}, at)
    elif parts:
        program = parts[0].rsplit("/", 1)[-1].removesuffix(".exe")
        gathering.call(
            id, name, {}, at, command=parts[-1] if program in _SHELLS and len(parts) > 1 else " ".join(parts)
        )
    elif isinstance(command, str) and command:
        gathering.call(id, name, {}, at, command=command)
    else:
        gathering.call(id, name, said, at)
    gathering.folder = before


def _output(output: object) -> tuple[str, bool]:
    """What a call printed, and whether it failed."""
    text = words(output) or words(mapping(output).get("content"))
    success = mapping(output).get("success")
    try:
        told = mapping(json.loads(text)) if text.startswith("{") else {}
    except (ValueError, RecursionError):
        told = {}
    code = mapping(told.get("metadata")).get("exit_code")
    if code is None and "exited with code " in text[:400]:
        code = 0 if "exited with code 0" in text[:400] else 1
    if code is None and text.startswith("Exit code: "):
        code = 0 if text.startswith("Exit code: 0") else 1
    refused = text.startswith(("apply_patch verification failed", "failed to", "execution error", "patch rejected"))
    return words(told.get("output")) or text, success is False or refused or code not in (None, 0)
