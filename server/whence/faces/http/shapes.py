"""What bodies and queries are made of: moments, short texts, queries."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field


def _moment(value: object) -> object:
    """A moment without a time zone is meant in the server's, as scripts write it."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime):
        try:
            return value.astimezone(UTC)
        except (OverflowError, ValueError, OSError):
            raise ValueError("that moment is out of range") from None
    return value


Moment = Annotated[datetime, BeforeValidator(_moment)]
Short = Annotated[str, Field(max_length=500)]
Query = Annotated[str, Field(max_length=20_000)]
