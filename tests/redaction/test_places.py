"""Secrets in places that name nothing, and passwords that people put together; and what looks like them."""

import base64

import pytest

from whence.secrets.redaction import redact
from whence.secrets.wording import is_composed

pytestmark = pytest.mark.quick

MADE_UP = "Orchid#" + "23copper"
DRAWN = "kX7wQz94TbLm2Vn8" + "RcYp5HdJ"
HASH = "9f86d081884c7d65" + "9a2feaa0c55ad015a3bf4f1b"


@pytest.mark.parametrize(
    "value",
    ["Walrus#23amber", "amber4605Walrus", "Maple-Otter-23", "82ZebraViolin#", "violin.Amber307", "WAL60_orchid+"],
)
def test_words_with_numbers_and_signs_are_passwords(value: str) -> None:
    assert is_composed(value)


@pytest.mark.parametrize(
    "value", ["sha256sum", "AuthService24Impl", "base64Encoder", "keycloak-24", "NIST-800-63B", "config.token12"]
)
def test_names_are_no_passwords(value: str) -> None:
    assert not is_composed(value)


@pytest.mark.parametrize(
    "text",
    [
        f"db password/{MADE_UP}",
        f"log in with ann@x.example and {MADE_UP}",
        f"I changed it to `{MADE_UP}` yesterday, that's the root password now",
        f"the admin password, {MADE_UP}, must change",
        f"数据库密码是 {MADE_UP}",
        f"ann: pw?\nbob: {MADE_UP}",
        f"printf '%s' '{DRAWN}' | gh secret set NPM_TOKEN",
        f'test: ["CMD", "mysqladmin", "ping", "-uroot", "-p{DRAWN}"]',
        f"git clone https://{DRAWN[:16]}@git.example.com/acme/api.git",
        f"DB_PASSWORD=={DRAWN}",
        f"mysql --password='-{DRAWN}' shop",
        f"kind: Secret\nstringData:\n  smtp: {MADE_UP}\n",
        f"DBPassword:\n  Type: String\n  Default: {MADE_UP}\n",
        f'+ master_password = "{DRAWN}" -> "{MADE_UP}"',
        f"||user||password||\n|qa|{MADE_UP}|\n",
        f"UPDATE settings SET value = '{MADE_UP}' WHERE name = 'smtp_password'",
        f"ann * {MADE_UP} *",
        f"[smtp.example.com]:587 ann@x.example:{MADE_UP}",
        f"Der API-Schlüssel ist {DRAWN}, bitte nicht weitergeben.",
        f"config.password = [[{MADE_UP}]]",
        f"<param-name>secret</param-name><param-value>{DRAWN}</param-value>",
    ],
)
def test_a_place_gives_a_secret_away(text: str) -> None:
    left = redact(text).text
    assert MADE_UP not in left
    assert DRAWN[:12] not in left


def test_an_entry_of_a_manifest_is_read_as_it_is_encoded() -> None:
    value = base64.b64encode(MADE_UP.encode()).decode()
    manifest = f"kind: Secret\ndata:\n  username: {base64.b64encode(b'application').decode()}\n  smtp: {value}\n"
    assert redact(manifest).text == manifest.replace(value, "[redacted: kubernetes-secret]")
    assert redact(manifest.replace("Secret", "ConfigMap")).text == manifest.replace("Secret", "ConfigMap")


@pytest.mark.parametrize(
    "text",
    [
        f"the key of the cache is cache-key-{HASH[:32]}",
        f"restore-keys: Linux-pip-{HASH}",
        f"commit {HASH} broke the key lookup",
        f"Fixed in {HASH}, see the token parser",
        "password policy is NIST-800-63B now",
        "we log in with oauth2-proxy and keycloak-24",
        'pod api-7d9f8b6c5d-x2x4z restarted (secret "db-v3" not found)',
        "db password/username pair is read from the vault",
        "[mx1.example.com]:25 note:relay2024",
        "https://continuous-integration@git.example.com/x.git",
        "[[ -n $PASSWORD ]]",
    ],
)
def test_what_looks_alike_stays(text: str) -> None:
    assert redact(text).text == text
