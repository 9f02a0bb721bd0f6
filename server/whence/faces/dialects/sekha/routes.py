"""Sekha's REST dialect over our conversations: kept, listed, filed.

Its clients work as they are; `search`, `upkeep` and `tools` have the rest of the dialect.
"""

from collections.abc import Iterable
from typing import Any

from whence import engine
from whence.engine import Project
from whence.faces.dialects.sekha import requests, responses
from whence.faces.http.actions import Action, Call, decorator
from whence.values.protocol import Filter

KIND = "conversation"

SPELLED = "folder_as_given"
"""Key of the metadata that holds a folder as a client wrote it, `/team/api` or `team/api/`: it reads that back."""

_LEVELS = ("/", ":")
"""What stands between a label and those below it: `Work` is over `Work/Alpha` and `Work:Beta`."""

ACTIONS: list[Action] = []
"""The routes, in the order in which they are tried."""

on = decorator(ACTIONS)


def bare_folder(name: str) -> str:
    """A folder as memory files it: without slashes at its ends."""
    return "/".join(part.strip() for part in name.split("/") if part.strip())


def folder_of(talk: Any) -> str:
    """The folder of a conversation, as it was given if it is in that one still."""
    given = talk.metadata.get(SPELLED)
    return given if isinstance(given, str) and bare_folder(given) == talk.folder else str(talk.folder)


def attached(talk: Any) -> dict[str, Any]:
    """What a client attached to a conversation."""
    return {name: each for name, each in talk.metadata.items() if name != SPELLED}


def _spelled(metadata: dict[str, Any], folder: str) -> dict[str, Any]:
    kept = {name: each for name, each in metadata.items() if name != SPELLED}
    return kept if bare_folder(folder) == folder else {**kept, SPELLED: folder}


def refile(project: Project, id: str, folder: str) -> None:
    """Put a conversation into another folder, and keep how that was written.

    Raises:
        NotFound: there is no such conversation.
    """
    talk = engine.turns.conversation(project, id)
    engine.notes.update(project, id, {"folder": bare_folder(folder), "metadata": _spelled(talk.metadata, folder)})


def labels_below(project: Project, names: Iterable[str]) -> tuple[str, ...]:
    """Labels, each with those in use below it."""
    wanted = [each.strip() for each in names if each.strip()]
    if not wanted:
        return ()
    in_use = [each.label for each in engine.conversations.labels_in_use(project, (KIND,)).labels]
    under = [
        each for each in in_use if each.startswith(tuple(f"{name}{level}" for name in wanted for level in _LEVELS))
    ]
    return tuple(dict.fromkeys((*wanted, *under)))


def chosen(project: Project, filters: requests.Filters) -> Filter:
    """Which conversations the filters let pass."""
    return Filter(
        kinds=(KIND,),
        states=labels_below(project, (filters.label,)),
        labels=labels_below(project, filters.labels),
        folder=bare_folder(filters.folder),
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
        "folder": folder_of(talk),
        "status": "archived" if talk.archived else "pinned" if talk.pinned else "active",
        "archived": talk.archived,
        "importance_score": float(talk.importance),
        "message_count": len(talk.messages),
        "created_at": talk.created_at,
        "updated_at": talk.updated_at,
        "metadata": attached(talk),
    }


def result(talk: Any, snippet: str, score: float) -> responses.Result:
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
        folder=folder_of(talk),
        timestamp=talk.messages[number].at or talk.created_at,
        created_at=talk.created_at,
        metadata=attached(talk),
    )


# ---------------------------------------------------------------- conversations


@on("POST", "/conversations", body=requests.ConversationIn, result=responses.Talk, status=201)
def _create(project: Project, call: Call) -> responses.Talk:
    """Keep a conversation."""
    return responses.Talk(**facts(kept(project, call.body)))


def kept(project: Project, given: requests.ConversationIn) -> Any:
    """A conversation, once it is kept."""
    noted = {str(at): each.metadata for at, each in enumerate(given.messages) if each.metadata}
    done = engine.notes.remember(
        project,
        {
            "kind": KIND,
            "labels": (given.label.strip(),) if given.label.strip() else (),
            "title": given.label.strip(),
            "folder": bare_folder(given.folder),
            "importance": given.importance,
            "messages": [{"role": each.role, "content": each.content, "at": each.timestamp} for each in given.messages],
            "metadata": _spelled({**given.metadata, **({"messages": noted} if noted else {})}, given.folder),
            "origin": "api",
        },
    )
    return engine.turns.conversation(project, done.ids[0])


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
    offset = (asked.page - 1) * asked.page_size if asked.offset is None else asked.offset
    pinned = asked.pinned if asked.status in (None, "archived") else asked.status == "pinned"
    found = engine.turns.browse(
        project,
        chosen(project, requests.Filters(label=asked.label, folder=asked.folder)),
        pinned=pinned,
        put_away=asked.archived is True or asked.status == "archived",
        offset=offset,
        limit=asked.page_size,
    )
    talks = [each.memory for each in found.found]
    return responses.Listed(
        query="",
        results=tuple(
            responses.ListedResult(**{**result(memory, "", 0.0).model_dump(), **facts(memory)}) for memory in talks
        ),
        conversations=tuple(responses.Talk(**facts(memory)) for memory in talks),
        total=found.total,
        page=offset // asked.page_size + 1,
        page_size=asked.page_size,
    )


@on("GET", "/conversations/count", query=requests.CountQuery, result=responses.Count)
def _count(project: Project, call: Call) -> responses.Count:
    """Count conversations."""
    asked: requests.CountQuery = call.query
    total = engine.turns.browse(
        project, chosen(project, requests.Filters(label=asked.label, folder=asked.folder)), limit=0
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
    refile(project, id, call.body.folder)
    return _done(id, "label", "folder")


@on("PUT", "/conversations/{id}/folder", body=requests.FolderIn, result=responses.Done)
def _refile(project: Project, call: Call) -> responses.Done:
    """Put a conversation into another folder; its label stays."""
    refile(project, call.path["id"], call.body.folder)
    return _done(call.path["id"], "folder")


@on("PUT", "/conversations/{id}", body=requests.ConversationChange, result=responses.Talk)
def _change(project: Project, call: Call) -> responses.Talk:
    """Change label, folder, importance or state of a conversation, as the published JavaScript client asks."""
    changed(project, call.path["id"], call.body)
    return responses.Talk(**facts(engine.turns.conversation(project, call.path["id"])))


def changed(project: Project, id: str, asked: requests.ConversationChange) -> tuple[str, ...]:
    """Change what is said of a conversation; the names of what was said.

    Raises:
        NotFound: there is no such conversation.
    """
    id = engine.turns.conversation(project, id).id
    if asked.label is not None:
        engine.turns.relabel(project, id, asked.label)
    if asked.folder is not None:
        refile(project, id, asked.folder)
    if asked.importance is not None:
        engine.lifecycle.organize(project, (id,), importance=asked.importance)
    if asked.status is not None:
        _stand(project, id, asked.status)
    return tuple(name for name in ("label", "folder", "importance", "status") if getattr(asked, name) is not None)


def _stand(project: Project, id: str, status: requests.Status) -> None:
    engine.lifecycle.organize(project, (id,), pinned=status == "pinned", archived=status == "archived")


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
    _stand(project, id, status)
    return _done(id, status)


@on("DELETE", "/conversations/{id}", result=responses.Done)
def _delete(project: Project, call: Call) -> responses.Done:
    """Move a conversation to the bin."""
    id = engine.turns.conversation(project, call.path["id"]).id
    engine.notes.forget(project, (id,))
    return _done(id, "deleted")
