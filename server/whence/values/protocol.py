"""Every value that crosses a boundary: what is asked, answered and announced.

All are frozen and closed, in camelCase on the wire. `generate.py` writes the TypeScript types of those that an
operation or a notification mentions; the attribute docstrings become their comments.
"""

import re
from typing import Literal

from pydantic import Field, model_validator

from whence.values import line_ranges
from whence.values.base import Time, Value, Words
from whence.values.score import ScoreParts

CODE = "code"
"""What a search calls functions and classes of the code, beside the kinds of memory."""

# ---------------------------------------------------------------- asked


class Focus(Value):
    """Where the user is; memories near it count a little more."""

    file: str = ""
    """The current file, relative to the project."""

    symbol: str = ""
    """The function or class under the cursor."""

    line: int = Field(default=0, ge=0)
    """The cursor's line, from 1, which the symbol is looked up by where none is given; 0 where it is not known."""

    recent: Words = ()
    """Files edited lately, the latest first; of many the first twenty count."""

    diagnostics: tuple[str, ...] = ()
    """Messages of the errors and warnings at hand, the nearest first; of many the first few count."""


class Selection(Value):
    """Lines of a file that somebody chose; may be written as `src/cart.py:10-14`."""

    file: str
    """The file, relative to the project."""

    start: int = Field(ge=1)
    """The first line, from 1."""

    end: int = Field(default=0, ge=0)
    """The last line; 0 for the first one alone."""

    text: str = ""
    """The lines whole, as an editor has them that didn't save them yet; without it they are read on disk."""

    @model_validator(mode="before")
    @classmethod
    def _written(cls, values: object) -> object:
        if not isinstance(values, str):
            return values
        both = re.fullmatch(r"(.+?):(\d{1,9}):(\d{1,9})", values.strip())
        file, first, last = (both[1], int(both[2]), int(both[3])) if both else line_ranges.named(values)
        if not first:
            raise ValueError("write the lines as file:first-last, such as src/cart.py:10-14")
        return {"file": file, "start": first, "end": last}


Place = Literal["use", "archive", "bin"]
"""Where memories are: in use, archived ones among them; in the archive alone; in the bin."""


class Filter(Value):
    """Which memories may answer. An empty field lets all pass."""

    kinds: Words = ()
    """Only these kinds."""

    files: Words = ()
    """Only memories that concern one of these files, or a file in one of these folders."""

    labels: Words = ()
    """Only memories with one of these labels."""

    authors: Words = ()
    """Only memories that people of these names made: a search takes parts of names, storage only whole ones."""

    states: Words = ()
    """Only memories that stand so, such as `open` or `accepted`."""

    folder: str = ""
    """Only memories filed in this folder or in folders of it."""

    session: str = ""
    """Only memories that came to be in this session."""

    min_importance: int = Field(default=1, ge=1, le=10)
    """Only memories of this importance or more."""

    since: Time | None = None
    """Only memories of this moment or later."""

    until: Time | None = None
    """Only memories from before this moment."""

    archived: bool = False
    """Whether archived memories may answer too."""

    exclude_folders: Words = ()
    """No memories filed in these folders or in folders of them."""


# ---------------------------------------------------------------- answered


class Location(Value):
    """A place in the project."""

    path: str
    """The file, relative to the project, with forward slashes."""

    line: int = Field(default=1, ge=1)
    """Line, counted from 1."""

    uri: str = ""
    """The file's URI on the machine that the server runs on."""


class Hit(Value):
    """One memory that answers a query, or a piece of the code."""

    id: str
    """The memory; of code what names it as long as it stands where it does."""

    kind: str
    """Its kind; `code` for a piece of the code."""

    icon: str
    """Codicon of its kind."""

    title: str
    """One line that names it."""

    description: str
    """A few words about when and where."""

    snippet: str
    """The piece of it that matched best."""

    score: float
    """How well it answers; comparable within one result only."""

    parts: ScoreParts
    """What the score is the sum of."""

    why: str = ""
    """Why it was found, as a sentence."""

    turn: int | None = None
    """The turn of the conversation that answers, from 0."""

    alike: tuple[str, ...] = ()
    """Memories of nearly the same content that are not listed for themselves."""

    created_at: Time
    """When what it tells happened; of code when its file was last changed."""

    files: tuple[str, ...] = ()
    """Files it concerns."""

    labels: tuple[str, ...] = ()
    """Its labels."""

    location: Location | None = None
    """Where it stands, of code: a result opens there."""


class SearchResult(Value):
    """The memories that answer a query, best first."""

    hits: tuple[Hit, ...] = ()
    """Best first; empty where nothing fits."""

    mode: Literal["words and meaning", "words", "time"]
    """How was searched: without a model by words alone; an empty query lists the newest."""

    confidence: float = 0.0
    """How well the best hit fits: cosine plus the share of the query's words it holds, from 0 to 2; only the share
    where there is no model."""

    weak: bool = False
    """Whether the hits may well be no answer: four of five queries that belong elsewhere are told by this."""

    note: str = ""
    """What the user should know: that nothing fits and what to try, or that meaning is not searched yet."""


