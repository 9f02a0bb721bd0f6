"""What a route of the REST face is: its shape, what it does, and how its words are read and its faults told."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from whence.engine import Project


_MOST_TOLD = 10
"""Fields that one warning names."""


class Refused(Exception):
    """A request that is answered with a fault.

    Args:
        status: the HTTP status, which is the answer's `code` too.
        message: a sentence for a person.
        headers: further headers of the answer.
    """

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.headers = status, dict(headers or {})


@dataclass(frozen=True, slots=True)
class Call:
    """A request, its words read."""

    path: Mapping[str, str]
    """The parts of the address."""

    body: Any = None
    """The body, as the action's `body` model."""

    query: Any = None
    """What stands behind the question mark, as the action's `query` model."""

    accept: str = ""
    """The media types that the client wants."""


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that is sent piece by piece."""

    pieces: Iterator[str]
    media: str


@dataclass(frozen=True, slots=True)
class Action:
    """One route."""

    method: str
    path: str
    summary: str
    """What it does, as a sentence."""
    run: "Callable[[Project, Call], Any]"
    """Does it, in a thread; returns a model, plain JSON, or `Streamed`."""
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    result: type[BaseModel] | None = None
    """Type of the answer."""
    status: int = 200
    tag: str = "conversations"
    faulty: int = 400
    """Status for a body that is JSON but not of the right shape."""
    empty_body: bool = field(default=False)
    """Whether the body may be left out."""
    read: "Callable[[Project, dict[str, Any]], Any] | None" = None
    """Reads the body's object with patience, in place of the plain check against `body`; raises `InvalidRequest`."""


Run = Callable[["Project", Call], Any]


def decorator(actions: list[Action], base: str = "/api/v1") -> Callable[..., Callable[[Run], Run]]:
    """A decorator that makes a route of a function, whose docstring says what for: `@on("GET", "/stats")`.

    Args:
        actions: the list that it is put at the end of.
        base: what its address begins with.
    """

    def on(method: str, path: str, summary: str = "", **more: Any) -> Callable[[Run], Run]:
        def add(run: Run) -> Run:
            said = summary or (run.__doc__ or "").partition("\n")[0]
            actions.append(Action(method, f"{base}{path}", said, run, **more))
            return run

        return add

    return on


def passed_over(said: Any) -> tuple[str, ...]:
    """The fields of a request that its shape keeps without knowing them, those of its parts too, by their path."""
    match said:
        case BaseModel():
            here = tuple(said.model_extra or ()) if type(said).model_config.get("extra") == "allow" else ()
            inner = [(name, getattr(said, name)) for name in type(said).model_fields]
            return (*map(spoken, here), *(f"{name}.{each}" for name, part in inner for each in passed_over(part)))
        case tuple():
            return tuple(dict.fromkeys(each for part in said for each in passed_over(part)))
    return ()


def warning(names: tuple[str, ...]) -> dict[str, str]:
    """The header that tells of them (RFC 7234, section 5.5, code 299), if there are any."""
    if not names:
        return {}
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    told = f"Not known here, and without effect: {', '.join(names[:_MOST_TOLD])}{more}."
    return {"Warning": f'299 whence "{told}"'}


def spoken(name: str) -> str:
    """A name as a header and a sentence can hold it."""
    return re.sub(r"[^A-Za-z0-9_.-]", "?", name)[:40]


def explained(error: ValidationError) -> str:
    """The first fault as a sentence, without the value that was wrong."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = ".".join(re.sub(r"[^\w-]", "?", str(part))[:40] for part in first["loc"][:6])
    message = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{where}: {message}." if where else f"{message}."
