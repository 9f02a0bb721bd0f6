"""The cells below a name in the head of a table that has no delimiters: columns in line, and tables of HTML."""

import re
from collections.abc import Iterator

_ROWS = 400
"""Rows of a table that are looked at."""
_LONGEST = 600
"""Characters of a row, and of what stands before a head in its row."""
_GAP = re.compile(r"[ ]{2,}")
_PART = re.compile(r"\S+(?:[ ]\S+)*")
_RULE = re.compile(r"[+\- ]?[ ]*[-=_~]{2,}(?:[ ]+[-=_~]{2,})*[ ]*")
_HEAD = re.compile(r"[+\- ]?[ ]*(?:[^\W\d_][\w./()#-]*(?:[ ][\w./()#-]+){0,3}(?:[ ]{2,}|$)){2,}")
_ROW_BEGINS = re.compile(r"<tr\b[^<>]{0,120}>")
_CELL_BEGINS = re.compile(r"<t[hd]\b[^<>]{0,120}>")
_CELL = re.compile(r"<t[hd]\b[^<>]{0,120}>(?P<inner>[^<]*(?:<(?!/?t[hdr]\b)[^<>]{0,120}>[^<]*){0,6})</t[hd]>")
_BARE = re.compile(r"(?:<[^<>]{0,120}>|\s)*(?P<inner>[^<>\s]+)(?:<[^<>]{0,120}>|\s)*")
_ENDS = re.compile(r"\s{0,40}(?:<[^<>]{0,40}>\s{0,40})?</th>")


def aligned(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words that stand in line below the name at `start` to `end`, where it heads a column of a plain table."""
    first = max(text.rfind("\n", max(0, start - _LONGEST), start) + 1, start - _LONGEST, 0)
    after = text[end : end + 2]
    if after[:1] not in (" ", "\n", "\r", "") or (after != "  " and "  " not in text[first:start]):
        return
    stop = text.find("\n", end, end + _LONGEST)
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
        for word in re.finditer(r"\S+", line) if not _RULE.fullmatch(line) else ():
            alone = line[word.end() : word.end() + 2] in ("", "  ")
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


def of_html(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The content of the cells below the name at `start` to `end`, where it heads a column of a table in HTML."""
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
