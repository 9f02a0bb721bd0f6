"""What the errors of litellm mean, in our own terms.

It knows many providers, whose errors differ; the chains of causes behind them do not.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from whence.values.errors import (
    ContextTooLong,
    MalformedAnswer,
    MissingKey,
    ModelUnavailable,
    ProviderFailed,
    UnknownModel,
)

LONGEST_PAUSE = 60.0
"""The longest pause, in seconds, that a provider may ask for; after a longer one the user is better told."""

_UNREACHED = {
    "ConnectError",
    "ConnectTimeout",
    "ConnectionRefusedError",
    "ConnectionResetError",
    "ReadError",
    "RemoteProtocolError",
    "WriteError",
}
_TOO_SLOW = {"TimeoutError", "APITimeoutError", "ReadTimeout", "WriteTimeout", "PoolTimeout"}


class Fault(NamedTuple):
    """A failure, and what may come after it."""

    error: ModelUnavailable
    """What to tell."""

    passes: bool
    """Whether asking again may help."""

    after: float = 0.0
    """Seconds that the provider wants to be left alone."""


def fault_of(error: Exception, model: str, seconds: float) -> Fault:
    """What an error of litellm means. It knows many providers, whose errors differ; their chains of causes do not."""
    names, status = _names(error), getattr(error, "status_code", None)
    answered = "HTTPStatusError" in names
    if "ContextWindowExceededError" in names or status == 413:
        return Fault(ContextTooLong(f"This is more text than the model {model} takes at once."), False)
    if names & _UNREACHED:
        return Fault(
            ProviderFailed(f"The provider of the model {model} cannot be reached. Check the network and its address."),
            True,
        )
    if names & _TOO_SLOW or status == 408:
        return Fault(
            ProviderFailed(
                f"The model {model} did not answer within {seconds:g} s. Try again, or raise "
                "whence.models.timeoutSeconds."
            ),
            False,
        )
    if "JSONDecodeError" in names or not isinstance(status, int):
        return Fault(MalformedAnswer(f"The provider of the model {model} answered what cannot be read."), False)
    if status in (401, 403):
        return Fault(MissingKey(f"The provider of the model {model} refuses the key. Check it."), False)
    if status == 404:
        return Fault(UnknownModel(f"The provider knows no model {model}. Check its name."), False)
    if status == 429:
        after = _retry_after(error)
        wait = f" It asks to be left alone for {after:.0f} s." if after >= 1 else ""
        busy = ProviderFailed(f"The provider of the model {model} takes no more requests for now (429).{wait}")
        return Fault(busy, after <= LONGEST_PAUSE, after)
    if status >= 500 and answered:
        after = _retry_after(error)
        failed = ProviderFailed(f"The provider of the model {model} failed ({status}). Try again later.")
        return Fault(failed, after <= LONGEST_PAUSE, after)
    if status >= 500:
        return Fault(MalformedAnswer(f"The provider of the model {model} answered what cannot be read."), False)
    return Fault(ProviderFailed(f"The provider of the model {model} turned the request down ({status})."), False)


def _names(error: BaseException) -> set[str]:
    """The names of the classes of an error and of all that led to it."""
    names: set[str] = set()
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        names.add(type(each).__name__)
        each = each.__cause__ or each.__context__
    return names


def _retry_after(error: Exception) -> float:
    """Seconds that the provider's answer asks to wait (RFC 9110, 10.2.3); 0 where it doesn't."""
    headers = getattr(error, "litellm_response_headers", None) or getattr(
        getattr(error, "response", None), "headers", {}
    )
    said = str(headers.get("retry-after") or "").strip()
    try:
        return max(float(said), 0.0)
    except ValueError:
        pass
    try:
        return max((parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return 0.0
