"""The table of origins: edits that assistants made, and which of them wrote the lines of which commit.

One SQLite file of a project. All of it is derived from transcripts and git, except what a transcript said that is gone
by now: that stays. Texts are redacted before they are kept, and lines are found by digests of the redacted lines.
"""

import json
import logging
import math
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from whence.background.origin_evidence import NAME, OriginEvidence
from whence.background.origin_intake import OriginIntake, clean, pieces
from whence.background.origin_noted import Noted, Told, place_of
from whence.capture.sqlite import opened
from whence.retrieval.origins import SURE, Explained, Hunk, Work, digest, explain
from whence.values.reports.provenance import Origin

__all__ = ["OriginTable", "Reading", "Told", "cleaned", "place_of"]

log = logging.getLogger(__name__)

_TABLES = f"""
create table if not exists transcripts (
    path text primary key, mark text not null, size integer not null, touched integer not null, begun text not null
) without rowid;
create table if not exists sessions (
    id integer primary key, assistant text not null, name text not null, unique (assistant, name)
);
create table if not exists turns (
    id integer primary key, session integer not null, number integer not null, name text not null, said text not null,
    at real not null, branch text not null, begun real not null, ended real not null, unique (session, number)
);
create index if not exists turns_by_branch on turns (branch);
create table if not exists edits (
    id integer primary key, call text not null unique, turn integer not null, at real not null, tool text not null,
    model text not null, said text not null, path text not null, by_hand integer not null, lines blob not null
);
create index if not exists edits_by_turn on edits (turn);
create index if not exists edits_by_name on edits ({NAME});
create table if not exists lines (
    digest integer not null, sign integer not null, edit integer not null, primary key (digest, sign, edit)
) without rowid;
create table if not exists acts (
    call text primary key, turn integer not null, at real not null, kind text not null, words text not null
) without rowid;
create index if not exists acts_by_words on acts (words);
create table if not exists commits (
    id text primary key, number integer not null unique, edits integer not null, stated text not null
) without rowid;
create table if not exists claims (
    id integer primary key, number integer not null, told text not null
);
create index if not exists claims_by_number on claims (number);
create table if not exists claimed (
    number integer not null, place integer not null, line integer not null, claim integer not null,
    primary key (number, place, line)
) without rowid;
create table if not exists tips (ref text primary key, tip text not null) without rowid;
create table if not exists origins (
    number integer not null, digest integer not null, place integer not null, turn integer not null,
    edit integer not null, confidence real not null, mixed integer not null, rank integer not null,
    primary key (number, digest, place, rank)
) without rowid;
"""

_FEW_WORDS = 4
"""Words below which a turn agrees to something, or chooses it, rather than asks for it."""

_LOOKED_BACK = 10
"""Turns before such a one among which the one that asked is looked for."""

_NOWHERE: Mapping[int, tuple[str, int]] = {}


class OriginTable:
    """What is known of edits and of what they wrote.

    Args:
        home: the project's folder of ours.
        root: the project's folder.
    """

    def __init__(self, home: Path, root: Path) -> None:
        self._file = home / "origins.sqlite"
        self._root = root

    @property
    def exists(self) -> bool:
        """Whether anything was ever read."""
        return self._file.exists()

    @property
    def size(self) -> int:
        """Bytes that it takes on disk."""
        return self._file.stat().st_size if self._file.exists() else 0

    @contextmanager
    def open(self) -> Iterator["Reading"]:
        """The table, to be read and written in one transaction.

        Raises:
            sqlite3.Error: it is busy, or there is no space.
            OSError: it can't be made.
        """
        with closing(opened(self._file, _TABLES)) as db, db:
            yield Reading(db, self._root)

    def forget(self, sessions: Iterable[tuple[str, str]]) -> None:
        """Take out what conversations did and what was said in them, for good.

        Args:
            sessions: whose each is, and its id there.
        """
        named = list(sessions)
        if named and self.exists:
            try:
                with self.open() as reading:
                    for assistant, session in named:
                        reading.intake.erase(assistant, session)
            except (sqlite3.Error, OSError) as error:
                log.warning("what conversations did could not be taken out: %s", error)


def cleaned(hunks: Iterable[Hunk]) -> list[Hunk]:
    """Hunks without what is secret in them, as what edits wrote is kept: only so can they be compared."""
    return [Hunk(each.path, each.old_path, clean(each.added), clean(each.removed)) for each in hunks]


