import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.opened import Engine
from tests.patience import PATIENCE
from tests.provider import Provider, Reply
from tests.thinking import KEY, MODEL, Approving, Open, engines, same_bill
from whence.engine.relevance.scores import Scores
from whence.retrieval import judgement
from whence.retrieval.judgement import Boosts, Near
from whence.values.errors import ApprovalNeeded, Cancelled, InvalidRequest
from whence.values.memory import Note
from whence.values.protocol import Focus

SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
OLD = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        running.default = Reply(said(0.8))
        yield running


@pytest.fixture
def open_engine(repository: Path, provider: Provider) -> Iterator[Open]:
    with engines(repository, provider) as opened:
        yield opened


def said(score: float, reason: str = "It helps.") -> str:
    return json.dumps({"score": score, "reason": reason})


def filled(engine: Engine, count: int = 3) -> list[str]:
    """Notes about tokens from long ago, by number."""
    ids = [
        engine.remember({"kind": "note", "content": f"Token rule number{n}", "createdAt": OLD.isoformat()}).ids[0]
        for n in range(count)
    ]
    assert engine.settle(PATIENCE)
    return ids


def asked_about(provider: Provider) -> list[str]:
    """What each request asked to be scored."""
    return [each.payload["messages"][-1]["content"] for each in provider.seen]


# ---------------------------------------------------------------- asked


def test_each_candidate_is_scored_once_and_the_same_question_costs_nothing_again(
    open_engine: Open, provider: Provider
) -> None:
    engine = open_engine(small_model=MODEL)
    ids = filled(engine)
    provider.say(said(0.9, "The\nvery rule."), said(0.5), said(0.7))
    first = engine.score("token rule")
    assert [each.score for each in first.memories] == [0.9, 0.7]
    assert {each.cited.id for each in first.memories} < set(ids)
    assert first.memories[0].reason == "The very rule."
    assert (first.candidates, first.asked, first.below, first.model) == (3, 3, 1, MODEL)
    assert "scored 3 memories; 1 below 0.7 is left out" in first.note
    assert f"`{first.memories[0].cited.id}`" in first.markdown
    assert len(provider.seen) == 3
    again = engine.score("token rule")
    assert len(provider.seen) == 3
    assert (again.asked, again.model, [each.remembered for each in again.memories]) == (0, MODEL, [True, True])
    assert "3 were scored before at no cost" in again.note
    assert [each.score for each in again.memories] == [0.9, 0.7]
    assert [each.name for each in engine.costs().operations] == ["score"]
    same_bill(engine, provider)


def test_another_question_another_content_and_another_model_are_scored_anew(
    open_engine: Open, provider: Provider
) -> None:
    engine = open_engine(small_model=MODEL)
    ids = filled(engine)
    engine.score("token rule")
    engine.score("rule of tokens")
    assert len(provider.seen) == 6
    engine.update(ids[1], {"content": "Token rule number1, changed"})
    engine.organize((ids[2],), pinned=True)
    assert engine.settle(PATIENCE)
    engine.score("token rule")
    assert len(provider.seen) == 7, "a pin is no other content"
    assert "changed" in asked_about(provider)[-1]
    open_engine(small_model="openai/gpt-4.1-mini").score("token rule")
    assert len(provider.seen) == 10


def test_never_more_than_the_candidates_are_asked_about(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(small_model=MODEL)
    filled(engine, 40)
    found = engine.score("token")
    assert (found.candidates, len(provider.seen), len(found.memories)) == (30, 30, 10)
    assert provider.most_at_once <= 10
    in_file = engine.score("rule", focus=Focus(file="app.py"))
    assert len(in_file.memories) == 15
    assert in_file.candidates <= 45


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        pytest.param(Reply("Nice."), "shape", id="wrong shape"),
        pytest.param(Reply('{"score": 7}'), "shape", id="a value out of range"),
        pytest.param(Reply(status=429), "made without a model", id="429"),
    ],
)
def test_where_the_model_fails_relevance_is_retrieval_s(
    open_engine: Open, provider: Provider, reply: Reply, told: str
) -> None:
    engine = open_engine(small_model=MODEL)
    filled(engine)
    provider.default = reply
    found = engine.score("token rule")
    assert len(found.memories) == 3
    assert found.model == ""
    assert told in found.note
    assert "retrieval's own" in found.note
    same_bill(engine, provider)


