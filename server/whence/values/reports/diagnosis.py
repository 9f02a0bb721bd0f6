"""What is told of errors: groups of those that come back, and how one was solved before."""

from typing import Literal

from pydantic import Field

from whence.values.base import Time, Value
from whence.values.reports import Cited, Report

Confidence = Literal["high", "medium", "low", "none"]
"""How sure a solution is: `none` where no case fits."""


class ErrorGroup(Value):
    """Bugs that are alike."""

    title: str
    """What they have in common, in a line."""

    count: int = Field(ge=1)
    """How often they were met, all together."""

    open: int = 0
    """How many of its bugs are not solved."""

    first: Time
    """When one of them was met first."""

    last: Time
    """When one of them was met last."""

    files: tuple[str, ...] = ()
    """Where they happened, the most frequent first."""

    types: tuple[str, ...] = ()
    """Their types, the most frequent first."""

    signs: tuple[str, ...] = ()
    """What else they have in common, as sentences."""

    root_cause: str = ""
    """Why they happen, beyond the symptom; empty where nobody said."""

    prevention: str = ""
    """How to keep them from coming back; empty where nobody said."""

    quick_fix: str = ""
    """What to do when one of them is met; empty where none is solved."""

    cases: tuple[Cited, ...] = ()
    """Its bugs, those met most often first."""

    model: str = ""
    """The model that says why; empty where the bugs themselves do."""


class ErrorPatterns(Report):
    """Bugs that come back, alone or alike, as groups."""

    groups: tuple[ErrorGroup, ...] = ()
    """The groups, those met most often first."""

    bugs: int = 0
    """Bugs that were looked at."""

    once: int = 0
    """Those of them that were met once, and are like no other."""

    model: str = ""
    """The model that helped; empty without one."""


class Case(Value):
    """A bug that is like the one asked about."""

    cited: Cited
    """The bug."""

    fit: Confidence
    """How sure it is that what solved it solves the other one."""

    reasons: tuple[str, ...] = ()
    """What the two have in common, as clauses."""

    solution: str = ""
    """What solved it; empty where it is open."""


class SuggestedSolution(Report):
    """How an error may be solved, from the bugs of the past."""

    solution: str = ""
    """What to do; empty where no case fits."""

    confidence: Confidence = "none"
    """How sure that is."""

    reasons: tuple[str, ...] = ()
    """Why it is thought to help, and what speaks against it, as sentences."""

    alternatives: tuple[str, ...] = ()
    """What else may help."""

    tips: tuple[str, ...] = ()
    """How to find out more if it does not help."""

    cases: tuple[Case, ...] = ()
    """The bugs it follows from, the closest first."""

    model: str = ""
    """The model that helped; empty without one."""
