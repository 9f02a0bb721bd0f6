"""Daily work: standup, review, project context, onboarding."""

from whence.engine.core import Opened


class Daily(Opened):
    """Pages made from memories for the work at hand."""
