"""Passwords made of words, secrets which only the name of their group gives away, and logins told without names."""

import json
import random
import string
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.properties import bounded
from whence.secrets.names import Strength, strength
from whence.secrets.redaction import redact, redact_path
from whence.secrets.values import Tie, keeps
from whence.secrets.wording import are_coined, is_coined, is_known

pytestmark = pytest.mark.quick

ALNUM = string.ascii_letters + string.digits
THINGS = ("amber", "cobalt", "meadow", "falcon", "lantern", "orchid", "thunder", "violin", "harbor", "maple", "walrus")
CODE = ("user", "value", "token", "field", "string", "config", "request", "hash", "input", "model", "service")
LABELS = ("required", "Optional", "Passwort", "mandatory", "incorrect", "plaintext", "newpassword", "Wachtwoord")
SURROUND: dict[str, Callable[[str], str]] = {
    "alone": lambda text: text,
    "added": lambda text: "@@ -1,2 +1,3 @@ x\n a\n+" + text.replace("\n", "\n+"),
    "removed": lambda text: "@@ -1,2 +1 @@\n-" + text.replace("\n", "\n-") + "\n b",
    "in JSON": lambda text: json.dumps({"level": "info", "text": text}, ensure_ascii=False),
    "in a message": lambda text: f"Stop this\n\n{text}\n\nRefs #12",
}


def drawn(alphabet: str, count: int, seed: int) -> str:
    """A random value; made at run time, so that no secret-shaped literal lies in the repository."""
    return "".join(random.Random(seed).choices(alphabet, k=count))


def camel(words: tuple[str, ...] | list[str]) -> str:
    return "".join(word.title() for word in words)


several = st.lists(st.sampled_from(THINGS), min_size=3, max_size=4, unique=True)


@given(
    several, st.sampled_from(["password: {}", 'DB_PASSWORD="{}"', "pwd={};", "<password>{}</password>", "pass: '{}',"])
)
@bounded(60)
def test_words_which_no_code_is_made_of_are_a_password(words: list[str], frame: str) -> None:
    value = camel(words)
    assert value not in redact(frame.format(value)).text


@given(
    st.lists(st.sampled_from(CODE), min_size=2, max_size=3, unique=True),
    st.sampled_from(
        ["password: {}", "password = {}", 'password: "{}"', "self.password = {}", "<password>{}</password>"]
    ),
)
@bounded(60)
def test_words_of_code_are_none(words: list[str], frame: str) -> None:
    text = frame.format(words[0] + camel(words[1:]))
    assert redact(text).text == text


@pytest.mark.parametrize("value", LABELS)
@pytest.mark.parametrize("frame", ['"password": "{}"', "password: {}", "password={}", "<label>password</label> {}"])
def test_a_label_is_no_password(value: str, frame: str) -> None:
    assert redact(frame.format(value)).text == frame.format(value)


def test_words_are_told_by_what_they_are_made_of() -> None:
    assert is_known("tokens")
    assert is_coined("".join(THINGS[:2]))
    assert are_coined(list(THINGS[:2]))
    assert not is_coined("userToken")
    assert not are_coined(["user", "name"])
    assert not are_coined(["amber", "password"])
    assert not keeps(camel(THINGS[:2]), Strength.SECRET, Tie.QUOTED)


def test_words_before_more_words_are_prose() -> None:
    text = "password: " + "".join(THINGS[:2]) + " of the house"
    assert redact(text).text == text


GROUPS = {
    "YAML": "{name}:\n  ci: {a}\n  laptop: {b}\nport: 80",
    "a list of YAML": "{name}:\n  - {a}\n  - {b}\nport: 80",
    "JSON": '"{name}": {{"ci": "{a}", "laptop": "{b}"}}, "port": 80',
    "a list": '{name} = ["{a}", "{b}"]',
    "a tuple": "{name} = ('{a}', '{b}')",
    "a map": "const {name} = {{ ci: '{a}', laptop: '{b}' }};",
}


@pytest.mark.parametrize("surround", SURROUND.values(), ids=SURROUND)
@pytest.mark.parametrize("group", GROUPS.values(), ids=GROUPS)
@pytest.mark.parametrize("name", ["tokens", "api_keys", "secrets", "accessTokens", "passwords"])
def test_the_members_of_a_group_go(name: str, group: str, surround: Callable[[str], str]) -> None:
    first, second = drawn(ALNUM, 36, 3), drawn(ALNUM, 30, 4) + "7!"[: name == "passwords"]
    result = redact(surround(group.format(name=name, a=first, b=second))).text
    assert first not in result
    assert second not in result
    assert "port" in result or "port" not in group


