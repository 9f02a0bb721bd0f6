"""Reads a name for what it promises: `DB_PASSWORD`, `dbPassword` and `db-password` promise a password.

A name is read word by word, and sorts into three strengths. Beside a password anything but a word or an expression
counts as secret; beside a token or a key the value must look random; beside a weak name (`key`, `auth`) it must be
random and dense. `token_url` and `cacheKey` promise nothing: the last word says what a thing is.
"""

import re
from enum import IntEnum
from functools import lru_cache


class Strength(IntEnum):
    """How much a name gives away about its value."""

    NONE = 0
    WEAK = 1
    SECRET = 2
    PASSWORD = 3


_PASSWORD_WORDS = set(
    "password passwd passwort pwd pswd passphrase passcode pass psk pw requirepass storepass keypass contrasena contraseña"
    " senha motdepasse kennwort wachtwoord parola haslo hasło heslo salasana losenord lösenord adgangskode passord sifre şifre"
    " пароль 密码 密碼 口令 パスワード 비밀번호".split()
)
_SECRET_WORDS = set(
    "secret secrets token tokens credential credentials creds apikey authtoken accesskey secretkey privatekey authkey"
    " pat hmac pepper mnemonic sas jwt bearer appid geheimnis jeton token1 sharedsecret clientsecret accesstoken"
    " refreshtoken sessiontoken apitoken apisecret encryptionkey signingkey authorization".split()
)
_WEAK_WORDS = set("key keys auth session sessionid sid salt seed otp signature sig cookie webhook license licence".split())
# What a name may end in without changing what its value is.
_TRANSPARENT = set(
    "value val string str text plain plaintext raw base64 b64 hex encoded data content prod production dev staging stage"
    " default old new current previous primary secondary backup live test sandbox main env local 1 2 3 4 5 digest hash"
    " encrypted stdin2 enc var eu us".split()
) - {"digest", "hash", "var", "env"}
# What a key is for when it is no secret.
_OPEN_KEYS = set(
    "public pub publishable cache sort primary foreign partition row object s3 map dict group lookup hash unique index"
    " idempotency translation i18n l10n message msg event routing query registry site measurement config feature flag"
    " tracking project dedup shard cursor file path hot arrow short ssh host storage_object order item cell column tab"
    " next prev last first any each by on trap up down press sitemap answer dictionary localization resource metric meta"
    " state store data param label header field option setting settings node tree list json yaml xml redis memo"
    " natural surrogate composite candidate search filter context reg hkey widget component react track series job task"
    " integrity checksum content etag version commit revision build image layer blob chunk asset".split()
)
_SECRET_KEYS = set(
    "api access secret private auth encryption encrypt signing sign master account shared app application client service"
    " admin root deploy server rest cookie hmac aes jwt webhook consumer subscription license licence fernet crypto"
    " encryptor signature session appkey token ingest write read license sdk integration personal user rpc merchant".split()
)

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


@lru_cache(maxsize=4096)
def strength(name: str) -> Strength:
    """What the name promises, by its last words.

    >>> strength("DB_PASSWORD"), strength("stripeApiKey"), strength("token_url"), strength("cacheKey")
    """
    words = [word.lower() for word in _WORD.findall(name.replace("ñ", "n").replace("ö", "o").replace("ł", "l"))]
    while len(words) > 1 and words[-1] in _TRANSPARENT:
        words.pop()
    if not words:
        return Strength.NONE
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    joined = "".join(words)
    if last in _PASSWORD_WORDS or joined.endswith(("motdepasse", "passwd", "password", "passphrase")):
        return Strength.PASSWORD
    if (last == "base" and before == "key") or (before, last) in {("secret", "id"), ("access", "id"), ("rest", "password")}:
        return Strength.SECRET
    if last in ("key", "keys"):
        if before in _OPEN_KEYS:
            return Strength.NONE
        return Strength.SECRET if before in _SECRET_KEYS else Strength.WEAK
    if last in _SECRET_WORDS or joined.endswith(("apikey", "token", "secret", "secretkey", "accesskey", "privatekey")):
        return Strength.SECRET
    if last in _WEAK_WORDS:
        return Strength.WEAK
    return Strength.NONE


# Where a telling word may stand, to be looked at closely; they are sought in the lower-cased text.
KEYWORDS = (
    "pass pwd pswd psk passord kennwort secret token credential creds key auth bearer mnemonic hmac jwt appid cookie session"
    " signature pepper contrase senha wachtwoord parola haslo heslo salasana losenord adgangskode sifre geheimnis"
).split()
SHORT_KEYWORDS = re.compile(r"(?:pat|pw|sid|sas)(?![a-z])")
FOREIGN_KEYWORDS = "mot_de_ hasło lösenord şifre пароль 密码 密碼 口令 パスワード 비밀번호".split()
