"""What operations answer about lines: why they are there, what changed them, and what is remembered at them."""

from typing import Literal

from whence.values.base import Time, Value
from whence.values.memory import Relation
from whence.values.reports import Cited, Report


class Reason(Value):
    """A memory that tells why lines are as they are."""

    cited: Cited
    """The memory."""

    relation: Relation | None = None
    """How it relates to the memory that led to it; None for a Change of the lines themselves."""

    via: str = ""
    """The memory whose link led to it; empty for a Change of the lines themselves."""

    lines: tuple[int, ...] = ()
    """The lines that it is about, from 1."""


class Led(Value):
    """What a memory leads to."""

    words: str
    """How, such as `Implements` or `Solves`."""

    cited: Cited
    """The memory."""

    state: str
    """What there is to say of it in a word or two, such as `accepted` or `resolved`; may be empty."""


class Band(Value):
    """Lines that one thing made, or that one memory is about."""

    lines: tuple[int, ...] = ()
    """The lines, from 1; none where nobody can tell which."""

    at: Time
    """When it was."""

    author: str
    """Who it was; empty where nobody knows."""

    title: str
    """What it was, in a line."""

    said: str
    """Why, as Markdown, without what the title says already and without noise; empty where no reason is known."""

    commit: str
    """Id of the commit; empty for what is in none."""

    url: str
    """Where that commit is to be seen; empty where the project has no known forge."""

    id: str
    """The memory; empty where only git knows."""

    kind: str
    """The memory's kind; empty without a memory."""

    about: Literal["", "lines", "gone", "file"] = ""
    """Whether the memory is about these lines, about others that are gone, or about the file; not, what made
    them."""

    led: tuple[Led, ...] = ()
    """Decisions, bugs, sessions and conversations behind it."""


class Origin(Value):
    """Who wrote lines, besides the commit that they came in: a conversation with an assistant."""

    assistant: str
    """Whose conversation, such as `claude-code`; as a commit names it, where only that says so."""

    session: str = ""
    """The conversation's id there; empty where only the assistant is known."""

    turn: int = 0
    """The user's turn that led to it, from 1; 0 where that is not known."""

    asked: str = ""
    """The words of that turn."""

    before: str = ""
    """The words of the last longer turn before it, where it says little by itself, such as `yes`."""

    said: str = ""
    """The assistant's own words before the edit."""

    at: Time | None = None
    """When the edit was made; when it was asked for, where only that is known."""

    model: str = ""
    """The model, where it is known."""

    kind: Literal["stated", "matched"] = "matched"
    """Whether the commit or a note beside it says so, or the lines were found among what the assistant wrote."""

    confidence: float = 1.0
    """How sure it is, up to 1."""

    mixed: bool = False
    """Whether somebody changed the lines after the assistant wrote them."""

    conversation: str = ""
    """The memory that holds the conversation; empty where it isn't kept."""

    place: int | None = None
    """The turn that asked among all turns of that memory, from 0; None where it isn't found there."""


class ExportedOrigins(Value):
    """What was written as git notes, or would be."""

    commits: int
    """Commits that get a note, or whose note of ours says something else by now."""

    lines: int
    """Lines that these notes name."""

    sessions: int
    """Conversations that they name."""

    others: int
    """Commits that would have one, but have a note of another tool, which stays."""

    written: bool
    """Whether they were written."""

    note: str
    """The same as a sentence."""


class Stretch(Value):
    """Lines of one origin. Lines that stand in none have no origin that is known."""

    lines: tuple[int, ...]
    """The lines, from 1."""

    origins: tuple[Origin, ...]
    """Who wrote them, the likeliest first."""

    told: str = ""
    """The same in words, as Markdown on one line."""


class Contribution(Value):
    """What one turn of a conversation, or one assistant, brought into a commit."""

    lines: int
    """How many different lines; 0 where only the commit says that it helped."""

    mixed: int = 0
    """Those of them that somebody changed before the commit."""

    origins: tuple[Origin, ...]
    """Who wrote them, the likeliest first."""

    told: str
    """The same in words, as Markdown on one line."""


