"""Finds the credentials that give themselves away: by their own shape, or by the URL or command they stand in.

A match which is plainly a placeholder (`ghp_xxxx...`, AWS's documented `...EXAMPLE` keys) is left alone.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whence.capture.secret_names import APP_PASSWORD
from whence.capture.secret_shapes import INNER, LEADING, Shape
from whence.capture.secret_values import (
    decoded_login,
    is_dense,
    is_mixed,
    is_placeholder,
    is_scrambled,
    is_wordlike,
    wordiness,
)


def _is_password(value: str) -> bool:
    return len(value) >= 4 and not is_wordlike(value) and (is_mixed(value) or wordiness(value) < 0.3)


def _is_made_up(value: str) -> bool:
    return not is_wordlike(value) and ((is_mixed(value) and wordiness(value) < 0.5) or is_scrambled(value))


def _is_login(value: str) -> bool:
    login = decoded_login(value)
    return login is not None and login.partition(":")[2] not in _COMMON_PASSWORDS and not is_placeholder(login)


def _is_given(value: str) -> bool:
    return len(value) > 3 and value.lower() not in _COMMON_PASSWORDS


_COMMON_PASSWORDS = {"", "password", "passwd", "pass", "pwd", "pw", "secret", "token", "xxx", "*", "x", "p", "pswd"}


@dataclass(frozen=True, slots=True)
class _Context:
    """A pattern over one line which holds one of the words; its group `secret` is what goes."""

    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    check: Callable[[str], bool]


def _context(name: str, words: tuple[str, ...], pattern: str, check: Callable[[str], bool] = _is_password) -> _Context:
    return _Context(name, words, re.compile(pattern), check)


_Q = r"[\"']?"
_VALUE = r"(?P<secret>[^\s\"'$-][^\s\"'$]{2,256})"
_CONTEXTS = (
    _context(
        "url-password",
        ("://",),
        r"://[^\s:@/\"'<>?#]{0,128}:(?P<secret>[^\s/\"'<>`]{1,256})@(?=[\w\[$%{.-])",
        _is_given,
    ),
    _context("oracle-password", ("jdbc:oracle",), r"jdbc:oracle:\w+:[\w$]+/(?P<secret>[^@\s\"']{3,64})@"),
    _context("basic-auth", ("asic ",), r"(?i)\bbasic[ \t]+(?P<secret>[A-Za-z0-9+/]{6,512}={0,2})", _is_login),
    _context("password", ("curl", "wget"), rf"[ \t](?:-u|--(?:proxy-)?user)[ =]?{_Q}[^\s:\"'$]{{1,64}}:{_VALUE}"),
    _context("password", ("http ",), rf"[ \t](?:-a|--auth)[ =]{_Q}[^\s:\"'$]{{1,64}}:{_VALUE}"),
    _context("password", ("mysql", "mariadb"), rf"(?:mysql|mariadb)\S{{0,20}}[ \t][^\n|]{{0,200}}?-p{_VALUE}"),
    _context("password", ("sshpass",), rf"sshpass[ \t]+-p[ \t]*{_Q}{_VALUE}", _is_given),
    _context("password", ("redis-cli",), rf"redis-cli[ \t][^\n|]{{0,200}}?-a[ \t]+{_Q}{_VALUE}"),
    _context("password", (" -u ",), rf" -u[ =]\S{{1,80}} [^\n|]{{0,120}}?-p[ =]?{_Q}{_VALUE}", _is_made_up),
    _context(
        "private-key", ('"kty"',), r"\"(?:d|k|p|q|dp|dq|qi)\"\s{0,4}:\s{0,4}\"(?P<secret>[A-Za-z0-9_-]{20,1024})\""
    ),
    _context(
        "high-entropy-secret",
        ("Fernet(", "AES.new(", "mac.new(", "cookieParser(", "createHmac(", "SecretKeySpec(", "Encoder.encode("),
        r"(?:Fernet|AES\.new|mac\.new|cookieParser|createHmac|SecretKeySpec|Encoder\.encode)\((?:[\"'][\w-]{1,12}[\"'],[ \t]*)?(?:b|new byte\[\])?"
        r"[\"'](?P<secret>[^\s\"']{12,512})[\"']",
        _is_made_up,
    ),
    _context("password", (" login ",), rf" login [^\n|]{{0,200}}?-p[ \t]+{_Q}{_VALUE}"),
    _context(
        "password", ("--password-stdin",), rf"echo[ \t]+(?:-n[ \t]+)?{_Q}{_VALUE}{_Q}[ \t]*\|[^\n]*--password-stdin"
    ),
    _context("password", ("pass:",), r"\bpass:(?P<secret>[^\s\"'$]{4,128})", _is_given),
    _context("password", ("openssl enc",), rf"openssl enc[^\n|]{{0,200}}?[ \t]-[kK][ \t]+{_Q}{_VALUE}", _is_given),
    _context("password", ("/user:",), r"/user:\S{1,80}[ \t]+(?P<secret>[^\s\"'$/*][^\s\"'$]{3,128})"),
    _context("password", ("smbclient",), rf"(?:-U|--user)[ =]?{_Q}[\w\\.-]{{1,64}}%{_VALUE}"),
    _context(
        "password",
        ("IDENTIFIED", "identified"),
        r"(?i)identified[ \t]+(?:with[ \t]+\S+[ \t]+)?by[ \t]+(?:password[ \t]+)?[\"'](?P<secret>[^\s\"'$]{3,128})[\"']",
        _is_given,
    ),
    _context(
        "password",
        ("SecureString",),
        r"SecureString[ \t]+(?:-String[ \t]+)?[\"'](?P<secret>[^\"'$\n]{4,128})[\"']",
        _is_given,
    ),
    _context(
        "password",
        ("login(", "auth=(", "auth = (", "uth(", "redential", "getConnection("),
        r"(?i)(?:login|auth|credentials?|getconnection)(?:[ \t]*=[ \t]*)?\((?:[^()\n\"']{0,60},[ \t]*)?"
        r"[\"'][^\"'\n]{1,64}[\"'][ \t]*,[ \t]*(?:Some\()?[\"'](?P<secret>[^\s\"'{}]{6,128}|(?:[a-z]{4} ){3}[a-z]{4})[\"']",
        lambda value: APP_PASSWORD.fullmatch(value) is not None or _is_made_up(value),
    ),
    _context(
        "password",
        ("redentials:", "ogin:", "ogins:"),
        r"(?i)(?:credentials|logins?)[ \t]*:[ \t]*[\w.@-]{2,64}[ \t]*[/|:][ \t]*(?P<secret>[^\s\"'/]{6,128})",
        _is_made_up,
    ),
    _context(
        "password",
        (":5432:", ":*:"),
        r"(?m)^[+\-# \t]{0,40}[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w*-]+:(?P<secret>[^\s:]{4,128})$",
    ),
    _context(
        "zapier-webhook", ("hooks.zapier.com",), r"/hooks/catch/(?P<secret>\d+/[a-z0-9]{6,}(?:/[a-z0-9]+)?)", is_mixed
    ),
    _context(
        "high-entropy-secret",
        ("jwt.",),
        r"(?i)\bjwts?\.(?:sign|encode|decode|verify)\([^,\n]{1,120},[ \t]*b?[\"'](?P<secret>[^\"'\s]{8,512})[\"']",
        _is_made_up,
    ),
    _context(
        "authorization",
        ("uthorization",),
        r"(?i)authorization\\?[\"']?\]?\s{0,4}[:=,]\s{0,4}[fbr]?\\?[\"']?(?:token|apikey|api-key|key|bearer)[ =:\"']{1,3}"
        r"(?P<secret>[A-Za-z0-9._~+/=-]{16,4096})",
        is_mixed,
    ),
    _context(
        "cookie",
        ("ookie",),
        r"(?i)(?:[; \t\"']|:\s?)[\w.-]{0,40}(?:sess|sid|auth|token|jwt|login|csrf|xsrf)[\w.-]{0,20}="
        r"(?P<secret>[A-Za-z0-9%._~+/-]{16,4096}={0,2})",
        lambda value: is_mixed(value) and wordiness(value) < 0.34,
    ),
    _context(
        "bearer-token",
        ("earer ",),
        r"(?i)\bbearer[ \t\"']{1,4}(?P<secret>[A-Za-z0-9._~+/=-]{16,4096})",
        lambda value: is_mixed(value) and wordiness(value) < 0.34,
    ),
)

_HASH = re.compile(r"\$(?:2[abxy]|apr1|[156]|y|argon2(?:id|i|d)|scrypt|pbkdf2-sha\d+)\$[A-Za-z0-9./$=,+-]{20,160}")

# Without a run like this, and in it a digit or more length than names have, no line holds a credential with a shape.
_LONG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{15,}")
_DIGIT = re.compile(r"\d")
_DIGEST = re.compile(r"(?:sha(?:1|256|384|512)[-:=])[A-Za-z0-9+/]{20,}={0,2}")

# Tokens of providers we don't know: a short prefix, and a long random rest. What these prefixes name is an identifier.
_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9+=_.])(?<![A-Za-z0-9]-)(?P<prefix>(?:[a-z]{2,12}|[A-Z]{2,12})\d?(?:[_-](?:[a-z0-9]{1,10}|[A-Z0-9]{1,10})){0,3}?)"
    r"[_-](?P<rest>[A-Za-z0-9_-]{24,200})(?![A-Za-z0-9+=])"
)
_IDENTIFIERS = re.compile(
    r"(?i)(?:pk|pub|public|ch|pi|cus|price|prod|sub|in|evt|pm|seti|txn|re|py|card|src|tok|acct|sess|cs|ba|po|tr|file|chatcmpl"
    r"|cmpl|asst|thread|run|step|msg|org|batch|call|resp|toolu|req|ft|vs|snapshot|sha\d*|md5|id|uid|key|css|chunk|jsx|sc|rev"
    r"|build|job|phc|G|commit|img|image|asset|video|user|page|node|cache|integrity|hash)(?:[_-]|$)"
)
# What stands between the pieces of a string which is written in several: "ghp_abc" + \n "def".
_BETWEEN_QUOTES = re.compile(
    r"[\"'`][ \t]*(?:(?:\+|\.\.?|&|\\)?[ \t]*\r?\n[+\- ]?[ \t]*(?:\+|\.\.?|&)?|[+.&])[ \t]*[\"'`]"
)
_CONTINUATION = re.compile(r"\\\r?\n[+\- ]?")
_TOKEN_CHARACTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.$:/+=~%"
_PIECE = re.compile(r"[\w.$:/+=~%-]{1,512}")
_AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])")


def _beginnings() -> tuple[re.Pattern[str], dict[str, list[Shape]]]:
    """One pattern for all words that begin a credential, and the shapes which each of them calls for."""
    words = sorted({word for shape in LEADING for word in shape.words}, key=lambda word: (-len(word), word))
    by_letter = defaultdict[str, list[str]](list)
    for word in words:
        by_letter[word[0]].append(re.escape(word[1:]))
    pattern = "|".join(f"{re.escape(letter)}(?:{'|'.join(rest)})" for letter, rest in sorted(by_letter.items()))
    calls = {word: [s for s in LEADING if any(word.startswith(lead) for lead in s.words)] for word in words}
    return re.compile(pattern), calls


_BEGINNING, _CALLED = _beginnings()


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every credential which its shape or its surroundings give away."""
    near_aws = "AKIA" in text or "ASIA" in text or "aws" in text
    done = -1
    for run in _LONG.finditer(text):
        first, last = run.span()
        if first >= done and (digest := _DIGEST.match(text, first) or _DIGEST.match(text, max(0, first - 7))):
            done = digest.end()
            continue
        escaped = text[first - 1 : first] == "\\"
        if first < done or not (
            last - first >= 32 or _DIGIT.search(text, first, last) or _BEGINNING.match(text, first + escaped)
        ):
            continue
        start, done = _line(text, first)
        yield from _shapes(text, start, done, near_aws)
    for match in _HASH.finditer(text):
        yield *match.span(), "password-hash"
    for context in _CONTEXTS:
        for word in context.words:
            at = text.find(word)
            while at >= 0:
                start, end = _line(text, at)
                for match in context.pattern.finditer(text, start, end):
                    if context.check(match["secret"]) and not is_placeholder(match["secret"]):
                        yield *match.span("secret"), context.name
                at = text.find(word, end)

    for pattern in (_BETWEEN_QUOTES, _CONTINUATION):
        for glue in pattern.finditer(text):
            yield from _joined(text, glue)


