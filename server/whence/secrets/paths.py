"""What a file's or a folder's name gives away: a telling word, a sign, and what is not worth a word behind it."""

import re
from collections.abc import Iterator

from whence.secrets.randomness import is_dense, is_hex, is_mixed, is_wordlike, wordiness
from whence.secrets.surroundings import is_typed
from whence.secrets.values import kinds

EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_PASSWORD = re.compile(
    r"(?i)(?<![a-z])(?:password|passwort|passwd|passphrase|kennwort|pwd|pass|pw)[-_.= ]{1,3}"
    r"(?P<secret>[a-z0-9!$#@%+~^&*]{9,64})(?=\.[a-z]|[)\] ]|$)"
)
_KEY = re.compile(
    r"(?i)(?<![a-z])(?:secret|token|api[-_]?key|secret[-_]?key|access[-_]?key|auth[-_]?key|private[-_]?key)[-_.= ]{1,3}"
    r"(?P<secret>[a-z0-9]{20,200})(?=\.[a-z]|[)\] ]|$)"
)
_LOGIN = re.compile(r"(?<![\w:])[a-z]\w{0,32}:(?P<secret>[^\s:@/\\]{6,64})@[a-z]")


def find(name: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every secret in one name of a path."""
    for match in _PASSWORD.finditer(name):
        value = match["secret"]
        if (
            is_mixed(value)
            and not is_hex(value)
            and not is_wordlike(value)
            and wordiness(value) < (0.72 if kinds(value) > 2 else 0.5)
        ):
            yield *match.span("secret"), "password"
    for match in _KEY.finditer(name):
        value = match["secret"]
        if is_dense(value) or (len(value) >= 32 and is_hex(value) and is_mixed(value)):
            yield *match.span("secret"), "high-entropy-secret"
    for match in _LOGIN.finditer(name):
        if is_typed(match["secret"]):
            yield *match.span("secret"), "url-password"
