"""Drafts of texts that a person hands in."""

from whence.values.reports import LeftOut, Report


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
