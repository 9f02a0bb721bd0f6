from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Git
from whence.git import repositories as front
from whence.git.blame import Blamed, blame

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
    git("config", "--add", "blame.ignoreRevsFile", "gone", cwd=repository)
    found = asked(repository, "call.py")
    assert found.lines == {origin: (1,)}
    assert found.note == "The setting blame.ignoreRevsFile names gone, which can't be read."


@pytest.mark.parametrize(
    ("content", "looked_through", "note"),
    [
        ("{id}\n", True, ""),
        ("{id}", True, ""),
        ("\ufeff{id}\r\n", True, ""),
        ("# formatting\n\n  {id} # the whole\n", True, ""),
        ("{upper}\n", True, ""),
        ("{id}\n{short}\nmain\n", True, "In revs 2 lines are no full id of a commit, and passed over."),
        ("{short}\n", False, "In revs 1 line is no full id of a commit, and passed over."),
        ("{absent}\n{id}\n", True, ""),
        ("{tree}\n{id}\n", True, ""),
        ("", False, ""),
    ],
    ids=[
        "an id",
        "without a line end",
        "as Windows writes it",
        "with remarks",
        "in capitals",
        "with lines of another kind",
        "shortened",
        "with a commit that is not here",
        "with what is no commit",
        "empty",
    ],
)
def test_lists_of_ignored_revisions(
    repository: Path, git: Git, commit: Commit, content: str, looked_through: bool, note: str
) -> None:
    origin = commit("Call", {"call.py": "call(one, two, three)\n"})
    named = commit("Quote", {"call.py": "call('one', 'two', 'three')\n"})
    tree = git("rev-parse", "HEAD^{tree}", cwd=repository)
    text = content.format(id=named, short=named[:12], upper=named.upper(), absent="12" * 20, tree=tree)
    (repository / "revs").write_text(text, encoding="utf-8", newline="")
    git("config", "blame.ignoreRevsFile", "revs", cwd=repository)
    found = asked(repository, "call.py")
    assert found.lines == ({origin: (1,)} if looked_through else {named: (1,)})
    assert found.note == note


