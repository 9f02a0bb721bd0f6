"""Reads a name for what it promises of the value beside it.

`DB_PASSWORD`, `dbPassword` and `db-password` are read alike, word by word; the last word says what a thing is, so
`token_url` and `cacheKey` promise nothing.
"""

import re
from enum import IntEnum
from functools import lru_cache

from whence.secrets.services import ORDINARY, SERVICES
from whence.secrets.vocabulary import word_set
from whence.secrets.wording import is_known


class Strength(IntEnum):
    """How much a name gives away about its value."""

    NONE = 0
    WEAK = 1
    LIKELY = 2
    """A key of something that code has no word for: of a service, more often than not."""
    SECRET = 3
    PASSWORD = 4


# Where a telling word may stand, to be looked at closely; they are sought in the lower-cased text.
KEYWORDS = word_set(
    "pass pwd pswd psk kennwort secret token credential creds key auth bearer mnemonic hmac jwt appid cookie "
    "session pepper salt contrase seed senha wachtwoord parola haslo heslo salasana losenord adgangskode sifre "
    "geheimnis pasw psw pssw jelszo lozinka geslo parool sandi totp"
)
FOREIGN_KEYWORDS = word_set(
    "mot_de_ hasło lösenord şifre пароль 密码 密碼 口令 "
    "パスワード 暗証番号 비밀번호 비번 암호 패스워드 jelszó slaptažodis"
)
SHORT_KEYWORDS = re.compile(r"p(?:at|w)(?![a-z])")

_PASSWORDS = word_set(
    "password passwords passwd passphrases passwort pwd pswd passphrase passcode pass psk pw requirepass storepass "
    "keypass contrasena senha motdepasse kennwort wachtwoord parola haslo heslo salasana losenord adgangskode "
    "passord sifre şifre jelszo jelszó lozinka geslo parool slaptažodis slaptazodis "
    "пароль 密码 密碼 口令 パスワード 暗証番号 비밀번호 비번 암호 패스워드 "
    "pasword paswd paswrd psswd psswrd pswrd psword psw passwrd passowrd passwod"
)
_SECRETS = word_set(
    "secret secrets token tokens credential credentials creds apikey authtoken accesskey secretkey privatekey "
    "authkey pat hmac pepper mnemonic sas jwt bearer appid geheimnis sharedsecret clientsecret accesstoken "
    "refreshtoken sessiontoken apitoken apisecret encryptionkey authorization totp"
)
_PASSWORD_ENDS = (
    "motdepasse",
    "palavrapasse",
    "katasandi",
    "passwd",
    "password",
    "passphrase",
    "storepass",
    "keypass",
    "pwd",
)
# What stands before `pass` or `pw` in one word: `dbpass`, `rootpw`.
_OWNERS = word_set(
    "pg db my user root admin smtp ftp sftp mail imap ssh ldap redis sudo wifi sql mysql http svc app login auth "
    "key store bind vpn remote local host server email pop proxy cert pfx trust keystore repo git svn web api vnc rdp "
    "wlan console oracle mongo rabbit mq kafka elastic jenkins nexus sonar tomcat wp bot sasl account guest master"
)
_OWNED = frozenset(owner + word for owner in _OWNERS for word in ("pass", "pw"))
_SECRET_ENDS = ("apikey", "token", "secret", "secretkey", "accesskey", "privatekey", "seedphrase", "recoveryphrase")
_PLURALS = ("keys", "tokens", "secrets", "passwords", "phrases", "creds", "credentials")
_WEAK = word_set("key keys auth session sessionid sid seed otp cookie webhook")
# What a name may end in without changing what its value is.
_TRANSPARENT = word_set(
    "value val string str text plain plaintext raw base b 64 hex encoded data content prod production dev staging "
    "stage default old new current previous primary secondary backup live test sandbox main local enc eu us 1 2 3 4 "
    "5"
)
# What a key is for when it is no secret, and when it is one.
_OPEN_KEYS = word_set(
    "recv receive gpg pgp apt keyserver import export lock lockfile dedupe dedup blob entity doc document digest "
    "fingerprint bucket thumb avatar upload attachment media shard s3 perm permission locale tenant region zone "
    "slug alias kv lru ttl memcache redis cdn artifact snapshot manifest chunk page pagination anchor sprite "
    "texture shader material mesh anim keyframe glyph palette swatch variant breakpoint theme publishable cache "
    "sort foreign partition row object map dict group lookup hash unique index idempotency translation message msg "
    "event routing query registry site measurement config feature flag tracking project cursor file path hot arrow "
    "short ssh host socket order item cell column tab next prev last first any each by on trap up down press "
    "sitemap answer dictionary localization resource metric meta state store param label header field option "
    "setting settings node tree list json yaml xml memo natural surrogate composite candidate filter context reg "
    "hkey widget component react track series job task integrity checksum etag version commit revision build image "
    "layer asset"
)
_SECRET_KEYS = word_set(
    "api access secret private auth encryption encrypt signing sign master account shared app application client "
    "service admin root deploy server rest cookie hmac aes jwt webhook consumer subscription license licence fernet "
    "crypto signature validation decryption session token ingest write read sdk integration personal user rpc "
    "merchant search pre preshared"
)
# What a pass is when it is a turn, a way or a ticket; anybody else's is a password.
_OPEN_PASSES = word_set(
    "first second third fourth final last next previous prev single double multi two one each every per full "
    "partial render rendering shadow light lighting depth geometry post pre blur bloom color main forward backward "
    "optimization optimizer opt compiler compile lowering lower low high band all by boarding season day hall bus "
    "press under over sub analysis analyze transform transformation check checks test tests did does can will must "
    "should to or and no not of the a num number count total n i is are shader deferred gbuffer ssao fxaa taa mip "
    "msaa loop inner outer llvm ir mir hir ast assertion codegen rewrite cleanup verify verifier scan parse parser "
    "sort merge emit link layout paint draw copy"
)
# What a token is when it gives no access.
_OPEN_TOKENS = word_set(
    "page next continuation sync design color css cancel cancellation pagination scroll resume prev mask pad eos "
    "bos unk cls sep special stop added start end"
)
# What a directory calls the password with which one binds to it, and salts that sign.
_BINDING = {
    ("security", "credentials"),
    ("bind", "credential"),
    ("bind", "credentials"),
    ("bind", "pw"),
    ("root", "pw"),
    ("redis", "auth"),
}
_SALTS = {("nonce", "salt"), ("signing", "salt"), ("auth", "salt"), ("in", "salt"), ("cookie", "salt")}
# What a call does that is given something else than the secret it is named after.
_VERBS = word_set(
    "get fetch load find read reset check verify forgot forget is has validate valid show hide toggle require ask "
    "prompt input request enter generate make create build random delete remove parse test assert expect need "
    "decode decrypt refresh revoke issue print log on handle render match compare count"
)
_NAMED_BEHIND = frozenset({"token", "secret", "apikey", "password"})
_PLAIN = str.maketrans("ñöłşóžéêèç", "nolsozeeec")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


