"""Judges whether a value keeps what the name beside it promises.

Beside a password anything but a word, a type or a reference is secret; beside a token or a key the value must look
random; beside a weak name (`key`, `auth`) it must be random and dense.
"""

import re
from enum import Enum, auto

from whence.secrets.names import Strength
from whence.secrets.randomness import (
    decoded_login,
    is_dense,
    is_hashed,
    is_hex,
    is_jagged,
    is_mixed,
    is_placeholder,
    is_random,
    is_scrambled,
    is_uncamelled,
    is_uuid,
    is_wordlike,
    wordiness,
)
from whence.secrets.vocabulary import word_set
from whence.secrets.wording import are_coined, is_coined, is_composed, is_known, is_thought_up


class Tie(Enum):
    """How a value hangs on a name."""

    QUOTED = auto()
    """A string which is assigned to the name."""
    PLAIN = auto()
    """Assigned without quotes, as in configurations and shells."""
    CODE = auto()
    """Without quotes where an expression may stand."""
    NEAR = auto()
    """A string next to the name, in a list or a call."""


# Google's passwords for one application: four groups of four letters.
APP_PASSWORD = re.compile(r"[a-z]{4} [a-z]{4} [a-z]{4} [a-z]{4}|[a-z0-9]{4}(?:-[a-z0-9]{4}){3}(?![\w-])")
_JUDGED = 256  # characters of a value that are looked at: they say enough, and bound the work
# Words which are nearly always a password where one is assigned: the commonest ones, and defaults of servers.
_COMMON = word_set(
    "admin root toor postgres mysql minioadmin rabbitmq raspberry qwerty letmein iloveyou sunshine monkey dragon "
    "football baseball princess welcome superman batman starwars hunter trustno swordfish opensesame supersecret "
    "topsecret secretpassword"
)


def is_common(value: str) -> bool:
    """Whether it is one of the commonest passwords, which are words."""
    return value.lower() in _COMMON


_PASSPHRASE = re.compile(r"(?:(?<=^)|(?<=[-_. ]))[a-z]{3,10}(?=[-_. ]|$)")
SENTENCE = word_set(
    "the your you must enter please with for and not has have been this that from least characters chars new old "
    "forgot forgotten reset confirm field input page form button label text link password token secret key hint "
    "show hide should will can are was user name login sign invalid wrong required optional missing empty default"
)
# A token that is a UUID with a mark of its service, and a short one that nobody would call anything.
_WITH_UUID = re.compile(r"[\w*.-]{0,12}?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?::\w{1,6})?")
_MADE_UP = re.compile(r"(?=[A-Za-z:]*\d)(?=\d*[A-Za-z])(?:[a-z]{2,16}:)?[A-Za-z0-9+/=]{8,24}")
_NUMBERED = re.compile(r"[A-Za-z]{4,}(?:\d{2,4}|[!?#$@*_.-]\d{1,4})[!?#$@*.]{0,3}[A-Za-z]?")
_DRAWN = re.compile(r"[A-Za-z0-9+/=]{8,}")
_CONTINUED = re.compile(r"\\\r?\n\+?")
_ENCODER = re.compile(r"^\{(?:noop|bcrypt|pbkdf2|scrypt|argon2|sha256|ldap|MD4|MD5)\}(?=.)")
_LEAST_DIGITS = 15
"""Digits of a number that is no time in milliseconds any more."""
_DIGIT = re.compile(r"[0-9]")
_SMALL = re.compile(r"[a-z]")
_CAPITAL = re.compile(r"[A-Z]")
_SYMBOL = re.compile(r"[^A-Za-z0-9_.:/\\-]")
_SIGNS = re.compile(r"[-_.]")
_CODE = frozenset("()[]{}|<>\\ ")
"""What expressions have, of code and of patterns."""
_TELLING = re.compile(r"(?i)passw|secret|token|pass\b|credential|pwd")
_TYPE = re.compile(r"\w+(?:String|Array|Type|Hash|Bytes|Char|Data|Buffer|Field|Value)\d*[?!*]?|[A-Za-z]+[?!*;]")
_FIELD = re.compile(
    r"(?:new|old|confirm|repeat|current|user)?_?(?:[pP]assword|passwd|pass|pwd|[tT]oken|[sS]ecret)[_-]?\d{1,2}"
)


