"""Repositories of any form, and what is read of their past."""

import subprocess
from datetime import datetime
from pathlib import Path

from tests.conftest import Git
from whence.analysis.symbols import outline
from whence.git import past
from whence.git.history import Commit
from whence.git.past import Past
from whence.git.patches import PatchOptions
from whence.git.plumbing import Repository
from whence.values.memory import FileEdit

LIMIT = 1 << 20


class Made:
    """A repository in which one makes commits of any form."""

    def __init__(self, root: Path, git: Git) -> None:
        self.root, self._git = root, git

    def git(self, *words: str, **environment: str) -> str:
        return self._git(*words, cwd=self.root, **environment)

    def put(self, name: str, content: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, message: str, **files: str | bytes) -> str:
        for name, content in files.items():
            self.put(name.replace("__", "."), content)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def literally(self, headers: bytes, message: bytes = b"The odd bison\n") -> str:
        """A commit of these headers, with HEAD's tree and HEAD as its parent, whatever they say; it becomes HEAD."""
        tree, parent = self.git("rev-parse", "HEAD^{tree}"), self.git("rev-parse", "HEAD")
        raw = f"tree {tree}\nparent {parent}\n".encode() + headers + b"\n" + message
        id = self.object("commit", raw)
        self.git("update-ref", "HEAD", id)
        return id

    def object(self, kind: str, raw: bytes) -> str:
        words = ["git", "hash-object", "-t", kind, "-w", "--literally", "--stdin"]
        return subprocess.run(words, cwd=self.root, input=raw, capture_output=True, check=True).stdout.decode().strip()

    def damage(self, id: str, how: str = "cut") -> None:
        """Cut an object in the middle, overwrite it, or remove it."""
        path = self.root / ".git" / "objects" / id[:2] / id[2:]
        path.chmod(0o644)
        if how == "gone":
            path.unlink()
        else:
            raw = path.read_bytes()
            path.write_bytes({"cut": raw[: len(raw) * 2 // 3], "overwritten": b"nonsense", "empty": b""}[how])


class Told:
    """What is read of a repository's past."""

    def __init__(self, root: Path, since: datetime | None = None, limit: int | None = None) -> None:
        found = past.find(root)
        assert found is not None
        self.repository: Repository = found
        tips = [("main", past.tip(found, ""))]
        self.listed, self.failure = past.reachable(found, tips, since=since, limit=limit)
        self.read = list(past.read(found, self.listed, PatchOptions(outline, lambda path: False, LIMIT)))

    @property
    def commits(self) -> list[Commit]:
        return [each.commit for _, each in self.read if isinstance(each, Past)]

    def subjects(self) -> set[str]:
        return {each.message.partition("\n")[0] for each in self.commits}

    def __getitem__(self, subject: str) -> Past:
        (found,) = [each for _, each in self.read if isinstance(each, Past) and each.commit.message.startswith(subject)]
        return found

    def edits(self, subject: str) -> dict[str, FileEdit]:
        return {edit.path: edit for edit in self[subject].edits}

    def left_out(self) -> list[str]:
        return [listed.id for listed, each in self.read if isinstance(each, str)]
