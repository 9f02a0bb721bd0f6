"""Memories that could be one: which, what the one would say by rules, and what that changes, as diffs."""

import difflib
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from whence.retrieval import duplicates, pruning
from whence.retrieval.duplicates import Meanings, Trait, Use, likeness
from whence.retrieval.words import terms
from whence.values.base import fenced, one_line
from whence.values.markdown import clean, inline
from whence.values.memory import Decision, MemoryBase
from whence.values.reports.consolidation import MergedText, Proposal

ALIKE = 0.5
"""Share of their distinct words that near-duplicates have in common: less than for pruning, since each is looked at."""

MOST_COMPARED = 4000
"""Memories, the newest, whose meanings are compared: each with each, at most 6 GFlop."""

MOST_AT_ONCE = 10
"""Memories that are merged into one at a time."""

MOST_CHARACTERS = 20_000
"""Of the texts of a memory that is proposed: a diff of more is not read."""


@dataclass(frozen=True, slots=True)
class Group:
    """Memories that could be one."""

    survivor: str
    others: tuple[str, ...]
    superseded: frozenset[str]
    """Those of the others that one of the group supersedes; the rest are nearly the same."""
    near: Mapping[str, float]
    """Those of the others that mean nearly the same, with the cosine."""


def near(traits: Sequence[Trait], uses: Mapping[str, Use], meanings: Meanings) -> dict[str, tuple[str, float]]:
    """For memories that say in other words what a better one says, that one, and the cosine of the two.

    Each is compared with the one that stays, so that no chain of small differences makes one of two that differ.

    Args:
        traits: the memories.
        uses: how they were recalled, by id.
        meanings: what some of these mean.
    """
    found: dict[str, tuple[str, float]] = {}
    least = meanings.calibration.nearly_same
    for each, better in duplicates.by_meaning(traits, uses, meanings.vectors, least, MOST_COMPARED):
        same = [(other.id, cosine) for other, cosine in better if other.kind == each.kind and other.id not in found]
        if same and not each.pinned:
            found[each.id] = max(same, key=lambda pair: pair[1])
    return found


def groups(
    traits: Sequence[Trait],
    uses: Mapping[str, Use],
    at: datetime,
    meanings: Mapping[str, tuple[str, float]] | None = None,
) -> list[Group]:
    """What could be one, the largest groups first; each memory is in one group at most.

    Args:
        traits: the memories.
        uses: how they were recalled, by id.
        at: the present.
        meanings: what `near` found.
    """
    kinds = {trait.id: trait.kind for trait in traits}
    verdicts = [each for each in pruning.weigh(traits, uses, at, ALIKE) if kinds.get(each.instead) == kinds[each.id]]
    into: dict[str, str] = {}
    # What is superseded counts first: what is only alike must not lead back from the new to the old.
    for verdict in sorted(verdicts, key=lambda each: each.same):
        if _last(into, verdict.instead) != verdict.id:
            into[verdict.id] = verdict.instead
    for id, (instead, _) in (meanings or {}).items():
        if id not in into and instead not in into and _last(into, instead) != id:
            into[id] = instead
    superseded = {each.id for each in verdicts if not each.same}
    others: dict[str, list[str]] = {}
    for id in into:
        others.setdefault(_last(into, id), []).append(id)
    found = [
        Group(
            survivor,
            tuple(sorted(ids)[: MOST_AT_ONCE - 1]),
            frozenset(superseded.intersection(ids)),
            {id: meanings[id][1] for id in ids if meanings and id in meanings and meanings[id][0] == survivor},
        )
        for survivor, ids in others.items()
    ]
    return sorted(found, key=lambda group: (-len(group.others), group.survivor))


def _last(into: dict[str, str], id: str) -> str:
    """Where a chain of memories ends; it is made shorter on the way, so that all of them together take linear time."""
    way = []
    while id in into:
        way.append(id)
        id = into[id]
    into.update(dict.fromkeys(way, id))
    return id


def mark(each: MemoryBase) -> str:
    """What a memory says, as a digest; links to others, which merging moves, make no difference."""
    return hashlib.sha256(each.model_dump_json(exclude={"updated_at", "links"}).encode()).hexdigest()


def alike(words: float, one: NDArray[np.float32] | None, other: NDArray[np.float32] | None, least: float) -> bool:
    """Whether two memories say nearly the same.

    Args:
        words: the share of their distinct words that they have in common.
        one: what the one means, of unit length; None where that is not known.
        other: the same of the other.
        least: the cosine from which they do.
    """
    if one is None or other is None or words >= pruning.NEARLY_THE_SAME:
        return words >= ALIKE
    return float(one @ other) >= least


# ---------------------------------------------------------------- what the one would say


