"""Ranking: which memories answer a query, best first.

A memory's score is the cosine of the meanings plus a share of the best word match, and small extras for what is
recent, important, pinned or near to where the user is. The cosine stays as it is, since its own spread tells how sure
it is; the word match is divided by the best among the candidates. Fusing by rank throws both away, and lost to this
sum on every question set it was measured on.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from whence.memory import KINDS, MemoryBase
from whence.protocol import Candidate, Focus, Hit, Passage, ScoreParts
from whence.retrieval.passages import PASSAGE_CHARACTERS, is_first
from whence.retrieval.words import query_terms, surfaces, terms
from whence.values import now as present

Shape = Literal["short", "report", "trace"]
"""A line of words, a text of several lines, or the output of a failure."""

# "Measured" below: on six question sets cut from public repositories, by nDCG@10, or for the floors by the share of
# queries refused that were put to a project they don't belong to, beside the recall@10 lost at home.

LEXICAL_WEIGHT: Mapping[Shape, float] = {"short": 0.5, "report": 0.3, "trace": 1.2}
"""Weight of the best word match, beside a cosine of at most 1. Measured; 0.4 to 0.6 does as well for short ones."""

WORDS_ALONE_WEIGHT = 1.0
"""Weight of the best word match where nothing has a vector, so that the extras keep their proportion."""

HALF_LIFE_DAYS = 180.0
"""Days after which the extra for recency is half. Measured: gentle helps, 14 days with a high weight does harm."""

IMPORTANCE_WEIGHT = 0.01
"""For each step of importance above or below 5. Ours: the highest weighs as much as being of today."""

PINNED_WEIGHT = 0.05
"""For a pinned memory. Ours: it decides between near equals and lifts nothing that doesn't fit."""

SAME_FILE_WEIGHT, SAME_FOLDER_WEIGHT, SYMBOL_WEIGHT = 0.08, 0.03, 0.05
"""For concerning the file, else the folder, and the symbol where the user is. Ours, of the same order."""

FLOOR = 0.6
"""Least fit of the best memory for anything to be answered: cosine + coverage, which is the share of the query's terms
that the memory holds, each by its weight and rarity. Measured: with `NEAR` and `TAIL` it refuses 68% of the queries
that were put to a project they don't belong to, 47% to 85% by set, and costs .002 of nDCG@10 at home."""

NEAR = 0.38
"""Cosine from which a short query is answered without a word in common, so that a thing is found by another name."""

TAIL = 0.38
"""Least fit of every memory answered. Measured: it takes 0.1% of the right ones away."""

WORDS_ALONE_FLOOR: Mapping[Shape, float] = {"short": 0.2, "report": 0.1, "trace": 0.1}
"""Least coverage of the best memory where nothing has a vector. It tells less than the sum, and refuses
less: 43% of foreign queries, for .002 of nDCG@10."""

WORDS_ALONE_TAIL = 0.2
"""Least coverage of every memory then, as a share of the best."""

_OTHERS = 50
"""Memories that are taken to exist beside the candidates when rarity is judged by these: candidates are the ones that
hold the words, and in a small project every word would look common."""

_TRACE_START = re.compile(
    r"\s*(?:FAILED|FAIL:|ERROR\b|Traceback |panic: |thread '|[\w.$]*(?:Error|Exception|Failure)\b)"
)
_FRAME = re.compile(r"\s*(?:at [\w.$<>]+ ?\(|at .+:\d+|File \".+\", line \d+|#\d+ |\d+: 0x|\S+\.\w{1,4}:\d+)")
_READ_CHARACTERS = 20_000
_EMBEDDED_CHARACTERS, _EMBEDDED_FRAMES = 2000, 6


@dataclass(frozen=True, slots=True)
class _Piece:
    """One passage among the candidates."""

    passage: Passage
    bm25: float
    cosine: float
    held: frozenset[str]
    """Terms of the query among its words."""


@dataclass(frozen=True, slots=True)
class _Found:
    """One memory among the candidates, each measure the best of its pieces."""

    pieces: Sequence[_Piece]
    bm25: float
    cosine: float
    coverage: float

    @property
    def newest(self) -> tuple[datetime, str]:
        """Sorts equals: the newer first."""
        return self.pieces[0].passage.created_at, self.pieces[0].passage.memory


def shape(query: str) -> Shape:
    """What kind of text a query is, by its lines."""
    lines = [line for line in query[:_READ_CHARACTERS].splitlines() if line.strip()]
    if len(lines) < 2:
        return "short"
    frames = sum(bool(_FRAME.match(line)) for line in lines)
    return "trace" if _TRACE_START.match(lines[0]) or frames > 0.4 * len(lines) else "report"


