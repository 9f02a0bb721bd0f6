"""Keys near the words for them, beside the names of services, in names of paths, and behind a prefix that says so."""

import base64
import itertools
import random
import uuid

import pytest

from whence.secrets.mentions import is_drawn
from whence.secrets.redaction import redact, redact_path

_RNG = random.Random(12)
_SMALL = "abcdefghijklmnopqrstuvwxyz"
_DIGITS = "0123456789"


def _drawn(alphabet: str, size: int) -> str:
    while not is_drawn(value := "".join(_RNG.choices(alphabet, k=size))):
        pass
    return value


BASE36, BASE62 = _drawn(_SMALL + _DIGITS, 32), _drawn(_SMALL + _SMALL.upper() + _DIGITS, 32)
HEX, UUID = _RNG.randbytes(16).hex(), str(uuid.UUID(int=_RNG.getrandbits(128)))

TOLD = (
    "we used {v} as the {s} before",
    "Error: invalid {s} {v}\n    at go (/srv/a.js:3:4)",
    "Drop the {s}\n\nIt was {v}, and is revoked.",
    "Replace {v} with a reference\n\nThat was the {s} of staging.",
    "the {s} is {v} for now",
    "{s} leaked in the log: {v}",
    "- {s}\n- {v}",
    "assert '{v}' == {s}",
    "{v}  # {s}",
    "<td>{s}</td><td>{v}</td>",
    "Q: {s}? A: {v}",
    "because it needs a {s}, we put {v} into the file",
    "FYI {v} is still our live {s}, so hide it",
)


@pytest.mark.parametrize("template", TOLD)
@pytest.mark.parametrize("spoken", ["stripe key", "Algolia API key", "the deploy_token", "WEBHOOK_SECRET"])
@pytest.mark.parametrize("value", [BASE36, BASE62, HEX, UUID], ids=["base36", "base62", "hex", "UUID"])
def test_a_key_near_the_word_for_it_goes(template: str, spoken: str, value: str) -> None:
    result = redact(template.format(s=spoken, v=value))
    assert value not in result.text
    assert redact(result.text).text == result.text


@pytest.mark.parametrize(
    "text",
    [
        f"the commit of the key change is {HEX}{HEX[:8]}",
        f"the token's hash is {HEX}",
        f"cache key: node-modules-{HEX}{HEX}",
        f"the sort key {HEX}",
        f"rotate the api key (request id {UUID})",
        f"primary key {UUID}",
        f'"integrity": "sha512-{base64.b64encode(_RNG.randbytes(64)).decode()}", "key": 1',
        f"fix the key of the map, see build {HEX}",
        f"stripe = '{HEX}{HEX[:8]}'",
        f"cloudflare: {UUID}",
    ],
)
def test_what_is_no_key_stays_beside_the_word(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize("form", ['{n} = "{v}"', "{n}: {v}", "{n}={v}", '"{n}": "{v}"', "{n} auth {v}"])
@pytest.mark.parametrize("name", ["adafruit", "adafruit_io", "finnhub", "mailgun"])
@pytest.mark.parametrize("value", [BASE36, BASE62], ids=["base36", "base62"])
def test_a_service_alone_says_that_the_value_is_its_key(form: str, name: str, value: str) -> None:
    assert value not in redact(form.format(n=name, v=value)).text


@pytest.mark.parametrize(
    "form",
    ["keys/{k}-{v}.json", "a/{k}_{v}.txt", "secrets/{k}/{v}", "old/{v}.{k}.bak", r"C:\tmp\{k}__{v}", "x/{k} {v}.md"],
)
@pytest.mark.parametrize(
    ("name", "value"), list(itertools.product(["etsy-token", "plaid_api_key"], [BASE36, BASE62, HEX, UUID]))
)
def test_the_name_of_a_path_holds_no_key(form: str, name: str, value: str) -> None:
    if "{k}_" in form or "{k}-" in form or value not in (HEX, UUID):
        assert value not in redact_path(form.format(k=name, v=value)).text


@pytest.mark.parametrize(
    "path",
    [
        f"tokens/{HEX}.json",
        f"cache-key-{HEX}{HEX}",
        f"objects/{HEX[:2]}/{HEX}",
        f"sessions/{UUID}.jsonl",
        "a/token-list.md",
    ],
)
def test_a_path_that_ends_in_a_hash_stays(path: str) -> None:
    assert redact_path(path).text == path


@pytest.mark.parametrize("prefix", ["hl_sk_", "acme_secret_", "zz-pat-", "n_apikey_", "apk_user_"])
@pytest.mark.parametrize("rest", [HEX + HEX[:16], BASE36, BASE62], ids=["hex", "base36", "base62"])
def test_a_prefix_that_says_so_is_enough(prefix: str, rest: str) -> None:
    assert rest not in redact(f"retry with {prefix}{rest} after 3 s").text


def test_a_text_that_repeats_a_key_is_read_in_one_pass() -> None:
    text = f"key {BASE36} " * 200
    assert redact(text).text == "key [redacted: high-entropy-secret] " * 200


def test_a_sentence_in_another_script_is_no_password() -> None:
    text = '{"pass": "Siden har mindst én overskrift på niveau 1"}'
    assert redact(text).text == text