class Reading:
    """The table while it is open."""

    def __init__(self, db: sqlite3.Connection, root: Path) -> None:
        self._db = db
        self.intake = OriginIntake(db, root)
        """Takes in what was done."""
        self.noted = Noted(db)
        """Keeps what notes beside commits say."""
        self._evidence = OriginEvidence(db)

    def commit(self) -> None:
        """Keep what was written so far, and let others write."""
        self._db.commit()

    # ------------------------------------------------------------ comparing

    def earliest(self, count: int) -> float:
        """When the oldest was made of the edits that became known after so many, in seconds since 1970."""
        (at,) = self._db.execute(
            "select min(at) from (select at from edits order by id limit -1 offset ?) where at > 0", (count,)
        ).fetchone()
        return float(at or 0.0)

    def edits(self) -> int:
        """How many edits are known."""
        (count,) = self._db.execute("select count(*) from edits").fetchone()
        return int(count)

    def explained(
        self,
        hunks: Sequence[Hunk],
        at: float,
        *,
        authored: float = math.inf,
        subject: str = "",
        commit: str = "",
        branches: Collection[str] = (),
    ) -> Explained:
        """Who wrote the lines of a commit, or of what is in none yet.

        Args:
            hunks: the lines, as `cleaned` has them.
            at: when it was made, in seconds since 1970.
            authored: when it was written first, before it was picked or rebased.
            subject: the first line of its message.
            commit: its id.
            branches: those that it came through, as far as they are known.
        """
        evidence = self._evidence
        work = Work(at, hunks, evidence.made(subject, commit, at), evidence.present(branches, at), authored)
        return explain(work, evidence.known(hunks))

    # ------------------------------------------------------------ keeping what came of it

    def known_commits(self) -> dict[str, int]:
        """The commits that were explained, and how many edits were known then."""
        return dict(self._db.execute("select id, edits from commits"))

    def keep_explained(
        self, commit: str, hunks: Sequence[Hunk], explained: Explained, edits: int, stated: Sequence[Origin] = ()
    ) -> None:
        """Keep who wrote the lines of a commit, as far as it is sure.

        Args:
            commit: its id.
            hunks: its lines, as `cleaned` has them.
            explained: who wrote them.
            edits: how many edits were known.
            stated: what it says itself.
        """
        row = self._db.execute("select number from commits where id = ?", (commit,)).fetchone()
        if row:
            self._db.execute("delete from origins where number = ?", row)
        number = row[0] if row else self._db.execute("select coalesce(max(number), 0) + 1 from commits").fetchone()[0]
        told = json.dumps([each.model_dump(mode="json") for each in stated])
        self._db.execute("insert or replace into commits values (?, ?, ?, ?)", (commit, number, edits, told))
        rows = list[tuple[object, ...]]()
        for hunk, lines in zip(hunks, explained.lines, strict=True):
            place = place_of(hunk.path)
            for line, origins in zip(hunk.added, lines, strict=True):
                key = digest(line)
                if key is not None and origins and origins[0].confidence >= SURE:
                    rows += [
                        (number, key, place, each.turn, each.edit, round(each.confidence, 3), each.mixed, rank)
                        for rank, each in enumerate(origins)
                        if each.turn
                    ]
        self._db.executemany("insert or replace into origins values (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def matched_commits(self) -> list[str]:
        """The commits of which lines were matched, in the order in which they became known."""
        rows = self._db.execute(
            "select id from commits where number in (select number from origins where rank >= 0) order by number"
        )
        return [id for (id,) in rows]

    # ------------------------------------------------------------ telling

    def rows(self, question: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """What a question in SQL is answered with, for whoever looks into the table."""
        return list(self._db.execute(question, values))

    def sessions(self) -> list[tuple[int, str, str]]:
        """Each session's number, whose it is, and its id there."""
        return list(self._db.execute("select id, assistant, name from sessions"))

    def written(
        self, commit: str, path: str, lines: Mapping[int, str], stood: Mapping[int, tuple[str, int]] = _NOWHERE
    ) -> dict[int, tuple[Told, ...]]:
        """Who wrote lines that a commit brought in, as far as it is sure; a short one goes with the line before it.

        Args:
            commit: its id.
            path: the file, as it is named by now.
            lines: the lines by their numbers.
            stood: where they stood in the commit, as far as that is known: what notes say holds for these very lines.
        """
        keys = dict(zip(lines, map(digest, clean(list(lines.values()))), strict=True))
        found: dict[int, dict[int, list[Told]]] = defaultdict(lambda: defaultdict(list))
        for some in pieces(sorted({key for key in keys.values() if key is not None})):
            marks = ",".join("?" * len(some))
            rows = self._db.execute(
                "select digest, place, turn, edit, confidence, mixed from origins join commits using (number)"
                f" where id = ? and digest in ({marks}) order by rank",
                (commit, *some),
            )
            for key, place, turn, edit, confidence, mixed in rows:
                found[key][place].append(Told(turn, edit, confidence, bool(mixed)))
        here = place_of(path)
        told: dict[int, tuple[Told, ...]] = {}
        for number, key in sorted(keys.items()):
            if key is None and number - 1 in told:
                told[number] = told[number - 1]
            elif key in found:
                places = found[key]
                told[number] = tuple(places[here] if here in places else next(iter(places.values())))
        return self.noted.told(commit, told, {number: stood[number] for number in lines if number in stood})

    def known_as(self, told: Told) -> Origin | None:
        """An origin in words; None where it is gone."""
        if told.turn < 0:
            row = self._db.execute("select told from claims where id = ?", (-told.turn,)).fetchone()
            return Origin.model_validate_json(row[0]) if row else None
        row = self._db.execute(
            "select assistant, sessions.name, number, turns.said, turns.at from turns"
            " join sessions on sessions.id = session where turns.id = ?",
            (told.turn,),
        ).fetchone()
        if row is None:
            return None
        edit = self._db.execute("select at, model, said from edits where id = ?", (told.edit,)).fetchone()
        at, model, said = edit or (row[4], "", "")
        return Origin(
            assistant=row[0],
            session=row[1],
            turn=row[2],
            asked=row[3],
            before=self._before(told.turn) if len(row[3].split()) < _FEW_WORDS else "",
            said=said,
            at=datetime.fromtimestamp(at, UTC) if at else None,
            model=model,
            confidence=told.confidence,
            mixed=told.mixed,
        )

    def _before(self, turn: int) -> str:
        """What a session was asked last before a turn, in as many words as say something."""
        rows = self._db.execute(
            "select earlier.said from turns join turns earlier using (session) where turns.id = ?"
            " and earlier.number < turns.number and earlier.number > 0 order by earlier.number desc limit ?",
            (turn, _LOOKED_BACK),
        )
        return next((said for (said,) in rows if len(said.split()) >= _FEW_WORDS), "")

    def stated(self, commit: str) -> tuple[Origin, ...]:
        """What a commit itself says of who wrote it."""
        row = self._db.execute("select stated from commits where id = ?", (commit,)).fetchone()
        return tuple(Origin.model_validate(each) for each in json.loads(row[0])) if row else ()
