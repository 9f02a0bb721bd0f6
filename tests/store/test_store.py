import logging
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.storing import DIMENSION
from whence.store import Store
from whence.store.connection import connect
from whence.store.lance import Table
from whence.store.schema import FORMAT, MARK, MEMORIES
from whence.store.tables import migrate
from whence.values import memory
from whence.values.errors import SchemaTooNew, StorageError
from whence.values.memory import Bug, Change, Decision, FileEdit, MemoryBase, Note
from whence.values.protocol import Filter

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a b%20c#ü'"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    store = Store.open(str(folder), dimension=DIMENSION)
    yield store
    store.close()


def note(text: str, minute: int = 0, **fields: object) -> Note:
    at = START + timedelta(minutes=minute)
    return Note.model_validate({"content": text, "created_at": at, "updated_at": at, **fields})


def later(of: MemoryBase, **fields: object) -> MemoryBase:
    """The memory with these fields changed, as somebody who read it writes it back."""
    return of.model_copy(update={"updated_at": of.updated_at + timedelta(seconds=1), **fields})


def titles(memories: list[MemoryBase]) -> list[str]:
    return [each.title for each in memories]


def table(folder: Path, name: str = "memories") -> Table:
    found = Table(connect(str(folder), None), name, folder / f"{name}.lance", "")
    assert found.exists()
    return found


# ------------------------------------------------------------ in and out


def test_importing_the_store_does_not_load_the_database() -> None:
    script = "import sys, whence.store; sys.exit('lancedb' in sys.modules or 'pyarrow' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_kind_comes_back_as_it_went_in(store: Store, folder: Path) -> None:
    kept: list[MemoryBase] = [
        note(
            "line one\nline two",
            labels=("o'hara", "ü"),
            files=("src/ä b.py",),
            links=({"relation": "about", "target": "x"},),
        ),
        Decision(decision="Use one table", alternatives=("two", "three"), confidence=0.4, folder="team/x"),
        Change(
            edits=(FileEdit(path="a.py", diff="@@ -1 +1 @@\n-a\n+b\x00\u2028"),), reason="why", open=True, branch="main"
        ),
    ]
    store.put(kept)
    assert store.get([each.id for each in kept]) == kept
    again = Store.open(str(folder))
    assert again.get([each.id for each in kept]) == kept
    again.close()


def test_memories_are_got_in_the_order_asked_for(store: Store) -> None:
    one, two = note("one"), note("two")
    store.put([one, two])
    assert store.get([two.id, "nothing", one.id, two.id]) == [two, one]
    assert store.get([]) == []


def test_putting_is_idempotent_and_the_last_of_one_id_wins(store: Store) -> None:
    first = note("first")
    second = first.model_copy(update={"content": "second"})
    for _ in range(3):
        store.put([first, second])
    assert store.get([first.id]) == [second]
    assert store.counts() == {"note": 1}
    before = store.version()
    store.put([])
    assert store.version() == before


def newest_transaction(folder: Path) -> int:
    """Bytes of what the last commit left besides rows and the manifest."""
    made = (folder / "memories.lance" / "_transactions").iterdir()
    return max((each.stat().st_mtime_ns, each.stat().st_size) for each in made)[1]


def test_new_memories_are_appended_and_leave_no_filter_of_their_ids(store: Store, folder: Path) -> None:
    first, second = note("first"), note("second", 1)
    store.put([first, second], new=True)
    light = newest_transaction(folder)
    store.put([note("third", 2)])
    assert light * 5 < newest_transaction(folder)
    assert store.get([first.id, second.id]) == [first, second]
    assert store.counts() == {"note": 3}


def test_a_memory_that_is_begun_twice_is_there_once(store: Store) -> None:
    first = note("first")
    second = first.model_copy(update={"content": "second"})
    store.put([first], new=True)
    store.put([second], new=True)
    assert store.get([first.id]) == [second]
    third = note("third")
    store.put([third, third], new=True)
    assert store.counts() == {"note": 2}


