"""Deeds: what a sentence says was done, and to what.

Who asks why something was dropped is answered by what says that it was dropped, and by nothing that says so of another
thing in the same breath: “Remove the sudo setting from travis.yml” doesn't drop Travis. Clauses are read from the verb:
what follows it up to the next preposition, or what stands before a passive, is what it was done to.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from whence.retrieval.words import terms

DROPPED, ADDED, REPLACED, RENAMED, MENDED, CHANGED, USED, TAKEN_UP = range(8)

DEEDS = {
    term: number
    for number, words in enumerate(
        (
            "drop dropped remove removed removal delete deleted stop stopped discontinue abandon abandoned nuke kill "
            "rip retire retired eliminate discard strip gone",
            "add added introduce introduced start started begin began support integrate integration allow enable "
            "implement create port",
            "replace replaced switch switched move moved migrate migrated convert instead",
            "rename renamed",
            "fix fixed mend repair resolve prevent avoid",
            "change changed make made alter modify keep kept",
        )
    )
    for term in terms(words)
}
_USES = frozenset(terms("use using adopt choose pick"))
"""Terms that say that something was done, but not to what; those of one number mean the same."""

_GONE = re.compile(
    r"(?i)\b(?:no longer|no more|not\b[^.?!]{0,60}\bany ?(?:more|longer)|\w*n['’]t\b[^.?!]{0,60}\bany ?(?:more|longer)|"
    r"(?:get|got|gets|getting) rid of|(?:do|does|did) away with|go away)\b"
)
"""Says that something was dropped in other words."""


class Thing(NamedTuple):
    """What something was done to."""

    terms: frozenset[str]
    head: str = ""
    """The term of the word that says what it is, mostly the last; empty where that is not known."""
    about: bool = False
    """Whether it only tells of something (`ABOUT`)."""


def _these(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NOUNS = _these("support integration")
_SUPPORT = frozenset(terms(" ".join(_NOUNS)))
_STOPPING = frozenset(terms("stop"))
_USING = _these("using supporting relying depending shipping providing offering maintaining publishing")
_LETTING = frozenset(terms("allow enable"))
"""What adds a thing, but not where it lets that thing do something."""
_RAISES = frozenset(terms("upgrade update bump"))
"""What takes up another version of a thing, where it says which: “Upgrade to clap 3.0”."""
_EXCHANGES = re.compile(r"(?i)(?:replac|switch|migrat|convert)(?:e|es|ed|ing)?$")
"""What drops one thing and adds another; who moves something mostly does neither."""
_WHICH = re.compile(r"(?i)\W*(?:which|what)\b.*\b(?:do|does|did|should)\b.*\b(?:use|choose|pick|adopt)\b")
"""Asks what was chosen: what is used."""
_SWITCHED_TO = re.compile(r"(?i)\b(?:switch|mov|migrat|convert)(?:e|es|ed|ing)?\s+(?:over\s+)?to\b")
"""Names what came, and not what went."""
_INSTEAD_OF = re.compile(r"(?i)\b(?:instead(?: of)?|in favou?r of|rather than|with|by)\b|(?<!support )\bfor\b")
_IN_PLACE = re.compile(r"(?i)\b(?:instead of|in place of|rather than)\b")
_CLAUSE = re.compile(r"[,;:()!?—–]|\.(?=\s|$)|\s-+\s")
_WORD = re.compile(r"[\w@#$][\w./#+'’@-]*|[.-]+\w[\w./#+'’@-]*")


_AWAY = _these(
    "with about from in to when if because since so as after before via during at by unless until while where which "
    "that instead although but rather now than on into onto per due without w/ w/o"
)
"""Words behind which it is no longer said to what something was done."""
_INSTEAD = _these("with by to for into")
"""Words between what was replaced and what it was replaced with."""
_PARTS = re.compile(r"\w_\w|[a-z][A-Z]")
"""An identifier of several words."""
_BE = _these("be been being is are was were get gets got has have had")
_DO = _these("do does did")
_DENIED = _these("not never cannot without would could should might may hardly revert reverts reverted undo restore")
KINDS = frozenset(
    terms(
        "dependency dependencies requirement module package library crate support option method function class flag "
        "feature api tool file code system property field parameter argument setting type mode"
    )
)
"""What says of which kind a thing is: who asks about the hooks API asks about hooks."""
GENERIC = KINDS.union(
    terms(
        "app application backend binding call client command compatibility component compiler dialect driver endpoint "
        "engine extension format framework function handler handling implementation integration interface job language "
        "logic mechanism middleware model page plugin protocol provider requirement route runtime script server "
        "service theme usage use version wrapper"
    )
)
"""What a thing may be called besides: who adds the parcel plugin adds parcel, and who adds a parcel badge doesn't."""
_OF = KINDS.union(terms("use usage mention reference instance call set"))
ABOUT = frozenset(
    terms(
        "doc docs documentation help test tests example examples typo comment comments mention reference "
        "recommendation advice warning link changelog readme badge"
    )
)
"""What tells of a thing, and is not the thing: who adds its documentation doesn't add it."""
_WANTED = _these("decide decided decision chose choose agree agreed time voted")
_MOST = 12
"""Words of a clause that a verb is read with."""


