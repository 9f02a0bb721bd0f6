from datetime import UTC, datetime, timedelta, timezone

import pytest

from whence.pages.document import document
from whence.values.forge import forge
from whence.values.handed_out import marked, without_ours
from whence.values.memory import Change, Citation, Decision, FileEdit, Link, Note

pytestmark = pytest.mark.quick

AT = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
EAST = timezone(timedelta(hours=5, minutes=30))


def test_a_note_reads_as_a_document() -> None:
    note = Note(
        title="Retry *policy*", content="Back off.\n\n- twice", created_at=AT, author="Ada", labels=("net", "http")
    )
    assert document(note, {}, UTC) == marked(
        "# Retry \\*policy\\*\n\n"
        "Note · 2026-11-03 23:30 · by Ada · written by hand\n\n"
        "Labels: `net` `http`\n\n"
        "Back off.\n\n- twice\n"
    )


def test_the_time_is_the_readers() -> None:
    assert "2026-11-04 05:00" in document(Note(content="x", created_at=AT), {}, EAST)
    assert "2026-11-0" in document(Note(content="x", created_at=AT), {})


def test_everything_known_is_told() -> None:
    first, gone = Note(content="The older one"), Note(content="gone")
    decision = Decision(
        decision="Use LanceDB",
        importance=9,
        pinned=True,
        archived=True,
        folder="team/data",
        files=("db.py", "läng.py"),
        source="assistant",
        links=(Link(relation="supersedes", target=first.id), Link(relation="part_of", target=gone.id)),
    )
    text = document(decision, {first.id: first.title}, UTC)
    for part in ("importance 9", "pinned", "archived", "in `team/data`", "written by an assistant"):
        assert part in text
    assert "Files:\n\n- `db.py`\n- `läng.py`\n" in text
    assert text.partition("\n\n*Whence ")[0].endswith(
        f"## Links\n\n- supersedes: The older one (`{first.id}`)\n- part of: a memory that is gone (`{gone.id}`)"
    )
    assert decision.markdown() in text


def test_files_that_the_content_names_are_not_listed_again() -> None:
    change = Change(reason="Fix", edits=(FileEdit(path="a.py", diff="+x"),), files=("a.py",))
    assert document(change, {}, UTC).count("a.py") == 1


def test_the_lines_that_a_memory_is_about_are_named_once() -> None:
    cited = (
        Citation(path="src/my cart.py", start=10, end=14, symbol="Cart.total", commit="0123456789abcdef" * 2),
        Citation(path="a.py", start=3, end=3),
    )
    note = Note(content="Round once", citations=cited, files=("src/my cart.py", "a.py", "b.py"))
    assert (
        "Lines that it is about:\n\n"
        "- `src/my cart.py:10-14` in `Cart.total` at commit `0123456789ab`\n- `a.py:3`\n\n"
        "Files:\n\n- `b.py`\n\nRound once"
    ) in document(note, {}, UTC)
    linked = document(note, {}, UTC, forge=forge("https://github.com/a/b"))
    assert "at commit [`0123456789ab`](https://github.com/a/b/commit/0123456789abcdef" in linked


def test_control_characters_do_not_reach_the_reader() -> None:
    assert "\x1b" not in document(Note(content="a\x1b[31m\u202eb", author="\x07eve"), {}, UTC)


def test_a_memory_of_nearly_nothing_has_a_document() -> None:
    assert document(Change(created_at=AT), {}, UTC) == marked(
        "# Empty change\n\nChange · 2026-11-03 23:30 · written by hand\n"
    )


def test_a_message_with_noise_stands_whole_at_the_end() -> None:
    message = "Close the pool\n\nIt leaked.\n\nCo-authored-by: Test Author <author@example.org>\nFixes: #12"
    told = document(Change(reason=message, commit="a" * 40), {}, UTC)
    above, _, below = told.partition("## Whole message")
    assert "It leaked." in above
    assert "Refers to #12" in above
    assert "Co-authored-by" not in above
    assert f"\n```\n{message}\n```\n" in below
    assert "Whole message" not in document(Change(reason="Close the pool\n\nIt leaked."), {}, UTC)


def test_a_change_without_a_reason_says_so_plainly() -> None:
    assert "No reason was given." in document(Change(reason="Update tests", commit="a" * 40), {}, UTC)
    assert "No reason was given." in document(Change(commit="a" * 40), {}, UTC)
    assert "No reason" not in document(Change(reason="Close the pool", commit="a" * 40), {}, UTC)
    assert "No reason" not in document(Change(open=True), {}, UTC)


def test_issues_and_commits_lead_to_the_forge_where_there_is_one() -> None:
    change = Change(reason="Close the pool (#7)\n\nSee #12 and __all__.", commit="b" * 40)
    told = document(change, {}, UTC, forge=forge("git@github.com:shop/cart.git"))
    assert "See [#12](https://github.com/shop/cart/issues/12) and \\_\\_all\\_\\_." in told
    assert f"[`{'b' * 12}`](https://github.com/shop/cart/commit/{'b' * 40})" in told
    assert "](" not in document(change, {}, UTC)


def test_a_document_that_is_pasted_is_known_again() -> None:
    told = document(Note(content="The cache is written through", created_at=AT), {}, UTC)
    assert without_ours(f"Look:\n\n{told}\nWhat now?\n") == "Look:\n\n\nWhat now?\n"
