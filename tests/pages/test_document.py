from datetime import UTC, datetime, timedelta, timezone

import pytest

from whence.pages.document import document
from whence.values.memory import Change, Decision, FileEdit, Link, Note

pytestmark = pytest.mark.quick

AT = datetime(2026, 11, 3, 23, 30, tzinfo=UTC)
EAST = timezone(timedelta(hours=5, minutes=30))


def test_a_note_reads_as_a_document() -> None:
    note = Note(
        title="Retry *policy*", content="Back off.\n\n- twice", created_at=AT, author="Ada", labels=("net", "http")
    )
    assert document(note, {}, UTC) == (
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
    assert text.endswith(
        f"## Links\n\n- supersedes: The older one (`{first.id}`)\n- part of: a memory that is gone (`{gone.id}`)\n"
    )
    assert decision.markdown() in text


def test_files_that_the_content_names_are_not_listed_again() -> None:
    change = Change(reason="Fix", edits=(FileEdit(path="a.py", diff="+x"),), files=("a.py",))
    assert document(change, {}, UTC).count("a.py") == 1


def test_control_characters_do_not_reach_the_reader() -> None:
    assert "\x1b" not in document(Note(content="a\x1b[31m\u202eb", author="\x07eve"), {}, UTC)


def test_a_memory_of_nearly_nothing_has_a_document() -> None:
    assert document(Change(created_at=AT), {}, UTC) == "# Empty change\n\nChange · 2026-11-03 23:30 · written by hand\n"
