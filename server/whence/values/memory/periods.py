"""Days, weeks and months: where they begin and end, what they are made of, and what they come to, told by rules.

A day is one of the reader's time zone, a week begins on Monday (ISO 8601). A week is told from its days; a month from
the weeks that lie wholly in it, and from the days of those that it shares with another month.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from whence.values import moments
from whence.values.base import stable_id
from whence.values.markdown import inline
from whence.values.memory.base import MemoryBase
from whence.values.memory.recap import recap
from whence.values.memory.work import Session

Period = Literal["day", "week", "month"]

_EARLIEST = date(1971, 1, 1)
_DAY = timedelta(days=1)
_LISTED, _LEAST_LISTED = 30, 3
_SESSIONS = 20
_BULLET = re.compile(r"^- (?P<said>\S.*)$", re.MULTILINE)
_HEADING = re.compile(r"^### (?P<name>.+)$", re.MULTILINE)
_DONE, _FILES = "What was done", "Files"
_LINES = re.compile(r"(?P<path>`.+`) \+(?P<added>\d+) -(?P<removed>\d+)")


@dataclass(frozen=True, slots=True)
class Span:
    """One day, week or month."""

    period: Period
    """Which of them."""

    first: date
    """Its first day."""

    @property
    def after(self) -> date:
        """The day after its last."""
        match self.period:
            case "day":
                return self.first + _DAY
            case "week":
                return self.first + timedelta(days=7)
            case "month":
                return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def name(self) -> str:
        """`2026-11-20`, `2026-W47` or `2026-11`."""
        match self.period:
            case "day":
                return self.first.isoformat()
            case "week":
                year, week, _ = self.first.isocalendar()
                return f"{year}-W{week:02}"
            case "month":
                return f"{self.first:%Y-%m}"

    @property
    def title(self) -> str:
        """What its summary is called."""
        until = self.after - _DAY
        return (
            f"Week {self.name}, {self.first} to {until}"
            if self.period == "week"
            else f"{self.period.capitalize()} {self.name}"
        )

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """When it begins and when it is over, in the system's time zone: an hour more or less where clocks change."""
        return (midnight(self.first), midnight(self.after))

    def id(self, project: str) -> str:
        """The one id that its summary has in a project, on every machine."""
        at = datetime.combine(self.first, time(), UTC)
        return stable_id(at, f"summary:{project}:{self.period}:{self.name}")

    def parts(self) -> tuple["Span", ...]:
        """What its summary is made from; none for a day, which is made from memories."""
        if self.period == "day":
            return ()
        found: list[Span] = []
        day = self.first
        while day < self.after:
            week = span_of("week", day)
            whole = self.period == "month" and week.first == day and week.after <= self.after
            found.append(week if whole else Span("day", day))
            day = found[-1].after
        return tuple(found)


def midnight(day: date) -> datetime:
    """When a day begins in the system's time zone."""
    return datetime.combine(day, time()).astimezone()


def span_of(period: Period, day: date) -> Span:
    """The day, week or month that a day is of."""
    match period:
        case "day":
            return Span(period, day)
        case "week":
            return Span(period, day - timedelta(days=day.weekday()))
        case "month":
            return Span(period, day.replace(day=1))


def spans(period: Period, first: date, last: date) -> list[Span]:
    """The days, weeks or months from the one of the first day to the one of the last."""
    found = [span_of(period, first)]
    while found[-1].after <= last:
        found.append(Span(period, found[-1].after))
    return found


def day_of(text: str) -> date:
    """A day from its name, or from words for it.

    Raises:
        ValueError: it is none, or too long ago.
    """
    found = moments.said(text)
    day = found.astimezone().date() if found else _EARLIEST - _DAY
    if day < _EARLIEST:
        raise ValueError(text)
    return day


# ---------------------------------------------------------------- what they are made of


