"""Context blocks: how much of what answers a question they hold for their tokens, beside plain top-k, and how long
they take.

    python benchmarks/context.py [--data FOLDER] [--sets NAME ...] [--queries 40] [--corpora 2] [--memories 10000]

The question sets are those of `retrieval.py`, loaded as it loads them. Every query is put to `Engine.context` with
each budget, and the block compared with the plain one: the memories that `Engine.search` finds, whole, best first,
each under the same heading, until the budget is full, the last one cut where it is. `found` is the share of the gold
memories, or turns of a conversation, that a block holds something of; `content` the share of their lines; per 1,000
tokens, both divided by what the blocks really take. Without --data, only the time is measured: of blocks from so many
memories made at run time, with random vectors; queries are embedded for real.
"""

import argparse
import gc
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from platformdirs import user_cache_dir

from benchmarks.memories import Maker, percentile, unit_vectors
from benchmarks.retrieval import SETS, Kept, Row, load, project
from benchmarks.search import batches
from tests.model_cache import CACHE, NAME, cached_model
from whence.background import embedding_model
from whence.faces.library.engine import Engine
from whence.models import vocabulary
from whence.models.embedding import load as load_model
from whence.retrieval import block as quoting
from whence.retrieval.passages import split
from whence.values.markdown import clean
from whence.values.memory import Conversation, MemoryBase

BUDGETS = (500, 1000, 2000, 4000)
DEPTH = 50


def count(text: str) -> int:
    """Tokens of a text."""
    counter = vocabulary.counter()
    assert counter, "the vocabulary is not installed"
    return counter(text)


def plain(memories: Sequence[MemoryBase], budget: int, query: str) -> str:
    """The memories whole, in their order, until the budget is full; the last one cut."""
    text = quoting.introduction(query)
    left = budget - count(text)
    for memory in memories:
        body = clean(memory.markdown())
        section = quoting.section(memory, body)
        if len(body) > 12 * budget or (cost := count(section)) > left:
            return text + cut(memory, body[: 12 * budget], left)
        text, left = text + section, left - cost
    return text


def cut(memory: MemoryBase, body: str, room: int) -> str:
    """As much of a memory's beginning as there is room for; empty without any."""
    low, high = 0, len(body)
    while high - low > 8:
        middle = (low + high) // 2
        low, high = (middle, high) if count(quoting.section(memory, body[:middle])) <= room else (low, middle)
    return quoting.section(memory, body[:low]) if low else ""


