"""What a small model answers when it is asked for a score: as it was asked to, or as models like to write one."""

import json
import re
from collections.abc import Iterator
from typing import Any

_SCALE = re.compile(r"(?i)\b(?:from|of|between)\s+0(?:\.0+)?\s*(?:to|and|[-–—])\s*(?:1(?:\.0+)?|10|100)\b%?")
"""The scale itself, which a model may repeat before it answers."""

_NUMBER = re.compile(
    r"""(?ix) (?<![\w.,/-]) (?P<value>\d{1,6}(?:[.,]\d{1,12})?|[.,]\d{1,12})
    (?: \s?(?P<percent>%) | \s?(?:/|\bout\ of\b)\s?(?P<most>\d{1,4}(?:\.0+)?) )? (?! \s?/ | \w | [.,]\d )"""
)
_NAMED = re.compile(r"(?i)\b(?:score|relevance|rating|relevant)\b[^\d\n.,/-]{0,30}$")


def judged(answer: str) -> tuple[float, str] | None:
    """The score, from 0 to 1, and its reason; None where there is none.

    A number after the word `score` counts first, then one that is a fraction (`.85`, `85%`, `8/10`), then a bare 0 or
    1. A number above 1 that does not say of how much is no score.
    """
    if found := re.search(r"\{.*\}", answer, re.DOTALL):
        try:
            values = json.loads(re.sub(r"(:\s*)\.(\d)", r"\g<1>0.\2", found[0]))
            said = values.get("score", values.get("relevance_score"))
            score = next(_scores("" if isinstance(said, bool) else str(said)), None)
            if score is not None:
                return score[1], str(values.get("reasoning", ""))
        except (ValueError, AttributeError, RecursionError):
            pass
        return None
    scores = sorted(_scores(answer), key=lambda each: each[0])
    return (scores[0][1], answer.strip()) if scores else None


def _scores(text: str) -> Iterator[tuple[int, float]]:
    """The numbers that may be the score, each after how likely it is; the smallest is the likeliest."""
    told: Any = _SCALE.sub(" ", text)
    for found in _NUMBER.finditer(told):
        value = float(found["value"].replace(",", "."))
        most = 100.0 if found["percent"] else float(found["most"] or 1)
        if most <= 0 or not 0.0 <= value / most <= 1.0:
            continue
        fraction = bool(found["percent"] or found["most"] or re.search(r"[.,]", found["value"]))
        yield 0 if _NAMED.search(told[: found.start()]) else 1 if fraction else 2, value / most
