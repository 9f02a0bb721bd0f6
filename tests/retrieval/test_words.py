import random
import threading

import pytest

from whence.retrieval.query import Query
from whence.retrieval.words import MAX_TERM_BYTES, STOP_WORDS, read, terms

pytestmark = pytest.mark.quick


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


def test_the_ways_of_writing_a_name_meet() -> None:
    ways = ["parseHttpHeader", "parse_http_header", "ParseHTTPHeader", "PARSE_HTTP_HEADER"]
    assert len({frozenset(terms(way)) for way in ways}) == 1
    assert set(terms("http headers, parsing")) <= set(terms(ways[0]))


def test_a_commit_is_known_by_any_of_its_short_forms() -> None:
    whole = "f6ac358aa01fbc9922ddee00112233445566aabb"
    assert {*terms(whole), *terms(whole[:7]), *terms(whole[:8]), *terms(whole[:12].upper())} == {"f6ac358"}


def test_the_column_holds_what_queries_ask_for() -> None:
    text = "Größe of getUserName in 数据库, twice: getUserName"
    assert {term for term, _ in Query(text).terms} == set(terms(text)) <= set(read(text)[0])


def test_no_term_is_longer_than_the_index_takes_or_holds_a_space() -> None:
    pick = random.Random(7)
    alphabet = "abzAZ09_-. \n\t`'\"(){}\x00éß漢字かな한글हिन्दी\u0301\u3099🦊\ud800\u2028\ufdfa"
    for _ in range(300):
        text = "".join(pick.choices(alphabet, k=pick.randint(0, 400)))
        for term in [*terms(text), *(term for term, _ in Query(text).terms)]:
            assert term
            assert term.split() == [term]
            assert len(term.encode()) <= MAX_TERM_BYTES
            assert term == term.lower()


def test_words_cut_for_their_length_stay_apart() -> None:
    first, second = terms("a" * 70 + "x"), terms("a" * 70 + "y")
    assert len(first) == len(second) == 1
    assert first != second


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
