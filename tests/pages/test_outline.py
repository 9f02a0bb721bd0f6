import random
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from whence.pages.outline import (
    TOOLTIP_CHARACTERS,
    children,
    day_label,
    memory_node,
)
from whence.pages.rows import Day, Days, Kind, Leaf, Pinned, Row, Top, parse_id
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
)
from whence.values.protocol import TreeNode

pytestmark = pytest.mark.quick

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)  # a Saturday


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store.open(str(tmp_path / "datä base"))
    yield opened
    opened.close()


def change(at: datetime, number: int = 0, **fields: object) -> Change:
    return Change.model_validate({"reason": f"change {number}", "created_at": at, **fields})


def below(store: Store, parent: str = "", zone: timezone | ZoneInfo | None = UTC) -> list[TreeNode]:
    return children(parent, store, zone, NOW)


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


def test_the_groups_are_pinned_then_the_kinds_that_hold_something(store: Store) -> None:
    memories = [Note(content="n"), change(NOW), Decision(decision="d", pinned=True)]
    store.put(memories)
    nodes = below(store)
    held = {type(each) for each in memories}
    expected = [("Pinned", "pinned"), *((cls.label, cls.icon) for cls in KINDS.values() if cls in held)]
    assert [(node.label, node.icon) for node in nodes] == expected
    assert {node.context_value for node in nodes} == {"group"}
    store.put([Note(content="archived", archived=True, pinned=True)])
    assert [node.label for node in below(store, "pinned")] == ["d"]


def test_archived_and_deleted_memories_have_places_of_their_own(store: Store) -> None:
    store.put([Note(content="a", archived=True), Note(content="b", deleted_at=NOW), change(NOW, deleted_at=NOW)])
    assert [node.label for node in below(store)] == ["Archive", "Bin"]
    assert [node.context_value for node in below(store, row(store, "Archive"))] == ["memory note archived"]
    assert {node.label for node in below(store, row(store, "Bin"))} == {"b", "change 0"}
    store.put([Note(content=f"old {n}", archived=True, created_at=NOW - timedelta(days=n)) for n in range(1, 120)])
    pages = below(store, "archive")
    assert (len(pages), pages[-1].label) == (101, "Older")
    assert len(below(store, pages[-1].id)) == 20


def test_what_is_active_stands_on_top(store: Store) -> None:
    store.put([Session(goal="Ship it"), Session(goal="Done", ended_at=NOW)])
    assert [node.label for node in below(store)] == ["Active", "Sessions"]
    (active,) = below(store, "current")
    assert (active.label, active.context_value) == ("Ship it", "memory session is-active")
    assert below(store, active.id) == []


def test_a_kind_with_several_states_is_grouped_by_them(store: Store) -> None:
    store.put([Bug(message="open one"), Bug(message="solved", resolved=True)])
    assert [(n.label, n.description, n.expandable) for n in below(store, row(store, "Bugs"))] == [
        ("Open", "1", "expanded"),
        ("Resolved", "1", "collapsed"),
    ]
    assert [node.label for node in below(store, row(store, "Bugs", "Resolved"))] == ["solved"]
    turn = (Message(role="user", content="hello"),)
    store.put([Conversation(messages=turn, labels=("über alles/1",)), Conversation(messages=turn)])
    assert [node.label for node in below(store, row(store, "Conversations"))] == ["Über alles/1", "Others"]
    assert len(below(store, row(store, "Conversations", "Über alles/1"))) == 1
    assert len(below(store, row(store, "Conversations", "Others"))) == 1


def test_a_text_finds_rows(store: Store) -> None:
    note = Note(content="found")
    store.put([note])
    nodes = children("found/a%20b", store, UTC, NOW, find=lambda text: [note] if text == "a b" else [])
    assert [(node.label, node.id) for node in nodes] == [("found", f"found/a%20b/memory/{note.id}")]


def test_days_are_named_and_newest_first(store: Store) -> None:
    store.put([change(NOW - timedelta(days=days), days) for days in (0, 1, 1, 2, 6, 7, 18)])
    days = below(store, row(store, "Changes"))
    assert [(node.label, node.description) for node in days] == [
        ("Today", "1"),
        ("Yesterday", "2"),
        ("Thursday 19 November", "1"),
        ("Sunday 15 November", "1"),
        ("2026-11-14", "1"),
        ("2026-11-03", "1"),
    ]
    assert [node.expandable for node in days] == ["expanded"] + ["collapsed"] * 5
    assert [node.label for node in below(store, days[1].id)] == ["change 1"] * 2


