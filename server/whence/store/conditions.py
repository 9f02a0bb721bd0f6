"""Conditions in the database's SQL, whose every value is quoted here and nowhere else.

`lancedb.expr` can't say "this list holds that value" or "is null", so conditions are text; what a user or a file name
puts into them goes through `literal` alone.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from whence.values.protocol import Filter


def literal(text: str) -> str:
    """The text as an SQL string. A quote is doubled; no other character has a meaning between quotes."""
    sound = text.encode("utf-8", "replace").decode()  # a lone surrogate cannot be sent; nothing stored has one
    return "'" + sound.replace("'", "''") + "'"


def moment(at: datetime) -> str:
    """The moment as an SQL timestamp, in UTC, to the microsecond."""
    return f"timestamp '{at.astimezone(UTC).replace(tzinfo=None).isoformat(' ', 'microseconds')}'"


def value(of: object) -> str:
    """A value of a row as SQL.

    An empty list becomes NULL, since SQL does not know what it would be a list of; conditions treat the two alike.
    """
    match of:
        case None | []:
            return "NULL"
        case bool() | int():
            return str(of).lower()
        case str():
            return literal(of)
        case datetime():
            return moment(of)
        case list():
            return f"[{', '.join(map(literal, of))}]"
        case _:
            raise TypeError(f"a row holds no {type(of).__name__}")


def among(column: str, values: Iterable[str]) -> str:
    """The column is one of these values; nothing is among none."""
    listed = ", ".join(map(literal, values))
    return f"{column} IN ({listed})" if listed else "false"


def holding(column: str, values: Iterable[str]) -> str:
    """The column, a list, holds at least one of these values."""
    return f"array_has_any({column}, [{', '.join(map(literal, values))}])"


def both(*conditions: str) -> str:
    """All of these at once; an empty one says nothing."""
    return " AND ".join(f"({each})" for each in conditions if each)


def passing(filter: Filter) -> str:
    """The filter, over columns that memories and passages both have."""
    return both(
        "" if filter.archived else "NOT archived",
        among("kind", filter.kinds) if filter.kinds else "",
        holding("places", map(place, filter.files)) if any(map(place, filter.files)) else "",
        holding("labels", filter.labels) if filter.labels else "",
        among("author", filter.authors) if filter.authors else "",
        among("state", filter.states) if filter.states else "",
        _below(filter.folder),
        *(f"NOT ({below})" for folder in filter.exclude_folders if (below := _below(folder))),
        f"session = {literal(filter.session)}" if filter.session else "",
        f"importance >= {filter.min_importance}" if filter.min_importance > 1 else "",
        f"created_at >= {moment(filter.since)}" if filter.since else "",
        f"created_at < {moment(filter.until)}" if filter.until else "",
    )


def _below(folder: str) -> str:
    """Filed in this folder or in one of its folders."""
    name = folder.strip("/")
    return f"folder = {literal(name)} OR starts_with(folder, {literal(name + '/')})" if name else ""


def place(name: str) -> str:
    """A file's or folder's name as `places` writes it; empty for the whole project."""
    plain = name.removeprefix("./").rstrip("/")
    return "" if plain == "." else plain


def places(files: Iterable[str]) -> list[str]:
    """The files and every folder above them, so that one comparison finds a memory by either."""
    found: dict[str, None] = {}
    for file in files:
        parts = place(file).split("/")
        for depth in range(len(parts), 0, -1):
            found["/".join(parts[:depth])] = None
    return list(found)
