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
_BEGIN = 3
"""Letters of a word by which it is found."""
_LONGEST = 64
"""Letters of what may be a word of a text; in longer runs each word is sought by itself."""


@lru_cache(maxsize=1)
def pieces(text: str) -> str:
    """What stands between spaces in the text, each piece once on a line: what has no space in it is found faster here.

    The pieces of the last text are kept, as its vocabulary is: several searches ask for them in turn.
    """
    return "\n".join(set(text.split()))


@lru_cache(maxsize=1)
def vocabulary(text: str) -> frozenset[str]:
    """Every run of letters in the text, once."""
    distinct = pieces(text)
    return frozenset(distinct.translate(_SPACES).split() if text.isascii() else _LETTERS.findall(distinct))


def core(word: str) -> str:
    """The longest run of letters of what is sought; empty where it has none."""
    return max(_LETTERS.findall(word), key=len, default="")


class Words:
    """Words and parts of words to look for, of which most texts hold few; each may have other signs than letters."""

    def __init__(self, words: Iterable[str], *, lowered: bool = False) -> None:
        """Sort the words by their letters; with `lowered` they are sought whatever the case in the text is."""
        self._order: dict[str, int] = {}
        self._parts: dict[str, list[str]] = {}
        self._signs: set[str] = set()
        self._by_begin: dict[str, list[tuple[str, str, bool, bool]]] = {}
        self._fold = str.lower if lowered else str
        for word in words:
            self._order[word] = len(self._order)
            self._parts[word] = [] if word.isalpha() else word.split()
            letters = core(word)
            if not letters:
                self._signs.add(word)
                continue
            # What stands before or behind the letters in the word parts them in the text as well.
            bounds = not word.startswith(letters), not word.endswith(letters)
            self._by_begin.setdefault(letters[:_BEGIN], []).append((word, letters, *bounds))
        self._sizes = tuple({len(begun) for begun in self._by_begin})
        self._known: tuple[set[str], dict[str, tuple[str, ...]]] = (set(), {})

    def held(self, text: str) -> list[str]:
        """The words that the text may hold, in order: none of the others stands in it."""
        runs = vocabulary(text)
        if len(runs) > _KEPT:
            folded = self._fold(text)
            return [word for word in self._order if word in self._signs or core(word) in folded]
        # Threads share both; a run is among those seen only when what it holds stands in the other.
        seen, telling = self._known
        if len(seen) > _KEPT:
            self._known = seen, telling = set(), {}
        if new := runs - seen:
            telling |= {run: words for run in new if (words := self._held_by(run))}
            seen |= new
        held = self._signs.union(*map(telling.__getitem__, runs & telling.keys()))
        distinct = pieces(text)
        if 2 * len(distinct) < len(text):  # where little stands twice, to look here is no gain
            stands = self._fold(distinct).__contains__
            held = {word for word in held if all(map(stands, self._parts[word]))}
        return sorted(held, key=self._order.__getitem__)

    def _held_by(self, run: str) -> tuple[str, ...]:
        """The words whose letters stand in a run of letters."""
        run = self._fold(run)
        if len(run) > _LONGEST:
            return tuple(word for words in self._by_begin.values() for word, letters, *_ in words if letters in run)
        held = []
        for size in self._sizes:
            for at in range(len(run) - size + 1):
                for word, letters, first, last in self._by_begin.get(run[at : at + size], ()):
                    if (
                        run.startswith(letters, at)
                        and (at == 0 or not first)
                        and (not last or at + len(letters) == len(run))
                    ):
                        held.append(word)
        return tuple(held)
