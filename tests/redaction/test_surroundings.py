"""Secrets that what stands around them gives away, by kind, each in several surroundings; and what looks alike."""

import json
import random
import string
from collections.abc import Callable

import pytest

from whence.secrets.redaction import redact

pytestmark = pytest.mark.quick

ALNUM = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def drawn(prefix: str, alphabet: str, count: int, seed: int = 5) -> str:
    """A random value; made at run time, so that no secret-shaped literal lies in the repository."""
    return prefix + "".join(random.Random(seed).choices(alphabet, k=count))


UUID = "-".join(drawn("", HEX, count, count) for count in (8, 4, 4, 4, 12))
HEX32 = drawn("", HEX, 32)
SMALL = drawn("", string.ascii_lowercase + string.digits, 26, 3)
TOKEN = drawn("", ALNUM, 43, 8)
PASSWORD = "kX7w" + "Qz94Tb"
VAULT = drawn("", HEX, 40).encode().hex()

LINES: dict[str, Callable[[str], str]] = {
    "alone": lambda text: text,
    "in a diff": lambda text: "@@ -1 +1,2 @@\n a\n+" + text.replace("\n", "\n+"),
    "in a message": lambda text: f"Rotate what leaked\n\n{text}\n\nReviewed-by: Test Author",
    "in JSON": lambda text: json.dumps({"text": text, "n": 3}, ensure_ascii=False),
    "in YAML": lambda text: "run: |\n  " + text.replace("\n", "\n  ") + "\nport: 80",
}
ONE_LINE: dict[str, Callable[[str], str]] = {
    **LINES,
    "in a trace": lambda text: f'  File "main.py", line 3, in run\nFailed: {text}',
    "in a log": lambda text: f"2026-05-01T12:00:01Z INFO worker-3 {text}",
    "in a comment": lambda text: f"# {text}",
    "in Markdown": lambda text: f"> {text}",
}


@pytest.mark.parametrize("surround", ONE_LINE.values(), ids=ONE_LINE)
@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"https://chat.example.com/hooks/{SMALL}", SMALL),
        (f"https://hook.eu2.make.com/{SMALL}", SMALL),
        (f"https://maker.ifttt.com/trigger/built/with/key/{TOKEN}", TOKEN),
        (f"https://acme.webhook.office.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/{HEX32}/{UUID}", HEX32),
        (f"https://x.logic.azure.com/workflows/{HEX32}/triggers/manual/paths/invoke?sp=run&sig={TOKEN}", TOKEN),
        (f"https://chat.googleapis.com/v1/spaces/AAAA/messages?threadKey=x&token={TOKEN}", TOKEN),
        (f"https://events.pagerduty.com/integration/{HEX32}/enqueue", HEX32),
        (f"https://open.feishu.cn/open-apis/bot/v2/hook/{UUID}", UUID),
        (f"https://hc-ping.com/{UUID}", UUID),
        (f"Authorization: GenieKey {UUID}", UUID),
        (f"ldapsearch -x -D cn=admin,dc=example -w {PASSWORD} -b dc=example", PASSWORD),
        (f"ldapmodify -D cn=admin -w '{PASSWORD}' -f a.ldif", PASSWORD),
        (f"bindpw {PASSWORD}", PASSWORD),
        (f"olcRootPW: {PASSWORD}", PASSWORD),
        (f"ldaps://cn=admin,dc=example:{PASSWORD}@ldap.example.com", PASSWORD),
        (f"mysqldump -u root -p'{PASSWORD}' shop", PASSWORD),
        (f"SSHPASS={PASSWORD} sshpass -e ssh host", PASSWORD),
        (f"sqlcmd -S db -U sa -P {PASSWORD}", PASSWORD),
        (f"unzip -P {PASSWORD} backup.zip", PASSWORD),
        (f"the admin password is {PASSWORD}", PASSWORD),
        (f"the password for the staging database is {PASSWORD}", PASSWORD),
        (f"das Passwort für die Datenbank ist {PASSWORD}", PASSWORD),
        (f"le mot de passe est {PASSWORD}", PASSWORD),
        (f"la contraseña de la base es {PASSWORD}", PASSWORD),
        (f"密码是{PASSWORD}", PASSWORD),
        (f"log in with ann / {PASSWORD}", PASSWORD),
        (f"use {PASSWORD} as the password", PASSWORD),
        (f"Rotate AUTH_SECRET, was {TOKEN}", TOKEN),
        (f"the old key was base64:{TOKEN}=", TOKEN),
        (f"we ran it with fc-{HEX32} yesterday", HEX32),
        (f"we ran it with ctx7sk-{UUID} yesterday", UUID),
        (f"we ran it with tr_dev_{TOKEN[:24]} yesterday", TOKEN[:24]),
        (f"account key {TOKEN}{TOKEN}==", TOKEN),
    ],
    ids=lambda value: value[:28],
)
def test_what_its_surroundings_give_away_goes(text: str, secret: str, surround: Callable[[str], str]) -> None:
    given = surround(text)
    result = redact(given)
    assert secret not in result.text
    assert result.text.count("\n") == given.count("\n")
    assert redact(result.text).text == result.text


