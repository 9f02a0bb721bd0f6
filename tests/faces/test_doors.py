"""One memory through every door at once: the editor's server, MCP over a pipe and over HTTP, REST, the command line and
`import whence`, each in a process of its own on the same database."""

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from mcp.client.client import Client as McpClient
from mcp.client.streamable_http import streamable_http_client

from tests import assistants
from tests.faces.test_cli import whence
from tests.faces.test_http import KEY, Client
from tests.faces.test_mcp import TOKEN, call, http
from tests.patience import PATIENCE
from tests.rpc import LspClient


@dataclass(frozen=True)
class Door:
    """What a test does through a door."""

    keep: Callable[[str], str]
    """Keep a note; its id."""
    titles: Callable[[Sequence[str]], list[str]]
    """The titles of memories."""


@pytest.fixture(autouse=True)
def without_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words are enough, and each process would load the model."""
    monkeypatch.setenv("WHENCE_EMBEDDING_MODEL", "none")


@contextmanager
def editor(home: Path, folder: Path) -> Iterator[tuple[Door, LspClient]]:
    with LspClient(home) as client:
        client.start(folder)
        yield (
            Door(
                lambda text: client.request("whence/remember", {"memory": note(text)})["ids"][0],
                lambda ids: [client.request("whence/get", {"id": id})["memory"]["title"] for id in ids],
            ),
            client,
        )
        client.stop()


@contextmanager
def assistant(opened: Callable[[ExitStack], McpClient], portal: Any) -> Iterator[Door]:
    def said(tool: str, **given: Any) -> Any:
        return portal.call(lambda: call(client, tool, **given))

    with ExitStack() as stack:
        client = opened(stack)
        yield Door(
            lambda text: said("remember", kind="note", content=text)["ids"][0],
            lambda ids: [re.search(r"^# (.*)$", said("get", ids=[id])["text"], re.MULTILINE)[1] for id in ids],
        )


@contextmanager
def rest(folder: Path) -> Iterator[tuple[Door, Client]]:
    words = [sys.executable, "-m", "whence", "serve", "--project", str(folder), "--port", "0", "--rate", "0"]
    environment = {**os.environ, "WHENCE_API_KEY": KEY, "COLUMNS": "80"}
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True, env=environment) as server:
        assert server.stderr is not None
        told = server.stderr.readline()
        found = re.search(r"127\.0\.0\.1:(\d+)", told)
        assert found, told
        drain = threading.Thread(target=server.stderr.read, daemon=True)
        drain.start()
        client = Client(int(found[1]))

        try:
            yield (
                Door(
                    lambda text: client("POST", "/api/v1/memories", note(text), 201)["ids"][0],
                    lambda ids: [client("GET", f"/api/v1/memories/{id}")["memory"]["title"] for id in ids],
                ),
                client,
            )
        finally:
            server.terminate()
            server.wait(PATIENCE)
            drain.join(PATIENCE)


def terminal(folder: Path) -> Door:
    def titles(ids: Sequence[str]) -> list[str]:
        # A process for each memory would take most of the test's time.
        found = json.loads(whence("search", "", "--json", "--limit", "100", cwd=folder).stdout)["hits"]
        listed = {each["id"]: each["title"] for each in found}
        return [listed[id] for id in ids]

    return Door(lambda text: json.loads(whence("remember", text, "--json", cwd=folder).stdout)["ids"][0], titles)


SCRIPT = """
import sys
from whence import Whence

with Whence(sys.argv[1]) as memory:
    for line in sys.stdin:
        verb, _, said = line.rstrip("\\n").partition(" ")
        print(memory.remember(said) if verb == "keep" else memory.get(said).title, flush=True)
"""


@contextmanager
def script(folder: Path) -> Iterator[Door]:
    words = [sys.executable, "-X", "utf8", "-c", SCRIPT, str(folder)]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as process:
        asked, lock = process, threading.Lock()

        def say(verb: str, text: str) -> str:
            assert asked.stdin is not None
            assert asked.stdout is not None
            with lock:
                asked.stdin.write(f"{verb} {text}\n")
                asked.stdin.flush()
                return asked.stdout.readline().rstrip("\n")

        yield Door(lambda text: say("keep", text), lambda ids: [say("get", id) for id in ids])


def note(text: str) -> dict[str, Any]:
    return {"kind": "note", "content": text}


def piped(portal: Any, folder: Path) -> Callable[[ExitStack], McpClient]:
    return lambda stack: stack.enter_context(portal.wrap_async_context_manager(McpClient(assistants.piped(folder))))


def networked(portal: Any, folder: Path) -> Callable[[ExitStack], McpClient]:
    def opened(stack: ExitStack) -> McpClient:
        url = stack.enter_context(http(folder, WHENCE_MCP_TOKEN=TOKEN))
        sender = httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, timeout=PATIENCE)
        stack.enter_context(portal.wrap_async_context_manager(sender))
        client = McpClient(streamable_http_client(url, http_client=sender))
        return stack.enter_context(portal.wrap_async_context_manager(client))

    return opened


def test_the_same_memory_written_through_one_door_is_read_through_all_others(repository: Path, home: Path) -> None:
    with start_blocking_portal() as portal, ExitStack() as stack:
        lsp, client = stack.enter_context(editor(home, repository))
        over_rest, rested = stack.enter_context(rest(repository))
        doors = {
            "the editor": lsp,
            "MCP over a pipe": stack.enter_context(assistant(piped(portal, repository), portal)),
            "MCP over HTTP": stack.enter_context(assistant(networked(portal, repository), portal)),
            "REST": over_rest,
            "the command line": terminal(repository),
            "Python": stack.enter_context(script(repository)),
        }
        rounds = {name: 1 if name == "the command line" else 5 for name in doors}
        with ThreadPoolExecutor(len(doors)) as pool:
            texts = [(name, f"Kept by {name} — {at}") for name in doors for at in range(rounds[name])]
            ids = list(pool.map(lambda each: doors[each[0]].keep(each[1]), texts))
            assert len(set(ids)) == len(texts), "a memory was lost or doubled"
            for name, titles in zip(doors, pool.map(lambda door: door.titles(ids), doors.values()), strict=True):
                assert titles == [text for _, text in texts], f"{name} reads something else"

            first, second = ids[0], ids[1]
            rested("PATCH", f"/api/v1/memories/{first}", {"title": "Another title"})
            client.request("whence/forget", {"ids": [second]})
            for titles in pool.map(lambda door: door.titles([first]), doors.values()):
                assert titles == ["Another title"]
        listed = rested("GET", "/api/v1/memories?kinds=note&limit=200")
        assert listed["total"] == len(ids) - 1
        client.until(
            "the editor to hear of what others kept",
            lambda: any(each["method"] == "whence/changed" for each in client.notifications),
        )
