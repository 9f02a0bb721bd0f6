"""The long run, `npm run torture`: prints a table of counts, and ends with 1 where one of them is not zero."""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

from tests.trust.torture import clocks, disks, files, halts, kills, locks, versions
from tests.trust.torture.crowd import crowded
from tests.trust.torture.tally import Tally, table
from tests.trust.torture.world import Worker


def killed(top: Path, seed: int, rounds: int, only: str) -> Iterator[Tally]:
    """All that is killed, so many times in all."""
    worker = Worker(top / "log")
    try:
        for name, (part, share) in kills.PARTS.items():
            if only in name:
                draw = random.Random(f"{seed} {name}")
                one = kills.Kills(name, top / name.replace(" ", "-"), draw, worker)
                part(one, max(1, round(share * rounds / 200)))
                yield one.tally
    finally:
        worker.close()


OTHERS = ("crowd", "files", "disks", "clocks", "halts", "locks", "versions")


def others(top: Path, seed: int, rounds: int, operations: int, only: str) -> Iterator[Tally]:
    """All other parts."""
    share = rounds / 200
    parts: dict[str, Callable[[Path], Tally]] = {
        "crowd": lambda here: crowded(here / "world", operations, seed),
        "files": lambda here: files.files(here, max(4, round(80 * share)), random.Random(f"{seed} files")),
        "disks": lambda here: disks.disks(here, max(3, round(12 * share))),
        "clocks": lambda here: clocks.clocks(here, max(3, round(12 * share))),
        "halts": lambda here: halts.halts(here, max(1, round(3 * share)), 60 * min(share, 1), random.Random(seed)),
        "locks": lambda here: locks.locks(here, max(2, round(8 * share))),
        "versions": lambda here: versions.versions(here, max(1, round(3 * share))),
    }
    for name in OTHERS:
        if only in name:
            part = parts[name]
            (top / name).mkdir()
            yield part(top / name)
            shutil.rmtree(top / name, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run torture --", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what chooses the points and the operations")
    parser.add_argument("--rounds", type=int, default=200, help="how many processes are killed")
    parser.add_argument("--operations", type=int, default=20_000, help="how many operations ten processes do at once")
    parser.add_argument("--only", default="", help="only parts whose names hold this")
    given = parser.parse_args()
    if not any(given.only in name for name in (*kills.PARTS, *OTHERS)):
        parser.error(f"no part's name holds “{given.only}”; there are: {', '.join((*kills.PARTS, *OTHERS))}")
    top, began, done = Path(tempfile.mkdtemp(prefix="torture-")), time.monotonic(), []
    try:
        everything = (
            killed(top, given.seed, given.rounds, given.only),
            others(top, given.seed, given.rounds, given.operations, given.only),
        )
        for tally in chain(*everything):
            done.append(tally)
            print(f"{time.monotonic() - began:6.0f} s  {table([tally]).splitlines()[1]}", flush=True)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"\n{table(done)}\n\nseed {given.seed}, {time.monotonic() - began:.0f} s")
    raise SystemExit(0 if all(each.sound for each in done) else 1)


if __name__ == "__main__":
    main()
