"""What an assistant waits for: `whence mcp` from its start to the answers of `initialize` and `tools/list`.

    python benchmarks/mcp.py [--rounds 7]

Timed from the outside, in turns with `python -c "import mcp"` and with a bare server of the SDK, so that all meet the
same noise. The first search, which opens the memory, is told beside them. Prints medians in ms. Then what the server
takes of memory: before anything is asked, after a search by meaning, which opens memory and model, and after one that a
language server answered which has the project open.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.processes import Taken, taken
from tests.model_cache import CACHE, NAME, cached_model
from tests.rpc import LspClient

GOAL = 1500
"""Milliseconds until both are answered."""

BARE = (
    "import anyio\n"
    "from mcp.server.lowlevel import Server\n"
    "from mcp.server.stdio import stdio_server\n"
    "from mcp.types import ListToolsResult\n"
    "async def tools(ctx, params): return ListToolsResult(tools=[])\n"
    "async def main():\n"
    "    server = Server('bare', on_list_tools=tools)\n"
    "    async with stdio_server() as (reading, writing):\n"
    "        await server.run(reading, writing, server.create_initialization_options())\n"
    "anyio.run(main)\n"
)
HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "benchmark", "version": "1"},
}


class Client:
    """As much of a client as is needed: JSON-RPC by lines over the pipes of a process."""

    def __init__(self, *words: str, home: str, model: str = "none") -> None:
        self.started = time.perf_counter()
        own = {"WHENCE_HOME": home, "WHENCE_CONFIG": os.devnull, "WHENCE_EMBEDDING_MODEL": model}
        environment = {**os.environ, **own}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.process = subprocess.Popen(
            [sys.executable, "-P", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=home,
            env=environment,
        )

    def ask(self, method: str, params: dict[str, Any]) -> float:
        """Ask, wait for the answer, and tell how many ms after the start it came."""
        self._send({"jsonrpc": "2.0", "id": method, "method": method, "params": params})
        assert self.process.stdout is not None
        while (answer := json.loads(self.process.stdout.readline())).get("id") != method:
            continue
        assert "result" in answer, answer
        return (time.perf_counter() - self.started) * 1000

    def tell(self, method: str) -> None:
        """Tell something that has no answer."""
        self._send({"jsonrpc": "2.0", "method": method})

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def close(self) -> None:
        """Have it end."""
        self.process.communicate(timeout=60)


def served(home: str, *words: str, search: bool = False) -> list[float]:
    """Milliseconds to `initialize`, to `tools/list` and, where asked, to a first search."""
    client = Client(*words, home=home)
    times = [client.ask("initialize", HELLO)]
    client.tell("notifications/initialized")
    times.append(client.ask("tools/list", {}))
    if search:
        times.append(client.ask("tools/call", {"name": "search", "arguments": {"query": "anything"}}))
    client.close()
    return times


def memory(home: str) -> tuple[Taken, Taken, Taken]:
    """What `whence mcp` takes idle, after a search of its own by meaning, and after one that is answered elsewhere."""
    cached_model()
    project = Path(home) / "project"
    project.mkdir()
    words = ("-m", "whence", "mcp", "--project", str(project))
    found = {"name": "search", "arguments": {"query": "which cache is written through"}}
    kept = {"name": "remember", "arguments": {"kind": "note", "content": "Zebra caches are written through"}}
    client = Client(*words, home=home, model=NAME)
    client.ask("initialize", HELLO)
    client.tell("notifications/initialized")
    client.ask("tools/list", {})
    idle = taken(client.process.pid)
    client.ask("tools/call", kept)
    time.sleep(5)  # the vector of what was remembered, and the model for it
    client.ask("tools/call", found)
    alone = taken(client.process.pid)
    client.close()
    os.environ["WHENCE_EMBEDDING_MODEL"], os.environ["WHENCE_CONFIG"] = NAME, os.devnull
    with LspClient(Path(home)) as editor:
        editor.start(project, settings={"embedding": {"model": NAME}})
        editor.request("whence/status")
        client = Client(*words, home=home, model=NAME)
        client.ask("initialize", HELLO)
        client.tell("notifications/initialized")
        client.ask("tools/call", found)
        elsewhere = taken(client.process.pid)
        client.close()
        editor.stop()
    return idle, alone, elsewhere


def imported(home: str) -> float:
    """Milliseconds that `import mcp` takes, its process included."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-P", "-c", "import mcp"], check=True, cwd=home)
    return (time.perf_counter() - start) * 1000


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    ours: list[list[float]] = []
    bare: list[list[float]] = []
    alone: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        words = ("-m", "whence", "mcp", "--project", str(Path(home)))
        served(home, *words, search=True)  # compiles what is not compiled yet
        for _ in range(options.rounds):
            ours.append(served(home, *words, search=True))
            bare.append(served(home, "-c", BARE))
            alone.append(imported(home))
        os.environ["WHENCE_CACHE"] = str(CACHE.parent)
        takes = memory(home)
    first, listed, searched = (statistics.median(each) for each in zip(*ours, strict=True))
    bare_first, bare_listed = (statistics.median(each) for each in zip(*bare, strict=True))
    print(f"{'':26}{'initialize':>12}{'tools/list':>12}{'first search':>14}")
    print(f"{'whence mcp':26}{first:9.0f} ms{listed:9.0f} ms{searched:11.0f} ms   goal {GOAL} ms to tools/list")
    print(f"{'a bare server of the SDK':26}{bare_first:9.0f} ms{bare_listed:9.0f} ms")
    print(f"{'import mcp':26}{statistics.median(alone):9.0f} ms")
    for name, each in zip(
        ("idle", "after a search of its own", "after one that an editor's server answered"), takes, strict=True
    ):
        print(f"whence mcp, {name}: {each.told()}")


if __name__ == "__main__":
    main()
