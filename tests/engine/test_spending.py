import json
import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests import forked
from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.provider import Provider, Reply
from whence.engine import OPERATIONS, Project, bill
from whence.engine.completion import Ask, Thought, think, thinks
from whence.engine.sessions.prompt import SESSION_SUMMARY, SessionSummary
from whence.models.estimates import dollars, estimate
from whence.models.prompt import Material
from whence.models.spending import Paid, Spending
from whence.project.location import data_home
from whence.store import Ledger
from whence.values.base import now
from whence.values.completion import CompletionAnswer, CompletionRequest, Estimate, Picture
from whence.values.errors import ApprovalNeeded, BudgetSpent, Cancelled, InvalidRequest
from whence.values.operation import operation, operations
from whence.values.protocol import Acknowledged
from whence.values.settings import SpendingSettings, parse

KEY = "sk-" + "proj-" + "q8W2e7R4t9Y1u6I3o5P0"
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
MODEL = "openai/gpt-4o-mini"
UNPRICED = "openai/unheard-of"
GOOD = '{"goal": "Make it work.", "done": ["It works."]}'


@thinks
@operation
def summarise_text(project: Project, text: str) -> Acknowledged:
    """Summarise a text.

    Args:
        text: what to summarise.
    """
    thought = think(project, ask(text))
    return Acknowledged(note=thought.answer.goal if thought.answer else "without")


