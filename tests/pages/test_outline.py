import json
import random
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from whence.pages import welcomes
from whence.pages.dates import said
from whence.pages.nodes import TOOLTIP_CHARACTERS, memory_node
from whence.pages.outline import children, narrowed
from whence.pages.rows import Found, Hint, Kind, Leaf, Now, Pinned, Row, State, Stretch, Top, Year, parse_id
from whence.pages.welcomes import Folder
from whence.store import Store
from whence.values.errors import InvalidRequest
from whence.values.memory import (
    KINDS,
    Bug,
    Change,
    Conversation,
    Decision,
    FileEdit,
    MemoryBase,
    Message,
    Note,
    Session,
    Summary,
)
from whence.values.protocol import TreeNode

pytestmark = pytest.mark.quick

MANIFEST = Path(__file__).parents[2] / "package.json"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(str(tmp_path / "datä base"))
    yield opened
    opened.close()


def change(at: datetime, number: int = 0, **fields: object) -> Change:
    return Change.model_validate({"reason": f"change {number}", "created_at": at, **fields})


def below(store: Store, parent: str = "", zone: timezone | ZoneInfo | None = UTC, file: str = "") -> list[TreeNode]:
    return children(parent, store, zone, NOW, file=file)


def labels(store: Store, parent: str = "", file: str = "") -> list[str]:
    return [node.label for node in below(store, parent, file=file)]


def row(store: Store, *labels: str) -> str:
    """Id of the row that these labels lead to."""
    id = ""
    for label in labels:
        id = next(node.id for node in below(store, id) if node.label == label)
    return id


def walk(store: Store, parent: str = "") -> Iterator[TreeNode]:
    for node in below(store, parent):
        yield node
        if node.expandable != "no":
            yield from walk(store, node.id)


def test_an_empty_memory_has_no_groups(store: Store) -> None:
    assert below(store) == []


GROUPS = ["Now", "Decisions", "Bugs", "Changes", "Conversations", "Notes"]
"""The groups that always stand there once anything is remembered."""


def test_the_groups_are_now_and_pinned_and_the_kinds(store: Store) -> None:
    store.put([Note(content="n"), change(NOW), Decision(decision="d", pinned=True), Session(goal="s", ended_at=NOW)])
    nodes = below(store)
    assert [node.label for node in nodes] == ["Now", "Pinned", *GROUPS[1:], "Sessions"]
    assert [node.description for node in nodes] == ["", "", "1", "none yet", "1", "none yet", "1", "1"]
    assert {node.context_value for node in nodes} == {"group"}
    store.put([Note(content="archived", archived=True, pinned=True)])
    assert labels(store, "pinned") == ["d"]


def test_a_group_tells_how_many_ask_for_something(store: Store) -> None:
    store.put([Bug(message="a"), Bug(message="b"), Bug(message="c", resolved=True), Session(goal="s")])
    told = {node.label: node.description for node in below(store)}
    assert (told["Bugs"], told["Sessions"]) == ("2 open", "1 active")
    store.put([change(NOW, n) for n in range(1200)])
    assert {node.label: node.description for node in below(store)}["Changes"] == "1,200"


def test_an_empty_group_says_what_to_do_next(store: Store) -> None:
    store.put([Note(content="n", created_at=NOW - timedelta(days=1))])
    for parent in ("now", "kind/decision", "kind/bug", "kind/change", "kind/conversation"):
        (hint,) = below(store, parent)
        assert hint.command.startswith("whence.")
        assert hint.label.endswith("…")
        assert len(hint.label) <= 16, "it is read whole in a side bar of 200 pixels"
        assert (hint.context_value, hint.expandable, hint.memory) == ("hint", "no", "")
        assert hint.tooltip
        assert isinstance(parse_id(hint.id), Hint)
        assert below(store, hint.id) == []
    assert labels(store, "kind/note") == ["n"]


