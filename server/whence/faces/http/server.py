"""The REST face: `whence serve`.

Starlette on uvicorn. Each request is checked at the door (key, rate, size), its words are read into a model, the engine
is called in a thread, and what it answers is sent as JSON. Faults are `{error, code}` and tell nothing of the inside.
"""

import gc
import json
import logging
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from whence import engine
from whence.engine import credentials
from whence.faces.footprint import bound
from whence.faces.http import memories
from whence.faces.http import openapi as described
from whence.faces.http.actions import Action, Call, Refused, Streamed, explained, passed_over, spoken, warning
from whence.faces.http.door import Door, checked, key_of
from whence.faces.places import confined
from whence.values.base import now
from whence.values.errors import InvalidRequest, InvalidSettings, WhenceError
from whence.values.halves import without_halves
from whence.values.version import VERSION

if TYPE_CHECKING:
    from whence.engine import Project
    from whence.values.operation import Operation

log = logging.getLogger(__name__)

PORT = 8080
"""The port without another one said, which is the one that clients of the dialect expect."""

BODY_LIMIT = 16 * 1024 * 1024
"""Bytes of a request's body at most."""

_PUBLIC = ("/health", "/openapi.json", "/docs")
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_PIECE = 65_536
_BACKLOG = 2048


# ---------------------------------------------------------------- the application


def actions(
    operations: "dict[str, Operation]", dialect: Sequence[Action] = (), *, near: bool = True
) -> tuple[Action, ...]:
    """Every route that needs the key but the figures: a dialect's, those of memories, and one for each operation."""
    return (*dialect, *memories.actions(operations, near=near))


def make_app(
    project: "Project",
    key: str,
    dialect: Sequence[Action] = (),
    *,
    per_minute: int = 1000,
    body_limit: int = BODY_LIMIT,
    near: bool = True,
) -> Starlette:
    """The application that serves one project.

    Args:
        project: the project's memory; whoever opened it closes it.
        key: what requests must bear, of at least 32 characters.
        dialect: routes of another product's interface, to be answered besides.
        per_minute: requests a minute that are answered; 0 for any number.
        body_limit: bytes of a body at most.
        near: whether clients are on this machine.

    Raises:
        InvalidSettings: the key is too short.
    """
    from whence.engine import OPERATIONS

    door = Door(checked(key, "The key"), per_minute, body_limit)
    served = actions(OPERATIONS, dialect, near=near)
    description = described.document(served)
    rendered = described.page(description)

    async def health(request: Request) -> Response:
        if not door.bears_key(request):
            return _json({"status": "healthy"})
        return _json(await run_in_threadpool(_health, project, door))

    async def openapi(request: Request) -> Response:
        return _json(description)

    async def docs(request: Request) -> Response:
        return HTMLResponse(rendered, headers={**_HEADERS, "Content-Security-Policy": _PAGE_POLICY})

    async def metrics(request: Request) -> Response:
        door.check(request)
        figures = await run_in_threadpool(_figures, project, door)
        if _speaks_json(request):
            return _json(figures)
        return Response(_metrics(figures), media_type="text/plain; version=0.0.4")

    routes = [
        Route("/health", _guarded(door, health), methods=["GET"]),
        Route("/api/v1/health", _guarded(door, health), methods=["GET"]),
        Route("/openapi.json", _guarded(door, openapi), methods=["GET"]),
        Route("/docs", _guarded(door, docs), methods=["GET"]),
        Route("/metrics", _guarded(door, metrics), methods=["GET"]),
        *(_routes(project, door, served)),
    ]

    async def astray(request: Request, error: Exception) -> Response:
        # An address that does not exist tells no more to a stranger than one that does.
        async def refuse(request: Request) -> Response:
            door.check(request)
            status = error.status_code if isinstance(error, HTTPException) else 404
            message = "That method is not known here." if status == 405 else "There is nothing at that address."
            raise Refused(status, message)

        return await _guarded(door, refuse)(request)

    return Starlette(routes=routes, exception_handlers={404: astray, 405: astray, HTTPException: astray})


