"""What each method of the SDK asks, and what it makes of the answers.

A call is a generator: it gives the request that is to be sent, is told the answer, and returns what the method gives.
So each is written once for clients that wait and for those that are awaited.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, is_dataclass
from typing import Any

from whence.faces.dialects.sekha_sdk.answers import Answer

BUDGET = 8000
"""Tokens of a context whose caller names no budget, as the SDK's page says."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A request to send."""

    route: str
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] | None = None
    parts: Mapping[str, str] = field(default_factory=dict)


Call = Generator[Ask, Any, Any]


def _said(**values: Any) -> dict[str, Any]:
    """What was said, without what was not."""
    return {name: each for name, each in values.items() if each is not None}


def _plain(value: Any) -> Any:
    """A dataclass, a model or a dictionary as a dictionary without what was not said."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    elif hasattr(value, "model_dump"):
        value = value.model_dump(mode="json")
    return _said(**value)


def one(route: str, id: str, body: Mapping[str, Any] | None = None) -> Call:
    """Ask a route of one conversation."""
    return (yield Ask(route, body, parts={"id": id}))


def create(conversation: Any, default_label: str | None) -> Call:
    """Keep a conversation; the answer has its messages, as they were said, besides what the server tells."""
    said = _plain(conversation)
    said["messages"] = [_plain(each) for each in said["messages"]]
    kept = yield Ask("POST /api/v1/conversations", {**_said(label=default_label), **said})
    return Answer({**kept, "messages": [Answer(each) for each in said["messages"]]})


def listed(**chosen: Any) -> Call:
    """List conversations."""
    return (yield Ask("GET /api/v1/conversations", query=_said(**chosen)))


def counted(label: str | None, folder: str | None) -> Call:
    """Count conversations."""
    return (yield Ask("GET /api/v1/conversations/count", query=_said(label=label, folder=folder)))["count"]


def updated(id: str, label: str, folder: str | None) -> Call:
    """Give a conversation another label, and another folder where one is said."""
    return (yield from one("PUT /api/v1/conversations/{id}/label", id, _said(label=label, folder=folder)))


def queried(query: str, **chosen: Any) -> Call:
    """Find conversations."""
    return (yield Ask("POST /api/v1/query", _said(query=query, **chosen)))


def searched(query: str, label: str | None, limit: int) -> Call:
    """Find conversations; only the list of them is given."""
    return (yield Ask("POST /api/v1/query", _said(query=query, label=label, limit=limit)))["results"]


def words(query: str, limit: int) -> Call:
    """Find conversations by words alone."""
    return (yield Ask("POST /api/v1/search/fts", {"query": query, "limit": limit}))


def context(
    query: str,
    labels: Sequence[str] | None,
    token_budget: int | None,
    preferred_labels: Sequence[str] | None,
    excluded_folders: Sequence[str] | None,
) -> Call:
    """Put what matters for a task into a budget of tokens."""
    chosen = _said(labels=labels, preferred_labels=preferred_labels, excluded_folders=excluded_folders)
    budget = BUDGET if token_budget is None else token_budget
    return (yield Ask("POST /api/v1/context/assemble", {"query": query, "token_budget": budget, **chosen}))


def summarized(id: str, level: str) -> Call:
    """Sum up a conversation."""
    return (yield Ask("POST /api/v1/summarize", {"conversation_id": id, "level": level}))


def prunable(threshold_days: int, importance_threshold: float | None) -> Call:
    """Tell which conversations may be archived; only the list of them is given."""
    body = _said(threshold_days=threshold_days, importance_threshold=importance_threshold)
    return (yield Ask("POST /api/v1/prune/dry-run", body))["suggestions"]


def pruned(ids: Sequence[str]) -> Call:
    """Archive conversations."""
    return (yield Ask("POST /api/v1/prune/execute", {"conversation_ids": list(ids)}))


def labels_for(id: str) -> Call:
    """Labels that a conversation may have."""
    return (yield Ask("POST /api/v1/labels/suggest", {"conversation_id": id}))


def auto_labelled(id: str, threshold: float) -> Call:
    """Give a conversation the likeliest label, if it is as likely as that; that label, or None. Its folder stays."""
    for each in (yield from labels_for(id))["suggestions"]:
        if each["confidence"] >= threshold:
            yield from updated(id, each["label"], None)
            return each["label"]
    return None


def scored(id: str) -> Call:
    """Tell how much a message matters."""
    return (yield Ask("POST /api/v1/messages/score", {"message_id": id}))


def exported(label: str | None, folder: str | None, format: str) -> Call:
    """Export conversations as one text."""
    query = _said(label=label, folder=folder, format=format)
    return (yield Ask("GET /api/v1/export", query=query))["content"]
