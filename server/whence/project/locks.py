"""Which locks of ours are held, and by which process, without taking one where the system tells."""

from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

_LISTED = Path("/proc/locks")
"""Where Linux tells of all locks."""


class Holder(NamedTuple):
    """Who holds a lock."""

    pid: int
    """The process; 0 where the system does not tell."""

    name: str
    """Its command, shortened; empty where the system does not tell."""


def holder(file: Path) -> Holder | None:
    """The process that holds a lock's file; None where it is free or not there.

    Raises:
        OSError: the file can't be looked at.
    """
    if not file.exists():
        return None
    if _LISTED.exists():
        return _listed(file)
    lock = FileLock(file, timeout=0)  # elsewhere only trying tells; it is let go of at once
    try:
        lock.acquire()
    except Timeout:
        return Holder(0, "")
    lock.release()
    return None


def _listed(file: Path) -> Holder | None:
    """Out of the system's list of locks: `1: FLOCK ADVISORY WRITE 4711 fe:00:16131188 0 EOF` (proc(5))."""
    inode = file.stat().st_ino
    for line in _LISTED.read_text(encoding="ascii").splitlines():
        words = line.split()
        if len(words) >= 6 and words[1] == "FLOCK" and words[5].rpartition(":")[2] == str(inode):
            return Holder(pid := int(words[4]), _command(pid))
    return None


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return ""
    return " ".join([Path(words[0]).name, *words[1:]]).strip()[:60]
