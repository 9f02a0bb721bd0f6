"""Sentences: what memories say about a question, verbatim, where no model is asked; nothing where they don't say it.

A memory answers where what somebody said in it, its title, its reason or its text, holds most of what is asked, each
word by its rarity. That a word stands in a diff, or in a list that squashing left, is no answer.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from whence.retrieval import fields
from whence.retrieval.query import Query
from whence.retrieval.rarity import Rarity
from whence.retrieval.words import terms
from whence.values import reason as reasons
from whence.values.base import one_line
from whence.values.handed_out import without_ours
from whence.values.markdown import clean
from whence.values.memory import Bug, Change, Conversation, Decision, MemoryBase
from whence.values.reason import gives_none

MOST = 3
"""Sentences of an answer."""

LEAST, LEAST_BESIDE = 0.5, 0.7
"""Share of what is asked, by rarity, that the best memory has to hold; and that of a further one beside the best's.
Ours, set by hand on one history; `benchmarks/insight.py` counts what they get wrong."""

LEAST_SURE, SURE = 0.34, 1.1
"""The first where the search is as sure as the second: a question in other words than the answer's. Ours."""

LEAST_TOLD = 0.2
"""Share of what is asked that a second sentence of a memory has to hold. Ours."""

ALIKE = 0.75
"""Share of its terms that a sentence has in common with one that says the same. Ours."""

_LONGEST = 320
_READ = 20_000
_ASKING = frozenset(
    terms(
        "project repository codebase code reason decide decided decision happen use used using work handle come get "
        "explain tell purpose cause need want way thing now any more longer anymore still too also ever today currently"
    )
)
"""Terms that ask, and don't say what about."""
_DONE = {
    term: number
    for number, words in enumerate(
        (
            "drop dropped remove removed removal delete deleted stop stopped discontinue abandon abandoned without",
            "add added introduce introduced start started begin began support allow enable implement",
            "replace replaced switch switched move moved migrate migrated convert instead",
            "rename renamed call called",
            "fix fixed mend repair resolve prevent avoid",
            "change changed make made alter modify keep kept",
        )
    )
    for term in terms(words)
}
"""Terms that say that something was done, but not to what; those of one number mean the same."""
_ASKING_WEIGHT, _DONE_WEIGHT, _USUAL_IDF = 0.1, 0.4, 4.0

