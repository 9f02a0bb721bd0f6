"""Moments as people and models say them: 3 February 2026, yesterday, last week, 2 days ago, seconds since 1970.

A day is its beginning in the zone of this machine, and so is a stretch of time that is measured in days, weeks, months
or years: what happened on the first day of it is meant too. What could be two days, such as 02/03/2026, is none.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from whence.values.base import WEEKDAYS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:,?\s*(?P<year>\d{4}))"
_NAMED = (
    re.compile(rf"{_DAY}[\s-]*(?:of\s+)?{_MONTH}(?:[\s-]*{_YEAR})?"),
    re.compile(rf"{_MONTH}\s*{_DAY}{_YEAR}?"),
    re.compile(rf"{_MONTH}{_YEAR}?(?P<day>)"),
)
_NUMBERS = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?"),
    re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})"),
    re.compile(r"(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{1,2})/(?P<year>\d{4})"),
    re.compile(r"(?P<month>\d{1,2})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{4})"),
    re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>)(?P<day>)"),
)
_WEEK = re.compile(r"(\d{4})-?w(\d{2})")
_COUNTS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}
_UNITS = "seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|w|months?|mo|quarters?|years?|y"
_AGO = re.compile(
    rf"(?:(?:last|past|previous)\s+)?-?(?P<count>\d{{1,5}}|{'|'.join(_COUNTS)})\s*(?P<unit>{_UNITS})(?:\s+(?:ago|back))?"
)
_PERIOD = re.compile(
    r"-?p(?:(\d{1,4})y)?(?:(\d{1,4})m)?(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:t(?:(\d{1,5})h)?(?:(\d{1,6})m)?)?"
)
_FROM = re.compile(r"(?:(?:since|from|on|at|in|within|after|starting)\s+|the\s+)+")
_CLOCK = re.compile(r"(?:^|[\s,]+)(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*([ap]m)?$")
_LONGEST = 60
_SECONDS, _MILLISECONDS = range(10**8, 10**11), range(10**11, 10**14)


def said(value: str | int | float, at: datetime | None = None) -> datetime | None:
    """The moment that a text or a number says; None where it says none, or more than one.

    Args:
        value: a date, a date with a time, words, or the time since 1970 in seconds or milliseconds.
        at: the present, in the zone in which days begin; without it that of this machine.
    """
    try:
        return _said(value, at)
    except (ValueError, OverflowError, OSError):
        return None


def _said(value: str | int | float, at: datetime | None) -> datetime | None:
    if isinstance(value, str):
        text = value.strip().strip("\"'`").strip()
        if not text or len(text) > _LONGEST:
            return None
        if not re.fullmatch(r"\d{9,14}(?:\.\d+)?", text):
            return _iso(text) or _spoken(text.lower().rstrip("."), at) or _mailed(text)
        value = float(text)
    whole = int(value)
    if 1970 <= whole <= 2100 and whole == value:
        return midnight(date(whole, 1, 1), at)
    if whole in _SECONDS:
        return datetime.fromtimestamp(value, UTC)
    return datetime.fromtimestamp(value / 1000, UTC) if whole in _MILLISECONDS else None


def midnight(day: date, at: datetime | None = None) -> datetime:
    """When a day begins, in the zone of the present that is given, or in this machine's."""
    begun = datetime.combine(day, time())
    return begun.replace(tzinfo=at.tzinfo) if at else begun.astimezone()


def _iso(text: str) -> datetime | None:
    """A moment as ISO 8601 has it, with the liberties that programs take; a zone that it lacks is this machine's."""
    text = re.sub(r"\s*\[[\w/+-]+\]$", "", text)
    text = re.sub(r"\s*(?:UTC|GMT|Z)$", "+00:00", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=\d)\s+(?=[+-]\d\d:?\d\d$)", "", text)
    text = re.sub(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)", _padded, text)
    text = re.sub(r"^(\d{4}-\d\d-\d\d)\+00:00$", r"\1T00:00+00:00", text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.astimezone()


def _padded(day: re.Match[str]) -> str:
    return f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}"


def _mailed(text: str) -> datetime | None:
    """A moment as mails, HTTP and git print it."""
    found = parsedate_to_datetime(text) if re.match(r"[A-Za-z]{3}\b.*\d:\d", text) else None
    return found if found is None or found.tzinfo else found.astimezone()


