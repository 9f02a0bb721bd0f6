"""How a project words its commits, learnt from those it has, and how a subject is worded so."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whence.values.base import one_line

_LEAST = 3
"""Messages from which on a habit is believed."""

_SHARE = 0.5
"""Share of the messages that makes a habit."""

_SHORTEST, _LONGEST = 50, 100
"""Characters of a subject that are allowed at least and at most; git's own guide says 50."""

_EXAMPLES = 8

_CONVENTIONAL = re.compile(r"([a-z]{2,12})(?:\(([\w./ -]{1,40})\))?!?:\s+(?=\S)")
"""https://www.conventionalcommits.org/en/v1.0.0/"""

_TYPES = frozenset(
    {"feat", "fix", "docs", "style", "refactor", "perf", "test", "tests", "build", "ci", "chore", "revert"}
)
_AREA = re.compile(r"([\w][\w./+-]{0,40}):\s+(?=\S)")
_TICKET = re.compile(r"(\[?)((?:[A-Z][A-Z0-9]{1,9}-|#)\d{1,7})(\]?:?)\s+(?=\S)")
_IN_BRANCH = re.compile(r"(?:^|[/_-])((?:[A-Za-z][A-Za-z0-9]{1,9}-)?\d{1,7})(?=$|[/_-])")
_NOT_WORDED = re.compile(r"(?:Merge|Revert|fixup!|squash!|amend!|Bump|Initial commit)\b")


@dataclass(frozen=True, slots=True)
class Style:
    """How subjects are worded."""

    conventional: bool = False
    """As `feat(scope): add the sum`."""

    types: tuple[str, ...] = ()
    """The types that are used, the most frequent first."""

    scopes: tuple[str, ...] = ()
    """The scopes that most messages of that form name, the most frequent first; empty where they mostly name none."""

    areas: tuple[str, ...] = ()
    """What stands before a colon, as in `parser: Add the sum`, the most frequent first; empty without that habit."""

    ticket: str = ""
    """How the number of a ticket stands before, with `{}` for it."""

    lower: bool = False
    """Whether subjects begin in lower case."""

    period: bool = False
    """Whether they end in a full stop."""

    length: int = 72
    """The most characters of a subject."""

    examples: tuple[str, ...] = ()
    """A few subjects."""


