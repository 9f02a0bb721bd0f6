import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests import forked
from tests.patience import PATIENCE, until
from tests.storing import DIMENSION, passage
from whence.store import Store
from whence.store.schema import MARK
from whence.values.base import now
from whence.values.memory import Note
from whence.values.protocol import Filter

ALL = Filter(archived=True)

PROLOGUE = f"""
import sys
import time
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).resolve().parent.parent.parent)!r})
from tests.storing import MODEL, axis, passage
from whence.values.memory import Note
from whence.values.base import now
from whence.values.protocol import Filter
from whence.store import Store
from whence.store.schema import MARK
store = Store.open(sys.argv[1], dimension={DIMENSION})
say = lambda *words: print(*words, flush=True)
say("open")
sys.stdin.readline()
"""


def start(folder: Path, script: str, *words: str) -> "subprocess.Popen[str]":
    """A process with the store open, which waits for a line before it goes on with the script."""
    return forked.Popen(
        [sys.executable, "-c", PROLOGUE + script, str(folder), *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def go(*processes: "subprocess.Popen[str]") -> None:
    """Let processes begin at the same time, once all have the store open."""
    for process in processes:
        assert said(process) == "open"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()


def finish(*processes: "subprocess.Popen[str]") -> list[str]:
    """What they said until they ended."""
    outputs = [process.communicate(timeout=2 * PATIENCE)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return outputs


@pytest.mark.quick
def test_three_processes_open_a_new_database_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "memory"
    script = """
made = Note(content=f"alpha {sys.argv[2]}")
store.put([made])
store.passages.put([made], [passage(made, made.content)])
say(len(store.passages.by_words(["alpha"], Filter(), 9)) > 0)
"""
    processes = [start(folder, script, str(n)) for n in range(3)]
    go(*processes)
    assert finish(*processes) == ["True\n"] * 3
    store = Store.open(str(folder))
    assert store.counts() == {"note": 3}
    assert len(store.passages.by_words(["alpha"], ALL, 9)) == 3
    store.close()


WRITE = """
from datetime import UTC, datetime, timedelta
who, counter, at = sys.argv[2], sys.argv[3], datetime(2026, 3, 1, tzinfo=UTC)
for n in range(25):
    own, shared = Note(content=f"{who} {n}"), Note(id=f"shared-{n}", content="the same", created_at=at, updated_at=at)
    store.put([own, shared])
    store.passages.put([own, shared], [passage(each, each.content) for each in (own, shared)])
    todo = store.passages.unembedded(MODEL, 3)
    store.passages.put_vectors(MODEL, [(handle, axis(0)) for handle, _ in todo])
    while True:  # one more, whoever else counts
        (old,) = store.get([counter])
        new = old.model_copy(update={"content": str(int(old.content) + 1),
                                     "updated_at": max(now(), old.updated_at + timedelta(microseconds=1))})
        if store.swap([(old, new)]) == [True]:
            break
    if n % 8 == 7:
        store.maintain(force=True)
    say(own.id)
"""


def test_processes_that_write_at_once_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "memory"
    store = Store.open(str(folder), dimension=DIMENSION)
    store.put([counter := Note(content="0")])
    processes = [start(folder, WRITE, str(n), counter.id) for n in range(3)]
    go(*processes)
    acknowledged = [id for output in finish(*processes) for id in output.split()]
    assert len(acknowledged) == 75
    assert len(store.get(acknowledged)) == 75
    assert store.counts() == {"note": 75 + 25 + 1}, "a memory that all write is there once"
    (counted,) = store.get([counter.id])
    assert counted.text() == "75", "no update was lost"
    assert store.passages.embedding_progress("")[0] == 75 + 25, "and so are its passages"
    assert store.passages.stale(9) == [counter.id]
    store.close()


def test_a_reader_sees_another_process_s_write_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "memory"
    reader = Store.open(str(folder), dimension=DIMENSION)
    script = """
for line in sys.stdin:
    made = Note(content="alpha " + line.strip())
    store.put([made])
    store.passages.put([made], [passage(made, made.content)])
    say(made.id)
"""
    writer = start(folder, script)
    go(writer)
    assert writer.stdin is not None
    for n in range(5):
        before = reader.version()
        writer.stdin.write(f"beta{n}\n")
        writer.stdin.flush()
        id = said(writer)
        assert reader.version() > before
        assert [each.id for each in reader.get([id])] == [id]
        assert [each.id for each in reader.newest(ALL, limit=1)] == [id]
        assert [each.passage.memory for each in reader.passages.by_words([f"beta{n}"], ALL, 9)] == [id]
    finish(writer)
    reader.close()


def test_processes_that_open_new_databases_at_once_are_never_told_of_damage(tmp_path: Path) -> None:
    """Between seeing that the index of words is missing and making it, another process makes it.

    One opening of twenty ended so, with "the passages could not be written".
    """
    script = """
import time
for number in range(20):
    time.sleep(max(0.0, float(sys.argv[2]) + 0.5 * number - time.time()))
    Store.open(str(Path(sys.argv[1]).parent / str(number)), dimension=8).close()
say("all open")
"""
    start_at = str(time.time() + 4)
    processes = [start(tmp_path / "first", script, start_at) for _ in range(4)]
    go(*processes)
    assert [each.strip() for each in finish(*processes)] == ["all open"] * 4


def test_processes_that_open_old_databases_at_once_all_bring_them_to_the_newest_format(tmp_path: Path) -> None:
    """Both see a column missing, and the second to add it is told that it is there: one opening of six failed."""
    folders = [tmp_path / str(number) for number in range(10)]
    store = Store.open(str(folders[0]), dimension=DIMENSION)
    store.put([Note(content="kept")])
    memories = store._memories
    memories.call("written", lambda handle: handle.drop_columns(["cites", "digest"]))
    memories.mark("payload", MARK, "1")
    store.close()
    for folder in folders[1:]:
        shutil.copytree(folders[0], folder)
    script = """
import time
for number in range(10):
    time.sleep(max(0.0, float(sys.argv[2]) + 0.7 * number - time.time()))
    store = Store.open(str(Path(sys.argv[1]).parent / str(number)), dimension=8)
    say([each.content for each in store.newest(Filter(), limit=9)])
    store.close()
"""
    start_at = str(time.time() + 4)
    processes = [start(tmp_path / "first", script, start_at) for _ in range(4)]
    go(*processes)
    assert [each.split("\n") for each in finish(*processes)] == [["['kept']"] * 10 + [""]] * 4


def test_killed_writers_lose_no_acknowledged_memory(tmp_path: Path) -> None:
    folder = tmp_path / "memory"
    script = """
while True:
    made = [Note(content="kept") for _ in range(3)]
    store.put(made)
    say(*(each.id for each in made))
    store.passages.put(made, [passage(each, "kept") for each in made])
"""
    acknowledged: list[str] = []
    for wave in range(3):
        processes = [start(folder, script) for _ in range(4)]
        go(*processes)
        for number, process in enumerate(processes):
            acknowledged += [id for _ in range(1 + 3 * number + wave) for id in said(process).split()]
            process.kill()
            assert process.stdout is not None
            lines = process.stdout.read().split("\n")
            acknowledged += [id for line in lines[:-1] for id in line.split()]
            process.wait()
        for process in processes:
            process.communicate()
    store = Store.open(str(folder))
    found = [each.id for each in store.get(acknowledged)]
    assert found == acknowledged
    stored = store.newest(ALL, limit=100_000)
    assert len({each.id for each in stored}) == len(stored) >= 36, "nothing is there twice"
    while ids := store.passages.stale(200):
        memories = store.get(ids)
        store.passages.put(memories, [passage(each, "kept") for each in memories])
    assert len(store.passages.by_words(["kept"], ALL, 100_000)) == len(stored)
    assert store.maintain(force=True)
    assert [each.id for each in store.get(acknowledged)] == acknowledged
    store.close()


def test_threads_share_a_store(tmp_path: Path) -> None:
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)

    def write(number: int) -> str:
        made = Note(content=f"alpha {number}")
        store.put([made])
        store.passages.put([made], [passage(made, made.content)])
        assert store.passages.by_words([str(number)], ALL, 1)[0].passage.memory == made.id
        return made.id

    with ThreadPoolExecutor(6) as pool:
        tidying = [pool.submit(store.maintain, force=True) for _ in range(3)]
        ids = list(pool.map(write, range(40)))
        assert any(each.result() for each in tidying)
    assert len(store.get(ids)) == 40
    assert store.passages.stale(9) == []
    store.close()


def test_one_process_tidies_at_a_time(tmp_path: Path) -> None:
    folder = tmp_path / "memory"
    store = Store.open(str(folder))
    script = """
from whence.store.maintenance import one_process
with one_process(Path(sys.argv[1]) / "memories.lance") as mine:
    say(mine)
    sys.stdin.readline()
"""
    other = start(folder, script)
    go(other)
    assert said(other) == "True"
    assert not store.maintain(force=True)
    other.kill()
    other.communicate()
    until(lambda: store.maintain(force=True))  # the lock goes with its process
    store.close()


def test_old_versions_are_cleaned_away_under_readers(tmp_path: Path) -> None:
    """However short versions are kept, a reader in another thread sees every memory in every answer."""
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    other = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    made = [Note(content=f"alpha {n}", created_at=now() - timedelta(hours=1)) for n in range(50)]
    store.put(made)
    store.passages.put(made, [passage(each, each.content) for each in made])
    with ThreadPoolExecutor(1) as pool:

        def tidy() -> None:
            for _ in range(25):
                for table in (store._memories, store._passages):
                    table.mark("id", "touched", str(time.monotonic()))  # another version
                    table.optimize(timedelta(milliseconds=1))

        tidying = pool.submit(tidy)
        while not tidying.done():
            assert len(other.newest(ALL, limit=99)) == 50
            assert len(other.passages.by_words(["alpha"], ALL, 99)) == 50
            assert len(other.get([each.id for each in made])) == 50
        tidying.result()
    store.close()
    other.close()
