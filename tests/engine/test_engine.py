import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.project.opening import BIN_DAYS, empty_bin
from whence.values import base
from whence.values.errors import Cancelled, InvalidRequest, NotFound
from whence.values.memory import Decision, Note
from whence.values.protocol import Focus
from whence.values.settings import Settings, parse

PLAIN = parse({"embedding": {"model": "none"}})
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(folder: Path = repository, settings: Settings = PLAIN, *, capture: bool = False) -> Engine:
        opened.append(Engine(folder, settings, capture=capture))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Open) -> Engine:
    return open_engine()


def note(engine: Engine, content: str, **fields: object) -> str:
    (id,) = engine.remember({"kind": "note", "content": content, **fields}).ids
    return id


def found(engine: Engine, query: str, **filters: object) -> list[str]:
    assert engine.settle(PATIENCE)
    return [hit.id for hit in engine.search(query, **filters).hits]  # type: ignore[arg-type] # the filters vary


@pytest.mark.quick
def test_a_remembered_note_is_found_by_its_words(engine: Engine) -> None:
    id = note(engine, "The parser keeps a look-ahead of two tokens in getNextToken")
    other = note(engine, "Deployments happen on Tuesdays")
    assert found(engine, "next token")[0] == id
    assert found(engine, "getNextToken")[0] == id
    assert found(engine, "tuesday deployment")[0] == other


def test_a_hit_explains_its_score(engine: Engine) -> None:
    note(engine, "The cache is invalidated by the writer", pinned=True, importance=9)
    assert engine.settle(PATIENCE)
    (hit,) = engine.search("cache invalidated").hits
    parts = hit.parts
    total = parts.semantic + parts.lexical + parts.recency + parts.importance + parts.pinned + parts.focus
    assert hit.score == pytest.approx(total)
    assert parts.lexical > 0
    assert parts.pinned > 0
    assert parts.importance > 0
    assert "invalidated" in hit.snippet


def test_filters_apply_before_the_best_are_taken(engine: Engine) -> None:
    wanted = note(engine, "rare topic among many: token", labels=("odd",), files=("src/deep/one.py",))
    engine.writer.write([Note(content=f"token token token {n}") for n in range(300)])
    assert found(engine, "token", labels=("odd",)) == [wanted]
    assert found(engine, "token", files=("src/deep",)) == [wanted]
    assert found(engine, "token", files=("src/deep/one.py",)) == [wanted]
    assert found(engine, "token", files=("src/de",)) == []
    assert found(engine, "token", kinds=("decision",)) == []


def test_time_filters_are_half_open(engine: Engine) -> None:
    at = datetime(2026, 1, 2, tzinfo=UTC)
    id = note(engine, "dated", createdAt=at.isoformat())
    assert found(engine, "dated", since=at) == [id]
    assert found(engine, "dated", until=at) == []
    assert found(engine, "dated", since=at + timedelta(seconds=1)) == []


def test_an_empty_query_lists_the_newest(engine: Engine) -> None:
    ids = [note(engine, f"n{n}") for n in range(5)]
    assert found(engine, "  ", limit=3) == ids[:1:-1]
    assert engine.search("").mode == "time"


def test_nothing_that_fits_is_said_and_not_filled_with_junk(engine: Engine) -> None:
    assert engine.search("anything").note.startswith("Nothing is remembered yet")
    note(engine, "The parser keeps a look-ahead of two tokens")
    assert found(engine, "zebra crossing quantum") == []
    assert engine.search("zebra crossing quantum").note == "Nothing fits. Try other words, or fewer."
    assert "filters" in engine.search("parser", labels=("none",)).note
    block = engine.context("zebra crossing quantum")
    assert (block.markdown, block.tokens, block.sources) == ("", 0, ())
    assert block.note


@pytest.mark.parametrize(
    "query",
    [
        "x",
        "'",
        '"',
        '"unclosed',
        "a AND OR NOT (",
        "* ?",
        "field:value^2~",
        "'; DROP TABLE memories; --",
        "\\",
        "%_",
        "\x00\x07\x1b[31m",
        "🦊🦊",
        "ひらがな検索",
        "数据库迁移",
        "ελληνικά",
        "word " * 20_000,
        "x" * 100_000,
        "(" * 5_000,
        "a\ud800",
    ],
    ids=lambda query: ascii(query[:12]),
)
def test_any_query_is_safe(engine: Engine, query: str) -> None:
    note(engine, "ordinary content")
    assert engine.settle(PATIENCE)
    result = engine.search(query)
    assert result.hits or result.note
    assert engine.context(query).budget == PLAIN.context.budget


