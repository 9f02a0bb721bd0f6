"""How long a test waits for what it waits for: bounds that a slow machine gets more of.

A bound never decides whether something is quick enough; it only ends a test that would wait for ever. So it is wide,
and it grows with a yardstick: what it takes to start a Python that imports pyarrow, which is what most waits here are
for (processes, shared libraries, a disk). It is measured once, by whoever begins: `npm test` for all its steps, else
pytest's first process; the others find the result in the environment variable `TEST_SLOWNESS`, which may also be set by
hand. `python tests/patience.py` prints it.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

VARIABLE = "TEST_SLOWNESS"

_USUAL = 0.25
"""Seconds of the yardstick on two idle cores of 2024."""


def _measured() -> float:
    """How many times slower than usual this machine is, from 1 to 10, by the slower of two: load comes and goes."""
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pyarrow"], check=True)
        taken.append(time.perf_counter() - started)
    # The first one may have read from a cold disk what is in memory from then on.
    return min(max(1.0, max(taken[1:]) / _USUAL), 10.0)


def slowness() -> float:
    """What the environment says; measured, and told to every process that is started from here, where it says nothing.

    Raises:
        ValueError: the environment says something that is no number.
    """
    if VARIABLE not in os.environ:
        os.environ[VARIABLE] = f"{_measured():.2f}"
    return float(os.environ[VARIABLE])


PATIENCE = 60.0 * slowness()
"""Seconds after which something that should happen has not."""

TEST_SECONDS = 10 * PATIENCE
"""Seconds that a whole test may take: some start twenty processes."""


def until(ask: Callable[[], T], what: str = "it") -> T:
    """The first answer that is true."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"waited {PATIENCE:.0f} s for {what}, which did not come about"
        time.sleep(0.02)
    return answer


if __name__ == "__main__":
    print(slowness())
