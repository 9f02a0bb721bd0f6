"""Importance and labels suggested for memories, and applied once somebody approves."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from whence.background.writer import Unchanged
from whence.engine.candidates import known_kinds, look_for
from whence.engine.completion import Ask, think, think_all, thinks
from whence.engine.lifecycle import all_of, change_all
from whence.engine.suggestions import page
from whence.engine.suggestions.prompt import BATCH, FILING, TURN, Judgement, Judgements
from whence.engine.turns import conversation, turn_of
from whence.models.prompt import Material
from whence.project.project import Project
from whence.retrieval import gist, importance, judgement, labels
from whence.values.base import Words, one_line, unique
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import MAX_TITLE, MemoryBase
from whence.values.operation import Progress, operation
from whence.values.protocol import Acknowledged, Filter
from whence.values.reports import cite
from whence.values.reports.suggestions import (
    ApprovedSuggestion,
    SuggestedImportance,
    SuggestedLabel,
    Suggestion,
    Suggestions,
)

_NEIGHBOURS = 10
_ASKED = 1000
"""Characters by which a memory's neighbours are looked for."""

_SHOWN = 1500
"""Characters of a memory that a model is shown."""

_LABELS_SHOWN = 100
"""Labels in use that a model is shown, the most used."""

_AT_ONCE = 200

_KNOWN_SECONDS = 5.0
"""How long a conversation that was just kept is waited for until it is found by its meaning. Ours."""

_NOTICED = ("save", "commit", "model", "rules")
"""Sources of what Whence noticed or made by itself: it comes by the dozen, and nobody files it one by one."""

_Use = tuple[Mapping[str, int], Mapping[str, int]]
"""How often memories are linked to, and were recalled, by id."""


@dataclass(frozen=True, slots=True)
class TurnWeighed:
    """How much a turn matters, and who says so."""

    weight: importance.Weight
    model: str
    """The model that says so; empty where rules do."""


