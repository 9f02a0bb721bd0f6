"""Judges a value by itself: whether it is random, a placeholder, a reference, a word.

The judgements are about the shape alone; what stands next to the value is the business of `names` and `values`.
"""

import base64
import binascii
import re
from functools import cache, lru_cache

# The two hundred commonest pairs of letters in the words of source code (first letter, then its followers), counted in
# the standard library's names and comments. They are 85% of the pairs in words, and 30% of those in random letters.
_FOLLOWERS = (
    "abcdgilmnprstuy baeiloru cacehiklorstu dadeiosu eacdefgilmnprstvwx faefiloru gaeirs haeio iabcdefglmnoprstvz"
    " ke ladeilostuy maeiopsu nacdefgiostuv obcdglmnoprstuw paeiloprsty qu racdegimnorstuy sacehilopstu tacehiorstuy"
    " uabelmnprst vaei wai xt yp ze"
)
_PAIRS = {group[0] + follower for group in _FOLLOWERS.split() for follower in group[1:]}
_COMMON = frozenset(form for pair in _PAIRS for form in (pair, pair.title(), pair.upper()))

PLACEHOLDER_WORDS = re.compile(
    r"(?i)example|sample|dummy|place.?holder|change.?(?:me|this|it)(?!\d{1,4}!?$)|replace|redacted|insert|fixme|foo.?bar|undefined|not.?set"
    r"|optional|required|lorem|enter[ _-]|dead.?beef|(?:0?123456789|abcdefgh)[0a-z]|\.\.\.|…|\*\*\*|•••|^n/a$|x{5}"
    r"|(?<![a-z0-9])(?:your|(?-i:x{3}|X{3})|(?:to.?do|fake)(?![a-z0-9])|my[_-]?(?:secret|token|key|pass(?:word)?|api)[a-z_-]*$)"
)
# Templates and look-ups: ${X}, $X, $(x), {{ x }}, {x}, <x>, %X%, %(x)s, %s, #{x}, @x@, [x], __X__, !Ref, `x`.
_TEMPLATE = re.compile(
    r"\$\{|\$\(|\{\{|\}\}|#\{|<%|%\(|^\$[A-Za-z_0-9]\w*$|^<[^<>]*>?$|^%\w+%$|^[^%]{0,24}%[sdvr]\b|^@[\w.]+@$|^\[.*\]?$|^__\w+__$"
    r"|^!(?:Ref|Sub|GetAtt|ImportValue|Join|Select|vault|env|Env|secret|Secret|file|include)\b|^`|\{[A-Za-z_][\w.]*\}|^\{[^{}=]*\}$|^\$\w*[A-Z_]{3}\w*"
)
# Regular expressions: classes with ranges, groups, \\d, counted repeats, lists of alternatives.
_PATTERN = re.compile(r"\[\^?[^\]]{0,20}\w-\w|\(\?|\\[dwsSDWb]|\.[*+]|[\])]\{\d|\]\+|\|[^|]+\|[^|]+\|")
_CAMEL = re.compile(r"[A-Z]*[a-z]*(?:[A-Z][a-z]{2,})*|[A-Z]+")
_HUMP = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SEPARATORS = frozenset("-_./: ")
_HEX = re.compile(r"(?:0x)?(?:[0-9a-f]+|[0-9A-F]+)")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NOT_LETTERS = re.compile(r"[^A-Za-z]")
_DIGIT = re.compile(r"[0-9]")
_LETTER = re.compile(r"[^\W\d_]")
_SMALL = re.compile(r"[a-z]")
_CAPITAL = re.compile(r"[A-Z]")


def wordiness(text: str) -> float:
    """The share of neighbouring characters which are a common pair of letters: .6 in names, .15 in random ones."""
    if len(text) < 2:
        return 1.0
    return sum(text[at : at + 2] in _COMMON for at in range(len(text) - 1)) / (len(text) - 1)


@cache
def _odds(first: str, second: str) -> float:
    """How much likelier this pair of characters is in a random token than in a name: the logarithm of the odds.

    The weights are the measured ones, rounded: shares of the pairs in 27,000 names with digits from the standard
    library, site-packages and node_modules, against tokens of base64, base62, base36 and hexadecimal digits.
    """
    if first + second in _COMMON:
        return -1.2
    if first in _SEPARATORS or second in _SEPARATORS:
        return -1.2
    if first.isdigit() and second.isdigit():
        return 0.0
    return 1.15 if first.isalnum() and second.isalnum() else 0.0


def oddness(text: str) -> float:
    """The logarithm of the odds that the text was drawn at random and not written: above 1 it probably was."""
    return sum(map(_odds, text, text[1:]))


def is_hex(text: str) -> bool:
    """Whether the text is one run of hexadecimal digits, as hashes are."""
    return _HEX.fullmatch(text) is not None


_HASHED = re.compile(r"(?i)[a-z]{2,16}(?:[-_.][a-z0-9]{1,12}){0,5}[-_.][0-9a-f]{16,}(?:\\.[a-z]{1,5})?")


def is_hashed(text: str) -> bool:
    """Whether the text is a name with a hash behind it, as of what is kept in a cache or was built."""
    return _HASHED.fullmatch(text) is not None


