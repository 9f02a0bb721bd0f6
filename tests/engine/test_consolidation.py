import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.provider import Provider, Reply
from tests.thinking import Open, engines
from whence.engine.consolidation.rules import alike
from whence.values.errors import ApprovalNeeded, Cancelled, InvalidRequest, NotFound
from whence.values.memory import Bug, Decision, MemoryBase, Note
from whence.values.protocol import Filter
from whence.values.reports.consolidation import MergedText, Proposal

SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
MODEL = "openai/gpt-4o-mini"
UTC = "Store every timestamp of the orders table in UTC and convert it where it is shown"
ALIKE = "Convert every timestamp of the orders table where it is shown; store it in UTC"
ANSWER = {
    "same": True,
    "title": "Timestamps in UTC",
    "texts": [{"field": "content", "text": "All in UTC."}],
    "reason": "Both say UTC.",
}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        running.default = Reply(json.dumps(ANSWER))
        yield running


@pytest.fixture
def open_engine(tmp_path: Path, provider: Provider) -> Iterator[Open]:
    folder = tmp_path / "größe und maß"
    folder.mkdir()
    with engines(folder, provider) as opened:
        yield opened


@pytest.fixture
def engine(open_engine: Open) -> Engine:
    return open_engine()


def keep(engine: Engine, content: str, kind: str = "note", **fields: object) -> str:
    body = {"note": "content", "decision": "decision", "bug": "message"}[kind]
    (id,) = engine.remember({"kind": kind, body: content, **fields}).ids
    return id


def everything(engine: Engine) -> dict[str, MemoryBase]:
    """All memories, apart from when they were written."""
    ids = [*engine.store.ids(Filter(archived=True)), *engine.store.ids(Filter(), place="bin")]
    return {each.id: each.model_copy(update={"updated_at": each.created_at}) for each in engine.store.get(ids)}


# ---------------------------------------------------------------- proposed


def test_near_duplicates_are_proposed_and_nothing_happens(engine: Engine, provider: Provider) -> None:
    first = keep(engine, UTC, importance=8)
    second = keep(engine, f"{ALIKE}\n\nThe June report broke.")
    keep(engine, "Bananas ripen in the cellar")
    before = everything(engine)
    found = engine.consolidate()
    (proposal,) = found.proposals
    assert proposal.ids == (first, second), "the more important one stays"
    assert proposal.kind == "note"
    assert "% of the words" in proposal.reason
    assert proposal.texts == (MergedText(field="content", text=f"{UTC}\n\nThe June report broke."),)
    assert f"--- {second}\n+++ {first}" in proposal.diff
    assert "\n+  The June report broke." in proposal.diff
    assert proposal.diff in found.markdown
    assert {each.id for each in found.cited} == {first, second}
    assert (found.model, proposal.model) == ("", "")
    assert "Nothing has happened" in found.note
    assert everything(engine) == before
    assert not provider.seen


def test_what_is_superseded_is_told_below_what_holds(engine: Engine) -> None:
    old = keep(engine, "Cache sessions in Memcached", "decision", rationale="It was there already.", importance=9)
    new = keep(engine, "Cache sessions in Redis", "decision", rationale="Restarts lost everybody's login.")
    engine.link(new, "supersedes", old)
    (proposal,) = engine.consolidate().proposals
    assert proposal.ids == (new, old)
    assert proposal.reason == "1 is superseded."
    texts = {each.field: each.text for each in proposal.texts}
    assert texts["decision"] == "Cache sessions in Redis"
    assert texts["context"].startswith("Before, since 20")
    assert "Cache sessions in Memcached It was there already." in texts["context"]
    engine.apply_consolidation((proposal,))
    merged = engine.one(new)
    assert isinstance(merged, Decision)
    assert merged.context == texts["context"]
    assert merged.links == ()


