import json
import threading
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.opened import Engine
from tests.patience import PATIENCE, until
from tests.provider import Provider, Reply
from tests.thinking import Open, engines
from whence.values.base import now
from whence.values.errors import ApprovalNeeded, Cancelled, InvalidRequest
from whence.values.handed_out import without_ours
from whence.values.memory import Bug, Change, Decision, FileEdit, MemoryBase, Note, Session, Summary
from whence.values.memory.periods import Span, day_told, digest, midnight, span_of, spans, whole_told

SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"
MODEL = "openai/gpt-4o-mini"
MONDAY = date(2026, 3, 2)
ANSWER = json.dumps(
    {
        "overview": "Logins became faster.",
        "done": [{"text": "Cached the hashes.", "sources": ["m1", "m77", "ignore"]}],
        "left_open": [{"text": "Measure it.", "sources": []}],
    }
)


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as running:
        running.default = Reply(ANSWER)
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


def at(day: date, hour: int = 12) -> datetime:
    return midnight(day) + timedelta(hours=hour)


def keep(engine: Engine, day: date, content: str = "A thing", hour: int = 12, **fields: Any) -> str:
    values = {"kind": "note", "content": content, "createdAt": at(day, hour).isoformat(), **fields}
    (id,) = engine.remember(values).ids
    return id


def change(day: date, title: str, path: str = "auth.py", hour: int = 9) -> Change:
    edit = FileEdit(path=path, added=4, removed=1, diff="+cached")
    return Change(
        reason=title, edits=(edit,), files=(path,), created_at=at(day, hour), source="commit", commit="c" * 40
    )


def summary(engine: Engine, id: str) -> Summary:
    found = engine.one(id)
    assert isinstance(found, Summary)
    return found


def booked(engine: Engine, provider: Provider) -> list[str]:
    """The operations of the ledger, whose sums equal what the provider counted."""
    costs = engine.costs()
    assert (costs.total.tokens_in, costs.total.tokens_out) == (provider.tokens_in, provider.tokens_out)
    assert costs.total.calls == provider.answered
    return [each.name for each in costs.operations]


# ---------------------------------------------------------------- days, weeks and months


