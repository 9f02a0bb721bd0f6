"""How relevant memories are for a question, as a small model scores them."""

from pydantic import Field

from whence.values.base import Value
from whence.values.reports import Cited


class ScoredMemory(Value):
    """A memory, and how relevant it is for what was asked."""

    cited: Cited
    """The memory."""

    score: float = Field(ge=0, le=1)
    """How relevant it is, from 0 to 1, with what counts besides."""

    reason: str
    """Why, as clauses."""

    remembered: bool = False
    """Whether the score was made for the same question before, and cost nothing this time."""


class Relevance(Value):
    """The memories that matter for a question."""

    memories: tuple[ScoredMemory, ...] = ()
    """The most relevant first."""

    candidates: int = 0
    """How many memories a search found and were looked at."""

    asked: int = 0
    """For how many of them a model was asked this time; for the others a score was remembered."""

    below: int = 0
    """How many were scored below the threshold."""

    unscored: tuple[Cited, ...] = ()
    """Memories that could not be scored, the likeliest first."""

    markdown: str = ""
    """The same as a page; empty where nothing is relevant."""

    note: str = ""
    """What to know about it, as a sentence."""

    model: str = ""
    """The model that scored; empty where relevance is retrieval's own."""
