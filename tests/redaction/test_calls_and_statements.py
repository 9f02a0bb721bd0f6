"""Secrets that calls, statements of SQL, redirections and sentences hand over; and texts that repeat themselves."""

import random
import string

import pytest

from whence.secrets.redaction import redact

DRAWN = "q7Xv2" + "LpZ9rT4"
JUMBLED = "rYimOC" + "OiDbRn"
TOKEN = "".join(random.Random(4).choices(string.ascii_letters + string.digits, k=40))
HEX = "".join(random.Random(4).choices("0123456789abcdef", k=64))
UUID = f"{HEX[:8]}-{HEX[8:12]}-{HEX[12:16]}-{HEX[16:20]}-{HEX[20:32]}"

KINDS = {
    "one binds to a directory": (f"conn.simple_bind_s('cn=svc,dc=acme', '{DRAWN}')", DRAWN),
    "a constant names the next argument": (f'env.put(Context.SECURITY_CREDENTIALS, "{DRAWN}");', DRAWN),
    "a login of four strings": (f'Credentials("Realm", "nexus.example", "ci", "{DRAWN}")', DRAWN),
    "a storage's client": (f'Minio("play.example", "someone", "{TOKEN}")', TOKEN),
    "the key of a signature": (f'Keys.hmacShaKeyFor("{TOKEN}".getBytes())', TOKEN),
    "a column of an insertion": (f"INSERT INTO users (name, password) VALUES ('ann', '{DRAWN}');", DRAWN),
    "a second row of an insertion": (
        f"insert into keys (id, api_key) values (1, 'none'),\n (2, '{TOKEN}');",
        TOKEN,
    ),
    "a procedure of SQL": (f"EXEC sp_addlogin 'app', '{DRAWN}'", DRAWN),
    "a file of a key": (f"echo {HEX[:32]} > config/master.key", HEX[:32]),
    "the output of a command as a file": (f"restic --password-file <(echo {DRAWN}) backup", DRAWN),
    "options in one word": (f"curl -su ann:{DRAWN} https://x.example", DRAWN),
    "letters only": (f"http -a ann:{JUMBLED} https://x.example", JUMBLED),
    "an assignment that may be overridden": (f"DB_PASS ?= {DRAWN}", DRAWN),
    "a bold name": (f"- **Password**: {DRAWN}", DRAWN),
    "a head of two words": (f"| Service | API key |\n|:--|:--|\n| maps | `{TOKEN}` |", TOKEN),
    "a list of keys": (f"APP_KEYS={TOKEN[:22]}==,{TOKEN[18:]}==", TOKEN[18:]),
    "a key told in hexadecimal digits": (f"the encryption key we used is {HEX}.", HEX),
    "a key in an aside": (f"the client secret, {TOKEN}, expires in May", TOKEN),
    "a token behind a clause": (f"Use the following token to authenticate: {TOKEN}", TOKEN),
    "both passwords of a change": (f"the password changed from {DRAWN} to something", DRAWN),
    "a login told with a slash": (f"the default credentials admin / {DRAWN} still work", DRAWN),
    "a field of a page": (f"await page.fill('#password', '{DRAWN}')", DRAWN),
    "a sentence of a scenario": (f'When I fill in "Password" with "{DRAWN}"', DRAWN),
    "a user that is made": (f'create_user("ann", "a@x.example", "{DRAWN}")', DRAWN),
    "a token told as what it is": (f"auth with {TOKEN} as bearer token", TOKEN),
    "a login told before its name": (f"root / {DRAWN} is the login", DRAWN),
    "a name with an aside": (f"the DB password (prod) is {DRAWN}", DRAWN),
    "a quote of a shell": (f"ldapsearch -x -D cn=a -w $'{DRAWN}'", DRAWN),
    "a recovery code": ("my recovery code is ab1" + "x9-qw7er", "qw7er"),
    "a service that rings telephones": (f"https://api.day.app/{TOKEN[:22]}/Deploy", TOKEN[:22]),
    "a webhook of a host of one's own": (f"https://portainer.example/api/webhooks/{UUID}", UUID),
    "a connector of Teams": (f"https://outlook.office.com/webhook/{UUID}@{UUID}/JenkinsCI/{HEX[:32]}/x", HEX[:32]),
}


@pytest.mark.parametrize(("text", "secret"), KINDS.values(), ids=KINDS.keys())
def test_what_is_handed_over_goes(text: str, secret: str) -> None:
    result = redact(text)
    assert result.found
    assert secret not in result.text
    assert redact(result.text).text == result.text


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO users (name, password) VALUES (?, ?), ('ann', NULL);",
        "INSERT INTO pages (title, token_count) VALUES ('Passwords', 17)",
        'value = prompt(\n            "Password",\n            hide_input=True,\n        )',
        'token: "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48"',
        "the setup code is in setup.py and the backup key is F5",
        "https://docs.example.com/webhooks/incoming/how-to-receive-what-we-send",
        "page.fill('#password', 'password')",
        "mysql -p$PASSWORD -u root",
        "the page for the password / login is the login page",
        "AUTH is set, AUTH LOGIN is not",
        "kubectl config set-context --current --namespace=web",
        "the password changed from a word to a phrase",
    ],
)
def test_what_only_looks_alike_stays(text: str) -> None:
    assert redact(text).text == text


def test_every_one_of_the_same_lines_is_redacted() -> None:
    line = f"password: {DRAWN} and more\n"
    result = redact(line * 300)
    assert len(result.found) == 300
    assert DRAWN not in result.text


def test_the_same_names_with_other_values_are_told_apart() -> None:
    text = "".join(f"password = '{word}'\n" for word in ("<yours>", DRAWN, "<yours>", JUMBLED))
    result = redact(text)
    assert len(result.found) == 2
    assert result.text.count("<yours>") == 2
