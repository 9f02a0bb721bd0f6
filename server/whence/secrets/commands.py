"""The passwords that command lines are given: of directories, databases, archives, remote machines."""

from whence.secrets.surroundings import ARGUMENT, QUOTE, is_given, is_likely, is_made_up, row

_DIRECTORY = (
    "ldapsearch",
    "ldapmodify",
    "ldapadd",
    "ldapdelete",
    "ldappasswd",
    "ldapwhoami",
    "ldapmodrdn",
    "ldapcompare",
)
_OPTIONS = r"[^\n|;]{0,300}?"  # what stands between a command and the option that tells


def _option(*letters: str) -> str:
    """An option with its argument, after a space or right behind it."""
    return rf"(?<=[ \t])-(?:{'|'.join(letters)})[ \t=]?{QUOTE}{ARGUMENT}"


ROWS = (
    row("password", _DIRECTORY, is_given, rf"(?:ldap[a-z]{{3,8}})[ \t]{_OPTIONS}", _option("w")),
    row("password", ("ldappasswd",), is_given, rf"ldappasswd[ \t]{_OPTIONS}", _option("s", "a")),
    row(
        "password",
        ("indpw", "INDPW", "indPW", "ootpw", "ootPW", "uthtok"),
        is_likely,
        r"(?i)\b(?:ldap[._])?(?:bindpw|rootpw|X-BINDPW|authtok|[\w.]{1,30}_authtok|[\w.]{1,30}rootpw)\\*[\"']?",
        rf"[ \t]*[ \t:=][ \t]*{QUOTE}{ARGUMENT}",
    ),
    row("password", ("sqlcmd", "bcp ", "ipmitool"), is_given, rf"(?:sqlcmd|bcp|ipmitool)[ \t]{_OPTIONS}", _option("P")),
    row("password", ("zip ",), is_given, rf"\b(?:un)?zip[ \t]{_OPTIONS}", _option("P")),
    row("password", ("7z",), is_given, rf"\b7z[ar]?[ \t]{_OPTIONS}(?<=[ \t])-p{QUOTE}{ARGUMENT}"),
    row("password", ("SSHPASS=",), is_given, rf"\bSSHPASS={QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("rabbitmqctl",),
        is_given,
        rf"rabbitmqctl[ \t]{_OPTIONS}(?:add_user|change_password|authenticate_user)[ \t]+",
        rf"\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("htpasswd",),
        is_likely,
        r"htpasswd[ \t]+-\w{0,6}b\w{0,6}[ \t]+(?:-\w+[ \t]+){0,3}",
        rf"\S{{1,128}}[ \t]+\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("chpasswd",),
        is_given,
        rf"echo[ \t]+{QUOTE}[\w.-]{{1,64}}:{ARGUMENT}{QUOTE}[ \t]*\|[^\n|]{{0,40}}chpasswd",
    ),
    row("password", ("sudo -S",), is_likely, rf"echo[ \t]+{QUOTE}{ARGUMENT}{QUOTE}[ \t]*\|[ \t]*sudo -S"),
    row("password", ("kinit",), is_likely, rf"kinit[ \t][^\n|<]{{0,100}}<<<[ \t]*{QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("sqlplus", "impdp", "expdp"),
        is_given,
        rf"(?:sqlplus|impdp|expdp)[ \t]+(?:-\w+[ \t]+)*{QUOTE}[\w$]{{1,64}}/(?P<secret>[^@\s\"'/]{{3,64}})",
    ),
    row("password", ("lftp",), is_given, rf"lftp[ \t]{_OPTIONS}-u[ \t]+{QUOTE}[\w.@-]{{1,64}},{ARGUMENT}"),
    row(
        "password",
        ("freerdp", "rdesktop"),
        is_given,
        rf"(?:freerdp|rdesktop)[ \t]{_OPTIONS}(?:/p:|-p[ \t]+){QUOTE}{ARGUMENT}",
    ),
    row("password", ("net user",), is_made_up, rf"net user[ \t]+\S{{1,64}}[ \t]+(?!/){QUOTE}{ARGUMENT}"),
    row("password", ("wifi connect",), is_given, rf"wifi connect[ \t]{_OPTIONS}password[ \t]+{QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("masterauth", "requirepass"),
        is_given,
        rf"(?:\b|(?<=\\n))(?:masterauth|requirepass)[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("machine ", "login ", "default"),
        is_given,
        rf"\b(?:machine[ \t]+\S{{1,128}}|default)[ \t]+login[ \t]+\S{{1,128}}[ \t]+password[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        (":5432:", ":5433:", ":6432:", ":*:"),
        is_likely,
        r"[\w.*-]{1,128}:(?:\d{2,5}|\*):[\w*-]{1,64}:[\w*-]{1,64}:(?P<secret>[^\s:\"'\\]{4,128})",
    ),
)
