"""What the table of origins holds of a commit, of a session, and of everything: asked of the open table in SQL."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from whence.background.origin_table import Reading, Told

Line = tuple[int, int]
"""A line by its digest and what stands for its file."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote a line, as far as it is counted."""

    assistant: str
    model: str
    mixed: bool


def telling(reading: Reading, ids: Iterable[str]) -> frozenset[str]:
    """Those of some commits of which any line has an origin: the lines of all others need no comparing."""
    found = [
        reading.rows(
            "select id from commits where id = ?"
            " and exists (select 1 from origins where origins.number = commits.number)",
            (id,),
        )
        for id in ids
    ]
    return frozenset(id for rows in found for (id,) in rows)


def of_commit(reading: Reading, commit: str) -> list[tuple[Told, ...]]:
    """Who wrote each different line of a commit, the likeliest first."""
    found: dict[Line, list[Told]] = defaultdict(list)
    rows = reading.rows(
        "select digest, place, turn, edit, confidence, mixed from origins join commits using (number)"
        " where id = ? order by rank",
        (commit,),
    )
    for key, place, turn, edit, confidence, mixed in rows:
        found[key, place].append(Told(turn, edit, confidence, bool(mixed)))
    return [tuple(each) for each in found.values()]


def of_session(reading: Reading, assistant: str, session: str) -> dict[str, dict[Line, Told]]:
    """The lines that a session most likely wrote, by the commits that they came in."""
    found: dict[str, dict[Line, Told]] = defaultdict(dict)
    rows = reading.rows(
        "select commits.id, digest, place, turn, edit, confidence, mixed from origins join commits using (number)"
        " where rank = 0 and turn in (select turns.id from turns join sessions on sessions.id = session"
        " where assistant = ? and sessions.name = ?)",
        (assistant, session),
    )
    for commit, key, place, turn, edit, confidence, mixed in rows:
        found[commit][key, place] = Told(turn, edit, confidence, bool(mixed))
    return dict(found)


def files_of_session(reading: Reading, assistant: str, session: str) -> list[str]:
    """The files that a session edited, as they were named then."""
    rows = reading.rows(
        "select distinct path from edits join turns on turns.id = turn join sessions on sessions.id = session"
        " where assistant = ? and sessions.name = ? and path <> ''",
        (assistant, session),
    )
    return [path for (path,) in rows]


class Everything:
    """Who wrote the lines of any commit, for counting them.

    Args:
        reading: the open table.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        rows = reading.rows("select turns.id, assistant from turns join sessions on sessions.id = session")
        self._assistants: Mapping[int, str] = dict(rows)
        self._models: Mapping[int, str] = dict(reading.rows("select id, model from edits"))

    def commits(self) -> frozenset[str]:
        """Those whose lines were compared with what assistants wrote."""
        return frozenset(id for (id,) in self._reading.rows("select id from commits"))

    def of(self, commit: str) -> dict[Line, Writer]:
        """The most likely writer of each line of a commit, where one is sure."""
        rows = self._reading.rows(
            "select digest, place, turn, edit, mixed from origins join commits using (number)"
            " where id = ? and rank <= 0 order by rank desc",  # what a note states comes last, and stays
            (commit,),
        )
        return {(key, place): self._writer(turn, edit, bool(mixed)) for key, place, turn, edit, mixed in rows}

    def stated(self, commit: str) -> tuple[Writer | None, bool]:
        """Who a commit's message says wrote all of it, by a session; and whether it says that an assistant helped."""
        said = self._reading.stated(commit)
        named = next((each for each in said if each.session), None)
        return Writer(named.assistant, named.model, named.mixed) if named else None, bool(said)

    def _writer(self, turn: int, edit: int, mixed: bool) -> Writer:
        if turn < 0 and (origin := self._reading.known_as(Told(turn, edit, 1.0, mixed))):
            return Writer(origin.assistant, origin.model, mixed)
        return Writer(self._assistants.get(turn, ""), self._models.get(edit, ""), mixed)
