"""A small OpenAI-compatible server on loopback, which says what a test wants said and counts what it is asked.

Its tokens are the words of a text, 7 for each picture; it is driven through the real client library.
"""

import hashlib
import json
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

PICTURE_TOKENS = 7
DIMENSION = 12


@dataclass(frozen=True)
class Reply:
    """How one request is answered."""

    text: str = "Good."
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    """The whole body, instead of one made from `text`."""

    wait: float = 0.0
    """Seconds until the answer; a client that leaves, or the end of the server, cuts it short."""

    usage: bool = True
    """Whether the answer tells its tokens."""

    drop: bool = False
    """Close the connection without a word."""

    dimension: int = DIMENSION


@dataclass(frozen=True)
class Seen:
    """A request that came in."""

    path: str
    authorization: str
    payload: dict[str, Any]
    at: float

    @property
    def text(self) -> str:
        return json.dumps(self.payload, ensure_ascii=False)


class Provider:
    """The server; as a context manager it runs. Requests are answered by `replies` in turn, then by `default`."""

    def __init__(self) -> None:
        self.replies: deque[Reply] = deque()
        self.default = Reply()
        self.seen: list[Seen] = []
        self.tokens_in = 0
        self.tokens_out = 0
        self.answered = 0
        self.at_once = 0
        self.most_at_once = 0
        self.stop = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def say(self, *replies: Reply | str) -> None:
        self.replies.extend(Reply(each) if isinstance(each, str) else each for each in replies)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with provider._lock:
                    seen = Seen(self.path, self.headers.get("Authorization", ""), payload, time.monotonic())
                    provider.seen.append(seen)
                    reply = provider.replies.popleft() if provider.replies else provider.default
                    provider.at_once += 1
                    provider.most_at_once = max(provider.most_at_once, provider.at_once)
                try:
                    provider.stop.wait(reply.wait)
                    self._answer(reply, payload)
                except OSError:  # the client gave up
                    self.close_connection = True
                finally:
                    with provider._lock:
                        provider.at_once -= 1

            def _answer(self, reply: Reply, payload: dict[str, Any]) -> None:
                if reply.drop or provider.stop.is_set():
                    self.close_connection = True
                    return
                if reply.status != 200:
                    said = {"error": {"message": reply.text, "type": "error", "code": None}}
                    body = reply.body if reply.body is not None else json.dumps(said)
                elif reply.body is not None:
                    body = reply.body
                else:
                    make = provider._embeddings if self.path.endswith("/embeddings") else provider._completion
                    body = json.dumps(make(reply, payload))
                data = body.encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler

    def _count(self, tokens_in: int, tokens_out: int) -> dict[str, int]:
        with self._lock:
            self.tokens_in += tokens_in
            self.tokens_out += tokens_out
            self.answered += 1
        return {
            "prompt_tokens": tokens_in,
            "completion_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        }

    def _completion(self, reply: Reply, payload: dict[str, Any]) -> dict[str, Any]:
        usage = self._count(sum(_tokens(each["content"]) for each in payload["messages"]), len(reply.text.split()))
        return {
            "id": "answer",
            "object": "chat.completion",
            "created": 0,
            "model": payload["model"],
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": reply.text}}],
            **({"usage": usage} if reply.usage else {}),
        }

    def _embeddings(self, reply: Reply, payload: dict[str, Any]) -> dict[str, Any]:
        texts = payload["input"] if isinstance(payload["input"], list) else [payload["input"]]
        usage = self._count(sum(_tokens(each) for each in texts), 0)
        return {
            "object": "list",
            "model": payload["model"],
            "data": [
                {"object": "embedding", "index": number, "embedding": vector(text, reply.dimension)}
                for number, text in enumerate(texts)
            ],
            "usage": {"prompt_tokens": usage["prompt_tokens"], "total_tokens": usage["total_tokens"]},
        }


def vector(text: str, dimension: int = DIMENSION) -> list[float]:
    """Texts that share words point nearly the same way."""
    found = [0.01] * dimension
    for word in text.lower().split():
        found[hashlib.sha256(word.encode()).digest()[0] % dimension] += 1.0
    return found


def _tokens(content: Any) -> int:
    if isinstance(content, str):
        return len(content.split())
    return sum(len(part["text"].split()) if part["type"] == "text" else PICTURE_TOKENS for part in content)