def mergeable(
    found: Sequence[MemoryBase], group: Group, meanings: Meanings
) -> tuple[list[MemoryBase], dict[str, list[str]]]:
    """Those of a group that can be one, and the titles of those that can't, by the reason.

    Args:
        found: the memories of the group, the one that stays first.
        group: what is known of how they are alike.
        meanings: what they mean.

    Returns:
        The memories, the one that stays first, and at least one other; none where nothing can be merged.
    """
    survivor, others = found[0], [memory for memory in found[1:] if _belongs(memory, found[0], group, meanings)]
    records = [memory for memory in others if isinstance(memory, Decision) and memory.record]
    long = [memory for memory in (survivor, *others) if len(memory.text()) > MOST_CHARACTERS]
    unfit = {
        "a decision record stays as its file is": [decision.title for decision in records],
        f"longer than {MOST_CHARACTERS:,} characters": [memory.title for memory in long],
    }
    left = [memory for memory in others if memory not in records and memory not in long]
    together = [survivor, *left] if left and survivor not in long else []
    return together, {why: titles for why, titles in unfit.items() if titles}


def _belongs(other: MemoryBase, survivor: MemoryBase, group: Group, meanings: Meanings) -> bool:
    if other.id in group.superseded or other.id in group.near:
        return True
    # How many words they share was estimated till here.
    one, another = (meanings.vectors.get(each.id) for each in (survivor, other))
    return alike(likeness(survivor, other), one, another, meanings.calibration.nearly_same)


def texts(survivor: MemoryBase, others: Sequence[MemoryBase], superseded: frozenset[str]) -> tuple[MergedText, ...]:
    """What the one that stays says, by rules: every paragraph of the others that says something else is added.

    What is superseded stands below as what held before.
    """
    prose = type(survivor).prose
    merged = {name: str(getattr(survivor, name)) for name in prose}
    for other in others:
        if other.id in superseded:
            was = " ".join(word for name in prose for word in str(getattr(other, name)).split())
            where = "context" if "context" in merged else prose[0]
            merged[where] = _added(merged[where], [f"Before, since {other.created_at:%Y-%m-%d}: {was}"])
            continue
        for name in prose:
            said = re.split(r"\n\s*\n", str(getattr(other, name)))
            known = set(terms("\n".join(merged.values())))
            merged[name] = _added(merged[name], [each.strip("\n") for each in said if set(terms(each)) - known])
    return tuple(MergedText(field=name, text=text) for name, text in merged.items())


def _added(text: str, paragraphs: Sequence[str]) -> str:
    return "\n\n".join(each for each in (text.rstrip(), *paragraphs) if each.strip())


# ---------------------------------------------------------------- how it reads


def diff(found: Sequence[MemoryBase], merged: Sequence[MergedText]) -> str:
    """What would change, as Markdown: a unified diff of the memory that stays, and of each other to what stays.

    Args:
        found: the memories, the one that stays first.
        merged: what it would say.
    """
    after = _lines([(each.field, each.text) for each in merged])
    blocks = []
    for number, memory in enumerate(found):
        names = ("title", *type(memory).prose)
        before = _lines([(name, str(getattr(memory, name))) for name in names if name in {one.field for one in merged}])
        lines = [
            line.rstrip("\n") for line in difflib.unified_diff(before, after, memory.id, found[0].id, n=2, lineterm="")
        ]
        what = "Stays" if not number else "Goes to the bin"
        told = fenced("\n".join(lines), "diff") if lines else "It says the same."
        blocks.append(
            f"**{what}**: “{inline(memory.title, 200)}” of {memory.created_at:%Y-%m-%d} (`{memory.id}`)\n\n{told}"
        )
    return "\n\n".join(blocks)


def _lines(fields: Sequence[tuple[str, str]]) -> list[str]:
    return [
        line
        for name, text in fields
        if text.strip()
        for line in (f"{name}:", *(f"  {each}" for each in clean(text).splitlines()))
    ]


def reason(survivor: MemoryBase, others: Sequence[MemoryBase], group: Group) -> str:
    """Why they could be one, as a sentence."""
    older = [memory for memory in others if memory.id in group.superseded]
    shares = {memory.id: likeness(survivor, memory) for memory in others if memory.id not in group.superseded}
    alike = [round(100 * each) for each in shares.values() if each >= ALIKE]
    meant = [group.near[id] for id, each in shares.items() if each < ALIKE and id in group.near]
    parts = [f"{len(older)} {'is' if len(older) == 1 else 'are'} superseded"] if older else []
    if alike:
        what = f"{min(alike)}%" if min(alike) == max(alike) else f"{min(alike)}% to {max(alike)}%"
        parts.append(f"{len(alike)} {'has' if len(alike) == 1 else 'have'} {what} of the words in common with it")
    if meant:
        does = "says" if len(meant) == 1 else "say"
        parts.append(f"{len(meant)} {does} nearly the same in other words (cosine {min(meant):.2f} or more)")
    return f"{'; '.join(parts)[:1].upper()}{'; '.join(parts)[1:]}."


def page(proposals: Sequence[Proposal]) -> str:
    """The proposals as one page."""
    blocks = ["# Memories that could be one"]
    for number, each in enumerate(proposals, 1):
        wrote = f" Written by {one_line(each.model, 100)}." if each.model else ""
        head = f"## {number}. {inline(each.title, 200)}"
        told = f"{len(each.ids)} of the kind {each.kind} into one. {inline(each.reason, 400)}{wrote}"
        blocks += [head, told, each.diff]
    return "\n\n".join(blocks)
