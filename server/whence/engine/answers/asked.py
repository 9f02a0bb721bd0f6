"""What a question asks for: its words by their rarity, what it takes for done, and what it tells by a number."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from whence.engine.answers.deeds import (
    ADDED,
    DEEDS,
    GENERIC,
    KINDS,
    REPLACED,
    TAKEN_UP,
    USED,
    asked_deed,
    deeds_of,
    does,
    done_to,
    is_about,
    undergone,
)
from whence.retrieval import fields
from whence.retrieval.query import Query
from whence.retrieval.rarity import Rarity
from whence.retrieval.words import STOP_WORDS, terms

LEAST_MATTER = 0.7
"""Share of what is asked about that has to be what something was done to. Ours."""

_ASKING = frozenset(
    terms(
        "project repository codebase code reason decide decided decision happen use used using work handle come get "
        "explain tell purpose cause need want way thing now any more longer anymore still too also ever since today "
        "currently"
    )
)
"""Terms that ask, and don't say what about."""
_ONE = r"v?\d+(?:\.\d+)*"
_NUMBERED = re.compile(
    rf"(?i)(?<![\w.])([a-z][a-z+#]*)(?:\.js)?(?:\s*(?:[<>]=?|=+|[≥≤^~])\s*|[ /-])?"
    rf"({_ONE}(?:\s*(?:,|and|or|&|/|to|with|[-–])\s*{_ONE})*)(?![\w.]*\d)"
)
"""Something that is told from others by its numbers, such as “Node.js 14 and 16”, “python3.8” or “level >= 3”."""
_OF_CODE = re.compile(r"(?:(?<!\S)--?[\w-]+|`[^`]+`|\w\(\)|\w_\w+|[a-z][A-Z]\w*)\s+([A-Za-z]+)")
"""What stands behind a name of code, and says of which kind that is: “the --owner filter”."""
_IN_PARTS = 0.8
"""How much of a word such as `BindUri` a text holds that has all its parts. Ours."""
_MOST_SURE = 6.0
"""The most that a word counts where search is sure: the question may have another word for what a memory says. Ours."""
_KIND_WEIGHT = 0.3
"""What a word counts that says of which kind a thing is. Ours."""
_ASKING_WEIGHT, _DONE_WEIGHT, _USUAL_IDF = 0.1, 0.4, 4.0


