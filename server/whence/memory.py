"""The kinds of memory: frozen values, one class each, and the closed union `Memory`.

A new kind touches this file alone. Define its class and add it to the union; storage (the payload is JSON), search,
context, tree, command line, the TypeScript types and the palette command of its form follow from it, and
`tests/test_house.py` holds us to that.
"""

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal, get_args

from pydantic import Field, TypeAdapter, ValidationError
from typing_extensions import override

from whence.errors import InvalidRequest
from whence.values import Lines, Text, Time, Value, Words, explain, fenced, new_id, now, one_line

Relation = Literal["implements", "solved_by", "caused_by", "supersedes", "about", "part_of"]
Source = Literal["save", "commit", "user", "assistant", "import", "model"]
Action = Literal["create", "edit", "delete", "rename", "refactor", "test"]

MAX_TITLE = 200
"""Characters of a title; a longer one is cut, since it is a line in lists."""


class Link(Value):
    """A directed relation from the memory that holds it to another."""

    relation: Relation
    """How the two relate."""

    target: str
    """Id of the other memory."""


class MemoryBase(Value):
    """What every kind has. A kind adds its own fields, `text`, `markdown` and the class-level words below."""

    label: ClassVar[str]
    """What the kind is called in lists, in the plural."""
    icon: ClassVar[str]
    """Codicon that stands for the kind."""
    form_title: ClassVar[str] = ""
    """Title of the palette command that records one by hand; empty where a person never writes one."""
    form: ClassVar[tuple[str, ...]] = ()
    """Fields that the command asks for, in order; the first takes the editor's selection."""
    by_day: ClassVar[bool] = False
    """Whether the tree groups the kind by day, as it does for what comes by the dozen."""

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
    """Words that the user or an assistant tagged it with."""

    files: Words = ()
    """Files it concerns, relative to the project, with forward slashes."""

    session: str = ""
    """Id of the session in which it came to be."""

    source: Source = "user"
    """How it came to be."""

    links: tuple[Link, ...] = ()
    """Relations to other memories."""

    def model_post_init(self, _context: Any, /) -> None:
        """Give the title its shape: one line of bounded length, made from the content where none was said."""
        line = one_line(self.title or self.default_title(), MAX_TITLE)
        if line != self.title:
            object.__setattr__(self, "title", line)  # before anyone has seen the value: it is still frozen

    @abstractmethod
    def default_title(self) -> str:
        """The title when none was given."""

    @abstractmethod
    def text(self) -> str:
        """What is searched besides the title, as plain text."""

    @abstractmethod
    def markdown(self) -> str:
        """How the content reads in a detail view and in a context block, without the title."""

    def keys(self) -> tuple[str, ...]:
        """Names by which the outside world knows it, such as `commit:<id>`; storage finds it by them."""
        return ()

    def description(self) -> str:
        """A few words beside the title in lists."""
        return ""


class FileEdit(Value):
    """What one change did to one file."""

    path: str
    """The file, relative to the project, with forward slashes."""

    action: Action = "edit"
    """What was done to it."""

    old_path: str = ""
    """Where it was before a rename."""

    added: int = Field(default=0, ge=0)
    """Lines added."""

    removed: int = Field(default=0, ge=0)
    """Lines removed."""

    diff: str = ""
    """Unified diff, without file headers; cut where it was very long."""

    symbols: tuple[str, ...] = ()
    """Functions and classes whose lines were touched."""


class Change(MemoryBase):
    """One logical change: a burst of saves of a file, or a commit."""

    label: ClassVar[str] = "Changes"
    icon: ClassVar[str] = "git-commit"
    by_day: ClassVar[bool] = True

    kind: Literal["change"] = "change"

    edits: tuple[FileEdit, ...] = ()
    """What was done, file by file."""

    reason: str = ""
    """Why, in the words of the commit message or of whoever recorded it."""

    commit: str = ""
    """Id of the commit that holds it; empty while it is in no commit."""

    branch: str = ""
    """Branch on which it was made."""

    open: bool = False
    """Whether it may still grow with further saves or be taken up by a commit."""

    @override
    def default_title(self) -> str:
        if self.reason.strip():
            return self.reason.strip().splitlines()[0]
        if not self.edits:
            return "Empty change"
        first = self.edits[0]
        symbols = f": {', '.join(first.symbols[:3])}" if first.symbols else ""
        more = f" and {len(self.edits) - 1} more" if len(self.edits) > 1 else ""
        moved = f" from {first.old_path}" if first.old_path else ""
        return f"{_ACTED[first.action]} {first.path}{moved}{symbols}{more}"

    @override
    def text(self) -> str:
        parts = [self.reason]
        for edit in self.edits:
            parts += [edit.path, edit.old_path, " ".join(edit.symbols), edit.diff]
        return "\n".join(part for part in parts if part)

    @override
    def markdown(self) -> str:
        facts = [f"**Commit** `{self.commit[:12]}`"] if self.commit else ["Not committed yet"] if self.open else []
        if self.branch:
            facts.append(f"**Branch** {self.branch}")
        reason = self.reason.strip()
        if reason.partition("\n")[0].strip() == self.title:
            reason = reason.partition("\n")[2].strip()  # the rest: the title stands above already
        blocks = [" · ".join(facts), reason]
        for edit in self.edits:
            moved = f" (was `{edit.old_path}`)" if edit.old_path else ""
            blocks.append(f"### `{edit.path}`{moved}\n\n{_ACTED[edit.action]}, +{edit.added} -{edit.removed}")
            if edit.diff:
                blocks.append(fenced(edit.diff, "diff"))
        return "\n\n".join(block for block in blocks if block)

    @override
    def keys(self) -> tuple[str, ...]:
        return (f"commit:{self.commit}",) if self.commit else ()

    @override
    def description(self) -> str:
        added, removed = sum(e.added for e in self.edits), sum(e.removed for e in self.edits)
        where = self.commit[:8] if self.commit else self.branch
        return " ".join(part for part in (f"+{added} -{removed}", where) if part)


