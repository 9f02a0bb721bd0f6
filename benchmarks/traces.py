"""How long stack traces take to read: whole logs, and texts made to be slow.

Each text is repeated to the given size; the texts that are made to be slow are the pieces that the readers look for,
alone and by threes, on short lines and on lines as long as are looked at. Seconds are those of the processor. The
ratio of the time for twice the size tells that the readers are linear; it should stay near 2.

Run: .venv/bin/python benchmarks/traces.py [--size CHARACTERS] [--shown N]
"""

import argparse
import random
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.traces import compiled, javascript, managed, others, python, scripts
from whence.readers.traces import normal, parse

SAMPLES = {
    name: text
    for samples in (
        *(python.PYTHON, javascript.JAVASCRIPT, scripts.RUBY, scripts.PHP, managed.JAVA, managed.DOTNET),
        *(compiled.GO, compiled.RUST, compiled.NATIVE, others.OTHERS),
    )
    for name, (text, *_) in samples.items()
}

PIECES = (
    *("a", "(", "at ", "a@b:", "#0 ", ": ", "'", "Error", "in `", 'File "', "x:1:1 ", ".", "\\n", "\\", "{", "[", "_"),
    *('{"a":', "<failure ", "&lt;", "%0A", "#012", "12:00:00 ", "[1] ", "web | ", "E   ", "Uncaught X: a in ", "❯ "),
    *(
        "PHP Fatal error: ",
        "panic: ",
        "Caused by: ",
        "   at A.B() in C:x:line 3",
        " at a.pl line 3",
        "\x1b[",
        "\t",
        " ",
    ),
    *("::", "a.b.", "==1== ", "🙂", "f.dart 1:2 x", "1. {main}() a:1", "x.py:3: ", "│ a.py:3 in x │", "[errors]: ["),
)


def texts() -> dict[str, str]:
    """A unit of every text that is measured."""
    chance = random.Random(1)
    found = {f"a log of: {name}": text for name, text in SAMPLES.items()}
    for piece in PIECES:
        found[f"one line: {piece!r}"] = piece
        found[f"lines of: {piece!r}"] = f"{piece * max(2_000 // len(piece), 1)}\n"
        found[f"short lines: {piece!r}"] = f"{piece}\n"
        found[f"calls of: {piece!r}"] = f"    at {piece * 30}\n"
    for number in range(30):
        found[f"mixture {number}"] = "".join(chance.choices([*PIECES, "\n"], k=200))
    return found


def seconds(work: Callable[[], object]) -> float:
    """What the work takes of the processor."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Measure, and print the slowest."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--size", type=int, default=1_000_000)
    arguments.add_argument("--shown", type=int, default=12)
    given = arguments.parse_args()
    took: list[tuple[float, float, str]] = []
    for name, unit in texts().items():
        half = unit * max(given.size // 2 // len(unit), 1)
        short, long = seconds(partial(parse, half)), seconds(partial(parse, half * 2))
        took.append((long, long / max(short, 0.001), name))
        took.append((seconds(partial(normal, half * 2)), 0.0, f"normalised: {name}"))
    took.sort(reverse=True)
    print(f"{len(took)} texts of {given.size:,} characters; the slowest:")
    for long, ratio, name in took[: given.shown]:
        print(f"{long:6.2f} s  {f'x{ratio:.1f} for twice the size' if ratio else '':24} {name}")


if __name__ == "__main__":
    main()