def style(messages: Sequence[str]) -> Style:
    """How these commit messages are worded; with too few, as most projects do it: `Add the sum`."""
    subjects = [one_line(each.strip().split("\n")[0], 300) for each in messages]
    subjects = [each for each in subjects if each and not _NOT_WORDED.match(each)]
    if len(subjects) < _LEAST:
        return Style(examples=tuple(subjects))
    least = len(subjects) * _SHARE
    tickets = [found for each in subjects if (found := _TICKET.match(each))]
    untold = [_TICKET.sub("", each, count=1) if _TICKET.match(each) else each for each in subjects]
    types, scopes = _forms(untold, least)
    lengths = sorted(len(each) for each in subjects)
    return Style(
        conventional=types is not None,
        types=types or (),
        scopes=scopes,
        areas=_areas(untold, least) if types is None else (),
        ticket=_commonest(f"{each[1]}{{}}{each[3]} " for each in tickets)[0] if len(tickets) >= least else "",
        lower=sum(_plain(each)[:1].islower() for each in subjects) >= least,
        period=sum(each.endswith(".") for each in subjects) >= least,
        length=min(max(lengths[len(lengths) * 9 // 10], _SHORTEST), _LONGEST),
        examples=tuple(subjects[:_EXAMPLES]),
    )


def _forms(subjects: Sequence[str], least: float) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The types and scopes of conventional commits, the most frequent first; None and none where too few are such."""
    formed = [found for each in subjects if (found := _CONVENTIONAL.match(each)) and found[1] in _TYPES]
    if len(formed) < least:
        return None, ()
    scoped = [found[2] for found in formed if found[2]]
    return _commonest(found[1] for found in formed), _commonest(scoped) if len(scoped) >= len(formed) * _SHARE else ()


def _areas(subjects: Sequence[str], least: float) -> tuple[str, ...]:
    """What stands before a colon, the most frequent first; nothing where too few name one."""
    areas = [found[1] for each in subjects if (found := _AREA.match(each))]
    return _commonest(areas) if len(areas) >= least else ()


def _commonest(names: Iterable[str]) -> tuple[str, ...]:
    """Each once, the most frequent first."""
    return tuple(name for name, _ in Counter(names).most_common())


def ticket_of(branch: str) -> str:
    """The ticket that a branch is named after, as `ABC-12` or `12`; empty without one."""
    found = _IN_BRANCH.search(branch)
    return found[1].upper() if found else ""


def goal_of(branch: str) -> str:
    """What a branch is for, by its name: `feature/12-faster-logins` is for “Faster logins”; empty if it tells none."""
    name = branch.rpartition("/")[2]
    if not name or name in {"main", "master", "develop", "dev", "trunk", "HEAD"}:
        return ""
    words = [each for each in re.split(r"[_\-.\s]+", _IN_BRANCH.sub("", name)) if each]
    text = " ".join(words)
    return text[:1].upper() + text[1:] if sum(map(str.isalpha, text)) > 3 else ""


def subject(how: Style, text: str, *, kind: str, area: str = "", ticket: str = "") -> str:
    """A subject as this project words them, on one line and no longer than it has them.

    Args:
        how: the style.
        text: what was done, in any wording.
        kind: what it is, as the type of a conventional commit.
        area: the part of the project that it concerns.
        ticket: the ticket that it belongs to.
    """
    said = imperative(_plain(one_line(text, 500))).rstrip(".")
    said = (said[:1].lower() if how.lower and not said[:2].isupper() else said[:1].upper()) + said[1:]
    if how.conventional:
        named = kind if kind in how.types or not how.types else _nearest(kind, how.types)
        scope = area if area in how.scopes else ""
        said = f"{named}({scope}): {said}" if scope else f"{named}: {said}"
    elif how.areas and area:
        said = f"{area}: {said}"
    if how.ticket and ticket:
        said = how.ticket.format(f"#{ticket}" if ticket.isdigit() else ticket) + said
    return _shortened(said, how.length) + ("." if how.period else "")


def imperative(text: str) -> str:
    """The text with its first word as an order, where that is a verb known here: `Added the sum` is “Add the sum”."""
    first, space, rest = text.partition(" ")
    base = _VERBS.get(first.lower())
    if base is None or not space:
        return text
    return (base.capitalize() if first[:1].isupper() else base) + space + rest


def _plain(text: str) -> str:
    """A subject without what stands before it."""
    if found := _TICKET.match(text):
        text = text[found.end() :]
    found = _CONVENTIONAL.match(text)
    if found and found[1] in _TYPES:
        return text[found.end() :]
    return text[found.end() :] if (found := _AREA.match(text)) and not found[1][:1].isupper() else text


def _nearest(kind: str, types: Sequence[str]) -> str:
    """The type that a project uses for what others call so."""
    alike = {
        "test": ("tests", "chore"),
        "docs": ("doc", "chore"),
        "build": ("chore", "ci"),
        "perf": ("refactor", "feat"),
    }
    return next((each for each in alike.get(kind, ("chore",)) if each in types), kind)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    kept = text[:most].rpartition(" ")[0] or text[:most]
    return re.sub(r"(?:[\s,;:(]|\b(?:and|or|the|a|an|of|to|for|in|with|by)$)+$", "", kept).rstrip()


_ORDERS = """
add allow avoid bump cache change check clean clear convert correct create delete disable document drop enable ensure
expose extend extract fix handle hide implement improve increase index introduce keep limit load lock log make mark
measure merge migrate move parse prevent raise reduce refactor reject remove rename replace report require reset restore
retry return rework rewrite save send show simplify skip sort split start stop store support test tidy tighten track
turn update upgrade use validate verify warn wrap write
"""
"""Verbs that subjects begin with."""


def _verbs() -> dict[str, str]:
    """Each form of the verbs, and the one that orders."""
    forms: dict[str, str] = {"made": "make", "wrote": "write", "sent": "send", "kept": "keep", "rewrote": "rewrite"}
    for base in _ORDERS.split():
        stem = base.removesuffix("e")
        doubled = base + base[-1] if re.fullmatch(r"(?:drop|log|skip|split|stop|wrap|reset)", base) else stem
        third = (
            base[:-1] + "ies" if base.endswith("y") else base + ("es" if re.search(r"(?:sh|ch|x|ss)$", base) else "s")
        )
        past = base[:-1] + "ied" if base.endswith("y") else doubled + "ed"
        inflected: tuple[str, ...] = (base, third, past, (base if base.endswith("y") else doubled) + "ing")
        forms |= dict.fromkeys(inflected, base)
    return forms


_VERBS = _verbs()
