"""What notes beside commits say of who wrote their lines, in the table of origins."""

import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from whence.background.origin_intake import clean
from whence.retrieval.origins import digest
from whence.values.reports.provenance import Origin


@dataclass(frozen=True, slots=True)
class Told:
    """Who wrote a line, by the rows that say more of it."""

    turn: int
    edit: int
    confidence: float
    mixed: bool


class Noted:
    """Keeps it, while the table is open.

    Args:
        db: the table.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def keep(self, commit: str, claims: Iterable[tuple[Origin, str, Mapping[int, str]]]) -> None:
        """Keep what a note beside a commit says of who wrote its lines.

        Args:
            commit: its id, explained before.
            claims: who, in which file, which lines by their numbers.
        """
        (number,) = self._db.execute("select number from commits where id = ?", (commit,)).fetchone()
        self._db.execute("delete from claims where number = ?", (number,))
        self._db.execute("delete from claimed where number = ?", (number,))
        self._db.execute("delete from origins where number = ? and rank < 0", (number,))
        for origin, path, lines in claims:
            made = self._db.execute(
                "insert into claims (number, told) values (?, ?)", (number, origin.model_dump_json())
            )
            claim, place = made.lastrowid or 0, place_of(path)
            keys = {digest(line) for line in clean(list(lines.values()))}
            rows = [(number, key, place, -claim, 0, 1.0, origin.mixed, -1) for key in keys if key]
            self._db.executemany(
                "insert or replace into claimed values (?, ?, ?, ?)", [(number, place, line, claim) for line in lines]
            )
            self._db.executemany("insert or replace into origins values (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def told(
        self, commit: str, told: dict[int, tuple[Told, ...]], stood: Mapping[int, tuple[str, int]]
    ) -> dict[int, tuple[Told, ...]]:
        """The same, with what a note says of each line by its number: the same text may stand there twice."""
        rows = self._db.execute(
            "select place, line, claim from claimed join commits using (number) where id = ?", (commit,)
        )
        noted = {(place, line): claim for place, line, claim in rows} if stood else {}
        for number, (path, line) in stood.items() if noted else ():
            matched = tuple(each for each in told.pop(number, ()) if each.turn > 0)
            claim = noted.get((place_of(path), line))
            stated = (Told(-claim, 0, 1.0, mixed=False),) if claim else ()
            if stated or matched:
                told[number] = (*stated, *matched)
        return told

    def tip(self, ref: str) -> str:
        """The commit that a reference named when it was read last; nothing where it never was."""
        row = self._db.execute("select tip from tips where ref = ?", (ref,)).fetchone()
        return str(row[0]) if row else ""

    def keep_tip(self, ref: str, tip: str) -> None:
        """Remember the commit that a reference names now."""
        self._db.execute("insert or replace into tips values (?, ?)", (ref, tip))


def place_of(path: str) -> int:
    """Stands for a file, by its name."""
    return zlib.crc32(path.encode("utf-8", "replace"))
