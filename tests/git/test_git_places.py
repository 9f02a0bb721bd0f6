"""Repositories of any form: sparse, partial, shallow, grafted, bare, of many work trees, of other formats, refused."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.gitmaking import Made, Told
from tests.opened import Engine
from whence.git import branches, history, past
from whence.git import repositories as front
from whence.git.blame import blame
from whence.git.plumbing import Repository, run
from whence.values.errors import GitError, InvalidRequest
from whence.values.memory import Change
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})

Open = Callable[[Path], Engine]


@pytest.fixture
def made(repository: Path, git: Git) -> Made:
    return Made(repository, git)


@pytest.fixture
def opened() -> Iterator[Open]:
    engines: list[Engine] = []

    def open_one(folder: Path) -> Engine:
        engines.append(Engine(folder, PLAIN, capture=False))
        return engines[-1]

    yield open_one
    for each in engines:
        each.close()


def found(folder: Path) -> Repository:
    repository = front.find(folder)
    assert repository is not None
    return repository


def titles(engine: Engine) -> set[str]:
    memories = engine.store.newest(Filter(kinds=("change",), archived=True), limit=100)
    return {each.title for each in memories if isinstance(each, Change)}


# ---------------------------------------------------------------- sparse


@pytest.mark.parametrize("cone", ["--cone", "--no-cone"])
def test_what_a_sparse_checkout_leaves_out_was_not_deleted(made: Made, git: Git, tmp_path: Path, cone: str) -> None:
    made.put("front/a.py", "a = 1\n")
    made.put("back/b.py", "b = 1\n")
    made.commit("Begin")
    captured = Captured(made.root, tmp_path / "home")
    try:
        captured.save("back/b.py", "b = 2\n")
        git("commit", "-qam", "Two", cwd=made.root)
        captured.settle()
        before = len(captured.changes())
        git("sparse-checkout", "set", cone, "front", cwd=made.root)
        assert not (made.root / "back" / "b.py").exists()
        captured.recorder.saved(made.root / "back" / "b.py")
        captured.settle()
        assert len(captured.changes()) == before
        # What someone deletes is told all the same, and what comes back is no news.
        (made.root / "front" / "a.py").unlink()
        captured.recorder.saved(made.root / "front" / "a.py")
        captured.settle()
        (gone,) = [each for each in captured.changes() if each.open]
        assert [(edit.path, edit.action) for edit in gone.edits] == [("front/a.py", "delete")]
        git("checkout", "-q", "--", "front", cwd=made.root)
        git("sparse-checkout", "disable", cwd=made.root)
        assert (made.root / "back" / "b.py").exists()
        captured.recorder.saved(made.root / "back" / "b.py")
        captured.settle()
        assert [each for each in captured.changes() if each.open and "back/b.py" in each.files] == []
    finally:
        captured.stop()


def test_the_past_and_the_lines_of_a_sparse_checkout(made: Made, git: Git, opened: Open) -> None:
    made.put("front/a.py", "a = 1\n")
    made.put("back/b.py", "b = 1\n")
    first = made.commit("Begin")
    git("sparse-checkout", "set", "front", cwd=made.root)
    assert Told(made.root).edits("Begin").keys() == {"front/a.py", "back/b.py"}
    blamed = blame(found(made.root), "front/a.py", 1, 1)
    assert blamed is not None
    assert blamed.lines == {first: (1,)}
    assert branches.first_seen(found(made.root), ["back/b.py"]).keys() == {"back/b.py"}
    assert history.status(found(made.root)) == set()
    engine = opened(made.root)
    with pytest.raises(InvalidRequest, match="git sparse-checkout add"):
        engine.why("back/b.py", 1)
    with pytest.raises(InvalidRequest, match="There is no file back/c"):
        engine.why("back/c.py", 1)


# ---------------------------------------------------------------- partial and shallow


@pytest.fixture
def fetched(made: Made, git: Git, tmp_path: Path) -> Callable[[str], Path]:
    """A clone by a filter, which notes whenever something is fetched."""
    for number in range(8):
        made.commit(f"Step {number}", steps__py="".join(f"step{n} = {n}\n" for n in range(number + 1)))
    made.git("config", "uploadpack.allowFilter", "true")
    made.git("config", "uploadpack.allowAnySHA1InWant", "true")

    def clone(words: str) -> Path:
        target = tmp_path / "clone"
        git("clone", "-q", *words.split(), made.root.as_uri(), str(target))
        git("config", "remote.origin.uploadpack", f"touch '{tmp_path / 'asked'}'; git-upload-pack", cwd=target)
        return target

    return clone


@pytest.mark.parametrize("filter", ["blob:none", "tree:0", "blob:limit=50"])
def test_a_partial_clone_is_read_without_fetching(
    fetched: Callable[[str], Path], opened: Open, tmp_path: Path, filter: str
) -> None:
    clone = fetched(f"--filter={filter}")
    engine = opened(clone)
    done = engine.import_history()
    assert (done.added, done.left_out) == (9, ())
    assert titles(engine) == {"Add the sum", *(f"Step {number}" for number in range(8))}
    if filter != "tree:0":
        assert Told(clone).edits("Step 3").keys() == {"steps.py"}
    said = engine.why("steps.py", 8)
    assert ("Step 7" in said.markdown) == (filter != "tree:0")
    assert filter == "blob:limit=50" or "is a partial clone, and git would have to fetch" in said.note
    assert not (tmp_path / "asked").exists()
    repository = found(clone)
    newest = history.commits(repository, [past.tip(repository, "")])
    assert [each.path for each in history.touched(repository, newest[0])] in (["steps.py"], [])
    assert not (tmp_path / "asked").exists()


def test_a_shallow_clone_says_where_it_ends(fetched: Callable[[str], Path], opened: Open, git: Git) -> None:
    clone = fetched("--depth=3")
    engine = opened(clone)
    done = engine.import_history()
    assert done.added == 3
    assert "shallow" in done.note
    assert titles(engine) == {"Step 5", "Step 6", "Step 7"}
    assert "Step 7" in engine.why("steps.py", 8).markdown
    git("fetch", "-q", "--unshallow", cwd=clone)


# ---------------------------------------------------------------- grafts and replacements


def test_replacements_are_passed_over(made: Made, opened: Open) -> None:
    old = made.commit("Old words", b__py="b = 1\n")
    made.commit("Afterwards", c__py="c = 1\n")
    raw = f"{made.git('cat-file', 'commit', old)}\n".replace("Old words", "Better words")
    made.git("replace", old, made.object("commit", raw.encode()))
    engine = opened(made.root)
    engine.import_history()
    assert titles(engine) == {"Add the sum", "Old words", "Afterwards"}
    assert "Old words" in engine.why("b.py", 1).markdown


def test_a_grafted_history_is_read(made: Made, opened: Open) -> None:
    root = made.git("rev-parse", "HEAD")
    made.commit("Cut off", b__py="b = 1\n")
    last = made.commit("Last", c__py="c = 1\n")
    grafts = made.root / ".git" / "info" / "grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(f"{last} {root}\nnonsense\n", encoding="utf-8")
    engine = opened(made.root)
    done = engine.import_history()
    assert {"Add the sum", "Last"} <= titles(engine)
    assert done.left_out == ()
    assert "c.py" in Told(made.root).edits("Last")
    assert "Last" in engine.why("c.py", 1).markdown


# ---------------------------------------------------------------- forms


def test_a_repository_of_sha256(git: Git, tmp_path: Path, opened: Open) -> None:
    root = tmp_path / "sha256"
    git("init", "-q", "--object-format=sha256", str(root))
    made = Made(root, git)
    first = made.commit("Call", call__py="call(one, two)\n")
    named = made.commit("Quote", call__py="call('one', 'two')\n")
    broken = made.literally(b"author tester@1-2 1500000000 +0000\ncommitter tester@1-2 1500000000 +0000\n")
    made.commit("Last", a__py="a = 1\n")
    made.put(".git-blame-ignore-revs", f"{named}\n{'12' * 20}\n")
    blamed = blame(found(root), "call.py", 1, 1)
    assert blamed is not None
    assert blamed.lines == {first: (1,)}
    assert "1 line is no full id" in blamed.note
    engine = opened(root)
    assert engine.import_history().added == 4
    assert titles(engine) == {"Call", "Quote", "The odd bison", "Last"}
    made.damage(broken)
    told = Told(root)
    assert (told.subjects(), told.left_out()) == ({"Last"}, [broken])
    assert told.failure


def test_work_trees_and_git_files(made: Made, git: Git, tmp_path: Path, opened: Open) -> None:
    git("worktree", "add", "-q", str(tmp_path / "tree"), cwd=made.root)
    tree = Made(tmp_path / "tree", git)
    tree.commit("In the tree", b__py="b = 1\n")
    assert Told(tree.root).subjects() == {"Add the sum", "In the tree"}
    git("clone", "-q", "--separate-git-dir", str(tmp_path / "apart"), str(made.root), str(tmp_path / "clone"))
    assert (tmp_path / "clone" / ".git").is_file()
    assert found(tmp_path / "clone").git_dir == tmp_path / "apart"
    assert Told(tmp_path / "clone").subjects() == {"Add the sum"}
    assert "Add the sum" in opened(tmp_path / "clone").why("app.py", 1).markdown


def test_a_git_file_that_leads_nowhere_says_what_to_do(made: Made, git: Git, tmp_path: Path, opened: Open) -> None:
    git("worktree", "add", "-q", str(tmp_path / "tree"), cwd=made.root)
    made.root.rename(tmp_path / "moved")
    with pytest.raises(GitError, match="git worktree repair"):
        front.find(tmp_path / "tree")
    with pytest.raises(GitError, match="git worktree repair"):
        past.find(tmp_path / "tree")
    engine = opened(tmp_path / "tree")
    assert "git worktree repair" in engine.why("app.py", 1).note
    with pytest.raises(GitError, match="git worktree repair"):
        engine.import_history()


@pytest.mark.parametrize("content", ["", "nonsense\n", None], ids=["empty", "nonsense", "gone"])
def test_a_git_folder_without_a_head_is_said_to_be_damaged(made: Made, content: str | None) -> None:
    head = made.root / ".git" / "HEAD"
    if content is None:
        head.unlink()
    else:
        head.write_text(content, encoding="utf-8")
    with pytest.raises(GitError, match="is damaged"):
        past.find(made.root)
    (made.root / "inner").mkdir()
    with pytest.raises(GitError, match="is damaged"):
        front.find(made.root / "inner")


def test_a_bare_repository_is_imported(made: Made, git: Git, tmp_path: Path, opened: Open) -> None:
    made.commit("More", b__py="b = 1\n")
    git("clone", "-q", "--bare", str(made.root), str(tmp_path / "bare.git"))
    engine = opened(tmp_path / "bare.git")
    assert engine.import_history().added == 2
    assert titles(engine) == {"Add the sum", "More"}


@pytest.mark.parametrize("bare", [False, True])
def test_a_repository_of_another_owner_says_what_to_do(
    made: Made, git: Git, tmp_path: Path, opened: Open, monkeypatch: pytest.MonkeyPatch, bare: bool
) -> None:
    folder = made.root
    if bare:
        folder = tmp_path / "bare.git"
        git("clone", "-q", "--bare", str(made.root), str(folder))
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(GitError, match=r"safe\.directory"):
        past.find(folder)
    with pytest.raises(GitError, match=r"safe\.directory"):
        opened(folder).import_history()


def test_bare_repositories_that_the_user_forbids_say_so(made: Made, git: Git, tmp_path: Path) -> None:
    git("clone", "-q", "--bare", str(made.root), str(tmp_path / "bare.git"))
    git("config", "--global", "safe.bareRepository", "explicit")
    with pytest.raises(GitError, match=r"safe\.bareRepository"):
        past.find(tmp_path / "bare.git")


@pytest.mark.parametrize(
    ("version", "extension", "value"),
    [("1", "extensions.refStorage", "unheard-of"), ("1", "extensions.unheardOf", "true"), ("77", "x.y", "z")],
    ids=["another storage of branches", "an unknown extension", "a later version"],
)
def test_forms_that_this_git_does_not_know_say_so(
    made: Made, opened: Open, version: str, extension: str, value: str
) -> None:
    made.git("config", "core.repositoryFormatVersion", version)
    config = made.root / ".git" / "config"
    section, _, key = extension.partition(".")
    config.write_text(f"{config.read_text('utf-8')}[{section}]\n\t{key} = {value}\n", encoding="utf-8")
    with pytest.raises(GitError, match="newer git"):
        front.find(made.root)
    assert front.identity(made.root) is None
    assert "newer git" in opened(made.root).why("app.py", 1).note


def test_a_folder_in_no_repository(tmp_path: Path, opened: Open) -> None:
    (tmp_path / "plain").mkdir()
    assert past.find(tmp_path / "plain") is None
    with pytest.raises(InvalidRequest, match="no git repository"):
        opened(tmp_path / "plain").import_history()


def test_traces_and_warnings_are_not_taken_for_the_failure(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TRACE", "1")
    monkeypatch.setenv("GIT_TRACE_SETUP", "2")
    with pytest.raises(GitError, match=r"^git log failed: fatal: "):
        run(repository, "log", "nothing-of-that-name", "--")
    assert found(repository).root == repository


def test_octopus_merges_and_empty_commits(made: Made) -> None:
    for name in ("one", "two", "three"):
        made.git("switch", "-qc", name, "main")
        made.put(f"{name}.py", f"{name} = 1\n")
        made.commit(f"Add {name}")
    made.git("switch", "-q", "main")
    made.commit("Stay", main__py="main = 1\n")
    made.git("merge", "-q", "--no-ff", "-m", "Bring three together\n\nSince all count.", "one", "two", "three")
    made.commit("Only words")
    told = Told(made.root)
    assert told.subjects() >= {"Bring three together", "Only words", "Add one", "Add two", "Add three", "Stay"}
    assert len(told["Bring three"].commit.parents) == 4
    assert told["Bring three"].edits == told["Only words"].edits == ()
    repository = found(made.root)
    (merge,) = history.commits(repository, [made.git("rev-parse", "HEAD~1")])
    assert history.solved(repository, merge) == set()
    assert {each.path for each in history.touched(repository, merge)} == {"one.py", "two.py", "three.py"}


def test_a_commit_of_very_many_files(made: Made, git: Git) -> None:
    for number in range(2500):
        made.put(f"many/{number % 50}/{number}.txt", f"{number}\n")
    made.commit("Bring all at once")
    made.commit("Afterwards", a__py="a = 1\n")
    told = Told(made.root)
    assert len(told["Bring all"].edits) == 2000
    assert told["Bring all"].note == "(and 500 more files)"
    assert told.edits("Afterwards").keys() == {"a.py"}


def test_a_hook_of_another_repository_leads_nobody_astray(
    made: Made, git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    git("init", "-q", str(other))
    git("commit", "-q", "--allow-empty", "-m", "Other", cwd=other)
    for name, value in (
        ("GIT_DIR", other / ".git"),
        ("GIT_INDEX_FILE", other / ".git" / "index"),
        ("GIT_OBJECT_DIRECTORY", other / ".git" / "objects"),
        ("GIT_SHALLOW_FILE", other / "shallow"),
        ("GIT_GRAFT_FILE", other / "grafts"),
        ("GIT_CONFIG", other / "config"),
        ("GIT_IMPLICIT_WORK_TREE", "0"),
    ):
        monkeypatch.setenv(name, str(value))
    (other / "shallow").write_text(f"{'12' * 20}\n", encoding="utf-8")
    assert found(made.root).root == made.root
    assert Told(made.root).subjects() == {"Add the sum"}
    assert os.environ["GIT_DIR"] == str(other / ".git")
