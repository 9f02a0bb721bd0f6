"""Does one job of `peers.py` with one peer, in a process and an environment of the peer's own.

    python -P benchmarks/peers_worker.py PEER JOB.json

A job names a file of texts (JSON lines of `id`, `kind`, `text` and, for Whence, the whole `memory`), a folder to work
in, and what to measure; the last line of the output is the result, in JSON.
"""

import contextlib
import importlib
import json
import re
import sqlite3
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent))  # last: a folder of ours must not stand for a package

from benchmarks.peers_adapters import Chroma, Lance, Peer, Row, Sqlite, Vectors
from benchmarks.peers_products import BasicMemory, McpMemoryService, Whence

PEERS: dict[str, Any] = {
    "whence": Whence,
    "sqlite": Sqlite,
    "lancedb": Lance,
    "chromadb": Chroma,
    "mcp-memory-service": McpMemoryService,
    "basic-memory": BasicMemory,
}


NEED_EXTENSIONS = ("sqlite", "mcp-memory-service", "basic-memory")
"""Peers whose SQLite loads sqlite-vec; where Python's own was built without that, a wheel with another stands in."""


PATIENCE = 60.0
"""Seconds of searches, and of writes, after which no more are asked for: some peers take 18 of them for one search."""


def resident() -> float:
    """This process's resident memory in MB, as Linux tells it."""
    return int(re.findall(r"VmRSS:\s+(\d+)", Path("/proc/self/status").read_text(encoding="utf-8"))[0]) / 1024


def disk(folder: Path) -> float:
    """What the files of a folder hold, in MB."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()) / 1e6


def measured(peer: Peer, job: Row, rows: Sequence[Row], vectors: Vectors) -> Row:
    """Load, search, write and count after each write, and what it took."""
    begun = time.perf_counter()
    peer.load(rows)
    result: Row = {
        "import": len(rows) / (time.perf_counter() - begun),
        "write": [],
        "search": [],
        "busy": [],
        "count": [],
    }
    if (counted := peer.count()) != len(rows):
        raise RuntimeError(f"{counted} of {len(rows)} texts are there")
    found, until = 0, time.perf_counter() + PATIENCE
    for words in job["queries"]:
        if time.perf_counter() > until:
            break
        vector = vectors.of(words)
        begun, busy = time.perf_counter(), time.process_time()
        found += bool(peer.search(words, vector, job["kind"]))
        result["search"].append((time.perf_counter() - begun) * 1000)
        result["busy"].append((time.process_time() - busy) * 1000)
    result |= {"answered": found / len(result["search"]), "memory": resident()}
    until = time.perf_counter() + PATIENCE
    for row in job["writes"]:
        if time.perf_counter() > until:
            break
        begun = time.perf_counter()
        peer.write(row)
        between = time.perf_counter()
        peer.count()
        result["write"].append((between - begun) * 1000)
        result["count"].append((time.perf_counter() - between) * 1000)
    peer.rest()
    return result | {"disk": disk(Path(job["folder"]))}


def main() -> None:
    """Do the job, and print the result."""
    name, file = sys.argv[1:]
    if name in NEED_EXTENSIONS and not hasattr(sqlite3.Connection, "enable_load_extension"):
        sys.modules["sqlite3"] = importlib.import_module("pysqlite3")
        sys.modules["sqlite3.dbapi2"] = sys.modules["pysqlite3.dbapi2"]
    job = json.loads(Path(file).read_text(encoding="utf-8"))
    vectors = Vectors(job.get("vectors", ""))
    with Path(job["texts"]).open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with contextlib.redirect_stdout(sys.stderr):
        peer: Peer = PEERS[name](Path(job["folder"]), vectors)
        if "asked" in job:
            peer.load(rows)
            result = {qid: peer.search(words, vectors.of(words), "") for qid, words in job["asked"].items()}
        else:
            result = measured(peer, job, rows, vectors)
        peer.close()
    print(json.dumps(result))


if __name__ == "__main__":
    main()
