"""The long run, `npm run torture`: prints a table of counts, and ends with 1 where one of them is not zero."""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.trust.torture import kills
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="npm run torture --", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="what chooses the points and the operations")
    parser.add_argument("--rounds", type=int, default=200, help="how many processes are killed")
    parser.add_argument("--operations", type=int, default=20_000, help="how many operations ten processes do at once")
    parser.add_argument("--only", default="", help="only parts whose names hold this")
    given = parser.parse_args()
    top, began, done = Path(tempfile.mkdtemp(prefix="torture-")), time.monotonic(), []
    try:
        for tally in killed(top, given.seed, given.rounds, given.only):
            done.append(tally)
            print(f"{time.monotonic() - began:6.0f} s  {table([tally]).splitlines()[1]}", flush=True)
    finally:
        shutil.rmtree(top, ignore_errors=True)
    print(f"\n{table(done)}\n\nseed {given.seed}, {time.monotonic() - began:.0f} s")
    raise SystemExit(0 if all(each.sound for each in done) else 1)


if __name__ == "__main__":
    main()
