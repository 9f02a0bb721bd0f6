"""Repositories for benchmarks: a past of thousands of commits, made at run time with `git fast-import`."""

import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

from benchmarks.memories import ROOT

BEGAN = 1_600_000_000
"""When the first commit was made, in seconds since 1970; the others follow hourly."""

_VERBS = ("Add", "Fix", "Rename", "Speed up", "Simplify", "Test", "Document", "Move", "Drop", "Check")


class Past:
    """A repository of this repository's own lines: each commit edits one to three of its files.

    Args:
        root: an empty folder to make it in.
        commits: how many commits it has.
        files: how many files.
        long: lines of `long.py`, a further file.
        revisions: commits that edit it, evenly spread.
    """

    def __init__(
        self, root: Path, *, commits: int, files: int = 400, long: int = 0, revisions: int = 50, seed: int = 1
    ) -> None:
        self._chance = random.Random(seed)
        sources = sorted((ROOT / "server").rglob("*.py"))
        self._lines = [each for file in sources for each in file.read_text("utf-8").splitlines() if each.strip()]
        self._texts = {f"src/part{n % 20}/module{n}.py": self._some(120) for n in range(files)}
        if long:
            self._texts["long.py"] = self._some(long)
        root.mkdir(parents=True, exist_ok=True)
        self._git(root, "init", "-q", "-b", "main")
        with subprocess.Popen(["git", "fast-import", "--quiet"], cwd=root, stdin=subprocess.PIPE) as child:
            assert child.stdin is not None
            for piece in self._stream(commits, commits // revisions if long else 0):
                child.stdin.write(piece)
            child.stdin.close()
        if child.returncode:
            raise SystemExit("git fast-import failed")
        self._git(root, "gc", "-q")  # packed as a clone is
        self._git(root, "reset", "-q", "--hard")

    def _git(self, root: Path, *words: str) -> None:
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *words], cwd=root, check=True, env={**os.environ, **quiet})

    def _some(self, count: int) -> list[str]:
        return [self._chance.choice(self._lines) for _ in range(count)]

    def _stream(self, commits: int, every: int) -> Iterator[bytes]:
        names = [name for name in self._texts if name != "long.py"]
        for number in range(commits):
            chosen = set(self._chance.sample(names, self._chance.choice((1, 1, 1, 2, 3)))) if number else set(names)
            if every and number % every == 0:
                chosen.add("long.py")
            words = " ".join(self._chance.choice(self._lines).split()[:6])
            subject = f"{self._chance.choice(_VERBS)} {Path(min(chosen)).stem}: {words}"
            message = f"{subject}\n\n{' '.join(self._some(2))}\n".encode()
            stamp = f"Someone {number % 7} <someone@example.invalid> {BEGAN + 3600 * number} +0000"
            yield f"commit refs/heads/main\nauthor {stamp}\ncommitter {stamp}\ndata {len(message)}\n".encode() + message
            for name in sorted(chosen):
                if number:
                    self._edit(self._texts[name])
                content = ("\n".join(self._texts[name]) + "\n").encode()
                yield f"M 100644 inline {name}\ndata {len(content)}\n".encode() + content + b"\n"

    def _edit(self, lines: list[str]) -> None:
        """Replace up to a dozen lines in one or two places."""
        for _ in range(self._chance.choice((1, 1, 2))):
            count = self._chance.randint(1, 12)
            at = self._chance.randrange(len(lines) - count)
            lines[at : at + count] = self._some(count)
