"""Backups and restoring, on real databases and real files."""

import gzip
import json
import random
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.storing import DIMENSION
from whence.store import Count, Store, backups, maintenance
from whence.store.backups import Backup, Why, chosen
from whence.values.errors import SchemaTooNew, StorageError
from whence.values.memory import Note
from whence.values.protocol import Filter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "backups"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION, backups=tmp_path / "backups")
    yield store
    store.close()


def notes(count: int, beginning: int = 0) -> list[Note]:
    return [Note(content=f"note {n} says\u2028something\x85 ü\n" * 5) for n in range(beginning, beginning + count)]


def here(store: Store) -> dict[str, object]:
    found = [each for place in ("use", "bin") for some in store.each(Filter(), place=place) for each in some]
    return {each.id: each for each in found}


def pieces(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("pieces/*/*")}


def spoil(folder: Path) -> None:
    """Flip a bit in every file of the table's data."""
    for file in (folder / "memories.lance" / "data").iterdir():
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 4
        file.write_bytes(bytes(content))


def test_what_is_backed_up_comes_back_as_it_was(store: Store, folder: Path, tmp_path: Path) -> None:
    made = notes(700)
    binned = made[3].model_copy(update={"deleted_at": made[3].updated_at})
    store.put([*made[:3], binned, *made[4:]])
    backup = store.care.backup("asked", [("pictures/a.png", b"\x89PNG")])
    assert (backup.memories, backup.damaged) == (700, ())
    assert backups.listed(folder) == [backup]
    assert backups.sound(folder, backup)
    assert dict(backups.extras(folder, backup)) == {"pictures/a.png": b"\x89PNG"}
    before = here(store)
    store.purge([each.id for each in made[:500]])
    done = store.care.restore(backup)
    assert here(store) == before
    assert (done.memories, done.back, done.later, done.removed) == (700, 500, 0, 0)
    again = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    assert here(again) == before
    assert len(again.get([binned.id])) == 1
    again.put([made[0]])
    assert again.care.total() == 700, "an id is still a key"
    again.close()


def test_a_backup_is_for_its_user_alone(store: Store, folder: Path) -> None:
    store.put(notes(3))
    store.care.backup("asked")
    modes = {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}
    assert modes == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*")) if path.is_dir()} == {0o700}


def test_what_nobody_changed_is_stored_once(store: Store, folder: Path) -> None:
    made = notes(4000)
    store.put(made)
    store.care.backup("daily")
    first = pieces(folder)
    store.put(notes(1, 4000))
    store.care.backup("daily")
    assert len(pieces(folder).keys() - first.keys()) <= 2
    changed = made[2000].model_copy(update={"importance": 9})
    store.put([changed])
    store.maintain(force=True)  # which rewrites the table
    second = pieces(folder)
    store.care.backup("daily")
    assert len(pieces(folder).keys() - second.keys()) == 1
    assert len(first) > 8


def test_it_can_be_read_without_whence(store: Store, folder: Path) -> None:
    made = notes(5)
    store.put(made)
    store.care.backup("asked")
    content = b"".join(gzip.decompress(each) for each in pieces(folder).values()).decode()
    read = [json.loads(line.partition("\t")[2])["id"] for line in content.split("\n") if line]
    assert sorted(read) == sorted(each.id for each in made)


