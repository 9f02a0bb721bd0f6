"""What Whence handed out and somebody pasted into a file: no part of what that somebody did."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from whence.capture.handed_out import HandedOut
from whence.values.handed_out import marked

APP = "def add(a, b):\n    return a + b\n"
PAGE = marked("# Why `cart.py`\n\nThe total is rounded once, since cents were lost.\n")
COMMENT = "".join(f"# {line}\n" for line in PAGE.splitlines())
OTHER = marked("# Standup\n\nThree changes, one bug.\n")
LONG = (
    "# Why the total\n\nTold on a Monday, by three changes and a decision.\n\n"
    "The total is rounded once, since cents were lost where each line was rounded by itself.\n\n"
    "The shop noticed in May, when a customer counted by hand and wrote to us; the tax office agrees with them."
)


@pytest.fixture
def captured(repository: Path, tmp_path: Path) -> Iterator[Captured]:
    found = Captured(repository, tmp_path / "home")
    yield found
    found.stop()


@pytest.mark.parametrize("name", ["why.md", "notes/why.txt"])
@pytest.mark.parametrize("text", [PAGE, f"\n\n{PAGE}\n{OTHER}\n"], ids=["a page", "two pages"])
def test_a_file_of_a_page_alone_is_no_memory(captured: Captured, name: str, text: str) -> None:
    captured.save(name, text)
    assert captured.changes() == []
    (captured.root / name).unlink()
    captured.save("app.py", APP + "# mine\n")
    captured.stop()
    captured.start()
    assert [each.files for each in captured.changes()] == [("app.py",)]


@pytest.mark.parametrize("pasted", [PAGE, COMMENT], ids=["as it is", "as a comment"])
@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_beside_a_pasted_page_only_the_own_lines_count(captured: Captured, pasted: str, above: bool) -> None:
    own = APP + "# mine\n"
    captured.save("app.py", pasted + own if above else own + pasted)
    (edit,) = captured.one().edits
    assert [line for line in edit.diff.split("\n") if line[0] in "+-"] == ["+# mine"]
    assert (edit.added, edit.removed) == (1, 0)


def test_a_page_pasted_and_taken_out_again_is_no_edit(captured: Captured) -> None:
    captured.save("app.py", APP + COMMENT)
    captured.save("app.py", APP)
    assert captured.changes() == []


def test_what_is_written_into_a_file_of_a_page_is_the_user_s(captured: Captured) -> None:
    captured.save("why.md", PAGE)
    captured.save("why.md", f"{PAGE}\nWe agree with that.\n")
    (edit,) = captured.one().edits
    assert "+We agree with that." in edit.diff
    assert not [line for line in edit.diff.split("\n") if line.startswith("+") and "cents" in line]


def test_a_commit_tells_no_page_either_and_keeps_the_lines_below_one_where_they_are(
    captured: Captured, git: Git
) -> None:
    captured.save("app.py", COMMENT + APP + "# mine\n")
    git("commit", "-qam", "Mine", cwd=captured.root)
    captured.settle()
    assert "cents" not in captured.one().model_dump_json()
    captured.save("app.py", COMMENT + APP + "# mine\n# more\n")
    below = COMMENT.count("\n") + 1
    assert captured.changes()[1].edits[0].diff.startswith(f"@@ -{below},3 +{below},4 @@")


def test_a_page_whose_mark_was_lost_is_no_memory_in_a_file_of_prose(captured: Captured) -> None:
    copied = marked(LONG).partition("\n\n*Whence ")[0] + "\n"
    HandedOut(captured.home).keep(marked(LONG))
    captured.save("why.md", copied)
    assert captured.changes() == []
    captured.save("why.md", f"{copied}\nWe agree with that.\n")
    (edit,) = captured.one().edits
    assert [line for line in edit.diff.split("\n") if line.startswith("+") and line[1:].strip()] == [
        "+We agree with that."
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("total.py", '"""' + LONG + '"""\n', id="code, whatever stands in it"),
        pytest.param(
            "note.md", "I wonder.\n\n" + LONG.split("\n\n")[2] + "\n\nIs it so?\n", id="a line that is quoted"
        ),
    ],
)
def test_what_merely_holds_words_of_a_page_is_the_user_s(captured: Captured, name: str, text: str) -> None:
    HandedOut(captured.home).keep(marked(LONG))
    captured.save(name, text)
    assert captured.one().files == (name,)
