import random
from datetime import UTC, datetime, timedelta

import pytest

from whence.memory import Decision, MemoryBase, Note
from whence.protocol import Candidate, Focus, Hit
from whence.retrieval.passages import split
from whence.retrieval.ranking import NEAR, PINNED_WEIGHT, explain, listed, query_text, rank, shape
from whence.values import new_id

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=3650)

TRACE = """FAILED tests/test_cache.py::test_expiry
Traceback (most recent call last):
  File "src/cache.py", line 10, in get
KeyError: 'session'"""


def note(content: str, at: datetime = OLD, **fields: object) -> Note:
    return Note.model_validate({"content": content, "created_at": at, "id": new_id(at), **fields})


def candidate(memory: MemoryBase, bm25: float | None = None, cosine: float | None = None, at: int = 0) -> Candidate:
    return Candidate(passage=split(memory)[at], bm25=bm25, cosine=cosine)


def ranked(
    candidates: list[Candidate],
    query: str = "cache expiry",
    recency: float = 0.0,
    focus: Focus | None = None,
    limit: int = 20,
) -> list[Hit]:
    return rank(candidates, query=query, focus=focus or Focus(), now=NOW, recency_weight=recency, limit=limit)


def order(
    *candidates: Candidate, query: str = "cache expiry", recency: float = 0.0, focus: Focus | None = None
) -> list[str]:
    return [hit.id for hit in ranked(list(candidates), query, recency, focus)]


