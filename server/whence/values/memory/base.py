"""What every kind of memory has in common, and how memories relate."""

from abc import abstractmethod
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from whence.values.base import Metadata, Time, Value, Words, new_id, now, one_line
from whence.values.forge import Forge

Relation = Literal["implements", "solved_by", "caused_by", "supersedes", "about", "part_of"]
Source = Literal["save", "commit", "user", "assistant", "import", "model", "rules"]

Grouping = Literal["", "time", "state"]

Step = Literal[
    "showChanges",
    "openCode",
    "resolve",
    "edit",
    "link",
    "pin",
    "unpin",
    "copy",
    "archive",
    "unarchive",
    "delete",
    "restore",
]
"""What a person can do with a memory, by the name of the editor's command after `whence.`."""

PRIVATE = ("private", "personal")
"""Labels that keep a memory on this machine, whatever its kind."""

MAX_TITLE = 200
"""Characters of a title; a longer one is cut, since it is a line in lists."""


def kept_private(labels: Iterable[str]) -> bool:
    """Whether one of these labels keeps a memory on this machine."""
    return any(label.strip().casefold() in PRIVATE for label in labels)


class Link(Value):
    """A directed relation from the memory that holds it to another."""

    relation: Relation
    """How the two relate."""

    target: str
    """Id of the other memory."""


class Citation(Value):
    """Lines of a file that a memory is about, as they were when it was made, and what they are found again by."""

    path: str
    """The file, relative to the project."""

    start: int = Field(ge=1)
    """The first line, from 1."""

    end: int = Field(ge=1)
    """The last line."""

    symbol: str = ""
    """The function or class around the first line, such as `Cart.total`."""

    fingerprint: str = ""
    """What the lines said, as a hash of each that isn't blank, without its indentation; nothing can be read of it."""

    commit: str = ""
    """Id of the commit that was checked out."""


