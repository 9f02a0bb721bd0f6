"""What a process takes, as Linux tells it in /proc: memory, threads, files; and LanceDB's own as measure."""

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

LANCEDB = "import lancedb, sys; print('ready', flush=True); sys.stdin.read()"
"""What every process that opens a memory takes at least."""


class Taken(NamedTuple):
    """What a process takes at one moment."""

    resident: float
    """VmRSS in MB: all pages that are in memory, those of libraries' files included, which processes share."""
    own: float
    """RssAnon in MB: of these, the process's own."""
    threads: int
    files: int
    """Open files, sockets, pipes and the like."""

    def told(self) -> str:
        """As cells of a table."""
        return f"{self.resident:6.0f} MB ({self.own:4.0f} own)  {self.threads:3} threads  {self.files:3} open files"


def taken(pid: int) -> Taken:
    """What the process takes now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    said = dict(line.split(":", 1) for line in lines if ":" in line)
    megabytes = [int(said[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon")]
    return Taken(megabytes[0], megabytes[1], int(said["Threads"]), sum(files(pid).values()))


def threads(pid: int) -> Counter[str]:
    """How many threads of each name a process has."""
    return Counter((each / "comm").read_text(encoding="utf-8").strip() for each in Path(f"/proc/{pid}/task").iterdir())


def files(pid: int) -> Counter[str]:
    """How often a process has which file open; what is no file is told by its kind."""
    found: Counter[str] = Counter()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found[str(each.readlink()).partition(":[")[0]] += 1
        except OSError:  # closed while we look
            continue
    return found


def of_program(program: str, arguments: Sequence[str] = ()) -> Taken:
    """What a Python program takes that says a line when it is ready, and ends with its input."""
    command = [sys.executable, "-P", "-c", program, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        return taken(process.pid)
