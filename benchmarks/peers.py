"""Whence beside its peers, in one run: what a write, an import, a search with a filter and a count take, disk, memory.

    python benchmarks/peers.py [--sizes 1000 10000] [--peers NAME ...] [--data FOLDER] [--figures] [--venvs FOLDER]

All hold the same texts and as many vectors of 384 numbers, each in a process of its own, one after the other: chromadb,
SQLite's FTS5 with sqlite-vec, LanceDB by itself, mcp-memory-service and basic-memory, each in a virtual environment
that is made in `--venvs` with the package registry that pip is configured with; one that can't be had is told with the
reason. `peers_adapters.py` and `peers_products.py` say how each is asked. No one embeds: the query's vector is handed
over, and what embedding takes is a line of its own, for it is the same model for all.

- write: one text, until the call that keeps it returns. SQLite syncs at every commit; mcp-memory-service, with its own
  settings, and LanceDB, which Whence writes to, don't: what they have kept outlives the process, not the power.
- count: asked after each write.
- import: until all is on disk and found by words and by meaning.
- search: by words and meaning among the notes, a fifth of the texts, from the words to the texts.
- limit: one fsync of 4 KB, one pass over the vectors with numpy, one embedding: none can go below.

With `--data`, the folder of the question sets (`docs/retrieval.md`), nDCG@10 of some of them stands beside, with the
vectors of all-MiniLM-L6-v2. `--figures` draws how each grows into `docs/figures`, with the sizes that its `peers.json`
keeps of other runs.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from platformdirs import user_cache_dir

from benchmarks.memories import ROOT, Maker, percentile, unit_vectors
from benchmarks.peers_figures import draw
from benchmarks.peers_worker import PEERS
from benchmarks.retrieval import Kept, ask, load, measures
from tests.model_cache import CACHE, NAME, cached_model
from whence.background import embedding_model
from whence.models.embedding import load as load_model
from whence.values.base import new_id, now
from whence.values.memory import Note

Row = dict[str, Any]
Grown = dict[int, tuple[Mapping[str, float], Mapping[str, Mapping[str, float] | str]]]
"""By number of texts the machine's limits, and each peer's figures or why there are none."""

WORKER = Path(__file__).with_name("peers_worker.py")
WITH_EXTENSIONS = ("pysqlite3-binary",) if sys.platform == "linux" else ()
"""An SQLite that loads extensions, for Pythons whose own was built without."""
REQUIREMENTS = {
    "sqlite": ("sqlite-vec", "numpy", *WITH_EXTENSIONS),
    "chromadb": ("chromadb", "numpy"),
    "mcp-memory-service": ("mcp-memory-service", "numpy", *WITH_EXTENSIONS),
    "basic-memory": ("basic-memory", "numpy", *WITH_EXTENSIONS),
}
"""What each peer's environment holds; the others run in our own."""
PYTHONS = {"basic-memory": ("python3.13", "python3.12")}
"""Pythons that a peer wants, where ours is too old for it."""
SHOWN = {"whence": "Whence", "sqlite": "SQLite FTS5, sqlite-vec", "lancedb": "LanceDB by itself"}
KIND, QUERIES, WRITES = "note", 60, 40
SETS = ("decisions", "convo")
MOST_SECONDS = 3600
"""What a peer may take for a size."""
TOO_SLOW = 5000.0
"""Milliseconds of a filtered search after which a peer is not asked among more texts."""


class Limits(NamedTuple):
    """What none can go below, ms."""

    sync: float
    """One fsync of 4 KB."""
    embedding: float
    """The query's embedding; it is in no peer's figures."""
    scan: float
    """One pass over all vectors."""


def environment(peer: str, folder: Path) -> Path:
    """The Python that runs a peer, made with all that it needs unless it is there.

    Raises:
        RuntimeError: it can't be had; the reason in a few words.
    """
    if peer not in REQUIREMENTS:
        return Path(sys.executable)
    home = folder / peer
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if (home / "complete").exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    base = sys.executable
    if peer in PYTHONS and sys.version_info < (3, 12):
        found = [each for name in PYTHONS[peer] if (each := _working(name))]
        if not found:
            raise RuntimeError("needs Python 3.12 or later, and none is on the path")
        base = found[0]
    print(f"installing {peer} ...", file=sys.stderr, flush=True)
    for command in (
        [base, "-m", "venv", str(home)],
        [str(python), "-m", "pip", "install", "--quiet", *REQUIREMENTS[peer]],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"not installed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1][:120]}")
    (home / "complete").touch()
    return python


def _working(name: str) -> str:
    """The path of a Python of this name that starts, or nothing."""
    path = shutil.which(name)
    return path if path and not subprocess.run([path, "-c", ""], capture_output=True).returncode else ""


