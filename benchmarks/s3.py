"""What a team's store in S3 costs in latency, beside the database of this machine in the same run.

    python benchmarks/s3.py [--memories 2000] [--rounds 20] [--delay 30]

The server is moto's on loopback, behind a proxy that holds every request up for so many milliseconds, as the way to a
data centre does; a first run holds up none. It answers more slowly than Amazon's by itself, and has no limits.

Remembering and searching go to this machine's database whether there is a team's store or not: the first rows show it.
The others tell when the team has what was remembered, and what the same would cost if the database itself lay there.
"""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.memories import Maker, percentile
from tests.object_store import ObjectStore, Proxy, environment, running
from whence.background.team import Team
from whence.store import Shared, Store
from whence.values.memory import MemoryBase
from whence.values.protocol import Filter

T = TypeVar("T")


class Machine:
    """One of the team: its own database, and the team's."""

    def __init__(self, folder: Path, address: str) -> None:
        folder.mkdir()
        self.store = Store.open(str(folder / "memory"))
        self.team = Team(address, folder, self.store)

    def close(self) -> None:
        """Let go of both."""
        self.team.close()
        self.store.close()


def timed(times: list[float], work: Callable[[], T]) -> T:
    """Do the work and add its milliseconds."""
    start = time.perf_counter()
    result = work()
    times.append((time.perf_counter() - start) * 1000)
    return result


def measure(objects: ObjectStore, folder: Path, count: int, rounds: int, delay: float) -> None:
    """Measure with every request so many milliseconds late, and print."""
    proxy = Proxy(objects.port)
    proxy.late = delay / 1000
    os.environ.update(environment(proxy.port))
    address = f"{objects.bucket(f'team-{delay:.0f}')}/project"
    maker = Maker()
    memories = maker.memories(count + 4 * rounds)
    one, other = Machine(folder / "one", address), Machine(folder / "other", address)
    whole: dict[str, list[float]] = {"send": [], "receive": []}
    one.store.put(list(islice(memories, count)))
    timed(whole["send"], one.team.sync)
    timed(whole["receive"], other.team.sync)
    shared = Shared.open(f"{address}-direct")
    shared.memories.put(one.store.newest(Filter(archived=True), limit=count))
    names = ("put", "away", "sent", "received", "idle", "direct put", "list", "direct list")
    found: dict[str, list[float]] = {name: [] for name in names}
    requests: dict[str, list[float]] = {name: [] for name in names}

    def round_of(name: str, work: Callable[[], object]) -> None:
        before = proxy.counts.total()
        timed(found[name], work)
        requests[name].append(proxy.counts.total() - before)

    for each in islice(memories, rounds):
        fresh: list[MemoryBase] = [each]
        round_of("put", partial(one.store.put, fresh))
        round_of("sent", one.team.sync)
        round_of("received", other.team.sync)
        other.team.sync()
        round_of("idle", other.team.sync)
        round_of("direct put", partial(shared.memories.put, fresh))
        round_of("list", partial(one.store.newest, Filter(), limit=50))
        round_of("direct list", partial(shared.memories.newest, Filter(), limit=50))
    shared.close()
    proxy.fault = lambda method, path: "drop"
    for each in islice(memories, rounds):
        timed(found["away"], partial(one.store.put, [each]))
    proxy.close()
    one.close()
    other.close()
    print(f"\nEach request {delay:.0f} ms late, {count:,} memories")
    for name, label in (
        ("put", "remembered: on this disk, acknowledged"),
        ("away", "the same while the team's store is away"),
        ("direct put", "  (if the database lay in S3)"),
        ("list", "the 50 newest, of this disk"),
        ("direct list", "  (if the database lay in S3)"),
        ("sent", "one memory sent to the team"),
        ("received", "and taken in by another machine"),
        ("idle", "a look at which nothing has changed"),
    ):
        times = found[name]
        asked = f"{percentile(requests[name], 0.5):4.0f} requests" if requests[name] and any(requests[name]) else ""
        print(f"  {label:42} p50 {percentile(times, 0.5):7.1f} ms   p95 {percentile(times, 0.95):7.1f} ms  {asked}")
    sent, received = (whole[name][0] / 1000 for name in ("send", "receive"))
    print(f"  {'all of them sent / taken in at first':42} {sent:.1f} / {received:.1f} s")


def main() -> None:
    """Measure without and with a delay."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--memories", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--delay", type=float, default=30.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch, running(Path(scratch)) as objects:
        for delay in dict.fromkeys((0.0, options.delay)):
            folder = Path(scratch) / f"{delay:.0f}"
            folder.mkdir()
            measure(objects, folder, options.memories, options.rounds, delay)


if __name__ == "__main__":
    main()