def held(block: str, golden: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Share of the golden memories that a block holds something of, and of their lines.

    Args:
        block: the Markdown.
        golden: the id of each golden memory, or empty for the turn of a conversation, and its text.
    """
    found, content = [], []
    for id, text in golden:
        own = [line.strip() for line in clean(text).splitlines() if len(line.strip()) > 3]
        there = sum(line in block for line in own) / len(own) if own else 1.0
        found.append(float(f"source `{id}`" in block if id else there > 0))
        content.append(there)
    return float(np.mean(found)), float(np.mean(content))


def asked(engine: Engine, queries: Sequence[Row], turns: dict[str, list[str]], kept: Kept) -> Iterator[Any]:
    """For each query and budget: the budget, whether ours, share found, share of content, tokens."""
    places = {row: (id, at, len(rows)) for id, rows in turns.items() for at, row in enumerate(rows)}
    kept.asking = True
    for each in queries:
        golden = []
        for row in each["gold"]:
            id, at, many = places[row]
            memory = engine.project.one(id)
            if isinstance(memory, Conversation) and (many > 1 or memory.pieces()):
                golden.append(("", memory.messages[at].content))
            else:
                golden.append((id, memory.text()))
        hits = engine.search(each["text"], limit=DEPTH).hits
        memories = {memory.id: memory for memory in engine.project.store.get([hit.id for hit in hits])}
        ranked = [memories[hit.id] for hit in hits]
        for budget in BUDGETS:
            block = engine.context(each["text"], budget=budget)
            assert block.tokens <= budget and count(block.markdown) == block.tokens
            yield budget, True, *held(block.markdown, golden), block.tokens
            text = plain(ranked, budget, each["text"])
            yield budget, False, *held(text, golden), count(text)
    kept.asking = False


def compare(
    name: str, rows: list[Row], queries: list[Row], home: Path, kept: Kept, most: int, corpora: int
) -> list[Any]:
    """The figures of one set."""
    chance = random.Random(1)
    found: list[Any] = []
    largest = sorted({row["corpus"] for row in rows})[:corpora]
    for corpus in largest:
        own = [each for each in queries if each["corpus"] == corpus]
        engine, turns = project(home, f"{name} {corpus}", (row for row in rows if row["corpus"] == corpus))
        with engine:
            found += asked(engine, chance.sample(own, min(len(own), most // len(largest))), turns, kept)
    return found


def show(name: str, figures: list[Any]) -> None:
    """A line for each budget."""
    for budget in BUDGETS:
        told = [f"  {name:16} {budget:5}"]
        for ours in (True, False):
            some = np.array([each[2:] for each in figures if each[:2] == (budget, ours)], float)
            found, content, used = some.mean(axis=0)
            told.append(f"{found:.3f} {content:.3f} {used:6.0f}  {found / used * 1000:.3f} {content / used * 1000:.3f}")
        print("   |  ".join(told), flush=True)


def fill(engine: Engine, count: int, maker: Maker) -> None:
    """So many memories with random vectors: those of so many passages take an hour."""
    store, model, chance = engine.project.store, engine.project.settings.embedding.model, np.random.default_rng(1)
    embedded = engine.project.indexer.vector(["warm up"])
    assert embedded is not None, "the embedding model is not there"
    for memories in batches(maker.memories(count), 2000):
        passages = [passage for each in memories for passage in split(each)]
        store.put(memories)
        store.passages.put(memories, passages)
        todo = store.passages.unembedded(model, len(passages))
        vectors = unit_vectors(len(todo), embedded.shape[1], chance)
        store.passages.put_vectors(model, [(handle, vector) for (handle, _), vector in zip(todo, vectors, strict=True)])
    store.maintain(force=True)


def resident() -> float:
    """Megabytes of this process in memory; 0 where the system doesn't tell."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * 4096 / 1e6 if statm.exists() else 0.0


def timed(home: Path, count_of: int, rounds: int) -> None:
    """How long blocks take among so many memories."""
    maker = Maker()
    folder = home / "timed"
    folder.mkdir()
    with Engine(folder) as engine:
        fill(engine, count_of, maker)
        gc.freeze()  # as the servers do once they are open
        for _ in range(5):
            engine.search(maker.words(9))
        before, start = resident(), time.perf_counter()
        engine.context(maker.words(9))
        first, grown = (time.perf_counter() - start) * 1000, resident() - before
        print(f"{count_of:,} memories: the first block takes {first:.0f} ms and {grown:.0f} MB", flush=True)
        for budget in BUDGETS:
            times, searches = [], []
            for _ in range(rounds):
                query = maker.words(9)
                start = time.perf_counter()
                engine.context(query, budget=budget)
                times.append((time.perf_counter() - start) * 1000)
                start = time.perf_counter()
                engine.search(maker.words(9))
                searches.append((time.perf_counter() - start) * 1000)
            told = f"p50 {percentile(times, 0.5):4.0f} ms, p95 {percentile(times, 0.95):4.0f} ms"
            of = (
                f"a search beside it: p50 {percentile(searches, 0.5):4.0f} ms, p95 {percentile(searches, 0.95):4.0f} ms"
            )
            print(f"  {budget:5} tokens: {told};  {of}", flush=True)


def main() -> None:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the question sets; without one only time is measured")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS)
    parser.add_argument("--queries", type=int, default=40, help="the most of a set")
    parser.add_argument("--corpora", type=int, default=2, help="the most of a set")
    parser.add_argument("--memories", type=int, default=10_000, help="for the time; 0 measures none")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--home", type=Path, default=Path(user_cache_dir("whence")) / "retrieval", help="for databases")
    options = parser.parse_args()
    options.home.mkdir(parents=True, exist_ok=True)
    folder = cached_model()
    os.environ["WHENCE_CACHE"] = str(CACHE.parent)
    kept = Kept(load_model(folder, NAME), options.home / "vectors.db")
    embedding_model.embedders[folder] = kept
    with tempfile.TemporaryDirectory(dir=options.home, ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        os.environ["WHENCE_HOME"] = str(home / "home")
        if options.data:
            print("share of gold found, of its content, tokens; both per 1,000 tokens:  ours  |  top-k")
            figures = {}
            for name in options.sets:
                rows, queries = load(options.data, name, options.split)
                figures[name] = compare(name, rows, queries, home, kept, options.queries, options.corpora)
                show(name, figures[name])
            show("all", [each for some in figures.values() for each in some])
        if options.memories:
            kept.fresh = kept.asking = True
            timed(home, options.memories, options.rounds)
    kept.close()


if __name__ == "__main__":
    main()
