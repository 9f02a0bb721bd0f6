import os
from pathlib import Path

import pytest

from tests.conftest import Git
from whence.git import repositories as front
from whence.git.plumbing import OPAQUE, objects, run
from whence.values.errors import GitError


@pytest.mark.parametrize(
    "url",
    [
        "https://example.invalid/team/app.git",
        "https://example.invalid/team/app",
        "https://someone:" + "pass" + "@Example.INVALID:443/team/app.git/",
        "http://example.invalid/team//app",
        "ssh://git@example.invalid:2222/team/app.git",
        "git@example.invalid:team/app.git",
        "example.invalid:/team/app",
        "git://example.invalid/team/app.git",
    ],
)
def test_all_addresses_of_a_repository_are_one(url: str, tmp_path: Path) -> None:
    assert front.normal_origin(url, tmp_path) == "example.invalid/team/app"


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", ""),
        ("ssh://git@ssh.github.com:443/team/app.git", "github.com/team/app"),
        ("/srv/git/app.git", "file:/srv/git/app"),
        ("file:///srv/git/my%20app", "file:/srv/git/my app"),
        ("https://example.invalid/Team/App", "example.invalid/Team/App"),
        ("https://[::1]/team/app", "::1/team/app"),
    ],
)
def test_other_addresses(url: str, origin: str, tmp_path: Path) -> None:
    assert front.normal_origin(url, tmp_path) == origin
    assert front.normal_origin("../app.git", Path("/srv/x")) == "file:/srv/app"


def test_a_repository_is_found_from_inside(repository: Path, git: Git, tmp_path: Path) -> None:
    (repository / "deep").mkdir()
    found = front.find(repository / "deep")
    assert found is not None
    assert (found.root, found.git_dir, found.common_dir) == (repository, repository / ".git", repository / ".git")
    git("worktree", "add", "-q", str(tmp_path / "tree"), cwd=repository)
    tree = front.find(tmp_path / "tree")
    assert tree is not None
    assert (tree.root, tree.common_dir) == (tmp_path / "tree", repository / ".git")
    assert tree.git_dir == repository / ".git" / "worktrees" / "tree"
    assert front.find(tmp_path) is None
    (repository / ".gitignore").write_text("playground/\n", encoding="utf-8")
    (repository / "playground").mkdir()
    assert front.find(repository / "playground") is None


def test_what_a_repository_is_known_by(repository: Path, git: Git, tmp_path: Path) -> None:
    first = git("rev-parse", "HEAD", cwd=repository)
    git("remote", "add", "origin", "git@example.invalid:team/app.git", cwd=repository)
    # An older history that is merged in does not change who it is.
    git("init", "-q", "older", cwd=tmp_path)
    (tmp_path / "older" / "x").write_text("x\n", encoding="utf-8")
    git("add", ".", cwd=tmp_path / "older")
    git("commit", "-qm", "Older", cwd=tmp_path / "older", GIT_COMMITTER_DATE="2001-01-01T00:00:00Z")
    git("pull", "-q", "--no-rebase", "--allow-unrelated-histories", str(tmp_path / "older"), "main", cwd=repository)
    known = front.identity(repository)
    assert known is not None
    assert (known.root, known.common_dir) == (repository, repository / ".git")
    assert (known.origin, known.root_commit, known.user) == ("example.invalid/team/app", first, "Test Author")
    git("clone", "-q", "--depth=1", f"file://{repository}", str(tmp_path / "shallow"))
    shallow = front.identity(tmp_path / "shallow")
    assert shallow is not None
    assert shallow.root_commit == ""
    assert front.identity(tmp_path) is None


def test_an_empty_repository(tmp_path: Path, git: Git) -> None:
    git("init", "-q", cwd=tmp_path)
    known, repository = front.identity(tmp_path), front.find(tmp_path)
    assert known is not None
    assert repository is not None
    assert known.root_commit == ""
    assert front.head(repository) == front.Head("", "main", "", ())


def test_a_signature_changes_with_what_git_does(repository: Path, git: Git) -> None:
    found = front.find(repository)
    assert found is not None
    signatures = [front.signature(found)]
    (repository / "app.py").write_text("x = 1\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    assert front.signature(found) == signatures[0]
    for words in (["commit", "-qm", "x"], ["checkout", "-qb", "side"], ["reset", "-q", "--hard", "HEAD~1"]):
        git(*words, cwd=repository)
        signatures.append(front.signature(found))
    (repository / "app.py").write_text("x = 2\n", encoding="utf-8")
    git("stash", "-q", cwd=repository)
    signatures.append(front.signature(found))
    assert len(set(signatures)) == len(signatures)
    assert len(front.head(found).stash) == 1


def test_objects_are_read_in_order_and_within_bounds(repository: Path, git: Git) -> None:
    found = front.find(repository)
    assert found is not None
    (repository / "new\nline").write_text("odd\n", encoding="utf-8")
    (repository / os.fsdecode(b"caf\xe9")).write_text("latin\n", encoding="utf-8")
    (repository / "big").write_bytes(b"x" * 5000)
    git("add", ".", cwd=repository)
    git("commit", "-qm", "odd", cwd=repository)
    names = [b"HEAD:big", b"HEAD:nothing", b"HEAD:new\nline", b"HEAD:caf\xe9", b"HEAD:", b"HEAD:app.py"]
    assert objects(found, names, 1000) == [
        OPAQUE,
        None,
        b"odd\n",
        b"latin\n",
        None,
        b"def add(a, b):\n    return a + b\n",
    ]
    assert objects(found, [], 10) == []


def test_a_failure_is_told_in_gits_own_words(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GitError, match="git rev-parse failed: fatal: "):
        run(repository, "rev-parse", "--verify", "nothing")
    with pytest.raises(GitError, match="took longer than 0 s"):
        run(repository, "cat-file", "--batch", input=None, timeout=0.0)
    monkeypatch.setenv("PATH", ".")
    with pytest.raises(GitError, match="not installed"):
        run(repository, "status")


def test_locations_in_the_environment_are_ignored(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path))
    found = front.find(repository)
    assert found is not None
    assert found.root == repository


def test_a_folder_of_another_owner_is_said_plainly(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match=r"safe\.directory"):
        front.find(repository)
    assert front.identity(repository) is None
