"""Sekha's REST dialect over our conversations: found, and put into a context."""

from typing import Any

from whence import engine
from whence.engine import Project
from whence.faces.dialects.sekha import requests, responses
from whence.faces.dialects.sekha.routes import bare_folder, chosen, folder_of, label_of, labels_below, result
from whence.faces.http.actions import Action, Call, decorator

DEFAULT_BUDGET = 8000
"""Tokens of a context whose request names no budget: the default of the SDK's page."""

ACTIONS: list[Action] = []
"""The routes, in the order in which they are tried."""

on = decorator(ACTIONS)


@on("POST", "/query", body=requests.QueryIn, result=responses.Results, tag="search")
def _query(project: Project, call: Call) -> responses.Results:
    """Find conversations by words and by meaning."""
    return found(project, call.body)


@on("POST", "/search", body=requests.QueryIn, result=responses.Results, tag="search")
def _search(project: Project, call: Call) -> responses.Results:
    """Find conversations by words and by meaning, as the published JavaScript client asks."""
    return found(project, call.body)


@on("POST", "/query/smart", body=requests.SmartQueryIn, result=responses.SmartResults, tag="search")
def _smart(project: Project, call: Call) -> responses.SmartResults:
    """Find conversations by words and by meaning, and put them into a budget of tokens where one is named."""
    asked: requests.SmartQueryIn = call.body
    told = found(project, asked).model_dump()
    if asked.token_budget is None:
        return responses.SmartResults(**told, formattedContext="", estimatedTokens=0)
    filters = chosen(project, asked.narrowed())
    excerpts = engine.turns.excerpts(project, asked.query, filters, asked.token_budget)
    text = "\n\n".join(
        "\n".join((label_of(each.conversation), *(content for _, content in each.turns))) for each in excerpts
    )
    return responses.SmartResults(**told, formattedContext=text, estimatedTokens=sum(each.tokens for each in excerpts))


def found(project: Project, asked: requests.QueryIn) -> responses.Results:
    """A page of the conversations that answer."""
    filters = asked.narrowed()
    page = engine.turns.browse(
        project,
        chosen(project, filters),
        query=asked.query,
        pinned=filters.pinned,
        put_away=filters.archived is True,
        offset=asked.offset,
        limit=asked.limit,
    )
    return responses.Results(
        query=asked.query,
        results=tuple(result(each.memory, each.snippet, each.score) for each in page.found),
        total=page.total,
        page=asked.offset // asked.limit + 1,
        page_size=asked.limit,
    )


@on("POST", "/search/fts", body=requests.WordsIn, result=responses.WordResults, tag="search")
def _words(project: Project, call: Call) -> responses.WordResults:
    """Find conversations by words alone; any punctuation will do."""
    asked: requests.WordsIn = call.body
    if not asked.query.strip():
        return responses.WordResults(query=asked.query, results=(), total=0)
    filters = asked.narrowed()
    page = engine.turns.browse(
        project,
        chosen(project, filters),
        query=asked.query,
        words_only=True,
        pinned=filters.pinned,
        put_away=filters.archived is True,
        limit=asked.limit,
    )
    results = tuple(result(each.memory, each.snippet, each.score) for each in page.found)
    return responses.WordResults(query=asked.query, results=results, total=page.total)


@on("POST", "/context/assemble", body=requests.ContextIn, result=responses.Context, tag="search")
def _context(project: Project, call: Call) -> responses.Context:
    """Put what matters for a task into a budget of tokens."""
    from whence.engine.turns import Weights

    asked: requests.ContextIn = call.body
    budget = asked.context_budget or asked.token_budget or DEFAULT_BUDGET
    usual = Weights()
    weights = Weights(
        relevance=usual.relevance if asked.relevance_weight is None else asked.relevance_weight,
        recency=usual.recency if asked.recency_weight is None else asked.recency_weight,
        importance=usual.importance if asked.importance_weight is None else asked.importance_weight,
    )
    excerpts = engine.turns.excerpts(
        project,
        asked.query,
        chosen(project, asked.narrowed()),
        budget,
        weights,
        preferred=labels_below(project, asked.preferred_labels or ()),
        without=tuple(folder for each in asked.excluded_folders if (folder := bare_folder(each))),
    )
    parts = tuple(
        responses.ContextPart(
            id=excerpt.conversation.id,
            conversation_id=excerpt.conversation.id,
            label=label_of(excerpt.conversation),
            folder=folder_of(excerpt.conversation),
            score=round(excerpt.score, 4),
            messages=tuple(_said(excerpt.conversation, at, content) for at, content in excerpt.turns),
        )
        for excerpt in excerpts
    )
    tokens = sum(excerpt.tokens for excerpt in excerpts)
    return responses.Context(
        context=parts,
        messages=tuple(message for part in parts for message in part.messages),
        conversation_ids=tuple(part.id for part in parts),
        labels=tuple(dict.fromkeys(part.label for part in parts if part.label)),
        conversations_included=len(parts),
        conversations_used=len(parts),
        total_tokens=tokens,
        token_count=tokens,
        context_budget=budget,
    )


def _said(talk: Any, at: int, content: str) -> responses.ContextMessage:
    turn = talk.messages[at]
    citation = {
        "conversation_id": talk.id,
        "message_id": f"{talk.id}.{at}",
        "label": label_of(talk),
        "folder": folder_of(talk),
        "timestamp": (turn.at or talk.created_at).isoformat(),
    }
    return responses.ContextMessage(role=turn.role, content=content, metadata={"citation": citation})
