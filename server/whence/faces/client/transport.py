"""How a request goes to the server and its answer comes back: the same steps, waited for or awaited.

A request's way is a generator, which says what to do next (send this, wait so long) and is told what came of it. So
the rules of retries and pauses stand here once, and what differs is how one sends and how one waits.
"""

import asyncio
import time
import warnings
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx

from whence.faces.client.errors import AnswerError, ClientError, NoAnswer, TimedOut, of_answer
from whence.faces.client.pace import Pace, pause_after
from whence.faces.client.records import plain, wrapped

TIMEOUT = 30.0
"""Seconds without a sign of the server after which a request is given up."""

RETRIES = 3
"""How often a request is sent again at most."""

PER_MINUTE = 1000
"""Requests that are sent a minute, which is as many as a server answers."""

_READS = frozenset(
    {
        "POST /api/v1/query",
        "POST /api/v1/query/smart",
        "POST /api/v1/search",
        "POST /api/v1/search/fts",
        "POST /api/v1/context/assemble",
        "POST /api/v1/export",
        "POST /api/v1/prune/dry-run",
        "POST /api/v1/operations/context",
        "POST /api/v1/operations/get",
        "POST /api/v1/operations/search",
        "POST /api/v1/operations/status",
        "POST /api/v1/operations/why",
    }
)
"""Requests that change nothing besides every GET, and so may be sent again whatever became of them."""

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_JSON = "application/json"


class WithoutEffect(UserWarning):
    """The server does not know something that was said, and passed it over."""


@dataclass(frozen=True, slots=True)
class Said:
    """A request."""

    route: str
    request: httpx.Request


Outcome = httpx.Response | httpx.TransportError | None
Steps = Generator[httpx.Request | float, Outcome, httpx.Response]


class _Asking:
    """What both clients know: where the server is, its key, and how to ask it."""

    def __init__(self, url: str, key: str, *, timeout: float | None, retries: int, per_minute: int) -> None:
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError(f"{url[:80]!r} is no address of a server: it begins with http:// or https://")
        if not key or not key.isascii() or not key.isprintable():
            raise ValueError("the key is empty, or holds what a header can't")
        self._url, self._timeout, self._retries = url.rstrip("/"), timeout, retries
        self._headers = {"Authorization": f"Bearer {key}", "Accept": _JSON}
        self._pace = Pace(per_minute)

    def _said(
        self,
        http: httpx.Client | httpx.AsyncClient,
        route: str,
        parts: Mapping[str, str],
        query: Mapping[str, Any] | None,
        body: Any,
        accept: str,
    ) -> Said:
        """A request of a route, such as `GET /api/v1/conversations/{id}`, whose gaps are filled by `parts`.

        Raises:
            ValueError: the route has another number of gaps, or is none.
        """
        method, _, path = route.partition(" ")
        filled = path.format_map({name: quote(str(each), safe="") for name, each in parts.items()})
        words = {name: _word(each) for name, each in (query or {}).items() if each is not None}
        request = http.build_request(
            method,
            self._url + filled,
            params=words or None,
            json=None if body is None else plain(body),
            headers={"Accept": accept} if accept else None,
        )
        return Said(route, request)

    def _steps(self, said: Said) -> Steps:
        """The way of a request, to the answer or an error."""
        reads = said.route.startswith("GET ") or said.route in _READS
        for attempt in range(self._retries + 1):
            if pause := self._pace.wait():
                yield pause
            outcome = yield said.request
            assert outcome is not None
            if isinstance(outcome, httpx.Response):
                if outcome.is_success:
                    _tell(outcome)
                    return outcome
                error: ClientError = of_answer(outcome.status_code, outcome.text, outcome.headers)
            else:
                error = _no_answer(outcome, self._timeout)
            sent = not isinstance(outcome, _UNSENT)
            again = pause_after(error, attempt, sent=sent, reads=reads)
            if again is None or attempt == self._retries:
                raise error from (outcome if isinstance(outcome, Exception) else None)
            yield again
        raise AssertionError("the last attempt answers or raises")

    def _read(self, response: httpx.Response) -> Any:
        if not response.content:
            return None
        try:
            return wrapped(response.json())
        except (ValueError, RecursionError):
            raise AnswerError("The server answered what is not JSON.", response.status_code, response.text) from None


