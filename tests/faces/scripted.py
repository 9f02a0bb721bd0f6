"""A server that answers as a test says: what `whence serve` never does of itself, such as breaking off."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Scripted:
    """What is answered in turn, the last one again and again, and what was heard."""

    url: str
    heard: list[tuple[str, str, Any]] = field(default_factory=list)
    """Method, address and JSON of each request."""
    headers: list[dict[str, str]] = field(default_factory=list)
    connections: int = 0
    """How many there were."""
    left: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over, for whoever keeps a client waiting."""


Answer = tuple[int, Any] | tuple[int, Any, dict[str, str]] | str
"""A status, a JSON value or a text, and headers; or "drop", "silence", "half" (breaks off within its body)."""


@contextmanager
def scripted(*answers: Answer) -> Iterator[Scripted]:
    """The server, on a free port of this machine."""
    turns = iter(answers)
    last: list[Answer] = [answers[-1]]
    said = Scripted("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            said.connections += 1

        def answer(self) -> None:
            size = int(self.headers.get("content-length", 0))
            body = json.loads(self.rfile.read(size)) if size else None
            said.heard.append((self.command, self.path, body))
            said.headers.append({name.lower(): each for name, each in self.headers.items()})
            turn = next(turns, last[0])
            if turn == "silence":
                said.left.wait()
            if turn in ("drop", "silence"):
                self.close_connection = True
                return
            if turn == "half":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"the beginning")
                self.close_connection = True
                return
            status, value, *more = turn
            text = value if isinstance(value, str) else json.dumps(value)
            self.send_response(status)
            for name, each in (more[0] if more else {}).items():
                self.send_header(name, each)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815 - as http.server calls them

        def log_message(self, *_: object) -> None:
            """Say nothing in the test's output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    said.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield said
    finally:
        said.left.set()
        server.shutdown()
        server.server_close()
        thread.join()
