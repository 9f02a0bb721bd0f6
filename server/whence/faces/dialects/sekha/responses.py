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
    archived: bool
    importance_score: float
    message_count: int
    created_at: datetime
    updated_at: datetime
    metadata: dict[str, Any]


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
    created_at: datetime
    metadata: dict[str, Any]


class Results(_Told):
    """A page of the conversations that answer."""

    query: str
    results: tuple[Result, ...]
    total: int
    page: int
    page_size: int


class SmartResults(Results):
    """The same, and what fits of them into a budget of tokens as one text, where a budget was named."""

    formattedContext: str  # noqa: N815 - as the published JavaScript client reads it
    estimatedTokens: int  # noqa: N815 - as the published JavaScript client reads it


class ListedResult(Result):
    """A conversation in a list, for clients that read results there."""

    status: Literal["active", "pinned", "archived"]
    archived: bool
    importance_score: float
    message_count: int
    updated_at: datetime


class Listed(_Told):
    """A page of conversations."""

    query: str
    results: tuple[ListedResult, ...]
    conversations: tuple[Talk, ...]
    total: int
    page: int
    page_size: int


class WordResults(_Told):
    """The conversations that answer, best first."""

    query: str
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
    """What fits into a budget of tokens: by conversation, and turn by turn."""

    context: tuple[ContextPart, ...]
    messages: tuple[ContextMessage, ...]
    conversation_ids: tuple[str, ...]
    labels: tuple[str, ...]
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
    created_at: datetime
    model: str
    tokens_used: int
    token_count: int


class PruneSuggestion(_Told):
    """A conversation that may be archived."""

    id: str
    conversation_id: str
    conversation_label: str
    label: str
    last_accessed: datetime
    days_since_access: int
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
    total_reviewed: int
    recommended_archive: int
    recommended_keep: int


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
    folder: str
    confidence: float
    is_existing: bool
    reason: str
    reasoning: str


class LabelSuggestions(_Told):
    """Labels that a conversation may have, the likeliest first."""

    conversation_id: str
    suggestions: tuple[LabelSuggestion, ...]
    top_suggestion: LabelSuggestion | None


class BareLabels(RootModel[tuple[LabelSuggestion, ...]]):
    """Labels that a conversation may have, alone, the likeliest first."""


class Score(_Told):
    """How much a message matters, from 1 to 10."""

    message_id: str
    score: float
    importance_score: float
    reasoning: str
    model: str


class Rebuilt(_Told):
    """What became of the search index."""

    success: bool
    status: Literal["completed"]
    message: str
    estimated_completion_seconds: int


class ExportedText(_Told):
    """An export, as those get it who ask for JSON; who asks for the text's own media type gets the text."""

    format: Literal["markdown", "json"]
    content: str
    conversation_count: int


class Stats(_Told):
    """How much is remembered."""

    total_conversations: int
    total_memories: int
    kinds: dict[str, int]
    labels: dict[str, int]


class Tool(_Told):
    """A tool that may be called at `/mcp/tools/{name}`."""

    name: str
    description: str
    endpoint: str
    inputSchema: dict[str, Any]  # noqa: N815 - as MCP names it


class Tools(RootModel[tuple[Tool, ...]]):
    """The tools that may be called."""


class ToolAnswer(BaseModel):
    """What a tool answers: its data, which clients read beside `success` too."""

    model_config = ConfigDict(frozen=True, extra="allow")

    success: bool
    data: dict[str, Any]
    error: str | None