@pytest.mark.parametrize(
    ("query", "expected"),
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
        ("x" * 100_000, "short"),
        ("line\n" * 20_000, "report"),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_the_shape_of(query: str, expected: str) -> None:
    assert shape(query) == expected


def test_a_failure_is_embedded_with_its_first_frames() -> None:
    frames = [f"\tat a.b.C.method{n}(C.java:{n})" for n in range(50)]
    lines = query_text("\n".join(["SomeError: broken", *frames, "Caused by: another"])).splitlines()
    assert lines == ["SomeError: broken", *frames[:6], "Caused by: another"]
    assert len(query_text("word " * 100_000)) <= 2000
    assert query_text("") == ""


def test_words_and_meaning_add_up() -> None:
    both, words, meaning = note("cache expiry a"), note("cache expiry b"), note("cache expiry c")
    found = [
        candidate(words, bm25=8.0),
        candidate(meaning, cosine=0.5),
        candidate(both, bm25=7.6),
        candidate(both, cosine=0.55),
    ]
    hits = ranked(found)
    assert [hit.id for hit in hits] == [both.id, words.id, meaning.id]
    assert (hits[0].parts.semantic, hits[0].parts.lexical) == (0.55, pytest.approx(0.5 * 7.6 / 8))
    assert hits[0].score == pytest.approx(0.55 + 0.5 * 7.6 / 8)
    # What the search by meaning did not return is no nearer than the farthest that it did.
    assert hits[1].parts.semantic == 0.5


def test_a_memory_counts_once_with_the_best_of_its_passages() -> None:
    long = note("\n".join(f"paragraph {n} about cache expiry " + "and other matters " * 20 for n in range(6)))
    pieces = [Candidate(passage=each, bm25=5.0 - n, cosine=0.3 + n / 10) for n, each in enumerate(split(long)[:3])]
    (hit,) = ranked(pieces)
    assert hit.parts.semantic == pytest.approx(0.5)
    assert hit.parts.lexical == pytest.approx(0.5)
    assert hit.snippet == pieces[2].passage.text


def test_the_snippet_is_the_passage_that_reads_as_the_answer() -> None:
    content = (
        "An introduction. " * 60 + "\n" + "Nothing to see. " * 60 + "\nThe cache expiry is one hour. " + "More. " * 100
    )
    pieces = split(note(content))
    answer = next(each for each in pieces if "cache" in each.text)
    (hit,) = ranked([Candidate(passage=each, bm25=3.0) for each in pieces])
    assert hit.snippet == answer.text


def test_a_trace_trusts_words_more_than_a_report_does() -> None:
    words, meaning = note("KeyError session expiry test cache"), note("KeyError session expiry test cache, other")
    found = [candidate(words, bm25=9.0, cosine=0.45), candidate(meaning, bm25=1.0, cosine=0.75)]
    report = "Session KeyError\nin the cache test, on expiry"
    assert ranked(found, query=TRACE)[0].id == words.id
    assert ranked(found, query=report)[0].id == meaning.id


def test_of_equals_the_newer_comes_first() -> None:
    memories = [note("cache expiry", NOW - timedelta(days=n)) for n in range(10)]
    found = [candidate(each, bm25=2.0, cosine=0.5) for each in memories]
    expected = [each.id for each in memories]
    for seed in range(5):
        random.Random(seed).shuffle(found)
        assert order(*found) == expected
    twins = sorted((note("cache expiry", NOW) for _ in range(5)), key=lambda each: each.id, reverse=True)
    assert order(*(candidate(each, bm25=2.0) for each in twins)) == [each.id for each in twins]


def test_recency_is_gentle_and_the_future_is_no_better_than_now() -> None:
    memories = {days: note("cache expiry", NOW - timedelta(days=days)) for days in (-400, 0, 180, 360)}
    hits = {hit.id: hit for hit in ranked([candidate(each, bm25=1.0) for each in memories.values()], recency=0.2)}
    recency = {days: hits[each.id].parts.recency for days, each in memories.items()}
    assert recency == pytest.approx({-400: 0.2, 0: 0.2, 180: 0.1, 360: 0.05})


def test_importance_and_pins_decide_between_near_equals_only() -> None:
    plain, pinned, trifle = note("cache expiry"), note("cache expiry", pinned=True), note("cache expiry", importance=1)
    better = note("cache expiry")
    found = [candidate(each, bm25=2.0, cosine=0.5) for each in (plain, pinned, trifle)]
    assert order(*found, candidate(better, bm25=4.0, cosine=0.6)) == [better.id, pinned.id, plain.id, trifle.id]
    (hit,) = ranked([candidate(note("cache expiry", pinned=True, importance=9), bm25=1.0)])
    assert hit.parts.pinned == PINNED_WEIGHT
    assert hit.parts.importance == pytest.approx(0.04)


@pytest.mark.parametrize("here", ["net/http.py", "net\\http.py"])
def test_focus_prefers_the_file_then_its_folder_then_the_symbol(here: str) -> None:
    same, beside, symbol, far = (
        note("cache expiry", files=("net/http.py",)),
        note("cache expiry", files=("net/pool.py",)),
        note("cache expiry in fetchPage", files=("db/a.py",)),
        note("cache expiry", files=("http.py",)),
    )
    found = [candidate(each, bm25=2.0, cosine=0.5) for each in (far, beside, symbol, same)]
    focus = Focus(file=here, symbol="fetch_page")
    assert order(*found, focus=focus) == [same.id, symbol.id, beside.id, far.id]
    assert ranked([candidate(far, bm25=1.0)], focus=Focus(file="README.md"))[0].parts.focus == 0


def test_nothing_that_fits_is_an_empty_answer() -> None:
    junk = [candidate(note(f"deployment on day {n}"), cosine=0.1 + n / 100) for n in range(20)]
    assert ranked(junk, query="zebra crossing quantum") == []
    assert ranked([], query="anything") == []
    assert ranked([candidate(note("to be"), bm25=0.1)], query="zebra crossing quantum of the be") == []


def test_a_thing_is_found_by_another_name() -> None:
    found = [candidate(note("validate the password"), cosine=NEAR + 0.01), candidate(note("paint it"), cosine=0.1)]
    assert len(ranked(found, query="authentication")) == 1
    assert ranked(found, query="authentication\nof people\nby a machine, somewhere in this program") == []


def test_pins_focus_and_recency_lift_nothing_that_does_not_fit() -> None:
    pinned = note("deployment", NOW, pinned=True, importance=10, files=("a/b.py",))
    assert ranked([candidate(pinned, cosine=0.2)], query="zebra", recency=1.0, focus=Focus(file="a/b.py")) == []


def test_the_tail_that_does_not_fit_is_left_away() -> None:
    good = note("cache expiry")
    poor = [note(f"unrelated {n}") for n in range(5)]
    found = [candidate(good, bm25=5.0, cosine=0.7), *(candidate(each, cosine=0.15) for each in poor)]
    assert order(*found) == [good.id]


def test_without_vectors_words_alone_rank() -> None:
    memories = [note(f"cache expiry {n}") for n in range(3)]
    hits = ranked([candidate(each, bm25=3.0 - n) for n, each in enumerate(memories)])
    assert [hit.id for hit in hits] == [each.id for each in memories]
    assert [hit.parts.lexical for hit in hits] == pytest.approx([1.0, 2 / 3, 1 / 3])
    assert all(hit.parts.semantic == 0 for hit in hits)


def test_in_a_project_of_one_memory_one_shared_word_is_enough() -> None:
    only = note("The parser keeps a look-ahead of two tokens")
    assert order(candidate(only, bm25=0.3), query="what was it about the parser yesterday") == [only.id]


def test_the_limit_is_kept() -> None:
    found = [candidate(note(f"cache expiry {n}"), bm25=1.0) for n in range(30)]
    assert len(ranked(found, limit=7)) == 7


@pytest.mark.parametrize(
    "query", ["", " ", "?!", "🦊", "\x00", "'; DROP TABLE x; --", "検索", "x" * 100_000, "a\ud800"], ids=ascii
)
def test_any_query_is_ranked(query: str) -> None:
    found = [candidate(note("検索 x a table drop"), bm25=1.0, cosine=0.5), candidate(note("other"), cosine=-0.2)]
    assert all(hit.score > 0 for hit in ranked(found, query=query))


def test_ranking_is_the_same_whatever_the_order_of_candidates() -> None:
    pick = random.Random(5)
    vocabulary = [f"word{n}" for n in range(40)]
    memories = [note(" ".join(pick.choices(vocabulary, k=12))) for _ in range(60)]
    found = [candidate(each, bm25=pick.random() * 9) for each in memories] + [
        candidate(each, cosine=pick.uniform(-0.2, 0.9)) for each in memories[20:]
    ]
    expected = ranked(found, query="word1 word2 word3", recency=0.05)
    for _ in range(5):
        pick.shuffle(found)
        assert ranked(found, query="word1 word2 word3", recency=0.05) == expected
    scores = [hit.score for hit in expected]
    assert scores == sorted(scores, reverse=True)


def test_a_hit_tells_what_it_is() -> None:
    decision = Decision(decision="Cache expiry is one hour", created_at=NOW, files=("a.py", "b.py"), labels=("cache",))
    (hit,) = ranked([candidate(decision, bm25=1.0)])
    assert (hit.id, hit.kind, hit.icon, hit.title) == (decision.id, decision.kind, decision.icon, decision.title)
    assert hit.description == "today · a.py and 1 more"
    assert (hit.files, hit.labels, hit.created_at) == (decision.files, decision.labels, NOW)
    assert listed(decision).id == decision.id
    assert listed(decision).score == 0
    assert "one hour" in listed(decision).snippet


def test_an_explanation_in_plain_words() -> None:
    memory = note("The TokenCache forgets expired entries", NOW, pinned=True, importance=8, files=("cache.py",))
    focus = Focus(file="cache.py")
    (hit,) = ranked([candidate(memory, bm25=1.0, cosine=0.7)], query="token cache expiry", recency=0.05, focus=focus)
    told = explain(hit, "token cache expiry", NOW)
    assert told == "shares “token”, “cache”, close in meaning, from today, important, pinned, near to where you are"
    (hit,) = ranked([candidate(note("token " * 3), cosine=0.8)], query="certificates")
    assert explain(hit, "certificates", NOW) == "close in meaning"


def test_a_snippet_goes_on_where_the_title_ends() -> None:
    more = note("Retries are capped\n\nA provider blocked us in May.")
    alone = note("Retries are capped")
    hits = {hit.id: hit for hit in ranked([candidate(more, 3.0), candidate(alone, 3.0)], "retries capped")}
    assert hits[more.id].snippet == "A provider blocked us in May."
    assert hits[alone.id].snippet == "Retries are capped"
