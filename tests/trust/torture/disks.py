"""A disk that fills up, and one that can only be read: what was acknowledged stays, and the refusal says what to do."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.patience import PATIENCE
from tests.trust.torture import oracle
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import Worker, World, made

_OFF = ("--set", "embedding.model=none")

_MEGABYTES = 24


@contextmanager
def _mounted(folder: Path) -> Iterator[bool]:
    """A disk of its own at a folder; False where this user may not mount one."""
    folder.mkdir(parents=True)
    words = ["mount", "-t", "tmpfs", "-o", f"size={_MEGABYTES}m,mode=700", "tmpfs", str(folder)]
    if not shutil.which("mount") or subprocess.run(words, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def disks(top: Path, rounds: int) -> Tally:
    """In turn: full, with a little room left that differs each time; and read-only."""
    tally = Tally("disk full, disk read-only")
    with _mounted(top / "disk") as there:
        if not there:
            tally.note = "left out: no right to mount a disk"
            return tally
        world = made(top / "disk" / "world")
        worker = Worker(top / "log")
        try:
            for number in range(rounds):
                (_read_only if number % 3 == 2 else _full)(top / "disk", world, tally, worker, number)
                tally.rounds += 1
                oracle.look(world, tally)
        finally:
            worker.close()
    return tally


def _full(disk: Path, world: World, tally: Tally, worker: Worker, number: int) -> None:
    ballast, left = disk / "ballast", 4096 * (1 + 17 * number % 97)
    free = shutil.disk_usage(disk).free
    with ballast.open("wb") as out:
        out.write(bytes(max(free - left, 0)))
    try:
        code, said = worker.run(world, "write", "60", seconds=PATIENCE)
        tally.wrong("untold", code != 0 and "disk is full" not in said and "free space" not in said, said[-1000:])
        for words in (("remember", "On a full disk"), ("backup",), ("rebuild",), ("search", "cart"), ("doctor",)):
            code, said = worker.run(world, "command", *words, *_OFF, seconds=PATIENCE)
            told = any(each in said for each in ("full", "free space", "Free some space"))
            tally.wrong("untold", code != 0 and not told, f"{words[0]} on a full disk: {said[-1000:]}")
    finally:
        ballast.unlink()


def _read_only(disk: Path, world: World, tally: Tally, worker: Worker, number: int) -> None:
    os.sync()
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        for words in (("remember", "On a disk for reading"), ("search", "cart"), ("backup",), ("doctor",)):
            code, said = worker.run(world, "command", *words, *_OFF, seconds=PATIENCE)
            told = any(each in said for each in ("read-only", "permissions", "can't be written"))
            tally.wrong("untold", code != 0 and not told, f"{words[0]} on a read-only disk: {said[-1000:]}")
            tally.wrong("untold", words[0] == "remember" and code == 0, "it acknowledged what it could not write")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
