"""Turns: conversations looked into and continued turn by turn, and memories listed page by page, for programs."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from whence.engine.candidates import by_people, look_for
from whence.project.project import Project
from whence.retrieval import gist as gists
from whence.values.base import now, one_line
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import Conversation, MemoryBase, Message
from whence.values.protocol import Filter
from whence.values.tokens import count_tokens

_KIND: str = Conversation.model_fields["kind"].default

_MOST_FOUND = 1000
"""Hits of a search that can be paged through."""

INDEXED_SECONDS = 1.0
"""How long a search waits for what was written just before it."""

_LIGHT = 7
"""From this importance on a conversation is not put away for its age alone."""

_CANDIDATES = 50
_FADING = 30.0
"""Days in which what a conversation gains for being recent falls to a third."""

_PREFERRED = 0.3
"""What a preferred label adds to a weighted score, which is from 0 to 1."""

_LEAST_TOKENS = 20
"""Tokens under which a shortened turn would tell too little."""

_SENTENCES = {"daily": 5, "weekly": 8, "monthly": 12}
_DAYS = {"daily": 1, "weekly": 7, "monthly": 31}

Level = Literal["daily", "weekly", "monthly"]


@dataclass(frozen=True, slots=True)
class Found:
    """A memory that answers."""

    memory: MemoryBase
    snippet: str = ""
    """The piece of it that matched best; empty without a query."""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the memories that answer."""

    found: tuple[Found, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much in a context, each from 0 to 1."""

    relevance: float = 0.6
    recency: float = 0.2
    importance: float = 0.2


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A conversation, and those of its turns that a context has room for."""

    conversation: Conversation
    turns: tuple[tuple[int, str], ...]
    """Each with its number from 0, in order; the last one may be cut."""
    tokens: int
    score: float


@dataclass(frozen=True, slots=True)
class Stale:
    """A conversation that may be put away."""

    conversation: Conversation
    last: datetime
    """When it was last written or recalled."""
    tokens: int
    reasons: tuple[str, ...]


def browse(
    project: Project,
    chosen: Filter,
    *,
    query: str = "",
    words_only: bool = False,
    pinned: bool | None = None,
    put_away: bool = False,
    offset: int = 0,
    limit: int = 20,
    without: tuple[str, ...] = (),
    unsure: bool = False,
) -> Page:
    """A page of the memories that pass a filter: the best for a query, or the newest without one.

    Args:
        chosen: which memories.
        query: what to look for; a search sees what was written before it.
        words_only: whether to compare words alone, not meaning.
        pinned: only pinned ones, or only others.
        put_away: only archived ones.
        offset: how many to pass over.
        limit: at most so many.
        without: folders whose memories do not answer.
        unsure: whether memories that share no more than a word are better than no answer.
    """
    if not query.strip():
        ids = project.store.ids(by_people(project, chosen), place="archive" if put_away else "use", pinned=pinned)[::-1]
        some = project.store.get(ids[offset : offset + limit])
        return Page(tuple(Found(memory) for memory in some), len(ids))
    project.indexer.settle(INDEXED_SECONDS)
    hits = look_for(project, query, chosen, _MOST_FOUND, unsure=unsure).hits
    if words_only:
        hits = tuple(hit for hit in hits if hit.parts.lexical > 0)
        hits = tuple(sorted(hits, key=lambda hit: -hit.parts.lexical))
    if pinned is not None or put_away or without:
        kept = {
            memory.id
            for memory in project.store.get([hit.id for hit in hits])
            if _passes(memory, pinned, put_away, without)
        }
        hits = tuple(hit for hit in hits if hit.id in kept)
    shown = hits[offset : offset + limit]
    whole = {memory.id: memory for memory in project.store.get([hit.id for hit in shown])}
    found = tuple(Found(whole[hit.id], hit.snippet, hit.score) for hit in shown if hit.id in whole)
    return Page(found, len(hits))


def conversation(project: Project, id: str) -> Conversation:
    """A conversation that is not in the bin.

    Raises:
        NotFound: there is none of that id.
    """
    found = project.store.get([id])
    if not found or not isinstance(found[0], Conversation) or found[0].deleted_at:
        raise NotFound(f"There is no conversation {one_line(id, 60)}.")
    return found[0]


def excerpts(
    project: Project,
    query: str,
    chosen: Filter,
    budget: int,
    weights: Weights = Weights(),
    preferred: tuple[str, ...] = (),
    without: tuple[str, ...] = (),
) -> list[Excerpt]:
    """Turns of the conversations that matter for a task, within a budget of tokens, the weightiest first.

    Args:
        query: what they are for.
        chosen: which conversations.
        budget: the most tokens that labels and turns may take together.
        weights: what counts how much.
        preferred: labels that count besides.
        without: folders whose conversations are left out.
    """
    page = browse(project, chosen, query=query, limit=_CANDIDATES, without=without, unsure=True)
    best = max((each.score for each in page.found), default=0.0)
    present, weighed = now(), []
    for each in page.found:
        relevance = each.score / best if best > 0 else 0.0
        days = max((present - each.memory.created_at).total_seconds() / 86_400, 0.0)
        score = weights.relevance * relevance + weights.recency * math.exp(-days / _FADING)
        score += weights.importance * each.memory.importance / 10
        score += _PREFERRED if set(preferred) & set(each.memory.labels) else 0.0
        weighed.append((score, each))
    weighed.sort(key=lambda pair: (-pair[0], pair[1].memory.id))
    found, left = [], budget
    for score, each in weighed:
        if isinstance(each.memory, Conversation) and (part := _excerpt(each.memory, left, score)):
            found.append(part)
            left -= part.tokens
    project.recalled(excerpt.conversation.id for excerpt in found)
    return found


def relabel(project: Project, id: str, label: str) -> None:
    """Give a conversation another first label; its further ones stay.

    Raises:
        NotFound: there is no such conversation.
    """
    conversation(project, id)

    def change(current: MemoryBase) -> MemoryBase:
        kept = dict.fromkeys((label.strip(), *current.labels[1:]))
        return current.model_copy(update={"labels": tuple(each for each in kept if each)})

    project.writer.update(id, change)
    project.indexer.index([id])


def each_conversation(project: Project, chosen: Filter) -> Iterator[Conversation]:
    """All conversations that pass a filter, oldest first; few of them are in memory at once."""
    for some in project.store.each(chosen.model_copy(update={"kinds": (_KIND,)})):
        yield from (each for each in some if isinstance(each, Conversation))


def stale_conversations(project: Project, days: int, limit: int = 100, importance: float = 10) -> list[Stale]:
    """Conversations that may be put away, the longest unused first: nothing happens to them.

    Args:
        days: how long one must not have been written or recalled.
        limit: at most so many.
        importance: only those of this importance or less.
    """
    used = project.recalls.recalled()
    before = now() - timedelta(days=days)
    found = []
    for each in each_conversation(project, Filter()):
        recall = used.get(each.id)
        last = max(each.updated_at, recall.last) if recall else each.updated_at
        if each.pinned or each.importance >= _LIGHT or each.importance > importance or last > before:
            continue
        reasons = [f"not used for {(now() - last).days} days", f"importance {each.importance}"]
        reasons.append(f"recalled {recall.count} times" if recall else "never recalled")
        found.append(Stale(each, last, 0, tuple(reasons)))
    found.sort(key=lambda stale: (stale.last, stale.conversation.id))
    return [
        Stale(stale.conversation, stale.last, count_tokens(stale.conversation.text()), stale.reasons)
        for stale in found[:limit]
    ]


def gist(project: Project, id: str, level: Level) -> str:
    """What was said in the last day, week or month of a conversation, as its most telling sentences.

    Raises:
        NotFound: there is no such conversation.
    """
    turns = lately(project, id, level).messages
    return "\n".join(f"- {each}" for each in gists.gist((turn.content for turn in turns), _SENTENCES[level]))


def lately(project: Project, id: str, level: Level) -> Conversation:
    """A conversation with only what was said in its last day, week or month.

    Raises:
        NotFound: there is no such conversation.
    """
    talk = conversation(project, id)
    last = max((message.at for message in talk.messages if message.at), default=None)
    since = last - timedelta(days=_DAYS[level]) if last else None
    turns = tuple(message for message in talk.messages if since is None or message.at is None or message.at >= since)
    return talk.model_copy(update={"messages": turns})


def turn_of(project: Project, id: str) -> tuple[Conversation, Message]:
    """A turn by its id, which is its conversation's and its number from 0 with a dot between.

    Raises:
        NotFound: there is none.
    """
    talk, _, number = id.partition(".")
    found = conversation(project, talk)
    if not number.isdecimal() or len(number) > 6 or int(number) >= len(found.messages):
        raise NotFound(f"There is no message {one_line(id, 60)}.")
    return found, found.messages[int(number)]


def tokens(project: Project, text: str) -> int:
    """Tokens of a text, by the estimate that budgets are kept with."""
    if len(text) > 10_000_000:
        raise InvalidRequest("That text is too long.")
    return count_tokens(text)


def _excerpt(talk: Conversation, budget: int, score: float) -> Excerpt | None:
    """As many turns from the beginning as there is room for, the last one cut; None where that is too little."""
    used = count_tokens(talk.title) + 2
    turns: list[tuple[int, str]] = []
    for number, turn in enumerate(talk.messages):
        content = turn.content if len(turn.content) <= 12 * budget else turn.content[: 12 * budget]
        while (tokens := count_tokens(content)) > budget - used and len(content) > 1:
            content = content[: max(int(len(content) * max(budget - used, 0) / tokens * 0.95), 1)]
        cut = len(content) < len(turn.content)
        if used + tokens > budget or (cut and tokens < _LEAST_TOKENS):
            break
        turns.append((number, content))
        used += tokens
        if cut:
            break
    return Excerpt(talk, tuple(turns), used, score) if turns else None


def _passes(memory: MemoryBase, pinned: bool | None, put_away: bool, without: tuple[str, ...]) -> bool:
    inside = any(memory.folder == folder or memory.folder.startswith(f"{folder}/") for folder in without)
    return (pinned is None or memory.pinned == pinned) and (not put_away or memory.archived) and not inside
