"""What the table of origins holds of edits that may have written some lines: no more is read than these lines need."""

import sqlite3
import zlib
from collections.abc import Collection, Iterable, Mapping, Sequence

from whence.background.origin_intake import pieces
from whence.retrieval.origins import MOST_ALIKE, Hunk, Known, Presence, Trace, digests, names

_WHOLE = r"replace(path, '\', '/')"
NAME = f"replace({_WHOLE}, rtrim({_WHOLE}, replace({_WHOLE}, '/', '')), '')"
"""A file's name without its folders, in SQL: what is left when all that ends in the last slash is taken away."""

_LINES = "select edit from lines where digest = ? and sign = ? limit ?"

_DAYS = 3 * 86_400.0
"""Seconds between a command that commits and the commit's time by which they may differ: it may be amended later."""


class OriginEvidence:
    """Reads what speaks for sessions, while the table is open; what was read is kept for the next commit.

    Args:
        db: the table.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._traces: dict[int, Trace] = {}
        self._named: dict[str, list[int]] = {}

    def known(self, hunks: Sequence[Hunk]) -> Known:
        """What edits wrote that concerns some lines, in all files and by files of their names."""
        added, removed = self._wrote(digests(hunks))
        of_files = [id for name in sorted(names(hunks)) for id in self._of(name)]
        wrote = {id for index in (added, removed) for ids in index.values() if len(ids) <= MOST_ALIKE for id in ids}
        self._read(wrote)
        traces = {id: self._traces[id] for id in (*of_files, *wrote) if id in self._traces}
        return Known(traces, added, removed, self._lines)

    def _wrote(self, keys: Iterable[int]) -> tuple[Mapping[int, Sequence[int]], Mapping[int, Sequence[int]]]:
        """By a line's digest the edits that added it, and those that took it out: as many as tell anything, and one."""
        found: tuple[dict[int, list[int]], dict[int, list[int]]] = {}, {}
        for index, sign in zip(found, (1, -1), strict=True):
            for key in keys:
                rows = self._db.execute(_LINES, (key, sign, MOST_ALIKE + 1)).fetchall()
                if rows:
                    index[key] = [edit for (edit,) in rows]
        return found

    def _of(self, name: str) -> list[int]:
        """The edits of files of a name."""
        if name not in self._named:
            self._named[name] = self._take(f"{NAME} = ?", (name,))
        return self._named[name]

    def _read(self, ids: Iterable[int]) -> None:
        for some in pieces(sorted(id for id in ids if id not in self._traces)):
            self._take(f"edits.id in ({','.join('?' * len(some))})", some)

    def _take(self, condition: str, values: Sequence[object]) -> list[int]:
        rows = self._db.execute(
            "select edits.id, session, turn, edits.at, path from edits join turns on turns.id = turn"
            f" where {condition}",
            values,
        ).fetchall()
        self._traces |= {id: Trace(session, turn, at, path) for id, session, turn, at, path in rows}
        return [id for id, *_ in rows]

    def _lines(self, edit: int) -> Sequence[str]:
        (packed,) = self._db.execute("select lines from edits where id = ?", (edit,)).fetchone()
        return [line[1:] for line in zlib.decompress(packed).decode("utf-8", "replace").split("\n")]

    def made(self, subject: str, commit: str, at: float) -> list[tuple[int, int]]:
        """Sessions that made a commit of this subject about then, or this very commit, each with its turn."""
        words = [subject, *(commit[:length] for length in range(7, 41) if commit)]
        marks = ",".join("?" * len(words))
        rows = self._db.execute(
            f"select session, turn, acts.at, words from acts join turns on turns.id = turn where words in ({marks})",
            words,
        ).fetchall()
        return [(session, turn) for session, turn, when, said in rows if said != subject or abs(when - at) < _DAYS]

    def present(self, branches: Collection[str], at: float) -> list[Presence]:
        """The turns that stood on some branches before a moment, in seconds since 1970."""
        marks = ",".join("?" * len(branches))
        rows = self._db.execute(
            f"select session, id, branch, begun, ended from turns where branch in ({marks}) and begun <= ?",
            (*branches, at + 60),
        )
        return [Presence(*row) for row in rows]