class ContextSource(Value):
    """One memory that a context block holds."""

    id: str
    """The memory."""

    kind: str
    """Its kind."""

    title: str
    """One line that names it."""

    created_at: Time
    """When what it tells happened."""

    tokens: int
    """What it takes of the budget."""

    shortened: bool = False
    """Whether only a part of it fitted."""

    repeats: tuple[str, ...] = ()
    """Memories that say nearly the same, and are left out because of it."""


class Omitted(Value):
    """Memories that a context block doesn't hold, and why."""

    reason: Literal["room", "repetition", "folder"]
    """The budget is used up; another one says nearly the same; or they are filed in an excluded folder."""

    count: int
    """How many."""


class ContextBlock(Value):
    """Memories as one Markdown text within a budget of tokens."""

    markdown: str
    """The block, its sources named; empty where nothing fits the query."""

    tokens: int
    """Tokens of the block, counted with Claude's published vocabulary; no fewer than OpenAI's models count."""

    budget: int
    """The most tokens that it might take."""

    sources: tuple[ContextSource, ...] = ()
    """What it was made of, in order."""

    left_out: int = 0
    """Memories that fitted the query but not the budget."""

    omitted: tuple[Omitted, ...] = ()
    """All that was left out, by reason; the block's last line says the same."""

    confidence: float = 0.0
    """How well the best memory fits the query, as a search tells it."""

    weak: bool = False
    """Whether the memories may well have nothing to do with the query."""

    note: str = ""
    """What the user should know: that nothing fits, or that the budget was small."""


class TreeNode(Value):
    """One row of the tree. Its id carries all that is needed to list its children."""

    id: str
    """Names the row; unique in the tree."""

    label: str
    """What the row says."""

    description: str = ""
    """Fainter words behind the label."""

    tooltip: str = ""
    """Markdown shown on hovering."""

    picture: str = ""
    """Picture of the editor's above the tooltip, by its name; most rows have none."""

    icon: str = ""
    """Codicon."""

    context_value: str = ""
    """Which menu entries apply, as words: `group`; `memory`, its kind, and `can-pin` for what can be done."""

    expandable: Literal["no", "collapsed", "expanded"] = "no"
    """Whether it has children, and how it is shown at first."""

    memory: str = ""
    """Id of the memory that the row stands for, if it does."""

    location: Location | None = None
    """The place in the project that the row stands for, if it does."""

    command: str = ""
    """The editor's command that choosing the row runs, if it opens nothing."""


class Children(Value):
    """The rows below a row, in the order to show them."""

    nodes: tuple[TreeNode, ...] = ()
    """The rows. Older ones wait behind an expandable last row."""

    message: str = ""
    """What is shown where not all is: the words asked for, and the file; told with the top of the tree."""


class Acknowledged(Value):
    """Memories that an operation wrote; they are on disk when this arrives."""

    ids: tuple[str, ...] = ()
    """The memories, in the order of the request."""

    note: str = ""
    """What was done, as a sentence."""


class KindCount(Value):
    """How many memories of a kind there are."""

    kind: str
    """The kind."""

    label: str
    """What it is called in lists."""

    count: int
    """Memories in use, archived ones included, the bin not."""


class EmbeddingStatus(Value):
    """How far search by meaning is."""

    state: Literal["off", "waiting", "preparing", "ready", "unavailable"]
    """Switched off; not begun; being fetched or opened; in use; or failed."""

    model: str = ""
    """The model's name."""

    message: str = ""
    """What happened and what to try, where it is not ready."""

    passages: int = 0
    """Searchable pieces of all memories."""

    embedded: int = 0
    """Pieces of them that have a vector of this model."""


class Status(Value):
    """The state of a project's memory."""

    version: str
    """Version of Whence."""

    state: Literal["ready", "indexing", "closed"]
    """`indexing` while passages or vectors are still being made."""

    project: str
    """Id of the project."""

    name: str
    """The project's name for people."""

    total: int
    """Memories in use."""

    kinds: tuple[KindCount, ...]
    """The same by kind."""

    capture: Literal["on", "off", "elsewhere"]
    """Whether changes are noticed here; `elsewhere`: by another window on the same folder."""

    imported: bool = False
    """Whether changes were imported, as from the repository's history."""

    embedding: EmbeddingStatus
    """How far search by meaning is."""

    storage: str
    """Where the memory lives: a folder of this machine or a database's address."""

    conversation_bytes: int | None = None
    """What conversations take as text, with the table of what was written in them; None where it isn't measured."""

    messages: tuple[str, ...] = ()
    """What the user should know, as sentences."""


class Changed(Value):
    """Notification `whence/changed`: memories or the status of a project changed."""

    folder: str
    """The workspace folder, as the client named it."""

    ids: tuple[str, ...] = ()
    """The memories written; empty where only the status changed or there were many."""
