"""CodeMemBench: whether the memory of a codebase finds the change that is asked for, and says when there is none.

    python benchmarks/codemem.py CLONE [CLONE ...] [--until DATE] [--systems NAME ...] [--show KIND]

Takes clones of any public repositories. Of each it makes a repository that holds the history up to a moment, without
the changelog, and asks it with what later texts say: entries of the changelog, titles of pull requests in merges, and
titles of issues that messages quote, each without its numbers. What answers are the commits that carry the numbers. To
these come questions that have no answer: entries about changes after the moment, entries of the other clones, and
questions of our own with words that the past lacks. `docs/benchmark.md` tells method and limits.

Prints, for Whence and for plain baselines: nDCG@10 and recall@5 by kind of question; the share of questions without an
answer that get none, beside the share of those with one that get none; and the milliseconds of a question. Where no
`--until` is given, the moment is when 85% of the entries' changes were made. Nothing is fetched, nothing of the clones
is kept.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np

from benchmarks.codemem_baselines import DEPTH, Bm25, Found, Grep, MiniLm, Pickaxe, System, texts
from benchmarks.codemem_questions import Commit, Past, Question, asked, commits, fitting, moment, put, replayed
from benchmarks.memories import percentile
from benchmarks.retrieval import measures
from tests.model_cache import CACHE, NAME, cached_model
from whence.faces.library.engine import Engine
from whence.models.embedding import load
from whence.values.memory import Change
from whence.values.settings import parse

SHARE = 0.85
"""Of the entries' changes, how many lie before the moment where none is given."""
ANSWERED, UNANSWERED = ("entry", "pull", "issue"), ("later", "foreign", "absent")
CALIBRATED = ("BM25", "MiniLM alone")
"""Baselines that never abstain by themselves: they get the threshold at which they refuse as many questions that have
an answer as Whence does, which is known only afterwards and so in their favour."""


class Whence:
    """The product, through its engine: history imported, embedded, and asked for changes."""

    def __init__(self, root: Path) -> None:
        self.engine = Engine(root, parse({"embedding": {"download": False}}))
        self.engine.import_history()
        if not self.engine.settle(7200, vectors=True):
            raise SystemExit("The history was not indexed in two hours.")
        self.engine.project.store.passages.columns.renew()
        self.commits: dict[str, str] = {}

    def search(self, words: str) -> Found:
        """As `System.search`."""
        result = self.engine.search(words, kinds=("change",), limit=DEPTH)
        ids = list(dict.fromkeys(id for hit in result.hits for id in (hit.id, *hit.alike)))
        for memory in self.engine.project.store.get([id for id in ids if id not in self.commits]):
            self.commits[memory.id] = memory.commit if isinstance(memory, Change) else ""
        score = result.hits[0].score if result.hits else 0.0
        return Found([self.commits[id] for id in ids][:DEPTH], score, result.weak or not result.hits)

    def close(self) -> None:
        """Let go of the project."""
        self.engine.close()


class Answered(NamedTuple):
    """What a system answered to all questions."""

    found: list[Found]
    times: list[float]
    """Milliseconds of each."""


def ask(system: System, questions: Sequence[Question]) -> Answered:
    """Put the questions to a system, after one that warms it up."""
    system.search("warm up")
    found, times = [], []
    for each in questions:
        begun = time.perf_counter()
        found.append(system.search(each.text))
        times.append((time.perf_counter() - begun) * 1000)
    return Answered(found, times)


def refused(name: str, answered: Answered, questions: Sequence[Question], allowed: float) -> list[bool]:
    """Whether the system gives no answer, question by question; by threshold where it never says so itself.

    Args:
        name: of the system.
        answered: what it answered.
        questions: to what.
        allowed: the share of questions with an answer that a threshold may refuse.
    """
    if name not in CALIBRATED:
        return [each.none for each in answered.found]
    scores = np.array([each.score for each in answered.found])
    own = np.sort([score for score, each in zip(scores, questions, strict=True) if each.gold])
    least = own[int(allowed * len(own))] if len(own) else 0.0
    return [bool(each) for each in scores < least]


