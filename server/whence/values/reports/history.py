"""What the import of a repository's past answers: what was found, and what can be asked of it."""

from typing import Literal

from pydantic import Field

from whence.values.base import Value
from whence.values.reports import Imported


class Question(Value):
    """A question that has a good answer: it was asked before it is proposed."""

    text: str
    """The question as a person says it, as Markdown of one line."""

    told: str
    """What its answer stands on, as a sentence of Markdown."""

    operation: Literal["why", "search"]
    """What answers it."""

    file: str = ""
    """The file that `why` is asked about, relative to the project; empty for `search`."""

    start: int = Field(default=0, ge=0)
    """The first line, from 1; 0 for the whole file."""

    end: int = Field(default=0, ge=0)
    """The last line; 0 for the whole file."""

    query: str = ""
    """What `search` is asked; empty for `why`."""


class ImportedHistory(Imported):
    """What the import of a repository's past did, what memory holds now, and what can be asked of it."""

    title: str = ""
    """What the page is about."""

    markdown: str = ""
    """The page, title included; empty where there is no history."""

    commits: int = Field(default=0, ge=0)
    """Commits that were asked for: those that are new, those that were known, and those that were left out."""

    changes: int = Field(default=0, ge=0)
    """Changes that memory holds now."""

    fixes: int = Field(default=0, ge=0)
    """Bugs among its memories that are known from the commits that fixed them."""

    decisions: int = Field(default=0, ge=0)
    """Decisions among its memories."""

    people: int = Field(default=0, ge=0)
    """People who made its memories; programs are not counted."""

    questions: tuple[Question, ...] = ()
    """Three questions to try, or fewer: each was answered when it was asked."""
