"""Takes edits into the table of origins, redacted and once each."""

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

from whence.readers.transcripts.edits import Act, Asked, Deed, Edit, Stay
from whence.retrieval.origins import digest
from whence.secrets.redaction import redact

_ASKED_AT_ONCE = 500
"""Values in one question to SQLite."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How far a transcript was read."""

    mark: str
    """Its fingerprint."""
    size: int
    touched: int
    begun: Asked | None
    """The last turn, at which reading goes on."""


class OriginIntake:
    """Takes in what was done, while the table is open.

    Args:
        db: the table.
        root: the project's folder.
    """

    def __init__(self, db: sqlite3.Connection, root: Path) -> None:
        self._db, self._root = db, root

    def kept(self, path: Path) -> Kept | None:
        """How far a transcript was read; None where it never was."""
        row = self._db.execute(
            "select mark, size, touched, begun from transcripts where path = ?", (str(path),)
        ).fetchone()
        if row is None:
            return None
        told = json.loads(row[3])
        begun = (
            Asked(**{**told, "at": datetime.fromtimestamp(told["at"], UTC) if told["at"] else None}) if told else None
        )
        return Kept(row[0], row[1], row[2], begun)

    def keep(self, path: Path, kept: Kept) -> None:
        """Remember how far a transcript was read. What was said isn't needed for that."""
        begun = kept.begun
        told: dict[str, Any] = {}
        if begun:
            told = {name: getattr(begun, name) for name in ("assistant", "session", "id", "number", "offset", "leaf")}
            told["at"] = begun.at.timestamp() if begun.at else None
        row = (str(path), kept.mark, kept.size, kept.touched, json.dumps(told))
        self._db.execute("insert or replace into transcripts values (?, ?, ?, ?, ?)", row)

    def forget(self, assistant: str, session: str) -> None:
        """Take out what a session did: its transcript is read anew."""
        of = "select id from sessions where assistant = ? and name = ?"
        turns = f"select id from turns where session in ({of})"
        edits = f"select id from edits where turn in ({turns})"
        named = (assistant, session)
        self._db.execute(f"delete from lines where edit in ({edits})", named)
        self._db.execute(f"delete from edits where turn in ({turns})", named)
        self._db.execute(f"delete from acts where turn in ({turns})", named)

    def erase(self, assistant: str, session: str) -> None:
        """Take out a session for good: what it did, what it wrote, and what was said in it."""
        self.forget(assistant, session)
        of = "select id from sessions where assistant = ? and name = ?"
        named = (assistant, session)
        self._db.execute(f"delete from origins where turn in (select id from turns where session in ({of}))", named)
        self._db.execute(f"delete from turns where session in ({of})", named)
        self._db.execute("delete from sessions where assistant = ? and name = ?", named)

    def take(self, deeds: Iterable[Deed]) -> Asked | None:
        """Take in what was done; the last turn."""
        last: Asked | None = None
        for deed in deeds:
            turn = self._turn(deed)
            if isinstance(deed, Edit):
                self._take_edit(deed, turn)
            elif isinstance(deed, Act):
                if deed.kind == "commit":
                    at = deed.at.timestamp() if deed.at else 0.0
                    for words in filter(None, deed.words):
                        row = (f"{deed.id} {words}", turn, at, deed.kind, redact(words).text)
                        self._db.execute("insert or ignore into acts values (?, ?, ?, ?, ?)", row)
            else:
                last = deed.asked
        return last

    def _turn(self, deed: Deed) -> int:
        asked = deed.asked
        self._db.execute(
            "insert or ignore into sessions (assistant, name) values (?, ?)", (asked.assistant, asked.session)
        )
        (session,) = self._db.execute(
            "select id from sessions where assistant = ? and name = ?", (asked.assistant, asked.session)
        ).fetchone()
        at = asked.at.timestamp() if asked.at else 0.0
        if isinstance(deed, Stay):
            begun, ended = deed.begun.timestamp(), deed.ended.timestamp()
            branch = redact(deed.branch).text
        else:
            begun = ended = deed.at.timestamp() if deed.at else at
            branch = ""
            if not asked.number and (found := self._during(session, begun)):
                return found
        row = (session, asked.number, asked.id, redact(asked.text).text, at or begun, branch, begun, ended)
        (id,) = self._db.execute(
            "insert into turns (session, number, name, said, at, branch, begun, ended) values (?, ?, ?, ?, ?, ?, ?, ?)"
            " on conflict (session, number) do update set name = excluded.name, said = excluded.said,"
            " begun = min(begun, excluded.begun),"
            " ended = max(ended, excluded.ended), branch = iif(excluded.branch = '', branch, excluded.branch)"
            " returning id",
            row,
        ).fetchone()
        return int(id)

    def _during(self, session: int, at: float) -> int:
        """The turn of a session during which a subagent worked, whose own transcript names none."""
        row = self._db.execute(
            "select id from turns where session = ? and number > 0 and begun <= ? order by begun desc limit 1",
            (session, at),
        ).fetchone()
        return int(row[0]) if row else 0

    def _take_edit(self, edit: Edit, turn: int) -> None:
        lines = clean(edit.lines)
        packed = zlib.compress("\n".join(line for line in lines if line[:1] == "+").encode("utf-8", "replace"))
        at = edit.at.timestamp() if edit.at else 0.0
        said, path = redact(edit.said).text, self._relative(edit.folder, edit.path)
        row = (edit.id, turn, at, edit.tool, edit.model, said, path, edit.by_hand, packed)
        made = self._db.execute(
            "insert or ignore into edits (call, turn, at, tool, model, said, path, by_hand, lines)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        if made.rowcount:
            signs = {"+": 1, "-": -1}
            keys = {(digest(line[1:]), signs[line[0]]) for line in lines if line[:1] in signs}
            wrote = {(key, sign) for key, sign in keys if key is not None}
            if all(line[:1] == "+" for line in lines):
                wrote -= {(key, 1) for key in self._standing(turn, path, sorted(key for key, _ in wrote))}
            self._db.executemany(
                "insert or ignore into lines values (?, ?, ?)", [(*each, made.lastrowid) for each in wrote]
            )

    def _standing(self, turn: int, path: str, keys: Sequence[int]) -> set[int]:
        """Lines that a session wrote into a file before, and didn't take out: who writes all of it anew wrote none."""
        found: set[int] = set()
        for some in pieces(keys) if path else ():
            marks = ",".join("?" * len(some))
            rows = self._db.execute(
                f"select digest, max(edit * sign) + min(edit * sign) from lines join edits on edits.id = edit"
                f" join turns on turns.id = turn where digest in ({marks}) and path = ?"
                " and session = (select session from turns where id = ?) group by digest",
                (*some, path, turn),
            )
            found |= {key for key, latest in rows if latest > 0}  # written again since it was taken out last, if ever
        return found

    def _relative(self, folder: str, path: str) -> str:
        """A file as it is named in the project; one that lies elsewhere keeps its name."""
        if not path:
            return ""
        whole = PurePath(folder, path)
        try:
            return whole.relative_to(self._root).as_posix()
        except ValueError:
            return whole.as_posix()


def clean(lines: Sequence[str]) -> list[str]:
    """Lines without what is secret in them, as many as before: digests are made of these, here and there."""
    clean = redact("\n".join(lines)).text.split("\n") if lines else []
    return clean if len(clean) == len(lines) else [redact(line).text.replace("\n", " ") for line in lines]


def pieces(values: Sequence[int]) -> Iterator[Sequence[int]]:
    """Values in as many pieces as questions to SQLite take."""
    for begin in range(0, len(values), _ASKED_AT_ONCE):
        yield values[begin : begin + _ASKED_AT_ONCE]
