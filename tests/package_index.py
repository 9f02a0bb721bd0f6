"""A package index on loopback that holds one wheel, and refuses what a test wants refused."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, Self

Page = Literal["index", "file"]


@dataclass(frozen=True)
class Refusal:
    """How one request is refused."""

    status: int
    """HTTP status; 0 hangs up, for a file in its middle."""

    retry_after: int | None = None
    """Seconds that the header asks the client to wait."""

    of: Page = "index"


class Index:
    """The index; as a context manager it runs."""

    def __init__(
        self, name: str, wheel: Path, refuses: Callable[[], Refusal | None] = lambda: None, of: Page = "index"
    ) -> None:
        """`refuses` is asked at each request for a page of the kind `of`."""
        self.name, self.wheel, self.refuses, self.of = name, wheel, refuses, of
        self.asked: list[str] = []
        """The path of every request that came in."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/simple"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.asked.append(self.path)
                page: Page = "file" if self.path.endswith(".whl") else "index"
                refusal = index.refuses() if page == index.of else None
                if page == "file":
                    body, kind = index.wheel.read_bytes(), "application/octet-stream"
                else:
                    body, kind = f'<a href="/{index.name}">{index.name}</a>'.encode(), "text/html"
                if refusal is not None and refusal.status:
                    self.send_response(refusal.status)
                    if refusal.retry_after is not None:
                        self.send_header("Retry-After", str(refusal.retry_after))
                    body = b""
                elif refusal is None or page == "file":
                    self.send_response(200)
                if refusal is None or refusal.status or page == "file":
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body if refusal is None else body[: len(body) // 2])

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler
