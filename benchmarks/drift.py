"""How far a line of today's code is from where it stood when a change wrote it, as it is told and carried back.

    python benchmarks/drift.py CLONE [CLONE ...] [--files 60]

The history of each clone is imported as a user's would be. `git blame` tells of today's lines by which commit each was
written and where it stood then: what a trace of today gives is today's number, and search carries it back through the
changes since. Printed is the share of lines within `HALF_LINES` of that place, and what a change gains by it, of 1.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import percentile
from whence.faces.library.engine import Engine
from whence.retrieval.frames import HALF_LINES, Past
from whence.values.memory import Change
from whence.values.protocol import Filter
from whence.values.settings import parse

_CHANGES = Filter(kinds=("change",), archived=True)

LINES = 40
"""Lines that are asked about in one file."""

ENDINGS = (".py", ".ts", ".tsx", ".js", ".go", ".rs", ".java", ".rb", ".c", ".cpp")


def git(folder: Path, *words: str) -> str:
    """What git answers."""
    return subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, check=True, text=True, errors="replace"
    ).stdout


def written(folder: Path, path: str) -> list[tuple[str, int, int]]:
    """Of each line of a file the commit that wrote it, where it stood then, and where it stands today."""
    found = []
    for line in git(folder, "blame", "--porcelain", "HEAD", "--", path).splitlines():
        words = line.split(" ")
        if not line.startswith("\t") and len(words) in (3, 4) and len(words[0]) == 40 and words[1].isdigit():
            found.append((words[0], int(words[1]), int(words[2])))
    return found


def main() -> None:
    """Import, blame, carry, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "clones", type=Path, nargs="*", help="clones of repositories; without one there is nothing to do"
    )
    parser.add_argument("--files", type=int, default=60, help="files of each that are looked at")
    options = parser.parse_args()
    for clone in options.clones:
        chance, moved, carried, times = random.Random(1), list[int](), list[int](), list[float]()
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
            os.environ["WHENCE_HOME"] = home
            with Engine(clone, parse({"embedding": {"model": "none"}})) as engine:
                engine.import_history()
                engine.settle(600)
                moments = {
                    change.commit: change.created_at
                    for some in engine.project.store.each(_CHANGES)
                    for change in some
                    if isinstance(change, Change)
                }
                paths = [each for each in git(clone, "ls-files").splitlines() if each.endswith(ENDINGS)]
                for path in chance.sample(paths, min(len(paths), options.files)):
                    start = time.perf_counter()
                    past = Past(engine.project.store.passages.hunks([path])[path])
                    times.append((time.perf_counter() - start) * 1000)
                    lines = [each for each in written(clone, path) if each[0] in moments]
                    for commit, then, today in chance.sample(lines, min(len(lines), LINES)):
                        moved.append(abs(today - then))
                        carried.append(abs(past.carried(today, moments[commit]) - then))
        print(
            f"{clone.name}: {len(moved)} lines, {percentile(times, 0.5):.1f} ms to read how a file's lines moved (p50)"
        )
        for name, distances in (("as told", moved), ("carried back", carried)):
            near = sum(each <= HALF_LINES for each in distances) / len(distances)
            worth = sum(2 ** (-each / HALF_LINES) for each in distances) / len(distances)
            print(f"  {name:14} within {HALF_LINES} lines {near:.2f}, gain {worth:.2f}", flush=True)


if __name__ == "__main__":
    main()
