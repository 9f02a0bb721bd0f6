"""Passwords that people make of words, and the tools, calls and files that are given them."""

import random
import string
from concurrent.futures import ThreadPoolExecutor

import pytest

from whence.secrets.randomness import is_jagged
from whence.secrets.redaction import redact
from whence.secrets.vocabulary import Words
from whence.secrets.wording import is_thought_up

pytestmark = pytest.mark.quick

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def drawn(alphabet: str, count: int, seed: int = 6) -> str:
    """A random value; made at run time, so that no secret-shaped literal lies in the repository."""
    return "".join(random.Random(seed).choices(alphabet, k=count))


DASHED = "amber-" + "walrus-" + "meadow42"
JOINED = "amber" + "walrus442"
LEET = "L4nt" + "3rn!4412"
POINTED = "Lant3rn" + ".4412"
JAGGED = "eBulNE" + "JjDrecr"
KEY = drawn(ALNUM, 40)
SALTED = "U2FsdGVkX1" + drawn(ALNUM, 64)
UUID = "-".join(drawn(HEX, count, count) for count in (8, 4, 4, 4, 12))

GIVEN = {
    "a secret of words": (f'session({{ secret: "{DASHED}" }})', DASHED),
    "a constant of words": (f'const API_SECRET: &str = "{DASHED}";', DASHED),
    "a variable of words": (f"JWT_SECRET={JOINED}", JOINED),
    "spelt with digits": (f'static let clientSecret: String = "{LEET}"', LEET),
    "what looks like a field": (f"--docker-password={POINTED}", POINTED),
    "a secret of a list": (f'- name: API_SECRET\n  value: "{DASHED}"', DASHED),
    "letters alone": (f"[db]\npassword = {JAGGED}", JAGGED),
    "a constant that is defined": (f"define( 'DB_PASSWORD', '{DASHED}' );", DASHED),
    "a login of a call": (f'new NetworkCredential("ann", "{DASHED}")', DASHED),
    "a login of Rust": (f'Credentials::new("ann".into(), "{DASHED}".into())', DASHED),
    "a provider": (f'PlainTextAuthProvider("svc", "{DASHED}")', DASHED),
    "behind an address": (f'agent.add_auth("https://x.example", "ann", "{DASHED}")', DASHED),
    "a keystore's": (f'"{DASHED}".toCharArray()', DASHED),
    "a database's": (f'new Sequelize("shop", "root", "{DASHED}", {{}})', DASHED),
    "the only string of a client": (f'cohere.Client("{KEY}")', KEY),
    "a default in a chain": (f'PASSWORD: z.string().default("{DASHED}")', DASHED),
    "a default among options": (f'yargs.option("password", {{ default: "{DASHED}" }})', DASHED),
    "what stands for what is not set": (f'getenv("DB_PASSWORD") ?: "{DASHED}"', DASHED),
    "a user and a password in one variable": (f"NEO4J_AUTH=neo4j/{DASHED}", DASHED),
    "a pair of an option": (f"java -jar cli.jar -auth admin:{KEY[:34]} who", KEY[:34]),
    "a pair of a library": (f"curl_setopt($c, CURLOPT_USERPWD, 'ann:{DASHED}');", DASHED),
    "behind a script": (f"bash <(curl -s https://codecov.io/bash) -t {UUID}", UUID),
    "for one-time passwords": (f"oathtool --totp -b {drawn(string.ascii_uppercase + '234567', 32)}", "ALONE"),
    "on standard output": (f"htpasswd -nbB ann {LEET}", LEET),
    "in the registry": (f"reg add HKLM\\SOFTWARE\\x /v DefaultPassword /t REG_SZ /d {DASHED}", DASHED),
    "of a target": (f"impacket-psexec corp/ann:{DASHED}@10.0.0.1", DASHED),
    "of a share": (f"smbclient -U ann%-{JAGGED} //h/s", JAGGED),
    "of a sender": (f"swaks --to a@b.example -au ann -ap {DASHED}", DASHED),
    "that is hashed": (f"caddy hash-password --plaintext {LEET}", LEET),
    "without quotes": (f"New-LocalUser a -Password (ConvertTo-SecureString {LEET} -AsPlainText -Force)", LEET),
    "through a pipe": (f'"{LEET}" | ConvertTo-SecureString -AsPlainText -Force', LEET),
    "bound with": (f'ldap_bind($link, $dn, "{DASHED}");', DASHED),
    "what a reader of mail runs": (f'msmtp --passwordeval "echo {LEET}"', LEET),
    "glued to its option": (f'gh secret set X -b"{LEET}"', LEET),
    "a secret that is created": (f"eas secret:create --name K --value {LEET}", LEET),
    "on lines of its own": (f"machine git.example\n\tlogin ann\n\tpassword {DASHED}", DASHED),
    "a kept entry": (f'<Key>Password</Key><Value ProtectInMemory="True">{DASHED}</Value>', DASHED),
    "for a user in brackets": (f"Password for the [elastic] user: {LEET}", LEET),
    "in quotes with spaces": (f"le mot de passe du serveur est « {LEET} »", LEET),
    "behind words of another script": (f"пароль от сервера {DASHED}", DASHED),
    "what it was": (f"chore: rotate secret (was {DASHED})", DASHED),
    "taken up again": (f"He told me the password, it is {LEET}", LEET),
    "logged on with": (f"You can log on with ann / {KEY[:14]}1.", KEY[:14]),
    "sent to be let in": (f"AUTH {LEET}", LEET),
    "the name of a file": (f"/etc/openvpn/password-{KEY[:14]}.txt", KEY[:14]),
    "encrypted with a salt": (f"data: {SALTED}", SALTED),
    "encrypted for a node": (f'"encrypted_data": "{KEY}{KEY}", "iv": "x"', KEY),
    "a sealed session": (f"we use rw_Fe26.2**{drawn(HEX, 64)}*{KEY}", KEY),
    "a service's": (f"we run it with plane_api_{drawn(HEX, 32)} now", drawn(HEX, 32)),
    "a team's": (f"x-honeycomb-team: {KEY[:22]}", KEY[:22]),
}


