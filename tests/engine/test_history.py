import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.engine import history as imports
from whence.values.base import now
from whence.values.errors import Cancelled, GitError, InvalidRequest
from whence.values.memory import Change, Link
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"

Open = Callable[..., Engine]


@pytest.fixture
def open_engine() -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(folder: Path, *, capture: bool = False, trusted: bool = True) -> Engine:
        opened.append(Engine(folder, PLAIN, capture=capture, trusted=trusted))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def grow(repository: Path, git: Git, count: int, **environment: str) -> None:
    """Make so many commits, one file each."""
    for number in range(count):
        (repository / f"file{number}.py").write_text(f"value = {number}\n", encoding="utf-8")
        git("add", ".", cwd=repository)
        git("commit", "-qm", f"Add value {number}\n\nSince {number} is needed.", cwd=repository, **environment)


def changes(engine: Engine) -> list[Change]:
    """All Changes, the newest first."""
    found = engine.store.newest(Filter(kinds=("change",), archived=True), limit=1000)
    return [each for each in found if isinstance(each, Change)]


@pytest.mark.quick
def test_the_past_becomes_changes_that_words_find(repository: Path, git: Git, open_engine: Open) -> None:
    grow(repository, git, 3)
    engine = open_engine(repository)
    shares: list[float] = []
    done = engine.import_history(progress=lambda message, share: shares.append(share))
    assert (done.added, done.unchanged, done.left_out) == (4, 0, ())
    assert done.note == "Imported 4 commits."
    assert shares
    found = changes(engine)
    assert {each.title for each in found} == {"Add the sum", *(f"Add value {n}" for n in range(3))}
    assert set(done.ids) == {each.id for each in found}
    (one,) = [each for each in found if each.title == "Add value 1"]
    assert (one.source, one.branch, one.author, one.open) == ("import", "main", "Test Author", False)
    assert one.reason == "Add value 1\n\nSince 1 is needed."
    assert one.files == ("file1.py",)
    assert one.edits[0].diff == "@@ -0,0 +1 @@\n+value = 1"
    assert one.commit == git("rev-parse", "HEAD~1", cwd=repository)
    assert engine.settle(PATIENCE)
    assert engine.search("value 1 needed").hits[0].id == one.id


def test_a_second_import_takes_what_came_since(repository: Path, git: Git, open_engine: Open) -> None:
    engine = open_engine(repository)
    engine.import_history()
    first = changes(engine)
    grow(repository, git, 1)
    done = engine.import_history()
    assert (done.added, done.unchanged) == (1, 1)
    assert first[0] in changes(engine)
    assert engine.import_history().note == "Imported 0 commits; 2 were known."


def test_a_commit_captured_live_is_not_doubled(repository: Path, git: Git, open_engine: Open) -> None:
    engine = open_engine(repository, capture=True)
    assert engine.settle(PATIENCE)
    (repository / "app.py").write_text("x = 1\n", encoding="utf-8")
    engine.saved(repository / "app.py")
    assert engine.settle(PATIENCE)
    (opened,) = changes(engine)
    git("commit", "-qam", "Simplify", cwd=repository)
    grow(repository, git, 1)
    done = engine.import_history()
    live = {each.title: each.id for each in changes(engine) if each.source == "commit"}
    assert live["Simplify"] == opened.id
    assert (done.added, done.unchanged) == (1, 2)
    assert len(changes(engine)) == 3


def test_a_commit_that_was_imported_is_not_captured_again(repository: Path, git: Git, open_engine: Open) -> None:
    other = repository.parent / "other"
    git("clone", "-q", str(repository), str(other))
    grow(other, git, 1)
    engine = open_engine(other)
    engine.import_history()
    ids = {each.commit: each.id for each in changes(engine)}
    git("reset", "-q", "--hard", "HEAD~1", cwd=other)
    watching = open_engine(other, capture=True)
    assert watching.settle(PATIENCE)
    git("merge", "-q", "--ff-only", "ORIG_HEAD", cwd=other)
    assert watching.settle(PATIENCE)
    assert {each.commit: each.id for each in changes(watching)} == ids


