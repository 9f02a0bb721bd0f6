"""What the server asks of the user by itself: whether something may cost what it may cost.

A client that can ask (elicitation) is asked while the call waits in its thread. Clients of earlier protocols take a
request in the midst of a call; to those of later ones the call answers with the question, and goes on when they come
back with what the user said. With a client that can't ask, it is left undone, and the reply says what and how to allow
it.
"""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import mcp.types as wire
from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError, NoBackChannelError

if TYPE_CHECKING:
    from whence.values.completion import Estimate

log = logging.getLogger(__name__)

Approve = Callable[["Estimate"], bool]
Context = ServerRequestContext[Any, Any]
Run = Callable[[Approve | None], Awaitable[wire.CallToolResult]]

_PATIENCE = 600.0
"""Seconds that a call waits for its user."""

_NAME = "approve"
_NOTHING_TO_FILL_IN: dict[str, Any] = {"type": "object", "properties": {}}
"""To accept is to agree."""


@dataclass(frozen=True, eq=False)
class _Question:
    text: str
    answer: "Future[bool]" = field(default_factory=Future)

    @property
    def params(self) -> wire.ElicitRequestFormParams:
        return wire.ElicitRequestFormParams(message=self.text, requested_schema=_NOTHING_TO_FILL_IN)


@dataclass(eq=False)
class _Call:
    """A tool that is being carried out, and what it asks meanwhile."""

    running: "asyncio.Future[wire.CallToolResult]"
    questions: "asyncio.Queue[_Question]"


class Calls:
    """The calls of one server that may ask something of the user."""

    def __init__(self) -> None:
        self._waiting: dict[str, tuple[_Call, _Question]] = {}

    async def answer(
        self, ctx: Context, params: wire.CallToolRequestParams, run: Run
    ) -> wire.CallToolResult | wire.InputRequiredResult:
        """Carry a call out, or go on with one that came back with the user's answer.

        Args:
            ctx: the request.
            params: its parameters.
            run: carries it out, given what asks the user, which it calls from a thread; None where the client can't.

        Raises:
            MCPError: it comes back to a call that waits no more.
        """
        call = self._resumed(params) if params.request_state else self._begun(ctx, run)
        while True:
            asking = asyncio.ensure_future(call.questions.get())
            try:
                either: set[asyncio.Future[Any]] = {asking, call.running}
                await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:
                call.running.cancel()
                raise
            finally:
                if not asking.done():
                    asking.cancel()
            if call.running.done():
                return call.running.result()
            question = asking.result()
            if not ctx.session.can_send_request:
                return self._put(call, question)
            question.answer.set_result(await _asked(ctx, question))

    def _begun(self, ctx: Context, run: Run) -> _Call:
        loop, questions = asyncio.get_running_loop(), asyncio.Queue[_Question]()

        def approve(asked: "Estimate") -> bool:
            question = _Question(f"{asked.note} Send it?")
            loop.call_soon_threadsafe(questions.put_nowait, question)
            try:
                return question.answer.result(_PATIENCE)
            except TimeoutError:
                return False

        able = ctx.session.check_client_capability(wire.ClientCapabilities(elicitation=wire.ElicitationCapability()))
        return _Call(asyncio.ensure_future(run(approve if able else None)), questions)

    def _put(self, call: _Call, question: _Question) -> wire.InputRequiredResult:
        """The question as the answer to a request; the call waits for the one that brings what the user said."""
        token = secrets.token_urlsafe(16)
        self._waiting[token] = call, question
        call.running.add_done_callback(lambda _: self._waiting.pop(token, None))
        return wire.InputRequiredResult(
            input_requests={_NAME: wire.ElicitRequest(params=question.params)}, request_state=token
        )

    def _resumed(self, params: wire.CallToolRequestParams) -> _Call:
        call, question = self._waiting.pop(params.request_state or "", (None, None))
        if call is None or question is None:
            raise MCPError(wire.INVALID_PARAMS, "This call waits no more for an answer. Call the tool again.")
        said = (params.input_responses or {}).get(_NAME)
        question.answer.set_result(isinstance(said, wire.ElicitResult) and said.action == "accept")
        return call


async def _asked(ctx: Context, question: _Question) -> bool:
    """What the user says to a client of an earlier protocol."""
    try:
        answer = await ctx.session.elicit_form(question.text, _NOTHING_TO_FILL_IN, ctx.request_id)
    except (MCPError, NoBackChannelError) as error:
        log.warning("the client could not ask for approval (%s), so nothing was sent", type(error).__name__)
        return False
    return answer.action == "accept"
