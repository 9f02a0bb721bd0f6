"""The words in which people tell a password, in the languages in which they write, and what may stand for it."""

import re

from whence.secrets.randomness import is_hex, is_jagged, is_mixed, is_scrambled, is_wordlike, wordiness
from whence.secrets.values import SENTENCE, is_common, is_passphrase, kinds
from whence.secrets.wording import are_coined, is_coined, is_composed, is_known, is_thought_up

FOREIGN = (
    *("пароль", "пароля", "паролем", "Пароль", "Пароля", "ПАРОЛЬ", "密码", "密碼", "口令", "パスワード", "暗証番号"),
    *(
        "비밀번호",
        "비번",
        "암호",
        "패스워드",
        "סיסמה",
        "κωδικός",
        "Κωδικός",
        "Mật khẩu",
        "mật khẩu",
        "รหัสผ่าน",
        "पासवर्ड",
        "كلمة المرور",
        "كلمة السر",
    ),
)
_PASSWORDS = (
    *(
        "password",
        "passwd",
        "passphrase",
        "pass phrase",
        "pass-phrase",
        "passcode",
        "passwort",
        "kennwort",
        "contraseña",
        "contrasena",
        "senha",
    ),
    *("wachtwoord", "hasło", "haslo", "lösenord", "lösenordet", "losenord", "losenordet", "adgangskode"),
    *("adgangskoden", "passord", "passordet", "salasana", "heslo", "parola", "şifre", "jelszó", "lozinka", "geslo"),
    *(
        "slaptažodis",
        "parool",
        "kata sandi",
        "mot de passe",
        "clave",
        "codice di accesso",
        "palavra-passe",
        "palavra passe",
    ),
)


def _either(words: list[str]) -> str:
    """Each word small, with a capital, and in capitals: a pattern that ignores case is tried at every character.

    The longest come first, lest a word that begins another hide it.
    """
    return "|".join(
        form for word in sorted(words, key=len, reverse=True) for form in (word, word.capitalize(), word.upper())
    )


_SHORT = ("pass", "Pass", "PASS", "pw", "Pw", "PW", "pwd", "Pwd", "PWD", "p/w", "P/W", "psk", "PSK", "mdp", "MDP")
NOUNS = _either([*_PASSWORDS]) + "".join(rf"|{short}(?![A-Za-z0-9_])" for short in _SHORT) + "|" + "|".join(FOREIGN)
KEYS = _either(["api key", "api-key", "token", "secret", "access key", "secret key", "key"])
SEALING = (
    r"(?:[Ee]ncryption|[Dd]ecryption|[Ss]igning|[Mm]aster|[Ss]ecret|[Pp]rivate|[Aa]pi|API|[Aa]ccess|[Ss]ession|[Ss]torage"
    r"|[Aa]dmin|[Ll]icen[sc]e|[Cc]redentials|[Dd]eploy|[Hh]mac|HMAC)[ _.-][Kk]ey"
    r"|(?:[Cc]lient|[Ss]hared|[Ss]igning|[Ww]ebhook|[Cc]onsumer|[Aa]pp|JWT|[Jj]wt)[ _-][Ss]ecret"
    r"|(?:[Bb]earer|[Aa]ccess|[Aa]uth|[Aa]uthentication|[Rr]efresh|API|[Aa]pi|[Bb]ot|[Dd]eploy|[Aa]dmin)[ _-][Tt]oken"
)
STATES = (
    "hard-?coded|wrong|default|leaked|old|current|new|temporary|temp|initial|bad|weak|invalid|same|test|shared|first"
)
LOGINS = _either(["credentials", "logins", "login", "zugangsdaten", "anmeldedaten", "identifiants", "credenciales"])
# Parts of them that are found whatever the case of their first letter.
WORDS = (
    *(
        "assword",
        "asswd",
        "assphrase",
        "ass phrase",
        "ass-phrase",
        "asscode",
        "asswort",
        "ASSWORD",
        "ennwort",
        "ontrase",
        "achtwoord",
        "asło",
    ),
    *("ösenord", "osenord", "dgangskode", "assord", "alasana", "arola", "ifre", "ot de passe", "enha ", "aslo "),
    *(
        "elszó",
        "ozinka",
        "eslo",
        "laptažodis",
        "arool",
        "ata sandi",
        "odice di accesso",
        "alavra-passe",
        "alavra passe",
        "p/w",
        "P/W",
        "PASS",
        "PWD",
        "PSK",
        "psk ",
        "mdp",
        "MDP",
        "Pw",
    ),
    *(
        "eslo ",
        "pass ",
        "Pass ",
        "pwd ",
        "pw ",
        "PW ",
        "lave ",
        *FOREIGN,
    ),
)
_VERB = (
    r"(?:is|was|are|remains|(?:is|was|has been|got)[ \t]+(?:re)?(?:set|changed|updated|rotated)[ \t]+to"
    r"|(?:la[ \t]+)?(?:he[ \t]+)?(?:cambié|cambiado|cambiada|puse)[ \t]+(?:a|en|por)"
    r"|(?:wurde|wird)[ \t]+(?:auf|zu)"
    r"|a été (?:changé|modifié|remplacé) (?:en|par)"
    r"|(?:ha sido|fue|se ha|foi) (?:cambiad[oa]|alterad[oa]) (?:a|por|para)"
    r"|(?:will|should|must|shall|would|has to) be|lautet|ist|war|es|era|est|était|è|é|foi|to|är|adalah|là"
    r"|είναι|היא"
    r"|var|er|on|je|jest|este)"
)
_ADVERB = (
    r"(?:now|still|just|currently|set to|actually|really|jetzt|nun|weiterhin|immer noch|noch|toujours|encore|maintenant"
    r"|ahora|todavía|aún|agora|adesso|sempre|nu|teraz)"
)
LINK = rf"[ \t]+(?i:{_VERB})(?:[ \t]+(?i:{_ADVERB}))?[ \t:]+"
WORD = r"(?:[ \t]+(?!(?i:is|was|ist|es|est)\b)[\[\"'`]?[^\W\d_][\w'’@.-]{0,30}[\]\"'`]?)"  # for the "staging" database
QUOTES = r"(?:\\*[\"'`„“「『]|«[ \u00a0\u202f]?|\*\*){0,3}"
VALUE = r"[!-&(-~]{7,64}?"
ENDS = r"(?=[.,;:?)\]}]*(?:\\*[\"'`»”“]|\\n|\s|$|[^\x00-\x7f]))"
MARK = r"\\*[\"'`«»„“”「」]"
TAKEN = rf"{QUOTES}(?P<secret>{VALUE}){ENDS}"
LONG = rf"{QUOTES}(?P<secret>[\w.~+/=-]{{20,200}}?){ENDS}"
USER = rf"{QUOTES}[\w.@-]{{2,64}}{QUOTES}"
_ALGORITHM = re.compile(
    r"(?i)(?:wpa\d|pbkdf|sha|md\d|argon|bcrypt|scrypt|base\d|utf|rsa|aes|oauth|http|ipv|x509|iso|rfc|pkcs|at-least|v?\d+[a-z]?-[a-z-]+$"
    r"|(?:version|column|step|line|issue|ticket|chapter|section|table|row|page|python|java|node|release)[-_.]?\d)"
)
_SIGNS = re.compile(r"[!?#$*%&^~+]")
_CODE = re.compile(r"[()\[\]{}<>]")
# Words with a number or a sign behind them, as people make passwords up.
_WORDY = re.compile(
    r"(?!(?i:issue|pr|pull|gh|bug|ticket|case|no|line)[#-]\d)[A-Za-z]{2,}(?:[-_.@$0-9]?[A-Za-z]+){0,5}"
    r"[-_.#!?@$]?(?:\d{2,8}[!?#$*.]{0,3}|\d[!?#$*]|(?<=[#!?@$])\d)[A-Za-z]?"
)


