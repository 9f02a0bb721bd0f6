"""Saves, outside edits and git's doings in random order: what is remembered stays true whatever comes after what."""

import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.patience import slowness

FILES = ("a.py", "b.py", "deep/c.py")
STEPS = 20


class Story:
    """A repository, its recorder, and what the user wrote in it."""

    def __init__(self, root: Path, home: Path, git: Git, seed: int) -> None:
        self.root, self.chosen = root, random.Random(seed)
        self.added: set[str] = set()
        self.removed: set[str] = set()
        self.branches = ["main"]
        for name in FILES:
            (root / name).parent.mkdir(exist_ok=True)
            (root / name).write_text("".join(f"{name} {n}\n" for n in range(30)), encoding="utf-8")
        git("add", ".", cwd=root)
        git("commit", "-qm", "Begin", cwd=root)
        self.captured = Captured(root, home, burst_minutes=self.chosen.choice([0.0, 10.0]))

    def git(self, *words: str) -> str:
        """Run git, which may refuse."""
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    def edit(self, name: str) -> Path:
        path = self.root / name
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        if lines and self.chosen.random() < 0.3:
            self.removed.add(lines.pop(self.chosen.randrange(len(lines))))
        line = f"line {len(self.added)} of the user"
        self.added.add(line)
        lines.insert(self.chosen.randrange(len(lines) + 1), line)
        path.parent.mkdir(exist_ok=True)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def save(self) -> None:
        self.captured.recorder.saved(self.edit(self.chosen.choice(FILES)))

    def outside(self) -> None:
        self.edit(self.chosen.choice([*FILES, f"new{len(self.added)}.py"]))

    def commit(self) -> None:
        self.git("add", ".")
        self.git("commit", "-qm", f"Commit {len(self.added)}")

    def commit_a_part(self) -> None:
        self.git("add", self.chosen.choice(FILES))
        self.save()
        self.git("commit", "-qm", f"Part {len(self.added)}")

    def amend(self) -> None:
        self.git("commit", "-qa", "--amend", "-m", f"Amended {len(self.added)}")

    def branch(self) -> None:
        self.branches.append(f"b{len(self.branches)}")
        self.git("checkout", "-qb", self.branches[-1])

    def checkout(self) -> None:
        self.git("checkout", "-q", self.chosen.choice(self.branches))

    def reset(self) -> None:
        self.git("reset", "-q", self.chosen.choice(["--soft", "--mixed", "--hard"]), "HEAD~1")

    def discard(self) -> None:
        self.git("checkout", "-q", "--", self.chosen.choice(FILES))

    def stash(self) -> None:
        self.git(*self.chosen.choice([("stash", "-q"), ("stash", "-q", "-u"), ("stash", "pop"), ("stash", "apply")]))
        if self.git("ls-files", "-u"):
            self.git("reset", "-q", "--hard")

    def combine(self) -> None:
        other = self.chosen.choice(self.branches)
        what = self.chosen.choice([("merge", "--no-edit", other), ("rebase", other), ("cherry-pick", other)])
        self.git(*what)
        self.git(what[0], "--abort")

    def revert(self) -> None:
        self.git("revert", "--no-edit", "HEAD")
        self.git("revert", "--abort")

    def restart(self) -> None:
        self.captured.stop()
        self.edit(self.chosen.choice(FILES))
        self.git("commit", "-qam", f"Away {len(self.added)}")
        self.captured.start()

    def go_on(self) -> None:
        often = [self.save] * 6 + [self.outside] * 3 + [self.commit] * 4
        others = [self.commit_a_part, self.amend, self.branch, self.checkout, self.reset, self.discard]
        self.chosen.choice([*often, *others, self.stash, self.combine, self.revert, self.restart])()

    def check(self) -> None:
        """No open Change tells anything but what the user did, and each commit made here is remembered once."""
        changes = self.captured.changes()
        for edit in (edit for change in changes if change.open for edit in change.edits):
            lines = edit.diff.splitlines()
            assert {line[1:] for line in lines if line[0] == "+"} <= self.added, edit
            assert edit.action == "delete" or {line[1:] for line in lines if line[0] == "-"} <= self.removed, edit
        known = [change.commit for change in changes if change.commit]
        assert len(known) == len(set(known))
        for line in self.git("reflog", "--format=%H %gs").splitlines():
            commit, _, message = line.partition(" ")
            if message.startswith("commit:") and commit in self.git("rev-list", "HEAD").split() and "Begin" not in line:
                assert commit in known, message


@pytest.mark.parametrize("pauses", [(0.0, 0.02, 0.2, 0.5), (0.5,)], ids=["in haste", "at leisure"])
@pytest.mark.parametrize("seed", range(2, 4))
def test_whatever_comes_after_what(
    repository: Path, tmp_path: Path, git: Git, seed: int, pauses: tuple[float, ...]
) -> None:
    story = Story(repository, tmp_path / "home", git, seed)
    for _ in range(STEPS):
        story.go_on()
        time.sleep(story.chosen.choice(pauses))  # part of the story: events fall together, or apart
    for _ in range(4):  # what the watcher hears last is quiet after a while
        time.sleep(0.4 * slowness())
        story.captured.settle()
    story.check()
    story.captured.stop()
