"""What is told of the habits of a project."""

from pydantic import Field

from whence.values.base import Value
from whence.values.reports import Report


class Share(Value):
    """How often something is done so."""

    name: str
    """What."""

    count: int = Field(ge=0)
    """How often."""

    share: float = Field(ge=0, le=1)
    """The same as a share of all that were counted, 0 to 1."""

    example: str = ""
    """One of them."""


class Habit(Value):
    """One thing that is done in this way or that."""

    about: str
    """What is counted, such as `Names of functions in Python`."""

    counted: int = 0
    """How many were counted."""

    shares: tuple[Share, ...] = ()
    """The ways, the most frequent first."""


class HurtingFile(Value):
    """A file that changes often and in which bugs are met."""

    path: str
    """The file, by the name that it has today."""

    changes: int
    """Changes of it."""

    churn: int
    """Lines added and removed by them."""

    bugs: int = 0
    """How often a bug was met there."""

    fixes: int = 0
    """Changes of it that say that they mend something."""


class ProjectPatterns(Report):
    """The habits of a project, and what is preferred in it."""

    changes: int = 0
    """Changes that were looked at."""

    edits: int = 0
    """Changes of single files among them."""

    enough: bool = False
    """Whether these are enough to tell habits from chance."""

    languages: Habit = Habit(about="Languages")
    """What is written, by changes of files."""

    libraries: Habit = Habit(about="Libraries")
    """What is built on, by files that import it; those that are declared alone are counted 0."""

    naming: tuple[Habit, ...] = ()
    """How names are written."""

    testing: tuple[Habit, ...] = ()
    """How it is tested."""

    commits: tuple[Habit, ...] = ()
    """How changes are made and told."""

    changed: Habit = Habit(about="Most changed files")
    """The files that change most often, by the names that they have today."""

    errors: Habit = Habit(about="Types of errors")
    """What fails, by how often it was met."""

    facts: tuple[str, ...] = ()
    """Further figures, as sentences."""

    hurting: tuple[HurtingFile, ...] = ()
    """The files that hurt, by changes times bugs."""

    summary: str = ""
    """What the habits come to, in a model's words; empty without one."""

    preferences: tuple[str, ...] = ()
    """What is preferred here: what the figures make clear and decisions in force, or what a model makes of these."""

    risks: tuple[str, ...] = ()
    """What to watch, in a model's words."""

    recommendations: tuple[str, ...] = ()
    """What to do, in a model's words."""

    model: str = ""
    """The model that interpreted the figures; empty without one."""
