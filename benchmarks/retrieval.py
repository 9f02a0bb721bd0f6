"""Relevance: nDCG@10, recall and MRR of the search on question sets in a folder, set by set.

    python benchmarks/retrieval.py --data FOLDER [--split dev] [--sets NAME ...] [--mixed] [--foreign] [--ablate]

A set is a folder with `SPLIT/queries.jsonl` and `memories.jsonl` beside or above it. A corpus of it becomes a project,
with a database of its own, into which the engine takes its memories as it would take a user's: changes with their
diffs, decisions, conversations turn by turn, functions. Every query is put to `Engine.search`, as users and assistants
put theirs; a run file a set names the answers. Databases are made anew, vectors are kept in `--home` by text, so that a
second run takes minutes; `--fresh` embeds the queries anew, so that the latency printed holds it. `--ablate` repeats it
all with one part of the ranking left out at a time, and prints what that costs.

How messages read as diffs is learnt for each query from the half of its corpus's changes, with their messages, that
holds none of its answers, and how failures do from the queries that this half answers; where answers lie in both
halves, and in other sets, nothing is learnt.
"""

import argparse
import hashlib
import json
import math
import os
import random
import re
import sqlite3
import sys
import tempfile
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_dir

from benchmarks.memories import percentile
from tests.model_cache import CACHE, NAME, cached_model
from whence.background import embedding_model
from whence.background.phrasing import embedded
from whence.faces.library.engine import Engine
from whence.models.embedding import load as load_model
from whence.retrieval import dialogue, extras, fields, frames, passages, phrasing, query, ranking, rarity, remedies
from whence.values import calibration
from whence.values.calibration import Shape
from whence.values.memory import Bug, Change, Conversation, Decision, FileEdit, MemoryBase, Message, Note

SETS = ("changelog", "changelog-nomsg", "bugtrace", "issuefix", "decisions", "convo", "codesearch")
MACRO = SETS[1:]
WITHHELD = "-nomsg"
"""Of a set's name: the same set, its memories without `title` and `message`."""

FAILURES = ("bugtrace",)
"""Sets whose queries are failures, and whose answers solved them."""

UNDATED = datetime(2020, 1, 1, tzinfo=UTC)

A_DAY = timedelta(days=1.5)
"""From the beginning of a day in Greenwich until it has ended everywhere."""

DEPTH, BATCH = 50, 500

Row = dict[str, Any]


class Asked(NamedTuple):
    """What came of a set's queries."""

    scores: NDArray[np.float64]
    """The means of `measures`."""
    times: list[float]
    """Milliseconds of each search."""


def read(file: Path) -> list[Row]:
    """The rows of a file of JSON lines."""
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def load(data: Path, name: str, split: str) -> tuple[list[Row], list[Row]]:
    """Memories and queries of a set."""
    folder = data / name.removesuffix(WITHHELD) / split
    file = folder / "memories.jsonl"
    rows = read(file if file.exists() else folder.parent / "memories.jsonl")
    if name.endswith(WITHHELD):
        rows = [{key: each for key, each in row.items() if key not in ("title", "message")} for row in rows]
    return rows, read(folder / "queries.jsonl")


# ---------------------------------------------------------------- what can be left out


def _calibrated(**values: Any) -> tuple[Any, str, Any]:
    """The model's calibration with other values."""
    known = calibration.CALIBRATIONS
    return calibration, "CALIBRATIONS", {**known, NAME: replace(known[NAME], **values)}