@pytest.mark.parametrize("surround", LINES.values(), ids=LINES)
@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        (f"name,email,password\nann,ann@example.com,{PASSWORD}\nbob,b@example.com,{SMALL}", (PASSWORD, SMALL)),
        (f'"user","passwd","role"\n"ann","{PASSWORD}","admin"', (PASSWORD,)),
        (f"host\tuser\tpassword\ndb1\tann\t{PASSWORD}", (PASSWORD,)),
        (f"login;Passwort\nann;{PASSWORD}", (PASSWORD,)),
        (f"| user | password |\n|------|----------|\n| ann | `{PASSWORD}` |", (PASSWORD,)),
        (f"$ANSIBLE_VAULT;1.1;AES256\n{VAULT}\n{VAULT}\n{VAULT[:26]}", (VAULT, VAULT[:26])),
        (f"{VAULT}\n{VAULT}", (VAULT,)),
        (f"key: ENC[AES256_GCM,data:{TOKEN},iv:{TOKEN}=,tag:{TOKEN[:22]}==,type:str]", (TOKEN,)),
        (f"key: ENC[PKCS7,MIIB{TOKEN}{TOKEN}=]", (TOKEN,)),
        (f"{TOKEN}{TOKEN}--{TOKEN[:16]}--{TOKEN[:22]}==", (TOKEN,)),
        ("-----BEGIN " + f"PGP MESSAGE-----\n\n{TOKEN}{TOKEN[:21]}\n{TOKEN}==\n-----END PGP MESSAGE-----", (TOKEN,)),
    ],
    ids=[
        "CSV",
        "quoted CSV",
        "TSV",
        "semicolons",
        "Markdown",
        "vault",
        "a part of it",
        "SOPS",
        "eyaml",
        "Rails",
        "PGP",
    ],
)
def test_columns_and_what_vaults_have_encrypted_go(
    text: str, secrets: tuple[str, ...], surround: Callable[[str], str]
) -> None:
    result = redact(surround(text)).text
    assert [secret for secret in secrets if secret in result] == []


@pytest.mark.parametrize(
    "text",
    [
        "user,password\nann,\nbob,",
        "field,password,required\nkind,string,true",
        "def login(user, password):\n    check(user, password)",
        "from app import user, password\nfrom lib import hash2x, verify",
        "| option | password |\n|---|---|\n| default | none |",
        "the password is pbkdf2-derived and the token is sha256-hashed",
        "the password for user is required",
        "const same = a.password === b.password2",
        "https://example.com/hooks/useState and https://example.com/webhook/stripe",
        "https://docs.example.com/hooks/react-hooks-and-their-order",
        "ldapsearch -x -w $LDAP_PASSWORD -b dc=example",
        "ldapsearch -x -W -y /run/secrets/bind -b dc=example",
        "curl -u ann https://api.example.com",
        "sha512-" + drawn("", ALNUM, 86) + "==",
        drawn("commit ", HEX, 40),
        f"id: {UUID}",
        "key_of_the_first_row and setup_of_the_second",
        "base64:abc is an encoding",
        '<img alt="the api key" src="data:image/png;base64,' + drawn("iVBORw0KGgo", ALNUM + "+/", 800) + '">',
        '<img class="token" width="3" src="data:image/gif;base64,' + drawn("R0lGODlh", ALNUM + "+/", 800) + '">',
    ],
    ids=lambda value: value[:24],
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert redact(text).text == text