@pytest.mark.parametrize("kind", GIVEN)
@pytest.mark.parametrize("around", ["{}", "What we had:\n\n{}\n\nIt is gone."])
def test_what_is_given_as_a_password_goes(kind: str, around: str) -> None:
    text, secret = GIVEN[kind]
    left = redact(around.format(text)).text
    assert (secret if secret != "ALONE" else text.split()[-1]) not in left


@pytest.mark.parametrize("value", [DASHED, JOINED, LEET, "C0rrect" + ".Horse503", "Liver" + "pool4063"])
def test_words_that_somebody_made_a_password_of(value: str) -> None:
    assert is_thought_up(value)


@pytest.mark.parametrize(
    "value",
    ["web-server-01", "user-token-12", "db-prod-01", "release-2024", "utf8mb4", "sha256", "version2024", "us-east-1"],
)
def test_names_with_numbers_are_no_passwords(value: str) -> None:
    assert not is_thought_up(value)


def test_letters_that_change_case_as_no_name_does() -> None:
    assert is_jagged(JAGGED)
    names = ["PostgreSQL", "getElementById", "XMLHttpRequest", "userPWD", "mySQLPassword", "UPPERCASE", "JavaScript"]
    names += ["WebSocketURL", "dbURLFromEnv", "GraphQLSchema", "iOSAppURL"]
    assert [name for name in names if is_jagged(name)] == []


@pytest.mark.parametrize(
    "text",
    [
        'client = Client("payments-service-of-the-north")',
        '"hello world".toCharArray()',
        "secretName: amber-cobalt-42",
        "host=falcon-copper-12",
        "token: identifier",
        "AUTH LOGIN",
        "NEO4J_AUTH=none",
        "--auth-mode login",
        "x-platform-team: core-services",
        "secret (see the vault)",
        "rotate secret (was due in March)",
        "пароль от сервера хранится в сейфе",
        "reg query HKLM\\SOFTWARE\\x /v DefaultPassword",
        "the password, it is said, is enough",
        "/docs/password-reset-2024.md",
    ],
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("def authorize(user): ...", ["uth", "user"]),
        ("login(user)", ["login(", "user"]),
        ("logins (user)", ["user"]),
        ("the key is here", [" is "]),
        ("isolated", []),
        ("a://b", ["://"]),
        ("x" * 100 + "user", ["user"]),
        ("пароль", ["роль"]),
    ],
)
def test_no_word_of_a_text_is_overlooked(text: str, held: list[str]) -> None:
    words = Words(("uth", "user", "login(", " is ", "://", "роль"))
    assert {"://", *held} == {"://", *words.held(text)}
    assert words.held(text) == words.held(text)


def test_words_are_sought_whatever_their_case_is() -> None:
    assert Words(("token",), lowered=True).held("MyTOKENs") == ["token"]
    assert Words(("token",)).held("MyTOKENs") == []


