"""What days, weeks and months came to."""

from whence.values.reports import Report


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
