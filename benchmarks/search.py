"""What a search costs at 1,000, 10,000 and 100,000 memories, beside SQLite's FTS5 with a numpy matrix.

    python benchmarks/search.py [--sizes 1000 10000 100000] [--queries 100]

Both hold the same passages and the same vectors, and answer the same queries in turns, from the words to twenty ranked
memories with the query's embedding included. The rival is what one would write in an afternoon: FTS5 (porter unicode61)
and a matrix of all vectors in memory, 200 candidates each, min-max normalised and summed, the memories read back from
SQLite. It knows no filters and one process.

What is mapped of the columns counts as memory of each process that searches, and lies in the system's cache once.

Vectors are random, of unit length, since those of 250,000 passages take an hour; queries are embedded for real.
"""

import argparse
import gc
import os
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ["OPENBLAS_NUM_THREADS"] = (
    "1"  # as our servers have it (`faces/footprint`); for both, and before numpy is read
)

import numpy as np
from numpy.typing import NDArray

from benchmarks.memories import Maker, percentile, unit_vectors
from tests.model_cache import cached_model
from whence.faces.library.engine import Engine
from whence.retrieval.passages import split
from whence.retrieval.query import Query
from whence.store import Store, disk_size
from whence.values.memory import MemoryBase
from whence.values.passage import Passage
from whence.values.protocol import Filter
from whence.values.settings import Settings

T = TypeVar("T")

CANDIDATES = 200
ANSWERS = 20
BATCH = 2000


class Rival:
    """FTS5 over the passages' text, and a matrix of their vectors."""

    def __init__(self, file: Path) -> None:
        self.connection = sqlite3.connect(file)
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("CREATE TABLE memories (id TEXT PRIMARY KEY, payload TEXT)")
        self.connection.execute("CREATE TABLE passages (number INTEGER PRIMARY KEY, memory TEXT)")
        self.connection.execute("CREATE VIRTUAL TABLE texts USING fts5(text, content='', tokenize='porter unicode61')")
        self.owners: list[str] = []
        self.parts: list[NDArray[np.float32]] = []
        self.matrix: NDArray[np.float32] = np.zeros((0, 0), dtype=np.float32)

    def add(self, memories: Sequence[MemoryBase], passages: Sequence[Passage], vectors: NDArray[np.float32]) -> None:
        """Keep these, in one transaction."""
        start = len(self.owners)
        with self.connection:
            self.connection.executemany(
                "INSERT INTO memories VALUES (?, ?)", ((each.id, each.model_dump_json()) for each in memories)
            )
            self.connection.executemany(
                "INSERT INTO texts (rowid, text) VALUES (?, ?)",
                ((start + n, f"{each.title}\n{each.text}") for n, each in enumerate(passages)),
            )
        self.owners += [each.memory for each in passages]
        self.parts.append(vectors)

    def finish(self) -> None:
        """Bring the index and the matrix into their best shape."""
        self.connection.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        self.matrix = np.concatenate(self.parts)
        self.parts.clear()

    def search(self, query: str, vector: NDArray[np.float32] | None) -> list[str]:
        """Payloads of the memories that answer best."""
        wanted = " OR ".join('"' + word.replace('"', '""') + '"' for word in query.split())
        rows = self.connection.execute(
            "SELECT rowid, -bm25(texts) FROM texts WHERE texts MATCH ? ORDER BY bm25(texts) LIMIT ?",
            (wanted, CANDIDATES),
        ).fetchall()
        scores: dict[str, float] = {}
        self._take(scores, rows)
        if vector is not None:
            cosines = self.matrix @ vector
            nearest = np.argpartition(-cosines, min(CANDIDATES, len(cosines) - 1))[:CANDIDATES]
            self._take(scores, [(int(n), float(cosines[n])) for n in nearest])
        best = sorted(scores, key=lambda id: -scores[id])[:ANSWERS]
        marks = ", ".join("?" * len(best))
        found = self.connection.execute(f"SELECT payload FROM memories WHERE id IN ({marks})", best).fetchall()
        return [payload for (payload,) in found]

    def _take(self, scores: dict[str, float], rows: list[tuple[int, float]]) -> None:
        least, most = min((score for _, score in rows), default=0.0), max((score for _, score in rows), default=0.0)
        own: dict[str, float] = {}
        for number, score in rows:
            part = (score - least) / (most - least or 1.0)
            own[self.owners[number]] = max(own.get(self.owners[number], 0.0), part)
        for id, part in own.items():
            scores[id] = scores.get(id, 0.0) + part


def batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    """The items by so many."""
    while batch := list(islice(items, size)):
        yield batch