@pytest.mark.parametrize(
    ("period", "day", "name", "first", "after"),
    [
        ("day", date(2026, 3, 4), "2026-03-04", date(2026, 3, 4), date(2026, 3, 5)),
        ("week", date(2026, 3, 8), "2026-W10", MONDAY, date(2026, 3, 9)),
        ("week", date(2027, 1, 1), "2026-W53", date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2024, 2, 29), "2024-02", date(2024, 2, 1), date(2024, 3, 1)),
        ("month", date(2026, 12, 31), "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_a_span_knows_its_days(period: Any, day: date, name: str, first: date, after: date) -> None:
    span = span_of(period, day)
    assert (span.name, span.first, span.after) == (name, first, after)
    assert span.bounds == (midnight(first), midnight(after))
    assert name in span.title


def test_a_month_is_made_of_its_whole_weeks_and_the_days_at_its_ends() -> None:
    parts = span_of("month", date(2026, 4, 15)).parts()  # the first of April is a Wednesday, the last a Thursday
    assert [each.name for each in parts] == [
        *(f"2026-04-0{day}" for day in range(1, 6)),
        "2026-W15",
        "2026-W16",
        "2026-W17",
        *(f"2026-04-{day}" for day in range(27, 31)),
    ]
    assert all(one.after == other.first for one, other in pairwise(parts))
    assert [each.name for each in span_of("week", MONDAY).parts()] == [f"2026-03-0{day}" for day in range(2, 9)]
    assert span_of("day", MONDAY).parts() == ()


def test_a_range_takes_in_what_it_touches() -> None:
    assert [each.name for each in spans("week", date(2026, 3, 8), date(2026, 3, 9))] == ["2026-W10", "2026-W11"]
    assert [each.name for each in spans("day", MONDAY, MONDAY)] == ["2026-03-02"]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system's time zone can't be set for a process")
def test_days_are_those_of_the_time_zone_also_when_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    try:
        begin, end = Span("day", date(2026, 3, 29)).bounds
        assert (end - begin, begin.utcoffset()) == (timedelta(hours=23), timedelta(hours=1))
        begin, end = Span("day", date(2026, 10, 25)).bounds
        assert end - begin == timedelta(hours=25)
        here = Span("day", MONDAY).id("p")
        monkeypatch.setenv("TZ", "EST5")
        time.tzset()
        assert Span("day", MONDAY).id("p") == here, "two machines of a team keep one summary of a day"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_a_digest_tells_what_is_said_and_not_how_it_is_filed() -> None:
    note, other = Note(content="one"), Note(content="two")
    same = note.model_copy(update={"pinned": True, "labels": ("x",), "updated_at": now(), "archived": True})
    assert str(digest([note, other])) == str(digest([same, other]))
    for changed in ([note], [other, note], [note.model_copy(update={"content": "One"}), other]):
        assert str(digest(changed)) != str(digest([note, other]))
    bug = Bug(message="x")
    assert str(digest([bug])) != str(digest([bug.model_copy(update={"resolved": True})]))


# ---------------------------------------------------------------- told by rules


def test_a_day_is_told_from_its_contents() -> None:
    told = day_told(
        [
            change(MONDAY, "Cache password hashes"),
            Decision(decision="Cache in memory"),
            Bug(message="KeyError in verify", resolved=True, solution="return None"),
            Bug(message="Slow start"),
            Session(goal="Faster logins", created_at=at(MONDAY, 9), ended_at=at(MONDAY, 11), success=False),
        ]
    )
    assert told.splitlines()[:3] == ["### What was done", "", "- Cache password hashes"]
    for line in (
        "- `auth.py` +4 -1",
        "- Cache in memory",
        "- KeyError in verify: return None",
        "- Not solved: Slow start",
        "- Faster logins (2 h 0 min, did not reach its aim)",
    ):
        assert line in told.splitlines()


def test_a_whole_is_told_from_its_parts() -> None:
    days = [(f"2026-03-0{day}", day_told([change(date(2026, 3, day), f"Change {day}")])) for day in (2, 3)]
    week = whole_told(days)
    assert "- 2026-03-02: Change 2\n- 2026-03-03: Change 3" in week
    assert "- `auth.py` +8 -2" in week
    month = whole_told([("2026-W10", week), ("2026-W11", day_told([change(date(2026, 3, 9), "Last")]))])
    assert "- 2026-03-02: Change 2" in month
    assert "- 2026-W11: Last" in month
    assert "- `auth.py` +12 -3" in month


def test_a_long_part_leaves_room_for_the_others_and_says_so() -> None:
    many = "### What was done\n\n" + "\n".join(f"- Change {number}" for number in range(20))
    told = whole_told([(f"day {number}", many) for number in range(7)])
    assert told.count("Change 0") == 7
    assert "- day 0: and 16 more" in told
    assert whole_told([("day 1", "Only an overview.")]) == "**day 1** Only an overview."


# ---------------------------------------------------------------- kept


def test_a_day_s_summary_is_kept_with_its_sources(engine: Engine, provider: Provider) -> None:
    engine.store.put([one := change(MONDAY, "Cache password hashes")])
    other = keep(engine, MONDAY, "Ask about the salt")
    keep(engine, MONDAY - timedelta(days=1), "The day before", hour=23)
    keep(engine, MONDAY + timedelta(days=1), "The day after", hour=0)
    found = engine.summarize(at="2026-03-02")
    kept = summary(engine, *found.ids)
    assert (kept.period, kept.span, kept.title) == ("day", "2026-03-02", "Day 2026-03-02")
    assert (kept.since, kept.until, kept.created_at) == (at(MONDAY, 0), at(MONDAY, 24), at(MONDAY, 0))
    assert (kept.source, kept.model) == ("rules", "")
    assert {link.target for link in kept.links} == {one.id, other}
    assert {link.relation for link in kept.links} == {"about"}
    assert "- Cache password hashes" in kept.content
    assert "before" not in kept.content
    assert "after" not in kept.content
    assert without_ours(found.markdown) == ""
    assert found.markdown.startswith(f"# Day 2026-03-02\n\n{kept.content}")
    assert [each.id for each in found.cited] == [kept.id]
    assert (found.written, found.unchanged, found.empty, found.model) == (1, 0, 0, "")
    assert kept.keys() == ("summary:day:2026-03-02",)
    assert engine.settle(PATIENCE)
    assert kept.id in {hit.id for hit in engine.search("cache password hashes").hits}
    assert not provider.seen


def test_what_has_not_changed_stays_and_what_has_is_told_anew(engine: Engine) -> None:
    id = keep(engine, MONDAY, "One")
    (first,) = engine.summarize(at="2026-03-02").ids
    kept = summary(engine, first)
    engine.organize((id,), pinned=True, labels=("x",))
    engine.get(id)
    again = engine.summarize(at="2026-03-02")
    assert (again.ids, again.written, again.unchanged) == ((first,), 0, 1)
    assert again.note == "Nothing has changed since it was summed up."
    assert summary(engine, first) == kept
    engine.organize((first,), pinned=True, labels=("mine",))
    more = keep(engine, MONDAY, "Another one")
    changed = engine.summarize(at="2026-03-02")
    assert (changed.ids, changed.written) == ((first,), 1)
    renewed = summary(engine, first)
    assert "Another one" in renewed.content
    assert {link.target for link in renewed.links} == {id, more}
    assert (renewed.pinned, renewed.labels) == (True, ("mine",)), "it stays filed as it is"


def test_a_month_is_told_from_weeks_and_these_from_days(engine: Engine) -> None:
    for day in (date(2026, 4, 1), date(2026, 4, 7), date(2026, 4, 8), date(2026, 4, 30)):
        engine.store.put([change(day, f"Change {day}")])
    found = engine.summarize("month", "2026-04-15")
    assert (found.written, found.empty) == (4 + 1 + 1, 0)
    month = summary(engine, *found.ids)
    assert (month.period, month.span, month.title) == ("month", "2026-04", "Month 2026-04")
    parts = [summary(engine, link.target) for link in month.links]
    assert [(each.period, each.span) for each in parts] == [
        ("day", "2026-04-01"),
        ("week", "2026-W15"),
        ("day", "2026-04-30"),
    ]
    week = parts[1]
    assert [summary(engine, link.target).span for link in week.links] == ["2026-04-07", "2026-04-08"]
    assert "- 2026-04-07: Change 2026-04-07" in month.content
    engine.store.put([change(date(2026, 4, 8), "And more", hour=15)])
    again = engine.summarize("month", "2026-04-01")
    assert (again.written, again.unchanged) == (3, 3), "the day, its week and the month; nothing else"
    assert again.ids == found.ids


def test_a_range_is_told_in_one_go(engine: Engine) -> None:
    for number in (0, 1, 3):
        keep(engine, MONDAY + timedelta(days=number), f"Thing {number}")
    told: list[tuple[str, float]] = []
    found = engine.summarize(
        since="2026-03-02", until="2026-03-05", progress=lambda what, share: told.append((what, share))
    )
    assert [summary(engine, id).span for id in found.ids] == ["2026-03-02", "2026-03-03", "2026-03-05"]
    assert (found.written, found.empty) == (3, 1)
    assert found.title == "Days 2026-03-02 to 2026-03-05"
    assert "## Day 2026-03-03\n\n" in found.markdown
    assert "Nothing is remembered of 1 day." in found.note
    assert all(0 <= share <= 1 for _, share in told)
    assert told


def test_of_nothing_nothing_is_kept(engine: Engine) -> None:
    for period in ("day", "week", "month"):
        found = engine.summarize(period, "2026-03-02")
        assert (found.ids, found.markdown, found.empty) == ((), "", 1)
        assert found.note.startswith(f"Nothing is remembered of {period} 2026-")
    assert engine.status().total == 0


def test_a_summary_goes_where_its_sources_went_and_comes_back_with_them(engine: Engine) -> None:
    id = keep(engine, MONDAY)
    (kept,) = engine.summarize(at="2026-03-02").ids
    engine.forget((id,))
    gone = engine.summarize(at="2026-03-02")
    assert "1 summary is in the bin" in gone.note
    assert summary(engine, kept).deleted_at is not None
    engine.restore((id,))
    assert engine.summarize(at="2026-03-02").ids == (kept,)
    assert summary(engine, kept).deleted_at is None


def test_showing_neither_puts_a_summary_in_the_bin_nor_brings_one_back(engine: Engine) -> None:
    source = keep(engine, MONDAY)
    (kept,) = engine.summarize("day", at=str(MONDAY)).ids
    engine.forget([source])
    engine.show_prompt("summarize", {"at": str(MONDAY)})
    assert engine.one(kept).deleted_at is None, "its source is gone, and yet it was only shown"
    engine.summarize("day", at=str(MONDAY))
    engine.restore([source])
    engine.show_prompt("summarize", {"at": str(MONDAY)})
    assert engine.one(kept).deleted_at is not None, "its source is back, and yet it was only shown"


def test_archived_memories_happened_too_and_summaries_are_no_news(engine: Engine) -> None:
    id = keep(engine, MONDAY)
    (kept,) = engine.summarize(at="2026-03-02").ids
    engine.organize((id,), archived=True)
    engine.summarize("week", "2026-03-02")
    assert engine.summarize(at="2026-03-02").unchanged == 1
    assert [link.target for link in summary(engine, kept).links] == [id]


def test_a_summary_keeps_nothing_from_being_put_away(engine: Engine) -> None:
    old = now() - timedelta(days=2000)
    (id,) = engine.remember({"kind": "note", "content": "An old thing", "createdAt": old.isoformat()}).ids
    engine.summarize(at=f"{old.astimezone():%Y-%m-%d}")
    assert [each.cited.id for each in engine.suggest_pruning().candidates] == [id]


def test_a_summary_is_no_reason_for_a_line(engine: Engine) -> None:
    (engine.place.root / "auth.py").write_text("cached = True\n", encoding="utf-8")
    engine.store.put([made := change(MONDAY, "Cache password hashes")])
    engine.summarize(at="2026-03-02")
    assert [each.cited.id for each in engine.why("auth.py").reasons] == [made.id]


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"at": "someday"}, "'someday' is not a day"),
        ({"at": "2026-13-01"}, "is not a day"),
        ({"at": "1066-10-14"}, "from 1971 on"),
        ({"at": "9999-12-31"}, "lies ahead"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "comes before"),
        ({"since": "1999-01-01"}, "1100 at most"),
        ({"until": "2026-03-01"}, "without a first one"),
        ({"at": "2026-03-02", "since": "2026-03-02"}, "not both"),
    ],
)
def test_days_that_are_none_are_refused(engine: Engine, asked: dict[str, str], message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        engine.summarize(**asked)  # type: ignore[arg-type] # names of parameters


def test_today_is_meant_where_no_day_is_named(engine: Engine) -> None:
    engine.remember({"kind": "note", "content": "Just now"})
    (id,) = engine.summarize().ids
    assert "Just now" in summary(engine, id).content


# ---------------------------------------------------------------- with a model


def test_a_model_tells_a_day_and_cites_what_it_was_shown(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    one = keep(engine, MONDAY, f"Cache the hashes with {SECRET}")
    found = engine.summarize(at="2026-03-02")
    kept = summary(engine, *found.ids)
    assert (found.model, kept.model, kept.source) == (MODEL, MODEL, "model")
    assert kept.content == (
        f"Logins became faster.\n\n### What was done\n\n- Cached the hashes. (`{one}`)"
        "\n\n### Left open\n\n- Measure it."
    )
    (seen,) = provider.seen
    assert SECRET not in seen.text
    assert one not in seen.text
    assert booked(engine, provider) == ["summarize"]
    assert engine.summarize(at="2026-03-02").unchanged == 1
    assert len(provider.seen) == 1, "an unchanged day costs nothing"
    engine.summarize(at="2026-03-02", again=True)
    assert len(provider.seen) == 2


def test_only_what_has_changed_is_asked_again(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    for number in range(3):
        keep(engine, MONDAY + timedelta(days=number), f"Thing {number}")
    engine.summarize("week", "2026-03-02")
    assert len(provider.seen) == 3 + 1
    keep(engine, MONDAY, "Another thing")
    provider.default = Reply(ANSWER.replace("faster", "slower"))
    engine.summarize("week", "2026-03-02")
    day, week = provider.seen[4:]
    assert "Another thing" in day.text
    assert "Thing 1" not in day.text
    assert "Logins became slower" in week.text
    assert booked(engine, provider) == ["summarize"]


def test_an_answer_that_comes_to_the_same_leaves_the_week_as_it_is(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    provider.default = Reply('{"overview": "A day."}')
    keep(engine, MONDAY)
    engine.summarize("week", "2026-03-02")
    keep(engine, MONDAY, "Another thing")
    found = engine.summarize("week", "2026-03-02")
    assert (found.written, found.unchanged, len(provider.seen)) == (1, 1, 3)


def test_a_range_of_days_is_asked_about_once(open_engine: Open, provider: Provider) -> None:
    asked: list[Any] = []
    engine = open_engine(MODEL, lambda estimate: asked.append(estimate) or True, spending={"threshold": 0.0})
    for number in range(20):
        keep(engine, MONDAY + timedelta(days=number), f"Thing {number}")
    found = engine.summarize(since="2026-03-02", until="2026-03-21")
    assert (found.written, len(provider.seen), len(asked)) == (20, 20, 1)
    assert asked[0].tokens_in >= provider.tokens_in


def test_what_rules_told_a_model_tells_better(open_engine: Open, provider: Provider) -> None:
    engine = open_engine()
    keep(engine, MONDAY)
    (id,) = engine.summarize(at="2026-03-02").ids
    engine.close()
    engine = open_engine(MODEL)
    assert engine.summarize(at="2026-03-02").ids == (id,)
    assert summary(engine, id).model == MODEL
    engine.close()
    engine = open_engine()
    assert engine.summarize(at="2026-03-02").unchanged == 1, "what a model told stays"


@pytest.mark.parametrize(
    ("replies", "approve", "settings", "note", "seen"),
    [
        pytest.param(["no", "no"], None, {}, "shape", 2, id="a wrong shape"),
        pytest.param([], lambda asked: False, {"spending": {"threshold": 0.0}}, "You chose not to", 0, id="a refusal"),
        pytest.param([], None, {"spending": {"dailyBudget": 0.0}}, "budget", 0, id="a budget that is spent"),
        pytest.param([Reply(status=500)] * 2, None, {}, "without a model", 2, id="a failure"),
    ],
)
def test_without_an_answer_rules_tell_it_and_the_week_asks_no_more(
    open_engine: Open,
    provider: Provider,
    replies: list[Any],
    approve: Any,
    settings: dict[str, Any],
    note: str,
    seen: int,
) -> None:
    engine = open_engine(MODEL, approve, **settings)
    keep(engine, MONDAY, "A thing of Monday")
    provider.say(*replies)
    found = engine.summarize("week", "2026-03-02")
    week = summary(engine, *found.ids)
    assert (week.model, found.model, found.written) == ("", "", 2)
    assert "A thing of Monday" in week.content
    assert note in found.note
    assert len(provider.seen) == seen


def test_what_would_be_sent_is_shown_and_nothing_is_kept(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL, spending={"threshold": 0.0})
    keep(engine, MONDAY, "A thing of Monday")
    before = engine.status().total
    shown = engine.show_prompt("summarize", {"period": "week", "at": "2026-03-02"})
    assert "A thing of Monday" in shown.markdown
    with pytest.raises(ApprovalNeeded):
        engine.summarize(at="2026-03-02")
    assert engine.status().total == before
    assert not provider.seen


def test_what_was_answered_stays_when_the_rest_is_left(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL, models={"concurrency": 1, "attempts": 1})
    for number in range(3):
        keep(engine, MONDAY + timedelta(days=number), f"Thing {number}")
    provider.say(Reply(ANSWER), Reply(ANSWER, wait=PATIENCE))
    raised: list[BaseException] = []
    leave = threading.Event()

    def progress(message: str, share: float) -> None:
        if leave.is_set():
            raise Cancelled("Enough.")

    def run() -> None:
        try:
            engine.summarize(since="2026-03-02", until="2026-03-04", progress=progress)
        except Cancelled as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    first = Span("day", MONDAY).id(engine.place.id)
    until(lambda: engine.store.get([first]), "the first summary")
    leave.set()
    thread.join(PATIENCE)
    assert raised
    assert summary(engine, first).model == MODEL
    provider.replies.clear()
    again = engine.summarize(since="2026-03-02", until="2026-03-04")
    assert (again.written, again.unchanged) == (2, 1)


def test_many_memories_are_read_within_bounds(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    notes: list[MemoryBase] = [
        Note(content=f"Number {number} " + "word " * 200, created_at=at(MONDAY), importance=1 + number % 2)
        for number in range(400)
    ]
    engine.store.put(notes)
    found = engine.summarize(at="2026-03-02")
    assert "280 memories that matter least were left out" in found.note
    assert provider.tokens_in < 12_000
    assert len(summary(engine, *found.ids).links) == 120


def test_a_conversation_s_gist_is_a_model_s_where_there_is_one(open_engine: Open, provider: Provider) -> None:
    engine = open_engine(MODEL)
    turns = [
        {"role": "user", "content": "Shall we cache?"},
        {"role": "assistant", "content": "Yes, because it is slow."},
    ]
    (id,) = engine.remember({"kind": "conversation", "messages": turns}).ids
    told = engine.conversation_gist(id, "weekly")
    assert told.startswith("Logins became faster.")
    assert id not in told
    assert "the last week of this conversation" in provider.seen[0].text
    provider.default = Reply(status=401)
    assert engine.conversation_gist(id, "weekly") == engine.gist(id, "weekly")
    assert engine.status().total == 1