POSTED = {
    "a flow of somebody": (f"https://maker.ifttt.com/use/{KEY[:22]}", KEY[:22]),
    "a host for hooks": (f"https://hooks.example.io/inbound/{KEY}", KEY),
    "what a path calls hooks": (
        f"https://api.example.com/workspaces/6ab/incomingWebhooks/postMessage/{KEY[:24]}",
        KEY[:24],
    ),
    "behind numbers": (f"https://sentry.example/api/hooks/release/builtin/123/{drawn(HEX, 64)}/", drawn(HEX, 64)),
    "printed with a format": (f"ldapsearch -y <(printf %s {KEY[:14]}) -D cn=a", KEY[:14]),
    "what was before": (f"Rotated the password (old: {JAGGED})", JAGGED),
    "a column in Turkish": (f"kullanıcı;şifre\nann;{DASHED}", DASHED),
    "an office's": (f"we moved to t-g1{KEY} today", KEY),
    "two numbers": (f"admin api: {drawn(HEX, 24)}:{drawn(HEX, 64)}", drawn(HEX, 64)),
    "a pair of words": (f"creds: ann/{DASHED}", DASHED),
    "with a word of a label": ("api.token=stap" + "le-correct-velvet-100", "stap" + "le-correct-velvet-100"),
}


@pytest.mark.parametrize("kind", POSTED)
@pytest.mark.parametrize("around", ["{}", "@@ -1 +1,2 @@\n a\n+{}"])
def test_what_lets_somebody_post_or_enter_goes(kind: str, around: str) -> None:
    text, secret = POSTED[kind]
    assert secret not in redact(around.format(text.replace("\n", "\n+") if "@@" in around else text)).text


def test_a_text_of_very_many_words_is_read_as_any_other() -> None:
    letters = string.ascii_lowercase
    many = " ".join(a + b + c + d for a in letters for b in letters for c in letters for d in "qwxz")
    assert Words(("Secret",), lowered=False).held(f"{many} mySecret") == ["Secret"]
    assert Words(("secret",), lowered=True).held(f"{many} mySECRETs") == ["secret"]
    assert DASHED not in redact(f"{many}\nJWT_SECRET={DASHED}\n{many}").text


ELSEWHERE = {
    "a digest": (f"addauth digest ann:{DASHED}", DASHED),
    "a user of a cache": (f"ACL SETUSER ann on >{KEY[:20]} ~*", KEY[:20]),
    "without a cipher": (f"spring.user.pw={{noop}}{JOINED}", JOINED),
    "of a site": (f'drush upwd ann "{DASHED}"', DASHED),
    "a capital option": (f"asadm -U ann -P{LEET}", LEET),
    "a storage in a property": (f"fs.azure.account.key.x.blob.core.windows.net={KEY[:16]}1", KEY[:16]),
    "a field with its value": (f'<input value="{KEY[:20]}" name="password">', KEY[:20]),
    "a test of a page": (f"Input Password    id=pw    {JOINED}", JOINED),
    "a plan of tests": (
        '<stringProp name="Argument.name">password</stringProp>'
        f'<stringProp name="Argument.value">{DASHED}</stringProp>',
        DASHED,
    ),
    "a part of a form": (f'Content-Disposition: form-data; name="password"\r\n\r\n{JOINED}\r\n--x', JOINED),
    "a key under its kind": (f'"Jwt": {{\n  "Issuer": "x",\n  "Key": "{LEET}"\n}}', LEET),
    "asked and answered": (f"pw for the vpn? -> {LEET}", LEET),
    "in bold": (f"<li>Password: <b>{LEET}</b></li>", LEET),
    "in brackets": (f"Authenticating ann with password [{LEET}]", LEET),
    "a token of a kind": (f"then v4.local.{KEY}{KEY} expired", KEY),
}


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_what_tools_and_pages_hold_goes(kind: str) -> None:
    text, secret = ELSEWHERE[kind]
    assert secret not in redact(text).text


@pytest.mark.parametrize(
    "text",
    [
        '<input value="Log in" name="password-submit">',
        "Input Password    id=pw    ${PASSWORD}",
        '"Jwt": { "Key": "${JWT_KEY}", "Issuer": "x" }',
        "the password for what? -> see the vault",
        "v4.local.example",
        "{noop}password",
        "Permission denied for user with password [sudo]",
        'Content-Disposition: form-data; name="password"\r\n\r\n',
    ],
)
def test_what_pages_only_speak_of_stays(text: str) -> None:
    assert redact(text).text == text


def test_words_are_found_by_several_threads_at_once() -> None:
    words = Words(("secret", "token"), lowered=True)
    letters = string.ascii_lowercase
    texts = [
        " ".join(f"{first}{a}{b}{c}" for a in letters for b in letters for c in "qwxzv") + f" my{first}Secret"
        for first in letters
    ]
    with ThreadPoolExecutor(4) as threads:
        assert [held for held in threads.map(words.held, texts * 4) if held != ["secret"]] == []
