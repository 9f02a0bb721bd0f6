"""Sessions: started, ended, resumed; one active for each person."""

from whence.engine.core import Opened


class Sessions(Opened):
    """What is done with stretches of work."""
