"""What the longer operations answer: reports for people, imports and exports, provenance, pruning."""

from typing import Literal

from pydantic import Field

from whence.values.base import Time, Value, Words
from whence.values.completion import Estimate
from whence.values.memory import MemoryBase, Session
from whence.values.protocol import Acknowledged


class Cited(Value):
    """A memory that a report speaks of."""

    id: str
    """The memory."""

    kind: str
    """Its kind."""

    title: str
    """Its title."""

    created_at: Time
    """When what it tells happened."""


class Report(Value):
    """A page for a person or an assistant, made from memories."""

    title: str
    """What it is about."""

    markdown: str
    """The page, title included; empty where there is nothing to say."""

    cited: tuple[Cited, ...] = ()
    """The memories it speaks of, in the order of the page."""

    note: str = ""
    """What to know about it, as a sentence: that it is empty, and what to do."""


class LeftOut(Value):
    """Things that an import left out for one reason."""

    reason: str
    """Why, as a clause such as `empty file`."""

    count: int = Field(ge=1)
    """How many."""

    examples: tuple[str, ...] = ()
    """A few of their names."""


class TranscriptOffer(Value):
    """Transcripts of assistants about the project that are not kept."""

    count: int
    """How many there are; 0 where there is nothing to decide."""

    bytes: int
    """How large they are together."""

    since: Time | None
    """When the oldest of them was written last."""

    sources: Words
    """Whose they are."""

    note: str
    """The same as sentences; empty where there is nothing to decide."""


class Imported(Value):
    """What an import did; all of it is on disk."""

    added: int = 0
    """Memories that are new."""

    updated: int = 0
    """Memories that were there and have changed."""

    unchanged: int = 0
    """Memories that were there as they are."""

    left_out: tuple[LeftOut, ...] = ()
    """What was not imported, by reason."""

    ids: tuple[str, ...] = ()
    """The first hundred memories that were added or updated."""

    note: str = ""
    """What was done, as a sentence."""


class Written(Value):
    """A file that is answered with, where it may not be written."""

    name: str
    """What it would be called."""

    text: str
    """All that it holds."""


class Exported(Value):
    """What an export wrote."""

    count: int
    """Memories written."""

    files: tuple[str, ...] = ()
    """The files, as paths on this machine, or below the folder of `--exports` for who may write only there; the first
    hundred."""

    contents: tuple[Written, ...] = ()
    """The files themselves, where whoever asked may write none on this machine."""

    note: str = ""
    """What was done, as a sentence."""


class SessionState(Value):
    """The active session, if there is one, and what happened in it."""

    session: Session | None = None
    """The session."""

    memories: int = 0
    """Memories that came to be in it."""

    ids: tuple[str, ...] = ()
    """The session's id, where an operation wrote it."""

    markdown: str = ""
    """The session as a page, where an operation ended it or summed it up."""

    model: str = ""
    """The model that summed it up; empty where that was done by rules."""

    note: str = ""
    """What is so, or was done, as a sentence."""


class Answer(Report):
    """What memory answers to a question; the memories that bear it out, or come closest, are cited."""

    answered: bool = False
    """Whether memory holds an answer, as far as whoever answered can tell; otherwise what is cited comes closest."""

    model: str = ""
    """The model that answered; empty where the page shows what memories say, in their own words."""

    tokens: int = 0
    """Tokens of memory that the answer was made from."""

    kept: str = ""
    """The conversation that it was kept as, if it was."""


class Summarized(Report):
    """The summaries of days, weeks or months; all of them are on disk."""

    ids: tuple[str, ...] = ()
    """The summaries that were asked for, the earliest first, those that were there already included."""

    written: int = 0
    """Summaries that were written or changed, those of the days and weeks below included."""

    unchanged: int = 0
    """Summaries that were there, and whose sources say what they said."""

    empty: int = 0
    """Of the days, weeks or months that were asked for, those of which nothing is remembered."""

    model: str = ""
    """The model that wrote what was written; empty where that was done by rules."""


class Draft(Report):
    """A commit message, or the title and description of a pull request; empty where there is nothing to tell."""

    body: str = ""
    """What stands below the title: plain text of a commit message, Markdown of a pull request."""

    model: str = ""
    """The model that wrote it; empty where it was composed from your memories and the changes alone."""

    branch: str = ""
    """The branch that it is for."""

    base: str = ""
    """What a pull request is compared with."""

    files: int = 0
    """Files that it tells of."""

    left_out: tuple[LeftOut, ...] = ()
    """Files that were not looked into, by reason."""


class Prunable(Value):
    """A memory that may be put away."""

    cited: Cited
    """The memory."""

    reasons: tuple[str, ...]
    """Why, as clauses such as `never recalled`."""

    tokens: int
    """Its size, in tokens."""


class Pruning(Value):
    """Memories that may be put away; nothing has happened to them."""

    candidates: tuple[Prunable, ...] = ()
    """The memories, those with the strongest reasons first."""

    tokens: int = 0
    """The size of all of them together, in tokens."""

    note: str = ""
    """What it comes to, as a sentence."""


class Recorded(Acknowledged):
    """A bug that was recorded, or met again."""

    again: bool = False
    """Whether it had been met before."""

    count: int = 1
    """How often it was met, this time included."""

    solution: str = ""
    """What solved it before, where that is known."""


class LabelCount(Value):
    """A label, and how many memories have it."""

    label: str
    """The label."""

    count: int
    """Memories in use that have it, archived ones included."""


class LabelsInUse(Value):
    """The labels that memories have."""

    labels: tuple[LabelCount, ...] = ()
    """The most used first."""


class CostRow(Value):
    """What a day, a model or an operation cost."""

    name: str
    """The day, the model or the operation."""

    calls: int = 0
    """Requests to models."""

    tokens_in: int = 0
    """Tokens that were sent."""

    tokens_out: int = 0
    """Tokens that were answered."""

    usd: float = 0.0
    """What that cost, in US dollars, as far as prices are known."""

    unpriced: int = 0
    """Requests among them whose price is not known."""


class BudgetState(Value):
    """How much of a budget is left."""

    name: Literal["day", "month"]
    """Which."""

    budget: float
    """The most that may be spent, in US dollars."""

    spent: float
    """What is spent of it, and what is set aside for requests under way."""


class Costs(Value):
    """What models cost on this machine, for all projects."""

    total: CostRow
    """All of it."""

    days: tuple[CostRow, ...] = ()
    """By day, the last one first."""

    models: tuple[CostRow, ...] = ()
    """By model, the dearest first."""

    operations: tuple[CostRow, ...] = ()
    """By operation, the dearest first."""

    budgets: tuple[BudgetState, ...] = ()
    """The budgets of this day and this month."""

    month_estimate: float = 0.0
    """US dollars that this month comes to if it goes on as it began; 0 where nothing was spent in it."""

    stopped: bool = False
    """Whether all models are switched off."""

    markdown: str = ""
    """The same as a page."""

    note: str = ""
    """What to know about it, as a sentence."""


class Preview(Value):
    """What an operation would send to a model; nothing was sent, and nothing was done."""

    estimate: Estimate | None = None
    """What it may cost; None where nothing would be sent."""

    markdown: str = ""
    """Exactly what would be sent."""

    note: str = ""
    """What to know about it, as a sentence."""


def cite(memory: MemoryBase) -> Cited:
    """The memory as a report names it."""
    return Cited(id=memory.id, kind=memory.kind, title=memory.title, created_at=memory.created_at)
