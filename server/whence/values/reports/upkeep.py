"""What the command line tells of its own footing: where options come from, and what a check-up found."""

from typing import Any, Literal

from pydantic import Field

from whence.values.base import Time, Value

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
    """What a check-up of this machine, and of the project's memory on it, found."""

    version: str
    """The version of Whence."""

    findings: tuple[Finding, ...] = Field(min_length=1)
    """What was found, topic by topic."""

    state: State
    """The worst of all states."""

    repaired: tuple[str, ...] = ()
    """What was repaired before, as sentences, and what could not be; empty where nobody asked for that."""


class BackupListed(Value):
    """A backup of a project's memories."""

    at: Time
    """When it was taken."""

    why: Literal["daily", "asked", "migration", "restore"]
    """Why: it was due, somebody asked for it, or it was taken before a migration or a restore."""

    memories: int
    """How many memories it has, the bin's included."""

    sound: bool
    """Whether all of it can be read and is as it was written."""

    damaged: int = 0
    """Memories that were damaged on disk when it was taken, and that no earlier backup had."""


class Backups(Value):
    """The backups of a project's memories."""

    folder: str
    """Where they are."""

    backups: tuple[BackupListed, ...] = ()
    """All of them, the newest first."""

    note: str = ""
    """What was done or is to be known, as a sentence."""


class Restored(Value):
    """What restoring a backup came to."""

    at: Time
    """When the backup was taken."""

    memories: int
    """How many memories there are now."""

    back: int
    """Of these, those that were missing or damaged before."""

    later: int
    """Of these, those that were written after the backup and stayed."""

    removed: int = 0
    """Memories that were there before and are not any more."""

    aside: str = ""
    """Where the database is kept that could not be opened; empty where it could be."""

    note: str = ""
    """What was done, as a sentence."""
