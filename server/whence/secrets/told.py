"""Passwords that a sentence tells: `the admin password is ...`, in the languages in which people write about them."""

import re

from whence.secrets.names import kinds
from whence.secrets.randomness import is_mixed, is_wordlike, wordiness
from whence.secrets.surroundings import row

_NOUNS = (
    "password|passwd|passphrase|passcode|passwort|kennwort|contrase(?:ñ|n)a|mot de passe|senha|wachtwoord|has(?:ł|l)o|l(?:ö|o)senord(?:et)?"
    "|adgangskoden?|passord(?:et)?|salasana|heslo|parola|şifre|пароль|密码|密碼|口令|パスワード|비밀번호"
)
_WORDS = (
    "assword", "asswd", "assphrase", "asscode", "asswort", "ASSWORD", "ennwort", "ontrase", "ot de passe", "enha ", "achtwoord",
    "asło", "aslo ", "ösenord", "osenord", "dgangskode", "assord", "alasana", "eslo ", "arola", "ifre", "ароль",
    "密码", "密碼", "口令", "パスワード", "비밀번호",
)  # fmt: skip
_LINK = (
    r"(?:[ \t]+(?:is|was|are|remains|will be|lautet|ist|war|es|era|est|était|è|é|foi|to|är|var|er|on|je|jest|este|olarak)(?:[ \t]+now)?[ \t:]+"
    r"|[ \t]*(?:[:：=—–]|は|是|为|為|は、|는|은|가)[ \t]*)"
)
_OF = r"(?:[ \t]+(?!(?:is|was|ist|es|est)\b)[^\W\d_][\w'’-]{0,20}){0,6}?"  # for the staging database
_VALUE = r"(?:\\*[\"'`«„“]){0,2}(?P<secret>[!-&(-~]{6,64})"
_ALGORITHM = re.compile(
    r"(?i)(?:pbkdf|sha|md\d|argon|bcrypt|scrypt|base\d|utf|rsa|aes|oauth|http|ipv|x509|iso|rfc|pkcs|at-least|\d+[a-z]?-)"
)


def is_told(value: str) -> bool:
    """Whether a word after the link can hardly be anything but the password: it mixes kinds, and is no algorithm."""
    value = value.rstrip('.,;:!?)]}"`\\') or value
    if len(value) < 7 or is_wordlike(value) or not is_mixed(value) or _ALGORITHM.match(value):
        return False
    return wordiness(value) < (0.56 if kinds(value) >= 3 else 0.45)


_TAKEN = r"(?P<secret>[!-&(-~]{7,64}?)(?=[.,;:)\]}]*(?:\\*[\"'`»”“]|\\n|\s|$|[^\x00-\x7f]))"

ROWS = (
    row("password", _WORDS, is_told, rf"(?i)(?:{_NOUNS}){_OF}{_LINK}(?:\\*[\"'`«„“]){{0,2}}{_TAKEN}"),
    row(
        "password",
        (" as ", " als ", " como ", " comme ", " come ", " for "),
        is_told,
        rf"(?i)(?<!\S)(?:\\*[\"'`]){{0,2}}(?P<secret>[!-&(-~]{{7,64}}?)(?:\\*[\"'`]){{0,2}}[ \t]+(?:as|als|como|comme|come)[ \t]+(?:[^\W\d_]{{1,12}}[ \t]+){{0,3}}(?:{_NOUNS})",
    ),
    row(
        "password",
        ("og in ", "ogin ", "ign in ", "nmelden", "ogged in "),
        is_told,
        rf"(?i)(?:log|logged|login|sign)(?:[ \t]?in)?[ \t]+(?:with|as|using|mit|als|con|avec)[ \t]+\\*[\"'`]?[\w.@-]{{2,64}}[ \t]*/[ \t]*{_TAKEN}",
    ),
)
