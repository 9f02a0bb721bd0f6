from pathlib import Path

import pytest

from tests.conftest import Git
from whence.git import history
from whence.git import repositories as front
from whence.git.history import Moved, Step, steps
from whence.git.plumbing import Repository


def found(folder: Path) -> Repository:
    repository = front.find(folder)
    assert repository is not None
    return repository


def moved(*entries: str) -> list[Moved]:
    """Entries `commit message`, the oldest first."""
    return [Moved(*entry.partition(" ")[::2][:1], "0", entry.partition(" ")[2]) for entry in entries]


@pytest.mark.parametrize(
    ("entries", "expected", "done"),
    [
        (["a", "b commit: x"], [Step("commit", "a", "b", "main")], 2),
        (["", "b commit (initial): x"], [Step("commit", "", "b", "main")], 2),
        (["a", "b commit (amend): x"], [Step("amend", "a", "b", "main")], 2),
        (["a", "b commit (merge): x"], [Step("commit", "a", "b", "main")], 2),
        (["a", "b merge side: Fast-forward"], [Step("arrive", "a", "b", "main")], 2),
        (["a", "b pull --ff-only: Fast-forward"], [Step("arrive", "a", "b", "main")], 2),
        (["a", "b cherry-pick: x"], [Step("arrive", "a", "b", "main")], 2),
        (["a", "b reset: moving to HEAD~1"], [Step("arrive", "a", "b", "main")], 2),
        (["a", "a reset: moving to HEAD"], [], 2),
        (["a", "b clone: from x"], [], 2),
        (
            ["a", "b commit: x", "c checkout: moving from side to main", "d commit: y"],
            [Step("commit", "a", "b", "side"), Step("commit", "c", "d", "main")],
            4,
        ),
        (
            ["a", "b rebase (start): checkout x", "c rebase (pick): x", "c rebase (finish): returning to refs/heads/m"],
            [Step("rebase", "a", "c", "main")],
            4,
        ),
        (["a", "b rebase (start): checkout x", "a rebase (abort): returning"], [Step("rebase", "a", "a", "main")], 3),
        (
            ["a", "b pull --rebase o main (start): checkout 1", "c pull --rebase o main (finish): returning to x"],
            [Step("rebase", "a", "c", "main")],
            3,
        ),
        (
            ["a", "b rebase -i (start): checkout x", "c commit (amend): y", "d rebase -i (finish): returning to z"],
            [Step("rebase", "a", "d", "main")],
            4,
        ),
        (
            ["a", "b rebase (start): x", "c rebase: aborting", "d commit: talks of rebase"],
            [Step("rebase", "a", "c", "main"), Step("commit", "c", "d", "main")],
            4,
        ),
    ],
)
def test_what_heads_log_means(entries: list[str], expected: list[Step], done: int) -> None:
    assert steps(moved(*entries), branch="main", rebasing=False) == (expected, done)


def test_a_rebase_under_way_is_left_for_later() -> None:
    entries = moved("a", "b commit: x", "c rebase (start): y", "d rebase (pick): z")
    assert steps(entries, branch="", rebasing=True) == ([Step("commit", "a", "b", "")], 2)
    assert steps(entries, branch="", rebasing=False)[0][1] == Step("rebase", "b", "d", "")


def test_the_log_goes_on_from_where_it_was_read(repository: Path, git: Git) -> None:
    tree = found(repository)
    mark, none = history.log(tree, None)
    assert none is None
    assert history.log(tree, mark)[1] == [Moved(*_last(tree))]
    for number in range(3):
        git("checkout", "-qb", f"b{number}", cwd=repository)
        git("checkout", "-q", "main", cwd=repository)
    newest, since = history.log(tree, mark)
    assert since is not None
    assert [entry.message.split()[-1] for entry in since[1:]] == ["b0", "main", "b1", "main", "b2", "main"]
    assert history.log(tree, newest)[1] == [since[-1]]
    assert history.log(tree, ["another"])[1] is None
    entire = history.log(tree, ())[1]
    assert entire is not None
    assert (entire[0].commit, len(entire)) == ("", 8)


def _last(tree: Repository) -> tuple[str, str, str]:
    entire = history.log(tree, ())[1]
    assert entire is not None
    return entire[-1].commit, entire[-1].when, entire[-1].message


def test_commits_and_what_they_touched(repository: Path, git: Git) -> None:
    tree = found(repository)
    start = git("rev-parse", "HEAD", cwd=repository)
    (repository / "näme x.py").write_text("x = 1\n" * 9, encoding="utf-8")
    (repository / "link").symlink_to("app.py")
    (repository / "picture").write_bytes(b"\0\1")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Füge an\n\nWeil.", cwd=repository, GIT_AUTHOR_DATE="2001-02-03T04:05:06+09:00")
    git("mv", "näme x.py", "moved.py", cwd=repository)
    git("rm", "-q", "app.py", cwd=repository)
    git("commit", "-qm", "Move", cwd=repository, GIT_AUTHOR_DATE="2099-01-01T00:00:00Z")
    one, two = history.commits(tree, history.between(tree, start, "HEAD"))
    assert (one.message, one.author, one.email) == ("Füge an\n\nWeil.", "Test Author", "author@example.invalid")
    assert one.at.isoformat() == "2001-02-02T19:05:06+00:00"
    assert two.at.year < 2099
    first, second = history.touched(tree, one), history.touched(tree, two)
    assert [(f.path, f.status, f.added, f.regular) for f in first] == [
        ("link", "A", 1, False),
        ("näme x.py", "A", 9, True),
        ("picture", "A", None, True),
    ]
    assert [(f.path, f.old_path, f.status, f.removed) for f in second] == [
        ("app.py", "", "D", 2),
        ("moved.py", "näme x.py", "R", 0),
    ]
    (root,) = history.commits(tree, [start])
    assert [(f.path, f.status) for f in history.touched(tree, root)] == [("app.py", "A")]
    assert sorted(history.differing(tree, start, "HEAD")) == ["app.py", "link", "moved.py", "picture"]


def test_a_message_in_an_old_encoding(repository: Path, git: Git) -> None:
    git("-c", "i18n.commitEncoding=latin1", "commit", "-q", "--allow-empty", "-m", "Größe", cwd=repository)
    tree = found(repository)
    (commit,) = history.commits(tree, history.between(tree, "HEAD~1", "HEAD"))
    assert "Gr" in commit.message
    assert "\ufffd" not in commit.message


def test_no_more_commits_than_asked_the_newest_of_them(repository: Path, git: Git) -> None:
    for number in range(5):
        git("commit", "-q", "--allow-empty", "-m", str(number), cwd=repository)
    tree = found(repository)
    ids = history.between(tree, "HEAD~5", "HEAD", most=3)
    assert [commit.message for commit in history.commits(tree, ids)] == ["2", "3", "4"]
    assert history.commits(tree, ["0" * 40]) == []
