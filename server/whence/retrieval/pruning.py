"""Pruning: which memories may be put away, and why. Nothing here puts anything away.

Everything is weighed from a few traits of each memory, so that a hundred thousand of them fit in memory.
Near-duplicates are found by MinHash (Broder, 1997): a text becomes 64 numbers, of which two texts share about the share
of words that they have in common; only texts that agree in one of 16 groups of four are compared, and only neighbours.
"""

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from whence.memory import MemoryBase
from whence.reports import Prunable, Pruning, cite
from whence.retrieval.context import count_tokens
from whence.retrieval.passages import PASSAGE_CHARACTERS
from whence.retrieval.words import terms

OLD, VERY_OLD, ANCIENT = timedelta(days=180), timedelta(days=365), timedelta(days=3 * 365)
ENOUGH = 4
"""Points of age, want of importance and want of use that together make a memory one to put away."""

NEARLY_THE_SAME = 0.85
"""Share of their distinct words that two texts have in common (Jaccard) from which on they are near-duplicates."""

MEANING_THE_SAME = 0.95
"""Cosine of two short texts that name the same numbers from which on they say the same in other words. Ours: above
what paraphrases reach with one detail changed."""

_COMPARED, _BLOCK = 5000, 512
"""Memories of a kind whose vectors are compared, the best, and rows of one product: at most 10 MB and half a second."""

_HASHES, _BANDS = 64, 16
_TEXT_CHARACTERS = 4000
_NEIGHBOURS = 3
_SLACK = 0.12  # 64 hashes estimate a share of 0.85 with a standard error of 0.045; the texts themselves decide
_RANDOM = np.random.default_rng(20)
_FACTORS = _RANDOM.integers(0, 2**32, _HASHES, dtype=np.uint32) | np.uint32(1)
_SUMMANDS = _RANDOM.integers(0, 2**32, _HASHES, dtype=np.uint32)

Vector = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Trait:
    """What is asked of a memory before it is weighed."""

    id: str
    kind: str
    created_at: datetime
    updated_at: datetime
    importance: int
    pinned: bool
    fixed: bool
    """Whether it stays, however old: a commit's memory tells why lines are there, a summary what else there was."""
    outdated: str
    """`superseded` or `deprecated`, where it says so of itself."""
    targets: tuple[str, ...]
    supersedes: tuple[str, ...]
    signature: Vector
    numbers: frozenset[str] | None = None
    """The numbers that its text names; None where its text is too long for one vector to tell all of it."""


@dataclass(frozen=True, slots=True)
class Use:
    """How a memory was recalled."""

    count: int
    last: datetime


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


def trait(memory: MemoryBase) -> Trait:
    """The traits of a memory."""
    status = getattr(memory, "status", "")
    sums_up = memory.kind == "summary"  # it is what stays of others, and keeps none of them by naming it
    keys = memory.keys()
    fixed = memory.source == "commit" or sums_up or any(key.startswith("commit:") for key in keys)
    text = f"{memory.title}\n{memory.text()[:_TEXT_CHARACTERS]}"
    return Trait(
        id=memory.id,
        kind=memory.kind,
        created_at=memory.created_at,
        updated_at=memory.updated_at,
        importance=memory.importance,
        pinned=memory.pinned,
        fixed=fixed,
        outdated=status if status in ("superseded", "deprecated") else "",
        targets=() if sums_up else tuple(link.target for link in memory.links),
        supersedes=tuple(link.target for link in memory.links if link.relation == "supersedes"),
        signature=_signature(() if fixed else _words(memory)),
        numbers=frozenset(re.findall(r"\d+", text)) if not fixed and len(text) <= PASSAGE_CHARACTERS else None,
    )


def weigh(
    traits: Sequence[Trait],
    uses: Mapping[str, Use],
    at: datetime,
    nearly: float = NEARLY_THE_SAME,
    vectors: Mapping[str, NDArray[np.float32]] | None = None,
) -> list[Verdict]:
    """The memories that may be put away, those with the strongest reasons first, the older first among equals.

    Args:
        traits: the memories.
        uses: how they were recalled, by id.
        at: the present.
        nearly: the share of their words that near-duplicates have in common.
        vectors: of short texts, of unit length, by the memory's id: those that mean the same are duplicates as well.
    """
    known = {each.id for each in traits}
    successor = {old: each.id for each in traits for old in each.supersedes if old in known and old != each.id}
    needed = {target for each in traits for target in each.targets}
    double = _doubles(traits, uses, nearly)
    meant = {bad: good for bad, good in _meant(traits, uses, vectors or {}).items() if bad not in double}
    double |= {bad: double.get(good, good) for bad, good in meant.items()}
    found = []
    for number, each in enumerate(traits):
        if each.pinned:
            continue
        points, reasons = _age(each, uses.get(each.id), at)
        if each.fixed or each.id in needed or points < ENOUGH:
            points = 0
        instead, same = successor.get(each.id, ""), False
        strong = 6 if instead or each.outdated else 0
        told = [f"it is {each.outdated}"] if each.outdated and not instead else []
        if not strong and number in double:
            instead, same, strong = traits[double[number]].id, True, 5
        if points or strong:
            verdict = Verdict(each.id, points + strong, (*told, *reasons), instead, same, same and number in meant)
            found.append((verdict, each.created_at))
    return [verdict for verdict, _ in sorted(found, key=lambda pair: (-pair[0].weight, pair[1]))]


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


