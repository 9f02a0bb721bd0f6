"""The passwords that command lines are given: of directories, databases, archives, remote machines."""

from whence.secrets.randomness import is_dense, is_hex
from whence.secrets.surroundings import (
    ARGUMENT,
    FORMAT,
    OPTIONS,
    PRINTED,
    QUOTE,
    is_drawn,
    is_given,
    is_issued,
    is_issued_key,
    is_likely,
    is_likely_or_coined,
    is_made_up,
    is_session,
    is_typed,
    option,
    row,
)

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
_TOOLS = (
    "snyk|wandb|twilio|sentry-cli|stripe|ngrok|doppler|infisical|railway|vercel|flyctl|fly|netlify|heroku|hf|huggingface-cli|modal"
    "|replicate|glab|gh|cargo|gem|nuget|pulumi|vault|consul|nomad|kaggle|dvc|comet|neptune|prefect|dbt|algolia|datadog-ci|turso|pscale"
    "|supabase|convex|expo|eas|linode-cli|doctl|scw|ibmcloud|cloudflared|databricks|snowsql|posthog-cli|semgrep|socket|trivy"
)


def is_issued_key_or_likely(value: str) -> bool:
    """What is written into a file of keys or passwords."""
    return is_issued_key(value) or (is_likely(value) and not is_hex(value))


def is_drawn_or_made_up(value: str) -> bool:
    """What is sent to be let in, by a machine or by somebody."""
    return is_drawn(value) or is_made_up(value)


