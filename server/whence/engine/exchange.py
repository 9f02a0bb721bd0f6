"""Exchange: decision records, other tools' memories, export and import of our own."""

from whence.engine.core import Opened


class Exchange(Opened):
    """What comes in from files, and what goes out to them."""