def test_where_lists_of_ignored_revisions_may_be(
    repository: Path, git: Git, commit: Commit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    origin = commit("Call", {"call.py": "call(one, two, three)\n"})
    named = commit("Quote", {"call.py": "call('one', 'two', 'three')\n"})
    (repository / "folder").mkdir()
    for place in (tmp_path / "revs", repository / "folder" / "revs"):
        place.write_text(f"{named}\n", encoding="utf-8")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in (str(tmp_path / "revs"), "folder/revs", "~/revs", "./folder/../folder/revs", ":(optional)folder/revs"):
        git("config", "blame.ignoreRevsFile", name, cwd=repository)
        assert (asked(repository, "call.py").lines, name) == ({origin: (1,)}, name)
    # An empty name forgets the lists before it, one that may be missing is not missed, and a folder is no list.
    git("config", "--add", "blame.ignoreRevsFile", "", cwd=repository)
    git("config", "--add", "blame.ignoreRevsFile", ":(optional)gone", cwd=repository)
    assert asked(repository, "call.py").lines == {named: (1,)}
    assert asked(repository, "call.py").note == ""
    git("config", "--add", "blame.ignoreRevsFile", "folder", cwd=repository)
    assert asked(repository, "call.py").note == "The setting blame.ignoreRevsFile names folder, which can't be read."


def test_people_are_named_as_mailmap_names_them(repository: Path, git: Git, commit: Commit) -> None:
    first = git("rev-parse", "HEAD", cwd=repository)
    (repository / ".mailmap").write_text("Proper Name <author@example.invalid>\n", encoding="utf-8")
    assert asked(repository, "app.py").commits[first].author == "Proper Name"


@pytest.mark.parametrize(
    ("people", "author", "year"),
    [
        ("author tester@1-2 1500000000 +0000\ncommitter tester@1-2 1500000000 +0000", "tester", 2017),
        ("author Test Author <a@b> -1 +0000\ncommitter Test Author <a@b> -1 +0000", "Test Author", 1970),
        ("author Test Author <a@b>\ncommitter Test Author <a@b> 1500000000 +0000", "Test Author", 2017),
    ],
    ids=["without brackets", "before 1970", "without a date"],
)
def test_lines_of_odd_commits_have_authors(repository: Path, git: Git, people: str, author: str, year: int) -> None:
    (repository / "app.py").write_text("odd = 1\n", encoding="utf-8")
    git("add", "-A", cwd=repository)
    tree, parent = git("write-tree", cwd=repository), git("rev-parse", "HEAD", cwd=repository)
    raw = f"tree {tree}\nparent {parent}\n{people}\n\nOdd\n"
    (repository.parent / "raw").write_bytes(raw.encode())
    words = ("hash-object", "-t", "commit", "-w", "--literally", str(repository.parent / "raw"))
    id = git(*words, cwd=repository)
    git("update-ref", "HEAD", id, cwd=repository)
    found = asked(repository, "app.py")
    assert found.lines == {id: (1,)}
    assert (found.commits[id].author, found.commits[id].at.year, found.commits[id].summary) == (author, year, "Odd")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-8-sig"])
def test_lines_of_wide_files_are_those_one_sees(repository: Path, git: Git, commit: Commit, encoding: str) -> None:
    def put(*lines: str) -> None:
        mark = "" if encoding == "utf-8-sig" else "\ufeff"
        (repository / "wide.txt").write_bytes((mark + "".join(f"{line}\r\n" for line in lines)).encode(encoding))

    # Each of these characters holds the byte at which git ends lines.
    put("Ċ one ਊ", "two ఊ", "three", "four")
    first = commit("Write", {})
    put("Ċ one ਊ", "two ఊ", "Ċ new three", "four")
    second = commit("Change the third", {})
    assert asked(repository, "wide.txt", 1, 4).lines == {second: (3,), first: (1, 2, 4)}
    assert asked(repository, "wide.txt", 3, 3).lines == {second: (3,)}


def test_lines_of_a_file_that_git_keeps_as_utf8(repository: Path, git: Git, commit: Commit) -> None:
    (repository / ".gitattributes").write_text("*.txt working-tree-encoding=UTF-16 text\n", encoding="utf-8")
    (repository / "wide.txt").write_bytes("one Ċ\ntwo\nthree\n".encode("utf-16"))
    first = commit("Write", {})
    (repository / "wide.txt").write_bytes("one Ċ\ntwo\nTHREE\n".encode("utf-16"))
    second = commit("Shout", {})
    assert asked(repository, "wide.txt", 1, 3).lines == {second: (3,), first: (1, 2)}


def test_lines_that_end_with_carriage_returns_alone(repository: Path, git: Git, commit: Commit) -> None:
    (repository / "old.txt").write_bytes(b"one\rtwo\rthree\nfour\n")
    first = commit("Write", {})
    (repository / "old.txt").write_bytes(b"one\rtwo\rthree\nFOUR\n")
    second = commit("Shout", {})
    assert asked(repository, "old.txt", 1, 4).lines == {second: (4,), first: (1, 2, 3)}
    assert asked(repository, "old.txt", 2, 2).lines == {first: (2,)}


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


PATTERN = (
    "def test_total_of_{0}():\n    cart = make_cart_of_items({0})\n    assert cart.total() == expected_total({0})\n"
)


def test_lines_that_were_copied_are_new(repository: Path, commit: Commit) -> None:
    two = PATTERN.format(2) + f"\n\n{BLOCK}"
    commit("Test two", {"test_two.py": two})
    commit("Compute it twice", {"test_two.py": f"{two}\n\ndef again():\n{BLOCK}"})
    three = f"{PATTERN.format(3)}\n\n{BLOCK}"
    beside = commit("Test three", {"test_three.py": three, "test_two.py": f"{two}\n\ndef again():\n{BLOCK}x = 1\n"})
    commit("Compute it once", {"test_two.py": two})
    again = commit("Compute it twice again", {"test_two.py": f"{two}\n\ndef again():\n{BLOCK}"})
    assert asked(repository, "test_two.py", 17, 20).lines == {again: (17, 18, 19, 20)}
    assert asked(repository, "test_three.py", 6, 13).lines == {beside: tuple(range(6, 14))}


def test_lines_that_were_copied_and_are_in_no_commit_yet_are_not_committed(repository: Path, commit: Commit) -> None:
    first = commit("Compute", {"shop.py": f"def compute():\n{BLOCK}"})
    (repository / "shop.py").write_text(f"def compute():\n{BLOCK}\n\ndef again():\n{BLOCK}", encoding="utf-8")
    assert asked(repository, "shop.py", 2, 19).lines == {"": tuple(range(10, 20)), first: tuple(range(2, 10))}
    (repository / "shop.py").write_text(f"x = 1\n\n\ndef again():\n{BLOCK}", encoding="utf-8")
    assert asked(repository, "shop.py", 5, 12).lines == {first: tuple(range(5, 13))}, "moved they are the same"


def test_a_line_moved_with_a_copy_left_elsewhere_is_moved(repository: Path, git: Git, commit: Commit) -> None:
    first = commit("Compute", {"one.py": f"def compute():\n{BLOCK}", "two.py": f"def other():\n{BLOCK}"})
    (repository / "three.py").write_text(f"def compute():\n{BLOCK}", encoding="utf-8")
    git("rm", "-q", "one.py", cwd=repository)
    commit("Move", {})
    assert asked(repository, "three.py", 2, 9).lines == {first: tuple(range(2, 10))}
