"""Reading TOML that others wrote."""

import tomllib
from typing import Any

_MOST_DOTS = 1000
"""Dots in one line. Python's reader takes the square of the parts of a name: 5 s for 100,000 of them."""


def loads(text: str) -> dict[str, Any]:
    """What a text in TOML says.

    Raises:
        ValueError: it is none, or has a line that nobody wrote.
    """
    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise ValueError("a line of thousands of dots")
    return tomllib.loads(text)
