"""Nearness: what a memory gains for being near to where the user is.

It is little beside what words and meaning give, so that it decides between what fits alike: all of it together is at
most `MOST`. Of a memory's files the nearest counts. "Measured" means: by what it gives with the right focus, and what
it costs with a wrong one (`benchmarks/focus.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from whence.retrieval import fields
from whence.retrieval.query import Query, Term
from whence.retrieval.rarity import Rarity
from whence.retrieval.words import terms
from whence.values.passage import Passage
from whence.values.protocol import Focus

FILE_WEIGHT, FOLDER_WEIGHT = 0.08, 0.02
"""For concerning the file where the user is, or one in its folder. Measured: a file of .12 gives half as much
again where it is right, and loses as much beside it; a folder of .03 takes from the file what it gives its siblings."""

RECENT_WEIGHT, TOGETHER_WEIGHT = 0.07, 0.1
"""For concerning a file edited lately, or one that changes with the current one, times the confidence of that.
Measured: without the second a user beside the file loses .029 (changelog-nomsg), with it nothing."""

IMPORT_WEIGHT, SYMBOL_WEIGHT, SESSION_WEIGHT = 0.04, 0.05, 0.03
"""For concerning a neighbour by import, holding the symbol, having come to be in the active session. Ours, of the same
order: the question sets have none of them."""

DIAGNOSTIC_WEIGHT, LEAST_SHARE = 0.06, 0.4
"""For holding the words of a message at hand, by the share of them, each by its rarity; none for less than so much.
Ours."""

MOST = 0.15
"""What nearness can give at most. Ours: less than what parts the first from the second where one is clearly better."""

MAX_RECENT, MAX_DIAGNOSTICS, MAX_FILES = 20, 3, 200
"""Files edited lately and messages that count, and files of one memory that are looked at."""

_READ = 2000  # characters of a message

_Part = tuple[float, str]
"""What something is worth, and how that is said."""


@dataclass(frozen=True, slots=True)
class Around:
    """What lies around the user that the focus does not tell by itself."""

    imports: frozenset[str] = frozenset()
    """Files that the current one imports, and those that import it."""

    together: Mapping[str, float] = field(default_factory=dict)
    """Files that usually change with the current one, with the confidence of that, 0 to 1."""

    session: frozenset[str] = frozenset()
    """Ids of the memories of the active session."""


NOTHING = Around()


@dataclass(frozen=True, slots=True)
class Nearness:
    """What being near is worth, and in what it lies."""

    worth: float = 0.0
    """The part of the score."""

    reasons: tuple[str, ...] = ()
    """In words, the weightiest first."""


FAR = Nearness()


class Surroundings:
    """Where the user is, ready to be compared with memories.

    Args:
        focus: what the editor tells.
        around: what the project tells of that place.
        rarity: how rare words are in all memories.
    """

    def __init__(self, focus: Focus, around: Around, rarity: Rarity) -> None:
        file = plain(focus.file)
        self._folder = file.rpartition("/")[0]
        self._session = around.session
        self._places: dict[str, _Part] = {}
        self._put(((each, IMPORT_WEIGHT) for each in around.imports), "about a neighbour of your file by import")
        changing = ((each, TOGETHER_WEIGHT * share) for each, share in around.together.items())
        self._put(changing, "about a file that changes with yours")
        recent = ((plain(each), RECENT_WEIGHT) for each in focus.recent[:MAX_RECENT])
        self._put(recent, "about a file you edited lately")
        self._put([(file, FILE_WEIGHT)], "about the file you are in")
        symbol = fields.hashes(terms(focus.symbol)[:1])
        messages = [Query(each[:_READ]).terms for each in focus.diagnostics[:MAX_DIAGNOSTICS]]
        weighed = [each for each in messages if each]
        self._asked = np.array([*symbol, *fields.hashes(term for each in weighed for term, _ in each)], np.uint32)
        self._names_symbol = bool(symbol)
        self._shares = _shares(weighed, rarity.idf(self._asked), len(symbol))

    def of(self, passages: Sequence[Passage]) -> list[Nearness]:
        """How near memories are."""
        if not (self._places or self._folder or self._session or len(self._asked)):
            return [FAR] * len(passages)
        if not len(self._asked):
            return [_summed(self._of_memory(each)) for each in passages]
        # All words at once: a look-up costs some 10 µs a memory, however many words it is asked for.
        held = fields.look_up([each.weights for each in passages], self._asked) > 0
        shares = (held @ self._shares).max(axis=1, initial=0.0)
        named = held[:, 0] & self._names_symbol
        return [
            _summed([*self._of_memory(passage), *_of_words(bool(symbol), float(share))])
            for passage, symbol, share in zip(passages, named, shares, strict=True)
        ]

    def of_file(self, path: str) -> Nearness:
        """How near a file is."""
        return _summed(self._of_files((path,)))

    def _put(self, paths: Iterable[tuple[str, float]], reason: str) -> None:
        """Note what these files are worth, where that is more than is known of them."""
        for path, worth in paths:
            if path and worth >= self._places.get(path, (0.0, ""))[0]:
                self._places[path] = worth, reason

    def _of_memory(self, passage: Passage) -> list[_Part]:
        found = self._of_files(islice(passage.files, MAX_FILES))
        return [*found, (SESSION_WEIGHT, "from the session you are in")] if passage.memory in self._session else found

    def _of_files(self, files: Iterable[str]) -> list[_Part]:
        best = (0.0, "")
        for path in files:
            here = self._places.get(path, best)
            if here[0] <= FOLDER_WEIGHT and self._folder and path.rpartition("/")[0] == self._folder:
                here = max(here, (FOLDER_WEIGHT, "from the folder you are in"))
            best = max(best, here)
        return [best] if best[0] > 0 else []


def plain(path: str) -> str:
    """A path of the project as memories name it."""
    return path.replace("\\", "/").removeprefix("./")


def _shares(messages: Sequence[Sequence[Term]], idf: NDArray[np.float32], start: int) -> NDArray[np.float32]:
    """What each of the words asked for is of each message, a column each; words of messages follow from `start` on."""
    shares = np.zeros((len(idf), len(messages)), np.float32)
    for column, words in enumerate(messages):
        here = slice(start, start + len(words))
        worth = np.array([weight for _, weight in words], np.float32) * idf[here]
        shares[here, column] = worth / worth.sum()
        start += len(words)
    return shares


def _of_words(symbol: bool, share: float) -> list[_Part]:
    found = [(SYMBOL_WEIGHT, "names the symbol you are at")] if symbol else []
    return (
        [*found, (DIAGNOSTIC_WEIGHT * share, "speaks of the problem reported here")] if share >= LEAST_SHARE else found
    )


def _summed(found: list[_Part]) -> Nearness:
    if not found:
        return FAR
    found.sort(key=lambda each: -each[0])
    return Nearness(min(sum(worth for worth, _ in found), MOST), tuple(reason for _, reason in found))
