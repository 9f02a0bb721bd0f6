"""The outline: memories as a tree. What goes on now, what is pinned, a group for each kind, the archive, the bin.

A row's id tells all that is needed to list what is below it, so neither side keeps a state::

    (empty)                                     the top
    now                                         the session, edits and bugs that are open, what was learned today
    pinned                                      pinned memories
    kind/<kind>                                 memories of a kind; behind the first ones rows for states or stretches
    kind/<kind>/in/<state>                      the memories that stand so
    kind/<kind>/<stretch>                       the memories of today, yesterday, this week, or a month such as 2026-03
    kind/<kind>/year/<year>                     the months of a year
    archive                                     archived memories
    bin                                         deleted memories, until the bin is emptied
    found/<text>                                memories that fit a text
    <any of these>/older/<cursor>               the same from where the last page ended
    <any of these>/memory/<id>                  a memory
    <now, a kind, a text>/hint                  what to do next where there is nothing

Titles come first: what is newest of a kind, or in force, stands directly in its group, and what is earlier or done
waits behind a row with its number.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import Protocol
from urllib.parse import quote

from whence.pages import welcomes
from whence.pages.dates import Span, span, spans
from whence.pages.nodes import memory_node
from whence.pages.rows import (
    MICROSECOND,
    Away,
    Cursor,
    Found,
    Hint,
    Kind,
    Leaf,
    Now,
    Pinned,
    State,
    Stretch,
    Top,
    Year,
    parse_id,
)
from whence.pages.welcomes import Folder
from whence.values.base import EPOCH, one_line
from whence.values.base import now as present
from whence.values.memory import KINDS, MemoryBase
from whence.values.protocol import Filter, Place, TreeNode

MEMORIES_PER_PAGE = 100

_FIRST = 15
"""Titles that stand directly in a group whose further memories are grouped by time."""

_MONTHS = 12
"""The most rows of stretches; a further year with which there were more is one row."""

_SESSIONS, _EDITS, _BUGS, _LEARNED = 3, 8, 5, 5
"""The most rows of each sort below Now."""

_LATELY = timedelta(days=90)
"""How long a bug that is open stands below Now."""

_MORE = {"today": "Earlier today", "yesterday": "More of yesterday", "week": "More of this week"}
_LEARNED_KINDS = ("decision", "note", "summary", "conversation")
_THROWN_AWAY = "discarded"
"""State of a memory that no group shows: it is found by search, and by a filter on its state."""


class Shelf(Protocol):
    """What the tree asks of storage: memories without archived and deleted ones, but where these are asked for."""

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
        opened: bool = False,
    ) -> Sequence[MemoryBase]:
        """The newest memories that the filter lets pass, at most `limit`, older than `before`; or the place's.

        Those that stand in the state `but` are left out, and where only what is `opened` counts, what cannot grow.
        """

    def standing(self, chosen: Filter, /) -> Mapping[tuple[str, str], int]:
        """How many memories that the filter lets pass are of which kind and stand where."""

    def moments(self, chosen: Filter, /, *, but: str = "") -> Sequence[int]:
        """When the memories happened that the filter lets pass, in microseconds since 1970, the oldest first."""


def children(
    parent: str,
    shelf: Shelf,
    zone: tzinfo | None = None,
    now: datetime | None = None,
    find: Callable[[str], Sequence[MemoryBase]] = lambda text: (),
    file: str = "",
    folder: Folder = welcomes.USUAL,
) -> list[TreeNode]:
    """The rows below a row, in the order to show them.

    Args:
        parent: the row's id, empty for the top.
        shelf: where the memories are.
        zone: the user's time zone, in which days begin; without it, the system's.
        now: the present.
        find: the memories that fit a text, best first.
        file: only what concerns this file or folder; all without it.
        folder: what is so of the folder, on which depends what to do next where there is nothing.

    Raises:
        InvalidRequest: the id is not one of a row.
    """
    row = parse_id(parent)
    at = now or present()
    all_of = Filter(files=(file,)) if file else Filter()
    place: Place = "use"
    standing, but, within, pinned = "", "", "", None
    match row:
        case Top():
            return _top(shelf, all_of, zone, at)
        case Leaf() | Hint():
            return []
        case Found():
            base = f"found/{quote(row.text, safe='')}"
            return [memory_node(each, base, zone, at) for each in find(row.text)] or [welcomes.of_words(row.text)]
        case Now():
            return _now(shelf, all_of, zone, at) or welcomes.of_now(folder)
        case Year():
            return _year(shelf, row, _of(all_of, row.kind), zone, at)
        case Kind(kind, None) if KINDS[kind].grouped == "time":
            return _by_time(shelf, _of(all_of, kind), kind, zone, at) or welcomes.of_kind(kind, folder)
        case Kind(kind, None) if KINDS[kind].grouped == "state":
            return _by_state(shelf, all_of, kind, zone, at) or welcomes.of_kind(kind, folder)
        case Kind():
            chosen, base = _of(all_of, row.kind), f"kind/{row.kind}"
        case State():
            chosen, standing = _of(all_of, row.kind, row.state), row.state
            base = f"kind/{row.kind}/in/{quote(row.state, safe='')}"
        case Stretch():
            here = span(row.name, at.astimezone(zone).date())
            chosen, base = _during(_of(all_of, row.kind), here, zone), f"kind/{row.kind}/{row.name}"
            but, within = _THROWN_AWAY, row.name
        case Pinned():
            chosen, base, pinned = all_of, "pinned", True
        case Away():
            chosen, base, place = all_of, row.place, row.place
    memories = shelf.newest(chosen, limit=MEMORIES_PER_PAGE + 1, before=row.before, pinned=pinned, place=place, but=but)
    nodes = _page(memories, base, zone, at, within=within, standing=standing)
    return nodes or (welcomes.of_kind(row.kind, folder) if isinstance(row, Kind) else [])


def narrowed(parent: str, file: str) -> str:
    """What the rows below a row are narrowed to, as a sentence above them; empty where all is shown.

    Args:
        parent: the row's id.
        file: the file that they concern.
    """
    row = parse_id(parent)
    words = f"what fits “{one_line(row.text, 60)}”" if isinstance(row, Found) else ""
    name = f"only {one_line(file.rpartition('/')[2], 60)}" if file else ""
    return f"Showing {', '.join(part for part in (words, name) if part)}" if words or name else ""


# ---------------------------------------------------------------- groups


def _top(shelf: Shelf, all_of: Filter, zone: tzinfo | None, at: datetime) -> list[TreeNode]:
    """What goes on now, pinned memories, the kinds in the order of the union, the archive and the bin.

    Where nothing at all is remembered there are no rows: the view has its own welcome. Of one file only those groups
    are shown that hold something.
    """
    counts = {key: count for key, count in shelf.standing(all_of).items() if key[1] != _THROWN_AWAY}
    away: list[TreeNode] = []
    if shelf.newest(all_of, limit=1, place="archive"):
        away.append(_group("archive", "Archive", "archive"))
    if shelf.newest(all_of, limit=1, place="bin"):
        away.append(_group("bin", "Bin", "trash"))
    if not counts and not away:
        return [welcomes.of_file(all_of.files[0])] if all_of.files else []
    nodes = []
    if not all_of.files or _now(shelf, all_of, zone, at):
        nodes.append(_group("now", "Now", "pulse", expanded=True))
    if shelf.newest(all_of, limit=1, pinned=True):
        nodes.append(_group("pinned", "Pinned", "pinned", expanded=True))
    for kind, cls in KINDS.items():
        states = {state: count for (of, state), count in counts.items() if of == kind and state not in cls.apart}
        if states or (kind in welcomes.KINDS_SHOWN and not all_of.files):
            told = _told(cls, states)
            nodes.append(_group(f"kind/{kind}", cls.label, cls.icon, told, expanded=cls.grouped == "time"))
        for state, (label, icon) in cls.apart.items():
            if count := counts.get((kind, state)):
                nodes.append(_group(f"kind/{kind}/in/{quote(state, safe='')}", label, icon, f"{count:,}"))
    return [*nodes, *away]


def _told(cls: type[MemoryBase], states: Mapping[str, int]) -> str:
    """How many there are in a group; of a kind with a state that asks for something, how many stand so."""
    if cls.current and states.get(cls.current):
        return f"{states[cls.current]:,} {cls.current}"
    return f"{sum(states.values()):,}" if states else "none yet"


def _now(shelf: Shelf, all_of: Filter, zone: tzinfo | None, at: datetime) -> list[TreeNode]:
    """The active session, the edits that may still grow, the open bugs of the last months, and what was learned today.

    What has been open for longer, such as a fix that was taken back years ago, is known to nobody to be so still.
    """
    begin, _ = span("today", at.astimezone(zone).date()).times(zone)
    sessions = shelf.newest(_of(all_of, "session", "active"), limit=_SESSIONS)
    edits = shelf.newest(_of(all_of, "change"), limit=_EDITS, opened=True)
    lately = all_of.model_copy(update={"since": at - _LATELY})
    bugs = shelf.newest(_of(lately, "bug", "open"), limit=_BUGS + 1)
    learned = shelf.newest(
        all_of.model_copy(update={"kinds": _LEARNED_KINDS, "since": begin}),
        limit=_LEARNED,
        pinned=False,  # what is pinned stands right below
    )
    nodes = [memory_node(each, "now", zone, at) for each in (*sessions, *edits, *bugs[:_BUGS])]
    if len(bugs) > _BUGS:
        nodes.append(_older("kind/bug/in/open", bugs[_BUGS - 1], "More open bugs"))
    return nodes + [memory_node(each, "now", zone, at) for each in learned]


def _by_time(shelf: Shelf, chosen: Filter, kind: str, zone: tzinfo | None, at: datetime) -> list[TreeNode]:
    """The newest titles, then a row for each stretch that is left: days, months, and in the end years."""
    base, today = f"kind/{kind}", at.astimezone(zone).date()
    memories = shelf.newest(chosen, limit=_FIRST, but=_THROWN_AWAY)
    nodes = [memory_node(each, base, zone, at) for each in memories]
    months, folded = 0, False
    for year, group in groupby(_left(shelf, chosen, zone, at), key=lambda each: each[0].begin.year):
        of_year = list(group)
        folded = folded or (months > 0 and months + len(of_year) > _MONTHS)
        if folded and len(of_year) > 1:
            number = sum(count for _, count, _ in of_year)
            nodes.append(_group(f"{base}/year/{year:04}", str(year), "calendar", f"{number:,}"))
            continue
        months += len(of_year)
        for here, number, begun in of_year:
            if begun and memories:
                label = _MORE.get(here.name) or f"More of {here.label(today)}"
                nodes.append(_older(f"{base}/{here.name}", memories[-1], label, f"{number:,}"))
            else:
                nodes.append(_stretch(base, here, here.label(today), number))
    return nodes


def _left(shelf: Shelf, chosen: Filter, zone: tzinfo | None, at: datetime) -> list[tuple[Span, int, bool]]:
    """The stretches behind the titles that stand directly in a group.

    Each with how many memories are left of it, and whether its first ones are among those titles.
    """
    shown, left = _FIRST, []
    for here, count in spans(shelf.moments(chosen, but=_THROWN_AWAY), zone, at.astimezone(zone).date()):
        if count > shown:
            left.append((here, count - shown, shown > 0))
        shown = max(shown - count, 0)
    return left


def _year(shelf: Shelf, row: Year, chosen: Filter, zone: tzinfo | None, at: datetime) -> list[TreeNode]:
    """The months of a year."""
    return [
        _stretch(f"kind/{row.kind}", here, here.label(here.begin), number)
        for here, number, begun in _left(shelf, chosen, zone, at)
        if here.begin.year == row.year and not begun
    ]


def _by_state(shelf: Shelf, all_of: Filter, kind: str, zone: tzinfo | None, at: datetime) -> list[TreeNode]:
    """The titles of what stands as it should be seen first, then a row for each other state with its number."""
    cls, base = KINDS[kind], f"kind/{kind}"
    counts = {state: count for (of, state), count in shelf.standing(_of(all_of, kind)).items() if of == kind}
    shown = [state for state in cls.first if counts.get(state)]
    behind = sorted((state for state in counts if state not in (*shown, *cls.apart)), key=lambda name: (not name, name))
    nodes: list[TreeNode] = []
    for state in shown:
        memories = shelf.newest(_of(all_of, kind, state), limit=MEMORIES_PER_PAGE + 1)
        nodes += _page(memories, f"{base}/in/{quote(state, safe='')}", zone, at)
    for state in behind:
        label = state[:1].upper() + state[1:] or "Others"
        id = f"{base}/in/{quote(state, safe='')}"
        open_first = not nodes and state == behind[0]
        nodes.append(_group(id, label, "folder", f"{counts[state]:,}", expanded=open_first))
    return nodes


# ---------------------------------------------------------------- rows


def _page(
    memories: Sequence[MemoryBase],
    base: str,
    zone: tzinfo | None,
    now: datetime,
    *,
    within: str = "",
    standing: str = "",
) -> list[TreeNode]:
    """A page of memories, newest first; one more than a page means that there are older ones."""
    page = memories[:MEMORIES_PER_PAGE]
    nodes = [memory_node(each, base, zone, now, within=within, standing=standing) for each in page]
    if len(memories) > len(page):
        nodes.append(_older(base, page[-1]))
    return nodes


def _group(id: str, label: str, icon: str, description: str = "", *, expanded: bool = False) -> TreeNode:
    shown = "expanded" if expanded else "collapsed"
    context = "group bin" if id == "bin" else "group"
    return TreeNode(id=id, label=label, icon=icon, description=description, context_value=context, expandable=shown)


def _stretch(base: str, here: Span, label: str, number: int) -> TreeNode:
    return _group(f"{base}/{here.name}", label, "calendar", f"{number:,}")


def _older(base: str, last: MemoryBase, label: str = "Older", description: str = "") -> TreeNode:
    id = f"{base}/older/{(last.created_at - EPOCH) // MICROSECOND}~{quote(last.id, safe='')}"
    return TreeNode(
        id=id,
        label=label,
        description=description,
        icon="history",
        context_value="older",
        expandable="collapsed",
    )


def _of(chosen: Filter, kind: str, *states: str) -> Filter:
    return chosen.model_copy(update={"kinds": (kind,), "states": states})


def _during(chosen: Filter, here: Span, zone: tzinfo | None) -> Filter:
    begin, end = here.times(zone)
    return chosen.model_copy(update={"since": begin, "until": end})
