"""What redaction promises of every text: what goes stays gone, what is no secret stays, lines keep their numbers."""

import random
import re
import string

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import NAMES, TEXTS, bounded, made_of
from whence.git.text import clean
from whence.secrets.names import Strength, strength
from whence.secrets.redaction import Redacted, is_secret_file, redact, redact_path
from whence.secrets.values import Tie, keeps

ALNUM = string.ascii_letters + string.digits
MARKER = re.compile(r"\[redacted: [a-z0-9-]+\]")


def drawn(prefix: str, alphabet: str, count: int, seed: int = 11) -> str:
    """A credential of that shape; made at run time, so that no secret-shaped literal lies in the repository."""
    return prefix + "".join(random.Random(seed).choices(alphabet, k=count))


def shaped(seed: int) -> tuple[str, ...]:
    """A credential of each of some published shapes."""
    return (
        drawn("gh" + "p_", ALNUM, 36, seed),
        drawn("AK" + "IA", string.ascii_uppercase + "234567", 16, seed + 1),
        drawn("glp" + "at-", ALNUM, 20, seed + 2),
        drawn("sk_" + "live_", ALNUM, 24, seed + 3),
        drawn("np" + "m_", ALNUM, 36, seed + 4),
        drawn("AI" + "za", ALNUM + "_-", 35, seed + 5),
        ".".join([drawn("ey" + "J", ALNUM, 33, seed), drawn("ey" + "J", ALNUM, 60, seed), drawn("", ALNUM, 43, seed)]),
    )


SHAPED, PLANTED = shaped(11), shaped(51)
KEY = "\n".join(["-----BEGIN " + "PRIVATE KEY-----", *(drawn("", ALNUM, 64, n) for n in range(4)), "-----END KEY-----"])
NAMED = ("password", "DB_PASSWORD", "api_key", "client-secret", "token", "--password", "Authorization", "pwd", "пароль")
LINKS = (
    "=",
    " = ",
    ": ",
    '": "',
    "='",
    "\n",
    "\n",
    '="',
    "(",
    '", "',
    " | ",
    " := ",
    "=>",
    ": |\n  ",
    ">",
    " is ",
    "\\n",
    " ",
)
VALUES = (
    drawn("", ALNUM, 40, 14),
    drawn("", "0123456789abcdef", 32, 15),
    "Tr0ub4" + "dor!",
    "correct-horse-" + "battery-staple",
    "abcd efgh " + "ijkl mnop",
    "12345" + "678",
    "${SECRET}",
    "os.environ[",
    "example",
    "None",
)
MIXED = made_of(*SHAPED, KEY, KEY[40:150], *NAMED, *LINKS, *VALUES, "'", "[redacted: password]", "+", "- ", "</", ",")
WORDS = (
    "we",
    "add",
    "the",
    "sum",
    "of",
    "all",
    "rows",
    "and",
    "draw",
    "it",
    "again",
    ";",
    ".",
    "(",
    ")",
    "-",
    "12",
    "\n",
)
PLAIN = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)


@bounded(250)
@given(st.one_of(MIXED, TEXTS))
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact(text)
    assert redact(once.text) == Redacted(once.text, ())


@bounded(200)
@given(MIXED, MIXED)
def test_what_was_taken_does_not_grow_back(one: str, other: str) -> None:
    """Redacted texts are joined and compared; what is made of them holds no secret that was taken from either."""
    left, right = redact(one).text, redact(other).text
    for joined in (f"{left}{right}", f"{left}\n{right}", redact(f"{left}{right}").text):
        assert not [secret for secret in SHAPED if secret in joined and secret not in left and secret not in right]


@bounded(200)
@given(MIXED)
def test_lines_keep_their_numbers_and_the_rest_its_words(text: str) -> None:
    kept = redact(text)
    assert kept.text.count("\n") == text.count("\n")
    assert len(kept.found) <= len(MARKER.findall(kept.text))
    at = 0
    for piece in re.split(rf"(?:{MARKER.pattern}|\n[+\- ]?)", kept.text):
        at = text.find(piece, at)
        assert at >= 0, "what is left was there before, in that order"
        at += len(piece)


@bounded(200)
@given(PLAIN)
def test_a_text_without_secrets_is_left_alone(text: str) -> None:
    assert redact(text) == Redacted(text, ())


@bounded(200)
@given(
    st.sampled_from(PLANTED),
    st.one_of(PLAIN, MIXED),
    st.one_of(PLAIN, MIXED),
    st.sampled_from(["\n", "\n+", "\n- ", '\n"', "\n    "]),
)
def test_a_credential_with_a_shape_goes_whatever_stands_around(secret: str, before: str, after: str, edge: str) -> None:
    kept = redact(f"{before}{edge}{secret}\n{after}").text
    assert secret not in kept
    assert secret[4:-4] not in kept


@bounded(200)
@given(st.one_of(MIXED, TEXTS, st.lists(st.one_of(NAMES, st.sampled_from(SHAPED))).map("/".join)))
def test_a_path_keeps_its_parts_and_none_of_its_secrets(path: str) -> None:
    kept = redact_path(path)
    assert redact_path(kept.text).text == kept.text
    assert kept.text.count("/") == path.count("/")


@bounded(100)
@given(st.lists(NAMES, min_size=1, max_size=5).map("/".join), st.sampled_from(SHAPED))
def test_a_path_loses_the_name_that_is_a_secret_and_no_other(path: str, secret: str) -> None:
    assert redact_path(path).text == path
    kept = redact_path(f"{path}/{secret}/{path}").text
    assert secret not in kept
    assert kept.startswith(f"{path}/[redacted: ") and kept.endswith(f"]/{path}")


@bounded(100)
@given(st.lists(st.one_of(NAMES, st.sampled_from([".env", "id_rsa", "key.pem", "a.pub"])), min_size=1).map("/".join))
def test_a_file_is_secret_by_its_own_name_however_its_folders_are_written(path: str) -> None:
    assert is_secret_file(path) == is_secret_file(path.replace("/", "\\")) == is_secret_file(f"./{path}")


@bounded(200)
@given(st.binary(max_size=200) | MIXED.map(str.encode))
def test_a_file_is_cleaned_once_and_for_all(raw: bytes) -> None:
    text = clean(raw)
    if text is not None:
        assert "\r" not in text
        assert redact(text).text == text


@bounded(200)
@given(st.one_of(TEXTS, st.sampled_from(VALUES), MIXED), st.sampled_from(Tie), st.one_of(TEXTS, st.sampled_from(NAMED)))
def test_a_stronger_name_is_believed_no_less(value: str, tie: Tie, name: str) -> None:
    assert strength(name) in Strength
    assert not keeps(value, Strength.WEAK, tie) or keeps(value, Strength.SECRET, tie) or " " in value
