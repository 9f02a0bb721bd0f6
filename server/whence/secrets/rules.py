"""Finds the credentials that give themselves away by their own shape.

A match which is plainly a placeholder (`ghp_xxxx...`, AWS's documented `...EXAMPLE` keys) is left alone.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache

from whence.secrets.randomness import is_dense, is_hex, is_mixed, is_placeholder, is_random, is_uuid, wordiness
from whence.secrets.shapes import INNER, LEADING, Shape
from whence.secrets.vocabulary import Words

# Without a run like this, and in it a digit, a known beginning or more length than names have, no line holds a
# credential with a shape.
_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+/-]{15,}")
_LONG = 32
_DIGIT = re.compile(r"\d")
_TELLING = 4
"""Letters of a beginning that tell a credential wherever they stand."""
_BASE64_BEFORE = re.compile(r"[A-Za-z0-9+/]{20,}$")
_SOLID = re.compile(r"[A-Za-z0-9]{16}[A-Za-z0-9/+-]{4}")
"""What every credential has that is known by a sign alone."""
_DIGEST = re.compile(r"sha(?:1|256|384|512)[-:=][A-Za-z0-9+/]{20,}={0,2}")
_DIGEST_PREFIX = len("sha256:")

# Tokens of providers we don't know: a short prefix, and a long random rest. What these prefixes name is an identifier.
_PREFIXED = re.compile(
    r"(?:(?<![A-Za-z0-9=_.\\])(?<![A-Za-z0-9][+-])|(?<=\\[nrt])|(?<=[A-Z]=))"
    r"(?P<prefix>(?:[a-z]{2,12}|[A-Z]{2,12})\d?(?:[_-](?:[a-z0-9]{1,10}|[A-Z0-9]{1,10})){0,3}?)"
    r"(?:[_-](?P<rest>[A-Za-z0-9_-]{24,200})|\.(?P<dotted>[A-Za-z0-9]{40,200}))(?![A-Za-z0-9_+=-])"
)
_IDENTIFIERS = re.compile(
    r"(?i)(?:pk|pub|public|ch|pi|cus|price|prod|sub|in|evt|pm|seti|txn|re|py|card|src|tok|acct|sess|cs|ba|po|tr|file"
    r"|chatcmpl|cmpl|asst|thread|run|step|msg|org|batch|call|resp|toolu|req|ft|vs|snapshot|sha\d*|md5|id|uid|key|css|chunk"
    r"|jsx|sc|rev|build|job|phc|G|commit|img|image|asset|video|user|page|node|cache|integrity|hash)(?:[_-]|$)"
)
_OPEN = re.compile(
    r"(?:/d/|(?i:challenge|integrity|checksum|digest|etag|fingerprint|nonce|hash)(?:\\*[\"'])?"
    r"[ \t]*[:=][ \t]*\\*[\"']?)$"
)
"""What stands before what was drawn and is no secret: documents of Google, and what is compared with something."""

# A word in the prefix that says what it is; then hexadecimal digits and small letters alone are enough behind it.
_SAID = re.compile(
    r"(?<![A-Za-z0-9])(?P<word>sk|pat|secret|esecret|token|apikey|api|key|ak|apk|rk|oat)(?:[_-][a-z0-9]{1,10}){0,3}?[_-]"
    r"(?P<rest>[A-Za-z0-9]{20,200}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![A-Za-z0-9_+=-]|\.[a-z]{2,5}\b)"
)
_SAID_PREFIX = re.compile(r"(?:[a-z0-9]{1,12}[_-]){0,3}\Z")
_IN_PATH = frozenset("./\\")
_SURELY = frozenset(["sk", "pat", "secret", "esecret", "apikey", "ak", "apk", "rk", "oat"])
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])")

# What stands between the pieces of a string which is written in several: "ghp_abc" + \n "def".
_BETWEEN_QUOTES = re.compile(
    r"[\"'`][ \t]*(?:(?:\+|\.\.?|&|\\)?[ \t]*\r?\n[+\- ]?[ \t]*(?:\+|\.\.?|&)?|[+.&])[ \t]*[\"'`]"
)
_CONTINUATION = re.compile(r"\\\r?\n[+\- ]?")
_TOKEN_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$:/+=~%"
_PIECE = re.compile(r"[\w.$:/+=~%-]{1,512}")
_MOST_PIECES = 64


_BEGUN = r"(?:(?<![A-Za-z0-9].)|(?<=[rntmA-Fa-f0-9].)(?<=[\\%\[\dA-Fa-f;][rntm\dA-Fa-f].))"
"""Behind the first letter of a word: no letter before it, or what may end an escape, as shapes ask more closely."""


def _beginnings() -> tuple[re.Pattern[str], dict[str, list[Shape]]]:
    """One pattern for all words that begin a credential, and the shapes which each of them calls for."""
    words = sorted({word for shape in LEADING for word in shape.words}, key=lambda word: (-len(word), word))
    by_letter = defaultdict[str, list[str]](list)
    for word in words:
        by_letter[word[0]].append(re.escape(word[1:]))
    pattern = "|".join(f"{re.escape(letter)}{_BEGUN}(?:{'|'.join(rest)})" for letter, rest in sorted(by_letter.items()))
    calls = {}
    for word in words:
        leads = {word[: end + 1] for end in range(len(word))}
        calls[word] = [shape for shape in LEADING if not leads.isdisjoint(shape.words)]
    return re.compile(pattern), calls


_BEGINNING, _CALLED = _beginnings()
_INNER = Words(word for shape in INNER for word in shape.words)


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every credential with a shape."""
    yield from in_lines(text, near_aws=is_near_aws(text))
    yield from pieces(text)


def pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Those that are written in several strings, on one line or on several."""
    for pattern in (_BETWEEN_QUOTES, _CONTINUATION):
        for glue in pattern.finditer(text):
            yield from _joined(text, glue)


def is_near_aws(text: str) -> bool:
    """Whether the text has to do with AWS, whose secrets are forty characters that nothing else tells from data."""
    return "AKIA" in text or "ASIA" in text or "aws" in text


def in_lines(text: str, near_aws: bool) -> Iterator[tuple[int, int, str]]:
    """Those that stand in one piece, each line read for itself."""
    inner: list[Shape] | None = None  # those whose word stands somewhere in the text: most do not
    done = 0
    for run in _RUN.finditer(text):
        first, last = run.span()
        if first < done:
            continue
        if digest := _DIGEST.match(text, first) or _DIGEST.match(text, max(0, first - _DIGEST_PREFIX)):
            done = digest.end()
            continue
        if last - first >= _LONG or _DIGIT.search(text, first, last) or _begins(text[max(0, first - 2) : last]):
            stop = text.find("\n", last)
            start, done = text.rfind("\n", 0, first) + 1, len(text) if stop < 0 else stop
            if inner is None:
                held = {word for word in _INNER.held(text) if word in text}
                inner = [shape for shape in INNER if not held.isdisjoint(shape.words)]
            yield from _in_line(text, start, done, inner, near_aws)


@lru_cache(maxsize=1 << 12)
def _begins(run: str) -> bool:
    """Whether a known beginning stands in a run, which is given with two characters before it."""
    return _BEGINNING.search(run) is not None


def _in_line(text: str, start: int, end: int, inner: list[Shape], near_aws: bool) -> Iterator[tuple[int, int, str]]:
    at = start
    while word := _BEGINNING.search(text, at, end):
        at = word.start() + 1
        if len(word[0]) < _TELLING and _is_in_data(text, word.start()):
            continue
        for shape in _CALLED[word[0]]:
            if match := shape.pattern.match(text, word.start(), end):
                yield from _accepted(match, shape)
    line = text[start:end]
    solid = _SOLID.search(line) is not None
    for shape in inner:
        if (solid or not shape.marked) and any(word in line for word in shape.words):
            for match in shape.pattern.finditer(text, start, end):
                yield from _accepted(match, shape)
    for match in _PREFIXED.finditer(text, start, end):
        if _is_prefixed(match) and not _OPEN.search(text, max(start, match.start() - 32), match.start()):
            yield *match.span(), "high-entropy-secret"
    for match in _SAID.finditer(text, start, end):
        if _is_said(match):
            head = text[max(start, match.start() - 39) : match.start()]
            prefix = _SAID_PREFIX.search(head)
            if head[: prefix.start() if prefix else None][-1:] not in _IN_PATH:
                yield match.start() - (len(prefix[0]) if prefix else 0), match.end(), "high-entropy-secret"
    if near_aws:
        for match in _AWS_SECRET.finditer(text, start, end):
            if is_dense(match[0], 40) and not is_placeholder(match[0]):
                yield *match.span(), "aws-secret-key"


def _is_said(match: re.Match[str]) -> bool:
    """Whether what stands behind a prefix that says so is a key: hashes stand behind `key` and `token` as well."""
    rest = match["rest"]
    if is_placeholder(rest):
        return False
    if is_hex(rest) or is_uuid(rest):
        return match["word"] in _SURELY and len(rest) >= 28 and is_mixed(rest)
    return is_random(rest, 20) and is_mixed(rest) and wordiness(rest) < 0.42


def _is_in_data(text: str, at: int) -> bool:
    """Whether a word of a few letters stands in base64, of which any sign may be the one before it."""
    if text[at - 1 : at] not in ("+", "/"):
        return False
    before = _BASE64_BEFORE.search(text, max(0, at - 64), at)
    return before is not None and is_dense(before[0])


def _is_prefixed(match: re.Match[str]) -> bool:
    """Whether what stands behind a prefix that we don't know was drawn, and the prefix names no identifier."""
    rest = match["rest"] or match["dotted"]
    drawn = is_dense(rest, 24) or _is_small(rest)
    return drawn and not _IDENTIFIERS.match(match["prefix"]) and not is_placeholder(rest)


