"""Context: memories as one Markdown block within a budget of tokens, for an assistant or a person.

What memories say was written by many hands, so each stands in a code block that nothing inside can close, under a
heading of ours, and the block begins by saying that it quotes.

The choice is a knapsack of nested parts: a memory gives its heading with the piece that fits the query best, then
further pieces, in the end all of itself, each step with a gain and a cost. Taking the step with the most gain per token
first is optimal but for the last steps (P. Sinha and A. Zoltners, "The Multiple-Choice Knapsack Problem", 1979).
"""

import heapq
import re
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from whence.retrieval.block import ending, introduction, last_line, omitted, section, whole
from whence.retrieval.excerpts import GAP, Pieces, joined, matches, pieces
from whence.retrieval.extras import HALF_LIFE_DAYS
from whence.retrieval.query import Query
from whence.values.markdown import clean
from whence.values.memory import MemoryBase
from whence.values.protocol import ContextBlock, ContextSource
from whence.values.tokens import count_tokens as count_tokens

LEAST_TOKENS = 60
"""Tokens under which a memory would tell too little."""

FIRST_SHARE = 0.5
"""Share of a memory's worth that its heading and its best piece have; the rest is spread over the other pieces.
Measured by `benchmarks/context.py`."""

ALIKE = 0.8
"""Share of their runs of three words from which two memories say the same."""

BASE, SNIPPET = 0.05, 0.5
"""What every piece of a memory counts, and one that search found, beside the best match of words."""

_HEAD_CHARACTERS = 300  # of heading and facts
_MOST_CHARACTERS = 6  # of a token, about: what is longer than that for its room isn't counted
_MISSES = 40  # steps in a row without room for them, after which there is none
_WHOLE_CHARACTERS = 700
_COMPARED, _SKETCH = 20_000, 128
_WORD = re.compile("[^\\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+|[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class ContextItem:
    """A memory that answers a query."""

    memory: MemoryBase
    worth: float
    """How much it is worth to have it all, from 0 to 1; see `worth`."""
    snippet: str = ""
    """The passage of it that matched best."""
    turns: dict[int, float] = field(default_factory=dict)
    """Of a conversation, the turns that answer, and how well beside the best of all."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts in the choice, each from 0 to 1."""

    relevance: float = 1.0
    recency: float = 0.0
    importance: float = 0.0


def worth(found: Sequence[tuple[MemoryBase, float]], weights: Weights, now: datetime, sharpness: float) -> list[float]:
    """What memories are worth in a block, beside the best of them, which is worth 1.

    The weighed mean of what counts, as a share of the best one's, to the power of the sharpness: about the chance that
    a memory answers, where relevance alone counts.

    Args:
        found: memories with the scores of a search, or the turns of one with the score of each.
        weights: what counts how much; without any, all are worth the same.
        now: the present.
        sharpness: how fast that chance falls with the score.
    """
    most = max((score for _, score in found), default=0.0)
    means = []
    for memory, score in found:
        days = max((now - memory.created_at).total_seconds() / 86_400, 0.0)  # the future is a wrong clock's
        relevant = max(score / most, 0.0) if most > 0 else 1.0
        important = 1.0 if memory.pinned else (memory.importance - 1) / 9
        recent = 2 ** (-days / HALF_LIFE_DAYS)
        means.append(weights.relevance * relevant + weights.recency * recent + weights.importance * important)
    best = max(means, default=0.0)
    return [(mean / best) ** sharpness if best else 1.0 for mean in means]


@dataclass(slots=True)
class _Draft:
    """What a memory takes of the block so far."""

    item: ContextItem
    repeats: list[str] = field(default_factory=list)
    body: str = ""
    """All of it."""
    pieces: Pieces = field(default_factory=lambda: Pieces([], 0))
    order: list[int] = field(default_factory=list)
    """Indices of pieces, the best first."""
    gains: list[float] = field(default_factory=list)
    """What each of these adds, as a share of the memory's worth."""
    kept: list[int] = field(default_factory=list)
    whole: bool = False
    cut: bool = False
    """Whether its only piece was shortened, since all together took a few tokens more than its parts."""
    tokens: int = 0

    def text(self) -> str:
        """The section as it stands."""
        body = self.body if self.whole else joined(self.pieces, self.kept)
        return section(self.item.memory, body, shortened=not self.whole)


def assemble(
    items: Sequence[ContextItem],
    budget: int,
    query: str,
    *,
    count: Count = count_tokens,
    sure: str = "",
    weak: bool = False,
    excluded: int = 0,
) -> ContextBlock:
    """The memories as one Markdown block of at most `budget` tokens.

    Args:
        items: the memories, the best first; the block keeps their order.
        budget: the most tokens.
        query: what was asked.
        count: counts the tokens of a text.
        sure: how well the best one fits, as `sure`, `fairly sure` or `weak`; told on top of the block.
        weak: whether they may well have nothing to do with the query; told on top of the block.
        excluded: memories that were not looked at, for the folders they are filed in.
    """
    drafts = _distinct(items)
    if not drafts:
        left_out = omitted(0, 0, excluded)
        return ContextBlock(
            markdown="", tokens=0, budget=budget, omitted=left_out, weak=weak, note="Nothing in memory fits."
        )
    beginning = introduction(query, sure, weak=weak)
    repeated = sum(len(each.repeats) for each in drafts)
    left = budget - count(beginning) - count(ending(beginning))
    reserve = count(last_line(omitted(len(drafts), repeated, excluded)))
    _choose(drafts, left - reserve if left > 4 * reserve else left, query, count)
    shown = [each for each in drafts if each.tokens]
    while shown:
        left_out = omitted(len(drafts) - len(shown), repeated, excluded)
        last = last_line(left_out) if left > 4 * reserve else ""
        markdown = whole(beginning, "".join(each.text() for each in shown) + last)
        if (tokens := count(markdown)) <= budget:
            return ContextBlock(
                markdown=markdown,
                tokens=tokens,
                budget=budget,
                sources=tuple(_source(each) for each in shown),
                left_out=len(drafts) - len(shown),
                omitted=left_out,
                weak=weak,
            )
        _shrink(
            shown
        )  # tokens of parts nearly add up to those of the whole; where they don't, the last part goes or is cut
    note = f"{len(drafts)} memories fit, but a budget of {budget} tokens is too small for any. Allow more."
    left_out = omitted(len(drafts), repeated, excluded)
    return ContextBlock(
        markdown="", tokens=0, budget=budget, left_out=len(drafts), omitted=left_out, weak=weak, note=note
    )


# ---------------------------------------------------------------- what is said once


def _distinct(items: Sequence[ContextItem]) -> list[_Draft]:
    """The items, those of nearly the same text as one before them counted there as its repetitions."""
    drafts: list[_Draft] = []
    owners: dict[str, int] = {}
    sizes: list[int] = []
    holders: dict[int, list[int]] = {}
    for item in items:
        if item.memory.id in owners:
            continue
        shingles = _shingles(item.memory)
        shared = Counter(at for shingle in shingles for at in holders.get(shingle, ()))
        twin = next(
            (at for at, common in shared.items() if common >= ALIKE * (len(shingles) + sizes[at] - common)), None
        )
        if twin is not None:
            drafts[twin].repeats.append(item.memory.id)
            owners[item.memory.id] = twin
            continue
        number = owners[item.memory.id] = len(drafts)
        drafts.append(_Draft(item))
        sizes.append(len(shingles))
        for shingle in shingles:
            holders.setdefault(shingle, []).append(number)
    return drafts


def _shingles(memory: MemoryBase) -> list[int]:
    """A sketch of a memory's text: of its runs of three words those with the least hashes.

    Two sketches share about what the texts share (A. Broder, "On the resemblance and containment of documents", 1997).
    """
    words = [
        _hash(word) for word in _WORD.findall(f"{memory.kind} {(memory.text() or memory.title)[:_COMPARED].lower()}")
    ]
    runs = {hash(run) for run in zip(words, words[1:], words[2:], strict=False)} or {hash(tuple(words))}
    return heapq.nsmallest(_SKETCH, runs)


@lru_cache(maxsize=1 << 14)
def _hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "replace"))  # the same in every process, as `hash` of a text is not


