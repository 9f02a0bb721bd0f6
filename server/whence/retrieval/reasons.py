"""Explaining: why a memory was found, and when and where it is from, in a few plain words."""

import re
from collections.abc import Sequence
from datetime import datetime

from whence.retrieval.query import Query
from whence.values.score import ScoreParts

_SHOWN = 5
_HUNK = re.compile(r"^@@+ [-+,\d ]+ @@+(?P<around>.*)$", re.MULTILINE)


def reasons(
    parts: ScoreParts,
    query: Query,
    held: frozenset[str],
    lately: str = "",
    near: Sequence[str] = (),
    *,
    close: float,
) -> str:
    """Why a memory was found, as in "Shares “token”; close in meaning; from today; pinned.".

    Args:
        parts: what its score is the sum of.
        query: what was asked.
        held: those of the query's terms that it holds.
        lately: the day that it is from as a person says it, where it is of late.
        near: in what it is near to where the user is.
        close: the cosine from which it is called close in meaning.
    """
    found = ["has the name you ask for"] if parts.named else []
    if shared := query.surfaces(held) if held else []:
        named = ", ".join(f"“{word[:40]}”" for word in shared[:_SHOWN])
        found.append(f"shares {named}" + (f" and {len(shared) - _SHOWN} more" if len(shared) > _SHOWN else ""))
    if parts.semantic >= close:
        found.append("close in meaning")
    if parts.speaker >= 0.1:
        found.append("said by whom you name")
    if parts.date:
        found.append("from the time you name")
    if parts.dialogue >= 0.05:
        found.append("follows a question like yours, or names a time as you ask")
    if parts.lines >= 0.25:
        found.append("changed lines that the trace runs through, or near them")
    if parts.recency > 0 and lately:
        found.append(f"from {lately}")
    if parts.importance:
        found.append("important" if parts.importance > 0 else "of little importance")
    if parts.pinned:
        found.append("pinned")
    found += near
    told = "; ".join(found) or "the nearest there is"
    return f"{told[0].upper()}{told[1:]}."


def snippet(pieces: Sequence[str], query: Query, usual: str) -> str:
    """The piece that holds most of what is asked, by the weight of the terms; the usual one, if none holds more."""
    asked = [(term, weight) for term, weight in query.terms if len(term) > 2]

    def share(piece: str) -> float:
        lowered = piece.lower()
        return sum(weight for term, weight in asked if term in lowered)

    best = max(pieces, key=share, default="")
    return legible(best) if share(best) > share(usual) else usual


def legible(piece: str) -> str:
    """A piece of a diff without the headers of its hunks: what encloses them stays, apart from what precedes."""

    def place(header: re.Match[str]) -> str:
        return f"… {around}" if (around := header["around"].strip()) else "…"

    return _HUNK.sub(place, piece)


def when_and_where(at: datetime, files: Sequence[str], now: datetime) -> str:
    """The day and the first file: "yesterday · src/a.py and 2 more"."""
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{when(at, now)} · {files[0]}{more}" if files else when(at, now)


def when(at: datetime, now: datetime) -> str:
    """The day as a person says it, in the local time zone."""
    there = at.astimezone()
    days = (now.astimezone().date() - there.date()).days
    if days in (0, 1):
        return ("today", "yesterday")[days]
    return f"{days} days ago" if 0 < days < 14 else f"{there.day} {there:%b %Y}"
