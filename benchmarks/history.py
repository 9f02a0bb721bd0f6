"""History on day one: how long until ten thousand commits are stored, and found by words.

Run: `python benchmarks/history.py [--commits 10000] [--repository FOLDER] [--vectors]`. Without a folder it makes a
repository at run time. Prints seconds to stored and to searchable, milliseconds of a search and of a save meanwhile,
seconds of a second import, peak resident memory, and bytes on disk.
"""

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import percentile
from benchmarks.pasts import Past
from whence.faces.library.engine import Engine
from whence.store import disk_size
from whence.values.settings import parse

_PAUSE = 0.25
"""Seconds between two searches, and two saves, while the import runs."""


class Bystander(threading.Thread):
    """Someone who searches and saves while the import runs."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(daemon=True)
        self._engine, self._ended = engine, threading.Event()
        self.searches: list[float] = []
        self.saves: list[float] = []

    def run(self) -> None:
        """Search and save, until told to end."""
        while not self._ended.wait(_PAUSE):
            begun = time.perf_counter()
            self._engine.search("compute the total of a cart")
            between = time.perf_counter()
            self._engine.remember({"kind": "note", "content": "A note that is taken while history comes in"})
            self.searches.append(between - begun)
            self.saves.append(time.perf_counter() - between)

    def end(self) -> None:
        """Stop it."""
        self._ended.set()
        self.join()


def resident() -> float:
    """Peak resident memory of this process, in MB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20) if sys.platform == "darwin" else peak / 1024


def told(name: str, seconds: list[float]) -> None:
    """Print p50 and p95 in ms."""
    if seconds:
        print(f"{name:24} p50 {percentile(seconds, 0.5) * 1e3:6.0f} ms   p95 {percentile(seconds, 0.95) * 1e3:6.0f} ms")


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=10_000)
    parser.add_argument("--repository", type=Path)
    parser.add_argument("--vectors", action="store_true", help="with the embedding model at work, if it is there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whence bench ") as folder:
        root = options.repository or Path(folder) / "work"
        if options.repository is None:
            begun = time.perf_counter()
            Past(root, commits=options.commits)
            print(f"{'repository made':24} {time.perf_counter() - begun:6.1f} s")
        os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
        model = {"download": False} if options.vectors else {"model": "none"}
        before = resident()
        with Engine(root, parse({"embedding": model, "capture": {"enabled": False}}), capture=True) as engine:
            bystander = Bystander(engine)
            bystander.start()
            begun = time.perf_counter()
            done = engine.import_history()
            stored = time.perf_counter() - begun
            if not engine.project.indexer.settle(600):
                raise SystemExit("the index did not settle")
            searchable = time.perf_counter() - begun
            bystander.end()
            print(f"{'commits imported':24} {done.added:6} ({done.note})")
            print(f"{'stored':24} {stored:6.1f} s")
            print(f"{'searchable by words':24} {searchable:6.1f} s")
            told("a search meanwhile", bystander.searches)
            told("a save meanwhile", bystander.saves)
            begun = time.perf_counter()
            engine.import_history()
            print(f"{'imported again':24} {time.perf_counter() - begun:6.1f} s")
            print(f"{'peak resident memory':24} {resident():6.0f} MB (of which {before:.0f} before the engine opened)")
            print(f"{'on disk':24} {disk_size(engine.project.store) / (1 << 20):6.0f} MB")


if __name__ == "__main__":
    main()
