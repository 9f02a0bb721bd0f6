"""Bugs that are known by the commits that fixed them: imported, captured, reverted, and found once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.engine import history as imports
from whence.values.memory import Bug, Change
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
MESSAGE = (
    "fix(cart): TypeError in the total (#45)\n\nThe price was None because nobody had loaded it.\n\nLoad it first.\n"
)
CODE = "def total(cart):\n    return sum(each.price for each in cart)\n"

Open = Callable[..., Engine]


@pytest.fixture
def open_engine(repository: Path) -> Iterator[Open]:
    opened: list[Engine] = []

    def open_one(*, capture: bool = False) -> Engine:
        opened.append(Engine(repository, PLAIN, capture=capture))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


def commit(repository: Path, git: Git, message: str, file: str = "cart.py", more: str = "") -> str:
    """Commit a file with another line; the commit's id."""
    path = repository / file
    text = path.read_text(encoding="utf-8") if path.exists() else CODE
    path.write_text(f"{text}# {message.partition(chr(10))[0]}{more}\n", encoding="utf-8")
    git("add", ".", cwd=repository)
    git("commit", "-qm", message, cwd=repository)
    return git("rev-parse", "HEAD", cwd=repository)


def bugs(engine: Engine) -> list[Bug]:
    found = engine.store.newest(Filter(kinds=("bug",), archived=True), limit=1000)
    return [each for each in found if isinstance(each, Bug)]


def change(engine: Engine, commit: str) -> Change:
    (found,) = engine.store.by_keys([f"commit:{commit}"])
    assert isinstance(found, Change)
    return found


def test_a_fix_becomes_a_resolved_bug(repository: Path, git: Git, open_engine: Open) -> None:
    id = commit(repository, git, MESSAGE)
    engine = open_engine()
    done = engine.import_history()
    assert done.note == "Imported 2 commits. 1 bug is known from fixes among them."
    (bug,), made = bugs(engine), change(engine, id)
    assert bug.message == "TypeError in the total (#45)"
    assert (bug.title, bug.error_type) == (bug.message, "TypeError")
    assert bug.root_cause == "The price was None because nobody had loaded it."
    assert bug.solution == "Load it first."
    assert (bug.resolved, bug.resolved_at, bug.created_at) == (True, made.created_at, made.created_at)
    assert [(link.relation, link.target) for link in bug.links] == [("solved_by", made.id)]
    assert (bug.files, bug.issues, bug.author, bug.commit) == (("cart.py",), ("45",), "Test Author", id)
    (folder,) = [node for node in engine.children("").nodes if node.label == "Fixes"]
    (row,) = engine.children(folder.id).nodes
    assert row.memory == bug.id
    assert engine.children("kind/bug").nodes[0].memory == "", "it stands apart from bugs that somebody met"
    assert [each.id for each in engine.search_errors("", resolved=True).hits] == [bug.id]


def test_importing_again_and_elsewhere_doubles_nothing(
    repository: Path, git: Git, open_engine: Open, home: Path
) -> None:
    commit(repository, git, MESSAGE)
    engine = open_engine()
    engine.import_history()
    first = bugs(engine)
    engine.import_history()
    engine.relate([each for each in engine.store.newest(Filter(), limit=9) if isinstance(each, Change)])
    assert bugs(engine) == first
    engine.forget([first[0].id])
    engine.relate([each for each in engine.store.newest(Filter(), limit=9) if isinstance(each, Change)])
    assert bugs(engine) == []
    engine.writer.write(purge=[each.id for each in engine.store.newest(Filter(), limit=9)])
    engine.writer.write(purge=[first[0].id])
    engine.import_history()
    assert bugs(engine) == first


def test_a_bug_that_is_known_is_linked_instead(repository: Path, git: Git, open_engine: Open) -> None:
    engine = open_engine()
    by_issue = engine.record_error("no total (#45)").ids[0]
    by_words = engine.record_error("Deadlock in the till").ids[0]
    one = commit(repository, git, "Fix crash of the total\n\nFixes #45", more="a")
    other = commit(repository, git, "Fix deadlock in the till", more="b")
    third = commit(repository, git, "Fix Deadlock in the till", more="c")
    engine.import_history()
    found = {each.id: {link.target for link in each.links} for each in bugs(engine)}
    assert found.pop(by_issue) == {change(engine, one).id}
    assert found.pop(by_words) == {change(engine, other).id, change(engine, third).id}
    assert found == {}


