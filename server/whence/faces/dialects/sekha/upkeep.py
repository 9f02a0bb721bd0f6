"""Sekha's REST dialect over our conversations: summed up, weighed, labelled, pruned, exported."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Literal

from whence import engine
from whence.engine import Project
from whence.faces.dialects.sekha import requests, responses
from whence.faces.dialects.sekha.routes import KIND, chosen, facts, folder_of, label_of
from whence.faces.http.actions import Action, Call, Streamed, decorator
from whence.values.base import now, one_line
from whence.values.protocol import Filter

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
    said, at = engine.summaries.conversation_gist(project, id, level), now()
    return responses.TalkSummary(
        conversation_id=id,
        level=level,
        summary=said,
        generated_at=at,
        created_at=at,
        model="rules",
        tokens_used=0,
        token_count=engine.turns.tokens(project, said),
    )


@on("POST", "/prune/dry-run", body=requests.PruneIn, result=responses.PruneSuggestions, tag="upkeep", empty_body=True)
def _prune_dry_run(project: Project, call: Call) -> responses.PruneSuggestions:
    """Tell which conversations may be archived, and why."""
    found = prunable(project, call.body)
    reviewed = engine.turns.browse(project, Filter(kinds=(KIND,)), limit=0).total
    return responses.PruneSuggestions(
        suggestions=found,
        total=len(found),
        total_reviewed=reviewed,
        recommended_archive=len(found),
        recommended_keep=reviewed - len(found),
    )


@on("GET", "/prune/suggestions", query=requests.PruneIn, result=responses.BareSuggestions, tag="upkeep")
def _prune_suggestions(project: Project, call: Call) -> responses.BareSuggestions:
    """Tell which conversations may be archived, as the published Python client asks."""
    return responses.BareSuggestions(prunable(project, call.query))


def prunable(project: Project, asked: requests.PruneIn) -> tuple[responses.PruneSuggestion, ...]:
    """The conversations that may be archived, the longest unused first."""
    return tuple(
        responses.PruneSuggestion(
            id=each.conversation.id,
            conversation_id=each.conversation.id,
            conversation_label=label_of(each.conversation),
            label=label_of(each.conversation),
            last_accessed=each.last,
            days_since_access=(now() - each.last).days,
            message_count=len(each.conversation.messages),
            token_estimate=each.tokens,
            importance_score=float(each.conversation.importance),
            preview=one_line(each.conversation.messages[0].content, 200),
            recommendation="archive",
            reason="; ".join(each.reasons),
        )
        for each in engine.turns.stale_conversations(
            project, asked.threshold_days, importance=asked.importance_threshold
        )
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
    found = _labels(project, id)
    return responses.LabelSuggestions(conversation_id=id, suggestions=found, top_suggestion=found[0] if found else None)


@on("POST", "/conversations/{id}/suggest-labels", result=responses.BareLabels, tag="upkeep")
def _bare_labels(project: Project, call: Call) -> responses.BareLabels:
    """Suggest labels for a conversation, as the published Python client asks."""
    return responses.BareLabels(_labels(project, call.path["id"]))


def _labels(project: Project, id: str) -> tuple[responses.LabelSuggestion, ...]:
    folder = folder_of(engine.turns.conversation(project, id))
    return tuple(
        responses.LabelSuggestion(
            label=each.label,
            folder=folder,
            confidence=each.confidence,
            is_existing=each.existing,
            reason=each.reason,
            reasoning=each.reason,
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
        importance_score=found.weight.score,
        reasoning="; ".join(found.weight.reasons),
        model=found.model or "rules",
    )


@on("POST", "/rebuild-embeddings", body=requests.Nothing, result=responses.Rebuilt, tag="upkeep", empty_body=True)
def _rebuild(project: Project, call: Call) -> responses.Rebuilt:
    """Make the search index anew."""
    note = engine.notes.rebuild(project).note
    return responses.Rebuilt(success=True, status="completed", message=note, estimated_completion_seconds=0)


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
    return _exported(project, call.body.format, call.body.narrowed(), call)


def _exported(project: Project, format: str, filters: requests.Filters, call: Call) -> Streamed:
    """The text itself for who wants that; otherwise JSON whose `content` is the text, as clients expect.

    Archived conversations are exported too where nothing is said of them: a backup is of all.
    """
    talks = (
        each
        for each in engine.turns.each_conversation(
            project, chosen(project, filters.model_copy(update={"archived": filters.archived is not False}))
        )
        if (filters.pinned is None or each.pinned == filters.pinned) and (not filters.archived or each.archived)
    )
    told = Counter[str]()
    text = _markdown(_counted(talks, told)) if format == "markdown" else _json(_counted(talks, told))
    media = "text/markdown" if format == "markdown" else "application/x-json-text"
    if media in call.accept or "text/plain" in call.accept:
        return Streamed(text, f"{media if media in call.accept else 'text/plain'}; charset=utf-8")
    return Streamed(_enveloped(text, format, told), "application/json")


def _counted(talks: Iterator[Any], told: Counter[str]) -> Iterator[Any]:
    for each in talks:
        told[KIND] += 1
        yield each


def _enveloped(text: Iterator[str], format: str, told: Counter[str]) -> Iterator[str]:
    yield f'{{"format": {json.dumps(format)}, "content": "'
    for piece in text:
        yield json.dumps(piece)[1:-1]
    yield f'", "conversation_count": {told[KIND]}}}'


def _markdown(talks: Iterator[Any]) -> Iterator[str]:
    yield "# Conversations\n"
    for each in talks:
        filed = f" · {folder_of(each)}" if folder_of(each) else ""
        yield f"\n## {one_line(label_of(each) or each.title, 200)}\n\n{each.created_at:%Y-%m-%d %H:%M}{filed}\n\n"
        yield f"{each.markdown()}\n"


def _json(talks: Iterator[Any]) -> Iterator[str]:
    separator = "["
    for each in talks:
        messages = [{"role": turn.role, "content": turn.content} for turn in each.messages]
        moments = {"created_at": each.created_at.isoformat(), "updated_at": each.updated_at.isoformat()}
        told = {**facts(each), **moments, "importance": each.importance}
        yield separator + json.dumps({**told, "messages": messages}, ensure_ascii=False)
        separator = ",\n"
    yield "]" if separator != "[" else "[]"
