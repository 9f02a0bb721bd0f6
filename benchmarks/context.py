"""Context blocks: how much of what answers a question they hold for their tokens, beside plain top-k, and how long
they take.

    python benchmarks/context.py [--data FOLDER] [--sets NAME ...] [--queries 40] [--corpora 2] [--memories 10000]

The question sets are those of `retrieval.py`, loaded as it loads them. Every query is put to `Engine.context` with
each budget, and the block compared with the plain one: the memories that `Engine.search` finds, whole, best first,
each under the same heading, until the budget is full, the last one cut where it is. `found` is the share of the gold
memories, or turns of a conversation, that a block holds something of; `content` the share of their lines; per 1,000
tokens, both divided by what the blocks really take. Without --data, only the time is measured: blocks from so many
memories made at run time, with the query's embedding.
"""

import argparse
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

from benchmarks.memories import Maker, percentile
from benchmarks.retrieval import SETS, Kept, Row, load, project
from tests.models import CACHE, NAME, cached_model
from whence import indexing
from whence.engine import Engine
from whence.intelligence import tokens
from whence.intelligence.embedding import load as load_model
from whence.memory import MemoryBase
from whence.retrieval import quoting
from whence.retrieval.markdown import clean

BUDGETS = (500, 1000, 2000, 4000)
DEPTH = 50


def count(text: str) -> int:
    """Tokens of a text."""
    counter = tokens.counter()
    assert counter, "the vocabulary is not installed"
    return counter(text)


def plain(memories: Sequence[MemoryBase], budget: int, query: str) -> str:
    """The memories whole, in their order, until the budget is full; the last one cut."""
    text = quoting.introduction(query)
    for memory in memories:
        body = clean(memory.markdown())
        section = quoting.section(memory, body)
        if count(text + section) <= budget:
            text += section
            continue
        low, high = 0, len(body)
        while high - low > 8:
            middle = (low + high) // 2
            if count(text + quoting.section(memory, body[:middle])) <= budget:
                low = middle
            else:
                high = middle
        return text + (quoting.section(memory, body[:low]) if low else "")
    return text


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
            memory = engine.one(id)
            golden.append(
                (id, memory.text()) if many == 1 and not memory.pieces() else ("", memory.messages[at].content)
            )
        hits = engine.search(each["text"], limit=DEPTH).hits
        memories = {memory.id: memory for memory in engine.store.get([hit.id for hit in hits])}
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


def timed(home: Path, count_of: int, rounds: int) -> None:
    """How long blocks take among so many memories."""
    maker = Maker()
    folder = home / "timed"
    folder.mkdir()
    with Engine(folder) as engine:
        made = list(maker.memories(count_of))
        for at in range(0, len(made), 500):
            engine.writer.write(made[at : at + 500])
        if not engine.settle(3600, vectors=True):
            raise SystemExit("The memories were not indexed in an hour.")
        engine.store.maintain(force=True)
        engine.context("the first one loads the vocabulary")
        for budget in (1000, 4000):
            times = []
            for _ in range(rounds):
                query = maker.words(9)
                start = time.perf_counter()
                engine.context(query, budget=budget)
                times.append((time.perf_counter() - start) * 1000)
            p50, p95 = percentile(times, 0.5), percentile(times, 0.95)
            print(f"{count_of} memories, {budget} tokens: p50 {p50:.0f} ms, p95 {p95:.0f} ms", flush=True)


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
    indexing.embedders[folder] = kept
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
