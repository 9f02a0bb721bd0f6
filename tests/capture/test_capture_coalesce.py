from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from whence.capture.coalesce import Draft, Sealed, begun, continues, extended, sealed, treasured
from whence.capture.snapshots import Open
from whence.git.history import Commit
from whence.git.text import digest
from whence.values.memory import Change, FileEdit, Link
from whence.values.settings import CaptureSettings

pytestmark = pytest.mark.quick

AT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
COMMIT = Commit("c" * 40, ("p" * 40,), "Ann", "ann@example.invalid", AT, "Explain\n\nBecause.")
EDIT = FileEdit(path="a.py", added=1, diff="+x")


def open_change(number: int, **values: Any) -> Change:
    return Change(id=str(number), edits=(EDIT,), files=("a.py",), open=True, source="save", project="p", **values)


def test_a_first_save() -> None:
    draft = Draft("1", "a.py", None, None, "x\n", "main", AT)
    change = begun(draft, EDIT, project="p", author="Ann")
    assert (change.id, change.created_at, change.open, change.source, change.branch) == ("1", AT, True, "save", "main")


@pytest.mark.parametrize(
    ("before", "after", "old_path", "vanished"),
    [("a", "a", "", True), (None, None, "", True), ("a", "b", "", False), ("a", "a", "old.py", False)],
)
def test_what_is_back_where_it_started(before: str | None, after: str | None, old_path: str, vanished: bool) -> None:
    assert Draft("1", "a.py", before, "b", after, "", AT, old_path).vanished is vanished


@pytest.mark.parametrize(
    ("minutes", "branch", "text", "stored", "expected"),
    [
        pytest.param(10, "main", "b", True, True, id="soon enough, from where it came to"),
        pytest.param(-10, "main", "b", True, True, id="told of late"),
        pytest.param(11, "main", "b", True, False, id="after a pause"),
        pytest.param(1, "other", "b", True, False, id="on another branch"),
        pytest.param(1, "main", "c", True, False, id="from another text"),
        pytest.param(1, "main", None, True, False, id="of a file that was not there"),
        pytest.param(60, "other", "c", False, True, id="while the first was never written"),
    ],
)
def test_a_burst_of_saves_is_one_change(
    minutes: int, branch: str, text: str | None, stored: bool, expected: bool
) -> None:
    last = Open("1", "a.py", "main", "a", digest("b"), AT.timestamp(), stored=stored, attached=True)
    settings = CaptureSettings(burst_minutes=10)
    assert continues(last, text, branch, AT + timedelta(minutes=minutes), settings) is expected


def test_growing_renews_the_title_unless_someone_wrote_it() -> None:
    edit = FileEdit(path="b.py", old_path="a.py", action="rename")
    assert extended(open_change(1), edit).title == "Renamed b.py from a.py"
    assert extended(open_change(1), edit).files == ("b.py", "a.py")
    assert extended(open_change(1, title="Mine", pinned=True), edit).title == "Mine"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, False),
        ({"pinned": True}, True),
        ({"labels": ("x",)}, True),
        ({"links": (Link(relation="about", target="1"),)}, True),
        ({"importance": 6}, True),
        ({"folder": "x"}, True),
        ({"reason": "why"}, True),
        ({"title": "Mine"}, True),
    ],
)
def test_what_someone_added_to(values: dict[str, Any], expected: bool) -> None:
    assert treasured(open_change(1, **values)) is expected


def test_an_unknown_commit_has_one_id_everywhere() -> None:
    found = Sealed(COMMIT, (EDIT,), "main")
    one, two = sealed(found, None, (), project="p"), sealed(found, None, (), project="p")
    assert one.id == two.id
    assert (one.title, one.created_at, one.author, one.open) == ("Explain", AT, "Ann", False)
    assert one.keys() == (f"commit:{COMMIT.id}",)


def test_a_commit_takes_over_what_its_changes_had() -> None:
    link, other = Link(relation="about", target="1"), Link(relation="about", target="2")
    changes = [
        open_change(1, labels=("x",), links=(link,), reason="Said by me", session="s"),
        open_change(2, labels=("x", "y"), links=(link, other), importance=9, pinned=True, folder="f"),
    ]
    change = sealed(Sealed(COMMIT, (EDIT,), "main", ("1", "2")), changes[0], changes[1:], project="p")
    assert change.id == "1"
    assert change.reason == "Explain\n\nBecause.\n\nSaid by me"
    assert (change.labels, change.links, change.importance) == (("x", "y"), (link, other), 9)
    assert (change.pinned, change.folder, change.session) == (True, "f", "s")
    assert change.title == "Explain"


def test_an_amended_commit_keeps_what_was_said_besides_its_message() -> None:
    kept = sealed(Sealed(COMMIT, (EDIT,), "main"), open_change(1, reason="Said by me"), (), project="p")
    better = Commit("d" * 40, COMMIT.parents, "Ann", COMMIT.email, AT + timedelta(hours=1), "Explain better")
    change = sealed(Sealed(better, (), "main", (), COMMIT), kept, (), project="p")
    assert (change.id, change.commit, change.title) == ("1", "d" * 40, "Explain better")
    assert change.reason == "Explain better\n\nSaid by me"
