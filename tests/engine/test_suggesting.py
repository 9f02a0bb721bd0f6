import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.model_cache import CACHE, NAME, cached_model
from tests.opened import Engine
from tests.patience import PATIENCE
from tests.provider import Provider, Reply
from tests.thinking import MODEL, Approving, Open, engines, same_bill
from whence.retrieval import importance, labels
from whence.values.errors import ApprovalNeeded, Cancelled, InvalidRequest, NotFound
from whence.values.memory import Bug, Change, Decision, FileEdit, MemoryBase, Note
from whence.values.reports.suggestions import ApprovedSuggestion

FAILURES = [
    pytest.param(Reply("I would rather not."), "shape", id="wrong shape"),
    pytest.param(Reply('{"memories": [{"id": "m1", "importance": 99}]}'), "shape", id="a value out of range"),
    pytest.param(Reply(status=429, text="slow down"), "made without a model", id="429"),
    pytest.param(Reply(status=500), "made without a model", id="500"),
]


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def open_engine(repository: Path, provider: Provider) -> Iterator[Open]:
    with engines(repository, provider) as opened:
        yield opened


def note(engine: Engine, content: str, **fields: Any) -> str:
    return engine.remember({"kind": "note", "content": content, **fields}).ids[0]


def filled(engine: Engine) -> dict[str, str]:
    ids = {
        "cache": note(engine, "The token cache must be warm on deploy", labels=["Auth"], importance=6),
        "login": note(engine, "Login tokens: the token cache must be warm on login"),
        "colour": note(engine, "Links are blue"),
    }
    assert engine.settle(PATIENCE)
    return ids


def judged(*memories: dict[str, Any]) -> str:
    usual = {"importance": 5, "confidence": 0.9, "reason": "so"}
    return json.dumps({"memories": [{**usual, **each} for each in memories]})


# ---------------------------------------------------------------- without a model


