import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests import forked
from tests.conftest import Git
from tests.opened import Engine
from tests.patience import PATIENCE
from tests.pictures import gif, jpeg, png, webp
from whence.engine.recurrence import again
from whence.values.base import now
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import MAX_OCCURRENCES, Bug, Change, Link, Note
from whence.values.protocol import Filter
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})
SECRET = "gh" + "p_" + "x7Kd93LmQ0aZ1bY2cW4eV5fU6gT8hS0jRpN1"

TRACE = """Traceback (most recent call last):
  File "{top}/app.py", line {line}, in add
    return a + b
TypeError: unsupported operand type(s) for +: 'int' and 'str'
"""


@pytest.fixture
def engine(repository: Path) -> Iterator[Engine]:
    with Engine(repository, PLAIN) as opened:
        yield opened


def bug(engine: Engine, id: str) -> Bug:
    found = engine.get(id).memory
    assert isinstance(found, Bug)
    return found


def all_bugs(engine: Engine) -> list[str]:
    return engine.store.ids(Filter(kinds=("bug",), archived=True))


def test_a_trace_alone_tells_all(engine: Engine, repository: Path) -> None:
    done = engine.record_error(stack_trace=TRACE.format(top=repository, line=2))
    found = bug(engine, done.ids[0])
    assert found.error_type == "TypeError"
    assert found.message.startswith("unsupported operand")
    assert (found.file, found.line, found.files) == ("app.py", 2, ("app.py",))
    assert found.title.startswith("TypeError: unsupported")
    assert not found.resolved
    assert (done.again, done.count, done.note) == (False, 1, f"Recorded “{found.title}”.")


def test_what_is_said_counts_for_more_than_the_trace(engine: Engine, repository: Path) -> None:
    done = engine.record_error("cart is empty", "CartError", TRACE.format(top=repository, line=2), "shop.py", 7)
    found = bug(engine, done.ids[0])
    assert (found.message, found.error_type, found.file, found.line) == ("cart is empty", "CartError", "shop.py", 7)


def test_a_bug_that_comes_back_counts_up_and_tells_what_solved_it(engine: Engine, repository: Path) -> None:
    first = engine.record_error(stack_trace=TRACE.format(top=repository, line=2))
    engine.resolve(first.ids[0], solution="convert to int first")
    second = engine.record_error(stack_trace=TRACE.format(top="/srv/elsewhere", line=90), labels=("prod",))
    assert second.ids == first.ids
    assert (second.again, second.count, second.solution) == (True, 2, "convert to int first")
    assert "it was resolved and is open again" in second.note
    assert "convert to int first" in second.note
    found = bug(engine, first.ids[0])
    assert (found.resolved, found.resolved_at, found.labels, len(found.occurrences)) == (False, None, ("prod",), 2)
    assert len(all_bugs(engine)) == 1
    third = engine.record_error(stack_trace=TRACE.format(top=repository, line=3), root_cause="no check")
    assert third.count == 3
    assert "open again" not in third.note
    assert bug(engine, first.ids[0]).root_cause == "no check"


def test_further_words_are_added_and_none_is_lost(engine: Engine) -> None:
    first = engine.record_error("it broke", solution="restart")
    assert bug(engine, first.ids[0]).resolved
    second = engine.record_error("it broke", solution="restart twice")
    found = bug(engine, second.ids[0])
    assert found.solution == "restart\n\nrestart twice"
    assert found.resolved
    engine.record_error("it broke", solution="restart twice")
    assert bug(engine, second.ids[0]).solution == "restart\n\nrestart twice"


def test_only_so_many_dates_are_kept_but_the_count_goes_on() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    found = Bug(message="x", occurrences=(at,))
    for day in range(1, 150):
        found = again(found, Bug(message="x", occurrences=(at + timedelta(days=day),)))
    assert (found.count, len(found.occurrences)) == (150, MAX_OCCURRENCES)
    assert found.occurrences[-1] == at + timedelta(days=149)


def test_one_from_the_bin_or_the_archive_is_back(engine: Engine) -> None:
    (id,) = engine.record_error("it broke").ids
    engine.forget((id,))
    assert "was in the bin and is back" in engine.record_error("it broke").note
    engine.update(id, {"archived": True})
    assert "was archived and is back" in engine.record_error("it broke").note
    found = bug(engine, id)
    assert (found.deleted_at, found.archived, found.count) == (None, False, 3)