@lru_cache(maxsize=4096)
def strength(name: str) -> Strength:
    """What the name promises."""
    words = [word.lower() for word in _WORD.findall(name.translate(_PLAIN))]
    while len(words) > 1 and words[-1] in _TRANSPARENT:
        words.pop()
    if not words or "public" in words or "pub" in words:
        return Strength.NONE
    last, before, joined = words[-1], words[-2] if len(words) > 1 else "", "".join(words)
    if last == "pass":
        return _of_pass(name, before)
    if last in _PASSWORDS | _OWNED | {"authtok"} or joined.endswith(_PASSWORD_ENDS) or (before, last) in _BINDING:
        return Strength.PASSWORD
    salted = last == "salt" or "passwordsalt" in joined
    if salted or (before, last) in {("secret", "id"), ("access", "id"), *_SALTS}:
        return Strength.SECRET
    if last in ("key", "keys"):
        return Strength.SECRET if "encryption" in words else _of_key(before, name)
    return _of_token(last, before, joined, name)


def _of_token(last: str, before: str, joined: str, name: str) -> Strength:
    """What a name promises that ends neither in a password nor in a key."""
    if last in ("token", "tokens") and before in _OPEN_TOKENS:
        return Strength.NONE
    if last in _SECRETS or (joined.endswith(_SECRET_ENDS) and not joined.endswith("jsonwebtoken")):
        return Strength.SECRET
    if last == "api":
        return Strength.LIKELY if before else Strength.NONE
    # `PYPI_TOKEN_ACME`: whose it is may stand behind.
    if before in _NAMED_BEHIND and len(last) > 2 and name.isupper() and not is_known(last):
        return Strength.LIKELY
    return Strength.WEAK if last in _WEAK else Strength.NONE


@lru_cache(maxsize=4096)
def is_service(name: str) -> bool:
    """Whether the name is that of a service and of nothing else: `adafruit_io` is, `square` is not."""
    words = [word.lower() for word in _WORD.findall(name)]
    while len(words) > 1 and words[-1] in _TRANSPARENT | {"io", "ai", "com", "app", "test"}:
        words.pop()
    return bool(words) and (words[-1] in SERVICES - ORDINARY or "".join(words) in SERVICES - ORDINARY)


def holds_several(name: str) -> bool:
    """Whether the name is a plural, of a group of secrets: `api_keys` is, `api_key` is not."""
    return name.rstrip("_-.0123456789").lower().endswith(_PLURALS)


def _of_pass(name: str, owner: str) -> Strength:
    """What `pass` promises: somebody's is a password, and so is one alone; any other may be a turn."""
    if owner:
        return Strength.SECRET if owner in _OPEN_PASSES else Strength.PASSWORD
    return Strength.PASSWORD if name.lower().strip("-$._") == "pass" else Strength.NONE


def _of_key(purpose: str, name: str) -> Strength:
    """What a key promises, by what it is for; a service's is secret, and so is what the environment calls a key."""
    if purpose in _OPEN_KEYS:
        return Strength.NONE
    if purpose in _SECRET_KEYS or purpose in SERVICES or (purpose and name.isupper() and "_" in name):
        return Strength.SECRET
    return Strength.LIKELY if len(purpose) > 3 and not is_known(purpose) else Strength.WEAK


def takes_secret(name: str) -> bool:
    """Whether a call of that name is given its secret: `setPassword("...")` is, `get_password("...")` is not."""
    words = _WORD.findall(name.rpartition(".")[2])
    return not words or words[0].lower() not in _VERBS
