"""Sketches of the pages that Whence handed out lately, by which a copy is known whose mark was lost.

They are shared by the processes of a project in one SQLite file: hashes of runs of words, of which nothing can be read.
They are hints: where the file is lost, copies without a mark count as the user's own words again.
"""

import logging
import sqlite3
import time
import zlib
from array import array
from contextlib import closing
from pathlib import Path

from whence.capture.sqlite import opened
from whence.values.handed_out import LEAST_COPIED, Sketch, sketch, without_copied

log = logging.getLogger(__name__)

MOST_PAGES = 64
"""Pages that are known, those handed out last: half a megabyte at most."""

_TABLE = """
create table if not exists pages (
    id integer primary key, at real not null, seam blob not null, runs blob not null
)
"""


class HandedOut:
    """What Whence handed out lately of one project.

    Args:
        home: the project's folder of ours.
    """

    def __init__(self, home: Path) -> None:
        self._file = home / "handed-out.sqlite"

    def keep(self, page: str) -> None:
        """Keep the sketch of a page that somebody is shown; the oldest make way."""
        made = sketch(page)
        if len(made.runs) < LEAST_COPIED:
            return  # too short for a copy of it to be told from chance
        row = (zlib.crc32(page.encode("utf-8", "replace")), time.time(), _packed(made.seam), _packed(made.runs))
        try:
            with closing(opened(self._file, _TABLE)) as db, db:
                db.execute("insert or replace into pages values (?, ?, ?, ?)", row)
                db.execute(
                    "delete from pages where id not in (select id from pages order by at desc limit ?)", (MOST_PAGES,)
                )
        except (sqlite3.Error, OSError) as error:
            log.warning("what was handed out is not kept: %s", error)

    def sketches(self) -> list[Sketch]:
        """What is known of the pages, the latest first."""
        if not self._file.exists():
            return []
        try:
            with closing(opened(self._file, _TABLE)) as db:
                rows = db.execute("select seam, runs from pages order by at desc").fetchall()
        except (sqlite3.Error, OSError) as error:
            log.warning("what was handed out can't be read: %s", error)
            return []
        return [Sketch(_unpacked(seam), _unpacked(runs)) for seam, runs in rows]

    def without(self, text: str) -> str:
        """A text of prose without what of it is a copy of such a page."""
        return without_copied(text, self.sketches()) if len(text) > LEAST_COPIED else text


def _packed(hashes: frozenset[int]) -> bytes:
    return array("I", sorted(hashes)).tobytes()


def _unpacked(packed: bytes) -> frozenset[int]:
    found = array("I")
    found.frombytes(packed)
    return frozenset(found)
