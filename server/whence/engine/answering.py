"""Questions about the project, answered from its memory."""

from whence.engine.thinking import Thinking


class Answering(Thinking):
    """Questions about the project, answered from its memory."""
