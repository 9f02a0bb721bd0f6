"""Patterns: time and memory until habits, groups of errors and a solution are told of a long history, without a model.

    python benchmarks/patterns.py [CHANGES [BUGS]]

10,000 changes of one to three files and 2,000 bugs, half of them with a solution, made at run time; no vectors, so that
bugs are compared by their words. Goals: 5 s for habits, 5 s for groups, 500 ms for a solution.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import BEGAN, Maker
from whence.faces.library.engine import Engine
from whence.values.memory import Bug
from whence.values.settings import parse

_KINDS = ("TypeError", "KeyError", "OperationalError", "ValueError", "TimeoutError", "AssertionError")
GOALS = {"habits": 5.0, "groups": 5.0, "a solution": 0.5}


def bugs(maker: Maker, count: int) -> list[Bug]:
    """So many bugs, an hour apart, in 200 files."""
    return [
        Bug(
            message=maker.words(14),
            error_type=maker.chance.choice(_KINDS),
            file=f"src/part{n % 40}/module{n % 5}.py",
            files=(f"src/part{n % 40}/module{n % 5}.py",),
            solution=maker.words(20) if n % 2 else "",
            resolved=bool(n % 2),
            created_at=BEGAN + timedelta(hours=n),
            count=maker.chance.choice((1, 1, 1, 2, 5)),
        )
        for n in range(count)
    ]


def main() -> int:
    """Make the history, ask thrice for each, and print the median. Returns 1 where a goal is missed."""
    changes, errors = (int(each) for each in (*sys.argv[1:], *("10000", "2000")[len(sys.argv) - 1 :]))
    maker, missed = Maker(), 0
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
        root = Path(folder) / "project"
        root.mkdir()
        with Engine(root, parse({"embedding": {"model": "none"}})) as engine:
            for start in range(0, changes, 500):
                engine.project.store.put(
                    [maker.change(BEGAN + timedelta(minutes=20 * n)) for n in range(start, start + 500)]
                )
            engine.project.store.put(bugs(maker, errors))
            while stale := engine.project.store.passages.stale(500):
                engine.project.indexer.index(stale)
            engine.project.store.maintain(force=True)
            asked: dict[str, Callable[[], object]] = {
                "habits": engine.analyze_patterns,
                "groups": engine.error_patterns,
                "a solution": lambda: engine.suggest_solution(
                    maker.words(10), "TypeError", file="src/part1/module1.py"
                ),
            }
            print(f"{changes:,} changes, {errors:,} bugs")
            for name, ask in asked.items():
                took = []
                for _ in range(3):
                    started = time.perf_counter()
                    ask()
                    took.append(time.perf_counter() - started)
                seconds = sorted(took)[1]
                missed += seconds > GOALS[name]
                print(f"{name:12} {seconds * 1000:8.0f} ms   (goal {GOALS[name] * 1000:.0f} ms)")
    print(f"peak memory  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
