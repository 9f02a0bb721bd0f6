"""Sekha's REST dialect over our conversations: summed up, weighed, labelled, pruned, exported."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from whence import engine
from whence.engine import Project
from whence.faces.dialects.sekha import requests, responses
from whence.faces.dialects.sekha.routes import KIND, chosen, facts, label_of
from whence.faces.http.actions import Action, Call, Streamed, decorator
from whence.values.base import now, one_line

ACTIONS: list[Action] = []
"""The routes, in the order in which they are tried."""

on = decorator(ACTIONS)


# ---------------------------------------------------------------- keeping house


@on("POST", "/summarize", body=requests.SummarizeIn, result=responses.TalkSummary, tag="upkeep")
def _summarize(project: Project, call: Call) -> responses.TalkSummary:
    """Sum up a conversation's last day, week or month."""
    return _summed_up(project, call.body.conversation_id, call.body.level)


@on("POST", "/conversations/{id}/summary", query=requests.LevelQuery, result=responses.TalkSummary, tag="upkeep")
def _summary(project: Project, call: Call) -> responses.TalkSummary:
    """Sum up a conversation, as the published Python client asks."""
    return _summed_up(project, call.path["id"], call.query.level)


def _summed_up(project: Project, id: str, level: Literal["daily", "weekly", "monthly"]) -> responses.TalkSummary:
    said = engine.summaries.conversation_gist(project, id, level)
    return responses.TalkSummary(
        conversation_id=id, level=level, summary=said, generated_at=now(), model="rules", tokens_used=0
    )


@on("POST", "/prune/dry-run", body=requests.PruneIn, result=responses.PruneSuggestions, tag="upkeep", empty_body=True)
def _prune_dry_run(project: Project, call: Call) -> responses.PruneSuggestions:
    """Tell which conversations may be archived, and why."""
    found = _prunable(project, call.body.threshold_days)
    return responses.PruneSuggestions(suggestions=found, total=len(found))


@on("GET", "/prune/suggestions", query=requests.PruneQuery, result=responses.BareSuggestions, tag="upkeep")
def _prune_suggestions(project: Project, call: Call) -> responses.BareSuggestions:
    """Tell which conversations may be archived, as the published Python client asks."""
    found = _prunable(project, call.query.threshold_days)
    return responses.BareSuggestions(
        tuple(each for each in found if each.importance_score <= call.query.importance_threshold)
    )


def _prunable(project: Project, days: int) -> tuple[responses.PruneSuggestion, ...]:
    return tuple(
        responses.PruneSuggestion(
            id=each.conversation.id,
            conversation_id=each.conversation.id,
            conversation_label=label_of(each.conversation),
            last_accessed=each.last,
            message_count=len(each.conversation.messages),
            token_estimate=each.tokens,
            importance_score=float(each.conversation.importance),
            preview=one_line(each.conversation.messages[0].content, 200),
            recommendation="archive",
            reason="; ".join(each.reasons),
        )
        for each in engine.turns.stale_conversations(project, days)
    )


@on("POST", "/prune/execute", body=requests.PruneExecuteIn, result=responses.Pruned, tag="upkeep")
def _prune(project: Project, call: Call) -> responses.Pruned:
    """Archive conversations; pinned ones stay."""
    ids = tuple(engine.turns.conversation(project, each).id for each in call.body.conversation_ids)
    done = engine.lifecycle.prune(project, ids)
    return responses.Pruned(success=True, archived=len(done.ids), ids=done.ids, message=done.note)


@on("POST", "/labels/suggest", body=requests.ConversationId, result=responses.LabelSuggestions, tag="upkeep")
def _suggest_labels(project: Project, call: Call) -> responses.LabelSuggestions:
    """Suggest labels for a conversation."""
    id = call.body.conversation_id
    return responses.LabelSuggestions(conversation_id=id, suggestions=_labels(project, id))


@on("POST", "/conversations/{id}/suggest-labels", result=responses.BareLabels, tag="upkeep")
def _bare_labels(project: Project, call: Call) -> responses.BareLabels:
    """Suggest labels for a conversation, as the published Python client asks."""
    return responses.BareLabels(_labels(project, call.path["id"]))


def _labels(project: Project, id: str) -> tuple[responses.LabelSuggestion, ...]:
    return tuple(
        responses.LabelSuggestion(
            label=each.label, confidence=each.confidence, is_existing=each.existing, reason=each.reason
        )
        for each in engine.suggestions.suggest_labels_for(project, id)
    )


