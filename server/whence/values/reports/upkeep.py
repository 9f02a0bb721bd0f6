"""What the command line tells of its own footing: where options come from, and what a check-up found."""

from typing import Any, Literal

from pydantic import Field

from whence.values.base import Value

Origin = Literal["default", "user", "project", "environment", "given"]
"""Where an option's value comes from, in the order of rising strength."""

State = Literal["ok", "warn", "fail"]


class Option(Value):
    """One option, its value, and where that comes from."""

    key: str
    """Its name, such as `search.limit`."""

    value: Any
    """The value that holds."""

    origin: Origin
    """What kind of place it comes from."""

    place: str
    """That place: a file and a line, an environment variable, an option of the command line; empty for a default."""


class ConfigurationFile(Value):
    """A file that options may stand in."""

    path: str
    """Where it is."""

    origin: Origin
    """Whose it is."""

    found: bool
    """Whether it is there and was read."""


class Configuration(Value):
    """All options, with the places that they come from."""

    options: tuple[Option, ...]
    """Every option."""

    files: tuple[ConfigurationFile, ...] = ()
    """The files that were looked for."""

    notes: tuple[str, ...] = ()
    """What was left out, and why."""


class Finding(Value):
    """One thing that a check-up looked at."""

    topic: str
    """What was looked at, such as `database`."""

    state: State
    """`ok`; `warn`: it works, and something is missing or amiss; `fail`: something does not work."""

    message: str
    """What was found, as a sentence."""

    repair: str = ""
    """What to do about it; empty where there is nothing to do."""


class CheckUp(Value):
    """What a check-up of this machine, and of the project's memory on it, found. Nothing was changed by it."""

    version: str
    """The version of Whence."""

    findings: tuple[Finding, ...] = Field(min_length=1)
    """What was found, topic by topic."""

    state: State
    """The worst of all states."""
