"""What is logged, told to the editor."""

import logging
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

if TYPE_CHECKING:
    from whence.faces.lsp.server import Server

_LEVELS = {
    logging.ERROR: lsp.MessageType.Error,
    logging.WARNING: lsp.MessageType.Warning,
    logging.INFO: lsp.MessageType.Info,
}


class EditorLog(logging.Handler):
    """Hands log records to the editor with their level; what is printed to stderr has none there."""

    def __init__(self, server: "Server") -> None:
        super().__init__()
        self._server = server
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Tell it, from whichever thread."""
        message = lsp.LogMessageParams(
            type=_LEVELS.get(record.levelno, lsp.MessageType.Log), message=self.format(record)
        )
        self._server.from_thread(lambda: self._server.window_log_message(message))