@pytest.mark.parametrize(
    ("content", "query"),
    [("データベースの移行を延期した", "移行"), ("我们推迟了数据库迁移", "数据库"), ("Größe des Puffers", "größe")],
)
def test_other_scripts_are_found_by_words_of_their_own(engine: Engine, content: str, query: str) -> None:
    id = note(engine, content)
    note(engine, "something in English")
    assert found(engine, query) == [id]


@pytest.mark.parametrize(
    ("content", "query"), [("我家的猫很可爱", "猫"), ("黒い猫が鳴いた", "猫"), ("東京の天気", "天気")]
)
def test_a_word_of_one_or_two_characters_is_found(engine: Engine, content: str, query: str) -> None:
    id = note(engine, content)
    note(engine, "something in English")
    assert found(engine, query) == [id]


def test_a_change_shows_the_piece_of_its_diff_that_is_asked_for(engine: Engine) -> None:
    diff = "\n".join(f"@@ -{n} +{n} @@\n" + f"+    value{n} = compute(needle{n})\n" * 20 for n in range(4))
    edit = {"path": "src/hay.py", "diff": diff}
    id = engine.remember({"kind": "change", "reason": "Sort the hay", "edits": [edit]}).ids[0]
    assert engine.settle(PATIENCE)
    (hit,) = engine.search("needle2").hits
    assert hit.id == id
    assert "needle2" in hit.snippet
    assert "needle0" not in hit.snippet
    assert hit.why == "Shares “needle2”; from today."
    assert engine.search("hay").hits[0].snippet == "src/hay.py"


def test_what_may_well_be_no_answer_is_marked(engine: Engine) -> None:
    note(engine, "The cache of the proxy expires after one hour, which the team agreed on in May")
    assert engine.settle(PATIENCE)
    sure, unsure = engine.search("when does the cache expire"), engine.search("zebra lion tiger giraffe hour monkey")
    assert sure.confidence > unsure.confidence
    assert not sure.weak
    assert engine.context("when does the cache expire").confidence == sure.confidence
    assert unsure.weak or not unsure.hits


def test_focus_lifts_what_concerns_the_file(engine: Engine) -> None:
    here = note(engine, "retry with backoff", files=("net/http.py",))
    note(engine, "retry with backoff", files=("db/pool.py",))
    assert engine.settle(PATIENCE)
    hits = engine.search("retry backoff", focus=Focus(file="net/http.py")).hits
    assert hits[0].id == here
    assert hits[0].parts.focus > 0


def test_a_context_block_keeps_to_its_budget_and_names_its_sources(engine: Engine) -> None:
    for n in range(30):
        note(engine, f"retry number {n}: " + "details of the retry policy and its backoff. " * 20)
    assert engine.settle(PATIENCE)
    for budget in (30, 100, 300, 1000, 4000):
        block = engine.context("retry policy", budget=budget)
        assert block.tokens <= budget
        assert all(source.id in block.markdown for source in block.sources)
        assert block.sources or block.note
    assert block.left_out > 0


def test_a_memory_is_shown_whole(engine: Engine) -> None:
    id = note(engine, "First line\n\nand more", labels=("a",))
    detail = engine.get(id)
    assert detail.memory.id == id
    assert detail.markdown.startswith("# First line")
    assert "and more" in detail.markdown
    with pytest.raises(NotFound):
        engine.get("nothing")


def test_fields_are_updated_and_guarded(engine: Engine) -> None:
    id = note(engine, "before")
    engine.update(id, {"content": "after", "importance": 8, "pinned": True})
    assert engine.get(id).memory.model_dump()["content"] == "after"
    assert found(engine, "after") == [id]
    assert found(engine, "before") == []
    for changes, message in (({"id": "x"}, "id"), ({"importance": 99}, "importance"), ({"nonsense": 1}, "nonsense")):
        with pytest.raises(InvalidRequest, match=message):
            engine.update(id, changes)
    with pytest.raises(NotFound):
        engine.update("nothing", {"pinned": True})