def test_a_bug_remembered_by_hand_goes_the_same_way(engine: Engine, repository: Path) -> None:
    (id,) = engine.record_error(stack_trace=TRACE.format(top=repository, line=2)).ids
    given = {"kind": "bug", "message": bug(engine, id).message, "stackTrace": TRACE.format(top="/x", line=5)}
    done = engine.remember({**given, "solution": "convert"})
    assert done.ids == (id,)
    found = bug(engine, id)
    assert (found.count, found.resolved, found.solution) == (2, True, "convert")
    (other,) = engine.remember({"kind": "bug", "message": "another", "title": "My own title"}).ids
    assert bug(engine, other).title == "My own title"


RECORD = """
import sys
from pathlib import Path
from whence.faces.library.engine import Engine
from whence.values.settings import parse
from whence.values.base import now
with Engine(Path(sys.argv[1]), parse({"embedding": {"model": "none"}})) as engine:
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(5):
        engine.record_error("it broke on page 7")
"""


def test_two_processes_at_once_make_one_bug(engine: Engine, repository: Path) -> None:
    command = [sys.executable, "-c", RECORD, str(repository)]
    others = [forked.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    for each in others:
        assert each.stdout is not None
        assert each.stdout.readline().strip() == b"ready"
    for each in others:
        assert each.stdin is not None
        each.stdin.write(b"\n")
        each.stdin.flush()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda n: engine.record_error(f"it broke on page {n}"), range(4)))
    for each in others:
        each.communicate(timeout=PATIENCE)
        assert each.returncode == 0
    (id,) = all_bugs(engine)
    found = bug(engine, id)
    assert (found.count, len(found.occurrences)) == (14, 14)


def test_nothing_to_record_is_refused(engine: Engine) -> None:
    with pytest.raises(InvalidRequest, match="Say what failed"):
        engine.record_error(root_cause="unknown")
    assert all_bugs(engine) == []


def test_what_is_no_trace_is_kept_as_it_is(engine: Engine) -> None:
    found = bug(engine, engine.record_error(stack_trace="\x1b[31mThe build failed\x1b[0m\nat noon").ids[0])
    assert (found.message, found.stack_trace, found.frames) == ("The build failed", "The build failed\nat noon", ())


def test_a_long_trace_is_cut_in_the_middle(engine: Engine) -> None:
    deep = '  File "a.py", line 3, in again\n    again()\n' * 50_000
    trace = f"Traceback (most recent call last):\n{deep}RecursionError: too deep\n"
    found = bug(engine, engine.record_error(stack_trace=trace).ids[0])
    assert found.message == "too deep"
    assert len(found.stack_trace) < 61_000
    assert "more lines were left out" in found.stack_trace
    assert found.stack_trace.endswith("RecursionError: too deep")


def test_secrets_of_a_trace_never_reach_the_disk(engine: Engine, home: Path) -> None:
    engine.record_error(f"bad key {SECRET}", stack_trace=TRACE.format(top=f"/srv/{SECRET}", line=1) + SECRET)
    assert engine.settle(PATIENCE)
    for path in home.rglob("*"):
        if path.is_file():
            assert SECRET.encode() not in path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (png(), "png"),
        (jpeg(), "jpg"),
        (gif(), "gif"),
        (webp(), "webp"),
    ],
)
def test_a_picture_is_copied(engine: Engine, tmp_path: Path, content: bytes, suffix: str) -> None:
    source = tmp_path / "ein Bild.bin"
    source.write_bytes(content)
    name = bug(engine, engine.record_error("see picture", screenshot=str(source)).ids[0]).screenshot
    assert name.endswith(f".{suffix}")
    assert (engine.place.home / "pictures" / name).read_bytes() == content
    engine.record_error("see the same picture", screenshot=str(source))
    assert len(list((engine.place.home / "pictures").iterdir())) == 1


def test_what_is_no_picture_is_refused(engine: Engine, tmp_path: Path) -> None:
    text, large = tmp_path / "a.png", tmp_path / "large.png"
    text.write_text("not a picture")
    with large.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(10 * 1024 * 1024 + 1)
    for path, reason in (
        (text, "no PNG"),
        (large, "larger than 10 MB"),
        (tmp_path, "not a file"),
        (tmp_path / "x", "no file or folder x"),
    ):
        with pytest.raises(InvalidRequest, match=reason):
            engine.record_error("see picture", screenshot=str(path))
    assert all_bugs(engine) == []


def test_a_bug_is_resolved_by_a_change_in_one_step(engine: Engine, git: Git, repository: Path) -> None:
    sha = git("rev-parse", "HEAD", cwd=repository)
    change = Change(reason="Convert first", commit=sha, source="commit")
    engine.writer.write([change])
    for n, named in enumerate((change.id, sha, sha[:8])):
        (id,) = engine.record_error(f"it broke {'x' * n}").ids
        done = engine.resolve(id, solution="convert", root_cause="a string", change=named)
        assert done.note.endswith("by “Convert first”.")
        found = bug(engine, id)
        assert (found.resolved, found.solution, found.root_cause) == (True, "convert", "a string")
        assert found.links == (Link(relation="solved_by", target=change.id),)
        assert found.resolved_at is not None
    engine.reopen(id)
    assert (bug(engine, id).resolved, bug(engine, id).resolved_at, bug(engine, id).solution) == (False, None, "convert")


