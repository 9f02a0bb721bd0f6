"""Filters that people write into what they search for, and people whom they search for by name."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from whence.engine.candidates import folded
from whence.project.project import Project
from whence.values import moments
from whence.values.memory import Decision

_SAID = re.compile(r"""(?<!\S)(author|kind|file|label|state|since|until):(?:"([^"\n]+)"|(?!//)([^\s"]+))(?!\S)""")


_STATES = {
    *get_args(Decision.model_fields["status"].annotation),
    *("open", "resolved", "fixed", "active", "ended", "failed", "discarded"),
}
"""States of memories that a query may name; other words stay words."""


@dataclass(frozen=True, slots=True)
class Said:
    """A query, and the filters that stood in it."""

    query: str
    """What is left to look for."""

    authors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    states: tuple[str, ...] = ()

    since: datetime | None = None
    """The moment that was said; of a day its beginning, where the server stands; the latest of several."""

    until: datetime | None = None
    """The same of the moment before which it was; the earliest of several."""


def read(query: str, kinds: Collection[str]) -> Said:
    """Take the filters out of a query, such as `author:"Test Author"`, `kind:decision` or `since:2026-03-01`.

    A text of several lines is a message or a trace, in which such words mean something else.

    Args:
        query: what was written.
        kinds: the kinds that there are; of others the words stay in the query.
    """
    if "\n" in query.strip():
        return Said(query)
    found: dict[str, list[str]] = {"author": [], "kind": [], "file": [], "label": [], "state": []}
    days: dict[str, list[datetime]] = {"since": [], "until": []}

    def take(said: re.Match[str]) -> str:
        name, value = said[1], said[2] or said[3]
        if (name == "kind" and value not in kinds) or (name == "state" and value not in _STATES):
            return said[0]
        if name in days:
            if (day := moments.said(value)) is None:
                return said[0]
            days[name].append(day)
            return ""
        found[name].append(value)
        return ""

    left = _SAID.sub(take, query)
    if left == query:
        return Said(query)
    return Said(
        " ".join(left.split()),
        authors=tuple(found["author"]),
        kinds=tuple(found["kind"]),
        files=tuple(found["file"]),
        labels=tuple(found["label"]),
        states=tuple(found["state"]),
        since=max(days["since"], default=None),
        until=min(days["until"], default=None),
    )


def person(project: Project, query: str) -> tuple[str, ...]:
    """The author whose whole name the query is, as memories write it; none where it is nobody's.

    A name of one word is a word like any other.
    """
    asked = folded(query)
    if " " not in asked or len(query) > 100:
        return ()
    return tuple(name for name in project.store.counts("author") if folded(name) == asked)
