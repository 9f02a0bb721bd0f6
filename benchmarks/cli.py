"""What a command of the terminal costs: processor time and time on the clock, alone and with a server that answers it.

    python benchmarks/cli.py [--rounds 20] [--memories 1000]

Each row is a process of its own, run in turns with the others, so that all meet the same noise; `python -c pass` and
`import lancedb` are the yardsticks. The server is a language server on the same project. Processor time is that of the
command alone, as the system counts it for a child; what the server spends on the answer is told below, from /proc.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.server import embedded, fill, percentile, repository
from tests.model_cache import cached_model
from tests.rpc import LspClient

QUERY = "cache parser simple"
IN_VAIN = f"from whence.faces.bell.visitor import ask\nassert ask(['search', '{QUERY}']) is None"
"""All that a command does at a bell before it opens the memory by itself."""

TIMES_PASS, TIMES_IMPORT, WALL_MS, DEAD_MS = 6.0, 1.5, 150.0, 50.0
"""The goals: processor time of an answered search as a multiple of `python -c pass`, that of one that opens the memory
as a multiple of `import lancedb`, p95 of the first one on the clock, and what it takes to ask a dead socket."""


def once(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Milliseconds of the processor's time and on the clock that a process took."""
    start = time.perf_counter()
    running = subprocess.Popen(
        [sys.executable, *words], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert running.stderr is not None
    told = running.stderr.read()
    _, status, used = os.wait4(running.pid, 0)
    taken = (time.perf_counter() - start) * 1000
    running.returncode = os.waitstatus_to_exitcode(status)
    running.stderr.close()
    assert running.returncode == 0, told.decode()
    return (used.ru_utime + used.ru_stime) * 1000, taken


def spent(pid: int) -> float:
    """Milliseconds of the processor's time that a process has taken so far, as Linux counts them."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def bells(home: Path) -> list[Path]:
    """The bells that hang."""
    folder = home / "bells"
    return sorted(folder.iterdir()) if folder.exists() else []


def measured(
    rows: Mapping[str, Sequence[str]], rounds: int, folder: Path, environment: Mapping[str, str]
) -> dict[str, list[tuple[float, float]]]:
    """Every row so many times, in turns; the first time of each, which compiles and warms up, is left away."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
    for number in range(rounds + 1):
        for name, words in rows.items():
            each = once(words, folder, environment)
            if number:
                taken[name].append(each)
    return taken


def dead(bell: Path, rounds: int, folder: Path, environment: Mapping[str, str]) -> list[tuple[float, float]]:
    """What it takes to ask where nobody is there any more, and nothing else; it is hung up again for each."""
    kept = bell.with_name(f".{bell.name}")
    bell.rename(kept)
    taken = []
    for _ in range(rounds):
        os.link(kept, bell)
        taken.append(once(("-c", IN_VAIN), folder, environment))
        assert not bell.exists(), "who finds nobody there takes the bell down"
    return taken


def show(taken: Mapping[str, Sequence[tuple[float, float]]]) -> None:
    """Print a line for each row."""
    for name, times in taken.items():
        cpu, wall = zip(*times, strict=True)
        print(
            f"{name:26}{percentile([*cpu], 0.5):9.0f} /{percentile([*cpu], 0.95):6.0f} ms"
            f"{percentile([*wall], 0.5):9.0f} /{percentile([*wall], 0.95):6.0f} ms"
        )


def middle(taken: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The medians of both."""
    cpu, wall = zip(*taken, strict=True)
    return statistics.median(cpu), statistics.median(wall)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--memories", type=int, default=1000)
    options = parser.parse_args()
    cached_model()
    whence = ("-m", "whence")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        home, folder = Path(scratch) / "home", repository(Path(scratch) / "project")
        own = {"WHENCE_HOME": str(home), "WHENCE_CONFIG": os.devnull, "GIT_CONFIG_GLOBAL": os.devnull}
        os.environ.update(own)
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        fill(folder, home, options.memories)
        alone = measured(
            {
                "python -c pass": ("-c", "pass"),
                "import lancedb": ("-c", "import lancedb"),
                "whence --version": (*whence, "--version"),
                "whence --help": (*whence, "--help"),
                "search alone": (*whence, "search", QUERY),
            },
            options.rounds,
            folder,
            environment,
        )
        with LspClient(home) as server:
            server.start(folder, settings={"embedding": {"model": "all-MiniLM-L6-v2"}})
            server.until("vectors", partial(embedded, server))
            server.until("a bell", partial(bells, home))
            once((*whence, "search", QUERY), folder, environment)  # loads what the server prints with
            before = spent(server.process.pid)
            asked = measured(
                {"python -c pass, again": ("-c", "pass"), "search with a server": (*whence, "search", QUERY)},
                options.rounds,
                folder,
                environment,
            )
            served = (spent(server.process.pid) - before) / (options.rounds + 1)
            (bell,) = bells(home)
            os.kill(server.process.pid, signal.SIGKILL)
            server.process.wait()
        gone = {"asking a dead socket": dead(bell, options.rounds, folder, environment)}
    print(f"{options.memories:,} memories, {options.rounds} rounds; p50 / p95")
    print(f"{'':26}{'processor':>19}{'on the clock':>19}")
    show(alone | asked | gone)
    nothing, lancedb = middle(asked["python -c pass, again"])[0], middle(alone["import lancedb"])[0]
    own_cpu, answered = middle(alone["search alone"])[0], middle(asked["search with a server"])[0]
    wall = percentile([wall for _, wall in asked["search with a server"]], 0.95)
    late = middle(gone["asking a dead socket"])[1] - middle(asked["python -c pass, again"])[1]
    print(f"a search alone takes {own_cpu / lancedb:.2f} times `import lancedb` (goal {TIMES_IMPORT})")
    print(f"one that is answered {answered / nothing:.1f} times `python -c pass` (goal {TIMES_PASS:.0f})")
    print(f"and {wall:.0f} ms on the clock, p95 (goal {WALL_MS:.0f} ms); the server spends {served:.0f} ms on it")
    print(f"to ask a dead socket takes {late:.0f} ms more than `python -c pass` (goal {DEAD_MS:.0f} ms)")


if __name__ == "__main__":
    main()
