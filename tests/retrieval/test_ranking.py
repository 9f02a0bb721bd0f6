import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from whence.retrieval.extras import PINNED_WEIGHT
from whence.retrieval.fields import hashes
from whence.retrieval.passages import split
from whence.retrieval.query import Query
from whence.retrieval.ranking import Ranked, listed, rank
from whence.retrieval.rarity import Rarity, count
from whence.retrieval.reasons import snippet, when
from whence.values.base import new_id
from whence.values.calibration import CALIBRATIONS
from whence.values.memory import Change, Conversation, Decision, FileEdit, MemoryBase, Note
from whence.values.passage import Candidate
from whence.values.protocol import Focus, Hit

pytestmark = pytest.mark.quick

MINILM = CALIBRATIONS["all-MiniLM-L6-v2"]
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=3650)

TRACE = """FAILED tests/test_cache.py::test_expiry
Traceback (most recent call last):
  File "src/cache.py", line 10, in get
KeyError: 'session'"""


def note(content: str, at: datetime = OLD, **fields: object) -> Note:
    return Note.model_validate({"content": content, "created_at": at, "id": new_id(at), **fields})


def candidate(memory: MemoryBase, cosine: float | None = None, at: int = 0) -> Candidate:
    return Candidate(passage=split(memory)[at], cosine=cosine)


def asked(
    candidates: list[Candidate],
    query: str = "cache expiry",
    recency: float = 0.0,
    focus: Focus | None = None,
    limit: int = 20,
    *,
    turns: bool = False,
) -> Ranked:
    return rank(
        candidates,
        query=Query(query),
        meaning=None,
        rarity=count([each.passage.weights for each in candidates]),
        focus=focus or Focus(),
        now=NOW,
        recency_weight=recency,
        limit=limit,
        calibration=MINILM,
        turns=turns,
    )


def ranked(candidates: list[Candidate], query: str = "cache expiry", **options: object) -> list[Hit]:
    return list(asked(candidates, query, **options).hits)  # type: ignore[arg-type]


def order(*candidates: Candidate, query: str = "cache expiry", **options: object) -> list[str]:
    return [hit.id for hit in ranked(list(candidates), query, **options)]


def test_words_and_meaning_add_up() -> None:
    words, meaning = note("cache expiry aa"), note("something else of the cache")
    both = note("cache expiry bb")
    hits = ranked([candidate(words, 0.4), candidate(meaning, 0.5), candidate(both, 0.55)])
    assert [hit.id for hit in hits] == [both.id, words.id, meaning.id]
    assert hits[0].parts.semantic == pytest.approx(0.55)
    assert hits[0].parts.lexical == pytest.approx(0.5), "the best word match counts in full"
    assert 0 < hits[2].parts.lexical < 0.3
    assert hits[0].score == pytest.approx(1.05)


def test_what_has_no_vector_is_no_nearer_than_the_farthest() -> None:
    near, far, bare = note("cache expiry a"), note("cache expiry b"), note("cache expiry c")
    hits = {hit.id: hit for hit in ranked([candidate(near, 0.6), candidate(far, 0.45), candidate(bare)])}
    assert hits[bare.id].parts.semantic == pytest.approx(0.45)


def test_a_memory_counts_once_with_the_best_of_its_passages() -> None:
    long = note("\n".join(f"paragraph {n} about cache expiry " + "and other matters " * 20 for n in range(6)))
    pieces = [Candidate(passage=each, cosine=0.3 + n / 10) for n, each in enumerate(split(long)[:3])]
    (hit,) = ranked(pieces)
    assert hit.parts.semantic == pytest.approx(0.5)
    assert hit.parts.lexical == pytest.approx(0.5)
    assert hit.snippet == pieces[2].passage.text


def test_where_words_stand_decides() -> None:
    edit = FileEdit(path="a.py", diff="@@ -1 +1 @@\n cache expiry\n+other")
    around = Change(reason="x", edits=(edit,), created_at=OLD)
    changed = Change(reason="x", edits=(edit.model_copy(update={"diff": "@@ -1 +1 @@\n other\n+cache expiry"}),))
    titled = Change(reason="cache expiry", edits=(FileEdit(path="a.py", diff="@@ -1 +1 @@\n other\n+x"),))
    found = [candidate(each, 0.4) for each in (around, changed, titled)]
    assert order(*found) == [titled.id, changed.id, around.id]


def test_words_that_stand_together_count_more() -> None:
    together, apart = note("the cache expiry of a page"), note("the expiry page of a cache")
    assert order(candidate(apart, 0.5), candidate(together, 0.5), query="cache expiry")[0] == together.id


