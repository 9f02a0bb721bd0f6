"""What an editor waits for: `initialize`, saves, and memory, measured on a real server from the outside.

    python benchmarks/server.py [--rounds 7] [--saves 60] [--memories 10000]

`initialize` is timed from starting the process to its answer, in turns with a bare pygls server, so that both meet the
same noise. A save is timed from sending `didSave` to the notification that it is stored, to the first search that finds
it by its words, and to the moment its vectors exist.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.processes import LANCEDB, of_program, taken
from tests.rpc import LspClient

BARE = (
    "from lsprotocol import types as t\n"
    "from pygls.lsp.server import LanguageServer\n"
    "server = LanguageServer('bare', '1')\n"
    "@server.feature(t.TEXT_DOCUMENT_DID_SAVE)\n"
    "def saved(params): pass\n"
    "server.start_io()\n"
)


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def initialize(home: Path, command: list[str] | None) -> float:
    """Milliseconds from starting a server to its answer."""
    start = time.perf_counter()
    with LspClient(home, command=command) as client:
        client.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        return (time.perf_counter() - start) * 1000


def repository(folder: Path) -> Path:
    """A repository with one commit."""
    folder.mkdir()
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
    for words in (
        ["init", "-q"],
        ["-c", "user.name=b", "-c", "user.email=b@example.invalid", "commit", "-q", "--allow-empty", "-m", "Begin"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True, env=environment)
    return folder


def told(client: LspClient, seen: int) -> bool:
    """Whether the server has told of something stored since so many notifications."""
    return any(each["params"].get("ids") for each in client.notifications[seen:])


def found(client: LspClient, word: str, name: str) -> bool:
    """Whether a search for the word finds what was saved; by meaning alone it finds the neighbours of that too."""
    return name in str(client.request("whence/search", {"query": word, "limit": 1})["hits"])


def saves(client: LspClient, folder: Path, first: int, count: int) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds from each save to stored, to found by words, and to found by meaning."""
    stored: list[float] = []
    by_words: list[float] = []
    by_meaning: list[float] = []
    body = "".join(f"    step_{n} = transform(step_{n - 1}, {n})\n" for n in range(1, 200))
    for n in range(first, first + count):
        word = f"zebra{n}marker"
        path = folder / f"module_{n}.py"
        path.write_text(f"def {word}(step_0):\n{body}", encoding="utf-8")
        seen = len(client.notifications)
        start = time.perf_counter()
        client.save(path)
        client.until("stored", partial(told, client, seen), step=0.0005)
        stored.append((time.perf_counter() - start) * 1000)
        client.until("words", partial(found, client, word, path.name))
        by_words.append((time.perf_counter() - start) * 1000)
        if client.request("whence/status")["embedding"]["state"] == "ready":
            client.until("meaning", partial(embedded, client))
            by_meaning.append((time.perf_counter() - start) * 1000)
    return stored, by_words, by_meaning


def embedded(client: LspClient) -> bool:
    """Whether every passage has its vector."""
    state = client.request("whence/status")["embedding"]
    return bool(state["embedded"] == state["passages"])


FILL = (
    "import sys; from pathlib import Path; import numpy as np\n"
    "from benchmarks.memories import unit_vectors\n"
    "from whence.faces.library.engine import Engine\n"
    "from whence.retrieval.passages import split\n"
    "from whence.values.memory import Note; from whence.values.settings import parse\n"
    "folder, count, model = Path(sys.argv[1]), int(sys.argv[2]), 'all-MiniLM-L6-v2'\n"
    "with Engine(folder, parse({'embedding': {'model': 'none'}})) as engine:\n"
    "    store, chance = engine.project.store, np.random.default_rng(1)\n"
    "    for start in range(0, count, 1000):\n"
    "        notes = [Note(content=f'The {n}th choice about module {n % 97} keeps the '\n"
    "            f\"{('cache', 'parser', 'queue')[n % 3]} simple. It may change later.\")\n"
    "            for n in range(start, min(start + 1000, count))]\n"
    "        passages = [passage for note in notes for passage in split(note)]\n"
    "        store.put(notes); store.passages.put(notes, passages)\n"
    "        todo = store.passages.unembedded(model, len(passages))\n"
    "        vectors = unit_vectors(len(todo), 384, chance)\n"
    "        store.passages.put_vectors(model, [(todo[n][0], vectors[n]) for n in range(len(todo))])\n"
    "    store.maintain(force=True)\n"
)


def fill(folder: Path, data: Path, count: int) -> None:
    """Write so many notes of a few sentences, in a process of its own. Their vectors are drawn; real ones take long."""
    top = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, (top, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-c", FILL, str(folder), str(count)]
    subprocess.run(command, env={**os.environ, "WHENCE_HOME": str(data), "PYTHONPATH": path}, check=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--saves", type=int, default=60)
    parser.add_argument("--memories", type=int, default=10_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        home = Path(scratch)
        bare, ours = [], []
        for _ in range(options.rounds + 1):
            bare.append(initialize(home, [sys.executable, "-c", BARE]))
            ours.append(initialize(home, None))
        ratio = statistics.median(ours[1:]) / statistics.median(bare[1:])
        print(
            f"initialize           bare pygls {statistics.median(bare[1:]):5.0f} ms   whence "
            f"{statistics.median(ours[1:]):5.0f} ms   ratio {ratio:.2f}"
        )
        folder = repository(home / "project")
        with LspClient(home / "data") as client:
            client.start(folder, settings={"embedding": {"model": "all-MiniLM-L6-v2"}})
            client.until("the model", lambda: client.request("whence/status")["embedding"]["state"] != "preparing", 300)
            saves(client, folder, 0, 5)
            for name, values in zip(
                ("stored", "found by words", "found by meaning"), saves(client, folder, 5, options.saves), strict=True
            ):
                if values:
                    middle, high = percentile(values, 0.5), percentile(values, 0.95)
                    print(f"save to {name:16} p50 {middle:6.1f} ms   p95 {high:6.1f} ms")
            client.stop()
        fill(folder, home / "data", options.memories)
        with LspClient(home / "data") as client:
            client.start(folder, settings={"embedding": {"model": "all-MiniLM-L6-v2"}})
            client.until("all vectors", partial(embedded, client), 1800)
            client.request("whence/search", {"query": "which module keeps the queue simple"})
            time.sleep(30)  # idle: the allocator has had time to give back what it can
            print(f"idle at {options.memories} memories: {taken(client.process.pid).told()}")
            print(f"import lancedb: {of_program(LANCEDB).told()}")
            client.stop()


if __name__ == "__main__":
    main()
