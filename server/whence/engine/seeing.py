"""Pictures of errors and of architectures, read by a model."""

from whence.engine.thinking import Thinking


class Seeing(Thinking):
    """Pictures of errors and of architectures, read by a model."""