def test_what_mends_a_complaint_passes_code_that_says_it() -> None:
    """Who asks that imports are slow has not read that they were made lazy."""
    lines = "\n".join(f"+    check(answer{n}, expected{n})" for n in range(20))
    code = FileEdit(path="tests/test_get.py", diff=f"@@ -1 +1 @@\n+import time\n+def slow_answer():\n{lines}")
    lazy = FileEdit(path="auth.py", diff="@@ -1 +1 @@\n-import netrc\n+    import netrc")
    complaining = Change(reason="Test the answer", edits=(code,), created_at=OLD)
    mending = Change(reason="Lazily import netrc", edits=(lazy,), created_at=OLD)
    others = [Change(reason=f"Import module {n}", edits=(code.model_copy(update={"diff": ""}),)) for n in range(20)]
    found = [candidate(each, 0.3) for each in (complaining, mending, *others)]
    assert order(*found, query="slow import of the package")[0] == mending.id
    assert not asked([candidate(mending, 0.0)], "slow").hits, "by that alone it is no answer"


def test_a_trace_trusts_words_more_than_a_report_does() -> None:
    words, meaning = note("KeyError session expiry test cache get"), note("the session is lost")
    found = [candidate(words, 0.45), candidate(meaning, 0.75)]
    report = "Session KeyError\nin the cache test, on expiry"
    assert ranked(found, query=TRACE)[0].id == words.id
    assert ranked(found, query=report)[0].id == meaning.id


def test_words_count_little_among_code_alone_and_more_where_a_name_is_asked_for() -> None:
    names = [note(f"def {name}(x):\n    return {name}.cache") for name in ("read_page", "readPages")]
    found = [candidate(names[0], 0.5), candidate(names[1], 0.45)]
    assert ranked(found, query="read the cached pages")[0].parts.lexical <= 0.05
    assert max(hit.parts.lexical for hit in ranked(found, query="where is readPages")) == pytest.approx(0.4)
    mixed = [*found, candidate(note("pages are read twice"), 0.3)]
    assert {hit.id: hit for hit in ranked(mixed, query="read pages")}[names[0].id].parts.lexical <= 0.2


def test_of_equals_the_newer_comes_first() -> None:
    memories = [note(f"cache expiry {'abcdefghij'[n]}zz", NOW - timedelta(days=n)) for n in range(10)]
    found = [candidate(each, 0.5) for each in memories]
    expected = [each.id for each in memories]
    for seed in range(5):
        random.Random(seed).shuffle(found)
        assert order(*found) == expected


def test_near_duplicates_are_one_hit_that_counts_them() -> None:
    twins = [note("cache expiry is one hour, says the proxy", NOW - timedelta(days=n)) for n in range(4)]
    other = note("cache expiry of the proxy is now two days")
    hits = ranked([candidate(each, 0.5) for each in (*twins, other)])
    assert [hit.id for hit in hits] == [twins[0].id, other.id]
    assert hits[0].alike == tuple(each.id for each in twins[1:])
    assert hits[1].alike == ()


def test_recency_is_gentle_and_the_future_is_no_better_than_now() -> None:
    memories = {days: note(f"cache expiry {days}x", NOW - timedelta(days=days)) for days in (-400, 0, 180, 360)}
    hits = {hit.id: hit for hit in ranked([candidate(each) for each in memories.values()], recency=0.2)}
    recency = {days: hits[each.id].parts.recency for days, each in memories.items()}
    assert recency == pytest.approx({-400: 0.2, 0: 0.2, 180: 0.1, 360: 0.05})


def test_importance_and_pins_decide_between_near_equals_only() -> None:
    plain, pinned, trifle = (
        note("cache expiry x"),
        note("cache expiry y", pinned=True),
        note("cache expiry z", importance=1),
    )
    better = note("cache expiry w")
    found = [candidate(each, 0.5) for each in (plain, pinned, trifle)]
    assert order(*found, candidate(better, 0.6)) == [better.id, pinned.id, plain.id, trifle.id]
    (hit,) = ranked([candidate(note("cache expiry", pinned=True, importance=9))])
    assert hit.parts.pinned == PINNED_WEIGHT
    assert hit.parts.importance == pytest.approx(0.04)


@pytest.mark.parametrize("here", ["net/http.py", "net\\http.py"])
def test_focus_prefers_the_file_then_the_symbol_then_its_folder(here: str) -> None:
    same, beside, symbol, far = (
        note("cache expiry a1", files=("net/http.py",)),
        note("cache expiry b1", files=("net/pool.py",)),
        note("cache expiry fetchPage", files=("db/a.py",)),
        note("cache expiry c1", files=("http.py",)),
    )
    found = [candidate(each, 0.5) for each in (far, beside, symbol, same)]
    focus = Focus(file=here, symbol="fetch_page")
    lifted = {hit.id: hit.parts.focus for hit in ranked(found, focus=focus)}
    assert lifted == pytest.approx({same.id: 0.08, symbol.id: 0.05, beside.id: 0.02, far.id: 0})