SHAPES = calibration.CALIBRATIONS[NAME].words
ABLATIONS: dict[str, tuple[tuple[Any, str, Any], ...]] = {
    "pairs of words": ((ranking, "PAIRS_WEIGHT", 0.0),),
    "weights by shape": (_calibrated(words=dict.fromkeys(SHAPES, 0.4)),),
    "weight of code": (_calibrated(words_of_code=0.4, words_of_code_among_others=0.4),),
    "speaker": ((extras, "SPEAKER_WEIGHT", 0.0),),
    "length of turns": ((extras, "LENGTH_WEIGHT", 0.0),),
    "date": ((extras, "MONTH_WEIGHT", 0.0),),
    "answers after their questions": ((dialogue, "ANSWER_WEIGHT", 0.0),),
    "times that are asked for": ((dialogue, "TIME_WEIGHT", 0.0),),
    "questions as no answers": ((dialogue, "QUESTION_WEIGHT", 0.0),),
    "lines of a trace": ((frames, "WEIGHT", 0.0),),
    "messages as diffs": ((phrasing, "LEAST", {**phrasing.LEAST, "short": math.inf}),),
    "failures as diffs": ((phrasing, "LEAST", {**phrasing.LEAST, "trace": math.inf}),),
    "remedies of complaints": ((remedies, "WEIGHT", 0.0),),
    "first line": ((query, "FIRST_LINE_WEIGHT", 1.0),),
    "lines of code": ((query, "CODE_LINE_WEIGHT", 1.0),),
    "title": ((fields, "TITLE", fields.TITLE._replace(weight=1.0)),),
    "lines around a change": ((fields, "AROUND", fields.AROUND._replace(weight=fields.CHANGED.weight)),),
    "neighbouring turns": (
        (fields, "NEIGHBOURS", fields.NEIGHBOURS._replace(weight=0.0)),
        (passages, "NEXT_WEIGHT", 0.0),
        (passages, "SECOND_WEIGHT", 0.0),
    ),
    "identifiers embedded": ((passages, "MAX_IDENTIFIERS", 0),),
    "changed lines embedded": ((passages, "TELLING_WEIGHT", 0.0),),
    "tests as what they test": ((query, "_subject", lambda run: ""),),
    "growth of repeated terms": ((query, "_grown", lambda count: min(count, 1.0)),),
    "rarity of words": ((rarity.Rarity, "idf", lambda self, hashes: np.ones(len(hashes), np.float32)),),
    "memories taken to exist": ((rarity, "OTHERS", 0),),
    "tail left away": (_calibrated(tail=0.0),),
    "near-duplicates as one": ((ranking, "ALIKE", 2.0),),
    "words": (_calibrated(words=dict.fromkeys(SHAPES, 0.0)),),
}
"""Parts of the ranking, and the constants that leave each out."""


@contextmanager
def without(part: str) -> Iterator[None]:
    """Leave a part out for a while."""
    kept = [(module, name, getattr(module, name)) for module, name, _ in ABLATIONS[part]]
    for module, name, value in ABLATIONS[part]:
        setattr(module, name, value)
    try:
        yield
    finally:
        for module, name, value in kept:
            setattr(module, name, value)


# ---------------------------------------------------------------- rows as memories


def memories(rows: Iterable[Row]) -> Iterator[tuple[MemoryBase, list[str]]]:
    """Rows as the memories that a user would have, each with the ids of the rows that it holds, turn by turn."""
    dialogues: dict[str, list[Row]] = {}
    for row in rows:
        match row["kind"]:
            case "conversation_turn":
                dialogues.setdefault(row["group"], []).append(row)
            case "decision":
                yield Decision(**_common(row), title=row.get("title", ""), decision=row["text"]), [row["id"]]
            case "change" | "bug_fix":
                yield _change(row), [row["id"]]
            case _:
                yield Note(**_common(row), title=row.get("title", ""), content=row["text"]), [row["id"]]
    for group, turns in dialogues.items():
        messages = tuple(_message(turn) for turn in turns)
        yield Conversation(**{**_common(turns[0]), "id": group}, messages=messages), [turn["id"] for turn in turns]


def _common(row: Row) -> Row:
    at = datetime.fromisoformat(row["timestamp"]) if "timestamp" in row else UNDATED
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return {"id": row["id"], "created_at": at, "updated_at": at}


def _message(row: Row) -> Message:
    name, _, said = row["text"].partition(": ")
    return Message(role="user", name=name, content=said or "…", at=_common(row)["created_at"])


def _change(row: Row) -> Change:
    edits = dict.fromkeys(row.get("path", "").split(), "")
    for part in re.split(r"^--- ", row["text"], flags=re.MULTILINE):
        path, _, diff = part.partition("\n")
        if path.strip():
            edits[path.strip()] = edits.get(path.strip(), "") + diff
    return Change(
        **_common(row),
        title=row.get("title", ""),
        reason="\n\n".join(part for part in (row.get("title", ""), row.get("message", "")) if part),
        edits=tuple(FileEdit(path=path, diff=diff) for path, diff in edits.items()),
        files=tuple(edits),
        source="commit",
    )


