"""Whence in a process of its own, forked from one that has imported it all: most of a start's time goes to imports.

`Popen` and `run` are those of `subprocess`, for commands that begin with `[sys.executable, "-m", "whence"]`, and for
scripts that use the package: `[sys.executable, "-c", SCRIPT]`. How a process starts by itself is what other tests look
at, which start it so. Windows knows no fork: each starts there.
"""

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_ANSWER = struct.Struct("!iii")
"""What the parent of all says: a number of a request or 0, a process's id, and its status as `wait` has it."""

_LONGEST = 1 << 20
"""Bytes of a request: arguments and environment."""


class _Parent:
    """The process that was forked from, of this worker, and what it has told of its children."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "tests.forked", str(theirs.fileno())]
        top = str(Path(__file__).resolve().parent.parent)
        path = os.pathsep.join(filter(None, (top, os.environ.get("PYTHONPATH"))))
        self._process = subprocess.Popen(
            command, pass_fds=(theirs.fileno(),), env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.DEVNULL
        )
        theirs.close()
        self._socket, self._changed = ours, threading.Condition()
        self._count, self._born, self._ended = 0, dict[int, int](), dict[int, int]()
        threading.Thread(target=self._listen, daemon=True).start()

    def fork(self, words: list[str], cwd: str, environment: Mapping[str, str], files: tuple[int, ...]) -> int:
        """Have a process forked; returns its id."""
        with self._changed:
            self._count += 1
            number = self._count
            asked = json.dumps({"number": number, "words": words, "cwd": cwd, "environment": dict(environment)})
            socket.send_fds(self._socket, [asked.encode()], list(files))
            self._changed.wait_for(lambda: number in self._born or self._process.poll() is not None)
            return self._born.pop(number)

    def status(self, pid: int, timeout: float | None) -> int | None:
        """With which status it ended; nothing while it runs, once `timeout` seconds are over."""
        with self._changed:
            self._changed.wait_for(lambda: pid in self._ended or self._process.poll() is not None, timeout)
            return self._ended.get(pid)

    def _listen(self) -> None:
        while told := self._socket.recv(_ANSWER.size):
            number, pid, status = _ANSWER.unpack(told)
            with self._changed:
                if number:
                    self._born[number] = pid
                    self._ended.pop(pid, None)  # ids come again: how an earlier one ended says nothing of this one
                else:
                    self._ended[pid] = status
                self._changed.notify_all()


_PARENTS: list[_Parent] = []
_BEGINNING = threading.Lock()


def _parent() -> _Parent:
    with _BEGINNING:
        if not _PARENTS:
            _PARENTS.append(_Parent())
        return _PARENTS[0]


class _Forked(subprocess.Popen[Any]):
    """A forked process. It is no child of this one, so that its end is heard from its parent."""

    def _execute_child(self, args: list[str], *given: Any) -> None:
        # As `subprocess` of all Pythons from 3.11 on hands them over; the pipes of which one end is the child's.
        (cwd, env), (theirs_in, ours_in, ours_out, theirs_out, ours_err, theirs_err) = given[4:6], given[9:15]
        if args[:3] != [sys.executable, "-m", "whence"] and args[:2] != [sys.executable, "-c"]:
            raise ValueError(f"no command of Whence: {args}")
        files = (
            0 if theirs_in < 0 else theirs_in,
            1 if theirs_out < 0 else theirs_out,
            2 if theirs_err < 0 else theirs_err,
        )
        environment = os.environ if env is None else env
        self.pid = _parent().fork(args[1:], os.fspath(cwd or Path.cwd()), environment, files)
        self._child_created = True
        self._close_pipe_fds(theirs_in, ours_in, ours_out, theirs_out, ours_err, theirs_err)  # type: ignore[attr-defined]  # typeshed lacks it

    def _heard(self, timeout: float | None) -> int | None:
        if self.returncode is None and (status := _parent().status(self.pid, timeout)) is not None:
            self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def _internal_poll(self, *_given: Any, **_named: Any) -> int | None:
        return self._heard(0)

    def _wait(self, timeout: float | None) -> int:
        if (code := self._heard(timeout)) is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0.0)
        return code


Popen = _Forked if os.name == "posix" else subprocess.Popen


def run(command: list[str], *, input: str | None = None, **given: Any) -> subprocess.CompletedProcess[str]:
    """`subprocess.run` with captured output, and nothing on stdin where nothing is given."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Popen(command, **pipes, **given) as process:
        try:
            out, errors = process.communicate(input)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, errors)


# ---------------------------------------------------------------- the process that is forked from


def _serve(listening: socket.socket) -> None:

    gc.freeze()
    gc.collect()
    hear, tell = os.pipe()
    os.set_blocking(tell, False)
    signal.set_wakeup_fd(tell)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl+C is for the tests
    with selectors.DefaultSelector() as waiting:
        waiting.register(listening, selectors.EVENT_READ)
        waiting.register(hear, selectors.EVENT_READ)
        while True:
            for key, _ in waiting.select():
                if key.fileobj == hear:
                    os.read(hear, 4096)
                    _bury(listening)
                    continue
                asked, files, *_ = socket.recv_fds(listening, _LONGEST, 3)
                if not asked:
                    return None
                request = json.loads(asked)
                pid = os.fork()
                if not pid:
                    waiting.close()
                    listening.close()
                    os.close(hear)
                    signal.set_wakeup_fd(-1)
                    os.close(tell)
                    return _become(request, files)
                for file in files:
                    os.close(file)
                listening.send(_ANSWER.pack(request["number"], pid, 0))


def _bury(listening: socket.socket) -> None:
    """Tell of the children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG)) != (0, 0):
            listening.send(_ANSWER.pack(0, *ended))


def _become(request: dict[str, Any], files: list[int]) -> None:
    """Be the process that was asked for, until it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for place, file in enumerate(files):
        os.dup2(file, place)
        os.close(file)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["environment"])
    coding = os.environ.get("PYTHONIOENCODING", "utf-8")
    sys.stdin = sys.__stdin__ = open(0, encoding=coding)  # noqa: SIM115 - as a start of Python opens them
    sys.stdout = sys.__stdout__ = open(1, "w", encoding=coding)  # noqa: SIM115 - as above
    sys.stderr = sys.__stderr__ = open(2, "w", encoding=coding, errors="backslashreplace", buffering=1)  # noqa: SIM115 - as above
    how, what, *words = request["words"]
    if how == "-c":
        sys.argv = ["-c", *words]
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})
        return
    from whence import __main__ as program

    sys.argv = [program.__file__, *words]
    program.main()


if __name__ == "__main__":
    warnings.filterwarnings("ignore", "lancedb fork support is experimental")  # nothing of it is in use yet
    _serve(socket.socket(fileno=int(sys.argv[1])))
