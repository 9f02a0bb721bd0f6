from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from whence.values.errors import InvalidRequest
from whence.values.memory import Decision, Link
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
BEGUN = "def total(items):\n    return 0\n\n\ndef count(items):\n    return len(items)\n"
SUMMED = BEGUN.replace("return 0", "return sum(items)")
ROUNDED = SUMMED.replace("return sum(items)", "return round(sum(items), 2)")


@pytest.fixture
def engine(repository: Path, git: Git) -> Iterator[Engine]:
    """A function whose body was changed twice, the second time in a file of another name."""
    git("remote", "add", "origin", "https://github.com/example/shop", cwd=repository)
    commit(repository, git, "Add a total", "cart.py", BEGUN)
    commit(repository, git, "Sum up the items\n\nThe shop needs a total.\n\nSigned-off-by: A B", "cart.py", SUMMED)
    git("mv", "cart.py", "größe/bill page.py", cwd=folder(repository))
    commit(repository, git, "Name it a bill", "größe/bill page.py", SUMMED)
    commit(repository, git, "Round to cents", "größe/bill page.py", ROUNDED)
    with Engine(repository, PLAIN) as opened:
        opened.import_history()
        yield opened


def folder(repository: Path) -> Path:
    (repository / "größe").mkdir(exist_ok=True)
    return repository


