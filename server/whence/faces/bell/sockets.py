"""Bells as sockets in the file system, on everything but Windows."""

import errno
import itertools
import os
import socket
import struct
import sys
import threading
from contextlib import suppress

from whence.faces.bell.wire import SILENCE_SECONDS, Wire, named

_LONGEST = 100
"""Bytes of a path that a socket takes: 108 on Linux, 104 on macOS, and one to end it."""

_OPENED = "/proc/self/fd"
"""Where Linux shows what is open by its number, which makes a short path of any."""

_BIND = (
    "import os, socket, sys\n"
    "os.chdir(sys.argv[2])\n"
    "socket.socket(fileno=int(sys.argv[1])).bind(sys.argv[3])\n"  # its own copy of the socket, which it leaves bound
)

_numbers = itertools.count(1)


def connect(path: str) -> Wire | None:
    """The line to a bell; None where nobody is there any more, which takes the bell down.

    Raises:
        OSError: it is not this user's, or can't be reached.
    """
    if os.lstat(path).st_uid != os.getuid():
        raise PermissionError("The bell is another user's.")
    connecting = socket.socket(socket.AF_UNIX)
    try:
        connecting.settimeout(SILENCE_SECONDS)
        _connect(connecting, path)
    except ConnectionRefusedError:
        connecting.close()
        # What hangs there under this name was listened on before it got it, so its process is gone.
        with suppress(OSError):
            os.unlink(path)
        return None
    except BaseException:
        connecting.close()
        raise
    line = Wire(connecting)
    if same_user(connecting):
        return line
    line.close()
    raise PermissionError("The bell is another user's.")


def _connect(connecting: socket.socket, path: str) -> None:
    """Connect, by way of the folder where the path is too long.

    Raises:
        OSError: it can't be reached; so it is where only going to the folder would help, and other threads run, which
            would go along.
    """
    if len(os.fsencode(path)) <= _LONGEST:
        connecting.connect(path)
        return
    folder, name = os.path.split(path)
    if os.path.isdir(_OPENED):
        there = os.open(folder, os.O_RDONLY)
        try:
            connecting.connect(f"{_OPENED}/{there}/{name}")
        finally:
            os.close(there)
        return
    if threading.active_count() > 1:
        raise OSError(errno.ENAMETOOLONG, "The bell's path is too long for a process of several threads.")
    here = os.open(".", os.O_RDONLY)
    try:
        os.chdir(folder)
        connecting.connect(name)
    finally:
        os.fchdir(here)
        os.close(here)


def same_user(connected: socket.socket) -> bool:
    """Whether the process at the other end is this user's; where no system tells, the folder keeps others out."""
    user = os.getuid()
    if sys.platform == "linux":
        _, user, _ = struct.unpack("3i", connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    elif sys.platform == "darwin":
        # `struct xucred` of <sys/ucred.h>: a version, the user, and groups; LOCAL_PEERCRED of <sys/un.h> is 1.
        _, user = struct.unpack_from("II", connected.getsockopt(0, 1, 76))
    return bool(user == os.getuid())


class Listener:
    """A bell of this process, hung up and listened on.

    Args:
        folder: the folder of bells, which is there and this user's alone.
        root: the top of the project's work tree, resolved.

    Raises:
        OSError: it can't be hung up.
    """

    def __init__(self, folder: str, root: str) -> None:
        name = named(root, next(_numbers))
        self.path = os.path.join(folder, name)
        made = os.path.join(folder, f".{name}")
        self._closed = threading.Event()
        self._listening = socket.socket(socket.AF_UNIX)
        try:
            with suppress(FileNotFoundError):
                os.unlink(made)
            self._bind(made)
            os.chmod(made, 0o600)
            self._listening.listen(16)
            self._woken, self._wake = socket.socketpair()
            # From here on whoever finds it under its name is listened to.
            os.replace(made, self.path)
        except BaseException:
            self._listening.close()
            raise

    def _bind(self, path: str) -> None:
        if len(os.fsencode(path)) <= _LONGEST:
            self._listening.bind(path)
            return
        # Within its folder the name is short; but only a process of its own may go there, since all threads would.
        import subprocess

        folder, name = os.path.split(path)
        descriptor = self._listening.fileno()
        command = [sys.executable, "-I", "-S", "-c", _BIND, str(descriptor), folder, name]
        code = subprocess.call(
            command,
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if code:
            raise OSError("The folder of bells has a long name, and no socket could be made there.")

    def accept(self) -> Wire | None:
        """The next who rings and is this user; None once it is closed.

        Raises:
            OSError: it can't be listened on any more.
        """
        import selectors

        with selectors.DefaultSelector() as waiting:
            waiting.register(self._listening, selectors.EVENT_READ)
            waiting.register(self._woken, selectors.EVENT_READ)
            while not self._closed.is_set():
                waiting.select()
                if self._closed.is_set():
                    break
                connected, _ = self._listening.accept()
                if same_user(connected):
                    return Wire(connected)
                connected.close()
        return None

    def close(self) -> None:
        """Take it down; who has rung is still heard."""
        self._closed.set()
        with suppress(OSError):
            os.unlink(self.path)
        self._wake.close()

    def release(self) -> None:
        """Let go of the sockets, once nobody listens any more."""
        self._listening.close()
        self._woken.close()


def sweep(folder: str) -> None:
    """Take down the bells of processes that are gone."""
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        if not name.startswith(".") and len(os.fsencode(path)) <= _LONGEST:
            with suppress(OSError):
                if (line := connect(path)) is not None:
                    line.close()