@pytest.mark.parametrize("landed", [True, False])
def test_a_commit_that_is_said_to_have_failed_is_merged(
    store: Store, monkeypatch: pytest.MonkeyPatch, landed: bool
) -> None:
    append = Table.append

    def failing(table: Table, rows: list[dict[str, object]]) -> None:
        if landed:
            append(table, rows)
        raise StorageError("It took too long.")

    monkeypatch.setattr(Table, "append", failing)
    first = note("first")
    store.put([first], new=True)
    assert store.get([first.id]) == [first]
    assert store.counts() == {"note": 1}


def test_many_memories_at_once(store: Store) -> None:
    many = [note(f"note {n}", n) for n in range(3000)]
    store.put(many)
    assert store.get([each.id for each in many]) == many
    store.purge([each.id for each in many[:2500]])
    assert store.counts() == {"note": 500}


def test_purging_leaves_nothing(store: Store) -> None:
    one, two = note("one"), note("two")
    store.put([one, two])
    store.purge([one.id, "nothing"])
    assert store.get([one.id, two.id]) == [two]
    store.purge([])


def test_what_was_written_in_between_is_not_replaced(store: Store) -> None:
    one, two, gone = note("one"), note("two"), note("three")
    store.put([one, two])
    newer = later(two, title="newer")
    assert store.swap([(two, newer)]) == [True]
    mine = [(one, later(one, title="mine")), (two, later(two, title="late")), (gone, later(gone, title="never"))]
    assert store.swap(mine) == [True, False, False]
    assert titles(store.get([one.id, two.id, gone.id])) == ["mine", "newer"]
    assert store.swap([]) == []


@pytest.mark.parametrize("others", [0, 9], ids=["alone", "among others"])
def test_what_is_swapped_in_is_stored_whole(store: Store, others: int) -> None:
    odd = 'it\'s \\ \x00 \n \u2028 日本 🙂 "q" -- /* $1 ?' + "long " * 50_000
    old = note("x", files=("src/a.py",), labels=("l",))
    new = later(old, content=odd, title="t", labels=("o'hara", "b"), files=(), pinned=True, deleted_at=None)
    rest = [note(f"other {n}") for n in range(others)]
    store.put([old, *rest])
    assert store.swap([(old, new), *((each, later(each)) for each in rest)]) == [True] * (1 + others)
    assert store.get([old.id]) == [new]
    assert store.newest(Filter(labels=("o'hara",)), limit=9, pinned=True) == [new]
    assert store.newest(Filter(files=("src",)), limit=9) == []
    newest = later(new, title="again")
    assert store.swap([(new, newest)]) == [True]
    assert store.get([old.id]) == [newest]


def test_swapping_many_is_told_for_each(store: Store) -> None:
    many = [note(f"note {n}", n) for n in range(450)]
    store.put(many)
    taken = {each.id for each in random.Random(1).sample(many, 100)}
    store.swap([(each, later(each, title="theirs")) for each in many if each.id in taken])
    told = store.swap([(each, later(each, title="mine")) for each in many])
    assert told == [each.id not in taken for each in many]
    assert titles(store.get([each.id for each in many])) == ["theirs" if each.id in taken else "mine" for each in many]


# ------------------------------------------------------------ choosing


def test_the_newest_are_paged_without_gaps_or_repetitions(store: Store) -> None:
    same = START + timedelta(hours=5)
    many = [note(f"note {n}", n) for n in range(20)] + [note(f"same {n}", created_at=same) for n in range(5)]
    store.put(random.Random(2).sample(many, len(many)))
    pages: list[MemoryBase] = []
    before = None
    while page := store.newest(Filter(), limit=4, before=before):
        pages += page
        before = (page[-1].created_at, page[-1].id)
    assert pages == sorted(many, key=lambda each: (each.created_at, each.id), reverse=True)


