"""Extras: what counts beside words and meaning, for what a memory is and when it came to be, and who says it.

"Measured": see `query`.
"""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from whence.retrieval.query import Query
from whence.values.passage import Passage

SPEAKER_WEIGHT = 0.25
"""For a turn of the one speaker whom the query names. Measured."""

LENGTH_WEIGHT, USUAL_LENGTH = 0.08, 150
"""For a turn's length, by its logarithm above or below the usual: a longer one says more. Measured, for dialogues of
people by name only: it does harm elsewhere."""

MONTH_WEIGHT, NEAR_DAYS = 0.2, 2
"""For a memory of a month that the query names; twice that within so many days of a day that it names. Measured."""

HALF_LIFE_DAYS = 180.0
"""Days after which the extra for recency is half. Measured: gentle helps, 14 days with a high weight does harm."""

IMPORTANCE_WEIGHT = 0.01
"""For each step of importance above or below 5. Ours: the highest weighs as much as being of today."""

PINNED_WEIGHT = 0.05
"""For a pinned memory. Ours: it decides between near equals and lifts nothing that doesn't fit."""

Worths = NDArray[np.float64]
"""A number a passage."""


class Extras(NamedTuple):
    """What each passage gains, part by part."""

    recency: Worths
    importance: Worths
    pinned: Worths
    speaker: Worths
    date: Worths


def worth(passages: Sequence[Passage], query: Query, now: datetime, recency_weight: float) -> Extras:
    """What each passage gains.

    Args:
        passages: what may answer.
        query: what was asked.
        now: the present, for recency.
        recency_weight: what a memory of this moment gains.
    """
    # A date in the future is a wrong clock's, and no better than today's.
    ages = np.maximum(_numbers((now - each.created_at).total_seconds() for each in passages) / 86_400, 0.0)
    named = _asked_speaker(passages, query)
    return Extras(
        recency=recency_weight * np.exp2(-ages / HALF_LIFE_DAYS),
        importance=(_numbers(each.importance for each in passages) - 5) * IMPORTANCE_WEIGHT,
        pinned=PINNED_WEIGHT * _numbers(each.pinned for each in passages),
        speaker=_numbers(_saying(each, named) for each in passages),
        date=_numbers(_dated(each.created_at, query.dates) for each in passages)
        if query.dates
        else np.zeros(len(passages)),
    )


def _numbers(values: Iterable[float]) -> Worths:
    return np.fromiter(values, np.float64)


def _asked_speaker(passages: Sequence[Passage], query: Query) -> str:
    """The one speaker whom the query names, if it names exactly one."""
    speakers = {each.speaker for each in passages if each.speaker}
    named = [each for each in speakers if query.spoken.intersection(each.lower().split()[:1])]
    return named[0] if len(named) == 1 else ""


def _saying(passage: Passage, named: str) -> float:
    if not passage.speaker:
        return 0.0
    length = LENGTH_WEIGHT * math.log((20 + len(passage.text)) / (20 + USUAL_LENGTH))
    return length + SPEAKER_WEIGHT * (passage.speaker == named)


def _dated(at: datetime, dates: Sequence[tuple[int, int, date | None]]) -> float:
    best = 0.0
    for year, month, day in dates:
        if day and abs((at.date() - day).days) <= NEAR_DAYS:
            return 2 * MONTH_WEIGHT
        if (at.year, at.month) == (year, month):
            best = MONTH_WEIGHT
    return best
