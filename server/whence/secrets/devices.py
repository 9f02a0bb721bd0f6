"""The passwords and keys that networks, their devices and their messages are given on a command line."""

from whence.secrets.surroundings import (
    ARGUMENT,
    OPTIONS,
    QUOTE,
    is_dense_key,
    is_drawn,
    is_given,
    is_likely,
    is_likely_or_coined,
    is_made_up,
    is_typed,
    option,
    row,
)

ROWS = (
    row(
        "password",
        ("pre-shared-key", "key-string", "shared-secret", "wpa-psk", "ascii-text", "authentication-key", "md5 "),
        is_likely,
        r"(?:pre-shared-key|key-string|shared-secret|wpa-psk|ascii-text|authentication-key"
        r"|message-digest-key[ \t]+\d+[ \t]+md5)",
        rf"(?:[ \t]+(?:ascii-text|ascii|hex|local|remote|address[ \t]+\S+|\d))*[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("isakmp", "radius", "tacacs", "ntp auth"),
        is_given,
        rf"(?:isakmp|radius|tacacs)[\w-]*[ \t][^\n]{{0,60}}?\bkey[ \t]+(?:\d[ \t]+)?{QUOTE}{ARGUMENT}",
    ),
    row("password", ("snmp community", "snmp v2c"), is_likely, rf"snmp[ \t]+community[ \t]+{QUOTE}{ARGUMENT}"),
    row("password", ("mosquitto_",), is_given, rf"mosquitto_\w+[ \t]{OPTIONS}", option("P", "pw")),
    row("password", ("snmp",), is_given, rf"snmp[a-z]+[ \t]{OPTIONS}", option("A")),
    row("password", ("snmp",), is_given, rf"snmp[a-z]+[ \t]{OPTIONS}", option("X")),
    row("password", ("snmp",), is_likely, rf"snmp[a-z]+[ \t]{OPTIONS}", option("c")),
    row("password", ("snmp-server",), is_likely, rf"snmp-server[ \t]+community[ \t]+{QUOTE}{ARGUMENT}"),
    # A digest of ZooKeeper, a user of Redis, one of a database on a page of its own.
    row("password", ("addauth digest ",), is_given, r"addauth digest [\w.-]{1,64}:(?P<secret>[^\s\"']{4,128})"),
    row(
        "password",
        ("SETUSER", "setuser"),
        is_likely,
        r"(?i:setuser)[ \t]+\S{1,64}[ \t][^\n]{0,80}?(?<=[ \t\"'])>(?P<secret>[^\s>\"']{4,128})",
    ),
    row(
        "password",
        ("{PLAIN}", "{noop}", "{CLEARTEXT}", "{CLEAR}", "{plain}"),
        is_likely_or_coined,
        r"\{(?:PLAIN|noop|CLEARTEXT|CLEAR|plain)\}(?P<secret>[^\s\"'{}<>]{4,128})",
    ),
    row(
        "password",
        ("upwd", "user-password", "user:password"),
        is_likely_or_coined,
        rf"(?:upwd|user[:-]password)[ \t]+[\w.@-]{{1,64}}[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row("password", (" -U ",), is_typed, rf" -U[ =]\S{{1,80}} [^\n|]{{0,120}}?-P[ =]?{QUOTE}{ARGUMENT}"),
    row(
        "storage-key",
        ("account.key.",),
        is_likely,
        rf"account\.key\.[\w.-]{{3,120}}[ \t]*[ \t=:][ \t]*{QUOTE}{ARGUMENT}",
    ),
    # What a form holds, and what a test types into one.
    row(
        "password",
        ("name=",),
        is_likely,
        r"value=\\*[\"'](?P<secret>[^\s\"'<>{}]{4,128})\\*[\"'][^<>\n]{0,80}?\bname=\\*[\"']\w{0,24}(?i:passw|pwd|secret|token)",
    ),
    row(
        "password",
        ("nput Password", "nput password"),
        is_likely_or_coined,
        r"[iI]nput [pP]assword[ \t]{2,}\S{1,80}[ \t]{2,}(?P<secret>[^\s${}]{4,64})",
    ),
    row("password", ("radtest",), is_given, rf"radtest[ \t]+\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("secret ", "password "),
        is_likely,
        rf"(?:enable|username[ \t][^\n]{{1,60}}?)[ \t]+(?:secret|password)[ \t]+(?:\d[ \t]+)?{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("--token", "K3S_TOKEN"),
        is_given,
        r"(?:--token|K3S_TOKEN)[ \t=]+[\"']?(?P<secret>[a-z0-9]{6}\.[a-z0-9]{16})(?![\w.-])",
    ),
    row("password", ("send ",), is_made_up, rf"\bsend[ \t]+(?:--[ \t]+)?\\*[\"']{ARGUMENT}\\+[rn]"),
    row("password", ("http-basic.",), is_likely, rf"http-basic\.\S{{1,80}}[ \t]+\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("config set", "config:set"),
        is_likely,
        rf"config[ :]set[ \t]{OPTIONS}--secret[ \t]+\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row("password", ("partition-list",), is_given, rf"partition-list[ \t]{OPTIONS}", option("k")),
    row(
        "high-entropy-secret",
        (" -t ", " -k "),
        is_dense_key,
        r"(?<=[ \t])-[tk][ \t]+(?P<secret>[\w+/.-]{40,400}={0,2})",
    ),
    # Elasticsearch's own tool gives the password that it has drawn alone on a line.
    row(
        "password",
        ("New value: ",),
        is_drawn,
        r"(?<![\w ])(?:(?<=[+-])[ ])?New value: (?P<secret>[\w*+=-]{20})(?![\w*+=-])",
    ),
    row("password", ("text-password-value",), is_given, rf"plain-text-password-value[ \t]+{QUOTE}{ARGUMENT}"),
    # Networks without a wire, and tunnels.
    row("password", ("wpa_passphrase ",), is_given, rf"wpa_passphrase[ \t]+\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}"),
    row("password", (".psk ", "-psk "), is_given, rf"[.-]psk[ \t]+{QUOTE}{ARGUMENT}"),
    row("password", ("wifi connect",), is_given, rf"wifi connect[ \t]{OPTIONS}password[ \t]+{QUOTE}{ARGUMENT}"),
    row("password", ("WIFI:",), is_given, r"WIFI:(?:[A-Z]:[^;\n]{0,64};){0,4}P:(?P<secret>[^;\s]{4,64})"),
    row(
        "high-entropy-secret",
        ("cloudflared", "tunnel run"),
        is_given,
        rf"(?:service install|tunnel run)[ \t][^\n]{{0,40}}?{QUOTE}(?P<secret>eyJ[\w+/=-]{{60,400}})",
    ),
)
