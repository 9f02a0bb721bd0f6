"""A gate against growing slow: a few ratios with wide bounds, each measured three times. For CI; not a measurement.

    python benchmarks/gate.py

Every figure is divided by a yardstick of the same minute on the same machine, so that a slow machine moves both. Exits
with 1 where one misses its bound in all three rounds: once is noise. The bounds are wide: they catch what grew by half
in memory or doubled in time, not what grew by a tenth.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.processes import LANCEDB, of_program, taken
from benchmarks.server import BARE, initialize, repository, told
from tests.rpc import LspClient

ROUNDS = 3

SAVES = 12

BOUNDS: Mapping[str, float] = {
    "initialize / bare pygls": 1.5,
    "whence --version, CPU / python -c pass": 8.0,
    "whence status, CPU / import lancedb": 3.0,
    "server with 12 saves, memory / import lancedb": 2.6,
    "server with 12 saves, threads": 50.0,
    "save to stored / git add and two fsyncs": 30.0,
    "search / python -c pass": 6.0,
}
"""The most that each may be."""


def cpu(command: list[str], home: Path) -> float:
    """Seconds of processor time that a command takes, its children's included; the lesser of two."""
    taken: list[float] = []
    for _ in range(2):
        own = {"WHENCE_HOME": str(home), "WHENCE_CONFIG": os.devnull, "WHENCE_EMBEDDING_MODEL": "none"}
        running = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **own}
        )
        _, status, used = os.wait4(running.pid, 0)  # in microseconds, where `os.times` counts hundredths of a second
        running.returncode = os.waitstatus_to_exitcode(status)
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)
        taken.append(used.ru_utime + used.ru_stime)
    return min(taken)


def median(work: Callable[[], object], times: int) -> float:
    """Seconds of the work, in the middle of so many times."""
    found: list[float] = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append(time.perf_counter() - start)
    return statistics.median(found)


def plain_save(folder: Path, number: Iterator[int]) -> None:
    """What one would do at least: have git look at a file, and write a text and its index so that they are on disk."""
    file = folder / f"plain_{next(number)}.py"
    file.write_text("value = 1\n" * 100, encoding="utf-8")
    subprocess.run(["git", "add", file.name], cwd=folder, check=True)
    for name in ("text", "index"):
        with (folder / ".git" / f"plain-{name}").open("ab") as out:
            out.write(b"value = 1\n" * 100)
            os.fsync(out.fileno())


def served(home: Path) -> dict[str, float]:
    """What a server with a few saves takes, beside the yardsticks of the same minute."""
    # Apart, since Whence waits until git is at rest: beside its own repository's `git add` a save takes .3 s.
    folder, apart = repository(home / "project"), repository(home / "apart")
    count = iter(range(1000))
    with LspClient(home / "data") as client:
        client.start(folder)
        client.until("the start", lambda: client.request("whence/status")["state"] == "ready")
        ours, plain = [], []
        for number in range(SAVES):
            path = folder / f"file_{number}.py"
            path.write_text(f"value{number} = 1\n" * 100, encoding="utf-8")
            seen, start = len(client.notifications), time.perf_counter()
            client.save(path)
            client.until("stored", partial(told, client, seen))
            ours.append(time.perf_counter() - start)
            plain.append(median(partial(plain_save, apart, count), 1))
        client.until("the index", lambda: client.request("whence/status")["state"] == "ready")
        search = partial(client.request, "whence/search", {"query": "where is the value set"})
        search()
        searching = median(search, 9)
        starting = median(partial(subprocess.run, [sys.executable, "-c", "pass"], check=True), 9)
        now = taken(client.process.pid)
        client.stop()
    return {
        "server with 12 saves, memory / import lancedb": now.resident / of_program(LANCEDB).resident,
        "server with 12 saves, threads": float(now.threads),
        "save to stored / git add and two fsyncs": statistics.median(ours) / statistics.median(plain),
        "search / python -c pass": searching / starting,
    }


def measured() -> dict[str, float]:
    """Every ratio, once."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        home = Path(scratch)
        python = sys.executable
        started = [(initialize(home, None), initialize(home, [python, "-c", BARE])) for _ in range(3)]
        ours, bare = (min(each) for each in zip(*started, strict=True))
        folder = repository(home / "quiet")
        reading = [python, "-m", "whence", "status", "--project", str(folder)]
        cpu(reading, home / "cli")
        return {
            "initialize / bare pygls": ours / bare,
            "whence --version, CPU / python -c pass": cpu([python, "-m", "whence", "--version"], home)
            / cpu([python, "-c", "pass"], home),
            "whence status, CPU / import lancedb": cpu(reading, home / "cli")
            / cpu([python, "-c", "import lancedb"], home),
            **served(home),
        }


def main() -> int:
    """Measure, print, and tell whether something missed its bound in every round."""
    rounds = []
    for _ in range(ROUNDS):  # the first may find a cold disk: it takes three to miss
        rounds.append(measured())
        print("  ".join(f"{value:.2f}" for value in rounds[-1].values()), flush=True)
    missed = [name for name, most in BOUNDS.items() if all(each[name] > most for each in rounds)]
    for name, most in BOUNDS.items():
        values = "  ".join(f"{each[name]:6.2f}" for each in rounds)
        print(f"{name:48}{values}   at most {most:g}{'   MISSED' if name in missed else ''}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