@on("POST", "/messages/score", body=requests.MessageId, result=responses.Score, tag="upkeep")
def _score(project: Project, call: Call) -> responses.Score:
    """Tell how much a message matters, from 1 to 10."""
    return _weighed(project, call.body.message_id)


@on("POST", "/messages/{id}/importance", result=responses.Score, tag="upkeep")
def _importance(project: Project, call: Call) -> responses.Score:
    """Tell how much a message matters, as the published Python client asks."""
    return _weighed(project, call.path["id"])


def _weighed(project: Project, id: str) -> responses.Score:
    found = engine.suggestions.weigh_turn(project, id)
    return responses.Score(
        message_id=id,
        score=found.weight.score,
        reasoning="; ".join(found.weight.reasons),
        model=found.model or "rules",
    )


@on("POST", "/rebuild-embeddings", body=requests.Nothing, result=responses.Rebuilt, tag="upkeep", empty_body=True)
def _rebuild(project: Project, call: Call) -> responses.Rebuilt:
    """Make the search index anew."""
    return responses.Rebuilt(success=True, message=engine.notes.rebuild(project).note, estimated_completion_seconds=0)


@on("GET", "/stats", result=responses.Stats, tag="upkeep")
def _stats(project: Project, call: Call) -> responses.Stats:
    """Tell how much is remembered."""
    status = engine.search.status(project)
    return responses.Stats(
        total_conversations=next((each.count for each in status.kinds if each.kind == KIND), 0),
        total_memories=status.total,
        kinds={each.kind: each.count for each in status.kinds},
        labels={each.label: each.count for each in engine.conversations.labels_in_use(project, (KIND,)).labels},
    )


# ---------------------------------------------------------------- export


@on("GET", "/export", query=requests.ExportQuery, result=responses.ExportedText, tag="upkeep")
def _export_query(project: Project, call: Call) -> Streamed:
    """Export conversations, streamed."""
    return _exported(
        project, call.query.format, requests.Filters(label=call.query.label, folder=call.query.folder), call
    )


@on("POST", "/export", body=requests.ExportIn, result=responses.ExportedText, tag="upkeep", empty_body=True)
def _export_body(project: Project, call: Call) -> Streamed:
    """Export conversations, streamed."""
    asked: requests.ExportIn = call.body
    said = {name: getattr(asked, name) for name in ("label", "folder") if getattr(asked, name)}
    return _exported(project, asked.format, asked.filters.model_copy(update=said), call)


def _exported(project: Project, format: str, filters: requests.Filters, call: Call) -> Streamed:
    """The text itself for who wants that; otherwise JSON whose `content` is the text, as clients expect.

    Archived conversations are exported too where nothing is said of them: a backup is of all.
    """
    talks = (
        each
        for each in engine.turns.each_conversation(
            project, chosen(filters.model_copy(update={"archived": filters.archived is not False}))
        )
        if (filters.pinned is None or each.pinned == filters.pinned) and (not filters.archived or each.archived)
    )
    text = _markdown(talks) if format == "markdown" else _json(talks)
    media = "text/markdown" if format == "markdown" else "application/x-json-text"
    if media in call.accept or "text/plain" in call.accept:
        return Streamed(text, f"{media if media in call.accept else 'text/plain'}; charset=utf-8")
    return Streamed(_enveloped(text, format), "application/json")


def _enveloped(text: Iterator[str], format: str) -> Iterator[str]:
    yield f'{{"format": {json.dumps(format)}, "content": "'
    for piece in text:
        yield json.dumps(piece)[1:-1]
    yield '"}'


def _markdown(talks: Iterator[Any]) -> Iterator[str]:
    yield "# Conversations\n"
    for each in talks:
        filed = f" · {each.folder}" if each.folder else ""
        yield f"\n## {one_line(label_of(each) or each.title, 200)}\n\n{each.created_at:%Y-%m-%d %H:%M}{filed}\n\n"
        yield f"{each.markdown()}\n"


def _json(talks: Iterator[Any]) -> Iterator[str]:
    separator = "["
    for each in talks:
        messages = [{"role": turn.role, "content": turn.content} for turn in each.messages]
        told = {**facts(each), "created_at": each.created_at.isoformat(), "importance": each.importance}
        yield separator + json.dumps({**told, "metadata": each.metadata, "messages": messages}, ensure_ascii=False)
        separator = ",\n"
    yield "]" if separator != "[" else "[]"