def test_without_a_model_rules_and_neighbours_suggest_and_are_marked(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    ids = filled(engine)
    found = engine.suggest_labels()
    assert found.model == ""
    by_id = {each.cited.id: each for each in found.suggestions}
    assert ids["cache"] not in by_id, "it has a label"
    login = by_id[ids["login"]]
    assert (login.labels[0].label, login.labels[0].existing) == ("Auth", True)
    assert "near" in login.labels[0].reason
    assert 0 < login.labels[0].confidence < 1
    assert login.model == ""
    assert login.importance is not None
    assert (login.importance.importance, login.importance.reason) == (6, "it speaks of must")
    assert "no model" in found.markdown
    assert f"`{ids['login']}`" in found.markdown
    assert not provider.seen
    assert engine.one(ids["login"]).labels == ()


def test_memories_are_named_or_chosen_by_kind_and_what_was_noticed_is_left_alone(open_engine: Open) -> None:
    engine = open_engine()
    ids = filled(engine)
    project = engine.place.id
    engine.writer.write([Change(id="c", reason="Fix the build", source="commit", project=project)])
    assert engine.suggest_labels().looked_at == 2
    assert engine.suggest_labels(limit=1).looked_at == 1
    assert engine.suggest_labels(kinds=("change",)).looked_at == 1
    assert engine.suggest_labels(ids=(ids["cache"], "c", ids["cache"])).looked_at == 2
    with pytest.raises(NotFound):
        engine.suggest_labels(ids=(ids["cache"], "nothing"))
    with pytest.raises(InvalidRequest, match="no kind"):
        engine.suggest_labels(kinds=("thing",))
    engine.forget((ids["colour"],))
    assert "bin" in engine.suggest_labels(ids=(ids["colour"],)).note
    engine.organize(ids=(ids["login"],), add_labels=("x",))
    assert "Every memory has a label" in engine.suggest_labels().note


def test_what_others_link_to_counts_more(open_engine: Open) -> None:
    engine = open_engine()
    ids = filled(engine)
    for _ in range(3):
        note(engine, "See there", links=[{"relation": "about", "target": ids["colour"]}])
    (found,) = engine.suggest_labels(ids=(ids["colour"],)).suggestions
    assert found.importance is not None
    assert "3 memories link to it" in found.importance.reason


# ---------------------------------------------------------------- with a model


def test_a_model_judges_in_batches_and_only_what_it_was_shown_counts(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    ids = filled(engine)
    provider.default = Reply(
        judged(
            {"id": "m1", "importance": 2, "labels": [{"label": "style", "confidence": 0.6}]},
            {
                "id": "m2",
                "importance": 8,
                "labels": [
                    {"label": "new\n one", "confidence": 0.4, "reason": "it fits"},
                    {"label": "AUTH", "confidence": 0.8},
                ],
            },
            {"id": "m7", "importance": 10},
        )
    )
    found = engine.suggest_labels()
    colour, login = found.suggestions
    assert (colour.cited.id, login.cited.id) == (ids["colour"], ids["login"]), "the newest first"
    assert [(each.label, each.existing, each.confidence) for each in login.labels] == [
        ("Auth", True, 0.8),
        ("new one", False, 0.4),
    ]
    assert login.importance is not None
    assert (login.importance.importance, login.importance.reason) == (8, "so")
    assert (found.model, login.model) == (MODEL, MODEL)
    (seen,) = provider.seen
    assert "Auth" in seen.text
    assert ids["login"] not in seen.text
    for number in range(10):
        note(engine, f"Further note {number}")
    provider.seen.clear()
    engine.suggest_labels()
    assert len(provider.seen) == 2
    assert engine.costs().operations[0].name == "suggest_labels"
    same_bill(engine, provider)


@pytest.mark.parametrize(("reply", "told"), FAILURES)
def test_where_the_model_fails_rules_suggest(open_engine: Open, provider: Provider, reply: Reply, told: str) -> None:
    engine = open_engine(MODEL)
    filled(engine)
    provider.default = reply
    found = engine.suggest_labels()
    assert found.model == ""
    assert told in found.note
    assert found.suggestions
    same_bill(engine, provider)


def test_a_refusal_is_answered_by_rules_and_a_face_that_cannot_ask_is_told(
    open_engine: Open, provider: Provider
) -> None:
    engine = open_engine(MODEL, approve=Approving(answer=False), spending={"threshold": 0.0})
    filled(engine)
    found = engine.suggest_labels()
    assert found.suggestions
    assert "You chose not to" in found.note
    with pytest.raises(ApprovalNeeded):
        open_engine(MODEL, spending={"threshold": 0.0}).suggest_labels()
    assert not provider.seen


def test_what_a_model_leaves_out_rules_suggest(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    ids = filled(engine)
    provider.default = Reply(judged({"id": "m1", "importance": 3}))
    found = engine.suggest_labels()
    assert {each.cited.id: each.model for each in found.suggestions} == {ids["colour"]: MODEL, ids["login"]: ""}
    assert "Where no model did" in found.note


def test_it_is_shown_what_would_be_sent_and_can_be_stopped(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    filled(engine)
    shown = engine.show_prompt("suggest_labels", {})
    assert "Login tokens" in shown.markdown
    assert not provider.seen

    def stop(message: str, share: float) -> None:
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        engine.suggest_labels(progress=stop)


# ---------------------------------------------------------------- applied


def test_only_what_is_approved_is_applied_singly_or_in_bulk(open_engine: Open) -> None:
    engine = open_engine()
    ids = filled(engine)
    done = engine.apply_suggestions((ApprovedSuggestion(id=ids["login"], labels=("Auth",)),))
    assert done.ids == (ids["login"],)
    many = engine.apply_suggestions(
        (
            ApprovedSuggestion(id=ids["login"], labels=("Auth",)),
            ApprovedSuggestion(id=ids["cache"], labels=("deploy",), importance=9),
            ApprovedSuggestion(id=ids["colour"], importance=2),
            ApprovedSuggestion(id=ids["colour"], labels=("style",)),
        )
    )
    assert set(many.ids) == {ids["cache"], ids["colour"]}
    assert "1 were so already" in many.note
    told = {name: (each.importance, each.labels) for name in ids for each in [engine.one(ids[name])]}
    assert told == {"login": (5, ("Auth",)), "cache": (9, ("Auth", "deploy")), "colour": (2, ("style",))}
    assert [hit.id for hit in engine.search("Links", labels=("style",)).hits] == [ids["colour"]]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        pytest.param({"id": "nothing", "labels": ("a",)}, NotFound, id="an unknown memory"),
        pytest.param({"labels": ("a" * 61,)}, InvalidRequest, id="a label that is too long"),
        pytest.param({"labels": (" ",)}, InvalidRequest, id="an empty label"),
    ],
)
def test_a_wrong_suggestion_changes_nothing(open_engine: Open, wrong: dict[str, Any], error: type[Exception]) -> None:
    engine = open_engine()
    ids = filled(engine)
    right = ApprovedSuggestion(id=ids["login"], labels=("Auth",))
    with pytest.raises(error):
        engine.apply_suggestions((right, ApprovedSuggestion(**{"id": ids["colour"], **wrong})))
    assert engine.one(ids["login"]).labels == ()


# ---------------------------------------------------------------- conversations


def test_a_turn_and_a_conversation_are_judged_by_the_model_where_there_is_one(
    open_engine: Open, provider: Provider
) -> None:
    engine = open_engine(MODEL)
    talk = engine.save_conversation(text="User: why?\n\nAssistant: because of the pool", labels=("Auth",)).ids[0]
    provider.say('{"importance": 8, "reason": "It names the cause."}')
    found = engine.weigh_turn(f"{talk}.0")
    assert (found.weight.score, found.weight.reasons, found.model) == (8.0, ("It names the cause.",), MODEL)
    provider.say(judged({"id": "m1", "labels": [{"label": "auth", "confidence": 0.8}]}))
    assert [(each.label, each.existing) for each in engine.suggest_labels_for(talk)] == [("Auth", True)]
    provider.default = Reply(status=500)
    assert engine.weigh_turn(f"{talk}.0").model == ""


def test_a_conversation_that_was_just_kept_is_not_taken_for_its_nearest_neighbours(
    open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached_model()
    monkeypatch.setattr("whence.project.opening.cache_home", lambda: CACHE.parent)
    engine = open_engine(embedding={"model": NAME})
    for label, said in (
        ("Database", "The orders table is partitioned by month."),
        ("Database", "The connection pool has twenty connections."),
        ("Deploy", "The container image is pushed on a tag."),
        ("Styles", "Dark mode swaps the colour variables at the root."),
    ):
        turn = {"role": "user", "content": said}
        engine.remember({"kind": "conversation", "labels": [label], "messages": [turn]})
    assert engine.indexer.settle(PATIENCE, vectors=True)
    turn = {"role": "user", "content": "A month of orders at the canteen, with dessert on twenty of its days"}
    (id,) = engine.remember({"kind": "conversation", "messages": [turn]}).ids
    assert [each for each in engine.suggest_labels_for(id) if each.existing and each.confidence >= 0.7] == []
    turn = {"role": "user", "content": "Does a tag push the container image twice?"}
    (id,) = engine.remember({"kind": "conversation", "messages": [turn]}).ids
    assert [each.label for each in engine.suggest_labels_for(id) if each.confidence >= 0.7] == ["Deploy"]


@pytest.mark.parametrize(
    ("near", "chance"), [(-1.0, 0.0), (0.0, 0.0), (0.5, 0.5), (0.65, 0.72), (0.7, 0.78), (1.0, 1.0), (7.0, 1.0)]
)
def test_the_chance_of_a_conversations_neighbour_rises_steeply_where_both_speak_of_one_matter(
    near: float, chance: float
) -> None:
    assert labels.of_talk(near) ** 2 == pytest.approx(chance, abs=0.005)


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize(
    ("memory", "links", "recalls", "expected"),
    [
        pytest.param(
            Note(content="Links are blue in the footer and on every page, but in the header they are grey"),
            0,
            0,
            5,
            id="a usual note",
        ),
        pytest.param(Note(content="ok"), 0, 0, 4, id="a short note"),
        pytest.param(Note(content="ok", pinned=True), 0, 0, 8, id="a pinned note"),
        pytest.param(Decision(decision="Use SQLite", status="accepted"), 0, 0, 7, id="a decision that stands"),
        pytest.param(Decision(decision="Use SQLite", status="superseded"), 0, 0, 3, id="a superseded decision"),
        pytest.param(
            Bug(message="KeyError", root_cause="no key", count=4), 0, 0, 8, id="a bug that came back and is known"
        ),
        pytest.param(Change(edits=(FileEdit(path="a", added=1),)), 0, 0, 3, id="a change of a line without a reason"),
        pytest.param(Change(edits=(FileEdit(path="a", added=300),), reason="Rename"), 0, 0, 6, id="a large change"),
        pytest.param(
            Change(edits=(FileEdit(path="a", added=9, diff="+# must never"),), reason="Rename"),
            0,
            0,
            5,
            id="a usual change",
        ),
        pytest.param(
            Note(content="Tokens must be signed because of security: never trust"), 3, 9, 10, id="all at once"
        ),
    ],
)
def test_importance_by_rules(memory: MemoryBase, links: int, recalls: int, expected: int) -> None:
    weight = importance.of_memory(memory, links, recalls)
    assert weight.score == expected
    assert bool(weight.reasons) == (expected != 5)
    assert 0.3 <= weight.confidence <= 0.7


@pytest.mark.parametrize(
    ("neighbours", "expected"),
    [
        pytest.param([], (), id="no neighbours"),
        pytest.param([(0.9, ())], (), id="none with a label"),
        pytest.param([(0.6, ("a",)), (0.9, ())], (("a", 0.36),), id="one, the surer the nearer"),
        pytest.param([(0.5, ("a",)), (0.5, ("a", "a"))], (("a", 0.438),), id="two agree"),
        pytest.param([(0.6, ("a",)), (0.3, ("b",))], (("a", 0.288), ("b", 0.018)), id="two differ"),
        pytest.param([(7.0, ("a",)), (-1.0, ("b",))], (("a", 1.0), ("b", 0.0)), id="beyond bounds"),
    ],
)
def test_neighbours_vote(neighbours: Any, expected: Any) -> None:
    assert labels.vote(neighbours) == expected


def test_labels_in_use_come_before_new_ones() -> None:
    found = labels.suggest("Mend the Build", "compiler compiler docs with with", [], {"build": 3, "Docs": 1, "x": 9})
    assert [(each.label, each.existing) for each in found] == [("build", True), ("Docs", True), ("compiler", False)]
    assert [each.confidence for each in found] == [0.6, 0.4, 0.3]
