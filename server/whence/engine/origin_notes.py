"""Origins for others: what was matched, as git notes in the standard of git-ai, once the user says so."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator

from whence.background.origin_table import Reading
from whence.engine import origins
from whence.git import hunks, notes
from whence.git.hunks import Made
from whence.project.project import Project
from whence.readers import attributions
from whence.readers.attributions import Claim
from whence.values.errors import InvalidRequest, StorageError
from whence.values.operation import Progress, operation
from whence.values.reports.provenance import ExportedOrigins, Origin
from whence.values.version import VERSION

_AT_ONCE = 100
"""Commits that are read at once."""


@operation
def export_origins(
    project: Project, write: bool = False, progress: Progress = lambda message, share: None
) -> ExportedOrigins:
    """Write which conversations wrote which lines as git notes, which other tools read: the standard 3.0.0 of git-ai.

    Without `write` nothing is written, and the answer says what would be. Notes stand under `refs/notes/ai` and are
    pushed by nobody but you: `git push origin refs/notes/ai`. They name assistants, models and sessions; nothing that
    was said is in them. A line that somebody changed afterwards is left out, since the standard has no word for it, and
    a commit that has a note of another tool keeps it.

    Args:
        write: whether to write them; without, it is only told what would be written.

    Raises:
        InvalidRequest: there is no repository here.
        GitError: git can't be asked, or doesn't know who you are; then nothing was written.
    """
    repository = project.repository() if project.trusted else None
    if repository is None:
        raise InvalidRequest("There is no git repository here that is trusted, so notes have nowhere to stand.")
    table = origins.table(project)
    if not table.exists:
        return ExportedOrigins(
            commits=0, lines=0, sessions=0, others=0, written=False, note=_told(0, 0, 0, 0, write=write)
        )
    made: dict[str, str] = {}
    lines = kept = 0
    sessions: set[tuple[str, str]] = set()
    try:
        with table.open() as reading:
            ids = reading.matched_commits()
            for begin in range(0, len(ids), _AT_ONCE):
                some = ids[begin : begin + _AT_ONCE]
                progress("Reading commits", begin / len(ids))
                before = notes.notes(repository, attributions.NOTES, some)
                for commit in hunks.made(repository, some):
                    claims = tuple(_claims(reading, commit))
                    there = before.get(commit.id, "")
                    if there and not attributions.is_ours(there):
                        kept += bool(claims)
                        continue
                    text = attributions.note(commit.id, claims, VERSION) if claims else ""
                    if claims and text.strip() != there.strip():
                        made[commit.id] = text
                        lines += sum(last - first + 1 for each in claims for first, last in each.lines)
                        sessions |= {(each.assistant, each.session) for each in claims}
    except sqlite3.Error as error:
        raise StorageError(f"The table of origins can't be read: {error}") from None
    if write and made:
        progress("Writing notes", 1.0)
        notes.write(repository, attributions.NOTES, made, "Notes by Whence: which conversations wrote which lines")
    return ExportedOrigins(
        commits=len(made),
        lines=lines,
        sessions=len(sessions),
        others=kept,
        written=write and bool(made),
        note=_told(len(made), lines, len(sessions), kept, write=write),
    )


def _claims(reading: Reading, commit: Made) -> Iterator[Claim]:
    """What is matched of a commit's lines, those that somebody changed left out: a turn of a session and file each."""
    known: dict[str, dict[tuple[Origin, ...], list[int]]] = defaultdict(lambda: defaultdict(list))
    for path in dict.fromkeys(each.path for each in commit.hunks):
        texts = {
            number: line
            for each in commit.hunks
            if each.path == path
            for number, line in enumerate(each.added, each.start)
        }
        for number, told in reading.written(commit.id, path, texts).items():
            first = next((each for each in told if each.turn > 0), None)
            if first and not first.mixed and (origin := reading.known_as(first)):
                known[path][(origin,)].append(number)
    for path, by_origin in known.items():
        if '"' in path or "\n" in path:
            continue  # the standard can't name it
        grouped: dict[tuple[str, str, int, str], list[int]] = defaultdict(list)
        sure: dict[tuple[str, str, int, str], float] = {}
        for (origin,), numbers in by_origin.items():
            key = (origin.assistant, origin.session, origin.turn, origin.model)
            grouped[key] += numbers
            sure[key] = min(sure.get(key, 1.0), origin.confidence)
        for key, numbers in grouped.items():
            assistant, session, turn, model = key
            spans = tuple(_spans(sorted(numbers)))
            yield Claim(path, spans, assistant, session, model, sure=sure[key], matched=True, turn=turn)


def _spans(numbers: list[int]) -> Iterator[tuple[int, int]]:
    first = last = numbers[0]
    for each in numbers[1:]:
        if each != last + 1:
            yield first, last
            first = each
        last = each
    yield first, last


def _told(commits: int, lines: int, sessions: int, others: int, *, write: bool) -> str:
    beside = f" {others} commit{'s' * (others != 1)} had a note of another tool, which stays." if others else ""
    if not commits:
        return f"There is nothing new to write into git notes.{beside}"
    what = (
        f"{commits} note{'s' * (commits != 1)} under refs/notes/ai: {lines} lines"
        f" that {sessions} conversation{'s' * (sessions != 1)} wrote"
    )
    if write:
        return f"Wrote {what}. Nothing was pushed; `git push origin refs/notes/ai` does it.{beside}"
    return f"Would write {what}. Nothing was written yet: say --write.{beside}"
