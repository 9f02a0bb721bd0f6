"""Marks: what is remembered of each function and class of a file, for an editor to show at its lines."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from whence.analysis.symbols import outline
from whence.engine import citations, origins
from whence.engine.texts import lines_of, path_of
from whence.pages import written
from whence.pages.provenance import Cause
from whence.project.project import Project
from whence.values.base import now
from whence.values.memory import Bug, Change, Decision, MemoryBase
from whence.values.operation import operation
from whence.values.protocol import Filter
from whence.values.reports import cite
from whence.values.reports.provenance import Mark, Marks, OriginMark, Stretch

_MOST = 200
"""Memories of a file that are looked at, the newest."""

_MOST_LINES = 20_000
"""A file of more lines was made by a machine, and gets no marks."""

_IN_FORCE = ("accepted", "proposed")


@dataclass(slots=True)
class _Place:
    """A function or class, or the file itself, with what is remembered of it."""

    name: str
    start: int
    end: int
    bugs: dict[str, Bug] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    changes: dict[str, Change] = field(default_factory=dict)


@operation
def marks(project: Project, file: str, ask: bool = False) -> Marks:
    """Tell what is remembered of each function and class of a file: bugs, decisions in force, and changes.

    With them which conversations wrote which lines, where that is known without asking git at length.

    Args:
        file: the file.
        ask: whether git is asked beside, where it has to be, so that who wrote the lines is known in a while.

    Raises:
        InvalidRequest: there is no such file, or it is no text of this project.
    """
    path = path_of(project, file)
    if not project.trusted:
        return Marks(file=path)
    lines = lines_of(project, path)
    if not lines or len(lines) > _MOST_LINES:
        return Marks(file=path)
    places = _places(path, lines)
    kinds = ("change", "bug", "decision")
    found = project.store.newest(Filter(kinds=kinds, files=(path,)), limit=_MOST)
    about, _ = citations.about(project, path, lines, (1, len(lines)))
    for cause in about:
        if cause.memory is not None:
            _put(places, cause.memory, cause.lines)
    for memory in found:
        if isinstance(memory, Change):
            _changed(places, path, memory)
        elif isinstance(memory, Bug) and (line := _line(memory, path)):
            _put(places, memory, (line,))
    told = sorted((place for place in places.values() if _is_told(place)), key=lambda place: place.start)
    stretches, pending = origins.at_hand(project, path, lines, ask=ask)
    return Marks(
        file=path,
        marks=tuple(_mark(place) for place in told),
        lines=tuple(_lines(about, found, path)),
        origins=tuple(_origin(each) for each in stretches),
        pending=pending,
    )


def _places(path: str, lines: Sequence[str]) -> dict[str, _Place]:
    """The functions and classes of the text by their whole names."""
    name = outline(path, lines)
    places: dict[str, _Place] = {}
    for number in range(1, len(lines) + 1):
        parts = name(number - 1).split(".")
        for depth in range(1, len(parts) + 1):
            if whole := ".".join(parts[:depth]):
                places.setdefault(whole, _Place(whole, number, number)).end = number
    return places


def _changed(places: dict[str, _Place], path: str, change: Change) -> None:
    for edit in change.edits:
        if edit.path == path:
            for symbol in edit.symbols:
                if symbol in places:
                    places[symbol].changes[change.id] = change


def _put(places: dict[str, _Place], memory: MemoryBase, lines: Sequence[int]) -> None:
    """Give a memory to the innermost function or class that holds the first of its lines."""
    around = [place for place in places.values() if any(place.start <= line <= place.end for line in lines[:1])]
    if not around:
        return
    place = max(around, key=lambda each: each.name.count("."))
    if isinstance(memory, Bug):
        place.bugs[memory.id] = memory
    elif isinstance(memory, Decision) and memory.status in _IN_FORCE:
        place.decisions[memory.id] = memory


def _line(bug: Bug, path: str) -> int:
    """The line that a bug names, where nothing tells where that is by now; 0 for none."""
    return bug.line if bug.file == path and not bug.citations else 0


def _is_told(place: _Place) -> bool:
    return bool(place.bugs or place.decisions or place.changes)


def _mark(place: _Place) -> Mark:
    memories: list[MemoryBase] = [*place.bugs.values(), *place.decisions.values(), *place.changes.values()]
    unsolved = sum(not bug.resolved for bug in place.bugs.values())
    return Mark(
        line=place.start,
        end=place.end,
        name=place.name,
        title=_title(place, unsolved, max(memory.created_at for memory in memories)),
        serious=bool(place.bugs or place.decisions),
        cited=tuple(cite(memory) for memory in memories),
    )


def _title(place: _Place, unsolved: int, last: datetime) -> str:
    """Such as `2 bugs, 1 open · 1 decision · 7 changes, last 3 weeks ago`."""
    bugs = _count(len(place.bugs), "bug") + (f", {unsolved} open" if unsolved else "")
    parts = [bugs, _count(len(place.decisions), "decision"), _count(len(place.changes), "change")]
    return " · ".join(part for part in parts if part) + f", last {_ago(last)}"


def _origin(stretch: Stretch) -> OriginMark:
    origin = stretch.origins[0]
    title = written.brief(origin)
    return OriginMark(lines=stretch.lines, title=title, conversation=origin.conversation, asked=origin.asked)


def _ago(at: datetime) -> str:
    """How long ago that was, as people say it."""
    days = max(0, (now() - at).days)
    if days < 2:
        return "yesterday" if days else "today"
    for unit, length in (("year", 365), ("month", 30), ("week", 7)):
        if (many := days // length) > 0 and days >= 2 * 7:
            return f"a {unit} ago" if many == 1 else f"{many} {unit}s ago"
    return f"{days} days ago"


def _count(number: int, what: str) -> str:
    return "" if not number else f"1 {what}" if number == 1 else f"{number} {what}s"


def _lines(about: Iterable[Cause], found: Iterable[MemoryBase], path: str) -> Iterator[Mark]:
    """The lines that a decision in force or an open bug is about."""
    for cause in about:
        memory = cause.memory
        open_bug = isinstance(memory, Bug) and not memory.resolved
        in_force = isinstance(memory, Decision) and memory.status in _IN_FORCE
        if memory is not None and cause.lines and (open_bug or in_force):
            yield _of_lines(memory, cause.lines)
    for memory in found:
        if isinstance(memory, Bug) and not memory.resolved and (line := _line(memory, path)):
            yield _of_lines(memory, (line,))


def _of_lines(memory: MemoryBase, lines: Sequence[int]) -> Mark:
    kind = "Open bug" if isinstance(memory, Bug) else "Decision"
    title = f"{kind}: {memory.title}"
    return Mark(line=lines[0], end=lines[-1], name="", title=title, serious=True, cited=(cite(memory),))
