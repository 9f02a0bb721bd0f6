"""Who may read what Whence keeps on the disk."""

import os
import stat
import sys
from pathlib import Path

import pytest

from tests import forked
from whence.project.location import data_home

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows keeps a user's folders by other means than modes")


def whence(folder: Path, *words: str) -> None:
    """One command of the terminal, begun by a user whose files are for everybody to read."""
    old = os.umask(0o022)
    try:
        done = forked.run(
            [sys.executable, "-m", "whence", *words, "--set", "embedding.model=none"], cwd=folder, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
    finally:
        os.umask(old)


def test_all_that_is_kept_is_for_the_user_alone(repository: Path, tmp_path: Path) -> None:
    storage = tmp_path / "made" / "storage"
    apart = ("--set", f"storage.uri={storage}")
    whence(repository, "remember", "Sums take texts", *apart)
    whence(repository, "import-history", *apart)
    whence(repository, "remember", "Sums take texts")
    whence(repository, "export", str(tmp_path / "all.jsonl"))
    kept = [tmp_path / "all.jsonl"]
    for top in (tmp_path / "made", data_home()):
        kept += [top, *top.rglob("*")]
    assert len(kept) > 20
    wide = {str(path): oct(path.stat().st_mode) for path in kept if stat.S_IMODE(path.stat().st_mode) & 0o077}
    assert wide == {}
