"""A real server of S3's protocol on loopback, and a proxy before it that fails as networks do."""

import http.client
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree

from tests.patience import until

Fault = Literal["", "drop", "error", "lost", "slow"]
"""What becomes of a request: nothing amiss; the connection is cut before it; the server fails; its answer is lost,
though it did what was asked; or it is late."""

SLOW = 0.1
"""Seconds by which a late answer is late."""


class ObjectStore:
    """The server, while it runs.

    Args:
        port: where it listens.
    """

    def __init__(self, port: int) -> None:
        self.port = port

    def bucket(self, name: str) -> str:
        """Make a bucket; its address."""
        self._asked("PUT", name)
        return f"s3://{name}"

    def objects(self, bucket: str) -> dict[str, bytes]:
        """All that a bucket holds, by name."""
        listed = ElementTree.fromstring(self._asked("GET", f"{bucket}?list-type=2"))
        names = [str(each.text) for each in listed.iter() if each.tag.endswith("}Key")]
        return {name: self._asked("GET", f"{bucket}/{name}") for name in names}

    def empty(self, bucket: str) -> None:
        """Have a bucket hold nothing any more."""
        for name in self.objects(bucket):
            self._asked("DELETE", f"{bucket}/{name}")

    def _asked(self, method: str, path: str) -> bytes:
        who = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
        address = f"http://127.0.0.1:{self.port}/{path}"
        request = urllib.request.Request(address, method=method, headers={"Authorization": who})
        with urllib.request.urlopen(request) as answer:
            return bytes(answer.read())


@contextmanager
def running(folder: Path) -> Iterator[ObjectStore]:
    """Run the server; its log goes to the folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    with (folder / "objects.log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", script], stdout=log, stderr=log)
        try:
            until(lambda: process.poll() is not None or _listens(port), "the object store")
            assert process.poll() is None, (folder / "objects.log").read_text(encoding="utf-8")
            yield ObjectStore(port)
        finally:
            process.terminate()
            process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as each:
        return each.connect_ex(("127.0.0.1", port)) == 0


def environment(port: int) -> dict[str, str]:
    """The variables by which LanceDB finds the server."""
    return {
        "AWS_ENDPOINT": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


class Proxy:
    """Stands between LanceDB and the server, and does to each request what it was told.

    Args:
        behind: the server's port.
    """

    def __init__(self, behind: int) -> None:
        self.behind = behind
        self.fault: Callable[[str, str], Fault] = lambda method, path: ""
        """What becomes of a request, by its method and path."""
        self.late = 0.0
        """Seconds by which every answer is late."""
        self.counts: Counter[str] = Counter()
        """How often each fault came."""
        proxy = self

        class Handler(_Handler):
            def handle_one(self) -> None:
                proxy.pass_on(self)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_port
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Listen no more."""
        self._server.shutdown()
        self._server.server_close()

    def pass_on(self, asked: "_Handler") -> None:
        """One request and its answer."""
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        fault = self.fault(asked.command, asked.path)
        self.counts[fault] += 1
        asked.close_connection = True
        if fault == "drop":
            return None
        if fault == "error":
            return asked.answer(500, {}, b"")
        if late := self.late + SLOW * (fault == "slow"):
            time.sleep(late)
        connection = http.client.HTTPConnection("127.0.0.1", self.behind)
        try:
            connection.request(asked.command, asked.path, body, dict(asked.headers))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        if fault != "lost":
            asked.answer(answer.status, dict(answer.getheaders()), content)
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Who asked went away meanwhile."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_one(self) -> None:
        raise NotImplementedError

    def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response_only(status)
        length = headers.get("Content-Length") if self.command == "HEAD" else str(len(content))
        for name, value in headers.items():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", length or "0")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else content)

    def log_message(self, format: str, *words: object) -> None:
        pass

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = lambda self: self.handle_one()  # noqa: N815 - the base's names


def faulty(seed: int, share: float) -> Callable[[str, str], Fault]:
    """Faults for so large a share of the requests, each of them as likely."""
    chance, turn = random.Random(seed), threading.Lock()

    def fault(method: str, path: str) -> Fault:
        with turn:
            kinds: tuple[Fault, ...] = ("drop", "error", "lost", "slow")
            return chance.choice(kinds) if chance.random() < share else ""

    return fault
