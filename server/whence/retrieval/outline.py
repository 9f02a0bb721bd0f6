"""The tree: which rows stand below a row. Nothing is remembered between two calls; a row's id carries all.

Ids, from the top: `pinned`, `kind:<kind>` and `day:<kind>:<date>` list memories; `days:<kind>` lists days. Behind a `~`
stands where the list goes on: the moment and id of the last memory shown, or the last day. A memory's row is the
list's id, a slash and the memory's id.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import Protocol

from whence.errors import InvalidRequest
from whence.memory import KINDS, MemoryBase, one_line
from whence.protocol import Filter, Location, TreeNode
from whence.retrieval.document import facts, plain

PAGE = 100
"""Memories below a row before an expandable last row holds the older ones."""

DAYS = 14
"""Days below a kind's row before an expandable last row holds the older ones."""

_TOOLTIP = 1500
"""Characters of a tooltip: it is to be read at a glance, and travels with every row."""

_ID = re.compile(
    r"(?P<group>pinned|(?:kind|days):(?P<kind>\w+)|day:(?P<day_kind>\w+):(?P<day>\d{4}-\d\d-\d\d))"
    r"(?:~(?P<after>[\w:.+-]+(?:,[\w-]+)?))?"
)


class Listing(Protocol):
    """What the outline asks of storage."""

    def counts(self) -> dict[str, int]:
        """Memories in use, by kind."""

    def times(self, kind: str) -> Sequence[datetime]:
        """Moments of the memories of a kind, newest first."""

    def newest(
        self, filter: Filter, *, limit: int, before: tuple[datetime, str] | None = None, pinned: bool | None = None
    ) -> list[MemoryBase]:
        """Memories, newest first, from the one after `before` on."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row's id, read."""

    group: str
    kind: str = ""
    day: date | None = None
    after: tuple[datetime, str] | date | None = None


def children(parent: str, listing: Listing, zone: tzinfo, now: datetime) -> list[TreeNode]:
    """The rows below the row `parent`, in the order to show them; the top ones for an empty id.

    Args:
        parent: id of the row.
        listing: where memories are.
        zone: the user's time zone, which decides where a day begins.
        now: the present, which decides what today is.

    Raises:
        InvalidRequest: the id is not one of a row that has others below it.
    """
    if not parent:
        return _top(listing)
    row = _read(parent)
    if row.group.startswith("days:"):
        return _days(row, listing, zone, now)
    before = row.after if isinstance(row.after, tuple) else None
    if row.day is not None:
        since, until = (_midnight(day, zone) for day in (row.day, row.day + timedelta(days=1)))
        chosen = Filter(kinds=(row.kind,), since=since, until=until)
    else:
        chosen = Filter(kinds=(row.kind,) if row.kind else ())
    found = listing.newest(chosen, limit=PAGE + 1, before=before, pinned=True if row.group == "pinned" else None)
    shown = found[:PAGE]
    nodes = [memory_node(each, row.group, zone, by_day=row.day is not None) for each in shown]
    if len(found) > PAGE:
        last = shown[-1]
        nodes.append(_older(f"{row.group}~{last.created_at.isoformat()},{last.id}"))
    return nodes


def memory_node(memory: MemoryBase, group: str, zone: tzinfo, *, by_day: bool = False) -> TreeNode:
    """The row of a memory in a list."""
    at = memory.created_at.astimezone(zone)
    when = f"{at:%H:%M}" if by_day else f"{at:%Y-%m-%d}"
    words = ["memory", "pinned" if memory.pinned else "unpinned"]
    return TreeNode(
        id=f"{group}/{memory.id}",
        label=memory.title,
        description=" · ".join(part for part in (memory.description(), when) if part),
        tooltip=_tooltip(memory, zone),
        icon=type(memory).icon,
        context_value=" ".join(words),
        memory=memory.id,
        location=Location(path=memory.files[0]) if memory.files else None,
    )


def _top(listing: Listing) -> list[TreeNode]:
    nodes = []
    if listing.newest(Filter(), limit=1, pinned=True):
        nodes.append(TreeNode(id="pinned", label="Pinned", icon="pinned", context_value="group", expandable="expanded"))
    counts = listing.counts()
    for kind, cls in KINDS.items():
        if counts.get(kind):
            nodes.append(
                TreeNode(
                    id=f"{'days' if cls.by_day else 'kind'}:{kind}",
                    label=cls.label,
                    description=str(counts[kind]),
                    icon=cls.icon,
                    context_value="group",
                    expandable="expanded",
                )
            )
    return nodes


def _days(row: _Row, listing: Listing, zone: tzinfo, now: datetime) -> list[TreeNode]:
    today = now.astimezone(zone).date()
    all_days = (at.astimezone(zone).date() for at in listing.times(row.kind))
    days = [
        (day, sum(1 for _ in same))
        for day, same in groupby(all_days)
        if not isinstance(row.after, date) or day < row.after
    ]
    nodes = [
        TreeNode(
            id=f"day:{row.kind}:{day}",
            label=_day_name(day, today),
            description=str(count),
            icon="calendar",
            context_value="group",
            expandable="expanded" if day == today else "collapsed",
        )
        for day, count in days[:DAYS]
    ]
    if len(days) > DAYS:
        nodes.append(_older(f"{row.group}~{days[DAYS - 1][0]}"))
    return nodes


def _older(id: str) -> TreeNode:
    return TreeNode(id=id, label="Older", icon="ellipsis", context_value="group", expandable="collapsed")


def _day_name(day: date, today: date) -> str:
    match (today - day).days:
        case 0:
            return "Today"
        case 1:
            return "Yesterday"
        case ago if 1 < ago < 7:
            return f"{day:%A}, {day.day} {day:%B}"
        case _:
            return day.isoformat()


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _tooltip(memory: MemoryBase, zone: tzinfo) -> str:
    files = ", ".join(f"`{path}`" for path in memory.files[:8]) + (" …" if len(memory.files) > 8 else "")
    content = "\n".join(memory.markdown().splitlines()[:12])
    if content.count("```") % 2:
        content += "\n```"
    whole = "\n\n".join(part for part in (f"**{plain(memory.title)}**", facts(memory, zone), files, content) if part)
    return whole if len(whole) <= _TOOLTIP else "\n\n".join((f"**{plain(memory.title)}**", facts(memory, zone)))


def _read(id: str) -> _Row:
    match = _ID.fullmatch(id)
    kind = (match["kind"] or match["day_kind"] or "") if match else ""
    if match is None or (kind and kind not in KINDS):
        raise InvalidRequest(f"{one_line(id, 60)!r} is not a row of the tree.")
    try:
        day = date.fromisoformat(match["day"]) if match["day"] else None
        return _Row(match["group"], kind, day, _after(match["after"]))
    except ValueError:
        raise InvalidRequest(f"{one_line(id, 60)!r} is not a row of the tree.") from None


def _after(text: str | None) -> tuple[datetime, str] | date | None:
    if text is None:
        return None
    moment, mark, memory = text.partition(",")
    if not mark:
        return date.fromisoformat(moment)
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None:
        raise ValueError(text)
    return at, memory
