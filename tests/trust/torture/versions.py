"""Two versions of Whence on one database: a newer one's is left alone, an older one's is taken over."""

import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

from tests.patience import PATIENCE
from tests.trust.torture import oracle
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import ROOT, Worker, World, made
from whence.store.schema import FORMAT, MARK

_OFF = ("--set", "embedding.model=none")

_OLDER = "726c013~1"
"""The last commit whose memories have no digests (format 2)."""


def versions(top: Path, rounds: int) -> Tally:
    """A newer format is refused by every command and nothing is changed; an older Whence and this one take turns."""
    tally = Tally("two versions on one database")
    worker = Worker(top / "log")
    try:
        _newer(made(top / "newer"), tally, worker)
        older = _code(top / "older-code")
        if older is None:
            tally.note = "the older version is left out: git does not have it"
            return tally
        world = made(top / "older", begun=False)
        for number in range(rounds):
            _turns(world, tally, worker, older, number)
            tally.rounds += 1
            oracle.look(world, tally)
    finally:
        worker.close()
    return tally


def _newer(world: World, tally: Tally, worker: Worker) -> None:
    with world.engine() as engine:
        engine.backup()
        engine.store._memories.mark("payload", MARK, str(FORMAT + 1))
    before = _data(world)
    for words in (
        ("remember", "Of an earlier version"),
        ("search", "cart"),
        ("restore", "--yes"),
        ("doctor", "--repair"),
    ):
        code, said = worker.run(world, "command", *words, *_OFF)
        told = "newer version of Whence" in said and "Update Whence" in said
        tally.wrong("untold", not told or "Traceback" in said, f"{words[0]} of a newer format: {said[-1000:]}")
        tally.wrong("lost", words[0] != "doctor" and code == 0, f"{words[0]} used a database of a newer version")
        tally.rounds += 1
    tally.wrong("lost", _data(world) != before, "a database of a newer version was changed")


def _data(world: World) -> dict[str, bytes]:
    folder = world.project / "memory" / "memories.lance"
    return {str(each.relative_to(folder)): each.read_bytes() for each in folder.rglob("*") if each.is_file()}


def _code(folder: Path) -> Path | None:
    """The server's code of the older version, out of this repository's history."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), "archive", "--format=tar", _OLDER, "server"], capture_output=True, check=False
    )
    if done.returncode:
        return None
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder / "server"


_WRITE = """
import sys
from pathlib import Path
from whence.faces.library.engine import Engine
from whence.values.settings import parse
with Engine(Path(sys.argv[1]), parse({"embedding": {"model": "none"}})) as engine:
    print("open", flush=True)
    for line in sys.stdin:
        text = line.strip()
        (id,) = engine.remember({"kind": "note", "content": text}).ids
        print(id, flush=True)
"""


def _turns(world: World, tally: Tally, worker: Worker, older: Path, number: int) -> None:
    """An older version has it open and writes; this one opens it, migrates it, and both write."""
    process = subprocess.Popen(
        [sys.executable, "-c", _WRITE, str(world.folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=world.folder,
        env={**world.environment(), "PYTHONPATH": os.pathsep.join((str(older),))},
    )
    with process:
        assert process.stdin and process.stdout and process.stderr
        if process.stdout.readline() != "open\n":  # this version has migrated it, and the older one says so
            said = process.stderr.read()
            tally.wrong("untold", number == 0 or "Update Whence" not in said, f"the older version: {said[-1000:]}")
            return
        for turn in range(6):
            if turn == 3:
                code, said = worker.run(world, "write", "5", seconds=PATIENCE)
                tally.wrong("untold", code != 0, f"this version beside an older one: {said[-1000:]}")
            text = f"By the older version {number} {turn}"
            process.stdin.write(text + "\n")
            process.stdin.flush()
            if id := process.stdout.readline().strip():
                world.journal.kept(id, text)
            else:
                tally.wrong("untold", 1, f"the older version ended: {process.stderr.read()[-1000:]}")
                return
        process.stdin.close()
