"""The passwords that configurations put down at a place of their own, without a name: mail, tunnels, builds."""

from whence.secrets.surroundings import ARGUMENT, QUOTE, is_given, is_issued_key, is_likely, is_likely_or_coined, row
from whence.secrets.values import kinds
from whence.secrets.wording import is_composed


def _is_mingled(value: str) -> bool:
    """What people make up or draw, where a word with a number stands as well."""
    return is_composed(value) or (kinds(value) > 2 and is_likely(value))


ROWS = (
    # A relay with its login, as Postfix maps it; one login for all.
    row(
        "password",
        ("]:", "smtp", "mail", "relay"),
        _is_mingled,
        r"(?m)(?:(?:^[+\- ]?\[?|(?<=[ \t])\[)[\w-]+(?:\.[\w-]+)+\]?(?::\d{2,5})?[ \t]+[\w.+@-]{1,64}:(?=\S+[ \t]*$)",
        r"|\[[\w-]+(?:\.[\w-]+)+\]:\d{2,5}[ \t]+[\w.+-]{1,64}@[\w.-]{1,64}:)(?P<secret>[^\s:\"'/`)]{6,128})",
    ),
    row("password", ("static:",), is_likely_or_coined, r"=[ \t]*static:[\w.@+-]{1,64}:(?P<secret>[^\s\"']{4,128})"),
    # An address or a database with its user and password behind, as davfs, ProFTPD and Oracle write them.
    row(
        "password",
        ("://", "onnectInfo ", "onnect ", "CONNECT "),
        _is_mingled,
        r"(?m)(?:^[+\- ]?https?://\S{1,200}[ \t]+[\w.@-]{1,64}[ \t]+(?=\S+[ \t]*$)"
        r"|ConnectInfo[ \t]+\S{1,120}[ \t]+[\w.-]{1,64}[ \t]+)(?P<secret>[^\s\"'`<>]{6,128})",
    ),
    row(
        "password",
        ("onnect ", "CONNECT ", "uthenticating ", "ogging in "),
        is_likely_or_coined,
        r"(?i:\bconn(?:ect)?|authenticating|logging in(?: as)?)[ \t]+[a-z][\w.$-]{0,40}/(?P<secret>[^\s@/\"'`<>]{6,64})"
        r"(?:@[\w./:-]{1,80})?(?=[\s\"'`.,;]|$)",
    ),
    row("password", ("$USER",), is_likely_or_coined, r"\$USER\d{1,3}\$=(?P<secret>[^\s\"'/]{6,128})"),
    # Those who may dial in: `: PSK "..."`, `ann : EAP "..."`, `ann * ... *`.
    row(
        "password",
        (" PSK ", " EAP ", " XAUTH ", " NTLM "),
        is_given,
        rf":[ \t]+(?:PSK|EAP|XAUTH|NTLM)[ \t]+(?=\\*[\"']){QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        (" * ",),
        _is_mingled,
        rf"(?m)^[+\- ]?[\"']?[\w.@-]{{1,64}}[\"']?[ \t]+(?:\*|[\w.-]{{1,64}})[ \t]+{QUOTE}{ARGUMENT}",
        r"[\"']?[ \t]+(?:\*|[\d.]{7,15})[ \t]*$",
    ),
    # What a log of a build is told to hide.
    row(
        "high-entropy-secret",
        ("add-mask::", "setsecret", "issecret=true"),
        is_likely,
        rf"(?:::add-mask::|task\.setsecret\]|issecret=true[^\]\n]{{0,40}}\]){ARGUMENT}",
    ),
    row(
        "password", ("rclone obscure", "rclone reveal"), is_likely, rf"rclone (?:obscure|reveal)[ \t]+{QUOTE}{ARGUMENT}"
    ),
    row(
        "high-entropy-secret",
        ("secure_link_md5",),
        is_issued_key,
        r"secure_link_md5[ \t]+[^\n]{0,120}?(?<=[ \t\"'}])(?P<secret>[A-Za-z0-9_-]{12,128})[\"']?;",
    ),
    row(
        "password",
        ("MOVE ",),
        is_likely_or_coined,
        r"MOVE[ \t]+[\"'](?P<secret>[^\s\"']{4,128})[\"'][ \t]+TO[ \t]+[\w-]*(?i:passw|pwd|secret|token)",
    ),
)
