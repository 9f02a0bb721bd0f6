"""The cells that a name in a table heads where no delimiters part them: in line, in HTML, JSON, wikis, lists."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_ROWS = 400
"""Rows of a table that are looked at."""
_LONGEST = 600
"""Characters of a row, and of what stands before a head in its row."""
_GAP = re.compile(r"[ ]{2,}")
_PART = re.compile(r"\S+(?:[ ]\S+)*")
_CELL_IN_LINE = re.compile(r"[^\s\"'`]+(?=[\"'`][\])}]*$|\s|$)")
_RULE = re.compile(r"[+\- ]?[ ]*[-=_~]{2,}(?:[ ]+[-=_~]{2,})*[ ]*")
_HEAD = re.compile(r"[+\- ]?[ ]*(?:[^\W\d_][\w./()#-]*(?:[ ][\w./()#-]+){0,3}(?:[ ]{2,}|$)){2,}")
_ROW_BEGINS = re.compile(r"<tr\b[^<>]{0,120}>")
_CELL_BEGINS = re.compile(r"<t[hd]\b[^<>]{0,120}>")
_CELL = re.compile(r"<t[hd]\b[^<>]{0,120}>(?P<inner>[^<]*(?:<(?!/?t[hdr]\b)[^<>]{0,120}>[^<]*){0,6})</t[hd]>")
_BARE = re.compile(r"(?:<[^<>]{0,120}>|\s)*(?P<inner>[^<>\s]+)(?:<[^<>]{0,120}>|\s)*")
_PAIRED = re.compile(
    rf"\s{{0,40}}</t[hd]>\s{{0,80}}{_CELL.pattern}\s{{0,80}}</tr"
    r"|[ \t]*:?</(?:dt|b|strong|label|span|em|h\d)>[ \t:]*\s{0,40}<(?:dd|code|b|strong|span|em|kbd|pre|p)\b[^<>]{0,80}>"
    r"(?P<value>[^\s<>]{1,400})</"
)
_OPENED = re.compile(r">\s{0,40}(?:[^\W\d_]{2,12} ){0,2}$")
_QUOTED = re.compile(r"\"(?:[^\W\d_]{2,12} ){0,2}$")
_JSON_ITEM = re.compile(r"[\[,\s]*(?:\"(?P<inner>(?:[^\"\\\n]|\\[^\n]){0,1000})\"|[^\[\],\s\"{}][^\[\],\"{}]{0,100})")
_JSON_ROWS = re.compile(r"\]\s*,\s*\"\w{2,12}\"\s*:\s*\[\s*(?=\[)")
_JSON_NEXT = re.compile(r"\]\s*,\s*(?=\[)")
_ALONE = re.compile(
    r"[ \t]*(?:`{1,2}|'{2,3}|\*\*)?(?P<inner>[^\s`|*][^\s`|]*)(?:`{1,2}|'{2,3}|\*\*)?[ \t]*(?=\n|\|\||\Z)"
)
"""The only word of a cell, without the marks of its type."""


class _Notation(NamedTuple):
    """How a table of marked cells is written."""

    table: str
    """What begins it."""
    row: re.Pattern[str]
    cell: re.Pattern[str]
    closed: re.Pattern[str]
    """What follows the name in its cell."""


_NOTATIONS = (
    _Notation(
        "{|",
        re.compile(r"(?m)^[+ ]?\|-[^\n]*"),
        re.compile(r"(?m)^[+ ]?[!|](?![-+}!|])|!!|\|\|"),
        re.compile(r"[ \t]*(?:\n|!!)"),
    ),
    _Notation(
        "list-table::",
        re.compile(r"(?m)^[+ ]?[ ]*\*(?=[ ]-[ ])"),
        re.compile(r"(?m)^[+ ]?[ ]*(?:\*[ ])?[ ]*-[ ]"),
        re.compile(r"[ \t]*\n"),
    ),
)
_ENDS = re.compile(r"\s{0,40}(?:<[^<>]{0,40}>\s{0,40})?</th>")


def aligned(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words that stand in line below the name at `start` to `end`, where it heads a column of a plain table."""
    first = max(text.rfind("\n", max(0, start - _LONGEST), start) + 1, start - _LONGEST, 0)
    after = text[end : end + 2]
    if after[:1] not in (" ", "\n", "\r", "") or (after != "  " and "  " not in text[first:start]):
        return
    stop = text.find("\n", end, end + _LONGEST)
    first = max(first, *(text.rfind(quote, first, start) + 1 for quote in "\"'`"))  # a string may begin with it
    if stop < 0 or not _HEAD.fullmatch(text[first:stop].rstrip()) or _is_below(text, first, start):
        return
    head = next((part for part in _PART.finditer(text, first, stop) if part.start() <= start < part.end()), None)
    if head is None:
        return
    left, right = head.start() - first, head.end() - first
    for _ in range(_ROWS):
        at = stop + 1
        stop = text.find("\n", at, at + _LONGEST)
        stop = min(len(text), at + _LONGEST) if stop < 0 else stop
        line = text[at:stop].rstrip()
        if not line.strip(" +-"):
            if at == stop or not _RULE.fullmatch(line):
                return
            continue
        for word in _CELL_IN_LINE.finditer(line) if not _RULE.fullmatch(line) else ():
            alone = line[word.end() : word.end() + 2] in ("", "  ") or line[word.end()] in "\"'`"
            if alone and (word.start() == left or word.end() == right):
                yield at + word.start(), at + word.end()


