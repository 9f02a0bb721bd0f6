import random
import threading

import pytest

from whence.retrieval.words import (
    MAX_QUERY_TERMS,
    MAX_TERM_BYTES,
    STOP_WORDS,
    query_terms,
    surfaces,
    terms,
    words_column,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("getUserName", "getusernam get user name"),
        ("parse_http_header", "parsehttphead pars http header"),
        ("HTTPServer", "httpserver http server"),
        ("utf8", "utf8 utf 8"),
        ("content-type", "content type"),
        ("os.path.join", "os path join"),
        ("src/whence/store.py", "src whenc store py"),
        ("The parsers were parsing it", "parser pars"),
        ("__init__", "init"),
        ("isNot", "isnot"),
        ("Café größe naïve Łódź", "cafe gross naiv lodz"),
        ("ＦＵＬＬ ﬁle", "full file"),
        ("don't", "don"),
        ("Ёлка привет", "елка привет"),
        ("हिन्दी भाषा", "हिन्दी भाषा"),
        ("数据库", "数据 据库"),
        ("移行", "移行"),
        ("A表B", "表 b"),
        ("が", "が"),
        ("ｶﾞｽ", "ガス"),
        ("함수를", "함수 수를"),
        ("🦊🎉 !!! --- …", ""),
        ("\x00\x07\x1b[31m", "31 m 31m"),
        ("", ""),
        ("x", "x"),
        ("c033ed1b65a7", "c033ed1"),
        ("c033ed1", "c033ed1"),
    ],
    ids=ascii,
)
def test_terms_of(text: str, expected: str) -> None:
    assert sorted(terms(text)) == sorted(expected.split())


def test_a_text_of_little_words_keeps_them() -> None:
    assert terms("to be or not to be") == ["to", "be", "or", "not", "to", "be"]
    assert terms("to parse or not") == ["pars"]
    assert [term for term, _ in query_terms("what is it")] == ["what", "is", "it"]


def test_the_ways_of_writing_a_name_meet() -> None:
    ways = ["parseHttpHeader", "parse_http_header", "ParseHTTPHeader", "PARSE_HTTP_HEADER"]
    assert len({frozenset(terms(way)) for way in ways}) == 1
    assert set(terms("http headers, parsing")) <= set(terms(ways[0]))


def test_a_commit_is_known_by_any_of_its_short_forms() -> None:
    whole = "f6ac358aa01fbc9922ddee00112233445566aabb"
    assert {*terms(whole), *terms(whole[:7]), *terms(whole[:8]), *terms(whole[:12].upper())} == {"f6ac358"}


def test_the_column_holds_what_queries_ask_for() -> None:
    text = "Größe of getUserName in 数据库, twice: getUserName"
    assert words_column(text).split() == terms(text)
    assert {term for term, _ in query_terms(text)} == set(terms(text))


def test_no_term_is_longer_than_the_index_takes_or_holds_a_space() -> None:
    pick = random.Random(7)
    alphabet = "abzAZ09_-. \n\t`'\"(){}\x00éß漢字かな한글हिन्दी\u0301\u3099🦊\ud800\u2028\ufdfa"
    for _ in range(300):
        text = "".join(pick.choices(alphabet, k=pick.randint(0, 400)))
        for term in [*terms(text), *(term for term, _ in query_terms(text))]:
            assert term
            assert term.split() == [term]
            assert len(term.encode()) <= MAX_TERM_BYTES
            assert term == term.lower()


def test_words_cut_for_their_length_stay_apart() -> None:
    first, second = terms("a" * 70 + "x"), terms("a" * 70 + "y")
    assert len(first) == len(second) == 1
    assert first != second


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
    assert len(query_terms(text)) <= MAX_QUERY_TERMS


def test_a_long_query_keeps_its_first_line_its_names_and_its_end() -> None:
    query = "Login fails with TokenExpired\n" + "some filler words here and there\n" * 5000 + "KeyError: session_id"
    found = dict(query_terms(query))
    assert len(query_terms("word" + " ".join(f"w{n}x" for n in range(20_000)))) == MAX_QUERY_TERMS
    assert {"login", "fail", "tokenexpir", "keyerror", "sessionid"} <= found.keys()
    assert found["tokenexpir"] > found["login"] > 1


def test_what_a_query_writes_as_code_weighs_more() -> None:
    found = dict(query_terms("The `app` argument of ASGITransport is ignored"))
    assert found["app"] == found["asgitransport"] == found["transport"] == pytest.approx(1.7)
    assert found["argument"] == found["ignor"] == 1
    assert next(iter(found)) in ("app", "asgitransport")


def test_lines_of_a_report_differ_in_weight() -> None:
    found = dict(
        query_terms("Crash on save\nIt happens often\n```\nsomething quoted\n```\n    indented line\n>>> prompt")
    )
    assert found["crash"] > found["happen"] > found["quot"] == found["indent"] == found["prompt"]


@pytest.mark.parametrize("name", ["CommandLineTest", "TestCommandLine", "test_command_line", "CommandLineTestCase"])
def test_a_test_speaks_of_what_it_tests(name: str) -> None:
    assert "commandlin" in dict(query_terms(f"FAILED {name}"))


@pytest.mark.parametrize("word", ["latest", "contest", "test", "Testing", "protest_song"])
def test_a_word_that_only_looks_like_a_test(word: str) -> None:
    assert {term for term, _ in query_terms(word)} == set(terms(word))


@pytest.mark.parametrize("query", ["", " ", "\n\n", "?!", "\"'`", "```", "🦊", "\x00"], ids=ascii)
def test_a_query_of_nothing_has_no_terms(query: str) -> None:
    assert query_terms(query) == []


@pytest.mark.parametrize("query", ["a AND OR NOT (", "field:value^2~", "'; DROP TABLE memories; --", "* ?", "\\", "%_"])
def test_syntax_of_other_searches_is_only_text(query: str) -> None:
    assert all(term.isalnum() for term, _ in query_terms(query))


def test_surfaces_are_the_words_as_written() -> None:
    held = frozenset(terms("the token parser"))
    assert surfaces("Why does TokenParser parse the Tokens?", held) == ["TokenParser", "Tokens"]
    assert surfaces("nothing of it", held) == []


def test_threads_stem_alike() -> None:
    words = [f"{stem}{ending}" for stem in ("index", "refactor", "connect") for ending in ("", "s", "ing", "ed", "ion")]
    alone = [terms(word * 1) for word in words]
    results: list[list[list[str]]] = []
    threads = [threading.Thread(target=lambda: results.append([terms(word) for word in words])) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [alone] * 8


def test_little_words_are_lower_case() -> None:
    assert all(word == word.lower() for word in STOP_WORDS)
    assert 60 <= len(STOP_WORDS) <= 100
