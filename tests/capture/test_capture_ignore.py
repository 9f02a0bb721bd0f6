from pathlib import Path

import pytest

from tests.conftest import Git
from whence.capture.ignore import Rules
from whence.git import repositories as front

pytestmark = pytest.mark.quick

NEVER = (
    ".git/HEAD",
    ".env",
    "deploy/.env.local",
    "id_rsa",
    "a.swp~",
    ".a.py.swp",
    "sub/.git/config",
    "../out.py",
    "/etc/x",
)
IGNORED = ("build/out.js", "deep/local.cfg", "deep/er/local.cfg", "x.log")
KEPT = (
    "app.py",
    "deep/other.cfg",
    "deep/keep.log",
    "nämé ö.py",
    'quo"te.py',
    "line\nend.py",
    "*.py",
    ":magic",
    "-dash",
)


def lay(root: Path) -> None:
    (root / "deep" / "er").mkdir(parents=True)
    (root / ".gitignore").write_text("build/\n*.log\n", encoding="utf-8")
    (root / "deep" / ".gitignore").write_text("local.cfg\n!keep.log\n", encoding="utf-8")


@pytest.mark.parametrize("with_git", [True, False], ids=["with git", "without git"])
def test_what_is_looked_at(with_git: bool, repository: Path, tmp_path: Path) -> None:
    root = repository if with_git else tmp_path / "plain"
    root.mkdir(exist_ok=True)
    lay(root)
    rules = Rules(root, front.find(root) if with_git else None, ["docs/*.txt", "!docs/keep.txt"], tmp_path / "state")
    assert rules.kept([*NEVER, *IGNORED, *KEPT]) == [*KEPT]
    assert rules.kept(["docs/a.txt", "docs/keep.txt", "docs/a.md"]) == ["docs/keep.txt", "docs/a.md"]
    (root / ".gitignore").write_text("*.py\n", encoding="utf-8")
    assert rules.kept(["new.py", "nämé ö.py", "x.log"]) == ["x.log"]


def test_what_is_tracked_is_never_ignored(repository: Path, git: Git, tmp_path: Path) -> None:
    lay(repository)
    (repository / "forced.log").write_text("1\n", encoding="utf-8")
    rules = Rules(repository, front.find(repository), [], tmp_path / "state")
    assert rules.kept(["forced.log"]) == []
    git("add", "-f", "forced.log", cwd=repository)
    assert rules.kept(["forced.log"]) == ["forced.log"]


def test_global_and_local_excludes_count(repository: Path, git: Git, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("*.mine\n", encoding="utf-8")
    git("config", "core.excludesFile", str(tmp_path / "mine"), cwd=repository)
    (repository / ".git" / "info" / "exclude").write_text("*.local\n", encoding="utf-8")
    rules = Rules(repository, front.find(repository), [], tmp_path / "state")
    assert rules.kept(["a.mine", "a.local", "a.py"]) == ["a.py"]
    (tmp_path / "mine").write_text("*.py\n", encoding="utf-8")
    assert rules.kept(["a.mine", "a.py"]) == ["a.mine"]


def test_repositories_inside_are_projects_of_their_own(repository: Path, git: Git, tmp_path: Path) -> None:
    git("init", "-q", "other", cwd=tmp_path)
    (tmp_path / "other" / "x").write_text("x\n", encoding="utf-8")
    git("add", ".", cwd=tmp_path / "other")
    git("commit", "-qm", "x", cwd=tmp_path / "other")
    git("init", "-q", "nested", cwd=repository)
    git("submodule", "add", "-q", str(tmp_path / "other"), "module", cwd=repository)
    git("commit", "-qm", "module", cwd=repository)
    rules = Rules(repository, front.find(repository), [], tmp_path / "state")
    paths = ["nested/a.py", "nested/deep/a.py", "module/x", "app.py"]
    assert rules.kept(paths) == ["app.py"]
    git("submodule", "deinit", "-q", "-f", "module", cwd=repository)
    assert rules.kept(paths) == ["app.py"]


def test_our_own_folder_is_left_out(repository: Path) -> None:
    rules = Rules(repository, front.find(repository), [], repository / ".whence" / "capture")
    assert rules.kept([".whence/capture/x", ".whence/memory/y", ".whencex", "app.py"]) == [".whencex", "app.py"]


def test_links_lead_to_their_targets_and_never_out(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("x\n", encoding="utf-8")
    (repository / "out").symlink_to(tmp_path / "outside.py")
    (repository / "in").symlink_to(repository / "app.py")
    (repository / "loop").symlink_to(repository / "loop")
    (tmp_path / "alias").symlink_to(repository)
    rules = Rules(repository, front.find(repository), [], tmp_path / "state")
    assert rules.relative(repository / "app.py") == "app.py"
    assert rules.relative(repository / "in") == "app.py"
    assert rules.relative(tmp_path / "alias" / "deep" / "gone.py") == "deep/gone.py"
    assert rules.relative(repository / "out") is None
    assert rules.relative(tmp_path / "outside.py") is None
    assert rules.relative(repository) is None
    rules.relative(repository / "loop")


def test_a_walk_without_git_enters_no_built_folder(tmp_path: Path) -> None:
    root = tmp_path / "plain"
    lay(root)
    for name in (
        "a.py",
        "node_modules/x/i.js",
        "deep/b.py",
        "deep/local.cfg",
        ".git/x",
        ".env",
        "repo/.git/x",
        "repo/a",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("x\n", encoding="utf-8")
    (root / "link").symlink_to(root / "deep")
    rules = Rules(root, None, [], tmp_path / "state")
    assert sorted(path for path, _ in rules.walk()) == [".gitignore", "a.py", "deep/.gitignore", "deep/b.py"]


def test_a_pattern_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    rules = Rules(tmp_path, None, ["!", "//", "*.txt", "[z-a]"], tmp_path / "state")
    assert rules.kept(["a.txt", "a.py"]) == ["a.py"]