class MemoryBase(Value):
    """What every kind has. A kind adds its own fields, `text`, `markdown` and the class-level words below."""

    label: ClassVar[str]
    """What the kind is called in lists, in the plural."""
    icon: ClassVar[str]
    """Codicon that stands for the kind."""
    form_title: ClassVar[str] = ""
    """Title of the form that records one by hand, and of its command; empty where a person never writes one."""
    quick_title: ClassVar[str] = ""
    """Title of the command that asks for the first field of that form alone; empty without one."""
    form: ClassVar[tuple[str, ...]] = ()
    """Fields of that form, in order; the first takes what is selected outside of the project's files."""
    prose: ClassVar[tuple[str, ...]] = ()
    """Fields that take Markdown of any length. When duplicates are merged, their texts are put together, while of any
    other field the first is taken that says something."""
    recorded: ClassVar[str] = "Remembered"
    """What was done by recording one, as the heading of those that are about the lines at hand begins."""
    grouped: ClassVar[Grouping] = ""
    """What the tree groups the kind by: the time for what comes by the dozen, `state()`, or nothing."""
    dated: ClassVar[bool] = True
    """Whether a row says when it was: the name of a day, a week or a month tells that."""
    current: ClassVar[str] = ""
    """The state of those that ask for something, if there is one: the tree says how many there are."""
    first: ClassVar[tuple[str, ...]] = ("",)
    """Of a kind grouped by its states, those whose memories stand directly in its group, in this order."""
    shared: ClassVar[bool] = False
    """Whether those of this kind go to a team's store, where there is one."""
    apart: ClassVar[Mapping[str, tuple[str, str]]] = MappingProxyType({})
    """States whose memories have a group of their own in the tree, with what it is called and its codicon."""

    id: str = Field(default_factory=new_id)
    """Identifies the memory; its text sorts by time."""

    kind: str
    """Which kind of memory it is."""

    title: str = ""
    """One line that names it in lists."""

    created_at: Time = Field(default_factory=now)
    """When what it tells happened."""

    updated_at: Time = Field(default_factory=now)
    """When it was last written."""

    author: str = ""
    """Who made it, as git or the editor names them."""

    project: str = ""
    """Id of the project it belongs to."""

    importance: int = Field(default=5, ge=1, le=10)
    """From 1 (a trifle) to 10 (never forget)."""

    pinned: bool = False
    """Kept on top of the tree and preferred a little in search."""

    archived: bool = False
    """Put away: out of the tree and of search unless asked for."""

    deleted_at: Time | None = None
    """When it was moved to the bin; nothing finds it there, and it can be restored until the bin is emptied."""

    folder: str = ""
    """Where the user filed it, as a path such as `team/architecture`."""

    labels: Words = ()
    """Words to find it by."""

    files: Words = ()
    """Files it concerns, relative to the project, with forward slashes."""

    citations: tuple[Citation, ...] = ()
    """Lines that it is about; whoever asks why they are there is shown it first."""

    session: str = ""
    """Id of the session in which it came to be."""

    source: Source = "user"
    """How it came to be."""

    links: tuple[Link, ...] = ()
    """Relations to other memories."""

    metadata: Metadata = Field(default_factory=dict)
    """What the program that kept it attached, as plain JSON; nothing of it is searched."""

    def model_post_init(self, _context: Any, /) -> None:
        """Give the title its shape: one line of bounded length, made from the content where none was said."""
        line = one_line(self.title, MAX_TITLE) or one_line(self.default_title(), MAX_TITLE) or self.kind.capitalize()
        if line != self.title:
            object.__setattr__(self, "title", line)  # before anyone has seen the value: it is still frozen

    @property
    def titled(self) -> bool:
        """Whether its title says something of its own, and wasn't made from the content."""
        return self.title != one_line(self.default_title(), MAX_TITLE)

    @property
    def private(self) -> bool:
        """Whether it stays on this machine: for its kind, or for a label of `PRIVATE`."""
        return not self.shared or kept_private(self.labels)

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Fields of its form that say nothing, where a person filled in the first alone; else none."""
        fields = type(self).model_fields
        rest = {name: getattr(self, name) for name in self.form[1:]}
        touched = self.source != "user" or any(value != fields[name].default for name, value in rest.items())
        return () if touched else tuple(name for name, value in rest.items() if not value)

    @abstractmethod
    def default_title(self) -> str:
        """The title when none was given."""

    @abstractmethod
    def text(self) -> str:
        """What is searched besides the title, as plain text."""

    @abstractmethod
    def markdown(self, forge: Forge | None = None) -> str:
        """How the content reads in a detail view and in a context block, without the title.

        Args:
            forge: where the project's issues and commits are to be seen; without it, nothing is a link.
        """

    def keys(self) -> tuple[str, ...]:
        """Names by which the outside world knows it, such as `commit:<id>`; storage finds it by them."""
        return ()

    def description(self) -> str:
        """A few words beside the title in lists."""
        return ""

    def short_title(self) -> str:
        """What a row calls it that is too narrow for the title, with what tells it from others first."""
        return self.title

    def beside(self) -> str:
        """The words behind its name in such a row."""
        return self.description()

    def sign(self) -> str:
        """Codicon that stands for it in a row: its kind's, or one that tells where it stands."""
        return self.icon

    def state(self) -> str:
        """Where it stands or is filed within its kind, such as `open`; search filters and the tree groups by it."""
        return ""

    def steps(self) -> tuple[Step, ...]:
        """What can be done with it now, the likeliest first."""
        if self.deleted_at is not None:
            return ("restore", "copy")
        return (
            *self.own_steps(),
            *(("openCode",) if self.files or self.citations else ()),
            "edit",
            "link",
            "unpin" if self.pinned else "pin",
            "copy",
            "unarchive" if self.archived else "archive",
            "delete",
        )

    def own_steps(self) -> tuple[Step, ...]:
        """Of these what its kind alone has, as it stands."""
        return ()

    def repeats(self) -> str:
        """Id of the memory that it only tells in another way; an answer that holds that one leaves it out."""
        return ""

    def pieces(self) -> tuple[str, ...]:
        """What is looked for piece by piece, such as the turns of a conversation; empty where it is one text."""
        return ()
