"""What language models are asked and answer, what that may cost, and what it did cost.

The estimate and the completion are also what the server asks of the editor by itself.
"""

from typing import Literal

from pydantic import Field

from whence.values.base import Time, Value


class PromptMessage(Value):
    """One message of what a language model is asked."""

    role: Literal["system", "user", "assistant"]
    """Who speaks: the instructions, the question, or an answer that shows how."""

    content: str
    """What is said, without secrets and paths of this machine."""


class Picture(Value):
    """A picture that a model is to look at."""

    media_type: Literal["image/png", "image/jpeg", "image/gif", "image/webp"]
    """What it is."""

    data: str
    """Its bytes, in base64."""


class CompletionRequest(Value):
    """Request `whence/complete` of the server: let one of the editor's own language models answer."""

    messages: tuple[PromptMessage, ...]
    """What is asked, in order."""

    pictures: tuple[Picture, ...] = ()
    """What belongs to the last message."""

    answer_tokens: int = Field(ge=1)
    """The most tokens that the answer may take."""


class CompletionAnswer(Value):
    """What the editor's model answered."""

    text: str
    """The whole answer."""

    model: str = ""
    """The model's name, as the editor has it."""

    tokens_in: int | None = Field(default=None, ge=0)
    """Tokens of the question, if the editor counted them."""

    tokens_out: int | None = Field(default=None, ge=0)
    """Tokens of the answer, if the editor counted them."""


class Estimate(Value):
    """What asking a model may cost at most. Request `whence/approve` of the server asks the user about it."""

    operation: str
    """What the answer is for, such as `end_session`."""

    model: str
    """The model to be asked."""

    calls: int = Field(ge=1)
    """How often it is asked, repetitions of answers that cannot be read included."""

    tokens_in: int = Field(ge=0)
    """Tokens that are sent in all of them, by a careful estimate."""

    tokens_out: int = Field(ge=0)
    """The most tokens that it may answer in all of them."""

    usd: float | None = Field(default=None, ge=0)
    """The most that it can cost, in US dollars; None where the price is not known."""

    pictures: int = Field(default=0, ge=0)
    """How many pictures are sent."""

    prompt: str = ""
    """Exactly what would be sent, as Markdown, to be shown before it is."""

    note: str = ""
    """The same as a sentence."""


class Approval(Value):
    """What the user says to an estimate."""

    approved: bool
    """Whether it may be sent."""


class ProviderRequest(Value):
    """A model of a provider is to be asked, and what it is asked with is not installed."""

    model: str
    """The model's name."""


class LedgerEntry(Value):
    """One request to a model, as the ledger keeps it."""

    id: str
    """Names it; sorts by time."""

    at: Time
    """When it was begun."""

    project: str
    """Id of the project that it was for."""

    operation: str
    """What the answer was for."""

    model: str
    """The model that was asked."""

    attempts: int = 1
    """How often the provider was asked, attempts that it turned down included."""

    tokens_in: int = 0
    """Tokens that the provider counted in the question."""

    tokens_out: int = 0
    """Tokens that it counted in the answer."""

    usd: float | None = None
    """What that costs, in US dollars; None where the price is not known."""

    seconds: float = 0.0
    """How long it took."""

    outcome: Literal["answered", "failed", "stopped"] = "answered"
    """`stopped`: by the user."""
