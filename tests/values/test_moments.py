"""Moments as they are said, at noon of a Wednesday, and what says none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whence.values import line_ranges, moments

pytestmark = pytest.mark.quick

NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-03-04"),
        ("Yesterday", "2026-03-03"),
        ("the day before yesterday", "2026-03-02"),
        ("since yesterday", "2026-03-03"),
        ("yesterday at 3:05 pm", "2026-03-03T15:05"),
        ("last week", "2026-02-23"),
        ("this week", "2026-03-02"),
        ("last month", "2026-02-01"),
        ("this year", "2026-01-01"),
        ("last year", "2025-01-01"),
        ("Monday", "2026-03-02"),
        ("last Wednesday", "2026-02-25"),
        ("2 days ago", "2026-03-02"),
        ("two weeks ago", "2026-02-18"),
        ("a month ago", "2026-02-04"),
        ("in the last 7 days", "2026-02-25"),
        ("past 3 hours", "2026-03-04T09:30"),
        ("90 minutes ago", "2026-03-04T11:00"),
        ("30d", "2026-02-02"),
        ("P1M", "2026-02-04"),
        ("PT24H", "2026-03-03T12:30"),
        ("now", "2026-03-04T12:30"),
        ("3 February 2026", "2026-02-03"),
        ("February 3rd, 2026", "2026-02-03"),
        ("3rd of Feb 2026", "2026-02-03"),
        ("Feb 2026", "2026-02-01"),
        ("3 Feb", "2026-02-03"),
        ("5 March", "2025-03-05"),
        ("3 Feb 2026 14:05", "2026-02-03T14:05"),
        ("2026-W06", "2026-02-02"),
        ("2026-02", "2026-02-01"),
        ("2026", "2026-01-01"),
        ("03.02.2026", "2026-02-03"),
        ("13/02/2026", "2026-02-13"),
        ("02/13/2026", "2026-02-13"),
    ],
)
def test_what_is_said_is_a_moment(text: str, expected: str) -> None:
    assert moments.said(text, NOW) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-02-03T04:05:06.789Z", "2026-02-03T04:05:06.789+00:00"),
        ("2026-02-03 04:05:06 +0100", "2026-02-03T03:05:06+00:00"),
        ("2026-02-03T04:05:06+01:00[Europe/Berlin]", "2026-02-03T03:05:06+00:00"),
        ("Tue, 03 Feb 2026 04:05:06 GMT", "2026-02-03T04:05:06+00:00"),
        ("Tue Feb 3 04:05:06 2026 +0100", "2026-02-03T03:05:06+00:00"),
        ('"2026-02-03Z"', "2026-02-03T00:00:00+00:00"),
        (1_770_091_506, "2026-02-03T04:05:06+00:00"),
        ("1770091506", "2026-02-03T04:05:06+00:00"),
        (1_770_091_506_000, "2026-02-03T04:05:06+00:00"),
    ],
)
def test_what_programs_write_is_a_moment(value: str | int, expected: str) -> None:
    assert moments.said(value) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "week",
        "31 February 2026",
        "02/03/2026",
        "2026-02-03T25:00:00Z",
        "1.2.3",
        "next Tuesday",
        "7",
        12,
        -1,
    ],
)
def test_what_says_no_moment_or_two_is_none(value: str | int) -> None:
    assert moments.said(value, NOW) is None


@given(st.text(max_size=70) | st.integers() | st.floats())
def test_whatever_comes_is_a_moment_with_a_zone_or_none(value: str | float) -> None:
    found = moments.said(value)
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("10-20", (10, 20)),
        ("L10-L20", (10, 20)),
        ("10:20", (10, 20)),
        ("lines 10 to 20", (10, 20)),
        ("10–20", (10, 20)),
        ("#L10", (10, 0)),
        ([10, 20], (10, 20)),
        ("[10, 20]", (10, 20)),
        ("ten", None),
        ("1-2-3", None),
        (10, None),
    ],
)
def test_lines(value: object, expected: tuple[int, int] | None) -> None:
    assert line_ranges.read(value) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("src/a.py:10", ("src/a.py", 10, 0)),
        ("src/a.py:10-20", ("src/a.py", 10, 20)),
        ("src/a.py:L10-L20", ("src/a.py", 10, 20)),
        ("src/a.py:10:5", ("src/a.py", 10, 0)),
        ("src/a.py#L10-L20", ("src/a.py", 10, 20)),
        ("src/a.py#L10C3-L20C9", ("src/a.py", 10, 20)),
        ("src/a.py", ("src/a.py", 0, 0)),
        ("C:/a.py", ("C:/a.py", 0, 0)),
    ],
)
def test_lines_behind_a_file(name: str, expected: tuple[str, int, int]) -> None:
    assert line_ranges.named(name) == expected
