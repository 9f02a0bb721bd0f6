"""Consolidation: near-duplicate and superseded memories, proposed for merging."""

from whence.engine.thinking import Thinking


class Consolidating(Thinking):
    """Consolidation: near-duplicate and superseded memories, proposed for merging."""
