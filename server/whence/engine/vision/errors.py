"""The error that a screenshot shows, as a bug would have it: pure functions over what a model saw."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from whence.engine.vision.prompt import SeenError
from whence.readers import traces
from whence.readers.places import Places
from whence.values.base import one_line
from whence.values.memory import Bug, Frame

_MOST_FRAMES = 10
_UNTOLD = re.compile(
    r"(?i)\W*(?:see|look at)?\s*(?:the|this|attached)?\s*(?:attached )?(?:screenshot|picture|image)\W*"
)
"""What people type for a message where they attach a picture instead."""

_TYPED = ("message", "error_type", "file", "line", "stack_trace")


@dataclass(frozen=True, slots=True)
class ShownError:
    """What a screenshot shows of an error; each text is empty and the line None where it shows none."""

    message: str
    """What it says; where that is not to be read, the beginning of its stack trace."""
    error_type: str
    trace: str
    file: str
    """Relative to the project where it is a file of it, or else without the folders of another machine."""
    line: int | None
    frames: tuple[Frame, ...]
    code: str
    cause: str
    signature: str
    """By which it is known when it comes back."""

    @property
    def values(self) -> dict[str, Any]:
        """What it tells, by the names of a bug's fields."""
        told = {
            "message": self.message,
            "error_type": self.error_type,
            "stack_trace": self.trace,
            "file": self.file,
            "line": self.line,
            "root_cause": self.cause,
        }
        return {name: value for name, value in told.items() if value}


def error_of(seen: SeenError, own: Places) -> ShownError:
    """The error that a model saw, its trace parsed and its file found in the project."""
    told = traces.parse(seen.trace)
    calls = tuple(Frame(file=call.file, line=call.line, function=call.function) for call in seen.calls)
    frames = told.frames[:_MOST_FRAMES] or calls
    file, line = _place(seen, frames, own)
    message = seen.message.strip() or told.message or seen.error_type.strip() or told.error_type
    error_type = seen.error_type.strip() or told.error_type
    stack = frames or (Frame(file=file, line=line),)
    return ShownError(
        message=message or one_line(seen.trace, 500),
        error_type=error_type,
        trace=seen.trace.strip(),
        file=file,
        line=line,
        frames=frames,
        code=seen.code.strip("\n"),
        cause=seen.cause.strip(),
        signature=traces.signature(error_type, message, stack, lambda name: bool(own.of(name))),
    )


def lacking(bug: Bug | None) -> tuple[str, ...]:
    """The fields that a screenshot can tell and a bug says nothing in; of no bug, all."""
    return tuple(name for name in _TYPED if bug is None or _lacks(bug, name))


def additions(bug: Bug, error: ShownError) -> dict[str, Any]:
    """What the picture tells that the bug does not: what a person wrote stays."""
    changes = {name: value for name, value in error.values.items() if _lacks(bug, name)}
    if error.frames and not bug.frames and "stack_trace" in changes:
        changes["frames"] = [frame.model_dump() for frame in error.frames]
    if "message" in changes:  # so that it is known when it comes back, and told from other pictures
        changes["signature"] = error.signature
    return changes


def _lacks(bug: Bug, name: str) -> bool:
    return not getattr(bug, name) or (name == "message" and _UNTOLD.fullmatch(bug.message) is not None)


def _place(seen: SeenError, frames: Sequence[Frame], own: Places) -> tuple[str, int | None]:
    """File and line: those that the picture names, or else of the innermost call in a file of the project."""
    file, line = seen.file, seen.line
    if not file:
        named = [frame for frame in frames if frame.file]
        inner = next((frame for frame in named if own.of(frame.file)), None)
        if (at := inner or next(iter(named), None)) is not None:
            file, line = at.file, at.line
    return own.of(file) or _relative(file), line


def _relative(file: str) -> str:
    """A file that is none of the project's, without the folders of another machine."""
    name = file.strip().replace("\\", "/")
    return PurePosixPath(name).name if name.startswith(("/", "~")) or re.match(r"[A-Za-z]:", name) else name
