"""Sekha's REST dialect over our conversations: kept, filed, found, put into a context.

Its clients work as they are; `http_upkeep` has the rest of the dialect.
"""

from typing import Any

from whence import engine
from whence.engine import Project
from whence.faces.dialects.sekha import requests, responses
from whence.faces.http.actions import Action, Call, decorator
from whence.values.protocol import Filter

KIND = "conversation"
DEFAULT_BUDGET = 4000
"""Tokens of a context whose request names no budget."""

ACTIONS: list[Action] = []
"""The routes, in the order in which they are tried."""

on = decorator(ACTIONS)


def _folder(name: str) -> str:
    return "/".join(part.strip() for part in name.split("/") if part.strip())


def chosen(filters: requests.Filters, labels: tuple[str, ...] = ()) -> Filter:
    """Which conversations the filters let pass."""
    named = tuple(each.strip() for each in (*filters.labels, *labels) if each.strip())
    return Filter(
        kinds=(KIND,),
        states=(filters.label.strip(),) if filters.label.strip() else (),
        labels=named,
        folder=_folder(filters.folder),
        session=filters.session,
        min_importance=filters.min_importance,
        since=filters.since,
        until=filters.until,
        archived=filters.archived is True,
    )


def label_of(talk: Any) -> str:
    """The one label that the dialect knows: the first."""
    return talk.labels[0] if talk.labels else ""


def facts(talk: Any) -> dict[str, Any]:
    """What the dialect tells of a conversation, without what was said."""
    return {
        "id": talk.id,
        "conversation_id": talk.id,
        "label": label_of(talk),
        "folder": talk.folder,
        "status": "archived" if talk.archived else "pinned" if talk.pinned else "active",
        "message_count": len(talk.messages),
        "created_at": talk.created_at,
    }


def _result(talk: Any, snippet: str, score: float) -> responses.Result:
    """A conversation as a search tells it: the turn that matched best, and the piece of it that did."""
    said = [f"{each.name or each.role}: {each.content}" for each in talk.messages]
    piece = " ".join(snippet.split())
    number = next((at for at, text in enumerate(said) if piece and piece in " ".join(text.split())), None)
    if number is None:
        words = set(piece.lower().split())
        number = max(range(len(said)), key=lambda at: (len(words & set(said[at].lower().split())), -at))
    return responses.Result(
        conversation_id=talk.id,
        id=talk.id,
        message_id=f"{talk.id}.{number}",
        score=score,
        relevance_score=score,
        content=talk.messages[number].content,
        matched_content=snippet or talk.messages[number].content,
        label=label_of(talk),
        folder=talk.folder,
        timestamp=talk.messages[number].at or talk.created_at,
        metadata=talk.metadata,
    )


# ---------------------------------------------------------------- conversations


@on("POST", "/conversations", body=requests.ConversationIn, result=responses.Talk, status=201)
def _create(project: Project, call: Call) -> responses.Talk:
    """Keep a conversation."""
    given: requests.ConversationIn = call.body
    attached = {str(at): each.metadata for at, each in enumerate(given.messages) if each.metadata}
    kept = engine.notes.remember(
        project,
        {
            "kind": KIND,
            "labels": (given.label.strip(),) if given.label.strip() else (),
            "title": given.label.strip(),
            "folder": _folder(given.folder),
            "importance": given.importance,
            "messages": [{"role": each.role, "content": each.content} for each in given.messages],
            "metadata": {**given.metadata, **({"messages": attached} if attached else {})},
            "origin": "api",
        },
    )
    return responses.Talk(**facts(engine.turns.conversation(project, kept.ids[0])))


@on("GET", "/conversations/{id}", result=responses.TalkWhole)
def _get(project: Project, call: Call) -> responses.TalkWhole:
    """Show a conversation with all that was said."""
    talk = engine.turns.conversation(project, call.path["id"])
    messages = tuple(
        responses.Turn(id=f"{talk.id}.{at}", role=each.role, content=each.content, timestamp=each.at or talk.created_at)
        for at, each in enumerate(talk.messages)
    )
    return responses.TalkWhole(**facts(talk), messages=messages)


@on("GET", "/conversations", query=requests.ListQuery, result=responses.Listed)
def _list(project: Project, call: Call) -> responses.Listed:
    """List conversations, the newest first."""
    asked: requests.ListQuery = call.query
    found = engine.turns.browse(
        project,
        chosen(requests.Filters(label=asked.label, folder=asked.folder)),
        pinned=asked.pinned,
        put_away=asked.archived is True,
        offset=(asked.page - 1) * asked.page_size,
        limit=asked.page_size,
    )
    talks = [each.memory for each in found.found]
    return responses.Listed(
        results=tuple(
            responses.ListedResult(**{**_result(memory, "", 0.0).model_dump(), **facts(memory)}) for memory in talks
        ),
        conversations=tuple(responses.Talk(**facts(memory)) for memory in talks),
        total=found.total,
        page=asked.page,
        page_size=asked.page_size,
    )


