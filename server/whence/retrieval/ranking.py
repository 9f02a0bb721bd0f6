"""Ranking: which memories answer a query, best first.

A memory's score is the cosine of the meanings plus a share of the best word match, and small extras for what is
recent, important, pinned or near to where the user is. The cosine stays as it is, since its own spread tells how sure
it is; the word match is divided by the best among the candidates. Fusing by rank throws both away, and lost to this
sum on every question set it was measured on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from whence.retrieval import dialogue, extras, fields, frames, phrasing
from whence.retrieval.frames import NO_TRACE, Trace
from whence.retrieval.nearness import NOTHING, Around, Surroundings
from whence.retrieval.passages import PASSAGE_CHARACTERS
from whence.retrieval.query import Query
from whence.retrieval.rarity import Rarity
from whence.retrieval.reasons import legible, reasons, when, when_and_where
from whence.values.base import now as present
from whence.values.calibration import Calibration
from whence.values.memory import KINDS, MemoryBase
from whence.values.passage import Candidate, Passage
from whence.values.protocol import Focus, Hit
from whence.values.score import ScoreParts

# "Measured": see `query`. What depends on the embedding model is in `values/calibration`.

PAIRS_WEIGHT = 0.3
"""What pairs of adjacent words count beside single words. Measured."""

SPELT_WEIGHT = 1.0
"""What a word with signs counts that is written as in the query, beside the words in it. Ours: of two memories with the
same words it decides, even where one of them says a word more often."""

K1 = 1.2
"""How soon a word's further occurrences stop to count (BM25). The textbook's; measured: flat from 0.8 to 1.6."""

WORDS_ALONE_WEIGHT = 1.0
"""Weight of the best word match where nothing has a vector, so that the extras keep their proportion."""

WORDS_ALONE_WEAK, WORDS_ALONE_FLOOR = 0.12, 0.04
"""`Calibration.weak` and `floor` where nothing has a vector: coverage alone, which tells less. Measured: 70%, 5%."""

ALIKE = 0.9
"""Share of what their words count from which two memories of one title are one in an answer. Ours."""

LATELY_DAYS = 30
"""Days for which a hit says that it is of late."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The memories that fit a query, and how sure that is."""

    hits: tuple[Hit, ...] = ()
    """Best first."""
    confidence: float = 0.0
    """Of the best: cosine + coverage, from 0 to about 2; with words alone coverage."""
    weak: bool = True
    """Whether the best may well be no answer."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is answered as one: a memory, or a turn of a conversation."""

    passage: Passage
    """The one that reads best: the nearest in meaning."""
    cosine: float | None
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class _Words:
    """The word match of some units, a row each."""

    score: NDArray[np.float32]
    """BM25F of terms and pairs."""
    coverage: NDArray[np.float32]
    """Share of the most that the terms could score."""
    held: NDArray[np.bool_]
    """Which of the query's terms each holds, (units, terms)."""


