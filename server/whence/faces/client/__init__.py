"""A client of the REST face for Python programs, on this machine or another: `from whence import client`.

`Client` waits, `AsyncClient` is awaited; both have every operation as a method and every other route by its name. What
may go wrong is in `errors`. It knows httpx and nothing of the server: what both speak is written down in the OpenAPI
document, from which its types are generated.
"""

from whence.faces.client.errors import (
    AnswerError,
    ClientError,
    InvalidRequest,
    NoAnswer,
    NotAllowed,
    NotFound,
    TimedOut,
    TooManyRequests,
)
from whence.faces.client.memory import AsyncClient, Client
from whence.faces.client.records import Record, Table, plain
from whence.faces.client.transport import WithoutEffect

__all__ = [
    "AnswerError",
    "AsyncClient",
    "Client",
    "ClientError",
    "InvalidRequest",
    "NoAnswer",
    "NotAllowed",
    "NotFound",
    "Record",
    "Table",
    "TimedOut",
    "TooManyRequests",
    "WithoutEffect",
    "plain",
]
