"""What is read of a text instead of the whole: the two ends of data, and the lines where something was taken."""

import base64
import random
import string

import pytest

from whence.secrets import excerpts
from whence.secrets.redaction import redact, redact_path

pytestmark = pytest.mark.quick

DRAWN = "".join(random.Random(4).choices(string.ascii_letters + string.digits, k=40))
DATA = base64.b64encode(random.Random(1).randbytes(300_000)).decode()


@pytest.mark.parametrize("sign", ["a", "=", "A/", "0-"])
def test_long_data_is_read_at_both_ends_and_told_by_its_own_places(sign: str) -> None:
    data = sign * (300_000 // len(sign))
    text = f'password = "{DRAWN}"\nx = "{data}"\napi_key = "{DRAWN}"\n'
    assert redact(text).text == (
        f'password = "[redacted: password]"\nx = "{data}"\napi_key = "[redacted: high-entropy-secret]"\n'
    )


def test_what_reaches_over_long_data_goes_whole() -> None:
    short = excerpts.without_data(f"a {DATA} b")
    assert short is not None
    assert (short.place(0), short.place(len(short.text), end=True)) == (0, len(DATA) + 4)
    begin = short.text.index(DATA[:40])
    assert (short.place(begin), short.place(len(short.text) - 2, end=True)) == (2, 2 + len(DATA))


def test_a_text_without_long_data_is_read_as_it_is() -> None:
    assert excerpts.without_data("x " * 300_000) is None


@pytest.mark.parametrize("width", [64, 76])
def test_a_value_beside_what_was_taken_is_not_told_by_it(width: int) -> None:
    """The name of what was taken holds the words `secret` and `key`; it is no word for what stands behind."""
    lines = [DATA[at : at + width] for at in range(0, 20 * width, width)]
    text = f'token = "{DRAWN}"\n' + "\n".join(lines)
    assert redact(text).text == text.replace(DRAWN, "[redacted: high-entropy-secret]")
    beside = f"[redacted: high-entropy-secret] {DRAWN}, [redacted: github-token] {DRAWN[::-1]}"
    assert redact(beside).text == beside


@pytest.mark.parametrize("left", ["\n", "\n+\n+", "\n\n\n"])
def test_the_lines_where_something_was_taken_reach_to_where_it_ended(left: str) -> None:
    text = f"a\nb [redacted: private-key]{left} rest\nc\nd [redacted: password] e\nf"
    lines = excerpts.marked_lines(text)
    assert lines.text.split("\n")[0] == "b [redacted: private-key]"
    assert " rest\n" in lines.text and "d [redacted: password] e" in lines.text
    assert not lines.text.startswith("a") and "c\nd" not in lines.text
    assert text[lines.place(lines.text.index("d [")) :].startswith("d [redacted: password] e")


def test_what_comes_to_light_on_the_same_line_goes_as_well() -> None:
    """As many lines as were read before: each is read again, and nothing that is left says more when read anew."""
    text = "\n".join(f"line {at}: password='{DRAWN[at : at + 14]}' and then x" for at in range(20))
    once = redact(text)
    assert len(once.found) == 20
    assert redact(once.text).text == once.text


def test_of_a_very_long_line_what_stands_around_its_markers_is_read_again() -> None:
    filling = "a word and others, " * 2000
    text = f"{filling}[redacted: password] near it {filling}[redacted: aws-secret-key] and here {filling}"
    lines = excerpts.marked_lines(text)
    assert len(lines.text) < 20_000
    for piece in ("[redacted: password] near it", "[redacted: aws-secret-key] and here"):
        at = lines.text.index(piece)
        assert text[lines.place(at) : lines.place(at + len(piece), end=True)] == piece
    first, second = lines.text.split("\n")  # the pieces don't touch
    assert "password" in first
    assert "aws" in second


def test_what_comes_to_light_in_a_very_long_line_goes() -> None:
    secret = "amber46" + "05walrus"
    filling = "a word and others, " * 2000
    text = f"{filling}password: {secret} / password is {secret}1 {filling}"
    assert secret not in redact(text).text


def test_a_path_that_is_no_path_any_more_is_read_as_a_text() -> None:
    secret = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
    text = "a/" * 300_000 + secret + "/b" * 1000
    found = redact_path(text)
    assert secret not in found.text
    assert found.text.startswith("a/a/")


def test_words_behind_a_password_are_not_taken_one_after_another() -> None:
    text = "the password amber46" + "05walrus orchid77" + "maple and harbor88" + "cobalt are bands"
    assert redact(text).text == "the password [redacted: password] orchid77" + "maple and harbor88" + "cobalt are bands"
