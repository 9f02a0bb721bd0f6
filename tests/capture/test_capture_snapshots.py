import stat
from pathlib import Path

import pytest

from whence.capture.snapshots import Open, Snapshots
from whence.git.text import OnDisk, digest

pytestmark = pytest.mark.quick

DISK = OnDisk(True, b"raw", 5, 3)


def test_texts_are_kept_across_restarts(tmp_path: Path) -> None:
    first = Snapshots(tmp_path)
    first.put_text("a b/ü.py", "text\n", DISK)
    first.put_text("caf\udce9", None, OnDisk(False))
    first.put_unread([("big", 1, 2)])
    first.close()
    again = Snapshots(tmp_path)
    seen = again.seen("a b/ü.py")
    assert seen is not None
    assert (seen.state, seen.text, seen.raw, seen.modified, seen.size) == ("text", "text\n", digest(b"raw"), 5, 3)
    assert again.seen("caf\udce9").state == "absent"  # type: ignore[union-attr] # it was put there
    assert again.seen("big").state == "unread"  # type: ignore[union-attr] # it was put there
    assert again.seen("other") is None
    assert again.below("a b") == ["a b/ü.py"]
    assert set(again.stats()) == {"a b/ü.py", "caf\udce9", "big"}
    again.drop("big")
    assert again.seen("big") is None
    again.close()


def test_a_stat_is_trusted_only_when_it_is_old_enough() -> None:
    from whence.capture.snapshots import Seen

    seen = Seen("a", "text", "", b"", modified=10_000_000_000, size=1, read_at=13_000_000_000)
    assert seen.certainly(10_000_000_000, 1)
    assert not seen.certainly(10_000_000_000, 2)
    assert not Seen("a", "text", "", b"", 10_000_000_000, 1, 10_500_000_000).certainly(10_000_000_000, 1)


def test_open_changes_come_in_order_and_can_be_set_aside(tmp_path: Path) -> None:
    state = Snapshots(tmp_path)
    for id in ("2", "1"):
        state.put_open(Open(id, "a", "main", None, digest("x"), 1.5, stored=False, attached=True))
    state.attach(["1"], False)
    assert [(each.id, each.attached, each.before) for each in state.opens("a")] == [
        ("1", False, None),
        ("2", True, None),
    ]
    assert state.open_paths() == {"a"} == state.with_opens(["a", "b"])
    assert (state.set_aside(2.0), state.set_aside(1.0)) == (["1"], [])
    state.drop_open("1")
    assert [each.id for each in state.opens("a")] == ["2"]
    state.close()


def test_what_goes_together_goes_together(tmp_path: Path) -> None:
    state = Snapshots(tmp_path)
    with pytest.raises(ZeroDivisionError), state.together():
        state.set("key", [1])
        state.put_text("a", "b", DISK)
        1 / 0  # noqa: B018 - it is to fail
    assert state.get("key") is None
    assert state.seen("a") is None
    state.close()


def test_hints_are_taken_once_by_whoever_captures(tmp_path: Path) -> None:
    captor, other = Snapshots(tmp_path), Snapshots(tmp_path)
    assert captor.take_hints() == []
    other.leave_hints(["a", "b"])
    other.leave_hints(["a"])
    assert sorted(captor.take_hints()) == ["a", "b"]
    assert captor.take_hints() == []
    captor.close()
    other.close()


def test_a_broken_file_is_begun_anew_and_is_the_users_alone(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    Snapshots(folder).close()
    file = next(folder.glob("*.sqlite3"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.write_bytes(b"no database" * 1000)
    state = Snapshots(folder)
    state.set("key", {"a": 1})
    assert state.get("key") == {"a": 1}
    state.close()
