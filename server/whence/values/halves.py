"""Halves of characters, which JSON can spell and no database, file or terminal takes."""

import re
from typing import Any

_HALF = re.compile("[\ud800-\udfff]")


def without_halves(value: Any) -> Any:
    """JSON whose texts have no halves of characters, which no database and no file takes; each is U+FFFD instead."""
    match value:
        case str():
            return _HALF.sub("\ufffd", value)
        case dict():
            return {without_halves(key): without_halves(each) for key, each in value.items()}
        case list():
            return [without_halves(each) for each in value]
    return value
