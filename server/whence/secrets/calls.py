"""The keys and passwords that calls are given in code: of ciphers and signatures, storages, directories, servers."""

from whence.secrets.randomness import is_dense, is_mixed, wordiness
from whence.secrets.surroundings import is_issued_key, is_likely, is_likely_or_coined, is_made_up, is_typed, row
from whence.secrets.values import kinds


def is_mixed_and_typed(value: str) -> bool:
    """What a connection is opened with: the name of a database is a word, and has no number."""
    return is_mixed(value) and is_typed(value)


def is_issued_salt(value: str) -> bool:
    """What WordPress signs with: signs of all kinds, spaces among them; a sentence asks for one."""
    return kinds(value) > 2 and wordiness(value) < 0.35


_OTHERS = r"(?:[^()\n\"']{0,60}\\*[\"'][^\"'\n]{0,120}\\*[\"'],[ \t]*)"
"""An argument that is a string, and what stands before it."""
_LAST = r"[^()\n\"']{0,40}\\*[\"'](?P<secret>[^\s\"'{}\\]{6,200})\\*[\"']"

# What a login or a connection was tried with, told as the values alone: the last string, or the last but one.
_TUPLE = r"[(\[](?:[^()\[\]\n\"']{0,20}\\*[\"'][^\"'\n]{0,120}\\*[\"'],[ \t]*){1,4}(?:\d{1,5},[ \t]*)?"

