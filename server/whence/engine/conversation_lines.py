"""The lines that a conversation wrote: those that still stand, and those that are gone."""

import logging
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from whence.background import origin_counts
from whence.background.origin_intake import clean
from whence.background.origin_table import Told, place_of
from whence.engine import origins
from whence.engine.texts import lines_of
from whence.git import differences, hunks
from whence.git.plumbing import Repository
from whence.pages import conversation_lines as pages
from whence.project.project import Project
from whence.retrieval.origins import digest
from whence.values.base import one_line
from whence.values.errors import GitError, InvalidRequest
from whence.values.memory import Conversation
from whence.values.operation import Progress, operation
from whence.values.reports.provenance import ConversationLines, LinesInFile, Origin

log = logging.getLogger(__name__)

_COMMITS = 200
"""Commits of a conversation that are looked at."""

_FILES = 30
"""Files of a conversation that are looked at, those with the most lines: git takes some 50 ms for each."""

_EXAMPLES = 8
"""Lines that are gone and shown, of each file."""

_PART = re.compile(r"/\d+$")


@dataclass(slots=True)
class _File:
    """What a conversation brought into one file, by the digests of the lines."""

    texts: dict[int, str] = field(default_factory=dict)


@operation
def conversation_lines(
    project: Project, id: str, progress: Progress = lambda message, share: None
) -> ConversationLines:
    """Tell which lines that a conversation wrote still stand, by file, and which are gone.

    Lines that nobody can tell for sure are left out; so are those that never came into a commit and are gone.

    Args:
        id: the conversation.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: it is not a conversation.
    """
    memory = project.one(id)
    if not isinstance(memory, Conversation):
        raise InvalidRequest(f"“{one_line(memory.title, 60)}” is a {memory.kind}: only conversations wrote lines.")
    repository = project.repository()
    title = f"Lines of “{one_line(memory.title, 100)}”"
    if repository is None or not memory.thread or not origins.table(project).exists:
        return ConversationLines(title=title, markdown="", note=_NOTHING)
    try:
        files, more = _brought(project, memory, repository)
    except (GitError, sqlite3.Error, OSError) as error:
        log.info("the lines of a conversation can't be told: %s", error)
        return ConversationLines(title=title, markdown="", note=_NOTHING)
    found: list[LinesInFile] = []
    for number, (path, brought) in enumerate(files):
        progress(f"Asking git about {one_line(path, 80)}", number / len(files))
        told = _in_file(project, memory, repository, path, brought)
        if told.standing or told.gone:
            found.append(told)
    found.sort(key=lambda each: (-len(each.standing) - each.gone, each.path))
    note = f"{more} of its files with fewer lines were not looked at." if more > 0 else ""
    page = pages.page(title, found, note)
    return ConversationLines(title=title, markdown=page, files=tuple(found), note=note if found else _NOTHING)


_NOTHING = "No lines are known that this conversation wrote."


def _session(memory: Conversation) -> str:
    """The id of a conversation where it comes from; a long one is kept in parts."""
    return _PART.sub("", memory.thread)


def _brought(project: Project, memory: Conversation, repository: Repository) -> tuple[list[tuple[str, _File]], int]:
    """What the conversation brought into files as they are named now, the most first, and how many files are left out.

    Raises:
        GitError: git can't be asked.
        sqlite3.Error: the table is busy.
        OSError: it can't be read.
    """
    with origins.table(project).open() as reading:
        of = (reading, memory.origin, _session(memory))
        known, edited = origin_counts.of_session(*of), origin_counts.files_of_session(*of)
        names = {told: reading.known_as(told) for lines in known.values() for told in lines.values()}
    ours = _of_memory(project, memory, names)
    commits = {id: {line for line, told in lines.items() if told in ours} for id, lines in known.items()}
    order = [id for id, _, _ in hunks.reachable(repository) if commits.get(id)][:_COMMITS]
    files = defaultdict[str, _File](_File)
    for path, text in _lines(repository, order, commits):
        files[path].texts.setdefault(digest(text) or 0, text)
    now = _renamed(project, repository, order[-1], set(files)) if order else {}
    named = defaultdict[str, _File](_File)
    for path, brought in files.items():
        named[now.get(path, path)].texts |= brought.texts
    for path in edited:  # what it wrote there may be in no commit yet
        if (project.place.root / path).is_file() and not path.startswith(("/", "..")):
            named.setdefault(path, _File())
    ordered = sorted(named.items(), key=lambda each: -len(each[1].texts))
    return ordered[:_FILES], len(ordered) - _FILES


def _of_memory(project: Project, memory: Conversation, names: Mapping[Told, Origin | None]) -> set[Told]:
    """The origins whose turn this memory holds: a long conversation is kept as several."""
    whole = origins.with_conversations(project, {told: origin for told, origin in names.items() if origin})
    return {told for told, origin in whole.items() if origin.conversation == memory.id}


def _lines(
    repository: Repository, order: Sequence[str], commits: Mapping[str, set[origin_counts.Line]]
) -> Iterator[tuple[str, str]]:
    """The lines of commits that are meant, by file, with what is secret taken out."""
    for made in hunks.made(repository, order):
        for hunk in made.hunks:
            place = place_of(hunk.path)
            for line in clean(hunk.added):
                key = digest(line)
                if key is not None and (key, place) in commits[made.id]:
                    yield hunk.path, line


def _renamed(project: Project, repository: Repository, since: str, paths: set[str]) -> dict[str, str]:
    """What files are called now that have another name since a commit."""
    if all((project.place.root / path).is_file() for path in paths):
        return {}
    return {each.old_path: each.path for each in differences.compared(repository, since) if each.old_path}


def _in_file(project: Project, memory: Conversation, repository: Repository, path: str, brought: _File) -> LinesInFile:
    """Which of the lines stand in a file, as git and the table of origins have it."""
    if not (project.place.root / path).is_file():
        return _told(path, brought.texts, (), set(), there=False)
    try:
        lines = lines_of(project, path)
        blamed = origins.blamed(project, repository, path, len(lines)) if lines else None
    except (InvalidRequest, GitError):
        return LinesInFile(path=path, there=True)
    if blamed is None:
        return LinesInFile(path=path, there=True)
    stretches = origins.stretches(project, path, lines, blamed)
    mine = [each for each in stretches if each.origins[0].conversation == memory.id]
    standing = sorted(number for each in mine for number in each.lines)
    return _told(path, brought.texts, standing, {key for line in clean(lines) if (key := digest(line))}, there=True)


def _told(
    path: str, texts: Mapping[int, str], standing: Sequence[int], there_still: set[int], *, there: bool
) -> LinesInFile:
    gone = [text.strip() for key, text in texts.items() if key not in there_still]
    return LinesInFile(
        path=path, there=there, standing=tuple(standing), gone=len(gone), examples=tuple(gone[:_EXAMPLES])
    )