@pytest.mark.parametrize(
    ("folder", "label", "said"),
    [
        (Folder(), "Import history…", "Import the commits that are there: each becomes one. What you save appears"),
        (Folder(noticed=False), "Import history…", "Import the commits that are there: each becomes one."),
        (Folder(git=False), "Nothing yet", "no git repository to import any from. What you save appears here"),
        (Folder(git=False, noticed=False), "Nothing yet", "no git repository to import any from."),
        (Folder(trusted=False, noticed=False), "Trust it…", "nothing is noticed, and git is not run."),
    ],
    ids=["with a past", "not noticed", "no git", "neither", "not trusted"],
)
def test_what_to_do_without_changes_is_what_can_be_done(store: Store, folder: Folder, label: str, said: str) -> None:
    (hint,) = children("kind/change", store, UTC, NOW, folder=folder)
    (now,) = children("now", store, UTC, NOW, folder=folder)
    assert hint.label == label
    assert said in hint.tooltip
    assert ("appears here" in hint.tooltip, "appears here" in now.tooltip) == (folder.noticed, folder.noticed)


def test_what_a_hint_runs_is_a_command_of_the_editor() -> None:
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    known = {each["command"] for each in manifest["contributes"]["commands"]}
    hints = [welcomes.of_file("a.py"), welcomes.of_words("a"), *welcomes.of_now()]
    hints += [hint for kind in welcomes.KINDS_SHOWN for hint in welcomes.of_kind(kind)]
    assert {hint.command for hint in hints} <= known
    assert set(welcomes.KINDS_SHOWN) <= KINDS.keys()


def test_each_empty_group_shows_a_picture_that_comes_along() -> None:
    ways = (Folder(), Folder(git=False), Folder(trusted=False))
    hints = [
        *welcomes.of_now(),
        *(row for kind in welcomes.KINDS_SHOWN for way in ways for row in welcomes.of_kind(kind, way)),
    ]
    carried = {picture.stem for picture in (MANIFEST.parent / "media" / "welcome").glob("*.svg")}
    assert {hint.picture for hint in hints} == carried


def test_archived_and_deleted_memories_have_places_of_their_own(store: Store) -> None:
    store.put([Note(content="a", archived=True), Note(content="b", deleted_at=NOW), change(NOW, deleted_at=NOW)])
    assert labels(store) == [*GROUPS, "Archive", "Bin"]
    assert [node.context_value for node in below(store, row(store, "Archive"))] == [
        "memory note can-edit can-link can-pin can-copy can-unarchive can-delete"
    ]
    assert {node.label for node in below(store, row(store, "Bin"))} == {"b", "change 0"}
    store.put([Note(content=f"old {n}", archived=True, created_at=NOW - timedelta(days=n)) for n in range(1, 120)])
    pages = below(store, "archive")
    assert (len(pages), pages[-1].label) == (101, "Older")
    assert len(below(store, pages[-1].id)) == 20


def test_now_holds_what_is_open_and_what_was_learned_today(store: Store) -> None:
    old = NOW - timedelta(days=3)
    store.put(
        [
            Session(goal="Ship it", created_at=NOW),
            Session(goal="Done", ended_at=NOW),
            change(NOW - timedelta(hours=1), 1, open=True),
            change(NOW, 2),
            change(NOW, 3, discarded=True),
            Bug(message="still open", created_at=old),
            Bug(message="solved", resolved=True),
            Decision(decision="decided today", created_at=NOW - timedelta(hours=2)),
            Note(content="noted before", created_at=old),
            Note(content="pinned today", pinned=True, created_at=NOW),
        ]
    )
    nodes = below(store, "now")
    assert [(node.label, node.description, node.icon) for node in nodes] == [
        ("Ship it", "active · today 12:00", "record"),
        ("change 1", "today 11:00", "edit"),
        ("still open", "open · Wednesday", "bug"),
        ("decided today", "today 10:00", "law"),
    ]
    assert nodes[0].context_value == "memory session can-edit can-link can-pin can-copy can-archive can-delete"
    assert below(store, nodes[0].id) == []


def test_now_is_short_and_the_other_open_bugs_wait_behind_a_row(store: Store) -> None:
    store.put([Bug(message=f"bug {n}", created_at=NOW - timedelta(days=n)) for n in range(9)])
    nodes = below(store, "now")
    assert [node.label for node in nodes] == [*(f"bug {n}" for n in range(5)), "More open bugs"]
    assert labels(store, nodes[-1].id) == [f"bug {n}" for n in range(5, 9)]


def test_a_bug_that_has_been_open_for_years_is_no_news(store: Store) -> None:
    store.put([Bug(message=f"bug {n}", created_at=NOW - timedelta(days=60 * n)) for n in (0, 1, 2, 20)])
    assert labels(store, "now") == ["bug 0", "bug 1"]
    assert labels(store, "kind/bug") == ["bug 0", "bug 1", "bug 2", "bug 20"]


