"""The credentials that their surroundings give away: in URLs, headers, commands, SQL, calls and files of logins."""

import re
from collections.abc import Iterator

from whence.secrets import addresses, calls, codes, commands, devices, directives, spoken, told
from whence.secrets.phrases import is_unmistakable
from whence.secrets.randomness import is_placeholder
from whence.secrets.surroundings import (
    ARGUMENT,
    PRINTED,
    QUOTE,
    STRING,
    Rows,
    is_drawn,
    is_given,
    is_issued_key,
    is_likely,
    is_likely_or_coined,
    is_login,
    is_made_up,
    is_session,
    is_typed,
    row,
)
from whence.secrets.values import kinds

_CRYPTO = r"(?:Fernet|AES\.new|mac\.new|cookieParser|createHmac|SecretKeySpec|Encoder\.encode)\("
_SIGNING = (
    *("erializer(", "igner(", "ipher(", "Cipheriv(", "rypt(", "ookieStore(", "ookie_store(", "essionStore("),
    *("ookieSession(", "ookieJar(", "SRF(", "srf(", "omb::", "ncryptor(", "erifier("),
)
_CRYPTO_WORDS = ("Fernet(", "AES.new(", "mac.new(", "cookieParser(", "createHmac(", "SecretKeySpec(", "Encoder.encode(")
_LOGIN_WORDS = (
    "login(",
    "ogin = (",
    "ogin=(",
    "auth=(",
    "auth = (",
    "uth(",
    "ationToken(",
    "_auth ",
    "redential",
    "getConnection(",
    "WiFi.begin(",
    "uthProvider(",
    "uthenticator(",
    "serPassword(",
)

