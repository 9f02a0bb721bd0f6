"""Which words a text can hold at all: most of what is sought stands in none, and the words are fewer than the text."""

import re
from collections.abc import Iterable
from functools import lru_cache


def word_set(text: str) -> frozenset[str]:
    """The words of a table, which is written with spaces between them."""
    return frozenset(text.split())


_LETTERS = re.compile(r"[^\W\d_]+")
_SPACES = str.maketrans({chr(code): " " for code in range(128) if not chr(code).isalpha()})
_KEPT = 1 << 14
"""Runs of letters of which it is remembered what they hold: as many as a large folder of code has."""
_LONGEST = 64
"""Letters of what may be a word of a text; in longer runs each word is sought by itself."""


@lru_cache(maxsize=1)
def vocabulary(text: str) -> frozenset[str]:
    """Every run of letters in the text, once.

    The vocabulary of the last text is kept: several searches ask for it in turn.
    """
    return frozenset(text.translate(_SPACES).split() if text.isascii() else _LETTERS.findall(text))


def core(word: str) -> str:
    """The longest run of letters of what is sought; empty where it has none."""
    return max(_LETTERS.findall(word), key=len, default="")


class Words:
    """Words and parts of words to look for, of which most texts hold few; each may have other signs than letters."""

    def __init__(self, words: Iterable[str], *, lowered: bool = False) -> None:
        """Sort the words by their letters; with `lowered` they are sought whatever the case in the text is."""
        self._order: dict[str, int] = {}
        self._signs: set[str] = set()
        self._by_pair: dict[str, list[tuple[str, str, bool, bool]]] = {}
        self._fold = str.lower if lowered else str
        for word in words:
            self._order[word] = len(self._order)
            letters = core(word)
            if not letters:
                self._signs.add(word)
                continue
            # What stands before or behind the letters in the word parts them in the text as well.
            bounds = not word.startswith(letters), not word.endswith(letters)
            self._by_pair.setdefault(letters[:2], []).append((word, letters, *bounds))
        self._told = lru_cache(maxsize=_KEPT)(self._held_by)

    def held(self, text: str) -> list[str]:
        """The words that the text may hold, in order: none of the others stands in it."""
        told = self._told
        held = {word for run in vocabulary(text) if (words := told(run)) for word in words}
        return sorted(self._signs | held, key=self._order.__getitem__)

    def _held_by(self, run: str) -> tuple[str, ...]:
        """The words whose letters stand in a run of letters."""
        run = self._fold(run)
        if len(run) > _LONGEST:
            return tuple(word for words in self._by_pair.values() for word, letters, *_ in words if letters in run)
        return tuple(
            word
            for at in range(len(run))
            for size in (1, 2)
            if len(pair := run[at : at + size]) == size
            for word, letters, first, last in self._by_pair.get(pair, ())
            if run.startswith(letters, at) and (at == 0 or not first) and (not last or at + len(letters) == len(run))
        )
