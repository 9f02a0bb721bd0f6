"""History: the repository's past as memories, imported once and kept up."""

from whence.engine.core import Opened


class History(Opened):
    """What is taken from the past of a repository."""
