"""Bugs: recorded with their traces, recognised when they come back, resolved."""

from whence.engine.core import Opened


class Bugs(Opened):
    """What is done with failures."""