def rank(
    candidates: Sequence[Candidate],
    *,
    query: Query,
    meaning: NDArray[np.float32] | None,
    rarity: Rarity,
    focus: Focus,
    now: datetime,
    recency_weight: float,
    limit: int,
    calibration: Calibration,
    turns: bool = False,
    around: Around = NOTHING,
    phrased: NDArray[np.float32] | None = None,
    trace: Trace = NO_TRACE,
    unsure: bool = False,
) -> Ranked:
    """The memories of the candidates that fit the query, best first; of equals the newer first.

    Args:
        candidates: passages that storage found by words, by meaning, or both, in any order; one may come twice.
        query: what was asked.
        meaning: its vector, of unit length.
        rarity: how rare words are in all memories.
        focus: where the user is.
        now: the present, for recency.
        recency_weight: what a memory of this moment gains.
        limit: the most hits to return.
        calibration: of the model that made the vectors.
        turns: whether turns of one conversation are hits of their own; else its best turn stands for it.
        around: what lies around the user.
        phrased: its vector as this project's diffs would say it, where that is learnt.
        trace: where a trace in the query runs.
        unsure: whether memories that share no more than a word are better than no answer.
    """
    units = _units(candidates, meaning)
    if not units:
        return Ranked()
    words = match(units, query, rarity)
    by_meaning = any(each.cosine is not None for each in units)
    # What has no vector yet is taken to be no nearer than the farthest.
    farthest = min((each.cosine for each in units if each.cosine is not None), default=0.0)
    cosines = np.array([farthest if each.cosine is None else each.cosine for each in units], np.float32)
    weights = _lexical_weights(units, query, calibration) if by_meaning else np.full(len(units), WORDS_ALONE_WEIGHT)
    lexical = weights * words.score / (float(words.score.max()) or 1.0)
    passages = [unit.passage for unit in units]
    mapped = phrasing.cosines(passages, [unit.vector for unit in units], cosines, phrased)
    near = Surroundings(focus, around, rarity).of(passages)
    told = _Parts(
        semantic=mapped,
        lexical=lexical,
        focus=[each.worth for each in near],
        dialogue=dialogue.worth(passages, cosines, lexical, query),
        lines=frames.worth(passages, trace),
        **extras.worth(passages, query, now, recency_weight)._asdict(),
    )
    parts = np.column_stack(told).astype(np.float64)
    scores = parts.sum(axis=1).round(9).tolist()
    newest = [(each.passage.created_at, each.passage.memory, -each.passage.turn) for each in units]
    order = sorted(range(len(units)), key=lambda at: (scores[at], newest[at]), reverse=True)
    fit = np.maximum(cosines, 0) + words.coverage
    confidence = float(max(fit[at] for at in order[:3]))
    floor, weak = floors(calibration, by_meaning=by_meaning)
    if confidence < floor and not (unsure and words.score.any()):
        return Ranked(confidence=confidence)
    order = [at for at in order if fit[at] >= calibration.tail * confidence]
    hits: list[Hit] = []
    for at, others in _distinct(order, units, turns=turns, limit=limit):
        held = [query.terms[n][0] for n in np.flatnonzero(words.held[at])]
        alike = [units[n].passage for n in others]
        own = _Parts(*parts[at].tolist())
        hits.append(_hit(units[at].passage, own, query, held, now, alike, near[at].reasons, calibration.close))
    return Ranked(tuple(hits), confidence, confidence < weak)


def floors(calibration: Calibration, *, by_meaning: bool) -> tuple[float, float]:
    """The confidence under which nothing is answered, and the one under which an answer is weak.

    Args:
        calibration: of the model that made the vectors.
        by_meaning: whether meaning was compared.
    """
    return (calibration.floor, calibration.weak) if by_meaning else (WORDS_ALONE_FLOOR, WORDS_ALONE_WEAK)


def listed(memory: MemoryBase) -> Hit:
    """A memory as it stands in a list that nothing was asked of, such as the newest ones: without a score."""
    return Hit(
        id=memory.id,
        kind=memory.kind,
        icon=memory.icon,
        title=memory.title,
        description=when_and_where(memory.created_at, memory.files, present()),
        snippet=legible(_beyond(memory.title, memory.text()))[:PASSAGE_CHARACTERS].strip(),
        score=0.0,
        parts=ScoreParts(),
        created_at=memory.created_at,
        files=memory.files,
        labels=memory.labels,
    )


def newest(memories: Sequence[MemoryBase], limit: int) -> tuple[Hit, ...]:
    """The first of these as a list, without those that only repeat one that is among them."""
    there = {each.id for each in memories}
    twins: dict[str, list[str]] = {}
    for each in memories:
        if each.repeats() in there:
            twins.setdefault(each.repeats(), []).append(each.id)
    alone = [each for each in memories if each.repeats() not in there]
    return tuple(listed(each).model_copy(update={"alike": tuple(twins.get(each.id, ()))}) for each in alone[:limit])


def _units(candidates: Sequence[Candidate], meaning: NDArray[np.float32] | None) -> list[_Unit]:
    """The candidates by memory, or by turn of a conversation, each with its nearest passage."""
    units: dict[tuple[str, int], _Unit] = {}
    found = [each.vector for each in candidates if each.cosine is None and each.vector is not None]
    # All at once: a product for each takes ten times as long.
    measured = iter((np.stack(found) @ meaning).tolist() if found and meaning is not None else ())
    for each in candidates:
        key, cosine = (each.passage.memory, each.passage.turn), each.cosine
        if cosine is None and each.vector is not None:
            cosine = next(measured, None)
        best = units.get(key)
        if best is None or (cosine is not None and (best.cosine is None or cosine > best.cosine)):
            units[key] = _Unit(each.passage, cosine, each.vector)
    return list(units.values())


def match(units: Sequence[_Unit], query: Query, rarity: Rarity) -> _Words:
    """How well the words fit: BM25F, S. Robertson and H. Zaragoza, "The Probabilistic Relevance Framework", 2009."""
    asked, worth = worths(query, rarity)
    found = fields.look_up([each.passage.weights for each in units], asked)
    grown = found * (K1 + 1) / (found + K1) * worth
    singles = len(query.terms)
    most = float(worth[:singles].sum()) * (K1 + 1) or 1.0
    return _Words(grown.sum(axis=1), grown[:, :singles].sum(axis=1) / most, found[:, :singles] > 0)


