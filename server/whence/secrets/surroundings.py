"""What a row of a table of surroundings is, how it is searched for, and how what it finds is judged.

Each row is a pattern over one line, tried on the lines that hold one of its words; its group `secret` is what goes.
"""

import re
from collections.abc import Callable, Iterable, Iterator
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


def is_given(value: str) -> bool:
    """Where nothing but a secret can stand."""
    return len(value) > 3 and value.lower() not in _NO_SECRETS


def is_likely(value: str) -> bool:
    """Where a secret stands, or a word instead of it."""
    return len(value) > 3 and not is_wordlike(value) and (is_mixed(value) or wordiness(value) < 0.3)


def is_made_up(value: str) -> bool:
    """Where other things stand as well."""
    return not is_wordlike(value) and ((is_mixed(value) and wordiness(value) < 0.5) or is_scrambled(value))


def is_made_up_or_app_password(value: str) -> bool:
    """As `is_made_up`, where one of Google's passwords for an application may stand too."""
    return APP_PASSWORD.fullmatch(value) is not None or is_made_up(value)


def is_drawn(value: str) -> bool:
    """Where words stand as often: only what was drawn at random."""
    return is_mixed(value) and oddness(value) > 1


def is_login(value: str) -> bool:
    """Whether it is the base64 of a user with a password."""
    login = decoded_login(value)
    return login is not None and login.partition(":")[2] not in _NO_SECRETS and not is_placeholder(login)


@dataclass(frozen=True, slots=True)
class Context:
    """One row: what it is called, the words of which one must be there, the pattern, and the further check."""

    name: str
    words: tuple[str, ...]
    pattern: re.Pattern[str]
    check: Callable[[str], bool]


def row(name: str, words: tuple[str, ...], check: Callable[[str], bool], *pattern: str) -> Context:
    """A row whose pattern may be given in pieces."""
    return Context(name, words, re.compile("".join(pattern)), check)


QUOTE = r"(?:\\*[\"']){0,3}"
"""What opens a string: escaped where the text is a string itself, doubled in CSV."""
_IN_ARGUMENT = r"(?:[^\s\"'`$\\]|\\(?![\"'\\nrt]))"
ARGUMENT = rf"(?P<secret>(?!-){_IN_ARGUMENT}{_IN_ARGUMENT}{{2,256}})"
STRING = r"\\*[\"']{1,3}(?P<secret>[^\s\"'{}]{4,256}?)\\*[\"']"


def search(text: str, rows: Iterable[Context]) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of what the rows find in the text."""
    firsts: dict[str, int] = {}  # where each word stands first: many rows share their words
    for context in rows:
        for word in context.words:
            at = firsts[word] if word in firsts else firsts.setdefault(word, text.find(word))
            while at >= 0:
                start, stop = text.rfind("\n", 0, at) + 1, text.find("\n", at)
                end = len(text) if stop < 0 else stop
                for match in context.pattern.finditer(text, start, end):
                    if context.check(match["secret"]) and not is_placeholder(match["secret"]):
                        yield *match.span("secret"), context.name
                at = text.find(word, end)