def test_a_month_or_a_day_that_is_named_lifts_its_memories() -> None:
    days = {day: note(f"the cache of page {day}", datetime(2023, 5, day, tzinfo=UTC)) for day in (3, 9, 30)}
    other = note("the cache of page 77", datetime(2023, 6, 9, tzinfo=UTC))
    found = [candidate(each, 0.5) for each in (*days.values(), other)]
    hits = {hit.id: hit.parts.date for hit in ranked(found, query="the cache on 10 May 2023")}
    assert hits == pytest.approx({days[9].id: 0.4, days[3].id: 0.2, days[30].id: 0.2, other.id: 0})


def talk(*names: str) -> Conversation:
    said = ["So we talked about the cache expiry at length, and of its limits"] * 6
    turns = [{"role": "user", "name": names[n % len(names)], "content": each} for n, each in enumerate(said)]
    return Conversation.model_validate({"messages": turns, "created_at": OLD})


def test_a_conversation_answers_with_its_best_turn_or_with_each() -> None:
    dialogue = talk("Ada", "Bob")
    found = [candidate(dialogue, 0.5 + n / 100, n) for n in range(6)]
    (hit,) = ranked(found)
    assert hit.id == dialogue.id
    each = [each.turn for each in ranked(found, turns=True)]
    assert sorted(filter(None, each)) == [1, 2, 3, 4, 5]
    assert hit.turn == each[0]


def test_who_is_named_is_preferred_in_a_dialogue_of_people_by_name_only() -> None:
    found = [candidate(talk("Ada", "Bob"), 0.5, n) for n in range(6)]
    hits = ranked(found, "what did Ada say of cache expiry", turns=True)
    assert {hit.turn for hit in hits[:3]} == {0, 2, 4}
    assert hits[0].parts.speaker > 0.15
    assert "said by whom you name" in hits[0].why
    both = ranked(found, "did Ada and Bob speak of cache expiry", turns=True)
    assert max(hit.parts.speaker for hit in both) < 0.1
    for nobody in (talk(""), talk("Ada")):
        hits = ranked([candidate(nobody, 0.5, n) for n in range(6)], "what did Ada say of cache expiry", turns=True)
        assert {hit.parts.speaker for hit in hits} == {0}


def test_nothing_that_fits_is_an_empty_answer() -> None:
    junk = [candidate(note(f"deployment on day {n}"), cosine=0.1 + n / 200) for n in range(20)]
    assert ranked(junk, query="zebra crossing quantum") == []
    assert asked([], "anything") == Ranked()
    assert ranked([candidate(note("to be"))], query="zebra crossing quantum of the be") == []


def test_an_unsure_answer_is_given_and_marked() -> None:
    found = [candidate(note("validate the password"), cosine=0.4), candidate(note("paint it"), cosine=0.1)]
    result = asked(found, "authentication")
    assert len(result.hits) == 1
    assert MINILM.floor < result.confidence < MINILM.weak
    assert result.weak
    sure = asked([candidate(note("the cache expiry"), cosine=0.7)])
    assert not sure.weak
    assert sure.confidence > 0.7


def test_pins_focus_and_recency_lift_nothing_that_does_not_fit() -> None:
    pinned = note("deployment", NOW, pinned=True, importance=10, files=("a/b.py",))
    assert ranked([candidate(pinned, cosine=0.2)], query="zebra", recency=1.0, focus=Focus(file="a/b.py")) == []


def test_the_tail_that_does_not_fit_is_left_away() -> None:
    good = note("cache expiry")
    poor = [note(f"unrelated {n}") for n in range(5)]
    found = [candidate(good, cosine=0.7), *(candidate(each, cosine=0.15) for each in poor)]
    assert order(*found) == [good.id]


def test_without_vectors_words_alone_rank() -> None:
    memories = [note("cache expiry" + " and more of other things" * n) for n in range(3)]
    hits = ranked([candidate(each) for each in memories])
    assert [hit.id for hit in hits] == [each.id for each in memories]
    assert hits[0].parts.lexical == pytest.approx(1.0)
    assert all(hit.parts.semantic == 0 for hit in hits)


def test_in_a_project_of_one_memory_one_shared_word_is_enough() -> None:
    only = note("The parser keeps a look-ahead of two tokens")
    assert order(candidate(only), query="what was it about the parser yesterday") == [only.id]


def test_the_limit_is_kept() -> None:
    found = [candidate(note(f"cache expiry x{n}y")) for n in range(30)]
    assert len(ranked(found, limit=7)) == 7


