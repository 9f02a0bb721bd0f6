"""What a conversation comes to, without a model: its telling sentences, the weight of a turn, labels of its neighbours.

Sentences are scored by how many of a text's frequent terms they hold (Luhn, "The Automatic Creation of Literature
Abstracts", 1958), and by words that announce a decision, a cause or a fix.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whence.retrieval.words import terms
from whence.values import one_line

_TELLING = re.compile(
    r"\b(decid\w+|because|root cause|caused? by|fix\w*|solv\w+|must|never|always|instead of|chose\w*|agreed|breaking|"
    r"security|deprecat\w+|migrat\w+|trade-?offs?|rationale|prevent\w*|conclu\w+)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(r"^\W*(thanks?|thank you|ok(ay)?|great|perfect|yes|no|sure|got it|hi|hello|bye)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LONGEST = 300
_SENTENCES = 2000
_FREQUENT = 40


@dataclass(frozen=True, slots=True)
class Weight:
    """How much a turn matters."""

    score: float
    """From 1 (a trifle) to 10 (never forget)."""

    reasons: tuple[str, ...]
    """What made it so, as clauses."""


def gist(texts: Iterable[str], count: int) -> tuple[str, ...]:
    """The `count` most telling sentences of texts, in their order; fewer where there are no more."""
    said = [
        line for text in texts for part in _SENTENCE.split(text) if (line := one_line(part.strip(" #*->"), _LONGEST))
    ]
    sentences = list(dict.fromkeys(line for line in said if len(line) > 2))[:_SENTENCES]
    held = [set(terms(each)) for each in sentences]
    frequent = {
        term for term, times in Counter(term for each in held for term in each).most_common(_FREQUENT) if times > 1
    }
    scores = [
        len(words & frequent) / (len(words) + 4) + 0.3 * len(set(_TELLING.findall(sentence)))
        for sentence, words in zip(sentences, held, strict=True)
    ]
    best = sorted(range(len(sentences)), key=lambda at: (-scores[at], at))[:count]
    return tuple(sentences[at] for at in sorted(best))


def weigh(text: str, importance: int) -> Weight:
    """How much a turn matters, by what it says and by the importance of its conversation."""
    score, reasons = 2.0 + 0.4 * importance, [f"its conversation has importance {importance}"]
    if announced := {each[0].lower() if isinstance(each, tuple) else each.lower() for each in _TELLING.findall(text)}:
        score += min(1.0 * len(announced), 3.0)
        reasons.append(f"it speaks of {', '.join(sorted(announced)[:5])}")
    if "```" in text:
        score += 1.0
        reasons.append("it holds code")
    if len(text) > 600:
        score += 0.5
        reasons.append("it is detailed")
    if len(text) < 80 and _THANKS.match(text):
        score -= 3.0
        reasons.append("it is a short reply")
    return Weight(round(min(max(score, 1.0), 10.0), 1), tuple(reasons))


def vote(neighbours: Sequence[tuple[float, Sequence[str]]], most: int = 5) -> tuple[tuple[str, float], ...]:
    """The labels that neighbours have, each with its share of their scores, the largest first.

    Args:
        neighbours: each one's score, and its labels.
        most: at most so many labels.
    """
    total = sum(max(score, 0.0) for score, _ in neighbours)
    shares: Counter[str] = Counter()
    for score, labels in neighbours:
        for label in dict.fromkeys(labels):
            shares[label] += max(score, 0.0)  # type: ignore[assignment] # a Counter holds floats as well
    ordered = sorted(shares.items(), key=lambda each: (-each[1], each[0]))[:most]
    return tuple((label, round(share / total, 3)) for label, share in ordered) if total else ()


def topics(text: str, most: int = 3) -> tuple[str, ...]:
    """Words that a text comes back to, as labels to begin with."""
    words = Counter(word.lower() for word in re.findall(r"[^\W\d_]{4,}", text))
    known = {word for word, _ in words.items() if terms(word)}
    return tuple(word for word, times in words.most_common(50) if word in known and times > 1)[:most]
