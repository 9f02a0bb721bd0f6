"""The clients themselves: every operation as a method, and every other route; `memory.pyi` tells their types."""

from collections.abc import Callable
from functools import partial
from typing import Any

from whence.faces.client.names import OPERATIONS
from whence.faces.client.transport import AsyncTransport, Transport


class Client(Transport):
    """Asks one `whence serve`, and waits for its answers."""

    request = Transport.send

    def __getattr__(self, name: str) -> Any:
        return _method(self.request, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *OPERATIONS})


class AsyncClient(AsyncTransport):
    """The same, to be awaited."""

    request = AsyncTransport.send

    def __getattr__(self, name: str) -> Any:
        return _method(self.request, name)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *OPERATIONS})


def _method(request: Callable[..., Any], name: str) -> Callable[..., Any]:
    if name not in OPERATIONS:
        raise AttributeError(f"a client has no attribute {name!r}", name=name)
    return partial(_ask, request, name)


def _ask(request: Callable[..., Any], operation: str, /, *given: Any, **named: Any) -> Any:
    """Ask an operation, as a function is called that has its parameters."""
    names = OPERATIONS[operation]
    if len(given) > len(names):
        raise TypeError(f"{operation}() takes {len(names)} arguments, and {len(given)} were given")
    body = dict(zip(names, given, strict=False))
    for each in named:
        if each not in names:
            raise TypeError(f"{operation}() takes no argument {each!r}: it takes {', '.join(names) or 'none'}")
        if each in body:
            raise TypeError(f"{operation}() was given {each!r} twice")
    return request(f"POST /api/v1/operations/{operation}", body={**body, **named})
