"""Spellings: words as they are written, signs included, and the other ways to write umlauts.

`words` reads what a text says; this reads how it is written, so that of two memories that say the same words the one
that writes `verify=False`, `std::vector`, `$store`, `a == b` or an emoji as the query does comes first. A memory has
each spelling once, beside its terms: they lengthen no text and rarefy no word, and a query's words alone say whether
anything answers it. Of diffs there are none, since code repeats its signs everywhere.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from whence.retrieval import compounds
from whence.retrieval.words import Stemmer, level, limited, runs, terms_of, terms_of_compound

MOST = 200
"""Spellings of one text, and other ways to write its words."""

_READ = 20_000
"""Characters of a text that are read for them."""

_LONGEST = 80
_QUOTES = "`\u00b4\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb"
_CHUNK = re.compile(rf"[^\s{_QUOTES}]+")
_PARTED = re.compile(r"[,;()\[\]{}\"']+")
_END = ".,;!?"
_ENDS = (*_END, ":")
_SAID = re.compile(r"\w+(?:'\w+)?")  # a word of prose, such as: don't
_WORDY = re.compile(r"\w")
_BETWEEN = re.compile(r"(?<=[\w)\]])[=!<>+\-*/&|^%~?:]{2,3}(?=[\w(\[])")
_PICTURE = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\U0001f000-\U0001f1e5\U0001f200-\U0001fbff]"
)
_BARE = str.maketrans(dict.fromkeys("\u200d\ufe0e\ufe0f"))  # joiners, and what chooses a picture's colours

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"} | {"Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa"}
)
_WORD = re.compile(r"[^\W\d_]{4,40}")
_SPELT_OUT = re.compile(r"(?<![aeiouq])(?:([aou])e|(a)a)", re.IGNORECASE)


def spellings(text: str) -> list[str]:
    """The words with signs, the signs that stand by themselves and the pictograms of a text, each once, in order."""
    found: dict[str, None] = {}
    for chunk in _CHUNK.findall(level(text[:_READ].translate(_BARE))):
        if chunk.isalnum() or len(chunk) > _LONGEST or not chunk.isprintable():
            continue
        for spelling in (*_PICTURE.findall(chunk), *_of_chunk(chunk.lower())):
            found[limited(spelling)] = None
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


def _of_chunk(chunk: str) -> Iterator[str]:
    """The spellings in what stands between two spaces."""
    if not _WORDY.search(chunk):
        if chunk.strip("\"'") and chunk not in _ENDS:
            yield chunk
        return
    whole = chunk.rstrip(_END)
    if whole[:1] + whole[-1:] in ("()", '""', "''"):
        whole = whole[1:-1]
    if not _SAID.fullmatch(whole) and all(whole.count(one) == whole.count(other) for one, other in ("()", "[]", "{}")):
        yield whole
    for piece in (each.rstrip(_END) for each in _PARTED.split(chunk)):
        for spelling in {piece: None, piece.rstrip(":"): None}:
            if _WORDY.search(spelling) and not spelling.isalnum():
                yield spelling
    yield from _BETWEEN.findall(chunk)


def respellings(text: str) -> list[str]:
    """Terms of a memory by which words with umlauts are found in their other ways, Müller as Mueller, and it as Muller;
    and German words without the ending of their plural.

    A query needs none: without umlauts and with them spelt out, each memory has its words both ways.
    """
    text = unicodedata.normalize("NFC", text[:_READ])
    joined = compounds.are_written(text)
    found: dict[str, None] = {}
    for word in dict.fromkeys(_WORD.findall(text)):
        if joined:
            found[_singular(word.lower())] = None
        other = word.translate(_UMLAUTS)
        if other == word:
            other = _SPELT_OUT.sub(lambda vowel: vowel[1] or vowel[2], word)
        if other != word:
            for run in runs(other):
                found |= dict.fromkeys(terms_of(run))
                if joined:
                    found |= dict.fromkeys(terms_of_compound(run))
        if len(found) >= MOST:
            break
    return list(found)[:MOST]


_local = threading.local()  # a stemmer keeps the word it works on in itself, so each thread has its own


@lru_cache(maxsize=1 << 12)
def _singular(word: str) -> str:
    """The stem of a German word (snowball's), as a query that holds the stem's word would ask for it."""
    stemmer: Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        import snowballstemmer  # here, since it loads every language and takes 150 ms

        stemmer = _local.stemmer = snowballstemmer.stemmer("german")
    return limited(stemmer.stemWord(word))