def likeness(one: MemoryBase, other: MemoryBase) -> float:
    """The share of their distinct words that two memories have in common, from 0 to 1."""
    first, second = _words(one), _words(other)
    return len(first & second) / len(first | second) if first or second else 1.0


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


def _words(memory: MemoryBase) -> frozenset[str]:
    return frozenset(terms(f"{memory.title}\n{memory.text()[:_TEXT_CHARACTERS]}"))


def _signature(words: Iterable[str]) -> Vector:
    hashes = np.fromiter((zlib.crc32(word.encode()) for word in words), np.uint32)
    if not len(hashes):
        return np.zeros(_HASHES, np.uint32)
    least: Vector = (hashes[:, None] * _FACTORS + _SUMMANDS).min(axis=0)
    return least


def _doubles(traits: Sequence[Trait], uses: Mapping[str, Use], nearly: float) -> dict[int, int]:
    """For each near-duplicate the better one, by their numbers. Time and space grow with their count, not its square.

    The better of two is pinned, more important, more often recalled, or written later.
    """
    alive = _best_first(traits, uses, [number for number, each in enumerate(traits) if not each.fixed])
    if len(alive) < 2:
        return {}
    table = np.stack([traits[number].signature for number in alive])
    kinds = np.array([zlib.crc32(traits[number].kind.encode()) for number in alive], np.uint32)
    better: dict[int, int] = {}
    for band in np.split(table, _BANDS, axis=1):
        keys = np.column_stack([kinds, band])
        order = np.lexsort(keys.T)  # stable: the better one stays ahead within a group
        for distance in range(1, _NEIGHBOURS + 1):
            ahead, behind = order[:-distance], order[distance:]
            together = (keys[ahead] == keys[behind]).all(axis=1)
            ahead, behind = ahead[together], behind[together]
            alike = (table[ahead] == table[behind]).mean(axis=1) >= nearly - _SLACK
            for good, bad in zip(ahead[alike].tolist(), behind[alike].tolist(), strict=True):
                better[bad] = min(good, better.get(bad, good))
    found: dict[int, int] = {}
    for bad in sorted(better):  # the better ones are told first, and so their own better ones are known
        good = better[bad]
        found[alive[bad]] = found.get(alive[good], alive[good])
    return found


def _meant(
    traits: Sequence[Trait], uses: Mapping[str, Use], vectors: Mapping[str, NDArray[np.float32]]
) -> dict[int, int]:
    """For each short text that says the same as a better one of its kind that one, by their numbers."""
    found: dict[int, int] = {}
    for kind in sorted({each.kind for each in traits}):
        own = [
            number
            for number, each in enumerate(traits)
            if each.kind == kind and not each.fixed and each.numbers is not None and each.id in vectors
        ]
        own = _best_first(traits, uses, own)[:_COMPARED]
        if len(own) < 2:
            continue
        table = np.stack([vectors[traits[number].id] for number in own])
        for start in range(0, len(own), _BLOCK):
            near = table[start : start + _BLOCK] @ table[: start + _BLOCK].T >= MEANING_THE_SAME
            for row, column in np.argwhere(np.tril(near, start - 1)).tolist():
                bad, good = own[start + row], own[column]
                if bad not in found and traits[bad].numbers == traits[good].numbers:
                    found[bad] = found.get(good, good)
    return found


def _best_first(traits: Sequence[Trait], uses: Mapping[str, Use], numbers: Sequence[int]) -> list[int]:
    def worth(number: int) -> tuple[bool, int, int, datetime]:
        each = traits[number]
        return each.pinned, each.importance, uses[each.id].count if each.id in uses else 0, each.updated_at

    return sorted(numbers, key=worth, reverse=True)
