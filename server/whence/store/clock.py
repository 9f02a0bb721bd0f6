"""Whether the date tells how old files are: where it was set a moment ago, it does not.

Lance removes versions, and files that no version names, by their age, which is the date's difference. A date that jumps
ahead makes the files of a commit under way look like those of one that failed weeks ago, and the commit that follows
names files that are gone. So tidying up waits until the date has run along with the clock that nobody can set for
longer than any commit takes, and is left alone where the disk's own clock, which dates the files, is days away.
"""

import json
import logging
import os
import time
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

_STEP = 5.0
"""Seconds by which the date may drift between two looks; time servers correct it by less, or slowly."""

_STEADY = 60.0
"""Seconds for which it must have been steady: twice as long as a version is kept."""

_SKEW = 86_400.0
"""Seconds that the disk's clock may be away: Lance takes a file that no version names for left over after a week."""


_LEFT = 86_400.0
"""Seconds after which a file that is not finished never will be; writing one takes a second."""


def running() -> float:
    """Seconds since the machine was started; with the time that it slept, where the system counts that."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


def steady(folder: Path | None) -> bool:
    """Whether the date has not jumped a moment ago. Call it at every look, so that none is missed; it takes 0.1 ms.

    Args:
        folder: of the database, where the last look is kept; None for one that is elsewhere.
    """
    if folder is None:
        return True
    at, date = running(), time.time()
    begun, jumped = _read(folder / "clock.json")
    try:
        if begun is None:
            _write(folder / "clock.json", date - at, None)
        elif abs(date - at - begun) > _STEP:  # or the machine was started since; then it waits in vain, though not long
            log.info("the date jumped by %.0f s; tidying up waits", date - at - begun)
            _write(folder / "clock.json", date - at, at)
            return False
    except OSError:  # who can't write here can't tidy up either
        return False
    return jumped is None or not 0 <= at - jumped < _STEADY


def near(folder: Path | None) -> bool:
    """Whether the clock of the disk, which dates the files, shows about what this machine's does."""
    if folder is None:
        return True
    try:
        os.utime(folder / "clock.json")
        return abs((folder / "clock.json").stat().st_mtime - time.time()) < _SKEW
    except OSError:
        return False


def sweep(folder: Path, pattern: str) -> None:
    """Remove files of these names that a process was writing a day ago or more: it was killed meanwhile."""
    for file in folder.glob(pattern):
        with suppress(OSError):  # gone while we look
            if time.time() - file.stat().st_mtime > _LEFT:
                file.unlink()


def _read(file: Path) -> tuple[float | None, float | None]:
    """The date less the running clock, and when that changed last by that clock; None where nothing is known."""
    try:
        told = json.loads(file.read_bytes())
        return float(told["begun"]), None if told["jumped"] is None else float(told["jumped"])
    except (OSError, ValueError, KeyError, TypeError):
        return None, None


def _write(file: Path, begun: float, jumped: float | None) -> None:
    fresh = file.with_suffix(f".{os.getpid()}.new")
    try:
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps({"begun": begun, "jumped": jumped}), encoding="utf-8")
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
        sweep(file.parent, f"{file.stem}.*.new")