@pytest.mark.parametrize(
    "query", ["", " ", "?!", "🦊", "\x00", "'; DROP TABLE x; --", "検索", "x" * 100_000, "a\ud800"], ids=ascii
)
def test_any_query_is_ranked(query: str) -> None:
    found = [candidate(note("検索 x a table drop"), cosine=0.5), candidate(note("other"), cosine=-0.2)]
    assert all(hit.score > 0 and hit.why for hit in ranked(found, query=query))


def test_ranking_is_the_same_whatever_the_order_of_candidates() -> None:
    pick = random.Random(5)
    vocabulary = [f"word{n}" for n in range(40)]
    memories = [note(" ".join(pick.choices(vocabulary, k=12))) for _ in range(60)]
    found = [candidate(each) for each in memories] + [
        candidate(each, pick.uniform(-0.2, 0.9)) for each in memories[20:]
    ]
    expected = ranked(found, query="word1 word2 word3", recency=0.05)
    for _ in range(5):
        pick.shuffle(found)
        assert ranked(found, query="word1 word2 word3", recency=0.05) == expected
    scores = [hit.score for hit in expected]
    assert scores == sorted(scores, reverse=True)


def test_rarity_is_counted_in_memories() -> None:
    known = count([split(note(text))[0].weights for text in ("cache expiry", "cache page", "cache cache")])
    everywhere, once, never = known.idf(np.array(hashes(["cach", "expiri", "zebra"]), np.uint32))
    assert everywhere < once < never
    assert Rarity().idf(np.array([1], np.uint32)) > 0


def test_a_hit_tells_what_it_is() -> None:
    decision = Decision(decision="Cache expiry is one hour", created_at=NOW, files=("a.py", "b.py"), labels=("cache",))
    (hit,) = ranked([candidate(decision)])
    assert (hit.id, hit.kind, hit.icon, hit.title) == (decision.id, decision.kind, decision.icon, decision.title)
    assert hit.description == "today · a.py and 1 more"
    assert (hit.files, hit.labels, hit.created_at) == (decision.files, decision.labels, NOW)
    assert listed(decision).id == decision.id
    assert listed(decision).score == 0
    assert listed(decision).snippet == "a.py\nb.py"


def test_a_hit_says_why() -> None:
    memory = note("The TokenCache forgets expired entries", NOW, pinned=True, importance=8, files=("cache.py",))
    focus = Focus(file="cache.py")
    (hit,) = ranked([candidate(memory, cosine=0.7)], query="token cache expiry", recency=0.05, focus=focus)
    assert hit.why == (
        "Shares “token”, “cache”; close in meaning; from today; important; pinned; about the file you are in."
    )
    (hit,) = ranked([candidate(note("token " * 3), cosine=0.8)], query="certificates")
    assert hit.why == "Close in meaning."


def test_a_snippet_goes_on_where_the_title_ends() -> None:
    more = note("Retries are capped\n\nA provider blocked us in May.")
    alone = note("Retries are capped")
    hits = {hit.id: hit for hit in ranked([candidate(more), candidate(alone)], "retries capped")}
    assert hits[more.id].snippet == "A provider blocked us in May."
    assert hits[alone.id].snippet == "Retries are capped"
    assert listed(more).snippet == "A provider blocked us in May."
    assert listed(alone).snippet == "Retries are capped"
    edit = FileEdit(path="retry.py", diff="@@ -1 +1,2 @@ def call():\n-    return\n+    retry()")
    change = Change(reason="Cap retries", edits=(edit,))
    assert listed(change).snippet == "retry.py\n… def call():\n-    return\n+    retry()"


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        pytest.param("@@ -10,6 +10,8 @@ def expire(cache):", "… def expire(cache):", id="what encloses the hunk stays"),
        pytest.param("@@ -1 +1 @@", "…", id="nothing encloses it"),
        pytest.param("@@@ -1,2 -1,2 +1,3 @@@ class Cache:", "… class Cache:", id="a merge of two"),
    ],
)
def test_a_snippet_shows_no_header_of_a_hunk(header: str, shown: str) -> None:
    pieces = ["Cache expiry", f"cache.py\n{header}\n old\n+    drop_stale(entries)"]
    assert snippet(pieces, Query("drop_stale"), pieces[0]) == f"cache.py\n{shown}\n old\n+    drop_stale(entries)"


@pytest.mark.parametrize(
    ("days", "said"), [(0, "today"), (1, "yesterday"), (13, "13 days ago"), (14, "7 Nov 2026"), (-1, "22 Nov 2026")]
)
def test_a_day_is_told_as_people_say_it(days: int, said: str) -> None:
    assert when(NOW - timedelta(days=days), NOW) == said
