import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.model_cache import cached_model
from tests.opened import Engine
from tests.patience import PATIENCE
from tests.provider import Provider, Reply
from tests.thinking import MODEL, Approving, Open, engines, same_bill
from whence.engine.answers import extracts
from whence.values.errors import ApprovalNeeded, InvalidRequest
from whence.values.memory import Change, Conversation, Note
from whence.values.settings import parse

QUESTION = "Why are session tokens signed with RS256?"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        running.default = Reply(said("So that only the issuer holds the secret [m1]."))
        yield running


@pytest.fixture
def open_engine(repository: Path, provider: Provider) -> Iterator[Open]:
    with engines(repository, provider) as opened:
        yield opened


def said(answer: str, answerable: bool = True, **more: Any) -> str:
    return json.dumps({"answerable": answerable, "answer": answer, **more})


def filled(engine: Engine) -> dict[str, str]:
    decision = {
        "kind": "decision",
        "title": "Sign session tokens (RS256) [v2]",
        "decision": "Session tokens are signed with RS256.",
        "rationale": "With HS256 each service would hold the secret.",
        "labels": ["auth"],
    }
    ids = {
        "decision": engine.remember(decision).ids[0],
        "note": engine.remember({"kind": "note", "content": "The session tokens were signed with HS256 before"}).ids[0],
    }
    assert engine.settle(PATIENCE)
    return ids


# ---------------------------------------------------------------- with a model


def test_an_answer_cites_memories_by_links(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    ids = filled(engine)
    found = engine.ask(QUESTION)
    assert found.answered
    assert found.model == MODEL
    assert [each.id for each in found.cited] == [ids["decision"]]
    link = f"[1](whence:/{ids['decision']}/Sign%20session%20tokens%20%28RS256%29%20%5Bv2%5D)"
    assert f"only the issuer holds the secret {link}." in found.markdown
    assert f"`{ids['decision']}`" in found.markdown
    assert found.tokens > 0
    (seen,) = provider.seen
    assert "each service would hold the secret" in seen.text
    assert "m2" in seen.text
    assert not any(id in seen.text for id in ids.values()), "short names cost less and are copied without slips"
    assert [each.name for each in engine.costs().operations] == ["ask"]
    same_bill(engine, provider)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        pytest.param(
            said("", False, missing="Nothing about *keys*."), r"Nothing about \*keys\*.", id="the model says so"
        ),
        pytest.param(said("It is quite so."), "no memory that bears", id="no memory is cited"),
        pytest.param(said("Surely [m9].", cited=["m0", "x", "m77"]), "no memory that bears", id="made-up memories"),
        pytest.param(said(" "), "no memory that bears", id="an empty answer"),
    ],
)
def test_what_memory_can_t_answer_is_said(open_engine: Open, provider: Provider, reply: str, told: str) -> None:
    engine = open_engine(MODEL)
    filled(engine)
    provider.default = Reply(reply)
    found = engine.ask(QUESTION, keep=True)
    assert not found.answered
    assert "Memory holds no answer" in found.markdown
    assert told in found.note
    assert "quite so" not in found.markdown
    assert "Surely" not in found.markdown
    assert found.kept == ""
    same_bill(engine, provider)


