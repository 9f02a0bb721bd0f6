"""Texts that hold something else: a list as JSON, as Python writes it or between commas, quotes around it all."""

import ast
import json
import re
from typing import Any

_MOST_LITERAL = 100_000
"""Characters of a text that is read as a list or an object."""

_QUOTED = re.compile(r"""\"([^\"]*)\"|'([^']*)'""")


def listed(text: str) -> Any:
    """The list that a text is the JSON of, or Python's way to write it; else the text itself.

    Raises:
        ValueError: it begins as one, and is none.
    """
    text = text.strip()
    if text.startswith('"[') and isinstance(inner := _json(text), str):
        text = inner  # JSON in JSON
    if not text.startswith("["):
        return text
    found = literal(text)
    if isinstance(found, str) and '\\"' in text:
        found = literal(text.replace('\\"', '"'))
    if isinstance(found, list):
        return found
    if text[1:].lstrip()[:1] in ('"', "'"):
        raise ValueError("this is no JSON array of texts")
    return text  # a name such as `[id].tsx`


def cut(text: str) -> list[str]:
    """Texts that stand in one: line by line, or between commas where each is one word."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        quoted = [each[1] or each[2] or "" for each in _QUOTED.finditer(lines[0])]
        if quoted and not _QUOTED.sub("", lines[0]).strip(", []"):
            return [each for each in quoted if each]
        if "," in lines[0]:
            bare = lines[0][1:-1] if lines[0][0] + lines[0][-1] == "[]" else lines[0]
            words = [word.strip() for word in bare.split(",") if word.strip()]
            if not any(re.search(r"\s", word) for word in words):
                return words
    return [re.sub(r"^[-*•] ", "", line) for line in lines]


def unquoted(text: str) -> str:
    """A text without the quotes around all of it."""
    text = text.strip()
    inner = text[1:-1]
    return inner.strip() if text[:1] == text[-1:] and text[:1] in ('"', "'", "`") and text[0] not in inner else text


def literal(text: str) -> Any:
    """What a text says as JSON, or as Python writes lists and objects; else the text."""
    plain = text.strip()
    if plain[:1] not in ("[", "{") or len(plain) > _MOST_LITERAL:
        return text
    try:
        return json.loads(plain)
    except (ValueError, RecursionError):
        pass
    try:
        found = ast.literal_eval(plain)
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return text
    return list(found) if isinstance(found, list | tuple) else found


def of_blocks(value: Any) -> Any:
    """The text of blocks, as models' programs write a turn."""
    if isinstance(value, list) and value and all(isinstance(each, dict) and each.get("text") for each in value):
        return "\n".join(str(each["text"]) for each in value)
    return value


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
