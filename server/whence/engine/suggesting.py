"""Importance and labels, suggested for memories that have none."""

from whence.engine.thinking import Thinking


class Suggesting(Thinking):
    """Importance and labels, suggested for memories that have none."""
