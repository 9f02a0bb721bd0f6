"""The door of the REST face: the key that requests must bear, and who comes in how often, with how much."""

import hashlib
import hmac
import os
import time
from urllib.parse import urlsplit

from starlette.requests import Request

from whence.engine import credentials
from whence.faces.http.actions import Refused
from whence.values.errors import InvalidSettings, StorageError

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})

LEAST_KEY = 32
"""Characters that a key must have at least."""

PREFIX = "sk-sekha-"
"""What a key that is made begins with: published clients of the dialect of that name take no other."""


# ---------------------------------------------------------------- the key


def key_of() -> str:
    """The key that requests must bear: of `WHENCE_API_KEY`, or made on first use and kept for this user alone.

    Raises:
        InvalidSettings: it is too short, or holds what a header can't.
        StorageError: it can't be kept.
    """
    if (named := os.environ.get("WHENCE_API_KEY")) is not None:
        return checked(named.strip(), "WHENCE_API_KEY")
    try:
        return checked(credentials.kept("api-key", prefix=PREFIX), "The file api-key in Whence's data folder")
    except (OSError, TimeoutError, UnicodeDecodeError) as error:
        raise StorageError("The key can't be kept in Whence's data folder. Set WHENCE_API_KEY instead.") from error


def checked(key: str, name: str) -> str:
    """The key, if it will do.

    Raises:
        InvalidSettings: it is too short, or holds what a header can't; `name` says whose fault that is.
    """
    if len(key) < LEAST_KEY or not key.isascii() or not key.isprintable() or " " in key:
        raise InvalidSettings(f"{name} must hold a key of at least {LEAST_KEY} ASCII characters without spaces.")
    return key


# ---------------------------------------------------------------- the door


class Rate:
    """So many requests a minute, in bursts of as many; 0 for any number."""

    def __init__(self, per_minute: int) -> None:
        self._most, self._left, self._at = float(per_minute), float(per_minute), time.monotonic()

    def wait(self) -> float:
        """Take one. Seconds until there is one to take again; 0 where there was."""
        if not self._most:
            return 0.0
        at = time.monotonic()
        self._left = min(self._left + (at - self._at) * self._most / 60, self._most)
        self._at = at
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) * 60 / self._most


class Door:
    """Who may come in, how often, and with how much; and the figures of that.

    Args:
        key: what requests must bear.
        per_minute: requests a minute that are answered; 0 for any number.
        body_limit: bytes of a body at most.
        near: whether only this machine's own programs come in.
    """

    def __init__(self, key: str, per_minute: int, body_limit: int, *, near: bool = False) -> None:
        self._near = near
        self._digest = hashlib.sha256(key.encode()).digest()
        self._known, self._strangers = Rate(per_minute), Rate(per_minute)
        self._body_limit = body_limit
        self.started = time.monotonic()
        self.answered: dict[int, int] = {}

    def bears_key(self, request: Request) -> bool:
        """Whether a request bears the key; how long that takes tells nothing of the key."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip() if scheme.lower() == "bearer" else request.headers.get("x-api-key", "").strip()
        return hmac.compare_digest(hashlib.sha256(given.encode("utf-8", "replace")).digest(), self._digest)

    def addressed(self, request: Request) -> None:
        """See that a request means this server: a page whose name was led to this machine says another host.

        Raises:
            Refused: it names another.
        """
        try:
            host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        except ValueError:
            host = None
        if self._near and host not in _HERE:
            raise Refused(421, "This server answers under the names of this machine alone: 127.0.0.1 or localhost.")

    def check(self, request: Request) -> None:
        """Let a request in.

        Raises:
            Refused: it comes without the key, or too often.
        """
        known = self.bears_key(request)
        if wait := (self._known if known else self._strangers).wait():
            raise Refused(429, "Too many requests. Wait a little.", {"Retry-After": str(int(wait) + 1)})
        if not known:
            raise Refused(401, "The key is missing or wrong.", {"WWW-Authenticate": "Bearer"})

    async def body(self, request: Request) -> bytes:
        """The body of a request.

        Raises:
            Refused: it is too large.
        """
        too_large = Refused(413, f"The body is larger than {self._body_limit} bytes.", {"Connection": "close"})
        said = request.headers.get("content-length", "0")
        if said.isdecimal() and int(said[:20]) > self._body_limit:
            raise too_large
        pieces, size = [], 0
        async for piece in request.stream():
            size += len(piece)
            if size > self._body_limit:
                raise too_large
            pieces.append(piece)
        return b"".join(pieces)