def deeds_of(text: str) -> set[int]:
    """The numbers of what a text says was done, to whatever."""
    found = {DEEDS[stem] for stem in _stems(_WORD.findall(text)) if stem in DEEDS}
    return found | ({DROPPED} if _GONE.search(text) else set())


def asked_deed(question: str) -> int | None:
    """What a question says was done, where that is one of those that change what there is."""
    if _WHICH.match(question):
        return USED
    found = deeds_of(_INSTEAD_OF.sub(" ", question))
    if _SWITCHED_TO.search(question) and DROPPED not in found:
        return TAKEN_UP
    return next((each for each in (DROPPED, RENAMED, REPLACED, ADDED) if each in found), None)


def undergone(question: str) -> set[str]:
    """The terms of what a question says that something was done to, without what came instead."""
    deed = asked_deed(question)
    if deed is None:
        return set()
    text = _INSTEAD_OF.split(question, maxsplit=1)[0] if deed == DROPPED else question
    return set().union(*(each.terms for each in done_to(text, deed))) or set(terms(text))


def done_to(sentence: str, deed: int) -> Iterator[Thing]:
    """What a sentence says that this was done to, once for each time it says so.

    Args:
        sentence: one line.
        deed: what was done; what is replaced is dropped, too, and what replaces it is added.
    """
    for clause in _CLAUSE.split(sentence):
        if deed == DROPPED and _GONE.search(clause):
            yield _whole(clause)
        if deed == DROPPED and (instead := _IN_PLACE.search(clause)) and not _drops(clause[: instead.start()]):
            yield _whole(clause[instead.end() :])
        words = _WORD.findall(clause)
        stems = _stems(words)
        for at in range(len(words)):
            if (thing := _thing(words, stems, at, deed)) is not None:
                # Who drops `add_route` drops no routes.
                parts = [terms(each)[: 1 if deed == DROPPED and _PARTS.search(each) else None] for each in thing]
                head = _head_of(thing) if len(thing) < len(words) else ""
                yield Thing(frozenset(chain.from_iterable(parts)), head, not ABOUT.isdisjoint(_stems(thing)))


def _whole(text: str) -> Thing:
    return Thing(frozenset(terms(text)), "", is_about(text))


def _thing(words: Sequence[str], stems: Sequence[str], at: int, deed: int) -> Sequence[str] | None:
    """What the word at this place says that this was done to; None where it says no such thing."""
    stem = stems[at]
    uses = stem in _USES and (deed == USED or (deed in (ADDED, TAKEN_UP) and at == 0))  # “Use parcel” adds it
    own = deed if uses else DEEDS.get(stem)
    if deed == TAKEN_UP:
        own = REPLACED if stem in _RAISES else TAKEN_UP if own == ADDED else own
    if own not in (deed, REPLACED, CHANGED) or _denied(words[:at]):
        return None
    if own == CHANGED and deed in (REPLACED, RENAMED):
        return words if "to" in words[at:] else None
    if own == REPLACED:
        return _replaced(words, at, deed) if deed in (REPLACED, TAKEN_UP) or _exchanges(words, at) else None
    if own != deed or (stem in _STOPPING and not _stops_use(words[at + 1 : at + 2])):
        return None
    if stem in _SUPPORT and not _adds(words, stems, at):
        return None
    thing = _object(words, at, deed)
    lets = stem in _LETTING and words[at + 1 + len(thing) : at + 2 + len(thing)] == ["to"]
    return None if lets else [*thing, *_where(words[at + 1 :])]


def is_about(text: str) -> bool:
    """Whether a text names what only tells of a thing; identifiers of parts don't: `TestClient` is no test."""
    return not ABOUT.isdisjoint(_stems(_WORD.findall(text)))


def _stems(words: Sequence[str]) -> list[str]:
    """The term of each word; none of an identifier of parts, which names a thing: `removeRow` removes nothing."""
    found = [terms(word) for word in words]
    return [own[0] if len(own) == 1 else "" for own in found]


def does(sentence: str) -> Iterator[tuple[str, Thing]]:
    """What clauses that begin with a verb may say is done: the word that each begins with, and the terms of it and of
    what follows. “Retry uploads” adds retries, and says so in other words than “add retries”.
    """
    for clause in _CLAUSE.split(sentence):
        words = _WORD.findall(clause)
        if len(words) > 1 and words[0].isalpha() and _DENIED.isdisjoint(each.lower() for each in words):
            yield words[0].lower(), _whole(" ".join(_until(words[:_MOST], _AWAY)))


def _denied(before: Sequence[str]) -> bool:
    """Whether the words before a verb say that it was not done, or only might be."""
    near = [each.lower() for each in before[-3:]]
    if any(each in _DENIED or each.endswith(("n't", "n’t")) for each in near):
        return True
    return bool(near) and near[-1] == "to" and not _WANTED.intersection(near)


