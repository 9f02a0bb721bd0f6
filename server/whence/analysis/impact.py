"""How much care a change of a file wants, and why: a few facts, each worth points, and what to do about each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from whence.analysis.cochange import Pair
from whence.analysis.graph import names

Risk = Literal["low", "medium", "high"]

_MEDIUM, _HIGH = 2, 4
"""Points from which the risk is called so. They order files within a project; they are no probability."""

MANY, SOME = 20, 5
"""Dependent files that count as many, and as some."""

_MUCH = 0.25
"""Share of the project that depends on a file, from which it counts as much of it."""

_USUALLY = 0.5


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a file."""

    path: str
    """The file."""

    direct: int
    """Files that import it."""

    dependents: int
    """Files that import it, be it by way of others."""

    files: int
    """Files of the project."""

    circle: Sequence[str] = ()
    """The files that it imports in a circle with, itself included."""

    tests: Sequence[str] = ()
    """Tests that reach it, nearest first."""

    strangers: Sequence[Pair] = ()
    """Files that change with it though neither imports the other."""

    bugs: int = 0
    """Bugs that were met there."""

    decisions: int = 0
    """Decisions that concern it."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How much care a change wants."""

    risk: Risk
    """In one word."""

    reasons: tuple[str, ...]
    """Why, as sentences."""

    recommendations: tuple[str, ...]
    """What to do, as sentences."""


def weigh(facts: Facts) -> Verdict:
    """How much care a change of a file wants."""
    points = 0
    reasons: list[str] = []
    advice: list[str] = []
    share = facts.dependents / max(facts.files, 1)
    if facts.dependents >= MANY or (facts.dependents >= SOME and share >= _MUCH):
        points += _HIGH if facts.dependents >= MANY and share >= _MUCH else _MEDIUM
        reasons.append(f"{facts.dependents} files depend on it, {share:.0%} of the project.")
        advice.append("Keep what others use of it as it is, and change it in steps that each leave everything working.")
    elif facts.dependents >= SOME:
        points += 1
        reasons.append(f"{facts.dependents} files depend on it.")
        advice.append(f"Look at the {_count(facts.direct, 'file')} that import it directly first.")
    elif facts.dependents:
        reasons.append(f"{_count(facts.dependents, 'file')} {'depend' if facts.dependents > 1 else 'depends'} on it.")
    else:
        reasons.append("No indexed file imports it.")
    if facts.tests:
        reasons.append(f"{_count(len(facts.tests), 'test file')} {'reach' if len(facts.tests) > 1 else 'reaches'} it.")
        advice.append(f"Run {names(facts.tests, 5)} after each step.")
    elif facts.dependents:
        points += 1
        reasons.append("No test reaches it by imports.")
        advice.append("Write a test of what it does today before you change it.")
    if len(facts.circle) > 1:
        points += 1
        reasons.append(f"It is one of {len(facts.circle)} files that import one another in a circle.")
        advice.append(f"Change {names(facts.circle, 5)} together, or break the circle first.")
    if facts.bugs:
        points += 2 if facts.bugs >= 3 else 1
        reasons.append(f"{_count(facts.bugs, 'bug')} {'were' if facts.bugs > 1 else 'was'} met there.")
        advice.append("Read how those bugs were solved, so that none comes back.")
    usual = [each for each in facts.strangers if each.confidence >= _USUALLY]
    if usual:
        points += 1
        shown = names([each.path for each in usual], 3)
        reasons.append(
            f"{shown} usually {'change' if len(usual) > 1 else 'changes'} with it, though no import tells so."
        )
        advice.append(f"Check whether {shown} must change too.")
    if facts.decisions:
        reasons.append(f"{_count(facts.decisions, 'decision')} {'concern' if facts.decisions > 1 else 'concerns'} it.")
        advice.append("Read the decisions first; a change that departs from one is a new decision.")
    risk: Risk = "high" if points >= _HIGH else "medium" if points >= _MEDIUM else "low"
    return Verdict(risk, tuple(reasons), tuple(advice))


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