def test_what_could_not_be_scored_is_told_and_asked_again_later(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(small_model=MODEL, models={"attempts": 1})
    filled(engine)
    provider.say(Reply(status=500))
    found = engine.score("token rule")
    assert (len(found.memories), len(found.unscored)) == (2, 1)
    assert "1 could not be scored" in found.note
    assert "## Not scored" in found.markdown
    whole = engine.score("token rule")
    assert (whole.asked, len(whole.memories), len(provider.seen)) == (1, 3, 4)


def test_without_a_model_relevance_is_retrieval_s_own(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    filled(engine)
    found = engine.score("token rule number1", threshold=1.0)
    assert "number1" in found.memories[0].cited.title
    assert all(0 <= each.score <= 1 for each in found.memories)
    assert [each.score for each in found.memories] == sorted((each.score for each in found.memories), reverse=True)
    assert "whence.smallModel" in found.note
    assert not provider.seen
    assert engine.score("zebra").memories == ()
    for wrong in ({"query": " "}, {"query": "x", "kinds": ("thing",)}):
        with pytest.raises(InvalidRequest):
            engine.score(**wrong)


def test_a_refusal_and_a_face_that_cannot_ask(open_engine: Open, provider: Provider) -> None:
    user = Approving(answer=False)
    engine = open_engine(small_model=MODEL, approve=user, spending={"threshold": 0.0})
    filled(engine)
    found = engine.score("token rule")
    assert len(found.memories) == 3
    assert "You chose not to" in found.note
    assert len(user.asked) == 1, "one consent to all"
    with pytest.raises(ApprovalNeeded):
        open_engine(small_model=MODEL, spending={"threshold": 0.0}).score("token rule")
    assert not provider.seen
    user.answer = True
    engine.score("token rule")
    engine.score("token rule")
    assert len(user.asked) == 2, "what is remembered needs no consent"


def test_what_was_scored_before_a_stop_is_not_paid_twice(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(small_model=MODEL, models={"concurrency": 1})
    filled(engine)

    def stop(message: str, share: float) -> None:
        if share > 0:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        engine.score("token rule", progress=stop)
    before = len(provider.seen)
    found = engine.score("token rule")
    assert found.asked < 3
    assert len(found.memories) == 3
    assert len(provider.seen) == before + found.asked


def test_neither_secrets_nor_what_a_model_repeats_of_them_is_kept(
    open_engine: Open, provider: Provider, home: Path
) -> None:
    engine = open_engine(small_model=MODEL)
    filled(engine, 1)
    provider.default = Reply(said(0.9, f"because of {SECRET}"))
    engine.score(f"token rule {SECRET}")
    assert SECRET not in provider.seen[0].text
    engine.close()
    for file in home.rglob("*"):
        if file.is_file():
            assert SECRET.encode() not in file.read_bytes(), file.name
            assert KEY.encode() not in file.read_bytes(), file.name


# ---------------------------------------------------------------- in contexts


def test_a_context_is_scored_only_where_that_is_switched_on(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(small_model=MODEL)
    ids = filled(engine)
    assert {each.id for each in engine.context("token rule").sources} == set(ids)
    assert not provider.seen
    assert engine.show_prompt("context", {"query": "token rule"}).markdown == ""
    scored = open_engine(small_model=MODEL, search={"scored": True})
    assert "number1" in scored.show_prompt("context", {"query": "token rule"}).markdown
    assert not provider.seen
    provider.say(said(0.2), said(0.2), said(0.9))
    kept = scored.context("token rule").sources
    assert len(kept) == 1
    assert len(provider.seen) == 3
    scored.context("token rule")
    assert len(provider.seen) == 3
    scored.search("token rule")
    assert len(provider.seen) == 3, "what a person looks for is not scored"
    provider.default = Reply(said(0.1))
    nothing = scored.context("rule of token")
    assert nothing.sources == ()
    assert f"None of the 3 memories found is relevant, as {MODEL} scores them." in nothing.note


def test_all_that_asking_with_scores_would_send_is_shown_and_nothing_is_written(
    open_engine: Open, provider: Provider
) -> None:
    engine = open_engine(MODEL, small_model="openai/gpt-4.1-mini", search={"scored": True})
    filled(engine)
    shown = engine.show_prompt("ask", {"question": "token rule", "keep": True})
    assert shown.estimate is not None
    assert shown.estimate.model == f"openai/gpt-4.1-mini, {MODEL}"
    assert "Asked: token rule" in shown.markdown
    assert "Question: token rule" in shown.markdown
    assert "depends on the answers before it" in shown.note
    assert not provider.seen
    assert engine.recalls.recalled() == {}
    provider.default = Reply("no JSON")
    engine.ask("token rule")
    sent = [each["content"].strip() for request in provider.seen for each in request.payload["messages"][:2]]
    assert all(each in shown.markdown for each in sent)


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="no small model"),
        pytest.param({"small_model": MODEL, "spending": {"threshold": 0.0}}, id="nobody can be asked"),
        pytest.param({"small_model": MODEL, "spending": {"dailyBudget": 0.0}}, id="no budget"),
    ],
)
def test_a_context_that_cannot_be_scored_is_as_it_was(
    open_engine: Open, provider: Provider, options: dict[str, Any]
) -> None:
    engine = open_engine(search={"scored": True}, **options)
    ids = filled(engine)
    found = engine.context("token rule")
    assert {each.id for each in found.sources} == set(ids)
    assert not provider.seen


# ---------------------------------------------------------------- what counts besides


def test_what_the_file_in_focus_depends_on_and_what_is_recent_count_more(
    open_engine: Open, provider: Provider, repository: Path
) -> None:
    (repository / "auth.py").write_text("def check(): pass\n", encoding="utf-8")
    (repository / "user.py").write_text("from auth import check\n", encoding="utf-8")
    engine = open_engine(small_model=MODEL)
    engine.index_workspace()
    for name, file, at in (("dep", "auth.py", OLD), ("own", "user.py", OLD), ("new", "app.py", datetime.now(UTC))):
        engine.remember({"kind": "note", "content": f"Token rule {name}", "files": [file], "createdAt": at.isoformat()})
    assert engine.settle(PATIENCE)
    provider.default = Reply(said(0.5))
    found = engine.score("token rule", threshold=0.0, focus=Focus(file="user.py"))
    scores = {each.cited.title.split()[-1]: (each.score, each.reason) for each in found.memories}
    assert scores["dep"] == (0.65, "It helps; the current file depends on it")
    assert scores["own"][0] == 0.5
    assert scores["new"] == (0.6, "It helps; modified lately")
    away = engine.score("token rule", threshold=0.0, focus=Focus(file="../elsewhere.py"))
    assert {each.score for each in away.memories} == {0.5, 0.6}
    assert len(provider.seen) == 3, "where one is does not change what is asked"


@pytest.mark.parametrize(
    ("metadata", "near", "boosts", "expected"),
    [
        pytest.param({}, Near(), Boosts(), 0.5, id="nothing"),
        pytest.param(
            {"name": "check"}, Near(frozenset("u"), "user", frozenset(["check"])), Boosts(), 0.65, id="a name"
        ),
        pytest.param({"name": "check"}, Near(frozenset("u"), "user", frozenset(["check"])), Boosts(0.0), 0.5, id="off"),
        pytest.param({"file_path": "u"}, Near(frozenset("u"), "of", frozenset()), Boosts(), 0.5, id="the file itself"),
        pytest.param({}, Near(frozenset("u"), "tokens", frozenset()), Boosts(), 0.65, id="the file's name in its text"),
        pytest.param(
            {"file_path": "a"}, Near(frozenset("u"), "", frozenset(), frozenset("a")), Boosts(), 0.65, id="an import"
        ),
        pytest.param({"modified": "2026-01-05T00:00:00+00:00"}, Near(), Boosts(), 0.6, id="recent"),
        pytest.param({"modified": "2026-01-05T00:00:00+00:00"}, Near(), Boosts(recency=0.7), 1.0, id="at most 1"),
        pytest.param({"modified": "yesterday"}, Near(), Boosts(), 0.5, id="a date that is none"),
    ],
)
def test_boosts(metadata: dict[str, Any], near: Near, boosts: Boosts, expected: float) -> None:
    memory = Note(content="The rule of tokens", created_at=OLD, metadata=metadata)
    at = datetime(2026, 1, 10, tzinfo=UTC)
    assert judgement.boosted(memory, 0.5, "r", near, at, boosts)[0] == pytest.approx(expected)


def test_a_long_memory_is_shown_by_its_beginning_and_what_matched() -> None:
    memory = Note(content="start " + "x " * 5000 + "the match " + "y " * 5000)
    shown = judgement.excerpt(memory, "the match")
    assert len(shown) <= judgement.SHOWN
    assert shown.startswith("start")
    assert shown.endswith("the match")
    assert judgement.excerpt(Note(content="short"), "anything") == "short"


# ---------------------------------------------------------------- remembered


def test_scores_are_bounded_and_the_ones_unused_for_longest_go(tmp_path: Path) -> None:
    scores = Scores(tmp_path / "s.sqlite3", most=3)
    assert scores.of(["a"]) == {}
    for name in "abc":
        scores.keep(name, 0.5, name)
    assert scores.of(["a"]) == {"a": (0.5, "a")}
    scores.keep("d", 0.7, "d")
    assert set(scores.of("abcd")) == {"a", "c", "d"}
    assert os.name == "nt" or (tmp_path / "s.sqlite3").stat().st_mode & 0o077 == 0


def test_a_damaged_file_of_scores_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "s.sqlite3"
    file.write_bytes(b"no database" * 100)
    scores = Scores(file)
    assert scores.of(["a"]) == {}
    scores.keep("a", 0.5, "r")
    assert scores.of(["a", "a"]) == {"a": (0.5, "r")}
    blocked = Scores(tmp_path / "nowhere" / "s.sqlite3")
    blocked.keep("a", 0.5, "r")
    assert blocked.of(["a"]) == {}
