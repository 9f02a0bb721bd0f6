"""Judgements about values by themselves."""

import random
import string
import sysconfig
from pathlib import Path

import pytest

from whence.secrets.randomness import is_dense, is_placeholder, is_random, is_wordlike, oddness

pytestmark = pytest.mark.quick

ALNUM = string.ascii_letters + string.digits


@pytest.mark.parametrize("alphabet", [ALNUM, string.ascii_lowercase + string.digits, ALNUM + "-_", ALNUM + "+/"])
def test_nearly_all_random_tokens_look_random(alphabet: str) -> None:
    rng = random.Random(5)
    tokens = ["".join(rng.choices(alphabet, k=32)) for _ in range(500)]
    assert sum(map(is_random, tokens)) >= 490


def test_hardly_any_name_of_the_standard_library_looks_random() -> None:
    text = (Path(sysconfig.get_path("stdlib")) / "http/client.py").read_text("utf-8")
    names = {
        word for word in text.replace("(", " ").replace(")", " ").split() if len(word) > 15 and word.isidentifier()
    }
    assert len(names) > 10
    assert not [name for name in names if is_random(name)]


def test_only_what_mixes_capitals_small_letters_and_digits_is_dense() -> None:
    rng = random.Random(5)
    assert is_dense("".join(rng.choices(ALNUM, k=40)))
    assert not is_dense("".join(rng.choices("0123456789abcdef", k=40)))
    assert oddness("AbstractAuthenticationTokenProcessingFilterBean2") < 0


@pytest.mark.parametrize(
    "text",
    [
        "${TOKEN}",
        "$TOKEN",
        "{{ token }}",
        "<your-token>",
        "%(token)s",
        "%TOKEN%",
        "xxxxxxxx",
        "********",
        "YOUR_API_KEY",
        "sk-...",
        "changeme",
        "0123456789abcdef",
        "REPLACE_ME",
        "$(cat token)",
        "[a-z0-9]{32}",
        "",
        "!Ref Token",
    ],
)
def test_what_stands_for_a_secret_is_a_placeholder(text: str) -> None:
    assert is_placeholder(text)


def test_a_random_token_is_no_placeholder() -> None:
    rng = random.Random(5)
    assert not [token for token in ("".join(rng.choices(ALNUM, k=64)) for _ in range(2000)) if is_placeholder(token)]


@pytest.mark.parametrize(
    "text",
    [
        "sha512-abc==",
        "sha256:abc",
        "https://example.com",
        "/run/secrets/db",
        "^4.0.0",
        "1.2.3-beta",
        "arn:aws:iam::1:role",
        "js-tokens@4.0.0",
        "ssh-rsa AAAA",
        "argon2id",
        "vault:secret/data/db",
        "[redacted: jwt]",
        "2026-05-01",
        "464/tcp",
    ],
)
def test_digests_references_and_versions_are_no_secrets(text: str) -> None:
    assert is_wordlike(text)