def test_a_question_that_has_nothing_to_do_with_memory_costs_nothing(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    assert "holds nothing" in engine.ask(QUESTION).markdown
    filled(engine)
    nothing = engine.ask("zebra", keep=True)
    assert "no answer to keep" in nothing.note
    assert (nothing.answered, nothing.cited) == (False, ())
    assert "Memory holds nothing about this." in nothing.markdown
    weak = engine.ask("Which zebra ate the marvellous purple bananas of the session?")
    assert not weak.answered
    assert weak.cited == ()
    assert "Memory holds nothing about this." in weak.markdown
    assert not provider.seen


def test_where_nothing_is_found_it_is_said_what_could_not_be_compared_by_meaning(repository: Path) -> None:
    cached_model()
    with Engine(repository, parse({"embedding": {"model": "all-MiniLM-L6-v2"}})) as engine:
        engine.remember({"kind": "note", "content": "Session tokens are signed with RS256."})
        assert engine.settle(PATIENCE)
        found = engine.ask("Which zebra ate the bananas?")
        assert "Nothing was found about this. 1 of 1 texts could be compared by words alone" in found.markdown
        assert "no vector yet" in found.note
        assert not found.answered
        engine.project.indexer.embed(lambda message, share: None)
        assert "Memory holds nothing about this." in engine.ask("Which zebra ate the bananas?").markdown


def test_an_answer_in_part_says_what_is_missing(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    ids = filled(engine)
    provider.default = Reply(said("Yes [m2; m1] and [m2].", missing="Since when."))
    found = engine.ask(QUESTION)
    assert [each.id for each in found.cited] == [ids["note"], ids["decision"]] or found.answered
    assert "Not told by memory: Since when." in found.markdown
    assert found.markdown.count("](whence:/") == 3 + 2, "three marks, two sources"


FAILURES = [
    pytest.param(Reply("I would rather not."), "shape", id="wrong shape"),
    pytest.param(Reply(status=429, text="slow down"), "made without a model", id="429"),
    pytest.param(Reply(status=401), "made without a model", id="a refused key"),
]


@pytest.mark.parametrize(("reply", "told"), FAILURES)
def test_where_the_model_fails_memories_speak_for_themselves(
    open_engine: Open, provider: Provider, reply: Reply, told: str
) -> None:
    engine = open_engine(MODEL)
    ids = filled(engine)
    provider.default = reply
    found = engine.ask(QUESTION)
    assert found.model == ""
    assert told in found.note
    assert found.cited[0].id == ids["decision"]
    assert "each service would hold the secret" in found.markdown
    same_bill(engine, provider)


def test_a_refusal_shows_the_extract_and_a_face_that_cannot_ask_is_told(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL, approve=Approving(answer=False), spending={"threshold": 0.0})
    filled(engine)
    found = engine.ask(QUESTION)
    assert "each service would hold the secret" in found.markdown
    assert "You chose not to" in found.note
    with pytest.raises(ApprovalNeeded):
        open_engine(MODEL, spending={"threshold": 0.0}).ask(QUESTION)
    shown = engine.show_prompt("ask", {"question": QUESTION})
    assert "each service would hold the secret" in shown.markdown
    assert not provider.seen


# ---------------------------------------------------------------- without a model


def test_without_a_model_sentences_are_quoted_with_their_sources(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    ids = filled(engine)
    found = engine.ask(QUESTION)
    assert found.answered
    assert found.markdown.startswith(f"# {QUESTION}\n")
    assert "“Session tokens are signed with RS256.”" in found.markdown
    assert "each service would hold the secret" in found.markdown
    assert "## Sources" in found.markdown
    assert f"whence:/{ids['decision']}/" in found.markdown
    assert not provider.seen
    labelled = engine.ask(QUESTION, labels=("auth",))
    assert [each.id for each in labelled.cited] == [ids["decision"]]
    assert [each.kind for each in engine.ask(QUESTION, kinds=("note",)).cited] == ["note"]
    assert engine.ask(QUESTION, budget=200).tokens <= 200
    small = engine.ask(QUESTION, budget=10)
    assert not small.answered
    assert "budget of 10 tokens" in small.markdown
    assert "holds nothing" not in small.markdown


def test_an_answer_is_of_sentences_that_somebody_said(open_engine: Open) -> None:
    engine = open_engine()
    engine.remember(
        {
            "kind": "note",
            "title": "Retries",
            "content": "# Retries\n\n- Fix typo\n- lint\n\nUploads are retried thrice, because the proxy drops the "
            "first request.\nDownloads are not.\n\n```\nretry(uploads)\n```\n",
        }
    )
    engine.remember({"kind": "note", "content": "The cache is warmed each night so that mornings are quick."})
    assert engine.settle(PATIENCE)
    found = engine.ask("Why are uploads retried?")
    day = f"{found.cited[0].created_at:%Y-%m-%d}"
    quoted = f"“Uploads are retried thrice, because the proxy drops the first request.” ({day}, Test Author) [1]"
    assert quoted in found.markdown
    assert not any(word in found.markdown for word in ("typo", "lint", "retry(", "mornings"))
    assert [each.title for each in found.cited] == ["Retries"]
    assert len([line for line in found.markdown.splitlines() if line.startswith("“")]) <= 3


OTHERS = (
    "Warm the cache each night",
    "Round halves to even",
    "Let carts expire",
    "Colour the pager",
    "Ask for the tax number",
    "Sort invoices by day",
    "Show the size of a box",
    "Count visits by hour",
    "Print letters twice",
    "Send mails in the morning",
    "Lock the door of the shop",
    "Read rates from the bank",
)
"""What commits do that nobody asks about."""


def commits(*told: str) -> list[Change]:
    """Commits of these messages, a day between them, the oldest first; of each a file of its own."""
    return [
        Change(
            reason=reason,
            author="Test Author",
            commit=f"{number:040x}",
            files=(f"part_{number}.py", "requirements.txt"),
            created_at=datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=number),
        )
        for number, reason in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("question", "told", "left"),
    [
        pytest.param(
            "Why no longer parcel?",
            "Drop parcel in favour of plain scripts",
            ("Bump parcel from 1.0 to 1.1", "Upgrade parcel", "Serve the pages by parcel"),
            id="a bump is no reason, nor is what was done before",
        ),
        pytest.param(
            "When was support for Lua 5.1 dropped?",
            "Remove support for Lua 5.1",
            ("Name Lua 5.1 in the guide", "Let tests run on Lua 5.1"),
            id="what was done is asked, in whichever words",
        ),
        pytest.param(
            "Why was support for Lua 5.3 dropped?",
            "Drop support for Lua 5.2, 5.3 and 5.4",
            ("Drop support for Lua 5.1", "Drop Lua 5.2 support from the tests"),
            id="another version of the same is another matter",
        ),
    ],
)
def test_an_answer_tells_of_what_is_said_to_have_been_done(
    open_engine: Open, question: str, told: str, left: tuple[str, ...]
) -> None:
    engine = open_engine()
    engine.writer.write(commits(*left, told, *OTHERS))
    assert engine.settle(PATIENCE)
    found = engine.ask(question)
    assert f"“{told}” (2026-03-0{len(left) + 1}, Test Author) [1]" in found.markdown
    assert not [each for each in left if each in found.markdown]


@pytest.mark.parametrize(
    ("question", "told", "answers"),
    [
        ("When was support for Node 14 dropped?", "build: drop node 12 support", False),
        ("When was support for Node 14 dropped?", "build: drop support for node 12 and 14", True),
        ("When was support for Node 14 dropped?", "build: drop node v14.2 support", True),
        ("When was support for Node dropped?", "build: drop node 12 support", True),
        ("Why is level 3 of the parser skipped?", "Skip level 2 of the parser", False),
        ("Why is level 3 of the parser skipped?", "Skip a level of the parser in 2 places", True),
        ("Why does the parser of rates need python 3.11?", "Let the parser of rates need python 3", True),
    ],
)
def test_what_is_about_another_number_is_no_answer(open_engine: Open, question: str, told: str, answers: bool) -> None:
    engine = open_engine()
    engine.writer.write(commits(told, *OTHERS))
    assert engine.settle(PATIENCE)
    assert (f"“{told}”" in engine.ask(question).markdown) is answers


def test_when_something_was_added_is_told_by_the_first_who_says_so(open_engine: Open) -> None:
    engine = open_engine()
    told = ("Add first support for parcel", "Add parcel support to the tests", "Update parcel support in the extras")
    engine.writer.write(commits(*told, *OTHERS))
    assert engine.settle(PATIENCE)
    for question in ("When was parcel support added?", "Since when do we support parcel?"):
        quoted = [line for line in engine.ask(question).markdown.splitlines() if line.startswith("“")]
        assert quoted[0].startswith("“Add first support for parcel” (2026-03-01, Test Author) [1]")


def test_that_something_was_done_is_no_answer_without_to_what(open_engine: Open) -> None:
    engine = open_engine()
    engine.writer.write(commits("Rename the switch of parcel\n\n* Add a guess at the colours", *OTHERS))
    assert engine.settle(PATIENCE)
    found = engine.ask("When was the switch of parcel added?").markdown
    assert "“Rename the switch of parcel”" in found
    assert "colours" not in found


@pytest.mark.parametrize(
    ("question", "commit"),
    [
        pytest.param("Why was parcel removed?", "Remove the cache setting from parcel", id="done to another thing"),
        pytest.param("Why was parcel removed?", "Teach parcel to read maps", id="something else was done"),
        pytest.param("Why was parcel renamed?", "Don't rename parcel", id="expressly not done"),
        pytest.param("When was parcel added?", "Add a test that needs parcel", id="something about it was added"),
        pytest.param("Why was it removed from parcel?", "Remove a letter", id="what it was done to stands elsewhere"),
        pytest.param("Why did we stop using parcel?", "Bump parcel from 1.0 to 1.1", id="a bump"),
        pytest.param("Why did we drop the parcel API?", "Drop the API of letters", id="another API"),
    ],
)
def test_what_a_question_takes_for_granted_and_nobody_says_is_not_confirmed(
    open_engine: Open, question: str, commit: str
) -> None:
    engine = open_engine()
    engine.writer.write(commits(commit, *OTHERS))
    assert engine.settle(PATIENCE)
    found = engine.ask(question)
    assert not found.answered
    assert (
        "None of the memories found says that this was done. What comes closest:" in found.markdown or not found.cited
    )
    assert "gives no reason" not in found.markdown
    kept = engine.ask(question, keep=True)
    assert kept.kept == ""
    assert "There is no answer to keep." in kept.note


@pytest.mark.parametrize(
    "question",
    [
        "Why did we switch to RS256?",
        "Why was RS256 introduced?",
        "Why did we stop using HS256?",
        "Which signature do tokens use?",
    ],
)
def test_a_decision_says_what_was_chosen_in_whichever_words(open_engine: Open, question: str) -> None:
    engine = open_engine()
    decision = "Tokens carry an RS256 signature instead of HS256."
    rationale = "Only the issuer holds the secret then."
    engine.remember({"kind": "decision", "decision": decision, "rationale": rationale})
    engine.writer.write(commits(*OTHERS))
    assert engine.settle(PATIENCE)
    found = engine.ask(question)
    assert found.answered
    assert f"“{decision}”" in found.markdown
    assert not question.startswith("Why") or f"“{rationale}”" in found.markdown


@pytest.mark.parametrize(
    ("question", "commit", "answers"),
    [
        ("Why did we add retries?", "Retry uploads, because the proxy drops the first", True),
        ("When was caching introduced?", "build: cache what was fetched", True),
        ("When was caching introduced?", "Fix a typo where we cache", False),
        ("When was parcel support added?", "parcel: mend a leak", False),
        ("When was parcel support added?", "Parcel colours are brighter", False),
    ],
)
def test_a_verb_may_say_what_was_added(open_engine: Open, question: str, commit: str, answers: bool) -> None:
    engine = open_engine()
    engine.writer.write(commits(commit, *OTHERS))
    assert engine.settle(PATIENCE)
    assert engine.ask(question).answered is answers


def test_the_one_that_says_what_was_done_is_found_among_many_that_say_more_of_it(open_engine: Open) -> None:
    engine = open_engine()
    others = [f"Let parcel sort part {n} of parcel\n\nParcel sorts what parcel packed, part {n}." for n in range(8)]
    engine.writer.write(commits("Use parcel\n\nLess to write.", *others, *OTHERS))
    assert engine.settle(PATIENCE)
    few = 200
    assert "Use parcel" not in engine.context("Why did we switch to parcel?", budget=few).markdown
    found = engine.ask("Why did we switch to parcel?", budget=few)
    assert found.answered
    assert [each.title for each in found.cited] == ["Use parcel"]
    assert not engine.ask('Why did we switch to parcel? author:"Somebody Else"', budget=few).cited


def test_who_says_plainly_what_was_done_goes_before_who_says_so_by_the_way(open_engine: Open) -> None:
    engine = open_engine()
    aside = (
        "Switch parcel off for boxes\n\nThe switch: boxes were switched to parcel long ago, and parcel is fine there."
    )
    engine.writer.write(commits("Use parcel", aside, *OTHERS))
    assert engine.settle(PATIENCE)
    assert [each.title for each in engine.ask("Why did we switch to parcel?").cited] == ["Use parcel"]


@pytest.mark.parametrize(
    ("question", "commit", "answers"),
    [
        ("When did we move to parcel v3?", "Upgrade to parcel 3.0", True),
        ("When did we move to parcel v3?", "Upgrade to parcel 2.4", False),
        ("Who added the --owner filter?", "Add --owner to the command", True),
        ("Who added the --owner filter?", "Add help for --owner", False),
        ("When did we start to respect .boxignore?", "Add --plain\n\n.boxignore files will not be respected.", False),
        ("Why was parcel/2 removed?", "Remove the header for parcel/2", False),
        ("Why was parcel removed?", "Remove parcel from the docs", False),
        ("Why was parcel removed from the docs?", "Remove parcel from the docs", True),
        ("Why was parcel removed?", "Remove parcel from the build", True),
        ("Why was parcel removed?", "Remove parcel dependency and add docs", True),
        ("Why was parcel removed?", "Drop add_parcel_box", False),
        ("When was parcel added?", "Add the parcel badge", False),
        ("When was parcel added?", "Add the parcel plugin", True),
        ("When did we switch to parcel?", "parcel integration (#5)", True),
        ("When did we switch to parcel?", "Fix parcel integration", False),
        ("Who added the BoxTest?", "docs: add section about BoxTest", False),
        ("Who added the BoxTest?", "Add BoxTest", True),
        ("When was parcel introduced?", "Replace reference from scripts to parcel", False),
    ],
)
def test_who_did_it_and_since_when_is_told_by_who_says_so(
    open_engine: Open, question: str, commit: str, answers: bool
) -> None:
    engine = open_engine()
    engine.writer.write(commits(commit, *OTHERS))
    assert engine.settle(PATIENCE)
    assert engine.ask(question).answered is answers


def test_two_words_of_a_question_may_stand_in_memory_as_one(open_engine: Open) -> None:
    engine = open_engine()
    engine.writer.write(commits("Add the loopcontrols of parcel", *OTHERS))
    assert engine.settle(PATIENCE)
    found = engine.ask("When were the loop controls of parcel added?")
    assert found.answered
    assert "“Add the loopcontrols of parcel”" in found.markdown


def test_what_holds_too_little_of_a_question_is_told_as_what_comes_closest(open_engine: Open) -> None:
    engine = open_engine()
    engine.writer.write(commits("Let parcel read maps of boxes", "Escape the names of letters", *OTHERS))
    assert engine.settle(PATIENCE)
    found = engine.ask("Why are the maps of parcel boxes escaped thrice?")
    assert not found.answered
    assert (
        "None of the memories found answers exactly this. What comes closest:\n\n“Let parcel read maps of boxes”"
        in found.markdown
    )
    assert [each.title for each in found.cited] == ["Let parcel read maps of boxes"]


def test_what_is_used_is_told_by_what_says_so(open_engine: Open) -> None:
    engine = open_engine()
    engine.writer.write(commits("Use an absolute path for the lookup in the database", *OTHERS))
    assert engine.settle(PATIENCE)
    assert not engine.ask("Which database do we use?").answered
    engine.remember({"kind": "decision", "decision": "The database is PostgreSQL."})
    assert engine.settle(PATIENCE)
    found = engine.ask("Which database do we use?")
    assert found.answered
    assert "“The database is PostgreSQL.”" in found.markdown
    assert "absolute path" not in found.markdown


def test_a_bump_answers_who_asks_for_a_version(open_engine: Open) -> None:
    engine = open_engine()
    engine.writer.write(commits("Bump parcel from 1.0 to 1.1", *OTHERS))
    assert engine.settle(PATIENCE)
    assert "from 1.0 to 1.1" in engine.ask("When was parcel bumped?").markdown


@pytest.mark.parametrize(
    ("message", "reasoned"),
    [
        pytest.param("Drop parcel", False, id="what was done alone"),
        pytest.param("Drop parcel\n\nIt is slow because it reads all files.", True, id="a reason"),
    ],
)
def test_where_no_reason_is_known_an_answer_says_so(open_engine: Open, message: str, reasoned: bool) -> None:
    engine = open_engine()
    engine.writer.write(commits(message, *OTHERS))
    assert engine.settle(PATIENCE)
    found = engine.ask("Why did we drop parcel?")
    assert found.answered
    assert ("gives no reason" not in found.markdown) is reasoned
    assert "gives no reason" not in engine.ask("When did we drop parcel?").markdown


@pytest.mark.parametrize(
    ("memory", "question", "reason"),
    [
        pytest.param(
            {"kind": "decision", "decision": "Keep receipts for ten years", "rationale": "The law says so."},
            "Why are receipts kept for ten years?",
            "The law says so.",
            id="a decision's rationale",
        ),
        pytest.param(
            {"kind": "decision", "decision": "Keep receipts for ten years", "context": "The tax office asks for them"},
            "Why are receipts kept for ten years?",
            "The tax office asks for them",
            id="a decision's context, where there is no rationale",
        ),
        pytest.param(
            {"kind": "bug", "message": "Receipts are printed twice", "root_cause": "Two workers took one job."},
            "Why are receipts printed twice?",
            "Two workers took one job.",
            id="a bug's cause",
        ),
    ],
)
def test_a_reason_that_stands_where_reasons_stand_answers_why(
    open_engine: Open, memory: dict[str, Any], question: str, reason: str
) -> None:
    engine = open_engine()
    engine.remember(memory)
    assert engine.settle(PATIENCE)
    found = engine.ask(question)
    assert f"“{reason}”" in found.markdown
    assert "gives no reason" not in found.markdown


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("How do uploads reach the satellite?", id="the rare half of the question is nowhere"),
        pytest.param("Which broker queues the retried invoices?", id="one word in common"),
    ],
)
def test_what_shares_a_word_or_two_is_no_answer(open_engine: Open, question: str) -> None:
    engine = open_engine()
    for content in ("Uploads are retried thrice.", "Uploads go to the proxy.", "The cache is warm."):
        engine.remember({"kind": "note", "content": content})
    assert engine.settle(PATIENCE)
    found = engine.ask(question)
    assert (found.answered, found.cited) == (False, ())
    assert "Memory holds nothing about this." in found.markdown
    assert "Sources" not in found.markdown