def test_days_begin_at_the_users_midnight(store: Store) -> None:
    at = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    store.put([change(at, 1), change(at + timedelta(hours=1), 2)])
    east = timezone(timedelta(hours=5, minutes=30))
    assert [node.label for node in below(store, "kind/change", UTC)] == ["Today", "Yesterday"]
    (today,) = below(store, "kind/change", east)
    assert [(node.label, node.description) for node in below(store, today.id, east)] == [
        ("change 2", "+0 -0 · 06:00"),
        ("change 1", "+0 -0 · 05:00"),
    ]
    assert [node.label for node in below(store, f"kind/change/{date(2026, 11, 20)}")] == ["change 1"]


def test_a_day_on_which_the_clocks_change_has_all_its_hours(store: Store) -> None:
    zone = ZoneInfo("Europe/Berlin")
    begin = datetime(2026, 10, 24, 22, tzinfo=UTC)  # 25 October is 25 hours long there
    store.put([change(begin + timedelta(hours=hours, minutes=30), hours) for hours in range(-1, 26)])
    days = {node.id[-10:]: node.description for node in below(store, "kind/change", zone)}
    assert days == {"2026-10-24": "1", "2026-10-25": "25", "2026-10-26": "1"}
    for day, count in days.items():
        assert len(below(store, f"kind/change/{day}", zone)) == int(count)


def test_more_days_wait_behind_older(store: Store) -> None:
    store.put([change(NOW - timedelta(days=days), days) for days in range(40)])
    seen: list[str] = []
    parent, pages = "kind/change", 0
    while parent:
        nodes = below(store, parent)
        parent, pages = "", pages + 1
        for node in nodes:
            if node.label == "Older":
                assert (node.expandable, node is nodes[-1]) == ("collapsed", True)
                parent = node.id
            else:
                seen.append(node.id)
    assert pages == 3
    assert seen == [f"kind/change/{(NOW - timedelta(days=days)).date()}" for days in range(40)]


@pytest.mark.parametrize("parent", ["pinned", "kind/note", f"kind/change/{NOW.date()}"])
def test_more_memories_wait_behind_older(store: Store, parent: str) -> None:
    # All at two moments: the cursor tells apart memories of the same microsecond too.
    moments = [NOW - timedelta(hours=1), NOW - timedelta(hours=1, microseconds=1)]
    store.put([Note(content=f"n{n}", created_at=moments[n % 2], pinned=True) for n in range(230)])
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
    pinned = [each.id for each in memories if each.pinned]
    assert sorted(node.memory for node in nodes if node.memory) == sorted([*pinned, *(each.id for each in memories)])
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
        ("kind/change", Days("change")),
        ("kind/change/older/2026-11-03", Days("change", date(2026, 11, 3))),
        ("kind/change/2026-11-03", Day("change", date(2026, 11, 3))),
        ("kind/change/2026-11-03/older/1793700672123456~a%7Eb%2Fc", Day("change", date(2026, 11, 3), CURSOR)),
        ("pinned/memory/x", Leaf("x")),
        ("kind/note/memory/a%2Fb", Leaf("a/b")),
        ("kind/change/2026-11-03/memory/x", Leaf("x")),
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
        "kind/note/2026-11-03",
        "kind/note/older/",
        "kind/note/older/x~y",
        "kind/note/older/1~",
        "kind/note/older/99999999999999999999~x",
        "kind/change/2026-13-03",
        "kind/change/2026-W01-1",
        "kind/change/20261103",
        "kind/change/0001-01-01",
        "kind/change/9999-12-31",
        "kind/change/older/yesterday",
        "kind/change/memory/x",
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
        "2026-11-03",
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


def test_a_days_label() -> None:
    today = date(2026, 11, 21)
    labels = [day_label(today - timedelta(days=ago), today) for ago in (-1, 0, 1, 2, 6, 7)]
    friday = "Thursday 19 November"
    assert labels == ["2026-11-22", "Today", "Yesterday", friday, "Sunday 15 November", "2026-11-14"]


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
    assert node.description == "+3 -1 f6ac358a · Wednesday 18 November"
    assert (node.icon, node.context_value, node.expandable) == (memory.icon, "memory change pinned", "no")
    assert node.location
    assert (node.location.path, node.location.line) == ("src/ä b.py", 1)
    plain = memory_node(Note(content="x", created_at=NOW), "kind/note", UTC, NOW)
    assert (plain.context_value, plain.location, plain.description) == ("memory note", None, "12:00")


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
    assert tooltip.startswith("**Use LanceDB**\n\n2026-11-21 12:00 · Ada\n\n`db`\n\n`f0.py`  \n")
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
