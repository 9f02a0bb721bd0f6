"""Words: how text of any kind becomes the terms that search compares.

Code and prose are read alike. An identifier counts whole and in its parts, so that `parseHttpHeader` is found by
`parse_http_header`, by "http header" and by "parsing"; English words lose their endings and their little words; a
script that writes no spaces is read as pairs of characters, those of a memory also one by one. What signs set apart
(`C#`, `.NET`, `--force`, `1.2.3`) is a term as well, and compounds of languages that write them as one word have their
parts.
"""

import hashlib
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Protocol

from whence.retrieval import compounds

MAX_TERM_BYTES = 39
"""Bytes of a term in UTF-8. LanceDB's full-text index drops longer tokens by default (`max_token_length=40`)."""

MAX_RUN = 256
"""Characters of one unbroken word that are looked at: more than identifiers have, less than encoded data."""

MAX_COMPOUNDS = 1000
"""Words of one text whose parts are terms too."""

_LITTLE_WORDS = """
a about an and are as at be been but by can could did do does for from had has have he her his how i if in into is it
its me my no not of on or our s she should so such t than that the their them then there these they this to us was we
were what when where which who why will with would you your
"""
STOP_WORDS = frozenset(_LITTLE_WORDS.split())
"""English words that tell nothing apart: articles, pronouns, prepositions, auxiliaries, question words."""

_SLICE = 256  # normalisation of combining characters takes the square of their number, so it is done in slices
# Accents, and the signs for vowels that Hebrew and Arabic may leave out.
_ACCENTS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0640\u064b-\u065f\u0670]+")
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ı": "i", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H", "ς": "σ"}
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
_SIGNED = re.compile(
    r"(?<![\w+#])(?P<language>[CcGg]\+\+|[CFJcfj]#)(?![\w+#])"
    r"|(?P<net>\.NET\b|(?<![\w./-])\.net\b)"
    r"|(?<![\w.@/-])(?P<package>@[A-Za-z0-9][\w.-]{0,80}/[A-Za-z0-9][\w.-]{0,80})"
    r"|(?<![\w-])(?P<option>--[A-Za-z][\w-]{1,60})"
    r"|(?<![\w.])[vV]?(?P<version>\d{1,5}(?:\.\d{1,6}){1,3})(?P<stage>-(?:rc|alpha|beta|dev|pre|next|post)[\w.]{0,12})?"
    r"(?![\w]|\.\d)"
    r"|(?<![\w-])(?P<code>[A-Z]{2,8}(?:-\d{1,7}){1,2})(?![\w-])"
    r"|(?<=[\w)\]\"' ])(?P<operator>!==?|===|<=>|\?\?|:=|\|>)(?=[\w(\[\"' -])"
)
"""What signs set apart, which is a term beside the words in it. Measured: operators that code is full of (`==`, `->`,
`&&`) cost .001 of nDCG@10 on most question sets, and are no terms."""

_HASH = re.compile(r"(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{7,}")


def terms(text: str) -> list[str]:
    """The terms of a text, in order, with repetitions: lower-cased, without accents, stemmed.

    Little English words are dropped, but never all: a text of nothing else keeps them.
    """
    found: list[str] = []
    little: list[str] = []
    for run in runs(text):
        (little if run.lower() in STOP_WORDS else found).extend(terms_of(run))
    return [*(found or little), *signed(text)]


def read(text: str) -> tuple[list[str], list[str]]:
    """The terms that a memory's text is found by, and its words for pairs.

    The terms are those of `terms`, and besides each character by itself of scripts without spaces, which may be a word,
    and the parts of compounds. The words for pairs are without identifiers as wholes beside their parts.
    """
    found: list[str] = []
    parts: list[str] = []
    long: list[str] = []
    for run in runs(text):
        if run.lower() not in STOP_WORDS:
            own = terms_of(run)
            found += own
            parts += parts_of(run, own)
            if len(run) > 1 and not run.isascii():
                found += _DENSE_CHARACTER.findall(run)
            if compounds.SHORTEST <= len(run) <= compounds.LONGEST and len(long) < MAX_COMPOUNDS:
                long.append(run)
    if not found:
        return terms(text), []
    if long and compounds.are_written(text):
        found += [term for run in long for term in terms_of_compound(run)]
    return found + signed(text), parts