class Digest:
    """What memories say, as one number; they come in the order of their time."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = hashlib.sha256()

    def add(self, each: MemoryBase) -> None:
        """Count a memory in. How it is filed makes no difference, nor what links to it."""
        self.count += 1
        for text in (each.id, each.title, each.text(), each.state()):
            said = text.encode("utf-8", "replace")
            self._sum.update(len(said).to_bytes(8))
            self._sum.update(said)

    def __str__(self) -> str:
        return self._sum.hexdigest()


def digest(memories: Iterable[MemoryBase]) -> Digest:
    """What memories say, as one number."""
    found = Digest()
    for each in memories:
        found.add(each)
    return found


# ---------------------------------------------------------------- told by rules


def day_told(contents: Sequence[MemoryBase]) -> str:
    """What a day came to: its sessions, then what `recap` tells of all that came to be in it, as Markdown.

    Args:
        contents: the memories of the day, oldest first.
    """
    sessions = [each for each in contents if isinstance(each, Session)]
    listed = "\n".join(f"- {_session(each)}" for each in sessions[:_SESSIONS])
    more = f"\n- and {len(sessions) - _SESSIONS} more" if len(sessions) > _SESSIONS else ""
    told = recap([each for each in contents if not isinstance(each, Session)])
    return "\n\n".join(each for each in (told, f"### Sessions\n\n{listed}{more}" if listed else "") if each)


def _session(each: Session) -> str:
    minutes = each.minutes
    told = "active" if minutes is None else f"{minutes // 60} h {minutes % 60} min"
    failed = ", did not reach its aim" if each.success is False else ""
    return f"{inline(each.goal, 160)} ({told}{failed})"


def whole_told(parts: Sequence[tuple[str, str]]) -> str:
    """What a week or month came to, from what its parts came to, as Markdown.

    Args:
        parts: for each part, the earliest first, its name and its summary.
    """
    gathered: dict[str, list[str]] = {_DONE: []}
    each_done = max(_LISTED // max(len(parts), 1), _LEAST_LISTED)
    for name, content in parts:
        for heading, bullets in _sections(content).items():
            if heading == _DONE:
                # A part that was told from parts itself names these: the finer name is the better one.
                named = [each if re.match(r"\d{4}-\d\d-\d\d: ", each) else f"{name}: {each}" for each in bullets]
                more = [f"{name}: and {len(named) - each_done} more"] if len(named) > each_done else []
                gathered[heading] += [*named[:each_done], *more]
            else:
                gathered.setdefault(heading, []).extend(bullets)
    blocks = []
    for heading, bullets in gathered.items():
        lines = _files(bullets) if heading == _FILES else list(dict.fromkeys(bullets))
        most = len(lines) if heading == _DONE else _LISTED
        more = [f"and {len(lines) - most} more"] if len(lines) > most else []
        if lines:
            blocks.append(f"### {heading}\n\n" + "\n".join(f"- {each}" for each in (*lines[:most], *more)))
    overviews = (f"**{name}** {content.partition('### ')[0].strip()}" for name, content in parts)
    return "\n\n".join(blocks or overviews)


def _files(bullets: Iterable[str]) -> list[str]:
    """Each file once, with the lines of all parts together, those with the most first."""
    lines: dict[str, tuple[int, int]] = {}
    for found in filter(None, map(_LINES.fullmatch, bullets)):
        added, removed = lines.get(found["path"], (0, 0))
        lines[found["path"]] = (added + int(found["added"]), removed + int(found["removed"]))
    ordered = sorted(lines.items(), key=lambda each: (-sum(each[1]), each[0]))
    return [f"{path} +{added} -{removed}" for path, (added, removed) in ordered]


def _sections(content: str) -> dict[str, list[str]]:
    """The bullets of a summary below each heading."""
    found: dict[str, list[str]] = {}
    marks = [*_HEADING.finditer(content)]
    for number, mark in enumerate(marks):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(content)
        bullets = [each["said"] for each in _BULLET.finditer(content, mark.end(), end)]
        found.setdefault(mark["name"].strip(), []).extend(
            each for each in bullets if not re.fullmatch(r"and \d+ more", each)
        )
    return found