ROWS = (
    row(
        "url-password",
        ("://",),
        is_given,
        r"://[^\s:@/\"'<>?#]{0,128}(?:@[\w.-]{1,64})?:(?P<secret>[^\s/\"'<>`]{1,256})@(?=[\w\[$%{.-])",
    ),
    row(
        "url-password",
        ("redis", "amqp", "postgres", "mysql", "mongodb", "mssql", "sqlserver"),
        is_made_up,
        r"(?:rediss?|amqps?|postgres\w*|mysql\w*|mongodb|mssql|sqlserver)(?:\+\w+)?://[^\s:@/\"'<>]{0,64}:",
        r"(?P<secret>[^\s:@\"'<>`]{6,128})@(?=[\w\[])",
    ),
    row("oracle-password", ("jdbc:oracle",), is_given, r"jdbc:oracle:\w+:[\w$]+/(?P<secret>[^@\s\"']{3,64})@"),
    row("zapier-webhook", ("hooks.zapier.com",), is_given, r"/hooks/catch/(?P<secret>\d+/[a-z0-9]{6,}(?:/[a-z0-9]+)?)"),
    row("url-password", ("@tcp(", "@unix("), is_given, r"[\w.-]{1,64}:(?P<secret>[^\s:\"'`]{1,128})@(?:tcp|unix)\("),
    # Headers
    row("basic-auth", ("asic ",), is_login, r"(?i)\bbasic[ \t]+(?P<secret>[A-Za-z0-9+/]{6,512}={0,2})"),
    row("bearer-token", ("earer ",), is_drawn, r"(?i)\bbearer[ \t\"']{1,4}(?P<secret>[A-Za-z0-9._~+/=-]{16,4096})"),
    row(
        "authorization",
        ("uthorization",),
        is_likely,
        r"(?i)authorization\\?[\"']?\]?\s{0,4}[:=,]\s{0,4}[fbr]?\\?[\"']?[a-z][\w-]{1,20}[ \t]+",
        r"(?P<secret>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9._~+/=-]{20,4096})(?![\w=,])",
    ),
    row(
        "authorization",
        ("uthorization",),
        is_drawn,
        r"(?i)authorization\\?[\"']?\]?\s{0,4}[:=,]\s{0,4}[fbr]?\\?[\"']?(?:token|apikey|api-key|key|bearer)",
        r"[ =:\"']{1,3}(?P<secret>[A-Za-z0-9._~+/=-]{16,4096})",
    ),
    row(
        "cookie",
        ("ookie",),
        is_drawn,
        r"(?i)(?:[; \t\"']|:\s?)[\w.-]{0,40}(?:sess|sid|auth|token|jwt|login|csrf|xsrf)[\w.-]{0,20}=",
        r"(?P<secret>[A-Za-z0-9%._~+/-]{16,4096}={0,2})",
    ),
    # What keeps somebody logged in, wherever its name stands as in a cookie.
    row(
        "session",
        ("ession", "ESSID", "essid", "SESS"),
        is_session,
        r"(?:[_-]session|SESSION|(?i:session_?id|sessid))=(?P<secret>[A-Za-z0-9%._~+/-]{20,1024}+={0,2}+)(?![\w(])",
    ),
    row(
        "session",
        ("ession", "ESSID", "essid", "SESS"),
        is_session,
        r"(?:[_-]session|SESSION|(?i:session_?id|sessid))\\*\"[ \t]*,\s{0,40}\\*\"value\\*\"[ \t]*:[ \t]*\\*\"",
        r"(?P<secret>[A-Za-z0-9%._~+/-]{20,1024}={0,2})",
    ),
    # Command lines
    row(
        "password",
        ("curl", "wget", "xh ", "--cert"),
        is_likely,
        r"[ \t](?:-[a-zA-Z]{0,4}[uUEa]|--(?:proxy-)?user|--cert)[ \t=]{0,8}",
        rf"{QUOTE}[^\s:\"'$]{{1,64}}:{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("--user ", "--user="),
        is_made_up,
        rf"[ \t]--user[ =]{QUOTE}[a-zA-Z][\w.@-]{{0,63}}:{QUOTE}{ARGUMENT}",
    ),
    row("password", ("http ",), is_likely, rf"[ \t](?:-a|--auth)[ =]{QUOTE}[^\s:\"'$]{{1,64}}:{ARGUMENT}"),
    row(
        "password",
        ("mysql", "mariadb"),
        is_given,
        rf"(?:mysql|mariadb)\S{{0,20}}[ \t][^\n|]{{0,200}}?(?<=[ \t\"',])-p{QUOTE}{ARGUMENT}",
    ),
    row("password", (" -u ",), is_typed, rf" -u[ =]\S{{1,80}} [^\n|]{{0,120}}?-p[ =]?{QUOTE}{ARGUMENT}"),
    row("password", (" -u ",), is_typed, r"(?<!\S)-p[\"'](?P<secret>[^\s\"']{4,128})[\"'] -u[ =]"),
    row("password", (" login ",), is_likely, rf" login [^\n|]{{0,200}}?-p[ \t]+{QUOTE}{ARGUMENT}"),
    row("password", ("sshpass",), is_given, rf"sshpass[ \t]+-p[ \t]*{QUOTE}{ARGUMENT}"),
    row("password", ("redis-cli",), is_given, rf"redis-cli[ \t][^\n|]{{0,200}}?-a[ \t]+{QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("-stdin", "--with-token", "--stdin"),
        is_likely,
        rf"{PRINTED}[ \t]*\|",
        r"[^\n]{0,200}?--(?:[\w-]{0,40}-stdin|stdin|with-token)",
    ),
    row("password", ("pass:",), is_likely, r"\bpass:(?P<secret>[^\s\"'$]{4,128})"),
    row("password", ("openssl enc",), is_given, rf"openssl enc[^\n|]{{0,200}}?[ \t]-[kK][ \t]+{QUOTE}{ARGUMENT}"),
    row("password", ("/user:",), is_likely, rf"/user:\S{{1,80}}[ \t]+(?!/){ARGUMENT}"),
    row("password", ("smbclient",), is_given, rf"(?:-U|--user)[ =]?{QUOTE}[\w\\.-]{{1,64}}%{ARGUMENT}"),
    # A login that is about to be encoded: `btoa("ann:...")`.
    row(
        "password",
        ("toa(", "ncode(", "base64(", "asic "),
        is_typed,
        r"(?:btoa|b64encode|[eE]ncode(?:ToString)?|base64)\(b?\\*[\"'`][\w.@-]{1,64}:(?P<secret>[^\s\"'`]{4,128})\\*[\"'`]",
    ),
    row("password", ("SecureString",), is_given, r"SecureString[ \t]+(?:-String[ \t]+)?", STRING),
    row("password", ("SecureString",), is_given, rf"SecureString[ \t]+(?:-String[ \t]+)?{ARGUMENT}(?=[ \t]+-AsPlain)"),
    row("password", ("SecureString",), is_given, STRING, r"[ \t]*\|[ \t]*ConvertTo-SecureString"),
    # SQL and calls
    row(
        "password",
        ("IDENTIFIED", "identified"),
        is_made_up,
        r"(?i)identified\s+(?:with[ \t]+\S+[ \t]+)?by[ \t]+(?!password\b|values\b|random\b)",
        r"(?P<secret>[^\s\"'`;,\\]{6,128})",
    ),
    row(
        "password-hash",
        ('"md5', "SCRAM-SHA-"),
        is_given,
        r"(?P<secret>(?<=[\"'])md5[0-9a-f]{32}(?=\\*[\"'])|SCRAM-SHA-\d{1,3}\$\d{1,8}:[A-Za-z0-9+/=$:]{40,400})",
    ),
    row(
        "password-hash",
        ("IDENTIFIED", "identified", "ASSWORD", "assword"),
        is_given,
        r"[\"'](?P<secret>\*[0-9A-F]{40})[\"']",
    ),
    row(
        "password",
        ("IDENTIFIED", "identified"),
        is_given,
        r"(?i)identified[ \t]+(?:with[ \t]+\S+[ \t]+)?by[ \t]+(?:password[ \t]+)?",
        STRING,
    ),
    row(
        "password",
        _LOGIN_WORDS,
        is_typed,
        r"(?i)(?:login|auth(?:provider|enticator)?|authenticationtoken|credentials?(?:::new)?|getconnection|wifi\.begin|userpassword)",
        r"(?:[ \t]*=[ \t]*)?[( ]"
        r"(?:[^()\n\"']{0,60},[ \t]*|[\"'][^\"'\n]{0,120}[\"'],[ \t]*)?",
        r"[\"'][^\"'\n]{1,64}[\"'](?:\.\w{2,12}\(\))?[ \t]*,[ \t]*(?:Some\()?[\"']",
        r"(?P<secret>[^\s\"'{}]{6,128}|(?:[a-z]{4} ){3}[a-z]{4})[\"']",
    ),
    row(
        "password",
        ("mysqli", "PDO", "Sequelize("),
        is_given,
        r"(?:mysqli(?:_connect)?|PDO(?:->__construct)?|Sequelize)\(",
        r"(?:[^()\n\"']{0,40}[\"'][^\"'\n]{0,200}[\"'],[ \t]*){2}",
        STRING,
    ),
    row(
        "high-entropy-secret",
        ("jwt.",),
        is_made_up,
        r"(?i)\bjwts?\.(?:sign|encode|decode|verify)\([^,\n]{1,120},[ \t]*b?",
        STRING,
    ),
    row(
        "high-entropy-secret",
        _CRYPTO_WORDS,
        is_made_up,
        rf"{_CRYPTO}(?:[\"'][\w-]{{1,12}}[\"'],[ \t]*)?(?:b|new byte\[\])?[\"'](?P<secret>[^\s\"']{{8,512}})[\"']",
    ),
    # What signs or encrypts what is kept with others: the first string of the call, and drawn.
    row(
        "high-entropy-secret",
        _SIGNING,
        is_issued_key,
        r"\w*(?:erializer|igner|ipher|Cipheriv|rypt|ookie_?[sS]tore|essionStore|ookieSession|ookieJar|SRF|srf|ncryptor|erifier)\(",
        r"(?:\{[^{}\n]{0,120}?|[\w.&\[\]]{0,24}\(|b)?(?:\[\]byte\()?\\*[\"'](?:[\w-]{3,14}\\*[\"'],[ \t]*\\*[\"'])?",
        r"(?P<secret>[^\s\"'\\]{16,200})\\*[\"']",
    ),
    row(
        "password-hash",
        ("SHA}", "SHA256}", "SHA512}", "MD5}", "CRYPT}"),
        is_given,
        r"\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT|PBKDF2[\w-]*|ARGON2)\}(?P<secret>[A-Za-z0-9+/=$.]{16,200})",
    ),
    # Files of logins, keys in JSON, prose
    row(
        "password",
        (":5432:", ":*:"),
        is_likely,
        r"(?m)^[+\-# \t]{0,40}[\w.*-]+:(?:\d{2,5}|\*):[\w*-]+:[\w*-]+:(?P<secret>[^\s:]{4,128})$",
    ),
    row(
        "password",
        ("redentials:", "ogin:", "ogins:", "ser:", "ccount:", "sername:", "ogin=", "ser="),
        is_made_up,
        r"(?i)(?:credentials|logins?|user(?:name)?|account)[ \t]*[:=][ \t]*[\w.@-]{2,64}[ \t]*[/|:][ \t]*",
        r"(?P<secret>[^\s\"'/]{6,128})",
    ),
)

