"""How long *why* takes where many conversations wrote much of a long past, and how soon what is written is known.

Run: `python benchmarks/origins.py --speed [--commits 10000] [--sessions 300]`. A repository is made, and transcripts of
conversations that wrote most of its commits; both are imported. Printed is p50 and p95 of *why* for 20 lines
beside git's own time, its processor time without git's, and how long after an assistant's line was appended to its
transcript its lines are told, with a server's background threads at work.
"""

import json
import os
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.memories import Watch, percentile
from benchmarks.pasts import Past
from whence.faces.library.engine import Engine
from whence.git import blame, hunks, listing, repositories
from whence.git.hunks import Made
from whence.git.plumbing import Repository
from whence.values.settings import parse

LINES = 20
"""Lines that are asked about, as a person selects them."""

_BEFORE = 600
"""Seconds before its commit at which an edit was made."""

_MOST_WAITED = 60.0

_BLOCK = 5
"""Lines that an assistant writes at once: one alone may be anybody's."""

Record = dict[str, Any]


def measured(commits: int, sessions: int, asks: int) -> None:
    """Measure, and print the figures."""
    with tempfile.TemporaryDirectory(prefix="whence bench ") as folder:
        root = (Path(folder) / "work").resolve()
        watch = Watch()
        Past(root, commits=commits)
        os.environ["WHENCE_HOME"] = str(Path(folder) / "home")
        os.environ["CLAUDE_CONFIG_DIR"] = str(Path(folder) / "claude")
        repository = repositories.find(root)
        if repository is None:
            raise SystemExit("there is no repository")
        home = Path(folder, "claude", "projects", re.sub(r"[^A-Za-z0-9]", "-", str(root)))
        home.mkdir(parents=True)
        ids = [id for id, _, _ in hunks.reachable(repository)][:-1]  # without the one that brought in everything
        share = max(1, len(ids) // sessions)
        for number in range(sessions):
            made = hunks.made(repository, ids[number * share : (number + 1) * share])
            told = records(f"session{number}", root, sorted(made, key=lambda each: each.at))
            (home / f"session{number}.jsonl").write_text("".join(json.dumps(each) + "\n" for each in told), "utf-8")
        print(f"{len(ids)} commits and {sessions} transcripts made in {watch.lap()}", flush=True)
        with Engine(root, parse({"embedding": {"model": "none"}})) as engine:
            engine.import_history()
            print(f"{commits} commits imported in {watch.lap()}", flush=True)
            engine.import_transcripts()
            print(f"{sessions} transcripts read and compared with them in {watch.lap()}", flush=True)
        settings = parse({"embedding": {"model": "none"}, "conversations": {"autoSave": ["claude-code"]}})
        with Engine(root, settings, capture=True) as engine:
            asked(engine, repository, asks)
            appeared(engine, home, root, asks // 4)


def records(session: str, root: Path, made: Sequence[Made]) -> Iterator[Record]:
    """A transcript of Claude Code in which an assistant wrote these commits, a turn each."""
    last: str | None = None
    for number, each in enumerate(made):
        at = datetime.fromtimestamp(each.at - _BEFORE, UTC).isoformat()
        for record in turn(session, f"{session}-{number}", last, root, at, f"Please do this: {each.message}", each):
            last = record["uuid"]
            yield record


def turn(
    session: str, id: str, last: str | None, root: Path, at: str, said: str, made: Made | Sequence[tuple[str, str]]
) -> Iterator[Record]:
    """The records of a turn that asks, and of the edits that follow."""
    texts = [(each.path, "\n".join(each.added)) for each in made.hunks] if isinstance(made, Made) else made
    base = {"sessionId": session, "cwd": str(root), "timestamp": at}
    yield {**base, "type": "user", "uuid": id, "parentUuid": last, "message": {"role": "user", "content": said}}
    for number, (path, text) in enumerate(texts):
        call = {"file_path": str(root / path), "old_string": "", "new_string": text}
        use = [{"type": "tool_use", "id": f"{id}-{number}", "name": "Edit", "input": call}]
        done = [{"type": "tool_result", "tool_use_id": f"{id}-{number}", "content": "done"}]
        before = id if number == 0 else f"{id}-{number - 1}-done"
        first, second = f"{id}-{number}-use", f"{id}-{number}-done"
        message = {"role": "assistant", "content": use, "model": "some-model"}
        yield {**base, "type": "assistant", "uuid": first, "parentUuid": before, "message": message}
        message = {"role": "user", "content": done}
        yield {**base, "type": "user", "uuid": second, "parentUuid": first, "message": message}


def asked(engine: Engine, repository: Repository, asks: int) -> None:
    """Ask *why* of lines all over the files."""
    chance = random.Random(1)
    files = [each for each in listing.files(repository) if each.startswith("src/")]
    whole: list[float] = []
    by_git: list[float] = []
    worked: list[float] = []
    told = 0
    for _ in range(asks):
        path = chance.choice(files)
        start = chance.randint(1, 100)
        begun, work = time.perf_counter(), time.process_time()
        found = engine.why(path, start, start + LINES - 1)
        between = time.perf_counter()
        worked.append(time.process_time() - work)
        blame.blame(repository, path, start, start + LINES - 1)
        whole.append(between - begun)
        by_git.append(time.perf_counter() - between)
        told += sum(len(each.lines) for each in found.stretches)
    for what, each in (("why", whole), ("git alone", by_git), ("processor", worked)):
        print(f"{what:10} p50 {percentile(each, 0.5) * 1e3:5.0f} ms  p95 {percentile(each, 0.95) * 1e3:5.0f} ms")
    print(f"{'':10} {told / (asks * LINES):.2f} of the lines have an origin")


def appeared(engine: Engine, home: Path, root: Path, times: int) -> None:
    """Have an assistant go on in a conversation, and wait until what it wrote is told."""
    path = "src/part0/fresh.py"
    transcript = home / "session0.jsonl"
    waited: list[float] = []
    text = ""
    last = json.loads(transcript.read_text("utf-8").splitlines()[-1])["uuid"]
    for number in range(times):
        block = "".join(f"fresh_value_{number}_{each} = compute_something_new({each})\n" for each in range(_BLOCK))
        text += block
        (root / path).write_text(text, "utf-8")
        now = datetime.now(UTC).isoformat()
        told = list(turn("session0", f"fresh-{number}", last, root, now, "Compute something new", [(path, block)]))
        last = told[-1]["uuid"]
        with transcript.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(each) + "\n" for each in told)
        begun = time.perf_counter()
        while time.perf_counter() - begun < _MOST_WAITED:
            here = number * _BLOCK + 1
            if engine.why(path, here, here + _BLOCK - 1).stretches:
                break
        waited.append(time.perf_counter() - begun)
    figures = f"p50 {percentile(waited, 0.5):.2f} s  p95 {percentile(waited, 0.95):.2f} s  longest {max(waited):.2f} s"
    print(f"told after its line appeared in the transcript: {figures}")
