"""A disk whose locks fail, as on some network file systems, or are given to everybody who asks."""

import re
from pathlib import Path

from tests.patience import PATIENCE
from tests.trust.torture import oracle, shim
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import Worker, World, made

_OFF = ("--set", "embedding.model=none")

_TOLD = re.compile(r"WHENCE_HOME|[Tt]ry again|permissions")
"""What a refusal names that can be done."""


def locks(top: Path, rounds: int) -> Tally:
    """In turn: no lock is to be had, and a face remembers or says what to do; every lock is given, and three write."""
    tally = Tally("locks that fail, and that lie")
    world = made(top / "world")
    library = shim.made(top)
    if library is None:
        tally.note = "left out: no C compiler"
        return tally
    for number in range(rounds):
        way = ("fail", "lie")[number % 2]
        variables = {"LD_PRELOAD": str(library), "TORTURE_LOCKS": way}
        workers = [Worker(top / f"log{each}", **variables) for each in range(1 if way == "fail" else 3)]
        try:
            (_failing if way == "fail" else _lying)(world, tally, workers)
        finally:
            for each in workers:
                each.close()
        tally.rounds += 1
        oracle.look(world, tally)
    return tally


def _failing(world: World, tally: Tally, workers: list[Worker]) -> None:
    for words in (("remember", "On a disk without locks"), ("search", "cart"), ("doctor",), ("backup",)):
        code, said = workers[0].run(world, "command", *words, *_OFF)
        tally.wrong("untold", code != 0 and not _TOLD.search(said), f"{words[0]} without locks: {said[-1000:]}")
        tally.wrong("untold", "Traceback" in said, f"{words[0]} without locks: {said[-1000:]}")


def _lying(world: World, tally: Tally, workers: list[Worker]) -> None:
    workers[0].begin(world, "write", "20")
    workers[1].begin(world, "day")
    workers[2].begin(world, "maintain")
    for each in workers[:2]:
        code, said = each.end(PATIENCE)
        tally.wrong("untold", code != 0, said[-1000:])
    workers[2].end(0)