# ---------------------------------------------------------------- what is chosen


def _choose(drafts: Sequence[_Draft], room: int, query: str, count: Count) -> None:
    """Fill the drafts with what is worth most for its tokens."""
    drafts = drafts[: max(room, 0) // LEAST_TOKENS]
    _prepare(drafts, query)
    steps = [(-_density(each, 0), number, 0) for number, each in enumerate(drafts)]
    heapq.heapify(steps)
    misses = 0
    while steps and room > 0 and misses < _MISSES:
        _, number, step = heapq.heappop(steps)
        draft = drafts[number]
        cost = _begin(draft, room, count) if step == 0 else _grow(draft, step, room, count)
        room, misses = room - cost, 0 if cost else misses + 1
        if draft.tokens and not draft.whole and step + 1 < len(draft.order):
            heapq.heappush(steps, (-_density(draft, step + 1), number, step + 1))
    for draft in drafts:
        if draft.tokens and not draft.whole and (cost := _cost_of_all(draft, room + draft.tokens, count)):
            room -= cost - draft.tokens
            draft.whole, draft.tokens = True, cost


def _prepare(drafts: Sequence[_Draft], query: str) -> None:
    """Take the memories apart, and say what each part is worth."""
    for each in drafts:
        each.body = clean(each.item.memory.markdown()).strip("\n")
        each.pieces = pieces(each.item.memory, each.item.turns)
    held = matches([each.pieces.parts for each in drafts], Query(query).terms)
    most = max((share for shares in held for share in shares), default=0.0) or 1.0
    for draft, shares in zip(drafts, held, strict=True):
        turns = draft.item.turns
        fits = [
            BASE
            + share / most
            + (turns.get(part.turn, 0.0) if turns else _overlap(part.text, draft.item.snippet) * SNIPPET)
            for part, share in zip(draft.pieces.parts, shares, strict=True)
        ]
        draft.order = sorted(range(len(fits)), key=lambda at: (-fits[at], at))
        rest = sum(fits) - max(fits, default=0.0) or 1.0
        draft.gains = [(1 - FIRST_SHARE) * fits[at] / rest for at in draft.order]
        for step, at in enumerate(draft.order):
            draft.gains[step] = max(draft.gains[step], turns.get(draft.pieces.parts[at].turn, 0.0))
        draft.gains[:1] = [FIRST_SHARE]


def _density(draft: _Draft, step: int) -> float:
    """What a step gains for each character, about."""
    if step == 0:
        size, share = len(draft.body), 1.0
        if not _short(draft):
            size, share = len(draft.pieces.parts[draft.order[0]].text), FIRST_SHARE
        return draft.item.worth * share / (_HEAD_CHARACTERS + size)
    return draft.item.worth * draft.gains[step] / (len(draft.pieces.parts[draft.order[step]].text) + 10)


def _short(draft: _Draft) -> bool:
    """Whether the memory isn't worth taking apart."""
    return len(draft.body) <= _WHOLE_CHARACTERS or len(draft.order) < 2


def _begin(draft: _Draft, room: int, count: Count) -> int:
    """Give a memory its place, whole or with its best piece. The tokens that it takes; 0 where there is no room."""
    if room < LEAST_TOKENS:
        return 0
    if _short(draft) and (cost := _cost_of_all(draft, room, count)):
        draft.whole, draft.tokens = True, cost
        return cost
    if not draft.order:
        return 0
    draft.kept = draft.order[:1]
    at = draft.kept[0]
    part = draft.pieces.parts[at]
    for share in (1.0, 0.5, 0.25):
        draft.pieces.parts[at] = part._replace(text=_beginning(part.text, share))
        if (cost := count(draft.text())) <= room:
            draft.tokens = cost
            return cost
        if cost > 2 * room:
            break
    draft.kept = []
    return 0


def _grow(draft: _Draft, step: int, room: int, count: Count) -> int:
    """Give a memory another piece, or its beginning. The tokens that it takes; 0 where there is no room."""
    at = draft.order[step]
    part = draft.pieces.parts[at]
    if len(part.text) > room * _MOST_CHARACTERS and room < LEAST_TOKENS:
        return 0
    cost = count(f"{GAP}\n{part.place}\n{part.text}\n")
    if cost > room >= LEAST_TOKENS:
        part = part._replace(text=_beginning(part.text, 0.8 * room / cost))
        cost = count(f"{GAP}\n{part.place}\n{part.text}\n")
    if cost > room:
        return 0
    draft.pieces.parts[at] = part
    draft.kept.append(at)
    draft.tokens += cost
    return cost


def _shrink(shown: list[_Draft]) -> None:
    """Take the last piece from the last memory that has several; or shorten the last memory's once; or leave it out."""
    for draft in reversed(shown):
        if len(draft.kept) > 1 and not draft.whole:
            draft.kept.pop()
            return
    last = shown[-1]
    if last.whole or last.cut:
        shown.pop()
        return
    part = last.pieces.parts[last.kept[0]]
    last.pieces.parts[last.kept[0]] = part._replace(text=_beginning(part.text, 0.9))
    last.cut = True


def _cost_of_all(draft: _Draft, room: int, count: Count) -> int:
    """Tokens of the memory as a whole; 0 where there is no room for it."""
    shown = sum(len(draft.pieces.parts[at].text) for at in draft.kept)
    if len(draft.body) - shown > (room - draft.tokens) * _MOST_CHARACTERS:
        return 0
    cost = count(section(draft.item.memory, draft.body, shortened=False))
    return cost if cost <= room else 0


def _overlap(text: str, passage: str) -> float:
    """Share of a text's lines that stand in a passage."""
    lines = [line for line in text.splitlines() if line.strip()]
    return sum(line in passage for line in lines) / len(lines) if lines else 0.0


def _beginning(text: str, share: float) -> str:
    """About that share of a text, from its beginning, up to the end of a line or else of a word, and a mark."""
    if share == 1.0:
        return text
    end = max(int(len(text) * share), 1)
    at = max(text.rfind("\n", end // 2, end), text.rfind(" ", end // 2, end))
    return f"{text[: at if at > 0 else end].rstrip()} {GAP}"


def _source(draft: _Draft) -> ContextSource:
    memory = draft.item.memory
    return ContextSource(
        id=memory.id,
        kind=memory.kind,
        title=memory.title,
        created_at=memory.created_at,
        tokens=draft.tokens,
        shortened=not draft.whole,
        repeats=tuple(draft.repeats),
    )