@thinks
@operation
def suggest_labels(
    project: Project,
    ids: Words = (),
    kinds: Words = (),
    limit: Annotated[int, Field(ge=1, le=200)] = 20,
    progress: Progress = lambda message, share: None,
) -> Suggestions:
    """Suggest importance and labels for memories, those in use first; nothing happens to them.

    Without a model rules weigh each memory and its nearest neighbours lend it their labels, which is marked.

    Args:
        ids: the memories; without, the newest ones that have no label.
        kinds: without `ids`, only these kinds; otherwise all that somebody kept.
        limit: the most memories to look at, where none are named.

    Raises:
        NotFound: one of the memories doesn't exist.
        InvalidRequest: a kind is unknown.
    """
    found = _these(project, ids) if ids else _unlabelled(project, kinds, limit, progress)
    if not found:
        return Suggestions(note="Every memory has a label." if not ids else "These memories are in the bin.")
    in_use = project.store.labels()
    batches = [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
    thoughts = think_all(project, [_question(batch, in_use) for batch in batches], progress=progress)
    made: list[Suggestion] = []
    used = _use(project, found)
    for batch, thought in zip(batches, thoughts, strict=True):
        known = {} if thought.answer is None else _by_id(thought.answer, batch)
        for memory in batch:
            progress("Comparing memories", len(made) / len(found))
            judged = known.get(memory.id)
            made.append(
                _of_model(memory, judged, in_use, thought.model) if judged else _by_rules(project, memory, in_use, used)
            )
    model = next((each.model for each in thoughts if each.answer is not None), "")
    note = " ".join(unique(each.note for each in thoughts))
    return page.report(made, note, model)


@operation
def apply_suggestions(
    project: Project, suggestions: Annotated[tuple[ApprovedSuggestion, ...], Field(min_length=1, max_length=10_000)]
) -> Acknowledged:
    """Give memories the importance and labels that somebody approved; labels come besides those they have.

    Args:
        suggestions: what to apply, by memory.

    Raises:
        NotFound: one of the memories doesn't exist; nothing was changed.
        InvalidRequest: a label is empty or too long; nothing was changed.
    """
    wanted: dict[str, ApprovedSuggestion] = {}
    for suggestion in suggestions:
        if wrong := next((label for label in suggestion.labels if not 0 < len(label.strip()) <= labels.LONGEST), None):
            raise InvalidRequest(f"The label “{one_line(wrong, 40)}” is longer than {labels.LONGEST} characters.")
        before = wanted.get(suggestion.id)
        wanted[suggestion.id] = suggestion if before is None else _both(before, suggestion)

    def change(current: MemoryBase) -> MemoryBase:
        approved = wanted[current.id]
        kept = unique([*current.labels, *(one_line(each, labels.LONGEST) for each in approved.labels)])
        changed = current.model_copy(update={"labels": kept, "importance": approved.importance or current.importance})
        if changed == current:
            raise Unchanged
        return changed

    found = all_of(project, tuple(wanted))
    done = change_all(project, [memory.id for memory in found], change)
    stayed = len(found) - len(done)
    note = f"Filed {len(done)} {'memory' if len(done) == 1 else 'memories'} as suggested"
    return Acknowledged(ids=tuple(done), note=f"{note}; {stayed} were so already." if stayed else f"{note}.")


# ------------------------------------------------------------ for programs


def suggest_labels_for(project: Project, id: str) -> tuple[SuggestedLabel, ...]:
    """Labels for a conversation, the likeliest first; those that it has already may be among them.

    Raises:
        NotFound: there is no such conversation.
        ApprovalNeeded: the user has to be asked before a model is, and this face can't.
    """
    talk = conversation(project, id)
    # Neighbours are as near as their share of how the conversation answers to itself, so its meaning has to be known.
    project.indexer.settle(_KNOWN_SECONDS, vectors=True)
    # A title that is a label only repeats where it stands now, and would be found to name just that label.
    title = one_line(talk.default_title(), MAX_TITLE) if talk.title in talk.labels else talk.title
    bare = talk.model_copy(update={"labels": (), "title": title})
    in_use = project.store.labels()
    thought = think(project, _question([bare], in_use))
    judged = _by_id(thought.answer, [bare]).get(id) if thought.answer else None
    found = (
        _of_model(bare, judged, in_use, thought.model)
        if judged
        else _by_rules(project, bare, in_use, _use(project, [bare]), labels.of_talk)
    )
    return found.labels


def weigh_turn(project: Project, id: str) -> TurnWeighed:
    """How much a turn of a conversation matters.

    Raises:
        NotFound: there is none.
        ApprovalNeeded: the user has to be asked before a model is, and this face can't.
    """
    talk, turn = turn_of(project, id)
    shown = Material(f"{turn.name or turn.role}, in “{talk.title}”", turn.content[:_SHOWN])
    thought = think(project, Ask(TURN, "Judge this turn.", (shown,)))
    if thought.answer is None:
        return TurnWeighed(importance.of_turn(turn.content, talk.importance), "")
    return TurnWeighed(
        importance.Weight(float(thought.answer.importance), (one_line(thought.answer.reason, 300),)), thought.model
    )


# ------------------------------------------------------------ inside


def _these(project: Project, ids: Words) -> list[MemoryBase]:
    found = {memory.id: memory for memory in project.store.get(unique(ids))}
    if missing := [id for id in ids if id not in found]:
        raise NotFound(f"There is no memory {one_line(missing[0], 60)}.")
    return [memory for memory in found.values() if memory.deleted_at is None]


def _unlabelled(project: Project, kinds: Words, limit: int, progress: Progress) -> list[MemoryBase]:
    """The newest memories without a label; few of them are in memory at once."""
    ids = project.store.ids(Filter(kinds=known_kinds(kinds)))[::-1]
    found: list[MemoryBase] = []
    for start in range(0, len(ids), _AT_ONCE):
        progress(f"Looking at {len(ids)} memories", start / len(ids))
        found += [
            each
            for each in project.store.get(ids[start : start + _AT_ONCE])
            if not each.labels and (kinds or each.source not in _NOTICED)
        ]
        if len(found) >= limit:
            break
    return found[:limit]


def _use(project: Project, memories: Sequence[MemoryBase]) -> _Use:
    """How often these memories are linked to, and were recalled, by id."""
    ids = [memory.id for memory in memories]
    linking = (memory for memory in project.store.linking(ids) if memory.deleted_at is None)
    links = Counter(target for memory in linking for target in {link.target for link in memory.links})
    return links, {id: each.count for id, each in project.recalls.of(ids).items()}


def _by_rules(
    project: Project,
    memory: MemoryBase,
    in_use: Mapping[str, int],
    used: _Use,
    scale: Callable[[float], float] = lambda near: near,
) -> Suggestion:
    text = gist.said(memory)
    asked = f"{memory.title}\n" + "\n".join(gist.gist(memory.pieces() or (text,), 3))
    hits = look_for(project, asked[:_ASKED], Filter(archived=True), _NEIGHBOURS + 1).hits
    # How well a memory answers to itself is as well as can be, so others are as near as their share of that.
    best = next((hit.score for hit in hits if hit.id == memory.id), max((hit.score for hit in hits), default=0.0))
    near = [(scale(hit.score / best), hit.labels) for hit in hits if hit.id != memory.id and best > 0]
    links, recalls = used
    weight = importance.of_memory(memory, links.get(memory.id, 0), recalls.get(memory.id, 0))
    voted = labels.suggest(memory.title, text, near, in_use)
    had = {label.casefold() for label in memory.labels}
    return Suggestion(
        cited=cite(memory),
        importance=None
        if weight.score == memory.importance or not weight.reasons
        else SuggestedImportance(
            importance=round(weight.score), confidence=weight.confidence, reason="; ".join(weight.reasons)
        ),
        labels=tuple(
            SuggestedLabel(label=each.label, confidence=each.confidence, existing=each.existing, reason=each.reason)
            for each in voted
            if each.label.casefold() not in had
        ),
    )


def _question(batch: Sequence[MemoryBase], in_use: Mapping[str, int]) -> Ask[Judgements]:
    names = [f"m{number}" for number in range(1, len(batch) + 1)]
    most = sorted(in_use, key=lambda each: (-in_use[each], each))[:_LABELS_SHOWN]
    shown = [
        Material(f"{memory.kind.capitalize()}: {memory.title}", judgement.excerpt(memory, "", _SHOWN), name)
        for name, memory in zip(names, batch, strict=True)
    ]
    first = [Material("Labels in use", "\n".join(most))] if most else []
    return Ask(FILING, f"Judge each of the memories {', '.join(names)}.", (*first, *shown))


def _by_id(answer: Judgements, batch: Sequence[MemoryBase]) -> dict[str, Judgement]:
    """What was judged of each memory that was shown; ids that the model made up are left out."""
    shown = {f"m{number}": memory.id for number, memory in enumerate(batch, 1)}
    return {shown[each.id]: each for each in reversed(answer.memories) if each.id in shown}


def _of_model(memory: MemoryBase, judged: Judgement, in_use: Mapping[str, int], model: str) -> Suggestion:
    chosen = {each.label: each for each in reversed(judged.labels)}
    shaped = labels.shaped(list(reversed(chosen)), in_use, memory.labels)
    made = {
        label: SuggestedLabel(
            label=label,
            confidence=chosen[said].confidence,
            existing=label in in_use,
            reason=one_line(chosen[said].reason, 300),
        )
        for said, label in shaped.items()
    }
    return Suggestion(
        cited=cite(memory),
        importance=None
        if judged.importance == memory.importance
        else SuggestedImportance(
            importance=judged.importance, confidence=judged.confidence, reason=one_line(judged.reason, 300)
        ),
        labels=tuple(sorted(made.values(), key=lambda each: -each.confidence))[: labels.MOST],
        model=model,
    )


def _both(one: ApprovedSuggestion, other: ApprovedSuggestion) -> ApprovedSuggestion:
    return ApprovedSuggestion(
        id=one.id, importance=other.importance or one.importance, labels=unique([*one.labels, *other.labels])
    )
