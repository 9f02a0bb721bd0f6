"""Which words a text can hold at all: most of what is sought stands in none, and the words are fewer than the text."""

import re
from functools import cache, lru_cache


def word_set(text: str) -> frozenset[str]:
    """The words of a table, which is written with spaces between them."""
    return frozenset(text.split())


_LETTERS = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = re.compile(r"[A-Za-z]+")


@lru_cache(maxsize=1)
def vocabulary(text: str) -> str:
    """Every run of letters in the text, once, in lines; what `core` gives for a word of the text stands in one.

    The vocabulary of the last text is kept: several searches ask for it in turn.
    """
    letters = _ASCII_LETTERS if text.isascii() else _LETTERS
    return "\n".join(set(letters.findall(text)))


@cache
def core(word: str) -> str:
    """The longest run of letters of what is sought; empty where it has none, and must be sought in the text itself."""
    return max(_LETTERS.findall(word), key=len, default="")
