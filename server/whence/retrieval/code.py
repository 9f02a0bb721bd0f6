"""How code is searched: what of an entity is compared, and how its measures become one score.

The constants come from the measurements that `ranking` rests on: for questions in prose over functions the meaning
decides and the best word match adds a twentieth; where the query holds an identifier, words tell more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from whence.retrieval.query import Query
from whence.retrieval.words import terms

LEXICAL, LEXICAL_OF_NAMES = 0.05, 0.4
"""Weight of the share of the best word match, for prose and for a query that holds an identifier."""

EXACT, SAME_SPELLING = 1.0, 0.1
"""For being named in the query, more than meaning and words can give together; and for its very spelling."""

_MOST_TOKENS = 200

_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::|->|#)[A-Za-z_$][\w$]*)*")
_CODE = re.compile(r"[a-z][A-Z]|_|\d|\.|::|->|#|[A-Z]{2}[a-z]")


@dataclass(frozen=True, slots=True)
class Measured:
    """What is known of one candidate's fit."""

    name: str
    """Its own name."""

    bm25: float
    """Full-text score; 0 where words did not find it."""

    cosine: float | None
    """Cosine with the query; None where one of the two has no vector."""


def words(path: str, names: Sequence[str], signature: str, doc: str) -> str:
    """The terms that an entity is found by: its name counts twice, then where it stands, its signature, its comment."""
    stem = re.sub(r"\.\w+$", "", path).replace("/", " ")
    return " ".join(terms(" ".join((names[-1], *names, stem, signature, doc))))


def text(kind: str, names: Sequence[str], signature: str, doc: str) -> str:
    """What an entity's vector is made of."""
    return "\n".join(part for part in (f"{kind} {'.'.join(names)}", signature, doc) if part)


def key(name: str) -> str:
    """A name as exact look-ups compare it: without case and without underscores, so that spellings meet."""
    return name.replace("_", "").casefold() or name


def tokens(query: str) -> str:
    """The query's terms for full-text search, each as often as it weighs."""
    found = [term for term, weight in Query(query).terms for _ in range(max(1, round(weight)))]
    return " ".join(found[:_MOST_TOKENS])


def named(query: str) -> tuple[str, ...]:
    """The names that a query asks for: what is written as code, or a query of one word."""
    found = _IDENTIFIER.findall(query[:2000])
    chosen = found if len(query.split()) == 1 else [each for each in found if _CODE.search(each.strip("."))]
    last = (re.split(r"\.|::|->|#", each)[-1] for each in chosen)
    return tuple(dict.fromkeys(each for each in last if len(each) > 1))[:20]


def scores(query: str, found: Sequence[Measured]) -> list[float]:
    """A score for each candidate: raw cosine, plus a share of the best word match, plus what its name is worth."""
    asked = named(query)
    keys, weight = {key(each) for each in asked}, LEXICAL_OF_NAMES if asked else LEXICAL
    if all(each.cosine is None for each in found):
        weight = 1.0  # by words alone, they are the score
    most = max((each.bm25 for each in found), default=0.0) or 1.0
    return [
        (each.cosine or 0.0)
        + weight * each.bm25 / most
        + (EXACT if key(each.name) in keys else 0.0)
        + (SAME_SPELLING if each.name in asked else 0.0)
        for each in found
    ]


def best(order: Iterable[float]) -> list[int]:
    """Positions by score, best first; of equals the earlier."""
    values = list(order)
    return sorted(range(len(values)), key=lambda position: -values[position])
