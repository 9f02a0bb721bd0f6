"""Lifecycle: filed, merged, put away in bulk; pruning suggested; recalls counted."""

from whence.engine.core import Opened


class Lifecycle(Opened):
    """How memories grow old."""