FILED = {
    "plain": {"files": ["src/app.py"], "labels": ["api"], "minute": 1},
    "deep": {"files": ["src/util/text.py", "docs/x.md"], "labels": ["api", "text"], "minute": 2},
    "twin": {"files": ["src/app.py.bak", "src/utility.py"], "minute": 3},
    "quoted": {"files": ["it's/a 100%_file.py"], "labels": ["o'hara", "a,b"], "minute": 4},
    "bare": {"minute": 5},
    "away": {"files": ["src/app.py"], "archived": True, "minute": 6},
    "binned": {"files": ["src/app.py"], "deleted_at": START, "minute": 7},
    "choice": {"files": ["src/util/text.py"], "labels": ["text"], "minute": 8},
}

FILTERS = {
    "nothing asked": ({}, "choice bare quoted twin deep plain"),
    "a file": ({"files": ["src/app.py"]}, "plain"),
    "a folder": ({"files": ["src/util/"]}, "choice deep"),
    "a folder without its slash": ({"files": ["src"]}, "choice twin deep plain"),
    "several files": ({"files": ["./docs/x.md", "src/app.py"]}, "deep plain"),
    "the whole project": ({"files": ["./"]}, "choice bare quoted twin deep plain"),
    "a file with quotes and wildcards": ({"files": ["it's/a 100%_file.py"]}, "quoted"),
    "a file that is the start of others": ({"files": ["src/app"]}, ""),
    "a label": ({"labels": ["api"]}, "deep plain"),
    "any of several labels": ({"labels": ["text", "o'hara"]}, "choice quoted deep"),
    "a label with a comma": ({"labels": ["a,b"]}, "quoted"),
    "a kind": ({"kinds": ["decision"]}, "choice"),
    "several kinds": ({"kinds": ["decision", "note", "x' OR 'a' = 'a"]}, "choice bare quoted twin deep plain"),
    "an unknown kind": ({"kinds": ["' OR true --"]}, ""),
    "since, inclusive": ({"since": START + timedelta(minutes=4)}, "choice bare quoted"),
    "until, exclusive": ({"until": START + timedelta(minutes=3)}, "deep plain"),
    "archived too": ({"archived": True}, "choice away bare quoted twin deep plain"),
    "all at once": ({"files": ["src"], "labels": ["api"], "kinds": ["note"], "since": START}, "deep plain"),
}


def filed() -> list[MemoryBase]:
    made: list[MemoryBase] = []
    for title, fields in FILED.items():
        at = START + timedelta(minutes=int(str(fields["minute"])))
        rest = {key: value for key, value in fields.items() if key != "minute"}
        kind = {"kind": "decision", "decision": "d"} if title == "choice" else {"kind": "note", "content": title}
        made.append(memory.parse({**kind, "title": title, "created_at": at, **rest}))
    return made


@pytest.mark.parametrize("asked", FILTERS)
def test_a_filter_chooses_the_newest(store: Store, asked: str) -> None:
    fields, expected = FILTERS[asked]
    store.put(filed())
    assert titles(store.newest(Filter.model_validate(fields), limit=50)) == expected.split()


def test_pinned_ones_are_listed_apart(store: Store) -> None:
    store.put([note("a", 1, pinned=True), note("b", 2), note("c", 3, pinned=True, archived=True)])
    assert titles(store.newest(Filter(), limit=9, pinned=True)) == ["a"]
    assert titles(store.newest(Filter(), limit=9, pinned=False)) == ["b"]
    assert titles(store.newest(Filter(archived=True), limit=9, pinned=True)) == ["c", "a"]