@pytest.fixture(autouse=True)
def one_more_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operation that asks a model, as those to come do."""
    monkeypatch.setitem(OPERATIONS, "summarise_text", operations((sys.modules[__name__],))["summarise_text"])


def ask(text: str = "Did a thing.", **more: Any) -> Ask[SessionSummary]:
    return Ask(SESSION_SUMMARY, "Summarise.", (Material("Change", text, "c1"),), **more)


@dataclass
class Approving:
    """A user who is asked."""

    answer: bool = True
    asked: list[Estimate] = field(default_factory=list)

    def __call__(self, asked: Estimate) -> bool:
        self.asked.append(asked)
        return self.answer


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        running.default = Reply(GOOD)
        yield running


Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.delenv(name, raising=False)
    opened: list[Engine] = []

    def open_one(model: str = MODEL, approve: Any = None, capture: bool = False, **settings: Any) -> Engine:
        values = {
            "embedding": {"model": "none"},
            "model": model,
            "models": {"delaySeconds": 0.01, "attempts": 3, **settings.pop("models", {})},
            **settings,
        }
        secrets = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": provider.url}
        opened.append(Engine(repository, parse(values), approve=approve, secrets=secrets, capture=capture))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


# ---------------------------------------------------------------- one question


def test_below_the_threshold_a_model_is_asked_and_booked(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    thought = engine.think(ask())
    assert thought == Thought(SessionSummary(goal="Make it work.", done=("It works.",)), "", MODEL)
    costs = engine.costs()
    assert costs.total.calls == provider.answered == 1
    assert (costs.total.tokens_in, costs.total.tokens_out) == (provider.tokens_in, provider.tokens_out)
    assert costs.total.usd == pytest.approx(provider.tokens_in * 1.5e-7 + provider.tokens_out * 6e-7)
    assert [each.name for each in costs.models] == [MODEL]
    assert [each.name for each in costs.operations] == ["end_session"]
    assert f"| {MODEL} | 1 | {provider.tokens_in:,} | {provider.tokens_out:,} |" in costs.markdown
    assert costs.budgets[0].spent == pytest.approx(costs.total.usd)
    assert engine.costs(since=now() + timedelta(minutes=1)).total.calls == 0


def test_without_a_model_there_is_no_answer_and_a_reason_where_little_is_done_without(
    open_engine: Open, provider: Provider
) -> None:
    engine = open_engine("none")
    assert engine.think(ask()) == Thought(None)
    seeing = engine.think(ask(), role="vision")
    assert seeing.answer is None
    assert "whence.visionModel" in seeing.note
    assert not provider.seen


@pytest.mark.parametrize(
    ("model", "settings", "more"),
    [
        pytest.param(MODEL, {"threshold": 0.0}, {}, id="above the threshold"),
        pytest.param(UNPRICED, {}, {}, id="an unknown price"),
        pytest.param(MODEL, {}, {"pictures": (Picture(media_type="image/png", data="AAAA"),)}, id="a picture"),
    ],
)
def test_the_user_is_asked_and_decides(
    open_engine: Open, provider: Provider, model: str, settings: dict[str, Any], more: dict[str, Any]
) -> None:
    user = Approving(answer=False)
    engine = open_engine(model, user, spending=settings)
    refused = engine.think(ask("the text of a change", **more))
    assert refused.answer is None
    assert "You chose not to" in refused.note
    assert not provider.seen
    (asked,) = user.asked
    assert (asked.operation, asked.model, asked.usd is None) == ("end_session", model, model == UNPRICED)
    assert "the text of a change" in asked.prompt
    user.answer = True
    assert engine.think(ask(**more)).answer is not None
    assert asked.tokens_in >= provider.tokens_in
    assert asked.tokens_out >= provider.tokens_out
    assert engine.costs().total.unpriced == (1 if model == UNPRICED else 0)


def test_where_nobody_can_be_asked_the_refusal_carries_the_estimate(open_engine: Open, provider: Provider) -> None:
    with pytest.raises(ApprovalNeeded) as refusal:
        open_engine(UNPRICED).think(ask())
    assert isinstance(refusal.value.estimate, Estimate)
    assert refusal.value.estimate.model == UNPRICED
    assert not provider.seen


def test_work_in_batches_is_not_asked_about(open_engine: Open) -> None:
    engine = open_engine(UNPRICED, spending={"autoApprove": True, "threshold": 0.0})
    assert engine.think(ask()).answer is not None


def test_the_editor_s_model_is_always_asked_about(repository: Path) -> None:
    user = Approving()

    def answer(request: CompletionRequest) -> CompletionAnswer:
        return CompletionAnswer(text=GOOD)

    settings = parse({"embedding": {"model": "none"}, "model": "editor", "spending": {"dailyBudget": 0}})
    with Engine(repository, settings, approve=user, ask_editor=answer) as engine:
        assert engine.think(ask()).answer is not None
        total = engine.costs().total
    assert len(user.asked) == 1
    assert (total.calls, total.unpriced) == (1, 1)
    assert total.tokens_in > 0, "tokens that the editor did not count are estimated"


def test_an_answer_of_the_wrong_shape_is_asked_for_once_more(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    provider.say("I would rather not.", GOOD)
    assert engine.think(ask()).answer is not None
    first, second = (each.payload["messages"] for each in provider.seen)
    assert second[: len(first)] == first
    assert second[-2]["content"] == "I would rather not."
    provider.say('{"goal": 1}', '{"goal": 2}')
    thought = engine.think(ask())
    assert thought.answer is None
    assert "shape" in thought.note
    total = engine.costs().total
    assert (total.calls, total.tokens_in, total.tokens_out) == (4, provider.tokens_in, provider.tokens_out)


@pytest.mark.parametrize(
    ("reply", "attempts"),
    [(Reply(status=401), 1), (Reply(status=500), 3), (Reply(body='{"cho'), 1), (Reply(drop=True), 3)],
    ids=["a refused key", "failures", "JSON that is cut short", "hanging up"],
)
def test_a_failure_is_a_note_and_is_booked(open_engine: Open, provider: Provider, reply: Reply, attempts: int) -> None:
    engine = open_engine()
    provider.default = reply
    thought = engine.think(ask())
    assert thought.answer is None
    assert "without a model" in thought.note
    (entry,) = engine.spending.entries(None, None)
    assert (entry.outcome, entry.attempts, entry.usd) == ("failed", attempts, 0.0)
    assert len(provider.seen) == attempts
    assert engine.spending.budgets()[0].spent == 0


def test_many_questions_are_one_consent_and_each_is_booked(open_engine: Open, provider: Provider) -> None:
    user = Approving()
    engine = open_engine(approve=user, spending={"threshold": 0.0})
    said: list[float] = []
    thoughts = engine.think_all(
        [ask(f"change {n}") for n in range(12)], progress=lambda message, share: said.append(share)
    )
    assert all(each.answer for each in thoughts)
    assert len(user.asked) == 1
    assert user.asked[0].usd is not None
    total = engine.costs().total
    assert (total.calls, total.tokens_in, total.tokens_out) == (12, provider.tokens_in, provider.tokens_out)
    assert total.usd <= user.asked[0].usd
    assert said[-1] == 1.0
    assert provider.most_at_once <= 10


def test_who_stops_waiting_breaks_the_requests_off(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    provider.default = Reply(GOOD, wait=PATIENCE)

    def progress(message: str, share: float) -> None:
        if len(provider.seen) == 2:
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        engine.think_all([ask("a"), ask("b")], progress=progress)
    assert {each.outcome for each in engine.spending.entries(None, None)} == {"stopped"}
    assert engine.spending.budgets()[0].spent == 0


# ---------------------------------------------------------------- what leaves


def test_neither_secrets_nor_paths_leave(open_engine: Open, provider: Provider, repository: Path) -> None:
    engine = open_engine()
    home = Path.home()
    engine.think(ask(f"token {SECRET} in {repository}/app.py and {home}/.config/x"))
    (seen,) = provider.seen
    assert SECRET not in seen.text
    assert "[redacted:" in seen.text
    assert repository.as_posix() not in seen.text
    assert "./app.py" in seen.text
    assert f"{home}/.config" not in seen.text


def test_what_would_be_sent_is_shown_and_not_sent(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    shown = engine.show_prompt("summarise_text", {"text": f"All about {SECRET}"})
    assert shown.estimate is not None
    assert "All about" in shown.markdown
    assert SECRET not in shown.markdown
    assert not provider.seen
    assert engine.summarise_text("All").note == "Make it work."
    sent = provider.seen[0].payload["messages"]
    assert all(each["content"] in shown.markdown for each in sent[:-1])
    with pytest.raises(InvalidRequest, match="asks no model"):
        engine.show_prompt("forget", {"ids": ["x"]})
    with pytest.raises(InvalidRequest, match="text"):
        engine.show_prompt("summarise_text", {})


def test_without_a_model_what_one_would_be_sent_is_shown_all_the_same(open_engine: Open) -> None:
    shown = open_engine("none").show_prompt("summarise_text", {"text": "All"})
    assert shown.estimate is None
    assert "All" in shown.markdown
    assert "nothing is sent" in shown.note


def test_what_no_model_can_take_is_not_sent(open_engine: Open, provider: Provider) -> None:
    engine = open_engine("openai/gpt-3.5-turbo", spending={"autoApprove": True})
    thought = engine.think(ask("word " * 30_000))
    assert thought.answer is None
    assert "more text than" in thought.note
    assert not provider.seen


def test_the_key_is_nowhere(
    open_engine: Open, provider: Provider, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    engine = open_engine()
    notes = [engine.think(ask()).note]
    for status in (400, 401, 404, 429, 500):
        provider.default = Reply(f"The key {KEY} is wrong", status=status)
        notes.append(engine.think(ask()).note)
    provider.default = Reply(GOOD)
    engine.remember({"kind": "note", "content": f"The key is {KEY}"})
    shown = engine.show_prompt("summarise_text", {"text": KEY}).model_dump_json()
    engine.settle(PATIENCE)
    engine.close()
    assert KEY not in "".join((*notes, shown, caplog.text))
    files = [each for each in home.rglob("*") if each.is_file()]
    assert any("ledger.lance" in str(each) for each in files)
    for each in files:
        assert KEY.encode() not in each.read_bytes(), each.name


# ---------------------------------------------------------------- budgets


def test_a_budget_stops_what_does_not_fit(open_engine: Open, provider: Provider) -> None:
    user = Approving()
    engine = open_engine(approve=user, spending={"dailyBudget": 0.0001, "threshold": 0.0})
    thought = engine.think(ask())
    assert thought.answer is None
    assert "day's budget" in thought.note
    assert not user.asked, "there is nothing to ask about"
    assert not provider.seen


def test_the_user_is_told_when_most_is_spent(tmp_path: Path) -> None:
    spending = Spending(tmp_path, SpendingSettings(daily_budget=10.0, monthly_budget=0.001), "p", Ledger.open)
    asked = estimate("end_session", MODEL, 1000, 1000)
    assert spending.warning() == ""
    spending.pay(asked, 1.0, lambda attempted: (attempted(), Paid("", 1000, 1100))[1])
    assert "81% of this month's budget" in spending.warning()
    with pytest.raises(BudgetSpent, match="month"):
        spending.pay(asked, 1.0, lambda attempted: Paid("", 0, 0))
    spending.close()


@pytest.mark.parametrize(("percentage", "told"), [(50.0, True), (81.5, False), (100.0, False)])
def test_a_budget_warns_at_the_percentage_that_is_set(tmp_path: Path, percentage: float, told: bool) -> None:
    settings = SpendingSettings(daily_budget=10.0, monthly_budget=0.001, warn_at_percentage=percentage)
    spending = Spending(tmp_path, settings, "p", Ledger.open)
    asked = estimate("end_session", MODEL, 1000, 1000)
    spending.pay(asked, 1.0, lambda attempted: (attempted(), Paid("", 1000, 1100))[1])
    assert ("81% of this month's budget" in spending.warning()) is told
    spending.close()


def test_what_a_month_comes_to_at_its_pace_is_told(tmp_path: Path) -> None:
    spending = Spending(tmp_path, SpendingSettings(), "p", Ledger.open)
    assert bill.made(spending, None, None).month_estimate == 0
    asked = estimate("end_session", MODEL, 1000, 1000)
    spending.pay(asked, 1.0, lambda attempted: (attempted(), Paid("", 1000, 1100))[1])
    found = bill.made(spending, None, None)
    spent = found.budgets[1].spent
    assert spent <= found.month_estimate <= 31 * spent
    assert f"At this pace the month comes to about {dollars(found.month_estimate)}." in found.markdown
    spending.close()


@pytest.mark.parametrize(
    ("at", "comes"),
    [
        (datetime(2026, 4, 1, 6, tzinfo=UTC), 30.0),
        (datetime(2026, 4, 2, tzinfo=UTC), 30.0),
        (datetime(2026, 4, 16, tzinfo=UTC), 2.0),
        (datetime(2026, 4, 30, 23, 59, tzinfo=UTC), 1.0),
    ],
)
def test_the_first_day_of_a_month_counts_whole(at: datetime, comes: float) -> None:
    assert bill._at_this_pace(1.0, at) == pytest.approx(comes, rel=0.01)


def test_what_is_free_needs_no_budget(tmp_path: Path) -> None:
    spending = Spending(tmp_path, SpendingSettings(daily_budget=0.0, threshold=0.0), "p", Ledger.open)
    asked = estimate("end_session", "ollama/llama3.1", 1000, 1000)
    assert asked.usd == 0
    assert spending.consents(asked)
    with pytest.raises(BudgetSpent):
        spending.consents(estimate("end_session", UNPRICED, 1000, 1000))
    spending.close()


@pytest.mark.parametrize(
    ("usd", "text"), [(0.0, "$0.00"), (0.00001, "less than $0.0001"), (0.0123, "$0.012"), (1234.5, "$1,234.50")]
)
def test_amounts_read_well(usd: float, text: str) -> None:
    assert dollars(usd) == text


PROCESS = """
import json, os, sys, threading, urllib.request
from pathlib import Path
from whence.models import spending as ledger
from whence.values.errors import BudgetSpent
from whence.values.settings import SpendingSettings
from whence.models.estimates import estimate
from whence.models.spending import Paid, Spending
from whence.store import Ledger
ledger._PATIENCE = float(sys.argv[4])  # eight threads wait for one lock, on a machine that may be slow
folder, url, budget = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
spending = Spending(folder, SpendingSettings(daily_budget=budget, threshold=1.0), "p", Ledger.open)
body = json.dumps({"model": "m", "messages": [{"role": "user", "content": "word " * 1000}]}).encode()
def send(attempted):
    attempted()
    with urllib.request.urlopen(urllib.request.Request(url + "/chat/completions", body)) as answer:
        usage = json.load(answer)["usage"]
    return Paid("", usage["prompt_tokens"], usage["completion_tokens"])