def signed(text: str) -> list[str]:
    """What signs set apart in a text: `c#`, `.net`, `@types/node`, `--force`, versions, `ora00942`, operators.

    A version has its beginning besides, so that 1.2 finds 1.2.3; a code is written without its hyphen, as some do.
    """
    if not text.isascii():
        text = level(text)
    found: list[str] = []
    for match in _SIGNED.finditer(text):
        term = match[match.lastgroup or 0].lower()
        if match["version"]:
            numbers = match["version"].split(".")
            if len(numbers) == 3:
                found.append(".".join(numbers[:2]))
            term = match["version"] + (match["stage"] or "").lower()
        elif match["code"]:
            term = term.replace("-", "")
        found.append(limited(term.rstrip(".-")))
    return found


def runs(text: str) -> Iterator[str]:
    """The unbroken words of a text, after Unicode's compatibility forms and accents are levelled."""
    if text.isascii():
        found: Iterator[re.Match[str]] = _ASCII_RUN.finditer(text)
    else:
        found = _RUN.finditer(level(text))
    for match in found:
        yield match[0]


def level(text: str) -> str:
    """A text in Unicode's compatibility forms, without accents."""
    return "".join(_level_slice(text[at : at + _SLICE]) for at in range(0, len(text), _SLICE))


def _level_slice(text: str) -> str:
    """Full-width to plain, ligatures to letters, accented to bare; marks that change a letter (が) stay."""
    decomposed = unicodedata.normalize("NFKD", text)
    return unicodedata.normalize("NFC", _ACCENTS.sub("", decomposed)).translate(_LETTERS)


def terms_of(run: str) -> Sequence[str]:
    """The terms of one unbroken word: whole, then its parts if there are several."""
    if run[0] > "\u0dff" and _DENSE_CHARACTER.match(run):
        return [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return _terms_of_word(run[:MAX_RUN])


def parts_of(run: str, own: Sequence[str]) -> Sequence[str]:
    """Those of a word's own terms that stand beside those of its neighbours: not the whole beside its parts."""
    return own if len(own) == 1 or _DENSE_CHARACTER.match(run) else own[1:]


@lru_cache(maxsize=1 << 14)  # texts say the same words again and again
def _terms_of_word(word: str) -> tuple[str, ...]:
    if _HASH.fullmatch(word.lower()):
        return (word[:7].lower(),)  # git's shortest form of a commit's id, in which all its forms meet
    pieces = [piece.lower().replace("ς", "σ") for piece in _PIECE.findall(word)]
    whole = "".join(pieces)
    if len(pieces) > 3 and len(whole) < 2.5 * len(pieces):
        pieces = [whole]  # pieces as short as these are no words but encoded data
    elif len(pieces) > 1:
        pieces = [whole, *(piece for piece in pieces if piece not in STOP_WORDS)]
    return tuple(_stem(limited(piece)) for piece in pieces)


@lru_cache(maxsize=1 << 12)
def terms_of_compound(word: str) -> tuple[str, ...]:
    """The terms of a compound's parts; none of another word."""
    return tuple(_stem(part) for part in compounds.parts(word))


def limited(term: str) -> str:
    """The term, or where it is too long for the index its beginning and a digest of it all."""
    if len(term) * 4 <= MAX_TERM_BYTES or len(data := term.encode("utf-8", "replace")) <= MAX_TERM_BYTES:
        return term
    return data[:24].decode(errors="ignore") + hashlib.blake2s(data, digest_size=6).hexdigest()


_PLURAL = re.compile(r"(?:ung|heit|keit|schaft|tion)en$")


class Stemmer(Protocol):
    """One of snowball's stemmers."""

    def stemWord(self, word: str) -> str:  # noqa: N802 - snowballstemmer's name
        """The stem of a word in lower case."""


_local = threading.local()  # a stemmer keeps the word it works on in itself, so each thread has its own


def _stem(term: str) -> str:
    """Porter's stem of an English word (M. F. Porter, "An algorithm for suffix stripping", 1980); of sure German
    plurals the singular; others unchanged.
    """
    if len(term) < 3 or not (term.isascii() and term.isalpha()):
        return term
    if _PLURAL.search(term):
        return term[:-2]
    stemmer: Stemmer | None = getattr(_local, "stemmer", None)
    if stemmer is None:
        import snowballstemmer  # here, since it loads every language and takes 150 ms

        stemmer = _local.stemmer = snowballstemmer.stemmer("porter")
    return stemmer.stemWord(term)
