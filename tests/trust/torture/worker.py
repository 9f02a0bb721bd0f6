"""Processes that are killed in the midst of what they do.

Each is forked from one that has everything imported and has begun nothing, which LanceDB allows: so a kill meets the
work and not the start, and 200 of them take minutes.
"""

import json
import os
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import whence.faces.cli.main
import whence.store.tables
from tests.opened import Engine
from tests.patience import PATIENCE
from tests.trust.torture.journal import Journal
from tests.trust.torture.world import keep
from whence.__main__ import main as whence
from whence.project.opening import empty_bin
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})


def say(word: str) -> None:
    print(word, flush=True)


def command(folder: Path, journal: Journal, words: Sequence[str]) -> None:
    """What the command line does by these words."""
    sys.argv = ["whence", *words]
    whence()


def maintain(folder: Path, journal: Journal, words: Sequence[str]) -> None:
    """Remember and tidy up, again and again."""
    with Engine(folder, PLAIN) as engine:
        for round in range(10_000):
            for number in range(3):
                keep(engine, journal, f"Kept {os.getpid()} {round} {number} while it was tidied up")
            engine.store.maintain(force=True)


def write(folder: Path, journal: Journal, words: Sequence[str]) -> None:
    """Remember so many notes, one after another."""
    with Engine(folder, PLAIN) as engine:
        for number in range(int(words[0])):
            keep(engine, journal, f"Written {os.getpid()} {number} at the same time")
        assert engine.settle(PATIENCE)


def day(folder: Path, journal: Journal, words: Sequence[str]) -> None:
    """What an editor's server does of a day: remember, update, throw away, back up, look at the bin, tidy up."""
    with Engine(folder, PLAIN, capture=True) as engine:
        kept = [keep(engine, journal, f"Of a day {os.getpid()} {number}") for number in range(6)]
        for id in kept[:3]:
            text = f"Changed on a day {id}"
            journal.trying(id, text)
            engine.update(id, {"content": text})
            journal.kept(id, text)
        engine.forget(kept[3:])  # for good only after 30 days that have passed
        engine.backup()
        empty_bin(engine.project)
        engine.store.maintain(force=True)
        assert engine.settle(PATIENCE)


def embed(folder: Path, journal: Journal, words: Sequence[str]) -> None:
    """Give every passage a vector of this model, whatever they have."""
    settings = {"embedding": {"model": words[0], "download": False}}
    with Engine(folder, parse(settings), capture=True) as engine:
        assert engine.settle(PATIENCE, vectors=True)


TASKS: dict[str, Callable[[Path, Journal, Sequence[str]], None]] = {
    "command": command,
    "maintain": maintain,
    "embed": embed,
    "write": write,
    "day": day,
}


def main() -> None:
    """Do what each line of the input tells, each in a process of its own; tell its id, that it began, and its end."""
    os.umask(0o077)
    for line in sys.stdin:
        told = json.loads(line)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # LanceDB tells of threads that might be under way; none is
            child = os.fork()
        if not child:
            work(told)
        say(str(child))
        say(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))


def work(told: dict[str, Any]) -> NoReturn:
    """Do one thing, with what is said in a file, and end."""
    os.environ.update(told["variables"])
    os.chdir(told["folder"])
    out = os.open(told["log"], os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    os.dup2(out, 1)
    os.dup2(out, 2)
    code = 1
    try:
        TASKS[told["task"]](Path(told["folder"]), Journal(Path(told["journal"])), told["words"])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 - a child must end here, whatever happened; the log tells it
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
