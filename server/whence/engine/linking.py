"""Linking: relations between memories, by hand and by what is written."""

from whence.engine.core import Opened


class Linking(Opened):
    """How memories come to relate."""