def test_a_kind_with_several_states_is_grouped_by_them(store: Store) -> None:
    store.put([Bug(message="open one", created_at=NOW), Bug(message="solved", resolved=True)])
    assert [(n.label, n.description, n.expandable) for n in below(store, row(store, "Bugs"))] == [
        ("open one", "open · today 12:00", "no"),
        ("Resolved", "1", "collapsed"),
    ]
    assert labels(store, row(store, "Bugs", "Resolved")) == ["solved"]
    turn = (Message(role="user", content="hello"),)
    store.put([Conversation(messages=turn, labels=("über alles/1",)), Conversation(messages=turn)])
    assert labels(store, row(store, "Conversations")) == ["hello", "Über alles/1"]
    assert len(below(store, row(store, "Conversations", "Über alles/1"))) == 1


def test_what_is_not_in_force_any_more_stands_behind_what_is(store: Store) -> None:
    store.put(
        [
            Decision(decision="in force", created_at=NOW - timedelta(days=1)),
            Decision(decision="asked", status="proposed", created_at=NOW - timedelta(days=40)),
            Decision(decision="given up", status="superseded"),
            Decision(decision="never", status="rejected"),
        ]
    )
    nodes = below(store, "kind/decision")
    assert [(node.label, node.icon) for node in nodes] == [
        ("asked", "question"),
        ("in force", "law"),
        ("Rejected", "folder"),
        ("Superseded", "folder"),
    ]
    assert [node.description for node in nodes[:2]] == ["proposed · 12 Oct", "yesterday"]
    assert [node.label for node in below(store, nodes[-1].id)] == ["given up"]


def test_a_state_opens_where_nothing_stands_before_it(store: Store) -> None:
    store.put([Bug(message="solved", resolved=True)])
    assert [(node.label, node.expandable) for node in below(store, "kind/bug")] == [("Resolved", "expanded")]


def test_bugs_that_a_commit_made_known_are_fixes(store: Store) -> None:
    fixed = Bug(message="Total of an empty cart", commit="c0ffee", resolved=True, created_at=NOW - timedelta(days=1))
    store.put([fixed, Bug(message="met", created_at=NOW), Bug(message="back again", commit="facade", created_at=NOW)])
    assert labels(store) == [*GROUPS[:3], "Fixes", *GROUPS[3:]]
    assert set(labels(store, "kind/bug")) == {"met", "back again"}
    (node,) = below(store, row(store, "Fixes"))
    assert (node.label, node.description, node.icon) == ("Total of an empty cart", "yesterday", "pass")
    assert node.context_value == "memory bug can-edit can-link can-pin can-copy can-archive can-delete"


def test_a_text_finds_rows(store: Store) -> None:
    note = Note(content="found")
    store.put([note])
    nodes = children("found/a%20b", store, UTC, NOW, find=lambda text: [note] if text == "a b" else [])
    assert [(node.label, node.id) for node in nodes] == [("found", f"found/a%20b/memory/{note.id}")]
    (hint,) = children("found/c", store, UTC, NOW)
    assert (hint.label, hint.command) == ("Clear the filter", "whence.clearFilter")


def test_rows_of_one_file_alone(store: Store) -> None:
    store.put(
        [
            change(NOW, 1, files=("src/cart.py",)),
            change(NOW - timedelta(days=40), 2, files=("src/cart.py",)),
            change(NOW, 3, files=("src/other.py",)),
            Bug(message="in the cart", files=("src/cart.py",), created_at=NOW),
            Note(content="of nothing"),
        ]
    )
    assert labels(store, file="src/cart.py") == ["Now", "Bugs", "Changes"]
    assert labels(store, "now", file="src/cart.py") == ["in the cart"]
    assert labels(store, "kind/change", file="src/cart.py") == ["change 1", "change 2"]
    assert labels(store, "kind/change", file="src") == ["change 3", "change 1", "change 2"]
    (hint,) = below(store, file="src/new.py")
    assert (hint.label, hint.command) == ("Ask why new.py is so", "whence.why")
    assert below(store, hint.id, file="src/new.py") == []


