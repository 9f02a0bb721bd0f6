"""Memories that could be one: what is proposed, and what was carried out."""

from pydantic import Field

from whence.values.base import Value
from whence.values.protocol import Acknowledged
from whence.values.reports import LeftOut, Report


class MergedText(Value):
    """A text of the memory that stays."""

    field: str
    """The memory's field, such as `content` or `title`."""

    text: str
    """What it would say."""


class Proposal(Value):
    """Memories of one kind that could be one. Nothing has happened to them."""

    ids: tuple[str, ...] = Field(min_length=2, max_length=100)
    """The memories, the one that stays first; the others would go to the bin."""

    digests: tuple[str, ...] = Field(min_length=2, max_length=100)
    """What each of them says now, as a digest: one that has changed since is not merged."""

    kind: str
    """Their kind."""

    title: str
    """The title of the one that stays."""

    reason: str
    """Why, as a sentence."""

    texts: tuple[MergedText, ...] = ()
    """What the one that stays would say; labels, files and links are united besides."""

    diff: str = ""
    """What would change, as unified diffs in Markdown: of the one that stays, and of each other to it."""

    model: str = ""
    """The model that wrote the texts; empty where they were joined by rules."""


class Consolidation(Report):
    """Memories that could be one, to be looked through."""

    proposals: tuple[Proposal, ...] = ()
    """What `apply_consolidation` takes, all of it or some."""

    left_out: tuple[LeftOut, ...] = ()
    """What is alike and was not proposed, by reason."""

    model: str = ""
    """The model that wrote texts; empty where all were joined by rules."""


class Consolidated(Acknowledged):
    """What was merged; `undo_consolidation` takes it back, each by the id of the memory that stayed."""

    left_out: tuple[LeftOut, ...] = ()
    """Proposals that were not carried out, by reason."""
