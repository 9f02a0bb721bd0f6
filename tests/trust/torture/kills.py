"""`kill -9` at random points of what writes."""

import json
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from tests.model_cache import NAME, cached_model
from tests.patience import PATIENCE
from tests.rpc import LspClient, RpcError
from tests.storing import DIMENSION, axis
from tests.trust.torture import oracle
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import Worker, World, keep, keep_all, made
from whence.store import rows
from whence.store.backups import listed, sound
from whence.store.connection import connect
from whence.store.lance import Table
from whence.store.schema import MARK, MEMORIES
from whence.values.memory import Note
from whence.values.protocol import Filter

_CHANGES = Filter(kinds=("change",), archived=True)


class Kills:
    """Has one kind of work done again and again, and killed at a random point of it.

    Args:
        name: of the work.
        top: a folder of its own.
        draw: what chooses the points.
        worker: who does it.
    """

    def __init__(self, name: str, top: Path, draw: random.Random, worker: Worker) -> None:
        self.tally = Tally(f"kill -9: {name}")
        self.top, self.draw, self.worker = top, draw, worker
        self._longest = 0.0

    def kill(self, world: World, task: str, *words: str, most: float = 0.0) -> bool:
        """Have it done, and killed at a random point; whether it was. The first one tells how long it takes.

        Args:
            most: seconds for work that never ends.
        """
        self.worker.begin(world, task, *words)
        began = time.monotonic()
        first = not (most or self._longest)
        code, said = self.worker.end(PATIENCE if first else self.draw.uniform(0, most or self._longest))
        if first:
            self._longest = time.monotonic() - began
        self.tally.rounds += 1
        if code not in (0, -signal.SIGKILL):
            self.tally.wrong("untold", 1, f"it ended with {code}: {said[-1500:]}")
        return code != 0


def capture(kills: Kills, rounds: int) -> None:
    """Saves through a language server, with a commit now and then; and notes that it acknowledged."""
    world, draw, tally = made(kills.top), kills.draw, kills.tally
    saved: dict[str, str] = {}
    number = 0
    for _ in range(rounds):
        with world.here():
            client = LspClient(world.home)
        with client:
            client.start(world.folder)
            client.request("whence/status", {})
            until = time.monotonic() + draw.uniform(0.1, 2.0)
            with suppress(RpcError, BrokenPipeError):
                while time.monotonic() < until:
                    number += 1
                    name = f"part{number % 4}.py"
                    text = f"def part{number % 4}():\n    return 'token-{number:06}'\n"
                    client.save(world.write(name, text))
                    saved[name] = f"token-{number:06}"
                    text = f"Note {number} of the capture"
                    (id,) = client.request("whence/remember", {"memory": {"kind": "note", "content": text}})["ids"]
                    world.journal.kept(id, text)
                    if number % 9 == 0:
                        world.git("add", ".")
                        world.git("commit", "-qm", f"Commit {number}")
            client.kill()
        tally.rounds += 1
        _captured(world, tally, saved)
        oracle.look(world, tally)


def _captured(world: World, tally: Tally, saved: dict[str, str]) -> None:
    """Each file's last save is in a Change, and no line was written in two."""
    with world.engine(capture=True) as engine:
        assert engine.settle(PATIENCE)
        diffs = [edit.diff for found in engine.store.each(_CHANGES) for each in found for edit in each.edits]
        added = [line for diff in diffs for line in diff.splitlines() if line.startswith("+") and "token-" in line]
        for name, token in saved.items():
            tally.wrong("lost", not any(token in line for line in added), f"the save of {name} ({token})")
        tally.wrong("doubled", len(oracle.twice(added)), f"saves in two Changes: {oracle.twice(added)[:3]}")