def test_a_chain_of_superseded_and_alike_ones_is_one_proposal(engine: Engine) -> None:
    ids = [keep(engine, f"{UTC} {word}", "decision") for word in ("first", "second", "third")]
    engine.link(ids[1], "supersedes", ids[0])
    engine.link(ids[2], "supersedes", ids[1])
    (proposal,) = engine.consolidate().proposals
    assert proposal.ids[0] == ids[2]
    assert set(proposal.ids) == set(ids)


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        pytest.param(
            "note", {"content": f"{ALIKE}\n\n" + "word " * 5000}, "longer than", id="what is too long to review"
        ),
        pytest.param(
            "decision", {"decision": ALIKE, "record": "docs/adr/0001-utc.md"}, "record", id="a record in a file"
        ),
    ],
)
def test_what_is_not_proposed_is_counted(engine: Engine, kind: str, fields: dict[str, Any], reason: str) -> None:
    text = UTC + ("\n\n" + "word " * 5000 if "content" in fields else "")
    keep(engine, text, kind, importance=8)
    engine.remember({"kind": kind, **fields})
    found = engine.consolidate()
    assert found.proposals == ()
    assert found.note.startswith("Nothing needs to be merged.")
    assert any(reason in each.reason for each in found.left_out)


def test_pinned_archived_deleted_and_captured_ones_are_left_alone(engine: Engine) -> None:
    keep(engine, UTC, importance=8)
    keep(engine, ALIKE, pinned=True, importance=2)
    keep(engine, f"{ALIKE} always", archived=True)
    engine.forget((keep(engine, f"{ALIKE} ever"),))
    engine.remember({"kind": "conversation", "messages": [{"role": "user", "content": UTC}]})
    engine.remember({"kind": "conversation", "messages": [{"role": "user", "content": ALIKE}]})
    (proposal,) = engine.consolidate().proposals
    assert engine.one(proposal.ids[0]).pinned, "a pinned one stays, and others may go into it"
    assert len(proposal.ids) == 2


def test_what_says_the_same_in_other_words_is_found_where_meanings_are_known(
    open_engine: Open, provider: Provider
) -> None:
    engine = open_engine(capture=True, embedding={"model": "openai/text-embedding-3-small"})
    first = keep(engine, "cellar " * 20 + "one two three four five six", importance=8)
    second = keep(engine, "cellar " * 20 + "seven eight nine ten eleven twelve")
    keep(engine, "Bananas ripen where potatoes are kept, and nothing else was ever said of them here")
    assert engine.settle(PATIENCE, vectors=True)
    (proposal,) = engine.consolidate().proposals
    assert proposal.ids == (first, second)
    assert "says nearly the same in other words (cosine 0." in proposal.reason


@pytest.mark.parametrize(
    ("words", "cosine", "same"),
    [
        pytest.param(0.6, None, True, id="words decide where meanings are not known"),
        pytest.param(0.6, 0.5, False, id="the same words for something else"),
        pytest.param(0.2, 0.9, True, id="other words for the same"),
        pytest.param(0.9, 0.5, True, id="nearly every word the same"),
        pytest.param(0.2, None, False, id="nothing in common"),
    ],
)
def test_words_and_meanings_tell_what_is_alike(words: float, cosine: float | None, same: bool) -> None:
    one = None if cosine is None else np.array([1.0, 0.0], np.float32)
    other = None if cosine is None else np.array([cosine, (1 - cosine**2) ** 0.5], np.float32)
    assert alike(words, one, other, 0.75) is same


def test_no_more_are_proposed_than_were_asked_for(engine: Engine) -> None:
    for topic in ("orders", "invoices", "parcels"):
        keep(engine, UTC.replace("orders", topic) + f" {topic} " + " ".join(f"{topic}{n}" for n in range(9)))
        keep(engine, ALIKE.replace("orders", topic) + f" {topic} " + " ".join(f"{topic}{n}" for n in range(9)))
    found = engine.consolidate(limit=2)
    assert len(found.proposals) == 2
    assert [(each.reason, each.count) for each in found.left_out] == [("there are more than were asked for", 1)]


def test_nothing_alike_is_nothing_to_merge(engine: Engine) -> None:
    found = engine.consolidate()
    assert (found.proposals, found.markdown) == ((), "")
    assert found.note == "Nothing needs to be merged."


