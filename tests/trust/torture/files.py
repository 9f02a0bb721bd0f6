"""Files truncated, zeroed, with a flipped bit, deleted: it is told, and mended out of a backup or made anew."""

import json
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.trust.torture import oracle
from tests.trust.torture.tally import Tally
from tests.trust.torture.world import Worker, World, keep_all, made

_OFF = ("--set", "embedding.model=none")


def _truncated(file: Path, draw: random.Random) -> None:
    file.write_bytes(file.read_bytes()[: draw.randrange(max(file.stat().st_size, 1))])


def _zeroed(file: Path, draw: random.Random) -> None:
    file.write_bytes(bytes(file.stat().st_size))


def _flipped(file: Path, draw: random.Random) -> None:
    content = bytearray(file.read_bytes())
    if content:
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    file.write_bytes(content)


def _deleted(file: Path, draw: random.Random) -> None:
    file.unlink()


FAULTS: Mapping[str, Callable[[Path, random.Random], None]] = {
    "truncated": _truncated,
    "zeroed": _zeroed,
    "with a flipped bit": _flipped,
    "deleted": _deleted,
}

TARGETS: Mapping[str, str] = {
    "data": "projects/*/memory/memories.lance/data/*",
    "manifest": "projects/*/memory/memories.lance/_versions/*",
    "deletion file": "projects/*/memory/memories.lance/_deletions/*",
    "data of the index": "projects/*/memory/passages.lance/data/*",
    "manifest of the index": "projects/*/memory/passages.lance/_versions/*",
    "index": "projects/*/memory/passages.lance/_indices/*/*",
    "SQLite file": "projects/*/**/*.sqlite3",
    "list of projects": "projects.json",
    "count": "**/count*.json",
    "backup": "projects/*/backups/**/*.*",
}


def _template(top: Path) -> World:
    world = made(top, notes=60)
    with world.engine(capture=True) as engine:
        gone = keep_all(engine, world.journal, [f"Gone for good, or not: {number}" for number in range(10)])[:5]
        engine.forget(gone)
        engine.empty_bin()
        for id in gone:
            world.journal.gone(id)
        engine.search("cart")  # which is counted
        assert engine.settle(30)
        engine.backup()
    return world


def files(top: Path, rounds: int, draw: random.Random) -> Tally:
    """One file after another of each sort is spoilt in each way; then the check-up, a look, the repair, and a look."""
    tally = Tally("files truncated, zeroed, flipped, deleted")
    template = _template(top / "template")
    worker = Worker(top / "log")
    pairs = [(target, fault) for target in TARGETS for fault in FAULTS]
    draw.shuffle(pairs)
    try:
        for number in range(rounds):
            target, fault = pairs[number % len(pairs)]
            world = template.copy(top / str(number))
            found = sorted(each for each in world.home.glob(TARGETS[target]) if each.is_file())
            assert found, f"there is no {target} to spoil"
            file = draw.choice(found)
            FAULTS[fault](file, draw)
            before = len(tally.faults)
            _spoilt(world, tally, worker)
            for place in range(before, len(tally.faults)):
                name = file.relative_to(world.home).as_posix()
                tally.faults[place] += f" [{target} {fault}: {name}]"
            tally.rounds += 1
            shutil.rmtree(world.top)
    finally:
        worker.close()
    return tally


def _spoilt(world: World, tally: Tally, worker: Worker) -> None:
    _, said = worker.run(world, "command", "doctor", "--json", *_OFF)
    found = json.loads(said[said.find("{") : said.rfind("}") + 1])
    bad = [each for each in found["findings"] if each["state"] == "fail"]
    tally.wrong("untold", any(not each["repair"] for each in bad), f"without a repair: {bad}")
    tally.wrong("untold", "Traceback" in said, said[-1000:])
    _silent(world, tally, worker, told=any(each["state"] != "ok" for each in found["findings"]))
    _, said = worker.run(world, "command", "doctor", "--repair", *_OFF)
    tally.wrong("untold", "Traceback" in said, said[-1500:])
    oracle.look(world, tally, undone=True)


def _silent(world: World, tally: Tally, worker: Worker, *, told: bool) -> None:
    """What can be read says what it said; what can't be, is told."""
    target = world.top / "export.jsonl"
    code, said = worker.run(world, "command", "export", str(target), *_OFF)
    if code:
        tally.wrong("untold", "whence" not in said or "Traceback" in said, f"export: {said[-800:]}")
        return
    expected = world.journal.expected()
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()[1:]]
    read = {each["id"]: str(each.get("content", "")) for each in lines}
    altered = [id for id, text in read.items() if text not in expected.get(id, {text})]
    tally.wrong("lost", len(altered), f"read as something else: {altered[:3]}")
    missing = [id for id, texts in expected.items() if None not in texts and id not in read]
    tally.wrong("untold", bool(missing) and not told, f"{len(missing)} memories are missing, and nobody says so")
