"""Save to stored: how long from the editor's `didSave` until the Change is on disk, with a real repository and store.

Run: `python benchmarks/save.py [--files 40] [--saves 5] [--lines 300]`. Prints p50 and p95 in ms, for the first save of
a file (git is asked what it was) and for further ones (its open Change grows), and the parts of the time.
"""

import argparse
import os
import random
import statistics
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from whence.background.recorder import Recorder
from whence.background.writer import Writer
from whence.git import text
from whence.git.edits import file_edit
from whence.store import Store
from whence.values.settings import CaptureSettings


def source(lines: int, seed: int) -> list[str]:
    """Python-like text of so many lines."""
    chosen = random.Random(seed)
    names = ["cart", "total", "item", "price", "user", "order", "index", "name", "value", "result"]
    made: list[str] = []
    while len(made) < lines:
        made.append(f"def {chosen.choice(names)}_{chosen.choice(names)}_{len(made)}({chosen.choice(names)}):")
        made += [f"    {chosen.choice(names)}_{n} = {chosen.choice(names)} + {chosen.randrange(99)}" for n in range(8)]
        made += [f"    return {chosen.choice(names)}", ""]
    return made[:lines]


def percentiles(seconds: list[float]) -> str:
    """P50 and p95 in ms."""
    ordered = sorted(seconds)
    return f"p50 {statistics.median(ordered) * 1e3:6.1f} ms   p95 {ordered[int(len(ordered) * 0.95)] * 1e3:6.1f} ms"


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=40)
    parser.add_argument("--saves", type=int, default=5)
    parser.add_argument("--lines", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="whence bench ") as folder:
        root, home = Path(folder) / "work", Path(folder) / "home"
        root.mkdir()
        os.environ |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        for words in (
            ["init", "-q"],
            ["config", "user.name", "Bench"],
            ["config", "user.email", "bench@example.invalid"],
        ):
            subprocess.run(["git", *words], cwd=root, check=True)
        texts = [source(options.lines, seed) for seed in range(options.files)]
        for number, lines in enumerate(texts):
            (root / f"module_{number}.py").write_text("\n".join(lines), encoding="utf-8")
        subprocess.run(["git", "add", "."], cwd=root, check=True)
        subprocess.run(["git", "commit", "-qm", "Begin"], cwd=root, check=True)
        store = Store.open(str(home / "memory"))
        stored = threading.Event()
        writer = Writer(store, lambda ids: stored.set())
        recorder = Recorder(
            root, project="bench", state=home / "capture", settings=CaptureSettings(), store=store, writer=writer
        )
        recorder.start()
        recorder.settle(60)
        first: list[float] = []
        further: list[float] = []
        for save in range(options.saves):
            for number, lines in enumerate(texts):
                path = root / f"module_{number}.py"
                lines[(save * 37 + number) % len(lines)] += f"  # {save}"
                path.write_text("\n".join(lines), encoding="utf-8")
                stored.clear()
                begun = time.perf_counter()
                recorder.saved(path)
                stored.wait(60)
                (further if save else first).append(time.perf_counter() - begun)
                recorder.settle(60)
        raw = "\n".join(texts[0]).encode()
        begun = time.perf_counter()
        kept = text.clean(raw)
        cleaned = time.perf_counter() - begun
        begun = time.perf_counter()
        file_edit("a.py", kept, (kept or "") + "x\n", lambda path, lines: lambda number: "")
        compared = time.perf_counter() - begun
        recorder.close()
        writer.close()
        store.close()
        print(f"{options.files} files of {options.lines} lines, {options.saves} saves each")
        print(f"first save of a file   {percentiles(first)}")
        print(f"further saves          {percentiles(further)}")
        print(f"of that: redaction {cleaned * 1e3:.1f} ms, diff {compared * 1e3:.1f} ms")


if __name__ == "__main__":
    main()
