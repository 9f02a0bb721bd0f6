"""Lines by assistants: who wrote those of a file, and those that came into the project in a year."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from whence.background.origin_counts import Everything, Writer
from whence.background.origin_table import place_of
from whence.engine import origins
from whence.engine.texts import lines_of, path_of
from whence.git import hunks
from whence.git.people import is_bot
from whence.git.plumbing import Repository
from whence.pages import line_shares as pages
from whence.pages import written
from whence.pages.dates import first_of_month, midnight
from whence.project.project import Project
from whence.retrieval.origins import digest
from whence.retrieval.origins.shares import Brought, Count, Shares
from whence.values.base import now
from whence.values.errors import GitError
from whence.values.operation import Command, Menu, Progress, operation
from whence.values.reports.shares import LinesByAssistants, LineShare

log = logging.getLogger(__name__)

MONTHS = 13
"""The months that are counted: a year, and the one that is going on."""

_COMMITS = 10_000
"""Commits that are counted, the newest: some 20 s."""

_AT_ONCE = 100

_LISTED = 20

_NOTHING = "No edits of assistants are known here. Import transcripts, and those of this project are read."


@operation(palette=Command("Lines by Assistants", doing="Counting lines", menus=(Menu("2_work@7"),)))
def lines_by_assistants(
    project: Project, file: str = "", progress: Progress = lambda message, share: None
) -> LinesByAssistants:
    """Tell which lines assistants wrote: of a file as it stands, or by month, directory and model in the last year.

    Counted are lines that are known to come from a conversation, those of commits that say that an assistant helped,
    those by programs, and those of which nobody knows; and how many were rewritten within 30 days.

    Args:
        file: the file; without it, the project as a whole.

    Raises:
        InvalidRequest: there is no such file, or it is no text of this project.
        GitError: git can't be asked.
    """
    if file:
        return _of_file(project, path_of(project, file))
    found, more = counted(project, progress)
    title = f"{project.place.name}: lines by assistants"
    if found is None:
        return LinesByAssistants(title=title, markdown="", note=_NOTHING)
    notes = [
        f"Only the newest {_COMMITS:,} commits were counted." if more else "",
        f"{found.unread:,} commits were not compared with conversations yet." if found.unread else "",
    ]
    found = found.model_copy(update={"title": title, "note": " ".join(note for note in notes if note)})
    return found.model_copy(update={"markdown": pages.page(found)})


def counted(project: Project, progress: Progress) -> tuple[LinesByAssistants | None, bool]:
    """The lines that came in during the last year, and whether there are more commits than were counted.

    None where no edits of assistants are known, or git can't be asked.

    Args:
        project: the project.
        progress: asked at some commits.

    Raises:
        Cancelled: `progress` asked to stop.
    """
    repository, table = project.repository(), origins.table(project)
    if repository is None or not table.exists:
        return None, False
    today = now().astimezone().date()
    begin = midnight(first_of_month(today, 1 - MONTHS))
    try:
        ids = hunks.since(repository, int(begin.timestamp()), _COMMITS + 1)
        with table.open() as reading:
            everything = Everything(reading)
            shares = _shares(repository, ids[:_COMMITS], everything, progress)
            unread = len(set(ids[:_COMMITS]) - everything.commits())
    except (sqlite3.Error, OSError, GitError) as error:
        log.info("lines can't be counted: %s", error)
        return None, False
    counts = shares.counts
    found = LinesByAssistants(
        title="",
        markdown="",
        total=_share("", counts.get(("", ""), Count())),
        months=tuple(sorted(_named(counts, "month"), key=lambda each: each.name)),
        directories=tuple(_most(_named(counts, "directory"))),
        models=tuple(_most(_named(counts, "model"))),
        unread=unread,
    )
    return found, len(ids) > _COMMITS


def _shares(repository: Repository, ids: Sequence[str], everything: Everything, progress: Progress) -> Shares:
    """Commits counted, the oldest first."""
    shares = Shares(now().timestamp())
    for number, made in enumerate(hunks.made(repository, ids[::-1])):
        if number % _AT_ONCE == 0:
            progress(f"Counting lines: {number:,} of {len(ids):,} commits", number / len(ids))
        # Digests in the table are of redacted lines: one that holds a secret is one of which nobody knows.
        removed = [(each.old_path, _digests(each.removed)) for each in made.hunks]
        added = [(each.path, _digests(each.added)) for each in made.hunks]
        known = everything.of(made.id)
        brought = {
            (path, key): _by(writer)
            for path, keys in (added if known else ())
            for key in keys
            if (writer := known.get((key, place_of(path))))
        }
        whole, helped = everything.stated(made.id)
        program = is_bot(made.author, made.email)
        otherwise = (
            Brought("program")
            if program
            else _by(whole)
            if whole
            else Brought("helped")
            if helped
            else Brought("unknown")
        )
        month = f"{datetime.fromtimestamp(made.at).astimezone():%Y-%m}"
        shares.take(made.at, month, removed, added, brought, otherwise)
    return shares


def _by(writer: Writer) -> Brought:
    return Brought("assistant", writer.model or f"{written.called(writer.assistant)}, model unknown", writer.mixed)


def _digests(lines: Iterable[str]) -> list[int]:
    return [key for line in lines if (key := digest(line)) is not None]


def _named(counts: dict[tuple[str, str], Count], what: str) -> list[LineShare]:
    return [_share(name, count) for (kind, name), count in counts.items() if kind == what]


def _most(shares: Iterable[LineShare]) -> list[LineShare]:
    return sorted(shares, key=lambda each: (-each.lines, each.name))[:_LISTED]


def _share(name: str, count: Count) -> LineShare:
    return LineShare(
        name=name,
        assistants=count.sorts["assistant"],
        mixed=count.mixed,
        helped=count.sorts["helped"],
        programs=count.sorts["program"],
        unknown=count.sorts["unknown"],
        settled=count.settled["assistant"],
        rewritten=count.rewritten["assistant"],
        others_settled=count.settled["helped"] + count.settled["unknown"],
        others_rewritten=count.rewritten["helped"] + count.rewritten["unknown"],
    )


# ------------------------------------------------------------ one file


def _of_file(project: Project, path: str) -> LinesByAssistants:
    lines = lines_of(project, path)
    title = f"{path}: lines by assistants"
    repository = project.repository()
    if repository is None or not origins.table(project).exists:
        return LinesByAssistants(title=title, markdown="", file=path, note=_NOTHING)
    blamed = origins.blamed(project, repository, path, len(lines)) if lines else None
    if blamed is None:
        what = "Git doesn’t know this file yet." if lines else "The file is empty."
        return LinesByAssistants(title=title, markdown="", file=path, note=what)
    stretches = origins.stretches(project, path, lines, blamed)
    filled = {number for number, line in enumerate(lines, 1) if line.strip()}
    programs = {
        number for id, some in blamed.lines.items() if id and is_bot(blamed.commits[id].author) for number in some
    }
    counts, models = Counter[str](), Counter[str]()
    for each in stretches:
        origin, count = each.origins[0], len(filled.intersection(each.lines))
        if origin.session:
            counts["assistants"] += count
            counts["mixed"] += count * origin.mixed
            models[origin.model or f"{written.called(origin.assistant)}, model unknown"] += count
        else:
            counts["helped"] += count
    told = {number for each in stretches for number in each.lines}
    counts["programs"] = len(filled & programs - told)
    counts["unknown"] = len(filled - programs - told)
    found = LinesByAssistants(
        title=title,
        markdown="",
        file=path,
        stretches=stretches,
        total=LineShare(name="", **counts),
        models=tuple(LineShare(name=name, assistants=count) for name, count in models.most_common()),
    )
    return found.model_copy(update={"markdown": pages.of_file(found)})
