"""Odd and damaged commits in real repositories: none of them costs the others."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.gitmaking import LIMIT, Made, Told
from tests.opened import Engine
from whence.git import branches, history
from whence.git import repositories as front
from whence.git.plumbing import UNREADABLE, objects
from whence.values.memory import Change
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})


@pytest.fixture
def made(repository: Path, git: Git) -> Made:
    return Made(repository, git)


@pytest.fixture
def engine(repository: Path) -> Iterator[Callable[..., Engine]]:
    opened: list[Engine] = []

    def open_one(folder: Path = repository) -> Engine:
        opened.append(Engine(folder, PLAIN, capture=False))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


def changes(engine: Engine) -> list[Change]:
    found = engine.store.newest(Filter(kinds=("change",), archived=True), limit=1000)
    return [each for each in found if isinstance(each, Change)]


WHO = b"Test Author <author@example.invalid>"
AUTHOR, COMMITTER = (word + WHO + b" 1500000000 +0000\n" for word in (b"author ", b"committer "))
PLAIN_HEADERS = AUTHOR + COMMITTER

ODD = {
    "before 1970": b"author " + WHO + b" -90000000 +0000\ncommitter " + WHO + b" -90000000 +0000\n",
    "before 1970 in 64 bits": b"author " + WHO + b" 18446744073619551616 +0000\n" + COMMITTER,
    "without brackets": b"author tester@11aa-22bb 1500000000 +0000\ncommitter tester@11aa-22bb 1500000000 +0000\n",
    "without an author": COMMITTER,
    "with empty lines of people": b"author \ncommitter \n",
    "without a date": b"author " + WHO + b"\ncommitter " + WHO + b"\n",
    "with a zone of six digits": PLAIN_HEADERS.replace(b"+0000", b"+051800"),
    "with a date beyond any": b"author " + WHO + b" 99999999999999999999 +0000\n" + COMMITTER,
    "with a date in words": PLAIN_HEADERS.replace(b"1500000000 +0000", b"Thu Apr 7 2005"),
    "with NULs": b"author Test\0Author <a\0@b> 1500000000 +0000\n" + COMMITTER,
    "with two authors": AUTHOR + b"author Test Author <x@y> 1 +0000\n" + COMMITTER,
    "with an unknown header": PLAIN_HEADERS + b"HG:extra rebase\n",
    "signed": PLAIN_HEADERS + b"gpgsig -----BEGIN-----\n \n x\n -----END-----\n",
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_commit_stops_nothing(made: Made, kind: str) -> None:
    odd = made.literally(ODD[kind])
    made.commit("Afterwards", b__py="b = 1\n")
    told = Told(made.root)
    assert told.subjects() == {"Add the sum", "The odd bison", "Afterwards"}
    assert (told.failure, told.left_out()) == ("", [])
    assert odd in {each.id for each in told.listed}
    assert Told(made.root, limit=2).subjects() == {"The odd bison", "Afterwards"}


@pytest.mark.parametrize(
    ("message", "title"),
    [
        (b"Fix the sum\r\n\r\nIt was off by one.\r\n", "Fix the sum"),
        (b"Fix the \0sum\n", "Fix the sum"),
        (b"Fix the sum", "Fix the sum"),
        (b"\n\n\nFix the sum\n", "Fix the sum"),
        (b"\xef\xbb\xbfFix the sum\n", "Fix the sum"),
        (b"Summe \xe4ndern\n", "Summe ändern"),
        (b"\xff\xfeF\0i\0x\0", "Fix"),
    ],
    ids=["CRLF", "a NUL", "no line end", "empty lines first", "a byte order mark", "western letters", "UTF-16"],
)
def test_odd_messages_have_plain_titles(made: Made, engine: Callable[..., Engine], message: bytes, title: str) -> None:
    made.literally(PLAIN_HEADERS, message)
    opened = engine()
    assert opened.import_history().added == 2
    assert title in {each.title for each in changes(opened)}


def test_commits_without_words_are_imported(made: Made, engine: Callable[..., Engine]) -> None:
    made.literally(PLAIN_HEADERS, b"")
    made.literally(PLAIN_HEADERS, b"\n\n")
    opened = engine()
    assert opened.import_history().added == 3


def test_dates_that_are_not_kept_are_said(made: Made, engine: Callable[..., Engine]) -> None:
    made.literally(ODD["before 1970"])
    opened = engine()
    opened.import_history()
    (odd,) = [each for each in changes(opened) if "bison" in each.title]
    assert odd.created_at == datetime(1970, 1, 1, tzinfo=UTC)
    assert "dated 1967-02-24" in odd.reason


def test_only_commits_since_a_date_where_git_tells_none(made: Made) -> None:
    made.literally(ODD["without brackets"], b"In 2017\n")
    made.literally(ODD["before 1970"], b"Long ago\n")
    told = Told(made.root, since=datetime(2015, 1, 1, tzinfo=UTC))
    assert told.subjects() == {"Add the sum", "In 2017"}
    assert Told(made.root, since=datetime(2018, 1, 1, tzinfo=UTC)).subjects() == {"Add the sum"}


def test_a_history_written_by_another_program(made: Made) -> None:
    stream = b"".join(
        b"commit refs/heads/main\ncommitter <> %d +0000\ndata <<END\nStep %d\nEND\n%sM 100644 inline f%d\ndata 2\nx\n\n"
        % (number * 10, number, b"from refs/heads/main^0\n" if number == 0 else b"", number)
        for number in range(5)
    )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=made.root, input=stream, check=True, capture_output=True)
    assert Told(made.root).subjects() == {"Add the sum", *(f"Step {number}" for number in range(5))}


def test_colours_and_unseen_characters_are_not_kept(made: Made, engine: Callable[..., Engine]) -> None:
    made.literally(
        b"author \x1b[1mTest\x07 Author\x1b[0m <a@b> 1500000000 +0000\n" + COMMITTER,
        b"\x1b[31mFix the sum\x1b[0m\n\n\tIt \x08was\x7f off.\n",
    )
    opened = engine()
    opened.import_history()
    (found,) = [each for each in changes(opened) if each.title == "Fix the sum"]
    assert (found.author, found.reason) == ("Test Author", "Fix the sum\n\n\tIt was off.")


# ---------------------------------------------------------------- odd trees


def entry(mode: str, name: str, id: str) -> bytes:
    return f"{mode} {name}\0".encode() + bytes.fromhex(id)


TREES: dict[str, Callable[[str, str], bytes]] = {
    "modes with a leading zero": lambda blob, tree: entry("040000", "folder", tree) + entry("100644", "z.py", blob),
    "a mode for groups": lambda blob, tree: entry("100664", "z.py", blob),
    "a mode of nothing": lambda blob, tree: entry("0", "z.py", blob),
    "git's own folder": lambda blob, tree: entry("100644", ".git", blob) + entry("100644", "z.py", blob),
    "the folder above": lambda blob, tree: entry("100644", "..", blob) + entry("100644", "z.py", blob),
    "a name with a slash": lambda blob, tree: entry("100644", "x/z.py", blob),
    "a name twice": lambda blob, tree: entry("100644", "z.py", blob) * 2,
    "names out of order": lambda blob, tree: entry("100644", "z.py", blob) + entry("100644", "b.py", blob),
    "an empty name": lambda blob, tree: entry("100644", "", blob),
    "no content": lambda blob, tree: entry("100644", "z.py", "00" * 20),
    "a folder called a file": lambda blob, tree: entry("100644", "z.py", tree),
    "a submodule that nobody names": lambda blob, tree: entry("160000", "z.py", "12" * 20),
    "nothing of a tree": lambda blob, tree: b"nonsense",
}


@pytest.mark.parametrize("kind", TREES)
def test_an_odd_tree_stops_nothing(made: Made, kind: str) -> None:
    blob, tree, last = (made.git("rev-parse", name) for name in ("HEAD:app.py", "HEAD^{tree}", "HEAD"))
    odd = made.object("tree", TREES[kind](blob, tree))
    raw = f"tree {odd}\nparent {last}\n".encode() + PLAIN_HEADERS + b"\nThe odd tree\n"
    after = f"tree {tree}\nparent {made.object('commit', raw)}\n".encode() + PLAIN_HEADERS + b"\nAfterwards\n"
    made.git("update-ref", "HEAD", made.object("commit", after))
    told = Told(made.root)
    assert told.subjects() == {"Add the sum", "The odd tree", "Afterwards"}
    assert (told.failure, told.left_out()) == ("", [])
    assert told.edits("Add the sum")["app.py"].diff


@pytest.mark.parametrize("headers", [b"", b"tree none\n", b"tree " + b"12" * 20 + b"\n"], ids=["no", "odd", "missing"])
def test_a_commit_without_a_tree_stops_nothing(made: Made, headers: bytes) -> None:
    last, tree = made.git("rev-parse", "HEAD"), made.git("rev-parse", "HEAD^{tree}")
    odd = made.object("commit", headers + f"parent {last}\n".encode() + PLAIN_HEADERS + b"\nNo tree\n")
    after = f"tree {tree}\nparent {odd}\n".encode() + PLAIN_HEADERS + b"\nAfterwards\n"
    made.git("update-ref", "HEAD", made.object("commit", after))
    told = Told(made.root)
    assert told.subjects() == {"Add the sum", "No tree", "Afterwards"}


# ---------------------------------------------------------------- live


def test_odd_commits_come_live_with_others(made: Made) -> None:
    first = made.git("rev-parse", "HEAD")
    made.literally(ODD["without brackets"])
    last = made.commit("Afterwards", b__py="b = 1\n")
    repository = front.find(made.root)
    assert repository is not None
    ids = history.between(repository, first, last)
    found = history.ordered(repository, history.commits(repository, ids))
    assert [each.message for each in found] == ["The odd bison", "Afterwards"]
    newest = history.ordered(repository, history.commits(repository, [last]))  # what is behind it git is asked for
    assert [each.message for each in newest] == ["Afterwards"]
    assert branches.first_seen(repository, ["b.py", "app.py"]).keys() == {"b.py", "app.py"}


@pytest.mark.parametrize("kind", ["before 1970", "without brackets", "without a date", "with NULs"])
def test_odd_commits_are_captured(made: Made, tmp_path: Path, kind: str) -> None:
    captured = Captured(made.root, tmp_path / "home")
    try:
        captured.save("app.py", "odd = 1\n")
        made.git("add", "-A")
        tree, last = made.git("write-tree"), made.git("rev-parse", "HEAD")
        odd = made.object("commit", f"tree {tree}\nparent {last}\n".encode() + ODD[kind] + b"\nThe odd bison\n")
        made.git("update-ref", "-m", "commit: The odd bison", "HEAD", odd)
        captured.settle()
        made.commit("Afterwards", b__py="b = 1\n")
        captured.settle()
        found = {each.title: each for each in captured.changes() if each.commit}
    finally:
        captured.stop()
    assert found.keys() == {"The odd bison", "Afterwards"}
    assert found["The odd bison"].files == ("app.py",)


def test_first_sights_in_odd_commits(made: Made) -> None:
    made.put("odd.py", "odd = 1\n")
    made.git("add", "-A")
    tree = made.git("write-tree")
    raw = f"tree {tree}\nparent {made.git('rev-parse', 'HEAD')}\n".encode() + ODD["without a date"] + b"\nOdd\n"
    made.git("update-ref", "HEAD", made.object("commit", raw))
    repository = front.find(made.root)
    assert repository is not None
    assert "app.py" in branches.first_seen(repository, ["odd.py", "app.py"])


# ---------------------------------------------------------------- damage


@pytest.mark.parametrize("how", ["cut", "overwritten", "empty", "gone"])
def test_a_damaged_commit_is_counted_and_the_others_come(made: Made, engine: Callable[..., Engine], how: str) -> None:
    base = made.git("rev-parse", "HEAD")
    made.git("switch", "-qc", "side")
    made.commit("On the side", side__py="s = 1\n")
    made.git("switch", "-q", "main")
    broken = made.commit("Broken", b__py="b = 1\n")
    made.git("merge", "-q", "--no-ff", "-m", "Bring the side in\n\nFor the sheep.", "side")
    made.commit("Last", c__py="c = 1\n")
    made.damage(broken, how)
    told = Told(made.root)
    assert told.subjects() == {"Last", "Bring the side in", "On the side", "Add the sum"}
    assert told.left_out() == [broken]
    assert told.failure == (
        f"1 commit is missing or damaged ({broken[:12]}), and what lies behind it alone is not known."
    )
    assert told.listed[-1].id == base
    done = engine().import_history()
    assert done.added == 4
    assert [(each.count, each.examples) for each in done.left_out] == [(1, (broken[:12],))]
    assert broken[:12] in done.note


@pytest.mark.parametrize("how", ["cut", "gone"])
def test_where_the_newest_commit_is_damaged_the_log_leads_on(
    made: Made, engine: Callable[..., Engine], how: str
) -> None:
    made.commit("Sound", b__py="b = 1\n")
    last = made.commit("Last", c__py="c = 1\n")
    made.damage(last, how)
    opened = engine()
    done = opened.import_history()
    assert {each.title for each in changes(opened)} == {"Add the sum", "Sound"}
    assert [(each.count, each.examples) for each in done.left_out] == [(1, (last[:12],))]
    assert last[:12] in done.note


def test_damaged_contents_cost_no_more_than_themselves(made: Made) -> None:
    made.commit("One", one__txt="".join(f"one {n}\n" for n in range(99)))
    made.commit("Two", two__txt="two\n")
    tree = made.git("rev-parse", "HEAD^{tree}")
    blob = made.git("rev-parse", "HEAD~1:one.txt")
    made.commit("Three", three__txt="three\n")
    names = [made.git("rev-parse", f"HEAD:{name}").encode() for name in ("one.txt", "two.txt", "three.txt")]
    made.damage(blob)
    repository = front.find(made.root)
    assert repository is not None
    assert objects(repository, [*names, *names[::-1], b"nothing"], LIMIT) == (
        [UNREADABLE, b"two\n", b"three\n", b"three\n", b"two\n", UNREADABLE, None]
    )
    told = Told(made.root)
    assert told.edits("One").keys() == {"one.txt"}
    assert "+two" in told.edits("Two")["two.txt"].diff
    made.damage(tree)
    told = Told(made.root)
    assert told.subjects() == {"Add the sum", "One", "Two", "Three"}
    assert told["Two"].note == told["Three"].note == "(what it changed can't be read)"
    assert told.edits("Add the sum")["app.py"].diff


def test_a_past_of_damaged_trees_is_told_by_its_words(made: Made) -> None:
    for number in range(30):
        made.commit(f"Step {number} of many", f__txt=f"{number}\n")
    for number in (3, 10, 11):
        made.damage(made.git("rev-parse", f"HEAD~{number}^{{tree}}"), "gone")
    told = Told(made.root)
    assert len(told.commits) == 31
    lost = {number for number in range(30) if told[f"Step {number} of"].note == "(what it changed can't be read)"}
    assert lost == {27, 26, 20, 19, 18}
    for number in set(range(30)) - lost:
        assert f"+{number}" in told.edits(f"Step {number} of")["f.txt"].diff


def test_a_past_of_nothing_but_damaged_trees_ends(made: Made) -> None:
    for number in range(40):
        made.commit(f"Step {number} of many", f__txt=f"{number}\n")
    for number in range(40):
        made.damage(made.git("rev-parse", f"HEAD~{number}^{{tree}}"), "gone")
    told = Told(made.root)
    assert told.subjects() == {"Add the sum", *(f"Step {number} of many" for number in range(40))}


def test_live_commits_with_missing_contents_are_named(made: Made) -> None:
    one = made.commit("One", one__txt="one\n", two__txt="two\n")
    made.damage(made.git("rev-parse", "HEAD:one.txt"), "gone")
    two = made.commit("Two", one__txt="uno\n", two__txt="due\n")
    repository = front.find(made.root)
    assert repository is not None
    first, second = history.commits(repository, [one, two])
    assert [each.path for each in history.touched(repository, first)] == ["one.txt", "two.txt"]
    assert [each.path for each in history.touched(repository, second)] == ["one.txt", "two.txt"]
    made.damage(made.git("rev-parse", f"{one}^{{tree}}"), "gone")
    assert history.touched(repository, first) == []
