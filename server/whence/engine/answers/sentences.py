"""Sentences: what memories say about a question, verbatim, where no model is asked; nothing where they don't say it.

A memory answers where what somebody said in it, its title, its reason or its text, holds most of what is asked, each
word by its rarity. That a word stands in a diff, or in a list that squashing left, is no answer.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from whence.engine.answers.asked import Asked
from whence.engine.answers.deeds import USED
from whence.pages.recent import is_release
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

CLEAR = 0.62
"""Share of what is asked that the best answer holds at least; what holds less is told as what comes closest. Ours."""

NEARLY = 0.9
"""Share of what the best holds that the earliest has to hold, where it is asked since when. Ours."""

LEAD = 0.35
"""What it counts, as a share of what is asked, that search has a memory first: it knows other words for the same.
Ours."""

BECAUSE = 0.1
"""What it counts, where it is asked why, that a memory gives a reason. Ours."""

LEAST_TOLD = 0.2
"""Share of what is asked that a second sentence of a memory has to hold. Ours."""

ALIKE = 0.75
"""Share of its terms that a sentence has in common with one that says the same. Ours."""

_LONGEST = 320
_EXPLAINING = 14
"""Words of a sentence that says more than what was done."""
_READ = 20_000
_VERSION = re.compile(
    r"(?i)\b(?:versions?|bump\w*|upgrad\w+|updat\w+|releas\w+|newest|latest|pin(?:ned|s)?|v\d+)\b|\d+\.\d"
)
"""Asks for versions, which bumps and releases tell of, and of nothing else."""
_FENCED = re.compile(r"^ {0,3}(`{3,}|~{3,}).*?(?:^ {0,3}\1[^\n]*$|\Z)", re.DOTALL | re.MULTILINE)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s+")
_HEADING = re.compile(r"\s*#{1,6}\s")
_NO_PROSE = re.compile(r" {4}\S|\t|\s*[|<>$]|\s*[\w./-]+:\d+|@@ ")
_END = re.compile(r"(?<=[.!?])[\"”’)`]*\s+(?=[\"“‘(`]?[A-Z0-9`])")
_BECAUSE = re.compile(
    r"(?i)\b(?:because|since|so (?:that|it|we|they|you|one|users?|people|the)|in order to|due to|"
    r"to (?:avoid|prevent|allow|make|ensure|keep|stop)|otherwise|"
    r"instead of|in favou?r of|rather than|would|no longer|caused?|leads? to|led to)\b"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What memories say about a question."""

    quoted: list["Quoted"]
    """Their sentences; none where none of them answers."""
    lacking: Literal["", "deed", "rest"] = ""
    """What none of them says: that it was done, which the question takes for granted, or a good part of what is asked.
    Then they are what comes closest, and no answer."""


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence of a memory."""

    number: int
    """Which of the memories says it, from 0."""
    text: str
    """The sentence, on one line."""
    reason: bool = False
    """Whether it stands where the memory gives its reason."""


_Role = Literal["matter", "reason", "rest"]
"""What a part of a memory is there for: it names the matter (a title, a subject, what was decided), gives the reason,
or says the rest."""


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    role: _Role
    share: float
    """Share of what is asked that it holds."""


@dataclass(frozen=True, slots=True)
class _Weighed:
    number: int
    """Which of the memories."""
    said: list[_Said]
    held: float
    """Share of what is asked that it holds."""
    deed: bool
    """Whether it says that what is asked about was done."""
    aside: bool
    """Whether it says so by the way: a change, and not in its title."""
    clear: bool
    """Whether that is enough for an answer."""
    at: datetime
    """When it happened."""


def answering(question: str, memories: Sequence[MemoryBase], rarity: Rarity, confidence: float) -> Told:
    """The two or three sentences that answer a question, or come closest; none where no memory is about it.

    Args:
        question: what is asked.
        memories: what search found, the best first.
        rarity: how rare words are in memory.
        confidence: how sure search is of them.
    """
    asked = Asked(question, rarity, sure=confidence >= SURE)
    versions = _VERSION.search(question) is not None
    weighed: list[_Weighed] = []
    for number, memory in enumerate(memories):
        if not versions and isinstance(memory, Change) and is_release(memory):
            continue
        if said := _said(memory, asked.share):
            if asked.names_others(" ".join(each.text for each in said)):
                continue
            weighed.append(_weighed(asked, number, said, memory))
    best = max((each.held for each in weighed), default=0.0)
    if best < (LEAST_SURE if asked.sure else LEAST):
        return Told([])
    why = asks_why(question)
    chosen = _chosen_memories(weighed, best, why=why, first=asked.since_when)
    lacking: Literal["", "deed", "rest"] = "" if any(each.clear for each in chosen) else "rest"
    if asked.deed is not None and not any(each.deed for each in chosen):
        lacking = "rest" if asked.deed == USED else "deed"
    quoted: list[Quoted] = []
    for place, answer in enumerate(chosen):
        most = min(2 if place == 0 else 1, MOST - len(quoted))
        for each in _chosen(answer.said, most, why=why):
            if lacking and not each.share:
                continue  # “Drop parcel” doesn't come close to what was not dropped
            if not any(_alike(each.text, other.text) for other in quoted):
                quoted.append(Quoted(answer.number, each.text, each.role == "reason"))
    return Told(quoted, lacking)


def _chosen_memories(weighed: Sequence["_Weighed"], best: float, *, why: bool, first: bool) -> list["_Weighed"]:
    """The memories that may answer, those that answer best first.

    Where some say that what is asked about was done, the others are left out; and where some do so plainly, those that
    do by the way.

    Args:
        weighed: the memories as search has them, the best first.
        best: the most of what is asked that one of them holds.
        why: whether a reason is asked for.
        first: whether it is asked since when there is something: the earliest that says so knows.
    """
    lead = weighed[0]
    doing = [each for each in weighed if each.deed and each.held >= LEAST_BESIDE * best]
    plainly = [each for each in doing if not each.aside]
    done = bool(doing)

    def beside(each: _Weighed) -> bool:
        return each.held >= LEAST_BESIDE * best or (each is lead and each.held >= LEAST_SURE)

    def worth(each: _Weighed) -> float:
        return each.held + LEAD * (each is lead) + BECAUSE * (why and _reasoned(each.said))

    kept = [each for each in weighed if beside(each)]
    if done:
        kept = [each for each in kept if each.deed and not (plainly and each.aside)]
    named = [each for each in kept if each.held >= NEARLY * max(each.held for each in kept)]
    earliest = min(named, key=lambda each: each.at) if first and done else None
    return sorted(kept, key=lambda each: (each is not earliest, -round(worth(each), 1), each.number))


def _together(said: Sequence[_Said]) -> Iterator[str]:
    """What names the matter with each sentence and the next: further apart, two words have nothing in common."""
    matter = " ".join(each.text for each in said if each.role == "matter")
    others = [each.text for each in said if each.role != "matter"]
    yield matter
    for one, other in pairwise([*others, ""]):
        yield f"{matter} {one} {other}"


def _weighed(asked: Asked, number: int, said: list[_Said], memory: MemoryBase) -> _Weighed:
    """How much of what is asked a memory holds.

    What it holds in passing is no answer: one word of several, or what isn't what the memory itself is about.
    """
    best = max(_together(said), key=asked.share)
    titles = [each.share for each in said if each.role == "matter"]
    deeds = [each.role for each in said if asked.names_deed(each.text)]
    deed, aside = bool(deeds), isinstance(memory, Change) and "matter" not in deeds
    if isinstance(memory, Decision):  # it says what is so from now on, in whichever words
        deed = deed or any(asked.chosen(each.text) for each in said if each.role == "matter")
    elif asked.deed == USED and not isinstance(memory, Change):
        deed = True  # a note says plainly what is used
    held = asked.share(best, done=deed)
    clear = deed or (held >= CLEAR and asked.names_enough(best) and any(titles or [held]))
    return _Weighed(number, said, held, deed, aside, clear, memory.created_at)


def asks_why(question: str) -> bool:
    """Whether a question asks for a reason."""
    return re.match(r"(?i)\W*(?:why|what (?:is|was|were) the reason|how come)\b", question) is not None


def gives_reason(said: Sequence[Quoted]) -> bool:
    """Whether sentences say why, or at least more than what was done."""
    return any(each.reason or _BECAUSE.search(each.text) or len(each.text.split()) >= _EXPLAINING for each in said)


def _reasoned(said: Sequence[_Said]) -> bool:
    return any(each.role == "reason" or (_BECAUSE.search(each.text) and each.share >= LEAST_TOLD) for each in said)


def _chosen(said: Sequence[_Said], most: int, *, why: bool) -> list[_Said]:
    """The sentences of one memory that say most, in its order: what names the matter, and what says the rest."""

    def worth(each: _Said) -> float:
        # A reason seldom repeats the words of what it is the reason of.
        return each.share + 0.3 * (why and (each.role == "reason" or _BECAUSE.search(each.text) is not None))

    named = max((each for each in said if each.role == "matter"), key=worth, default=None)
    rest = sorted((each for each in said if each is not named), key=worth, reverse=True)
    if named is None or (most == 1 and rest and worth(rest[0]) > worth(named)):
        kept = rest[:most]
    else:
        further = (each for each in rest if worth(each) >= LEAST_TOLD and not _alike(each.text, named.text))
        kept = [named, *further][:most]
    return [each for each in said if each in kept]


def _alike(one: str, other: str) -> bool:
    """Whether one of two sentences says nearly nothing that the other doesn't."""
    first, second = set(terms(one)), set(terms(other))
    return len(first & second) >= ALIKE * min(len(first), len(second))


