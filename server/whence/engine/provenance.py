"""Provenance: which memories tell why lines are as they are."""

from whence.engine.core import Opened


class Provenance(Opened):
    """Why lines are as they are."""
