"""`kill -9` at the worst moments: nothing that was acknowledged is lost, nothing is there twice."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import forked
from tests.capturing import Captured
from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.values.settings import parse

APP = "def add(a, b):\n    return a + b\n"

DOOMED = """
import os, signal, sys
from pathlib import Path
from tests.capturing import Captured
from whence.background import writer

def dies(method):
    def call(self, *args, **named):
        if sys.argv[1] == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        method(self, *args, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    return call

writer.Writer.write = dies(writer.Writer.write)
writer.Writer.update = dies(writer.Writer.update)
Captured(Path(sys.argv[2]), Path(sys.argv[3]))
sys.exit("it should be dead by now")
"""

BURSTS = """
import sys
from pathlib import Path
from tests.capturing import Captured

root, home, number = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
captured = Captured(root, home)
while True:
    for name in ("a.py", "b.py", "c.py"):
        number += 1
        (home / "draft").write_text(f"x = {number}\\n")
        (home / "draft").replace(root / name)  # at once: a file that the kill cut short would not be what was saved
        captured.recorder.saved(root / name)
        captured.settle()
        print(name, number, flush=True)
"""


def doomed(moment: str, captured: Captured) -> None:
    """A process that catches up with what happened, and dies right before or after its first write."""
    died = forked.run([sys.executable, "-c", DOOMED, moment, str(captured.root), str(captured.home)])
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("first", [True, False], ids=["a first save", "a further save"])
def test_killed_around_the_write_of_a_save(repository: Path, tmp_path: Path, moment: str, first: bool) -> None:
    captured = Captured(repository, tmp_path / "home")
    if not first:
        captured.save("app.py", APP + "# one\n")
    captured.stop()
    captured.write("app.py", APP + "# one\n# two\n")
    doomed(moment, captured)
    captured.start()
    assert captured.one().edits[0].added == 2
    captured.save("app.py", APP + "# one\n# two\n# three\n")
    assert captured.one().edits[0].added == 3
    captured.stop()


@pytest.mark.quick
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_and_then_the_edit_was_taken_back(repository: Path, tmp_path: Path, moment: str) -> None:
    captured = Captured(repository, tmp_path / "home")
    captured.stop()
    captured.write("app.py", APP + "# one\n")
    doomed(moment, captured)
    captured.write("app.py", APP)
    assert captured.start().changes() == []
    captured.stop()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_the_sealing_of_a_commit(repository: Path, tmp_path: Path, git: Git, moment: str) -> None:
    captured = Captured(repository, tmp_path / "home")
    captured.save("app.py", APP + "# one\n")
    captured.save("b.py", "x = 1\n")
    captured.stop()
    git("add", ".", cwd=repository)
    git("commit", "-qm", "Both", cwd=repository)
    doomed(moment, captured)
    captured.start()
    assert captured.told() == ["Both"]
    assert [edit.path for edit in captured.one().edits] == ["app.py", "b.py"]
    captured.save("app.py", APP + "# one\n# two\n")
    assert captured.told() == ["Both", "*Edited app.py"]
    captured.stop()


def test_killed_during_bursts_no_acknowledged_save_is_lost(repository: Path, tmp_path: Path) -> None:
    chosen = random.Random(2)
    last: dict[str, int] = {}
    for round_ in range(5):
        child = forked.Popen(
            [sys.executable, "-c", BURSTS, str(repository), str(tmp_path / "home"), str(round_ * 1_000_000)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        with child:
            first = child.stdout.readline()
            time.sleep(chosen.random())
            child.kill()
            acknowledged = [first, *child.stdout.readlines()]
        for name, number in (line.split() for line in acknowledged if line.endswith("\n")):
            last[name] = int(number)
    captured = Captured(repository, tmp_path / "home")
    # A slow process may be killed before it comes to the third file, each time.
    saved = sorted(path.name for path in repository.iterdir() if path.name in {"a.py", "b.py", "c.py"})
    until(lambda: sorted(change.files[0] for change in captured.changes()) == saved, "a change of each saved file")
    for change in captured.changes():
        (path,) = change.files
        stored = int(change.edits[0].diff.rpartition("x = ")[2])
        assert stored >= last[path]
        assert (repository / path).read_text(encoding="utf-8") == f"x = {stored}\n"
    captured.stop()


DOOMED_LINKS = """
import os, signal, sys, time
from pathlib import Path
from whence.faces.library.engine import Engine
from whence.background.linker import Linker
from whence.values.settings import parse
from tests.patience import PATIENCE

def die(*args, **named):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(Linker, sys.argv[1], die)
engine = Engine(Path(sys.argv[2]), parse({"embedding": {"model": "none"}}), capture=True)
engine.settle(PATIENCE)
time.sleep(PATIENCE)
sys.exit("it should be dead by now")
"""


@pytest.mark.parametrize(
    "step", ["committed", "_link"], ids=["before the commit is written down", "before it is linked"]
)
def test_killed_between_a_commit_and_its_linking(repository: Path, git: Git, step: str) -> None:
    plain = parse({"embedding": {"model": "none"}})
    with Engine(repository, plain, capture=True) as engine:
        assert engine.settle(PATIENCE)
        bug = engine.record_error("the sum is wrong (#3)").ids[0]
    (repository / "app.py").write_text(APP + "# one\n", encoding="utf-8")
    git("commit", "-qam", "Add in another way\n\nFixes #3", cwd=repository)
    head = git("rev-parse", "HEAD", cwd=repository)
    died = forked.run([sys.executable, "-c", DOOMED_LINKS, step, str(repository)])
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    with Engine(repository, plain, capture=True) as engine:
        (made,) = until(lambda: engine.store.by_keys([f"commit:{head}"]), "the commit's memory")
        until(lambda: engine.get(bug).memory.links, "the link")
        assert [(link.relation, link.target) for link in engine.get(bug).memory.links] == [("solved_by", made.id)]
        assert engine.settle(PATIENCE)
        until(lambda: not list((engine.place.home / "unlinked").iterdir()), "an empty list")
