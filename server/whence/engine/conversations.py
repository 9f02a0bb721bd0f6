"""Conversations: kept by hand, read from exports, taken from transcripts."""

from whence.engine.core import Opened


class Conversations(Opened):
    """What is done with what was said."""
