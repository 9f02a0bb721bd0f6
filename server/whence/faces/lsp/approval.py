"""What the server asks of the editor by itself: the user's approval, an answer of the editor's own model, and packages.

A client that knows our requests says so in its initialization options (`asks: true`). Any other one is asked for
approval by a plain message with two buttons, which the protocol itself has, and has no models to offer.
"""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import TYPE_CHECKING, Any, Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from whence.values.completion import CompletionAnswer, CompletionRequest, Estimate, ProviderRequest

log = logging.getLogger(__name__)

APPROVE = "whence/approve"
COMPLETE = "whence/complete"
INSTALL = "whence/install"

_SEND, _LEAVE = "Send", "Not Now"


class Client(Protocol):
    """The server's side of the connection, as far as it is needed here."""

    protocol: Any

    def from_thread(self, call: Callable[[], None]) -> None:
        """Have the event loop's thread do this."""


def approver(client: Client, *, knows: bool) -> "Callable[[Estimate], bool]":
    """What asks the user about an estimate, and waits for as long as the user does."""

    def approve(asked: "Estimate") -> bool:
        try:
            if knows:
                answer = _ask(client, APPROVE, asked.model_dump(mode="json", by_alias=True))
                return bool(_field(answer, "approved") is True)
            actions = [lsp.MessageActionItem(title=_SEND), lsp.MessageActionItem(title=_LEAVE)]
            message = lsp.ShowMessageRequestParams(lsp.MessageType.Info, f"Whence: {asked.note}", actions)
            return bool(_field(_ask(client, lsp.WINDOW_SHOW_MESSAGE_REQUEST, message), "title") == _SEND)
        except (JsonRpcException, CancelledError) as error:
            log.warning("the editor could not ask for approval (%s), so nothing was sent", type(error).__name__)
            return False

    return approve


def completer(client: Client) -> "Callable[[CompletionRequest], CompletionAnswer]":
    """What has the editor's own language model answer."""

    def complete(request: "CompletionRequest") -> "CompletionAnswer":
        from pydantic import ValidationError

        from whence.values.completion import CompletionAnswer
        from whence.values.errors import MalformedAnswer, ProviderFailed

        try:
            answer = _ask(client, COMPLETE, request.model_dump(mode="json", by_alias=True))
        except JsonRpcException as error:
            # The editor's sentence is for the user: that there is no model, or that it may not be used.
            raise ProviderFailed(f"The editor's language model did not answer: {str(error)[:200]}") from None
        try:
            return CompletionAnswer.model_validate(
                {
                    name: _field(answer, name)
                    for name in ("text", "model", "tokensIn", "tokensOut")
                    if _has(answer, name)
                }
            )
        except ValidationError:
            raise MalformedAnswer("The editor answered something else than the text of a model.") from None

    return complete


def fetcher(client: Client) -> "Callable[[ProviderRequest], bool]":
    """What has the editor install what providers' models are asked with, if the user agrees; waits until it is done."""

    def fetch(request: "ProviderRequest") -> bool:
        try:
            return bool(
                _field(_ask(client, INSTALL, request.model_dump(mode="json", by_alias=True)), "approved") is True
            )
        except (JsonRpcException, CancelledError) as error:
            log.warning("the editor could not install what the model needs (%s)", type(error).__name__)
            return False

    return fetch


def secrets(given: Any) -> dict[str, str]:
    """Keys of providers out of the editor's secret storage, by the names of the environment variables for them."""
    return {str(name): str(key) for name, key in given.items() if key} if isinstance(given, dict) else {}


def _ask(client: Client, method: str, params: Any) -> Any:
    """Send a request on the loop's thread, and wait for its answer on this one."""
    answer: Future[Any] = Future()

    def passed(done: "Future[Any]") -> None:
        if done.cancelled():
            answer.cancel()
        elif error := done.exception():
            answer.set_exception(error)
        else:
            answer.set_result(done.result())

    client.from_thread(lambda: client.protocol.send_request(method, params).add_done_callback(passed))
    return answer.result()


def _has(answer: Any, name: str) -> bool:
    return _field(answer, name) is not None


def _field(answer: Any, name: str) -> Any:
    """A field of an answer, which the library hands over as a dict or as an object."""
    return answer.get(name) if isinstance(answer, dict) else getattr(answer, name, None)
