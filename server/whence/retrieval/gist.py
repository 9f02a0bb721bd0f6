"""What a text comes to, without a model: its telling sentences, and the words that make them so.

Sentences are scored by how many of a text's frequent terms they hold (Luhn, "The Automatic Creation of Literature
Abstracts", 1958), and by words that announce a decision, a cause or a fix.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from whence.retrieval.words import terms
from whence.values import reason
from whence.values.base import one_line
from whence.values.memory import FileEdit, MemoryBase


@runtime_checkable
class _Edited(Protocol):
    """The shape of a memory that tells what was done to files, and why."""

    edits: tuple[FileEdit, ...]
    reason: str


_TELLING = re.compile(
    r"\b(decid\w+|because|root cause|caused? by|fix(?:e[sd]|ing)?|solv\w+|must|never|always|instead of|chose\w*|agreed|"
    r"breaking|security|deprecat\w+|migrat\w+|trade-?offs?|rationale|prevent\w*|conclu\w+)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(r"^\W*(thanks?|thank you|ok(ay)?|great|perfect|yes|no|sure|got it|hi|hello|bye)\b", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_LONGEST = 300
_SENTENCES = 2000
_FREQUENT = 40


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


def said(memory: MemoryBase) -> str:
    """What people said in a memory, besides its title: of a change its reason alone, for its diff speaks code."""
    return reason.said(memory.reason) if isinstance(memory, _Edited) else memory.text()


def announced(text: str) -> tuple[str, ...]:
    """The distinct words of a text that announce a decision, a cause, a fix or a danger, in alphabetical order."""
    return tuple(sorted({match[0].lower() for match in _TELLING.finditer(text)}))


def is_reply(text: str) -> bool:
    """Whether a text begins as a mere reply does: a greeting, thanks, a yes."""
    return _THANKS.match(text) is not None
