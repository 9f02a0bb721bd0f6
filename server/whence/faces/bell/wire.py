"""What both sides of the bell know: where bells hang, what is said over them, and what both must have in common.

Messages are JSON, one a line: a greeting of the server, a request, and an answer. Empty lines in between say that the
answer is being worked on. Nothing here loads more than a quick command can afford.
"""

import json
import os
import socket
import stat
import time
import zlib

TYPE_CHECKING = False  # as typing has it, which takes longer to load than all of this
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, Protocol

    Message = dict[str, Any]

    class Line(Protocol):
        """A connection."""

        def send(self, message: Message | None) -> None:
            """Send a message; without one, a sign of life.

            Raises:
                OSError: the other side is gone, or takes nothing.
            """

        def receive(self, seconds: float) -> Message | None:
            """The next message; None for a sign of life.

            Raises:
                OSError: nothing came in time, or the other side is gone.
                ValueError: it is no message.
            """

        def close(self) -> None:
            """Hang up."""


LONGEST = 32 * 1024 * 1024
"""Bytes of a message at most: many times what the longest context block comes to."""

GREETING_SECONDS = 2.0
"""How long a server may take to say who it is: it does so at once, on a thread that does nothing else. A command that
opens the memory by itself takes longer than this."""

SILENCE_SECONDS = 3.0
"""How long a server may say nothing while it works; it gives a sign of life six times as often."""

LIFE_SECONDS = 0.5
"""How often a server that is working says so."""

_ASIDE = frozenset(
    {"WHENCE_HOME", "WHENCE_API_KEY", "WHENCE_MCP_TOKEN", "WHENCE_MODEL_WHEEL", "WHENCE_PYTHON", "WHENCE_AUDIT"}
)
"""Variables of ours that decide nothing of an answer: the first one is met where the bell was found, and the next two
are nobody's business."""

_DECIDING = (
    "HOME",
    "USERPROFILE",
    "APPDATA",
    "XDG_CONFIG_HOME",
    "TZ",
    "GIT_CONFIG_GLOBAL",
    "GIT_CONFIG_SYSTEM",
    "GIT_CONFIG_NOSYSTEM",
    "GIT_CEILING_DIRECTORIES",
    "GIT_DISCOVERY_ACROSS_FILESYSTEM",
)
"""Variables of others by which options, dates or what git tells may come out otherwise."""

_UNTOLD = "GIT_CONFIG_COUNT"
"""Where git's configuration is in the environment it may hold credentials: it is not sent, and nothing is answered."""


def bells(folder: str) -> str:
    """The folder in which all bells of this user hang.

    Args:
        folder: where all data lives.
    """
    return os.path.join(folder, "bells")


def key(root: str) -> str:
    """How the names of a project's bells begin; which project it is the server finds out for itself.

    Args:
        root: the top of its work tree, resolved.
    """
    return f"{zlib.crc32(os.fsencode(root)):08x}-"


def named(root: str, number: int) -> str:
    """The name of a bell of this process.

    Args:
        root: the top of the project's work tree, resolved.
        number: how many this process has hung up by then.
    """
    return f"{key(root)}{os.getpid()}-{number}"


def process_of(bell: str) -> int:
    """The number of the process that hung up a bell; 0 where its name tells none."""
    parts = os.path.basename(bell).split("-")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdigit() else 0


def surroundings() -> "dict[str, str] | None":
    """What of the environment decides how an answer comes out; None where that can't be told."""
    if _UNTOLD in os.environ:
        return None
    ours = {name: value for name, value in os.environ.items() if name.startswith("WHENCE_") and name not in _ASIDE}
    return ours | {name: os.environ[name] for name in _DECIDING if name in os.environ}


def private(path: str) -> bool:
    """Whether a folder is this user's, and no other may look into it. Windows keeps a user's folders to that user."""
    if os.name == "nt":
        return os.path.isdir(path)
    found = os.lstat(path)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077


def written(message: "Message") -> bytes:
    """A message as it is sent; half a character, as names of files may have, survives that."""
    return json.dumps(message).encode("ascii")


def read(raw: bytes) -> "Message":
    """A message that came.

    Raises:
        ValueError: it is none.
    """
    try:
        message = json.loads(raw)
    except RecursionError:
        raise ValueError("The message is nested too deeply.") from None
    if not isinstance(message, dict):
        raise ValueError("A message is one JSON object.")  # noqa: TRY004 - it is a wrong value, as broken JSON is
    return message


class Wire:
    """A connection over a socket.

    Args:
        connected: the socket.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._rest = b""

    def send(self, message: "Message | None") -> None:
        """As `Line` says."""
        self._socket.settimeout(SILENCE_SECONDS)
        self._socket.sendall((written(message) if message is not None else b"") + b"\n")

    def receive(self, seconds: float) -> "Message | None":
        """As `Line` says."""
        pieces, ends = [self._rest], time.monotonic() + seconds
        size = len(self._rest)
        while b"\n" not in pieces[-1]:
            self._socket.settimeout(max(ends - time.monotonic(), 0.001))
            pieces.append(self._socket.recv(65_536))
            size += len(pieces[-1])
            if not pieces[-1]:
                raise ConnectionError("The other side hung up.")
            if size > LONGEST:
                raise ValueError("The message is too long.")
            if len(pieces) % 64 == 0:  # what is long arrives in many pieces, of which each is a sign of life
                ends = time.monotonic() + seconds
        line, _, self._rest = b"".join(pieces).partition(b"\n")
        return read(line) if line else None

    def close(self) -> None:
        """As `Line` says."""
        self._socket.close()


def doors(folder: str, place: str) -> "Iterator[str]":
    """The bells of the projects around a folder, those of the innermost first; each as the path where it hangs.

    Args:
        folder: the folder of bells.
        place: a folder of a project, resolved.
    """
    hanging = sorted(name for name in os.listdir(folder) if not name.startswith("."))
    while hanging:
        begins = key(place)
        yield from (os.path.join(folder, name) for name in hanging if name.startswith(begins))
        above = os.path.dirname(place)
        if above == place:
            return
        place = above
