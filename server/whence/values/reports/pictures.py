"""What pictures show, as proposals that nothing keeps until the user does."""

from typing import Any, Literal

from whence.values.base import Value
from whence.values.memory import Frame
from whence.values.reports import Report


class PictureFacts(Value):
    """What a picture tells from outside."""

    name: str
    """The name of its file."""

    format: Literal["PNG", "JPEG", "GIF", "WebP"]
    """What it is."""

    width: int
    """Pixels."""

    height: int
    """Pixels."""

    size: int
    """Bytes."""


class PictureReport(Report):
    """What a picture shows; nothing of it is kept until `operation` is called."""

    picture: PictureFacts
    """The picture."""

    model: str = ""
    """The model that read it; empty where none did."""

    operation: Literal["record_error", "update", "remember"]
    """The operation that keeps it."""

    arguments: dict[str, Any]
    """What to call that with, to be confirmed or corrected."""

    missing: tuple[str, ...] = ()
    """Names of the arguments that the user should still type, the most important first."""


class ScreenshotReading(PictureReport):
    """The error on a screenshot, as the proposal of a Bug."""

    error_type: str = ""
    """Its type."""

    message: str = ""
    """What it says."""

    file: str = ""
    """The file, relative to the project where it is one of it."""

    line: int = 0
    """The line, from 1; 0 where it is not known."""

    frames: tuple[Frame, ...] = ()
    """The calls that matter most, the innermost first."""

    code: str = ""
    """The source code that can be seen."""

    cause: str = ""
    """Why it may have happened, by the model's judgement."""


class Component(Value):
    """One part of an architecture."""

    name: str
    """What it is called."""

    role: str = ""
    """What it is or does."""


class Connection(Value):
    """How one part of an architecture relates to another."""

    origin: str
    """Name of the part at which it begins."""

    target: str
    """Name of the part to which it leads."""

    what: str = ""
    """What it stands for."""


class DiagramReading(PictureReport):
    """The architecture on a diagram, as the proposal of a Note or a Decision."""

    components: tuple[Component, ...] = ()
    """Its parts."""

    connections: tuple[Connection, ...] = ()
    """How they relate."""

    pattern: str = ""
    """Its pattern, by the model's judgement."""
