from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE, until
from whence.values.base import now
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import Bug, Change, Decision, FileEdit, Link, MemoryBase, Note
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
SHA = "3f2a9b1c" + "d" * 32


@pytest.fixture
def open_engine(repository: Path) -> Iterator[Callable[..., Engine]]:
    opened: list[Engine] = []

    def open_one(*, capture: bool = False) -> Engine:
        opened.append(Engine(repository, PLAIN, capture=capture))
        return opened[-1]

    yield open_one
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(open_engine: Callable[..., Engine]) -> Engine:
    return open_engine()


def put(engine: Engine, *memories: MemoryBase) -> list[str]:
    engine.writer.write(memories)
    return [each.id for each in memories]


def links(engine: Engine, id: str) -> list[tuple[str, str]]:
    return [(each.relation, each.target) for each in engine.get(id).memory.links]


def decision(engine: Engine, id: str) -> Decision:
    found = engine.get(id).memory
    assert isinstance(found, Decision)
    return found


def bug(engine: Engine, id: str) -> Bug:
    found = engine.get(id).memory
    assert isinstance(found, Bug)
    return found


def change(reason: str, commit: str = "", files: tuple[str, ...] = (), **more: object) -> Change:
    return Change(reason=reason, commit=commit, files=files, source="import" if commit else "user", **more)  # type: ignore[arg-type] # fields vary


# ---------------------------------------------------------------- by hand


def test_a_link_is_made_once_and_seen_from_both_ends(engine: Engine) -> None:
    one, other = put(engine, Note(content="one"), Note(content="other"))
    done = engine.link(one, "about", other)
    assert (done.ids, done.note) == ((one, other), "“one” about “other”.")
    assert engine.link(one, "about", other).note == "“one” about “other” already."
    assert links(engine, one) == [("about", other)]
    (related,) = engine.get(other).related
    assert (related.id, related.kind, related.title, related.relation) == (one, "note", "one", "about")
    assert f"## Linked from\n\n- note, about: one (`{one}`)" in engine.get(other).markdown
    assert "## Linked from" not in engine.get(one).markdown
    assert engine.unlink(one, "part_of", other).note == "There was no such link."
    engine.unlink(one, "about", other)
    assert (links(engine, one), engine.get(other).related) == ([], ())


def test_links_that_make_no_sense_are_refused(engine: Engine) -> None:
    one, binned = put(engine, Note(content="one"), Note(content="binned", deleted_at=now()))
    for source, target, error in (
        (one, "nothing", NotFound),
        ("nothing", one, NotFound),
        (one, one, InvalidRequest),
        (one, binned, InvalidRequest),
    ):
        with pytest.raises(error):
            engine.link(source, "about", target)
    with pytest.raises(NotFound):
        engine.unlink(one, "about", "nothing")
    assert links(engine, one) == []


def test_a_decision_that_is_superseded_says_so(engine: Engine) -> None:
    old, new, newest = put(engine, *(Decision(decision=name) for name in ("old", "new", "newest")))
    engine.link(new, "supersedes", old)
    engine.link(newest, "supersedes", new)
    assert [decision(engine, id).status for id in (old, new, newest)] == ["superseded", "superseded", "accepted"]
    for source, target in ((old, new), (old, newest)):
        with pytest.raises(InvalidRequest, match="already"):
            engine.link(source, "supersedes", target)
    assert links(engine, old) == []
    engine.unlink(new, "supersedes", old)
    assert decision(engine, old).status == "accepted"
    engine.link(old, "supersedes", newest)
    assert decision(engine, newest).status == "superseded"


def test_a_cycle_that_is_there_already_is_not_walked_for_ever(engine: Engine) -> None:
    one, other, third = Decision(decision="one"), Decision(decision="other"), Decision(decision="third")
    one = one.model_copy(update={"links": (Link(relation="supersedes", target=other.id),)})
    other = other.model_copy(update={"links": (Link(relation="supersedes", target=one.id),)})
    put(engine, one, other, third)
    engine.link(third.id, "supersedes", one.id)
    assert links(engine, third.id) == [("supersedes", one.id)]


def test_changes_that_implement_a_decision_count_towards_it(engine: Engine) -> None:
    plan = Decision(decision="Split it", files=("a.py", "b.py", "docs/"))
    first, second = change("first", files=("a.py", "x.py")), change("second", files=("a.py", "docs/deep/b.md"))
    put(engine, plan, first, second)
    engine.link(first.id, "implements", plan.id)
    assert (decision(engine, plan.id).done, decision(engine, plan.id).pending) == (("a.py",), ("b.py", "docs/"))
    engine.link(second.id, "implements", plan.id)
    assert decision(engine, plan.id).done == ("a.py", "docs/")
    engine.unlink(second.id, "implements", plan.id)
    assert decision(engine, plan.id).done == ("a.py",)
    engine.unlink(first.id, "implements", plan.id)
    assert decision(engine, plan.id).progress == 0.0


