from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from whence.values.base import now
from whence.values.memory import Bug, Change, Decision, FileEdit
from whence.values.protocol import Selection
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
CART = """class Cart:
    def total(self):
        return sum(self.items)

    def count(self):
        return len(self.items)


def tax(total):
    return total * 7 // 100
"""


@pytest.fixture
def engine(repository: Path, git: Git) -> Iterator[Engine]:
    (repository / "cart.py").write_text(CART, encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Add a cart", cwd=repository)
    with Engine(repository, PLAIN) as opened:
        yield opened


def titles(engine: Engine) -> dict[str, str]:
    return {mark.name: mark.title for mark in engine.marks("cart.py").marks}


def changed(engine: Engine, days: int, *symbols: str) -> None:
    edit = FileEdit(path="cart.py", added=1, symbols=symbols)
    engine.project.writer.write(
        [Change(title="x", files=("cart.py",), edits=(edit,), created_at=now() - timedelta(days=days))]
    )


def test_nothing_is_shown_where_nothing_is_remembered(engine: Engine) -> None:
    assert (engine.marks("cart.py").marks, engine.marks("cart.py").lines) == ((), ())


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "yesterday"),
        (5, "5 days ago"),
        (15, "2 weeks ago"),
        (40, "a month ago"),
        (100, "3 months ago"),
        (400, "a year ago"),
        (800, "2 years ago"),
    ],
)
def test_changes_are_counted_by_function_with_the_time_of_the_last(engine: Engine, days: int, said: str) -> None:
    changed(engine, days, "Cart.total")
    changed(engine, days + 1000, "Cart.total", "tax")
    assert titles(engine)["Cart.total"] == f"2 changes, last {said}"
    assert "Cart" not in titles(engine) and "Cart.count" not in titles(engine)
    assert not any(mark.serious for mark in engine.marks("cart.py").marks)


def test_bugs_and_decisions_stand_at_the_innermost_function_also_after_it_moved(
    engine: Engine, repository: Path
) -> None:
    engine.record_error("TypeError: no items", file="cart.py", line=6)
    decided = {"kind": "decision", "decision": "Taxes round down"}
    engine.remember({**decided, "selection": [Selection(file="cart.py", start=10, end=10)]})
    (repository / "cart.py").write_text(f"import math\n\n\n{CART}", encoding="utf-8")
    found = engine.marks("cart.py")
    assert {mark.name: (mark.title, mark.line, mark.serious) for mark in found.marks} == {
        "Cart.count": ("1 bug, 1 open, last today", 8, True),
        "tax": ("1 decision, last today", 12, True),
    }
    assert {(mark.title, mark.line) for mark in found.lines} == {
        ("Open bug: TypeError: no items", 9),
        ("Decision: Taxes round down", 13),
    }


def test_what_is_solved_or_rejected_does_not_mark_lines(engine: Engine) -> None:
    solved = Bug(message="no items", file="cart.py", files=("cart.py",), line=6, resolved=True)
    rejected = Decision(decision="Taxes round up", status="rejected", files=("cart.py",))
    engine.project.writer.write([solved, rejected])
    found = engine.marks("cart.py")
    assert [mark.title for mark in found.marks] == ["1 bug, last today"]
    assert found.lines == ()


def test_an_untrusted_workspace_is_not_read(engine: Engine, repository: Path) -> None:
    changed(engine, 0, "tax")
    engine.close()
    with Engine(repository, PLAIN, trusted=False) as opened:
        assert opened.marks("cart.py").marks == ()