def fill(engine: Engine, rival: Rival, count: int, dimension: int, maker: Maker) -> int:
    """The same memories in both. Returns the number of passages."""
    store, chance, total = engine.project.store, np.random.default_rng(1), 0
    for memories in batches(maker.memories(count), BATCH):
        passages = [passage for each in memories for passage in split(each)]
        total += len(passages)
        vectors = unit_vectors(len(passages), dimension, chance)
        by_id = {passage.id: vector for passage, vector in zip(passages, vectors, strict=True)}
        store.put(memories)
        store.passages.put(memories, passages)
        todo = store.passages.unembedded(engine.project.settings.embedding.model, len(passages))
        store.passages.put_vectors(
            engine.project.settings.embedding.model, [(handle, by_id[handle.rpartition("@")[0]]) for handle, _ in todo]
        )
        rival.add(memories, passages, vectors)
    store.maintain(force=True)
    started = time.perf_counter()
    store.passages.columns.renew()
    print(f"\ncolumns of {total:,} passages made in {time.perf_counter() - started:.1f} s", end="")
    rival.finish()
    return total


def timed(times: list[float], work: Callable[[], T]) -> T:
    """Do the work and add its milliseconds."""
    start = time.perf_counter()
    result = work()
    times.append((time.perf_counter() - start) * 1000)
    return result


def rival_search(rival: Rival, embed: Callable[[list[str]], NDArray[np.float32] | None], query: str) -> list[str]:
    """What the rival finds, the query's embedding included."""
    vectors = embed([query])
    return rival.search(query, None if vectors is None else vectors[0])


def mapped() -> float:
    """What this process has in memory of the files of columns, in MB, as Linux tells it; elsewhere not known."""
    told, total = Path("/proc/self/smaps"), 0
    if not told.exists():
        return float("nan")
    for each in re.split(r"^(?=[0-9a-f]+-[0-9a-f]+ )", told.read_text(encoding="utf-8"), flags=re.MULTILINE):
        if ".columns" in each.partition("\n")[0]:
            total += int(re.findall(r"^Rss:\s+(\d+)", each, re.MULTILINE)[0])
    return total / 1024


def by_words(store: Store, query: str) -> object:
    """Candidates by full text, the query's terms included."""
    return store.passages.by_words(Query(query).terms, Filter(), CANDIDATES)


def measure(count: int, queries: int) -> None:
    """Fill both, ask both, and print."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        os.environ["WHENCE_HOME"] = str(Path(scratch) / "home")
        folder = Path(scratch) / "project"
        folder.mkdir()
        maker = Maker()
        with Engine(folder, Settings()) as engine:
            embed = engine.project.indexer.vector
            sample = embed(["warm up"])
            rival = Rival(Path(scratch) / "rival.db")
            started = time.perf_counter()
            passages = fill(engine, rival, count, 384 if sample is None else sample.shape[1], maker)
            loading = time.perf_counter() - started
            gc.collect()
            gc.freeze()  # as our servers do once they have started: what is there already is not looked through again
            asked = [maker.words(7) for _ in range(queries + 5)]
            whole: list[float] = []
            other: list[float] = []
            parts: dict[str, list[float]] = {
                name: [] for name in ("embedding", "LanceDB by words", "LanceDB by meaning", "newest 50", "one save")
            }
            store, model, answered = engine.project.store, engine.project.settings.embedding.model, 0
            spent: dict[str, list[float]] = {"ours": [], "theirs": []}
            for query in asked:
                begun = time.process_time()
                result = timed(whole, partial(engine.search, query))
                between = time.process_time()
                answered += len(result.hits)
                timed(other, partial(rival_search, rival, embed, query))
                spent["ours"].append((between - begun) * 1000)
                spent["theirs"].append((time.process_time() - between) * 1000)
            held = mapped()
            store.passages.columns.rest()
            rested = mapped()
            engine.search(asked[0])
            again = mapped()
            for query in asked:
                vectors = timed(parts["embedding"], partial(embed, [query]))
                timed(
                    parts["LanceDB by words"],
                    partial(by_words, store, query),
                )
                if vectors is not None:
                    timed(
                        parts["LanceDB by meaning"],
                        partial(store.passages.by_vector, model, vectors[0], Filter(), CANDIDATES),
                    )
                timed(parts["newest 50"], lambda: store.newest(Filter(), limit=50))
            for each in maker.memories(20):
                timed(parts["one save"], partial(store.put, [each]))
            size = disk_size(store) / 1e6
        print(f"\n{count:,} memories, {passages:,} passages, {size:.0f} MB; loaded and indexed in {loading:.0f} s")
        print(f"  {'Whence, search':26} {line(whole)}   {answered / len(asked):.1f} answers a query")
        print(f"  {'SQLite FTS5 + numpy':26} {line(other)}")
        print(f"    {'processor time, ours':24} {line(spent['ours'])}")
        print(f"    {'processor time, theirs':24} {line(spent['theirs'])}")
        print(f"    {'mapped of columns':24} {held:.0f} MB, after a rest {rested:.0f}, one search later {again:.0f}")
        for name, times in parts.items():
            if times:
                print(f"    {name:24} {line(times)}")


def line(times: list[float]) -> str:
    """Median and 95th percentile, without the first five, which warm up."""
    warm = times[5:]
    return f"p50 {percentile(warm, 0.5):7.1f} ms   p95 {percentile(warm, 0.95):7.1f} ms"


def main() -> None:
    """Measure and print, size by size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=100)
    options = parser.parse_args()
    cached_model()
    for size in options.sizes:
        measure(size, options.queries)


if __name__ == "__main__":
    main()
