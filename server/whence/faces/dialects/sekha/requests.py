"""What clients of Sekha's REST dialect send.

A field has the names that any of the clients gives it, in snake case and in camel case. A field that is not known is
kept aside, and the answer's `Warning` header names it: clients of other versions go on working, and whoever wrote one
hears that it counts for nothing. An unknown filter is refused, since what it should have kept out would come through.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_snake

from whence.faces.http.shapes import Moment, Query, Short


def _part(part: object) -> str:
    """A part of a message as text; a picture is named, so that its place in what was said is not lost."""
    match part:
        case {"text": str(text)}:
            return text
        case {"image_url": {"url": str(url)}} | {"image_url": str(url)}:
            return f"[picture: {url}]" if url.startswith(("http://", "https://")) else "[picture]"
    return ""


def _text(value: object) -> object:
    """A message's text where it comes in parts: those, one below the other."""
    return "\n".join(filter(None, map(_part, value))) if isinstance(value, list) else value


def _whole(value: object) -> object:
    """An importance, which the published clients give as a float, to the nearest whole number."""
    if isinstance(value, bool):
        raise ValueError("a number from 1 to 10 is wanted")  # noqa: TRY004 - what pydantic tells as a wrong value
    return int(value + 0.5) if isinstance(value, float) and 0 < value < 11 else value


Importance = Annotated[
    int,
    BeforeValidator(_whole),
    Field(ge=1, le=10, validation_alias=AliasChoices("importance", "importance_score")),
]


def _closed(schema: dict[str, Any]) -> None:
    """What is told of a shape is what counts; that more is listened to is no promise."""
    schema.pop("additionalProperties", None)


class _Asked(BaseModel):
    """What is not known is kept aside to be told; `null` means not said."""

    model_config = ConfigDict(frozen=True, extra="allow", json_schema_extra=_closed)

    @model_validator(mode="before")
    @classmethod
    def _said(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        names = _names(cls)
        said = {key: each for key, each in values.items() if each is not None}
        return {_known(key, names, said): each for key, each in said.items()}


def _names(model: type[BaseModel]) -> set[str]:
    """Every name that a field of the model may be called by."""
    found = set(model.model_fields)
    for field in model.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices):
            found |= {each for each in field.validation_alias.choices if isinstance(each, str)}
    return found


def _known(key: object, names: set[str], said: dict[object, object]) -> object:
    """A name in the case that the model has it in, where it has it."""
    if not isinstance(key, str) or key in names or not key[:100].isidentifier():
        return key
    snake = to_snake(key)
    return snake if snake in names and snake not in said else key


class MessageIn(_Asked):
    """One turn."""

    role: Literal["user", "assistant", "system", "tool"]
    content: Annotated[str, BeforeValidator(_text), Field(min_length=1, pattern=r"\S")]
    timestamp: Moment | None = None
    metadata: dict[str, Any] = {}


class ConversationIn(_Asked):
    """A conversation to keep."""

    label: Short = ""
    folder: Short = ""
    messages: Annotated[tuple[MessageIn, ...], Field(min_length=1, max_length=10_000)]
    importance: Importance = 5
    metadata: dict[str, Any] = {}


Status = Literal["active", "pinned", "archived"]


class ConversationChange(_Asked):
    """What is to be another of a conversation; the rest stays."""

    label: Annotated[str, Field(min_length=1, max_length=500, pattern=r"\S")] | None = None
    folder: Short | None = None
    importance: Annotated[
        int | None,
        BeforeValidator(_whole),
        Field(ge=1, le=10, validation_alias=AliasChoices("importance", "importance_score")),
    ] = None
    status: Status | None = None


class ListQuery(_Asked):
    """Which conversations to list: by pages, or from an offset."""

    label: Short = ""
    folder: Short = ""
    status: Status | None = None
    pinned: bool | None = None
    archived: bool | None = None
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=200, validation_alias=AliasChoices("page_size", "limit"))] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


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


class _Which(_Asked):
    """Which conversations may answer."""

    label: Short = ""
    labels: Annotated[
        tuple[Short, ...], Field(max_length=100, validation_alias=AliasChoices("labels", "filter_labels"))
    ] = ()
    folder: Short = ""
    session: Short = ""
    since: Annotated[Moment | None, Field(validation_alias=AliasChoices("since", "start_date"))] = None
    until: Annotated[Moment | None, Field(validation_alias=AliasChoices("until", "end_date"))] = None
    min_importance: Annotated[int, Field(ge=1, le=10)] = 1
    pinned: bool | None = None
    archived: bool | None = None


class Filters(_Which):
    """Which conversations may answer. A filter that is not known is refused, never passed over."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=None)


class Narrowed(_Which):
    """What may be narrowed down: by `filters`, or by the same words beside them."""

    filters: Filters = Filters()

    @model_validator(mode="after")
    def _once(self) -> Self:
        if twice := self.model_fields_set & self.filters.model_fields_set:
            raise ValueError(f"{min(twice)} stands in the filters and beside them")
        return self

    def narrowed(self) -> Filters:
        """All filters, wherever they stand."""
        beside = {name: getattr(self, name) for name in Filters.model_fields if name in self.model_fields_set}
        return self.filters.model_copy(update=beside)


class QueryIn(Narrowed):
    """What to look for."""

    query: Query
    limit: Annotated[int, Field(ge=1, le=1000)] = 10
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class SmartQueryIn(QueryIn):
    """What to look for, and how many tokens of it to put into a text besides."""

    token_budget: Annotated[
        int | None, Field(ge=1, le=200_000, validation_alias=AliasChoices("token_budget", "context_budget"))
    ] = None


class WordsIn(Narrowed):
    """Words to look for; punctuation means nothing."""

    query: Query
    limit: Annotated[int, Field(ge=1, le=1000)] = 10


class ContextIn(Narrowed):
    """What a context is for, in the words of the guide, of the SDK page, or of the published controller."""

    query: Query
    context_budget: Annotated[int, Field(ge=1, le=200_000)] | None = None
    token_budget: Annotated[int, Field(ge=1, le=200_000)] | None = None
    recency_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    relevance_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    importance_weight: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] | None = None
    preferred_labels: Annotated[tuple[Short, ...], Field(max_length=100)] | None = None
    excluded_folders: Annotated[tuple[Short, ...], Field(max_length=100)] = ()


class StatusIn(_Asked):
    """Another state: pinned and archived are one and the same thing's, as that client sees it."""

    status: Status


class LevelQuery(_Asked):
    """How far back to sum up."""

    level: Literal["daily", "weekly", "monthly"] = "daily"


class SummarizeIn(_Asked):
    """What to sum up."""

    conversation_id: Short
    level: Literal["daily", "weekly", "monthly"] = "daily"


class PruneIn(_Asked):
    """How long a conversation must not have been used, in days, and how little it may matter."""

    threshold_days: Annotated[int, Field(ge=0, le=36_500)] = 90
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


class ExportIn(Narrowed):
    """What to export, and how."""

    format: Literal["markdown", "json"] = "markdown"
