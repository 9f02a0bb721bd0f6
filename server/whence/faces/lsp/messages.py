"""The language server's messages: our own as plain JSON, and every broken one answered."""

import logging
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams, JsonRpcInvalidRequest, JsonRpcParseError
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, LanguageServerProtocol

log = logging.getLogger(__name__)

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
        elif (typed := self._typed(message)) is not None:
            super().handle_message(typed)

    def _typed(self, data: dict[str, Any]) -> Any:
        method = data.get("method")
        if isinstance(method, str) and (method.startswith(PREFIX) or method == lsp.WORKSPACE_DID_CHANGE_CONFIGURATION):
            if "id" in data:
                return JsonRPCRequestMessage(data["id"], method, self.VERSION, data.get("params"))
            return JsonRPCNotification(method, self.VERSION, data.get("params"))
        try:
            return super().structure_message(data)
        except JsonRpcException:
            if method is not None and "id" in data:
                wrong = JsonRpcInvalidParams(f"The parameters of {str(method)[:60]} can't be read.")
                self._refuse(data["id"], wrong)
            else:
                log.warning("a message that can't be read was left out")
            return None

    def _refuse(self, id: Any, error: JsonRpcException) -> None:
        refusal = {"code": error.code, "message": error.message}
        self._send_data({"jsonrpc": self.VERSION, "id": id if isinstance(id, int | str) else None, "error": refusal})

    def refuse_broken(self) -> None:
        """Answer a message that is no JSON."""
        self._refuse(None, JsonRpcParseError("The message is not JSON."))
