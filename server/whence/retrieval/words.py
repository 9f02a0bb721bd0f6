"""Words: how text of any kind becomes the terms that search compares.

Code and prose are read alike. An identifier counts whole and in its parts, so that `parseHttpHeader` is found by
`parse_http_header`, by "http header" and by "parsing"; English words lose their endings and their little words; a
script that writes no spaces is read as pairs of characters. Memories and queries go through the same functions.
"""

import hashlib
import math
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

MAX_TERM_BYTES = 39
"""Bytes of a term in UTF-8. LanceDB's full-text index drops longer tokens by default (`max_token_length=40`)."""

MAX_RUN = 256
"""Characters of one unbroken word that are looked at: more than identifiers have, less than encoded data."""

MAX_QUERY_TERMS = 64
"""Distinct terms of a query: the longest reports keep their meaning in fewer, and each costs a look-up."""

MAX_QUERY_HEAD, MAX_QUERY_TAIL = 4000, 2000
"""Characters of a long query that are read: what is asked comes first, the error of a Python trace last."""

IDENTIFIER_WEIGHT = 1.7
"""For what a query writes as code, measured on six question sets of real repositories."""

FIRST_LINE_WEIGHT, CODE_LINE_WEIGHT = 3.0, 0.3
"""For the lines of a query of several lines: its first line names the matter; code in it is circumstance."""

_LITTLE_WORDS = """
a about an and are as at be been but by can could did do does for from had has have he her his how i if in into is it
its me my no not of on or our s she should so such t than that the their them then there these they this to us was we
were what when where which who why will with would you your
"""
STOP_WORDS = frozenset(_LITTLE_WORDS.split())
"""English words that tell nothing apart: articles, pronouns, prepositions, auxiliaries, question words."""

_SLICE = 256  # normalisation of combining characters takes the square of their number, so it is done in slices
_ACCENTS = re.compile("[\u0300-\u036f]+")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
)

# Scripts written without spaces between words: Thai, Lao, Myanmar, Khmer, Kana, Han; and Hangul, whose words
# carry endings that pairs of syllables look past.
_DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
# Vowel signs of Hebrew, Arabic and the Indic scripts, which belong to a word although they are no letters.
_MARKS = "\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0963\u0981-\u0dff"

_RUN = re.compile(rf"[{_DENSE}]+|(?:[^\W{_DENSE}]|[{_MARKS}])+")
_ASCII_RUN = re.compile(r"[A-Za-z0-9_]+")
_PIECE = re.compile(rf"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|(?:[^\W\d_a-zA-Z]|[{_MARKS}])+")
_DENSE_CHARACTER = re.compile(f"[{_DENSE}]")
_HASH = re.compile(r"(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,}")
_INNER_CODE = re.compile(r"[a-z][A-Z]|[A-Za-z0-9]_+[A-Za-z0-9]|[A-Z]{2}[a-z]")
_TEST_NAME = re.compile(
    r"[Tt]est_([A-Za-z]\w{2,})|[Tt]est([A-Z]\w{2,})|([A-Za-z]\w{2,}?)(?:_?Tests?|_?TestCase|_tests?)"
)

_FENCE = re.compile(r"\s*(```|~~~)")
_CODE_LINE = re.compile(r"(?: {4}|\t|>>>|\.\.\. |\$ |In \[)")
_BACKTICKS = re.compile(r"`([^`\n]{1,200})`")


def terms(text: str) -> list[str]:
    """The terms of a text, in order, with repetitions: lower-cased, without accents, stemmed.

    Little English words are dropped, but never all: a text of nothing else keeps them.
    """
    found: list[str] = []
    little: list[str] = []
    for run in _runs(text):
        (little if run.lower() in STOP_WORDS else found).extend(_terms_of_run(run))
    return found or little


def words_column(text: str) -> str:
    """The same terms as one text, as the passages table stores and indexes it."""
    return " ".join(terms(text))


def query_terms(query: str) -> list[tuple[str, float]]:
    """The distinct terms of a query with their weights, heaviest first; at most `MAX_QUERY_TERMS`.

    A term weighs 1 + ln(tf), its occurrences counted by the weight of their lines, and more if the query writes it as
    code. A query of any length is read in bounded time: of a long one its beginning and its end.
    """
    counts: dict[str, float] = {}
    code: set[str] = set()
    for line, weight in _lines(query):
        quoted = {term for span in _BACKTICKS.findall(line) for term in terms(span)}
        for run in _runs(line):
            if run.lower() in STOP_WORDS:
                continue
            is_code = bool(_INNER_CODE.search(run))
            for term in _terms_of_run(run):
                counts[term] = counts.get(term, 0.0) + weight
                if is_code or term in quoted:
                    code.add(term)
            if subject := _subject(run):
                counts[subject] = counts.get(subject, 0.0) + weight
                code.add(subject)
    if not counts:
        counts = dict.fromkeys(terms(query[:MAX_QUERY_HEAD]), 1.0)
    weighted = [
        (term, (1.0 + math.log(count) if count >= 1 else count) * (IDENTIFIER_WEIGHT if term in code else 1.0))
        for term, count in counts.items()
    ]
    weighted.sort(key=lambda each: -each[1])  # stable: of equals the earlier ones stay
    return weighted[:MAX_QUERY_TERMS]