def keeps(value: str, promise: Strength, tie: Tie) -> bool:
    """Whether the value is worth hiding beside a name of that strength."""
    value = _ENCODER.sub("", _CONTINUED.sub("", value[:_JUDGED]).strip())
    if is_placeholder(value) or is_wordlike(value):
        return False
    if promise is Strength.PASSWORD:
        return _is_password(value, tie)
    if tie in (Tie.QUOTED, Tie.PLAIN) and promise is Strength.SECRET and _is_thought_up(value):
        return True
    if " " in value:
        return is_seed_phrase(value)
    if promise is Strength.WEAK:
        if is_hashed(value):
            return False
        login = decoded_login(value)
        return (login is not None and not is_placeholder(login)) or (is_dense(value) and "\\" not in value)
    if promise is Strength.LIKELY and (is_hashed(value) or not _is_drawn(value)):
        return False
    return len(value) >= 8 and _is_key(value, firm=tie is not Tie.CODE)


def _is_thought_up(value: str) -> bool:
    """What people sign with when they don't draw it: a passphrase, or a word with a number and a sign."""
    if is_passphrase(value):
        return not any(map(is_known, _SIGNS.split(value)))
    return is_thought_up(value) or (kinds(value) == 4 and _NUMBERED.fullmatch(value) is not None)


def _is_drawn(value: str) -> bool:
    """What can be nothing but a key, or the hash of something: its length says more than its name."""
    if is_hex(value) or is_uuid(value):
        return len(value) >= 32 and is_mixed(value)
    return is_random(value, 20) and (is_mixed(value) or len(value) >= 24)


def _is_key(value: str, *, firm: bool) -> bool:
    """Whether a value beside the name of a key was made by a machine.

    Args:
        value: at least 8 characters.
        firm: whether it surely is the name's value, and not a piece of code.
    """
    if value.isdigit():
        return firm and len(value) >= _LEAST_DIGITS and len(set(value)) > 5
    if is_hex(value):
        return len(value) >= (16 if firm else 32) and is_mixed(value)
    if is_uuid(value) or is_random(value, 10 if firm else 16) or is_dense(value, 12):
        return True
    if firm and _WITH_UUID.fullmatch(value):
        return True
    return firm and _is_unwritten(value)


def _is_unwritten(value: str) -> bool:
    """Whether what surely is the value of a key is nothing that people write: it has hardly a word in it."""
    if (made_up := _MADE_UP.fullmatch(value)) and wordiness(made_up[0]) < 0.5:
        return True
    if value.isalpha():
        one_case = len(value) >= 20 and (value.islower() or value.isupper())
        if is_jagged(value) or (wordiness(value) < (0.45 if one_case else 0.42) and (one_case or is_uncamelled(value))):
            return True
    if len(value) >= 10 and kinds(value) > 2 and _SYMBOL.search(value) and _CODE.isdisjoint(value):
        return wordiness(value) < 0.3
    if len(value) >= 12 and kinds(value) > 2 and _CODE.isdisjoint(value) and wordiness(value) < 0.36:
        return True
    letters = sum(map(str.isalpha, value))
    drawn = len(value) >= 16 or _DRAWN.fullmatch(value) is not None
    alphanumeric = sum(map(str.isalnum, value))
    told = alphanumeric if len(value) >= 40 and "\\" not in value else letters
    return drawn and told * 2 > len(value) and wordiness(value) < 0.3


def _is_password(value: str, tie: Tie) -> bool:
    """Whether somebody could have made this up, or drawn it, as a password: the first rule with an opinion says."""
    for rule in _PASSWORD_RULES:
        if (verdict := rule(value, tie)) is not None:
            return verdict
    return True


# Each rule looks at one kind of value and says whether it may be a password; None of values of another kind.


def _foreign(value: str, tie: Tie) -> bool | None:
    """Words of other scripts are labels; a password of them mixes kinds of characters."""
    return None if value.isascii() else len(value) >= 6 and is_mixed(value) and value.count(" ") < 2


def _too_short(value: str, tie: Tie) -> bool | None:
    """Nobody has a password of three characters, and `password2` without quotes is a variable."""
    return False if len(value) < 4 or (_FIELD.fullmatch(value) and tie is not Tie.QUOTED) else None


def _spoken(value: str, tie: Tie) -> bool | None:
    """With spaces it is a sentence, unless it is one of the known forms, or has hardly a word in it."""
    if " " not in value or is_passphrase(value):
        return None
    if APP_PASSWORD.fullmatch(value):
        return wordiness(value) < 0.5
    return (is_mixed(value) and wordiness(value) < 0.3) or is_seed_phrase(value)


def _known(value: str, tie: Tie) -> bool | None:
    """The commonest passwords, and passphrases, are passwords wherever no expression may stand."""
    return tie is not Tie.CODE if value.lower() in _COMMON or is_passphrase(value) else None


