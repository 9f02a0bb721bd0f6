"""What 3,000 captured saves leave on disk, with capture, indexing, embedding and maintenance running as in an editor.

    python benchmarks/disk.py [--saves 3000] [--rate 25] [--rest 150]

Someone works at machine speed: five saves in a row of each file, and then the next. A burst of saves of one file is one
memory, written anew at each. The size is that of the database's folder: at most while saving, after the last save is
found by words and by meaning, and after a rest, in which old versions are cleaned away.
"""

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import Maker
from tests.model_cache import cached_model
from whence.faces.library.engine import Engine
from whence.store import disk_size

SAVES_IN_A_ROW = 5


def main() -> None:
    """Save, wait, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--saves", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=25.0, help="saves a second")
    parser.add_argument("--rest", type=float, default=150.0, help="seconds of rest at the end, at most")
    options = parser.parse_args()
    cached_model()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        os.environ["WHENCE_HOME"] = str(Path(scratch) / "home")
        folder = Path(scratch) / "project"
        (folder / "src").mkdir(parents=True)
        with Engine(folder, capture=True) as engine:
            engine.settle(60)
            maker, most, looked = Maker(), 0, 0.0
            started = time.monotonic()
            lines: list[str] = []
            for number in range(options.saves):
                if number % SAVES_IN_A_ROW == 0:
                    path = folder / "src" / f"module{number // SAVES_IN_A_ROW}.py"
                    lines = [maker.words(8) for _ in range(30)]
                place = maker.chance.randrange(len(lines))
                lines[place : place + 3] = [maker.words(8) for _ in range(4)]
                path.write_text("\n".join(lines) + "\n", encoding="utf-8")
                engine.project.saved(path)
                if time.monotonic() - looked > 1:
                    most, looked = max(most, disk_size(engine.project.store)), time.monotonic()
                time.sleep(max(0.0, started + (number + 1) / options.rate - time.monotonic()))
            saving = time.monotonic() - started
            indexed = engine.settle(600, vectors=True)
            after, settled = disk_size(engine.project.store), time.monotonic() - started
            status = engine.status()
            size, deadline = after, time.monotonic() + options.rest
            while time.monotonic() < deadline and size > after / 3:
                time.sleep(1)
                size = disk_size(engine.project.store)
            rested = time.monotonic() - started - settled
        print(
            f"{options.saves} saves in {saving:.0f} s: {status.total} memories, {status.embedding.passages} passages, "
            f"{status.embedding.embedded} with a vector{'' if indexed else ' (not finished in time)'}"
        )
        print(f"  at most while saving           {max(most, after) / 1e6:6.1f} MB")
        print(f"  all indexed, after {settled:4.0f} s       {after / 1e6:6.1f} MB")
        print(f"  after a rest of {rested:4.0f} s          {size / 1e6:6.1f} MB")


if __name__ == "__main__":
    main()