@on("GET", "/conversations/count", query=requests.CountQuery, result=responses.Count)
def _count(project: Project, call: Call) -> responses.Count:
    """Count conversations."""
    asked: requests.CountQuery = call.query
    total = engine.turns.browse(
        project, chosen(requests.Filters(label=asked.label, folder=asked.folder)), limit=0
    ).total
    return responses.Count(count=total, label=asked.label or None, folder=asked.folder or None)


def _done(id: str, *updated: str) -> responses.Done:
    return responses.Done(success=True, id=id, updated=updated)


@on("PUT", "/conversations/{id}/label", body=requests.LabelIn, result=responses.Done)
def _relabel(project: Project, call: Call) -> responses.Done:
    """Give a conversation another label."""
    id = call.path["id"]
    engine.turns.relabel(project, id, call.body.label)
    if call.body.folder is None:
        return _done(id, "label")
    engine.lifecycle.organize(project, (id,), folder=call.body.folder)
    return _done(id, "label", "folder")


@on("PUT", "/conversations/{id}/folder", body=requests.FolderIn, result=responses.Done)
def _refile(project: Project, call: Call) -> responses.Done:
    """Put a conversation into another folder; its label stays."""
    id = engine.turns.conversation(project, call.path["id"]).id
    engine.lifecycle.organize(project, (id,), folder=call.body.folder)
    return _done(id, "folder")


def _mark(verb: str, **change: bool) -> None:
    @on("PUT", f"/conversations/{{id}}/{verb}", f"{verb.capitalize()} a conversation.", result=responses.Done)
    def mark(project: Project, call: Call) -> responses.Done:
        id = engine.turns.conversation(project, call.path["id"]).id
        engine.lifecycle.organize(project, (id,), pinned=change.get("pinned"), archived=change.get("archived"))
        return _done(id, *change)


_mark("pin", pinned=True)
_mark("unpin", pinned=False)
_mark("archive", archived=True)
_mark("unarchive", archived=False)


@on("PUT", "/conversations/{id}/status", body=requests.StatusIn, result=responses.Done)
def _status(project: Project, call: Call) -> responses.Done:
    """Pin or archive a conversation, or neither, as the published Python client asks."""
    id, status = engine.turns.conversation(project, call.path["id"]).id, call.body.status
    engine.lifecycle.organize(project, (id,), pinned=status == "pinned", archived=status == "archived")
    return _done(id, status)


@on("DELETE", "/conversations/{id}", result=responses.Done)
def _delete(project: Project, call: Call) -> responses.Done:
    """Move a conversation to the bin."""
    id = engine.turns.conversation(project, call.path["id"]).id
    engine.notes.forget(project, (id,))
    return _done(id, "deleted")


# ---------------------------------------------------------------- search


@on("POST", "/query/smart", body=requests.QueryIn, result=responses.Results, tag="search")
@on("POST", "/query", body=requests.QueryIn, result=responses.Results, tag="search")
def _query(project: Project, call: Call) -> responses.Results:
    """Find conversations by words and by meaning."""
    asked: requests.QueryIn = call.body
    found = engine.turns.browse(
        project,
        chosen(asked.filters),
        query=asked.query,
        pinned=asked.filters.pinned,
        put_away=asked.filters.archived is True,
        offset=asked.offset,
        limit=asked.limit,
    )
    return responses.Results(
        results=tuple(_result(each.memory, each.snippet, each.score) for each in found.found),
        total=found.total,
        page=asked.offset // asked.limit + 1,
        page_size=asked.limit,
    )


@on("POST", "/search/fts", body=requests.WordsIn, result=responses.WordResults, tag="search")
def _words(project: Project, call: Call) -> responses.WordResults:
    """Find conversations by words alone; any punctuation will do."""
    if not call.body.query.strip():
        return responses.WordResults(results=(), total=0)
    found = engine.turns.browse(
        project, Filter(kinds=(KIND,)), query=call.body.query, words_only=True, limit=call.body.limit
    )
    results = tuple(_result(each.memory, each.snippet, each.score) for each in found.found)
    return responses.WordResults(results=results, total=found.total)


@on("POST", "/context/assemble", body=requests.ContextIn, result=responses.Context, tag="search")
def _context(project: Project, call: Call) -> Any:
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
        chosen(asked.filters, asked.labels),
        budget,
        weights,
        preferred=asked.preferred_labels or (),
        without=tuple(folder for each in asked.excluded_folders if (folder := _folder(each))),
    )
    parts = [
        responses.ContextPart(
            id=excerpt.conversation.id,
            conversation_id=excerpt.conversation.id,
            label=label_of(excerpt.conversation),
            folder=excerpt.conversation.folder,
            score=round(excerpt.score, 4),
            messages=tuple(_said(excerpt.conversation, at, content) for at, content in excerpt.turns),
        )
        for excerpt in excerpts
    ]
    if asked.preferred_labels is not None:
        return [message.model_dump(mode="json") for part in parts for message in part.messages]
    tokens = sum(excerpt.tokens for excerpt in excerpts)
    return responses.Context(
        context=tuple(parts),
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
        "folder": talk.folder,
        "timestamp": (turn.at or talk.created_at).isoformat(),
    }
    return responses.ContextMessage(role=turn.role, content=content, metadata={"citation": citation})
