"""A damaged database is kept aside, and one that is whole takes its place, whatever ends the process meanwhile."""

from pathlib import Path

import pytest

from tests.opened import Engine
from whence.engine import backups
from whence.project import aside
from whence.values.settings import parse

PLAIN = parse({"embedding": {"model": "none"}})


class Killed(BaseException):
    """Stands for the end of the process: nothing of ours catches it."""


@pytest.mark.parametrize("step", ["look_alike", "exchange", "finish"])
def test_killed_while_a_damaged_database_is_replaced(
    repository: Path, home: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """Found by `npm run torture`: what was later than the backup was left in the folder that nobody reads."""
    with Engine(repository, PLAIN) as engine:
        engine.remember({"kind": "note", "content": "Before the backup"})
        engine.backup()
        engine.remember({"kind": "note", "content": "After the backup"})
        place = engine.place
    newest = min((place.home / "memory" / "memories.lance" / "_versions").glob("*.manifest"))
    spoilt = newest.with_name("9.manifest" if len(newest.stem) < 20 else "00000000000000000001.manifest")
    spoilt.write_bytes(b"nonsense")

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as killing:
        killing.setattr(aside if step == "finish" else backups, step, die)
        with pytest.raises(Killed):
            backups.restore_in_place(repository, PLAIN)
    if step != "finish":
        assert (place.home / "memory").is_dir(), "the damaged one stays where it was"
        backups.restore_in_place(repository, PLAIN)
    with Engine(repository, PLAIN) as engine:
        assert {hit.title for hit in engine.search("").hits} == {"Before the backup", "After the backup"}
        assert not engine.missing()
    assert not (place.home / "restored").exists()
    assert not (place.home / "restoring").exists()


def test_the_newest_two_are_kept_and_of_older_ones_what_was_salvaged(tmp_path: Path) -> None:
    for number in range(4):
        folder = tmp_path / "aside" / f"2026-11-2{number}T000000Z"
        (folder / "memories.lance").mkdir(parents=True)
        (folder / "names.sqlite3").write_text("torn", "utf-8")
        if number == 1:
            (folder / aside.SALVAGE).write_text("{}\n", "utf-8")
    aside.drop_older(tmp_path)
    left = sorted(path.relative_to(tmp_path / "aside").as_posix() for path in (tmp_path / "aside").rglob("*"))
    assert left == [
        "2026-11-21T000000Z",
        "2026-11-21T000000Z/damaged.jsonl",
        *(
            f"2026-11-2{number}T000000Z{rest}"
            for number in (2, 3)
            for rest in ("", "/memories.lance", "/names.sqlite3")
        ),
    ]
    aside.drop_older(tmp_path / "nothing")