_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"\s*#{1,6}\s")
_NO_PROSE = re.compile(r" {4}\S|\t|\s*[|<>$]|\s*[\w./-]+:\d+|@@ ")
_END = re.compile(r"(?<=[.!?])[\"”’)`]*\s+(?=[\"“‘(`]?[A-Z0-9`])")
_BECAUSE = re.compile(
    r"(?i)\b(?:because|since|so that|in order to|due to|to (?:avoid|prevent|allow|make|ensure|keep|stop)|otherwise|"
    r"instead of|would|no longer|caused?|leads? to|led to)\b"
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a memory."""

    number: int
    """Which of the memories says it, from 0."""
    text: str
    """The sentence, on one line."""


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    first: bool
    """Whether it names the matter: a title, a subject, what was decided."""
    share: float
    """Share of what is asked that it holds."""


def answering(question: str, memories: Sequence[MemoryBase], rarity: Rarity, confidence: float) -> list[Quoted]:
    """The two or three sentences that answer a question; none where no memory does.

    Args:
        question: what is asked.
        memories: what search found, the best first.
        rarity: how rare words are in memory.
        confidence: how sure search is of them.
    """
    share = _share_of(question, rarity)
    why = re.match(r"(?i)\W*(?:why|what (?:is|was|were) the reason|how come)\b", question) is not None
    found = [(number, _said(memory, share)) for number, memory in enumerate(memories)]
    weighed = [(share(" ".join(each.text for each in said)), number, said) for number, said in found if said]
    best = max((held for held, _, _ in weighed), default=0.0)
    if best < (LEAST_SURE if confidence >= SURE else LEAST):
        return []
    weighed = [each for each in weighed if each[0] >= LEAST_BESIDE * best]
    weighed.sort(key=lambda each: (-round(each[0], 1), each[1]))
    quoted: list[Quoted] = []
    for place, (_, number, said) in enumerate(weighed):
        most = min(2 if place == 0 else 1, MOST - len(quoted))
        for text in _chosen(said, most, why=why):
            if not any(_alike(text, other.text) for other in quoted):
                quoted.append(Quoted(number, text))
    return quoted


def _share_of(question: str, rarity: Rarity) -> Callable[[str], float]:
    """What measures which share of the question a text holds, each term by its rarity."""
    asked = Query(question).terms
    idf = rarity.idf(np.array(fields.hashes(term for term, _ in asked), np.uint32))
    worth: dict[str | int, float] = {}
    for (term, weight), rare in zip(asked, idf, strict=True):
        if term in _DONE:
            worth[_DONE[term]] = _DONE_WEIGHT * _USUAL_IDF
        else:
            worth[term] = weight * float(rare) * (_ASKING_WEIGHT if term in _ASKING else 1.0)
    total = sum(worth.values()) or 1.0

    def share(text: str) -> float:
        own = set(terms(text))
        held = own | {_DONE[term] for term in own if term in _DONE}
        return sum(each for term, each in worth.items() if term in held) / total

    return share


def _chosen(said: Sequence[_Said], most: int, *, why: bool) -> list[str]:
    """The sentences of one memory that say most, in its order: what names the matter, and what says the rest."""

    def worth(each: _Said) -> float:
        return each.share + 0.3 * (why and _BECAUSE.search(each.text) is not None)

    named = max((each for each in said if each.first), key=worth, default=None)
    rest = sorted((each for each in said if each is not named), key=worth, reverse=True)
    if named is None or (most == 1 and rest and worth(rest[0]) > worth(named)):
        kept = rest[:most]
    else:
        further = (each for each in rest if worth(each) >= LEAST_TOLD and not _alike(each.text, named.text))
        kept = [named, *further][:most]
    return [each.text for each in said if each in kept]


def _alike(one: str, other: str) -> bool:
    """Whether one of two sentences says nearly nothing that the other doesn't."""
    first, second = set(terms(one)), set(terms(other))
    return len(first & second) >= ALIKE * min(len(first), len(second))


# ---------------------------------------------------------------- what is said


def _said(memory: MemoryBase, share: Callable[[str], float]) -> list[_Said]:
    """The sentences of a memory that somebody said."""
    found: dict[str, bool] = {}
    for text, first in _texts(memory):
        for sentence in _sentences(text):
            found.setdefault(sentence, first)
    return [_Said(text, first, share(text)) for text, first in found.items()]


def _texts(memory: MemoryBase) -> Iterator[tuple[str, bool]]:
    """The parts of a memory that are prose, and whether each names the matter."""
    match memory:
        case Decision():
            yield memory.decision or memory.title, True
            yield from ((text, False) for text in (memory.rationale, memory.context, memory.consequences))
        case Change():
            told = reasons.said(without_ours(memory.reason))
            subject, _, body = told.partition("\n")
            yield subject, True
            yield body, False
        case Bug():
            yield memory.message or memory.title, True
            yield from ((text, False) for text in (memory.root_cause, memory.solution, memory.prevention))
        case Conversation():
            yield from ((without_ours(each.content), False) for each in memory.messages if each.role != "system")
        case _:
            yield without_ours(memory.text()), False


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a prose text, each on one line; code, headings, tables and lines that say nothing left out."""
    for paragraph in _paragraphs(_FENCED.sub("\n\n", clean(text)[:_READ])):
        for sentence in _END.split(paragraph):
            plain = one_line(sentence, _LONGEST)
            if re.search(r"\w\W+\w", plain) and not gives_none(plain):
                yield plain


def _paragraphs(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        apart = not line.strip() or _ITEM.match(line) or _HEADING.match(line)
        code = not lines and _NO_PROSE.match(line)
        if lines and (apart or code):
            yield " ".join(lines)
            lines = []
        if line.strip() and not code and not _HEADING.match(line):
            lines.append(_ITEM.sub("", line, count=1).strip() if _ITEM.match(line) else line.strip())
