"""What a row of a table of surroundings is, how it is searched for, and how what it finds is judged.

Each row is a pattern over one line, tried on the lines that hold one of its words; its group `secret` is what goes.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from whence.secrets.randomness import (
    decoded_login,
    is_dense,
    is_hex,
    is_jagged,
    is_mixed,
    is_placeholder,
    is_scrambled,
    is_uuid,
    is_wordlike,
    oddness,
    wordiness,
)
from whence.secrets.values import APP_PASSWORD
from whence.secrets.vocabulary import Words, core
from whence.secrets.wording import is_coined, is_known, is_thought_up

# What documentation writes where a password stands; nobody's secret.
_NUMBERED = re.compile(r"[A-Za-z]{4,}(?:\d{2,4}|[!?#$@*_.-]\d{1,4})[!?#$@*.]{0,3}[A-Za-z]?")
"""A word, or what looks like one, with a number behind it, as people make passwords up."""
_DASHED = re.compile(r"[a-z]{4}(?:-[a-z]{4}){3}")
"""Apple's passwords for an application."""
_NO_SECRETS = frozenset(["password", "passwd", "pass", "pwd", "pw", "secret", "token", "xxx", "pswd"])


def is_given(value: str) -> bool:
    """Where nothing but a secret can stand."""
    return len(value) > 3 and value.lower() not in _NO_SECRETS


def is_likely(value: str) -> bool:
    """Where a secret stands, or a word instead of it."""
    made_up = is_mixed(value) or wordiness(value) < 0.3 or is_scrambled(value) or is_jagged(value)
    return len(value) > 3 and not is_wordlike(value) and (made_up or _DASHED.fullmatch(value) is not None)


def is_likely_or_coined(value: str) -> bool:
    """Where a secret stands, or a word of code or of a label instead of it: any other word is a password."""
    return is_likely(value) or (value.isalpha() and is_coined(value))


def is_made_up(value: str) -> bool:
    """Where other things stand as well."""
    if _DASHED.fullmatch(value) or _NUMBERED.fullmatch(value):
        return wordiness(value) < 0.7
    if is_thought_up(value):
        return True
    drawn = (is_mixed(value) and wordiness(value) < 0.5) or is_scrambled(value) or is_jagged(value)
    return drawn and not is_wordlike(value)


def is_typed(value: str) -> bool:
    """What a login is given behind the user: anything but a word of code, a label or a path."""
    if value.isalpha():
        return is_coined(value) or is_scrambled(value) or is_jagged(value)
    word = value.rstrip("0123456789!?#$@*_.-")
    if is_thought_up(value):
        return True
    numbered = word.isalpha() and (_NUMBERED.fullmatch(value) is not None or is_coined(word.lower()))
    return (numbered and not is_known(word.lower())) or APP_PASSWORD.fullmatch(value) is not None or is_made_up(value)


def is_drawn(value: str) -> bool:
    """Where words stand as often: only what was drawn at random."""
    return is_mixed(value) and oddness(value) > 1


def is_dense_key(value: str) -> bool:
    """Where a word or a path stands as often: a long key of all kinds of characters."""
    return is_dense(value, 40) and not is_wordlike(value)


def is_issued(value: str) -> bool:
    """What a service issues, where words stand as well: a UUID, or what was drawn at random."""
    return is_uuid(value) or is_drawn(value)


def is_issued_key(value: str) -> bool:
    """What is told as a key that encrypts, signs or lets in: drawn at random, of hexadecimal digits as well."""
    return is_dense(value) or is_uuid(value) or (len(value) >= 32 and is_hex(value) and is_mixed(value))


def is_session(value: str) -> bool:
    """What keeps somebody logged in: a UUID, or what was drawn, of hexadecimal digits as well."""
    return is_issued(value) or (len(value) >= 24 and is_hex(value) and is_mixed(value))


def is_login(value: str) -> bool:
    """Whether it is the base64 of a user with a password."""
    login = decoded_login(value)
    return login is not None and login.partition(":")[2] not in _NO_SECRETS and not is_placeholder(login)