# ---------------------------------------------------------------- carried out, and taken back


def merged(engine: Engine) -> tuple[str, str, str]:
    """Two notes, of which the second went into the first, and a third one that is about both."""
    first = keep(engine, UTC, importance=8, labels=["time"], files=["a.py"])
    second = keep(engine, f"{ALIKE}\n\nThe June report broke.", labels=["report"], folder="team")
    third = keep(engine, "Bananas ripen in the cellar")
    engine.link(third, "about", second)
    engine.link(third, "about", first)
    engine.link(first, "caused_by", second)
    return first, second, third


def test_what_is_applied_is_what_was_proposed(engine: Engine) -> None:
    first, second, third = merged(engine)
    (proposal,) = engine.consolidate().proposals
    done = engine.apply_consolidation((Proposal.model_validate_json(proposal.model_dump_json(by_alias=True)),))
    assert done.ids == (first,)
    assert done.left_out == ()
    assert done.note.startswith("Merged 1 into 1")
    stayed = engine.one(first)
    assert isinstance(stayed, Note)
    assert stayed.content == proposal.texts[0].text
    assert (stayed.labels, stayed.folder, stayed.links) == (("time", "report"), "team", ())
    assert engine.one(second).deleted_at is not None
    assert [link.target for link in engine.one(third).links] == [first]
    assert engine.settle(PATIENCE)
    assert {hit.id for hit in engine.search("June report").hits} == {first}


def test_an_undone_merge_leaves_no_trace(engine: Engine) -> None:
    first, second, _ = merged(engine)
    before = everything(engine)
    engine.apply_consolidation(engine.consolidate().proposals)
    assert everything(engine) != before
    undone = engine.undo_consolidation(first)
    assert set(undone.ids) == {first, second}
    assert everything(engine) == before
    assert engine.settle(PATIENCE)
    assert {hit.id for hit in engine.search("June report").hits} >= {second}
    with pytest.raises(InvalidRequest, match="Nothing was merged"):
        engine.undo_consolidation(first)


def test_merges_into_one_are_undone_one_by_one_the_last_first(engine: Engine) -> None:
    first, second, _ = merged(engine)
    begun = everything(engine)
    engine.apply_consolidation(engine.consolidate().proposals)
    later = keep(engine, f"{ALIKE}\n\nThe June report broke.")
    between = everything(engine)
    (again,) = engine.consolidate().proposals
    assert again.ids == (first, later)
    engine.apply_consolidation((again,))
    engine.undo_consolidation(first)
    assert everything(engine) == between
    engine.undo_consolidation(first)
    left = everything(engine)
    assert left.pop(later).deleted_at is None
    assert left == begun
    assert left[second].deleted_at is None


def test_undoing_keeps_what_was_changed_by_hand_since(engine: Engine) -> None:
    first, second, _ = merged(engine)
    engine.apply_consolidation(engine.consolidate().proposals)
    engine.update(first, {"content": "Rewritten by hand."})
    engine.organize((first,), pinned=True)
    undone = engine.undo_consolidation(first)
    assert "content stayed" in undone.note
    stayed = engine.one(first)
    assert isinstance(stayed, Note)
    assert (stayed.content, stayed.pinned, stayed.labels) == ("Rewritten by hand.", True, ("time",))
    assert engine.one(second).deleted_at is None


def test_bugs_are_merged_and_taken_apart_with_their_counts(engine: Engine) -> None:
    first = keep(engine, UTC, "bug", count=3, importance=9)
    second = keep(engine, ALIKE, "bug", count=4, rootCause="No zone.", resolved=True)
    before = everything(engine)
    engine.apply_consolidation(engine.consolidate().proposals)
    bug = engine.one(first)
    assert isinstance(bug, Bug)
    assert (bug.count, bug.root_cause, bug.resolved) == (7, "No zone.", True)
    engine.undo_consolidation(first)
    assert everything(engine) == before
    assert engine.one(second).deleted_at is None


