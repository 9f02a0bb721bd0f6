"""A whole file's life in short: how it began, its great changes, who knows it, and what is remembered of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from whence.pages.dates import day
from whence.values.forge import Forge
from whence.values.markdown import address, code, inline

_GREAT = 3
"""Great changes that are named."""

_GREAT_LINES = 20
"""Lines added and removed from which a change may be a great one; it must be a tenth of the file's as well."""

_PEOPLE = 3

_PARTS = 3

_REWRITTEN = 3
"""Changes of a function or class from which it counts as rewritten."""


@dataclass(frozen=True, slots=True)
class Past:
    """What one commit did to the file."""

    commit: str
    title: str
    author: str
    at: datetime
    lines: int
    """Lines added and removed."""
    begins: bool
    by_person: bool


def sentences(
    past: Sequence[Past],
    owners: Mapping[str, int],
    count: int,
    parts: Mapping[str, int],
    remembered: Mapping[str, int],
    zone: tzinfo | None = None,
    forge: Forge | None = None,
) -> tuple[str, ...]:
    """Sentences as Markdown, each true of the data; none where nothing is known.

    Args:
        past: the commits that touched it, the newest first.
        owners: how many of its lines each person wrote.
        count: how many lines it has.
        parts: how many changes touched each function or class of it that is still there.
        remembered: how many memories there are of each sort, such as `open bug`, in the order to name them.
        zone: the reader's time zone; without it, the system's.
        forge: where commits are to be seen; without it, none is a link.
    """
    said = [*_begun(past, zone, forge), *_since(past, zone), *_great(past, count, zone, forge)]
    if whole := next((name for name, lines in owners.items() if lines == count), ""):
        said.append(f"All of its lines are by {inline(whole, 100)}.")
    elif people := _shares(owners, count):
        said.append(f"Most of its lines are by {people}.")
    if often := [(name, many) for name, many in Counter(parts).most_common(_PARTS) if many >= _REWRITTEN]:
        said.append(f"Most rewritten: {_and([f'{code(name, 100)} ({many} changes)' for name, many in often])}.")
    if counted := [f"{many} {what}{'s' if many > 1 else ''}" for what, many in remembered.items() if many]:
        said.append(f"Remembered of it: {_and(counted)}.")
    return tuple(said)


def _begun(past: Sequence[Past], zone: tzinfo | None, forge: Forge | None) -> list[str]:
    if not past or not past[-1].begins:
        return []
    first = past[-1]
    by = f" by {inline(first.author, 100)}" if first.author else ""
    return [f"Begun {day(first.at, zone)}{by}: {_titled(first, forge)}."]


def _since(past: Sequence[Past], zone: tzinfo | None) -> list[str]:
    later = [each for each in past if not each.begins]
    if not later:
        return []
    people = len({each.author for each in later if each.by_person})
    by = f" by {people} {'person' if people == 1 else 'people'}" if people else ""
    many = "1 commit" if len(later) == 1 else f"{len(later)} commits"
    changed = "Changed since" if past[-1].begins else "Changed"
    return [f"{changed} in {many}{by}, the last {day(later[0].at, zone)}."]


def _great(past: Sequence[Past], count: int, zone: tzinfo | None, forge: Forge | None) -> list[str]:
    least = max(_GREAT_LINES, count // 10)
    great = sorted((each for each in past if not each.begins and each.lines >= least), key=lambda each: -each.lines)
    chosen = sorted(great[:_GREAT], key=lambda each: each.at)
    told = [f"{_titled(each, forge)} ({each.lines} lines, {day(each.at, zone)})" for each in chosen]
    return [f"Great changes: {_and(told)}."] if told else []


def _shares(owners: Mapping[str, int], count: int) -> str:
    shares = [(name, round(100 * lines / count)) for name, lines in Counter(owners).most_common(_PEOPLE) if count]
    told = [f"{inline(name, 100)} ({share}%)" for name, share in shares if share >= 5]
    return _and(told) if sum(share for _, share in shares if share >= 5) > 50 else ""


def _titled(past: Past, forge: Forge | None) -> str:
    title = inline(past.title.rstrip("."), 120)
    return (
        f"[{title}]({address(forge.commit(past.commit))})" if forge and title else title or code(past.commit[:12], 12)
    )


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
