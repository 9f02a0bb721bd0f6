"""How much care a change of a file wants, and why: a few facts, each worth points, and what to do about each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

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
    judges = (_dependents, _tests, _circle, _bugs, _strangers, _decisions)
    points = [point for judge in judges for point in judge(facts)]
    total = sum(point.worth for point in points)
    risk: Risk = "high" if total >= _HIGH else "medium" if total >= _MEDIUM else "low"
    return Verdict(
        risk,
        tuple(point.reason for point in points),
        tuple(point.advice for point in points if point.advice),
    )


class _Point(NamedTuple):
    """One thing that speaks for care."""

    worth: int
    reason: str
    advice: str = ""


def _dependents(facts: Facts) -> Iterator[_Point]:
    count, share = facts.dependents, facts.dependents / max(facts.files, 1)
    if count >= MANY or (count >= SOME and share >= _MUCH):
        yield _Point(
            _HIGH if count >= MANY and share >= _MUCH else _MEDIUM,
            f"{count} files depend on it, {share:.0%} of the project.",
            "Keep what others use of it as it is, and change it in steps that each leave everything working.",
        )
    elif count >= SOME:
        first = f"Look at the {_count(facts.direct, 'file')} that import it directly first."
        yield _Point(1, f"{count} files depend on it.", first)
    elif count:
        yield _Point(0, f"{_count(count, 'file')} {'depend' if count > 1 else 'depends'} on it.")
    else:
        yield _Point(0, "No indexed file imports it.")


def _tests(facts: Facts) -> Iterator[_Point]:
    if facts.tests:
        reached = f"{_count(len(facts.tests), 'test file')} {'reach' if len(facts.tests) > 1 else 'reaches'} it."
        yield _Point(0, reached, f"Run {names(facts.tests, 5)} after each step.")
    elif facts.dependents:
        advice = "Write a test of what it does today before you change it."
        yield _Point(1, "No test reaches it by imports.", advice)


def _circle(facts: Facts) -> Iterator[_Point]:
    if len(facts.circle) > 1:
        reason = f"It is one of {len(facts.circle)} files that import one another in a circle."
        yield _Point(1, reason, f"Change {names(facts.circle, 5)} together, or break the circle first.")


def _bugs(facts: Facts) -> Iterator[_Point]:
    if facts.bugs:
        reason = f"{_count(facts.bugs, 'bug')} {'were' if facts.bugs > 1 else 'was'} met there."
        yield _Point(2 if facts.bugs >= 3 else 1, reason, "Read how those bugs were solved, so that none comes back.")


def _strangers(facts: Facts) -> Iterator[_Point]:
    usual = [pair for pair in facts.strangers if pair.confidence >= _USUALLY]
    if usual:
        shown = names([pair.path for pair in usual], 3)
        change = "change" if len(usual) > 1 else "changes"
        reason = f"{shown} usually {change} with it, though no import tells so."
        yield _Point(1, reason, f"Check whether {shown} must change too.")


def _decisions(facts: Facts) -> Iterator[_Point]:
    if facts.decisions:
        reason = f"{_count(facts.decisions, 'decision')} {'concern' if facts.decisions > 1 else 'concerns'} it."
        yield _Point(0, reason, "Read the decisions first; a change that departs from one is a new decision.")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
