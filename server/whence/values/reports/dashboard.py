"""The dashboard: a project's memory in figures, each with what it counts."""

from whence.values.base import Time, Value
from whence.values.reports import CostRow, Report
from whence.values.reports.patterns import HurtingFile
from whence.values.reports.shares import LineShare


class Figure(Value):
    """One figure that is drawn, and what it counts."""

    name: str
    """What it is about: a kind, a state."""

    count: int
    """How many memories."""

    query: str
    """The search that lists them."""


class Week(Value):
    """What was remembered of one week."""

    begin: Time
    """Monday's midnight, where the server stands."""

    until: Time
    """The Monday after."""

    kinds: tuple[Figure, ...] = ()
    """Memories of each kind, by its name in lists; kinds of which there is none are left out."""


class Month(Value):
    """What came to pass in one month."""

    begin: Time
    """The first day's midnight, where the server stands."""

    until: Time
    """The beginning of the next month."""

    met: int = 0
    """Bugs that were recorded."""

    solved: int = 0
    """Bugs that were solved."""

    people: int = 0
    """Changes by people without an assistant, as far as they say."""

    assistants: int = 0
    """Changes that say that an assistant made them or helped."""

    programs: int = 0
    """Changes by programs, such as those that raise dependencies."""


class Dashboard(Report):
    """The memory of a project over a year, to be drawn."""

    weeks: tuple[Week, ...] = ()
    """The last 53 weeks, the oldest first."""

    months: tuple[Month, ...] = ()
    """The last 13 months, the oldest first."""

    lines: tuple[LineShare, ...] = ()
    """Lines that came in, by month and by who wrote them, where edits of assistants are known; as *Lines by Assistants*
    has them."""

    files: tuple[HurtingFile, ...] = ()
    """The files of code that changed most in that time, the most changed first."""

    decisions: tuple[Figure, ...] = ()
    """Decisions by what became of them, the most first."""

    bugs: tuple[Figure, ...] = ()
    """Bugs by how they stand, the most first."""

    days_to_solve: float | None = None
    """Days from a bug's record to its solution, the median; None where none was solved."""

    costs: tuple[CostRow, ...] = ()
    """What models cost, by day, the last one first."""
