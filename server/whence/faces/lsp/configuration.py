"""Where an editor's settings come from: its initialization options, what it tells of changes, and what it is asked."""

import asyncio
import logging
from typing import Any, Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

log = logging.getLogger(__name__)

_PATIENCE = 5.0
"""Seconds in which an editor answers for its settings; without an answer the defaults are used."""


class Client(Protocol):
    """The server's side of the connection, as far as it is needed here."""

    protocol: Any


def read(sent: Any) -> dict[str, Any] | None:
    """The settings in what an editor sent, whatever their shape; None, and a word in the log, where it is unknown."""
    from whence.values.errors import InvalidSettings
    from whence.values.sent_settings import understood

    try:
        return understood(sent)
    except InvalidSettings as error:
        log.error("%s", error)  # noqa: TRY400 - it is said to a person, whom the stack tells nothing
        return None


def answers(capabilities: lsp.ClientCapabilities) -> bool:
    """Whether an editor can be asked for its settings."""
    return bool(capabilities.workspace and capabilities.workspace.configuration)


async def asked(client: Client) -> dict[str, Any] | None:
    """The settings that the editor has for us; None where it doesn't say."""
    from whence.values.sent_settings import NAME

    wanted = lsp.ConfigurationParams(items=[lsp.ConfigurationItem(section=NAME)])
    try:
        request = client.protocol.send_request_async(lsp.WORKSPACE_CONFIGURATION, wanted)
        answer = await asyncio.wait_for(request, _PATIENCE)
    except (JsonRpcException, TimeoutError) as error:
        log.warning("the editor was asked for its settings, and did not answer (%s)", type(error).__name__)
        return None
    return read(plain(answer)) or None


def plain(value: Any) -> Any:
    """What a client sent as free JSON, as dicts and lists again, whatever the converter made of it."""
    if hasattr(value, "_asdict"):
        return {key: plain(each) for key, each in value._asdict().items()}
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list | tuple) else value