def history(kills: Kills, rounds: int) -> None:
    """Importing the past; done once more, each commit is there once."""
    world = made(kills.top / "made", commits=60)
    commits = set(world.git("rev-list", "HEAD").split())
    for number in range(rounds):
        here = world.copy(kills.top / str(number))
        kills.kill(here, "command", "import-history", "--set", "embedding.model=none")
        with here.engine() as engine:
            engine.import_history()
            found = [key.removeprefix("commit:") for key in engine.store.keys("change") if key.startswith("commit:")]
            kills.tally.wrong("lost", len(commits - set(found)), "commits that are not remembered")
        oracle.look(here, kills.tally)
        shutil.rmtree(here.top)


def maintenance(kills: Kills, rounds: int) -> None:
    world = made(kills.top)
    for _ in range(rounds):
        kills.kill(world, "maintain", most=3.0)
        oracle.look(world, kills.tally)


def rebuild(kills: Kills, rounds: int) -> None:
    """The index is dropped and made anew: what the kill leaves of it is made up for at the next opening."""
    world = made(kills.top, notes=300)
    for _ in range(rounds):
        kills.kill(world, "command", "rebuild", "--set", "embedding.model=none")
        oracle.look(world, kills.tally)


def embedding(kills: Kills, rounds: int) -> None:
    """Every passage has a vector of another model, of another dimension; all get new ones."""
    cached_model()
    world = made(kills.top / "made", notes=60)
    with world.engine() as engine:
        store = engine.store
        store.passages.set_dimension(DIMENSION)
        todo = store.passages.unembedded("another", 1000)
        store.passages.put_vectors("another", [(handle, axis(n % DIMENSION)) for n, (handle, _) in enumerate(todo)])
    for number in range(rounds):
        here = world.copy(kills.top / str(number))
        kills.kill(here, "embed", NAME)
        settings = {"embedding": {"model": NAME, "download": False}}
        with here.engine(settings, capture=True) as engine:
            assert engine.settle(PATIENCE, vectors=True)
            passages, embedded = engine.store.passages.embedding_progress(NAME)
            kills.tally.wrong("lost", passages - embedded, "passages without a vector of the new model")
            hits = engine.search("what does the cart say", limit=5).hits
            kills.tally.wrong("lost", not hits, "search finds nothing")
        oracle.look(here, kills.tally)
        shutil.rmtree(here.top)


def older(world: World, format: int, count: int = 400) -> None:
    """Give a world that has no memories yet a database of an earlier format."""
    lacking = {0: {"digest", "cites", "targets", "keys", "state", "open"}, 1: {"digest", "cites"}, 2: {"digest"}}[
        format
    ]
    fields = [MEMORIES.field(name) for name in MEMORIES.names if name not in lacking]
    metadata = {MARK: str(format)} if format else None
    schema = pa.schema([each.with_metadata(metadata) if each.name == "payload" else each for each in fields])
    folder = world.project / "memory"
    shutil.rmtree(folder, ignore_errors=True)
    for counted in world.home.rglob("count*.json"):
        counted.unlink()
    shutil.rmtree(world.home / "counts", ignore_errors=True)
    table = Table(connect(str(folder), None), "memories", folder / "memories.lance", "")
    table.create(schema)
    notes = [Note(content=f"Old thing {number}") for number in range(count)]
    table.merge([{name: rows.of_memory(each)[name] for name in schema.names} for each in notes])
    for each in notes:
        world.journal.kept(each.id, each.content)


def migration(kills: Kills, rounds: int) -> None:
    """A database of each earlier format is opened."""
    worlds = []
    for format in (0, 1, 2):
        world = made(kills.top / f"format-{format}", notes=0)
        older(world, format)
        worlds.append(world)
    for number in range(rounds):
        here = worlds[number % 3].copy(kills.top / str(number))
        kills.kill(here, "command", "status", "--set", "embedding.model=none")
        oracle.look(here, kills.tally)
        _backups(here, kills.tally)
        shutil.rmtree(here.top)


