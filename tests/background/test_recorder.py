"""Saves, outside edits, bursts and restarts, with a real store and writer. Commits are in `test_recorder_git.py`."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.patience import until
from whence.values.memory import Change

APP = "def add(a, b):\n    return a + b\n"


@pytest.fixture
def captured(repository: Path, tmp_path: Path) -> Iterator[Captured]:
    found = Captured(repository, tmp_path / "home")
    yield found
    found.stop()


def edit(change: Change) -> tuple[str, str, int, int]:
    (only,) = change.edits
    return only.path, only.action, only.added, only.removed


@pytest.mark.quick
def test_a_save_becomes_an_open_change(captured: Captured) -> None:
    captured.save("app.py", APP.replace("a + b", "a + b + 0"))
    change = captured.one()
    assert edit(change) == ("app.py", "edit", 1, 1)
    assert change.open
    assert change.branch == "main"
    assert change.author == "Test Author"
    assert change.project == "project"
    assert change.files == ("app.py",)
    assert change.edits[0].symbols == ("add",)
    assert "-    return a + b\n+    return a + b + 0" in change.edits[0].diff
    assert change.title == "Edited app.py: add"


def test_a_burst_of_saves_is_one_change_from_the_first_text_to_the_last(captured: Captured) -> None:
    captured.save("app.py", APP + "# one\n")
    first = captured.one()
    captured.save("app.py", APP + "# one\n# two\n")
    captured.save("app.py", APP + "# two\n# three\n")
    last = captured.one()
    assert last.id == first.id
    assert last.updated_at > first.updated_at
    assert last.created_at == first.created_at
    assert last.edits[0].diff.endswith("+# two\n+# three")
    assert "one" not in last.edits[0].diff


def test_back_to_where_a_new_file_started_its_change_vanishes(captured: Captured) -> None:
    captured.save("new.py", "a = 1\n")
    (captured.root / "new.py").unlink()
    captured.come(0)
    captured.save("new.py", "a = 2\n")
    assert edit(captured.one()) == ("new.py", "create", 1, 0)


def test_a_change_that_someone_annotated_does_not_vanish(captured: Captured) -> None:
    captured.save("new.py", "a = 1\n")
    captured.writer.update(captured.one().id, lambda each: each.model_copy(update={"labels": ("keep",)}))
    (captured.root / "new.py").unlink()
    until(lambda: captured.one().edits[0].added == 0, "the end of the file")
    captured.save("new.py", "a = 1\nb = 1\n")
    assert captured.one().labels == ("keep",)
    assert edit(captured.one()) == ("new.py", "create", 2, 0)


def test_after_the_burst_a_save_is_a_change_of_its_own(repository: Path, tmp_path: Path) -> None:
    captured = Captured(repository, tmp_path / "home", burst_minutes=0.0)
    captured.save("app.py", APP + "# one\n")
    captured.save("app.py", APP + "# one\n# two\n")
    captured.stop()
    assert [edit(each) for each in captured.start().changes()] == [("app.py", "edit", 1, 0)] * 2
    assert "# one" not in captured.changes()[1].edits[0].diff.replace(" # one", "")
    captured.stop()


def test_a_change_that_the_user_removed_does_not_come_back(captured: Captured) -> None:
    captured.save("app.py", APP + "# one\n")
    captured.writer.write(purge=[captured.one().id])
    captured.save("app.py", APP + "# one\n# two\n")
    assert edit(captured.one()) == ("app.py", "edit", 1, 0)


def test_a_title_or_reason_that_someone_gave_stays(captured: Captured) -> None:
    captured.save("app.py", APP + "# one\n")
    captured.writer.update(captured.one().id, lambda each: each.model_copy(update={"title": "Mine", "reason": "Why"}))
    captured.save("app.py", APP + "# one\n# two\n")
    assert (captured.one().title, captured.one().reason) == ("Mine", "Why")


def test_new_deleted_and_renamed_files(captured: Captured) -> None:
    captured.save("new file ü.py", "a = 1\n")
    captured.write("empty.py", "")
    captured.come(2)
    (captured.root / "app.py").unlink()
    changes = captured.come(3)
    assert sorted(edit(each) for each in changes) == [
        ("app.py", "delete", 0, 2),
        ("empty.py", "create", 0, 0),
        ("new file ü.py", "create", 1, 0),
    ]


def test_a_file_made_and_removed_in_one_burst_leaves_nothing(captured: Captured) -> None:
    captured.save("scratch.py", "a = 1\n")
    assert edit(captured.one())[1] == "create"
    (captured.root / "scratch.py").unlink()
    captured.come(0)


@pytest.mark.parametrize("by_git", [True, False])
def test_a_rename_is_one_change(captured: Captured, git: Git, by_git: bool) -> None:
    text = "".join(f"line {n}\n" for n in range(20))
    captured.write("one.py", text)
    git("add", ".", cwd=captured.root)
    git("commit", "-qm", "One", cwd=captured.root)
    until(lambda: [each for each in captured.changes() if each.commit], "the commit")
    if by_git:
        git("mv", "one.py", "two.py", cwd=captured.root)
    else:
        (captured.root / "one.py").rename(captured.root / "two.py")
    change = captured.come(2)[1]
    assert edit(change) == ("two.py", "rename", 0, 0)
    assert change.edits[0].old_path == "one.py"
    assert change.files == ("two.py", "one.py")
    captured.save("two.py", text.replace("line 3\n", "line three\n"))
    assert edit(captured.come(2)[1]) == ("two.py", "rename", 1, 1)


def test_a_folder_that_moves_takes_its_files_along(captured: Captured, git: Git) -> None:
    for name in "abc":
        captured.write(f"old/deep/{name}.py", f"the text of {name}\n" * 5)
    git("add", ".", cwd=captured.root)
    git("commit", "-qm", "Old", cwd=captured.root)
    until(lambda: [each for each in captured.changes() if each.commit], "the commit")
    (captured.root / "old").rename(captured.root / "new")
    changes = [each for each in captured.come(4) if each.open]
    assert sorted(edit(each)[:2] for each in changes) == [(f"new/deep/{name}.py", "rename") for name in "abc"]
    captured.write("new/later/d.py", "d\n")
    captured.come(5)


def test_edits_from_outside_the_editor_are_noticed(captured: Captured) -> None:
    captured.write("app.py", APP + "# from outside\n")
    assert edit(captured.come(1)[0]) == ("app.py", "edit", 1, 0)
    captured.write("deep/er/new.py", "x\n")
    captured.come(2)


def test_without_watching_only_saves_are_noticed(repository: Path, tmp_path: Path) -> None:
    captured = Captured(repository, tmp_path / "home", watch=False)
    captured.write("outside.py", "x\n")
    captured.save("app.py", APP + "# saved\n")
    assert edit(captured.one())[0] == "app.py"
    captured.stop()


def test_a_formatter_that_rewrites_after_the_save_is_the_same_change(captured: Captured) -> None:
    captured.save("app.py", "def add(a,b):\n    return a+b+1\n")
    captured.write("app.py", "def add(a, b):\n    return a + b + 1\n")
    until(lambda: "a + b + 1" in captured.one().edits[0].diff, "the formatter's text")
    assert edit(captured.one()) == ("app.py", "edit", 1, 1)


def test_an_atomic_save_through_another_name_is_one_edit(captured: Captured) -> None:
    captured.write("app.py.new", APP + "# moved over\n")
    (captured.root / "app.py.new").replace(captured.root / "app.py")
    assert edit(captured.come(1)[0]) == ("app.py", "edit", 1, 0)


def test_line_ends_and_encodings(captured: Captured) -> None:
    captured.save("app.py", APP.replace("\n", "\r\n"))
    assert captured.changes() == []
    captured.save("app.py", ("\ufeff" + APP + "# é\n").replace("\n", "\r\n").encode())
    assert captured.one().edits[0].diff.endswith("+# é")
    captured.save("latin.txt", "Die Größe\n".encode("latin-1"))
    captured.save("wide.txt", "Größe\n".encode("utf-16"))
    assert [each.edits[0].diff[-7:] for each in captured.changes()[1:]] == ["e Gr\ufffd\ufffde", "\n+Größe"]


@pytest.mark.parametrize(
    "name",
    [".git/x", ".env", ".env.local", "server.pem", "id_rsa", "out/skip.py", "build/a.js", "deep/local.cfg", "b.py~"],
)
def test_what_is_skipped_leaves_no_trace(repository: Path, tmp_path: Path, git: Git, name: str) -> None:
    (repository / ".gitignore").write_text("build/\n", encoding="utf-8")
    (repository / "deep").mkdir()
    (repository / "deep" / ".gitignore").write_text("local.cfg\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Ignore some", cwd=repository)
    captured = Captured(repository, tmp_path / "home", exclude=("out/",))
    captured.save(name, "nothing to see\n")
    captured.save("app.py", APP + "# seen\n")
    assert edit(captured.one())[0] == "app.py"
    captured.stop()


def test_binary_and_large_files_are_skipped(repository: Path, tmp_path: Path) -> None:
    captured = Captured(repository, tmp_path / "home", max_file_kilobytes=1)
    captured.save("picture.png", b"\x89PNG\0" + bytes(range(256)))
    captured.save("large.txt", "x\n" * 513)
    assert captured.changes() == []
    captured.save("large.txt", "x\n" * 512)
    assert edit(captured.one()) == ("large.txt", "create", 512, 0)
    captured.stop()


def test_secrets_are_in_no_field(captured: Captured, git: Git) -> None:
    key = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"
    git("checkout", "-qb", f"try-{key}", cwd=captured.root)
    captured.save(f"deploy-{key}.sh", f"export GITHUB_TOKEN={key}\n")
    git("add", ".", cwd=captured.root)
    git("commit", "-qm", f"Use {key}", f"--author={key} <a@b.invalid>", cwd=captured.root)
    captured.settle()
    assert captured.one().commit
    assert key not in captured.one().model_dump_json()
    assert "[redacted: " in captured.one().edits[0].diff
    captured.recorder.close()
    for path in captured.home.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes(), path.name


def test_links_are_never_followed_out(captured: Captured, tmp_path: Path) -> None:
    (tmp_path / "outside.py").write_text("x\n", encoding="utf-8")
    (captured.root / "link.py").symlink_to(tmp_path / "outside.py")
    (captured.root / "inner.py").symlink_to(captured.root / "app.py")
    captured.recorder.saved(captured.root / "link.py")
    captured.recorder.saved(tmp_path / "outside.py")
    (captured.root / "app.py").write_text(APP + "# through\n", encoding="utf-8")
    captured.recorder.saved(captured.root / "inner.py")
    captured.settle()
    assert edit(captured.come(1)[0])[0] == "app.py"


def test_names_of_all_kinds(captured: Captured) -> None:
    names = [
        "with space.py",
        "имя.py",
        "名前.py",
        "nfd-e\u0301.py",
        'quo"te.py',
        "new\nline.py",
        "-dash.py",
        ":(top)x.py",
    ]
    for name in names:
        captured.save(name, "x = 1\n")
    assert sorted(each.edits[0].path for each in captured.changes()) == sorted(names)
    odd = captured.root / os.fsdecode(b"caf\xe9.py")
    odd.write_text("x\n", encoding="utf-8")
    captured.recorder.saved(odd)
    captured.settle()
    assert "caf\ufffd.py" in {each.edits[0].path for each in captured.changes()}


def test_many_saves_of_one_file_are_one_change_with_the_last_text(captured: Captured) -> None:
    for number in range(100):
        captured.recorder.saved(captured.write("app.py", APP + f"# {number}\n"))
    captured.settle()
    assert captured.one().edits[0].diff.endswith("+# 99")


def test_many_files_at_once_are_all_stored(captured: Captured) -> None:
    for number in range(300):
        captured.write(f"many/{number}.py", f"x = {number}\n")
    assert {each.edits[0].path for each in captured.come(300)} == {f"many/{n}.py" for n in range(300)}
    for number in range(300):
        captured.write(f"many/{number}.py", f"x = {number}\ny = 1\n")
    until(lambda: all(each.edits[0].added == 2 for each in captured.changes()), "the second writing")
    assert len(captured.changes()) == 300


def test_what_happened_while_away_is_caught_up_with(captured: Captured) -> None:
    captured.save("app.py", APP + "# one\n")
    first = captured.one().id
    captured.stop()
    captured.write("app.py", APP + "# one\n# away\n")
    captured.write("away.py", "x\n")
    captured.start()
    changes = captured.changes()
    assert sorted(edit(each) for each in changes) == [("app.py", "edit", 2, 0), ("away.py", "create", 1, 0)]
    assert next(each for each in changes if each.files == ("app.py",)).id == first


def test_what_is_uncommitted_at_first_sight_becomes_open_changes_once(
    repository: Path, tmp_path: Path, git: Git
) -> None:
    (repository / ".gitignore").write_text("ignored/\n", encoding="utf-8")
    (repository / "same.py").write_text("same\n", encoding="utf-8")
    (repository / "gone.py").write_text("gone\n", encoding="utf-8")
    (repository / "old").mkdir()
    (repository / "old" / "moved.py").write_text("moved\n" * 9, encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Begin", cwd=repository)
    (repository / "app.py").write_text(APP + "# before\n", encoding="utf-8")
    (repository / "loose.py").write_text("x\n", encoding="utf-8")
    (repository / "gone.py").unlink()
    (repository / "new").mkdir()
    (repository / "old" / "moved.py").rename(repository / "new" / "moved.py")
    (repository / "staged.py").write_text("y\n", encoding="utf-8")
    git("add", "staged.py", cwd=repository)
    (repository / "ignored").mkdir()
    (repository / "ignored" / "made.py").write_text("x\n", encoding="utf-8")
    (repository / ".env").write_text("A=b\n", encoding="utf-8")
    os.utime(repository / "loose.py", (1_700_000_000, 1_700_000_000))
    captured = Captured(repository, tmp_path / "home")
    uncommitted = [
        ("app.py", "edit", 1, 0),
        ("gone.py", "delete", 0, 1),
        ("loose.py", "create", 1, 0),
        ("new/moved.py", "rename", 0, 0),
        ("staged.py", "create", 1, 0),
    ]
    assert sorted(map(edit, captured.changes())) == uncommitted
    assert all(each.open and each.branch == "main" for each in captured.changes())
    loose = next(each for each in captured.changes() if each.files == ("loose.py",))
    assert loose.created_at.timestamp() == 1_700_000_000
    captured.stop()
    assert sorted(map(edit, captured.start().changes())) == uncommitted
    captured.recorder.opened(captured.root / "app.py", APP + "# before\n")
    captured.save("app.py", APP + "# before\n# after\n")
    assert sorted(map(edit, captured.changes())) == [("app.py", "edit", 2, 0), *uncommitted[1:]]
    git("add", ".", cwd=repository)
    git("commit", "-qm", "All of it", cwd=repository)
    captured.settle()
    assert [each.title for each in captured.changes()] == ["All of it"]
    captured.stop()


def test_what_a_merge_left_at_first_sight_is_not_the_user_s_work(repository: Path, tmp_path: Path, git: Git) -> None:
    git("checkout", "-qb", "side", cwd=repository)
    (repository / "app.py").write_text(APP + "# theirs\n", encoding="utf-8")
    (repository / "theirs.py").write_text("x\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Theirs", cwd=repository)
    git("checkout", "-q", "main", cwd=repository)
    (repository / "app.py").write_text(APP + "# ours\n", encoding="utf-8")
    git("commit", "-qam", "Ours", cwd=repository)
    with pytest.raises(Exception, match="merge"):
        git("merge", "-q", "side", cwd=repository)
    captured = Captured(repository, tmp_path / "home")
    assert captured.changes() == []
    captured.stop()


class Unstarted(Captured):
    """A recorder that hears of things before it looks at anything, as on a slow machine."""

    def __init__(self, root: Path, home: Path, *opened: tuple[str, str], saved: tuple[tuple[str, str], ...]) -> None:
        self.before = opened, saved
        super().__init__(root, home)

    def begin(self) -> None:
        opened, saved = self.before
        for name, text in opened:
            self.recorder.opened(self.write(name, text), text)
        for name, text in saved:
            self.recorder.saved(self.write(name, text))
        super().begin()


@pytest.mark.parametrize("with_git", [True, False], ids=["in a repository", "without git"])
@pytest.mark.parametrize("first_opened", [True, False], ids=["opened first", "saved alone"])
def test_a_file_saved_before_the_first_sight_is_a_change(
    repository: Path, tmp_path: Path, with_git: bool, first_opened: bool
) -> None:
    root = repository if with_git else tmp_path / "plain"
    root.mkdir(exist_ok=True)
    opened = [("new.py", "x = 1\n")] if first_opened else []
    captured = Unstarted(root, tmp_path / "home", *opened, saved=(("new.py", "x = 1\n"),))
    assert edit(captured.one()) == ("new.py", "create", 1, 0)
    captured.recorder.saved(captured.root / "new.py")
    captured.settle()
    assert edit(captured.one()) == ("new.py", "create", 1, 0)
    captured.stop()


@pytest.mark.parametrize("with_git", [True, False], ids=["in a repository", "without git"])
@pytest.mark.parametrize("watch", [True, False])
def test_a_file_saved_as_another_is_opened_before_it_is_saved(
    repository: Path, tmp_path: Path, with_git: bool, watch: bool
) -> None:
    root = repository if with_git else tmp_path / "plain"
    root.mkdir(exist_ok=True)
    captured = Captured(root, tmp_path / "home", watch=watch)
    captured.recorder.opened(captured.write("as.py", "x = 1\n"), "x = 1\n")
    captured.settle()
    captured.recorder.saved(captured.root / "as.py")
    captured.settle()
    assert edit(captured.one()) == ("as.py", "create", 1, 0)
    captured.stop()


def test_losing_the_state_loses_no_memory(captured: Captured) -> None:
    captured.save("app.py", APP + "# one\n")
    captured.stop()
    for path in (captured.home / "capture").rglob("*.sqlite3*"):
        path.unlink()
    captured.start()
    captured.save("app.py", APP + "# one\n# two\n")
    assert len(captured.changes()) == 2


def test_a_second_recorder_hands_over_its_saves_and_takes_over(captured: Captured) -> None:
    other = Captured(captured.root, captured.home)
    assert (captured.recorder.state, other.recorder.state) == ("on", "elsewhere")
    captured.write("app.py", APP + "# told elsewhere\n")
    other.recorder.saved(captured.root / "app.py")
    assert edit(captured.come(1)[0]) == ("app.py", "edit", 1, 0)
    captured.recorder.close()
    until(lambda: other.recorder.state == "on", "the other one's turn")
    other.save("app.py", APP + "# told elsewhere\n# and here\n")
    assert edit(other.one()) == ("app.py", "edit", 2, 0)
    other.stop()


def test_switched_off_nothing_runs(repository: Path, tmp_path: Path) -> None:
    captured = Captured(repository, tmp_path / "home", enabled=False)
    captured.save("app.py", APP + "# x\n")
    assert (captured.recorder.state, captured.changes()) == ("off", [])
    captured.stop()


def test_closing_writes_what_was_saved_and_leaves_no_thread(captured: Captured) -> None:
    before = threading.active_count()
    other = Captured(captured.root, captured.home / "other")
    other.recorder.saved(other.write("app.py", APP + "# at the last moment\n"))
    other.recorder.close()
    assert edit(other.one()) == ("app.py", "edit", 1, 0)
    other.writer.close()
    assert threading.active_count() == before
    assert not other.recorder.settle(0.1) or other.recorder.state == "off"