def query_text(query: str) -> str:
    """The text of a query to embed: its beginning, and of a failure's frames the first few."""
    kept: list[str] = []
    frames = 0
    for line in query[:_READ_CHARACTERS].splitlines():
        is_frame = bool(_FRAME.match(line))
        frames += is_frame
        if not is_frame or frames <= _EMBEDDED_FRAMES:
            kept.append(line)
    return "\n".join(kept)[:_EMBEDDED_CHARACTERS]


def rank(
    candidates: Sequence[Candidate],
    *,
    query: str,
    focus: Focus,
    now: datetime,
    recency_weight: float,
    limit: int,
) -> list[Hit]:
    """The memories of the candidates that fit the query, best first; of equals the newer first.

    Args:
        candidates: passages that storage found by words, by meaning, or both, in any order; one found both ways may
            come twice, with one measure each.
        query: what was asked.
        focus: where the user is.
        now: the present, for recency.
        recency_weight: what a memory of this moment gains.
        limit: the most memories to return.

    Returns:
        Nothing where even the best fits too badly (`FLOOR`).
    """
    kind = shape(query)
    by_meaning = any(each.cosine is not None for each in candidates)
    weights = dict(query_terms(query))
    memories = _by_memory(candidates, weights.keys())
    rarity = _rarity(memories, weights)
    found = [_found(pieces, rarity) for pieces in memories]
    best = max((each.cosine + each.coverage for each in found), default=0.0)
    nearest = max((each.cosine for each in found), default=0.0)
    if by_meaning:
        fits = best >= FLOOR or (kind == "short" and nearest >= NEAR)
        least, weight = TAIL, LEXICAL_WEIGHT[kind]
    else:
        fits = best >= WORDS_ALONE_FLOOR[kind]
        least, weight = WORDS_ALONE_TAIL * best, WORDS_ALONE_WEIGHT
    if not fits:
        return []
    scale = weight / (max((each.bm25 for each in found), default=0.0) or 1.0)
    extras = _Extras(focus, frozenset(terms(focus.symbol)[:1]), now, recency_weight)
    ranked = [(each, extras.parts(each, scale)) for each in found if each.cosine + each.coverage >= least]
    ranked.sort(key=lambda one: (round(sum(one[1]), 9), one[0].newest), reverse=True)
    return [_hit(each, parts, rarity, now) for each, parts in ranked[:limit]]


def listed(memory: MemoryBase) -> Hit:
    """A memory as it stands in a list that nothing was asked of, such as the newest ones: without a score."""
    return Hit(
        id=memory.id,
        kind=memory.kind,
        icon=memory.icon,
        title=memory.title,
        description=_when_and_where(memory.created_at, memory.files, present()),
        snippet=memory.text()[:PASSAGE_CHARACTERS].strip(),
        score=0.0,
        parts=ScoreParts(),
        created_at=memory.created_at,
        files=memory.files,
        labels=memory.labels,
    )


def explain(hit: Hit, query: str, now: datetime) -> str:
    """Why a memory was found, in plain words: "shares “token”, close in meaning, from today, pinned"."""
    reasons = []
    if hit.parts.lexical > 0:
        shared = surfaces(query, frozenset(terms("\n".join((hit.title, hit.snippet, *hit.files)))))
        named = ", ".join(f"“{word}”" for word in shared[:5]) or "words of its other parts"
        reasons.append(f"shares {named}" + (f" and {len(shared) - 5} more" if len(shared) > 5 else ""))
    if hit.parts.semantic >= NEAR:
        reasons.append("close in meaning")
    if hit.parts.recency > 0 and (now - hit.created_at).days < 30:
        reasons.append(f"from {_when(hit.created_at, now)}")
    if hit.parts.importance:
        reasons.append("important" if hit.parts.importance > 0 else "of little importance")
    if hit.parts.pinned:
        reasons.append("pinned")
    if hit.parts.focus:
        reasons.append("near to where you are")
    return ", ".join(reasons)


def _by_memory(candidates: Iterable[Candidate], wanted: Iterable[str]) -> list[list[_Piece]]:
    """The candidates as pieces, both measures together, by memory."""
    passages: dict[str, Passage] = {}
    bm25: dict[str, float] = {}
    cosines: dict[str, float] = {}
    for each in candidates:
        id = each.passage.id
        passages[id] = each.passage
        if each.bm25 is not None:
            bm25[id] = max(each.bm25, bm25.get(id, 0.0))
        if each.cosine is not None:
            cosines[id] = max(each.cosine, cosines.get(id, -1.0))
    # A passage that the search by meaning left out is no nearer than the farthest that it returned.
    unseen = min(cosines.values(), default=0.0)
    sought = frozenset(wanted)
    memories: dict[str, list[_Piece]] = {}
    for id, passage in passages.items():
        held = sought.intersection(passage.words.split())
        piece = _Piece(passage, bm25.get(id, 0.0), cosines.get(id, unseen), held)
        memories.setdefault(passage.memory, []).append(piece)
    return list(memories.values())


