"""Nearness: what a memory gains for being near to where the user is.

It is little beside what words and meaning give, so that it decides between what fits alike: all of it together is at
most `MOST`. Measured (`benchmarks/focus.py`): what it gives with the right focus, and what it costs with a wrong one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from whence.passage import Passage
from whence.protocol import Focus
from whence.retrieval import fields
from whence.retrieval.query import Query
from whence.retrieval.rarity import Rarity
from whence.retrieval.words import terms

FILE_WEIGHT, FOLDER_WEIGHT, SYMBOL_WEIGHT = 0.08, 0.03, 0.05
"""For concerning the file where the user is, else its folder; and for holding the symbol."""

RECENT_WEIGHT, IMPORT_WEIGHT, TOGETHER_WEIGHT = 0.05, 0.04, 0.05
"""For concerning, at best, a file edited lately, a neighbour by import, or a file that changes with the current one, by
the confidence of that. Of a memory's files the nearest counts."""

SESSION_WEIGHT = 0.03
"""For having come to be in the active session."""

DIAGNOSTIC_WEIGHT, LEAST_SHARE = 0.06, 0.4
"""For holding the words of a message at hand, by the share of them, each by its rarity; none for less than so much."""

MOST = 0.15
"""What nearness can give at most."""

MAX_RECENT, MAX_DIAGNOSTICS, MAX_FILES = 20, 3, 200
"""Files edited lately and messages that count, and files of one memory that are looked at."""

_PARTS = 2000  # characters of a message that are read


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
        self._places: dict[str, tuple[float, str]] = {}
        self._put(((each, IMPORT_WEIGHT) for each in around.imports), "about a neighbour of your file by import")
        changing = ((each, TOGETHER_WEIGHT * share) for each, share in around.together.items())
        self._put(changing, "about a file that changes with yours")
        recent = ((plain(each), RECENT_WEIGHT) for each in focus.recent[:MAX_RECENT])
        self._put(recent, "about a file you edited lately")
        self._put([(file, FILE_WEIGHT)], "about the file you are in")
        self._symbol = np.array(fields.hashes(terms(focus.symbol)[:1]), np.uint32)
        self._messages = []
        for message in focus.diagnostics[:MAX_DIAGNOSTICS]:
            weighed = Query(message[:_PARTS]).terms
            asked = np.array(fields.hashes(term for term, _ in weighed), np.uint32)
            if len(asked):
                worth = np.array([weight for _, weight in weighed], np.float32) * rarity.idf(asked)
                self._messages.append((asked, worth / worth.sum()))

    def of(self, passage: Passage) -> Nearness:
        """How near a memory is."""
        found = list(self._of_files(islice(passage.files, MAX_FILES)))
        if len(self._symbol) and fields.look_up([passage.weights], self._symbol).any():
            found.append((SYMBOL_WEIGHT, "names the symbol you are at"))
        share = max(
            (float(worth[fields.look_up([passage.weights], asked)[0] > 0].sum()) for asked, worth in self._messages),
            default=0.0,
        )
        if share >= LEAST_SHARE:
            found.append((DIAGNOSTIC_WEIGHT * share, "speaks of the problem reported here"))
        if passage.memory in self._session:
            found.append((SESSION_WEIGHT, "from the session you are in"))
        return _summed(found)

    def of_file(self, path: str) -> Nearness:
        """How near a file is."""
        return _summed(list(self._of_files((path,))))

    def _put(self, paths: Iterable[tuple[str, float]], reason: str) -> None:
        """Note what these files are worth, where that is more than is known of them."""
        for path, worth in paths:
            if path and worth >= self._places.get(path, (0.0, ""))[0]:
                self._places[path] = worth, reason

    def _of_files(self, files: Iterable[str]) -> Iterable[tuple[float, str]]:
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


def _summed(found: list[tuple[float, str]]) -> Nearness:
    if not found:
        return FAR
    found.sort(key=lambda each: -each[0])
    return Nearness(min(sum(worth for worth, _ in found), MOST), tuple(reason for _, reason in found))
