"""What was handed out lately is known to all processes of a project, within bounds."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from whence.capture.handed_out import MOST_PAGES, HandedOut
from whence.values.handed_out import marked


def page(subject: str) -> str:
    told = " ".join(f"the {subject} number {number} was rounded once because cents were lost." for number in range(9))
    return marked(f"# Why {subject}\n\nWhat is known of it by now:\n\n{told}")


def copied(subject: str) -> str:
    return page(subject).partition("\n\n*Whence ")[0]


def test_another_process_knows_what_was_handed_out(tmp_path: Path) -> None:
    assert HandedOut(tmp_path).without(copied("total")) == copied("total")
    HandedOut(tmp_path).keep(page("total"))
    assert HandedOut(tmp_path).without(copied("total")) == ""
    assert HandedOut(tmp_path).without(copied("tax")) == copied("tax")


def test_the_oldest_make_way_and_the_same_page_is_kept_once(tmp_path: Path) -> None:
    handed = HandedOut(tmp_path)
    for number in range(MOST_PAGES + 3):
        handed.keep(page(f"part {number}"))
        handed.keep(page("total"))
    assert len(handed.sketches()) == MOST_PAGES
    assert handed.without(copied("part 0")) == copied("part 0")
    assert handed.without(copied(f"part {MOST_PAGES + 2}")) == handed.without(copied("total")) == ""


def test_no_word_of_a_page_is_kept(tmp_path: Path) -> None:
    HandedOut(tmp_path).keep(page("confidential"))
    with closing(sqlite3.connect(tmp_path / "handed-out.sqlite")) as db:
        assert db.execute("select count(*) from pages").fetchone() == (1,)
    for file in tmp_path.iterdir():
        content = file.read_bytes()
        assert b"confidential" not in content
        assert b"cents" not in content


def test_a_short_page_is_not_kept(tmp_path: Path) -> None:
    HandedOut(tmp_path).keep(marked("# Standup\n\nNothing."))
    assert HandedOut(tmp_path).sketches() == []


@pytest.mark.parametrize("damage", [b"", b"no database at all" * 100], ids=["empty", "overwritten"])
def test_a_damaged_file_costs_no_more_than_what_was_in_it(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / "handed-out.sqlite").write_bytes(damage)
    handed = HandedOut(tmp_path)
    assert handed.sketches() == []
    handed.keep(page("total"))
    assert len(handed.sketches()) == 1
