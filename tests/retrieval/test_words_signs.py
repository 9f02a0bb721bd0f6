"""What search finds by signs, by parts of compounds and in scripts without spaces: the terms, and the search itself."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.opened import Engine
from tests.patience import PATIENCE
from whence.retrieval import compounds
from whence.retrieval.query import Query
from whence.retrieval.spelling import MOST, respellings, spellings
from whence.retrieval.words import read, signed, terms
from whence.values.memory import Note
from whence.values.settings import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C# and C++, F# and G++", "c# c++ f# g++"),
        ("Ｃ＃", "c#"),
        (".NET, ASP.NET and .net", ".net .net .net"),
        ("example.net ./x.net", ""),
        ("i++ #1 a# C#define C++11x", ""),
        ("@types/node (@angular/core)", "@types/node @angular/core"),
        ("somebody@example.org/x", ""),
        ("git push --force-with-lease; --v", "--force-with-lease"),
        ("a -- b --- c x--y", ""),
        ("v1.2.3, 1.2.4 and 3.11", "1.2 1.2.3 1.2 1.2.4 3.11"),
        ("2.0.0-rc.1", "2.0 2.0.0-rc.1"),
        ("127.0.0.1:80", "127.0.0.1"),
        ("1.2.3.4.5.6 x1.2 end. 3", ""),
        ("ORA-00942, UTF-8 and CVE-2024-12345", "ora00942 utf8 cve202412345"),
        ("X-1 ABC-DEF", ""),
        ("if x != y or a === b", "!= ==="),
        ("x == y -> z && q", ""),
        ("", ""),
    ],
)
def test_what_signs_set_apart(text: str, expected: str) -> None:
    assert signed(text) == expected.split()
    assert set(signed(text)) <= set(terms(text)) & set(read(text)[0])
    assert set(signed(text)) <= {term for term, _ in Query(text).terms}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ISPARTA İzmir ılık", "isparta izmir ilik"),
        ("Straße", "STRASSE"),
        ("ﬁle", "file"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("Ｖ１．２．３", "v1.2.3"),
        ("كِتَاب", "كتاب"),
        ("Λόγος", "ΛΟΓΟΣ"),
        ("Þingvellir", "thingvellir"),
        ("cafe\u0301", "café"),
    ],
    ids=ascii,
)
def test_ways_to_write_a_word_meet(one: str, other: str) -> None:
    assert set(terms(one)) == set(terms(other))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Die Datenbankverbindung wird nicht geschlossen", "datenbank verbindung daten"),
        ("Datenbankverbindung", "datenbank verbindung"),
        ("Das Kundenkonto ist für den Zahlungsverkehr", "konto kunde zahlung verkehr"),
        ("De databaseverbinding wordt niet gesloten en het is geen fout", "databas verbind"),
        ("Databasanslutningen är inte stängd och det är ett fel", "anslutningen databas"),
    ],
)
def test_a_compound_is_found_by_its_parts(text: str, parts: str) -> None:
    assert {term for part in parts.split() for term in terms(part)} <= set(read(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "The conversion of transactions is executable in the destination",
        "def authentication_configuration(): return interaction",
        "Die hard fans like an old song, young and sprung",
        "La configuration de la transaction est portable",
    ],
)
def test_other_languages_keep_their_words_whole(text: str) -> None:
    assert not compounds.are_written(text)
    assert len(read(text)[0]) == len(terms(text))


@pytest.mark.parametrize("word", ["", "short", "x" * 41, "abc1defghij", "strengthslong"])
def test_what_is_no_compound_has_no_parts(word: str) -> None:
    assert not compounds.parts(word) or all(len(part) >= 4 for part in compounds.parts(word))


def test_a_spelling_lengthens_no_text_and_counts_against_no_answer() -> None:
    plain, signed_query = Query("cart total"), Query("cart.total()")
    assert plain.spelt == []
    assert dict(plain.terms) == dict(signed_query.terms)
    assert [each for each, _ in signed_query.spelt] == ["cart.total()", "cart.total"]
    assert {weight for _, weight in signed_query.spelt} == {1.0}
    sentence = Query("In that decision cart.total() had become lazy again")
    assert [weight for _, weight in sentence.spelt] == [0.25, 0.25], "in a sentence the words tell more"
    assert not Query("cart.total() fails\nat cart.total()").spelt, "a report writes many"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop, it's (really) \"fine\": no `signs`!", ['"fine":']),
        ("call `render()`, then", ["render()"]),
        ("(see a/b.ts:12:)", ["a/b.ts:12:", "a/b.ts:12"]),
        ("Ｆｏｏ．ｂａｒ", ["foo.bar"]),
        ("\U0001f469\u200d\U0001f467 \u2764\ufe0f", ["\U0001f469", "\U0001f467", "\U0001f469\U0001f467", "\u2764"]),
        ("x" * 100 + "=1", []),
        ("\x00= \ud800=1", []),
    ],
    ids=ascii,
)
def test_how_words_are_spelt(text: str, expected: Sequence[str]) -> None:
    assert spellings(text) == expected


def test_spellings_are_bounded() -> None:
    assert len(spellings(" ".join(f"a.b{n}" for n in range(9999)))) == MOST
    assert len(respellings(" ".join(f"mueller{'x' * (n % 30)}{'y' * (n // 30)}" for n in range(9999)))) <= MOST


FINDINGS: list[tuple[str, str, Sequence[str]]] = [
    ("C# client", "The C# client retries twice", ("The C++ client leaks handles", "The C client is frozen")),
    ("c++", "The C++ client leaks handles", ("The C# client retries twice", "The C client is frozen")),
    ("F# script", "An F# script seeds it", ("A C# script seeds it", "An f script seeds it")),
    (".NET upgrade", "The upgrade of .NET was put off", ("The upgrade of the net was put off",)),
    ("@types/node", "We pin @types/node", ("A node has types of its own", "Types of a node, types of types")),
    ("--no-verify", "Never push with --no-verify", ("We verify no push at all, no verify, none",)),
    ("x != y", "The guard is x != y", ("The guard is x == y", "The guard is y or x")),
    ("v1.2.3", "Broken since 1.2.3", ("Broken since 3.2.1", "Broken since 1.3.2")),
    ("TS2345", "TS2345 comes of the strict mode", ("TS2322 comes of the strict mode",)),
    ("ORA-00942", "ORA-00942: the schema is missing", ("ORA-01017: the schema is locked",)),
    ("0x80070005", "It ends with 0x80070005", ("It ends with 0x80070002",)),
    ("E1101", "E1101 is silenced there", ("E1102 is silenced there",)),
    ("Verbindung", "Die Datenbankverbindung wird nicht geschlossen", ("Die Anmeldung wird nicht geprüft",)),
    ("Konto", "Ein Kundenkonto wird nach einem Jahr gelöscht", ("Ein Kunde wird nach einem Jahr gelöscht",)),
    ("承認", "今日は料金表の承認フローを直した", ("ログは一日だけ残す",)),
    ("さくら", "さくらのサーバーを止めた", ("うめのサーバーを止めた",)),
    ("키", "키 하나를 바꿨다", ("값을 읽는다",)),
    ("값", "기본값을 읽는다", ("키 하나를 바꿨다",)),
    ("表", "料金表を直した", ("ログを直した",)),
    ("->", "Pointers take ->", ("Members take a dot",)),
    ("🚧", "🚧 is for work under way", ("It is for work under way",)),
    ("🐛 commits", "🐛 commits are fixes", ("✨ commits are features, commits, commits",)),
    ("p == q", "Compare by p == q", ("Compare by p = q", "Compare p with q, p and q")),
    ("p==q", "Compare by p == q", ("Compare by p <= q", "Compare p with q, p and q")),
    ("j++", "The loop steps by j++", ("The loop steps by j--",)),
    ("$store", "Svelte reads $store", ("Svelte has a store, the store",)),
    ("#private", "It has #private fields", ("It has private fields, all private",)),
    ("-q", "CI runs it with -q", ("CI runs it with q or Q",)),
    ("std::vector", "It takes a std::vector", ("A vector of std, no std of a vector",)),
    ("node:fs", "It imports node:fs", ("The node reads its fs, the fs of the node",)),
    ("cert=None", "Called with cert=None", ("None has a cert, no cert is none", "Called with cert=1")),
    ("render()", "It calls render() twice", ("It may render twice, render and render",)),
    ("Cart.total", "Cart.total is lazy", ("The total of a cart, cart and total",)),
    ("lib/tax.ts:30", "It ends at lib/tax.ts:30", ("It ends at tax/lib.ts:30", "It ends at lib/tax.ts:13")),
    ("%d", "Numbers are %d there", ("Numbers are d there",)),
    ("Schröder", "Schroeder asked for it", ("Schrade asked for it",)),
    ("Schroder", "Schroeder asked for it", ("Schrade asked for it",)),
    ("Schroeder", "Schröder asked for it", ("Schrade asked for it",)),
    ("Loeschung", "Die Datenlöschung ist geplant", ("Die Ablage ist geplant",)),
    ("Löschung", "Löschungen sind endgültig", ("Ablagen sind endgültig",)),
    ("Mahnung", "Der Zahlungsmahnungslauf ist neu", ("Der Lauf ist neu",)),
    ("Test", "Der Lasttest ist rot", ("Der Bau ist rot",)),
    ("Cafe", "Café orders are billed monthly", ("Bar orders are billed monthly",)),
]


@pytest.mark.parametrize(("query", "want", "others"), FINDINGS, ids=[each[0] for each in FINDINGS])
def test_search_finds_first(query: str, want: str, others: Sequence[str], tmp_path: Path) -> None:
    with Engine(tmp_path, parse({"embedding": {"model": "none"}})) as engine:
        engine.writer.write(
            [Note(content=text) for text in (*others, want, "Log lines are JSON", "Retries use a jitter of 200 ms")]
        )
        assert engine.settle(PATIENCE)
        hits = engine.search(query).hits
        assert hits[0].title == want
