"""The language server's messages: our own as plain JSON, and every broken one answered."""

import logging
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInternalError,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcMethodNotFound,
    JsonRpcParseError,
)
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, LanguageServerProtocol

from whence.values.halves import without_halves

log = logging.getLogger(__name__)

FAILED = "Something went wrong inside Whence. Its log has the details (command: Whence: Show Log)."

PREFIX = "whence/"
"""What the methods of our own requests begin with."""


class Protocol(LanguageServerProtocol):
    """Hands our own methods plain JSON, and answers what it can't read instead of leaving the client waiting."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Leave JSON objects as they are: called for every nested one, this can't know which is the message."""
        return data

    def handle_message(self, message: Any) -> None:
        """Give a message its type and hand it on; a request that can't be read is answered with what is wrong."""
        if not isinstance(message, dict):
            self._refuse(None, JsonRpcInvalidRequest("A message must be one JSON object."))
        elif message.get("jsonrpc") != self.VERSION or not ({"method", "result", "error"} & message.keys()):
            self._refuse(message.get("id"), JsonRpcInvalidRequest("A message must be JSON-RPC 2.0, with a method."))
        elif "id" in message and not _is_id(message["id"]):
            self._refuse(None, JsonRpcInvalidRequest("An id must be a whole number or a text."))
        elif "method" in message and not isinstance(message["method"], str):
            self._refuse(message.get("id"), JsonRpcInvalidRequest("A method must be a text."))
        elif self._shutdown and "id" in message and "method" in message:
            self._refuse(message["id"], JsonRpcInvalidRequest("The server was told to shut down."))
        elif (typed := self._typed(message)) is not None:
            super().handle_message(typed)

    def _typed(self, data: dict[str, Any]) -> Any:
        method = data.get("method")
        if isinstance(method, str) and (method.startswith(PREFIX) or method == lsp.WORKSPACE_DID_CHANGE_CONFIGURATION):
            params = without_halves(data.get("params"))
            if "id" in data:
                return JsonRPCRequestMessage(data["id"], method, self.VERSION, params)
            return JsonRPCNotification(method, self.VERSION, params)
        try:
            return super().structure_message(data)
        except JsonRpcException:
            if method is not None and "id" in data:
                if method in self.fm.features or method in self.fm.builtin_features:
                    wrong: JsonRpcException = JsonRpcInvalidParams(f"The parameters of {method[:60]} can't be read.")
                else:
                    wrong = JsonRpcMethodNotFound.of(method[:60])
                self._refuse(data["id"], wrong)
            else:
                log.warning("a message that can't be read was left out")
            return None

    def _send_response(self, msg_id: Any, result: Any = None, error: lsp.ResponseError | None = None) -> None:
        """Answer a request. What failed inside is told without pygls' traceback, which names folders of the machine."""
        if error is not None:
            failed = error.code == JsonRpcInternalError.CODE and error.data is not None
            error = lsp.ResponseError(code=error.code, message=FAILED if failed else error.message)
        super()._send_response(msg_id, result, error)

    def _refuse(self, id: Any, error: JsonRpcException) -> None:
        refusal = {"code": error.code, "message": error.message}
        self._send_data({"jsonrpc": self.VERSION, "id": id if _is_id(id) else None, "error": refusal})

    def refuse_broken(self) -> None:
        """Answer a message that is no JSON, or none that can be read."""
        self._refuse(None, JsonRpcParseError("The message is not JSON."))


def _is_id(id: Any) -> bool:
    """Whether a request can bear it, and an answer give it back (Language Server Protocol, "Request Message")."""
    return isinstance(id, int | str) and not isinstance(id, bool)
