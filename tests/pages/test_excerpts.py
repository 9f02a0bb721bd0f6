"""How a longer text begins, as a page tells it on one line."""

import pytest

from whence.pages.excerpts import excerpt, shortened


@pytest.mark.parametrize(
    ("text", "title", "told"),
    [
        pytest.param("- Take the lock\n- Release it", "", "Take the lock. Release it", id="items become sentences"),
        pytest.param("## Why\n\nIt broke.", "", "Why. It broke.", id="a heading has no mark"),
        pytest.param("* [x] Take the lock", "", "Take the lock", id="a box is no word"),
        pytest.param("> It broke\n> again", "", "It broke. again", id="a quote has no marks"),
        pytest.param("It was\nwrapped.", "", "It was wrapped.", id="a wrapped line goes on"),
        pytest.param("* fix(cart): It broke (#3)\n\nTwice.", "It broke", "Twice.", id="the title is not said again"),
        pytest.param("Before:\n```py\nx = 1\n```\nAfter.", "", "Before: After.", id="code is left out"),
        pytest.param("One\n---\nTwo", "", "One. Two", id="a rule is left out"),
        pytest.param("It broke. Now:\n```\nx = 1\n```", "", "It broke.", id="what announces code is left out too"),
        pytest.param("", "", "", id="nothing"),
    ],
)
def test_an_excerpt_reads_as_prose(text: str, title: str, told: str) -> None:
    assert excerpt(text, 200, title) == told


@pytest.mark.parametrize(
    ("most", "told"),
    [
        pytest.param(60, "The cart was read twice. It is read once now.", id="all of it"),
        pytest.param(30, "The cart was read twice.", id="a whole sentence"),
        pytest.param(20, "The cart was read…", id="whole words"),
    ],
)
def test_what_is_too_long_ends_where_a_sentence_or_a_word_does(most: int, told: str) -> None:
    assert shortened("The cart was read twice. It is read once now.", most) == told
    assert len(told) <= most