@pytest.mark.parametrize("wrong", [{"question": " \n"}, {"question": "x", "kinds": ("thing",)}], ids=str)
def test_a_wrong_question_is_refused(open_engine: Open, wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        open_engine().ask(**wrong)


# ---------------------------------------------------------------- kept


def test_an_answer_is_kept_as_a_conversation_if_wanted(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    ids = filled(engine)
    assert engine.ask(QUESTION).kept == ""
    found = engine.ask(QUESTION, keep=True)
    kept = engine.one(found.kept)
    assert isinstance(kept, Conversation)
    assert kept.title == QUESTION
    assert [turn.role for turn in kept.messages] == ["user", "assistant"]
    assert "only the issuer" in kept.messages[1].content
    assert [link.target for link in kept.links] == [ids["decision"]]
    assert engine.settle(PATIENCE)
    assert found.kept not in {each.id for each in engine.ask(QUESTION).cited}, "no answer bears out itself"
    assert found.kept in {hit.id for hit in engine.search(QUESTION).hits}
    assert found.kept not in provider.seen[-1].text
    assert "only the issuer" not in provider.seen[-1].payload["messages"][-1]["content"]
    later = engine.keep_answer("And why?", "Because.", (ids["note"], "gone"))
    assert [link.target for link in engine.one(later.ids[0]).links] == [ids["note"]]


# ---------------------------------------------------------------- what a model writes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a [m1] b", "a [1](whence:/i1/T) b", id="a mark"),
        pytest.param("a [m3][m1, m2]", "a [2](whence:/i3/T)[1](whence:/i1/T)", id="several, one of none"),
        pytest.param("see [here](https://x.invalid)", "see [here] (https://x.invalid)", id="a link shows its address"),
        pytest.param("![p](https://x.invalid/p.png)", "![p] (https://x.invalid/p.png)", id="a picture"),
        pytest.param("[a]: https://x.invalid", "[a] : https://x.invalid", id="a reference"),
        pytest.param("<b>x</b>", "&lt;b>x&lt;/b>", id="HTML"),
        pytest.param("`a[0](x)<T>[m1]` [m1]", "`a[0](x)<T>[m1]` [1](whence:/i1/T)", id="code in a line"),
        pytest.param(
            "```\na[0](x)\n[m1]\n```\n[m1]", "```\na[0](x)\n[m1]\n```\n[1](whence:/i1/T)", id="a block of code"
        ),
        pytest.param("```\n[m1]", "```\n[m1]", id="a block that is not closed"),
        pytest.param("[m99999999999]", "", id="a mark beyond counting"),
    ],
)
def test_marks_become_links_and_nothing_else_does(text: str, expected: str) -> None:
    memories = {1: Note(id="i1", title="T", content="x"), 3: Note(id="i3", title="T", content="x")}
    assert extracts.linked(text, memories) == expected


def test_citations_count_once_in_the_order_of_the_text() -> None:
    assert extracts.cited("a [m3] b [m1, m3] [m9]", ["m2", "[m1]", "mm", "m-1"], 4) == [3, 1, 2]


def test_an_address_names_the_memory_as_the_editor_does() -> None:
    assert extracts.address(Note(id="i", title="a/b\\c d", content="x")) == "whence:/i/a%20b%20c%20d"
    assert extracts.address(Note(id="i", title="/", content="x")) == "whence:/i/i"