class LinesInFile(Value):
    """The lines that a conversation wrote into one file."""

    path: str
    """The file, as it is named now, or was last."""

    there: bool
    """Whether there is such a file."""

    standing: tuple[int, ...] = ()
    """Those that stand there, from 1."""

    gone: int = 0
    """How many different ones came into a commit and stand there no more."""

    examples: tuple[str, ...] = ()
    """The first of those that are gone."""


class ConversationLines(Report):
    """The lines that a conversation wrote: those that still stand, and those that are gone."""

    files: tuple[LinesInFile, ...] = ()
    """By file, those with the most lines first."""


class Why(Report):
    """Why lines are there: Changes, newest first, and what their links lead to."""

    file: str
    """The file, relative to the project."""

    start: int
    """The first line asked about, from 1; 0 where no lines could be told apart."""

    end: int
    """The last line asked about."""

    reasons: tuple[Reason, ...] = ()
    """The memories, in the order of the page."""

    only_git: tuple[str, ...] = ()
    """Ids of the commits that made lines and that no memory tells of."""

    unfollowed: bool = False
    """Whether lines that came from other files were not followed there; asking thoroughly follows them."""

    bands: tuple[Band, ...] = ()
    """What the page tells, for views that show it beside the code: what made which lines, in the order of the page."""

    life: tuple[str, ...] = ()
    """Of a whole file its life in short, as sentences of Markdown: how it began, its great changes, who wrote it."""

    stretches: tuple[Stretch, ...] = ()
    """Which conversations wrote which lines, as far as that is sure."""

    unknown: tuple[int, ...] = ()
    """Of commits of which some lines come from conversations, those of which nobody knows: a person wrote them, or an
    assistant whose conversation was not read."""

    text: str = ""
    """The lines themselves, where they were asked about as they are in a commit; those on disk are not told."""


class LineChange(Report):
    """What wrote a line: the commit, what it changed there, and what stood in its place before."""

    commit: str = ""
    """Id of the commit; empty for a line that is in none yet."""

    url: str = ""
    """Where that commit is to be seen; empty where the project has no known forge."""

    file: str = ""
    """The file as it was named there."""

    line: int = 0
    """The line there, from 1."""

    diff: str = ""
    """The part of its patch around the line, as git prints it."""

    parent: str = ""
    """Id of the commit before, which is asked about what was there; empty where nothing stood in the line's place."""

    before: str = ""
    """The file as it was named in that."""

    start: int = 0
    """The first line that stood in its place before, from 1."""

    end: int = 0
    """The last one."""


class Mark(Value):
    """What is remembered of a function, a class or some lines, to be shown at them."""

    line: int
    """Where it begins, from 1."""

    end: int
    """Where it ends."""

    name: str
    """The function or class; empty where a memory is about lines."""

    title: str
    """What is remembered, in a line, such as `1 bug · 3 changes, last 3 weeks ago`."""

    serious: bool
    """Whether a bug or a decision in force is among it."""

    cited: tuple[Cited, ...]
    """The memories: bugs, then decisions, then changes."""


class OriginMark(Value):
    """Who wrote some lines, to be shown at them."""

    lines: tuple[int, ...]
    """The lines, from 1."""

    title: str
    """The likeliest origin, in a line."""

    conversation: str = ""
    """The memory that holds the conversation; empty where it isn't kept."""

    asked: str = ""
    """The words of the turn that asked, by which its place in the conversation is found."""


class Marks(Value):
    """What is remembered of the parts of a file."""

    file: str
    """The file, relative to the project."""

    marks: tuple[Mark, ...] = ()
    """By function and class, in the order of the file."""

    lines: tuple[Mark, ...] = ()
    """Lines that a decision in force or an open bug is about."""

    origins: tuple[OriginMark, ...] = ()
    """Which conversations wrote which lines, as far as that is known without asking git at length."""

    pending: bool = False
    """Whether git would have to be asked first; where the lines' origins were asked for, it is being asked."""
