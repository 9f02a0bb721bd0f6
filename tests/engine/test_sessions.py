import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import forked
from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE
from tests.provider import Provider, Reply
from whence.project.active_sessions import Active
from whence.values import base
from whence.values.errors import Cancelled, InvalidRequest, NotFound, SessionActive
from whence.values.memory import Bug, Change, Conversation, Decision, FileEdit, Message, Note, Session
from whence.values.memory.recap import recap, said
from whence.values.protocol import Filter
from whence.values.settings import Settings, parse

PLAIN = parse({"embedding": {"model": "none"}})

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(settings: Settings = PLAIN, *, capture: bool = False) -> Engine:
        opened.append(Engine(repository, settings, capture=capture))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Open) -> Engine:
    return open_engine()


def started(engine: Engine, goal: str, **more: object) -> Session:
    session = engine.start_session(goal, **more).session  # type: ignore[arg-type] # the parameters vary
    assert session is not None
    return session


def session_of(engine: Engine, id: str) -> str:
    return engine.get(id).memory.session


def note(engine: Engine, content: str, **fields: object) -> str:
    (id,) = engine.remember({"kind": "note", "content": content, **fields}).ids
    return id


def age(engine: Engine, id: str, hours: float) -> None:
    """Make a memory older than it is."""
    back = timedelta(hours=hours)
    (each,) = engine.store.get([id])
    engine.store.put(
        [each.model_copy(update={"created_at": each.created_at - back, "updated_at": each.updated_at - back})]
    )


@pytest.mark.quick
def test_a_session_from_its_start_to_its_end(engine: Engine) -> None:
    assert engine.current_session().session is None
    state = engine.start_session("Fix the sum", goals=("find it", "test it"), labels=("math",))
    assert state.session is not None
    assert state.ids == (state.session.id,)
    assert (state.session.author, state.session.goals) == ("Test Author", ("find it", "test it"))
    current = engine.current_session()
    assert (current.session, current.memories, current.ids) == (state.session, 0, ())
    note(engine, "inside")
    assert engine.current_session().memories == 1
    ended = engine.end_session(success=True)
    assert ended.session is not None
    assert (ended.session.state(), ended.session.success, ended.memories) == ("ended", True, 1)
    assert ended.note == "Ended “Fix the sum” after 0 min."
    assert engine.current_session().session is None
    with pytest.raises(InvalidRequest, match="No session is active"):
        engine.end_session()


def test_one_is_active_at_a_time(engine: Engine) -> None:
    first = started(engine, "first")
    with pytest.raises(SessionActive, match=r"Session already active: “first” is active since .* End it first\."):
        engine.start_session("second")
    second = engine.start_session("second", end_active=True)
    assert second.note == "Started “second”. “first” was ended."
    found = engine.get(first.id).memory
    assert isinstance(found, Session)
    assert found.ended_at is not None
    with pytest.raises(InvalidRequest):
        engine.start_session("  ")


def test_what_happens_inside_carries_its_id(engine: Engine) -> None:
    before = note(engine, "before")
    session = started(engine, "work")
    inside = [note(engine, "inside"), engine.record_error("it broke").ids[0], engine.track_change("a.py").ids[0]]
    assert [session_of(engine, id) for id in inside] == [session.id] * 3
    elsewhere = {
        "of another person": note(engine, "theirs", author="Somebody Else"),
        "from the past": note(engine, "old", createdAt="2020-01-01T00:00:00Z"),
        "imported": note(engine, "imported", source="import"),
        "of another session": note(engine, "said", session="other"),
        "before": before,
        "the session": session.id,
    }
    engine.update(before, {"pinned": True})
    assert {
        name: session_of(engine, id) for name, id in elsewhere.items() if session_of(engine, id) == session.id
    } == {}
    engine.end_session()
    assert session_of(engine, note(engine, "after")) == ""


