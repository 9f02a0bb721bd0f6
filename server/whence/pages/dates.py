"""Dates as people say them, and the stretches of time by which the tree groups: today, yesterday, this week, months."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from whence.values.base import EPOCH, WEEKDAYS

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MICROSECOND = timedelta(microseconds=1)
_LAST = date(9999, 1, 1)  # no later: a zone must not carry it out of the calendar


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of days."""

    name: str
    """`today`, `yesterday`, `week`, or a month such as `2026-03`."""

    begin: date
    """The first day."""

    end: date
    """The day after the last."""

    def times(self, zone: tzinfo | None) -> tuple[datetime, datetime]:
        """The moments at which it begins and ends."""
        return midnight(self.begin, zone), midnight(self.end, zone)

    def label(self, today: date) -> str:
        """What it is called: Today, Yesterday, This week, March, March 2025."""
        if self.name in _CALLED:
            return _CALLED[self.name]
        month = _MONTHS[self.begin.month - 1]
        return month if self.begin.year == today.year else f"{month} {self.begin.year}"


_CALLED = {"today": "Today", "yesterday": "Yesterday", "week": "This week"}


def span(name: str, today: date) -> Span:
    """The stretch of this name.

    Days have one stretch alone: this month's ends where this week's begins, or where yesterday does on a Monday.
    """
    yesterday, monday = today - timedelta(days=1), today - timedelta(days=today.weekday())
    match name:
        case "today":  # what a clock that is ahead wrote is of today as well
            return Span(name, today, _LAST)
        case "yesterday":
            return Span(name, yesterday, today)
        case "week":
            return Span(name, min(monday, yesterday), yesterday)
    begin = date(int(name[:4]), int(name[5:]), 1)
    return Span(name, begin, max(begin, min(_next_month(begin), monday, yesterday)))


def spans(moments: Sequence[int], zone: tzinfo | None, today: date) -> list[tuple[Span, int]]:
    """The stretches of some moments with how many are in each, the newest first; empty ones are left out.

    Only the first moment of each stretch is made a date: the others are counted by their order.

    Args:
        moments: microseconds since 1970, the oldest first.
        zone: where days begin at midnight; without it, as the system has it.
        today: the day it is there.
    """
    found: list[tuple[Span, int]] = []
    until = len(moments)
    names = ["today", "yesterday", "week"]
    while until:
        newest = (EPOCH + moments[until - 1] * _MICROSECOND).astimezone(zone).date()
        here = span(names.pop(0) if names else f"{newest.year:04}-{newest.month:02}", today)
        first = bisect_left(moments, (here.times(zone)[0] - EPOCH) // _MICROSECOND, 0, until)
        if here.name not in _CALLED:
            first = min(first, until - 1)  # the newest is of its own month, whatever a zone makes of midnight
        if first < until:
            found.append((here, until - first))
        until = first
    return found


def said(at: datetime, now: datetime, zone: tzinfo | None, within: str = "") -> str:
    """A moment as a person says it: today 14:05, yesterday, Tuesday, 3 Feb, 3 Feb 2024.

    Args:
        at: the moment.
        now: the present.
        zone: where the person is.
        within: name of the stretch that it stands in, which need not be said again.
    """
    there, today = at.astimezone(zone), now.astimezone(zone).date()
    ago = (today - there.date()).days
    if ago == 0 or (ago == 1 and within == "yesterday"):
        return f"{there:%H:%M}" if within else f"today {there:%H:%M}"
    if ago == 1:
        return "yesterday"
    if 1 < ago < 7:
        return WEEKDAYS[there.weekday()]
    day = f"{there.day} {_MONTHS[there.month - 1][:3]}"
    return day if there.year == today.year or within else f"{day} {there.year}"


def day(at: datetime, zone: tzinfo | None) -> str:
    """The day of a moment: 3 Feb 2026."""
    there = at.astimezone(zone)
    return f"{there.day} {_MONTHS[there.month - 1][:3]} {there.year}"


def exact(at: datetime, zone: tzinfo | None) -> str:
    """A moment to the minute: Tuesday 3 February 2026, 14:05."""
    there = at.astimezone(zone)
    day = f"{WEEKDAYS[there.weekday()]} {there.day} {_MONTHS[there.month - 1]} {there.year}"
    return f"{day}, {there:%H:%M}"


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def midnight(day: date, zone: tzinfo | None = None) -> datetime:
    """The moment at which a day begins in the zone; without one, in the system's as it was on that day."""
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def first_of_month(day: date, months: int) -> date:
    """The first of the month that is so many months after this day's."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1)