def _routes(project: "Project", door: Door, actions: Sequence[Action]) -> Iterable[Route]:
    """A route for each address, which knows all its methods, so that a wrong one is told apart from a wrong address."""
    by_path: dict[str, dict[str, Action]] = {}
    for action in actions:
        by_path.setdefault(action.path, {})[action.method] = action
    # `/conversations/count` is no conversation: addresses with a gap in them are tried last.
    for path, methods in sorted(by_path.items(), key=lambda each: "{" in each[0]):
        yield Route(path, _guarded(door, _handler(project, door, methods)), methods=list(methods))


def _handler(project: "Project", door: Door, methods: dict[str, Action]) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        door.check(request)
        action = methods["GET" if request.method == "HEAD" and "GET" in methods else request.method]
        body = await door.body(request)  # read in any case: what is left in the connection would be taken for a request
        call = Call(
            path=request.path_params,
            body=_read(project, action, body) if action.body else None,
            query=_parsed(action.query, dict(request.query_params), 400) if action.query else None,
            accept=request.headers.get("accept", ""),
        )
        headers = {**_HEADERS, **warning(_unheard(action, call, request))}
        result = await run_in_threadpool(action.run, project, call)
        if isinstance(result, Streamed):
            return StreamingResponse(_collected(result.pieces), media_type=result.media, headers=headers)
        if isinstance(result, BaseModel):
            return Response(result.model_dump_json(by_alias=True), action.status, headers, "application/json")
        return JSONResponse(result, action.status, headers)

    return answer


def _unheard(action: Action, call: Call, request: Request) -> tuple[str, ...]:
    """What the request says that counts for nothing. A memory's own fields are open, and checked where it is kept."""
    astray = () if action.query else tuple(request.query_params)
    body = () if action.read else passed_over(call.body)
    return tuple(dict.fromkeys((*body, *passed_over(call.query), *map(spoken, astray))))


