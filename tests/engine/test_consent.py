"""What the user is promised about models, over all operations: see `tests/everything.py` for the table of them."""

import ipaddress
import json
import logging
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.everything import CALLS, World, call, prepare
from tests.everything import THINKING as ALL_THINKING
from tests.opened import Engine
from tests.patience import PATIENCE
from tests.provider import Provider, Reply
from tests.rpc import LspClient
from whence.engine import OPERATIONS
from whence.models.disclosure import placeless
from whence.models.prices import price
from whence.project.location import data_home
from whence.values.completion import Estimate
from whence.values.errors import ApprovalNeeded
from whence.values.protocol import Filter
from whence.values.reports import Preview
from whence.values.settings import parse

KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
PRICED = "openai/gpt-4o-mini"
UNPRICED = "openai/unheard-of"
ROOT = Path(__file__).resolve().parent.parent.parent

SCORED = {"context"}
"""Operations that ask a model only where the user has switched that on, and say nothing of it otherwise."""

THINKING = [each for each in ALL_THINKING if each not in SCORED]


class Fitting(Provider):
    """Answers each question with something of the shape that it asks for."""

    def _completion(self, reply: Reply, payload: dict[str, Any]) -> dict[str, Any]:
        if reply is self.default:
            schema = json.JSONDecoder().raw_decode(_schema_of(payload["messages"][0]["content"]))[0]
            reply = replace(reply, text=json.dumps(fitting(schema, schema.get("$defs", {}))))
        return super()._completion(reply, payload)


def _schema_of(instructions: str) -> str:
    return instructions.partition("Its JSON Schema:\n")[2]


def fitting(schema: dict[str, Any], named: dict[str, Any]) -> Any:
    """A value of this schema, with every field filled in."""
    if "$ref" in schema:
        return fitting(named[schema["$ref"].rpartition("/")[2]], named)
    if "anyOf" in schema:
        return fitting(next(each for each in schema["anyOf"] if each.get("type") != "null"), named)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [""])[0])
    match schema.get("type"):
        case "object":
            return {name: fitting(each, named) for name, each in schema.get("properties", {}).items()}
        case "array":
            return [fitting(schema["items"], named)] * max(1, schema.get("minItems", 1))
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
        case _:
            choice = re.search(r"\((\w+)\|", schema.get("pattern", ""))
            return choice[1] if choice else "Said."


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Fitting() as running:
        yield running


@pytest.fixture
def world(repository: Path, tmp_path: Path) -> World:
    """A project in which much is remembered."""
    made = World(repository, tmp_path / "sources")
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        prepare(engine, made)
    return made


Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    opened: list[Engine] = []

    def open_one(model: str = PRICED, approve: Any = None, scored: bool = False, **spending: Any) -> Engine:
        settings = parse(
            {
                "embedding": {"model": "none"},
                **dict.fromkeys(("model", "visionModel", "smallModel"), model),
                "models": {"delaySeconds": 0.01, "attempts": 2},
                "spending": spending,
                "search": {"scored": scored},
            }
        )
        secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
        opened.append(Engine(repository, settings, approve=approve, secrets=secrets))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def held(engine: Engine) -> dict[str, Any]:
    """When each memory was last written."""
    return engine.store.stamps()


def kept_beside(engine: Engine) -> dict[str, Any]:
    """What is kept beside the memories: the scores with their uses, who has a session, what was recalled."""
    scores, sessions = (engine.place.home / name for name in ("scores-1.sqlite3", "sessions.json"))
    told: dict[str, Any] = {"recalls": engine.recalls.recalled()}
    if sessions.exists():
        told["sessions"] = sessions.read_bytes()
    if scores.exists():
        with closing(sqlite3.connect(scores)) as database:
            told["scores"] = list(database.iterdump())
    return told


def show(engine: Engine, provider: Provider, world: World, name: str) -> Preview:
    """What an operation would send; showing it sends, writes and counts nothing."""
    before, beside, sent = held(engine), kept_beside(engine), len(provider.seen)
    shown: Preview = engine.show_prompt(name, dict(CALLS[name](engine, world)))
    assert len(provider.seen) == sent, f"showing {name} sent something"
    assert held(engine) == before, f"showing {name} wrote something"
    assert kept_beside(engine) == beside, f"showing {name} left something behind"
    return shown


