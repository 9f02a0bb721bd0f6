"""Focus: what knowing where the user is gives to search, and what it costs where it misleads.

    python benchmarks/focus.py --data FOLDER [--sets NAME ...] [--split dev] [--most 200]

The question sets are those of `retrieval.py`, of which those with files are asked here. Each query is put to the engine
without a focus, and in a file of the memory that answers it ("right"); with that file as one of ten edited lately; in
another file of its folder; in a file that usually changes with it (the habits are those of the set's changes); and with
a wrong one: in a file of another memory, taken at random, that the answer does not concern. What each gains in nDCG@10
over the same queries without a focus, and how many right answers at the first place a wrong focus takes away.
"""

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from platformdirs import user_cache_dir

from benchmarks.retrieval import Kept, Row, load, measures, project
from tests.model_cache import CACHE, NAME, cached_model
from whence.analysis import cochange
from whence.analysis.cochange import Habits
from whence.analysis.graph import Graph
from whence.background import embedding_model
from whence.faces.library.engine import Engine
from whence.models.embedding import load as load_model
from whence.values.protocol import Focus

SETS = ("changelog", "changelog-nomsg", "bugtrace", "issuefix")
EDITED = 10
"""Files edited lately, one of them right."""

DEPTH = 10


PLACES = ("right", "edited lately", "in its folder", "changes with it", "wrong")


class Gains(NamedTuple):
    """What came of a set's queries."""

    plain: list[float]
    """nDCG@10 of each without a focus."""
    places: dict[str, list[float]]
    """By the name of the place, what it gains over that; of some queries alone, where there is no such place."""
    lost: list[float]
    """Of each right first answer, whether a wrong place took it away."""


class Place(NamedTuple):
    """Where a query is asked from, by name."""

    name: str
    focus: Focus


def files_of(row: Row) -> list[str]:
    """The files that a change concerns."""
    return row.get("path", "").split() or [
        line[4:].strip() for line in row["text"].splitlines() if line.startswith("--- ")
    ]


def places(asked: Row, changes: dict[str, list[str]], habits: Habits, chance: random.Random) -> list[Place]:
    """Where to ask a query from."""
    right = [file for id in asked["gold"] for file in changes.get(id, ())]
    others = sorted({file for files in changes.values() for file in files} - set(right))
    if not right or len(others) < EDITED:
        return []
    here = right[0]
    edited = [here, *chance.sample(others, EDITED - 1)]
    chance.shuffle(edited)
    found = [
        Place("none", Focus()),
        Place("right", Focus(file=here)),
        Place("edited lately", Focus(file=chance.choice(others), recent=tuple(edited))),
        Place("wrong", Focus(file=chance.choice(others))),
    ]
    folder = here.rpartition("/")[0]
    siblings = [file for file in others if folder and file.rpartition("/")[0] == folder]
    if siblings:
        found.append(Place("in its folder", Focus(file=chance.choice(siblings))))
    known = Habits(tuple(files for files in habits.commits if set(files) != set(right)))
    beside = [each.path for each in cochange.together(known, here) if each.path not in right]
    if beside:
        found.append(Place("changes with it", Focus(file=beside[0])))
    return found


def ask(engine: Engine, asked: Row, focus: Focus) -> list[str]:
    """Ids of the memories that answer, best first."""
    result = engine.search(asked["text"], limit=DEPTH + len(asked.get("exclude", ())), focus=focus)
    excluded = set(asked.get("exclude", ()))
    found = [id for hit in result.hits for id in (hit.id, *hit.alike)]
    return [each for each in dict.fromkeys(found) if each not in excluded]


def measure(name: str, rows: Sequence[Row], queries: Sequence[Row], home: Path, kept: Kept) -> Gains:
    """What each place gains over none, query by query; how well it goes without; what a wrong place takes away."""
    gains: dict[str, list[float]] = {name: [] for name in PLACES}
    plain: list[float] = []
    lost: list[float] = []
    chance = random.Random(7)
    for corpus in sorted({each["corpus"] for each in queries}):
        own = [row for row in rows if row["corpus"] == corpus]
        changes = {row["id"]: files_of(row) for row in own}
        habits = cochange.habits(changes.values())
        engine, _ = project(home, f"{name} {corpus}", own)
        kept.asking = True
        with engine:
            engine.project.neighbours.take(Graph({}), habits)
            for asked in queries:
                if asked["corpus"] != corpus:
                    continue
                found = {
                    place.name: ask(engine, asked, place.focus) for place in places(asked, changes, habits, chance)
                }
                if not found:
                    continue
                scores = {place: measures(ranked, asked["gold"])[0] for place, ranked in found.items()}
                plain.append(scores["none"])
                for place in scores.keys() & gains.keys():
                    gains[place].append(scores[place] - scores["none"])
                if found["none"][:1] and found["none"][0] in asked["gold"]:
                    lost.append(float(found["wrong"][:1] != found["none"][:1]))
        kept.asking = False
    return Gains(plain, gains, lost)


def main() -> None:
    """Load, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the question sets; without one there is nothing to ask")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS)
    parser.add_argument("--most", type=int, default=10**9, help="queries of a set, evenly spread")
    parser.add_argument("--home", type=Path, default=Path(user_cache_dir("whence")) / "retrieval", help="for databases")
    options = parser.parse_args()
    if options.data is None:
        print("No --data FOLDER was given: the question sets are other people's texts, and not part of the project.")
        return
    options.home.mkdir(parents=True, exist_ok=True)
    folder = cached_model()
    os.environ["WHENCE_CACHE"] = str(CACHE.parent)
    kept = Kept(load_model(folder, NAME), options.home / "vectors.db")
    embedding_model.embedders[folder] = kept
    print(f"{'nDCG@10':16} {'none':>6}", *(f"{each:>20}" for each in PLACES), f"{'first lost':>12}", flush=True)
    with tempfile.TemporaryDirectory(dir=options.home, ignore_cleanup_errors=True) as scratch:
        os.environ["WHENCE_HOME"] = str(Path(scratch) / "home")
        for name in options.sets:
            rows, queries = load(options.data, name, options.split)
            step = max(1, len(queries) // options.most)
            plain, gains, lost = measure(name, rows, queries[::step], Path(scratch), kept)
            told = [f"{np.mean(each):+.3f} of {len(each)}" if each else "-" for each in gains.values()]
            shown = " ".join(f"{each:>20}" for each in told)
            print(f"{name:16} {np.mean(plain):6.3f} {shown} {np.mean(lost or [0.0]):12.3f}", flush=True)
    kept.close()


if __name__ == "__main__":
    main()