# Hashes of passwords, as crypt(3), htpasswd, bcrypt and argon2 write them: they can be guessed from.
_HASH = re.compile(
    r"\$(?:2[abxy]\$\d\d\$[./A-Za-z0-9]{53}|(?:1|apr1)\$[^\s$:\"']{1,8}\$[./A-Za-z0-9]{22}"
    r"|5\$[^\s:\"']{1,40}\$[./A-Za-z0-9]{43}|6\$[^\s:\"']{1,40}\$[./A-Za-z0-9]{86}|y\$[./A-Za-z0-9]+\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{40,50}"
    r"|(?:krb5(?:asrep|tgs|pa)|8|9|14|sm3|gy|7)\$[^\s\"']{20,4000}|(?:argon2(?:id|i|d)|scrypt|pbkdf2-sha\d+)\$[A-Za-z0-9./$=,+-]{30,200})"
)


# The private parts of a key in JSON, whose kind is told on a line of its own.
_JWK = re.compile(r"\"(?:d|k|p|q|dp|dq|qi)\\*\"\s{0,4}:\s{0,4}\\*\"(?P<secret>[A-Za-z0-9_-]{20,1024})\\*\"")
# The block of OpenVPN in which a user stands, and on the next line the password.
_BLOCK_OF_LOGIN = re.compile(
    r"<auth-user-pass>\s{1,8}[+\- ]?[ \t]*\S{1,128}\s{1,8}[+\- ]?[ \t]*(?P<secret>[^\s<]{4,128})\s{1,8}[+\- ]?</auth"
)
# The login of a machine in `.netrc`, where each word has a line of its own.
_NETRC = re.compile(r"login[ \t]+\S{1,128}[ \t]*\r?\n[+\- ]?[ \t]*password[ \t]+(?P<secret>\S{4,200})(?=\s|\Z)")
# A field of a form that is sent in parts.
_PART = re.compile(
    r"name=\\*\"[\w.\[\]-]{0,24}(?i:passw|pwd|secret|token)\w{0,16}\\*\"\r?\n(?:[^\s][^\n]{1,80}\n)?\r?\n(?P<secret>\S{4,200})"
)
# What a server of ASP.NET signs tokens with.
_JWT_KEY = re.compile(
    r"\"(?:Jwt|JWT)\w{0,16}\\*\"\s{0,4}:\s{0,4}\{[^{}]{0,300}?\\*\"(?:Key|Secret|SigningKey|key|secret)\\*\"\s{0,4}:"
    r"\s{0,4}\\*\"(?P<secret>[^\s\"\\]{8,512})\\*\""
)
# A key that OpenVPN shares among all, in hexadecimal digits.
_STATIC_KEY = re.compile(
    r"BEGIN OpenVPN Static key V1-----(?P<secret>(?:(?:\\+[nr]|[\s+>#*|\"',-])+[0-9a-f]{16,}){1,64})"
)
# What a tool announces, alone on a line below the announcement.
_BELOW = re.compile(
    r"[:?][ \t]*\n(?:[+\- ]?[ \t]*\n)?"
    r"[+\- ]?[ \t]{0,8}(?:@?[\w.-]{1,32}:[ \t]+)?"
    r"[\"'`*]{0,2}(?P<secret>[^\s\"'`<>{}()\[\]:=,*]{8,200})[\"'`*]{0,2}[ \t]*(?=\n|\Z)"
)
_ANNOUNCEMENT = re.compile(
    r"(?:assword|ASSWORD|assphrase|asswort|ASSWORT|oken|TOKEN|ecret|SECRET|api key|API key|Api key"
    r"|\bp(?:w|wd|ass)|\b[lL]ogin)\b[^\n:?]{0,80}\Z"
)


