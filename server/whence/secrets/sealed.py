"""What vaults have encrypted: it can be attacked at leisure by whoever has it, and says nothing to anybody else.

Ansible's vault, SOPS, eyaml, sealed secrets, Jasypt, Spring's and Jenkins' ciphers, dotenvx, Rails' credentials,
Vault's transit engine, Travis. The name of the tool stays where it stands beside the text; the text goes.
"""

import re
from collections.abc import Iterator

from whence.secrets.vocabulary import pieces

_NAME = "encrypted-secret"
_GAP = r"(?:\\+[nrt]|[\s+>#*|\"',-])+"  # between the lines of a block, in a diff, a comment, a string

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "$ANSIBLE_VAULT;",
        re.compile(
            rf"\$ANSIBLE_VAULT;[\d.]+;\w+(?:;[\w.-]+)?{_GAP}(?P<secret>[0-9a-f]{{6,}}(?:{_GAP}[0-9a-f]{{6,}})*)"
        ),
    ),
    ("ENC[", re.compile(r"ENC\[AES256_GCM,data:(?P<secret>[A-Za-z0-9+/=]+,iv:[A-Za-z0-9+/=]*,tag:[A-Za-z0-9+/=]*)")),
    (
        "ENC[",
        re.compile(
            r"ENC\[(?:PKCS7|GPG|GKMS|KMS|AWSKMS|VAULT_RS),"
            rf"(?P<secret>[A-Za-z0-9+/=]{{16,}}(?:{_GAP}[A-Za-z0-9+/=]{{8,}})*)"
        ),
    ),
    ("DEC", re.compile(r"DEC(?:\(\d+\))?::(?:PKCS7|GPG|GKMS|KMS)\[(?P<secret>[^\]\n]{4,400})\]!")),
    ("Ag", re.compile(r"(?P<secret>Ag[A-D][A-Za-z0-9+/]{200,}={0,2})")),
    ("U2FsdGVkX1", re.compile(r"(?P<secret>U2FsdGVkX1[A-Za-z0-9+/]{20,}={0,2})")),  # OpenSSL's, with its salt
    (
        "encrypted_data",
        re.compile(r"encrypted_data\\*[\"']?\s{0,4}[:=]>?\s{0,4}\\*[\"'](?P<secret>[A-Za-z0-9+/]{24,}={0,2})"),
    ),
    ("AQICAH", re.compile(r"(?P<secret>AQICAH[A-Za-z0-9+/]{60,}={0,2})")),  # AWS's service for keys
    ("ENC(", re.compile(r"\bENC\((?P<secret>[A-Za-z0-9+/=]{16,2000})\)")),
    ("{cipher}", re.compile(r"\{cipher\}(?P<secret>[A-Za-z0-9+/=]{16,2000})")),
    ("encrypted:", re.compile(r"\bencrypted:(?P<secret>B[A-Za-z0-9+/]{80,}={0,2})")),
    ("vault:v", re.compile(r"\bvault:v\d{1,3}:(?P<secret>[A-Za-z0-9+/]{24,}={0,2})")),
    ("{AQAAABAAAA", re.compile(r"\{(?P<secret>AQAAABAAAA[A-Za-z0-9+/]{20,}={0,2})\}")),
    ("secure:", re.compile(r"\bsecure:\s*\\*[\"']?(?P<secret>[A-Za-z0-9+/]{60,}={0,2})")),
    # Pulumi's: a nonce, and what was encrypted; the salt has a third part.
    (
        "v1:",
        re.compile(
            r"\bv1:(?P<secret>[A-Za-z0-9+/]{11,24}={0,2}:(?:v1:)?[A-Za-z0-9+/]{16,}={0,2}(?::[A-Za-z0-9+/]{16,}={0,2})?)"
        ),
    ),
)


# A line of Ansible's vault: the hexadecimal digits of a text in hexadecimal digits. A diff may show such lines alone.
_PAIR = r"(?:3[0-9]|6[1-6])"
_HINT = re.compile(r"3[0-9](?:[36][0-9]){8}")  # begins with a character, which is faster to look for than a class
_TWICE_HEX = re.compile(rf"{_PAIR}{{40}}(?:{_GAP}{_PAIR}{{40}})*(?:{_GAP}(?:{_PAIR}|0a){{3,39}}(?![0-9a-f]))?")
# The end of Rails' credentials: behind what is encrypted stand its nonce and its tag.
_NONCE_AND_TAG = re.compile(r"--[A-Za-z0-9+/]{16}--[A-Za-z0-9+/]{22}==")
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_RAILS = 65_536  # characters of credentials that are taken


def find(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and name of every text that a vault has encrypted."""
    distinct = pieces(text)
    for word, pattern in _PATTERNS:
        if word in distinct:
            for match in pattern.finditer(text):
                start, end = match.span("secret")
                if word != "Ag" or not _continues(text, start, _BASE64):
                    yield start, end, _NAME
    for match in _TWICE_HEX.finditer(text) if _HINT.search(distinct) else ():
        if (
            not _continues(text, match.start(), "0123456789abcdef")
            and not text[match.end() : match.end() + 1].isalnum()
        ):
            yield *match.span(), _NAME
    for match in _NONCE_AND_TAG.finditer(text) if "--" in text else ():
        before = text[max(0, match.start() - _RAILS) : match.start()]
        yield match.start() - len(before) + len(before.rstrip(_BASE64)), match.end(), _NAME


def _continues(text: str, start: int, alphabet: str) -> bool:
    """Whether what begins at `start` is only the rest of a longer run of these characters."""
    return start > 0 and text[start - 1] in alphabet
