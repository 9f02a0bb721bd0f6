"""What operations answer about forms: what a person fills in, and what stands in it already."""

from typing import Literal

from whence.values.base import Value
from whence.values.protocol import Selection


class FormField(Value):
    """One field of a form."""

    name: str
    """Parameter of the form's operation, or field of the memory, that it fills."""

    title: str
    """What it is called."""

    prompt: str
    """What to write in it."""

    shape: Literal["text", "line", "list", "words", "choice"]
    """Markdown of any length, one line, an item a line, words with commas between them, or one of `choices`."""

    required: bool = False
    """Whether it must say something."""

    choices: tuple[str, ...] = ()
    """The possible answers of a choice."""

    value: str = ""
    """What stands in it at first: what the memory says, or what a new one begins with."""

    draft: str | None = None
    """What was written in it when the form was left before, where that is something else."""


class Form(Value):
    """One page on which a person writes a memory, changes one, or begins or ends a session."""

    kind: str
    """What it is the form of: a kind of memory, `start_session` or `end_session`; what its draft goes by."""

    id: str = ""
    """The memory that it changes; empty where it makes a new one."""

    title: str
    """What it is called."""

    operation: Literal["remember", "update", "start_session", "end_session"]
    """The operation that takes what was filled in."""

    fields: tuple[FormField, ...]
    """Its fields, in order; empty where there is nothing to fill in, and `note` says why."""

    note: str = ""
    """What to know before one fills it in."""

    draft: str = ""
    """Of what there is a draft, as a sentence; empty where there is none."""

    lines: str = ""
    """What the lines are called that it can be about; empty where it is about none."""

    selection: Selection | None = None
    """The lines that its draft is about."""

    similar: str = ""
    """What memories are called that say something similar; empty where none are looked for."""
