import pytest

from whence.analysis.lines import exact, fingerprint, mapped, marks, resembling, telling

TEXT = [
    "def add(a, b):",
    "    total = a + b",
    "",
    "    return total",
    "",
    "def add(a, b):",
    "  total = a + b",
    "  return total",
]


def test_a_fingerprint_knows_neither_indentation_nor_blank_lines() -> None:
    assert fingerprint(TEXT[:4]) == fingerprint(TEXT[5:]) != fingerprint(TEXT[:3])
    assert exact(marks(TEXT), fingerprint(TEXT[:4])) == [(1, 4), (6, 8)]


@pytest.mark.parametrize("lines", [pytest.param([], id="no lines"), pytest.param(["", "  "], id="blank lines")])
def test_nothing_stands_nowhere(lines: list[str]) -> None:
    assert fingerprint(lines) == ""
    assert exact(marks(TEXT), fingerprint(lines)) == []
    assert resembling(TEXT, marks(TEXT), fingerprint(lines)) is None


@pytest.mark.parametrize(
    ("lines", "tells"),
    [
        pytest.param(["}"], False, id="a brace"),
        pytest.param(["return"], False, id="one short line"),
        pytest.param(["total = a + b"], False, id="one line of the length that many have"),
        pytest.param(["total = one + two", "return total"], True, id="two lines that tell something"),
        pytest.param(["raise TimeoutError(seconds)"], True, id="one long line"),
    ],
)
def test_short_lines_tell_nothing(lines: list[str], tells: bool) -> None:
    assert telling(lines) is tells


def test_lines_of_which_most_are_still_together_resemble_what_they_were() -> None:
    old = ["first_thing()", "second_thing()", "third_thing()", "}"]
    now = ["}", "}", "}", "first_thing()", "changed()", "third_thing()", "}"]
    assert resembling(now, marks(now), fingerprint(old)) == (4, 6)
    scattered = ["first_thing()", *["}"] * 40, "third_thing()"]
    assert resembling(scattered, marks(scattered), fingerprint(old)) is None


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        pytest.param([], (3, 5), id="nothing changed"),
        pytest.param([(0, 0, 0, 10)], (13, 15), id="lines were inserted above"),
        pytest.param([(0, 2, 0, 0)], (1, 3), id="lines above were deleted"),
        pytest.param([(7, 8, 7, 9)], (3, 5), id="lines below were changed"),
        pytest.param([(2, 3, 2, 2)], (3, 4), id="the first line was deleted"),
        pytest.param([(3, 4, 3, 6)], (3, 7), id="the middle line became three"),
        pytest.param([(2, 5, 2, 3)], (3, 3), id="all became one line"),
        pytest.param([(1, 6, 1, 1)], None, id="all were deleted, and others with them"),
        pytest.param([(0, 9, 0, 400)], None, id="the whole text became another"),
    ],
)
def test_lines_are_mapped_through_changes(ranges: list[tuple[int, int, int, int]], expected: object) -> None:
    assert mapped(ranges, (3, 5)) == expected
