"""Scores that a model gave, kept by what it was asked, so that an unchanged question costs nothing.

They are kept beside the memories for all processes, bounded, and can be lost: then they are asked for again.
"""

import hashlib
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from whence.capture.sqlite import opened
from whence.values.completion import PromptMessage

log = logging.getLogger(__name__)

MOST = 10_000
"""Scores that are kept; the ones unused for longest go first."""

_AT_ONCE = 500

_TABLE = """
create table if not exists scores
  (key text primary key, score real not null, reason text not null, used integer not null) without rowid;
create index if not exists scores_used on scores (used);
"""

_LATEST = "(select coalesce(max(used), 0) + 1 from scores)"
"""The number of this use: a clock would not tell two of one moment apart."""


def key(model: str, messages: Sequence[PromptMessage]) -> str:
    """What a score is kept by: the model and all that it is sent, so that another word of either is another score."""
    said = (model, *(part for each in messages for part in (each.role, each.content)))
    return hashlib.sha256("\0".join(said).encode("utf-8", "replace")).hexdigest()


class Scores:
    """The scores of one project.

    Args:
        file: the SQLite file; made on first use, readable by the user alone.
        most: how many are kept.
    """

    def __init__(self, file: Path, most: int = MOST) -> None:
        self._file, self._most = file, most

    def of(self, keys: Iterable[str], *, noted: bool = True) -> dict[str, tuple[float, str]]:
        """The scores that are kept under these keys, each with its reason; none where they can't be read.

        Args:
            keys: what was asked.
            noted: whether that counts as a use of them.
        """
        wanted = list(dict.fromkeys(keys))
        if not wanted or not self._file.exists():
            return {}
        found: dict[str, tuple[float, str]] = {}
        try:
            with closing(opened(self._file, _TABLE)) as db, db:
                for start in range(0, len(wanted), _AT_ONCE):
                    some = wanted[start : start + _AT_ONCE]
                    marks = ", ".join("?" * len(some))
                    rows = db.execute(f"select key, score, reason from scores where key in ({marks})", some)
                    found |= {key: (score, reason) for key, score, reason in rows}
                if noted:
                    db.executemany(f"update scores set used = {_LATEST} where key = ?", [(each,) for each in found])
        except (sqlite3.Error, OSError) as error:
            log.warning("scores can't be read: %s", error)
        return found

    def keep(self, key: str, score: float, reason: str) -> None:
        """Keep a score; where there are too many, those unused for longest go."""
        try:
            with closing(opened(self._file, _TABLE)) as db, db:
                db.execute(f"insert or replace into scores values (?, ?, ?, {_LATEST})", (key, score, reason))
                (count,) = db.execute("select count(*) from scores").fetchone()
                if count > self._most:
                    oldest = "select key from scores order by used limit ?"
                    db.execute(f"delete from scores where key in ({oldest})", (count - self._most,))
        except (sqlite3.Error, OSError) as error:
            log.warning("scores are not kept: %s", error)