def _adds(words: Sequence[str], stems: Sequence[str], at: int) -> bool:
    """Whether “support” is what somebody does, or all that a title of few words says: “Unix sockets support”."""
    word = words[at].lower()
    if any(DEEDS.get(each) is not None for each in stems[:at]):
        return word not in _NOUNS
    if word == "supported" and at and _BE.isdisjoint(each.lower() for each in words[:at]):
        return False  # “clarify supported formats”
    return _is_verb(words, at) or at == len(words) - 1 < 5


def _is_verb(words: Sequence[str], at: int) -> bool:
    """Whether “support”, in whichever form, is a verb; “integration” never is."""
    before = [each.lower() for each in words[:at]]
    if words[at].lower() == "integration":
        return False
    said = not before or before[-1] in ("now", "also", "we", "and", "to") or not _DO.isdisjoint(before)
    return said or words[at].lower() != "support"


def _stops_use(after: Sequence[str]) -> bool:
    """Whether what is stopped is a thing or its use, and not what is done with it: “Stop running nox on errors”."""
    return not after or not after[0].lower().endswith("ing") or after[0].lower() in _USING


def _exchanges(words: Sequence[str], at: int) -> bool:
    """Whether the verb at this place says that one thing went and another came."""
    after = [each.lower() for each in words[at + 1 : at + 1 + _MOST]]
    if words[at].lower().startswith("replac"):
        return bool(_EXCHANGES.match(words[at]))
    return after[:1] == ["from"] or (bool(_EXCHANGES.match(words[at])) and not {"from", "to"}.isdisjoint(after))


def _object(words: Sequence[str], at: int, deed: int) -> Sequence[str]:
    """What the verb at this place says that it was done to."""
    verb, before = words[at].lower(), words[max(0, at - _MOST) : at]
    rest = _one_deed(words[at + 1 : at + 1 + _MOST])
    if verb.endswith("al") or (verb in _NOUNS and not _is_verb(words, at)):  # a noun
        return [*before, *_until(rest[1:] if rest[:1] == ["of"] else rest, _AWAY)]
    participle = verb.endswith(("ed", "gone", "made", "kept"))
    passive = any(each.lower() in _BE for each in before[-3:]) or not rest or rest[0].lower() in _AWAY
    if participle and passive:
        return before
    return _head(_until(rest, _AWAY - {"to"} if deed == RENAMED else _AWAY), "of" if deed == USED else "of for")


def _one_deed(words: Sequence[str]) -> Sequence[str]:
    """What stands before another deed: in “parcel and add docs” parcel."""
    stems = _stems(words)
    for at in range(len(words) - 1):
        if words[at].lower() in ("and", "then") and stems[at + 1] in DEEDS:
            return words[:at]
    return words


def _head_of(thing: Sequence[str]) -> str:
    """The term of the word that says what a thing is: the last that is no number and no form of “be”."""
    named = [each for each in thing if each.lower() not in _BE and not each.strip("v.#").replace(".", "").isdigit()]
    return next(iter(terms(named[-1])), "") if named else ""


def _where(words: Sequence[str]) -> Sequence[str]:
    """What tells of a thing, and is where it was done: who removes parcel from the docs doesn't remove parcel."""
    rest = words[len(_until(words[:_MOST], _AWAY)) :][:4]
    if not rest or rest[0] not in ("from", "in"):
        return []
    return [each for each, stem in zip(rest, _stems(rest), strict=True) if stem in ABOUT]


def _drops(text: str) -> bool:
    """Whether a text says that something was dropped: who drops the advice to use one instead of another drops none."""
    return any(DEEDS.get(stem) == DROPPED for stem in _stems(_WORD.findall(text)))


def _head(words: Sequence[str], links: str) -> Sequence[str]:
    """What a phrase names: the header, in “the header for HTTP/2”; and parse, in “all uses of parse”."""
    place = next((at for at, each in enumerate(words) if each.lower() in links.split()), len(words))
    return words if _OF.intersection(_stems(words[:place])) else words[:place]


def _replaced(words: Sequence[str], at: int, deed: int) -> Sequence[str]:
    """What was replaced, what replaces it, or both, by what is asked."""
    after = words[at + 1 : at + 1 + _MOST]
    place = next((n for n, each in enumerate(after) if each.lower() in _INSTEAD), len(after))
    if not ABOUT.isdisjoint(_stems(after[:place])):  # “Replace the link to scripts with parcel”
        return []
    if deed == DROPPED:
        return after[:place] or words[:at]
    if deed in (ADDED, TAKEN_UP, USED):
        return _until(after[place + 1 :], _AWAY | {"and"})
    return words


def _until(words: Sequence[str], ends: frozenset[str]) -> Sequence[str]:
    for at, each in enumerate(words):
        if each.lower() in ends and not (each.lower() == "on" and at and words[at - 1].lower().startswith("depend")):
            return words[:at]
    return words