def test_saves_and_commits_carry_its_id(open_engine: Open, repository: Path, git: Git) -> None:
    engine = open_engine(capture=True)
    assert engine.settle(PATIENCE)
    session = started(engine, "multiply")
    path = repository / "app.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n\ndef multiply(a, b):\n    return a * b\n", encoding="utf-8")
    engine.saved(path)
    assert engine.settle(PATIENCE)
    git("commit", "-qam", "Multiply", cwd=repository)
    assert engine.settle(PATIENCE)
    changes = [each for each in engine.store.get(engine.store.ids(Filter())) if isinstance(each, Change)]
    assert [(each.title, each.session) for each in changes] == [("Multiply", session.id)]
    ended = engine.end_session().session
    assert ended is not None
    assert "- Multiply" in ended.summary
    assert "`app.py` +4 -0" in ended.summary


OTHER = """
import sys
from pathlib import Path
from whence.faces.library.engine import Engine
from whence.values.errors import SessionActive
from whence.values.settings import parse
with Engine(Path(sys.argv[1]), parse({"embedding": {"model": "none"}})) as engine:
    for line in sys.stdin:
        match line.split():
            case ["note"]:
                (id,) = engine.remember({"kind": "note", "content": "said elsewhere"}).ids
                print(engine.get(id).memory.session or "none", flush=True)
            case ["start"]:
                try:
                    print(engine.start_session("theirs").ids[0], flush=True)
                except SessionActive as error:
                    print("active", flush=True)
"""


def test_other_processes_see_it_at_once(engine: Engine, repository: Path) -> None:
    command = [sys.executable, "-c", OTHER, str(repository)]
    with forked.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def ask(word: str) -> str:
            other.stdin.write(f"{word}\n")
            other.stdin.flush()
            return other.stdout.readline().strip()

        assert ask("note") == "none"
        session = started(engine, "mine")
        assert ask("note") == session.id
        assert ask("start") == "active"
        engine.end_session()
        assert ask("note") == "none"
        theirs = ask("start")
        assert session_of(engine, note(engine, "said here")) == theirs
        other.stdin.close()
        assert other.wait(timeout=PATIENCE) == 0
    current = engine.current_session().session
    assert current is not None
    assert current.id == theirs


def test_each_person_has_a_session_of_their_own(open_engine: Open, git: Git, repository: Path) -> None:
    mine = open_engine()
    started(mine, "mine")
    git("config", "user.name", "Second Person", cwd=repository)
    second = open_engine()
    theirs = started(second, "theirs")
    assert session_of(second, note(second, "by the second")) == theirs.id
    assert session_of(mine, note(mine, "by the first")) != theirs.id
    with pytest.raises(InvalidRequest, match="a session of Second Person"):
        mine.resume_session(theirs.id)


def test_a_forgotten_session_ends_at_its_last_activity(open_engine: Open) -> None:
    engine = open_engine()
    session = started(engine, "forgotten")
    last = note(engine, "the last word")
    age(engine, session.id, 50)
    age(engine, last, 30)
    open_engine()  # the next start looks after it
    found = engine.get(session.id).memory
    assert isinstance(found, Session)
    assert found.ended_at == engine.get(last).memory.created_at
    assert found.minutes == 20 * 60
    assert "the last word" in found.summary
    assert session_of(engine, note(engine, "much later")) == ""


def test_a_session_with_something_new_is_not_forgotten(open_engine: Open) -> None:
    engine = open_engine()
    session = started(engine, "long")
    age(engine, session.id, 50)
    note(engine, "still at it")
    current = engine.current_session().session
    assert current is not None
    assert current.id == session.id


def test_an_operation_ends_forgotten_sessions_too(open_engine: Open) -> None:
    engine = open_engine(parse({"embedding": {"model": "none"}, "session": {"forgottenHours": 2}}))
    session = started(engine, "forgotten")
    age(engine, session.id, 3)
    assert engine.current_session().session is None
    assert engine.start_session("next").note == "Started “next”."


