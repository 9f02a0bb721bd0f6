"""A memory that can't be opened: the editor's user is offered its newest backup, and may ask for one by the palette."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

log = logging.getLogger(__name__)

_RESTORE = "Restore Memory"


class Client(Protocol):
    """What of the server this needs."""

    settings: dict[str, Any]

    async def window_show_message_request_async(
        self, params: lsp.ShowMessageRequestParams
    ) -> lsp.MessageActionItem | None:
        """Ask the user."""

    def begin(self, uri: str, path: Path) -> None:
        """Open a folder's memory that could not be opened before."""

    def show(self, message: str, type: lsp.MessageType) -> None:
        """Tell the user."""


async def offer(client: Client, uri: str, path: Path, told: str) -> None:
    """Tell why a folder's memory can't be opened, and restore its newest backup if the user wishes.

    Args:
        client: the server.
        uri: the folder, as the editor names it.
        path: the same.
        told: what is amiss, and what the backup has.
    """
    actions = [lsp.MessageActionItem(title=_RESTORE)]
    asked = lsp.ShowMessageRequestParams(type=lsp.MessageType.Error, message=f"Whence: {told}", actions=actions)
    try:
        answer = await client.window_show_message_request_async(asked)
    except JsonRpcException as error:  # an editor that can show no buttons
        log.warning("the editor could not ask (%s)", type(error).__name__)
        client.show(told, lsp.MessageType.Error)
        return
    if answer is None or answer.title != _RESTORE:
        return
    from whence.values.errors import WhenceError

    try:
        done = await in_place(client, uri, path, {})
    except WhenceError as error:
        client.show(str(error), lsp.MessageType.Error)
    else:
        client.show(done["note"], lsp.MessageType.Info)


async def in_place(client: Client, uri: str, path: Path, params: Mapping[str, Any]) -> dict[str, Any]:
    """Restore a backup of a folder whose memory can't be opened, and open it again.

    Args:
        client: the server.
        uri: the folder, as the editor names it.
        path: the same.
        params: as `whence/restoreBackup` has them.

    Raises:
        WhenceError: it can't be restored; what is there stays.
    """

    def restore() -> dict[str, Any]:
        from whence.engine.backups import restore_in_place
        from whence.values.errors import InvalidSettings
        from whence.values.settings import Settings, parse

        try:
            settings = parse(client.settings)
        except InvalidSettings:
            settings = Settings()
        done = restore_in_place(path, settings, str(params.get("at") or ""), exactly=params.get("exactly") is True)
        return done.model_dump(mode="json", by_alias=True)

    done = await asyncio.to_thread(restore)
    client.begin(uri, path)
    return done