def _joined(text: str, glue: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """The pieces of a credential which is written as several strings, the first of which ends at `glue`."""
    window = text[max(0, glue.start() - 256) : glue.start()]
    first = glue.start() - len(window) + len(window.rstrip(_TOKEN_CHARACTERS))
    if not _BEGINNING.match(text, first):
        return
    pieces = [(first, glue.start())]
    following: re.Match[str] | None = glue
    while following and len(pieces) < 64 and (piece := _PIECE.match(text, following.end())):
        pieces.append(piece.span())
        following = glue.re.match(text, piece.end())
    whole = "".join(text[start:end] for start, end in pieces)
    begin = _BEGINNING.match(whole)
    for shape in _CALLED[begin[0]] if begin else ():
        match = shape.pattern.match(whole)
        if match and match.end() > pieces[0][1] - first and any(_accepted(match, shape)):
            yield from ((start, end, shape.name) for start, end in pieces)
            return


def _line(text: str, at: int) -> tuple[int, int]:
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _shapes(text: str, start: int, end: int, near_aws: bool) -> Iterator[tuple[int, int, str]]:
    """The credentials of one line which have a shape of their own."""
    at = start
    while word := _BEGINNING.search(text, at, end):
        at = word.start() + 1
        for shape in _CALLED[word[0]]:
            if match := shape.pattern.match(text, word.start(), end):
                yield from _accepted(match, shape)
    line = text[start:end]
    for shape in INNER:
        if any(word in line for word in shape.words):
            for match in shape.pattern.finditer(text, start, end):
                yield from _accepted(match, shape)
    for match in _PREFIXED.finditer(text, start, end):
        if (
            is_dense(match["rest"], 24)
            and not _IDENTIFIERS.match(match["prefix"])
            and not is_placeholder(match["rest"])
        ):
            yield *match.span(), "high-entropy-secret"
    if near_aws:
        for match in _AWS_SECRET.finditer(text, start, end):
            if is_dense(match[0], 40) and not is_placeholder(match[0]):
                yield *match.span(), "aws-secret-key"


def _accepted(match: re.Match[str], shape: Shape) -> Iterator[tuple[int, int, str]]:
    group = "secret" if "secret" in shape.pattern.groupindex else 0
    value = match[group]
    if not is_placeholder(value) and (shape.check is None or shape.check(value)):
        yield *match.span(group), shape.name
