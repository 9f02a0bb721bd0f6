"""A language client that says exactly what a test wants said, right or wrong.

It imports nothing else of the tests, so that a script outside of them can drive a server with it.
"""

import contextlib
import itertools
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

_PATIENCE = 60.0 * float(os.environ.get("TEST_SLOWNESS") or 10.0)
"""Seconds after which something that should happen has not. How slow the machine is, `patience` has told by then."""


class RpcError(Exception):
    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code = error["code"]
        self.raw = json.dumps(error)


class LspClient:
    """A language server in a process of its own, spoken to over its stdin and stdout."""

    process_type: type[subprocess.Popen[bytes]] = subprocess.Popen
    """What starts the usual command."""

    def __init__(self, home: Path, command: list[str] | None = None) -> None:
        start = subprocess.Popen if command else self.process_type
        self.process = start(
            command or [sys.executable, "-m", "whence", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "WHENCE_HOME": str(home)},
        )
        self.notifications: list[dict[str, Any]] = []
        self.replies: dict[str, Any] = {}
        self.errors: list[str] = []
        self._answers: dict[int, queue.Queue[dict[str, Any]]] = {}
        self._ids = itertools.count(1)
        threading.Thread(target=self._read, daemon=True).start()
        threading.Thread(target=self._log, daemon=True).start()

    def start(
        self, *folders: Path, settings: dict[str, Any] | None = None, trusted: bool = True, **options: Any
    ) -> dict[str, Any]:
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": None,
                "capabilities": {"window": {"workDoneProgress": True}},
                "workspaceFolders": [{"uri": folder.as_uri(), "name": folder.name} for folder in folders],
                "initializationOptions": {
                    "settings": {"embedding": {"model": "none"}, **(settings or {})},
                    "trusted": trusted,
                    **options,
                },
            },
        )
        self.notify("initialized", {})
        return result

    def request(self, method: str, params: Any = None) -> Any:
        id = next(self._ids)
        self._answers[id] = queue.Queue()
        try:
            self.send({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
            answer = self._answers[id].get(timeout=_PATIENCE)
        finally:
            del self._answers[id]
        if "error" in answer:
            raise RpcError(answer["error"])
        return answer["result"]

    def notify(self, method: str, params: Any) -> None:
        self.send({"jsonrpc": "2.0", "method": method, "params": params})

    def send(self, message: Any) -> None:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def save(self, path: Path) -> None:
        self.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})

    def until(self, what: str, found: Callable[[], Any], seconds: float = _PATIENCE, step: float = 0.02) -> Any:
        """The first answer that is true, awaited for `seconds` at most and looked for every `step` seconds."""
        deadline = time.monotonic() + seconds
        while not (answer := found()):
            assert time.monotonic() < deadline, f"waited in vain for {what}; the server said: {self.errors[-5:]}"
            time.sleep(step)
        return answer

    def stop(self) -> int:
        """Leave as an editor does; the exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=_PATIENCE)

    def abandon(self) -> bool:
        """Fail every request that a killed server will not answer. True when none is left."""
        for waiting in list(self._answers.values()):
            waiting.put({"error": {"code": 0, "message": "the server was killed"}})
        return not self._answers

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> "LspClient":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        try:
            while header := stream.readline():
                if not header.lower().startswith(b"content-length"):
                    continue
                length = int(header.split(b":")[1])
                while stream.readline().strip():
                    pass
                message = json.loads(stream.read(length))
                if "method" in message:
                    self.notifications.append(message)
                    if "id" in message:
                        result = self.replies.get(message["method"])
                        self.send({"jsonrpc": "2.0", "id": message["id"], "result": result})
                elif message.get("id") in self._answers:
                    self._answers[message["id"]].put(message)
        except (ValueError, OSError):
            return  # closed while reading: the test is over

    def _log(self) -> None:
        assert self.process.stderr is not None
        try:
            for line in self.process.stderr:
                self.errors.append(line.decode(errors="replace").rstrip())
        except (ValueError, OSError):
            return