def commit(repository: Path, git: Git, message: str, name: str, text: str) -> None:
    (repository / name).write_text(text, encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", message, cwd=repository)


def test_bands_tell_what_made_which_lines_and_why(engine: Engine) -> None:
    found = engine.why("größe/bill page.py")
    told = [(band.lines, band.title, band.said, band.author) for band in found.bands]
    assert told == [
        ((2,), "Round to cents", "", "Test Author"),
        ((1, 3, 4, 5, 6), "Add a total", "", "Test Author"),
    ]
    assert {band.url for band in found.bands} == {
        f"https://github.com/example/shop/commit/{band.commit}" for band in found.bands
    }
    assert [reason.cited.id for reason in found.reasons] == [band.id for band in found.bands]


def test_a_band_tells_what_is_behind_it_once(engine: Engine) -> None:
    change = engine.why("größe/bill page.py", 2).bands[0]
    decided = Decision(
        decision="Bills have cents", status="proposed", links=(Link(relation="about", target=change.id),)
    )
    engine.project.writer.write([decided])
    (band,) = engine.why("größe/bill page.py", 2).bands
    assert [(led.words, led.cited.id, led.state) for led in band.led] == [("Told of in", decided.id, "proposed")]


def test_the_change_of_a_line_is_shown_and_what_stood_there_is_walked_to(
    engine: Engine, repository: Path, git: Git
) -> None:
    rounded = engine.line_change("größe/bill page.py", 2)
    assert rounded.diff.split("\n")[1:4] == [
        " def total(items):",
        "-    return sum(items)",
        "+    return round(sum(items), 2)",
    ]
    assert (rounded.before, rounded.start, rounded.end) == ("größe/bill page.py", 2, 2)
    assert rounded.diff in rounded.markdown
    earlier = engine.why(rounded.before, rounded.start, rounded.end, at=rounded.parent)
    assert [(band.lines, band.title, band.said) for band in earlier.bands] == [
        ((2,), "Sum up the items", "The shop needs a total.")
    ]
    assert earlier.text == "    return sum(items)"
    summed = engine.line_change(rounded.before, rounded.start, at=rounded.parent)
    assert (summed.file, summed.before, summed.start) == ("cart.py", "cart.py", 2)
    begun = engine.line_change(summed.before, summed.start, at=summed.parent)
    assert (begun.commit, begun.before, begun.start) == (git("rev-parse", "HEAD~3", cwd=repository), "", 0)


def test_behind_the_last_line_the_last_line_is_meant(engine: Engine) -> None:
    assert engine.why("größe/bill page.py", 7).bands[0].lines == (6,)
    with pytest.raises(InvalidRequest, match="no line 8"):
        engine.why("größe/bill page.py", 8)


def test_of_a_line_in_no_commit_nothing_is_shown(engine: Engine, repository: Path) -> None:
    (repository / "größe/bill page.py").write_text(ROUNDED + "TAX = 7\n", encoding="utf-8")
    found = engine.line_change("größe/bill page.py", 7)
    assert (found.markdown, found.commit, found.note) == ("", "", "This line is in no commit yet.")


def test_a_secret_that_was_committed_is_not_shown(engine: Engine, repository: Path, git: Git) -> None:
    password = "hunter" + "2-Zq81xT"
    commit(repository, git, "Connect", "db.py", f"db_password = '{password}'\nhost = 'a'\n")
    found = engine.line_change("db.py", 1)
    assert "db_password" in found.diff
    assert password not in found.diff + found.markdown
    commit(repository, git, "Connect by name", "db.py", "db_password = read()\nhost = 'a'\n")
    later = engine.line_change("db.py", 1)
    assert password not in later.diff + later.markdown
    assert password not in engine.why(later.before, later.start, later.end, at=later.parent).text


def test_of_a_long_new_file_the_part_around_the_line_is_shown(engine: Engine, repository: Path, git: Git) -> None:
    commit(repository, git, "Add numbers", "numbers.txt", "".join(f"row {n}\n" for n in range(1, 2001)))
    found = engine.line_change("numbers.txt", 1000)
    assert "+row 1000\n" in found.diff and "+row 1500\n" not in found.diff
    assert found.note in found.markdown != ""


@pytest.mark.parametrize(
    ("file", "line", "at", "said"),
    [
        ("größe/bill page.py", 99, "", "no line 99"),
        ("absent.py", 1, "", "no file absent.py"),
        ("größe/bill page.py", 1, "--output=x", "no id of a commit"),
        ("größe/bill page.py", 1, "deadbeef" * 5, "no text"),
        ("../outside.py", 1, "", "names no file"),
    ],
    ids=["no such line", "no such file", "an option as commit", "no such commit", "outside"],
)
def test_what_there_is_not_is_refused(engine: Engine, file: str, line: int, at: str, said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        engine.line_change(file, line, at=at)
    if at:
        with pytest.raises(InvalidRequest, match=said):
            engine.why(file, line, at=at)


def test_a_file_is_given_as_a_commit_has_it_and_as_it_was_before(engine: Engine, repository: Path, git: Git) -> None:
    summed = git("log", "--format=%H", "--grep=Sum up", cwd=repository).strip()
    first = git("rev-list", "--max-parents=0", "HEAD", "--", "cart.py", cwd=repository).strip()
    assert engine.text_at("cart.py", summed).text == SUMMED
    assert engine.text_at("cart.py", summed, before=True).text == BEGUN
    assert not engine.text_at("cart.py").there, "it has another name now"
    assert engine.text_at("größe/bill page.py").text == ROUNDED
    for commit in filter(None, (first, "0" * 40)):
        assert not engine.text_at("cart.py", commit, before=True).there, "before the first there is none"
    with pytest.raises(InvalidRequest, match="no id of a commit"):
        engine.text_at("cart.py", "--output=x")


def test_an_earlier_text_comes_without_its_secrets(engine: Engine, repository: Path, git: Git) -> None:
    secret = "ghp_" + "a1B2" * 9
    commit(repository, git, "Call the forge", "forge.py", f'token = "{secret}"\n')
    given = engine.text_at("forge.py").text
    assert secret not in given
    assert given.startswith("token = ")


def test_a_memory_tells_what_can_be_done_with_it(engine: Engine) -> None:
    (hit, *_) = engine.search("Round to cents").hits
    steps = engine.get(hit.id).actions
    assert steps[:2] == ("showChanges", "openCode")
    assert "pin" in steps
    engine.organize([hit.id], pinned=True, archived=True)
    assert {"unpin", "unarchive"} <= set(engine.get(hit.id).actions)
    engine.forget([hit.id])
    assert engine.get(hit.id).actions == ("restore", "copy")


def test_an_open_bug_asks_to_be_resolved(engine: Engine) -> None:
    (bug,) = engine.remember({"kind": "bug", "message": "Totals are off by a cent"}).ids
    assert engine.get(bug).actions[0] == "resolve"
    engine.resolve(bug, "Rounded once, at the end")
    assert "resolve" not in engine.get(bug).actions
