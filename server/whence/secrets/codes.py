"""Codes that restore a login, PINs, and what networks are entered with, as people tell them."""

import re

from whence.secrets.phrases import ENDS, LINK, QUOTES, TAKEN, WORD
from whence.secrets.randomness import is_mixed, is_wordlike
from whence.secrets.surroundings import is_given, is_typed, row
from whence.secrets.told import is_made

_CODES = r"[A-Za-z0-9]{4,64}(?:-[A-Za-z0-9]{4,12}){0,7}"
_DIGITS = re.compile(r"\d{4,6}(?:-\d{4,6}){1,7}")


def _is_recovery(value: str) -> bool:
    """What restores a login: groups of letters with digits, or a secret in base32."""
    value = value.split(",")[0].split(" ")[0]
    if _DIGITS.fullmatch(value):
        return True
    base32 = len(value) >= 16 and value.isalnum() and value.upper() == value
    return is_mixed(value) and not is_wordlike(value) and (base32 or "-" in value or len(value) >= 8)


def _is_told(value: str) -> bool:
    """What a network is entered with: anything but letters alone, which may be a word of the sentence."""
    return not value.isalpha() and is_typed(value)


ROWS = (
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
        r"(?i:recovery|backup|setup|2fa|totp|mfa|otp|one-time|authenticator)[ _-](?i:setup )?",
        r"(?i:code|key|secret|seed)s?",
        rf"{WORD}{{0,4}}?(?:{LINK}|[ \t]*[:=][ \t]*|(?<=seed)[ \t]+",
        rf"|(?<=code)[ \t]+(?=[A-Za-z0-9]{{4,8}}(?:-[A-Za-z0-9]{{4,8}})+\b)){QUOTES}",
        rf"(?P<secret>{_CODES}(?:(?:,?[ \t]+|,)(?=[a-zA-Z-]*\d){_CODES}){{0,19}}){ENDS}",
    ),
    row(
        "password",
        ("wifi", "WiFi", "Wi-Fi", "wi-fi", "WLAN", "wlan", "Wifi", "hotspot"),
        is_made,
        r"(?i:wi-?fi|wlan|hotspot)\b[^\n]{0,60}?\b(?i:key|code|pass|schlüssel|pw)",
        rf"(?:[ \t]*[:=]|[ \t]+is)?[ \t]+{TAKEN}",
    ),
    row(
        "password",
        ("ifi ", "iFi ", "i-Fi ", "i-fi ", "WLAN ", "wlan "),
        _is_told,
        r"(?i:\bwi-?fi|wlan)[ \t]+(?i:for|at|in|of|im|für|bei|de|per)",
        rf"(?:[ \t]+[^\W\d_]{{1,16}}){{1,3}}[ \t]*[:=][ \t]*{TAKEN}",
    ),
    row(
        "pin",
        ("PIN ", "PIN:", "PIN="),
        is_given,
        rf"\bPIN(?:[ \t]code)?(?:{WORD}{{0,3}}?{LINK}|[ \t]?[:=][ \t]?|[ \t]+){QUOTES}",
        r"(?P<secret>\d{4,8})(?!\w|[.-]\d)",
    ),
)
