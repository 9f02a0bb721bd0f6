from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from whence.analysis.cochange import Habits, habits
from whence.analysis.graph import Graph
from whence.background import neighbours
from whence.background.neighbours import Neighbours
from whence.values.settings import parse

pytestmark = pytest.mark.quick

NOTHING: neighbours.Beside = (frozenset(), {})


class Beside:
    """The thread beside, whose work is done when a test says so."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], None], Future[None]]] = []
        self.closing = False

    def submit(self, work: Callable[[], None]) -> "Future[None] | None":
        if self.closing:
            return None
        self.waiting.append((work, Future()))
        return self.waiting[-1][1]

    def work(self) -> None:
        while self.waiting:
            do, future = self.waiting.pop(0)
            do()
            future.set_result(None)


@pytest.fixture
def engine(repository: Path, git: Git) -> Iterator[Engine]:
    """A repository in which `shop.py` imports `app.py`, and `shop.py` and `guide.md` change together."""
    for n in range(3):
        (repository / "shop.py").write_text(f"from app import add\n\n\ndef total():\n    return add({n}, 1)\n", "utf-8")
        (repository / "guide.md").write_text(f"# Totals, {n}\n", encoding="utf-8")
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Sum up, part {n}", cwd=repository)
    engine = Engine(repository, parse({"embedding": {"model": "none"}}))
    yield engine
    engine.close()


@pytest.fixture
def beside() -> Beside:
    return Beside()


@pytest.fixture
def near(engine: Engine, beside: Beside) -> Neighbours:
    return Neighbours(engine.project.code_index, engine.project.graphs, beside.submit)


def test_the_first_to_ask_waits_for_nothing_and_learns_nothing(near: Neighbours, beside: Beside) -> None:
    assert not near.known
    assert near.of("shop.py") == near.of("app.py") == NOTHING
    assert len(beside.waiting) == 1, "one look for all who ask"


def test_after_a_look_imports_and_habits_are_known(engine: Engine, near: Neighbours, beside: Beside) -> None:
    engine.index_workspace()
    near.of("shop.py")
    beside.work()
    assert near.known
    imports, together = near.of("shop.py")
    assert imports == {"app.py"}
    assert together == {"guide.md": pytest.approx(1.0)}
    assert near.of("app.py")[0] == {"shop.py"}, "who imports it is near as well"
    assert near.of("never/was.py") == NOTHING
    assert beside.waiting == [], "what is known holds for a while"


def test_without_an_index_the_habits_are_known(near: Neighbours, beside: Beside) -> None:
    near.of("shop.py")
    beside.work()
    assert near.of("shop.py") == (frozenset(), {"guide.md": pytest.approx(1.0)})


def test_what_is_old_is_told_while_somebody_looks_anew(
    near: Neighbours, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    near.take(Graph({"a.py": {"b.py": 1}, "b.py": {}}), Habits())
    monkeypatch.setattr(neighbours, "_AGE", -1.0)
    assert near.of("a.py")[0] == {"b.py"}
    assert near.of("a.py")[0] == {"b.py"}
    assert len(beside.waiting) == 1
    beside.work()
    assert near.of("a.py") == NOTHING, "no such file is in the project"


def test_when_the_thread_is_closing_what_is_known_stays(near: Neighbours, beside: Beside) -> None:
    beside.closing = True
    assert near.of("shop.py") == NOTHING
    near.take(Graph({"a.py": {"b.py": 1}}), habits([("a.py", "c.md")] * 3))
    assert near.of("a.py") == ({"b.py"}, {"c.md": pytest.approx(1.0)})


def test_more_files_than_are_kept_at_hand_are_still_told(near: Neighbours, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_MOST_FILES", 2)
    near.take(Graph({f"{n}.py": {f"{n + 1}.py": 1} for n in range(6)}), Habits())
    for _ in range(2):
        assert [near.of(f"{n}.py")[0] >= {f"{n + 1}.py"} for n in range(6)] == [True] * 6
