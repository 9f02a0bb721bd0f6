"""What clients of Sekha's REST dialect send."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

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