def _is_announced(value: str) -> bool:
    if is_placeholder(value):
        return False
    return is_issued_key(value) or is_unmistakable(value) or (kinds(value) > 2 and is_likely(value))


_ROWS = Rows(
    (*ROWS, *commands.ROWS, *devices.ROWS, *directives.ROWS, *addresses.ROWS, *calls.ROWS, *told.ROWS, *codes.ROWS)
)


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every credential that its surroundings give away."""
    yield from across(text)
    yield from in_lines(text)


def across(text: str) -> Iterator[tuple[int, int, str]]:
    """Those that may stand on another line than what gives them away, and hashes."""
    for match in _HASH.finditer(text):
        yield *match.span(), "password-hash"
    for match in _BLOCK_OF_LOGIN.finditer(text) if "<auth-user-pass>" in text else ():
        yield *match.span("secret"), "password"
    for word, pattern in (("machine", _NETRC), ('name="', _PART), ("Jwt", _JWT_KEY), ("JWT", _JWT_KEY)):
        for match in pattern.finditer(text) if word in text else ():
            if is_likely_or_coined(match["secret"]) and not is_placeholder(match["secret"]):
                yield *match.span("secret"), "password"
    for match in _STATIC_KEY.finditer(text) if "OpenVPN Static key" in text else ():
        yield *match.span("secret"), "private-key"
    for match in _BELOW.finditer(text):
        announced = _is_announced(match["secret"]) and _ANNOUNCEMENT.search(
            text, max(0, match.start() - 100), match.start()
        )
        if announced:
            yield *match.span("secret"), "password"
    for match in _JWK.finditer(text) if "kty" in text else ():
        yield *match.span("secret"), "private-key"


def in_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Those that stand in one line with what gives them away."""
    yield from spoken.find(text)
    yield from _ROWS.find(text)
