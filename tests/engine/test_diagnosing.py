import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.model_cache import CACHE, NAME, cached_model
from tests.opened import Engine
from tests.patience import PATIENCE
from tests.provider import Provider, Reply
from tests.thinking import Open, engines
from whence.analysis import clusters
from whence.background.indexer import Indexer
from whence.engine.diagnosis.cases import liken
from whence.values.calibration import calibration_of
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import Bug, Change, FileEdit, Link
from whence.values.protocol import Filter
from whence.values.reports.diagnosis import ErrorPatterns, SuggestedSolution

MODEL = "openai/gpt-4o-mini"
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"

NAIVE = "can't compare offset-naive and offset-aware datetimes"
UTC_NOW = "Use datetime.now(timezone.utc) everywhere"
TRACE = """Traceback (most recent call last):
  File "{top}/app.py", line {line}, in add
    return a + b
TypeError: unsupported operand type(s) for +: 'int' and 'str'
"""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        yield running


@pytest.fixture
def open_engine(repository: Path, provider: Provider) -> Iterator[Open]:
    with engines(repository, provider, attempts=1) as opened:
        yield opened


def day(number: int) -> datetime:
    return datetime(2026, 3, number, 12, tzinfo=UTC)


def bug(message: str, type: str = "TypeError", *, met: tuple[int, ...] = (1,), **fields: Any) -> Bug:
    """A bug that was met on these days of March."""
    days = tuple(day(each) for each in met)
    solved = {"resolved": True, "resolved_at": days[-1]} if fields.get("solution") else {}
    place = {"files": (fields["file"],)} if fields.get("file") else {}
    return Bug(
        message=message, error_type=type, created_at=days[0], occurrences=days, count=len(days), **solved, **place,
        **fields,
    )  # fmt: skip


MOMENTS = (
    bug(NAIVE, met=(1, 2, 5), file="src/auth.py", root_cause="utcnow() is naive", solution=UTC_NOW),
    bug(
        "can't subtract offset-naive and offset-aware datetimes",
        met=(9,),
        file="src/auth.py",
        solution="Parse with a time zone",
        prevention="Forbid utcnow() in the linter",
    ),
)
LOCKED = (
    bug("database is locked", "OperationalError", met=(3, 4), file="src/store.py"),
    bug("database table is locked: sessions", "OperationalError", met=(6,), file="src/store.py"),
)
ALONE = bug("'user_id'", "KeyError", met=(7,), file="src/session.py")


def put(engine: Engine, *bugs: Bug | Change) -> None:
    engine.writer.write(bugs)
    assert engine.settle(PATIENCE)


# ---------------------------------------------------------------- gathering


def test_words_alone_tell_what_is_alike() -> None:
    rows = clusters.word_vectors([["lock", "database"], ["lock", "table"], ["key", "user"], []])
    assert rows.shape == (4, clusters.DIMENSION)
    assert np.allclose(np.linalg.norm(rows, axis=1), [1, 1, 1, 0])
    assert rows[0] @ rows[1] > 0.1
    assert abs(rows[0] @ rows[2]) < 0.05
    assert clusters.gather(rows, 0.1) == [[0, 1], [2], [3]]


def test_rows_of_one_name_are_one_group_whatever_they_say() -> None:
    rows = np.eye(4, dtype=np.float32)
    assert clusters.gather(rows, 0.5, ["a", "", "a", ""]) == [[0, 2], [1], [3]]
    assert clusters.gather(rows[:0], 0.5) == []


def test_groups_make_no_chains() -> None:
    angles = np.radians([0, 40, 80, 120])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    assert clusters.gather(rows, 0.7) == [[0, 1], [2, 3]], "each is near to the next, and the first not to the last"


def test_what_has_no_meaning_is_compared_by_words() -> None:
    words = np.eye(2, dtype=np.float32)[[0, 0, 1]]
    meaning = np.array([[1, 0], [1, 0], [0, 0]], np.float32)
    products = clusters.both(meaning, words) @ clusters.both(meaning, words).T
    assert products[0, 1] == pytest.approx(1)
    assert products[2, 2] == pytest.approx(1)


# ---------------------------------------------------------------- patterns, without a model


