"""A process that is stopped while it writes, with whatever locks it holds; the others go on or say so."""

import random
import re
import signal
import threading
import time
from pathlib import Path

from tests.patience import PATIENCE
from tests.trust.torture import oracle
from tests.trust.torture.crowd import CONTENDED
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import Worker, made

_OFF = ("--set", "embedding.model=none")

_WAIT = 35.0
"""Seconds that a face waits for a lock at most, before it says so."""


def halts(top: Path, rounds: int, seconds: float, draw: random.Random) -> Tally:
    """Stopped at a random point for so long; meanwhile the command line remembers, searches and backs up."""
    tally = Tally(f"SIGSTOP for {seconds:.0f} s while it writes")
    world = made(top / "world")
    stopped, other = Worker(top / "stopped.log"), Worker(top / "other.log")
    try:
        for number in range(rounds):
            stopped.begin(world, "maintain")
            time.sleep(draw.uniform(0.3, 2.0))
            stopped.signal(signal.SIGSTOP)
            until = time.monotonic() + seconds
            for words in (("search", "cart"), ("remember", f"While another stood still {number}"), ("status",)):
                began = time.monotonic()
                code, said = other.run(world, "command", *words, *_OFF, seconds=PATIENCE)
                took = time.monotonic() - began
                tally.wrong("late", took > _WAIT + oracle.SECONDS, f"{words[0]} took {took:.1f} s")
                refused = code != 0 and not re.search(CONTENDED, said)
                tally.wrong("untold", refused, f"{words[0]}: {said[-1000:]}")
            threading.Event().wait(max(until - time.monotonic(), 0))
            stopped.signal(signal.SIGCONT)
            stopped.end(1.0)
            tally.rounds += 1
            oracle.look(world, tally)
    finally:
        stopped.close()
        other.close()
    return tally