# ---------------------------------------------------------------- vectors


class Kept:
    """The embedding model, its answers kept in a file."""

    def __init__(self, model: Any, file: Path, *, fresh: bool = False) -> None:
        self.model, self.name, self.dimension, self.fresh = model, model.name, model.dimension, fresh
        self.asking = False
        """Whether what is embedded now are queries."""
        self._file = sqlite3.connect(file, check_same_thread=False, timeout=60)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (text BLOB PRIMARY KEY, vector BLOB)")

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """As `Embedder.embed`."""
        if self.fresh and self.asking:
            return np.asarray(self.model.embed(texts))
        return np.stack([self._one(text) for text in texts])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def _one(self, text: str) -> NDArray[np.float32]:
        key = hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
        found = self._file.execute("SELECT vector FROM vectors WHERE text = ?", (key,)).fetchone()
        if found:
            return np.frombuffer(found[0], np.float32)
        vector: NDArray[np.float32] = self.model.embed([text])[0]
        with self._file:
            self._file.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?)", (key, vector.tobytes()))
        return vector


# ---------------------------------------------------------------- what history teaches


class Taught:
    """How messages and failures of a corpus read as diffs, as learnt from each half; in use for a query at a time.

    Args:
        rows: changes with their messages.
        solved: failures with their fixes among `there`.
        there: what the project holds.
        kept: makes vectors.
    """

    def __init__(self, rows: Iterable[Row], solved: Iterable[Row], there: Iterable[Row], kept: Kept) -> None:
        self._maps: dict[Shape, list[NDArray[np.float32] | None]] = {}
        self._half: int | None = None
        fixes = {memory.id: memory for memory, _ in memories(there)} if solved else {}
        messages = ((memory.id, phrasing.pair_of(memory)) for memory, _ in memories(rows))
        failures = (
            (id, phrasing.pair_of_failure(Bug(message=each["text"]), fixes[id]))
            for each in solved
            for id in each["gold"]
        )
        pairs: tuple[tuple[Shape, Iterable[tuple[str, phrasing.Pair | None]]], ...]
        pairs = (("short", messages), ("trace", failures))
        for shape, found in pairs:
            halves: tuple[list[phrasing.Pair], list[phrasing.Pair]] = ([], [])
            for id, pair in found:
                if pair:
                    halves[_half(id)].append(pair)
            self._maps[shape] = [self._learnt(shape, half, kept) for half in halves]

    def ask(self, asked: Row) -> None:
        """Know what is learnt without the answers of this query."""
        halves = {_half(id) for id in asked["gold"]}
        self._half = 1 - halves.pop() if len(halves) == 1 else None

    def phrased(self, meaning: NDArray[np.float32], shape: Shape) -> NDArray[np.float32] | None:
        """As `Phrasing.of`."""
        known = self._maps[shape][self._half] if shape in self._maps and self._half is not None else None
        return None if known is None else phrasing.mapped(meaning, known)

    @staticmethod
    def _learnt(shape: Shape, pairs: list[phrasing.Pair], kept: Kept) -> NDArray[np.float32] | None:
        if len(pairs) < phrasing.LEAST[shape]:
            return None
        both = [each for part in range(0, len(pairs), 8) for each in embedded(pairs[part : part + 8], kept)]
        told, done = (np.stack(each) for each in zip(*both, strict=True))
        return phrasing.learnt(told, done, shape)


def _half(id: str) -> int:
    return zlib.crc32(id.encode()) & 1


# ---------------------------------------------------------------- asking


def project(
    home: Path, name: str, rows: Iterable[Row], taught: Taught | None = None
) -> tuple[Engine, dict[str, list[str]]]:
    """A project of these rows, searchable by words and by meaning, and the rows' ids by memory, turn by turn."""
    folder = home / "folders" / name
    folder.mkdir(parents=True)
    engine = Engine(folder)
    vars(engine.project.indexer.phrasing)["of"] = taught.phrased if taught else lambda meaning, shape: None
    made = list(memories(rows))
    for at in range(0, len(made), BATCH):
        engine.project.writer.write([memory for memory, _ in made[at : at + BATCH]])
    if not engine.settle(3600, vectors=True):
        raise SystemExit(f"{name} was not indexed in an hour.")
    engine.project.store.maintain(force=True)
    engine.project.store.passages.columns.renew()
    return engine, {memory.id: ids for memory, ids in made}


