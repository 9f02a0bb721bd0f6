"""Groups of bugs that come back: what all of one have in common, from their own fields; pure functions over bugs."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from whence.values.base import one_line, unique
from whence.values.memory import Bug
from whence.values.reports import cite
from whence.values.reports.diagnosis import ErrorGroup

MOST_CASES = 12
"""Bugs of a group that are named."""

_MOST_SAID = 3
"""Texts of one field that are put together."""

_MOST_NAMED = 5

_IN_COMMON: tuple[tuple[str, Callable[[Bug], Iterable[str]], int], ...] = (
    ("happened in", lambda bug: unique((bug.file, *bug.files)), 120),
    ("pass through", lambda bug: unique(frame.function for frame in bug.frames), 120),
    ("are labelled", lambda bug: bug.labels, 60),
)
"""What more than half of a group can share: how that is said, the names of one bug, and characters of a name."""


def met(bug: Bug, since: datetime | None = None) -> int:
    """How often a bug was met, since a moment if there is one, as far as its dates go back."""
    if since is None:
        return bug.count
    return sum(each >= since for each in dates(bug))


def dates(bug: Bug) -> tuple[datetime, ...]:
    """When a bug was met, as far as that is kept, oldest first."""
    return bug.occurrences or (bug.created_at,)


def describe(bugs: Sequence[Bug], solutions: Mapping[str, str], since: datetime | None = None) -> ErrorGroup:
    """A group of bugs as their own fields tell it.

    Args:
        bugs: the bugs, at least one, those met most often first.
        solutions: what solved each, by id.
        since: the moment from which meetings count.
    """
    moments = [at for bug in bugs for at in dates(bug) if since is None or at >= since]
    latest = sorted(bugs, key=lambda bug: max(dates(bug)), reverse=True)
    types = _frequent((bug.error_type for bug in bugs), bugs)
    return ErrorGroup(
        title=bugs[0].title if len(bugs) == 1 else _common_title(bugs),
        count=max(1, sum(met(bug, since) for bug in bugs)),
        open=sum(not bug.resolved for bug in bugs),
        first=min(moments, default=bugs[0].created_at),
        last=max(moments, default=bugs[0].created_at),
        files=_frequent((bug.file for bug in bugs), bugs)[:_MOST_NAMED],
        types=types[:_MOST_NAMED],
        signs=tuple(_signs(bugs)),
        root_cause=_said(bug.root_cause for bug in latest),
        prevention=_said(bug.prevention for bug in latest),
        quick_fix=_said(solutions.get(bug.id, "") for bug in latest),
        cases=tuple(cite(bug) for bug in bugs[:MOST_CASES]),
    )


def _common_title(bugs: Sequence[Bug]) -> str:
    """The most frequent one's title, and how many are like it."""
    others = len(bugs) - 1
    return f"{one_line(bugs[0].title, 140)} and {others} {'other' if others == 1 else 'others'} like it"


def _frequent(names: Iterable[str], bugs: Sequence[Bug]) -> tuple[str, ...]:
    counted: Counter[str] = Counter()
    for name, bug in zip(names, bugs, strict=True):
        if name:
            counted[name] += bug.count
    return tuple(name for name, _ in counted.most_common())


def _said(texts: Iterable[str]) -> str:
    """What bugs say in one field, each text once; of many the latest."""
    return "\n\n".join(unique(text.strip() for text in texts)[:_MOST_SAID])


def _signs(bugs: Sequence[Bug]) -> Iterable[str]:
    """What bugs have in common beside their texts."""
    back = [bug for bug in bugs if bug.count > 1 and bug.solution and not bug.resolved]
    if back:
        names = "One of them" if len(back) == 1 else f"{len(back)} of them"
        yield f"{names} came back after it was solved: what solved it may treat a symptom."
    if len(bugs) == 1:
        return
    for said, names_of, characters in _IN_COMMON:
        named = Counter(name for bug in bugs for name in names_of(bug))
        name, count = next(iter(named.most_common(1)), ("", 0))
        if count > 1 and 2 * count > len(bugs):
            yield f"{count} of {len(bugs)} {said} {one_line(name, characters)}."
