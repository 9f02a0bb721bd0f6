"""Passwords and keys that a sentence tells: `log in as ann / ...`, `the key, ..., was leaked`, in several languages."""

from whence.secrets.phrases import (
    ENDS,
    FOREIGN,
    KEYS,
    LINK,
    LOGINS,
    LONG,
    MARK,
    NOUNS,
    QUOTES,
    SEALING,
    STATES,
    TAKEN,
    USER,
    VALUE,
    WORD,
    WORDS,
    is_mingled,
    is_quoted,
    is_strong,
    is_told,
    is_unmistakable,
)
from whence.secrets.randomness import is_dense
from whence.secrets.surroundings import is_given, is_issued_key, row
from whence.secrets.values import is_passphrase, is_seed_phrase
from whence.secrets.wording import is_thought_up


def is_made(value: str) -> bool:
    """What is a password where a name, a version or a service stands as often."""
    return is_strong(value) or is_unmistakable(value) or is_dense(value, 12)


def is_made_or_thought_up(value: str) -> bool:
    """What a key was before it was changed: a password as often as what was drawn."""
    return is_made(value) or is_thought_up(value)


_EVERYBODY = (
    "admin",
    "Admin",
    "Administrator",
    "root",
    "demo",
    "guest",
    "sa",
    "app",
    "postgres",
    "minioadmin",
    "ubuntu",
)
# A pair announced as one: `ID/PW: ann/...`, `user & password (ann / ...)`.
_PAIR = (
    r"(?i:\b(?:id|user(?:name| ?name)?|login|account|benutzer|usuario)|계정|아이디|账号|ユーザー)[ ]?[/&,| ][ ]?"
    rf"(?:{NOUNS}|(?i:pwd?|pass))"
)

_LOGGING_IN = (
    r"(?i)(?:log|logged|login|sign|anmelden)(?:[ \t]?(?:in|on))?(?:(?:to)?[ \t]+[\w.-]{2,24})?[ \t]+"
    r"(?:with|as|using|mit|als|con|avec)[ \t]+"
)

