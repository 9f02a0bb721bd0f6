"""Passwords and keys that a sentence tells: `the admin password is ...`, in the languages in which people write."""

import re

from whence.secrets.randomness import is_dense, is_mixed, is_scrambled, is_wordlike, wordiness
from whence.secrets.surroundings import is_given, is_issued_key, row
from whence.secrets.values import is_common, kinds

_FOREIGN = ("пароль", "密码", "密碼", "口令", "パスワード", "비밀번호")
_PASSWORDS = (
    *("password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "contraseña", "contrasena", "senha"),
    *("wachtwoord", "hasło", "haslo", "lösenord", "lösenordet", "losenord", "losenordet", "adgangskode"),
    *("adgangskoden", "passord", "passordet", "salasana", "heslo", "parola", "şifre"),
)


def _either(words: list[str]) -> str:
    """Each word small, with a capital, and in capitals: a pattern that ignores case is tried at every character."""
    return "|".join(form for word in words for form in (word, word.capitalize(), word.upper()))


_NOUNS = (
    _either([*_PASSWORDS, "mot de passe", "clave"])
    + r"|pass(?!\w)|pw(?!\w)|PW(?!\w)|Pass(?!\w)|pwd(?!\w)|"
    + "|".join(_FOREIGN)
)
_KEYS = _either(["api key", "api-key", "token", "secret", "access key", "secret key", "key"])
_SEALING = (
    r"(?:[Ee]ncryption|[Dd]ecryption|[Ss]igning|[Mm]aster|[Ss]ecret|[Pp]rivate|[Aa]pi|API|[Aa]ccess|[Ss]ession|[Ss]torage"
    r"|[Aa]dmin|[Ll]icen[sc]e|[Dd]eploy|[Hh]mac|HMAC)[ _.-][Kk]ey"
    r"|(?:[Cc]lient|[Ss]hared|[Ss]igning|[Ww]ebhook|[Cc]onsumer|[Aa]pp|JWT|[Jj]wt)[ _-][Ss]ecret"
    r"|(?:[Bb]earer|[Aa]ccess|[Aa]uth|[Aa]uthentication|[Rr]efresh|API|[Aa]pi|[Bb]ot|[Dd]eploy|[Aa]dmin)[ _-][Tt]oken"
)
_STATES = (
    "hard-?coded|wrong|default|leaked|old|current|new|temporary|temp|initial|bad|weak|invalid|same|test|shared|first"
)
_LOGINS = _either(["credentials", "logins", "login", "zugangsdaten", "anmeldedaten", "identifiants", "credenciales"])
# Parts of them that are found whatever the case of their first letter.
_WORDS = (
    *("assword", "asswd", "assphrase", "asscode", "asswort", "ASSWORD", "ennwort", "ontrase", "achtwoord", "asło"),
    *("ösenord", "osenord", "dgangskode", "assord", "alasana", "arola", "ifre", "ot de passe", "enha ", "aslo "),
    *(
        "eslo ",
        "pass ",
        "Pass ",
        "pwd ",
        "pw ",
        "PW ",
        "lave ",
        "ароль",
        "密码",
        "密碼",
        "口令",
        "パスワード",
        "비밀번호",
    ),
)
_VERB = (
    r"(?:is|was|are|remains|(?:is|was|has been|have been|got)[ \t]+(?:re)?(?:set|changed|updated|rotated)[ \t]+to"
    r"|(?:will|should|must|shall|would|has to) be|lautet|ist|war|es|era|est|était|è|é|foi|to|är"
    r"|var|er|on|je|jest|este)"
)
_ADVERB = r"(?:now|still|just|currently|set to|jetzt|nun|maintenant|ahora|agora|adesso|nu|teraz)"
_LINK = rf"[ \t]+(?i:{_VERB})(?:[ \t]+(?i:{_ADVERB}))?[ \t:]+"
_WORD = r"(?:[ \t]+(?!(?i:is|was|ist|es|est)\b)[^\W\d_][\w'’@.-]{0,30})"  # for the staging database
_QUOTES = r"(?:\\*[\"'`«„“]){0,3}"
_VALUE = r"[!-&(-~]{7,64}?"
_ENDS = r"(?=[.,;:)\]}]*(?:\\*[\"'`»”“]|\\n|\s|$|[^\x00-\x7f]))"
_TAKEN = rf"{_QUOTES}(?P<secret>{_VALUE}){_ENDS}"
_LONG = rf"{_QUOTES}(?P<secret>[\w.~+/=-]{{20,200}}?){_ENDS}"
_USER = rf"{_QUOTES}[\w.@-]{{2,64}}{_QUOTES}"
_ALGORITHM = re.compile(
    r"(?i)(?:pbkdf|sha|md\d|argon|bcrypt|scrypt|base\d|utf|rsa|aes|oauth|http|ipv|x509|iso|rfc|pkcs|at-least|v?\d+[a-z]?-"
    r"|(?:version|column|step|line|issue|ticket|chapter|section|table|row|page|python|java|node|release)[-_.]?\d)"
)
_CODE = re.compile(r"[()\[\]{}<>]")
# Words with a number or a sign behind them, as people make passwords up.
_WORDY = re.compile(r"[A-Za-z]{2,}(?:[-_.@$0-9]?[A-Za-z]+){0,5}[-_.]?(?:\d{2,8}[!?#$*.]{0,3}|\d[!?#$*])")


def _is_jumbled(value: str) -> bool:
    """Whether it is of letters only, and of capitals among small ones as no name has them."""
    return len(value) >= 8 and value.isalpha() and is_scrambled(value) and wordiness(value) < 0.4


def _is_recovery(value: str) -> bool:
    """What restores a login: groups of letters with digits, or a secret in base32."""
    base32 = len(value) >= 16 and value.isalnum() and value.upper() == value
    return is_mixed(value) and not is_wordlike(value) and (base32 or "-" in value or len(value) >= 8)


def is_told(value: str) -> bool:
    """Whether a word after the link can hardly be anything but the password: it mixes kinds, and is no algorithm."""
    if is_common(value):
        return len(value) > 6
    if (
        len(value) < 7
        or is_wordlike(value)
        or not (is_mixed(value) or _is_jumbled(value.rstrip("!?#$*")))
        or _ALGORITHM.match(value)
        or _CODE.search(value)
    ):
        return False
    return _WORDY.fullmatch(value) is not None or wordiness(value) < (0.56 if kinds(value) >= 3 else 0.5)


ROWS = (
    row("password", _WORDS, is_told, rf"(?:{_NOUNS}){_WORD}{{0,6}}?(?:[ \t]+\([^()\n]{{1,30}}\))?{_LINK}{_TAKEN}"),
    # Directly behind a name a colon is an assignment; behind a clause it ends a sentence.
    row(
        "password", _WORDS, is_told, rf"(?:{_NOUNS}){_WORD}{{1,6}}?[ \t]*(?::[ \t]|[：—–→]|[-=]>|=[ \t])[ \t]*{_TAKEN}"
    ),
    row(
        "password",
        _WORDS,
        is_told,
        rf"(?:{_NOUNS}){_WORD}{{0,3}}?,?[ \t]+\([ \t]*(?:(?:was|is|formerly|now|previously|war)[ \t:]+)?{_TAKEN}",
    ),
    row(
        "password",
        (" with ", " mit ", " avec ", " con "),
        is_told,
        rf"[ \t](?:with|mit|avec|con)[ \t]+(?:(?:the|a|his|her|its|dem|le|la)[ \t]+)?(?:{_NOUNS}):?[ \t]+{_TAKEN}",
    ),
    row("password", _WORDS, is_told, rf"(?:{_NOUNS}){_WORD}{{0,4}}?[ \t]+from[ \t]+{_TAKEN}[ \t]+to[ \t]"),
    row("password", _WORDS, is_told, rf"(?:{_NOUNS}){_WORD}{{0,4}}?[ \t]+from[ \t]+\S{{4,80}}[ \t]+to[ \t]+{_TAKEN}"),
    row(
        "password",
        ("pp password", "pp-password"),
        is_given,
        r"(?i)app[ -]password[ \t:]+(?P<secret>[a-z0-9]{4}(?:-[a-z0-9]{4}){3})(?![\w-])",
    ),
    row("password", ("ot de passe",), is_told, rf"[Mm]ot de passe[ \t]*:[ \t]*{_TAKEN}"),
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
        "high-entropy-secret",
        (" as ", " als "),
        is_dense,
        rf"(?<!\S){_LONG}{_QUOTES}[ \t]+(?:as|als)[ \t]+(?:[^\W\d_]{{1,12}}[ \t]+){{0,3}}(?:{_KEYS})\b",
        long=True,
    ),
    row(
        "password",
        ("redentials", "login", "Login", "logins"),
        is_told,
        rf"(?<!\S){_USER}[ \t]*[/:][ \t]*{_TAKEN}[ \t]+(?:is|are|was|were)[ \t]+(?:the|our|my|its)[ \t]+",
        rf"(?:[^\W\d_]{{1,12}}[ \t]+){{0,2}}(?:{_LOGINS})",
    ),
    row(
        "password",
        ("user ", "User ", "ser=", "account ", "enutzer "),
        is_told,
        rf"(?i:user|account|benutzer)[ \t=]+{_USER},?[ \t]+(?:{_NOUNS})[ \t]+{_TAKEN}",
    ),
    row(
        "password",
        ("og in ", "ogin ", "ign in ", "nmelden ", "ogged in "),
        is_told,
        r"(?i)(?:log|logged|login|sign|anmelden)(?:[ \t]?in)?[ \t]+(?:with|as|using|mit|als|con|avec)[ \t]+",
        rf"{_USER}[ \t]*[/:][ \t]*{_TAKEN}",
    ),
    row(
        "password",
        (" to log in", " to sign in", " to connect", " for login", " to access", " to authenticate"),
        is_told,
        rf"(?<!\S){_USER}(?:[ \t]?/[ \t]?|:){_TAKEN}{_QUOTES}[ \t]+(?:to|for)[ \t]+(?:log|sign|connect|access|auth)",
    ),
    row(
        "password",
        ("redentials", "ogin", "gangsdaten", "nmeldedaten", "dentifiants", "redenciales"),
        is_told,
        rf"(?:{_LOGINS}){_WORD}{{0,4}}?(?:{_LINK}|[ \t]*:[ \t]*|[ \t]+(?=\S+[ \t]*/[ \t]*\S))",
        rf"{_USER}[ \t]*(?:/|,|:(?!//)|\b(?:and|und|et|y)\b)[ \t]*",
        _TAKEN,
    ),
    row(
        "high-entropy-secret",
        ("oken", "ecret", "ey "),
        is_dense,
        rf"\b(?:{_KEYS}){_WORD}{{0,6}}?(?:[ \t]+\([^()\n]{{1,30}}\))?(?:{_LINK}|,[ \t]+|[ \t]+\([ \t]*){_LONG}",
        long=True,
    ),
    row(
        "high-entropy-secret",
        ("oken ", "ecret ", "ey "),
        is_dense,
        rf"\b(?:{_KEYS}){_WORD}{{1,6}}?:[ \t]+{_LONG}",
        long=True,
    ),
    row(
        "high-entropy-secret",
        ("ey ", "ey:", "ecret ", "ecret:", "oken ", "oken:", ".key", "_key"),
        is_issued_key,
        rf"\b(?:{_SEALING}){_WORD}{{0,6}}?(?:{_LINK}|,[ \t]+|:?[ \t]+\([ \t]*){_LONG}",
        long=True,
    ),
    row(
        "password",
        ("assword ", "asswd ", "assphrase ", "asscode ", "asswort "),
        is_told,
        rf"(?i:{_STATES})[ \t]+(?:\w+[ \t]+){{0,2}}?(?:{_NOUNS})[ \t]+{_TAKEN}",
    ),
    row(
        "password",
        ("/pass", "/Pass", "/pw", "/passwort"),
        is_told,
        rf"(?i:user|username|login|benutzer)[ ]?/[ ]?(?i:{_NOUNS})(?:{_LINK}|[ \t]*[:=(][ \t]*)",
        rf"{_USER}[ \t]*[/:][ \t]*{_TAKEN}",
    ),
    row(
        "recovery-code",
        (
            "ecovery",
            "ackup ",
            "etup ",
            "2FA",
            "2fa",
            "TOTP",
            "totp",
            "MFA",
            "mfa",
            "OTP ",
            "otp ",
            "ne-time",
            "uthenticator",
        ),
        _is_recovery,
        r"(?i:recovery|backup|setup|2fa|totp|mfa|otp|one-time|authenticator)[ _-](?i:setup )?(?i:code|key|secret)s?",
        rf"{_WORD}{{0,4}}?(?:{_LINK}|[ \t]*[:=][ \t]*){_QUOTES}",
        rf"(?P<secret>[A-Za-z0-9]{{4,64}}(?:-[A-Za-z0-9]{{4,12}}){{0,7}}){_ENDS}",
    ),
    row(
        "password",
        ("(pw)", "(password)", "(Password)", "(pass)", "(passwort)", "(Passwort)"),
        is_told,
        rf"(?<!\S){_QUOTES}(?P<secret>{_VALUE}){_QUOTES}[ \t]+\((?:{_NOUNS})\)",
    ),
    row(
        "password",
        ("(pw", "(pass", "(pwd", "(Pass", "(PW"),
        is_told,
        rf"\((?:{_NOUNS}|PW|pw)(?:[ \t]*[:=][ \t]*|[ \t]+){_TAKEN}",
    ),
    row(
        "high-entropy-secret",
        (" key ", " token ", " secret "),
        is_dense,
        r"\b(?:leaked|old|stolen|exposed|hard-?coded|revoked|compromised|new|current|committed)[ \t]+(?:\w+[ \t]+)?",
        rf"(?:key|token|secret)[ \t]+{_LONG}",
    ),
    row(
        "pin",
        ("PIN ", "PIN:", "PIN="),
        is_given,
        rf"\bPIN(?:[ \t]code)?(?:{_WORD}{{0,3}}?{_LINK}|[ \t]?[:=][ \t]?|[ \t]+){_QUOTES}",
        r"(?P<secret>\d{4,8})(?!\w|[.-]\d)",
    ),
)
