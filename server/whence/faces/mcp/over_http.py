"""The server for assistants over HTTP: on this machine alone, and only for those who have the token."""

import hmac
import os
import socket
import sys
from typing import TYPE_CHECKING, Any

import uvicorn

from whence.engine import credentials
from whence.values.errors import InvalidRequest, StorageError

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server
    from starlette.types import ASGIApp, Receive, Scope, Send

MIN_TOKEN = 32
"""Characters that a token needs, so that it can't be guessed."""

_NAME, _FILE = "WHENCE_MCP_TOKEN", "mcp-token"

_BACKLOG = 128
"""Connections that may wait to be taken."""


def serve(server: "Server[Any]", port: int) -> None:
    """Listen until interrupted.

    Args:
        server: answers what comes with the token.
        port: where to listen; 0 takes a free port, which is told on standard error output.

    Raises:
        InvalidRequest: the token is too short, or the port can't be used.
    """
    token, origin = _token()
    app = _Guarded(server.streamable_http_app(), token)
    try:
        # Listening before it is told: who reads the address may ask at once.
        listening = socket.create_server(("127.0.0.1", port), backlog=_BACKLOG)
    except (OSError, OverflowError):
        raise InvalidRequest(f"Port {port} can't be used. Choose another with --port, or 0 for any.") from None
    with listening:
        sys.stderr.write(f"Serving MCP on http://127.0.0.1:{listening.getsockname()[1]}/mcp; {origin}.\n")
        sys.stderr.flush()
        config = uvicorn.Config(app, log_level="warning", access_log=False, timeout_graceful_shutdown=3)
        uvicorn.Server(config).run(sockets=[listening])


class _Guarded:
    """An application that answers only those who have the token."""

    def __init__(self, app: "ASGIApp", token: str) -> None:
        self._app = app
        self._token = token.encode()

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] == "http" and not self._known(scope):
            from starlette.responses import JSONResponse

            refused = JSONResponse(
                {"error": "A bearer token is needed.", "code": "unauthorized"},
                status_code=401,
                headers={"WWW-Authenticate": "Bearer"},
            )
            await refused(scope, receive, send)
        elif scope["type"] in ("http", "lifespan"):
            await self._app(scope, receive, send)

    def _known(self, scope: "Scope") -> bool:
        said = [value for name, value in scope["headers"] if name == b"authorization"]
        scheme, _, token = said[0].partition(b" ") if len(said) == 1 else (b"", b"", b"")
        return scheme.lower() == b"bearer" and hmac.compare_digest(token.strip(), self._token)


def _token() -> tuple[str, str]:
    """The token, and a clause that says where it is to be found."""
    if token := os.environ.get(_NAME, "").strip():
        if len(token) < MIN_TOKEN:
            raise InvalidRequest(f"{_NAME} is too short: a token needs at least {MIN_TOKEN} characters.")
        return token, f"the bearer token is that of {_NAME}"
    try:
        token = credentials.kept(_FILE, usable=lambda known: len(known) >= MIN_TOKEN and known.isascii())
    except (OSError, TimeoutError, UnicodeDecodeError) as error:
        raise StorageError(f"The token of the server can't be kept: {error.__class__.__name__}.") from None
    return token, f"the bearer token is in {credentials.path_of(_FILE)}"
