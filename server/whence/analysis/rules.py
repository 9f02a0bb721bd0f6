"""Rules of a project's own: what no line of certain files may hold, and which lines do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

MOST_STARS = 10
"""Stars that a pattern may have."""

_MAX_LINE = 1000
"""Characters of a line that are looked at."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What no line may hold."""

    id: str
    """The decision that says so."""

    pattern: str
    """The text; a star stands for anything within the line."""

    reason: str
    """Why."""

    files: tuple[str, ...] = ()
    """Files, folders or patterns of files that it holds for; all without."""


def broken(rules: Sequence[Rule], path: str, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[Rule, int, str]]:
    """The lines that break a rule, each with the rule and its number.

    Args:
        rules: the rules of the project.
        path: the file, relative to the project.
        lines: its lines, by number.
    """
    mine = [(each, each.pattern.split("*")) for each in rules if _concerns(each, path)]
    for number, line in lines if mine else ():
        for rule, parts in mine:
            if _holds(line[:_MAX_LINE], parts):
                yield rule, number, line


def _concerns(rule: Rule, path: str) -> bool:
    return not rule.files or any(
        path == each or path.startswith(f"{each.rstrip('/')}/") or fnmatchcase(path, each) for each in rule.files
    )


def _holds(line: str, parts: Sequence[str]) -> bool:
    """Whether a line holds the parts in their order, looked for once from left to right: the time grows with it."""
    at = 0
    for part in parts:
        if (found := line.find(part, at)) < 0:
            return False
        at = found + len(part)
    return True
