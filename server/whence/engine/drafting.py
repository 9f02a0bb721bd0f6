"""Drafts of commit messages and pull request descriptions."""

from whence.engine.thinking import Thinking


class Drafting(Thinking):
    """Drafts of commit messages and pull request descriptions."""