class Transport(_Asking):
    """Asks one `whence serve`, and waits for its answers. Threads may share it.

    Args:
        url: where it listens, such as `http://localhost:8080`.
        key: its key.
        timeout: seconds without a sign of the server after which a request is given up; None waits for ever.
        retries: how often a request is sent again that changes nothing, or that the server did nothing with.
        per_minute: requests that are sent a minute, in bursts of as many; 0 for any number.

    Raises:
        ValueError: the address or the key can't be one.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float | None = TIMEOUT,
        retries: int = RETRIES,
        per_minute: int = PER_MINUTE,
    ) -> None:
        super().__init__(url, key, timeout=timeout, retries=retries, per_minute=per_minute)
        self._http = httpx.Client(headers=self._headers, timeout=timeout)

    def send(self, route: str, *, query: Mapping[str, Any] | None = None, body: Any = None, **parts: str) -> Any:
        """Ask a route of the OpenAPI document, such as `send("GET /api/v1/memories", query={"kinds": "bug"})`.

        Args:
            route: the method and the address, with gaps in braces.
            query: what stands behind the question mark.
            body: what is sent, as JSON.
            parts: what fills the gaps, such as `id`.

        Raises:
            ClientError: the server refused, or there was no answer.
            KeyError: a gap is not filled.
        """
        return self._read(self._answered(self._said(self._http, route, parts, query, body, ""), stream=False))

    @contextmanager
    def stream(
        self, route: str, *, accept: str = "*/*", query: Mapping[str, Any] | None = None, body: Any = None, **parts: str
    ) -> Iterator[Iterator[str]]:
        """Ask a route whose answer comes piece by piece: `with memory.stream("GET /api/v1/export") as pieces`.

        Args:
            route: the method and the address.
            accept: the media type that is wanted, such as `text/markdown`.
            query: what stands behind the question mark.
            body: what is sent, as JSON.
            parts: what fills the gaps of the address.

        Raises:
            ClientError: the server refused, there was no answer, or it broke off.
        """
        response = self._answered(self._said(self._http, route, parts, query, body, accept), stream=True)
        try:
            yield self._pieces(response)
        finally:
            response.close()

    def _pieces(self, response: httpx.Response) -> Iterator[str]:
        try:
            yield from response.iter_text()
        except httpx.TransportError as error:
            raise _no_answer(error, self._timeout) from error

    def _answered(self, said: Said, *, stream: bool) -> httpx.Response:
        steps, outcome = self._steps(said), None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as done:
                response: httpx.Response = done.value
                return response
            if isinstance(step, httpx.Request):
                outcome = self._sent(step, stream)
            else:
                time.sleep(step)
                outcome = None

    def _sent(self, request: httpx.Request, stream: bool) -> Outcome:
        try:
            response = self._http.send(request, stream=stream)
            if not response.is_success:
                response.read()
        except httpx.TransportError as error:
            return error
        return response

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncTransport(_Asking):
    """The same, to be awaited: see `Transport`."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        timeout: float | None = TIMEOUT,
        retries: int = RETRIES,
        per_minute: int = PER_MINUTE,
    ) -> None:
        super().__init__(url, key, timeout=timeout, retries=retries, per_minute=per_minute)
        self._http = httpx.AsyncClient(headers=self._headers, timeout=timeout)

    async def send(self, route: str, *, query: Mapping[str, Any] | None = None, body: Any = None, **parts: str) -> Any:
        """Ask a route of the OpenAPI document: see `Transport.send`."""
        said = self._said(self._http, route, parts, query, body, "")
        return self._read(await self._answered(said, stream=False))

    @asynccontextmanager
    async def stream(
        self, route: str, *, accept: str = "*/*", query: Mapping[str, Any] | None = None, body: Any = None, **parts: str
    ) -> AsyncIterator[AsyncIterator[str]]:
        """Ask a route whose answer comes piece by piece: see `Transport.stream`."""
        said = self._said(self._http, route, parts, query, body, accept)
        response = await self._answered(said, stream=True)
        try:
            yield self._pieces(response)
        finally:
            await response.aclose()

    async def _pieces(self, response: httpx.Response) -> AsyncIterator[str]:
        try:
            async for piece in response.aiter_text():
                yield piece
        except httpx.TransportError as error:
            raise _no_answer(error, self._timeout) from error

    async def _answered(self, said: Said, *, stream: bool) -> httpx.Response:
        steps, outcome = self._steps(said), None
        while True:
            try:
                step = steps.send(outcome)
            except StopIteration as done:
                response: httpx.Response = done.value
                return response
            if isinstance(step, httpx.Request):
                outcome = await self._sent(step, stream)
            else:
                await asyncio.sleep(step)
                outcome = None

    async def _sent(self, request: httpx.Request, stream: bool) -> Outcome:
        try:
            response = await self._http.send(request, stream=stream)
            if not response.is_success:
                await response.aread()
        except httpx.TransportError as error:
            return error
        return response

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _tell(response: httpx.Response) -> None:
    """Tell the program what the server passed over."""
    _, _, told = response.headers.get("warning", "").partition('"')
    if told:
        warnings.warn(told.rstrip('"'), WithoutEffect, stacklevel=5)


def _no_answer(error: httpx.TransportError, timeout: float | None) -> NoAnswer:
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"The server did not answer within {timeout} s.")
    return NoAnswer("The server could not be reached, or broke off.")