@pytest.mark.parametrize(
    ("parent", "file", "told"),
    [
        ("", "", ""),
        ("now", "", ""),
        ("", "src/cart.py", "Showing only cart.py"),
        ("found/total%20price", "", "Showing what fits “total price”"),
        ("found/total", "src/cart.py", "Showing what fits “total”, only cart.py"),
    ],
)
def test_what_is_not_shown_is_said(parent: str, file: str, told: str) -> None:
    assert narrowed(parent, file) == told


# ---------------------------------------------------------------- by time


def changes_of(days: Iterable[int]) -> list[Change]:
    return [change(NOW - timedelta(days=day, minutes=n), day) for n, day in enumerate(days)]


def test_the_newest_titles_stand_in_the_group_itself(store: Store) -> None:
    store.put(changes_of((0, 1, 3, 30, 400)))
    assert [(node.label, node.description) for node in below(store, "kind/change")] == [
        ("change 0", "today 12:00"),
        ("change 1", "yesterday"),
        ("change 3", "Wednesday"),
        ("change 30", "22 Oct"),
        ("change 400", "17 Oct 2025"),
    ]


def test_where_memories_come_by_the_dozen_the_title_has_the_room_of_the_icon(store: Store) -> None:
    store.put([change(NOW, 1), change(NOW, 2, open=True, pinned=True), change(NOW, 3, pinned=True)])
    assert sorted(node.icon for node in below(store, "kind/change")) == ["", "", "edit"]
    assert {node.icon for node in below(store, "pinned")} == {"edit", "git-commit"}


def test_what_is_left_waits_in_today_yesterday_this_week_and_months(store: Store) -> None:
    store.put(changes_of([*[0] * 20, *[1] * 2, *[3] * 3, 19, 49, *[400] * 4]))
    nodes = below(store, "kind/change")
    assert [node.label for node in nodes[:15]] == ["change 0"] * 15
    assert [(node.label, node.description, node.expandable) for node in nodes[15:]] == [
        ("Earlier today", "5", "collapsed"),
        ("Yesterday", "2", "collapsed"),
        ("This week", "3", "collapsed"),
        ("November", "1", "collapsed"),
        ("October", "1", "collapsed"),
        ("October 2025", "4", "collapsed"),
    ]
    sizes = [len(below(store, node.id)) for node in nodes[15:]]
    assert sizes == [5, 2, 3, 1, 1, 4]
    when = [below(store, node.id)[0].description for node in nodes[16:19]]
    assert when == ["11:40", "Wednesday", "2 Nov"]