def worths(query: Query, rarity: Rarity) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Hashes of the query's terms, then of its pairs, its spellings and what mends it, and what each is worth."""
    words, pairs, spelt, mending = query.terms, query.pairs, query.spelt, query.mending
    pair_hashes = (fields.pair_hash(pair) for pair, _ in pairs)
    beside = fields.hashes(term for term, _ in (*spelt, *mending))
    asked = np.array([*fields.hashes(term for term, _ in words), *pair_hashes, *beside], np.uint32)
    own, paired, signed, mended = ([weight for _, weight in each] for each in (words, pairs, spelt, mending))
    beside_words = [*(PAIRS_WEIGHT * each for each in paired), *(SPELT_WEIGHT * each for each in signed)]
    importance = np.array([*own, *beside_words, *mended], np.float32)
    return asked, importance * rarity.idf(asked)


def _lexical_weights(units: Sequence[_Unit], query: Query, calibration: Calibration) -> NDArray[np.float64]:
    code = np.array([each.passage.code for each in units])
    mixed = calibration.words_of_code if code.all() else calibration.words_of_code_among_others
    of_code = calibration.words_of_code_named if query.names_code else mixed
    return np.where(code, of_code, calibration.words[query.shape])


def _distinct(
    order: Sequence[int], units: Sequence[_Unit], *, turns: bool, limit: int
) -> Iterable[tuple[int, Sequence[int]]]:
    """The first units of distinct content, each with those that are left out because of it."""
    kept: dict[int, list[int]] = {}
    by_memory: dict[tuple[str, int], int] = {}
    titles: dict[str, list[int]] = {}
    told: dict[str, int] = {}
    for at in order:
        passage = units[at].passage
        key = passage.memory, passage.turn if turns else -1
        if key in by_memory:
            continue
        same = titles.setdefault(passage.title.casefold(), []) if passage.turn < 0 else []
        twin = next((other for other in same if _alike(passage.weights, units[other].passage.weights)), None)
        content = passage.repeats or passage.memory
        if passage.turn < 0:
            twin = told.get(content, twin)
        if twin is not None:
            kept[twin].append(at)
        elif len(kept) < limit:
            kept[at] = []
            by_memory[key] = at
            told.setdefault(content, at)
            same.append(at)
        else:
            break
    return kept.items()


def _alike(one: bytes, other: bytes) -> bool:
    keys, values = fields.unpack(one)
    found = fields.look_up([other], keys)[0]
    own = values.astype(np.float32)
    total = own.sum() + fields.unpack(other)[1].astype(np.float32).sum()
    common = np.minimum(own, found).sum()
    return bool(total) and bool(common >= ALIKE * (total - common))


class _Parts(NamedTuple):
    """The parts of a score, as `ScoreParts` tells them: of all candidates an array each, of one numbers."""

    semantic: Any
    lexical: Any
    recency: Any
    importance: Any
    pinned: Any
    focus: Any
    speaker: Any
    date: Any
    dialogue: Any
    lines: Any


def _hit(
    passage: Passage,
    parts: _Parts,
    query: Query,
    held: Sequence[str],
    now: datetime,
    others: Sequence[Passage],
    near: Sequence[str],
    close: float,
) -> Hit:
    told = ScoreParts.unchecked({**ScoreParts().__dict__, **parts._asdict()})
    lately = when(passage.created_at, now) if (now - passage.created_at).days < LATELY_DAYS else ""
    return Hit.unchecked(
        {
            "id": passage.memory,
            "kind": passage.kind,
            "icon": KINDS[passage.kind].icon if passage.kind in KINDS else "",
            "title": passage.title,
            "description": when_and_where(passage.created_at, passage.files, now),
            "snippet": _beyond(passage.title, passage.text),
            "score": sum(parts),
            "parts": told,
            "why": reasons(told, query, frozenset(held), lately, near, close=close),
            "turn": passage.turn if passage.turn >= 0 else None,
            "alike": tuple(each.memory for each in others),
            "created_at": passage.created_at,
            "files": passage.files,
            "labels": passage.labels,
            "location": None,
        }
    )


def _beyond(title: str, text: str) -> str:
    """The text behind the title that it begins with, which a hit shows already; the title where nothing follows."""
    return text.removeprefix(title).strip() or text
