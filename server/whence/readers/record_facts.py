"""Metadata in the text of decision records: lines such as `Status: accepted`, tables, and days as people write them."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from whence.readers.record_markup import BULLET, LINK
from whence.readers.record_words import fact, month, part
from whence.values.base import one_line

_FACT = re.compile(r"[^\w\n]{0,12}([^\W\d_][\w' ./-]{0,40}?)\s{0,3}[*_]{0,3}\s{0,3}[:：]\s{0,3}[*_]{0,3}\s*(.*)")
_FACTS_IN_ROW = re.compile(r"\s[|·•]\s|\s*<br\s*/?>\s*")
IN_TEXT = frozenset({"status", "date", "deciders", "authors", "labels", "supersedes", "superseded by", "last updated"})
"""Metadata that may stand as `Status: accepted` above the first section."""

_DATES = (
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]"), (1, 2, 3)),
    (re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)"), (3, 2, 1)),
    (re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4})(?!\d)"), (3, 2, 1)),
)
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|°|\.)?\s+(?:de\s+|of\s+|d')?([^\W\d_]{3,12})\.?,?\s+(?:de\s+)?(\d{4})"
)
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def of_table(cells: list[list[str]]) -> list[tuple[str, str]]:
    """What the rows of tables tell: a key and a value in each, or keys in the first row and values in the second."""
    broken = [[re.sub(r"\s*<br\s*/?>\s*", "\n", cell) for cell in row] for row in cells[:200]]
    if len(broken) > 1 and len(broken[0]) > 1 and all(fact(plain(cell)) for cell in broken[0][:2]):
        return [(plain(key), value) for key, value in zip(broken[0], broken[1], strict=False)]
    return [(plain(row[0]), row[1]) for row in broken if len(row) >= 2 and (fact(plain(row[0])) or part(row[0]))]


def facts_in(lines: Iterable[str]) -> tuple[str, dict[str, str]]:
    """What stands as `Status: accepted` among these lines, and the rest."""
    rest: list[str] = []
    facts: dict[str, str] = {}
    waiting = ""
    for line in lines:
        if waiting and (value := _waited(line, facts.get(waiting, ""), waiting)) is not None:
            facts[waiting] = value
            continue
        waiting = waiting if waiting and not line.strip() else ""
        found = _told(line)
        if not found:
            rest.append(line)
        for key, value in found:
            facts.setdefault(key, value)
            if not value:
                facts[key], waiting = "", key
    return "\n".join(rest).strip(), {key: value for key, value in facts.items() if value}


def _waited(line: str, sofar: str, key: str) -> str | None:
    """The value of a key with this line, where it goes on the list below the key or is its only line."""
    if (item := BULLET.match(line)) and _FACT.match(item[1]) is None:
        return ", ".join(each for each in (sofar, item[1].strip()) if each)
    if line.strip() and not sofar and not BULLET.match(line) and not _told(line) and key in ("status", "date"):
        return line.strip()
    return None


def _told(line: str) -> list[tuple[str, str]]:
    """What a line tells as metadata, one key or several with bars between them."""
    if len(line) > 2000 or line.startswith(("    ", "\t")):
        return []
    whole_line = _key_and_value(line)
    pieces = [_key_and_value(each) for each in _FACTS_IN_ROW.split(line)]
    if len(pieces) > 1 and all(pieces):
        return [each for each in pieces if each]
    return [whole_line] if whole_line else []


def _key_and_value(line: str) -> tuple[str, str] | None:
    match = _FACT.match(line)
    key = fact(match[1]) if match else ""
    if not match or key not in IN_TEXT:
        return None
    value = match[2].strip().strip("*").strip()
    return None if key == "date" and value and date_in(value) is None and not value.isascii() else (key, value)


def date_in(text: str) -> datetime | None:
    """The day at noon in UTC, so that it is the same day nearly everywhere."""
    text = text[:500]
    for shape, order in _DATES:
        if match := shape.search(text):
            year, mid, day = (int(match[each]) for each in order)
            return noon(year, mid, day) or (noon(year, day, mid) if order == (3, 2, 1) and mid > 12 else None)
    for shape, (day_at, name_at) in ((_DAY_MONTH, (1, 2)), (_MONTH_DAY, (2, 1))):
        for match in shape.finditer(text):
            if number := month(match[name_at]):
                return noon(int(match[3]), number, int(match[day_at]))
    return None


def noon(year: int, mid: int, day: int) -> datetime | None:
    """Noon of a day in UTC; None where there is no such day."""
    try:
        return datetime(year, mid, day, 12, tzinfo=UTC)
    except ValueError:
        return None


def plain(text: str) -> str:
    """A heading or an item without links and emphasis."""
    return one_line(re.sub(r"\*\*|__|`", "", LINK.sub(r"\1", text[:2000])), 300)