def test_years_are_rows_once_there_are_enough_months(store: Store) -> None:
    store.put(
        [
            *changes_of([0] * 15),
            *(change(datetime(2026 - n // 12, 12 - n % 12, 5, tzinfo=UTC), n) for n in range(12, 40)),
        ]
    )
    store.put([change(datetime(2026, month, 5, tzinfo=UTC), month) for month in range(1, 8)])
    nodes = below(store, "kind/change")[15:]
    named = [*("July", "June", "May", "April", "March", "February", "January"), "2025", "2024", "2023"]
    assert [node.label for node in nodes] == named
    assert [node.description for node in nodes[-3:]] == ["12", "12", "4"]
    months = below(store, nodes[-1].id)
    assert [(node.label, node.id) for node in months] == [
        (name, f"kind/change/2023-{number}")
        for name, number in zip(("December", "November", "October", "September"), ("12", "11", "10", "09"), strict=True)
    ]
    assert labels(store, months[0].id) == ["change 36"]


def test_a_year_is_one_row_where_its_months_were_too_many_beside_those_before(store: Store) -> None:
    store.put(changes_of([0] * 15))
    store.put([change(datetime(2026, month, 5, tzinfo=UTC), month) for month in (3, 4)])
    store.put([change(datetime(2025, month, 5, tzinfo=UTC), month) for month in range(1, 13)])
    store.put([change(datetime(2024, month, 5, tzinfo=UTC), month) for month in (1, 2)])
    rows = [node.label for node in below(store, "kind/change")[15:]]
    assert rows == ["April", "March", "2025", "2024"]


def test_days_begin_at_the_users_midnight(store: Store) -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    store.put([change(at, 1), change(at + timedelta(hours=1), 2)])
    east = timezone(timedelta(hours=5, minutes=30))
    told = [[node.description for node in below(store, "kind/change", zone)] for zone in (UTC, east)]
    assert told == [["today 00:30", "yesterday"], ["today 06:00", "today 05:00"]]
    assert labels(store, "kind/change/yesterday") == ["change 1"]
    assert below(store, "kind/change/yesterday", east) == []


def test_a_day_on_which_the_clocks_change_has_all_its_hours(store: Store) -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)  # 25 October is 25 hours long there
    store.put([change(begin + timedelta(hours=hours, minutes=30), hours) for hours in range(-1, 26)])
    for day, count in ((24, 1), (25, 25), (26, 1)):
        noon = datetime(2026, 10, day, 12, tzinfo=zone)
        today = children("kind/change/today", store, zone, noon)
        tomorrow = children("kind/change/today", store, zone, noon + timedelta(days=1))
        assert len(today) - len(tomorrow) == count


@pytest.mark.parametrize("parent", ["pinned", "kind/note", "kind/change/today", "kind/decision", "kind/bug/in/fixed"])
def test_more_memories_wait_behind_older(store: Store, parent: str) -> None:
    # All at two moments: the cursor tells apart memories of the same microsecond too.
    moments = [NOW - timedelta(hours=1), NOW - timedelta(hours=1, microseconds=1)]
    store.put([Note(content=f"n{n}", created_at=moments[n % 2], pinned=True) for n in range(230)])
    store.put([Decision(decision=f"d{n}", created_at=moments[n % 2]) for n in range(230)])
    store.put([Bug(message=f"b{n}", created_at=moments[n % 2], commit="c0ffee", resolved=True) for n in range(230)])
    store.put([change(moments[n % 2], n) for n in range(230)])
    sizes, seen = [], []
    while parent:
        nodes = below(store, parent)
        memories = [node for node in nodes if node.memory]
        sizes.append(len(memories))
        seen += [node.memory for node in memories]
        parent = nodes[-1].id if nodes[-1].label == "Older" else ""
    assert sizes == [100, 100, 30]
    assert len(set(seen)) == 230


def test_exactly_one_page_has_no_older(store: Store) -> None:
    store.put([Note(content=f"n{n}") for n in range(100)])
    assert [node.label for node in below(store, "kind/note")].count("Older") == 0


def test_ids_are_unique_and_lead_to_every_memory(store: Store) -> None:
    pick = random.Random(2)
    memories: list[MemoryBase] = [
        *(Note(content=f"n{n}", pinned=n % 5 == 0) for n in range(30)),
        *(change(NOW - timedelta(hours=pick.randint(0, 2000)), n, pinned=n % 7 == 0) for n in range(60)),
        Decision(id="an id/with ~odd % signs", decision="d", pinned=True),
    ]
    store.put(memories)
    nodes = list(walk(store))
    assert len({node.id for node in nodes}) == len(nodes)
    twice = [node.memory for node in nodes if node.id.startswith(("pinned/", "now/")) and node.memory]
    assert {each.id for each in memories if each.pinned} <= set(twice)
    shown = sorted(node.memory for node in nodes if node.memory)
    assert shown == sorted([*twice, *(each.id for each in memories)])
    for node in nodes:
        found = parse_id(node.id)
        assert isinstance(found, Leaf) == bool(node.memory)
        if isinstance(found, Leaf):
            assert found.memory == node.memory
            assert below(store, node.id) == []


CURSOR = (datetime(2026, 11, 3, 10, 11, 12, 123456, tzinfo=UTC), "a~b/c")


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        ("", Top()),
        ("pinned", Pinned()),
        ("pinned/older/1793700672123456~a%7Eb%2Fc", Pinned(CURSOR)),
        ("kind/note", Kind("note")),
        ("kind/note/older/1793700672123456~a%7Eb%2Fc", Kind("note", CURSOR)),
        ("now", Now()),
        ("now/hint", Hint()),
        ("hint", Hint()),
        ("kind/note/hint", Hint()),
        ("found/a%2Fb", Found("a/b")),
        ("kind/change", Kind("change")),
        ("kind/bug/in/a%2Fb", State("bug", "a/b")),
        ("kind/change/today", Stretch("change", "today")),
        ("kind/change/2026-11", Stretch("change", "2026-11")),
        ("kind/change/year/2026", Year("change", 2026)),
        ("kind/change/week/older/1793700672123456~a%7Eb%2Fc", Stretch("change", "week", CURSOR)),
        ("pinned/memory/x", Leaf("x")),
        ("kind/note/memory/a%2Fb", Leaf("a/b")),
        ("kind/change/2026-11/memory/x", Leaf("x")),
    ],
)
def test_an_id_says_what_is_below_it(id: str, expected: Row) -> None:
    assert parse_id(id) == expected


