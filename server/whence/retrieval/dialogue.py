"""Dialogues: what a turn gains or loses by how people's dialogues run.

A turn that answers often shares no word with what is asked, since its question has said them: so it gains by how well
the question before it fits. Who asks when wants a turn that names a time. A question seldom is the answer. All of it is
for dialogues of people by name, where it was measured ("measured": see `query`).
"""

import re
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from whence.retrieval.query import Query
from whence.values.passage import Passage

ANSWER_WEIGHT = 0.3
"""For the turn after a question, times what that question's fit, by meaning and words, is above the mean of all turns.
Measured: .2 to .5 do alike."""

TIME_WEIGHT = 0.3
"""For a turn that names a time, where the query asks when. Measured."""

QUESTION_WEIGHT = -0.05
"""For a turn that ends in a question. Measured."""

_ASKS_WHEN = re.compile(
    r"\s*(?:when|how long|(?:in )?(?:what|which) (?:date|day|week|month|year|season|time))\b", re.IGNORECASE
)
_WORD = re.compile(r"[a-z]+|\d+")
_TIMES = frozenset(
    _WORD.findall(
        "yesterday today tonight tomorrow ago recently since weekend birthday anniversary jan january feb february "
        "march april june july aug august sep sept september oct october nov november dec december"
    )
)
_SEASONS = "night weekend summer winter spring fall autumn monday tuesday wednesday thursday friday saturday sunday"
_UNITS = frozenset(each + end for each in ("day", "week", "month", "year") for end in ("", "s"))
_SPANS = _UNITS | frozenset(each + end for each in _WORD.findall(_SEASONS) for end in ("", "s"))
_NEAR = frozenset(("last", "next", "this", "past", "coming", "few"))
_COUNTS = frozenset(_WORD.findall("a an one two three four five six seven eight nine ten few couple several"))
_DONE = frozenset(("got", "had", "went", "started", "finished", "took", "did", "joined", "bought"))


def worth(
    passages: Sequence[Passage], meant: NDArray[np.float32], worded: NDArray[np.float64], query: Query
) -> NDArray[np.float32]:
    """What each turn gains, one number a passage; 0 for what is no turn of a dialogue of people by name.

    Args:
        passages: what may answer, each turn once.
        meant: their nearness in meaning.
        worded: their word match as it counts beside that.
        query: what was asked.
    """
    gained = np.zeros(len(passages), np.float32)
    spoken = [at for at, each in enumerate(passages) if each.speaker]
    if not spoken:
        return gained
    fits = meant + worded
    usual = float(fits[spoken].mean())
    asking = {
        (passages[at].memory, passages[at].turn): max(float(fits[at]) - usual, 0.0)
        for at in spoken
        if _asks(passages[at])
    }
    when = bool(_ASKS_WHEN.match(query.text))
    for at in spoken:
        passage = passages[at]
        gained[at] = (
            ANSWER_WEIGHT * asking.get((passage.memory, passage.turn - 1), 0.0)
            + TIME_WEIGHT * (when and _names_a_time(passage.text))
            + QUESTION_WEIGHT * _asks(passage)
        )
    return gained


def _asks(passage: Passage) -> bool:
    return passage.text.rstrip().endswith(("?", "？"))


def _names_a_time(text: str) -> bool:
    """Whether a text says when: by words and not by one expression, which takes four times as long."""
    words = _WORD.findall(text.lower())
    if not _TIMES.isdisjoint(words):
        return True
    return any(
        (after in _SPANS and before in _NEAR)
        or (after in _UNITS and (before in _COUNTS or before.isdecimal() or (before == "of" and after[-1] == "s")))
        or (before == "just" and after in _DONE)
        or (len(after) == 4 and after.isdecimal() and after[:2] in ("19", "20"))
        for before, after in pairwise(["", *words])
    )