@dataclass(frozen=True)
class Context:
    """One row: what it is called, the words of which one must be there, the pattern, and the further check."""

    name: str
    words: tuple[str, ...]
    source: str
    check: Callable[[str], bool]
    long: bool
    """Whether what goes has twenty characters or more: most lines hold nothing as long."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when one of its words stands somewhere: all of them cost each process a tenth of a second."""
        return re.compile(self.source)


def row(name: str, words: tuple[str, ...], check: Callable[[str], bool], *pattern: str, long: bool = False) -> Context:
    """A row whose pattern may be given in pieces."""
    return Context(name, words, "".join(pattern), check, long)


_LONG_RUN = re.compile(r"[\w.~+/=-]{20}")
QUOTE = r"(?:\$(?='))?(?:\\*[\"']){0,3}"
"""What opens a string: escaped where the text is a string itself, doubled in CSV."""
_IN_ARGUMENT = r"(?:[^\s\"'`$\\]|\\(?![\"'\\nrt]))"
ARGUMENT = rf"(?P<secret>(?:(?<=[\"'=:%])|(?!-)){_IN_ARGUMENT}{_IN_ARGUMENT}{{2,256}})"
STRING = r"\\*[\"']{1,3}(?P<secret>[^\s\"'{}]{4,256}?)\\*[\"']"


OPTIONS = r"[^\n|;]{0,300}?"
"""What stands between a command and the option that tells."""


FORMAT = r"\\*[\"']?%s(?:\\+n)?\\*[\"']?[ \t]+"
"""What `printf` is told to print."""
PRINTED = rf"(?:echo|printf)[ \t]+(?:-[\w-]+[ \t]+)*(?:{FORMAT})?{QUOTE}{ARGUMENT}{QUOTE}"
"""What a shell prints, for a file or for the next command."""


def option(*letters: str) -> str:
    """An option with its argument, behind a space or right behind it, or as the next item of a list of arguments."""
    return rf"(?<=[ \t\"',])-(?:{'|'.join(letters)})(?:[ \t=]|\\*[\"'],[ \t]*)?{QUOTE}{ARGUMENT}"


_FEW = 2
"""Letters that stand in many lines: a word with as few is sought as a whole."""


class Rows:
    """Rows of a table, found by their words: many share theirs, and most texts hold none of them."""

    def __init__(self, rows: Iterable[Context]) -> None:
        self._rows: dict[str, list[Context]] = {}
        for context in rows:
            for word in dict.fromkeys(context.words):
                self._rows.setdefault(word, []).append(context)
        self._words = Words(self._rows)
        self._sought = {word: letters if len(letters := core(word)) > _FEW else word for word in self._rows}

    def find(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Start, end and name of what the rows behind the words find in the text."""
        tried = defaultdict[int, set[int]](set)  # by row: lines that hold several of its words are looked at once
        sought: dict[str, list[str]] = {}
        for word in self._words.held(text):
            sought.setdefault(self._sought[word], []).append(word)
        for shared, words in sought.items():
            alone = words[0] if len(words) == 1 else None
            letters = alone or shared
            at = text.find(letters)
            while at >= 0:
                start, stop = text.rfind("\n", 0, at) + 1, text.find("\n", at)
                end = len(text) if stop < 0 else stop
                at = text.find(letters, end)
                told = [alone] if alone else [word for word in words if text.find(word, start, end) >= 0]
                brief: bool | None = None  # whether the line holds nothing long; looked at once, where a row asks
                for context in chain.from_iterable(map(self._rows.__getitem__, told)):
                    lines = tried[id(context)]
                    if start in lines:
                        continue
                    if context.long:
                        brief = _LONG_RUN.search(text, start, end) is None if brief is None else brief
                        if brief:
                            continue
                    lines.add(start)
                    for match in context.pattern.finditer(text, start, end):
                        if context.check(match["secret"]) and not is_placeholder(match["secret"]):
                            yield *match.span("secret"), context.name