def test_deleting_can_be_undone(engine: Engine) -> None:
    ids = [note(engine, f"transient thing {n}") for n in range(3)]
    engine.forget(tuple(ids[:2]))
    assert found(engine, "transient") == [ids[2]]
    assert engine.status().total == 1
    engine.restore(tuple(ids[:2]))
    assert sorted(found(engine, "transient")) == sorted(ids)
    with pytest.raises(NotFound):
        engine.forget((ids[0], "nothing"))
    assert len(found(engine, "transient")) == 3


def in_bin(engine: Engine, days: float) -> str:
    """A memory that has been in the bin for so many days, if the date is right."""
    gone = note(engine, "gone")
    engine.forget((gone,))
    old = base.now() - timedelta(days=days)
    engine.writer.update(gone, lambda each: each.model_copy(update={"deleted_at": old}))
    return gone


def let_pass(engine: Engine, days: float) -> None:
    """Have so many days passed since the last look, by the clock that only runs forward."""
    file = engine.place.home / "bin.json"
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({**kept, "running": kept["running"] - days * 86_400}))


def test_the_bin_is_emptied_after_its_days(open_engine: Open) -> None:
    engine = open_engine()
    kept, gone = note(engine, "kept"), in_bin(engine, BIN_DAYS + 1)
    engine.forget((kept,))
    look = partial(empty_bin, engine.project)
    look()
    assert len(engine.store.get([kept, gone])) == 2, "the first look is not enough, whatever the date"
    let_pass(engine, BIN_DAYS - 1)
    look()
    assert len(engine.store.get([kept, gone])) == 2
    let_pass(engine, 1)
    later = open_engine(capture=True)
    assert [each.id for each in later.store.get([kept, gone])] == [kept]


def test_a_date_that_is_wrong_never_empties_the_bin(open_engine: Open) -> None:
    engine = open_engine()
    gone = in_bin(engine, BIN_DAYS + 10)  # as if the date were 40 days ahead, look after look
    for _ in range(3):
        empty_bin(engine.project)
    (engine.place.home / "bin.json").write_text("[1")
    empty_bin(engine.project)
    assert [each.id for each in engine.store.get([gone])] == [gone]


def test_secrets_never_reach_the_disk(engine: Engine, home: Path) -> None:
    id = note(engine, f"the key is {SECRET}", title=f"about {SECRET}", labels=(SECRET,))
    assert engine.settle(PATIENCE)
    assert SECRET not in engine.get(id).markdown
    for path in home.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path.name


def test_rebuilding_gives_the_same_answers(engine: Engine) -> None:
    for n in range(50):
        note(engine, f"topic {n % 7} number {n}")
    assert engine.settle(PATIENCE)
    before = engine.search("topic 3", limit=50).hits
    steps: list[str] = []
    engine.rebuild(progress=lambda message, share: steps.append(message))
    after = engine.search("topic 3", limit=50).hits
    assert [hit.id for hit in after] == [hit.id for hit in before]
    assert steps


def test_a_stopped_rebuild_is_finished_later(open_engine: Open) -> None:
    engine = open_engine()
    id = note(engine, "survives a stopped rebuild")
    assert engine.settle(PATIENCE)

    def stop(message: str, share: float) -> None:
        if message.startswith("Indexing"):
            raise Cancelled("stop")

    with pytest.raises(Cancelled):
        engine.rebuild(progress=stop)
    assert found(open_engine(), "survives") == [id]


def test_the_tree_leads_to_every_memory(engine: Engine) -> None:
    assert engine.children().nodes == ()
    kept = [note(engine, "a note"), note(engine, "pinned", pinned=True)]
    (decision,) = engine.remember({"kind": "decision", "decision": "Use LanceDB"}).ids
    seen: dict[str, str] = {}

    def walk(parent: str) -> None:
        for node in engine.children(parent).nodes:
            assert node.id not in seen, "ids are unique in the tree"
            seen[node.id] = node.memory
            if node.expandable != "no":
                walk(node.id)

    walk("")
    assert {id for id in seen.values() if id} == {*kept, decision}
    with pytest.raises(InvalidRequest):
        engine.children("no such row")