ROWS = (
    row(
        "password",
        WORDS,
        is_told,
        rf"{_PAIR}[)]?(?:[ \t]+(?:for|are|is|of)\b)?(?:[ \t]+[\w.@-]{{1,40}})?[ \t]*(?:[:=(-]|->|=>)?[ \t]*",
        rf"(?:{USER}[ \t]*(?:/{{1,2}}|:|,|\(|[ \t])[ \t]*)?{TAKEN}",
    ),
    row(
        "password",
        (" / ",),
        is_strong,
        rf"(?:[(:]|\b(?i:account|user|login|credentials|als|as|with|mit|using|admin))[ \t]*{USER}[ \t]+/[ \t]+{TAKEN}",
    ),
    row(
        "password", ("u:", "u=", "user:", "ser="), is_told, rf"\bu(?:ser)?[:=][ \t]*{USER}[,;]?[ \t]+p[:=][ \t]*{TAKEN}"
    ),
    row(
        "password",
        (" / ",),
        is_told,
        r"(?<![\w/])(?i:admin|administrator|root|test|demo|guest|sa|postgres|[\w.+-]{2,40}@[\w.-]{3,60})",
        rf"[ \t]+/[ \t]+{TAKEN}",
    ),
    # A name of a directory, and the password with which one binds as it.
    row(
        "password",
        ("cn=", "CN=", "uid=", "dc="),
        is_mingled,
        rf"\b(?i:cn|uid)=[\w .-]{{1,64}}(?:,(?i:cn|ou|dc|o)=[\w .-]{{1,64}}){{1,8}}[ \t:/]+{TAKEN}",
    ),
    # A user whom everybody has, and the password behind: `admin/...`, `root:...`.
    row(
        "password",
        tuple(f"{user}{sign}" for user in _EVERYBODY for sign in (":", "/", " /")),
        is_mingled,
        rf"(?:(?<![\w./@-])|(?<=\n-))(?:{'|'.join(_EVERYBODY)})(?:[:/]|[ \t]+/[ \t]+)",
        rf"(?P<secret>[!-&(-.0-9;-~]{{7,64}}?)(?:@[\w.-]+)?{ENDS}",
    ),
    row(
        "password",
        (
            "gang",
            "root",
            "ccess",
            "ccès",
            "cceso",
            "ogin",
            "nmeldung",
            "ried ",
            "reds ",
            "reds:",
            "redentials",
            "ign in",
            "ogged in",
        ),
        is_mingled,
        r"(?<![\w:])(?<!\w-)(?i:zugang|root|access|accès|acceso|accesso|login|anmeldung|tried|creds"
        r"|credentials|logged in)(?![\w-])[^\n]{0,16}?[ \t:(]",
        rf"{USER}(?:[:/]|,[ \t]|[ \t]/{{1,2}}[ \t]){TAKEN}",
    ),
    row(
        "password",
        ("USERS", "users =", "accounts =", "ACCOUNTS", "LOGINS", "logins =", "CREDS", "creds ="),
        is_mingled,
        r"\([\"'][\w.@+-]{1,64}[\"'],[ \t]*[\"'](?P<secret>[^\s\"'\\]{6,64})[\"']\)",
    ),
    row(
        "password",
        tuple(f"{user}{sign}" for user in _EVERYBODY for sign in (",", " with ", " mit ", " and ")),
        is_made,
        rf"(?<![\w./@-])(?:{'|'.join(_EVERYBODY)})(?:,|[ \t]+(?:with|mit|and))[ \t]+{TAKEN}",
    ),
    # `it was ... (the root password)`
    row(
        "password",
        (*WORDS, "pw", "pass", "pwd", "psk", "enha", "lave"),
        is_made,
        rf"(?<!\S){TAKEN}{QUOTES},?[ \t]+\([^()\n]{{0,30}}?(?:{NOUNS})(?![^()\n]{{0,40}}[=:])",
    ),
    # Behind a host or an address, in brackets.
    row(
        "password",
        ("ssh ", "192.168.", "10.0.", "ftp ", "rdp ", "vnc ", "telnet "),
        is_told,
        r"(?:(?:\d{1,3}\.){3}\d{1,3}|@[\w-]+(?:\.[\w-]+)+)(?::\d{2,5})?[ \t]*",
        rf"\((?:pw[:= ]|{USER}[ \t]?[/:])[ \t]*{TAKEN}",
    ),
    row(
        "recovery-phrase",
        (" phrase", "_phrase", "-phrase", "nemonic", "seed words", "ecovery words"),
        is_seed_phrase,
        r"(?i:recovery|seed|secret|backup|wallet|mnemonic)[ _-]?(?i:phrase|words|mnemonic)?",
        r"[ \t]*(?:[:=]|is|was)?[ \t]*",
        rf"{QUOTES}(?P<secret>[a-z]{{3,8}}(?: [a-z]{{3,8}}){{11,23}})",
    ),
    row(
        "high-entropy-secret",
        (" key ", " token ", " secret ", " key: ", " token: "),
        is_dense,
        r"(?i:with|using|mit|use|used|via|by|avec|con)[ \t]+(?:(?:the|our|my|its|this)[ \t]+)?(?:\w+[ \t]+)?",
        rf"(?:key|token|secret)[ \t:]+{LONG}",
        long=True,
    ),
    row(
        "license-key",
        (
            "icen",
            "ICEN",
            "erial",
            "SERIAL",
            "ctivation",
            "roduct key",
            "roduct_key",
            "oductKey",
            "PRODUCT_KEY",
            "cd key",
        ),
        is_given,
        r"(?i)(?:licen[sc]e|activation|product|serial|registration|cd)[ _-]?(?:key|code|number|no\.?)?",
        r"(?:\\*[\"'])?[ \t]*(?:[:=]|is|was)?[ \t]*",
        rf"{QUOTES}(?P<secret>(?-i:[A-Z0-9]{{4,6}}(?:-[A-Z0-9]{{4,6}}){{3,7}}))(?![\w-])",
    ),
    row(
        "password",
        ("ass phrase", "ass-phrase", "assphrase"),
        is_passphrase,
        r"(?i:pass[ -]?phrase)[ \t]*(?:[:=]|is|was)[ \t]*\\*[\"'`]?",
        r"(?P<secret>[a-z]{3,10}(?:[ -][a-z]{3,10}){3,11})(?=[\"'`.,;\\]|$)",
    ),
    row(
        "password",
        (" with ", " mit ", " avec ", " con "),
        is_told,
        rf"[ \t](?:with|mit|avec|con)[ \t]+(?:(?:the|a|his|her|its|dem|le|la)[ \t]+)?(?:{NOUNS}):?[ \t]+{TAKEN}",
    ),
    row(
        "password",
        ("pp password", "pp-password"),
        is_given,
        r"(?i)app[ -]password[ \t:]+(?P<secret>[a-z0-9]{4}(?:-[a-z0-9]{4}){3})(?![\w-])",
    ),
    row("password", ("ot de passe",), is_told, rf"[Mm]ot de passe[ \t]*:[ \t]*{TAKEN}"),
    row(
        "password",
        FOREIGN,
        is_told,
        rf"(?:{'|'.join(FOREIGN)})(?:[ \t]+[^\W\d_A-Za-z]{{1,20}}){{0,3}}",
        rf"(?:[ \t]*[:：=—–]|は|是|为|為|는|은|이|가|설정은|\(|[ \t]|(?=[!-~]))[ \t]*{TAKEN}",
    ),
    row(
        "password",
        (" as ", " als ", " como ", " comme ", " come "),
        is_told,
        rf"(?i)(?<!\S){QUOTES}(?P<secret>{VALUE}){QUOTES}[ \t]+(?:as|als|como|comme|come)[ \t]+",
        rf"(?:[^\W\d_]{{1,12}}[ \t]+){{0,3}}(?:{NOUNS})",
    ),
    row(
        "high-entropy-secret",
        (" as ", " als "),
        is_dense,
        rf"(?<!\S){LONG}{QUOTES}[ \t]+(?:as|als)[ \t]+(?:[^\W\d_]{{1,12}}[ \t]+){{0,3}}(?:{KEYS})\b",
        long=True,
    ),
    row(
        "password",
        ("redentials", "login", "Login", "logins"),
        is_told,
        rf"(?<!\S){USER}[ \t]*[/:][ \t]*{TAKEN}[ \t]+(?:is|are|was|were)[ \t]+(?:the|our|my|its)[ \t]+",
        rf"(?:[^\W\d_]{{1,12}}[ \t]+){{0,2}}(?:{LOGINS})",
    ),
    row(
        "password",
        ("user ", "User ", "ser=", "account ", "enutzer "),
        is_told,
        rf"(?i:user|account|benutzer)[ \t=]+{USER},?[ \t]+(?:{NOUNS})[ \t]+{TAKEN}",
    ),
    # `log in with ann@... and ...`: a word with a number is a service as often, so the user must be an address.
    row(
        "password",
        ("og in ", "og into ", "og on ", "ogin ", "ign in ", "ign into ", "ign on ", "nmelden ", "ogged in "),
        is_made,
        _LOGGING_IN,
        rf"{USER}[ \t]*\b(?:and|und|et|y)\b[ \t]*{TAKEN}",
    ),
    row(
        "password",
        ("og in ", "og into ", "og on ", "ogin ", "ign in ", "ign into ", "ign on ", "nmelden ", "ogged in "),
        is_told,
        _LOGGING_IN,
        rf"{USER}[ \t]*(?:[/:]|(?<=@)[\w.-]{{1,60}}[ \t]+(?:and|und|et|y)\b)[ \t]*{TAKEN}",
    ),
    row(
        "password",
        (" to log in", " to sign in", " to connect", " for login", " to access", " to authenticate"),
        is_told,
        rf"(?<!\S){USER}(?:[ \t]?/[ \t]?|:){TAKEN}{QUOTES}[ \t]+(?:to|for)[ \t]+(?:log|sign|connect|access|auth)",
    ),
    row(
        "password",
        ("redentials", "ogin", "gangsdaten", "nmeldedaten", "dentifiants", "redenciales"),
        is_told,
        rf"(?:{LOGINS}){WORD}{{0,4}}?(?:{LINK}|[ \t]*:[ \t]*|[ \t]+(?=\S+[ \t]*/[ \t]*\S))",
        rf"{USER}[ \t]*(?:/|,|:(?!//)|\b(?:and|und|et|y|with|mit|avec|con)\b)[ \t]*",
        TAKEN,
    ),
    row(
        "high-entropy-secret",
        ("oken", "ecret", "ey "),
        is_dense,
        rf"\b(?:{KEYS}){WORD}{{0,6}}?(?:[ \t]+\([^()\n]{{1,30}}\))?(?:{LINK}|,[ \t]+|[ \t]+\([ \t]*){LONG}",
        long=True,
    ),
    row(
        "high-entropy-secret",
        ("oken ", "ecret ", "ey "),
        is_dense,
        rf"\b(?:{KEYS}){WORD}{{1,6}}?:[ \t]+{LONG}",
        long=True,
    ),
    row(
        "high-entropy-secret",
        ("ey ", "ey:", "ecret ", "ecret:", "oken ", "oken:", ".key", "_key"),
        is_issued_key,
        rf"\b(?:{SEALING}){WORD}{{0,6}}?\)?(?:{LINK}|,[ \t]+|:?[ \t]+\([ \t]*){LONG}",
        long=True,
    ),
    row(
        "high-entropy-secret",
        ("ey ", "ey_base ", "ey base "),
        is_issued_key,
        rf"\b(?:{SEALING})(?:[ _]base)?[ \t]+{QUOTES}(?P<secret>[0-9a-f]{{64,128}})(?![\w-])",
        long=True,
    ),
    row(
        "high-entropy-secret",
        (" one was ", " one is ", " value was ", " value is ", " key was "),
        is_issued_key,
        r"(?i:key|token|secret|credential)[^\n]{0,80}?\b(?i:old|new|previous|current|leaked|first|its)[ \t]+",
        rf"(?:one|value|key)[ \t]+(?:is|was)[ \t:]+{LONG}",
        long=True,
    ),
    row(
        "password",
        ("ogin", "redentials", "gangsdaten", "dentifiants", "ccount", "ccess"),
        is_quoted,
        r"(?i:logins?|credentials|zugangsdaten|identifiants|account|access)(?:\*\*)?[ \t]*:(?:\*\*)?[ \t]*",
        rf"\\*[\"'`][\w.@+-]{{2,64}}\\*[\"'`][ \t]*(?:/|,|:|and|und|et|y)[ \t]*{MARK}(?P<secret>{VALUE}){MARK}",
    ),
    row(
        "password",
        ("assword ", "asswd ", "assphrase ", "asscode ", "asswort ", " pass ", " pw ", " pwd "),
        is_told,
        rf"(?i:{STATES})[ \t]+(?:\w+[ \t]+){{0,2}}?(?:{NOUNS})[ \t]+{TAKEN}",
    ),
    row(
        "password",
        ("/pass", "/Pass", "/pw", "/passwort"),
        is_told,
        rf"(?i:user|username|login|benutzer)[ ]?/[ ]?(?i:{NOUNS})(?:{LINK}|[ \t]*[:=(][ \t]*)",
        rf"{USER}[ \t]*[/:][ \t]*{TAKEN}",
    ),
    row(
        "password",
        ("(pw)", "(password)", "(Password)", "(pass)", "(passwort)", "(Passwort)"),
        is_told,
        rf"(?<!\S){QUOTES}(?P<secret>{VALUE}){QUOTES}[ \t]+\((?:{NOUNS})\)",
    ),
    row(
        "password",
        ("(pw", "(pass", "(pwd", "(Pass", "(PW"),
        is_told,
        rf"\((?:{NOUNS}|PW|pw)(?:[ \t]*[:=][ \t]*|[ \t]+){TAKEN}",
    ),
    row(
        "high-entropy-secret",
        (" key ", " token ", " secret "),
        is_dense,
        r"\b(?:leaked|old|stolen|exposed|hard-?coded|revoked|compromised|new|current|committed)[ \t]+(?:\w+[ \t]+)?",
        rf"(?:key|token|secret)[ \t]+{LONG}",
    ),
    row(
        "high-entropy-secret",
        ("ey (", "oken (", "ecret ("),
        is_made_or_thought_up,
        r"(?i:key|token|secret)[ \t]+\((?:was|is|formerly|previously|old|now|default)[ \t:]+",
        rf"{QUOTES}(?P<secret>{VALUE}){QUOTES}\)",
    ),
    # `I changed it to ..., that's the root password now`
    row(
        "password",
        ("that's the", "that is the", "thats the", "which is the", "is the ", "das ist das", "c'est le", "es la "),
        is_made,
        rf"(?<!\S){TAKEN}{QUOTES}(?:,|\.|[ \t]-|[ \t][–—]|[ \t](?=is\b))?[^\n.,;:]{{0,24}}[,.]?[ \t]*"
        r"(?i:that['’]?s|that is|it['’]s|which is|is|das ist|c['’]est|es)[ \t]+(?i:the|our|my|das|le|la)[ \t]+",
        rf"(?:[^\W\d_]{{1,16}}[ \t]+){{0,3}}(?:{NOUNS})",
    ),
    # `..., 7hX... is the pw`: directly, so that a word will do that is drawn of letters.
    row(
        "password",
        ("is the ", "was the ", "is our ", "is my "),
        is_told,
        rf"(?<!\S){TAKEN}[ \t]+(?:is|was)[ \t]+(?:the|our|my)[ \t]+",
        rf"(?:[^\W\d_]{{1,16}}[ \t]+){{0,2}}?(?:{NOUNS})(?![ \t_-](?!for|of|to|on|at|in)[a-z])",
    ),
    row(
        "password",
        ("nlock", "ecrypt", "pen it with", "ount it with"),
        is_told,
        rf"(?i:\bunlock|\bdecrypt|\bopen|\bmount)(?:[ \t]+(?:it|them|this))?[ \t]+with[ \t]+{TAKEN}",
        rf"(?=[^\n]{{1,60}}?(?:{NOUNS}))",
    ),
)
