from datetime import date

import pytest

from whence.retrieval.query import MAX_EMBEDDED, MAX_QUERY_PAIRS, MAX_QUERY_TERMS, Query
from whence.retrieval.words import terms

pytestmark = pytest.mark.quick

TRACE = """FAILED tests/test_cache.py::test_expiry
Traceback (most recent call last):
  File "src/cache.py", line 10, in get
KeyError: 'session'"""


def weights(text: str) -> list[tuple[str, float]]:
    return Query(text).terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "short"),
        ("where is the cache", "short"),
        ("ValueError: no such key", "short"),
        ("The cache expires too late\nI waited an hour.", "report"),
        (TRACE, "trace"),
        ("java.lang.NullPointerException: x\n\tat a.b.C.d(C.java:10)", "trace"),
        ("it broke\n\tat a.b.C.d(C.java:10)\n\tat a.b.C.e(C.java:11)", "trace"),
        ("panic: runtime error\ngoroutine 1", "trace"),
        ("\n\n  \nalone\n\n", "short"),
        ("x" * 100_000, "report"),
        ("line\n" * 20_000, "report"),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_the_shape_of(text: str, expected: str) -> None:
    assert Query(text).shape == expected


def test_frames_are_shortened_and_those_of_libraries_left_away() -> None:
    frames = [f"\tat com.acme.app.Cache.method{n}(Cache.java:{n})" for n in range(9)]
    library = ["\tat java.util.HashMap.get(HashMap.java:1)", "\tat org.junit.Test.run(Test.java:2)"]
    query = Query("\n".join(["SomeError: broken", *frames, *frames, *library, "Caused by: another"]))
    (embedded,) = query.embedded
    assert embedded.split() == ["SomeError:", "broken"] + [
        word for n in range(6) for word in ("Cache", f"method{n}")
    ] + ["Caused", "by:", "another"]
    found = dict(query.terms)
    assert {"method8", "caus", "someerror"} <= found.keys()
    assert not {"hashmap", "junit", "acm"} & found.keys()
    assert found["method8"] == found["method1"], "a frame counts once"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('  File "/home/me/project/src/app/cache.py", line 10, in get_item', "src app cache.py get_item"),
        ("    at fetchPage (/srv/app/src/net/http.js:10:5)", "fetchPage src net http.js"),
        ("\tat a.b.Outer$Inner.run(Outer.java:3)", "Outer$Inner run"),
    ],
    ids=["python", "javascript", "java"],
)
def test_a_frame_is_read_as(line: str, expected: str) -> None:
    assert set(terms(expected)) == set(terms(Query(f"XError: y\n{line}").embedded[0])) - {*terms("XError y")}


def test_a_report_is_its_first_line_and_all_of_it() -> None:
    first, whole = Query("Crash on save\n\nIt happens often").embedded
    assert (first, whole) == ("Crash on save", "Crash on save\nIt happens often")
    assert all(len(each) <= MAX_EMBEDDED for each in Query("word " * 100_000).embedded)
    assert Query("").embedded == ("",)


def test_pairs_are_adjacent_words_of_one_line() -> None:
    assert [pair for pair, _ in Query("parse the httpHeader twice").pairs] == [
        ("pars", "http"),
        ("http", "header"),
        ("header", "twice"),
    ]
    assert len(Query(" ".join(f"w{n}x" for n in range(2000))).pairs) == MAX_QUERY_PAIRS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("what happened in May 2023?", [(2023, 5, None)]),
        ("on 7 May 2023 or May 8th, 2023", [(2023, 5, date(2023, 5, 7)), (2023, 5, date(2023, 5, 8))]),
        ("since 2024-02-03", [(2024, 2, date(2024, 2, 3))]),
        ("in Sept. 2021", [(2021, 9, None)]),
        ("31 February 2023, 2023-02-31", []),
        ("may it be 2023 times", []),
        ("version 2023-14", []),
    ],
    ids=lambda each: str(each)[:20],
)
def test_dates_that_a_query_names(text: str, expected: list[tuple[int, int, date | None]]) -> None:
    assert Query(text).dates == expected


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_000,
        "aB" * 500_000,
        "_" * 1_000_000,
        "記憶" * 500_000,
        "a" + "\u0301\u0316" * 500_000,
        "\ufdfa" * 50_000,
    ],
    ids=["one word", "humps", "underscores", "Han", "accents", "ligatures that expand"],
)
def test_a_megabyte_without_a_space_is_read(text: str) -> None:
    assert len(terms(text)) <= 1_000_000
    assert len(weights(text)) <= MAX_QUERY_TERMS


def test_a_long_query_keeps_its_first_line_its_names_and_its_end() -> None:
    query = "Login fails with TokenExpired\n" + "some filler words here and there\n" * 5000 + "KeyError: session_id"
    found = dict(weights(query))
    assert len(weights("word" + " ".join(f"w{n}x" for n in range(20_000)))) == MAX_QUERY_TERMS
    assert {"login", "fail", "tokenexpir", "keyerror", "sessionid"} <= found.keys()
    assert found["tokenexpir"] == found["login"] > 1


def test_lines_of_a_report_differ_in_weight() -> None:
    found = dict(weights("Crash on save\nIt happens often\n```\nsomething quoted\n```\n    indented line\n>>> prompt"))
    assert found["crash"] > found["happen"] > found["quot"] == found["indent"] == found["prompt"]


@pytest.mark.parametrize("name", ["CommandLineTest", "TestCommandLine", "test_command_line", "CommandLineTestCase"])
def test_a_test_speaks_of_what_it_tests(name: str) -> None:
    assert "commandlin" in dict(weights(f"FAILED {name}"))


@pytest.mark.parametrize("word", ["latest", "contest", "test", "Testing", "protest_song"])
def test_a_word_that_only_looks_like_a_test(word: str) -> None:
    assert {term for term, _ in weights(word)} == set(terms(word))


def test_parts_of_a_word_with_hyphens_weigh_less_each() -> None:
    weighed = dict(weights("drop third-party parser"))
    assert weighed["drop"] == weighed["parser"] == 1
    assert weighed["third"] == weighed["parti"] == pytest.approx(0.707, abs=0.001)
    assert dict(weights("key-path-to-function"))["path"] == weighed["third"], "of however many"
    assert (("third", "parti"), 1) in Query("drop third-party parser").pairs, "side by side they tell as much as ever"


def test_a_short_question_asks_for_what_mends_its_complaint() -> None:
    mending = [term for term, _ in Query("the server hangs").mending]
    assert terms("timeout")[0] in mending
    assert terms("timeout")[0] not in [term for term, _ in Query("hangs until the timeout").mending], "it asks already"
    assert not Query("where is the parser").mending
    assert not Query("it hangs\nwhen the parser runs").mending, "a report tells enough"


@pytest.mark.parametrize("query", ["", " ", "\n\n", "\"'`", "```", "\x00"], ids=ascii)
def test_a_query_of_nothing_has_no_terms(query: str) -> None:
    assert weights(query) == []


@pytest.mark.parametrize("query", ["a AND OR NOT (", "field:value^2~", "'; DROP TABLE memories; --", "* ?", "\\", "%_"])
def test_syntax_of_other_searches_is_only_text(query: str) -> None:
    assert all(term.isalnum() or term in query.split() for term, _ in weights(query))


def test_surfaces_are_the_words_as_written() -> None:
    held = frozenset(terms("the token parser"))
    assert Query("Why does TokenParser parse the Tokens?").surfaces(held) == ["TokenParser", "Tokens"]
    assert Query("nothing of it").surfaces(held) == []
