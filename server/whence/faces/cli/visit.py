"""A command whose words came in at the bell of a process that serves the project: run here, printed there.

The same commands run, on the project that is open; what they print is written down instead, as it looks in the terminal
of whoever asked. What does not go well, or needs its user, is left to the command's own process.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, cast

from rich.console import Console

if TYPE_CHECKING:
    from whence.engine import Project
    from whence.values.protocol import Status
    from whence.values.settings import Settings

_DUMB = (80, 25)
"""Columns and lines where a terminal does not tell, as rich has it."""


class _Refused(Exception):
    """The command is to be carried out where it was typed."""


class _Written:
    """A stream, as far as consoles need one: it writes down what is printed, in turn with the other one."""

    def __init__(self, name: str, look: Mapping[str, Any], told: list[tuple[str, str]]) -> None:
        self._name, self._told = name, told
        self._terminal, self.encoding = bool(look["terminal"]), str(look["encoding"])

    def isatty(self) -> bool:
        """Whether that is a terminal."""
        return self._terminal

    def write(self, text: str) -> int:
        """Write it down."""
        if text:
            self._told.append((self._name, text))
        return len(text)

    def flush(self) -> None:
        """Note that what was printed is to be seen now."""
        self._told.append((self._name, ""))


@dataclass
class Visit:
    """One command of another process."""

    project: "Project"
    """What is open here."""

    folder: Path
    """The folder in which the command was typed."""

    thinks: bool
    """Whether the command may ask a model."""

    look: Mapping[str, Any]
    """How it looks where it is printed, as the bell's visitor tells."""

    told: list[tuple[str, str]] = field(default_factory=list)
    """What was printed so far: the stream's name and a text, which is empty where the stream was flushed."""

    @cached_property
    def out(self) -> Console:
        """What its answer is printed on."""
        return self._console(self.stdout)

    @cached_property
    def err(self) -> Console:
        """What is said besides is printed on this one."""
        return self._console(cast(TextIO, _Written("err", self.look["err"], self.told)))

    @cached_property
    def stdout(self) -> TextIO:
        """Its standard output."""
        return cast(TextIO, _Written("out", self.look["out"], self.told))

    def _console(self, stream: TextIO) -> Console:
        """A console as rich would make it there."""
        variables = {str(key): str(value) for key, value in self.look["variables"].items()}
        colours = self.look.get("colours", "auto")
        made = Console(file=stream, color_system=colours, legacy_windows=False, _environ=variables)
        if colours != "auto" and not made.is_terminal:
            made = Console(file=stream, color_system=None, legacy_windows=False, _environ=variables)
        columns, lines = self.look["size"] or _DUMB
        said = [variables.get(each, "") for each in ("COLUMNS", "LINES")]
        if made.is_dumb_terminal and not all(each.isdigit() for each in said):
            columns, lines = _DUMB
        else:
            columns, lines = (
                int(one) if one.isdigit() else other for one, other in zip(said, (columns, lines), strict=True)
            )
        made.size = (columns or _DUMB[0], lines or _DUMB[1])
        return made

    @contextmanager
    def opened(self, folder: Path, settings: "Settings") -> "Iterator[Project]":
        """The project, as the command would have opened it.

        Args:
            folder: the folder that the command names.
            settings: the options that hold for it.
        """
        from whence import engine

        lent = engine.visits.visited(self.project, self.folder / folder, settings)
        if lent is None or (self.thinks and settings.model != "none"):
            raise _Refused
        yield lent
        self.project.rarity = lent.rarity  # which the next one need not count again


_visit: ContextVar[Visit | None] = ContextVar("visit", default=None)


def current() -> Visit | None:
    """The visit that this thread answers; None for a command of this process."""
    return _visit.get()


@contextmanager
def paid(visit: Visit) -> Iterator[None]:
    """This thread answers it meanwhile."""
    token = _visit.set(visit)
    try:
        yield
    finally:
        _visit.reset(token)


def here() -> Path:
    """The folder in which the command was typed."""
    visit = current()
    return visit.folder if visit else Path()


def at_rest(status: "Status") -> "Status":
    """The state of a project as a command tells it that opened it for this alone: no model is open in it."""
    if current() is None or status.embedding.state == "off":
        return status
    messages = tuple(each for each in status.messages if each != status.embedding.message)
    embedding = status.embedding.model_copy(update={"state": "waiting", "message": ""})
    return status.model_copy(update={"embedding": embedding, "messages": messages})
