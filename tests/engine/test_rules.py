"""Rules of a project's own: kept with their reasons, checked when asked, in a review, and on every save."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from whence.analysis.rules import Rule, broken
from whence.values.errors import InvalidRequest
from whence.values.settings import parse


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, parse({"embedding": {"model": "none"}})) as opened:
        yield opened


@pytest.mark.parametrize(
    ("pattern", "line", "breaks"),
    [
        ("print(", "    print(total)", True),
        ("print(", "    pprint (total)", False),
        ("datetime.now()", "at = datetime.now()", True),
        ("datetime.now()", "at = datetime.nowhere", False),
        ("open(*'w'", "with open(path, 'w') as file:", True),
        ("open(*'w'", "with open(path) as file:", False),
        ("a.b", "axb", False),
        ("[", "x[0]", True),
        ("*" * 5 + "x", "y" * 100_000, False),
    ],
)
def test_a_line_breaks_a_rule(pattern: str, line: str, breaks: bool) -> None:
    assert bool(list(broken([Rule("r", pattern, "why")], "app.py", [(1, line)]))) is breaks


@pytest.mark.parametrize(
    ("files", "path", "concerned"),
    [
        ((), "src/app.py", True),
        (("src/app.py",), "src/app.py", True),
        (("src",), "src/app.py", True),
        (("src/",), "src/app.py", True),
        (("src/*.py",), "src/app.py", True),
        (("*.ts", "lib"), "src/app.py", False),
        (("sr",), "src/app.py", False),
    ],
)
def test_a_rule_holds_for_its_files(files: tuple[str, ...], path: str, concerned: bool) -> None:
    assert bool(list(broken([Rule("r", "x", "why", files)], path, [(1, "x")]))) is concerned


def test_a_rule_is_a_decision_that_is_checked_while_it_is_in_force(engine: Engine, repository: Path) -> None:
    (id,) = engine.record_rule("return a", "Name what is returned", files=("*.py",)).ids
    decision = engine.get(id).memory
    assert (decision.kind, decision.rationale, decision.labels) == ("decision", "Name what is returned", ("rule",))
    found = engine.check_rules(("app.py",))
    assert [(each.path, each.line, each.reason) for each in found.broken] == [("app.py", 2, "Name what is returned")]
    assert "- `app.py:2` holds `return a`: Name what is returned" in found.markdown
    assert engine.check_rules().broken == ()
    (repository / "more.py").write_text("def more(a):\n    return a\n", encoding="utf-8")
    assert [each.path for each in engine.check_rules().broken] == ["more.py"]
    engine.update(id, {"archived": True})
    assert engine.check_rules(("app.py",)).note.startswith("There is no rule yet.")


def test_a_reason_may_stand_behind_the_pattern(engine: Engine) -> None:
    (id,) = engine.record_rule("eval( => It runs what others wrote").ids
    assert engine.get(id).memory.metadata["rule_pattern"] == "eval("
    assert engine.get(id).memory.rationale == "It runs what others wrote"


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [("print(", ""), ("print( => ", ""), ("***", "why"), ("*a" * 11, "why"), ("two\nlines", "why")],
)
def test_a_rule_that_says_nothing_is_refused(engine: Engine, pattern: str, reason: str) -> None:
    with pytest.raises(InvalidRequest):
        engine.record_rule(pattern, reason)
    assert engine.status().total == 0


@pytest.mark.parametrize("committed", [True, False], ids=["of a branch", "of the work tree"])
def test_a_review_tells_the_lines_that_break_a_rule(
    engine: Engine, repository: Path, git: Git, committed: bool
) -> None:
    engine.record_rule("print(", "The log has a place of its own")
    (repository / "app.py").write_text("print('there before')\n", encoding="utf-8")
    git("commit", "-qam", "Print", cwd=repository)
    git("switch", "-qc", "topic", cwd=repository)
    (repository / "app.py").write_text("print('there before')\nx = 1\nprint(x)\n", encoding="utf-8")
    if committed:
        git("commit", "-qam", "Print more", cwd=repository)
        git("switch", "-q", "main", cwd=repository)
    told = engine.review(base="main", head="topic" if committed else "").markdown
    assert "## Rules that it breaks\n\n- `app.py:3` holds `print(`: The log has a place of its own" in told
    assert "app.py:1" not in told