class Asked:
    """What a question asks for, each of its words weighed by its rarity.

    Args:
        question: what is asked.
        rarity: how rare words are in memory.
        sure: whether search is sure of what it found.
    """

    def __init__(self, question: str, rarity: Rarity, *, sure: bool) -> None:
        self.sure = sure
        most = _MOST_SURE if sure else math.inf
        self._words: list[_Word] = []
        self._deeds = deeds_of(question)
        self.deed = asked_deed(question)
        """What it takes for done."""
        asks_who = re.match(r"(?i)\W*who\b", question) is not None
        for whole, parts in _words(question):
            if whole in DEEDS:
                continue
            own = [each for each in (whole, *parts) if each]
            rare = dict(zip(own, map(float, rarity.idf(np.array(fields.hashes(own), np.uint32))), strict=True))
            asks = whole in _ASKING
            worth = min(most, max(rare.values())) * (_ASKING_WEIGHT if asks and not asks_who else 1.0)
            self._words.append(_Word(whole, tuple((each, rare[each]) for each in parts), worth, matter=not asks))
        self._total = len(self._deeds) * _DONE_WEIGHT * _USUAL_IDF + sum(each.worth for each in self._words) or 1.0
        self._matter = [each for each in self._words if each.matter]
        there = undergone(question)
        named = [each for each in self._matter if there.intersection((each.whole, *dict(each.parts)))]
        kinds = KINDS.union(terms(" ".join(_OF_CODE.findall(question))))
        matter = named or self._matter
        most = max((each.worth for each in matter if each.whole not in kinds), default=math.inf)
        self._undergone = {
            each: _KIND_WEIGHT * min(each.worth, most) if each.whole in kinds else each.worth for each in matter
        }
        self._plain = frozenset(re.findall(r"\w+", question.lower()))
        self._joined = dict(_joined(question))
        self._about = is_about(question)
        self._heads = GENERIC.union(terms(question), self._joined)
        self.since_when = self.deed in (ADDED, TAKEN_UP) and re.match(r"(?i)\W*(?:since )?when\b", question) is not None
        """Whether it asks when something was added."""
        self._numbered = _numbered(question)
        self._versions = frozenset(terms(" ".join(re.findall(rf"(?i)(?<![\w.]){_ONE}(?![\w.]*\d)", question))))

    def share(self, text: str, *, done: bool = False) -> float:
        """The share of what is asked that a text holds; none of a text that says what was done, and not to what.

        Args:
            text: what is said.
            done: whether it says that what is asked about was done, in whichever words.
        """
        own = self._terms(text)
        if self._matter and not any(each.held(own) for each in self._matter):
            return 0.0
        deeds = len(self._deeds if done else self._deeds & deeds_of(text)) * _DONE_WEIGHT * _USUAL_IDF
        return (deeds + sum(each.worth * each.held(own) for each in self._words)) / self._total

    def _terms(self, text: str) -> frozenset[str]:
        return self._apart(frozenset(terms(text))) | self._numbers_of(text)

    def _numbers_of(self, text: str) -> frozenset[str]:
        """The terms of the question's numbers, where a text has the same ones: clap 3.0 is clap v3."""
        same = self._numbered and self._numbered.keys() <= _numbered(text).keys() and not self.names_others(text)
        return self._versions if same else frozenset()

    def _apart(self, own: frozenset[str]) -> frozenset[str]:
        """Terms with those of two words of the question that stand there as one: “loop controls” as “loopcontrols”."""
        return own.union(*(both for joined, both in self._joined.items() if joined in own))

    def names_others(self, text: str) -> bool:
        """Whether a text is about another of what the question tells by its number: of Node 12 where 14 is meant."""
        said = _numbered(text) if self._numbered else {}
        return any(
            not any(
                f"{own}.".startswith(f"{each}.") or f"{each}.".startswith(f"{own}.")
                for each in numbers
                for own in said[word]
            )
            for word, numbers in self._numbered.items()
            if word in said
        )

    def names_deed(self, text: str) -> bool:
        """Whether a text says that what the question says was done was done to what it asks about."""
        if self.deed is None:
            return False
        if self._numbered and not self._numbered.keys() <= _numbered(text).keys():
            return False
        said = [*done_to(text, self.deed), *(own for verb, own in does(text) if self._is_verb_of(verb))]
        numbers = self._numbers_of(text)
        return any(
            self._is_matter(each.terms | numbers)
            for each in said
            if each.about <= self._about and (not each.head or each.head in self._heads)
        )

    def _is_verb_of(self, word: str) -> bool:
        """Whether a word is the verb of what the question says was added: “retry” where it asks about retries."""
        stem = next(iter(terms(word)), "")
        return self.deed == ADDED and word not in self._plain and any(each.whole == stem for each in self._undergone)

    def chosen(self, text: str) -> bool:
        """Whether a text, which says what was chosen, names what the question says was added, came or is used."""
        return self.deed in (ADDED, REPLACED, TAKEN_UP, USED) and self._is_matter(frozenset(terms(text)))

    def _is_matter(self, own: frozenset[str]) -> bool:
        apart = self._apart(own)
        held = sum(worth * each.held(apart) for each, worth in self._undergone.items())
        return held >= LEAST_MATTER * sum(self._undergone.values())

    def names_enough(self, text: str) -> bool:
        """Whether a text holds more than one word of what is asked about, where there are more."""
        own = self._terms(text)
        return len(self._matter) < 2 or sum(each.held(own) > 0 for each in self._matter) > 1


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a question."""

    whole: str
    """Its term; none where it is several, such as HTTP/3."""
    parts: tuple[tuple[str, float], ...]
    """The terms of its parts, or its own, and how rare each is."""
    worth: float
    matter: bool
    """Whether it says what about."""

    def held(self, own: frozenset[str]) -> float:
        """How much of the word a text of these terms holds: all where it has the word or all its parts."""
        if self.whole in own:
            return 1.0
        most = 1.0 if self.whole in ("", self.parts[0][0]) else _IN_PARTS
        total = sum(rare for _, rare in self.parts) or 1.0
        return most * sum(rare for term, rare in self.parts if term in own) / total


def _words(question: str) -> Iterator[tuple[str, list[str]]]:
    """The words that a question asks for, each as a term and the terms of its parts; a word of no parts is its own."""
    asked = {term for term, _ in Query(question).terms}
    seen: set[str] = set()
    for run in question.split():
        own = sorted(asked.intersection(terms(run)) - seen, key=lambda term: (-len(term), term))
        seen.update(own)
        if own:
            whole, *parts = own
            compound = all(part[:3] in whole for part in parts)  # stems end otherwise than the words in it
            yield (whole, parts or own) if compound else ("", own)


def _joined(question: str) -> Iterator[tuple[str, list[str]]]:
    """Each two words of a question that follow each other, written as one word, with the terms of both."""
    for one, other in pairwise(re.findall(r"\w+", question)):
        if one.isalpha() and other.isalpha() and len(own := terms(one.lower() + other.lower())) == 1:
            yield own[0], terms(f"{one} {other}")


def _numbered(text: str) -> dict[str, set[str]]:
    """The numbers that stand behind words that say what they are of, by word."""
    found: dict[str, set[str]] = {}
    for word, numbers in _NUMBERED.findall(text):
        if word.lower() not in STOP_WORDS:
            for term in terms(word):
                found.setdefault(term, set()).update(re.findall(r"\d+(?:\.\d+)*", numbers))
    return found
