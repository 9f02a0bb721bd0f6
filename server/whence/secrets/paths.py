"""What a file's or a folder's name gives away: a telling word, a sign, and what is not worth a word behind it."""

import re
from collections.abc import Iterator

from whence.secrets.mentions import is_drawn, is_issued
from whence.secrets.names import Strength, strength
from whence.secrets.randomness import is_hex, is_mixed, is_wordlike, wordiness
from whence.secrets.surroundings import is_typed
from whence.secrets.values import kinds
from whence.secrets.wording import is_composed

EXTENSION = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,7}$")
_PASSWORD = re.compile(
    r"(?i)(?<![a-z])(?:password|passwort|passwd|passphrase|kennwort|pwd|pass|pw)[-_.= ]{1,3}"
    r"(?P<secret>[a-z0-9!$#@%+~^&*]{9,64}|[a-z]{3,16}-[a-z]{3,16}-\d{2,6}!?)(?=\.[a-z]|[)\] ]|$)"
)
_TELLING = r"(?:key|token|secret|credential|auth|access|pat)s?"
_TOLD = re.compile(rf"(?i){_TELLING}(?![a-z])(?P<gap>[-_. =:(]{{1,3}})")
_OWN = re.compile(r"[A-Za-z0-9]{1,32}(?:[-_. ][A-Za-z0-9]{1,32}){0,3}\Z")
_STEM = re.compile(r"(?P<secret>[\w=~+.-]{14,200}?)(?=(?:\.[A-Za-z][A-Za-z0-9]{0,7}){0,2}$|[)\] ])")
_BEHIND = re.compile(
    r"(?i)(?P<secret>[\w=~+.-]{14,200}?)[-_.](?P<name>[a-z0-9]{1,24}(?:[-_][a-z0-9]{1,24}){0,3})(?:\.[a-z0-9]{1,8})?$"
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
            and (wordiness(value) < (0.72 if kinds(value) > 2 else 0.5) or is_composed(value))
        ):
            yield *match.span("secret"), "password"
    for match in _TOLD.finditer(name):
        value, own = _STEM.match(name, match.end()), _OWN.search(name, 0, match.start("gap"))
        named = own is not None and strength(own[0]) is not Strength.PASSWORD
        if value and own and named and is_value(value["secret"], own[0]):
            yield *value.span("secret"), "high-entropy-secret"
    behind = _BEHIND.match(name)
    if behind and not _TOLD.search(name) and is_value(behind["secret"], behind["name"]):
        yield *behind.span("secret"), "high-entropy-secret"
    for match in _LOGIN.finditer(name):
        if is_typed(match["secret"]):
            yield *match.span("secret"), "url-password"


def is_value(value: str, name: str) -> bool:
    """Whether a name of a path, or a part of one, is the value of the name beside it."""
    promise = strength(name)
    if promise < Strength.LIKELY:
        return False
    if is_drawn(value):
        return True
    # The file of a key is often called by its hash; where it is said whose the key is, less often.
    words = [word for word in re.split(r"[-_. ]|(?<=[a-z])(?=[A-Z])", name) if word]
    return len(words) > 1 and len(value) >= 32 and is_issued(value)
