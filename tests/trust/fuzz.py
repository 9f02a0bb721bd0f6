"""Messages and requests drawn at random, valid and broken, sent to every server: `npm run fuzz`.

Each server is a process of its own. It must answer all that bears an id within five seconds (more on a slow machine),
go on, and say nothing of its inside: no traceback, no folder of the installation, no failure of its own.
As a program it sends 100,000 messages to the language server, 20,000 to the server for assistants, 10,000 requests to
REST, and then runs the properties of all readers with 20 times as many examples; a seed may follow.
"""

import json
import os
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.patience import PATIENCE, slowness
from whence.engine import OPERATIONS

SECONDS = 5.0 * slowness()
"""Most that any answer may take."""

ROOT = Path(__file__).resolve().parents[2]
_PATH = os.pathsep.join(
    str(Path(each).resolve()) for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each
)
"""PYTHONPATH for processes that begin in another folder, where names may be given that are then written to."""

_INSIDE = re.compile(
    "|".join(["Traceback", "site-packages", *(re.escape(str(each)) for each in (ROOT, sys.prefix, sys.base_prefix))])
)
_FAILED = "Something went wrong inside Whence"

# None leads to a place that is there: what is drawn may tell an operation to overwrite a file.
_WORDS = (
    *("", " ", "why", "cart.py", "src/app.py", "../../nowhere/x", "/nowhere/x", "file:///nowhere/x", "a\0b", "\\"),
    *("note", "decision", "bug", "null", "[]", "{}", "'; DROP TABLE memories; --", "x' OR '1'='1", "%s%n", "${HOME}"),
    *("</memory>", "<script>", "\u202e", "\ud800", "é" * 50, "a" * 5000, "[" * 500, "2026-05-31", "00000000-0000-0000"),
    *(
        "00000000-0000-7000-8000-000000000000",
        "file://[",
        "NaN",
        "1e999",
        "-1",
        "\r\n",
        "*",
        "commit:",
        "HEAD",
        "--all",
    ),
)
_NUMBERS = (0, 1, -1, 7.5, 10**9, 10**30, -(10**30), 1e308, 2**63)


class Maker:
    """Values drawn at random: of any shape, or of a JSON Schema with now and then something else in it.

    Args:
        seed: what makes them the same each time.
    """

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)

    def any(self, depth: int = 3) -> Any:
        """Any JSON at all."""
        draw = self.draw
        kind = draw.randrange(8 if depth else 5)
        if kind == 0:
            return draw.choice((None, True, False))
        if kind == 1:
            return draw.choice(_NUMBERS)
        if kind < 5:
            return "".join(draw.choice(_WORDS) for _ in range(draw.choice((1, 1, 1, 2))))
        if kind < 7:
            return {str(draw.choice(_WORDS)): self.any(depth - 1) for _ in range(draw.randrange(4))}
        return [self.any(depth - 1) for _ in range(draw.randrange(4))]

    def of(self, schema: Mapping[str, Any], definitions: Mapping[str, Any], depth: int = 4) -> Any:
        """A value of a schema, mostly."""
        draw = self.draw
        if depth < 0 or draw.random() < 0.04:
            return self.any(2)
        if "$ref" in schema:
            return self.of(definitions.get(schema["$ref"].rsplit("/", 1)[-1], {}), definitions, depth - 1)
        for word in ("anyOf", "oneOf", "allOf"):
            if word in schema:
                return self.of(draw.choice(schema[word]), definitions, depth)
        if "enum" in schema or "const" in schema:
            return draw.choice(schema.get("enum") or [schema["const"]])
        match schema.get("type"):
            case "object":
                needed, fields = schema.get("required", ()), schema.get("properties", {})
                return {
                    name: self.of(each, definitions, depth - 1)
                    for name, each in fields.items()
                    if draw.random() < (0.95 if name in needed else 0.3)
                }
            case "array":
                return [self.of(schema.get("items", {}), definitions, depth - 1) for _ in range(draw.randrange(3))]
            case "integer":
                return draw.choice((1, 2, 3, schema.get("minimum", 0), schema.get("maximum", 9)))
            case "number":
                return draw.random()
            case "boolean":
                return draw.random() < 0.5
            case "string":
                return draw.choice(_WORDS)
        return self.any(2)

    def broken(self, message: bytes) -> bytes:
        """The message with bytes missing, doubled or changed."""
        at = self.draw.randrange(len(message) + 1)
        return self.draw.choice(
            (
                message[:at],
                message[:at] + bytes([self.draw.randrange(256)]) + message[at + 1 :],
                message + message,
                b"[" * 3000,
                b'{"id":' * 200,
                bytes(self.draw.randrange(256) for _ in range(20)),
            )
        )