def test_a_long_list_is_paged_without_a_gap(engine: Engine) -> None:
    engine.writer.write([Note(content=f"n{n}") for n in range(250)])
    seen: list[str] = []

    def walk(parent: str) -> None:
        nodes = [node for node in engine.children(parent).nodes if node.id != "now"]
        assert len(nodes) <= 101
        for node in nodes:
            if node.memory:
                seen.append(node.memory)
            elif node.expandable != "no":
                walk(node.id)

    walk("")
    assert len(seen) == len(set(seen)) == 250
    assert seen == sorted(seen, reverse=True)


def test_status_counts_and_explains(engine: Engine) -> None:
    note(engine, "x")
    status = engine.status()
    assert status.total == 1
    assert status.capture == "off"
    assert status.embedding.state == "off"
    assert any("switched off" in message for message in status.messages)


def test_two_engines_on_one_project_see_each_other(open_engine: Open) -> None:
    first, second = open_engine(), open_engine()
    id = note(first, "written by the first")
    assert first.settle(PATIENCE)
    assert found(second, "written") == [id]
    second.update(id, {"pinned": True})
    assert first.get(id).memory.pinned


def test_an_edit_a_commit_and_a_search(open_engine: Open, repository: Path, git: Git) -> None:
    engine = open_engine(capture=True)
    assert engine.settle(PATIENCE)
    path = repository / "app.py"
    path.write_text("def add(a, b):\n    return a + b\n\n\ndef multiply(a, b):\n    return a * b\n", encoding="utf-8")
    engine.saved(path)
    assert engine.settle(PATIENCE)
    (open_change,) = engine.search("multiply").hits
    git("commit", "-qam", "Teach the calculator multiplication", cwd=repository)
    until(
        lambda: (
            [hit.title for hit in engine.search("calculator multiplication").hits[:1]]
            == ["Teach the calculator multiplication"]
        ),
        "the commit's message",
    )
    assert [hit.id for hit in engine.search("multiply").hits] == [open_change.id]
    sealed = engine.get(open_change.id).memory.model_dump()
    assert sealed["commit"] == git("rev-parse", "HEAD", cwd=repository)
    assert not sealed["open"]


def test_an_untrusted_workspace_is_not_looked_into(repository: Path) -> None:
    with Engine(repository, PLAIN, capture=True, trusted=False) as engine:
        assert engine.recorder is None
        assert engine.status().capture == "off"


def test_closing_stores_what_was_noticed(open_engine: Open, repository: Path) -> None:
    engine = Engine(repository, PLAIN, capture=True)
    engine.settle(PATIENCE)
    (repository / "late.py").write_text("LATE = 1\n", encoding="utf-8")
    engine.saved(repository / "late.py")
    engine.close()
    assert [hit.title for hit in open_engine().search("").hits] == ["Created late.py"]


def test_a_decision_is_a_kind_like_any_other(engine: Engine) -> None:
    engine.writer.write([Decision(decision="Use LanceDB", rationale="one file", project=engine.place.id)])
    assert engine.settle(PATIENCE)
    assert engine.search("lancedb", kinds=("decision",)).hits[0].title == "Use LanceDB"


def test_the_tree_is_narrowed_to_a_file(engine: Engine) -> None:
    (kept,) = engine.remember({"kind": "note", "content": "Totals are rounded once", "files": ["src/cart.py"]}).ids
    note(engine, "of no file")
    answer = engine.children(file="src/cart.py")
    assert [node.label for node in answer.nodes] == ["Now", "Notes"]
    assert answer.message == "Showing only cart.py"
    assert [node.memory for node in engine.children("kind/note", file="src/cart.py").nodes] == [kept]
    assert engine.settle(PATIENCE)
    found = engine.children("found/rounded", file="src/cart.py")
    assert [node.memory for node in found.nodes] == [kept]
    assert [node.command for node in engine.children("found/rounded", file="src/other.py").nodes] == [
        "whence.clearFilter"
    ]
    (hint,) = engine.children(file="../elsewhere.py").nodes
    assert hint.label == "Ask why elsewhere.py is so"
    assert engine.children().message == ""
