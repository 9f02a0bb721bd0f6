"""How code is searched: what of an entity is compared, and how its measures become one score.

What a word match weighs beside the meaning depends on the embedding model (`values/calibration`): for questions in
prose over functions the meaning decides; where the query holds an identifier, words tell more.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from whence.retrieval import ranking
from whence.retrieval.nearness import Nearness, Surroundings
from whence.retrieval.query import Query
from whence.retrieval.reasons import reasons
from whence.retrieval.words import terms
from whence.values.base import fenced
from whence.values.calibration import Calibration
from whence.values.code import CodeEntity, CodeHit
from whence.values.markdown import code, plain
from whence.values.protocol import CODE, Hit, Location
from whence.values.score import ScoreParts

EXACT, SAME_SPELLING = 1.0, 0.1
"""For being named in the query, more than meaning and words can give together; and for its very spelling."""

SHARE = 3
"""Code takes one in so many of the places of an answer in which memories stand too. Ours."""

_MOST_TOKENS = 200

_ICONS = {"type": "interface"}
"""Codicons that are not named as the kind is."""

_ID = re.compile(rf"{CODE}:(.+):(\d{{1,9}})#(.+)", re.DOTALL)

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

    words: str = ""
    """The terms that it is found by."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a candidate fits."""

    semantic: float
    """Cosine with the query."""

    lexical: float
    """Share of the best word match, times its weight."""

    named: float
    """For its name being asked for."""

    held: frozenset[str]
    """Those of the query's terms that it holds."""

    coverage: float
    """The share of the query's terms that it holds, by their weights; 1 where its name is asked for."""

    @property
    def score(self) -> float:
        """Sum of the parts; comparable with that of a memory for the same query."""
        return self.semantic + self.lexical + self.named


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


def tokens(query: Query) -> str:
    """The query's terms for full-text search, each as often as it weighs."""
    found = [term for term, weight in query.terms for _ in range(max(1, round(weight)))]
    return " ".join(found[:_MOST_TOKENS])


def named(query: str) -> tuple[str, ...]:
    """The names that a query asks for: what is written as code, or a query of one word."""
    found = _IDENTIFIER.findall(query[:2000])
    chosen = found if len(query.split()) == 1 else [each for each in found if _CODE.search(each.strip("."))]
    last = (re.split(r"\.|::|->|#", each)[-1] for each in chosen)
    return tuple(dict.fromkeys(each for each in last if len(each) > 1))[:20]


def fits(query: Query, found: Sequence[Measured], calibration: Calibration, *, mixed: bool = False) -> list[Fit]:
    """How well each candidate fits: raw cosine, a share of the best word match, and what its name is worth.

    Args:
        query: what was asked.
        found: the candidates.
        calibration: of the model that made the vectors.
        mixed: whether they are to stand among memories, where words count as they do for these.
    """
    asked = named(query.text)
    keys = {key(each) for each in asked}
    in_prose = calibration.words_of_code_among_others if mixed else calibration.words_of_code
    weight = calibration.words_of_code_named if asked else in_prose
    if all(each.cosine is None for each in found):
        weight = 1.0  # by words alone, they are the score
    most = max((each.bm25 for each in found), default=0.0) or 1.0
    terms_asked = dict(query.terms)
    total = sum(terms_asked.values()) or 1.0
    made = []
    for each in found:
        exact = key(each.name) in keys
        held = terms_asked.keys() & set(each.words.split())
        made.append(
            Fit(
                semantic=each.cosine or 0.0,
                lexical=weight * each.bm25 / most,
                named=EXACT * exact + SAME_SPELLING * (each.name in asked),
                held=frozenset(held),
                coverage=1.0 if exact else sum(terms_asked[term] for term in held) / total,
            )
        )
    return made


def best(order: Iterable[float]) -> list[int]:
    """Positions by score, best first; of equals the earlier."""
    values = list(order)
    return sorted(range(len(values)), key=lambda position: -values[position])


# ---------------------------------------------------------------- among memories


