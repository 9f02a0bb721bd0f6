"""Filters that people write into what they search for, and people whom they search for by name."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from whence.engine.candidates import folded
from whence.project.project import Project

_SAID = re.compile(r"""(?<!\S)(author|kind|file|label):(?:"([^"\n]+)"|(?!//)([^\s"]+))(?!\S)""")


@dataclass(frozen=True, slots=True)
class Said:
    """A query, and the filters that stood in it."""

    query: str
    """What is left to look for."""

    authors: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


def read(query: str, kinds: Collection[str]) -> Said:
    """Take the filters out of a query, such as `author:"Test Author"` or `kind:decision`.

    A text of several lines is a message or a trace, in which such words mean something else.

    Args:
        query: what was written.
        kinds: the kinds that there are; of others the words stay in the query.
    """
    if "\n" in query.strip():
        return Said(query)
    found: dict[str, list[str]] = {"author": [], "kind": [], "file": [], "label": []}

    def take(said: re.Match[str]) -> str:
        name, value = said[1], said[2] or said[3]
        if name == "kind" and value not in kinds:
            return said[0]
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
    )


def person(project: Project, query: str) -> tuple[str, ...]:
    """The author whose whole name the query is, as memories write it; none where it is nobody's.

    A name of one word is a word like any other.
    """
    asked = folded(query)
    if " " not in asked or len(query) > 100:
        return ()
    return tuple(name for name in project.store.counts("author") if folded(name) == asked)
