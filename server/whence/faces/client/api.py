"""The types of what is asked and answered, whose stub is generated: every answer is a `Record` at run time."""

from typing import Any

from whence.faces.client.records import Record


def __getattr__(name: str) -> Any:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return Record
