"""Summaries of sessions, days, weeks and months."""

from whence.engine.thinking import Thinking


class Summaries(Thinking):
    """Summaries of sessions, days, weeks and months."""