def think_all(engine: Engine, world: World, check: Callable[[str, Any], None]) -> None:
    """Call every operation that a model can help, and look at each answer."""
    for name in [each for each in CALLS if each in THINKING]:
        if name == "end_session" and engine.current_session().session is None:
            engine.start_session("Once more")
        check(name, call(engine, world, name))


def test_every_operation_is_in_the_table() -> None:
    assert set(CALLS) == set(OPERATIONS), "an operation has to be called with sensible arguments in tests/everything.py"
    assert len(THINKING) >= 13
    assert set(ALL_THINKING) >= SCORED


# ---------------------------------------------------------------- without a model


def test_without_a_model_nothing_leaves_the_machine(repository: Path, tmp_path: Path) -> None:
    seen = tmp_path / "seen.jsonl"
    path = os.pathsep.join(map(str, (ROOT / "tests" / "e2e" / "audit", ROOT)))
    done = subprocess.run(
        [sys.executable, "-m", "tests.everything", str(repository), str(tmp_path / "sources")],
        env={**os.environ, "PYTHONPATH": path, "WHENCE_AUDIT": str(seen)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=4 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {"refused": {}, "litellm": False}
    events = [json.loads(line) for line in seen.read_text(encoding="utf-8").splitlines()]
    assert [each for each in events if each["event"] == "start"], "nothing was watched"
    programs = [each["value"] for each in events if each["event"] == "subprocess.Popen"]
    assert programs
    assert all(Path(each[0]).name in ("git", "git.exe") for each in programs)
    reached = {(each["event"], each["value"]) for each in events if each["event"].startswith("socket.")}
    assert not {each for each in reached if not _local(str(each[1]))}


def _local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def test_every_operation_has_an_answer_without_a_model(open_engine: Open, provider: Provider, world: World) -> None:
    engine = open_engine("none")

    def check(name: str, answer: Any) -> None:
        assert answer.markdown, name
        assert "whence.model" not in answer.note, f"{name} speaks of a model to one who chose none"
        assert answer.model == "", name

    think_all(engine, world, check)
    assert not provider.seen


# ---------------------------------------------------------------- with a model


def test_the_ledger_equals_what_the_provider_counted(open_engine: Open, provider: Provider, world: World) -> None:
    engine = open_engine(autoApprove=True, dailyBudget=1000, monthlyBudget=1000)
    asked, calls = 0, 0
    used: dict[str, str] = {}

    def check(name: str, answer: Any) -> None:
        nonlocal asked, calls
        assert provider.answered > asked, f"{name} asked no model"
        entries = engine.spending.entries(None, None)
        assert len(entries) == provider.answered, name
        assert sum(each.tokens_in for each in entries) == provider.tokens_in, name
        assert sum(each.tokens_out for each in entries) == provider.tokens_out, name
        used[name] = answer.model
        asked, calls = provider.answered, len(entries)

    think_all(engine, world, check)
    assert used == dict.fromkeys(used, PRICED), "each says which model it is of"
    costs, known = engine.costs(), price(PRICED)
    assert known is not None
    assert costs.total.usd == pytest.approx(known.of(provider.tokens_in, provider.tokens_out))
    assert costs.total.calls == calls == len(provider.seen)
    assert sum(each.calls for each in costs.operations) == calls
    assert {each.authorization for each in provider.seen} == {f"Bearer {KEY}"}


def test_what_would_be_sent_is_what_is_sent(open_engine: Open, provider: Provider, world: World) -> None:
    engine = open_engine(autoApprove=True, dailyBudget=1000, monthlyBudget=1000)
    for name in [each for each in CALLS if each in THINKING and each != "summarize_session"]:
        sent = len(provider.seen)
        shown = show(engine, provider, world, name)
        assert shown.estimate is not None, name
        call(engine, world, name)
        said = [_text(each["content"]) for each in provider.seen[sent].payload["messages"]]
        if name == "end_session":  # which is active while it is shown, and has ended when it is sent
            said = [re.sub(r"\*\*Ended\*\* .*", "**Active**", each) for each in said]
        assert all(each.strip() in shown.markdown for each in said), name
        assert shown.estimate.tokens_in >= sum(len(each.split()) for each in said), name
        show(engine, provider, world, name)  # of what was asked and written down meanwhile


def _text(content: Any) -> str:
    return content if isinstance(content, str) else str(content[0]["text"])


def test_scoring_a_context_is_switched_on_consented_to_and_booked(
    open_engine: Open, provider: Provider, world: World
) -> None:
    call(open_engine(), world, "context")
    assert not provider.seen, "it is off by default"
    call(open_engine(approve=lambda asked: False, scored=True, threshold=0.0), world, "context")
    refused = call(open_engine(scored=True, threshold=0.0), world, "context")
    assert refused.markdown, "where nobody can be asked it is made without"
    assert not provider.seen
    engine = open_engine(scored=True, autoApprove=True)
    call(engine, world, "context")
    total = engine.costs().total
    assert 0 < total.calls == provider.answered
    assert (total.tokens_in, total.tokens_out) == (provider.tokens_in, provider.tokens_out)


# ---------------------------------------------------------------- consent


def test_a_refusal_gives_the_answer_without(open_engine: Open, provider: Provider, world: World) -> None:
    asked: list[Estimate] = []

    def refuse(estimate: Estimate) -> bool:
        asked.append(estimate)
        return False

    engine = open_engine(approve=refuse, threshold=0.0)

    def check(name: str, answer: Any) -> None:
        assert answer.markdown, name
        assert "You chose not to" in answer.note, name
        assert answer.model == "", name
        assert asked, f"{name} asked nobody"
        asked.clear()

    think_all(engine, world, check)
    assert not provider.seen


def test_where_nobody_can_be_asked_nothing_is_sent_or_written(
    open_engine: Open, provider: Provider, world: World
) -> None:
    engine = open_engine(threshold=0.0)
    for name in [each for each in CALLS if each in THINKING and each != "summarize_session"]:
        if name == "end_session":  # which has to end
            assert "approval" in call(engine, world, name).note
            continue
        before = held(engine)
        with pytest.raises(ApprovalNeeded) as refusal:
            call(engine, world, name)
        assert isinstance(refusal.value.estimate, Estimate), name
        assert held(engine) == before, f"{name} wrote before it asked"
    assert not provider.seen


def test_an_unknown_price_is_always_asked_about(open_engine: Open, provider: Provider, world: World) -> None:
    asked: list[Estimate] = []
    engine = open_engine(UNPRICED, lambda each: bool(asked.append(each)) or True, threshold=1000.0)

    def check(name: str, answer: Any) -> None:
        assert asked, f"{name} asked nobody"
        assert all(each.usd is None and "not known" in each.note for each in asked), name
        asked.clear()

    think_all(engine, world, check)
    assert provider.seen
    assert engine.costs().total.unpriced == len(provider.seen)


def test_a_picture_is_always_asked_about(open_engine: Open, world: World) -> None:
    asked: list[Estimate] = []
    engine = open_engine(PRICED, lambda each: bool(asked.append(each)) or True, threshold=1000.0)
    for name in ("read_screenshot", "read_diagram"):
        call(engine, world, name)
        assert asked[-1].pictures, name
    assert len(asked) == 2


def test_work_in_batches_is_asked_about_nothing(open_engine: Open, provider: Provider, world: World) -> None:
    def never(asked: Estimate) -> bool:
        raise AssertionError(f"{asked.operation} was asked about")

    engine = open_engine(UNPRICED, never, autoApprove=True)
    think_all(engine, world, lambda name, answer: None)
    assert provider.seen


def test_one_command_stops_every_operation(open_engine: Open, provider: Provider, world: World) -> None:
    engine = open_engine(autoApprove=True)
    engine.stop_models()

    def check(name: str, answer: Any) -> None:
        assert answer.markdown, name
        assert "switched off" in answer.note, name

    think_all(engine, world, check)
    assert not provider.seen


def test_without_a_budget_nothing_is_sent(open_engine: Open, provider: Provider, world: World) -> None:
    engine = open_engine(autoApprove=True, dailyBudget=0.0)

    def check(name: str, answer: Any) -> None:
        assert answer.markdown, name
        assert "budget" in answer.note, name

    think_all(engine, world, check)
    assert not provider.seen


# ---------------------------------------------------------------- nothing of it shows up


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{root}/app.py, line 2", "./app.py, line 2"),
        ("in {root}.", "in .."),
        ("-I{root}/include", "-I./include"),
        ("{uri}/app.py", "file://./app.py"),
        ("{root}s/app.py", "{root}s/app.py"),
        ("{home}/.config", "~/.config"),
        ("{home}like", "{home}like"),
    ],
)
def test_places_of_this_machine_are_taken_out_however_they_are_written(tmp_path: Path, text: str, left: str) -> None:
    root = tmp_path / "wörk špace"
    places = {"root": root.as_posix(), "uri": root.as_uri(), "home": Path.home().as_posix()}
    assert placeless(text.format(**places), root) == left.format(**places)