def _is_small(rest: str) -> bool:
    """Whether it was drawn of small letters and digits only, and is as long as no name and no hash of a file is."""
    return (
        len(rest) >= _LONG
        and rest.islower()
        and rest.isalnum()
        and not is_hex(rest)
        and is_random(rest)
        and wordiness(rest) < 0.36
    )


def _accepted(match: re.Match[str], shape: Shape) -> Iterator[tuple[int, int, str]]:
    group = "secret" if "secret" in shape.pattern.groupindex else 0
    value = match[group]
    if not is_placeholder(value) and (shape.check is None or shape.check(value)):
        yield *match.span(group), shape.name


def _joined(text: str, glue: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """The pieces of a credential which is written as several strings, the first of which ends at `glue`."""
    window = text[max(0, glue.start() - 256) : glue.start()]
    first = glue.start() - len(window) + len(window.rstrip(_TOKEN_CHARACTERS))
    first = max(first, text.rfind("=", first, glue.start()) + 1)
    if not _BEGINNING.match(text, first):
        return
    pieces = [(first, glue.start())]
    following: re.Match[str] | None = glue
    while following and len(pieces) < _MOST_PIECES and (piece := _PIECE.match(text, following.end())):
        pieces.append(piece.span())
        following = glue.re.match(text, piece.end())
    whole = "".join(text[start:end] for start, end in pieces)
    begin = _BEGINNING.match(whole)
    for shape in _CALLED[begin[0]] if begin else ():
        match = shape.pattern.match(whole)
        if match and match.end() > glue.start() - first and any(_accepted(match, shape)):
            yield from ((start, end, shape.name) for start, end in pieces)
            return
