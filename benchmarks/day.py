"""A long day through one language server: 10,000 saves and 1,000 searches, and what memory, threads and files come to.

    python benchmarks/day.py [--saves 10000] [--rate 25] [--memories 0] [--rest 150]

The server is a process of its own and is spoken to as the editor does. Somebody works at machine speed: five saves in a
row of each file, and then the next; every tenth save somebody searches. The model is loaded, and every vector is made.
Beside it stands what `python -c "import lancedb"` takes in the same run. With `--memories` so many are there already.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import Maker
from benchmarks.processes import LANCEDB, Taken, files, of_program, taken, threads
from benchmarks.server import embedded, fill, repository
from tests.model_cache import cached_model
from tests.rpc import LspClient

SAVES_IN_A_ROW = 5
SAVES_A_SEARCH = 10
RESTED = 10.0
"""Megabytes on disk after which a rest is over."""

SETTINGS = {"embedding": {"model": "all-MiniLM-L6-v2"}}


def size(data: Path) -> float:
    """Megabytes of all databases of memories in a data folder."""
    total = 0
    for path in data.glob("projects/*/memory/**/*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except OSError:  # cleaned away while we look
            continue
    return total / 1e6


class Day:
    """Saves and searches of one server, and what it took when."""

    def __init__(self, client: LspClient, folder: Path, data: Path) -> None:
        self._client, self._folder, self._data = client, folder, data
        self._maker = Maker()
        self._lines: list[str] = []
        self._saves = 0
        self.most = 0.0
        self.seen: dict[int, Taken] = {}

    def work(self, until: int, rate: float) -> None:
        """Save and search until so many saves were made, so many a second; then wait for all that follows from them."""
        started, first = time.monotonic(), self._saves
        while self._saves < until:
            self._save()
            if self._saves % SAVES_A_SEARCH == 0:
                self._client.request("whence/search", {"query": self._maker.words(7)})
                self.most = max(self.most, size(self._data)) if self._saves % 100 == 0 else self.most
            time.sleep(max(0.0, started + (self._saves - first) / rate - time.monotonic()))
        self._client.until("all vectors", lambda: embedded(self._client), 3600)
        self.seen[until] = self.tell(f"after {until:6,} saves")

    def _save(self) -> None:
        if self._saves % SAVES_IN_A_ROW == 0:
            self._lines = [self._maker.words(8) for _ in range(30)]
        place = self._maker.chance.randrange(len(self._lines))
        self._lines[place : place + 3] = [self._maker.words(8) for _ in range(4)]
        path = self._folder / f"module{self._saves // SAVES_IN_A_ROW}.py"
        path.write_text("\n".join(self._lines) + "\n", encoding="utf-8")
        self._client.save(path)
        self._saves += 1

    def tell(self, when: str) -> Taken:
        """What the server takes now, printed."""
        now = taken(self._client.process.pid)
        print(f"{when:28}{now.told()}   disk {size(self._data):5.1f} MB", flush=True)
        return now


def main() -> None:
    """Work, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saves", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=25.0, help="saves a second, at most")
    parser.add_argument("--memories", type=int, default=0, help="that are there already")
    parser.add_argument("--rest", type=float, default=150.0, help="seconds of rest at the end, at most")
    parser.add_argument("--verbose", action="store_true", help="name threads and open files")
    options = parser.parse_args()
    cached_model()
    print(f"{'import lancedb':28}{of_program(LANCEDB).told()}")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder, data = repository(Path(scratch) / "project"), Path(scratch) / "data"
        os.environ["WHENCE_HOME"] = str(data)
        if options.memories:
            fill(folder, data, options.memories)
        with LspClient(data) as client:
            client.start(folder, settings=SETTINGS)
            client.until("the start", lambda: client.request("whence/status")["state"] == "ready", 600)
            client.until("all vectors", lambda: embedded(client), 1800)
            client.request("whence/search", {"query": "which module keeps the queue simple"})
            day = Day(client, folder, data)
            day.tell("started")
            if options.memories:
                time.sleep(30)
                day.tell(f"idle at {options.memories:,} memories")
            began = time.monotonic()
            steps = sorted({options.saves // 10, options.saves // 2, options.saves})
            for step in steps:
                day.work(step, options.rate)
                if options.verbose:
                    print(dict(threads(client.process.pid)), files(client.process.pid).most_common(40))
            took = time.monotonic() - began
            rest = time.monotonic()
            while time.monotonic() < rest + options.rest and size(data) > RESTED:
                time.sleep(1)
            rested = day.tell(f"after a rest of {time.monotonic() - rest:.0f} s")
            status = client.request("whence/status")
            client.stop()
        first, middle, last = (day.seen[step] for step in steps)
        print(
            f"\n{options.saves:,} saves and {options.saves // SAVES_A_SEARCH:,} searches in {took:.0f} s: "
            f"{status['total']:,} memories, {status['embedding']['passages']:,} passages"
        )
        print(f"  since {steps[0]:,} saves       {100 * (last.resident / first.resident - 1):+6.1f} %   goal +10 %")
        print(f"  the last {steps[-1] - steps[1]:,} saves    {last.resident - middle.resident:+6.1f} MB  goal +10 MB")
        print(f"  resident at the end     {last.resident:6.0f} MB  goal 380 MB; after a rest {rested.resident:.0f} MB")
        print(f"  threads at the end      {last.threads:6}     goal 32; after a rest {rested.threads}")
        print(f"  open files              {last.files - first.files:+6}     since {steps[0]:,} saves")
        print(f"  disk, at most           {day.most:6.1f} MB  goal 60 MB; after a rest {size(data):.1f} MB, goal 10 MB")


if __name__ == "__main__":
    main()