def answers(engine: Engine, asked: Row, turns: dict[str, list[str]], *, dated: bool) -> tuple[list[str], float]:
    """Ids of rows that answer a query, best first, and the milliseconds of the search."""
    until = datetime.fromisoformat(asked["asof"]).replace(tzinfo=UTC) + A_DAY if dated and "asof" in asked else None
    start = time.perf_counter()
    result = engine.search(asked["text"], until=until, limit=DEPTH, turns=True)
    took = (time.perf_counter() - start) * 1000
    excluded = set(asked.get("exclude", ()))
    found = [turns[id][hit.turn or 0] for hit in result.hits for id in (hit.id, *hit.alike)]
    return [each for each in dict.fromkeys(found) if each not in excluded], took


def measures(ranked: Sequence[str], gold: Sequence[str]) -> tuple[float, ...]:
    """nDCG@10, recall@1, @5, @10, @50 and MRR@10 of one query, as the question sets' own `score.py` defines them."""
    wanted = set(gold)
    at = [place for place, id in enumerate(ranked[:10]) if id in wanted]
    ideal = sum(1 / math.log2(place + 2) for place in range(min(len(wanted), 10)))
    recalls = (len(wanted.intersection(ranked[:most])) / len(wanted) for most in (1, 5, 10, DEPTH))
    return sum(1 / math.log2(place + 2) for place in at) / ideal, *recalls, 1 / (at[0] + 1) if at else 0.0


def ask(
    name: str, loaded: tuple[list[Row], list[Row]], home: Path, kept: Kept, history: Sequence[Row], *, dated: bool
) -> tuple[dict[str, list[str]], Asked]:
    """Put a set's queries to the projects of its corpora: a run, and the measures of its queries.

    `history` are changes with their messages that may teach how these read as diffs.
    """
    rows, queries = loaded
    run: dict[str, list[str]] = {}
    times: list[float] = []
    for corpus in sorted({row["corpus"] for row in rows}):
        own = [row for row in rows if row["corpus"] == corpus]
        solved = [each for each in queries if each["corpus"] == corpus] if name in FAILURES else []
        taught = Taught((row for row in history if row["corpus"] == corpus), solved, own, kept)
        engine, turns = project(home, f"{name} {corpus}", own, taught)
        kept.asking = True
        with engine:
            for each in queries:
                if each["corpus"] == corpus:
                    taught.ask(each)
                    run[each["qid"]], took = answers(engine, each, turns, dated=dated)
                    times.append(took)
        kept.asking = False
    scores = [measures(run[each["qid"]], each["gold"]) for each in queries]
    return run, Asked(np.mean(scores, axis=0), times)


def pooled(sets: dict[str, tuple[list[Row], list[Row]]], home: Path, kept: Kept) -> dict[str, Asked]:
    """The same with all sets in one project."""
    engine, turns = project(home, "mixed", (row for rows, _ in sets.values() for row in rows))
    found: dict[str, Asked] = {}
    kept.asking = True
    with engine:
        for name, (_, queries) in sets.items():
            asked = [answers(engine, each, turns, dated=False) for each in queries]
            scores = [measures(ranked, each["gold"]) for (ranked, _), each in zip(asked, queries, strict=True)]
            found[name] = Asked(np.mean(scores, axis=0), [took for _, took in asked])
    return found


def strangers(sets: dict[str, tuple[list[Row], list[Row]]], home: Path, kept: Kept) -> None:
    """Put queries to projects that they don't belong to, as many from other sets as at home and as many from other
    corpora of the same set, and print how many answers are marked weak or empty, beside the recall@10 of these at home.
    """
    chance = random.Random(1)
    print("\nanswers that are weak or empty    foreign, other sets  same set   recall@10 lost at home")
    for name, (rows, queries) in sets.items():
        base = name.removesuffix(WITHHELD)
        others = [each for other, (_, asked) in sets.items() if other.removesuffix(WITHHELD) != base for each in asked]
        shares: dict[str, list[float]] = {"others": [], "same": [], "lost": []}
        for corpus in sorted({row["corpus"] for row in rows}):
            engine, turns = project(home / "again", f"{name} {corpus}", (r for r in rows if r["corpus"] == corpus))
            own = [each for each in queries if each["corpus"] == corpus]
            same = [each for each in queries if each["corpus"] != corpus]
            own, *foreign = (chance.sample(each, min(len(each), len(own), 100)) for each in (own, others, same))
            with engine:
                for label, asked in zip(("others", "same"), foreign, strict=True):
                    found = [engine.search(each["text"], limit=1) for each in asked]
                    shares[label] += [float(each.weak or not each.hits) for each in found]
                for each in own:
                    refused = (result := engine.search(each["text"], limit=1)).weak or not result.hits
                    ranked = answers(engine, each, turns, dated=False)[0] if refused else []
                    shares["lost"].append(measures(ranked, each["gold"])[3])
        print(f"  {name:32}", *(f"{np.mean(each) if each else math.nan:14.3f}" for each in shares.values()), flush=True)