def dumped(value: Any) -> bytes:
    """As JSON; half characters as escapes, so that they come through."""
    return json.dumps(value).encode()


@dataclass
class Tally:
    """What came of a run."""

    name: str
    sent: int = 0
    answered: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    faults: list[str] = field(default_factory=list)

    def look(self, said: str, *, failed: str = "") -> None:
        """Note what an answer should not say."""
        if (found := _INSIDE.search(said)) or (failed and failed in said):
            at = found.start() if found else said.find(failed)
            self.faults.append(said[max(at - 200, 0) : at + 300])

    def __str__(self) -> str:
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.answered.items()))
        return f"{self.name}: {self.sent} sent; {told}; slowest {self.slowest:.2f} s; {len(self.faults)} faults"


# ---------------------------------------------------------------- servers on pipes


class Pipe:
    """A server in a process of its own that is spoken to over its pipes."""

    def __init__(self, words: list[str], home: Path, *, framed: bool) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "whence", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home.parent,
            env={**os.environ, "WHENCE_HOME": str(home), "PYTHONPATH": _PATH},
        )
        self.framed = framed
        self.said: queue.Queue[bytes] = queue.Queue()
        self.errors: list[bytes] = []
        self._threads = [threading.Thread(target=each, daemon=True) for each in (self._read, self._log)]
        for each in self._threads:
            each.start()

    def send(self, body: bytes) -> None:
        assert self.process.stdin
        line = body.replace(b"\n", b" ") + b"\n"
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body if self.framed else line)
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout
        while line := self.process.stdout.readline():
            if self.framed:
                length = int(line.split(b":")[1])
                while self.process.stdout.readline().strip():
                    pass
                line = self.process.stdout.read(length)
            self.said.put(line)

    def _log(self) -> None:
        assert self.process.stderr
        self.errors += self.process.stderr

    def end(self) -> None:
        self.process.kill()
        with suppress(BrokenPipeError), self.process:  # closes the pipes
            for each in self._threads:
                each.join(PATIENCE)


def _converse(
    pipe: Pipe, tally: Tally, count: int, message: Callable[[int], bytes], ping: Callable[[int], bytes]
) -> None:
    """Send so many messages in batches, each with a request behind it that has to be answered in time."""
    number = 0
    while number < count:
        for _ in range(min(50, count - number)):
            number += 1
            pipe.send(message(number))
            tally.sent += 1
        began = time.monotonic()
        mark = f"ping-{number}"
        pipe.send(ping(number))
        while True:
            try:
                said = pipe.said.get(timeout=SECONDS * 10)
            except queue.Empty:
                tally.faults.append(f"no answer to {mark}; exit {pipe.process.poll()}; {pipe.errors[-9:]}")
                return
            tally.look(said.decode(), failed=_FAILED)
            value = json.loads(said)
            if "method" not in value:
                error = value.get("error") or {}
                tally.answered[f"refused {error.get('code')}" if error else "answered"] += 1
            if value.get("id") == mark:
                break
        taken = time.monotonic() - began
        tally.slowest = max(tally.slowest, taken)
        if taken > SECONDS:
            tally.faults.append(f"{mark} was answered after {taken:.1f} s")
    for line in pipe.errors:
        tally.look(line.decode(errors="replace"))


def _id(maker: Maker, number: int) -> Any:
    return number if maker.draw.random() < 0.9 else maker.any(1)


_NOT_SENT = frozenset({"exit", "shutdown", "initialize", "whence/stopModels"})


