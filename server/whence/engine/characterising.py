"""What is usual in a project: languages, libraries, names, tests, commits, files that hurt."""

from whence.engine.thinking import Thinking


class Characterising(Thinking):
    """What is usual in a project: languages, libraries, names, tests, commits, files that hurt."""
