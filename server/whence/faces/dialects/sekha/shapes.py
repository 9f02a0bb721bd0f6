"""The words of Sekha's REST dialect: what its clients send, and what they read."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, model_validator

from whence.faces.http.shapes import Moment, Query, Short


def _text(value: object) -> object:
    """A message's text where it comes in parts: their texts, one below the other."""
    if not isinstance(value, list):
        return value
    parts = [each.get("text") for each in value if isinstance(each, dict)]
    return "\n".join(each for each in parts if isinstance(each, str))


class _Asked(BaseModel):
    """What clients of another version say besides is passed over; `null` means not said."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _said(cls, values: object) -> object:
        return {key: each for key, each in values.items() if each is not None} if isinstance(values, dict) else values


class MessageIn(_Asked):
    """One turn."""

    role: Literal["user", "assistant", "system", "tool"]
    content: Annotated[str, BeforeValidator(_text), Field(min_length=1, pattern=r"\S")]
    metadata: dict[str, Any] = {}


class ConversationIn(_Asked):
    """A conversation to keep."""

    label: Short = ""
    folder: Short = ""
    messages: Annotated[tuple[MessageIn, ...], Field(min_length=1, max_length=10_000)]
    importance: Annotated[int, Field(ge=1, le=10)] = 5
    metadata: dict[str, Any] = {}


class ListQuery(_Asked):
    """Which conversations to list."""

    label: Short = ""
    folder: Short = ""
    pinned: bool | None = None
    archived: bool | None = None
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=200)] = 50


class CountQuery(_Asked):
    """Which conversations to count."""

    label: Short = ""
    folder: Short = ""


class LabelIn(_Asked):
    """Another label, and another folder where one is said."""

    label: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")]
    folder: Short | None = None


class FolderIn(_Asked):
    """Another folder."""

    folder: Short


class Filters(_Asked):
    """Which conversations may answer. A filter that is not known is refused, never passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Short = ""
    labels: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    folder: Short = ""
    session: Short = ""
    since: Moment | None = None
    until: Moment | None = None
    min_importance: Annotated[int, Field(ge=1, le=10)] = 1
    pinned: bool | None = None
    archived: bool | None = None


class QueryIn(_Asked):
    """What to look for."""

    query: Query
    limit: Annotated[int, Field(ge=1, le=1000)] = 10
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    filters: Filters = Filters()


class WordsIn(_Asked):
    """Words to look for; punctuation means nothing."""

    query: Query
    limit: Annotated[int, Field(ge=1, le=1000)] = 10


class ContextIn(_Asked):
    """What a context is for, in the words of the guide, of the SDK page, or of the published controller."""

    query: Query
    context_budget: Annotated[int, Field(ge=1, le=200_000)] | None = None
    token_budget: Annotated[int, Field(ge=1, le=200_000)] | None = None
    recency_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    relevance_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    importance_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    labels: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    preferred_labels: Annotated[tuple[Short, ...], Field(max_length=100)] | None = None
    excluded_folders: Annotated[tuple[Short, ...], Field(max_length=100)] = ()
    filters: Filters = Filters()


class StatusIn(_Asked):
    """Another state: pinned and archived are one and the same thing's, as that client sees it."""

    status: Literal["active", "pinned", "archived"]


class LevelQuery(_Asked):
    """How far back to sum up."""

    level: Literal["daily", "weekly", "monthly"] = "daily"


class SummarizeIn(_Asked):
    """What to sum up."""

    conversation_id: Short
    level: Literal["daily", "weekly", "monthly"] = "daily"


class PruneIn(_Asked):
    """How long a conversation must not have been used, in days."""

    threshold_days: Annotated[int, Field(ge=0, le=36_500)] = 90


class PruneQuery(PruneIn):
    """How long a conversation must not have been used, in days, and how little it may matter."""

    importance_threshold: Annotated[float, Field(ge=0, le=10, allow_inf_nan=False)] = 10


class PruneExecuteIn(_Asked):
    """What to archive."""

    conversation_ids: Annotated[tuple[Short, ...], Field(min_length=1, max_length=10_000)]


class ConversationId(_Asked):
    """A conversation."""

    conversation_id: Short


class MessageId(_Asked):
    """A message, as results name it."""

    message_id: Short


class Nothing(_Asked):
    """No words are needed."""


class ExportQuery(_Asked):
    """What to export, and how."""

    format: Literal["markdown", "json"] = "markdown"
    label: Short = ""
    folder: Short = ""


class ExportIn(ExportQuery):
    """What to export, and how."""

    filters: Filters = Filters()


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