def _spoken(text: str, at: datetime | None) -> datetime | None:
    here = at or datetime.now().astimezone()
    text = _FROM.sub("", text, count=1) if _FROM.match(text) else text
    if text == "now":
        return here
    clock = _CLOCK.search(text)
    if clock is None:
        return _ago(text, here, at) or _day_begun(text, here, at)
    day = _day(text[: clock.start()].strip() or "today", here.date())
    hour = int(clock[1]) % 12 + 12 * (clock[4] == "pm") if clock[4] else int(clock[1])
    if day is None or (clock[4] and not 1 <= int(clock[1]) <= 12):
        return None
    found = datetime.combine(day, time(hour, int(clock[2]), int(clock[3] or 0)))
    return found.replace(tzinfo=at.tzinfo) if at else found.astimezone()


def _day_begun(text: str, here: datetime, at: datetime | None) -> datetime | None:
    day = _day(text, here.date())
    return midnight(day, at) if day else None


def _ago(text: str, here: datetime, at: datetime | None) -> datetime | None:
    """So long before the present."""
    if (period := _PERIOD.fullmatch(text)) and any(period.groups()):
        years, months, weeks, days, hours, minutes = (int(each or 0) for each in period.groups())
        if hours or minutes:
            here -= timedelta(hours=hours, minutes=minutes)
            return here - timedelta(days=days) if not (years or months or weeks) else None
        return midnight(_months_before(here.date(), 12 * years + months) - timedelta(days=7 * weeks + days), at)
    match = _AGO.fullmatch(text)
    if match is None:
        return None
    count, unit = int(_COUNTS.get(match["count"], match["count"])), match["unit"]
    match unit[:2].rstrip("s") if unit != "s" else unit:
        case "s" | "se":
            return here - timedelta(seconds=count)
        case "mi":
            return here - timedelta(minutes=count)
        case "h" | "ho" | "hr":
            return here - timedelta(hours=count)
        case "d" | "da":
            return midnight(here.date() - timedelta(days=count), at)
        case "w" | "we":
            return midnight(here.date() - timedelta(weeks=count), at)
        case "q" | "qu":
            return midnight(_months_before(here.date(), 3 * count), at)
        case "y" | "ye":
            return midnight(_months_before(here.date(), 12 * count), at)
    return midnight(_months_before(here.date(), count), at)


def _day(text: str, today: date) -> date | None:
    """The day that a text says, or the first of the week, month or year that it says."""
    known = {"today": 0, "yesterday": 1, "day before yesterday": 2, "tomorrow": -1}
    if text in known:
        return today - timedelta(days=known[text])
    which, _, name = text.rpartition(" ")
    known_which = which in ("", "this", "last", "past", "previous")
    if known_which and (found := _calendar(which, name, today)):
        return found
    if week := _WEEK.fullmatch(text):
        return date.fromisocalendar(int(week[1]), int(week[2]), 1)
    for pattern in (*_NAMED, *_NUMBERS):
        if match := pattern.fullmatch(text):
            return _dated(match, today)
    return None


def _calendar(which: str, name: str, today: date) -> date | None:
    """This week's first day, last month's, and so on; of a weekday the latest, and the one before today as the last."""
    before = which in ("last", "past", "previous")
    days = [each.lower() for each in WEEKDAYS]
    short = [day for day in days if len(name) > 2 and day.startswith(name)]
    if short:
        back = (today.weekday() - days.index(short[0])) % 7
        return today - timedelta(days=back or 7 * before)
    match name if which else "":
        case "week":
            return today - timedelta(days=today.weekday() + 7 * before)
        case "month":
            return _months_before(today.replace(day=1), int(before))
        case "year":
            return date(today.year - before, 1, 1)
    return None


def _dated(match: re.Match[str], today: date) -> date | None:
    name = match["month"]
    month = (int(name) if name.isdigit() else _MONTHS.index(name[:3]) + 1) if name else 1
    day = int(match["day"] or 1)
    if match["year"]:
        return date(int(match["year"]), month, day)
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)  # nobody asks memory for a day to come


def _months_before(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 - months
    first = date(at // 12, at % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return min(first.replace(day=min(day.day, last.day)), last)
