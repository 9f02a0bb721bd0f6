"""A server for assistants that is forked, as a transport for the SDK's client: its own starts each from nothing."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from subprocess import PIPE

import anyio
from anyio import BrokenResourceError, ClosedResourceError, to_thread
from mcp.client._transport import TransportStreams
from mcp.shared.message import SessionMessage
from mcp_types import jsonrpc_message_adapter

from tests import forked


@asynccontextmanager
async def piped(folder: Path, *words: str) -> AsyncIterator[TransportStreams]:
    """A server over pipes, which ends with its input."""
    command = [sys.executable, "-m", "whence", "mcp", "--project", str(folder), *words]
    with forked.Popen(command, stdin=PIPE, stdout=PIPE, encoding="utf-8") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said, told = anyio.wrap_file(process.stdout), anyio.wrap_file(process.stdin)
        coming, read = anyio.create_memory_object_stream[SessionMessage | Exception](0)
        write, going = anyio.create_memory_object_stream[SessionMessage](0)

        async def hear() -> None:
            async with coming:
                async for line in said:
                    with suppress(BrokenResourceError, ClosedResourceError):  # the client has left
                        await coming.send(SessionMessage(jsonrpc_message_adapter.validate_json(line, by_name=False)))

        async def tell() -> None:
            async with going:
                async for message in going:
                    await told.write(message.message.model_dump_json(by_alias=True, exclude_unset=True) + "\n")
                    await told.flush()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(hear)
            tasks.start_soon(tell)
            try:
                yield read, write
            finally:
                read.close()
                write.close()
                with anyio.CancelScope(shield=True):
                    await to_thread.run_sync(process.stdin.close)
