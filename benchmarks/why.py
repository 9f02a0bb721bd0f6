"""Whence this line: how long the answer takes, git's own time included, and apart.

Run: `python benchmarks/why.py [--commits 10000] [--lines 5000] [--revisions 50] [--asks 60]`, or with
`--repository FOLDER --file PATH`. Without a folder it makes a repository at run time. Its history is imported, and
decisions, bugs and conversations are linked to each third commit. Prints p50 and p95 in ms for a few lines, as a person
selects them, for a hundred, and for the whole file. Git compares every revision of the file since the line was written:
with 5,000 lines, 1 to 2 ms each beside 60 ms for 10,000 commits. Of 10,000 commits a file has 40 on average here.
`next line` is what a person waits who moves the cursor in a file that was asked about a moment ago, and `marks` what an
editor waits for what it shows beside the lines of a file, of twenty short ones and of the long one.
"""

import argparse
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import Maker, percentile
from benchmarks.pasts import Past
from whence.faces.library.engine import Engine
from whence.git import blame, repositories
from whence.values.memory import Bug, Conversation, Decision, Link, MemoryBase, Message
from whence.values.settings import parse


def around(engine: Engine, maker: Maker) -> Iterator[MemoryBase]:
    """A bug solved by each third Change, the decision that it carries out, and the conversation about that."""
    at = datetime.now(UTC)
    for change in engine.project.store.by_keys(sorted(engine.project.store.keys("change"))[::3]):
        decision = Decision(decision=maker.words(8), rationale=maker.words(30), created_at=at)
        yield decision
        yield Bug(message=maker.words(8), links=(Link(relation="solved_by", target=change.id),), created_at=at)
        said = (Message(role="user", content=maker.words(40)), Message(role="assistant", content=maker.words(200)))
        yield Conversation(messages=said, links=(Link(relation="about", target=decision.id),), created_at=at)
        link = Link(relation="implements", target=decision.id)
        yield change.model_copy(update={"links": (*change.links, link)})


def told(name: str, whole: list[float], by_git: list[float]) -> None:
    """Print p50 and p95 in ms."""
    figures = "   ".join(
        f"{what} p50 {percentile(each, 0.5) * 1e3:5.0f} ms  p95 {percentile(each, 0.95) * 1e3:5.0f} ms"
        for what, each in (("all", whole), ("git alone", by_git))
    )
    print(f"{name:14} {figures}")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=5_000)
    parser.add_argument("--revisions", type=int, default=50)
    parser.add_argument("--asks", type=int, default=60)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--file", default="long.py")
    options = parser.parse_args()
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="whence bench ") as folder:
        root = options.repository or Path(folder) / "work"
        if options.repository is None:
            Past(root, commits=options.commits, long=options.lines, revisions=options.revisions)
        os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
        with Engine(root, parse({"embedding": {"model": "none"}})) as engine:
            engine.import_history()
            made = around(engine, Maker())
            while some := list(islice(made, 400)):
                engine.project.writer.write(some)
            engine.project.indexer.settle(600)
            engine.project.store.maintain(force=True)
            repository = repositories.find(root)
            if repository is None:
                raise SystemExit("there is no repository")
            lines = (root / options.file).read_bytes().count(b"\n")
            print(f"{sum(engine.project.store.counts().values())} memories, {options.file} of {lines} lines")
            for name, count, asks in (
                ("1 line", 1, options.asks),
                ("20 lines", 20, options.asks),
                ("100 lines", 100, options.asks),
                ("whole file", lines, 15),
            ):
                whole: list[float] = []
                by_git: list[float] = []
                reasons = 0
                for _ in range(asks):
                    start = chance.randint(1, max(1, lines - count))
                    begun = time.perf_counter()
                    found = engine.why(options.file, start, min(lines, start + count - 1))
                    between = time.perf_counter()
                    blame.blame(repository, options.file, start, min(lines, start + count - 1))
                    whole.append(between - begun)
                    by_git.append(time.perf_counter() - between)
                    reasons += len(found.reasons)
                told(name, whole, by_git)
                print(f"{'':14} {reasons / asks:.1f} reasons an answer")
        with Engine(root, parse({"embedding": {"model": "none"}}), lasting=True) as engine:
            engine.why(options.file, 1, 1)
            while engine.project.whole_files.lines(repository, options.file, 1, 1) is None:
                time.sleep(0.05)
            whole, by_git = [], []
            for _ in range(options.asks):
                line = chance.randint(1, lines)
                begun = time.perf_counter()
                engine.why(options.file, line, line)
                between = time.perf_counter()
                blame.blame(repository, options.file, line, line)
                whole.append(between - begun)
                by_git.append(time.perf_counter() - between)
            told("next line", whole, by_git)
            others = (each.relative_to(root).as_posix() for each in sorted(root.rglob("*.py")))
            short = list(islice((each for each in others if each != options.file), 20))
            for name, files in (("marks", short), ("marks, long", [options.file] * 10)):
                whole, by_git = [], []
                for file in files:
                    begun = time.perf_counter()
                    engine.marks(file)
                    between = time.perf_counter()
                    blame.blame(repository, file, 1, 1)
                    whole.append(between - begun)
                    by_git.append(time.perf_counter() - between)
                told(name, whole, by_git)


if __name__ == "__main__":
    main()