def _is_below(text: str, first: int, start: int) -> bool:
    """Whether the line at `first` stands below one with a column in the same place, and so heads nothing.

    This keeps the whole linear too: no row is looked at below many heads.
    """
    above = text[max(0, first - _LONGEST) : max(0, first - 1)].rpartition("\n")[2]
    if _RULE.fullmatch(above.rstrip()):
        return False
    place = start - first
    beside = above[place - 2 : place]
    return _GAP.search(above.strip()) is not None and above[place : place + 1].strip() != "" and not beside.strip()


def of_json(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The strings of the rows whose columns are named in a list before them: `{"columns": [...], "rows": [[...]]}`."""
    quote = _QUOTED.search(text, max(0, start - 32), start)
    if quote is None or text[end : end + 1] != '"':
        return
    opened = text.rfind("[", max(0, start - _LONGEST), start)
    closed = text.find("]", end, end + _LONGEST)
    if opened < 0 or closed < 0 or not (rows := _JSON_ROWS.match(text, closed)):
        return
    place = len(_JSON_ITEM.findall(text, opened + 1, quote.start()))
    at = rows.end()
    for _ in range(_ROWS):
        items: list[re.Match[str]] = []
        while len(items) <= place and (item := _JSON_ITEM.match(text, at)):
            items.append(item)
            at = item.end()
        if len(items) <= place:
            return
        if items[place]["inner"]:
            yield items[place].span("inner")
        if not (following := _JSON_NEXT.search(text, at, at + 4 * _LONGEST)):
            return
        at = following.end()


def marked(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The cells below a head of a table whose cells have marks before them, as MediaWiki and reStructuredText do."""
    floor = max(0, start - _LONGEST)
    for notation in _NOTATIONS:
        table = text.rfind(notation.table, floor, start)
        if table < 0 or not notation.closed.match(text, end):
            continue
        begun = [match.start() for match in notation.row.finditer(text, table, start)]
        if len(begun) > 1:
            return  # a cell of a later row
        place = len(notation.cell.findall(text, begun[0] if begun else table, start)) - 1
        at = end
        for _ in range(_ROWS):
            row = notation.row.search(text, at, at + _LONGEST)
            if row is None or place < 0:
                return
            at = row.end()
            following = notation.row.search(text, at, at + 4 * _LONGEST)
            last = following.start() if following else min(len(text), at + 4 * _LONGEST)
            cells = list(notation.cell.finditer(text, row.start(), last))
            if place < len(cells) and (word := _ALONE.match(text, cells[place].end(), last)):
                yield word.span("inner")
        return


def of_html(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The content of the cells that the name at `start` to `end` heads in a table of HTML: below it, or beside it."""
    if (paired := _PAIRED.match(text, end)) and _OPENED.search(text, max(0, start - 32), start):
        if paired["value"]:
            yield paired.span("value")
        elif bare := _BARE.fullmatch(text, *paired.span("inner")):
            yield bare.span("inner")
        return
    if not _ENDS.match(text, end):
        return
    floor = max(0, start - 8 * _LONGEST)
    row = text.rfind("<tr", floor, start)
    if row < 0:
        return
    place = len(_CELL_BEGINS.findall(text, row, start)) - 1
    at = text.find("</tr", end, end + 8 * _LONGEST)
    for _ in range(_ROWS):
        if at < 0 or not (begins := _ROW_BEGINS.search(text, at, at + _LONGEST)):
            return
        at = text.find("</tr", begins.end(), begins.end() + 8 * _LONGEST)
        cells = list(_CELL.finditer(text, begins.end(), at if at >= 0 else min(len(text), begins.end() + 8 * _LONGEST)))
        if 0 <= place < len(cells) and (bare := _BARE.fullmatch(text, *cells[place].span("inner"))):
            yield bare.span("inner")


_READERS = (("", aligned), ("<", of_html), ('"', of_json), ("|", marked), ("*", marked))
"""How tables are read, by a sign that stands in each; most texts hold few of them."""


def cells_of(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the cells stand that the name at `start` to `end` heads; none where it is no head."""
    before = text[max(0, start - _LONGEST) : start]
    for sign, read in _READERS:
        if sign in before and (cells := list(read(text, start, end))):
            return cells
    return []