# ---------------------------------------------------------------- what is said


def _said(memory: MemoryBase, share: Callable[[str], float]) -> list[_Said]:
    """The sentences of a memory that somebody said."""
    found: dict[str, _Role] = {}
    for text, role in _texts(memory):
        for sentence in _sentences(text):
            found.setdefault(sentence, role)
    return [_Said(text, role, share(text)) for text, role in found.items()]


def _texts(memory: MemoryBase) -> Iterator[tuple[str, _Role]]:
    """The parts of a memory that are prose, and what each is there for."""
    match memory:
        case Decision():
            yield memory.decision or memory.title, "matter"
            yield memory.rationale, "reason"
            yield memory.context, "rest" if memory.rationale.strip() else "reason"
            yield memory.consequences, "rest"
        case Change():
            told = reasons.said(without_ours(memory.reason))
            subject, _, body = told.partition("\n")
            yield subject, "matter"
            yield body, "rest"
        case Bug():
            yield memory.message or memory.title, "matter"
            yield memory.root_cause, "reason"
            yield from ((text, "rest") for text in (memory.solution, memory.prevention))
        case Conversation():
            yield from ((without_ours(each.content), "rest") for each in memory.messages if each.role != "system")
        case _:
            yield without_ours(memory.text()), "rest"


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
