"""The credentials that their surroundings give away: in URLs, headers, command lines, SQL, calls and files of logins.

Each row is a pattern over one line, tried on the lines that hold one of its words; its group `secret` is what goes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from whence.secrets.names import APP_PASSWORD
from whence.secrets.randomness import (
    decoded_login,
    is_mixed,
    is_placeholder,
    is_scrambled,
    is_wordlike,
    oddness,
    wordiness,
)

# What documentation writes where a password stands; nobody's secret.
_NO_SECRETS = frozenset(["password", "passwd", "pass", "pwd", "pw", "secret", "token", "xxx", "pswd"])


def _is_given(value: str) -> bool:
    """Where nothing but a secret can stand."""
    return len(value) > 3 and value.lower() not in _NO_SECRETS


def _is_likely(value: str) -> bool:
    """Where a secret stands, or a word instead of it."""
    return len(value) > 3 and not is_wordlike(value) and (is_mixed(value) or wordiness(value) < 0.3)


def _is_made_up(value: str) -> bool:
    """Where other things stand as well."""
    return not is_wordlike(value) and ((is_mixed(value) and wordiness(value) < 0.5) or is_scrambled(value))


def _is_made_up_or_app_password(value: str) -> bool:
    return APP_PASSWORD.fullmatch(value) is not None or _is_made_up(value)


def _is_drawn(value: str) -> bool:
    return is_mixed(value) and oddness(value) > 1


def _is_login(value: str) -> bool:
    login = decoded_login(value)
    return login is not None and login.partition(":")[2] not in _NO_SECRETS and not is_placeholder(login)


@dataclass(frozen=True, slots=True)
class _Context:
    """One row: what it is called, the words of which one must be there, the pattern, and the further check."""

    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    check: Callable[[str], bool]


def _row(name: str, words: tuple[str, ...], check: Callable[[str], bool], *pattern: str) -> _Context:
    return _Context(name, words, re.compile("".join(pattern)), check)


_QUOTE = r"[\"']?"
_ARGUMENT = r"(?P<secret>[^\s\"'$-][^\s\"'$]{2,256})"
_STRING = r"[\"'](?P<secret>[^\s\"'{}]{4,256})[\"']"
_CRYPTO = r"(?:Fernet|AES\.new|mac\.new|cookieParser|createHmac|SecretKeySpec|Encoder\.encode)\("
_CRYPTO_WORDS = ("Fernet(", "AES.new(", "mac.new(", "cookieParser(", "createHmac(", "SecretKeySpec(", "Encoder.encode(")
_LOGIN_WORDS = ("login(", "auth=(", "auth = (", "uth(", "_auth ", "redential", "getConnection(", "WiFi.begin(")

_CONTEXTS = (
    _row(
        "url-password",
        ("://",),
        _is_given,
        r"://[^\s:@/\"'<>?#]{0,128}:(?P<secret>[^\s/\"'<>`]{1,256})@(?=[\w\[$%{.-])",
    ),
    _row("oracle-password", ("jdbc:oracle",), _is_given, r"jdbc:oracle:\w+:[\w$]+/(?P<secret>[^@\s\"']{3,64})@"),
    _row(
        "zapier-webhook", ("hooks.zapier.com",), _is_given, r"/hooks/catch/(?P<secret>\d+/[a-z0-9]{6,}(?:/[a-z0-9]+)?)"
    ),
    _row("url-password", ("@tcp(", "@unix("), _is_given, r"[\w.-]{1,64}:(?P<secret>[^\s:\"'`]{1,128})@(?:tcp|unix)\("),
    # Headers
    _row("basic-auth", ("asic ",), _is_login, r"(?i)\bbasic[ \t]+(?P<secret>[A-Za-z0-9+/]{6,512}={0,2})"),
    _row("bearer-token", ("earer ",), _is_drawn, r"(?i)\bbearer[ \t\"']{1,4}(?P<secret>[A-Za-z0-9._~+/=-]{16,4096})"),
    _row(
        "authorization",
        ("uthorization",),
        _is_drawn,
        r"(?i)authorization\\?[\"']?\]?\s{0,4}[:=,]\s{0,4}[fbr]?\\?[\"']?(?:token|apikey|api-key|key|bearer)",
        r"[ =:\"']{1,3}(?P<secret>[A-Za-z0-9._~+/=-]{16,4096})",
    ),
    _row(
        "cookie",
        ("ookie",),
        _is_drawn,
        r"(?i)(?:[; \t\"']|:\s?)[\w.-]{0,40}(?:sess|sid|auth|token|jwt|login|csrf|xsrf)[\w.-]{0,20}=",
        r"(?P<secret>[A-Za-z0-9%._~+/-]{16,4096}={0,2})",
    ),
    # Command lines
    _row(
        "password",
        ("curl", "wget"),
        _is_likely,
        rf"[ \t](?:-u|--(?:proxy-)?user)[ =]?{_QUOTE}[^\s:\"'$]{{1,64}}:{_ARGUMENT}",
    ),
    _row("password", ("http ",), _is_likely, rf"[ \t](?:-a|--auth)[ =]{_QUOTE}[^\s:\"'$]{{1,64}}:{_ARGUMENT}"),
    _row(
        "password",
        ("mysql", "mariadb"),
        _is_given,
        rf"(?:mysql|mariadb)\S{{0,20}}[ \t][^\n|]{{0,200}}?(?<=[ \t])-p{_ARGUMENT}",
    ),
    _row("password", (" -u ",), _is_made_up, rf" -u[ =]\S{{1,80}} [^\n|]{{0,120}}?-p[ =]?{_QUOTE}{_ARGUMENT}"),
    _row("password", (" login ",), _is_likely, rf" login [^\n|]{{0,200}}?-p[ \t]+{_QUOTE}{_ARGUMENT}"),
    _row("password", ("sshpass",), _is_given, rf"sshpass[ \t]+-p[ \t]*{_QUOTE}{_ARGUMENT}"),
    _row("password", ("redis-cli",), _is_given, rf"redis-cli[ \t][^\n|]{{0,200}}?-a[ \t]+{_QUOTE}{_ARGUMENT}"),
    _row(
        "password",
        ("--password-stdin",),
        _is_likely,
        rf"echo[ \t]+(?:-n[ \t]+)?{_QUOTE}{_ARGUMENT}{_QUOTE}[ \t]*\|[^\n]*--password-stdin",
    ),
    _row("password", ("pass:",), _is_likely, r"\bpass:(?P<secret>[^\s\"'$]{4,128})"),
    _row("password", ("openssl enc",), _is_given, rf"openssl enc[^\n|]{{0,200}}?[ \t]-[kK][ \t]+{_QUOTE}{_ARGUMENT}"),
    _row("password", ("/user:",), _is_likely, rf"/user:\S{{1,80}}[ \t]+(?!/){_ARGUMENT}"),
    _row("password", ("smbclient",), _is_given, rf"(?:-U|--user)[ =]?{_QUOTE}[\w\\.-]{{1,64}}%{_ARGUMENT}"),
    _row("password", ("SecureString",), _is_given, r"SecureString[ \t]+(?:-String[ \t]+)?", _STRING),
    # SQL and calls
    _row(
        "password",
        ("IDENTIFIED", "identified"),
        _is_given,
        r"(?i)identified[ \t]+(?:with[ \t]+\S+[ \t]+)?by[ \t]+(?:password[ \t]+)?",
        _STRING,
    ),
    _row(
        "password",
        _LOGIN_WORDS,
        _is_made_up_or_app_password,
        r"(?i)(?:login|auth|credentials?|getconnection|wifi\.begin)(?:[ \t]*=[ \t]*)?[( ](?:[^()\n\"']{0,60},[ \t]*)?",
        r"[\"'][^\"'\n]{1,64}[\"'][ \t]*,[ \t]*(?:Some\()?[\"']",
        r"(?P<secret>[^\s\"'{}]{6,128}|(?:[a-z]{4} ){3}[a-z]{4})[\"']",
    ),
    _row(
        "password",
        ("mysqli", "PDO"),
        _is_given,
        r"(?:mysqli(?:_connect)?|PDO(?:->__construct)?)\((?:[^()\n\"']{0,40}[\"'][^\"'\n]{0,200}[\"'],[ \t]*){2}",
        _STRING,
    ),
    _row(
        "high-entropy-secret",
        ("jwt.",),
        _is_made_up,
        r"(?i)\bjwts?\.(?:sign|encode|decode|verify)\([^,\n]{1,120},[ \t]*b?",
        _STRING,
    ),
    _row(
        "high-entropy-secret",
        _CRYPTO_WORDS,
        _is_made_up,
        rf"{_CRYPTO}(?:[\"'][\w-]{{1,12}}[\"'],[ \t]*)?(?:b|new byte\[\])?[\"'](?P<secret>[^\s\"']{{12,512}})[\"']",
    ),
    _row(
        "password-hash",
        ("SHA}", "SHA256}", "SHA512}", "MD5}", "CRYPT}"),
        _is_given,
        r"(?P<secret>\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT)\}[A-Za-z0-9+/=$.]{16,200})",
    ),
    # Files of logins, keys in JSON, prose
    _row(
        "password",
        (":5432:", ":*:"),
        _is_likely,
        r"(?m)^[+\-# \t]{0,40}[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w*-]+:(?P<secret>[^\s:]{4,128})$",
    ),
    _row(
        "private-key",
        ('"kty"',),
        _is_given,
        r"\"(?:d|k|p|q|dp|dq|qi)\"\s{0,4}:\s{0,4}\"(?P<secret>[A-Za-z0-9_-]{20,1024})\"",
    ),
    _row(
        "password",
        ("redentials:", "ogin:", "ogins:"),
        _is_made_up,
        r"(?i)(?:credentials|logins?)[ \t]*:[ \t]*[\w.@-]{2,64}[ \t]*[/|:][ \t]*(?P<secret>[^\s\"'/]{6,128})",
    ),
)

# Hashes of passwords, as crypt(3), htpasswd, bcrypt and argon2 write them: they can be guessed from.
_HASH = re.compile(
    r"\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|(?:1|apr1)\$[^\s$:\"']{1,8}\$[./A-Za-z0-9]{22}"
    r"|5\$[^\s:\"']{1,40}\$[./A-Za-z0-9]{43}|6\$[^\s:\"']{1,40}\$[./A-Za-z0-9]{86}|y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{40,50}"
    r"|(?:argon2(?:id|i|d)|scrypt|pbkdf2-sha\d+)\$[A-Za-z0-9./$=,+-]{30,200})"
)


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every credential that its surroundings give away."""
    for match in _HASH.finditer(text):
        yield *match.span(), "password-hash"
    for context in _CONTEXTS:
        for word in context.words:
            at = text.find(word)
            while at >= 0:
                start, stop = text.rfind("\n", 0, at) + 1, text.find("\n", at)
                end = len(text) if stop < 0 else stop
                for match in context.pattern.finditer(text, start, end):
                    if context.check(match["secret"]) and not is_placeholder(match["secret"]):
                        yield *match.span("secret"), context.name
                at = text.find(word, end)
