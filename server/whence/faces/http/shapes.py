"""What bodies and queries are made of: moments, short texts, queries."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from whence.values import moments


def _moment(value: object) -> object:
    """A moment without a time zone is meant in the server's, as scripts write it."""
    if isinstance(value, str):
        value = moments.said(value)
        if value is None:
            raise ValueError("that is no moment; write it as 2026-05-31 or 2026-05-31T12:00:00Z")
    if isinstance(value, datetime):
        try:
            return value.astimezone(UTC)
        except (OverflowError, ValueError, OSError):
            raise ValueError("that moment is out of range") from None
    return value


Moment = Annotated[datetime, BeforeValidator(_moment)]
Short = Annotated[str, Field(max_length=500)]
Query = Annotated[str, Field(max_length=20_000)]
