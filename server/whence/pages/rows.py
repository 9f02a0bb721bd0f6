"""The rows of the tree: what each is, and how an id, which carries everything, is read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import unquote

from whence.values.base import EPOCH, one_line
from whence.values.errors import InvalidRequest
from whence.values.memory import KINDS
from whence.values.protocol import Place

_MOST_PARTS = 7
_YEAR = r"(?!0000|0001|9999)[0-9]{4}"  # a zone must not carry it out of the calendar
_STRETCH = rf"today|yesterday|week|{_YEAR}-(?:0[1-9]|1[0-2])"
MICROSECOND = timedelta(microseconds=1)
"""How finely the id of a row tells a moment."""


Cursor = tuple[datetime, str]
"""Time and id of the last memory shown; the next page begins after it."""


@dataclass(frozen=True, slots=True)
class Top:
    """The top of the tree."""


@dataclass(frozen=True, slots=True)
class Now:
    """What is being worked on, what is open, and what was learned today."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """The pinned memories, or a further page of them."""

    before: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """The memories of a kind, or a further page of them."""

    kind: str
    before: Cursor | None = None


@dataclass(frozen=True, slots=True)
class State:
    """The memories of a kind that stand in a certain way, or a further page of them."""

    kind: str
    state: str
    before: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Away:
    """The memories of the archive or the bin, or a further page of them."""

    place: Place
    before: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The memories that fit a text."""

    text: str


@dataclass(frozen=True, slots=True)
class Year:
    """The months of a year in which there are memories of a kind."""

    kind: str
    year: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """The memories of a kind from one stretch of time, or a further page of them."""

    kind: str
    name: str
    """The stretch's name in the calendar: `today`, `yesterday`, `week`, or a month such as `2026-03`."""

    before: Cursor | None = None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A memory, below which there is nothing."""

    memory: str


@dataclass(frozen=True, slots=True)
class Hint:
    """What to do next, in a group that is empty; below it there is nothing."""


Row = Top | Now | Pinned | Kind | State | Year | Stretch | Away | Found | Leaf | Hint
"""Any row that can have rows below it."""


def parse_id(id: str) -> Row:
    """Read what a row's id says.

    Raises:
        InvalidRequest: the id is not one of a row.
    """
    parts = id.split("/", _MOST_PARTS)
    row = Top() if not id else _parse(parts) if len(parts) <= _MOST_PARTS else None
    if row is None:
        raise InvalidRequest(f"The tree has no row {one_line(id, 60)!r}.")
    return row


def _parse(parts: Sequence[str]) -> Row | None:
    match parts:
        case [*group, "memory", id] if id and isinstance(
            _parse(group), Now | Pinned | Kind | State | Stretch | Away | Found
        ):
            return Leaf(unquote(id))
        case ["hint"]:
            return Hint()
        case [*group, "hint"] if isinstance(_parse(group), Now | Kind | Found):
            return Hint()
        case ["now"]:
            return Now()
        case ["found", text]:
            return Found(unquote(text))
        case ["archive" | "bin" as place, *rest]:
            return _parse_away(place, rest)
        case ["pinned"]:
            return Pinned()
        case ["pinned", "older", text] if cursor := _cursor(text):
            return Pinned(cursor)
        case ["kind", kind, *rest] if kind in KINDS:
            return _parse_kind(kind, rest) or (_parse_stretch(kind, rest) if KINDS[kind].grouped == "time" else None)
    return None


def _parse_away(place: Literal["archive", "bin"], rest: Sequence[str]) -> Row | None:
    match rest:
        case []:
            return Away(place)
        case ["older", text] if cursor := _cursor(text):
            return Away(place, cursor)
    return None


def _parse_kind(kind: str, rest: Sequence[str]) -> Row | None:
    match rest:
        case []:
            return Kind(kind)
        case ["older", text] if cursor := _cursor(text):
            return Kind(kind, cursor)
        case ["in", state]:
            return State(kind, unquote(state))
        case ["in", state, "older", text] if cursor := _cursor(text):
            return State(kind, unquote(state), cursor)
    return None


def _parse_stretch(kind: str, rest: Sequence[str]) -> Row | None:
    match rest:
        case ["year", text] if re.fullmatch(_YEAR, text):
            return Year(kind, int(text))
        case [name] if re.fullmatch(_STRETCH, name):
            return Stretch(kind, name)
        case [name, "older", text] if re.fullmatch(_STRETCH, name) and (cursor := _cursor(text)):
            return Stretch(kind, name, cursor)
    return None


def _cursor(text: str) -> Cursor | None:
    stamp, _, id = text.partition("~")
    if not id or not re.fullmatch(r"-?[0-9]{1,17}", stamp):
        return None
    return EPOCH + int(stamp) * MICROSECOND, unquote(id)
