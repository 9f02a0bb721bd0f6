"""Which words a text can hold at all: most of what is sought stands in none, and the words are fewer than the text."""

import re
from functools import cache

_LETTERS = re.compile(r"[^\W\d_]+")


def vocabulary(text: str) -> str:
    """Every run of letters in the text, once, in lines; what `core` gives for a word of the text stands in one."""
    return "\n".join(set(_LETTERS.findall(text)))


@cache
def core(word: str) -> str:
    """The longest run of letters of what is sought; empty where it has none, and must be sought in the text itself."""
    return max(_LETTERS.findall(word), key=len, default="")
