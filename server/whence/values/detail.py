"""One memory opened: how it reads, what it hangs together with, and what can be done with it."""

from whence.values.base import Time, Value
from whence.values.memory import Memory, Relation, Step
from whence.values.reports.provenance import Contribution


class Related(Value):
    """A memory that links to another."""

    id: str
    """The memory."""

    kind: str
    """Its kind."""

    title: str
    """Its title."""

    relation: Relation
    """How it relates to the other."""

    created_at: Time
    """When what it tells happened."""


class Detail(Value):
    """A memory, and how it reads."""

    memory: Memory
    """The memory itself; of code its page as a note, which is stored nowhere."""

    markdown: str
    """The whole memory as one Markdown document, title included."""

    actions: tuple[Step, ...] = ()
    """What can be done with it now, the likeliest first."""

    icon: str = ""
    """Codicon of its kind."""

    related: tuple[Related, ...] = ()
    """The memories in use that link to it, oldest first; those that it links to are its own `links`."""

    recalls: int = 0
    """How often it was shown or put into a context on this machine, this time included."""

    recalled_at: Time | None = None
    """When that was last."""

    written: tuple[Contribution, ...] = ()
    """Of a Change that came in a commit, which conversations wrote its lines, as far as that is sure."""

    unsaid: str = ""
    """Where somebody wrote the first field of its form alone, what else can be said, as a sentence."""


class PastText(Value):
    """A file as it is in a commit."""

    text: str = ""
    """Its text, with secrets taken out; empty where it is not there, or is no text."""

    there: bool = False
    """Whether the commit has such a file."""
