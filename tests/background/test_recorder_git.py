"""What git does, in real repositories: commits seal Changes, and nothing that git writes is taken for an edit."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.patience import PATIENCE, until
from whence.values.memory import Link

Run = Callable[..., str]

APP = "def add(a, b):\n    return a + b\n"
LONG = "".join(f"line {n}\n" for n in range(30))


@pytest.fixture
def captured(repository: Path, tmp_path: Path, git: Git) -> Iterator[Captured]:
    (repository / "long.txt").write_text(LONG, encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Add long lines", cwd=repository)
    found = Captured(repository, tmp_path / "home")
    yield found
    found.stop()


@pytest.fixture
def run(captured: Captured, git: Git) -> Run:
    """Run git in the captured repository, and wait until that is taken up."""

    def run(*words: str, **environment: str) -> str:
        output = git(*words, cwd=captured.root, **environment)
        captured.settle()
        return output

    return run


@pytest.fixture
def branches(captured: Captured, run: Run) -> Captured:
    """`main` and `side`, one commit apart each, in different files; on `main`."""
    run("add", ".")
    run("commit", "-q", "--allow-empty", "-m", "Begin")
    run("checkout", "-qb", "side")
    captured.save("side.py", "side = 1\n")
    run("add", ".")
    run("commit", "-qm", "Add the side")
    run("checkout", "-q", "main")
    captured.save("app.py", APP + "main = 1\n")
    run("commit", "-qam", "Add the main")
    return captured


def still(captured: Captured, run: Run) -> None:
    """Nothing more comes of what the watcher may yet notice."""
    before = captured.told()
    captured.write("last.tmp.py", "x = 1\n")
    until(lambda: len(captured.told()) > len(before), "the last change")
    assert captured.told()[:-1] == before
    (captured.root / "last.tmp.py").unlink()
    until(lambda: captured.told() == before, "its end")


@pytest.mark.quick
def test_a_commit_seals_what_it_contains(captured: Captured, run: Run) -> None:
    captured.save("app.py", APP + "# one\n")
    captured.save("new.py", "x = 1\n")
    first, second = captured.changes()
    captured.writer.update(
        second.id,
        lambda each: each.model_copy(
            update={"labels": ("keep",), "importance": 8, "links": (Link(relation="about", target="x"),)}
        ),
    )
    run("add", "app.py", "new.py")
    assert captured.told() == ["*Edited app.py", "*Created new.py"]
    sha = (run("commit", "-qm", "Explain the sum\n\nBecause nobody knew."), run("rev-parse", "HEAD"))[1]
    change = captured.one()
    assert change.id == first.id
    assert change.commit == sha
    assert change.title == "Explain the sum"
    assert change.reason == "Explain the sum\n\nBecause nobody knew."
    assert (change.source, change.open, change.branch, change.author) == ("commit", False, "main", "Test Author")
    assert (change.labels, change.importance, change.links[0].target) == (("keep",), 8, "x")
    assert [(e.path, e.action, e.added) for e in change.edits] == [("app.py", "edit", 1), ("new.py", "create", 1)]
    assert change.files == ("app.py", "new.py")
    still(captured, run)


def test_after_a_commit_a_save_begins_anew(captured: Captured, run: Run) -> None:
    captured.save("app.py", APP + "# one\n")
    run("commit", "-qam", "One")
    captured.save("app.py", APP + "# one\n# two\n")
    sealed, open_ = captured.changes()
    assert (sealed.open, open_.open) == (False, True)
    assert open_.edits[0].diff.endswith(" # one\n+# two")


def test_an_edit_that_was_never_seen_is_in_the_commit(captured: Captured, git: Git) -> None:
    captured.write("app.py", APP + "# unseen\n")
    git("commit", "-qam", "Unseen", cwd=captured.root)
    captured.settle()
    assert [(each.title, each.edits[0].added) for each in captured.changes()] == [("Unseen", 1)]


def test_what_is_not_committed_stays_open(captured: Captured, run: Run) -> None:
    captured.save("app.py", APP + "# one\n")
    captured.save("other.py", "x = 1\n")
    run("commit", "-qam", "One")
    assert captured.told() == ["*Created other.py", "One"]


def test_a_partly_staged_file_leaves_the_rest_open(captured: Captured, run: Run) -> None:
    captured.save("app.py", "# first\n" + APP)
    run("add", "app.py")
    captured.save("app.py", "# first\n" + APP + "# second\n")
    (change,) = captured.changes()
    run("commit", "-qm", "First alone")
    sealed = next(each for each in captured.changes() if each.commit)
    rest = next(each for each in captured.changes() if each.open)
    assert [line for line in sealed.edits[0].diff.splitlines() if line[0] in "+-"] == ["+# first"]
    assert [line for line in rest.edits[0].diff.splitlines() if line[0] in "+-"] == ["+# second"]
    assert rest.id == change.id
    run("commit", "-qam", "Then the second")
    assert captured.told() == ["Then the second", "First alone"] or captured.told() == [
        "First alone",
        "Then the second",
    ]
    assert not any(each.open for each in captured.changes())


def test_several_bursts_end_in_one_commit(repository: Path, tmp_path: Path, git: Git) -> None:
    captured = Captured(repository, tmp_path / "home", burst_minutes=0.0)
    captured.save("app.py", APP + "# one\n")
    captured.save("app.py", APP + "# one\n# two\n")
    first = captured.come(2)[0]
    git("commit", "-qam", "Both", cwd=repository)
    captured.settle()
    assert captured.one().id == first.id
    assert captured.one().edits[0].added == 2
    captured.stop()


def test_amending_keeps_the_memory(captured: Captured, run: Run) -> None:
    captured.save("app.py", APP + "# one\n")
    run("commit", "-qam", "One")
    captured.writer.update(captured.one().id, lambda each: each.model_copy(update={"pinned": True}))
    first = captured.one()
    captured.save("app.py", APP + "# one\n# two\n")
    assert len(captured.changes()) == 2
    run("commit", "-qam", "One and two", "--amend")
    amended = captured.one()
    assert amended.id == first.id
    assert (amended.title, amended.reason, amended.pinned, amended.open) == ("One and two", "One and two", True, False)
    assert amended.commit == run("rev-parse", "HEAD") != first.commit
    assert amended.edits[0].added == 2
    still(captured, run)


def test_a_merge_is_one_line_and_its_commits_are_known(branches: Captured, run: Run) -> None:
    assert branches.told() == ["Begin", "Add the side", "Add the main"]
    run("merge", "-q", "side", "-m", "Merge the side")
    *_, merge = branches.changes()
    assert [each.title for each in branches.changes()] == ["Begin", "Add the side", "Add the main", "Merge the side"]
    assert merge.edits == ()
    still(branches, run)


def test_a_conflict_is_not_an_edit_and_its_solution_is_in_the_merge(captured: Captured, run: Run) -> None:
    run("checkout", "-qb", "side")
    captured.save("app.py", APP.replace("a + b", "b + a"))
    run("commit", "-qam", "Turn")
    run("checkout", "-q", "main")
    captured.save("app.py", APP.replace("a + b", "a + b + 0"))
    run("commit", "-qam", "Nothing")
    with pytest.raises(Exception, match="merge"):
        run("merge", "-q", "side")
    captured.settle()
    assert captured.told() == ["Turn", "Nothing"]
    captured.save("app.py", APP.replace("a + b", "b + a + 0"))
    assert captured.told()[2:] == ["*Edited app.py: add"]
    run("commit", "-qam", "Merge both")
    assert captured.told() == ["Turn", "Nothing", "Merge both"]
    merge = captured.changes()[-1]
    assert [line for line in merge.edits[0].diff.splitlines() if line[0] in "+-"] == [
        "-    return a + b + 0",
        "+    return b + a + 0",
    ]
    still(captured, run)


def test_a_conflict_solved_with_their_side_leaves_no_open_change(captured: Captured, run: Run) -> None:
    run("checkout", "-qb", "side")
    captured.save("app.py", APP.replace("a + b", "b + a"))
    run("commit", "-qam", "Turn")
    run("checkout", "-q", "main")
    captured.save("app.py", APP.replace("a + b", "a + b + 0"))
    run("commit", "-qam", "Nothing")
    with pytest.raises(Exception, match="merge"):
        run("merge", "-q", "side")
    captured.settle()
    captured.save("app.py", APP.replace("a + b", "b + a"))
    run("commit", "-qam", "Take theirs")
    assert captured.told() == ["Turn", "Nothing", "Take theirs"]
    assert captured.changes()[-1].edits == ()


def test_an_aborted_merge_leaves_nothing(captured: Captured, run: Run, git: Git) -> None:
    run("checkout", "-qb", "side")
    captured.save("app.py", APP.replace("a + b", "b + a"))
    run("commit", "-qam", "Turn")
    run("checkout", "-q", "main")
    captured.save("app.py", APP.replace("a + b", "a + b + 0"))
    run("commit", "-qam", "Nothing")
    with pytest.raises(Exception, match="merge"):
        git("merge", "-q", "side", cwd=captured.root)
    until(lambda: "<<<<" in (captured.root / "app.py").read_text(encoding="utf-8"))
    captured.settle()
    run("merge", "--abort")
    still(captured, run)
    assert captured.told() == ["Turn", "Nothing"]
    captured.save("app.py", APP.replace("a + b", "a + b + 0") + "# more\n")
    assert captured.changes()[-1].edits[0].added == 1


def test_a_rebase_keeps_memories_under_their_new_commits(branches: Captured, run: Run) -> None:
    run("checkout", "-q", "side")
    before = {each.title: each for each in branches.changes()}
    run("rebase", "-q", "main")
    after = {each.title: each for each in branches.changes()}
    assert set(after) == set(before)
    assert after["Add the side"].id == before["Add the side"].id
    assert after["Add the side"].commit == run("rev-parse", "HEAD") != before["Add the side"].commit
    assert after["Add the main"].commit == before["Add the main"].commit
    still(branches, run)


def test_a_rebase_with_a_conflict_waits_for_its_end(captured: Captured, run: Run, git: Git) -> None:
    run("checkout", "-qb", "side")
    captured.save("app.py", APP.replace("a + b", "b + a"))
    run("commit", "-qam", "Turn")
    turned = captured.one()
    run("checkout", "-q", "main")
    captured.save("app.py", APP.replace("a + b", "a + b + 0"))
    run("commit", "-qam", "Nothing")
    run("checkout", "-q", "side")
    with pytest.raises(Exception, match="rebase"):
        git("rebase", "-q", "main", cwd=captured.root)
    captured.settle()
    assert captured.told() == ["Turn", "Nothing"]
    captured.save("app.py", APP.replace("a + b", "b + a + 0"))
    git("add", "app.py", cwd=captured.root)
    run("-c", "core.editor=true", "rebase", "--continue")
    changes = {each.title: each for each in captured.changes()}
    assert set(changes) == {"Turn", "Nothing"}
    assert changes["Turn"].id == turned.id
    assert changes["Turn"].commit == run("rev-parse", "HEAD")
    assert not changes["Turn"].open
    still(captured, run)


def test_a_squash_leaves_the_first_memory_at_the_new_commit(captured: Captured, run: Run) -> None:
    for number in (1, 2):
        captured.save("app.py", APP + "# x\n" * number)
        run("commit", "-qam", f"Number {number}")
    first = captured.changes()[0]
    run("-c", "sequence.editor=sed -i 2s/pick/fixup/", "rebase", "-q", "-i", "HEAD~2")
    kept = next(each for each in captured.changes() if each.id == first.id)
    assert kept.commit == run("rev-parse", "HEAD")
    assert kept.edits[0].added == 2
    still(captured, run)


@pytest.mark.parametrize("what", ["cherry-pick", "revert"])
def test_cherry_pick_and_revert_are_commits(branches: Captured, run: Run, what: str) -> None:
    run(what, *(["side"] if what == "cherry-pick" else ["HEAD", "--no-edit"]))
    changes = branches.changes()
    assert len(changes) == 4
    newest = next(each for each in changes if each.commit == run("rev-parse", "HEAD"))
    assert newest.edits[0].path == ("side.py" if what == "cherry-pick" else "app.py")
    still(branches, run)


def test_reset_hard_makes_no_change_and_keeps_what_was_done(branches: Captured, run: Run) -> None:
    branches.save("long.txt", LONG + "uncommitted\n")
    told = branches.told()
    run("reset", "-q", "--hard", "HEAD~1")
    until(lambda: branches.changes()[-1].state() == "discarded", "the end of what was not committed")
    assert branches.told() == [*told[:-1], "Edited long.txt"]
    still(branches, run)
    branches.save("app.py", APP + "# after the reset\n")
    assert [line for line in branches.changes()[-1].edits[0].diff.splitlines() if line[0] in "+-"] == [
        "+# after the reset"
    ]
    branches.save("long.txt", LONG + "again\n")
    assert branches.changes()[-1].edits[0].diff.endswith("+again")
    assert "uncommitted" not in branches.changes()[-1].edits[0].diff


def test_reset_soft_makes_no_change_and_keeps_the_last_texts(branches: Captured, run: Run) -> None:
    told = branches.told()
    run("reset", "-q", "--soft", "HEAD~1")
    assert branches.told() == told
    branches.save("app.py", APP + "main = 1\nmore = 2\n")
    assert branches.changes()[-1].edits[0].diff.endswith(" main = 1\n+more = 2")
    run("commit", "-qam", "Both again")
    assert branches.told() == [*told, "Both again"]
    still(branches, run)


def test_checking_out_is_no_edit(branches: Captured, run: Run) -> None:
    told = branches.told()
    run("checkout", "-q", "side")
    assert not (branches.root / "app.py").read_text(encoding="utf-8").endswith("main = 1\n")
    still(branches, run)
    assert branches.told() == told
    branches.save("app.py", APP + "# on the side\n")
    change = branches.changes()[-1]
    assert (change.branch, change.edits[0].added, change.edits[0].removed) == ("side", 1, 0)


def test_what_is_carried_to_another_branch_is_committed_there(branches: Captured, run: Run) -> None:
    branches.save("long.txt", LONG + "carried\n")
    carried = branches.changes()[-1]
    run("checkout", "-q", "side")
    run("commit", "-qam", "Carry")
    change = branches.changes()[-1]
    assert (change.id, change.title, change.branch) == (carried.id, "Carry", "side")


def test_throwing_an_edit_away_with_git_is_no_edit(captured: Captured, run: Run) -> None:
    captured.save("app.py", APP + "# one\n")
    run("checkout", "-q", "--", "app.py")
    until(lambda: captured.one().state() == "discarded", "the end of the edit")
    still(captured, run)
    assert captured.told() == ["Edited app.py"]
    captured.save("app.py", APP + "# two\n")
    assert [line for line in captured.changes()[-1].edits[0].diff.splitlines() if line[0] in "+-"] == ["+# two"]


@pytest.mark.parametrize("watch", [True, False])
@pytest.mark.parametrize("back", ["pop", "apply"])
def test_the_stash_is_no_edit_and_what_was_in_it_is_sealed(
    repository: Path, tmp_path: Path, git: Git, back: str, watch: bool
) -> None:
    captured = Captured(repository, tmp_path / "home", watch=watch)

    def run(*words: str) -> None:
        git(*words, cwd=repository)
        captured.settle()

    captured.save("app.py", APP + "# stashed\n")
    captured.save("loose.py", "x = 1\n")
    told = captured.told()
    first = captured.changes()[0]
    run("stash", "push", "-q", "--include-untracked")
    assert not (repository / "loose.py").exists()
    if watch:
        still(captured, git)
    assert captured.told() == told
    run("stash", back, "-q")
    if watch:
        still(captured, git)
    assert captured.told() == told
    run("add", ".")
    run("commit", "-qm", "Out of the stash")
    assert captured.told() == ["Out of the stash"]
    assert captured.one().id == first.id
    captured.stop()


def test_what_the_stash_merges_into_a_file_is_no_edit(captured: Captured, run: Run) -> None:
    run("add", ".")
    run("commit", "-q", "--allow-empty", "-m", "Begin")
    captured.save("long.txt", LONG + "stashed\n")
    first = captured.changes()[-1]
    run("stash", "-q")
    captured.save("long.txt", "on top\n" + LONG)
    run("commit", "-qam", "On top")
    run("stash", "apply", "-q")
    still(captured, run)
    assert captured.told() == ["Begin", "*Edited long.txt", "On top"]
    run("commit", "-qam", "Merged")
    assert captured.told() == ["Begin", "On top", "Merged"]
    assert captured.changes()[-1].id == first.id


def test_a_pull_brings_commits_and_no_edits(captured: Captured, run: Run, git: Git, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git("clone", "-q", str(captured.root), str(other))
    for number in (1, 2):
        (other / "theirs.py").write_text("x = 1\n" * number, encoding="utf-8")
        git("add", ".", cwd=other)
        git("commit", "-qm", f"Theirs {number}", "--author=Someone Else <else@example.invalid>", cwd=other)
    run("remote", "add", "origin", str(other))
    run("pull", "-q", "--ff-only", "origin", "main")
    assert [(each.title, each.author) for each in captured.changes()] == [
        ("Theirs 1", "Someone Else"),
        ("Theirs 2", "Someone Else"),
    ]
    still(captured, run)


def test_a_pull_with_rebase_keeps_our_commit(captured: Captured, run: Run, git: Git, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git("clone", "-q", str(captured.root), str(other))
    (other / "theirs.py").write_text("x = 1\n", encoding="utf-8")
    git("add", ".", cwd=other)
    git("commit", "-qm", "Theirs", cwd=other)
    captured.save("app.py", APP + "# ours\n")
    run("commit", "-qam", "Ours")
    ours = captured.one()
    run("remote", "add", "origin", str(other))
    run("pull", "-q", "--rebase", "origin", "main")
    changes = {each.title: each for each in captured.changes()}
    assert set(changes) == {"Ours", "Theirs"}
    assert changes["Ours"].id == ours.id
    assert changes["Ours"].commit == run("rev-parse", "HEAD")


def test_cloning_and_first_sight_import_no_history(branches: Captured, git: Git, tmp_path: Path) -> None:
    git("clone", "-q", str(branches.root), str(tmp_path / "clone"))
    assert Captured(tmp_path / "clone", tmp_path / "home2").changes() == []


def test_the_first_commit_of_all(tmp_path: Path, git: Git) -> None:
    root = tmp_path / "empty"
    root.mkdir()
    git("init", "-q", cwd=root)
    captured = Captured(root, tmp_path / "home")
    captured.save("a.py", "x = 1\n")
    first = captured.one()
    git("add", ".", cwd=root)
    git("commit", "-qm", "Begin", cwd=root)
    captured.settle()
    assert (captured.one().title, captured.one().id) == ("Begin", first.id)
    git("checkout", "-q", "--orphan", "fresh", cwd=root)
    git("commit", "-qm", "Begin again", cwd=root)
    captured.settle()
    assert captured.told() == ["Begin", "Begin again"]
    captured.stop()


def test_commits_made_while_away_are_caught_up_with(branches: Captured, git: Git) -> None:
    branches.save("long.txt", LONG + "open\n")
    opened = branches.changes()[-1]
    branches.stop()
    git("commit", "-qam", "While away", cwd=branches.root)
    git("checkout", "-q", "side", cwd=branches.root)
    branches.write("side.py", "side = 2\n")
    git("commit", "-qam", "On the side", cwd=branches.root)
    git("commit", "-q", "--amend", "-m", "On the other side", cwd=branches.root)
    git("checkout", "-q", "main", cwd=branches.root)
    branches.write("app.py", APP + "main = 1\naway = 1\n")
    branches.start()
    assert branches.told()[3:] == ["While away", "On the other side", "*Edited app.py"]
    assert branches.changes()[3].id == opened.id
    assert [each.branch for each in branches.changes()[3:]] == ["main", "side", "main"]
    assert branches.changes()[-1].edits[0].added == 1


def test_work_trees_are_apart_and_share_commits(branches: Captured, git: Git, tmp_path: Path) -> None:
    git("worktree", "add", "-q", str(tmp_path / "tree"), "side", cwd=branches.root)
    other = Captured(tmp_path / "tree", branches.home)
    assert (branches.recorder.state, other.recorder.state) == ("on", "on")
    other.save("side.py", "side = 3\n")
    branches.save("app.py", "# top\n" + APP + "main = 1\n")
    git("commit", "-qam", "In the other tree", cwd=tmp_path / "tree")
    other.settle()
    branches.settle()
    assert branches.told()[3:] == ["*Edited app.py", "In the other tree"]
    assert branches.changes()[-1].branch == "side"
    other.stop()


def test_two_clones_of_one_project_make_one_memory_of_a_commit(branches: Captured, git: Git, tmp_path: Path) -> None:
    git("clone", "-q", str(branches.root), str(tmp_path / "clone"))
    clone = Captured(tmp_path / "clone", branches.home)
    branches.save("app.py", APP + "main = 5\n")
    git("commit", "-qam", "Shared", cwd=branches.root)
    branches.settle()
    git("pull", "-q", cwd=tmp_path / "clone")
    clone.settle()
    assert branches.told() == ["Begin", "Add the side", "Add the main", "Shared"]
    clone.stop()


def test_a_submodule_is_a_project_of_its_own(captured: Captured, run: Run, git: Git, tmp_path: Path) -> None:
    git("init", "-q", "module", cwd=tmp_path)
    (tmp_path / "module" / "m.py").write_text("x = 1\n", encoding="utf-8")
    git("add", ".", cwd=tmp_path / "module")
    git("commit", "-qm", "Module", cwd=tmp_path / "module")
    run("submodule", "add", "-q", str(tmp_path / "module"), "deps/module")
    run("commit", "-qm", "Add the module")
    captured.save("deps/module/m.py", "x = 2\n")
    assert captured.told() == ["Add the module"]
    assert [edit.path for edit in captured.one().edits] == [".gitmodules", "deps/module"]
    inside = Captured(captured.root / "deps" / "module", tmp_path / "home2")
    inside.save("m.py", "x = 3\n")
    assert inside.told() == ["*Edited m.py"]
    inside.stop()


def test_a_commit_tells_no_secrets_and_little_of_what_programs_made(captured: Captured, run: Run) -> None:
    key = "AKIA" + "Q3EGRCZ7KWMTX2LP"
    captured.write(".env", f"KEY={key}\n")
    captured.write("package-lock.json", "{}\n" * 50)
    captured.write("picture.png", b"\x89PNG\0" + bytes(range(256)))
    captured.write("conf.py", f'aws_access_key_id = "{key}"\n')
    captured.write("b.txt", LONG)
    run("add", "-f", ".")
    run("commit", "-qm", f"Use {key}")
    change = next(each for each in captured.changes() if each.commit)
    assert key not in change.model_dump_json()
    told = {edit.path: (edit.added, bool(edit.diff)) for edit in change.edits}
    assert told == {"package-lock.json": (50, False), "conf.py": (1, True), "b.txt": (30, True)}


def test_a_commit_of_many_files_is_bounded(captured: Captured, git: Git) -> None:
    for number in range(2100):
        (captured.root / "many").mkdir(exist_ok=True)
        (captured.root / "many" / f"{number}.py").write_text(f"x = {number}\n", encoding="utf-8")
    git("add", "many", cwd=captured.root)
    git("commit", "-qm", "Many", cwd=captured.root)
    change = until(lambda: next((each for each in captured.changes() if each.commit), None), "the commit")
    assert change is not None
    assert len(change.edits) == 2000
    assert sum(bool(edit.diff) for edit in change.edits) == 200
    assert change.reason == "Many\n\n(and 100 more files)"
    until(lambda: not any(each.open for each in captured.changes()), "no open change")


def test_git_that_cannot_be_asked_is_said_once(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    captured = Captured(repository, tmp_path / "home")
    assert len(captured.recorder.messages) == 1
    assert "git is not installed" in captured.recorder.messages[0]
    captured.save("app.py", APP + "# without\n")
    change = captured.one()
    assert (change.edits[0].added, change.branch, change.author) == (1, "", "")
    captured.stop()


def test_without_git(tmp_path: Path) -> None:
    root = tmp_path / "plain folder"
    root.mkdir()
    (root / "app.py").write_text(APP, encoding="utf-8")
    (root / ".gitignore").write_text("*.log\n", encoding="utf-8")
    captured = Captured(root, tmp_path / "home")
    assert captured.changes() == []
    captured.save("app.py", APP + "# one\n")
    captured.write("new.py", "x = 1\n")
    captured.write("node_modules/x/index.js", "x\n")
    captured.write("debug.log", "x\n")
    assert [each.title for each in captured.come(2)] == ["Edited app.py", "Created new.py"]
    captured.stop()
    captured.write("new.py", "x = 1\ny = 2\n")
    (root / "app.py").unlink()
    captured.start()
    assert sorted(each.title for each in captured.changes()) == ["Created new.py", "Deleted app.py: add"]
    captured.stop()


def test_a_folder_that_becomes_a_repository(tmp_path: Path, git: Git) -> None:
    root = tmp_path / "plain"
    root.mkdir()
    captured = Captured(root, tmp_path / "home")
    captured.save("a.py", "x = 1\n")
    git("init", "-q", cwd=root)
    git("add", ".", cwd=root)
    git("commit", "-qm", "Begin", cwd=root)
    captured.settle()
    captured.save("b.py", "y = 1\n")
    git("add", ".", cwd=root)
    git("commit", "-qm", "Go on", cwd=root)
    until(lambda: "Go on" in captured.told(), "the commit")
    shutil.rmtree(root / ".git")
    until(lambda: captured.recorder.settle(PATIENCE))
    captured.save("c.py", "z = 1\n")
    assert captured.told()[-1] == "*Created c.py"
    captured.stop()


def test_no_program_that_the_repository_names_is_run(repository: Path, tmp_path: Path, git: Git) -> None:
    trap = tmp_path / "ran"
    script = tmp_path / "trap"
    script.write_text(f"#!/bin/sh\ntouch '{trap}'\ncat\n", encoding="utf-8")
    script.chmod(0o755)
    (repository / ".git" / "hooks").mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman", "post-checkout"):
        shutil.copy(script, repository / ".git" / "hooks" / hook)
    for key in ("core.fsmonitor", "filter.evil.clean", "filter.evil.smudge", "filter.e=vil.process", "diff.external"):
        git("config", key, str(script), cwd=repository)
    for key in (
        "diff.evil.textconv",
        "diff.evil.command",
        "core.sshCommand",
        "core.pager",
        "core.askPass",
        "gpg.program",
    ):
        git("config", key, str(script), cwd=repository)
    git("config", "log.showSignature", "true", cwd=repository)
    (repository / ".gitattributes").write_text("*.py filter=evil diff=evil\n*.txt filter=e=vil\n", encoding="utf-8")
    trap.unlink(missing_ok=True)
    captured = Captured(repository, tmp_path / "home")
    captured.save("app.py", APP + "# one\n")
    captured.save("a.txt", "x\n")
    captured.stop()
    captured.write("app.py", APP + "# two\n")
    captured.start()
    captured.stop()
    assert not trap.exists()
    assert [edit.path for change in captured.start().changes() for edit in change.edits]
    captured.stop()