def bin(kills: Kills, rounds: int) -> None:
    """Memories in the bin, which others link to, are removed for good."""
    world = made(kills.top)
    for number in range(rounds):
        with world.engine() as engine:
            away = keep_all(engine, world.journal, [f"Thrown away {number} {each}" for each in range(30)])
            holder = keep(engine, world.journal, f"Holds on to them {number}")
            for each in away[:5]:
                engine.link(holder, "about", each)
            engine.forget(away)
            assert engine.settle(PATIENCE)
        for each in away:
            world.journal.trying(each, None)
        kills.kill(world, "command", "empty-bin", "--set", "embedding.model=none")
        oracle.look(world, kills.tally)
        with world.engine() as engine:
            engine.empty_bin()
            for each in away:
                world.journal.gone(each)
            oracle.compare(engine, world, kills.tally)
            oracle.kept_together(engine, kills.tally)


def export(kills: Kills, rounds: int) -> None:
    """The file is the whole export of before or of now."""
    world = made(kills.top, notes=300)
    target = kills.top / "export.jsonl"
    for _ in range(rounds):
        with world.engine() as engine:
            keep(engine, world.journal, "One more")
        kills.kill(world, "command", "export", str(target), "--set", "embedding.model=none")
        if target.exists():
            lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
            kills.tally.wrong("lost", len(lines) < 301, f"the export has {len(lines)} lines")
        oracle.look(world, kills.tally)
    for each in kills.top.glob(".*"):
        os.utime(each, (time.time() - 2 * 86_400,) * 2)
    with world.engine() as engine:
        engine.export(str(target))
    left = [each.name for each in kills.top.glob(".*")]
    kills.tally.wrong("orphans", len(left), f"halves of exports, two days later: {left}")


def backup(kills: Kills, rounds: int) -> None:
    """No backup is there that can't be read whole, and the next one can be taken."""
    world = made(kills.top, notes=300)
    for number in range(rounds):
        with world.engine() as engine:
            keep(engine, world.journal, f"One more {number}")
        kills.kill(world, "command", "backup", "--set", "embedding.model=none")
        _backups(world, kills.tally)
        if number % 5 == 4:
            with world.engine() as engine:
                engine.backup()
            oracle.look(world, kills.tally)


def _backups(world: World, tally: Tally) -> None:
    folder = world.project / "backups"
    found = listed(folder)
    tally.wrong("lost", len(list(folder.glob("*.json"))) - len(found), "listings of backups that can't be read")
    tally.wrong("lost", sum(not sound(folder, each) for each in found), "backups that are not sound")


def restore(kills: Kills, rounds: int) -> None:
    """A backup is restored into a database that is well, or that can't be opened; nothing later is lost by that."""
    world = made(kills.top, notes=200)
    with world.engine() as engine:
        engine.backup()
        keep(engine, world.journal, "Later than the backup")
        assert engine.settle(PATIENCE)
    for number in range(rounds):
        here = world.copy(kills.top.with_name(f"restore-{number}"))
        if number % 2:
            newest = min((here.project / "memory" / "memories.lance" / "_versions").glob("*.manifest"))
            newest.with_stem(f"{int(newest.stem) - 1:020}").write_bytes(b"torn")  # names count down
        killed = kills.kill(here, "command", "restore", "--yes", "--set", "embedding.model=none")
        if number % 2 and killed:
            done = here.whence("restore", "--yes", "--set", "embedding.model=none")
            kills.tally.wrong("untold", done.returncode != 0, f"restoring again: {done.stderr[-500:]}")
        oracle.look(here, kills.tally)
        _backups(here, kills.tally)
        shutil.rmtree(here.top)


PARTS: dict[str, tuple[Callable[[Kills, int], None], int]] = {
    "capture": (capture, 25),
    "import-history": (history, 20),
    "maintenance": (maintenance, 25),
    "rebuild": (rebuild, 20),
    "re-embedding": (embedding, 20),
    "migration": (migration, 25),
    "emptying the bin": (bin, 15),
    "export": (export, 10),
    "backup": (backup, 20),
    "restore": (restore, 20),
}
"""What is killed, and how often of 200 rounds."""
