"""The values that a statement of SQL inserts or copies into columns with telling names."""

import re
from collections.abc import Iterator

from whence.secrets.names import Strength, strength
from whence.secrets.values import Tie, keeps

_ROWS = 400
"""Rows of one statement that are looked at."""
_LONGEST_ROW = 4096
"""Characters of a row that a dump copies."""
_VALUES = re.compile(r"(?:VALUES|values|Values)(?<=\s......)\s{0,40}(?=\()")
_INSERT = re.compile(r"(?:INTO|into|Into)\s{1,8}[\w.\"`\[\]\\]{1,80}\s{0,8}\((?P<columns>[^()\n]{1,600})\)\s{1,40}\Z")
_LONGEST_INSERT = 800
"""Characters before the values, in which their columns are named."""
_COPY = re.compile(
    r"(?:COPY|copy)\s{1,8}[\w.\"]{1,80}\s{0,8}\((?P<columns>[^()\n]{1,600})\)\s{1,8}(?:FROM|from)\s{1,8}(?i:stdin)[^\n]{0,80};\r?\n"
)
_ITEM = re.compile(
    r"\s{0,40}(?P<whole>[NEBXneb]?'(?P<text>(?:[^'\\\n]|''|\\[^\n]){0,1000})'|\"(?P<quoted>[^\"\n]{0,1000})\"|[^,()'\"\n]{1,200}(?:\([^()\n]{0,200}\))?)\s{0,40}"
)
_WHERE = re.compile(r"(?:WHERE|where|Where)(?<=\s.....)\s{1,8}[^;'\n]{0,80}?'(?P<name>[\w.-]{3,80})'")
_SET = re.compile(
    r"(?i)\bset\s{1,8}[\w.\"`\[\]]{1,40}\s{0,4}=\s{0,4}N?'(?P<value>[^'\n]{4,1000})'[^;'\n]{0,200}\Z",
)
_LONGEST_SET = 1300
"""Characters of what is set before the rows are named."""
_NEXT_ROW = re.compile(r"\s{0,8},\s{0,40}[+\-]?\s{0,40}(?=\()")


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every value worth hiding in such a column."""
    yield from _settings(text)
    yield from _copied(text)
    for values in _VALUES.finditer(text):
        insert = _INSERT.search(text, max(0, values.start() - _LONGEST_INSERT), values.start())
        if insert is None:
            continue
        promises = [strength(column.strip(" \t\"'`[]\\")) for column in insert["columns"].split(",")]
        if max(promises) >= Strength.LIKELY:
            yield from _rows(text, values.end(), promises)


def _settings(text: str) -> Iterator[tuple[int, int, str]]:
    """What a table of settings is given where the row is called as a secret is."""
    for where in _WHERE.finditer(text):
        promise = strength(where["name"])
        if promise < Strength.LIKELY:
            continue
        update = _SET.search(text, max(0, where.start() - _LONGEST_SET), where.start())
        if update and keeps(update["value"], promise, Tie.QUOTED):
            yield *update.span("value"), "password" if promise is Strength.PASSWORD else "high-entropy-secret"


def _copied(text: str) -> Iterator[tuple[int, int, str]]:
    """What a dump of PostgreSQL copies into such columns: a row a line, parted by tabs."""
    if "stdin" not in text and "STDIN" not in text:
        return
    for copy in _COPY.finditer(text):
        promises = [strength(column.strip(' \t"')) for column in copy["columns"].split(",")]
        if max(promises) < Strength.LIKELY:
            continue
        at = copy.end()
        for _ in range(_ROWS):
            stop = text.find("\n", at, at + _LONGEST_ROW)
            row = text[at : stop if stop >= 0 else at + _LONGEST_ROW].split("\t")
            if len(row) != len(promises):
                break
            for value, promise in zip(row, promises, strict=True):
                if promise >= Strength.LIKELY and keeps(value, promise, Tie.QUOTED):
                    yield at, at + len(value), "password" if promise is Strength.PASSWORD else "high-entropy-secret"
                at += len(value) + 1


def _rows(text: str, at: int, promises: list[Strength]) -> Iterator[tuple[int, int, str]]:
    for _ in range(_ROWS):
        at += 1  # the bracket
        for place, promise in enumerate(promises):
            if (item := _ITEM.match(text, at)) is None:
                return
            group = "text" if item["text"] is not None else "quoted"
            if promise >= Strength.LIKELY and item[group] and keeps(item[group], promise, Tie.QUOTED):
                yield *item.span(group), "password" if promise is Strength.PASSWORD else "high-entropy-secret"
            at = item.end()
            if text[at : at + 1] != ("," if place < len(promises) - 1 else ")"):
                return
            at += 1
        if (following := _NEXT_ROW.match(text, at)) is None:
            return
        at = following.end()
