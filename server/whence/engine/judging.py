"""Relevance, scored by the small model over what a search found."""

from whence.engine.thinking import Thinking


class Judging(Thinking):
    """Relevance, scored by the small model over what a search found."""
