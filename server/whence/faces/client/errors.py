"""What may go wrong between a program and `whence serve`.

ClientError
├── NoAnswer               refused, broken off
│   └── TimedOut           not in time
└── AnswerError            an answer that says what is wrong, or none that could be read
    ├── InvalidRequest     400, 422: what was said
    ├── NotAllowed         401, 403: the key, or what it is not enough for
    ├── NotFound           404: there is no such thing
    └── TooManyRequests    429: come again later
"""

import json
from collections.abc import Mapping


class ClientError(Exception):
    """Something went wrong between the program and the server."""


class NoAnswer(ClientError):
    """The server could not be reached, or broke off."""


class TimedOut(NoAnswer):
    """The server did not answer in time."""


class AnswerError(ClientError):
    """The server refused, or answered what is no answer.

    Args:
        message: the server's own sentence.
        status: the HTTP status.
        body: the answer's text.
    """

    def __init__(self, message: str, status: int, body: str = "") -> None:
        super().__init__(message)
        self.message, self.status, self.body = message, status, body


class InvalidRequest(AnswerError):
    """What was said is not understood, or can't be done."""


class NotAllowed(AnswerError):
    """The key is missing or wrong, or only clients on the server's machine may do that."""


class NotFound(AnswerError):
    """There is no such thing."""


class TooManyRequests(AnswerError):
    """The server answers no more for a while.

    Args:
        message: the server's own sentence.
        status: the HTTP status.
        body: the answer's text.
        retry_after: seconds until it answers again.
    """

    def __init__(self, message: str, status: int, body: str = "", retry_after: float = 1.0) -> None:
        super().__init__(message, status, body)
        self.retry_after = retry_after


_BY_STATUS: dict[int, type[AnswerError]] = {
    400: InvalidRequest,
    401: NotAllowed,
    403: NotAllowed,
    404: NotFound,
    422: InvalidRequest,
}


def of_answer(status: int, body: str, headers: Mapping[str, str]) -> AnswerError:
    """The error that an answer tells; never raises, whatever the answer holds."""
    message = _told(body) or f"The server answered {status}."
    if status == 429:
        return TooManyRequests(message, status, body, _seconds(headers.get("retry-after", "")))
    return _BY_STATUS.get(status, AnswerError)(message, status, body)


def _told(body: str) -> str:
    try:
        values = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    said = values.get("error") if isinstance(values, dict) else None
    return said if isinstance(said, str) else ""


def _seconds(text: str) -> float:
    return float(text) if text.isdecimal() and len(text) < 10 and int(text) else 1.0