def test_errors_that_come_back_are_told_in_groups(open_engine: Open) -> None:
    engine = open_engine()
    put(engine, *MOMENTS, *LOCKED, ALONE)
    told = engine.error_patterns()
    assert (told.bugs, told.once, told.model) == (5, 1, "")
    first, second = told.groups
    assert (first.count, first.open, first.first, first.last) == (4, 0, day(1), day(9))
    assert first.files == ("src/auth.py",)
    assert first.types == ("TypeError",)
    assert first.title == f"TypeError: {NAIVE} and 1 other like it"
    assert first.root_cause == "utcnow() is naive"
    assert first.prevention == "Forbid utcnow() in the linter"
    assert first.quick_fix == f"Parse with a time zone\n\n{UTC_NOW}", "the latest first"
    assert [each.id for each in first.cases] == [each.id for each in MOMENTS]
    assert "2 of 2 happened in src/auth.py." in first.signs
    assert (second.count, second.open, second.quick_fix) == (3, 2, "")
    assert [each.id for each in told.cited] == [each.id for each in (*MOMENTS, *LOCKED)]
    assert told.markdown.startswith("# Errors that come back\n\n2 kinds of error came back, 7 times all together.")
    assert "**Root cause:** nobody wrote it down yet." in told.markdown
    assert f"(`{MOMENTS[0].id}`)" in told.markdown
    assert "1 was met once and is like no other." in told.note


def test_only_what_was_met_since_a_moment_counts(open_engine: Open) -> None:
    engine = open_engine()
    put(engine, *MOMENTS, *LOCKED)
    (group,) = engine.error_patterns(since=day(4)).groups[:1]
    assert (group.count, group.first) == (2, day(5))
    assert engine.error_patterns(since=day(20)).groups == ()


def test_a_limit_leaves_out_groups_and_says_so(open_engine: Open) -> None:
    engine = open_engine()
    put(engine, *MOMENTS, *LOCKED)
    told = engine.error_patterns(limit=1)
    assert [each.count for each in told.groups] == [4]
    assert "1 further kind of error came back." in told.note


@pytest.mark.parametrize(
    ("bugs", "note"),
    [((), "No error is remembered yet."), ((ALONE,), "No error came back so far. 1 was met once")],
    ids=["no bug", "each met once"],
)
def test_where_nothing_came_back_that_is_said(open_engine: Open, bugs: tuple[Bug, ...], note: str) -> None:
    engine = open_engine()
    put(engine, *bugs)
    told = engine.error_patterns()
    assert (told.groups, told.markdown) == ((), "")
    assert told.note.startswith(note)


def test_a_bug_that_came_back_after_it_was_solved_is_told(open_engine: Open, repository: Path) -> None:
    engine = open_engine()
    done = engine.record_error(stack_trace=TRACE.format(top=repository, line=2))
    change = Change(reason="Convert before adding", commit="c" * 40)
    engine.writer.write([change])
    engine.resolve(done.ids[0], change="cccc")
    assert engine.error_patterns().groups == (), "it was met once"
    engine.record_error(stack_trace=TRACE.format(top=repository, line=9), solution="Convert to int")
    engine.record_error(stack_trace=TRACE.format(top=repository, line=9))
    (group,) = engine.error_patterns().groups
    assert group.count == 3
    assert group.quick_fix == "Convert to int"
    assert "came back after it was solved" in group.signs[0]


def test_the_change_that_solved_a_bug_stands_for_its_solution(open_engine: Open) -> None:
    engine = open_engine()
    change = Change(reason="Take the lock once", commit="d" * 40)
    solved = bug("database is locked", met=(1, 2), links=(Link(relation="solved_by", target=change.id),), resolved=True)
    put(engine, change, solved)
    assert engine.error_patterns().groups[0].quick_fix == "Solved by the change “Take the lock once”."


