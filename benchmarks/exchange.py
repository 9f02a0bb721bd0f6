"""What exporting and importing 100,000 memories take: seconds, and the most memory resident at any time.

    python benchmarks/exchange.py [--memories 100000]

The database is filled in a process of its own, and so are export and import: the most that was ever resident of a
process counts all that it did. Some 130 MiB of it are the code of libraries. The import goes into an empty database;
then the same file is imported once more, which changes nothing. Indexing, which follows any write in the background, is
switched off: `search.py` and `disk.py` measure it.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import Maker
from whence.background.indexer import Indexer
from whence.faces.library.engine import Engine
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
BATCH = 1000


def resident() -> float:
    """The most memory that was resident of this process so far, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # in KiB, on macOS in bytes
    return most / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def step(name: str, home: Path, project: Path, file: Path, count: int) -> None:
    """Do one step in this process, and print what it took."""
    os.environ["WHENCE_HOME"] = str(home)
    Indexer.start = lambda self: None  # type: ignore[method-assign]  # it would begin with all memories at once
    with Engine(project, PLAIN) as engine:
        before, started = resident(), time.perf_counter()
        if name == "fill":
            made = list(Maker().memories(count))
            for start in range(0, count, BATCH):
                engine.project.store.put(made[start : start + BATCH])
        elif name == "export":
            assert engine.export(str(file)).count == count
        elif name == "import":
            assert engine.import_export(str(file)).added == count
        else:
            assert engine.import_export(str(file)).unchanged == count
        seconds = time.perf_counter() - started
        if name != "fill":
            size = file.stat().st_size / 1e6
            told = f"{resident():5.0f} MiB at most, {before:.0f} before it began"
            print(f"{name:<8} {count:>8} memories, {size:5.0f} MB {seconds:7.1f} s {told}", flush=True)
        sys.stdout.flush()
        os._exit(0)


def main() -> None:
    """Run each step in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memories", type=int, default=100_000)
    parser.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        name, home, scratch = options.step
        step(name, Path(home), Path(scratch) / "project", Path(scratch) / "memories.jsonl", options.memories)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        (Path(scratch) / "project").mkdir()
        for name, home in (("fill", "first"), ("export", "first"), ("import", "second"), ("again", "second")):
            words = [sys.executable, __file__, "--memories", str(options.memories)]
            subprocess.run([*words, "--step", name, str(Path(scratch) / home), scratch], check=True)


if __name__ == "__main__":
    main()