def show(title: str, found: dict[str, Asked]) -> None:
    """A table, set by set."""
    print(f"\n{title:18} nDCG@10  rec@1  rec@5 rec@10 rec@50    MRR   p50 ms  p95 ms")
    for name, (scores, times) in found.items():
        figures = " ".join(f"{score:6.3f}" for score in scores)
        print(f"  {name:16} {figures}  {percentile(times, 0.5):7.1f} {percentile(times, 0.95):7.1f}")
    if set(MACRO) <= found.keys():
        print(f"  {'macro-6':16} {np.mean([found[name].scores[0] for name in MACRO]):6.3f}", flush=True)


def main() -> None:
    """Load, ask, print, and write the runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder of the question sets; without one there is nothing to ask")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--sets", nargs="+", default=SETS, choices=SETS)
    parser.add_argument("--out", type=Path, help="folder for a run file a set")
    parser.add_argument("--dated", action="store_true", help="only memories up to the query's day, where it has one")
    parser.add_argument("--mixed", action="store_true", help="besides, all sets in one project")
    parser.add_argument("--ablate", nargs="*", choices=ABLATIONS, help="besides, without one part at a time; or these")
    parser.add_argument("--foreign", action="store_true", help="besides, queries put to projects of others")
    parser.add_argument("--fresh", action="store_true", help="embed the queries anew, as a search does")
    parser.add_argument("--home", type=Path, default=Path(user_cache_dir("whence")) / "retrieval", help="for databases")
    options = parser.parse_args()
    if options.ablate == []:
        options.ablate = list(ABLATIONS)
    if options.data is None:
        print("No --data FOLDER was given: the question sets are other people's texts, and not part of the project.")
        return
    options.home.mkdir(parents=True, exist_ok=True)
    folder = cached_model()
    os.environ["WHENCE_CACHE"] = str(CACHE.parent)
    kept = Kept(load_model(folder, NAME), options.home / "vectors.db", fresh=options.fresh)
    embedding_model.embedders[folder] = kept
    sets = {name: load(options.data, name, options.split) for name in options.sets}
    histories = {
        name: load(options.data, name.removesuffix(WITHHELD), options.split)[0] if "changelog" in name else []
        for name in sets
    }
    with tempfile.TemporaryDirectory(dir=options.home, ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        os.environ["WHENCE_HOME"] = str(home / "home")
        found: dict[str, Asked] = {}
        for name, loaded in sets.items():
            run, found[name] = ask(name, loaded, home, kept, histories[name], dated=options.dated)
            if options.out:
                options.out.mkdir(parents=True, exist_ok=True)
                (options.out / f"{name}.json").write_text(json.dumps(run), encoding="utf-8")
        show(options.split, found)
        for number, part in enumerate(options.ablate or ()):
            with without(part):
                again = {
                    name: ask(name, each, home / str(number), kept, histories[name], dated=options.dated)[1]
                    for name, each in sets.items()
                }
            lost = {name: again[name].scores[0] - found[name].scores[0] for name in sets}
            macro = np.mean(list(lost.values()))
            print(f"  without {part:24} {macro:+.3f}  ", *(f"{n} {each:+.3f}" for n, each in lost.items()), flush=True)
        if options.foreign:
            strangers({name: each for name, each in sets.items() if name != "changelog"}, home, kept)
        if options.mixed:
            show("mixed", pooled({name: each for name, each in sets.items() if name != "changelog"}, home, kept))
    kept.close()


if __name__ == "__main__":
    main()
