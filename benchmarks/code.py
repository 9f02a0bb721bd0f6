"""The code index: time until files are found by words, and time to open a project in which nothing changed.

    python benchmarks/code.py [FILES [UNCHANGED]]

Files are made at run time out of the modules of the Python that runs this, one name changed in each so that no two are
alike. Goals on two cores: 1,000 files found by words in 10 s; 5,000 unchanged files looked at in 2 s.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import percentile
from whence.faces.library.engine import Engine
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
QUERIES = ("parse header", "HTTPConnection", "read a line from the socket", "get_default", "compress a stream")


def make(root: Path, count: int) -> int:
    """Write so many files. Returns their lines."""
    library = Path(sysconfig.get_paths()["stdlib"])
    sources = [path for path in sorted(library.rglob("*.py")) if "site-packages" not in path.parts]
    texts = [text for path in sources if 500 < len(text := path.read_text("utf-8", "replace")) < 200_000]
    lines = 0
    for number in range(count):
        before = max(number - 1, 0)
        text = f"{texts[number % len(texts)]}\n\ndef only_in_{number}():\n    pass\n"
        text += f"\n\nimport part{before % 50}.module{before}\n"
        path = root / f"part{number % 50}" / f"module{number}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        lines += text.count("\n")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    return lines


def measure(count: int) -> None:
    """Index so many files, search them, and open them again."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
        root = Path(folder) / "project"
        lines = make(root, count)
        with Engine(root, PLAIN) as engine:
            started, began = time.perf_counter(), time.process_time()
            done = engine.index_workspace()
            found = engine.search_code(f"only_in_{count - 1}").hits[0].name == f"only_in_{count - 1}"
            seconds, worked = time.perf_counter() - started, time.process_time() - began
            told = "found by words" if found else "NOT FOUND"
            print(f"{count} files, {lines:,} lines, {done.entities:,} entities")
            print(f"  {told} after {seconds:.2f} s, with {worked:.2f} s of processor time")
            times = []
            for query in QUERIES * 10:
                started = time.perf_counter()
                engine.search_code(query)
                times.append(time.perf_counter() - started)
            middle, most = (percentile(times, share) * 1000 for share in (0.5, 0.95))
            print(f"  search by words: p50 {middle:.1f} ms, p95 {most:.1f} ms")
            started = time.perf_counter()
            edges = sum(len(each.targets) for each in engine.project.graphs.known().resolved.values())
            print(f"  graph of {edges:,} edges: {time.perf_counter() - started:.2f} s")
        started = time.perf_counter()
        with Engine(root, PLAIN) as engine:
            opened = time.perf_counter() - started
            done = engine.index_workspace()
            seconds = time.perf_counter() - started
        print(f"  opened again, {done.unchanged} unchanged: {seconds:.2f} s, {opened:.2f} s of it to open the memory")


def main() -> None:
    """Measure both sizes."""
    for count in [int(each) for each in sys.argv[1:]] or [1000, 5000]:
        measure(count)


if __name__ == "__main__":
    main()
