"""What assistants write for parameters, read with patience: lists as JSON text, words for yes and for nothing."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from whence.values.written import cut, listed


def _listed(value: Any) -> Any:
    """A list, however it was written: as a list, as the JSON text of one, or as one bare text."""
    if isinstance(value, str):
        value = listed(value)
    if isinstance(value, str):
        parts = [part.strip() for line in cut(value) for part in re.split("[,;]", line)]
        return tuple(part for part in parts if part) if value not in ("null", "None") else ()
    if value is None:
        return ()
    if not isinstance(value, list):
        return value
    return tuple(str(each) if isinstance(each, int | float) else each for each in value)


def _perhaps(value: Any) -> Any:
    """Nothing, where an assistant wrote a word for nothing."""
    return None if isinstance(value, str) and value.strip().lower() in ("", "null", "none", "unknown") else value


_LIST = {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}

Listed = Annotated[tuple[str, ...], BeforeValidator(_listed), WithJsonSchema(_LIST)]
"""Texts, as a list or as the JSON text of one."""

Names = Annotated[
    tuple[str, ...],
    BeforeValidator(_listed),
    WithJsonSchema({"type": "array", "items": {"type": "string"}}),
]
"""The same, told as a list alone: what else is written is understood too."""

Maybe = Annotated[bool | None, BeforeValidator(_perhaps), WithJsonSchema({"type": ["boolean", "string", "null"]})]
"""Yes, no or nothing, as a truth value or as a word."""

Words = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text; null is an empty one."""

Line = Annotated[int, BeforeValidator(lambda value: _perhaps(value) or 0), Field(ge=0)]
"""A line from 1; 0 or nothing where it is not known."""
