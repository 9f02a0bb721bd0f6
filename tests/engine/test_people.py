from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.opened import Engine
from tests.patience import PATIENCE
from whence.engine import filters
from whence.engine.filters import Said
from whence.faces.library.api import Whence
from whence.faces.mcp import tools
from whence.values.memory import KINDS
from whence.values.protocol import SearchResult
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})

FIRST, SECOND, THIRD = "Tést Author", "Test Reviewer", "Other Person"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """A project in which three people wrote about timeouts; one names another."""
    (tmp_path / "plain").mkdir()
    with Engine(tmp_path / "plain", PLAIN, capture=False) as opened:
        for author, title, kind in (
            (FIRST, "Timeouts are thirty seconds", "note"),
            (FIRST, "Retry twice", "note"),
            (SECOND, "Timeouts are sixty seconds", "note"),
            (THIRD, "Timeouts were set by Test Author", "note"),
        ):
            opened.remember({"kind": kind, "content": title, "author": author, "labels": ["net"]})
        opened.remember({"kind": "decision", "decision": "Timeouts can be set", "author": THIRD, "files": ["net/a.py"]})
        assert opened.indexer.settle(PATIENCE)
        yield opened


def titles(found: SearchResult) -> set[str]:
    return {hit.title for hit in found.hits}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("Tést Author", {"Timeouts are thirty seconds"}, id="the whole name"),
        pytest.param("test author", {"Timeouts are thirty seconds"}, id="without accents, in small letters"),
        pytest.param("AUTH", {"Timeouts are thirty seconds"}, id="a part, in capitals"),
        pytest.param("test", {"Timeouts are thirty seconds", "Timeouts are sixty seconds"}, id="a part that two share"),
        pytest.param("nobody", set(), id="nobody's name"),
        pytest.param("%", set(), id="a sign that means something in a pattern"),
        pytest.param("O'Brien", set(), id="a quote"),
    ],
)
def test_only_what_people_of_a_name_made_is_found(engine: Engine, name: str, expected: set[str]) -> None:
    assert titles(engine.search("timeouts", authors=(name,))) == expected
    assert titles(engine.search(f'timeouts author:"{name}"')) == expected


def test_without_words_a_name_lists_what_the_person_made(engine: Engine) -> None:
    assert [hit.title for hit in engine.search("author:auth").hits] == ["Retry twice", "Timeouts are thirty seconds"]


def test_a_persons_name_finds_first_what_the_person_made(engine: Engine) -> None:
    found = [hit.title for hit in engine.search("Test Author").hits[:3]]
    assert found == ["Retry twice", "Timeouts are thirty seconds", "Timeouts were set by Test Author"]


def test_filters_stand_in_the_query(engine: Engine) -> None:
    assert titles(engine.search("timeouts kind:decision")) == {"Timeouts can be set"}
    assert titles(engine.search("timeouts file:net")) == {"Timeouts can be set"}
    assert titles(engine.search("author:reviewer label:net timeouts")) == {"Timeouts are sixty seconds"}
    assert titles(engine.search("timeouts author:other kind:note")) == {"Timeouts were set by Test Author"}


def test_rows_of_the_tree_are_filtered_by_people(engine: Engine) -> None:
    rows = engine.children("found/author%3Areviewer").nodes
    assert [row.label for row in rows] == ["Timeouts are sixty seconds"]


def test_a_context_block_is_made_of_what_people_of_a_name_made(engine: Engine) -> None:
    for block in (
        engine.context("timeouts", authors=("reviewer",)),
        engine.context("timeouts author:reviewer"),
        tools.context(engine.project, "timeouts", authors=("reviewer",)),
    ):
        assert [source.title for source in block.sources] == ["Timeouts are sixty seconds"]
    assert not engine.context("timeouts author:nobody").sources


def test_assistants_and_scripts_filter_by_people(engine: Engine) -> None:
    assert [hit.title for hit in tools.search(engine.project, "timeouts", authors=("author",)).hits] == [
        "Timeouts are thirty seconds"
    ]
    folder = engine.place.root
    engine.close()
    with Whence(folder, {"embedding": {"model": "none"}}) as project:
        assert [hit.title for hit in project.search("timeouts", authors=["reviewer"])] == ["Timeouts are sixty seconds"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("plain words", Said("plain words"), id="no filter"),
        pytest.param("author:tom  and  more", Said("and more", authors=("tom",)), id="a word"),
        pytest.param('author:"Test Author" x', Said("x", authors=("Test Author",)), id="a quoted name"),
        pytest.param("author:a author:b", Said("", authors=("a", "b")), id="two"),
        pytest.param("kind:bug y", Said("y", kinds=("bug",)), id="a kind"),
        pytest.param("kind:Pod y", Said("kind:Pod y"), id="no kind of ours"),
        pytest.param("kind:bug state:open", Said("", kinds=("bug",), states=("open",)), id="a state"),
        pytest.param("state:idle", Said("state:idle"), id="no state of ours"),
        pytest.param("since:soon until:2026-02-30", Said("since:soon until:2026-02-30"), id="no days"),
        pytest.param(
            "since:2026-03-01 since:2026-03-02 until:2026-03-09 x",
            Said(
                "x",
                since=datetime(2026, 3, 2).astimezone(),
                until=datetime(2026, 3, 9).astimezone(),
            ),
            id="days",
        ),
        pytest.param("file:///tmp/x", Said("file:///tmp/x"), id="a URI"),
        pytest.param("the author: unknown", Said("the author: unknown"), id="a word with a colon"),
        pytest.param("coauthor:tom", Said("coauthor:tom"), id="the end of a longer word"),
        pytest.param('Error\n  File: "a.py"\nauthor:x', Said('Error\n  File: "a.py"\nauthor:x'), id="several lines"),
    ],
)
def test_a_query_is_read_for_filters(query: str, expected: Said) -> None:
    assert filters.read(query, KINDS) == expected