@dataclass(frozen=True, slots=True)
class Found:
    """An entity that was found."""

    entity: CodeHit
    """The entity."""

    fit: Fit
    """How well it fits."""

    near: Nearness
    """What being near to the user is worth to it."""

    @property
    def score(self) -> float:
        """All that counts for it."""
        return self.fit.score + self.near.worth

    @property
    def sureness(self) -> float:
        """Cosine and coverage, which the confidence of an answer is made of."""
        return max(self.fit.semantic, 0.0) + self.fit.coverage


@dataclass(frozen=True, slots=True)
class Answer:
    """The entities that fit a query, and how sure that is."""

    found: tuple[Found, ...] = ()
    """Best first."""
    confidence: float = 0.0
    """Of the best: cosine + coverage; with words alone coverage."""
    weak: bool = True
    """Whether the best may well be no answer."""


def id_of(found: CodeEntity) -> str:
    """What names a hit in the code: `code:<file>:<line>#<names>`."""
    return f"{CODE}:{found.path}:{found.line}#{found.name}"


def place_of(id: str) -> tuple[str, int, str] | None:
    """The file, the line and the names that an id of `id_of` tells; None for any other."""
    told = _ID.fullmatch(id)
    return (told[1], int(told[2]), told[3]) if told else None


def icon(kind: str) -> str:
    """Codicon of a kind of entity."""
    return f"symbol-{_ICONS.get(kind, kind)}"


def answer(
    found: Sequence[tuple[CodeHit, Fit]], here: Surroundings, limit: int, calibration: Calibration, *, by_meaning: bool
) -> Answer:
    """The entities that fit a query, best first, by the same floors as memories (`ranking`).

    Args:
        found: the entities, each with how well it fits.
        here: where the user is.
        limit: at most so many.
        calibration: of the model that made the vectors.
        by_meaning: whether meaning was compared.
    """
    near = [Found(entity, fit, here.of_file(entity.path)) for entity, fit in found]
    near.sort(key=lambda each: -each.score)
    confidence = max((each.sureness for each in near[:3]), default=0.0)
    floor, weak = ranking.floors(calibration, by_meaning=by_meaning)
    if confidence < floor:
        return Answer(confidence=confidence)
    chosen = [each for each in near if each.sureness >= calibration.tail * confidence]
    return Answer(tuple(chosen[:limit]), confidence, confidence < weak)


def hit(found: Found, query: Query, modified: datetime, uri: str, close: float) -> Hit:
    """An entity as a hit of a search.

    Args:
        found: the entity.
        query: what was asked.
        modified: when its file was last changed.
        uri: its file's.
        close: the cosine from which it is called close in meaning.
    """
    entity, fit, near = found.entity, found.fit, found.near
    parts = ScoreParts(semantic=fit.semantic, lexical=fit.lexical, named=fit.named, focus=near.worth)
    return Hit(
        id=id_of(entity),
        kind=CODE,
        icon=icon(entity.kind),
        title=entity.name,
        description=f"{entity.path}:{entity.line}",
        snippet="\n".join(part for part in (entity.signature, entity.doc) if part) or entity.name,
        score=found.score,
        parts=parts,
        why=reasons(parts, query, fit.held, near=near.reasons, close=close),
        created_at=modified,
        files=(entity.path,),
        location=Location(path=entity.path, line=entity.line, uri=uri),
    )


def among(memories: Sequence[Hit], code: Sequence[Hit], limit: int) -> tuple[Hit, ...]:
    """Memories and code, best first; code takes a third of the places, or those that memories leave."""
    places = max(limit // SHARE, limit - len(memories), 1)
    return tuple(sorted([*memories, *code[:places]], key=lambda each: -each.score)[:limit])


def page(found: CodeEntity, source: str, language: str) -> str:
    """An entity as a page: where it stands, what is said of it, and its text."""
    parts = [
        f"# {code(found.name, 200)}",
        f"{found.kind.capitalize()} at {code(f'{found.path}:{found.line}', 400)}",
        plain(found.doc),
    ]
    parts.append(fenced(source or found.signature, language))
    return "\n\n".join(part for part in parts if part)