def test_fixes_of_one_issue_are_one_bug(repository: Path, git: Git, open_engine: Open) -> None:
    ids = [commit(repository, git, f"Fix crash number {n}\n\nFixes #7", more=str(n)) for n in range(2)]
    engine = open_engine()
    engine.import_history()
    (bug,) = bugs(engine)
    assert {link.target for link in bug.links} == {change(engine, id).id for id in ids}
    assert bug.issues == ("7",)


@pytest.mark.parametrize("batch", [1, 2, 100], ids=["one at a time", "two at a time", "all at once"])
@pytest.mark.parametrize("by_title", [True, False], ids=["named by its title", "named by its id"])
def test_a_revert_opens_the_bug_and_its_revert_solves_it(
    repository: Path, git: Git, open_engine: Open, monkeypatch: pytest.MonkeyPatch, batch: int, by_title: bool
) -> None:
    monkeypatch.setattr(imports, "_BATCH", batch)
    fix = commit(repository, git, "Fix crash of the total")
    git("revert", "--no-edit", fix, cwd=repository)
    if by_title:
        git("commit", "-q", "--amend", "-m", 'Revert "Fix crash of the total" (#9)', cwd=repository)
    revert = git("rev-parse", "HEAD", cwd=repository)
    engine = open_engine()
    engine.import_history()
    (bug,) = bugs(engine)
    assert (bug.resolved, bug.resolved_at, bug.links) == (False, None, ())
    links = [(link.relation, link.target) for link in change(engine, revert).links]
    assert ("supersedes", change(engine, fix).id) in links
    title = 'Revert "Revert "Fix crash of the total" (#9)"' if by_title else 'Revert "Revert "Fix crash of the total""'
    body = "" if by_title else f"\n\nThis reverts commit {revert}."
    commit(repository, git, f"{title}{body}", more="again")
    engine.import_history()
    (bug,) = bugs(engine)
    assert bug.resolved
    assert [link.target for link in bug.links] == [change(engine, fix).id]
    engine.relate([change(engine, fix)])
    assert bugs(engine) == [bug]


def test_a_whole_history_with_reverts_is_imported_in_its_order(
    repository: Path, git: Git, open_engine: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_BATCH", 2)
    fix = commit(repository, git, "Fix crash of the total")
    revert = commit(repository, git, f'Revert "Fix crash of the total"\n\nThis reverts commit {fix}.')
    commit(repository, git, f'Revert "Revert "Fix crash of the total""\n\nThis reverts commit {revert}.')
    engine = open_engine()
    engine.import_history()
    (bug,) = bugs(engine)
    assert bug.resolved
    assert [link.target for link in bug.links] == [change(engine, fix).id]


def test_a_captured_fix_becomes_a_bug_too(repository: Path, git: Git, open_engine: Open) -> None:
    engine = open_engine(capture=True)
    assert engine.settle(PATIENCE)
    (repository / "app.py").write_text(CODE, encoding="utf-8")
    engine.saved(repository / "app.py")
    assert engine.settle(PATIENCE)
    git("commit", "-qam", "Fix deadlock of the till", cwd=repository)
    until(lambda: engine.settle(PATIENCE) and bugs(engine), "the bug")
    (bug,) = bugs(engine)
    head = git("rev-parse", "HEAD", cwd=repository)
    assert [link.target for link in bug.links] == [change(engine, head).id]
    git("commit", "-q", "--amend", "-m", "Fix deadlock of the till\n\nIt took the lock twice.", cwd=repository)
    amended = git("rev-parse", "HEAD", cwd=repository)
    until(lambda: engine.settle(PATIENCE) and engine.store.by_keys([f"commit:{amended}"]), "the amended commit")
    assert engine.settle(PATIENCE)
    assert len(bugs(engine)) == 1


def test_search_answers_with_one_of_the_two(repository: Path, git: Git, open_engine: Open) -> None:
    id = commit(repository, git, MESSAGE)
    commit(repository, git, "Rename the till", file="till.py")
    engine = open_engine()
    engine.import_history()
    assert engine.settle(PATIENCE)
    (bug,), made = bugs(engine), change(engine, id)
    pair = {bug.id, made.id}
    (hit,) = [each for each in engine.search("TypeError in the total").hits if each.id in pair]
    assert {hit.id, *hit.alike} == pair
    (only,) = engine.search_errors("TypeError in the total").hits
    assert only.id == bug.id
    newest = engine.search("").hits
    (listed,) = [each for each in newest if each.id in pair]
    assert (listed.id, listed.alike) == (made.id, (bug.id,))
    assert len(newest) == 3
    assert [each.id for each in engine.search("", kinds=("bug",)).hits] == [bug.id]
