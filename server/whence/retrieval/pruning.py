"""Pruning: which memories may be put away, and why. Nothing here puts anything away.

They are weighed by their traits (`duplicates`), so that a hundred thousand of them fit in memory.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from whence.retrieval import duplicates
from whence.retrieval.duplicates import Meanings, Trait, Use, likeness
from whence.values.memory import MemoryBase
from whence.values.reports import Prunable, Pruning, cite
from whence.values.tokens import count_tokens

OLD, VERY_OLD, ANCIENT = timedelta(days=180), timedelta(days=365), timedelta(days=3 * 365)
ENOUGH = 4
"""Points of age, want of importance and want of use that together make a memory one to put away."""

NEARLY_THE_SAME = 0.85
"""Share of their distinct words that two texts have in common (Jaccard) from which on they are near-duplicates."""

_COMPARED = 5000
"""Memories of a kind whose vectors are compared, the best: half a second."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A memory that may be put away."""

    id: str
    weight: int
    """The more, the better it may go."""
    reasons: tuple[str, ...]
    instead: str = ""
    """The memory that supersedes it, or is nearly the same; empty without one."""
    same: bool = False
    """Whether `instead` is nearly the same."""
    meant: bool = False
    """Whether it is so in other words."""


def weigh(
    traits: Sequence[Trait],
    uses: Mapping[str, Use],
    at: datetime,
    nearly: float = NEARLY_THE_SAME,
    meanings: Meanings | None = None,
) -> list[Verdict]:
    """The memories that may be put away, those with the strongest reasons first, the older first among equals.

    Args:
        traits: the memories.
        uses: how they were recalled, by id.
        at: the present.
        nearly: the share of their words that near-duplicates have in common.
        meanings: of short texts: those that mean the same are duplicates as well.
    """
    known = {each.id for each in traits}
    successor = {old: each.id for each in traits for old in each.supersedes if old in known and old != each.id}
    needed = {target for each in traits for target in each.targets}
    double = duplicates.by_words(traits, uses, nearly)
    meant = {bad: good for bad, good in _meant(traits, uses, meanings).items() if bad not in double}
    double |= {bad: double.get(good, good) for bad, good in meant.items()}
    found = []
    for trait in traits:
        if trait.pinned:
            continue
        points, reasons = _age(trait, uses.get(trait.id), at)
        if trait.fixed or trait.id in needed or points < ENOUGH:
            points = 0
        replaced = _replaced(trait, successor.get(trait.id, ""), double.get(trait.id, ""))
        if points or replaced.points:
            verdict = Verdict(
                trait.id,
                points + replaced.points,
                (*replaced.reasons, *reasons),
                replaced.instead,
                replaced.same,
                replaced.same and trait.id in meant,
            )
            found.append((verdict, trait.created_at))
    return [verdict for verdict, _ in sorted(found, key=lambda pair: (-pair[0].weight, pair[1]))]


@dataclass(frozen=True, slots=True)
class _Replaced:
    """What stands in a memory's stead, and how much that speaks for putting it away."""

    points: int = 0
    reasons: tuple[str, ...] = ()
    instead: str = ""
    same: bool = False


def _replaced(trait: Trait, successor: str, double: str) -> _Replaced:
    """A successor speaks loudest, then that the memory is outdated by its own account, then that it is told twice."""
    if successor:
        return _Replaced(6, instead=successor)
    if trait.outdated:
        return _Replaced(6, (f"it is {trait.outdated}",))
    return _Replaced(5, instead=double, same=True) if double else _Replaced()


def report(verdicts: Iterable[Verdict], memories: Mapping[str, MemoryBase], limit: int) -> Pruning:
    """The verdicts as an answer, with sizes; near-duplicates are checked against the texts themselves.

    Args:
        verdicts: the strongest first.
        memories: the memories of the verdicts, and those that they name instead.
        limit: at most so many.
    """
    chosen: list[Prunable] = []
    for verdict in verdicts:
        memory, instead = memories.get(verdict.id), memories.get(verdict.instead)
        if memory is None or (verdict.instead and instead is None) or len(chosen) == limit:
            continue
        reasons = list(verdict.reasons)
        if instead is not None:
            if verdict.same and not verdict.meant and likeness(memory, instead) < NEARLY_THE_SAME:
                continue
            so = "superseded by" if not verdict.same else "means the same as" if verdict.meant else "nearly the same as"
            reasons.insert(0, f"{so} “{instead.title}”")
        tokens = count_tokens(f"{memory.title}\n{memory.markdown()}")
        chosen.append(Prunable(cited=cite(memory), reasons=tuple(reasons), tokens=tokens))
    total = sum(each.tokens for each in chosen)
    if not chosen:
        note = "Nothing needs pruning."
    else:
        what = "1 memory" if len(chosen) == 1 else f"{len(chosen)} memories"
        note = f"{what} of {total} tokens could be archived. Nothing has happened to them."
    return Pruning(candidates=tuple(chosen), tokens=total, note=note)


def _age(each: Trait, use: Use | None, at: datetime) -> tuple[int, list[str]]:
    """Points for age, want of importance and want of use; the reasons in words."""
    age = at - each.created_at
    points, reasons = 0, []
    if age > OLD:
        points += 3 if age > ANCIENT and not each.fixed else 2 if age > VERY_OLD else 1
        reasons.append(f"{age.days} days old")
    if each.importance < 5:
        points += 2 if each.importance <= 3 else 1
        reasons.append(f"importance {each.importance}")
    if use is None:
        points += 1
        reasons.append("never recalled")
    elif at - use.last > VERY_OLD:
        points += 1
        reasons.append(f"last recalled {(at - use.last).days} days ago")
    else:
        points -= 2
    return points, reasons


def _meant(traits: Sequence[Trait], uses: Mapping[str, Use], meanings: Meanings | None) -> dict[str, str]:
    """For each short text that says the same as a better one of its kind that one, by their ids."""
    found: dict[str, str] = {}
    if meanings is None:
        return found
    for kind in sorted({each.kind for each in traits}):
        own = [each for each in traits if each.kind == kind and not each.fixed and each.numbers is not None]
        for each, better in duplicates.by_meaning(own, uses, meanings.vectors, meanings.calibration.same, _COMPARED):
            if same := [other.id for other, _ in better if other.numbers == each.numbers]:
                found[each.id] = found.get(same[0], same[0])
    return found