@pytest.mark.parametrize("failing", [False, True], ids=["answers", "failures that quote the key"])
def test_neither_key_nor_secret_nor_path_shows_up_anywhere(
    open_engine: Open,
    provider: Provider,
    repository: Path,
    tmp_path: Path,
    home: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    failing: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    inside = (repository / "app.py").as_posix()  # as it also stands in the stack trace of the world
    world = World(repository, tmp_path / "sources", hostile=f"token {SECRET} or {KEY}")
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        prepare(engine, world)
    if failing:
        provider.default = Reply(f"The key {KEY} may not read {inside}", status=401)
    engine = open_engine(autoApprove=True, dailyBudget=1000, monthlyBudget=1000)
    answers: list[str] = []

    def check(name: str, answer: Any) -> None:
        answers.append(answer.model_dump_json())
        if failing:
            assert "without a model" in answer.note, name
            provider.default = Reply(
                f"The key {KEY} may not read {inside}", status=(400, 401, 429, 500)[len(answers) % 4]
            )

    think_all(engine, world, check)
    assert engine.settle(PATIENCE)
    answers.append(engine.costs().model_dump_json())
    remembered = [each.model_dump_json() for each in engine.store.newest(Filter(archived=True), limit=1000)]
    engine.close()
    printed = capfd.readouterr()
    said = {
        "an answer": answers,
        "a log": [each.getMessage() for each in caplog.records if each.name != "filelock"],
        "what was printed": [printed.out, printed.err],
    }
    said["a question"] = [each.text for each in provider.seen]
    said["a memory"] = remembered
    for where, texts in said.items():
        for text in texts:
            for what, word in (("the key", KEY), ("a secret", SECRET), ("a path", repository.as_posix())):
                assert word not in text, f"{what} is in {where}"
    assert provider.seen
    assert any("app.py" in each for each in remembered)
    files = [each for each in home.rglob("*") if each.is_file()]
    assert any("ledger.lance" in str(each) for each in files)
    for each in files:
        content = each.read_bytes()
        assert KEY.encode() not in content, each.name
        assert SECRET.encode() not in content, each.name
    for each in (data_home() / "spending").rglob("*"):
        if each.is_file():
            assert repository.as_posix().encode() not in each.read_bytes(), each.name


def test_a_server_says_neither_key_nor_secret_on_any_of_its_ways(
    provider: Provider, repository: Path, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    inside = (repository / "app.py").as_posix()
    world = World(repository, tmp_path / "sources", hostile=f"token {SECRET} or {KEY}")
    with Engine(repository, parse({"embedding": {"model": "none"}})) as engine:
        prepare(engine, world)
        provider.default = Reply(f"The key {KEY} may not read {inside}", status=401)
        settings = {
            **dict.fromkeys(("model", "visionModel", "smallModel"), PRICED),
            "spending": {"autoApprove": True, "dailyBudget": 1000, "monthlyBudget": 1000},
        }
        with LspClient(home) as client:
            client.start(
                repository, settings=settings, secrets={"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
            )
            answers = []
            for name in [each for each in CALLS if each in THINKING]:
                given = dict(CALLS[name](engine, world))
                answer = client.request(OPERATIONS[name].method, given)
                assert "without a model" in answer["note"], name
                answers.append(answer)
            client.request("whence/costs")
            assert client.stop() == 0
            logged = [each["params"] for each in client.notifications if each["method"] == "window/logMessage"]
            wire = json.dumps([answers, client.notifications], ensure_ascii=False)
    assert {each.authorization for each in provider.seen} == {f"Bearer {KEY}"}
    for text in (wire, *client.errors):
        assert KEY not in text
        assert SECRET not in text
    assert inside not in json.dumps([logged, [each["note"] for each in answers]], ensure_ascii=False)
    assert inside not in "".join(client.errors)