def run(peer: str, python: Path, job: Row, scratch: Path) -> Row:
    """Have a peer do a job in a process of its own.

    Raises:
        RuntimeError: it failed; its last words.
    """
    folder = scratch / "work"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file = scratch / "job.json"
    file.write_text(json.dumps({**job, "folder": str(folder)}), encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH" or peer == "whence"}
    if peer == "whence":
        variables["OPENBLAS_NUM_THREADS"] = "1"  # as our servers have it (`faces/footprint`), before numpy is read
    command = [str(python), "-P", str(WORKER), peer, str(file)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=variables, timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"not done in {MOST_SECONDS // 60} minutes") from None
    if done.returncode:
        print(done.stderr, file=sys.stderr, flush=True)
        raise RuntimeError(f"failed: {(done.stderr.strip().splitlines() or ['without a word'])[-1][:160]}")
    answer: Row = json.loads(done.stdout.splitlines()[-1])
    return answer


def rows_of(count: int, maker: Maker, scratch: Path) -> Path:
    """A file of so many texts, with the memories that Whence keeps them as."""
    file = scratch / "texts.jsonl"
    with file.open("w", encoding="utf-8") as out:
        for each in maker.memories(count):
            told = {"id": each.id, "kind": each.kind, "title": each.title, "text": f"{each.title}\n{each.text()}"}
            out.write(json.dumps({**told, "memory": each.model_dump(mode="json")}) + "\n")
    return file


def job_of(count: int, scratch: Path) -> Row:
    """What to measure with so many texts."""
    maker = Maker()
    texts = rows_of(count, maker, scratch)
    notes = [Note(id=new_id(), content=maker.words(60)) for _ in range(WRITES)]
    return {
        "texts": str(texts),
        "kind": KIND,
        "queries": [maker.words(7) for _ in range(QUERIES)],
        "writes": [{"id": each.id, "kind": "note", "title": "", "text": each.content} for each in notes],
    }


def limits(count: int, scratch: Path) -> Limits:
    """What this machine can't go below with so many vectors."""
    sync, scan, embedding = [], [], []
    with (scratch / "sync").open("wb", buffering=0) as file:
        for _ in range(60):
            begun = time.perf_counter()
            file.write(bytes(4096))
            os.fsync(file.fileno())
            sync.append((time.perf_counter() - begun) * 1000)
    model = load_model(cached_model(), NAME)
    vectors, maker = unit_vectors(count, 384, np.random.default_rng(1)), Maker()
    for _ in range(30):
        begun = time.perf_counter()
        (query,) = model.embed([maker.words(7)])
        between = time.perf_counter()
        np.argpartition(vectors @ query, -20)
        scan.append((time.perf_counter() - between) * 1000)
        embedding.append((between - begun) * 1000)
    return Limits(*(percentile(each[5:], 0.5) for each in (sync, embedding, scan)))


def figures(result: Row) -> dict[str, float]:
    """What is shown of a peer's result; the first five searches and writes warm up, unless there are hardly more."""
    found = {name: float(result[name]) for name in ("import", "disk", "memory", "answered")}
    for name in ("write", "search", "busy", "count"):
        times = result[name][5 if len(result[name]) >= 20 else 0 :]
        found[name], found[f"{name} p95"] = percentile(times, 0.5), percentile(times, 0.95)
    return found


def show(count: int, bounds: Limits, found: dict[str, dict[str, float] | str]) -> None:
    """The table of a size."""
    told = " write p50/p95 ms   import/s  search p50/p95 ms  processor ms  count ms  disk MB  memory MB"
    print(f"\n{f'{count:,} texts':28}{told}")
    for peer, each in found.items():
        name = f"  {SHOWN.get(peer, peer):26}"
        if isinstance(each, str):
            print(f"{name} {each}")
            continue
        print(
            f"{name} {each['write']:7.1f} / {each['write p95']:6.1f} {each['import']:10,.0f} {each['search']:8.1f} / "
            f"{each['search p95']:6.1f} {each['busy']:13.1f} {each['count']:9.2f} {each['disk']:8.1f} "
            f"{each['memory']:10.0f}"
        )
    print(f"  {'the limit':26} {bounds.sync:7.2f} {'':19} {bounds.scan:8.2f}", flush=True)
    print(f"  {'embedding a query, beside':26} {'':27} {bounds.embedding:8.1f}", flush=True)


def added(folder: Path, count: int, bounds: Limits, found: Mapping[str, Mapping[str, float] | str]) -> Grown:
    """What was measured of all sizes, on whichever day, by the folder's `peers.json`, which keeps this one, too.

    A size takes from a minute to an hour and a half, so that they are seldom measured in one go.
    """
    file = folder / "peers.json"
    kept: Row = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept[str(count)] = {"on": now().date().isoformat(), "limits": bounds._asdict(), "peers": found}
    folder.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(dict(sorted(kept.items(), key=lambda each: int(each[0]))), indent=1) + "\n", "utf-8")
    return {int(size): (each["limits"], each["peers"]) for size, each in kept.items()}


