"""What every value is made of: ids, moments, text of a certain shape, and the frozen base of all models."""

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

_id_lock = threading.Lock()
_last_id = 0


def new_id(at: datetime | None = None) -> str:
    """A new id: a UUID version 7 (RFC 9562), whose text sorts by time.

    Args:
        at: the moment to encode, in milliseconds; without it, now, and ids of one process strictly ascend.
    """
    global _last_id
    if at is not None:
        return _uuid7(int(at.timestamp() * 1000), int.from_bytes(os.urandom(10)))
    with _id_lock:
        # 12 bits below the millisecond keep the order of ids that one process makes within it.
        stamp = max(_last_id + 1, time.time_ns() * 4096 // 1_000_000)
        _last_id = stamp
    return _uuid7(stamp >> 12, ((stamp & 0xFFF) << 68) | (int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)))


def stable_id(at: datetime, key: str) -> str:
    """The one id of the thing that `key` names, such as a commit: the same on every machine, sorted by `at`."""
    return _uuid7(int(at.timestamp() * 1000), int.from_bytes(hashlib.sha256(key.encode()).digest()[:10]))


def _uuid7(milliseconds: int, random: int) -> str:
    """Lay out RFC 9562's fields: 48 bits of time, 12 and 62 bits of the 80 given in `random`."""
    high = (random >> 68) & 0xFFF
    low = random & ((1 << 62) - 1)
    value = (milliseconds & ((1 << 48) - 1)) << 80 | 0x7 << 76 | high << 64 | 0b10 << 62 | low
    return str(UUID(int=value))


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The beginning of Unix time."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
"""Names of days, by `date.weekday`; those of `calendar` follow the locale, and our pages are English."""


def now() -> datetime:
    """The present, aware, in UTC, to the microsecond that storage keeps."""
    return datetime.now(UTC)


def _to_utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError("in UTC it lies before the year 1 or after the year 9999") from None


def _not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("it must not be empty")
    return value


def _split(separators: str) -> BeforeValidator:
    """Let a list also be said as one string, as forms, terminals and some assistants do."""

    def split(value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in re.split(f"[{separators}]", value) if part.strip())

    return BeforeValidator(split)


_METADATA_CHARACTERS, _METADATA_DEPTH = 100_000, 32


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Anything that JSON can say, within bounds that storage and every face can bear."""
    if _depth(value, 0) > _METADATA_DEPTH:
        raise ValueError(f"it is nested more than {_METADATA_DEPTH} levels deep")
    try:
        text = json.dumps(value, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError):
        raise ValueError("it must be plain JSON: texts, numbers, true, false, null, lists and objects") from None
    if len(text) > _METADATA_CHARACTERS:
        raise ValueError(f"it is longer than {_METADATA_CHARACTERS:,} characters of JSON")
    plain: dict[str, Any] = json.loads(text.encode("utf-8", "replace"))
    return plain


def _depth(value: Any, depth: int) -> int:
    """How deep lists and objects stand in one another; no more is counted than is allowed."""
    if depth > _METADATA_DEPTH or not isinstance(value, dict | list | tuple):
        return depth
    inside = value.values() if isinstance(value, dict) else value
    return max((_depth(each, depth + 1) for each in inside), default=depth + 1)


Metadata = Annotated[dict[str, Any], AfterValidator(_plain)]
"""What a program attached, as an object of plain JSON: at most 100,000 characters, nested at most 32 levels deep."""
Time = Annotated[AwareDatetime, AfterValidator(_to_utc)]
Text = Annotated[str, AfterValidator(_not_blank)]
Words = Annotated[tuple[str, ...], _split(",\n")]
"""Short items such as labels; a string is split at commas and line ends."""
Lines = Annotated[tuple[str, ...], _split(";\n")]
"""Longer items such as alternatives; a string is split at semicolons and line ends."""


_BARE: tuple[tuple[str, None], ...] = (("__pydantic_extra__", None), ("__pydantic_private__", None))


class Value(BaseModel):
    """Base of all values: frozen, closed, camelCase on the wire, snake_case in Python."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        use_attribute_docstrings=True,
    )

    @classmethod
    def unchecked(cls, values: dict[str, Any]) -> Self:
        """The value of fields that are known to be right, all of them. `model_construct` looks at each, which takes ten
        times as long; a search makes hundreds.
        """
        made = cls.__new__(cls)
        for name, value in (("__dict__", values), ("__pydantic_fields_set__", set(values)), *_BARE):
            object.__setattr__(made, name, value)
        return made

    @model_validator(mode="before")
    @classmethod
    def _encodable(cls, values: object) -> object:
        """Replace half surrogates, which file names that aren't UTF-8 bring and no storage can hold."""
        return {key: _whole(each) for key, each in values.items()} if isinstance(values, dict) else values


def _whole(value: object) -> object:
    match value:
        case str():
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case tuple() | list():
            return tuple(_whole(each) for each in value)
        case _:
            return value


def explain(error: ValidationError, tags: Collection[str] = ()) -> str:
    """The first fault of a validation as a sentence: where, and what; never the rejected value, which may be secret."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"] if str(part) not in tags)
    return f"{where}: {first['msg']}." if where else f"{first['msg']}."


def one_line(text: str, limit: int) -> str:
    """The text on one line of at most `limit` characters, without control characters."""
    line = re.sub(r"[\s\x00-\x1f\x7f]+", " ", text).strip()
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def fenced(text: str, language: str = "") -> str:
    """A Markdown code block around `text`, with a fence longer than any inside it."""
    longest = max((len(run) for run in re.findall(r"`{3,}", text)), default=2)
    fence = "`" * (longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def unique(values: Iterable[str]) -> tuple[str, ...]:
    """The values without empty ones and repetitions, in order."""
    return tuple(dict.fromkeys(value for value in values if value))