def lsp(folder: Path, home: Path, count: int, seed: int) -> Tally:
    """So many messages to the language server."""
    maker, tally = Maker(seed), Tally("language server")
    schemas = {each.method: each.params.model_json_schema(by_alias=True) for each in OPERATIONS.values()}
    own = [each for each in schemas if each not in _NOT_SENT]
    others = (
        *("textDocument/didSave", "textDocument/didOpen", "textDocument/hover", "$/cancelRequest", "$/setTrace"),
        *("workspace/didChangeConfiguration", "window/workDoneProgress/cancel", "whence/nothing", "", "initialized"),
    )
    quick = ("whence/get", "whence/form", "whence/asComment", "whence/children", "whence/labelsInUse")

    def message(number: int) -> bytes:
        draw, kind = maker.draw, maker.draw.random()
        if kind < 0.01:
            method = draw.choice(own)
            params = maker.of(schemas[method], schemas[method].get("$defs", {}))
            return dumped({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        if kind < 0.3:
            method = draw.choice((*others, *quick))
            value = {"jsonrpc": "2.0", "id": _id(maker, number), "method": method, "params": maker.any()}
            if draw.random() < 0.4:
                del value["id"]
            return dumped(value)
        if kind < 0.6:  # of the right method, but hardly ever of the right shape
            value = {"jsonrpc": "2.0", "id": _id(maker, number), "method": draw.choice(own), "params": maker.any()}
            return dumped(value)
        if kind < 0.8:
            keys = ("jsonrpc", "id", "method", "params", "result", "error")
            return dumped({key: maker.any(2) for key in keys if draw.random() < 0.5} | {"jsonrpc": "2.0"})
        whole = dumped({"jsonrpc": "2.0", "id": number, "method": draw.choice(own), "params": maker.any(1)})
        return maker.broken(whole) or b" "

    pipe = Pipe(["lsp"], home, framed=True)
    try:
        begin = {
            "processId": os.getpid(),
            "rootUri": folder.as_uri(),
            "capabilities": {},
            "initializationOptions": {"settings": {"embedding": {"model": "none"}}, "trusted": True},
        }
        pipe.send(dumped({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": begin}))
        pipe.send(dumped({"jsonrpc": "2.0", "method": "initialized", "params": {}}))
        pipe.send(dumped({"jsonrpc": "2.0", "id": "begun", "method": "whence/status", "params": {}}))
        while json.loads(pipe.said.get(timeout=PATIENCE)).get("id") != "begun":
            pass
        _converse(pipe, tally, count, message, lambda number: _ping(number, "whence/form", {"kind": "note"}))
    finally:
        pipe.end()
    return tally


def _ping(number: int, method: str, params: Any) -> bytes:
    return dumped({"jsonrpc": "2.0", "id": f"ping-{number}", "method": method, "params": params})


def mcp(folder: Path, home: Path, count: int, seed: int) -> Tally:
    """So many messages to the server for assistants."""
    maker, tally = Maker(seed), Tally("server for assistants")
    pipe = Pipe(["mcp", "-p", str(folder), "--tools", "all", "--set", "embedding.model=none"], home, framed=False)
    try:
        hello = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "fuzz", "version": "1"}}
        pipe.send(dumped({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}))
        pipe.send(dumped({"jsonrpc": "2.0", "method": "notifications/initialized"}))
        pipe.send(dumped({"jsonrpc": "2.0", "id": "tools", "method": "tools/list"}))
        while (listed := json.loads(pipe.said.get(timeout=PATIENCE))).get("id") != "tools":
            pass
        tools = {each["name"]: each["inputSchema"] for each in listed["result"]["tools"]}
        call = {"name": "search", "arguments": {"query": "begun"}}
        pipe.send(dumped({"jsonrpc": "2.0", "id": "begun", "method": "tools/call", "params": call}))
        while json.loads(pipe.said.get(timeout=PATIENCE)).get("id") != "begun":
            pass
        others = ("tools/list", "prompts/get", "prompts/list", "resources/read", "ping", "logging/setLevel", "nothing")

        def message(number: int) -> bytes:
            draw, kind = maker.draw, maker.draw.random()
            name = draw.choice([*tools])
            value: dict[str, Any] = {"jsonrpc": "2.0", "id": _id(maker, number)}
            if kind < 0.05:
                arguments = maker.of(tools[name], tools[name].get("$defs", {}))
                value |= {"method": "tools/call", "params": {"name": name, "arguments": arguments}}
            elif kind < 0.4:
                value |= {"method": "tools/call", "params": {"name": name, "arguments": {"nothing": maker.any()}}}
            elif kind < 0.7:
                value |= {"method": draw.choice(others), "params": maker.any()}
            elif kind < 0.85:
                value = {key: maker.any(2) for key in ("jsonrpc", "id", "method", "params", "result", "error")}
                value["jsonrpc"] = "2.0"
            else:
                return maker.broken(dumped(value | {"method": "ping"})) or b" "
            return dumped(value)

        _converse(pipe, tally, count, message, lambda number: _ping(number, "ping", {}))
    finally:
        pipe.end()
    return tally


# ---------------------------------------------------------------- REST


def rest(folder: Path, home: Path, count: int, seed: int) -> Tally:
    """So many requests to REST, made from its own description."""
    maker, tally, key = Maker(seed), Tally("REST"), "k" * 40
    words = ["serve", "-p", str(folder), "--port", "0", "--rate", "0", "--set", "embedding.model=none"]
    process = subprocess.Popen(
        [sys.executable, "-m", "whence", *words],
        stderr=subprocess.PIPE,
        cwd=home.parent,
        env={**os.environ, "PYTHONPATH": _PATH, "WHENCE_HOME": str(home), "WHENCE_API_KEY": key, "COLUMNS": "300"},
    )
    try:
        assert process.stderr
        port = int(re.search(rb"127\.0\.0\.1:(\d+)", process.stderr.readline())[1])  # type: ignore[index] # it says so
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS * 10)
        connection.request("GET", "/openapi.json")
        document = json.loads(connection.getresponse().read())
        routes = [
            (method.upper(), path, said)
            for path, methods in document["paths"].items()
            for method, said in methods.items()
            if "stop_models" not in path
        ]
        for method, path, body in _requests(maker, routes, document.get("components", {}).get("schemas", {}), count):
            tally.sent += 1
            began = time.monotonic()
            headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
            except (OSError, HTTPException):  # the server ends a connection whose last body nobody read
                connection.close()
                try:
                    connection.request(method, path, body, headers)
                    answer = connection.getresponse()
                except (OSError, HTTPException) as error:
                    tally.faults.append(f"{method} {path}: {error!r}; exit {process.poll()}")
                    connection.close()
                    continue
            said = answer.read().decode(errors="replace")
            taken = time.monotonic() - began
            tally.slowest = max(tally.slowest, taken)
            tally.answered[str(answer.status)] += 1
            tally.look(said)
            if answer.status >= 500 or taken > SECONDS:
                tally.faults.append(f"{answer.status} after {taken:.1f} s: {method} {path} {(body or b'')[:300]!r}")
        connection.close()
    finally:
        process.terminate()
        with process:
            drain.join(PATIENCE)
    return tally


def _requests(
    maker: Maker, routes: list[tuple[str, str, Any]], definitions: Mapping[str, Any], count: int
) -> Iterator[tuple[str, str, bytes | None]]:
    from urllib.parse import quote

    draw = maker.draw
    for _ in range(count):
        method, path, said = draw.choice(routes)
        for name in re.findall(r"\{\w+\}", path):
            path = path.replace(name, quote(draw.choice(_WORDS).encode("utf-8", "replace"), safe="") or "x")
        query = "&".join(
            f"{each['name']}={quote(str(maker.of(each.get('schema', {}), definitions)).encode('utf-8', 'replace'))}"
            for each in said.get("parameters", ())
            if each.get("in") == "query" and draw.random() < 0.3
        )
        body: bytes | None = None
        if content := said.get("requestBody", {}).get("content", {}):
            body = dumped(maker.of(next(iter(content.values())).get("schema", {}), definitions))
            body = maker.broken(body) if draw.random() < 0.1 else body
        yield method, f"{path}?{query}"[:8000] if query else path, body


# ---------------------------------------------------------------- as a program


def run(counts: Mapping[str, int], seed: int) -> list[Tally]:
    """Run each of `lsp`, `mcp` and `rest` so often, on a repository of its own."""
    top = Path(tempfile.mkdtemp(prefix="fuzz-"))
    try:
        folder = top / "work"
        folder.mkdir()
        (folder / "cart.py").write_text("def total(rows):\n    return sum(rows)\n", encoding="utf-8")
        identity = ("-c", "user.name=Test Author", "-c", "user.email=author@example.invalid")
        for words in (("init", "-q"), ("add", "."), (*identity, "commit", "-qm", "Add the cart")):
            subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
        servers = {"lsp": lsp, "mcp": mcp, "rest": rest}
        return [servers[name](folder, top / "home", count, seed) for name, count in counts.items()]
    finally:
        shutil.rmtree(top, ignore_errors=True)


def main() -> None:
    """The long run; prints what came of it, and ends with 1 where something is wrong."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    faults = 0
    for name, count in {"rest": 10_000, "mcp": 20_000, "lsp": 100_000}.items():
        (tally,) = run({name: count}, seed)
        print(tally, flush=True)
        for each in tally.faults[:20]:
            print(f"  {each}")
        faults += len(tally.faults)
    properties = sorted(str(each) for each in (ROOT / "tests").glob("*/test_properties*.py"))
    words = [sys.executable, "-m", "pytest", "-q", "--timeout", "3600", "--hypothesis-seed", str(seed), *properties]
    done = subprocess.run(words, cwd=ROOT, env={**os.environ, "FUZZ": "20"}, check=False)
    raise SystemExit(1 if faults or done.returncode else 0)


if __name__ == "__main__":
    main()
