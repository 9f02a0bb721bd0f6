"""The names of Sekha's Python SDK, over our client of the REST face: a program changes its import line.

`from sekha import SekhaClient` becomes `from whence.faces.dialects.sekha_sdk import SekhaClient`. It knows no server.
"""

from whence.faces.dialects.sekha_sdk.answers import Answer
from whence.faces.dialects.sekha_sdk.clients import MemoryController, SekhaClient, SyncSekhaClient
from whence.faces.dialects.sekha_sdk.config import ClientConfig, MemoryConfig, MessageDto, NewConversation
from whence.faces.dialects.sekha_sdk.errors import (
    SekhaAPIError,
    SekhaAuthError,
    SekhaConnectionError,
    SekhaError,
    SekhaNotFoundError,
    SekhaRateLimitError,
    SekhaValidationError,
)

__all__ = [
    "Answer",
    "ClientConfig",
    "MemoryConfig",
    "MemoryController",
    "MessageDto",
    "NewConversation",
    "SekhaAPIError",
    "SekhaAuthError",
    "SekhaClient",
    "SekhaConnectionError",
    "SekhaError",
    "SekhaNotFoundError",
    "SekhaRateLimitError",
    "SekhaValidationError",
    "SyncSekhaClient",
]