def test_restoring_from_the_bin_brings_the_former_texts_back_too(engine: Engine) -> None:
    first, second, _ = merged(engine)
    engine.apply_consolidation(engine.consolidate().proposals)
    bin = engine.store.ids(Filter(), place="bin")
    engine.restore(tuple(bin))
    texts = [each.text() for each in engine.store.get(bin)]
    assert len(texts) == 2
    assert any(UTC in text and "June" not in text for text in texts)
    assert engine.one(second).deleted_at is None
    assert engine.undo_consolidation(first).ids == (first,), "and the merge can still be undone"


def test_what_has_changed_since_is_refused_and_the_rest_carried_out(engine: Engine) -> None:
    first, second = keep(engine, UTC, importance=8), keep(engine, ALIKE)
    others = [
        keep(engine, f"Bananas of kind {n} ripen in the dark cellar below the old house", importance=9 - n)
        for n in (1, 2)
    ]
    proposals = engine.consolidate().proposals
    assert len(proposals) == 2
    engine.update(second, {"content": f"{ALIKE}, and nowhere else"})
    before = everything(engine)
    done = engine.apply_consolidation(proposals)
    assert done.ids == (others[0],)
    assert [(each.reason, each.count) for each in done.left_out] == [("a memory has changed since it was proposed", 1)]
    assert "1 was not carried out" in done.note
    after = everything(engine)
    assert (after[first], after[second]) == (before[first], before[second])


def test_proposals_that_follow_one_another_do_not_hinder_each_other(engine: Engine) -> None:
    first, second = keep(engine, UTC, importance=8), keep(engine, ALIKE)
    others = [
        keep(engine, f"Bananas of kind {n} ripen in the dark cellar below the old house", importance=9 - n)
        for n in (1, 2)
    ]
    engine.link(others[0], "about", second)
    done = engine.apply_consolidation(engine.consolidate().proposals)
    assert set(done.ids) == {first, others[0]}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"ids": ("nothing", "at all")}, "There is no memory"),
        ({"texts": (MergedText(field="labels", text="x"),)}, "has no text 'labels'"),
        ({"texts": (MergedText(field="content", text=" "),)}, "content"),
        ({"digests": ("a", "b", "c")}, "does not say"),
        ({"digests": ("a", "b")}, "has changed"),
    ],
    ids=["ids of nothing", "a field that is no text", "an empty text", "too many digests", "digests of something else"],
)
def test_a_proposal_that_is_not_sound_is_refused(engine: Engine, change: dict[str, Any], reason: str) -> None:
    keep(engine, UTC)
    keep(engine, ALIKE)
    (proposal,) = engine.consolidate().proposals
    before = everything(engine)
    done = engine.apply_consolidation((proposal.model_copy(update=change),))
    assert done.ids == ()
    assert reason in done.left_out[0].reason
    assert everything(engine) == before


def test_a_text_changed_by_the_reviewer_is_taken(engine: Engine) -> None:
    first, _ = keep(engine, UTC, importance=8), keep(engine, ALIKE)
    (proposal,) = engine.consolidate().proposals
    texts = (MergedText(field="content", text=f"In UTC. Key {SECRET}"), MergedText(field="title", text="Time"))
    engine.apply_consolidation((proposal.model_copy(update={"texts": texts}),))
    stayed = engine.one(first)
    assert stayed.title == "Time"
    assert stayed.text().startswith("In UTC.")
    assert SECRET not in stayed.text()


def test_undoing_what_is_not_there_is_refused(engine: Engine) -> None:
    first, _, _ = merged(engine)
    with pytest.raises(NotFound):
        engine.undo_consolidation("nothing")
    engine.apply_consolidation(engine.consolidate().proposals)
    engine.empty_bin()
    with pytest.raises(InvalidRequest, match="bin was emptied"):
        engine.undo_consolidation(first)


# ---------------------------------------------------------------- with a model