def surfaces(query: str, held: frozenset[str]) -> list[str]:
    """The words of a query, as they are written in it, that have a term among `held`; each once, in order."""
    found: dict[str, str] = {}
    for line, _ in _lines(query):
        for run in _runs(line):
            own = () if run.lower() in STOP_WORDS else _terms_of_run(run)
            if not held.isdisjoint(own):
                found.setdefault(own[0], run)
    return list(found.values())


def _lines(query: str) -> Iterator[tuple[str, float]]:
    """The lines of a query that hold something, with their weights."""
    if len(query) > MAX_QUERY_HEAD + MAX_QUERY_TAIL:
        query = f"{query[:MAX_QUERY_HEAD]}\n{query[-MAX_QUERY_TAIL:]}"
    lines = [line for line in query.splitlines() if line.strip()]
    fenced = False
    for number, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
        elif len(lines) == 1:
            yield line, 1.0
        elif number == 0:
            yield line, FIRST_LINE_WEIGHT
        else:
            yield line, CODE_LINE_WEIGHT if fenced or _CODE_LINE.match(line) else 1.0


def _runs(text: str) -> Iterator[str]:
    """The unbroken words of a text, after Unicode's compatibility forms and accents are levelled."""
    if text.isascii():
        found: Iterator[re.Match[str]] = _ASCII_RUN.finditer(text)
    else:
        found = _RUN.finditer("".join(_level(text[at : at + _SLICE]) for at in range(0, len(text), _SLICE)))
    for match in found:
        yield match[0]


def _level(text: str) -> str:
    """Full-width to plain, ligatures to letters, accented to bare; marks that change a letter (が) stay."""
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).translate(_LETTERS)


def _terms_of_run(run: str) -> Sequence[str]:
    """The terms of one unbroken word: whole, then its parts if there are several."""
    if run[0] > "\u0dff" and _DENSE_CHARACTER.match(run):
        return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return _terms_of_word(run[:MAX_RUN])


@lru_cache(maxsize=1 << 14)  # texts say the same words again and again
def _terms_of_word(word: str) -> tuple[str, ...]:
    if _HASH.fullmatch(word.lower()):
        return (word[:7].lower(),)  # git's shortest form of a commit's id, in which all its forms meet
    pieces = [piece.lower() for piece in _PIECE.findall(word)]
    whole = "".join(pieces)
    if len(pieces) > 3 and len(whole) < 2.5 * len(pieces):
        pieces = [whole]  # pieces as short as these are no words but encoded data
    elif len(pieces) > 1:
        pieces = [whole, *(piece for piece in pieces if piece not in STOP_WORDS)]
    return tuple(_stem(_bounded(piece)) for piece in pieces)


def _subject(run: str) -> str:
    """The term of what a test is named after: `CommandLineTest` and `test_command_line` speak of `CommandLine`."""
    match = _TEST_NAME.fullmatch(run) if "est" in run and len(run) <= MAX_RUN else None
    return _terms_of_word(match[match.lastindex])[0] if match and match.lastindex else ""


def _bounded(term: str) -> str:
    """The term, or where it is too long for the index its beginning and a digest of it all."""
    if len(term) * 4 <= MAX_TERM_BYTES or len(data := term.encode()) <= MAX_TERM_BYTES:
        return term
    return data[:24].decode(errors="ignore") + hashlib.blake2s(data, digest_size=6).hexdigest()


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - snowballstemmer's name


_local = threading.local()  # a stemmer keeps the word it works on in itself, so each thread has its own


def _stem(term: str) -> str:
    """Porter's stem of an English word (M. F. Porter, "An algorithm for suffix stripping", 1980); others unchanged."""
    if len(term) < 3 or not (term.isascii() and term.isalpha()):
        return term
    stemmer: _Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        import snowballstemmer  # here, since it loads every language and takes 150 ms

        stemmer = _local.stemmer = snowballstemmer.stemmer("porter")
    return stemmer.stemWord(term)