ROWS = (
    # What binds to a directory, whatever the command is called.
    row(
        "password",
        (" -D ",),
        is_given,
        rf"[ \t]-D[ \t]*{QUOTE}(?:(?i:cn|uid|ou|dc|mail)=|(?i:cn=)?[Dd]irectory)[^\n|;]{{0,200}}?",
        option("w"),
    ),
    row(
        "high-entropy-secret",
        ("nseal", "ecovery Key", "ecovery key"),
        is_issued_key,
        r"(?i)(?:unseal|recovery)(?:[ _-]?key)?[ _-]?(?:\d{1,2})?[ \t]*(?:[:=]|[ \t])[ \t]*",
        rf"{QUOTE}(?P<secret>[A-Za-z0-9+/]{{40,68}}={{0,2}})(?![\w+/=])",
    ),
    row(
        "password",
        ("rootpw", "root-password"),
        is_given,
        rf"(?:rootpw|root-password[ \t]+password)(?:[ \t]+--\w+)*[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row("password", (":pserver:", ":ext:"), is_given, r":(?:pserver|ext):[\w.-]{1,64}:(?P<secret>[^\s@\"']{4,64})@"),
    row("password", ("bw unlock", "bw login"), is_likely, rf"\bbw (?:unlock|login \S+@\S+)[ \t]+{QUOTE}{ARGUMENT}"),
    # Pairs that are handed to a vault or become a secret of a cluster.
    row(
        "high-entropy-secret",
        (
            "vault kv put",
            "vault kv patch",
            "vault write",
            "--from-literal",
            "secrets set ",
            "secret set ",
            "secrets:set",
        ),
        is_issued_key_or_likely,
        rf"[ \t=][\"']?[A-Za-z][\w.-]{{0,63}}={QUOTE}{ARGUMENT}",
    ),
    row("password", _DIRECTORY, is_given, rf"(?:ldap[a-z]{{3,8}})[ \t]{OPTIONS}", option("w")),
    row("password", ("ldappasswd", "slappasswd"), is_given, rf"(?:ldap|slap)passwd[ \t]{OPTIONS}", option("s", "a")),
    row(
        "password",
        ("indpw", "INDPW", "indPW", "ootpw", "ootPW", "uthtok"),
        is_likely_or_coined,
        r"(?i)\b(?:ldap[._])?(?:bindpw|rootpw|X-BINDPW|authtok|[\w.]{1,30}_authtok|[\w.]{1,30}rootpw)\\*[\"']?",
        rf"[ \t]*[ \t:=][ \t]*{QUOTE}{ARGUMENT}",
    ),
    row("password", ("sqlcmd", "bcp ", "ipmitool"), is_given, rf"(?:sqlcmd|bcp|ipmitool)[ \t]{OPTIONS}", option("P")),
    row("password", ("zip ",), is_given, rf"\b(?:un)?zip[ \t]{OPTIONS}", option("P")),
    row(
        "password", ("7z", "rar "), is_given, rf"\b(?:7z[ar]?|(?:un)?rar)[ \t]{OPTIONS}(?<=[ \t])-h?p{QUOTE}{ARGUMENT}"
    ),
    row("password", ("SSHPASS=",), is_given, rf"\bSSHPASS={QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("rabbitmqctl",),
        is_given,
        rf"rabbitmqctl[ \t]{OPTIONS}(?:add_user|change_password|authenticate_user)[ \t]+",
        rf"\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("htpasswd",),
        is_likely,
        r"htpasswd[ \t]+(?:-\w+[ \t]+){0,3}?-(?:(?=\w{0,6}n)\w{0,6}b\w{0,6}[ \t]+",
        r"|\w{0,6}b\w{0,6}[ \t]+(?:-\w+[ \t]+){0,3}\S{1,128}[ \t]+)",
        rf"(?!-)\S{{1,64}}[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("chpasswd",),
        is_given,
        rf"echo[ \t]+{QUOTE}[\w.-]{{1,64}}:{ARGUMENT}{QUOTE}[ \t]*\|[^\n|]{{0,40}}chpasswd",
    ),
    row("password", ("sudo -S",), is_likely, rf"{PRINTED}[ \t]*\|[ \t]*sudo -S"),
    row(
        "password",
        ("useradd", "usermod", "adduser"),
        is_given,
        rf"\b(?:useradd|usermod|adduser)[ \t]{OPTIONS}",
        option("p", "-password"),
    ),
    row("password", ("kinit",), is_likely, rf"kinit[ \t][^\n|<]{{0,100}}<<<[ \t]*{QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("sqlplus", "impdp", "expdp"),
        is_given,
        rf"(?:sqlplus|impdp|expdp)[ \t]+(?:-\w+[ \t]+)*{QUOTE}[\w$]{{1,64}}/(?P<secret>[^@\s\"'/]{{3,64}})",
    ),
    row("password", ("lftp",), is_given, rf"lftp[ \t]{OPTIONS}-u[ \t]+{QUOTE}[\w.@-]{{1,64}},{ARGUMENT}"),
    row(
        "password",
        ("freerdp", "rdesktop"),
        is_given,
        rf"(?:freerdp|rdesktop)[ \t]{OPTIONS}(?:/p:|-p[ \t]+){QUOTE}{ARGUMENT}",
    ),
    row("password", ("net user",), is_likely, rf"net user[ \t]+\S{{1,64}}[ \t]+(?!/){QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("net use ",),
        is_likely,
        rf"net use[ \t]+(?:[A-Za-z*]:?[ \t]+)?\\\\\S{{3,200}}[ \t]+(?![/*]){QUOTE}{ARGUMENT}",
    ),
    row("password", ("schtasks",), is_given, rf"schtasks[ \t]{OPTIONS}/rp[ \t]+{QUOTE}{ARGUMENT}"),
    row(
        "password", ("igntool", "ignTool"), is_given, rf"(?i:signtool)\S{{0,24}}[ \t]{OPTIONS}/p[ \t]+{QUOTE}{ARGUMENT}"
    ),
    row(
        "password",
        ("psexec", "PsExec", "PSEXEC", "plink", "putty", "pscp", "winrs", "hydra", "medusa", "crackmapexec", "netexec"),
        is_given,
        r"(?i)(?:psexec|plink|putty|pscp|winrs|hydra|medusa|crackmapexec|netexec)(?:\.exe)?[ \t]",
        OPTIONS,
        r"(?<=[ \t])-pw?(?:[ \t]+|:)",
        QUOTE,
        ARGUMENT,
    ),
    # Tools that take a target with its login: `domain/user:...@host`.
    row(
        "password",
        ("exec", "secretsdump", "impacket", "lookupsid", "mssqlclient", "GetUserSPNs", "GetNPUsers"),
        is_given,
        r"(?i:(?:ps|wmi|smb|dcom|at)exec|secretsdump|impacket-\w{2,20}|lookupsid|mssqlclient|GetUserSPNs|GetNPUsers)",
        r"(?:\.py)?[ \t][^\n|;]{0,80}?(?<=[ \t\"'])(?:[\w.-]{1,64}/)?[\w.-]{1,64}:(?P<secret>[^\s@\"']{4,64})@",
    ),
    # Senders of mail: `-au ... -ap ...`, `-xu ... -xp ...`.
    row(
        "password",
        (" -au ", " -xu "),
        is_given,
        rf"[ \t]-(?P<kind>[ax])u[ \t]+\S{{1,80}}[ \t][^\n|;]{{0,120}}?-(?P=kind)p[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("hash-password",),
        is_likely,
        rf"hash-password[ \t]{OPTIONS}--plaintext[ \t=]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "session",
        ("curl",),
        is_session,
        rf"curl[ \t]{OPTIONS}(?<=[ \t])(?:-b|--cookie)[ \t=]*{QUOTE}(?:[^\n\"']{{0,200}};[ \t]*)?[\w.-]{{1,64}}=",
        r"(?P<secret>[\w%.~+/-]{16,1024}={0,2})",
    ),
    # Keys, their stores, and what encrypts with them
    row("password", ("keytool",), is_given, rf"keytool[ \t]{OPTIONS}(?<=[ \t])-new[ \t]+{QUOTE}{ARGUMENT}"),
    row("password", ("security ",), is_given, rf"security[ \t]+[a-z]+(?:-[a-z]+)*[ \t]{OPTIONS}", option(*"pPw")),
    row("password", ("ssh-keygen", "puttygen"), is_given, rf"(?:ssh-key|putty)gen[ \t]{OPTIONS}", option("N")),
    row("password", ("ssh-keygen",), is_given, rf"ssh-keygen[ \t]{OPTIONS}", option("P")),
    row(
        "password",
        ("openssl passwd",),
        is_likely_or_coined,
        rf"openssl passwd(?:[ \t]+-(?:salt[ \t]+\S{{1,32}}|[\w-]{{1,12}}))*[ \t]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("openssl", "pkcs12"),
        is_given,
        rf"openssl[ \t]{OPTIONS}[ \t]-pass(?:in|out)?[ \t]+{QUOTE}pass:{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("cryptsetup", "gpg ", "restic", "borg "),
        is_likely,
        rf"{PRINTED}[ \t]*\|[ \t]*",
        r"(?:sudo[ \t]+)?(?:cryptsetup|gpg|restic|borg)\b",
    ),
    row(
        "password",
        ("-command", "_command", "_cmd", "-cmd", "eval "),
        is_likely,
        rf"(?i:passw(?:or)?d|pass|token|secret)[_-]?(?:command|cmd|eval)[ \t=:]+{QUOTE}{PRINTED}",
    ),
    row(
        "password",
        ("qpdf", "pdftk"),
        is_given,
        rf"(?:qpdf|pdftk)[ \t]{OPTIONS}(?:--encrypt|--password=|input_pw|user_pw|owner_pw)[ \t]*{QUOTE}{ARGUMENT}",
    ),
    # What logs a tool in for good.
    row(
        "high-entropy-secret",
        ("login ", "auth ", "authtoken ", "apikey "),
        is_issued,
        rf"\b(?:{_TOOLS})[ \t][^\n|;]{{0,80}}?\b(?:login|auth(?:token)?|setapikey)[ \t]+",
        r"(?:--?[\w-]+[ =][\w.:/-]{1,40}[ \t]+){0,3}(?:AC[a-f0-9]{32}[ \t]+)?",
        rf"{QUOTE}(?P<secret>[\w.-]{{20,200}})",
    ),
    row(
        "high-entropy-secret",
        ("config set ", "config add ", "configure set "),
        is_likely,
        r"\b(?:config|configure)[ \t]+(?:set|add)[ \t]+(?:--?[\w-]+[ \t]+){0,3}",
        r"\S{0,60}?(?i:token|secret|passw|ident|api_?key|:_auth\b)",
        rf"\w{{0,20}}[ \t=]+{QUOTE}{ARGUMENT}",
    ),
    row(
        "high-entropy-secret",
        ("swift ", "ossutil", "coscmd"),
        is_likely,
        rf"\b(?:swift|ossutil|coscmd)[ \t]{OPTIONS}",
        option("K", "k", "s"),
    ),
    row(
        "password",
        ("veracrypt", "truecrypt", "fcrackzip", "steghide"),
        is_likely,
        rf"(?:vera|true)crypt[ \t]{OPTIONS}",
        option("p"),
    ),
    row("password", ("steghide",), is_likely, rf"steghide[ \t]{OPTIONS}", option("p")),
    row(
        "high-entropy-secret",
        ("openssl",),
        is_issued_key,
        rf"openssl[ \t]{OPTIONS}(?<=[ \t])-K[ \t]+(?P<secret>[a-fA-F0-9]{{32,128}})",
    ),
    row(
        "high-entropy-secret",
        (" -a ", " --auth "),
        is_dense,
        rf"\bhttps?[ \t]{OPTIONS}(?<=[ \t])(?:-a|--auth)[ \t]+{QUOTE}(?P<secret>[\w.~+/=-]{{20,400}})",
    ),
    # What a shell writes into a file of keys, or gives a command as if it were one.
    row(
        "high-entropy-secret",
        ("echo ", "printf "),
        is_issued_key_or_likely,
        rf"{PRINTED}[ \t]*>{{1,2}}[ \t]*",
        r"[^\s;|]{0,120}?(?i:key|secret|token|passw|pass|cred|netrc|\.env)",
    ),
    row(
        "password",
        ("<(",),
        is_likely,
        rf"<\([ \t]*(?:echo|printf)[ \t]+(?:-\w+[ \t]+)*(?:{FORMAT})?{QUOTE}(?:[\w.@-]{{1,64}}\\+n)?{ARGUMENT}",
    ),
    row(
        "password",
        ("<<<",),
        is_likely,
        r"(?:\b(?:cryptsetup|gpg2?|su|sudo|p4|age|restic|borg|mount|vault|keepassxc-cli|bw|smbpasswd|pass)[ \t]",
        r"|(?:-stdin|[ \t]/dev/(?:stdin|fd/0)|[ \t]-S|[ \t]fd:0|[ \t]stdin)(?![\w-]))",
        rf"[^\n|;]{{0,160}}?<<<[ \t]*{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("reset-password",),
        is_likely,
        rf"reset-password[^\n]{{0,80}}?[Nn]ew (?:value|password):[ \t]+{ARGUMENT}",
    ),
    row(
        "password",
        ("PLAIN ",),
        is_drawn,
        r"\b(?:AUTH|SASL|AUTHENTICATE)[ \t]+PLAIN[ \t]+(?P<secret>[A-Za-z0-9+/]{12,512}={0,2})(?![\w=])",
    ),
    row(
        "password",
        ("AUTH ",),
        is_drawn_or_made_up,
        rf"\bAUTH[ \t]+(?:[a-z][\w-]{{0,30}}[ \t]+)?{QUOTE}(?P<secret>[^\s\"'\\,;)]{{8,200}})",
    ),
    row(
        "high-entropy-secret",
        ("dockerconfigjson", "dockercfg"),
        is_given,
        r"docker(?:configjson|cfg)\\*[\"']?[ \t]*[:=][ \t]*\\*[\"']?(?P<secret>[A-Za-z0-9+/=]{40,8000})",
    ),
    row("password", ("={",), is_likely, r"(?i)(?:password|pwd|pass)=\{(?P<secret>[^\s{}\"']{6,128})\}"),
    # What a shell hands over as its input.
    row(
        "high-entropy-secret",
        ("<<<",),
        is_likely,
        rf"(?i)(?:secret|token|_key|passw|credential|\bpw|pwd|psk)[^\n]{{0,120}}?<<<[ \t]*{QUOTE}{ARGUMENT}",
    ),
    row("password", ("smbclient",), is_likely, rf"smbclient[ \t]+//\S{{1,200}}[ \t]+(?!-){QUOTE}{ARGUMENT}"),
    row(
        "password",
        ("bundle config",),
        is_likely,
        rf"bundle config[ \t][^\n|;:]{{1,120}}?[ \t][\w.@-]{{1,64}}:{ARGUMENT}",
    ),
    row(
        "password",
        ("password_hash",),
        is_given,
        r"[\"'](?P<secret>[^\s\"'{}]{4,128}?)\\*[\"'][ \t]*\|[ \t]*password_hash",
    ),
    row("password", ("user ",), is_made_up, r"\buser[ \t]+\S{1,64}[ \t]+on[ \t][^\n]{0,80}?>(?P<secret>[^\s>]{8,128})"),
    row(
        "password",
        ("random_password",),
        is_given,
        r"random_password\\*\"[^\n]{0,300}?\"result\\*\"[ \t]*:[ \t]*\\*\"(?P<secret>[^\s\"\\]{4,256})",
    ),
    row("password", ("npmAuthIdent",), is_given, rf"npmAuthIdent\\*[\"']?[ \t]*[:=][ \t]*{QUOTE}{ARGUMENT}"),
    row("password", ("creds",), is_likely, rf"--?[\w-]{{0,12}}creds[ \t=]+{QUOTE}[^\s:\"'$]{{1,64}}:{ARGUMENT}"),
    row(
        "password",
        ("passwd",),
        is_given,
        rf"echo[ \t]+(?:-\w+[ \t]+)*{QUOTE}{ARGUMENT}(?:{QUOTE}|\\+n)",
        r"[^\n|]{0,64}\|[ \t]*(?:sudo[ \t]+)?(?:smb)?passwd",
    ),
    row(
        "password",
        ("passwd",),
        is_given,
        rf"(?:\\+n|(?m:^)){QUOTE}{ARGUMENT}(?:{QUOTE}|\\+n){{1,2}}[ \t]*\|[ \t]*(?:sudo[ \t]+)?(?:passwd|smbpasswd)",
    ),
    row(
        "password",
        ("alias set", "host add"),
        is_likely,
        rf"\bmc[ \t]+(?:alias set|config host add)[ \t]+\S+[ \t]+\S+[ \t]+\S+[ \t]+{QUOTE}{ARGUMENT}",
    ),
    # Stores of secrets, and what tools are told to keep
    row(
        "high-entropy-secret",
        (
            "secret set",
            "secrets set",
            "secret put",
            "secret create",
            "secret:create",
            "secrets:set",
            "env:create",
            "put-parameter",
            "put-secret-value",
            "create-secret",
            "set-secret",
        ),
        is_likely,
        r"(?:(?:secrets?|env)(?:[ \t]+|:)(?:set|put|create)|put-parameter|put-secret-value|create-secret|set-secret)",
        r"[ \t]",
        OPTIONS,
        rf"(?:--(?:value|body|secret-string|plaintext)[ \t=]+|(?<=[ \t])-[bv][ \t]*|<<<[ \t]*){QUOTE}(?!\{{){ARGUMENT}",
    ),
    row(
        "high-entropy-secret",
        ("secret", "vault", "password", "conjur"),
        is_likely,
        rf"{PRINTED}[ \t]*\|",
        r"[^\n]{0,60}?\b(?:secrets?[ \t]+(?:set|put|create|versions|store|add)|kv (?:put|patch)|passw|vault|conjur)",
    ),
    row("high-entropy-secret", ("acl set-agent-token",), is_given, rf"set-agent-token[ \t]+\w+[ \t]+{QUOTE}{ARGUMENT}"),
    row("high-entropy-secret", ("codecov",), is_likely, rf"codecov\S{{0,24}}[ \t]{OPTIONS}", option("t")),
    row(
        "high-entropy-secret",
        ("oathtool",),
        is_given,
        rf"oathtool[ \t]{OPTIONS}(?<=[ \t]){QUOTE}(?P<secret>[A-Z2-7]{{16,64}}|[a-f0-9]{{20,80}})(?![\w=])",
    ),
    # What is written into the registry under a telling name.
    row(
        "password",
        ("reg add", "REG ADD", "ItemProperty"),
        is_likely_or_coined,
        r"(?i:reg[ \t]+add|ItemProperty)[ \t][^\n]{0,120}?(?i:/v|-name)[ \t]+",
        r"[\"']?\w{0,32}(?i:passw(?:or)?d|pwd|secret|token|key)[\"']?[ \t]",
        rf"[^\n]{{0,60}}?(?i:/d|-value)[ \t]+{QUOTE}{ARGUMENT}",
    ),
    # A user and a password that an option takes together.
    row(
        "password",
        ("auth ", "auth=", "userpwd ", "login ", "login=", "credentials ", "credentials="),
        is_likely,
        r"(?<=[ \t])--?(?:[a-z]{1,12}-)?(?:auth|userpwd|login|credentials)[ =]",
        rf"{QUOTE}[a-zA-Z][\w.@-]{{0,63}}:{QUOTE}{ARGUMENT}",
    ),
    row(
        "password",
        ("USERPWD",),
        is_given,
        rf"USERPWD\\*[\"']?[ \t]*(?:=>|[,=:])[ \t]*{QUOTE}[a-zA-Z][\w.@-]{{0,63}}:{ARGUMENT}",
    ),
    row("high-entropy-secret", ("-team",), is_dense, rf"-team\\*[\"']?[ \t]*[:=,][ \t]*{QUOTE}{ARGUMENT}"),
    # A variable that holds both: `NEO4J_AUTH=neo4j/...`.
    row(
        "password",
        ("_AUTH",),
        is_typed,
        rf"[A-Z0-9]_AUTH\\*[\"']?[ \t]*[:=][ \t]*{QUOTE}[a-z][\w.@-]{{0,63}}[/:]{ARGUMENT}",
    ),
    row(
        "high-entropy-secret",
        ("sonar.login", "sonar.token"),
        is_drawn,
        rf"sonar\.(?:login|token)[ \t]*=[ \t]*{QUOTE}{ARGUMENT}",
    ),
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
