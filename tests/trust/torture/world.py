"""A project of its own with a home of its own, and processes of Whence that run on it."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.opened import Engine
from tests.patience import PATIENCE
from tests.trust.torture.journal import Journal
from whence.values.memory import Note
from whence.values.settings import parse

ROOT = Path(__file__).resolve().parents[3]

PLAIN = {"embedding": {"model": "none"}}

_APART = ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "VSCODE_APPDATA", "GEMINI_CLI_HOME")
"""Where assistants write down what is said, which is none of this."""


@dataclass
class World:
    """A folder with a repository, the home of its memories, and the journal of what was acknowledged."""

    top: Path

    @property
    def folder(self) -> Path:
        return self.top / "work"

    @property
    def home(self) -> Path:
        return self.top / "home"

    @property
    def journal(self) -> Journal:
        return Journal(self.top / "journal.jsonl")

    @property
    def project(self) -> Path:
        """The project's folder in the home."""
        (found,) = (self.home / "projects").iterdir()
        return found

    @property
    def variables(self) -> dict[str, str]:
        """What the environment says that is this world's."""
        return {
            "WHENCE_HOME": str(self.home),
            "WHENCE_CONFIG": str(self.top / "whence.toml"),
            "GIT_CONFIG_GLOBAL": str(self.top / "gitconfig"),
            "GIT_CONFIG_NOSYSTEM": "1",
            **{name: str(self.top / name.lower()) for name in _APART},
        }

    def environment(self, **more: str) -> dict[str, str]:
        """All of it, for a process."""
        path = os.pathsep.join((str(ROOT / "server"), str(ROOT)))
        return {**os.environ, "PYTHONPATH": path, **self.variables, **more}

    @contextmanager
    def here(self) -> Iterator[None]:
        """This process is in this world meanwhile."""
        before = {name: os.environ.get(name) for name in self.variables}
        os.environ.update(self.variables)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value

    @contextmanager
    def engine(self, settings: Mapping[str, Any] = PLAIN, **opening: Any) -> Iterator[Engine]:
        """The project, open in this process."""
        with self.here(), Engine(self.folder, parse(dict(settings)), **opening) as engine:
            yield engine

    def git(self, *words: str) -> str:
        done = subprocess.run(["git", *words], cwd=self.folder, env=self.environment(), capture_output=True, check=True)
        return done.stdout.decode().rstrip("\n")

    def write(self, name: str, text: str) -> Path:
        """Write a file at once: one that a kill cut short would not be what was saved."""
        fresh, file = self.top / "draft", self.folder / name
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
        return file

    def copy(self, top: Path) -> "World":
        """The same once more, beside the same repository, of which a project is known by its place."""
        top.mkdir(parents=True)
        shutil.copytree(self.home, top / "home")
        (top / "work").symlink_to(self.folder)
        for name in ("journal.jsonl", "gitconfig"):
            shutil.copy2(self.top / name, top / name)
        return World(top)

    def whence(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """The command line, in a process of its own."""
        command = [sys.executable, "-m", "whence", *words]
        environment = self.environment(COLUMNS="300", **more)
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=3 * PATIENCE, check=False
        )


def made(top: Path, notes: int = 20, commits: int = 1, *, begun: bool = True) -> World:
    """A world with so many notes, acknowledged, and so many commits, of which none is remembered; not `begun`, Whence
    never saw it.
    """
    world = World(top)
    world.folder.mkdir(parents=True)
    (top / "gitconfig").write_text(
        "[user]\n\tname = Test Author\n\temail = author@example.invalid\n[init]\n\tdefaultBranch = main\n", "utf-8"
    )
    world.git("init", "-q")
    for number in range(commits):
        world.write(f"part{number % 7}.py", f"def part{number}():\n    return {number}\n")
        world.git("add", ".")
        world.git("commit", "-qm", f"Write part {number}")
    if begun:
        with world.engine() as engine:
            keep_all(
                engine, world.journal, [f"Thing {number} is so, since the cart says it" for number in range(notes)]
            )
            assert engine.settle(PATIENCE)
    return world


def keep_all(engine: Engine, journal: Journal, texts: Sequence[str]) -> list[str]:
    """Remember notes in one commit, and write down that they were acknowledged; their ids."""
    found = engine.writer.write([Note(content=text) for text in texts])
    for each, text in zip(found, texts, strict=True):
        journal.kept(each.id, text)
    return [each.id for each in found]


def keep(engine: Engine, journal: Journal, text: str) -> str:
    """Remember a note, and write down that it was acknowledged; its id."""
    (id,) = engine.remember({"kind": "note", "content": text}).ids
    journal.kept(id, text)
    return str(id)


class Worker:
    """What starts processes that do something and are killed, one at a time; see `worker`.

    Args:
        log: the file for what they say.
        environment: further variables.
    """

    def __init__(self, log: Path, **environment: str) -> None:
        self._log = log
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.trust.torture.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "server"), str(ROOT))), **environment},
        )
        self._said: queue.Queue[int] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._child = 0

    def _read(self) -> None:
        assert self._process.stdout
        for line in self._process.stdout:
            self._said.put(int(line))

    def begin(self, world: World, task: str, *words: str) -> None:
        """Have one begin with this task."""
        assert self._process.stdin
        told = {"variables": world.variables, "folder": str(world.folder), "task": task, "words": words}
        told |= {"journal": str(world.journal.file), "log": str(self._log)}
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        self._child = self._said.get(timeout=PATIENCE)

    def end(self, seconds: float) -> tuple[int, str]:
        """Kill it after so many seconds, unless it ends before; its exit code and what it said."""
        try:
            code = self._said.get(timeout=seconds)
        except queue.Empty:
            os.kill(self._child, signal.SIGKILL)
            code = self._said.get(timeout=PATIENCE)
        return code, self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    def signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self._child, number)

    def run(self, world: World, task: str, *words: str, seconds: float = PATIENCE) -> tuple[int, str]:
        """Have one do all of a task; its exit code and what it said."""
        self.begin(world, task, *words)
        return self.end(seconds)

    def close(self) -> None:
        self._process.kill()
        with suppress(BrokenPipeError), self._process:
            pass