def test_a_session_is_taken_up_again(engine: Engine) -> None:
    with pytest.raises(InvalidRequest, match="no session to resume"):
        engine.resume_session()
    session = started(engine, "first")
    inside = note(engine, "before the pause")
    age(engine, session.id, 1)
    engine.end_session("Half of it.", success=False)
    started(engine, "second")
    with pytest.raises(SessionActive):
        engine.resume_session(session.id)
    engine.end_session()
    resumed = engine.resume_session(session.id).session
    assert resumed is not None
    assert (resumed.state(), resumed.success, resumed.worked) == ("active", None, 60)
    assert engine.resume_session(session.id).note == "“first” is active already."
    after = note(engine, "after the pause")
    assert session_of(engine, after) == session_of(engine, inside) == session.id
    ended = engine.end_session().session
    assert ended is not None
    assert ended.minutes == 60
    assert ended.summary.startswith("Half of it.\n\n### What was done")
    assert "after the pause" in ended.summary
    latest = engine.resume_session().session
    assert latest is not None
    assert latest.id == session.id


def test_only_sessions_are_resumed(engine: Engine) -> None:
    with pytest.raises(NotFound):
        engine.resume_session("nothing")
    with pytest.raises(InvalidRequest, match="not a session"):
        engine.resume_session(note(engine, "x"))


@pytest.mark.parametrize("content", ["", "{", "[]", '{"Test Author": 3}', '{"Test Author": ["x", "no time"]}', "\0"])
def test_a_broken_file_costs_nothing(engine: Engine, content: str) -> None:
    session = started(engine, "work")
    file = engine.place.home / "sessions.json"
    file.write_text(content, encoding="utf-8")
    note(engine, "written all the same")
    assert engine.current_session().session == session
    assert session_of(engine, note(engine, "seen again")) == session.id
    file.unlink()
    assert engine.current_session().session == session
    assert session_of(engine, note(engine, "and again")) == session.id


def test_knowing_the_session_costs_one_look_at_a_file(tmp_path: Path) -> None:
    active = Active(tmp_path, "me")
    session = Session(goal="x", author="me")
    active.tell([session])
    assert active.stamp(Note(content="a")).session == session.id
    (tmp_path / "sessions.json").chmod(0o000)  # it is not read again while nobody wrote it
    assert active.stamp(Note(content="b")).session == session.id


def test_a_summary_tells_what_came_of_it() -> None:
    at = base.now()
    contents = [
        Change(
            reason="Add the price\n\nwith tax", edits=(FileEdit(path="shop.py", added=9, removed=1),), commit="a" * 40
        ),
        Change(edits=(FileEdit(path="cart.py", added=2),), open=True),
        Decision(decision="Round to cents", files=("shop.py", "bill.py"), done=("shop.py",)),
        Decision(decision="Drop the cart", status="proposed"),
        Bug(message="price is None", resolved=True, solution="check first"),
        Bug(message="cart is empty"),
        Note(content="ask about tax"),
        Conversation(messages=(Message(role="user", content="How to round?", at=at),)),
    ]
    assert recap(contents) == (
        "### What was done\n\n- Add the price\n- Edited cart.py\n\n"
        "### Files\n\n- `shop.py` +9 -1\n- `cart.py` +2 -0\n\n"
        "### Decisions\n\n- Round to cents\n- Drop the cart (proposed)\n\n"
        "### Errors solved\n\n- price is None: check first\n\n"
        "### Errors met\n\n- cart is empty\n\n"
        "### Also kept\n\n- Note: ask about tax\n- Conversation: How to round?\n\n"
        "### Left open\n\n- Not solved: cart is empty\n- Not decided: Drop the cart\n"
        "- Not implemented: `bill.py` (Round to cents)\n- Not committed: `cart.py`"
    )
    assert recap([]) == ""
    assert said(f"In my words.\n\n{recap(contents)}") == "In my words."
    long = recap([Note(content=f"n{n}") for n in range(100)])
    assert "Nothing was changed." in long
    assert "- and 80 more" in long


def test_the_file_names_no_goal(engine: Engine) -> None:
    session = started(engine, "a secret aim")
    told = json.loads((engine.place.home / "sessions.json").read_text(encoding="utf-8"))
    assert told == {"Test Author": [session.id, session.created_at.isoformat()]}


# ---------------------------------------------------------------- summed up by a model