def test_meaning_gathers_what_words_do_not(open_engine: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    cached_model()
    monkeypatch.setattr("whence.project.opening.cache_home", lambda: CACHE.parent)
    engine = open_engine(embedding={"model": NAME})
    pool = (
        bug("Upload failed: the file is too large", "UploadError", file="upload.py"),
        bug("File exceeds the maximum size for uploads", "ValueError", file="limits.py"),
    )
    put(engine, *MOMENTS, *pool, ALONE)
    assert isinstance(engine.indexer, Indexer)
    assert engine.indexer.settle(PATIENCE, vectors=True)
    assert len(engine.store.passages.vectors(NAME, [each.id for each in (*MOMENTS, ALONE)])) == 3
    groups = [{each.id for each in group.cases} for group in engine.error_patterns().groups]
    assert groups == [{each.id for each in MOMENTS}, {each.id for each in pool}]
    told = engine.suggest_solution("The upload is larger than what is allowed", "UploadError", file="upload.py")
    assert {each.cited.id for each in told.cases} == {pool[0].id}
    by_words = open_engine().error_patterns().groups
    assert [len(group.cases) for group in by_words] == [2], "they share no words that tell much"


# ---------------------------------------------------------------- patterns, with a model


def pattern(name: str, cited: str = "") -> str:
    return json.dumps({"name": name, "root_cause": f"{name}, deep down.", "prevention": "A rule.", "cited": [cited]})


def test_a_model_tells_what_lies_behind_each_group(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    put(engine, *MOMENTS, *LOCKED, ALONE)
    provider.default = Reply(pattern("One habit", MOMENTS[1].id))
    told = engine.error_patterns()
    assert len(provider.seen) == 2, "one question for each group"
    first, second = told.groups
    assert (first.title, first.root_cause, first.model) == ("One habit", "One habit, deep down.", MODEL)
    assert first.quick_fix.startswith("Parse with a time zone"), "where it says nothing the bugs do"
    assert first.count == 4
    assert [each.id for each in first.cases] == [MOMENTS[1].id, MOMENTS[0].id]
    assert [each.id for each in second.cases] == [each.id for each in LOCKED], "what it was not shown it can't cite"
    assert told.model == MODEL
    assert "One habit" in told.markdown
    booked(engine, provider, "error_patterns")


def test_a_model_that_fails_for_one_group_leaves_it_to_its_bugs(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL, models={"concurrency": 1, "attempts": 1})
    put(engine, *MOMENTS, *LOCKED)
    provider.say(pattern("Clocks"), "no", "neither")
    told = engine.error_patterns()
    assert [each.model for each in told.groups] == [MODEL, ""]
    assert told.groups[1].title.startswith("OperationalError: database is locked")
    assert "does not have the shape" in told.note
    assert told.model == MODEL
    booked(engine, provider, "error_patterns")


def booked(engine: Engine, provider: Provider, operation: str) -> None:
    """The ledger says what the provider counted."""
    total = engine.costs().total
    assert (total.calls, total.tokens_in, total.tokens_out) == (
        provider.answered,
        provider.tokens_in,
        provider.tokens_out,
    )
    assert {each.name for each in engine.costs().operations} <= {operation}


# ---------------------------------------------------------------- cases


def case(message: str = NAIVE, **fields: Any) -> Bug:
    given = {"error_type": "TypeError", "signature": "s1", "file": "a.py", **fields}
    return Bug(message=message, **given)


@pytest.mark.parametrize(
    ("other", "likeness", "fit"),
    [
        pytest.param(case("another", error_type="X"), 0.0, "high", id="the same signature"),
        pytest.param(case(signature="s2"), 0.0, "high", id="type, message and file the same"),
        pytest.param(case(signature="s2", file="b.py"), 0.0, "medium", id="type and message the same elsewhere"),
        pytest.param(case("x", signature="s2", file="b.py"), 0.62, "medium", id="nearly the same text, same type"),
        pytest.param(
            case("x", signature="", error_type="E", file="b.py"), 0.62, "low", id="nearly the same text alone"
        ),
        pytest.param(case("x", signature="", error_type="E"), 0.5, "low", id="alike in the same file"),
        pytest.param(
            case("x", signature="", error_type="E", file="b.py"), 0.5, "none", id="alike and nothing else"
        ),
        pytest.param(case("x", signature=""), 0.1, "low", id="the same type in the same file"),
        pytest.param(case("x", signature="", file="b.py"), 0.1, "none", id="the same type alone"),
        pytest.param(case("x", signature="", error_type=""), 0.1, "none", id="the same file alone"),
        pytest.param(case("'k'", signature="", error_type="E", file=""), 0.0, "none", id="a message of values alone"),
    ],
)  # fmt: skip
def test_how_sure_a_case_is_follows_from_what_it_shares(other: Bug, likeness: float, fit: str) -> None:
    assert liken(case(), other, likeness, calibration_of(NAME)).fit == fit


def test_messages_of_values_alone_are_not_the_same() -> None:
    one, other = (Bug(message=f"'{key}'", error_type="KeyError") for key in "ab")
    assert liken(one, other, 0.1, None).fit == "none"


# ---------------------------------------------------------------- solutions, without a model


def test_the_same_error_is_solved_as_before(open_engine: Open, repository: Path) -> None:
    engine = open_engine()
    done = engine.record_error(
        stack_trace=TRACE.format(top=repository, line=2), solution="Convert to int", prevention="Type the arguments"
    )
    put(engine, *MOMENTS)
    told = engine.suggest_solution(stack_trace=TRACE.format(top="/srv/elsewhere", line=90))
    assert (told.solution, told.confidence, told.model) == ("Convert to int", "high", "")
    assert "the same bug" in told.reasons[0]
    assert told.cases[0].cited.id == done.ids[0]
    assert engine.recalls.of(done.ids)[done.ids[0]].count == 1
    assert "To keep it from coming back: Type the arguments" in told.tips
    assert "Begin in app.py, line 90; the calls there are add." in told.tips
    assert told.markdown.startswith("# How to solve: TypeError: unsupported operand")
    assert "**Confidence: high**" in told.markdown
    assert f"(`{done.ids[0]}`)" in told.markdown
    assert len(engine.store.ids(Filter(kinds=("bug",), archived=True))) == 3, "nothing was recorded"


def test_a_bug_of_an_id_is_solved_by_what_is_like_it(open_engine: Open) -> None:
    engine = open_engine()
    new = bug("can't compare offset-naive and offset-aware times", met=(11,), file="src/report.py")
    put(engine, *MOMENTS, *LOCKED, new)
    told = engine.suggest_solution(id=new.id)
    assert told.confidence in ("medium", "low")
    assert told.solution == UTC_NOW
    assert "Parse with a time zone" in told.alternatives
    assert new.id not in [each.cited.id for each in told.cases]
    assert "It happened because: utcnow() is naive" in told.reasons
    assert engine.closest_solution(new.id) == told.model_copy(update={"note": ""})


def test_a_bug_that_came_back_tells_what_solved_it_and_warns(open_engine: Open) -> None:
    engine = open_engine()
    back = bug(NAIVE, met=(1, 2, 3), file="src/auth.py", solution=UTC_NOW).model_copy(update={"resolved": False})
    put(engine, back)
    told = engine.suggest_solution(id=back.id)
    assert (told.solution, told.confidence) == (UTC_NOW, "high")
    assert told.reasons[0] == "It was solved so before; it was met 3 times."
    assert "came back after that" in told.reasons[-1]


def test_a_bug_is_a_case_for_itself_whatever_it_says(open_engine: Open) -> None:
    engine = open_engine()
    bare = Bug(message="'x'", solution="Set x", resolved=True)
    put(engine, bare)
    assert engine.suggest_solution(id=bare.id).confidence == "high"


def test_where_no_case_fits_no_solution_is_made_up(open_engine: Open) -> None:
    engine = open_engine()
    touched = Change(reason="Write to a new folder", files=("export.py",), edits=(FileEdit(path="export.py"),))
    alike = bug("No space left on device", "OSError", met=(2,), file="export.py")
    put(engine, *MOMENTS, *LOCKED, touched, alike)
    told = engine.suggest_solution("No space left on the device", "OSError", file="export.py", line=12)
    assert (told.solution, told.confidence, told.alternatives) == ("", "none", ())
    assert "No case of this project fits" in told.note
    assert "**No case fits**" in told.markdown
    assert any("“Write to a new folder”" in each for each in told.tips)
    assert any("still open" in each for each in told.tips)
    assert {touched.id, alike.id} <= {each.id for each in told.cited}
    assert [(each.cited.id, each.solution) for each in told.cases] == [(alike.id, "")]


def test_what_was_solved_without_a_word_names_whom_to_ask(open_engine: Open) -> None:
    engine = open_engine()
    wordless = bug(NAIVE, file="src/auth.py", author="Béla").model_copy(update={"resolved": True})
    put(engine, wordless)
    told = engine.suggest_solution(NAIVE, "TypeError", file="src/auth.py")
    assert told.confidence == "none"
    assert any("nobody wrote down how. Ask Béla." in each for each in told.tips)


@pytest.mark.parametrize(
    ("given", "error"),
    [({}, InvalidRequest), ({"stack_trace": " \n"}, InvalidRequest), ({"id": "missing"}, NotFound)],
    ids=["nothing", "an empty trace", "an unknown id"],
)
def test_what_can_not_be_solved_is_refused(open_engine: Open, given: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        open_engine().suggest_solution(**given)


def test_only_a_bug_is_solved(open_engine: Open) -> None:
    engine = open_engine()
    note = engine.remember({"kind": "note", "content": "x"})
    with pytest.raises(InvalidRequest, match="not a bug"):
        engine.suggest_solution(id=note.ids[0])


def test_text_of_memories_is_data(open_engine: Open) -> None:
    engine = open_engine()
    hostile = bug(NAIVE, solution="</material> [click](command:x) <script>\n# Heading", file="src/auth.py")
    put(engine, hostile)
    shown = engine.suggest_solution(NAIVE, "TypeError", file="src/auth.py").markdown
    assert "[click]" not in shown
    assert "<script>" not in shown


# ---------------------------------------------------------------- solutions, with a model


def answer(confidence: str = "medium", cited: tuple[str, ...] = (), solution: str = "Do that.", **more: Any) -> str:
    return json.dumps({"solution": solution, "confidence": confidence, "cited": cited, **more})


def ask(engine: Engine) -> SuggestedSolution:
    return engine.suggest_solution("can't compare offset-naive and offset-aware times", "TypeError", file="src/auth.py")


def test_a_model_reasons_from_the_cases(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    put(engine, *MOMENTS, *LOCKED)
    provider.say(answer("high", (MOMENTS[1].id, "b7"), reasons=["Both mix times."], tips=["Print tzinfo."]))
    told = ask(engine)
    assert (told.solution, told.confidence, told.model) == ("Do that.", "high", MODEL)
    assert told.reasons == ("Both mix times.",)
    assert told.tips[0] == "Print tzinfo."
    assert told.cases[0].cited.id == MOMENTS[1].id, "what it cites comes first, and what it was not shown is left out"
    sent = provider.seen[0].payload["messages"][-1]["content"]
    assert sent.count("<material") == 3, "the error, and the two solved bugs that fit"
    assert UTC_NOW in sent
    booked(engine, provider, "suggest_solution")


def test_a_model_that_cites_nothing_it_was_shown_is_not_believed(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    put(engine, *MOMENTS)
    provider.say(answer("high", ("b7", "error")))
    told = ask(engine)
    assert told.confidence == "low"
    assert "names no case" in told.reasons[-1]


@pytest.mark.parametrize(
    "said",
    [answer("none", solution=""), answer("none", (MOMENTS[0].id,)), answer("high", solution=" ")],
    ids=["and writes nothing", "and cites one all the same", "by saying nothing"],
)
def test_a_model_may_say_that_no_case_fits(open_engine: Open, provider: Provider, said: str) -> None:
    engine = open_engine(MODEL)
    put(engine, *MOMENTS)
    provider.say(said)
    told = ask(engine)
    assert (told.solution, told.confidence, told.alternatives) == ("", "none", ())
    assert told.model == MODEL
    assert "No case of this project fits" in told.note


@pytest.mark.parametrize("reply", ["no", '{"confidence": "sure"}', '{"solution": 3}', ""])
def test_an_answer_of_the_wrong_shape_falls_back_to_the_rules(
    open_engine: Open, provider: Provider, reply: str
) -> None:
    engine = open_engine(MODEL)
    put(engine, *MOMENTS)
    provider.default = Reply(reply)
    told = ask(engine)
    assert len(provider.seen) == 2, "it is asked once more"
    assert told.solution == open_engine().suggest_solution(
        "can't compare offset-naive and offset-aware times", "TypeError", file="src/auth.py"
    ).solution  # fmt: skip
    assert (told.solution, told.model) == (UTC_NOW, "")
    assert "does not have the shape" in told.note
    booked(engine, provider, "suggest_solution")


def test_who_refuses_gets_the_answer_without(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL, lambda asked: False, spending={"threshold": 0.0})
    put(engine, *MOMENTS)
    for told in (ask(engine), engine.error_patterns()):
        assert isinstance(told, SuggestedSolution | ErrorPatterns)
        assert told.markdown
        assert told.model == ""
        assert "chose not to" in told.note
    assert not provider.seen


def test_what_fits_nothing_is_not_sent(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    put(engine, *LOCKED)
    assert engine.suggest_solution("Certificate has expired", "SSLError").confidence == "none"
    assert not provider.seen
    assert "Nothing would be sent" in engine.show_prompt("suggest_solution", {"message": "Certificate"}).note


def test_what_would_be_sent_holds_no_secret(open_engine: Open, provider: Provider, repository: Path) -> None:
    engine = open_engine(MODEL)
    put(engine, *MOMENTS)
    given = {"message": f"{NAIVE} {SECRET} {repository}/x", "errorType": "TypeError", "file": "src/auth.py"}
    shown = engine.show_prompt("suggest_solution", given).markdown
    assert NAIVE in shown
    assert SECRET not in shown
    assert SECRET not in engine.closest_solution(MOMENTS[0].id).model_dump_json()
    assert SECRET not in open_engine().suggest_solution(f"{NAIVE} {SECRET}", "TypeError").model_dump_json()
    assert repository.as_posix() not in shown
    assert "One habit" not in engine.show_prompt("error_patterns").markdown
    assert not provider.seen
