"""Ten faces at once on one database: four language servers, four servers for assistants, REST and the command line."""

import json
import queue
import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from typing import Any

from tests.patience import PATIENCE
from tests.rpc import LspClient, RpcError
from tests.trust.torture import oracle
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import Worker, World, made

Ask = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Has a face do an operation with these arguments; its answer."""

_KEY = "k" * 40
_OFF = ("--set", "embedding.model=none")

CONTENDED = re.compile(r"another process|other processes|busy|try again", re.IGNORECASE)
"""What a refusal may say: that others were quicker, so that trying again is worth it."""


class Refused(Exception):
    """A face said that it could not be done."""


# ---------------------------------------------------------------- faces


@contextmanager
def editor(world: World) -> Iterator[Ask]:
    """A language server."""
    with world.here():
        client = LspClient(world.home)
    with client:
        client.start(world.folder)

        def ask(operation: str, given: dict[str, Any]) -> dict[str, Any]:
            words = operation.split("_")
            try:
                return dict(client.request("whence/" + words[0] + "".join(each.title() for each in words[1:]), given))
            except RpcError as error:
                raise Refused(str(error)) from error

        ask("status", {})
        yield ask
        client.stop()


@contextmanager
def assistant(world: World) -> Iterator[Ask]:
    """A server for assistants."""
    process = subprocess.Popen(
        [sys.executable, "-m", "whence", "mcp", "-p", str(world.folder), "--tools", "all", *_OFF],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=world.folder,
        env=world.environment(),
        text=True,
    )
    said: queue.Queue[dict[str, Any]] = queue.Queue()

    def read() -> None:
        assert process.stdout
        for line in process.stdout:
            message = json.loads(line)
            if "id" in message and "method" not in message:
                said.put(message)

    def send(**message: Any) -> None:
        assert process.stdin
        process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()

    def ask(operation: str, given: dict[str, Any]) -> dict[str, Any]:
        if operation == "remember":
            given = given["memory"]
        elif operation == "get":
            given = {"ids": [given["id"]]}
        send(id=1, method="tools/call", params={"name": operation, "arguments": given})
        answer = said.get(timeout=PATIENCE)
        result = answer.get("result") or {}
        if "error" in answer or result.get("isError"):
            raise Refused(json.dumps(answer.get("error") or result["content"]))
        return dict(result.get("structuredContent") or {})

    with process:
        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        hello = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "torture", "version": "1"}}
        send(id=0, method="initialize", params=hello)
        said.get(timeout=PATIENCE)
        send(method="notifications/initialized")
        yield ask
        assert process.stdin
        process.stdin.close()
        process.wait(PATIENCE)
        reader.join(PATIENCE)


@contextmanager
def rest(world: World) -> Iterator[Ask]:
    """The REST server."""
    process = subprocess.Popen(
        [sys.executable, "-m", "whence", "serve", "-p", str(world.folder), "--port", "0", "--rate", "0", *_OFF],
        stderr=subprocess.PIPE,
        cwd=world.folder,
        env=world.environment(WHENCE_API_KEY=_KEY, COLUMNS="300"),
    )
    with process:
        assert process.stderr
        line = process.stderr.readline()
        found = re.search(rb"127\.0\.0\.1:(\d+)", line)
        assert found, line
        drain = threading.Thread(target=process.stderr.read, daemon=True)
        drain.start()
        connection = HTTPConnection("127.0.0.1", int(found[1]), timeout=PATIENCE)

        def ask(operation: str, given: dict[str, Any]) -> dict[str, Any]:
            headers = {"Authorization": f"Bearer {_KEY}", "Content-Type": "application/json"}
            connection.request("POST", f"/api/v1/operations/{operation}", json.dumps(given), headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            if answer.status >= 400:
                raise Refused(f"{answer.status}: {body}")
            return dict(json.loads(body))

        yield ask
        connection.close()
        process.terminate()
        drain.join(PATIENCE)


@contextmanager
def terminal(world: World) -> Iterator[Ask]:
    """The command line, a process for each command."""
    worker = Worker(world.top / "terminal.log")

    def words(operation: str, given: dict[str, Any]) -> list[str]:
        match operation:
            case "remember":
                return ["remember", given["memory"]["content"]]
            case "update":
                return ["update", given["id"], json.dumps(given["changes"])]
            case "forget" | "restore":
                return [operation, *given["ids"]]
            case "search":
                return ["search", given["query"]]
            case "get":
                return ["show", given["id"]]
            case "append_turns":
                return ["append-turns", given["id"], json.dumps(given["messages"])]
            case _:
                return [operation.replace("_", "-"), *map(str, given.values())]

    def ask(operation: str, given: dict[str, Any]) -> dict[str, Any]:
        worker.begin(world, "command", *words(operation, given), "--json", *_OFF)
        code, said = worker.end(PATIENCE)
        if code:
            raise Refused(f"exit {code}: {said[-1500:]}")
        with suppress(json.JSONDecodeError):
            return dict(json.loads(said[said.find("{") : said.rfind("}") + 1]))
        return {}

    try:
        yield ask
    finally:
        worker.close()


# ---------------------------------------------------------------- what they do


class Client:
    """One of the crowd: it writes memories of its own, and turns of a conversation that all share.

    Args:
        name: no other one's.
        ask: its face.
        world: the world.
        draw: what chooses.
        shared: the conversation.
    """

    def __init__(self, name: str, ask: Ask, world: World, draw: random.Random, shared: str) -> None:
        self.name, self.draw, self.shared = name, draw, shared
        self._ask, self._journal = ask, world.journal
        self._target = world.top / f"export-{name}.jsonl"
        self._mine: list[str] = []
        self._binned: list[str] = []
        self._number = 0
        self.turns: list[str] = []
        self.did: Counter[str] = Counter()
        self.refusals: list[str] = []

    def step(self) -> None:
        """Do one operation, chosen at random."""
        chosen = self.draw.choices(list(_WEIGHTS), list(_WEIGHTS.values()))[0]
        if self.name.startswith("assistant") and chosen not in ("search", "get"):
            chosen = "remember"  # of what is drawn, assistants have no other tools
        if chosen in ("update", "forget", "get") and not self._mine:
            chosen = "remember"
        if chosen == "restore" and not self._binned:
            chosen = "search"
        self._number += 1
        self.did[chosen] += 1
        try:
            getattr(self, f"_{chosen}")(f"{self.name}-{self._number:06}")
        except Refused as refusal:
            self.did["refused"] += 1
            self.refusals.append(f"{self.name} {chosen}: {refusal}")

    def _remember(self, token: str) -> None:
        text = f"The cart says {token} of {self.draw.choice(_WORDS)}"
        (id,) = self._ask("remember", {"memory": {"kind": "note", "content": text}})["ids"]
        self._journal.kept(id, text)
        self._mine.append(id)

    def _update(self, token: str) -> None:
        id, text = self.draw.choice(self._mine), f"Changed to {token}, {self.draw.choice(_WORDS)}"
        self._journal.trying(id, text)
        self._ask("update", {"id": id, "changes": {"content": text}})
        self._journal.kept(id, text)

    def _forget(self, token: str) -> None:
        id = self._mine.pop(self.draw.randrange(len(self._mine)))
        self._binned.append(id)
        self._ask("forget", {"ids": [id]})

    def _restore(self, token: str) -> None:
        id = self._binned.pop(self.draw.randrange(len(self._binned)))
        self._mine.append(id)
        self._ask("restore", {"ids": [id]})

    def _search(self, token: str) -> None:
        self._ask("search", {"query": self.draw.choice(_WORDS)})

    def _get(self, token: str) -> None:
        self._ask("get", {"id": self.draw.choice(self._mine)})

    def _append_turns(self, token: str) -> None:
        self._ask("append_turns", {"id": self.shared, "messages": [{"role": "user", "content": f"Turn {token}."}]})
        self.turns.append(f"Turn {token}.")

    def _export(self, token: str) -> None:
        # Over HTTP no file is written without `--exports`: the answer holds it.
        self._ask("export", {"target": str(self._target) if self.name != "rest" else self._target.name})

    def _backup(self, token: str) -> None:
        self._ask("backup", {})


_WEIGHTS = {
    "remember": 30,
    "update": 18,
    "forget": 8,
    "restore": 5,
    "search": 18,
    "get": 18,
    "append_turns": 2,
    "export": 0.05,
    "backup": 0.05,
}
"""How often each is done, of about a hundred."""

_WORDS = ("prices", "baskets", "rounding", "currencies", "invoices", "customers", "taxes", "parcels", "returns")

_COMMANDS = 400
"""One operation of so many is done by the command line, which begins anew for each."""


def crowd(world: World, operations: int, seed: int, *, editors: int = 4, assistants: int = 4) -> Tally:
    """So many operations by all of them at once, chosen at random; then everything is looked for."""
    tally = Tally(f"{editors + assistants + 2} faces at once")
    with world.engine() as engine:
        (shared,) = engine.save_conversation("User: What is it about?\n\nAssistant: Carts.").ids
    left, lock = [operations], threading.Lock()

    def take() -> bool:
        with lock:
            left[0] -= 1
            return left[0] >= 0

    with ExitStack() as stack:
        asks: dict[str, Ask] = {f"editor{n}": stack.enter_context(editor(world)) for n in range(editors)}
        asks |= {f"assistant{n}": stack.enter_context(assistant(world)) for n in range(assistants)}
        asks |= {"rest": stack.enter_context(rest(world)), "terminal": stack.enter_context(terminal(world))}
        clients = {
            name: Client(name, ask, world, random.Random(f"{seed} {name}"), shared) for name, ask in asks.items()
        }
        threads = [threading.Thread(target=_run, args=(each, take, operations)) for each in clients.values()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    done: Counter[str] = Counter()
    for each in clients.values():
        done += each.did
        bad = [said for said in each.refusals if not CONTENDED.search(said)]
        tally.wrong("untold", len(bad), f"refusals that say nothing to try: {bad[:3]}")
        tally.wrong("late", each.did["died"], f"{each.name} ended: {each.refusals[-1:]}")
    tally.rounds = sum(done.values()) - done["refused"] - done["died"]
    _whole(world, tally, shared, clients)
    oracle.look(world, tally)
    tally.note = f"{done['refused']} refused, to be tried again"
    return tally


def _run(client: Client, take: Callable[[], bool], operations: int) -> None:
    most = max(3, operations // _COMMANDS) if client.name == "terminal" else operations
    try:
        while client.did.total() < most and take():
            client.step()
    except Exception as error:  # noqa: BLE001 - whatever ends a client is a fault of its face, and told
        client.did["died"] += 1
        client.refusals.append(repr(error))


def _whole(world: World, tally: Tally, shared: str, clients: Mapping[str, Client]) -> None:
    """Every turn is in the conversation once, each memory is where its writer put it, and none was written twice."""
    with world.engine() as engine:
        assert engine.settle(PATIENCE)
        (conversation,) = engine.store.get([shared])
        turns = [each.content for each in conversation.messages]
        wanted = {turn for each in clients.values() for turn in each.turns}
        tally.acknowledged += len(wanted)
        tally.wrong("lost", len(wanted - set(turns)), "turns of the conversation")
        tally.wrong("doubled", len(oracle.twice(turns)), "turns of the conversation")
        texts = [oracle.said(each) for some in engine.store.each(oracle.NOTES) for each in some]
        tally.wrong("doubled", len(oracle.twice(texts)), f"notes: {oracle.twice(texts)[:3]}")
        away = set(engine.store.deleted_before())
        refused = {name for name, each in clients.items() if each.did["refused"] or each.did["died"]}
        for name, each in clients.items():
            if name not in refused:
                wrong = (set(each._binned) - away) | (set(each._mine) & away)
                tally.wrong("lost", len(wrong), f"memories that are in the bin, or not, against what {name} was told")


def crowded(top: Any, operations: int, seed: int, **faces: int) -> Tally:
    """A new world, and the crowd in it."""
    began = time.monotonic()
    tally = crowd(made(top), operations, seed, **faces)
    tally.note += f"; {tally.rounds / (time.monotonic() - began):.0f} a second"
    return tally
