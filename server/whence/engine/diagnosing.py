"""Diagnosing: patterns of recurring errors, and solutions suggested for one."""

from whence.engine.thinking import Thinking


class Diagnosing(Thinking):
    """Diagnosing: patterns of recurring errors, and solutions suggested for one."""
