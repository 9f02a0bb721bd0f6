"""Labels: which of those in use a memory may want, by its neighbours and its words; and new ones to begin with."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from whence.retrieval.words import STOP_WORDS, terms
from whence.values.base import one_line

MOST = 5
"""Labels that are suggested for one memory."""

LONGEST = 60
"""Characters of a label that is suggested."""

_IN_TITLE, _IN_TEXT, _NEW = 0.6, 0.4, 0.3
"""Confidence in a label in use that the title, or only the text names, and in a new one. Ours."""

_LEAST = 0.3
"""Confidence under which neighbours have too little to say."""

_READ = 8000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label that a memory may want."""

    label: str
    confidence: float
    """From 0 to 1."""
    existing: bool
    """Whether it is in use."""
    reason: str
    """Why, as a clause."""


def suggest(
    title: str, text: str, neighbours: Sequence[tuple[float, Sequence[str]]], in_use: Mapping[str, int]
) -> list[Labelled]:
    """Labels for a memory, those in use before new ones, the likeliest first.

    Args:
        title: its title.
        text: what it says.
        neighbours: the memories nearest to it: how near, from 0 to 1, and their labels.
        in_use: the labels in use, with how many memories have each.
    """
    found = {
        label: Labelled(label, share, True, "memories near to it have this label")
        for label, share in vote(neighbours)
        if share >= _LEAST
    }
    named, said = set(terms(title)), set(terms(text[:_READ]))
    for label in in_use:
        words = set(terms(label))
        sure = _IN_TITLE if words <= named else _IN_TEXT if words <= said | named else 0.0
        if words and sure > (found[label].confidence if label in found else 0.0):
            found[label] = Labelled(label, sure, True, f"its {'title' if sure == _IN_TITLE else 'text'} names it")
    ordered = sorted(found.values(), key=lambda each: (-each.confidence, -in_use.get(each.label, 0), each.label))
    known = {each.casefold() for each in in_use}
    fresh = [
        Labelled(word, _NEW, False, "it comes back to this word") for word in topics(text[:_READ]) if word not in known
    ]
    return [*ordered, *fresh][:MOST]


def vote(neighbours: Sequence[tuple[float, Sequence[str]]], most: int = MOST) -> tuple[tuple[str, float], ...]:
    """The labels that neighbours have, each with its confidence from 0 to 1, the largest first.

    Each neighbour is of the same matter with the chance of its nearness squared, which in a trial on this project's own
    commits was about the share of suggestions that turned out right. The confidence is the label's share of these
    chances, times the chance that at least one of those that have it is so (a noisy or). Who has no label says nothing.

    Args:
        neighbours: how near each is, from 0 to 1, and its labels.
        most: at most so many labels.
    """
    labelled = [(min(max(near, 0.0), 1.0) ** 2, tuple(dict.fromkeys(had))) for near, had in neighbours if had]
    total = sum(near for near, _ in labelled)
    if not total:
        return ()
    shares: dict[str, float] = {}
    doubts: dict[str, float] = {}
    for near, had in labelled:
        for label in had:
            shares[label] = shares.get(label, 0.0) + near / total
            doubts[label] = doubts.get(label, 1.0) * (1.0 - near)
    sure = {label: share * (1.0 - doubts[label]) for label, share in shares.items()}
    ordered = sorted(sure.items(), key=lambda each: (-each[1], each[0]))[:most]
    return tuple((label, round(confidence, 3)) for label, confidence in ordered)


def of_talk(near: float) -> float:
    """How near a neighbour of a conversation counts, whose square is the chance that both are of the same matter.

    In a trial on 21 questions that fit one of four labels and 16 that fit none, ten of them with words in common on
    purpose, neighbours about .58, .65 and .7 near were right in 67, 86 and 100 of 100 cases: this rises as they do.
    """
    near = min(max(near, 0.0), 1.0)
    return near * math.sqrt(3.0 - 2.0 * near)


def topics(text: str, most: int = 3) -> tuple[str, ...]:
    """Words that a text comes back to, as labels to begin with."""
    words = Counter(word.lower() for word in re.findall(r"[^\W\d_]{4,}", text))
    return tuple(word for word, times in words.most_common(50) if word not in STOP_WORDS and times > 1)[:most]


def shaped(labels: Sequence[str], in_use: Mapping[str, int], having: Sequence[str]) -> dict[str, str]:
    """Labels that somebody thought of, in the shape of labels: by what was said, what it comes to.

    One that is in use in another case is that one; what the memory has already, what is empty and what is too long is
    left out.
    """
    known = {each.casefold(): each for each in in_use}
    had = {each.casefold() for each in having}
    found: dict[str, str] = {}
    for each in labels:
        label = one_line(each, LONGEST + 1)
        if label and len(label) <= LONGEST and label.casefold() not in had:
            found[each] = known.get(label.casefold(), label)
    return found