def _one_word(value: str, tie: Tie) -> bool | None:
    """One word is a label or a type as often as a password; only odd ones count, or small ones in quotes."""
    if not value.isalpha():
        return None
    scrambled = len(value) >= 8 and (is_scrambled(value) if tie is not Tie.CODE else is_random(value, 8))
    quoted = tie in (Tie.QUOTED, Tie.NEAR)
    if tie in (Tie.QUOTED, Tie.PLAIN) and len(value) == 16 and value.islower() and wordiness(value) < 0.5:
        return True  # Google's password for one application, without its spaces
    if tie in (Tie.QUOTED, Tie.PLAIN) and (len(value) >= 10 or is_uncamelled(value)):
        scrambled = scrambled or wordiness(value) < (0.48 if is_uncamelled(value) else 0.34)
    if tie in (Tie.QUOTED, Tie.PLAIN) and (is_coined(value) or is_jagged(value)):
        return True
    return scrambled or (quoted and len(value) >= 6 and wordiness(value) < 0.45)


def _joined_words(value: str, tie: Tie) -> bool | None:
    """Words joined by dots, dashes or slashes, and what names a password itself, are identifiers and paths."""
    if _DIGIT.search(value) or not (_TELLING.search(value) or not _SYMBOL.search(value)):
        return None
    parts = _SIGNS.split(value)
    coined = tie in (Tie.QUOTED, Tie.PLAIN) and (are_coined(parts) or is_jagged("".join(parts)))
    return coined or (len(value) >= 12 and wordiness(value) < 0.3)


def _number(value: str, tie: Tie) -> bool | None:
    """A number: of digits alone it may be a password, with signs it is a range, a date, a telephone number."""
    if _SMALL.search(value) or _CAPITAL.search(value):
        return None
    return value.isdigit() and len(value) >= (4 if tie is Tie.QUOTED else 6) and tie in (Tie.QUOTED, Tie.PLAIN)


def _quoted(value: str, tie: Tie) -> bool | None:
    """A string that is assigned to a password, and is none of the above, is one."""
    return True if tie is Tie.QUOTED else None


def _type(value: str, tie: Tie) -> bool | None:
    """Without quotes a type stands behind the name of a parameter."""
    return False if _TYPE.fullmatch(value) and wordiness(value) > 0.3 else None


def _nearby(value: str, tie: Tie) -> bool | None:
    """In a list, a call or code a value must look made up: the fewer kinds of characters, the fewer words."""
    if tie not in (Tie.NEAR, Tie.CODE):
        return None
    if is_thought_up(value) if tie is Tie.NEAR else is_composed(value):
        return True
    numbered = len(value) >= 8 and _NUMBERED.fullmatch(value) is not None
    most = 0.6 if kinds(value) == 4 or numbered else 0.45 if is_mixed(value) else 0.3
    return len(value) >= 6 and wordiness(value) < most


_PASSWORD_RULES = (
    _foreign,
    _too_short,
    _spoken,
    _known,
    _one_word,
    _joined_words,
    _number,
    _quoted,
    _type,
    _nearby,
)
"""In order: each may take for granted what those before it have sorted out."""


def kinds(value: str) -> int:
    """How many of digits, small letters, capitals and other signs there are, 0 to 4."""
    return sum(pattern.search(value) is not None for pattern in (_DIGIT, _SMALL, _CAPITAL, _SYMBOL))


def is_passphrase(value: str) -> bool:
    """Four words or more in a row, and not a sentence about passwords."""
    words = _PASSPHRASE.findall(value) if len(value) >= 16 else []
    return (
        len(words) >= 4
        and len("".join(words)) + len(words) - 1 == len(value)
        and not SENTENCE & set(words)
        and 2 * sum(map(is_known, words)) < len(words)
    )


def is_seed_phrase(value: str) -> bool:
    """The words from which a wallet is restored: twelve to twenty-four small ones, in multiples of three."""
    words = value.split()
    return len(words) in (12, 15, 18, 21, 24) and all(w.isalpha() and w.islower() and 3 <= len(w) <= 8 for w in words)


def is_blurted(value: str, promise: Strength, header: bool, ends: bool) -> bool:
    """Whether a word of prose near the name can hardly be anything but its value.

    A hash may follow the word "token" in a sentence, but not a name such as `X-Api-Key` (`header`); a word that `ends`
    the line may be the value of a directive.
    """
    if is_placeholder(value) or is_wordlike(value) or not value.isascii():
        return False
    if is_hex(value) or is_uuid(value):
        return header and len(value) >= 32 and is_mixed(value)
    if promise is not Strength.PASSWORD:
        noise = header and len(value) >= 40 and is_mixed(value) and wordiness(value) < 0.25
        short = is_dense(value, 12) and wordiness(value) < 0.2 and len(_DIGIT.findall(value)) > 1
        return is_dense(value) or noise or short
    return (
        len(value) >= 8
        and is_mixed(value)
        and (kinds(value) >= 3 or wordiness(value) < (0.36 if ends else 0.2))
        and wordiness(value) < (0.72 if kinds(value) == 4 else 0.55)
    )
