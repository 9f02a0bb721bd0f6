"""What clients of Sekha's REST dialect read."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, RootModel


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(_Told):
    """One turn."""

    id: str
    role: str
    content: str
    timestamp: datetime


class Talk(_Told):
    """A conversation without what was said."""

    id: str
    conversation_id: str
    label: str
    folder: str
    status: Literal["active", "pinned", "archived"]
    message_count: int
    created_at: datetime


class TalkWhole(Talk):
    """A conversation and what was said."""

    messages: tuple[Turn, ...]


class Result(_Told):
    """A conversation that answers."""

    conversation_id: str
    id: str
    message_id: str
    score: float
    relevance_score: float
    content: str
    matched_content: str
    label: str
    folder: str
    timestamp: datetime
    metadata: dict[str, Any]


class Results(_Told):
    """A page of the conversations that answer."""

    results: tuple[Result, ...]
    total: int
    page: int
    page_size: int


class ListedResult(Result):
    """A conversation in a list, for clients that read results there."""

    status: Literal["active", "pinned", "archived"]
    message_count: int
    created_at: datetime


class Listed(_Told):
    """A page of conversations."""

    results: tuple[ListedResult, ...]
    conversations: tuple[Talk, ...]
    total: int
    page: int
    page_size: int


class WordResults(_Told):
    """The conversations that answer, best first."""

    results: tuple[Result, ...]
    total: int


class Count(_Told):
    """How many conversations there are."""

    count: int
    label: str | None
    folder: str | None


class Done(_Told):
    """What was done to a conversation."""

    success: bool
    id: str
    updated: tuple[str, ...]


class ContextMessage(_Told):
    """A turn that a context holds."""

    role: str
    content: str
    metadata: dict[str, Any] = {}


class ContextPart(_Told):
    """A conversation that a context holds."""

    id: str
    conversation_id: str
    label: str
    folder: str
    score: float
    messages: tuple[ContextMessage, ...]


class Context(_Told):
    """What fits into a budget of tokens."""

    context: tuple[ContextPart, ...]
    conversations_included: int
    conversations_used: int
    total_tokens: int
    token_count: int
    context_budget: int


class TalkSummary(_Told):
    """What a conversation came to."""

    conversation_id: str
    level: str
    summary: str
    generated_at: datetime
    model: str
    tokens_used: int


class PruneSuggestion(_Told):
    """A conversation that may be archived."""

    id: str
    conversation_id: str
    conversation_label: str
    last_accessed: datetime
    message_count: int
    token_estimate: int
    importance_score: float
    preview: str
    recommendation: Literal["archive"]
    reason: str


class PruneSuggestions(_Told):
    """The conversations that may be archived; nothing has happened to them."""

    suggestions: tuple[PruneSuggestion, ...]
    total: int


class BareSuggestions(RootModel[tuple[PruneSuggestion, ...]]):
    """The conversations that may be archived, alone."""


class Pruned(_Told):
    """What was archived."""

    success: bool
    archived: int
    ids: tuple[str, ...]
    message: str


class LabelSuggestion(_Told):
    """A label that a conversation may have."""

    label: str
    confidence: float
    is_existing: bool
    reason: str


class LabelSuggestions(_Told):
    """Labels that a conversation may have, the likeliest first."""

    conversation_id: str
    suggestions: tuple[LabelSuggestion, ...]


class BareLabels(RootModel[tuple[LabelSuggestion, ...]]):
    """Labels that a conversation may have, alone, the likeliest first."""


class Score(_Told):
    """How much a message matters, from 1 to 10."""

    message_id: str
    score: float
    reasoning: str
    model: str


class Rebuilt(_Told):
    """What became of the search index."""

    success: bool
    message: str
    estimated_completion_seconds: int


class ExportedText(_Told):
    """An export, as those get it who ask for JSON; who asks for the text's own media type gets the text."""

    format: Literal["markdown", "json"]
    content: str


class Stats(_Told):
    """How much is remembered."""

    total_conversations: int
    total_memories: int
    kinds: dict[str, int]
    labels: dict[str, int]