@pytest.mark.parametrize(
    "id",
    [
        "nonsense",
        "/",
        "kind",
        "kind/",
        "kind/nothing",
        "kind/note/today",
        "kind/note/2026-11",
        "kind/note/older/",
        "kind/note/older/x~y",
        "kind/note/older/1~",
        "kind/note/older/99999999999999999999~x",
        "kind/change/2026-13",
        "kind/change/2026-00",
        "kind/change/202611",
        "kind/change/2026-11-03",
        "kind/change/tomorrow",
        "kind/change/0001-01",
        "kind/change/9999-12",
        "kind/change/year",
        "kind/change/year/20",
        "kind/change/year/9999",
        "kind/change/older/yesterday",
        "kind/change/year/2026/memory/x",
        "pinned/hint",
        "current",
        "pinned/memory/",
        "pinned/memory/x/memory/y",
        "pinned/older/1~x/older/1~x",
        "memory/x" + "/memory/x" * 50_000,
        "\x00",
        "pinned\n",
        "PINNED",
        "a\ud800",
    ],
    ids=lambda id: ascii(id[:30]),
)
def test_a_malformed_id_is_refused(store: Store, id: str) -> None:
    with pytest.raises(InvalidRequest, match="row"):
        children(id, store, UTC, NOW)


def test_any_id_is_parsed_or_refused() -> None:
    pick = random.Random(4)
    parts = [
        "pinned",
        "kind",
        "note",
        "change",
        "older",
        "memory",
        "2026-11",
        "today",
        "year",
        "now",
        "hint",
        "1~x",
        "",
        "~",
        "%",
        "x",
        "-5~é",
        "0~%ff",
    ]
    for _ in range(3000):
        id = "/".join(pick.choices(parts, k=pick.randint(0, 7)))
        try:
            parse_id(id)
        except InvalidRequest:
            continue


@pytest.mark.parametrize(
    ("ago", "within", "told"),
    [
        (timedelta(0), "", "today 12:00"),
        (timedelta(0), "today", "12:00"),
        (timedelta(hours=13), "", "yesterday"),
        (timedelta(hours=13), "yesterday", "23:00"),
        (timedelta(days=2), "", "Thursday"),
        (timedelta(days=2), "week", "Thursday"),
        (timedelta(days=6), "", "Sunday"),
        (timedelta(days=7), "", "14 Nov"),
        (timedelta(days=7), "2026-11", "14 Nov"),
        (timedelta(days=330), "", "26 Dec 2025"),
        (timedelta(days=330), "2025-12", "26 Dec"),
        (-timedelta(days=1), "", "22 Nov"),
        (-timedelta(days=400), "", "26 Dec 2027"),
    ],
)
def test_a_moment_as_people_say_it(ago: timedelta, within: str, told: str) -> None:
    assert said(NOW - ago, NOW, UTC, within) == told


def edited(path: str, action: str = "edit", **fields: object) -> FileEdit:
    return FileEdit.model_validate({"path": path, "action": action, **fields})