def test_counts_times_and_the_bin(store: Store) -> None:
    store.put(filed())
    assert store.counts() == {"note": 6, "decision": 1}
    minutes = [(at - START.timestamp() * 1_000_000) // 60_000_000 for at in store.moments(Filter(kinds=("note",)))]
    assert minutes == [1, 2, 3, 4, 5]
    assert len(store.moments(Filter(kinds=("note",), archived=True))) == 6
    assert store.moments(Filter(kinds=("change",))) == []
    (binned,) = store.deleted_before(START + timedelta(seconds=1))
    assert titles(store.get([binned])) == ["binned"]
    assert store.deleted_before(START) == []


def test_it_is_counted_how_memories_stand(store: Store) -> None:
    at = {"created_at": START, "files": ("src/a.py",)}
    thrown_away = Change(discarded=True, created_at=START)
    store.put([Change(open=True, **at), Change(), thrown_away, Bug(message="b", **at), note("n", 1)])
    store.put([Bug(message="binned", deleted_at=START), Bug(message="away", archived=True)])
    counted = {("change", ""): 2, ("change", "discarded"): 1, ("bug", "open"): 1, ("note", ""): 1}
    assert store.standing(Filter()) == counted
    assert store.standing(Filter(files=("src",))) == {("change", ""): 1, ("bug", "open"): 1}
    changes = Filter(kinds=("change",))
    assert len(store.moments(changes)) - len(store.moments(changes, but="discarded")) == 1
    assert [each.files for each in store.newest(changes, limit=9, opened=True)] == [("src/a.py",)]


def test_memories_are_found_by_key_and_while_open(store: Store) -> None:
    made = [Change(commit=id, open=open_) for id, open_ in (("aa", False), ("a'a", True), ("", True))]
    store.put([*made, note("x"), Change(open=True, deleted_at=START)])
    assert store.by_keys(["commit:aa"]) == [made[0]]
    assert store.by_keys(["commit:a'a"]) == [made[1]]
    assert store.by_keys(["commit:a"]) == []
    assert store.opened() == made[1:]
    store.put([later(made[2], open=False)])
    assert store.opened() == [made[1]]


def test_odd_characters_are_neither_lost_nor_obeyed(store: Store) -> None:
    odd = [
        "'",
        "''",
        "'; DROP TABLE memories; --",
        "\\",
        "\x00",
        "%_",
        '"',
        "`",
        "\n",
        "日本語",
        "🙂",
        "\ufeff",
        "/* */",
        "]",
        "$1",
        "{0}",
    ]
    made = [note("x", n, title=f"t{n}", labels=(text,), files=(f"{text}/f.py",)) for n, text in enumerate(odd)]
    store.put(made)
    for each, text in zip(made, odd, strict=True):
        assert store.newest(Filter(files=(f"{text}/f.py",)), limit=9) == [each], repr(text)
        assert store.newest(Filter(labels=(text,)), limit=9) == [each], repr(text)
    assert store.newest(Filter(labels=("\ud800",)), limit=9) == []
    assert store.get(["\ud800", "'"]) == []
    assert len(store.newest(Filter(), limit=99)) == len(odd)


# ------------------------------------------------------------ what other versions wrote


def test_a_memory_of_another_version_is_left_aside(
    store: Store, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept, strange = note("kept"), note("strange")
    store.put([kept, strange])
    row = {"id": strange.id, "kind": "prophecy", "payload": '{"kind": "prophecy", "content": "hush"}'}
    table(folder).merge([row])
    with caplog.at_level(logging.WARNING):
        assert store.newest(Filter(), limit=9) == [kept]
    assert strange.id in caplog.text
    assert "hush" not in caplog.text
    assert store.counts() == {"note": 1, "prophecy": 1}
    assert store.passages.stale(9) == [kept.id], "of one that cannot be read no passages can be made"


def old_database(folder: Path, memories: list[MemoryBase], columns: tuple[str, ...]) -> None:
    """A database as a version before the first wrote it: fewer columns, and no mark."""
    fields = [MEMORIES.field(name) for name in columns]
    schema = pa.schema([field.remove_metadata() if field.name == "payload" else field for field in fields])
    old = Table(connect(str(folder), None), "memories", folder / "memories.lance", "")
    old.create(schema)
    rows = [{name: getattr(each, name, each.model_dump_json()) for name in columns} for each in memories]
    old.merge(rows)


@pytest.mark.parametrize(
    "columns", [("id", "payload"), ("id", "kind", "created_at", "updated_at", "payload")], ids=" ".join
)
def test_an_older_database_is_brought_up_to_date(folder: Path, columns: tuple[str, ...]) -> None:
    kept: list[MemoryBase] = [note(f"note {n}", n, files=("src/a.py",)) for n in range(700)]
    kept.append(Change(commit="abc", open=True))
    old_database(folder, kept, columns)
    store = Store.open(str(folder))
    assert store.counts() == {"note": 700, "change": 1}
    assert store.opened() == store.by_keys(["commit:abc"]) == [kept[-1]]
    assert len(store.newest(Filter(files=("src/",)), limit=999)) == 700
    assert table(folder).marked("payload", MARK) == str(FORMAT)
    before = store.version()
    store.close()
    store = Store.open(str(folder))
    assert store.version() == before, "a database that is up to date is not written to"
    store.close()


def test_migration_goes_step_by_step_and_bears_a_crash(store: Store, folder: Path) -> None:
    store.put([note("kept")])
    done: list[int] = []

    def step(number: int, fails: bool = False) -> None:
        done.append(number)
        if fails:
            raise StorageError("The machine stopped.")

    crashing = {FORMAT: lambda _: step(FORMAT), FORMAT + 1: lambda _: step(FORMAT + 1, fails=True)}
    with pytest.raises(StorageError, match="stopped"):
        migrate(table(folder), crashing)
    migrate(table(folder), crashing | {FORMAT + 1: lambda _: step(FORMAT + 1)})
    assert done == [FORMAT, FORMAT + 1, FORMAT + 1], "the finished step is not done again"
    assert titles(store.newest(Filter(), limit=9)) == ["kept"]


def test_a_newer_database_is_left_alone(store: Store, folder: Path) -> None:
    store.put([note("kept")])
    table(folder).mark("payload", MARK, str(FORMAT + 1))
    before = store.version()
    with pytest.raises(SchemaTooNew, match="Update Whence"):
        Store.open(str(folder))
    assert store.version() == before


# ------------------------------------------------------------ what goes wrong


def test_a_closed_store_says_so(store: Store) -> None:
    store.close()
    store.close()
    with pytest.raises(StorageError, match="closed"):
        store.counts()
    with pytest.raises(StorageError, match="closed"):
        store.put([note("x")])


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="folder for the memory could not be made") as told:
        Store.open(str(tmp_path / "file" / "memory"))
    assert str(tmp_path) not in str(told.value)


def test_a_damaged_table_of_memories_is_never_made_anew(store: Store, folder: Path) -> None:
    store.put([note("precious")])
    store.close()
    versions = folder / "memories.lance" / "_versions"
    shutil.move(versions, folder / "aside")
    with pytest.raises(StorageError, match="backup"):
        Store.open(str(folder))
    versions.mkdir()
    (versions / "1.manifest").write_bytes(b"rubbish")
    with pytest.raises(StorageError, match="backup"):
        Store.open(str(folder))
    shutil.rmtree(versions)
    shutil.move(folder / "aside", versions)
    again = Store.open(str(folder))
    assert titles(again.newest(Filter(), limit=9)) == ["precious"]
    again.close()


def test_rows_that_cannot_be_read_are_told_with_a_way_out(store: Store, folder: Path) -> None:
    store.put([note("precious")])
    for file in (folder / "memories.lance" / "data").iterdir():
        file.write_bytes(b"rubbish" * 20)
    again = Store.open(str(folder))
    with pytest.raises(StorageError, match="backup") as told:
        again.newest(Filter(), limit=9)
    assert str(folder) not in str(told.value)
    again.close()


FILE_LIMIT = """
import resource, sys
from whence.values.errors import StorageError
from whence.values.memory import Note
from whence.store import Store
store = Store.open(sys.argv[1])
store.put([kept := Note(content="kept")])
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, resource.RLIM_INFINITY))
try:
    store.put([Note(content="x" * 3_000_000)])
except StorageError as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
store.put([Note(content="room again")])
print(len(store.get([kept.id])), store.counts())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on the size of files to stand for a full disk")
def test_a_full_disk_is_told_and_loses_nothing(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", FILE_LIMIT, str(folder)], capture_output=True, text=True, check=True)
    told, kept = done.stdout.splitlines()
    assert "the disk is full" in told
    assert kept == "1 {'note': 2}"
