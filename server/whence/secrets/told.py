"""Passwords that a sentence tells: `the admin password is ...`, in the languages in which people write about them."""

import re

from whence.secrets.names import kinds
from whence.secrets.randomness import is_mixed, is_wordlike, wordiness
from whence.secrets.surroundings import row

_FOREIGN = ("пароль", "密码", "密碼", "口令", "パスワード", "비밀번호")
_NOUNS = (
    "password|passwd|passphrase|passcode|passwort|kennwort|contraseñ?n?a|mot de passe|senha|wachtwoord"
    "|has[łl]o|l[öo]senord(?:et)?|adgangskoden?|passord(?:et)?|salasana|heslo|parola|şifre|" + "|".join(_FOREIGN)
)
# Parts of them that are found whatever the case of their first letter.
_WORDS = (
    "assword",
    "asswd",
    "assphrase",
    "asscode",
    "asswort",
    "ASSWORD",
    "ennwort",
    "ontrase",
    "achtwoord",
    "asło",
    "ösenord",
    "osenord",
    "dgangskode",
    "assord",
    "alasana",
    "arola",
    "ifre",
    "ароль",
    "密码",
    "密碼",
    "口令",
    "パスワード",
    "비밀번호",
    "ot de passe",
    "enha ",
    "aslo ",
    "eslo ",
)
_LINK = (
    r"[ \t]+(?:is|was|are|remains|will be|lautet|ist|war|es|era|est|était|è|é|foi|to|är|var|er|on|je|jest|este)"
    r"(?:[ \t]+now)?[ \t:]+"
)
_WORD = r"(?:[ \t]+(?!(?:is|was|ist|es|est)\b)[^\W\d_][\w'’-]{0,20})"  # for the staging database
_QUOTES = r"(?:\\*[\"'`«„“]){0,2}"
_VALUE = r"[!-&(-~]{7,64}?"
_ENDS = r"(?=[.,;:)\]}]*(?:\\*[\"'`»”“]|\\n|\s|$|[^\x00-\x7f]))"
_TAKEN = rf"{_QUOTES}(?P<secret>{_VALUE}){_ENDS}"
_ALGORITHM = re.compile(
    r"(?i)(?:pbkdf|sha|md\d|argon|bcrypt|scrypt|base\d|utf|rsa|aes|oauth|http|ipv|x509|iso|rfc|pkcs|at-least|\d+[a-z]?-)"
)
_CODE = re.compile(r"[()\[\]{}<>]")


def is_told(value: str) -> bool:
    """Whether a word after the link can hardly be anything but the password: it mixes kinds, and is no algorithm."""
    if len(value) < 7 or is_wordlike(value) or not is_mixed(value) or _ALGORITHM.match(value) or _CODE.search(value):
        return False
    return wordiness(value) < (0.56 if kinds(value) >= 3 else 0.45)


ROWS = (
    row("password", _WORDS, is_told, rf"(?i)(?:{_NOUNS}){_WORD}{{0,6}}?{_LINK}{_TAKEN}"),
    # Directly behind a name a colon is an assignment; behind a clause it ends a sentence.
    row("password", _WORDS, is_told, rf"(?i)(?:{_NOUNS}){_WORD}{{1,6}}?[ \t]*(?::[ \t]|[：—–])[ \t]*{_TAKEN}"),
    row(
        "password", _FOREIGN, is_told, rf"(?:{'|'.join(_FOREIGN)})(?:[ \t]*[:：=—–]|は|是|为|為|는|은|가)[ \t]*{_TAKEN}"
    ),
    row(
        "password",
        (" as ", " als ", " como ", " comme ", " come "),
        is_told,
        rf"(?i)(?<!\S){_QUOTES}(?P<secret>{_VALUE}){_QUOTES}[ \t]+(?:as|als|como|comme|come)[ \t]+",
        rf"(?:[^\W\d_]{{1,12}}[ \t]+){{0,3}}(?:{_NOUNS})",
    ),
    row(
        "password",
        ("og in ", "ogin ", "ign in ", "nmelden ", "ogged in "),
        is_told,
        r"(?i)(?:log|logged|login|sign|anmelden)(?:[ \t]?in)?[ \t]+(?:with|as|using|mit|als|con|avec)[ \t]+",
        rf"\\*[\"'`]?[\w.@-]{{2,64}}[ \t]*/[ \t]*{_TAKEN}",
    ),
)
