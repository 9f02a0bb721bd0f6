"""The dashboard counts a year of memory, and each figure's search finds just what it counts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.opened import Engine
from whence.git.people import is_assisted
from whence.values.base import now
from whence.values.memory import Bug, Change, Decision, FileEdit, Note
from whence.values.settings import parse


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    (repository / "shop.py").write_text("total = 1\n", encoding="utf-8")
    engine = Engine(repository, parse({"embedding": {"model": "none"}}))
    yield engine
    engine.close()


def change(days: float, author: str, reason: str, path: str = "shop.py") -> Change:
    edits = (FileEdit(path=path, added=3, removed=1),)
    return Change(created_at=now() - timedelta(days=days), author=author, reason=reason, edits=edits, commit="c" * 40)


def test_an_empty_memory_says_what_to_do(engine: Engine) -> None:
    found = engine.dashboard()
    assert not any(week.kinds for week in found.weeks)
    assert "Import the repository’s history" in found.note
    assert found.files == found.decisions == found.bugs == ()


def test_a_quiet_year_is_no_empty_memory(engine: Engine) -> None:
    engine.writer.write([Note(content="Long gone", created_at=datetime(2020, 3, 4, 12, tzinfo=UTC))])
    note = engine.dashboard().note
    assert note == "Nothing happened in the last year: the newest memory is of 4 Mar 2020."


def test_each_figure_counts_what_its_search_finds(engine: Engine) -> None:
    engine.writer.write([
        Decision(title="Prices are whole cents", decision="Prices are whole cents"),
        Decision(title="Prices were floats", decision="Prices are floats", status="superseded"),
        Note(content="The till opens at nine", created_at=now() - timedelta(days=40)),
        Note(content="Long gone", created_at=now() - timedelta(days=500)),
        Bug(message="TypeError: total is None"),
    ])  # fmt: skip
    found = engine.dashboard()
    figures = [*found.decisions, *found.bugs, *(figure for week in found.weeks for figure in week.kinds)]
    assert len(figures) == 6
    for figure in figures:
        assert len(engine.search(figure.query, archived=True).hits) == figure.count
    assert [(figure.name, figure.count) for figure in found.decisions] == [("accepted", 1), ("superseded", 1)]


def test_weeks_and_months_touch_and_end_today(engine: Engine) -> None:
    found = engine.dashboard()
    for stretches in (found.weeks, found.months):
        assert all(one.until == other.begin for one, other in pairwise(stretches))
        assert stretches[-1].begin <= now() < stretches[-1].until
    assert (len(found.weeks), len(found.months)) == (53, 13)


def test_makers_are_told_apart(engine: Engine) -> None:
    trailer = "Sum up in cents\n\nCo-Authored-By: Claude Opus <noreply@anthropic.com>"
    engine.writer.write([
        change(1, "Test Author", "Sum up\n\nThe cart was wrong."),
        change(2, "Test Author", trailer),
        change(3, "dependabot[bot]", "Bump cents from 1 to 2"),
    ])  # fmt: skip
    months = engine.dashboard().months
    assert sum(month.people for month in months) == 1
    assert sum(month.assistants for month in months) == 1
    assert sum(month.programs for month in months) == 1


@pytest.mark.parametrize(
    ("author", "message", "expected"),
    [
        pytest.param("Test Author", "Add x\n\nCo-authored-by: Copilot <copilot@example.com>", True, id="a trailer"),
        pytest.param("Test Author", "Add x\n\n🤖 Generated with [Claude Code](https://example.com)", True, id="a line"),
        pytest.param("Claude", "Add x", True, id="the author"),
        pytest.param("Test Author (aider)", "Add x", True, id="the author's ending"),
        pytest.param("Test Author", "Let Copilot keys be set\n\nUsers of Claude asked for it.", False, id="about one"),
        pytest.param("Claudette", "Add x\n\nCo-authored-by: Second Author <a@example.com>", False, id="people"),
    ],
)
def test_a_commit_says_whether_an_assistant_helped(author: str, message: str, expected: bool) -> None:
    assert is_assisted(author, message) is expected


def test_files_are_told_by_their_changes_and_fixes(engine: Engine) -> None:
    engine.writer.write([
        change(3, "Test Author", "Add the shop"),
        change(2, "Test Author", "Fix the total of an empty cart"),
        change(1, "Test Author", "Add a till that is gone by now", "till.py"),
    ])  # fmt: skip
    found = engine.dashboard()
    assert [(file.path, file.changes, file.fixes) for file in found.files] == [("shop.py", 2, 1)]
    assert "`shop.py`: 2 changes, 1 to mend something" in found.markdown


def test_the_time_to_solve_is_of_bugs_that_were_met_before_they_were_solved(engine: Engine) -> None:
    before = now() - timedelta(days=10)
    solved = {"resolved": True, "resolved_at": now() - timedelta(days=6)}
    engine.writer.write([
        Bug(message="KeyError: price", created_at=before, **solved),
        Bug(message="Fix rounding", created_at=before, commit="d" * 40, resolved=True),
        Bug(message="ValueError: empty", created_at=before),
    ])  # fmt: skip
    found = engine.dashboard()
    assert found.days_to_solve == 4.0
    assert sum(month.met for month in found.months) == 3
    assert sum(month.solved for month in found.months) == 2