def test_a_model_writes_the_texts_and_is_paid_for(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    first, second = keep(engine, UTC, importance=8), keep(engine, f"{ALIKE} {SECRET}")
    found = engine.consolidate()
    (proposal,) = found.proposals
    assert (found.model, proposal.model, found.note) == (
        MODEL,
        MODEL,
        "1 proposal. Nothing has happened to any memory.",
    )
    assert {each.field: each.text for each in proposal.texts} == {
        "title": "Timestamps in UTC",
        "content": "All in UTC.",
    }
    assert "Both say UTC." in proposal.reason
    assert f"Written by {MODEL}." in found.markdown
    assert "\n+  Timestamps in UTC" in proposal.diff
    (seen,) = provider.seen
    assert SECRET not in seen.text
    assert first not in seen.text
    assert second not in seen.text
    costs = engine.costs()
    assert (costs.total.calls, costs.total.tokens_in, costs.total.tokens_out) == (
        provider.answered,
        provider.tokens_in,
        provider.tokens_out,
    )
    assert [each.name for each in costs.operations] == ["consolidate"]
    before = everything(engine)
    engine.apply_consolidation((proposal,))
    assert engine.one(first).title == "Timestamps in UTC"
    engine.undo_consolidation(first)
    assert everything(engine) == before
    assert len(provider.seen) == 1


def test_what_a_model_holds_apart_is_not_proposed(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    keep(engine, UTC)
    keep(engine, ALIKE)
    provider.default = Reply('{"same": false, "reason": "Two tables."}')
    found = engine.consolidate()
    assert found.proposals == ()
    assert [(each.reason, each.count) for each in found.left_out] == [("the model holds them apart", 1)]


def test_fields_that_a_model_invents_are_left_out(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    keep(engine, UTC, importance=8)
    keep(engine, ALIKE)
    texts = [{"field": "labels", "text": "x"}, {"field": "content", "text": " "}]
    provider.default = Reply(json.dumps({"same": True, "texts": texts}))
    (proposal,) = engine.consolidate().proposals
    assert proposal.texts == (MergedText(field="content", text=UTC),)


@pytest.mark.parametrize(
    ("replies", "approve", "settings", "note"),
    [
        pytest.param(["no", "no"], None, {}, "shape", id="a wrong shape"),
        pytest.param([], lambda asked: False, {"spending": {"threshold": 0.0}}, "You chose not to", id="a refusal"),
        pytest.param([], None, {"spending": {"dailyBudget": 0.0}}, "budget", id="a budget that is spent"),
        pytest.param([Reply(status=500)] * 2, None, {}, "without a model", id="a failure"),
    ],
)
def test_without_an_answer_rules_propose(
    open_engine: Open, provider: Provider, replies: list[Any], approve: Any, settings: dict[str, Any], note: str
) -> None:
    engine = open_engine(MODEL, approve, **settings)
    first, second = keep(engine, UTC, importance=8), keep(engine, ALIKE)
    provider.say(*replies)
    found = engine.consolidate()
    (proposal,) = found.proposals
    assert (proposal.ids, proposal.model, found.model) == ((first, second), "", "")
    assert note in found.note


def test_where_nobody_can_be_asked_the_estimate_is_told(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL, spending={"threshold": 0.0})
    keep(engine, UTC)
    keep(engine, ALIKE)
    with pytest.raises(ApprovalNeeded):
        engine.consolidate()
    shown = engine.show_prompt("consolidate", {})
    assert shown.estimate is not None
    assert UTC in shown.markdown
    assert not provider.seen


def test_a_model_that_hangs_can_be_left(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    keep(engine, UTC)
    keep(engine, ALIKE)
    before = everything(engine)
    provider.default = Reply(wait=PATIENCE)
    leave = threading.Event()
    raised: list[BaseException] = []

    def progress(message: str, share: float) -> None:
        if leave.is_set():
            raise Cancelled("Enough.")

    def run() -> None:
        try:
            engine.consolidate(progress=progress)
        except Cancelled as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    until(lambda: provider.seen, "a request")
    leave.set()
    thread.join(PATIENCE)
    assert raised
    assert everything(engine) == before
    assert {each.outcome for each in engine.spending.entries(None, None)} == {"stopped"}