def is_uuid(text: str) -> bool:
    """Whether the text is a UUID."""
    return _UUID.fullmatch(text) is not None


def is_mixed(text: str) -> bool:
    """Whether digits stand beside letters, as in tokens and in most passwords."""
    return _DIGIT.search(text) is not None and _LETTER.search(text) is not None


def _is_noise(text: str) -> bool:
    """Whether it is long and has hardly a word in it: what looks like a template in it stands there by chance."""
    if " " in text or "\\" in text or text[0] in "$%^" or (text[0] in "[{<" and text[-1] in "]}>"):
        return False
    if len(text) < 40:
        short = (
            len(text) >= 10
            and set(text).isdisjoint("()[]{}|<>")
            and bool(_SMALL.search(text) and _CAPITAL.search(text))
        )
        return short and wordiness(text) < 0.3 and _DIGIT.search(text) is not None
    return wordiness(text) < 0.25 and _DIGIT.search(text) is not None


@lru_cache(maxsize=4096)
def is_placeholder(text: str) -> bool:
    """Whether the text stands for a secret, or says where it is to be found, but is none."""
    bare = text.strip("\"' \t")
    if (
        not bare
        or (_TEMPLATE.search(bare) and not _is_noise(bare))
        or (_PATTERN.search(bare) and not _is_noise(bare))
        or PLACEHOLDER_WORDS.search(bare)
    ):
        return True
    distinct = len(set(bare))
    return distinct <= 2 or (len(bare) >= 16 and distinct <= 5)


def is_random(text: str, least: int = 16) -> bool:
    """Whether the text looks drawn from an alphabet of letters and digits, or of small letters and capitals.

    `least` is the number of characters below which nothing can be said.
    """
    letters = len(text) - len(_NOT_LETTERS.findall(text))
    if len(text) < least or letters * 6 < len(text):
        return False
    if _DIGIT.search(text):
        return oddness(text) > 1
    # Without digits it may be a name with acronyms, so the odds must be better.
    return bool(_SMALL.search(text) and _CAPITAL.search(text)) and oddness(text) > 4


def is_uncamelled(text: str) -> bool:
    """Whether capitals stand among the letters as names in camel case don't have them."""
    return not _CAMEL.fullmatch(text)


def is_jagged(text: str) -> bool:
    """Whether capitals part letters into shorter pieces than names have: those of a drawn password."""
    if len(text) < 8 or not text.isalpha() or _CAMEL.fullmatch(text) or wordiness(text) > 0.56:
        return False
    return 3 * len(_HUMP.findall(text)) > len(text)


def is_scrambled(text: str) -> bool:
    """Whether letters stand together as neither words nor names in camel case have them."""
    return not _CAMEL.fullmatch(text) and oddness(text) > 1


def is_dense(text: str, least: int = 20) -> bool:
    """Whether the text is random and uses small letters, capitals and digits, as hashes in hexadecimal never do."""
    return bool(_SMALL.search(text) and _CAPITAL.search(text)) and is_random(text, least)


def decoded_login(text: str) -> str | None:
    """The `user:password` which the text is the base64 of, or nothing."""
    try:
        plain = base64.b64decode(text, validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    return plain if ":" in plain and plain.isprintable() else None


_BASE64_LIKE_PATH = re.compile(r"/[A-Za-z0-9/+]{39,87}={0,2}")
"""A key that was drawn may begin with a slash, and have others."""
_WORDLIKE = re.compile(
    r"-----BEGIN|(?:ssh|ecdsa|sk)-[a-z0-9-]+ AAAA|data:|sha\d+[-:$]|h1:|arn:|[a-z][a-z0-9+.-]*://|(?:\.{0,2}|~)/(?![A-Za-z0-9+]{30,}={0,2}$)[\w./-]*$|[A-Za-z]:\\"
    r"|[\^~<>=v]*\d+(?:\.\d+)+|\d{4}-\d\d-\d\d|\d+/[a-z]+$|@?[\w./-]+@[\^~]?\d+\.|\[redacted|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/"
    r"|[a-z]{3,}/[\w./-]{1,30}$"
    r"|(?:vault|op|ssm|awssm|gcpsm|secretsmanager|sops|env|file|ref|keyvault|bws)[:+]"
    r"|M(?:Fkw|HYw|Cow|Fww|IIBIjAN|IICIjAN|IGfMA0|IGJAoGB)[A-Za-z0-9+/]{9}"
    r"|(?i:wpa\d?(?:-[a-z0-9]{2,12}){0,3}$)"
    r"|(?i:(?:[a-z0-9]{1,8}-){0,3}(?:sha|md|argon|base|utf|pbkdf|aes|oauth|u?int|float|hs|rs|es|des)-?\d+\w{0,3}$)"
)


def is_wordlike(text: str) -> bool:
    """Whether the text is plainly something else: a public key, a digest, a URL, a path, a version, an algorithm."""
    return _WORDLIKE.match(text) is not None and not (_BASE64_LIKE_PATH.fullmatch(text) and is_dense(text, 40))
