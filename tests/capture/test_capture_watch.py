import logging
import threading
from pathlib import Path

from tests.patience import until
from whence.capture.watch import Watch


def test_what_is_heard(tmp_path: Path) -> None:
    root, probe = tmp_path / "wörk", tmp_path / "probe"
    for name in ("src/deep", "packages/one/node_modules/x", "packages/one/src", "node_modules/y", ".git/objects"):
        (root / name).mkdir(parents=True)
    probe.mkdir()
    before = threading.active_count()
    heard: set[str] = set()
    watch = Watch(
        root, {"node_modules", "packages/one/node_modules"}, probe, lambda p: heard.add(p.relative_to(root).as_posix())
    )
    skipped = ["node_modules/y/a.js", "packages/one/node_modules/x/a.js", ".git/objects/aa"]
    seen = ["a.py", "src/a.py", "src/deep/a.py", "packages/one/a.py", "packages/one/src/a.py"]
    for name in [*skipped, *seen]:
        (root / name).write_text("x\n", encoding="utf-8")
    until(lambda: set(seen) <= heard, "the files")
    assert not heard & set(skipped)
    heard.clear()
    (root / "a.py").read_bytes()
    (root / "a.py").rename(root / "b.py")
    until(lambda: {"a.py", "b.py"} <= heard, "the rename")
    # A folder that comes later, and one that goes and comes again.
    for _ in range(2):
        (root / "late").mkdir()
        watch.add(root / "late")
        (root / "late" / "a.py").write_text("x\n", encoding="utf-8")
        until(lambda: "late/a.py" in heard, "the late file")
        (root / "late" / "a.py").unlink()
        (root / "late").rmdir()
        heard.clear()
    assert not watch.lost
    logging.getLogger("watchdog.observers.inotify").warning("Inotify queue overflowed")
    assert watch.lost
    assert not watch.lost
    watch.close()
    assert threading.active_count() == before


def test_a_folder_with_many_folders_is_watched_as_a_whole(tmp_path: Path) -> None:
    root, probe = tmp_path / "work", tmp_path / "probe"
    for number in range(200):
        (root / f"d{number}" / "deep").mkdir(parents=True)
    probe.mkdir()
    before = threading.active_count()
    heard: set[str] = set()
    watch = Watch(root, {"d7"}, probe, lambda p: heard.add(p.relative_to(root).as_posix()))
    assert threading.active_count() - before < 10
    (root / "d199" / "deep" / "a.py").write_text("x\n", encoding="utf-8")
    (root / "a.py").write_text("x\n", encoding="utf-8")
    until(lambda: {"a.py", "d199/deep/a.py"} <= heard, "the files")
    watch.close()
