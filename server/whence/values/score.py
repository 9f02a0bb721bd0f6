"""The score of a hit, part by part."""

from whence.values.base import Value


class ScoreParts(Value):
    """What a hit's score is the sum of."""

    semantic: float = 0.0
    """Cosine of the meanings of query and memory, from -1 to 1; 0 without an embedding model."""

    lexical: float = 0.0
    """Share of the best word match among the candidates, times its weight."""

    recency: float = 0.0
    """For having happened lately."""

    importance: float = 0.0
    """For its importance, above or below the usual 5."""

    pinned: float = 0.0
    """For being pinned."""

    focus: float = 0.0
    """For being near to where the user is."""

    speaker: float = 0.0
    """For what is said by whom the query names, and by the length of what is said; in dialogues of people by name."""

    date: float = 0.0
    """For being of a month or day that the query names."""

    named: float = 0.0
    """For having the name that the query asks for; of code alone."""

    dialogue: float = 0.0
    """For how dialogues run: it follows the question that fits, or names a time that is asked for; less for a question.
    """

    lines: float = 0.0
    """For having changed lines that a trace in the query runs through, or lines near them; of changes alone."""
