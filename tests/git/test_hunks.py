"""What commits added and removed, line by line, and the branches that they came through."""

from pathlib import Path

import pytest

from tests.conftest import Git
from tests.gitmaking import Made
from whence.git import hunks, notes, repositories
from whence.git.plumbing import Repository


@pytest.fixture
def made(repository: Path, git: Git) -> Made:
    return Made(repository, git)


def found(root: Path) -> Repository:
    repository = repositories.find(root)
    assert repository
    return repository


def test_hunks_of_a_commit(made: Made) -> None:
    made.commit("Begin", a__py="one\ntwo\nthree\n")
    id = made.commit("Change\n\nA reason.", a__py="one\n2\nthree\n+four\n-- five\n", ü__py="new\n")
    (commit,) = hunks.made(found(made.root), [id])
    assert commit.message == "Change\n\nA reason."
    assert commit.author == "Test Author"
    first, second, third = commit.hunks
    assert (first.path, first.start, first.removed, first.added) == ("a.py", 2, ("two",), ("2",))
    assert (second.start, second.added) == (4, ("+four", "-- five"))
    assert (third.path, third.added) == ("ü.py", ("new",))


def test_a_renamed_file_tells_both_names_and_a_deleted_one_its_old_one(made: Made) -> None:
    text = "".join(f"line {number}\n" for number in range(20))
    made.commit("Begin", a__py=text, gone__py="bye\n")
    made.git("mv", "a.py", "b.py")
    made.git("rm", "-q", "gone.py")
    id = made.commit("Rename", b__py=text + "more\n")
    (commit,) = hunks.made(found(made.root), [id])
    assert {(each.old_path, each.path, each.added) for each in commit.hunks} == {
        ("a.py", "b.py", ("more",)),
        ("gone.py", "gone.py", ()),
    }


def test_what_programs_make_and_what_is_too_much_is_left_out(made: Made) -> None:
    long = "".join(f"x = {number}\n" for number in range(hunks.MOST_LINES + 10))
    id = made.commit("Lock", **{"package-lock__json": "{}\n", "a__py": "x" * 5_000 + "\ny\n", "z__py": long})
    (commit,) = hunks.made(found(made.root), [id])
    (only,) = commit.hunks
    assert only.path == "a.py"
    assert [len(line) < 2_100 for line in only.added] == [True, True]


def test_merges_have_no_hunks_and_say_which_branch_commits_came_through(made: Made) -> None:
    made.git("checkout", "-q", "-b", "retry")
    id = made.commit("Retry", a__py="a\n")
    made.git("checkout", "-q", "main")
    made.commit("Other", b__py="b\n")
    made.git("merge", "-q", "--no-ff", "retry", "-m", "Merge pull request #1 from somebody/retry")
    repository = found(made.root)
    listed = hunks.reachable(repository)
    (merge,) = [each for each, merged, _ in listed if merged]
    assert hunks.branches(repository, [(merge, subject) for each, _, subject in listed if each == merge]) == {
        id: frozenset({"retry"})
    }
    assert [each.hunks for each in hunks.made(repository, [merge])] == [()]


def test_merges_of_a_stem_tell_nothing(made: Made) -> None:
    assert hunks.branches(found(made.root), [("0" * 40, "Merge branch 'main' into retry")]) == {}


def test_many_commits_are_read_in_order(made: Made) -> None:
    ids = [made.commit(f"Change {number}", a__py=f"{number}\n") for number in range(5)]
    assert [each.id for each in hunks.made(found(made.root), ids[::-1])] == ids[::-1]
    assert list(hunks.made(found(made.root), [])) == []


def test_notes_stand_beside_their_commits(made: Made) -> None:
    repository = found(made.root)
    first, second = made.commit("One", a__py="1\n"), made.commit("Two", a__py="2\n")
    assert notes.notes(repository, "refs/notes/ai", [first, second]) == {}
    made.git("notes", "--ref=ai", "add", "-m", "hello", second)
    assert notes.notes(repository, "refs/notes/ai", [first, second]) == {second: "hello\n\n"}