@pytest.mark.parametrize("surround", SURROUND.values(), ids=SURROUND)
def test_a_section_of_secrets_ends_where_the_next_begins(surround: Callable[[str], str]) -> None:
    value, digest = drawn(ALNUM, 32, 5), drawn("0123456789abcdef", 40, 6)
    result = redact(surround(f"[secrets]\nmailer = {value}\n[build]\nrevision = {digest}")).text
    assert value not in result
    assert digest in result


@pytest.mark.parametrize(
    "text",
    [
        "tokens:\n  input: 1200\n  output: 300",
        "passwords:\n  min_length: 12\n  require_digits: true",
        "secrets:\n  - db_password\n  - api_token",
        'tokens = {"NUMBER": r"\\d+", "PLUS": r"\\+"}',
        "keys:\n  up: k\n  down: j",
        'tokens: {\n  colors: { primary: "#1a2b3c" },\n}',
        "[credentials]\nprovider = aws\nprofile = default",
        "tokens = [101, 205, 203, 196, 307, 197, 260, 102, 12, 13, 14, 15, 16]",
    ],
)
def test_a_group_of_something_else_stays(text: str) -> None:
    assert redact(text).text == text


def test_an_identifier_in_a_group_stays() -> None:
    text = 'tokens = {"sha256": "' + drawn("0123456789abcdef", 64, 9) + '"}'
    assert redact(text).text == text


PASSWORD = "Walrus" + "2024!"


@pytest.mark.parametrize("surround", SURROUND.values(), ids=SURROUND)
@pytest.mark.parametrize(
    "text",
    [
        "could not log in with ('db.internal', 5432, 'app', '{}')",
        'pymysql.connect("db", "root", "{}", "shop")',
        'smtp.login("ann@example.com", "{}")',
        "ID/PW: ann/{}",
        "Anmeldung mit ann/{}",
        "grafana admin/{}",
        "**Password:** `{}`",
        "Password (staging): {}",
        "Das PW ist {}",
        "La contraseña de la base es {}",
        "密码是 {}",
        "비번: {}",
        "<auth-user-pass>\nann\n{}\n</auth-user-pass>",
        "Array ( [user] => ann [password] => {} )",
        "password.................{}",
        'ldap_bind($c, "cn=app,dc=x", "{}")',
        "vault kv put secret/app other={}",
    ],
)
def test_a_login_that_is_told_goes(text: str, surround: Callable[[str], str]) -> None:
    assert PASSWORD not in redact(surround(text.format(PASSWORD))).text


@pytest.mark.parametrize(
    "text",
    [
        "The ID/password combination is wrong.",
        "email / password",
        "admin / editor / viewer",
        "Login with Google / GitHub",
        "First pass: determine the maximum",
        "password(min 8 chars)",
        "password-based authentication (RFC2898)",
        "connect('localhost', 'root', '', 'shop')",
        "The old one was removed in v2.3.1",
        "password ........ ok",
    ],
)
def test_prose_about_logins_stays(text: str) -> None:
    assert redact(text).text == text


def test_the_bytes_of_a_key_go_and_a_table_stays() -> None:
    numbers = ", ".join(f"0x{byte:02x}" for byte in random.Random(3).randbytes(16))
    assert numbers not in redact(f"const AES_KEY = {{{numbers}}};").text
    table = f"static const uint8_t sbox[] = {{{numbers}}};"
    assert redact(table).text == table


def test_a_private_key_of_json_on_several_lines_goes() -> None:
    value = drawn(ALNUM, 43, 8)
    assert value not in redact(f'{{\n  "kty": "EC",\n  "d": "{value}"\n}}').text


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acmecorp_key", Strength.LIKELY),
        ("lockfile_key", Strength.NONE),
        ("become_pass", Strength.PASSWORD),
        ("render_pass", Strength.SECRET),
        ("rootpw", Strength.PASSWORD),
        ("비번", Strength.PASSWORD),
    ],
)
def test_an_owner_says_what_a_key_or_a_pass_is(name: str, expected: Strength) -> None:
    assert strength(name) is expected


def test_a_key_of_an_unknown_service_is_taken_only_if_it_was_drawn() -> None:
    value = drawn("0123456789abcdef", 32, 12)
    assert value not in redact(f'adobe_key = "{value}"').text
    assert redact('adobe_key = "primary-1"').text == 'adobe_key = "primary-1"'


def test_a_token_in_colour_and_in_a_query_within_a_query_goes() -> None:
    token = "gh" + "p_" + drawn(ALNUM, 36, 2)
    assert token not in redact(f"\x1b[93m{token}\x1b[0m").text
    value = drawn(ALNUM, 24, 6)
    assert value not in redact(f"https://example.com/?next=%2Fx%3Ftoken%3D{value}%26y%3D1").text


def test_a_path_with_a_login_goes() -> None:
    assert PASSWORD[:10] not in redact_path(f"dumps/u:{PASSWORD[:10]}@db/x.sql").text
    assert redact_path("dist/password-DkX9a2Qf.js").text == "dist/password-DkX9a2Qf.js"
