"""The outline: memories as a tree; what is active and pinned first, a group for each kind, the archive, the bin.

A row's id tells all that is needed to list what is below it, so neither side keeps a state::

    (empty)                                     the top
    pinned                                      pinned memories
    current                                     what is active, such as a session
    kind/<kind>                                 memories of a kind, its states, or its days
    kind/<kind>/in/<state>                      the memories that stand so
    kind/<kind>/<date>                          the memories of a day
    archive                                     archived memories
    bin                                         deleted memories, until the bin is emptied
    found/<text>                                memories that fit a text
    <any of these>/older/<cursor>               the same from where the last page ended
    <any of these>/memory/<id>                  a memory
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby, islice
from typing import Protocol
from urllib.parse import quote

from whence.pages.rows import (
    MICROSECOND,
    Away,
    Current,
    Cursor,
    Day,
    Days,
    Found,
    Kind,
    Leaf,
    Pinned,
    State,
    Top,
    parse_id,
)
from whence.values.base import EPOCH, WEEKDAYS, fenced
from whence.values.base import now as present
from whence.values.markdown import clean, code, inline
from whence.values.memory import KINDS, MemoryBase
from whence.values.protocol import Filter, Location, Place, TreeNode

DAYS_PER_PAGE = 14
MEMORIES_PER_PAGE = 100

TOOLTIP_CHARACTERS = 1500
TOOLTIP_FILES = 8

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_THROWN_AWAY = "discarded"
"""State of a memory that no day shows: it is found by search, and by a filter on its state."""


class Shelf(Protocol):
    """What the tree asks of storage. All answers are newest first, without archived and deleted memories."""

    def newest(
        self,
        chosen: Filter,
        /,
        *,
        limit: int,
        before: Cursor | None = None,
        pinned: bool | None = None,
        place: Place = "use",
        but: str = "",
    ) -> Sequence[MemoryBase]:
        """The newest memories that the filter lets pass, at most `limit`, older than `before`; or the place's.

        Those that stand in the state `but` are left out.
        """

    def states(self, kind: str, /) -> Mapping[str, int]:
        """How many memories of a kind stand where."""

    def times(self, kind: str, /, *, but: str = "") -> Sequence[datetime]:
        """When each memory of a kind happened, without those that stand in the state `but`."""


def children(
    parent: str,
    shelf: Shelf,
    zone: tzinfo | None = None,
    now: datetime | None = None,
    find: Callable[[str], Sequence[MemoryBase]] = lambda text: (),
) -> list[TreeNode]:
    """The rows below a row, in the order to show them.

    Args:
        parent: the row's id, empty for the top.
        shelf: where the memories are.
        zone: the user's time zone, in which days begin; without it, the system's.
        now: the present.
        find: the memories that fit a text, best first.

    Raises:
        InvalidRequest: the id is not one of a row.
    """
    row = parse_id(parent)
    at = now or present()
    place: Place = "use"
    match row:
        case Top():
            return _top(shelf)
        case Leaf():
            return []
        case Found():
            return [memory_node(each, f"found/{quote(row.text, safe='')}", zone, at) for each in find(row.text)]
        case Current():
            return [memory_node(each, "current", zone, at) for each in _current(shelf)]
        case Days():
            bound = None if row.before is None else _begin(row.before, zone)
            times = [each for each in shelf.times(row.kind, but=_THROWN_AWAY) if bound is None or each < bound]
            return day_nodes(row.kind, times, zone, at)
        case Pinned():
            chosen, before, base = Filter(), row.before, "pinned"
        case Kind():
            chosen, before, base = Filter(kinds=(row.kind,)), row.before, f"kind/{row.kind}"
            if KINDS[row.kind].grouped == "state" and before is None and len(states := shelf.states(row.kind)) > 1:
                return state_nodes(row.kind, states)
        case State():
            chosen, before = Filter(kinds=(row.kind,), states=(row.state,)), row.before
            base = f"kind/{row.kind}/in/{quote(row.state, safe='')}"
        case Away():
            chosen, before, base, place = (
                Filter(),
                row.before,
                "archive" if row.place == "archive" else "bin",
                row.place,
            )
        case Day():
            begin, end = _begin(row.day, zone), _begin(row.day + timedelta(days=1), zone)
            chosen, before = Filter(kinds=(row.kind,), since=begin, until=end), row.before
            base = f"kind/{row.kind}/{row.day.isoformat()}"
    pinned, but = (True if isinstance(row, Pinned) else None), (_THROWN_AWAY if isinstance(row, Day) else "")
    memories = shelf.newest(chosen, limit=MEMORIES_PER_PAGE + 1, before=before, pinned=pinned, place=place, but=but)
    return memory_nodes(memories, base, zone, at)


def day_nodes(kind: str, times: Sequence[datetime], zone: tzinfo | None, now: datetime) -> list[TreeNode]:
    """A page of the days of a kind, from the times of its memories, newest first."""
    base = f"kind/{kind}"
    today = now.astimezone(zone).date()
    nodes: list[TreeNode] = []
    last: date | None = None
    for day, group in islice(groupby(times, key=lambda at: at.astimezone(zone).date()), DAYS_PER_PAGE + 1):
        if len(nodes) == DAYS_PER_PAGE and last:
            return [*nodes, _older(base, last.isoformat())]
        node = TreeNode(
            id=f"{base}/{day.isoformat()}",
            label=day_label(day, today),
            description=str(sum(1 for _ in group)),
            icon="calendar",
            context_value="group",
            expandable="expanded" if day == today else "collapsed",
        )
        nodes.append(node)
        last = day
    return nodes


def state_nodes(kind: str, states: Mapping[str, int]) -> list[TreeNode]:
    """The states of a kind with their counts, the first one open."""
    return [
        TreeNode(
            id=f"kind/{kind}/in/{quote(state, safe='')}",
            label=state[:1].upper() + state[1:] or "Others",
            description=str(count),
            icon="folder",
            context_value="group",
            expandable="collapsed" if number else "expanded",
        )
        for number, (state, count) in enumerate(states.items())
    ]


def memory_nodes(memories: Sequence[MemoryBase], base: str, zone: tzinfo | None, now: datetime) -> list[TreeNode]:
    """A page of memories, newest first; one more than a page means that there are older ones."""
    page = memories[:MEMORIES_PER_PAGE]
    nodes = [memory_node(each, base, zone, now) for each in page]
    if len(memories) > len(page):
        nodes.append(_older(base, f"{(page[-1].created_at - EPOCH) // MICROSECOND}~{quote(page[-1].id, safe='')}"))
    return nodes


def memory_node(memory: MemoryBase, base: str, zone: tzinfo | None, now: datetime) -> TreeNode:
    """The row of one memory below the row `base`."""
    at = memory.created_at.astimezone(zone)
    today = now.astimezone(zone).date()
    in_day = at.date() == today or base.endswith(f"/{at.date().isoformat()}")
    when = f"{at:%H:%M}" if in_day else day_label(at.date(), today)
    return TreeNode(
        id=f"{base}/memory/{quote(memory.id, safe='')}",
        label=memory.title,
        description=" · ".join(part for part in (memory.description(), when) if part),
        tooltip=_tooltip(memory, at),
        icon=memory.icon,
        context_value=" ".join(["memory", memory.kind, *_standing(memory)]),
        memory=memory.id,
        location=Location(path=memory.files[0]) if memory.files else None,
    )


def day_label(day: date, today: date) -> str:
    """A day as a person names it: Today, Yesterday, Friday 20 November, and after a week 2026-11-03."""
    ago = (today - day).days
    if ago in (0, 1):
        return ("Today", "Yesterday")[ago]
    if 1 < ago < 7:
        return f"{WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return day.isoformat()


def _top(shelf: Shelf) -> list[TreeNode]:
    """The groups that hold something: the pinned memories, then the kinds in the order of the union."""
    nodes = []
    if _current(shelf):
        nodes.append(_group("current", "Active", "play-circle", expanded=True))
    if shelf.newest(Filter(), limit=1, pinned=True):
        nodes.append(_group("pinned", "Pinned", "pinned", expanded=True))
    for kind, cls in KINDS.items():
        if shelf.newest(Filter(kinds=(kind,)), limit=1, but=_THROWN_AWAY):
            nodes.append(_group(f"kind/{kind}", cls.label, cls.icon, expanded=cls.grouped == "day"))
    if shelf.newest(Filter(), limit=1, place="archive"):
        nodes.append(_group("archive", "Archive", "archive", expanded=False))
    if shelf.newest(Filter(), limit=1, place="bin"):
        nodes.append(_group("bin", "Bin", "trash", expanded=False))
    return nodes


def _current(shelf: Shelf) -> list[MemoryBase]:
    chosen = [(kind, cls.current) for kind, cls in KINDS.items() if cls.current]
    return [each for kind, state in chosen for each in shelf.newest(Filter(kinds=(kind,), states=(state,)), limit=5)]


def _standing(memory: MemoryBase) -> Iterator[str]:
    """Words by which the editor chooses what can be done with a row."""
    if memory.pinned:
        yield "pinned"
    if memory.deleted_at is not None:
        yield "deleted"
    elif memory.archived:
        yield "archived"
    if re.fullmatch(r"[a-z]+", memory.state()):
        yield f"is-{memory.state()}"


def _group(id: str, label: str, icon: str, *, expanded: bool) -> TreeNode:
    shown = "expanded" if expanded else "collapsed"
    context = "group bin" if id == "bin" else "group"
    return TreeNode(id=id, label=label, icon=icon, context_value=context, expandable=shown)


def _older(base: str, cursor: str) -> TreeNode:
    id = f"{base}/older/{cursor}"
    return TreeNode(id=id, label="Older", icon="history", context_value="older", expandable="collapsed")


def _begin(day: date, zone: tzinfo | None) -> datetime:
    """The moment at which a day begins in the zone; without one, in the system's as it was on that day."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def _tooltip(memory: MemoryBase, at: datetime) -> str:
    """What a memory is, at a glance: Markdown in which nothing of the memory's acts."""
    facts = " · ".join(fact for fact in (f"{at:%Y-%m-%d %H:%M}", inline(memory.author, 60)) if fact)
    files = [code(path, 120) for path in memory.files[:TOOLTIP_FILES]]
    if len(memory.files) > TOOLTIP_FILES:
        files.append(f"and {len(memory.files) - TOOLTIP_FILES} more")
    labels = " ".join(code(label, 40) for label in memory.labels[:TOOLTIP_FILES])
    head = "\n\n".join(part for part in (f"**{inline(memory.title, 200)}**", facts, labels, "  \n".join(files)) if part)
    content = clean(memory.text()[: 4 * TOOLTIP_CHARACTERS]).strip()
    content = content.removeprefix(memory.title).strip("\n")
    room = TOOLTIP_CHARACTERS - len(head) - 40
    if not content or room < 80:
        return head[:TOOLTIP_CHARACTERS]
    excerpt = content if len(content) <= room else content[:room].rpartition("\n")[0] or content[:room]
    block = fenced(excerpt if excerpt == content else f"{excerpt}\n…")
    return f"{head}\n\n{block}" if len(head) + len(block) + 2 <= TOOLTIP_CHARACTERS else head