def test_a_bug_that_is_solved_by_something_is_resolved(engine: Engine) -> None:
    fix, failure = put(engine, change("fix"), Bug(message="it broke", created_at=now() - timedelta(hours=1)))
    engine.link(failure, "solved_by", fix)
    assert bug(engine, failure).resolved
    assert bug(engine, failure).resolved_at == engine.get(fix).memory.created_at


def test_deleting_one_end_leaves_no_dangling_link(engine: Engine) -> None:
    one, other = put(engine, Note(content="one"), Note(content="other"))
    engine.link(one, "about", other)
    engine.forget((other,))
    assert links(engine, one) == [("about", other)], "it can be restored"
    engine.writer.write(purge=[other])
    assert links(engine, one) == []


# ---------------------------------------------------------------- by what is written


def test_a_fix_resolves_what_it_names(engine: Engine) -> None:
    past = now() - timedelta(hours=1)
    bugs = [
        Bug(message="the price is off (#12)", created_at=past),
        Bug(message="by label", labels=("#13",), created_at=past),
        Bug(message="by title of its own", created_at=past),
        Bug(message="by id", created_at=past),
        Bug(message="named, not fixed (#14)", created_at=past),
    ]
    message = f'Fixes #12 and #13, fixes "by title of its own"\n\nResolves {bugs[3].id}. See #14.'
    fix = change(message, SHA)
    ids = put(engine, *bugs, fix)
    assert engine.relate([fix]).links == 5
    assert [bug(engine, id).resolved for id in ids[:5]] == [True, True, True, True, False]
    assert [links(engine, id) for id in ids[:4]] == [[("solved_by", fix.id)]] * 4
    assert links(engine, fix.id) == [("about", bugs[4].id)]
    assert engine.relate([fix]).links == 0


def test_a_fix_from_before_the_bug_came_back_does_not_resolve_it(engine: Engine) -> None:
    old = change("Fixes #12", SHA, created_at=now() - timedelta(days=100))
    failure = Bug(message="again (#12)", created_at=old.created_at - timedelta(days=1), occurrences=(now(),))
    put(engine, old, failure)
    assert engine.relate([old]).links == 1
    assert not bug(engine, failure.id).resolved


def test_a_decision_is_implemented_by_what_names_it(engine: Engine) -> None:
    plans = [
        Decision(decision="By number", number=7, files=("a.py",)),
        Decision(decision="Keep prices in cents", files=("a.py", "b.py")),
        Decision(decision="Was given up", number=8, status="rejected", files=("a.py",)),
    ]
    done = change("Round as ADR-0007 says\n\nSee “Keep prices in cents”, not DEC-8.", SHA, files=("a.py",))
    put(engine, *plans, done)
    assert engine.relate([done]).links == 3
    assert [decision(engine, each.id).done for each in plans] == [("a.py",), ("a.py",), ()]
    assert links(engine, done.id) == [
        ("implements", plans[0].id),
        ("implements", plans[1].id),
        ("about", plans[2].id),
    ]


def test_a_revert_undoes_what_the_reverted_commit_solved(engine: Engine) -> None:
    failure = Bug(message="off by one (#3)", created_at=now() - timedelta(hours=1))
    fix = change("Fixes #3", SHA)
    revert = change(f'Revert "Fixes #3"\n\nThis reverts commit {SHA}.', "a" * 40)
    put(engine, failure, fix)
    engine.relate([fix])
    assert bug(engine, failure.id).resolved
    put(engine, revert)
    engine.relate([revert])
    assert ("supersedes", fix.id) in links(engine, revert.id)
    assert not bug(engine, failure.id).resolved
    assert links(engine, failure.id) == []


def test_commits_are_known_by_their_first_digits_unless_two_share_them(engine: Engine) -> None:
    known, twin = change("known", SHA), change("twin", "3f2a9b1d" + "e" * 32)
    asking = change("Fixes: 3f2a9b1c\nsee 3f2a9b1, and fffffff, 1234567", "b" * 40)
    put(engine, known, twin, asking)
    assert engine.relate([asking]).links == 1
    assert links(engine, asking.id) == [("caused_by", known.id)]


def test_what_is_in_the_bin_or_unknown_is_not_linked(engine: Engine) -> None:
    binned = Bug(message="gone (#5)", deleted_at=now())
    asking = change("Fixes #5, #6 and ADR-9; fixes 'no such title'", SHA)
    put(engine, binned, asking)
    assert engine.relate([asking]).links == 0
    assert engine.relate([]).links == 0


def test_many_commits_are_related_together(engine: Engine) -> None:
    past = now() - timedelta(hours=1)
    bugs = [Bug(message=f"bug number {n}", labels=(f"#{n}",), created_at=past) for n in range(1, 61)]
    fixes = [change(f"Fixes #{n}", f"{n:040x}") for n in range(1, 61)]
    put(engine, *bugs, *fixes)
    assert engine.relate(fixes).links == 60
    assert all(bug(engine, each.id).resolved for each in bugs)


