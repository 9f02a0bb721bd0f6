"""Transcripts that nobody decided about yet: the editor's user is offered once to keep them, by one quiet message."""

import asyncio
import logging
from typing import TYPE_CHECKING, Protocol

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

if TYPE_CHECKING:
    from whence.engine import Project

log = logging.getLogger(__name__)

KEEP, LEAVE = "Keep", "Not for This Project"


class Client(Protocol):
    """What of the server this needs."""

    async def window_show_message_request_async(
        self, params: lsp.ShowMessageRequestParams
    ) -> lsp.MessageActionItem | None:
        """Ask the user."""

    def reopen(self) -> None:
        """Open every folder anew, with what was chosen."""


async def offer(client: Client, opening: "asyncio.Task[Project]") -> None:
    """Ask, where there are transcripts of a project that was opened and nobody was asked, and do what is answered.

    Args:
        client: the server.
        opening: the project, which is open.
    """
    from whence import engine

    project = opening.result()
    try:
        found = await asyncio.to_thread(engine.transcripts.transcript_offer, project)
        if not found.note:
            return
        await asyncio.to_thread(engine.transcripts.asked, project)  # before: other windows need not ask as well
        question = f"Whence: {found.note} Keep what is said, without secrets, in this project's memory?"
        actions = [lsp.MessageActionItem(title=KEEP), lsp.MessageActionItem(title=LEAVE)]
        params = lsp.ShowMessageRequestParams(type=lsp.MessageType.Info, message=question, actions=actions)
        answer = await client.window_show_message_request_async(params)
        if answer is not None:
            await asyncio.to_thread(engine.transcripts.answer, project, keep=answer.title == KEEP)
            if answer.title == KEEP:
                client.reopen()
    except JsonRpcException as error:  # an editor that can show no buttons: the command line tells of it
        log.info("the editor could not ask (%s)", type(error).__name__)
    except Exception:
        log.exception("the transcripts of the project could not be looked for")
