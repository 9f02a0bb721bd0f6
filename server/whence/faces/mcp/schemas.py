"""Schemas as assistants are sent them: without what says nothing, since every conversation begins with all of them."""

from typing import Any

_NAMED = ("properties", "$defs")
"""Keys whose keys are names of ours, not words of a schema."""


def compact(schema: Any) -> Any:
    """A JSON schema without titles, empty defaults and null beside a type, and without a word on unknown names.

    What may be null may as well be left out, and an unknown name is refused by name when it comes.
    """
    if isinstance(schema, list):
        return [compact(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _NAMED:
            made[key] = {name: compact(each) for name, each in value.items()}
        elif not _says_nothing(key, value, schema):
            made[key] = compact(value)
    kinds = [each for each in made.get("anyOf", []) if each != {"type": "null"}]
    if "anyOf" in made and len(kinds) == 1:
        del made["anyOf"]
        made = {**kinds[0], **made}
    return made


def _says_nothing(key: str, value: Any, schema: dict[str, Any]) -> bool:
    if key == "description":
        return "properties" in schema  # what is said of the whole, the tool's own description says
    return key in ("title", "additionalProperties") or (key == "default" and not value)