def test_a_commit_that_is_captured_is_linked_in_the_background(
    open_engine: Callable[..., Engine], repository: Path, git: Git
) -> None:
    engine = open_engine(capture=True)
    assert engine.settle(PATIENCE)
    (failure,) = engine.record_error("the sum is off", labels=("#12",)).ids
    (plan,) = engine.remember({"kind": "decision", "decision": "Sum in cents", "number": 4, "files": ["app.py"]}).ids
    path = repository / "app.py"
    path.write_text("def add(a, b):\n    return round(a + b)\n", encoding="utf-8")
    engine.saved(path)
    git("commit", "-qam", "Round the sum\n\nFixes #12, as ADR-4 says.", cwd=repository)
    until(lambda: engine.settle(PATIENCE) and bug(engine, failure).resolved, "the bug to be solved")
    ((relation, commit),) = links(engine, failure)
    assert relation == "solved_by"
    assert engine.get(commit).memory.title == "Round the sum"
    assert ("implements", plan) in links(engine, commit)
    assert decision(engine, plan).done == ("app.py",)


# ---------------------------------------------------------------- changes by hand


def test_a_change_is_tracked_by_hand(engine: Engine) -> None:
    plan = Decision(decision="Add safely", number=3, files=("app.py",))
    failure = Bug(message="it broke (#9)")
    put(engine, plan, failure)
    done = engine.track_change(
        "app.py",
        diff="--- a/app.py\n+++ b/app.py\n@@ -2 +2 @@\n-    return a + b\n+    return int(a) + int(b)\n",
        reason="Convert first. Fixes #9",
        files=("other.py",),
        lines="1-2",
        implements="ADR-3",
    )
    found = engine.get(done.ids[0]).memory
    assert isinstance(found, Change)
    assert (found.files, found.source, found.open) == (("app.py", "other.py"), "user", False)
    (edit,) = found.edits
    assert (edit.action, edit.added, edit.removed, edit.symbols) == ("edit", 1, 1, ("add",))
    assert done.note == ("Kept “Convert first. Fixes #9”, which implements “Add safely”, with 1 link from its reason.")
    assert decision(engine, plan.id).done == ("app.py",)
    assert bug(engine, failure.id).resolved


def test_lines_stand_for_a_diff_that_is_not_at_hand(engine: Engine) -> None:
    found = engine.get(engine.track_change("app.py", "refactor", lines="L1").ids[0]).memory
    assert isinstance(found, Change)
    assert found.edits == (FileEdit(path="app.py", action="refactor", diff="@@ -1,1 +1,1 @@", symbols=("add",)),)
    assert found.title == "Refactored app.py: add"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"file": "/etc/passwd"}, InvalidRequest),
        ({"file": "../x.py"}, InvalidRequest),
        ({"file": "C:\\x.py"}, InvalidRequest),
        ({"file": " "}, InvalidRequest),
        ({"file": "a.py", "files": ("a/../../b",)}, InvalidRequest),
        ({"file": "a.py", "lines": "ten"}, InvalidRequest),
        ({"file": "a.py", "lines": "9-3"}, InvalidRequest),
        ({"file": "a.py", "lines": "0"}, InvalidRequest),
        ({"file": "a.py", "implements": "ADR-99"}, NotFound),
        ({"file": "a.py", "implements": "a note"}, InvalidRequest),
        ({"file": "a.py", "implements": "twins"}, InvalidRequest),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    engine: Engine, arguments: dict[str, object], error: type[Exception]
) -> None:
    put(engine, Note(content="a note"), Decision(decision="twins"), Decision(decision="twins"))
    with pytest.raises(error):
        engine.track_change(**arguments)  # type: ignore[arg-type] # the parameters vary
    assert engine.status().total == 3


def test_a_long_diff_is_cut(engine: Engine) -> None:
    found = engine.get(engine.track_change("a.py", diff="+line\n" * 20_000).ids[0]).memory
    assert isinstance(found, Change)
    assert found.edits[0].added == 20_000
    assert len(found.edits[0].diff) < 40_100
    assert found.edits[0].diff.endswith("more lines of the diff were left out")


def test_commits_that_are_imported_are_linked(engine: Engine, repository: Path, git: Git) -> None:
    first = git("rev-parse", "HEAD", cwd=repository)
    (failure,) = engine.record_error("the sum is off", labels=("#12",)).ids
    (repository / "app.py").write_text("def add(a, b):\n    return round(a + b)\n", encoding="utf-8")
    git("commit", "-qam", f"Round the sum\n\nFixes #12. Follows {first[:9]}.", cwd=repository)
    engine.import_history()
    ((_, commit),) = links(engine, failure)
    assert bug(engine, failure).resolved
    ((relation, other),) = links(engine, commit)
    assert (relation, engine.get(other).memory.title) == ("about", "Add the sum")
