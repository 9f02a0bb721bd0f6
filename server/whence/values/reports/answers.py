"""What memory answers to a question."""

from whence.values.reports import Report


class Answer(Report):
    """What memory answers to a question; the memories that bear it out are cited."""

    answered: bool = False
    """Whether memory holds an answer, as far as whoever answered can tell."""

    model: str = ""
    """The model that answered; empty where the page shows what memories say, in their own words."""

    tokens: int = 0
    """Tokens of memory that the answer was made from."""

    kept: str = ""
    """The conversation that it was kept as, if it was."""
