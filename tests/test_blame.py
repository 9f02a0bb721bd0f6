from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Git
from whence.git import repositories as front
from whence.git.blame import Blamed, blame
from whence.values.errors import GitError

BLOCK = "".join(f"    result_{n} = compute_value(number_{n}, factor_{n})\n" for n in range(8))

Commit = Callable[..., str]


@pytest.fixture
def commit(repository: Path, git: Git) -> Commit:
    def one(message: str, files: dict[str, str | None]) -> str:
        for name, content in files.items():
            path = repository / name
            if content is None:
                path.unlink()
            else:
                path.write_text(content, encoding="utf-8")
        git("add", "-A", cwd=repository)
        git("commit", "-qm", message, cwd=repository)
        return git("rev-parse", "HEAD", cwd=repository)

    return one


def asked(root: Path, path: str, start: int = 1, end: int = 1, patience: float = 20.0) -> Blamed:
    repository = front.find(root)
    assert repository is not None
    found = blame(repository, path, start, end, patience=patience)
    assert found is not None
    return found


def test_each_line_has_its_commit_newest_first(repository: Path, git: Git, commit: Commit) -> None:
    first = git("rev-parse", "HEAD", cwd=repository)
    second = commit("Say hello", {"app.py": "def add(a, b):\n    return a + b\n\n\nprint('hello')\n"})
    (repository / "app.py").write_text("def add(a, b):\n    return a + b\n\n\nprint('hello')\nprint('new')\n", "utf-8")
    found = asked(repository, "app.py", 1, 6)
    assert found.lines == {"": (6,), second: (3, 4, 5), first: (1, 2)}
    assert [found.commits[id].summary for id in (second, first)] == ["Say hello", "Add the sum"]
    assert found.commits[first].author == "Test Author"
    assert asked(repository, "app.py", 2, 2).lines == {first: (2,)}


def test_lines_are_followed(repository: Path, git: Git, commit: Commit) -> None:
    origin = commit("Compute", {"old.py": f"def compute():\n{BLOCK}", "other.py": "pass\n"})
    commit("Reformat", {"old.py": f"def compute():\n{BLOCK.replace('    ', chr(9))}"})
    commit("Move within", {"old.py": f"import math\n\n\ndef other():\n    pass\n\n\ndef compute():\n{BLOCK}"})
    commit("Split", {"old.py": "import math\n", "other.py": f"pass\n\n\ndef compute():\n{BLOCK}"})
    assert asked(repository, "other.py", 5, 12).lines == {origin: tuple(range(5, 13))}
    git("mv", "other.py", "renämed file.py", cwd=repository)
    git("commit", "-qm", "Rename", cwd=repository)
    assert asked(repository, "renämed file.py", 5, 12).lines == {origin: tuple(range(5, 13))}


def test_without_patience_lines_are_followed_within_the_file(repository: Path, commit: Commit) -> None:
    origin = commit("Compute", {"old.py": f"def compute():\n{BLOCK}"})
    split = commit("Split", {"old.py": "import math\n", "other.py": f"def compute():\n{BLOCK}", "app.py": "x = 1\n"})
    hasty = asked(repository, "other.py", 2, 9, patience=0.0)
    assert not hasty.followed
    assert set(hasty.lines) <= {origin, split}
    assert asked(repository, "other.py", 2, 9).followed


def test_commits_that_are_named_are_looked_through(repository: Path, git: Git, commit: Commit) -> None:
    origin = commit("Call", {"call.py": "call(one, two, three)\n"})
    named = commit("Quote", {"call.py": "call('one', 'two', 'three')\n"})
    assert asked(repository, "call.py").lines == {named: (1,)}
    (repository / ".git-blame-ignore-revs").write_text(f"# formatting\n{named}\n", encoding="utf-8")
    assert asked(repository, "call.py").lines == {origin: (1,)}
    (repository / ".git-blame-ignore-revs").write_text("nonsense\n", encoding="utf-8")
    assert asked(repository, "call.py").lines == {named: (1,)}
    (repository / ".git-blame-ignore-revs").unlink()
    (repository / "revs").write_text(f"{named}\n", encoding="utf-8")
    git("config", "blame.ignoreRevsFile", "revs", cwd=repository)
    assert asked(repository, "call.py").lines == {origin: (1,)}
    git("config", "blame.ignoreRevsFile", "gone", cwd=repository)
    with pytest.raises(GitError, match="gone"):
        asked(repository, "call.py")


def test_a_file_that_git_does_not_know_has_no_commits(repository: Path, git: Git, tmp_path: Path) -> None:
    (repository / "new.py").write_text("x\n", encoding="utf-8")
    found = front.find(repository)
    assert found is not None
    assert blame(found, "new.py", 1, 1) is None
    git("init", "-q", str(tmp_path / "empty"))
    (tmp_path / "empty" / "new.py").write_text("x\n", encoding="utf-8")
    empty = front.find(tmp_path / "empty")
    assert empty is not None
    assert blame(empty, "new.py", 1, 1) is None
    git("add", "new.py", cwd=repository)
    assert asked(repository, "new.py").lines == {"": (1,)}


def test_blame_runs_nothing_of_the_workspace(repository: Path, git: Git, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    (repository / ".gitattributes").write_text("*.py filter=own diff=own\n", encoding="utf-8")
    for key in ("filter.own.clean", "filter.own.smudge", "diff.own.textconv", "diff.own.command"):
        git("config", key, f"touch '{mark}'; cat", cwd=repository)
    (repository / "app.py").write_text("changed\n", encoding="utf-8")
    assert asked(repository, "app.py").lines == {"": (1,)}
    assert not mark.exists()


def test_secrets_of_a_subject_are_redacted(repository: Path, commit: Commit) -> None:
    secret = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
    id = commit(f"Use {secret}", {"app.py": "x\n"})
    assert secret not in asked(repository, "app.py").commits[id].summary