ROWS = (
    row(
        "password",
        ("og in", "ogin", "uthent", "onnect", "onnection(", "reds", "redential", "ign in", "ogged in"),
        is_made_up,
        r"(?<![A-Za-z])(?i:log(?:ged|ging)?[ _-]?in|login|authenticat|connect"
        r"|creds|credential|sign in)[^\n()\[\]]{0,60}?[ =:(]*",
        rf"{_TUPLE}\\*[\"'](?P<secret>[^\s\"'{{}}\\,]{{6,128}})\\*[\"'](?=[ \t]*[,)\]])",
    ),
    # A user and a password are set; a text is made a secret.
    row(
        "password",
        ("pw_set(", "password(", "Password("),
        is_typed,
        rf"(?:pw_set|[pP]assword){_TUPLE}\\*[\"'](?P<secret>[^\s\"'\\,]{{6,128}})\\*[\"']",
    ),
    row(
        "high-entropy-secret",
        ("lainText(", "Secret("),
        is_issued_key,
        r"(?:[pP]lainText|[sS]ecret)\(\\*[\"'](?P<secret>[^\s\"'\\]{12,400})\\*[\"']",
    ),
    row(
        "password",
        ("FTP(", "TELNET("),
        is_typed,
        rf"(?:FTP|TELNET)(?:_TLS)?{_TUPLE}\\*[\"'](?P<secret>[^\s\"'\\,]{{6,128}})\\*[\"']",
    ),
    row(
        "password",
        ("connect(", "Connect(", "connection(", "Connection(", "Open(", "pen_session("),
        is_mixed_and_typed,
        rf"(?:[cC]onnect(?:ion)?|Open|open_session){_TUPLE}\\*[\"'](?P<secret>[^\s\"'\\,]{{6,128}})\\*[\"']",
    ),
    row(
        "high-entropy-secret",
        ("_KEY'", '_KEY"', "_SALT'", '_SALT"'),
        is_issued_salt,
        r"(?:AUTH|LOGGED_IN|NONCE|SECURE_AUTH|CACHE_KEY|WP_CACHE)_(?:KEY|SALT)\\*[\"'],[ \t]*\\*(?P<q>[\"'])",
        r"(?P<secret>[^\n\"']{16,160}?)\\*(?P=q)",
    ),
    # What opens a storage: the last of the strings that a client is made of.
    row(
        "storage-key",
        ("Minio(", "tatic(", "redentials(", "taticV", "redential(", "lient::new("),
        is_dense,
        rf"(?:Minio|Static\w{{0,20}}|Credentials?|Client::new)\({_OTHERS}{{1,3}}",
        r"[^()\n\"']{0,40}\\*[\"'](?P<secret>[\w+/=.-]{30,200})\\*[\"']",
    ),
    # What a client of a service is made with, or is set up with: its only string.
    row(
        "high-entropy-secret",
        ("lient(", "lientV2(", "Api(", "API(", "SDK(", ".init(", ".initialize(", ".configure(", "Analytics("),
        is_dense,
        r"(?:[cC]lient(?:V\d)?|Api|API|SDK|\.init|\.initialize|\.configure|Analytics)\([ \t]*",
        r"\\*[\"'](?P<secret>[\w-]{24,200})\\*[\"'][ \t]*[,)]",
    ),
    row(
        "password",
        ("toCharArray",),
        is_typed,
        r"\\*\"(?P<secret>[^\s\"\\]{6,128})\\*\"\.toCharArray\(",
    ),
    row("high-entropy-secret", ("input_value=",), is_dense, r"input_value='(?P<secret>[\w+/.=-]{20,512})'"),
    row(
        "high-entropy-secret",
        ("crypt",),
        is_issued_key,
        r"crypt\\*[\"'][^\n]{1,24}key\\*[\"'][ \t]*=>[ \t]*\\*[\"'](?P<secret>[\w+/=]{32,80})",
    ),
    row(
        "high-entropy-secret",
        ("HMAC", "hmac", "Hmac", "SecurityKey(", "eyFor(", "igningKey(", "ecretKey(", "ncryptor(", "GetBytes("),
        is_issued_key,
        r"(?:(?:HMAC\w{0,12}|[hH]mac\w{0,12})(?:(?:\.|::)[nN]ew\w{0,16})?|\w{0,20}SecurityKey|\w{0,20}KeyFor"
        r"|\w{0,20}(?:Signing|Secret)Key|\w{0,20}ncryptor)\(",
        r"(?:\\*[\"']?[\w.-]{1,24}\\*[\"']?,[ \t]*)?(?:[\w.:]{1,40}\(){0,3}(?:\[\]byte\()?b?",
        r"\\*[\"'](?P<secret>[^\s\"'\\]{16,200})\\*[\"']",
    ),
    row(
        "password",
        ("crypt(", "CRYPT(", "addlogin", "_password '"),
        is_made_up,
        r"(?i)(?:pgp_sym_(?:en|de)crypt|aes_(?:en|de)crypt|\bencrypt|\bdecrypt)\([^,\n]{1,120},[ \t]*\\*[\"']",
        r"(?P<secret>[^\s\"'\\]{6,128})\\*[\"']",
    ),
    row(
        "password",
        ("sp_addlogin", "sp_password"),
        is_likely,
        r"sp_(?:addlogin|password)[ \t]+(?:N?'[^'\n]{0,64}',[ \t]*){1,2}N?'(?P<secret>[^\s']{4,128})'",
    ),
    row(
        "password",
        ("redentials(", "DirectoryEntry(", "redential("),
        is_made_up,
        rf"(?:Credentials?|DirectoryEntry)\({_OTHERS}{{2,3}}{_LAST}",
    ),
    row(
        "password",
        ("create_user(", "create_superuser(", "createUser("),
        is_made_up,
        rf"(?:create_(?:super)?user|createUser)\({_OTHERS}{{1,2}}{_LAST}",
    ),
    # What a test of a page types into its field.
    row(
        "password",
        (".fill(", ".type(", "send_keys(", "sendKeys(", "setValue(", "typeText(", "ill in ", "nter "),
        is_typed,
        r"(?i:passw|pwd|passcode|passphrase|\bpw\b)[^\n]{0,60}?(?:\.(?:fill|type|send_keys|sendKeys|setValue|typeText)\("
        r"|[\"'][ \t]*,[ \t]*|[\"'][ \t]+with[ \t]+)\\*[\"'](?P<secret>[^\s\"'\\]{6,128})\\*[\"']",
    ),
    # A directory's name, and the password with which one binds as it.
    row(
        "password",
        ("cn=", "CN=", "uid=", "UID=", "dc=", "DC="),
        is_likely_or_coined,
        r"\w\([^()\n]{0,80}?[\"'](?i:cn|uid|ou|dc)=[^\"'\n]{1,160}\\*[\"'],[ \t]*[bfru]?",
        r"\\*[\"'](?P<secret>[^\s\"'{}\\]{4,128})\\*[\"']",
    ),
    row(
        "password",
        ("bind(", "Bind(", "bind_s(", "ldap"),
        is_likely_or_coined,
        r"(?:(?:ldap_bind|simple_bind(?:_s)?)\([^()\n\"']{0,60}|[bB]ind\((?=[\"'][^\"'\n]{0,60}[\\@=])"
        r"|ldap\w{0,12}\.(?:auth|bind)[( ])[\"'][^\"'\n]{1,160}\\*[\"'],[ \t]*[bfru]?",
        r"\\*[\"'](?P<secret>[^\s\"'{}\\]{6,128})\\*[\"'][ \t]*(?:[,)]|$)",
    ),
    row(
        "password",
        ("ldap_bind(",),
        is_likely_or_coined,
        r"ldap_bind\([^()\n\"']{1,80},[ \t]*\\*[\"'](?P<secret>[^\s\"'{}\\]{4,128})\\*[\"'][ \t]*\)",
    ),
    # What a field with a telling name is filled with.
    row(
        "password",
        ("cpy(", "cpy_s(", "printf(", "cat("),
        is_likely,
        r"\w*(?:cpy|cpy_s|s?n?printf|cat)\([^()\n\"']{0,60}?(?i:passw|pwd|psk|secret|token|api_?key)\w{0,24}",
        r"(?:,[ \t]*(?:sizeof[^\n\"',]{0,60}|\d{1,6}|\w{1,40}))?,[ \t]*L?\"",
        r"(?:%s\",[ \t]*L?\")?(?P<secret>(?:[^\s\"%]|%(?![-\d.]{0,4}[sdxXufcp])){6,128})\"",
    ),
    # What signs for an account of a chain.
    row(
        "private-key",
        ("Wallet(", "privateKeyToAccount(", "from_key(", "fromPrivateKey("),
        is_issued_key,
        r"(?:Wallet|privateKeyToAccount|from_key|fromPrivateKey)\(\\*[\"'](?:0x)?(?P<secret>[0-9a-fA-F]{64})\\*[\"']",
    ),
)