def _is_jumbled(value: str) -> bool:
    """Whether it is of letters only, and of capitals among small ones as no name has them."""
    return is_jagged(value) or (len(value) >= 8 and value.isalpha() and is_scrambled(value) and wordiness(value) < 0.4)


def _is_camel(value: str) -> bool:
    """Whether it is of three words or more in camel case, none of them one of code."""
    return sum(map(str.isupper, value[1:])) > 1 and not value.isupper() and is_coined(value)


def is_strong(value: str) -> bool:
    """Whether it has digits, signs and letters of both cases: where hardly a word says what it is."""
    return kinds(value) == 4 and is_told(value)


def is_mingled(value: str) -> bool:
    """Whether it mixes digits with capitals and small letters, with signs, between words: a password behind a user."""
    return (kinds(value) > 2 and is_told(value)) or is_thought_up(value)


def is_quoted(value: str) -> bool:
    """Whether what a sentence gives in quotes is the password: a word that is no label will do."""
    return is_told(value) or (value.isalpha() and is_coined(value))


_NAME = re.compile(r"[a-z]+(?:[A-Z][a-z]+)+\d*|[A-Z][a-z]+(?:[A-Z][a-z]+)*\d*|[\w-]+\.\w{1,5}")


def is_unmistakable(value: str) -> bool:
    """Whether nothing else in a sentence about passwords looks like that: words about a number, or what was drawn."""
    if _ALGORITHM.match(value) or _CODE.search(value) or is_wordlike(value) or _NAME.fullmatch(value):
        return False
    if is_composed(value):
        return True
    if len(value) >= 10 and _is_jumbled(value):
        return True
    digits = sum(map(str.isdigit, value))
    mixed = value.isalnum() and digits > 1 and len(value) >= (10 if kinds(value) == 3 else 12) and not is_hex(value)
    signed = kinds(value) == 4 and _SIGNS.search(value) is not None and value.count("_") == 0 and is_told(value)
    return signed or (mixed and wordiness(value) < 0.3)


def is_phrase(value: str) -> bool:
    """Whether words in quotes behind the name of a passphrase are one, and no note about it: few are words of code."""
    words = value.lower().split()
    return not SENTENCE & set(words) and 2 * sum(map(is_known, words)) < len(words)


def is_told(value: str) -> bool:
    """Whether a word after the link can hardly be anything but the password: it mixes kinds, and is no algorithm."""
    if is_common(value):
        return len(value) > 6
    if "\\u" in value:
        return False  # what it stands for is read by itself
    if (value.isalpha() and _is_camel(value)) or (is_passphrase(value) and are_coined(value.split("-"))):
        return True
    if (
        len(value) < 7
        or is_wordlike(value)
        or not (is_mixed(value) or _is_jumbled(_SIGNS.sub("", value)))
        or _ALGORITHM.match(value)
        or _CODE.search(value)
    ):
        return False
    return (
        _WORDY.fullmatch(value) is not None
        or is_composed(value)
        or wordiness(value) < (0.56 if kinds(value) >= 3 else 0.5)
    )
