"""Upkeep: what summing up and merging take, and how well it is told what says the same.

Run: `python benchmarks/upkeep.py [--memories 10000]`. Prints how long it takes to sum up three months of so many
memories by rules, to find that nothing has changed, and to propose merges; then how many of 8 pairs of notes that say
the same in other words, and of 8 that only look alike, words and meanings tell. Needs the embedding model.
"""

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from whence.engine.consolidation import rules
from whence.faces.library.engine import Engine
from whence.retrieval.duplicates import likeness
from whence.values.calibration import calibration_of
from whence.values.memory import Change, FileEdit, MemoryBase, Note
from whence.values.memory.periods import midnight
from whence.values.settings import parse

SAME = (
    ("Store every timestamp of the orders table in UTC", "Timestamps of orders are kept in UTC, converted on display"),
    (
        "We use Redis for the session cache because restarts lost logins",
        "Sessions are cached in Redis, since everybody was logged out on a restart",
    ),
    ("Never call the payment API without an idempotency key", "Payment requests must carry an idempotency key"),
    (
        "KeyError in verify for tokens without a user; return None",
        "verify() raised KeyError when the token had no user, fixed by returning None",
    ),
    ("Run migrations before deploying the workers", "Database migrations have to run before workers are deployed"),
    ("Tests need the environment variable TZ=UTC", "Set TZ to UTC when running the tests"),
    ("Use pnpm, not npm, in this repository", "Package manager of the repo is pnpm; do not use npm"),
    ("The importer keeps at most 500 rows in memory", "Import in batches of 500 rows so that memory stays bounded"),
)
OTHER = (
    ("The API of the test system listens on port 8080", "The API of the live system listens on port 9090"),
    ("Use Redis for the session cache", "Use Redis for the job queue"),
    ("Deploy the workers on Mondays", "Deploy the website on Fridays"),
    ("KeyError in verify for tokens without a user", "KeyError in parse for requests without a body"),
    ("Users can be deleted by an administrator", "Orders can be deleted by an administrator"),
    ("Tests of the parser take 3 s", "Tests of the renderer take 9 s"),
    ("Retry failed payments three times", "Do not retry failed payments"),
    ("Round prices to cents", "Round weights to grams"),
)


def memories(count: int) -> list[MemoryBase]:
    """Notes and changes of 90 days, a tenth of the notes said twice."""
    chance = random.Random(1)
    words = [f"word{number}" for number in range(3000)]
    begin, made = midnight(date(2026, 1, 1)), list[MemoryBase]()
    while len(made) < count:
        at = begin + timedelta(days=89.0 * len(made) / count)
        text = " ".join(chance.choices(words, k=60))
        edit = FileEdit(path=f"file{chance.randrange(50)}.py", added=3, diff=text)
        made += [Note(content=text, created_at=at), Change(reason=text[:80], edits=(edit,), created_at=at)]
        if chance.random() < 0.1:
            made.append(Note(content=f"{text} again", created_at=at))
    return made


def timed(what: str, do: Callable[[], object]) -> None:
    """Do it, and print how long that took."""
    begun = time.perf_counter()
    do()
    print(f"{what:45} {time.perf_counter() - begun:6.1f} s")


def told(pairs: tuple[tuple[str, str], ...], engine: Engine) -> tuple[int, int]:
    """How many of the pairs words alone tell, and how many meanings."""
    words = meanings = 0
    least = calibration_of(engine.project.settings.embedding.model).nearly_same
    for one, other in pairs:
        share = likeness(Note(content=one), Note(content=other))
        vectors = engine.project.indexer.vector([one, other])
        assert vectors is not None, "the embedding model is not there: run `whence status` in a project first"
        words += rules.alike(share, None, None, least)
        meanings += rules.alike(share, vectors[0], vectors[1], least)
    return words, meanings


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memories", type=int, default=10_000)
    count = parser.parse_args().memories
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["WHENCE_HOME"] = str(Path(scratch) / "home")
        folder = Path(scratch) / "project"
        folder.mkdir()
        with Engine(folder, parse({"embedding": {"model": "none"}})) as engine:
            engine.project.store.put(memories(count))
            months = partial(engine.summarize, "month", since="2026-01-01", until="2026-03-31")
            timed(f"three months of {count:,} memories, by rules", months)
            timed("the same again, unchanged", months)
            timed("100 merges proposed, by rules", lambda: engine.consolidate(limit=100))
        with Engine(folder) as engine:
            for name, pairs in (("the same", SAME), ("something else", OTHER)):
                words, meanings = told(pairs, engine)
                print(f"pairs that say {name}: {words} of {len(pairs)} by words, {meanings} with meanings")


if __name__ == "__main__":
    main()
