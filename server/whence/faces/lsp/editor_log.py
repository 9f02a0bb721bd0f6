"""What is logged, told to the editor."""

import logging
from collections.abc import Callable

from lsprotocol import types as lsp

_LEVELS = {
    logging.ERROR: lsp.MessageType.Error,
    logging.WARNING: lsp.MessageType.Warning,
    logging.INFO: lsp.MessageType.Info,
}


class EditorLog(logging.Handler):
    """Hands log records to the editor with their level; what is printed to stderr has none there.

    Args:
        tell: sends a message to the editor, from whichever thread.
    """

    def __init__(self, tell: Callable[[lsp.LogMessageParams], None]) -> None:
        super().__init__()
        self._tell = tell
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it, from whichever thread."""
        level = _LEVELS.get(record.levelno, lsp.MessageType.Log)
        self._tell(lsp.LogMessageParams(type=level, message=self.format(record)))