def quality(names: Iterable[str], data: Path, pythons: dict[str, Path | str], home: Path, scratch: Path) -> None:
    """nDCG@10 of each peer on the question sets, with the real model's vectors, and of Whence through its engine."""
    folder = cached_model()
    os.environ |= {"WHENCE_CACHE": str(CACHE.parent), "WHENCE_HOME": str(scratch / "home")}
    kept = Kept(load_model(folder, NAME), home / "vectors.db")
    embedding_model.embedders[folder] = kept
    scores: dict[str, dict[str, float]] = {peer: {} for peer in pythons}
    for name in names:
        rows, queries = load(data, name, "dev")
        for peer, python in pythons.items():
            if peer == "whence":
                scores[peer][name] = float(ask(name, (rows, queries), scratch, kept, (), dated=False)[1].scores[0])
            elif isinstance(python, Path) and peer != "basic-memory":
                scores[peer][name] = _asked(peer, python, rows, queries, kept, scratch)
    kept.close()
    print(f"\n{'nDCG@10, dev halves':28}" + "".join(f"{name:>12}" for name in names))
    for peer, each in scores.items():
        cells = "".join(f"{each[name]:12.3f}" if name in each else f"{'-':>12}" for name in names)
        print(f"  {SHOWN.get(peer, peer):26}{cells}", flush=True)


def _asked(peer: str, python: Path, rows: Sequence[Row], queries: Sequence[Row], kept: Kept, scratch: Path) -> float:
    """The mean nDCG@10 of a peer on a set, each corpus in a database of its own."""
    got: list[float] = []
    for corpus in sorted({row["corpus"] for row in rows}):
        texts = [
            {
                "id": row["id"],
                "kind": row["kind"],
                "text": "\n".join(filter(None, (row.get("title"), row.get("message"), row["text"]))),
            }
            for row in rows
            if row["corpus"] == corpus
        ]
        own = [each for each in queries if each["corpus"] == corpus]
        words = list(dict.fromkeys([each["text"] for each in texts] + [each["text"] for each in own]))
        np.savez(scratch / "vectors.npz", texts=np.array(words), vectors=kept.embed(words))
        file = scratch / "texts.jsonl"
        file.write_text("".join(json.dumps(each) + "\n" for each in texts), encoding="utf-8")
        asked = {each["qid"]: each["text"] for each in own}
        job = {"texts": str(file), "vectors": str(scratch / "vectors.npz"), "asked": asked}
        ranked = run(peer, python, job, scratch)
        for each in own:
            excluded = set(each.get("exclude", ()))
            ids = [id for id in ranked[each["qid"]] if id not in excluded]
            got.append(measures(ids, each["gold"])[0])
    return float(np.mean(got))


def main() -> None:
    """Measure and print, size by size; draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000])
    parser.add_argument("--peers", nargs="+", default=[*PEERS], choices=[*PEERS])
    parser.add_argument("--data", type=Path, help="folder of the question sets, for nDCG@10")
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--venvs", type=Path, default=Path(user_cache_dir("whence")) / "peers")
    parser.add_argument("--figures", type=Path, nargs="?", const=ROOT / "docs" / "figures", help="folder to draw into")
    options = parser.parse_args()
    cached_model()
    pythons: dict[str, Path | str] = {}
    for peer in options.peers:
        try:
            pythons[peer] = environment(peer, options.venvs)
        except RuntimeError as error:
            pythons[peer] = str(error)
    there = dict(pythons)
    with tempfile.TemporaryDirectory(prefix="whence peers ", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        for count in options.sizes:
            job, found = job_of(count, scratch), dict[str, dict[str, float] | str]()
            bounds = limits(count, scratch)
            for peer, python in pythons.items():
                try:
                    found[peer] = python if isinstance(python, str) else figures(run(peer, python, job, scratch))
                except RuntimeError as error:
                    found[peer] = str(error)
                print(f"{peer}, {count:,}: {found[peer]}", file=sys.stderr, flush=True)
            show(count, bounds, found)
            for peer, each in found.items():
                if not isinstance(each, str) and each["search"] > TOO_SLOW:
                    pythons[peer] = f"not asked: a search of {count:,} texts took it {each['search'] / 1000:.0f} s"
            if options.figures:
                draw(options.figures, added(options.figures, count, bounds, found), SHOWN)
        if options.data:
            quality(options.sets, options.data, there, options.venvs, scratch)


if __name__ == "__main__":
    main()
