"""Clocks that are ahead, back, and that step while several processes work."""

from pathlib import Path

from tests.patience import PATIENCE
from tests.trust.torture import oracle, shim
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import Worker, made

_DAYS = 40 * 86_400
"""Seconds that a date is off: more than memories stay in the bin."""

CLOCKS: dict[str, dict[str, str]] = {
    "ahead": {"TORTURE_CLOCK": str(_DAYS)},
    "back": {"TORTURE_CLOCK": str(-_DAYS)},
    "stepping": {"TORTURE_CLOCK": str(_DAYS), "TORTURE_STEP": "1"},
    "right": {},
}


def clocks(top: Path, rounds: int) -> Tally:
    """Days by each clock in turn; in those that step, two processes write and a third tidies up."""
    tally = Tally("clock ahead, back, stepping")
    world = made(top / "world")
    library = shim.made(top)
    if library is None:
        tally.note = "left out: no C compiler"
        return tally
    for number in range(rounds):
        name = list(CLOCKS)[number % len(CLOCKS)]
        told = {"LD_PRELOAD": str(library), **CLOCKS[name]}
        workers = [Worker(top / f"log{each}", **told) for each in range(3 if name == "stepping" else 1)]
        try:
            workers[0].begin(world, "day")
            for each in workers[1:-1]:
                each.begin(world, "write", "40")
            for each in workers[2:]:
                each.begin(world, "maintain")
            for each in workers[: 2 if len(workers) > 1 else 1]:
                code, said = each.end(PATIENCE)
                tally.wrong("untold", code != 0, f"{name}: {said[-1500:]}")
            for each in workers[2:]:
                each.end(0)
        finally:
            for each in workers:
                each.close()
        tally.rounds += 1
        oracle.look(world, tally)
    return tally
