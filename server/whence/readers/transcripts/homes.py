"""Where assistants keep their transcripts on this machine, and which of them are of one project."""

import hashlib
import json
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from whence.readers.transcripts import agents, exports
from whence.readers.transcripts.streaming import Lines
from whence.readers.transcripts.turns import mapping, words
from whence.values.tally import Tally

CLAUDE_CODE, CODEX, VSCODE = agents.CLAUDE_CODE, agents.CODEX, exports.VSCODE

SOURCES = (CLAUDE_CODE, CODEX, VSCODE)
"""The assistants whose transcripts are found."""

_HEAD = 2 << 20
"""Bytes at the beginning of a transcript in which it must say what project it is of."""

_EDITORS = ("Code", "Code - Insiders", "VSCodium", "code-oss-dev")
_SERVERS = (".vscode-server", ".vscode-server-insiders", ".vscode-remote", ".vscodium-server")


@dataclass(frozen=True, slots=True)
class Transcript:
    """A transcript of the project."""

    path: Path
    """The file."""

    origin: str
    """Which assistant's it is."""

    thread: str = ""
    """The session's id, where only its first line tells it."""


def candidates(origin: str, root: Path) -> Iterator[Path]:
    """The files that may be transcripts of the project in this folder, in order.

    Args:
        origin: one of `SOURCES`.
        root: the project's folder.
    """
    if origin == CLAUDE_CODE:
        home = Path(os.environ.get("CLAUDE_CONFIG_DIR") or Path.home() / ".claude")
        begins = re.sub(r"[^A-Za-z0-9]", "-", str(root))[:150]  # Claude Code shortens longer names in its own way
        for folder in _listed(home / "projects"):
            if folder.name.startswith(begins):
                yield from (path for path in _listed(folder) if path.suffix == ".jsonl")
    elif origin == CODEX:
        home = Path(os.environ.get("CODEX_HOME") or Path.home() / ".codex")
        for name in ("sessions", "archived_sessions"):
            yield from sorted((home / name).rglob("rollout-*.jsonl"))
    elif origin == VSCODE:
        for storage in _editors(_EDITORS, _SERVERS):
            for workspace in _listed(storage):
                if _opens(workspace / "workspace.json", root):
                    yield from (path for path in _listed(workspace / "chatSessions") if path.suffix in _SESSION)


_SESSION = (".json", ".jsonl")


def judged(path: Path, origin: str, root: Path) -> Transcript | Literal[False] | None:
    """The transcript in a file; False where it is not of this project, None where it doesn't say yet.

    Raises:
        OSError: the file can't be read.
    """
    if origin == VSCODE:
        return Transcript(path, origin)  # its folder said so
    with path.open("rb") as stream:
        for record in Lines(stream, Tally(), live=True):
            payload = mapping(record.get("payload"))
            if payload and agents.is_subagent(payload):
                return False
            if cwd := words(payload.get("cwd") or record.get("cwd")):
                thread = words(payload.get("id")) if origin == CODEX else ""
                return Transcript(path, origin, thread) if within(cwd, root) else False
            if stream.tell() > _HEAD:
                return False
    return None


def within(folder: str, root: Path) -> bool:
    """Whether a folder is the project's or below it, and not of another repository that lies in it."""
    try:
        place = Path(folder).resolve()
    except (OSError, ValueError, RuntimeError):
        return False
    top = os.path.normcase(root)
    for each in (place, *place.parents):
        if os.path.normcase(each) == top:
            return True
        if (each / ".git").exists():
            return False
    return False


def fingerprint(path: Path) -> str:
    """Tells a transcript from another one in its place: made from its first bytes.

    Raises:
        OSError: the file can't be read.
    """
    with path.open("rb") as stream:
        return hashlib.sha256(stream.readline(512)).hexdigest()[:16]


def workspaces_of_cursor(root: Path) -> Iterator[Path]:
    """The folders in which Cursor keeps what it knows of the workspaces that are this project's folder, or below it."""
    for storage in _editors(("Cursor",), (".cursor-server",)):
        yield from (each for each in _listed(storage) if _opens(each / "workspace.json", root))


def _editors(names: Sequence[str], servers: Sequence[str]) -> Iterator[Path]:
    """The folders in which installed editors keep what they know of workspaces."""
    if portable := os.environ.get("VSCODE_PORTABLE"):
        yield Path(portable, "user-data", "User", "workspaceStorage")
    home = Path.home()
    if named := os.environ.get("VSCODE_APPDATA"):
        base = Path(named)
    elif sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    yield from (base / name / "User" / "workspaceStorage" for name in names)
    yield from (home / name / "data" / "User" / "workspaceStorage" for name in servers)


def _opens(file: Path, root: Path) -> bool:
    """Whether a `workspace.json` says that its workspace is the project's folder."""
    try:
        value: Any = json.loads(file.read_bytes())
        address = urlsplit(words(mapping(value).get("folder")))
    except (OSError, ValueError, RecursionError):
        return False
    if address.scheme != "file":
        return False
    path = unquote(address.path)
    if re.match(r"/[A-Za-z]:", path):
        path = path[1:]  # file:///c:/work
    elif address.netloc:
        path = f"//{address.netloc}{path}"
    return within(path, root)


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