def test_resolving_what_cannot_be_is_refused(engine: Engine) -> None:
    (id,) = engine.record_error("it broke").ids
    (note,) = engine.remember({"kind": "note", "content": "x"}).ids
    engine.writer.write([Change(commit=f"abcd{n}{'0' * 35}", reason="twins") for n in range(2)])
    for arguments, error in (
        (("nothing",), NotFound),
        ((note,), InvalidRequest),
        ((id, "", "", "", "nothing"), NotFound),
        ((id, "", "", "", note), InvalidRequest),
        ((id, "", "", "", "abcd"), InvalidRequest),
        ((id, "", "", "", "ffff"), NotFound),
    ):
        with pytest.raises(error):
            engine.resolve(*arguments)
    with pytest.raises(InvalidRequest):
        engine.reopen(note)
    assert not bug(engine, id).resolved


def test_five_bugs_among_ten_thousand_memories_come_back_as_five(engine: Engine) -> None:
    words = "TypeError unsupported operand while adding prices"
    for start in range(0, 10_000, 2_500):
        notes = [Note(content=f"{words} {n}") for n in range(start, start + 2_500)]
        engine.store.put(notes)
        assert engine.indexer.index([each.id for each in notes])
    ids = {
        engine.record_error(f"unsupported operand while adding {chr(97 + n) * 4}", "TypeError").ids[0] for n in range(5)
    }
    solved = next(iter(ids))
    engine.resolve(solved, solution="no prices")
    assert engine.settle(PATIENCE)
    assert {hit.id for hit in engine.search_errors(words).hits} == ids
    assert {hit.id for hit in engine.search_errors(words, resolved=False).hits} == ids - {solved}
    assert [hit.id for hit in engine.search_errors(words, resolved=True).hits] == [solved]
    assert len(engine.search_errors(words, limit=2).hits) == 2
    assert {hit.id for hit in engine.search_errors("").hits} == ids


def test_bugs_are_searched_by_a_trace(engine: Engine, repository: Path) -> None:
    (id,) = engine.record_error(stack_trace=TRACE.format(top=repository, line=2)).ids
    engine.record_error("something else altogether")
    assert engine.settle(PATIENCE)
    assert engine.search_errors(TRACE.format(top="/somewhere/else", line=77)).hits[0].id == id


def test_a_picture_goes_with_the_last_bug_that_shows_it(engine: Engine, tmp_path: Path) -> None:
    source, other = tmp_path / "one.png", tmp_path / "other.png"
    source.write_bytes(png())
    other.write_bytes(png(3, 5))
    folder = engine.place.home / "pictures"
    one, two = (engine.record_error(f"{name} fails", screenshot=str(source)).ids[0] for name in ("one", "two"))
    three = engine.record_error("three fails", screenshot=str(other)).ids[0]
    mine, others = bug(engine, one).screenshot, bug(engine, three).screenshot
    assert mine != others
    (folder / "notes.txt").write_text("not a picture of ours", encoding="utf-8")
    left_behind = folder / f"{'0' * 32}.png"
    left_behind.write_bytes(b"of a crash")
    os.utime(left_behind, (0, 0))
    engine.forget([one])
    assert (folder / mine).exists(), "in the bin it can be restored"
    engine.empty_bin()
    assert {each.name for each in folder.iterdir()} == {mine, others, "notes.txt"}
    engine.forget([two])
    engine.update(three, {"screenshot": f"../{mine}"})
    engine.empty_bin()
    assert (folder / mine).exists(), "another bug shows it"
    engine.forget([three])
    engine.empty_bin()
    assert {each.name for each in folder.iterdir()} == {others, "notes.txt"}


def test_solved_by_hand_tells_when(engine: Engine) -> None:
    id = engine.record_error("it fails").ids[0]
    before = now()
    engine.update(id, {"resolved": True})
    at = bug(engine, id).resolved_at
    assert at is not None
    assert at >= before
    engine.update(id, {"rootCause": "haste"})
    assert bug(engine, id).resolved_at == at
    engine.update(id, {"resolved": False})
    assert bug(engine, id).resolved_at is None
    engine.update(id, {"resolved": True, "resolvedAt": "2026-01-02T03:04:05Z"})
    assert str(bug(engine, id).resolved_at) == "2026-01-02 03:04:05+00:00"
