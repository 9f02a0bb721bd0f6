r"""Bells as named pipes, on Windows, where Python has no sockets in the file system.

A pipe's name can be listed by everyone, so a small file in the folder of bells, which is the user's alone, tells a name
that can't be guessed and what each side must know to be believed: `\\.\pipe\whence-...`, and two words.
"""

import itertools
import json
import os
import secrets
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Client, Connection
from multiprocessing.connection import Listener as PipeListener
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from whence.faces.bell.wire import GREETING_SECONDS, LONGEST, SILENCE_SECONDS, named, read, written

if TYPE_CHECKING:
    from whence.faces.bell.wire import Message

T = TypeVar("T")
_numbers = itertools.count(1)
_WORD = "word"
"""The field of a message in which its sender shows that it has read the file."""


class Pipe:
    """A connection over a pipe.

    Args:
        connected: the pipe's end.
        says: the word that what is sent shows.
        hears: the word that what comes must show.
    """

    def __init__(self, connected: "Connection[bytes, bytes]", says: str, hears: str) -> None:
        self._connection, self._says, self._hears = connected, says, hears

    def send(self, message: "Message | None") -> None:
        """As `Line` says."""
        self._connection.send_bytes(written(message | {_WORD: self._says}) if message is not None else b"\n")

    def receive(self, seconds: float) -> "Message | None":
        """As `Line` says."""
        if not self._connection.poll(seconds):
            raise TimeoutError("Nothing came.")
        raw = self._connection.recv_bytes(LONGEST)
        if raw == b"\n":
            return None
        message = read(raw)
        if not secrets.compare_digest(str(message.pop(_WORD, "")), self._hears):
            raise PermissionError("The other side is not who it should be.")
        return message

    def close(self) -> None:
        """As `Line` says."""
        self._connection.close()


def connect(path: str) -> Pipe | None:
    """The line to a bell; None where nobody is there any more, which takes the bell down.

    Raises:
        OSError: it can't be reached.
        ValueError: the file is not one of ours.
    """
    with open(path, "rb") as file:
        told = json.load(file)
    address, server, visitor = str(told["address"]), str(told["server"]), str(told["visitor"])
    try:
        connected = _within(GREETING_SECONDS, lambda: Client(address))
    except (FileNotFoundError, ConnectionRefusedError):
        with suppress(OSError):
            os.unlink(path)
        return None
    return Pipe(connected, visitor, server)


class Listener:
    """A bell of this process, hung up and listened on; as the one of `sockets`.

    Args:
        folder: the folder of bells.
        root: the top of the project's work tree, resolved.

    Raises:
        OSError: it can't be hung up.
    """

    def __init__(self, folder: str, root: str) -> None:
        name = named(root, next(_numbers))
        self.path = os.path.join(folder, name)
        self._address, self._server, self._visitor = _address(folder), secrets.token_hex(16), secrets.token_hex(16)
        self._closed = threading.Event()
        self._listening = PipeListener(self._address)
        made = os.path.join(folder, f".{name}")
        told = {"address": self._address, "server": self._server, "visitor": self._visitor}
        with open(made, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            json.dump(told, file)
        os.replace(made, self.path)

    def accept(self) -> Pipe | None:
        """The next who rings; None once it is closed.

        Raises:
            OSError: it can't be listened on any more.
        """
        connected = self._listening.accept()
        if self._closed.is_set():
            connected.close()
            return None
        return Pipe(connected, self._server, self._visitor)

    def close(self) -> None:
        """Take it down; who has rung is still heard."""
        self._closed.set()
        with suppress(OSError):
            os.unlink(self.path)
        with suppress(OSError):  # who waits for a ring can only be woken by one
            _within(SILENCE_SECONDS, lambda: Client(self._address)).close()

    def release(self) -> None:
        """Let go of the pipe, once nobody listens any more."""
        self._listening.close()


def sweep(folder: str) -> None:
    """Take down the bells of processes that are gone."""
    for name in os.listdir(folder):
        if not name.startswith("."):
            with suppress(OSError, ValueError, KeyError, TypeError):
                if (line := connect(os.path.join(folder, name))) is not None:
                    line.close()


def _address(folder: str) -> str:
    r"""A pipe's name that can't be guessed. Elsewhere a socket stands for it, so that tests can have one."""
    name = f"whence-{secrets.token_hex(16)}"
    return rf"\\.\pipe\{name}" if sys.platform == "win32" else os.path.join(folder, f".{name[:16]}")


def _within(seconds: float, do: Callable[[], T]) -> T:
    """What it gives; a pipe that is busy is waited for by the system, for longer than a command can.

    Raises:
        OSError: it took too long, or it failed.
    """
    given: SimpleQueue[T | OSError] = SimpleQueue()

    def work() -> None:
        try:
            given.put(do())
        except OSError as error:
            given.put(error)

    threading.Thread(target=work, name="whence-bell-pipe", daemon=True).start()
    try:
        got = given.get(timeout=seconds)
    except Empty:
        raise TimeoutError("Nobody took the call.") from None
    if isinstance(got, OSError):
        raise got
    return got
