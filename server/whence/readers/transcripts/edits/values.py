"""What an assistant did to files, as its transcript shows it: edits line by line, and commands that change them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

MOST_ASKED = 4_000
"""Characters of a user's turn that are kept beside the edits that it led to."""

MOST_SAID = 2_000
"""Characters of the assistant's words before an edit that are kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The user's turn that led to an edit."""

    assistant: str
    """Whose conversation it is, such as `claude-code`."""

    session: str
    """The conversation's id there."""

    id: str = ""
    """The turn's id there; empty before the first turn."""

    number: int = 0
    """The how manieth turn of the user it is, from 1; 0 where no turn stands before the edit."""

    text: str = ""
    """The user's words."""

    at: datetime | None = None
    """When they were said."""

    offset: int = 0
    """Bytes of the transcript before the turn, in formats that are appended to: reading can go on there."""

    leaf: str = ""
    """Id of the record that the turn answers, where records name their parents."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One file changed by one call of a tool, which succeeded as far as the transcript tells."""

    id: str
    """The call's id and the file's place in it; the same in every copy of the record."""

    asked: Asked
    """What it was asked by."""

    said: str
    """The assistant's own words before it in the same turn."""

    model: str
    """The model, where it is told."""

    at: datetime | None
    """When."""

    tool: str
    """The tool's name, or `shell`."""

    folder: str
    """The folder that the assistant stood in."""

    path: str
    """The file as the assistant named it; nothing where it only showed lines: a plan, a task, a script."""

    lines: tuple[str, ...]
    """Its lines as in a patch, each behind ` `, `-` or `+`."""

    by_hand: bool = False
    """Whether the user changed the text before accepting it."""


@dataclass(frozen=True, slots=True)
class Act:
    """A command that changed files, or committed them, without showing lines."""

    id: str
    """The call's id and the command's place in it."""

    asked: Asked
    """What it was asked by."""

    at: datetime | None
    """When."""

    folder: str
    """The folder that the assistant stood in."""

    kind: Literal["commit", "format", "replace"]
    """A commit; a formatter's run; a text that was replaced by another in files."""

    words: tuple[str, ...]
    """A commit's subject, or its id where no subject shows; a formatter's name; a text, another, and the files."""


@dataclass(frozen=True, slots=True)
class Stay:
    """Where a session stood while it worked on a turn."""

    asked: Asked
    """The turn."""

    branch: str
    """The branch that was checked out, where it is told."""

    folder: str
    """The folder that the assistant stood in."""

    begun: datetime
    """When the turn's first record was written."""

    ended: datetime
    """When its last one was."""


Deed = Edit | Act | Stay