def table(questions: Sequence[Question], results: dict[str, Answered]) -> None:
    """Print what came of it, a system a line."""
    kinds = [kind for kind in (*ANSWERED, *UNANSWERED) if any(each.kind == kind for each in questions)]
    counted = ", ".join(f"{sum(each.kind == kind for each in questions)} {kind}" for kind in kinds)
    scored = [kind for kind in kinds if kind in ANSWERED]
    print(f"  questions: {counted}\n")
    head = "".join(f" | nDCG@10, {kind} | recall@5" for kind in scored)
    none = "".join(f" | {kind}" for kind in kinds if kind in UNANSWERED)
    print(f"| system{head} | none given: answerable{none} | p50 / p95 ms |")
    print("|---" * (3 + 2 * len(scored) + len(kinds) - len(scored)) + "|")
    allowed = 0.0
    if "Whence" in results:
        own = [each.none for each, asked in zip(results["Whence"].found, questions, strict=True) if asked.gold]
        allowed = float(np.mean(own)) if own else 0.0
    for name, answered in results.items():
        without = refused(name, answered, questions, allowed)
        cells = [name]
        for kind in scored:
            rows = [
                measures(found.ids, sorted(each.gold))
                for found, each in zip(answered.found, questions, strict=True)
                if each.kind == kind
            ]
            ndcg, recall = (float(np.mean([row[at] for row in rows])) for at in (0, 2))
            cells += [f"{ndcg:.3f}", f"{recall:.3f}"]
        for chosen in (ANSWERED, *((kind,) for kind in kinds if kind in UNANSWERED)):
            held = [none for none, each in zip(without, questions, strict=True) if each.kind in chosen]
            cells.append(f"{np.mean(held):.2f}" if held else "-")
        cells.append(f"{percentile(answered.times, 0.5):.1f} / {percentile(answered.times, 0.95):.1f}")
        print(f"| {' | '.join(cells)} |", flush=True)


def compared(past: Past, questions: Sequence[Question], names: Sequence[str]) -> dict[str, Answered]:
    """Ask every system."""
    held = texts(past.root)
    makers: dict[str, Callable[[], System]] = {
        "Whence": lambda: Whence(past.root),
        "git log --grep": lambda: Grep(past.root),
        "git log -S": lambda: Pickaxe(past.root),
        "BM25": lambda: Bm25(held),
        "MiniLM alone": lambda: MiniLm(held, load(cached_model(), NAME)),
    }
    results: dict[str, Answered] = {}
    for name in names:
        begun = time.perf_counter()
        system = makers[name]()
        print(f"  {name}: ready in {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        results[name] = ask(system, questions)
        if isinstance(system, Whence):
            system.close()
    return results


def prepared(clones: Sequence[Path], until: datetime | None, scratch: Path) -> list[tuple[Path, Past, list[Question]]]:
    """The past of each clone and what is asked of it."""
    histories: list[list[Commit]] = [commits(each) for each in clones]
    own = [fitting(asked(clone, history)) for clone, history in zip(clones, histories, strict=True)]
    made = []
    for number, clone in enumerate(clones):
        entries = [each for each in own[number] if each.kind == "entry"] or own[number]
        at = until or moment(entries, histories[number], SHARE)
        past = replayed(clone, scratch / f"past-{number}", at)
        others = [each for place, each in enumerate(own) if place != number]
        made.append((clone, past, put(past, [own[number], *others], histories[number])))
    return made


def main() -> None:
    """Replay, ask, and print."""
    names = ("Whence", "git log --grep", "git log -S", "BM25", "MiniLM alone")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("clones", type=Path, nargs="*", help="clones, bare or not; they are only read")
    parser.add_argument("--until", type=lambda day: datetime.fromisoformat(day).replace(tzinfo=UTC), help="the moment")
    parser.add_argument("--systems", nargs="+", default=names, choices=names)
    parser.add_argument("--show", choices=(*ANSWERED, *UNANSWERED), help="print the questions of a kind, and ask none")
    options = parser.parse_args()
    if not options.clones:
        print("No CLONE was given: the repositories are other people's, and not part of the project.")
        return
    cached_model()
    os.environ["WHENCE_CACHE"] = str(CACHE.parent)
    with tempfile.TemporaryDirectory(prefix="whence codemem ", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        os.environ["WHENCE_HOME"] = str(scratch / "home")
        for clone, past, questions in prepared(options.clones, options.until, scratch):
            name = clone.resolve().name if clone.resolve().name != "repo" else clone.resolve().parent.name
            print(f"\n{name}: {len(past.ids):,} commits until {past.until:%Y-%m-%d}")
            if options.show:
                print("\n".join(each.text for each in questions if each.kind == options.show))
            else:
                table(questions, compared(past, questions, options.systems))


if __name__ == "__main__":
    main()