def _guarded(door: Door, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """The same, with every fault told as `{error, code}`."""

    async def guarded(request: Request) -> Response:
        try:
            response = await answer(request)
        except Refused as refused:
            response = _fault(refused.status, str(refused), refused.headers)
        except WhenceError as error:
            response = _fault(error.status, str(error))
        except ClientDisconnect:
            response = _fault(400, "The request broke off.")
        except Exception:  # whatever it is, the client hears of it, and learns nothing from it
            log.exception("a request failed")
            response = _fault(500, "That went wrong on the server; its log tells more.")
        door.answered[response.status_code] = door.answered.get(response.status_code, 0) + 1
        return response

    return guarded


def _read(project: "Project", action: Action, body: bytes) -> Any:
    assert action.body is not None
    if not body.strip() and action.empty_body:
        body = b"{}"
    try:
        values = without_halves(json.loads(body))
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON.") from None
    if not isinstance(values, dict):
        raise Refused(400, "The body must be one JSON object.")
    if action.read:
        try:
            return action.read(project, values)
        except InvalidRequest as error:
            raise Refused(action.faulty, str(error)) from None
    return _parsed(action.body, values, action.faulty)


def _parsed(model: type[BaseModel], values: dict[str, Any], faulty: int) -> Any:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Refused(faulty, explained(error)) from None
    except RecursionError:
        raise Refused(faulty, "The request is nested too deeply.") from None


def _json(value: Any, status: int = 200) -> Response:
    return JSONResponse(value, status, _HEADERS)


def _fault(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": message, "code": status}, status, {**_HEADERS, **(headers or {})})


def _collected(pieces: Iterable[str]) -> Iterable[bytes]:
    """The pieces joined to such a size that sending one is worth its while."""
    waiting, size = [], 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _PIECE:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting, size = [], 0
    yield "".join(waiting).encode("utf-8", "replace")


def _health(project: "Project", door: Door) -> dict[str, Any]:
    """How the server is, for who bears the key; the memory is counted to see whether it answers."""
    engine.search.status(project)
    uptime = int(time.monotonic() - door.started)
    told = {"version": VERSION, "uptime_seconds": uptime, "uptime": uptime, "timestamp": now().isoformat()}
    return {"status": "healthy", **told, "checks": {"database": {"status": "healthy"}}}


def _speaks_json(request: Request) -> bool:
    """Whether figures are wanted as JSON; there are clients that say so of their empty body alone."""
    said = (request.headers.get("accept", ""), request.headers.get("content-type", ""))
    return any(each.startswith("application/json") for each in said)


def _figures(project: "Project", door: Door) -> dict[str, Any]:
    """The server's figures by name; those of several things by these."""
    status = engine.search.status(project)
    return {
        "memories": {each.kind: each.count for each in status.kinds},
        "passages": status.embedding.passages,
        "passages_embedded": status.embedding.embedded,
        "requests_total": {str(code): count for code, count in sorted(door.answered.items())},
        "uptime_seconds": int(time.monotonic() - door.started),
    }


_TOLD = {
    "memories": ("gauge", "kind", "Memories in use."),
    "passages": ("gauge", "", "Searchable pieces."),
    "passages_embedded": ("gauge", "", "Pieces with a vector."),
    "requests_total": ("counter", "status", "Requests answered."),
    "uptime_seconds": ("gauge", "", "Time since the start."),
}
"""Each figure's type, the label that tells its several things apart, and what it is."""


def _metrics(figures: dict[str, Any]) -> str:
    """The figures, as Prometheus reads them (https://prometheus.io/docs/instrumenting/exposition_formats/)."""
    lines = []
    for name, (sort, label, text) in _TOLD.items():
        lines += [f"# HELP whence_{name} {text}", f"# TYPE whence_{name} {sort}"]
        if label:
            lines += [f'whence_{name}{{{label}="{each}"}} {count}' for each, count in figures[name].items()]
        else:
            lines += [f"whence_{name} {figures[name]}"]
    return "\n".join(lines) + "\n"


# ---------------------------------------------------------------- the server


def serve(
    folder: Path,
    *,
    dialect: Sequence[Action] = (),
    opened: "Callable[[Project], Project]" = lambda project: project,
    host: str = "127.0.0.1",
    port: int = PORT,
    per_minute: int = 1000,
    given: Mapping[str, str] | None = None,
    exports: Path | None = None,
    ready: Callable[[str, Path | None], None] = lambda url, file: None,
) -> None:
    """Serve a project's memory until interrupted.

    Args:
        folder: a folder of it.
        dialect: routes of another product's interface, to be answered besides.
        opened: given the project once it is open, which it gives back.
        host: the address to listen on; other machines reach it only if that is not this one's own.
        port: the port; 0 for any free one.
        per_minute: requests a minute that are answered; 0 for any number.
        given: options by key, which go before those of all other places.
        exports: folder that clients may write files below; without one, what would be written is answered with.
        ready: told the address once it is listened on, and the file that holds the key where there is one.

    Raises:
        InvalidSettings: the key is too short, an option is wrong, or the address can't be listened on.
        StorageError: the memory can't be opened.
    """
    bound()
    import uvicorn

    from whence.engine import open_project, start
    from whence.engine.configuration import settings_for

    key = key_of()
    settings, reach = settings_for(folder, given), confined(exports)
    with _bound(host, port) as listening, start(open_project(folder, settings, lasting=True, reach=reach)) as project:
        near = listening.getsockname()[0] in ("127.0.0.1", "::1")
        app = make_app(opened(project), key, dialect, per_minute=per_minute, near=near)
        config = uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, backlog=_BACKLOG, lifespan="off"
        )
        shown = f"[{host}]" if ":" in host else host
        kept = None if os.environ.get("WHENCE_API_KEY") is not None else credentials.path_of("api-key")
        # What is loaded by now stays; to look through it again would cost the collector 100 ms, amid an answer.
        gc.freeze()
        ready(f"http://{shown}:{listening.getsockname()[1]}", kept)
        # uvicorn raises the signal that stopped it again: as an interrupt it leaves time to close the memory.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listening])


def _bound(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", "") or "it failed"
        raise InvalidSettings(f"{host}:{port} can't be listened on: {reason}. Name another --port or --host.") from None
