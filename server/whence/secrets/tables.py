"""The cells below a name in the head of a table: CSV, TSV, and tables in Markdown, plain, in a diff or in a string."""

import re
from collections.abc import Iterator

_ROWS = 400
"""Rows of a table that are looked at."""
_LONGEST = 600
"""Characters of a row."""
_BREAK = re.compile(r"\r?\n|(?:\\+r)?\\+n")
_DELIMITER = re.compile(
    r"(?:[ \t](?:d['’]\w{2,12}|\([a-z]{2,12}\)|value))?[ \t]*\\*[\"'`]?[ \t]*(?:[,;|\t]|\\+t|\r?\n|(?:\\+r)?\\+n)"
)
_OPENED = re.compile(
    r"(?:^|[,;\t|\n]|\\+[nt])[ \t+>-]{0,7}\\*[\"'`*]{0,3}(?:[A-Za-z]{2,12} ){0,2}$|[:=][ \t]*\\*[\"'`]$"
)
_HEAD_CELL = re.compile(r"[+\->\s]*(?:\\*[\"'`*]*[^\W\d][\w .\-/()#'’]{0,40}\\*[\"'`*]*\s*)?")
_CODE = re.compile(
    r"[+\- ]*(?:from|import|def|class|return|for|while|if|let|const|var|with|async|function|public|private)\b"
)
_RULE = re.compile(r"[\s+>|:\-]+")
_STRING_BEGINS = re.compile(r"[:=]\s{0,4}\\*[\"'`]")
_IN_QUOTES = r"\\*\"(?:[^\"\\\n]|\"\"|\\(?=[^\"]))*\\*\"[ \t]*"
_CELL = {
    delimiter: re.compile(rf"[ \t]*(?:{_IN_QUOTES}(?=\\*{part}|$)|(?:(?!{part}).)*)", re.DOTALL)
    for delimiter, part in ((",", ","), (";", ";"), ("|", r"\|"), ("\t", r"\t"))
}


def column(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the cells stand below the name at `start` to `end`; none where it is no head of a column."""
    if text[start - 1 : start] == "\\" and text[start : start + 1] in ("n", "r", "t"):
        start += 1  # the letter of an escape, which looks like the first of the name
    mark = _DELIMITER.match(text, end)
    if mark is None or not _OPENED.search(text, max(0, start - 32), start):
        return
    first, escaped = _line_start(text, start)
    stop = _BREAK.search(text, end, end + _LONGEST)
    if stop is None:
        return
    delimiter = _delimiter(text[first : stop.start()])
    if _is_below(text, first, delimiter, text.count(delimiter, first, stop.start())):
        return
    cells = _cells(text, first, stop.start(), delimiter) if delimiter else []
    doubled = text.startswith("||", first)  # as Jira writes heads
    if doubled:
        cells = _filled(text, cells)
    place = next((at for at, (left, right) in enumerate(cells) if left <= start < right), None)
    if place is None or len(cells) < 2 or _CODE.match(text, first) or not _is_head(text, cells, delimiter):
        return
    at = stop.end()
    for _ in range(_ROWS):
        below = _BREAK.search(text, at, at + _LONGEST)
        last = below.start() if below else min(len(text), at + _LONGEST)
        row = _cells(text, at, last, delimiter)
        if doubled:
            row = _filled(text, row)
        # The last row of a string goes on to the end of the string, and beyond.
        if not _RULE.fullmatch(text, at, last):
            if len(row) < len(cells) or (len(row) > len(cells) and not (escaped and below is None)):
                return
            left, right = row[place]
            yield _inner(text, left, right)
        if below is None:
            return
        at = below.end()


def _filled(text: str, cells: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(left, right) for left, right in cells if text[left:right].strip()]


def _line_start(text: str, start: int) -> tuple[int, bool]:
    """Where the row with the head begins, and whether it stands in a string whose lines are escaped."""
    floor = max(0, start - _LONGEST)
    first = max(text.rfind("\n", floor, start) + 1, floor)
    escaped = [match.end() for match in _BREAK.finditer(text, first, start)]
    if escaped:
        return escaped[-1], True
    # A head that is the first line of a string begins with the string.
    stop = _BREAK.search(text, start, start + _LONGEST)
    opened = [match.end() for match in _STRING_BEGINS.finditer(text, first, start + 2)]
    begin = opened[-1] if opened else first
    return begin, stop is not None and not text.startswith(("\n", "\r\n"), stop.start())


def _is_below(text: str, first: int, delimiter: str, count: int) -> bool:
    """Whether the row at `first` stands below another of as many cells, and so heads nothing: the first row does.

    This keeps the whole linear too: no row is looked at below many heads.
    """
    if text[first - 1 : first] == "\n":
        above = max(text.rfind("\n", max(0, first - _LONGEST), first - 1) + 1, first - _LONGEST, 0)
        return not text.startswith("@@ ", above) and text.count(delimiter, above, first - 1) == count
    before = _BREAK.split(text[max(0, first - _LONGEST) : first])
    return len(before) > 1 and before[-2].count(delimiter) == count


def _delimiter(line: str) -> str:
    """What parts the cells of a head: the commonest of the usual ones; none where there is none."""
    counts = {each: line.count(each) for each in ("|", "\t", ";", ",")}
    counts["\\t"] = line.count("\\t")
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] else ""


def _cells(text: str, first: int, last: int, delimiter: str) -> list[tuple[int, int]]:
    """Where the cells of a row begin and end."""
    if delimiter == "\\t":
        return _parted(text, first, last, re.compile(r"\\+t"))
    cells: list[tuple[int, int]] = []
    at = first
    pattern = _CELL[delimiter]
    while at <= last and len(cells) < 100:
        match = pattern.match(text, at, last)
        end = match.end() if match else at
        cells.append((at, end))
        at = end + 1
        if end >= last:
            break
    return cells


def _parted(text: str, first: int, last: int, mark: re.Pattern[str]) -> list[tuple[int, int]]:
    cells: list[tuple[int, int]] = []
    at = first
    for match in mark.finditer(text, first, last):
        cells.append((at, match.start()))
        at = match.end()
    return [*cells, (at, last)]


def _is_head(text: str, cells: list[tuple[int, int]], delimiter: str) -> bool:
    """Whether every cell is a name, and none of them follows a comma and a space, as names in code do."""
    if delimiter == "," and any(text[left : left + 1] == " " for left, _ in cells[1:]):
        return False
    return all(_HEAD_CELL.fullmatch(text, left, right) for left, right in cells)


def _inner(text: str, left: int, right: int) -> tuple[int, int]:
    """The cell without its quotes, code marks and spaces; what comes after a string's end is no part of it."""
    cell = text[left:right]
    bare = cell.lstrip(" \t+\\\"'`")
    left += len(cell) - len(bare)
    if (quote := re.search(r"\\*\"|['`]$", bare.rstrip())) is not None:
        bare = bare[: quote.start()]
    return left, left + len(bare.rstrip(" \t\r\\\"'`"))
