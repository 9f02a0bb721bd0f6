import pytest

from whence.values.markdown import clean, code, inline

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\r\nb\rc\u2028d\x85e", "a\nb\nc\nd\ne"),
        ("tab\tstays", "tab\tstays"),
        ("\x1b[31mred\x00\x7f", "[31mred"),
        ("left\u202eright\u2066x", "leftrightx"),
        ("seen\U000e0041\U000e0042", "seen"),
        ("half\ud800", "half"),
        ("👩\u200d💻 हिन्दी", "👩\u200d💻 हिन्दी"),
    ],
    ids=ascii,
)
def test_clean(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("snake_case stays, so does C#", "snake_case stays, so does C#"),
        ("_this_ *that* `it`", "\\_this\\_ \\*that\\* \\`it\\`"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("[a](command:x) ![b](http://c)", "\\[a\\](command:x) !\\[b\\](http://c)"),
        ("&lt;b&gt; & co", "\\&lt;b\\&gt; & co"),
        ("two\n# lines", "two # lines"),
        ("back\\slash", "back\\\\slash"),
    ],
    ids=ascii,
)
def test_inline(text: str, expected: str) -> None:
    assert inline(text, 100) == expected


def test_inline_is_cut_before_it_is_escaped() -> None:
    assert inline("*" * 50, 10) == "\\*" * 9 + "…"


@pytest.mark.parametrize(
    ("text", "expected"), [("a b.py", "`a b.py`"), ("a`b", "`` a`b ``"), ("``", "``` `` ```"), ("x\ny", "`x y`")]
)
def test_code(text: str, expected: str) -> None:
    assert code(text, 100) == expected
