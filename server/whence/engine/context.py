"""Context: the memories that matter for a task, as one block within a budget of tokens."""

from collections.abc import Sequence
from concurrent.futures import Future
from typing import Annotated

from pydantic import Field

from whence.engine import filters
from whence.engine.candidates import by_people, known_kinds, look_for
from whence.engine.completion import thinks
from whence.engine.relevance.operations import judged
from whence.models import vocabulary
from whence.project.project import Project
from whence.retrieval import context as contexts
from whence.values.base import Time, Words, now, one_line, unique
from whence.values.calibration import calibration_of
from whence.values.comments import Comment, commented
from whence.values.memory import KINDS
from whence.values.operation import operation
from whence.values.protocol import ContextBlock, Filter, Focus, Hit, SearchResult
from whence.values.tokens import most_tokens

Weight = Annotated[float, Field(ge=0, le=1)]

_CANDIDATES = 60
"""Memories, and turns of conversations, that a block is chosen from."""

_PATIENCE = 3.0
"""Seconds that the first block of a process waits for the tokenizer, which takes 0.1 s to read while search works."""


_SURE = {"words and meaning": (1.0, 0.7), "words": (0.5, 0.25)}
"""Confidences from which one is sure, and fairly sure, by what it compared; ours, above the floors of `ranking`."""


@thinks
@operation
def context(
    project: Project,
    query: str,
    budget: Annotated[int, Field(ge=1, le=200_000)] | None = None,
    recency_weight: Weight | None = None,
    relevance_weight: Weight | None = None,
    importance_weight: Weight | None = None,
    kinds: Words = (),
    labels: Words = (),
    exclude_folders: Words = (),
    focus: Focus | None = None,
    files: Words = (),
    since: Time | None = None,
    authors: Words = (),
) -> ContextBlock:
    """Put the memories that matter for a task into one Markdown block within a budget of tokens.

    Args:
        query: what the context is for: a task, a question, an error. Filters may stand in it as in that of a search.
        budget: the most tokens that the block may take.
        recency_weight: how much it counts that a memory is recent, from 0 to 1.
        relevance_weight: how much it counts that a memory fits the query, from 0 to 1.
        importance_weight: how much it counts that a memory is important, from 0 to 1.
        kinds: only these kinds of memory.
        labels: only memories with one of these labels.
        exclude_folders: no memories filed in these folders or in folders of them.
        focus: where the user is; memories near it count a little more.
        files: only memories that concern these files or files in these folders.
        since: only memories of this moment or later.
        authors: only memories that people of these names made; a part of a name will do.
    """
    own = project.settings.context
    weights = contexts.Weights(
        relevance=own.relevance_weight if relevance_weight is None else relevance_weight,
        recency=own.recency_weight if recency_weight is None else recency_weight,
        importance=own.importance_weight if importance_weight is None else importance_weight,
    )
    counting = project.helpers.submit(vocabulary.counter)
    asked = Filter(kinds=kinds, files=files, labels=labels, since=since, authors=authors)
    query, chosen = said_in(project, query, asked)
    excluded = (*own.exclude_folders, *exclude_folders)
    admitted = chosen.model_copy(update={"exclude_folders": excluded})
    found = judged(
        project, query, look_for(project, query, admitted, _CANDIDATES, focus, turns=True, pieces=False), focus
    )
    block = contexts.assemble(
        _items(project, found.hits, weights),
        budget or own.budget,
        query,
        count=_counted(counting),
        sure=_sureness(found),
        weak=found.weak,
        excluded=_filed(project, chosen, excluded),
    )
    project.recalled(source.id for source in block.sources)
    empty = block.note if block.left_out or not found.note else ""  # the search knows better why nothing fits
    note = " ".join(unique([empty, found.note]))
    return block.model_copy(update={"note": note, "confidence": found.confidence, "weak": found.weak})


@operation
def as_comment(project: Project, text: str, language: str) -> Comment:
    """Turn a text, such as a context block, into a comment of a language, which stays known as what Whence handed out.

    Args:
        text: what the comment says.
        language: the language, by the editor's name for it, such as `python`.
    """
    comment = commented(text, language)
    known = one_line(language, 40) or "this language"
    return Comment(text=comment, note="" if comment or not text.strip() else f"No comments of {known} are known.")


def said_in(project: Project, query: str, asked: Filter) -> tuple[str, Filter]:
    """A query without the filters that it says, and those with the ones that are asked for besides.

    Raises:
        InvalidRequest: a kind is unknown.
    """
    said = filters.read(query, KINDS)
    chosen = Filter(
        kinds=known_kinds((*asked.kinds, *said.kinds)),
        files=(*asked.files, *said.files),
        labels=(*asked.labels, *said.labels),
        states=said.states,
        since=max((at for at in (asked.since, said.since) if at), default=None),
        until=said.until,
        authors=(*asked.authors, *said.authors),
    )
    return said.query, by_people(project, chosen)


def _sureness(found: SearchResult) -> str:
    """How sure a search is, in words; empty where nothing was compared."""
    if found.mode not in _SURE:
        return ""
    sure, fairly = _SURE[found.mode]
    if found.weak or found.confidence < fairly:
        return "weak"
    return "sure" if found.confidence >= sure else "fairly sure"


def _filed(project: Project, chosen: Filter, folders: Words) -> int:
    """How many memories that pass the filter are filed in these folders or in folders of them."""
    named = {folder for each in folders if (folder := each.strip("/"))}
    filed = (project.store.ids(chosen.model_copy(update={"folder": each})) for each in named)
    return len({id for ids in filed for id in ids})


def _items(project: Project, hits: Sequence[Hit], weights: contexts.Weights) -> list[contexts.ContextItem]:
    """The memories of the hits, those worth most first."""
    memories = {each.id: each for each in project.store.get(list({hit.id for hit in hits}))}
    kept = [(hit, memories[hit.id]) for hit in hits if hit.id in memories]
    sharpness = calibration_of(project.settings.embedding.model).sharpness
    worths = contexts.worth([(memory, hit.score) for hit, memory in kept], weights, now(), sharpness)
    items: dict[str, contexts.ContextItem] = {}
    for (hit, memory), worth in sorted(zip(kept, worths, strict=True), key=lambda each: -each[1]):
        item = items.setdefault(hit.id, contexts.ContextItem(memory, worth, hit.snippet))
        if hit.turn is not None:
            item.turns.setdefault(hit.turn, worth)
    return list(items.values())


def _counted(counting: "Future[vocabulary.Count | None]") -> contexts.Count:
    """What counts tokens; where nothing can, or not yet, their most."""
    try:
        return counting.result(_PATIENCE) or most_tokens
    except TimeoutError:
        return most_tokens