def spend():
    try:
        while True:
            spending.pay(estimate("end_session", "openai/gpt-4o-mini", 1000, 1000), 30.0, send)
    except BudgetSpent:
        pass
threads = [threading.Thread(target=spend) for _ in range(2)]
for each in threads: each.start()
for each in threads: each.join()
"""


def test_a_budget_holds_under_four_processes(tmp_path: Path, provider: Provider) -> None:
    provider.default = Reply("word " * 1000, wait=0.01)
    budget, each_usd = 0.0304, 1000 * 1.5e-7 + 1000 * 6e-7
    folder = tmp_path / "spending"
    running = [
        forked.Popen(
            [sys.executable, "-c", PROCESS, str(folder), provider.url, str(budget), str(PATIENCE)],
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    for process in running:
        assert process.communicate(timeout=2 * PATIENCE)[1] == ""
        assert process.returncode == 0
    spending = Spending(folder, SpendingSettings(daily_budget=budget), "p", Ledger.open)
    entries = spending.entries(None, None)
    assert len(entries) == provider.answered == int(budget / each_usd)
    assert sum(each.tokens_in for each in entries) == provider.tokens_in
    assert sum(each.tokens_out for each in entries) == provider.tokens_out
    assert sum(each.usd or 0 for each in entries) <= budget
    assert spending.budgets()[0].spent == pytest.approx(len(entries) * each_usd)
    spending.close()


def test_what_a_killed_process_set_aside_is_free_again(tmp_path: Path) -> None:
    settings = SpendingSettings(daily_budget=0.001)
    code = (
        "import os, sys; from pathlib import Path; from whence.values.settings import SpendingSettings;"
        "from whence.models.estimates import estimate; from whence.models.spending import Spending;"
        "from whence.store import Ledger;"
        "spending = Spending(Path(sys.argv[1]), SpendingSettings(daily_budget=0.001), 'p', Ledger.open);"
        f"spending.pay(estimate('x', {MODEL!r}, 1000, 1000), -56.0, lambda attempted: os._exit(9))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False, timeout=PATIENCE)
    assert done.returncode == 9
    reserved = json.loads((tmp_path / "reserved.json").read_text(encoding="utf-8"))
    assert len(reserved) == 1
    spending = Spending(tmp_path, settings, "p", Ledger.open)
    until(lambda: spending.budgets()[0].spent == 0)
    assert spending.consents(estimate("x", MODEL, 1000, 1000))
    spending.close()


# ---------------------------------------------------------------- the switch


def test_one_command_stops_everything_everywhere(open_engine: Open, provider: Provider) -> None:
    one, other = open_engine(), open_engine()
    provider.say(Reply(GOOD, wait=PATIENCE))
    thoughts: list[Thought[SessionSummary]] = []
    thread = threading.Thread(target=lambda: thoughts.append(one.think(ask())))
    thread.start()
    until(lambda: provider.seen)
    other.stop_models()
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert thoughts[0].answer is None
    assert "switched off" in thoughts[0].note
    assert "switched off" in other.think(ask()).note
    assert len(provider.seen) == 1
    assert one.costs().stopped
    assert one.spending.entries(None, None)[0].outcome == "stopped"
    one.resume_models()
    assert other.think(ask()).answer is not None
    assert not other.costs().stopped


# ---------------------------------------------------------------- embeddings

EMBEDDER = "openai/text-embedding-3-small"


def test_a_provider_s_model_embeds_what_is_remembered(open_engine: Open, provider: Provider) -> None:
    engine = open_engine("none", capture=True, embedding={"model": EMBEDDER})
    engine.remember({"kind": "note", "content": f"Bananas ripen in the cellar, token {SECRET}"})
    assert engine.settle(PATIENCE, vectors=True)
    found = engine.search("bananas in a cellar")
    assert found.mode == "words and meaning"
    assert found.hits[0].parts.semantic > 0
    asked = len(provider.seen)
    engine.search("bananas in a cellar")
    assert len(provider.seen) == asked, "a query asked again costs nothing"
    assert not any(SECRET in each.text for each in provider.seen)
    costs = engine.costs()
    assert (costs.total.calls, costs.total.tokens_in) == (provider.answered, provider.tokens_in)
    assert [each.name for each in costs.operations] == ["embed"]


def test_another_dimension_embeds_anew_and_loses_nothing(
    open_engine: Open, provider: Provider, repository: Path
) -> None:
    first = open_engine("none", capture=True, embedding={"model": EMBEDDER})
    first.remember({"kind": "note", "content": "Bananas ripen in the cellar"})
    assert first.settle(PATIENCE, vectors=True)
    first.close()
    provider.default = Reply(dimension=7)
    second = open_engine("none", capture=True, embedding={"model": "openai/text-embedding-3-large"})
    assert second.settle(PATIENCE, vectors=True)
    status = second.status().embedding
    assert (status.state, status.embedded) == ("ready", status.passages)
    assert second.search("bananas").hits
    assert second.search("bananas").mode == "words and meaning"


def test_a_provider_without_consent_leaves_search_by_words(open_engine: Open, provider: Provider) -> None:
    user = Approving(answer=False)
    engine = open_engine("none", user, capture=True, embedding={"model": "openai/unheard-of-embedder"})
    engine.remember({"kind": "note", "content": "Bananas ripen in the cellar"})
    until(lambda: engine.status().embedding.state == "unavailable")
    assert "chose not to" in engine.status().embedding.message
    assert engine.settle(PATIENCE)
    found = engine.search("bananas")
    assert (found.mode, len(found.hits)) == ("words", 1)
    assert not provider.seen
    assert len(user.asked) == 1


def test_nothing_is_asked_of_a_provider_by_a_project_without_one(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(capture=True)
    engine.remember({"kind": "note", "content": "Bananas ripen in the cellar"})
    assert engine.settle(PATIENCE)
    engine.search("bananas")
    assert not provider.seen
    assert not (data_home() / "spending" / "ledger.lance").exists()