class Decision(MemoryBase):
    """What was decided, and why: the terms of an architecture decision record."""

    label: ClassVar[str] = "Decisions"
    icon: ClassVar[str] = "law"
    form_title: ClassVar[str] = "Record Decision"
    form: ClassVar[tuple[str, ...]] = (
        "decision",
        "context",
        "rationale",
        "alternatives",
        "consequences",
        "status",
        "labels",
    )

    kind: Literal["decision"] = "decision"

    decision: Text
    """What was decided."""

    context: str = ""
    """The situation that asked for a decision."""

    rationale: str = ""
    """Why this and not something else."""

    alternatives: Lines = ()
    """What else was considered."""

    consequences: str = ""
    """What follows from it, good and bad."""

    status: Literal["proposed", "accepted", "rejected", "deprecated", "superseded"] = "accepted"
    """Where it stands."""

    confidence: float = Field(default=1.0, ge=0.0, le=1.0)
    """How sure whoever decided was, from 0 to 1."""

    @override
    def default_title(self) -> str:
        return self.decision

    @override
    def text(self) -> str:
        parts = (
            self.decision,
            self.context,
            self.rationale,
            *self.alternatives,
            self.consequences,
            *self.files,
        )
        return "\n".join(part for part in parts if part)

    @override
    def markdown(self) -> str:
        status = f"**Status** {self.status}"
        if self.confidence < 1:
            status += f" · **Confidence** {self.confidence:.0%}"
        sections = (
            ("Context", self.context),
            ("Decision", self.decision),
            ("Rationale", self.rationale),
            ("Alternatives", "\n".join(f"- {each}" for each in self.alternatives)),
            ("Consequences", self.consequences),
        )
        return "\n\n".join([status, *(f"### {name}\n\n{body}" for name, body in sections if body)])

    @override
    def description(self) -> str:
        return "" if self.status == "accepted" else self.status


class Note(MemoryBase):
    """Anything worth keeping that has no shape of its own."""

    label: ClassVar[str] = "Notes"
    icon: ClassVar[str] = "note"
    form_title: ClassVar[str] = "Save Note"
    form: ClassVar[tuple[str, ...]] = ("content", "labels")

    kind: Literal["note"] = "note"

    content: Text
    """What to remember."""

    @override
    def default_title(self) -> str:
        return next((line for line in self.content.splitlines() if line.strip()), "")

    @override
    def text(self) -> str:
        return self.content

    @override
    def markdown(self) -> str:
        return self.content


Memory = Annotated[Decision | Change | Note, Field(discriminator="kind")]
"""Any memory, in the order of the tree. `KINDS` lists the classes by the name that `kind` carries."""

KINDS: dict[str, type[MemoryBase]] = {cls.model_fields["kind"].default: cls for cls in get_args(get_args(Memory)[0])}

_ADAPTER: TypeAdapter[Any] = TypeAdapter(Memory)

_ACTED: dict[Action, str] = {
    "create": "Created",
    "edit": "Edited",
    "delete": "Deleted",
    "rename": "Renamed",
    "refactor": "Refactored",
    "test": "Tested",
}


def parse(values: dict[str, Any]) -> MemoryBase:
    """Read a memory of any kind from a mapping, in camelCase or snake_case.

    Raises:
        InvalidRequest: names the field and what is wrong with it.
    """
    try:
        memory: MemoryBase = _ADAPTER.validate_python(values)
    except ValidationError as error:
        raise InvalidRequest(explain(error, KINDS)) from None
    return memory


def parse_json(payload: str) -> MemoryBase:
    """Read back what `dump_json` wrote.

    Raises:
        InvalidRequest: the text is not a memory that this version knows.
    """
    try:
        memory: MemoryBase = _ADAPTER.validate_json(payload)
    except ValidationError as error:
        raise InvalidRequest(explain(error, KINDS)) from None
    return memory
