"""What names promise, and which values keep the promise."""

import random
import string

import pytest

from whence.secrets.names import Strength, strength, takes_secret
from whence.secrets.values import Tie, keeps

pytestmark = pytest.mark.quick

ALNUM = string.ascii_letters + string.digits


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            "password DB_PASSWORD dbPassword user-pwd smtp_pass pass PASSWORD_PROD kennwort mot_de_passe",
            Strength.PASSWORD,
        ),
        (
            "token API_TOKEN apiKey x-api-key client_secret SECRET_KEY_BASE accessKey secretId credentials"
            " MY_THING_KEY algoliaKey passwordSalt salt",
            Strength.SECRET,
        ),
        ("key auth x_key myDataKey", Strength.WEAK),
        ("token_url secretName password_file cacheKey sort_key public_key publicKeyToken nextPageToken", Strength.NONE),
        ("keyboard tokenizer author bypass compass path secretary jsonwebtoken passing pass_count", Strength.NONE),
    ],
)
def test_the_last_word_of_a_name_says_what_it_promises(names: str, expected: Strength) -> None:
    assert {name: strength(name) for name in names.split()} == dict.fromkeys(names.split(), expected)


@pytest.mark.parametrize("tie", Tie)
def test_a_random_value_keeps_what_a_token_promises(tie: Tie) -> None:
    assert keeps("".join(random.Random(1).choices(ALNUM, k=32)), Strength.SECRET, tie)


@pytest.mark.parametrize(
    "value", ["internal-billing-service-2", "created_at", "AccessTokenV2Serializer", "prod/db/password1"]
)
@pytest.mark.parametrize("tie", Tie)
def test_a_written_value_does_not(value: str, tie: Tie) -> None:
    assert not keeps(value, Strength.SECRET, tie)


def test_a_hash_keeps_the_promise_of_a_token_and_not_of_a_key() -> None:
    value = "".join(random.Random(1).choices("0123456789abcdef", k=40))
    assert keeps(value, Strength.SECRET, Tie.QUOTED)
    assert not keeps(value, Strength.WEAK, Tie.QUOTED)


@pytest.mark.parametrize(
    ("value", "quoted", "plain", "near"),
    [
        ("Summer" + "2024!", True, True, True),
        ("p4ss" + "1234", True, True, True),
        ("password2", True, False, False),
        ("string", False, False, False),
        ("String!", True, False, False),
        ("Uint8Array", True, False, False),
        ("Passwort", False, False, False),
        ("current-password", False, False, False),
        ("8-64", False, False, False),
        ("enter your new password", False, False, False),
    ],
)
def test_how_a_value_hangs_on_the_name_decides(value: str, quoted: bool, plain: bool, near: bool) -> None:
    kept = [keeps(value, Strength.PASSWORD, tie) for tie in (Tie.QUOTED, Tie.PLAIN, Tie.NEAR)]
    assert kept == [quoted, plain, near]


def test_the_words_of_a_wallet_are_a_secret_and_a_sentence_is_none() -> None:
    words = "gravity eagle tunnel mixed candy ripple stadium verify oxygen lunar draft above"
    assert keeps(words, Strength.SECRET, Tie.QUOTED)
    assert not keeps(words + " and more", Strength.SECRET, Tie.QUOTED)


def test_a_call_that_asks_is_not_given_a_secret() -> None:
    assert takes_secret("setPassword")
    assert takes_secret("builder.password")
    assert not takes_secret("keyring.get_password")