def test_imported_and_live_memories_of_a_commit_have_one_id(repository: Path, git: Git, open_engine: Open) -> None:
    engine = open_engine(repository, capture=True)
    assert engine.settle(PATIENCE)
    git("commit", "-q", "--allow-empty", "-m", "Elsewhere", cwd=repository)
    until(lambda: engine.settle(PATIENCE) and changes(engine), "the commit")
    (live,) = changes(engine)
    engine.writer.write(purge=[live.id])
    engine.import_history(limit=1)
    (imported,) = changes(engine)
    assert imported.id == live.id


def test_what_was_thrown_away_stays_away(repository: Path, open_engine: Open) -> None:
    engine = open_engine(repository)
    engine.forget(engine.import_history().ids)
    assert engine.import_history().added == 0
    assert changes(engine) == []


def test_a_cancelled_import_goes_on(
    repository: Path, git: Git, open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_BATCH", 2)
    grow(repository, git, 4)
    engine = open_engine(repository)

    def stop(message: str, share: float) -> None:
        if share > 0:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        engine.import_history(progress=stop)
    assert {each.title for each in changes(engine)} == {"Add value 3", "Add value 2"}
    done = engine.import_history()
    assert (done.added, done.unchanged) == (3, 2)


def test_reverts_are_linked_to_what_they_revert(
    repository: Path, git: Git, open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_BATCH", 1)
    grow(repository, git, 1)
    git("revert", "--no-edit", "HEAD", cwd=repository)
    engine = open_engine(repository)

    def stop(message: str, share: float) -> None:
        if share > 0.6:
            raise Cancelled("stopped before the reverted one was linked")

    with pytest.raises(Cancelled):
        engine.import_history(progress=stop)
    engine.import_history()
    (reverted,) = [each for each in changes(engine) if each.title == "Add value 0"]
    (revert,) = [each for each in changes(engine) if each.title.startswith("Revert")]
    assert revert.links == (Link(relation="supersedes", target=reverted.id),)
    assert not list(engine.place.home.glob("history-*"))
    found = engine.why("app.py", 1)
    assert [each.cited.title for each in found.reasons] == ["Add the sum"]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_import_that_was_killed_goes_on(repository: Path, git: Git, open_engine: Open) -> None:
    grow(repository, git, 12)
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from whence.engine import history; from whence.faces.library.engine import Engine\n"
        "from whence.values.settings import parse\n"
        "history._BATCH = 4\n"
        "def stop(message, share):\n"
        "    if share > 0.5: os.kill(os.getpid(), signal.SIGKILL)\n"
        "Engine(Path(sys.argv[1]), parse({'embedding': {'model': 'none'}})).import_history(progress=stop)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(repository)], capture_output=True, check=False)
    assert done.returncode < 0, done.stderr.decode()
    engine = open_engine(repository)
    kept = len(changes(engine))
    assert 4 <= kept < 13
    resumed = engine.import_history()
    assert (resumed.added, resumed.unchanged) == (13 - kept, kept)
    assert len({each.commit for each in changes(engine)}) == len(changes(engine)) == 13


def test_branches_since_and_limit_choose(repository: Path, git: Git, open_engine: Open) -> None:
    git("switch", "-qc", "side", cwd=repository)
    grow(repository, git, 3)
    git("switch", "-q", "main", cwd=repository)
    engine = open_engine(repository)
    assert engine.import_history(since=now()).added == 0
    assert engine.import_history(branches=("side",), limit=2).added == 2
    assert {each.branch for each in changes(engine)} == {"side"}
    assert engine.import_history().added == 1
    assert engine.import_history(branches=("main", "side")).added == 1
    with pytest.raises(InvalidRequest, match="no branch 'sid'"):
        engine.import_history(branches=("main", "sid"))


def test_secrets_and_refused_files_do_not_come_in(repository: Path, git: Git, open_engine: Open) -> None:
    (repository / "config.py").write_text(f'TOKEN = "{SECRET}"\n', encoding="utf-8")
    (repository / ".env").write_text("HARMLESS_NAME=anything\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", f"Use {SECRET}", cwd=repository)
    engine = open_engine(repository)
    engine.import_history()
    (one,) = [each for each in changes(engine) if each.title.startswith("Use")]
    assert one.files == ("config.py",)
    assert SECRET not in one.model_dump_json()
    assert "[redacted" in one.edits[0].diff


def test_a_date_in_the_future_counts_as_now(repository: Path, git: Git, open_engine: Open) -> None:
    git("commit", "-q", "--allow-empty", "-m", "Later", cwd=repository, GIT_AUTHOR_DATE="2099-01-01T00:00:00Z")
    engine = open_engine(repository)
    assert engine.import_history().note == ("Imported 2 commits. 1 with a date in the future count as made now.")
    assert all(each.created_at <= now() for each in changes(engine))
    assert engine.import_history().added == 0


def test_what_is_left_out_is_counted(repository: Path, git: Git, open_engine: Open) -> None:
    git("switch", "-qc", "side", cwd=repository)
    grow(repository, git, 1)
    git("switch", "-q", "main", cwd=repository)
    git("merge", "-q", "--no-ff", "--no-edit", "side", cwd=repository)
    done = open_engine(repository).import_history()
    (left_out,) = done.left_out
    assert (left_out.reason, left_out.count) == ("a merge without words of its own", 1)
    assert git("rev-parse", "HEAD", cwd=repository).startswith(left_out.examples[0])
    assert done.note == "Imported 2 commits; 1 was left out."


def test_repositories_of_every_state(
    repository: Path, git: Git, open_engine: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(repository, git, 2)
    empty = tmp_path / "empty"
    git("init", "-q", str(empty))
    done = open_engine(empty).import_history()
    assert (done.added, done.note) == (0, "There is no commit yet, so there is no history to import.")

    shallow = tmp_path / "shallow"
    git("clone", "-q", "--depth=1", repository.as_uri(), str(shallow))
    done = open_engine(shallow).import_history()
    assert done.added == 1
    assert "git fetch --unshallow" in done.note

    bare = tmp_path / "bare.git"
    git("clone", "-q", "--bare", str(repository), str(bare))
    assert open_engine(bare).import_history().added == 3

    git("checkout", "-q", "--detach", "HEAD~1", cwd=repository)
    engine = open_engine(repository)
    assert engine.import_history().added == 2
    assert {each.branch for each in changes(engine)} == {""}

    plain = tmp_path / "plain"
    plain.mkdir()
    with pytest.raises(InvalidRequest, match="no git repository"):
        open_engine(plain).import_history()
    with pytest.raises(InvalidRequest, match="not trusted"):
        open_engine(repository, trusted=False).import_history()

    engine = open_engine(repository)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed"):
        engine.import_history()


def test_a_damaged_repository_is_imported_as_far_as_it_goes(repository: Path, git: Git, open_engine: Open) -> None:
    grow(repository, git, 2)
    tree = git("rev-parse", "HEAD~1^{tree}", cwd=repository)
    (repository / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    done = open_engine(repository).import_history()
    assert done.added == 3
    assert shutil.which("git")


SAME = {"GIT_AUTHOR_DATE": "2026-03-04T05:06:07Z", "GIT_COMMITTER_DATE": "2026-03-04T05:06:07Z"}


@pytest.mark.parametrize("batch", [2, 100], ids=["in batches", "at once"])
def test_commits_of_one_second_keep_their_order(
    repository: Path, git: Git, open_engine: Open, monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(imports, "_BATCH", batch)
    grow(repository, git, 9, **SAME)
    engine = open_engine(repository)
    engine.import_history(limit=4)
    engine.import_history(limit=9)
    found = changes(engine)
    newest = [f"Add value {number}" for number in reversed(range(9))]
    assert [each.title for each in found if each.title != "Add the sum"] == newest
    assert {f"{each.created_at:%H:%M:%S}" for each in found if each.title != "Add the sum"} == {"05:06:07"}
    rows = [row.label for row in engine.children("kind/change").nodes]
    assert [label for label in rows if label != "Add the sum"] == newest


def test_captured_commits_of_one_second_keep_their_order(repository: Path, git: Git, open_engine: Open) -> None:
    engine = open_engine(repository, capture=True)
    assert engine.settle(PATIENCE)
    grow(repository, git, 2, **SAME)
    until(lambda: engine.settle(PATIENCE) and len(changes(engine)) == 2, "two commits")
    git("commit", "-q", "--allow-empty", "-m", "Add value 2", cwd=repository, **SAME)
    git("commit", "-q", "--allow-empty", "-m", "Add value 3", cwd=repository, **SAME)
    until(lambda: engine.settle(PATIENCE) and len(changes(engine)) == 4, "four commits")
    assert [each.title for each in changes(engine)] == [f"Add value {number}" for number in (3, 2, 1, 0)]
    assert {f"{each.created_at:%H:%M:%S}" for each in changes(engine)} == {"05:06:07"}
