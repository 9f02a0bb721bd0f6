"""What is suggested for filing memories: how important they are, and which labels fit."""

from pydantic import Field

from whence.values.base import Value, Words
from whence.values.reports import Cited


class SuggestedLabel(Value):
    """A label that a memory may want."""

    label: str
    """The label."""

    confidence: float = Field(ge=0, le=1)
    """How sure it is, from 0 to 1."""

    existing: bool
    """Whether other memories have it."""

    reason: str
    """Why, as a clause."""


class SuggestedImportance(Value):
    """How important a memory may be."""

    importance: int = Field(ge=1, le=10)
    """From 1 (a trifle) to 10 (never forget)."""

    confidence: float = Field(ge=0, le=1)
    """How sure it is, from 0 to 1."""

    reason: str
    """Why, as a clause."""


class Suggestion(Value):
    """What is suggested for one memory; nothing has happened to it."""

    cited: Cited
    """The memory."""

    importance: SuggestedImportance | None = None
    """How important it may be; None where it is so already."""

    labels: tuple[SuggestedLabel, ...] = ()
    """Labels that it may want besides its own, the likeliest first."""

    model: str = ""
    """The model that suggests it; empty where rules and the labels of its neighbours do."""


class Suggestions(Value):
    """What is suggested for filing memories."""

    suggestions: tuple[Suggestion, ...] = ()
    """By memory, in the order asked for, or the newest first; those that are well filed are not among them."""

    looked_at: int = 0
    """How many memories were looked at."""

    markdown: str = ""
    """The same as a page; empty where there is nothing to suggest."""

    note: str = ""
    """What to know about it, as a sentence."""

    model: str = ""
    """The model that answered; empty where none did."""


class ApprovedSuggestion(Value):
    """What of a suggestion is to be applied."""

    id: str
    """The memory."""

    importance: int | None = Field(default=None, ge=1, le=10)
    """The importance to give it; None to leave it as it is."""

    labels: Words = ()
    """Labels to add to those that it has."""