def test_others_write_and_tidy_up_meanwhile(
    store: Store, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each backup is of one version: every memory as it was at one moment."""
    monkeypatch.setattr(maintenance, "KEEP", timedelta(milliseconds=1))
    made = notes(600)
    store.put(made)
    other = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    stop = threading.Event()

    def write() -> None:
        turn = 1
        while not stop.is_set():
            turn = turn % 9 + 1
            at = datetime.now(UTC)
            other.put([each.model_copy(update={"importance": turn, "updated_at": at}) for each in made])
            other.maintain(force=True)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(5):
            backup = store.care.backup("asked")
            values = {json.loads(p)["importance"] for piece in backups.lines(folder, backup) for _, p in piece}
            assert len(values) == 1
            assert backup.memories == 600
    finally:
        stop.set()
        thread.join()
        other.close()


def test_what_the_disk_altered_is_taken_from_the_backup_before(store: Store, folder: Path, tmp_path: Path) -> None:
    made = notes(30)
    store.put(made)
    store.care.backup("daily")
    spoil(tmp_path / "memory")
    reopened = Store.open(str(tmp_path / "memory"), dimension=DIMENSION, backups=folder)
    backup = reopened.care.backup("daily")
    assert (backup.memories, backup.damaged) == (30, ())
    reopened.care.restore(backup)
    assert here(reopened) == {each.id: each for each in made}
    assert not reopened.care.damaged
    reopened.close()


def test_what_no_backup_has_is_told_and_the_rest_saved(store: Store, folder: Path, tmp_path: Path) -> None:
    made = notes(30)
    store.put(made)
    file = next((tmp_path / "memory" / "memories.lance" / "data").iterdir())
    text = json.dumps("note 7 says", ensure_ascii=False)[1:-1].encode()
    before, _, after = file.read_bytes().rpartition(text)
    file.write_bytes(before + b"note 7 sayz" + after)
    reopened = Store.open(str(tmp_path / "memory"), dimension=DIMENSION, backups=folder)
    backup = reopened.care.backup("daily")
    assert (backup.memories, backup.damaged) == (29, (made[7].id,))
    reopened.close()


def test_a_damaged_piece_is_written_anew_by_the_next_backup(store: Store, folder: Path) -> None:
    store.put(notes(30))
    first = store.care.backup("daily")
    file = min(folder.glob("pieces/*/*"))  # mostly there is one: some ids are the last of their piece
    for content in (b"", file.read_bytes()[:-9], b"nonsense"):
        file.write_bytes(content)
        assert not backups.sound(folder, first)
        assert backups.newest_sound(folder) is None
        store.care.backup("daily")
        assert backups.sound(folder, first)
    file.unlink()
    assert backups.newest_sound(folder) is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"seal": 1}', b"\xff"])
def test_a_listing_that_was_altered_is_no_backup(store: Store, folder: Path, content: bytes) -> None:
    store.put(notes(3))
    backup = store.care.backup("daily")
    listing = folder / f"{backup.name}.json"
    sound = listing.read_bytes()
    listing.write_bytes(content)
    assert backups.listed(folder) == []
    listing.write_bytes(sound.replace(b'"memories": 3', b'"memories": 4'))
    assert backups.listed(folder) == []
    backups.prune(folder, [])
    assert pieces(folder) == {} or listing.exists()


def test_what_is_later_stays_unless_the_state_of_then_is_wanted(store: Store, folder: Path) -> None:
    old, changed, gone = notes(3)
    store.put([old, changed, gone])
    backup = store.care.backup("asked")
    later = changed.model_copy(update={"importance": 9, "updated_at": changed.updated_at + timedelta(seconds=1)})
    new = Note(content="new")
    store.put([later, new])
    store.purge([gone.id])
    done = store.care.restore(backup)
    assert here(store) == {each.id: each for each in (old, later, gone, new)}
    assert (done.memories, done.back, done.later, done.removed) == (4, 1, 2, 0)
    done = store.care.restore(backup, exactly=True)
    assert here(store) == {each.id: each for each in (old, changed, gone)}
    assert done.removed == 1


def test_a_restore_settles_what_was_missing(tmp_path: Path, folder: Path) -> None:
    count = Count((tmp_path / "count.json",))
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION, count=count, backups=folder)
    made = notes(5)
    store.put(made)
    backup = store.care.backup("daily")
    store.close()
    shutil.rmtree(tmp_path / "memory")
    store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION, count=count, backups=folder)
    assert store.care.missing() is not None
    store.care.restore(backup)
    assert store.care.missing() is None
    assert here(store) == {each.id: each for each in made}
    store.close()
    again = Store.open(str(tmp_path / "memory"), dimension=DIMENSION, count=count, backups=folder)
    assert again.care.missing() is None
    again.close()


def test_another_process_sees_what_was_restored(store: Store, folder: Path, tmp_path: Path) -> None:
    made = notes(5)
    store.put(made)
    backup = store.care.backup("asked")
    other = Store.open(str(tmp_path / "memory"), dimension=DIMENSION)
    store.purge([each.id for each in made])
    assert other.care.total() == 0
    store.care.restore(backup)
    assert here(other) == {each.id: each for each in made}
    other.put([Note(id=made[0].id, content="written by the other")])
    assert store.care.total() == 5
    other.close()


def test_a_backup_of_a_newer_version_is_left_alone(store: Store, folder: Path) -> None:
    store.put(notes(2))
    backup = store.care.backup("asked")
    newer = Backup(**{each: getattr(backup, each) for each in backup.__slots__} | {"format": 99})
    with pytest.raises(SchemaTooNew, match="Update Whence"):
        store.care.restore(newer)
    assert store.care.total() == 2


@pytest.mark.skipif(shutil.which("mount") is None, reason="only Linux mounts like this")
def test_a_full_disk_leaves_the_backups_that_are_there(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        store = Store.open(str(tmp_path / "memory"), dimension=DIMENSION, backups=disk / "backups")
        store.put(notes(5))
        first = store.care.backup("daily")
        store.put([Note(content=random.Random(1).randbytes(400_000).hex()) for _ in range(4)])
        with pytest.raises(StorageError, match="the disk is full"):
            store.care.backup("daily")
        store.close()
        assert backups.listed(disk / "backups") == [first]
        assert backups.sound(disk / "backups", first)
        assert not [each for each in (disk / "backups").rglob("*") if each.is_file() and each.name.startswith(".")]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


# ------------------------------------------------------------ what is kept


def taken(*days: float, why: Why = "daily") -> list[Backup]:
    start = datetime(2026, 11, 29, 12, tzinfo=UTC)  # a Sunday
    return [Backup(start + timedelta(days=day), why, 1, None, 1, 3, ()) for day in days]


def ages(found: list[Backup]) -> list[int]:
    return [(datetime(2026, 11, 29, 12, tzinfo=UTC) - each.at).days for each in found]


def test_seven_days_and_four_weeks_are_kept() -> None:
    every_day = taken(*(-day for day in range(60)))
    assert ages(chosen(every_day, 7, 4)) == [0, 1, 2, 3, 4, 5, 6, 7, 14, 21]


def test_of_a_day_the_last_one_is_kept() -> None:
    assert [each.at.hour for each in chosen(taken(0, -0.1, -0.2), 7, 4)] == [12]


def test_days_without_a_backup_do_not_count() -> None:
    assert ages(chosen(taken(0, -40, -80, -300), 7, 4)) == [0, 40, 80, 300]


def test_a_date_that_is_ahead_pushes_none_out() -> None:
    assert len(chosen(taken(40, 0, -1, -2), 7, 4)) == 4


def test_those_taken_for_a_reason_are_kept_beside() -> None:
    marked = taken(-0.1, -0.2, -0.3, -0.4, why="migration")
    assert [each.why for each in chosen([*taken(0), *marked], 1, 0)] == ["daily", *["migration"] * 3]


def test_pieces_that_nobody_names_are_removed(store: Store, folder: Path) -> None:
    made = notes(3)
    store.put(made)
    first = store.care.backup("daily")
    store.put([Note(content="more")])
    second = store.care.backup("daily")
    backups.prune(folder, [second])
    assert backups.listed(folder) == [second]
    assert backups.sound(folder, second)
    assert not backups.sound(folder, first)
    assert len(pieces(folder)) == 1


def test_what_was_removed_for_good_comes_back_into_the_bin_at_most(store: Store, folder: Path, tmp_path: Path) -> None:
    """Found by `npm run torture`: where the file is lost that says what was removed, it was in use again, and what was
    written later was not read at all.
    """
    store.put(made := notes(10))
    store.purge([each.id for each in made[:3]])
    backup = store.care.backup("asked")
    store.put(later := [Note(content="later", updated_at=datetime.now(UTC) + timedelta(minutes=1))])
    shutil.copytree(tmp_path / "memory", tmp_path / "damaged")
    (lost,) = (tmp_path / "damaged" / "memories.lance" / "_deletions").iterdir()
    lost.unlink()
    fresh = Store.open(str(tmp_path / "fresh"), dimension=DIMENSION, backups=folder)
    fresh.care.restore(backup, aside=tmp_path / "damaged")
    assert set(fresh.ids(Filter())) == {each.id for each in (*made[3:], *later)}
    assert set(fresh.ids(Filter(), place="bin")) <= {each.id for each in made[:3]}
    fresh.close()
