"""The errors of Sekha's Python SDK, each raised for one of the client's.

SekhaError
├── SekhaConnectionError      no answer: refused, broken off, or not in time
└── SekhaAPIError             an answer that says what is wrong
    ├── SekhaValidationError  400, 422: what was said
    ├── SekhaAuthError        401, 403: the key
    ├── SekhaNotFoundError    404: there is no such thing
    └── SekhaRateLimitError   429: too many requests
"""

from whence.faces import client


class SekhaError(Exception):
    """Something went wrong between the program and the server."""


class SekhaConnectionError(SekhaError):
    """The server could not be reached, or did not answer in time."""


class SekhaAPIError(SekhaError):
    """The server refused.

    Args:
        message: its own sentence.
        status_code: the HTTP status.
        response: the answer's text.
    """

    def __init__(self, message: str, status_code: int = 0, response: str = "") -> None:
        super().__init__(message)
        self.message, self.status_code, self.response = message, status_code, response


class SekhaValidationError(SekhaAPIError):
    """What was said is not understood."""


class SekhaAuthError(SekhaAPIError):
    """The key is missing or wrong."""


class SekhaNotFoundError(SekhaAPIError):
    """There is nothing by that id."""


class SekhaRateLimitError(SekhaAPIError):
    """Too many requests."""


_NAMES: dict[type[client.AnswerError], type[SekhaAPIError]] = {
    client.InvalidRequest: SekhaValidationError,
    client.NotAllowed: SekhaAuthError,
    client.NotFound: SekhaNotFoundError,
    client.TooManyRequests: SekhaRateLimitError,
}


def named(error: client.ClientError) -> SekhaError:
    """The SDK's error for one of the client's."""
    if isinstance(error, client.AnswerError):
        return _NAMES.get(type(error), SekhaAPIError)(error.message, error.status, error.body)
    return SekhaConnectionError(str(error))