def _rarity(memories: Sequence[Sequence[_Piece]], weights: Mapping[str, float]) -> dict[str, float]:
    """Each term's share of the query, by its weight and its rarity (BM25's idf) among the memories; together 1."""
    counts = Counter(term for pieces in memories for term in frozenset().union(*(piece.held for piece in pieces)))
    total = len(memories) + _OTHERS
    shares = {
        term: weight * math.log1p((total - counts[term] + 0.5) / (counts[term] + 0.5))
        for term, weight in weights.items()
    }
    whole = sum(shares.values()) or 1.0
    return {term: share / whole for term, share in shares.items()}


def _found(pieces: Sequence[_Piece], rarity: Mapping[str, float]) -> _Found:
    held: frozenset[str] = frozenset().union(*(piece.held for piece in pieces))
    return _Found(
        pieces,
        max(piece.bm25 for piece in pieces),
        max(piece.cosine for piece in pieces),
        sum(rarity[term] for term in held),
    )


class _Parts(NamedTuple):
    """The parts of a score, as `ScoreParts` tells them."""

    semantic: float
    lexical: float
    recency: float
    importance: float
    pinned: float
    focus: float


@dataclass(frozen=True, slots=True)
class _Extras:
    """What counts beside the fit."""

    focus: Focus
    symbol: frozenset[str]
    """The term of the symbol, if there is one."""
    now: datetime
    recency_weight: float

    def parts(self, found: _Found, scale: float) -> _Parts:
        """The parts of a memory's score; `scale` turns BM25 into its part."""
        passage = found.pieces[0].passage
        # A date in the future is a wrong clock's, and no better than today's.
        days = max((self.now - passage.created_at).total_seconds() / 86_400, 0.0)
        return _Parts(
            semantic=found.cosine,
            lexical=found.bm25 * scale,
            recency=self.recency_weight * 2 ** (-days / HALF_LIFE_DAYS),
            importance=(passage.importance - 5) * IMPORTANCE_WEIGHT,
            pinned=PINNED_WEIGHT * passage.pinned,
            focus=self._nearness(found),
        )

    def _nearness(self, found: _Found) -> float:
        near = 0.0
        if self.focus.file:
            here = PurePosixPath(self.focus.file.replace("\\", "/"))
            there = [PurePosixPath(path) for path in found.pieces[0].passage.files]
            if here in there:
                near += SAME_FILE_WEIGHT
            elif here.parent.name and any(here.parent == path.parent for path in there):
                near += SAME_FOLDER_WEIGHT
        if self.symbol:
            near += SYMBOL_WEIGHT * any(self.symbol.intersection(each.passage.words.split()) for each in found.pieces)
        return near


def _hit(found: _Found, parts: _Parts, rarity: Mapping[str, float], now: datetime) -> Hit:
    def reads(piece: _Piece) -> tuple[float, str]:
        # The words of a first passage speak for the whole memory, so it is judged here by what it shows.
        held = rarity.keys() & terms(piece.passage.text) if is_first(piece.passage) else piece.held
        return piece.cosine + sum(rarity[term] for term in held), piece.passage.id

    passage = max(found.pieces, key=reads).passage if len(found.pieces) > 1 else found.pieces[0].passage
    return Hit(
        id=passage.memory,
        kind=passage.kind,
        icon=KINDS[passage.kind].icon if passage.kind in KINDS else "",
        title=passage.title,
        description=_when_and_where(passage.created_at, passage.files, now),
        snippet=_beyond(passage.title, passage.text),
        score=sum(parts),
        parts=ScoreParts(**parts._asdict()),
        created_at=passage.created_at,
        files=passage.files,
        labels=passage.labels,
    )


def _beyond(title: str, text: str) -> str:
    """The text behind the title that it begins with, which a hit shows already; the title where nothing follows."""
    rest = text.removeprefix(title).strip()
    return rest or text


def _when_and_where(at: datetime, files: Sequence[str], now: datetime) -> str:
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{_when(at, now)} · {files[0]}{more}" if files else _when(at, now)


def _when(at: datetime, now: datetime) -> str:
    """The day as a person says it, in the local time zone."""
    days = (now.astimezone().date() - at.astimezone().date()).days
    if days in (0, 1):
        return ("today", "yesterday")[days]
    return f"{days} days ago" if 0 < days < 14 else at.astimezone().date().isoformat()
