"""What is told of the rules of a project's own."""

from whence.values.base import Value
from whence.values.reports import Report


class BrokenRule(Value):
    """A line that holds what a rule says that none may hold."""

    rule: str
    """The decision that says so."""

    pattern: str
    """What no line may hold."""

    reason: str
    """Why."""

    path: str
    """The file, relative to the project."""

    line: int
    """The line, from 1."""

    text: str = ""
    """What it says."""


class RulesChecked(Report):
    """Which lines break rules of the project's own."""

    broken: tuple[BrokenRule, ...] = ()
    """The lines, file by file."""

    rules: int = 0
    """Rules that are in force."""