@pytest.mark.parametrize(
    ("fields", "label", "beside"),
    [
        ({"edits": (edited("src/app/cart.py"),)}, "cart.py", "src/app"),
        ({"edits": (edited("cart.py", symbols=("Cart.total", "Cart.tax")),)}, "cart.py: Cart.total, Cart.tax", ""),
        ({"edits": (edited("a/new.py", "create", symbols=("f",)),)}, "new.py (new)", "a"),
        ({"edits": (edited("a/old.py", "delete"), edited("b.py"))}, "old.py (deleted) and 1 more", "a"),
        ({"edits": (edited("a/b.py", "rename", old_path="a/c.py"),)}, "b.py (was c.py)", "a"),
        ({"edits": (edited("a/b.py", "rename", old_path="b.py"),)}, "b.py (from the top)", "a"),
        ({"edits": (edited("a/b.py", "rename", old_path="x/b.py"),)}, "b.py (from x)", "a"),
        ({"edits": (edited("a/test_b.py", "test"),)}, "test_b.py (tested)", "a"),
        ({"edits": (edited("a/b.py"),), "title": "Round the total"}, "Round the total", "a"),
        ({"edits": (edited("a/b.py"),), "reason": "Round the total (#12) (#14)\n\nTwice."}, "Round the total", ""),
        ({"edits": (edited("a/b.py"),), "discarded": True}, "b.py", "discarded"),
        ({"reason": "(#12)"}, "(#12)", ""),
        ({}, "Empty change", ""),
    ],
)
def test_a_change_is_named_by_what_tells_it_from_others(fields: dict[str, object], label: str, beside: str) -> None:
    memory = Change.model_validate({"created_at": NOW - timedelta(days=1), **fields})
    node = memory_node(memory, "pinned", UTC, NOW)
    assert node.label == label
    assert node.description == (f"{beside} · yesterday" if beside else "yesterday")


def test_the_row_of_a_memory() -> None:
    memory = change(
        NOW - timedelta(days=3),
        1,
        edits=(FileEdit(path="src/ä b.py", added=3, removed=1),),
        files=("src/ä b.py", "other.py"),
        commit="f6ac358aa01fbc9922ddee00112233445566aabb",
        pinned=True,
    )
    node = memory_node(memory, "pinned", UTC, NOW)
    assert (node.id, node.memory, node.label) == (f"pinned/memory/{memory.id}", memory.id, "change 1")
    assert node.description == "Wednesday"
    assert "Wednesday 18 November 2026, 12:00 · +3 -1 f6ac358a" in node.tooltip
    assert (node.icon, node.context_value, node.expandable) == (
        memory.icon,
        "memory change can-showChanges can-openCode can-edit can-link can-unpin can-copy can-archive can-delete",
        "no",
    )
    assert node.location
    assert (node.location.path, node.location.line) == ("src/ä b.py", 1)
    plain = memory_node(Note(content="x", created_at=NOW), "kind/note", UTC, NOW)
    assert (plain.context_value, plain.location, plain.description) == (
        "memory note can-edit can-link can-pin can-copy can-archive can-delete",
        None,
        "today 12:00",
    )


def test_the_row_of_a_summary_says_its_day_once() -> None:
    summary = Summary(content="x", period="day", span="2026-11-20", title="Day 2026-11-20", created_at=NOW)
    node = memory_node(summary, "now", UTC, NOW)
    assert (node.label, node.description) == ("Day 2026-11-20", "")
    assert "Saturday 21 November 2026, 12:00" in node.tooltip


def test_the_tooltip_tells_what_matters() -> None:
    memory = Decision(
        decision="Use LanceDB",
        rationale="It is embedded",
        author="Ada",
        labels=("db",),
        files=tuple(f"f{n}.py" for n in range(12)),
        created_at=NOW,
    )
    tooltip = memory_node(memory, "pinned", UTC, NOW).tooltip
    assert tooltip.startswith("**Use LanceDB**\n\nSaturday 21 November 2026, 12:00 · Ada\n\n`db`\n\n`f0.py`  \n")
    assert "`f7.py`  \nand 4 more" in tooltip
    assert tooltip.endswith("```")
    assert "It is embedded" in tooltip


@pytest.mark.parametrize(
    "content",
    [
        "x" * 5000,
        "line of words\n" * 2000,
        "````\n" * 800,
        "<b>&\n" * 900,
        "日本語" * 2000,
        "![i](http://x/y.png)\n[c](command:z)",
    ],
    ids=["one line", "lines", "fences", "tags", "Han", "links"],
)
def test_a_tooltip_is_short_and_nothing_in_it_acts(content: str) -> None:
    memory = Note(
        title="<script>x</script> ![t](http://evil)",
        content=content,
        author="<i>",
        labels=("`l`", "<u>"),
        files=tuple(f"{'deep/' * 60}{n}`<s>.py" for n in range(20)),
    )
    tooltip = memory_node(memory, "pinned", UTC, NOW).tooltip
    assert len(tooltip) <= TOOLTIP_CHARACTERS
    outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", tooltip, flags=re.DOTALL)
    assert not re.search(r"(?<!\\)[<\[]", outside)
