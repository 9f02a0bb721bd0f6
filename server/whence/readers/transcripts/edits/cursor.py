"""Edits out of the chats that Cursor keeps: SQLite files of keys and values, one a workspace and one for all of them.

The workspaces' own, and `composer.composerHeaders` of the common one, name the chats of a workspace. Of each, the
common one holds `composerData:<chat>`, which lists its messages in order, and `bubbleId:<chat>:<message>`. Both also
hold what is secret: nothing is asked of them but these keys.
"""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from whence.readers.transcripts.edits.gathering import Gathering
from whence.readers.transcripts.edits.patches import Marked
from whence.readers.transcripts.edits.values import Asked, Deed
from whence.readers.transcripts.turns import items, mapping, words
from whence.values.tally import Tally

CURSOR = "cursor"

STATE = "state.vscdb"
"""How each of the files is called."""

_LARGEST = 16 << 20
"""Bytes of a value that are read; larger ones hold pictures or whole files."""

_BUSY_SECONDS = 1.0
_USER = 1
_FAILED = frozenset({"error", "cancelled", "canceled", "rejected", "aborted"})
_PATHS = ("target_file", "file_path", "path", "relativeWorkspacePath", "targetFile", "effectiveUri")
_TEXTS = ("code_edit", "contents", "content", "streamingContent", "newText")
_KEPT = re.compile(r"^\s*(?:#|//|--|/\*|<!--|;|%)?\s*\.\.\. ?existing code ?\.\.\..*$", re.IGNORECASE)
"""What stands in an edit for lines that stay as they are."""


def common(workspace: Path) -> Path:
    """The file for all workspaces beside that of one."""
    return workspace.parents[2] / "globalStorage" / STATE


def deeds(workspace: Path, tally: Tally, folder: str) -> Iterator[Deed]:
    """What was done to files in the chats of a workspace, in order.

    Args:
        workspace: the workspace's file, `workspaceStorage/<id>/state.vscdb`.
        tally: told what is left out.
        folder: the workspace's folder.

    Raises:
        OSError: the files can't be read, or Cursor is writing them.
    """
    try:
        with closing(_opened(common(workspace))) as db:
            for chat in dict.fromkeys((*_own(workspace), *_named(db, workspace.parent.name, folder))):
                yield from _chat(db, chat, tally, folder)
    except sqlite3.Error as error:
        raise OSError(f"Cursor's file can't be read: {error}") from None


def _opened(file: Path) -> sqlite3.Connection:
    # Without a log nobody has it open, and looking must leave no file behind.
    how = "mode=ro" if file.with_name(f"{file.name}-wal").exists() else "mode=ro&immutable=1"
    return sqlite3.connect(f"{file.as_uri()}?{how}", uri=True, timeout=_BUSY_SECONDS)


def _value(db: sqlite3.Connection, table: str, key: str) -> Any:
    """What stands under a key, as JSON; None where there is nothing that can be read."""
    try:
        row = db.execute(f"select value from {table} where key = ? and length(value) < ?", (key, _LARGEST)).fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return None  # another version's
        raise
    text = row[0] if row else None
    try:
        return json.loads(text.decode("utf-8", "replace") if isinstance(text, bytes) else text or "null")
    except (ValueError, RecursionError, TypeError):
        return None


def _own(workspace: Path) -> list[str]:
    """The chats that a workspace's own file names, as versions before 3 have it."""
    with closing(_opened(workspace)) as db:
        listed = items(mapping(_value(db, "ItemTable", "composer.composerData")).get("allComposers"))
    return [id for each in listed if (id := words(mapping(each).get("composerId")))]


def _named(db: sqlite3.Connection, workspace: str, folder: str) -> Iterator[str]:
    """The chats of a workspace by the list of all, as later versions have it."""
    for each in map(mapping, items(mapping(_value(db, "ItemTable", "composer.composerHeaders")).get("allComposers"))):
        place = mapping(each.get("workspaceIdentifier"))
        there = words(mapping(place.get("uri")).get("fsPath"))
        if (words(place.get("id")) == workspace or there == folder) and (id := words(each.get("composerId"))):
            yield id


def _chat(db: sqlite3.Connection, id: str, tally: Tally, folder: str) -> Iterator[Deed]:
    chat = mapping(_value(db, "cursorDiskKV", f"composerData:{id}"))
    gathering = Gathering(Asked(CURSOR, id), tally, folder)
    gathering.model = words(mapping(chat.get("modelConfig")).get("modelName"))
    at: object = chat.get("createdAt")
    for header in map(mapping, items(chat.get("conversation")) or items(chat.get("fullConversationHeadersOnly"))):
        name = words(header.get("bubbleId"))
        said = header if "text" in header else mapping(_value(db, "cursorDiskKV", f"bubbleId:{id}:{name}"))
        at = said.get("createdAt") or at
        if said.get("type") == _USER:
            yield from gathering.ask(words(said.get("text")), at, id=name)
        else:
            yield from gathering.say(words(said.get("text")), at, name)
            if called := mapping(said.get("toolFormerData")):
                yield from _called(gathering, called, at, name)
        gathering.pass_by(at)
    yield from gathering.end()


def _called(gathering: Gathering, called: dict[str, Any], at: object, name: str) -> Iterator[Deed]:
    id, tool = words(called.get("toolCallId")) or name, words(called.get("name"))
    told = {**_json(called.get("params")), **_json(called.get("rawArgs"))}
    command = words(told.get("command")) if "terminal" in tool else ""
    result = _json(called.get("result"))
    lines = _diff(result.get("diff"))
    arguments = told
    path = next((words(told[each]) for each in _PATHS if words(told.get(each))), "")
    if path and (lines or not any(each in told for each in ("old_string", "new_string", "edits", "patch", "input"))):
        text = next((words(told[each]) for each in _TEXTS if words(told.get(each))), "")
        whole = "\n".join(line for line in text.split("\n") if not _KEPT.match(line))
        arguments = {"file_path": path, "content": whole} if text or lines else {}
    gathering.call(id, tool, arguments, at, command)
    yield from gathering.result(
        id, failed=words(called.get("status")) in _FAILED, output=words(result.get("output")), told=lines, at=at
    )


def _diff(diff: object) -> Marked:
    """The lines of what an edit did, as its result tells it."""
    texts = [words(mapping(chunk).get("diffString")) for chunk in items(mapping(diff).get("chunks"))]
    return tuple(line for text in texts for line in text.split("\n") if line[:1] in (" ", "-", "+"))


def _json(value: object) -> dict[str, Any]:
    """An object, which stands there as such or as a text."""
    try:
        return mapping(json.loads(value)) if isinstance(value, str) else mapping(value)
    except (ValueError, RecursionError):
        return {}