MODEL = "openai/gpt-4o-mini"
KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
ANSWER = json.dumps(
    {
        "goal": "Make the sum right.",
        "done": ["Added the carry."],
        "decisions": ["Integers only, since money is counted in cents."],
        "errors": ["An overflow; solved by wider integers."],
        "left_open": ["Test negative numbers."],
        "recommendations": ["Measure it."],
    }
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        running.default = Reply(ANSWER)
        yield running


@pytest.fixture
def open_asking(repository: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    opened: list[Engine] = []

    def open_one(model: str = MODEL, approve: Any = None, **settings: Any) -> Engine:
        asking = {"delaySeconds": 0.01, "attempts": 2, **settings.pop("models", {})}
        base = {"embedding": {"model": "none"}, "model": model, "models": asking, **settings}
        secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
        opened.append(Engine(repository, parse(base), approve=approve, secrets=secrets))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def worked(engine: Engine, goal: str = "Fix the sum") -> Session:
    session = started(engine, goal)
    note(engine, "The carry was forgotten")
    return session


def test_at_its_end_a_model_sums_a_session_up(open_asking: Open, provider: Provider) -> None:
    engine = open_asking()
    worked(engine)
    ended = engine.end_session("It took all day.", success=True)
    assert ended.session is not None
    assert ended.model == MODEL
    assert ended.note == "Ended “Fix the sum” after 0 min."
    assert ended.session.summary == (
        "It took all day.\n\n### Aim\n\nMake the sum right.\n\n### What was done\n\n- Added the carry.\n\n"
        "### Decisions\n\n- Integers only, since money is counted in cents.\n\n"
        "### Errors\n\n- An overflow; solved by wider integers.\n\n### Left open\n\n- Test negative numbers.\n\n"
        f"### Recommendations\n\n- Measure it.\n\n*Summed up by {MODEL}.*"
    )
    assert ended.session.summary in ended.markdown
    assert engine.one(ended.session.id) == ended.session
    assert "The carry was forgotten" in provider.seen[0].text
    costs = engine.costs()
    assert (costs.total.tokens_in, costs.total.tokens_out) == (provider.tokens_in, provider.tokens_out)
    assert [(each.name, each.calls) for each in costs.operations] == [("end_session", 1)]


def test_without_a_model_nothing_is_said_of_one(open_asking: Open, provider: Provider) -> None:
    engine = open_asking("none")
    worked(engine)
    ended = engine.end_session()
    assert (ended.model, ended.note) == ("", "Ended “Fix the sum” after 0 min.")
    assert ended.markdown.startswith("# Fix the sum\n\n**Ended**")
    assert not provider.seen


def test_a_session_in_which_nothing_happened_is_not_asked_about(open_asking: Open, provider: Provider) -> None:
    engine = open_asking()
    started(engine, "Nothing")
    assert engine.end_session().model == ""
    assert not provider.seen


@pytest.mark.parametrize(
    ("replies", "approve", "settings", "note"),
    [
        pytest.param(["no", "no"], None, {}, "shape", id="a wrong shape"),
        pytest.param([], lambda asked: False, {"spending": {"threshold": 0.0}}, "You chose not to", id="a refusal"),
        pytest.param([], None, {"spending": {"threshold": 0.0}}, "needs your approval", id="nobody to ask"),
        pytest.param([], None, {"spending": {"dailyBudget": 0.0}}, "budget", id="a budget that is spent"),
        pytest.param([Reply(status=500)] * 2, None, {}, "without a model", id="a failure"),
        pytest.param(
            [Reply(wait=PATIENCE)], None, {"models": {"timeoutSeconds": 0.3, "attempts": 10}}, "", id="a hang"
        ),
    ],
)
def test_whatever_becomes_of_the_model_the_session_is_ended(
    open_asking: Open, provider: Provider, replies: list[Any], approve: Any, settings: dict[str, Any], note: str
) -> None:
    engine = open_asking(approve=approve, **settings)
    worked(engine)
    provider.say(*replies)
    ended = engine.end_session()
    assert ended.session is not None
    assert ended.session.state() == "ended"
    assert ended.model == ""
    assert "Also kept" in ended.session.summary
    assert note in ended.note
    assert "“Summarize Session” asks again" in ended.note
    assert engine.current_session().session is None


def test_a_session_is_on_disk_as_ended_before_the_user_is_asked(open_asking: Open) -> None:
    stored: list[str] = []

    def approve(asked: object) -> bool:
        (each,) = engine.store.newest(Filter(kinds=("session",)), limit=1)
        stored.append(each.state())
        raise KeyError("the face failed")

    engine = open_asking(approve=approve, spending={"threshold": 0.0})
    worked(engine)
    assert "log tells why" in engine.end_session().note
    assert stored == ["ended"]


def test_leaving_a_model_that_hangs_leaves_an_ended_session(open_asking: Open, provider: Provider) -> None:
    engine = open_asking()
    worked(engine)
    provider.default = Reply(wait=PATIENCE)

    def progress(message: str, share: float) -> None:
        if provider.seen:
            raise Cancelled("Stopped as you asked.")

    ended = engine.end_session(progress=progress)
    assert ended.session is not None
    assert ended.session.state() == "ended"
    assert ended.note.startswith("Ended “Fix the sum” after 0 min. Stopped as you asked.")
    assert {each.outcome for each in engine.spending.entries(None, None)} == {"stopped"}


def test_a_session_that_goes_on_meanwhile_keeps_its_summary(open_asking: Open) -> None:
    def approve(asked: object) -> bool:
        engine.resume_session()
        return True

    engine = open_asking(approve=approve, spending={"threshold": 0.0})
    session = worked(engine)
    ended = engine.end_session()
    assert "changed meanwhile" in ended.note
    current = engine.current_session().session
    assert current is not None
    assert current.id == session.id
    assert "Summed up by" not in current.summary


def test_the_end_of_a_session_is_shown_without_ending_it(open_asking: Open, provider: Provider) -> None:
    engine = open_asking()
    started(engine, "Fix the sum")
    assert engine.show_prompt("end_session", {}).estimate is None
    note(engine, "The carry was forgotten")
    shown = engine.show_prompt("end_session", {"summary": "It took all day."})
    assert shown.estimate is not None
    assert "The carry was forgotten" in shown.markdown
    assert "It took all day." in shown.markdown
    assert engine.current_session().session is not None
    assert not provider.seen


def test_a_session_is_summed_up_again_below_what_a_person_wrote(open_asking: Open, provider: Provider) -> None:
    engine = open_asking("none")
    session = worked(engine)
    engine.end_session("It took all day.")
    engine.close()
    engine = open_asking()
    told = engine.summarize_session()
    assert told.session is not None
    assert (told.session.id, told.model) == (session.id, MODEL)
    assert told.session.summary.startswith("It took all day.\n\n### Aim\n\n")
    provider.default = Reply(ANSWER.replace("carry", "borrow"))
    again = engine.summarize_session(session.id)
    assert again.session is not None
    assert again.session.summary.count("### What was done") == 1
    assert "Added the borrow." in again.session.summary
    assert "Added the carry" not in provider.seen[1].text, "what a model told is not read by the next"
    assert [each.name for each in engine.costs().operations] == ["summarize_session"]
    provider.default = Reply("no")
    rules = engine.summarize_session(session.id)
    assert rules.session is not None
    assert rules.session.summary.startswith("It took all day.\n\n### What was done\n\nNothing was changed.")
    assert "shape" in rules.note


def test_what_is_no_ended_session_is_not_summed_up(open_asking: Open) -> None:
    engine = open_asking()
    with pytest.raises(InvalidRequest, match="no session yet"):
        engine.summarize_session()
    with pytest.raises(InvalidRequest, match="not a session"):
        engine.summarize_session(note(engine, "x"))
    session = started(engine, "Fix the sum")
    with pytest.raises(InvalidRequest, match="still active"):
        engine.summarize_session(session.id)
    engine.end_session()
    assert "nothing to tell" in engine.summarize_session(session.id).note
    engine.forget((session.id,))
    with pytest.raises(NotFound, match="bin"):
        engine.summarize_session(session.id)
