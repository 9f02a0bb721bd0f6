"""Work that is thrown away before any commit: marked so, kept, and begun anew by the next edit."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.capturing import Captured
from tests.conftest import Git
from tests.patience import until
from whence.pages import outline, reports
from whence.values.base import now
from whence.values.memory import Change
from whence.values.protocol import Filter

Act = Callable[["Thrown"], None]

APP = "def add(a, b):\n    return a + b\n"


class Thrown:
    """A captured repository in which work is begun and thrown away."""

    def __init__(self, captured: Captured, git: Git) -> None:
        self.captured, self._git = captured, git
        self.root = captured.root

    def git(self, *words: str) -> None:
        self._git(*words, cwd=self.root)
        self.captured.settle()

    def states(self) -> list[tuple[str, bool, int]]:
        return [(each.state(), each.open, each.edits[0].added) for each in self.captured.changes()]

    def become(self, *states: tuple[str, bool, int]) -> None:
        until(lambda: self.states() == list(states), f"{states}")


@pytest.fixture(params=[10.0, 0.0], ids=["in one burst", "after the burst"])
def thrown(repository: Path, tmp_path: Path, git: Git, request: pytest.FixtureRequest) -> Iterator[Thrown]:
    captured = Captured(repository, tmp_path / "home", burst_minutes=request.param)
    yield Thrown(captured, git)
    captured.stop()


def undo(thrown: Thrown) -> None:
    thrown.captured.save("app.py", APP)


def rewrite(thrown: Thrown) -> None:
    thrown.captured.write("app.py", APP)


def checkout(thrown: Thrown) -> None:
    thrown.git("checkout", "-q", "--", "app.py")


def restore(thrown: Thrown) -> None:
    thrown.git("restore", "app.py")


def restore_staged(thrown: Thrown) -> None:
    thrown.git("add", "app.py")
    thrown.git("restore", "--staged", "--worktree", "app.py")


def reset(thrown: Thrown) -> None:
    thrown.git("reset", "-q", "--hard")


def stash_and_drop(thrown: Thrown) -> None:
    thrown.git("stash", "-q")
    thrown.git("stash", "drop", "-q")


def stash_and_clear(thrown: Thrown) -> None:
    thrown.git("stash", "-q")
    thrown.git("stash", "clear")


def while_away(thrown: Thrown) -> None:
    thrown.captured.stop()
    thrown.git("checkout", "-q", "--", "app.py")
    thrown.captured.start()


def undo_while_away(thrown: Thrown) -> None:
    thrown.captured.stop()
    thrown.captured.write("app.py", APP)
    thrown.captured.start()


WAYS: list[Act] = [undo, rewrite, checkout, restore, restore_staged, reset]
WAYS += [stash_and_drop, stash_and_clear, while_away, undo_while_away]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_work_thrown_away_is_discarded_and_the_next_edit_begins_anew(thrown: Thrown, way: Act) -> None:
    captured = thrown.captured
    captured.save("app.py", APP + "# one\n# two\n")
    way(thrown)
    thrown.become(("discarded", False, 2))
    change = captured.one()
    assert "+# two" in change.edits[0].diff
    assert captured.store.opened() == []
    captured.save("app.py", APP + "# three\n")
    thrown.become(("discarded", False, 2), ("", True, 1))
    assert "# one" not in captured.changes()[1].edits[0].diff
    thrown.git("commit", "-qam", "Three")
    assert [each.title for each in captured.changes()] == ["Edited app.py", "Three"]


def test_all_bursts_of_a_file_are_discarded_together(repository: Path, tmp_path: Path) -> None:
    captured = Captured(repository, tmp_path / "home", burst_minutes=0.0)
    captured.save("app.py", APP + "# one\n")
    captured.save("app.py", APP + "# one\n# two\n")
    captured.save("app.py", APP)
    assert [(each.state(), each.open) for each in captured.changes()] == [("discarded", False)] * 2
    captured.stop()


def test_what_the_stash_holds_is_not_discarded_and_goes_on_when_popped(thrown: Thrown) -> None:
    thrown.captured.save("app.py", APP + "# one\n")
    first = thrown.captured.one().id
    thrown.git("stash", "-q")
    thrown.captured.stop()
    thrown.captured.start()
    assert thrown.states() == [("", True, 1)]
    thrown.git("stash", "pop", "-q")
    thrown.git("commit", "-qam", "Popped")
    assert (thrown.captured.one().id, thrown.captured.one().title) == (first, "Popped")


def test_a_deletion_that_is_taken_back_is_discarded(thrown: Thrown) -> None:
    (thrown.root / "app.py").unlink()
    thrown.captured.come(1)
    thrown.git("checkout", "-q", "--", "app.py")
    until(lambda: thrown.captured.one().state() == "discarded", "the file's return")
    assert thrown.captured.one().edits[0].action == "delete"


def test_what_is_left_open_and_today_do_not_show_it_and_search_finds_it(thrown: Thrown) -> None:
    captured = thrown.captured
    captured.save("app.py", APP + "# one\n")
    captured.save("kept.py", "x = 1\n")
    captured.save("app.py", APP)
    thrown.become(("", True, 1), ("discarded", False, 1))
    kept, gone = captured.changes()
    recent = captured.store.newest(Filter(), limit=10)
    report = reports.standup(recent, [], captured.store.opened(), since=kept.created_at, author="")
    assert "kept.py" in report.markdown
    assert "app.py" not in report.markdown
    for parent in ("now", "kind/change", "kind/change/today"):
        shown = [node.memory for node in outline.children(parent, captured.store)]
        assert shown == [kept.id], parent
    chosen = captured.store.newest(Filter(kinds=("change",), states=("discarded",)), limit=10)
    assert [each.id for each in chosen] == [gone.id]
    assert "Discarded" in gone.markdown()


def test_a_day_on_which_all_was_thrown_away_is_not_shown(thrown: Thrown) -> None:
    thrown.captured.save("app.py", APP + "# one\n")
    thrown.captured.save("app.py", APP)
    thrown.become(("discarded", False, 1))
    assert outline.children("", thrown.captured.store) == []


def test_a_discarded_change_says_so_and_stays_one_when_written_and_read() -> None:
    change = Change(discarded=True, created_at=now())
    assert Change.model_validate_json(change.model_dump_json()).state() == "discarded"
