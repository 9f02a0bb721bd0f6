"""Citations: which lines memories are about, kept when they are made and found again when somebody asks."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from whence.analysis import lines as saying
from whence.analysis.lines import Span
from whence.analysis.symbols import outline_whole
from whence.engine.texts import lines_of, path_of, split
from whence.git import diff, differences, repositories, text
from whence.git.plumbing import OPAQUE, UNREADABLE, Repository, objects
from whence.pages.provenance import Cause
from whence.project.project import Project
from whence.values.base import unique
from whence.values.errors import GitError, InvalidRequest
from whence.values.memory import Citation, MemoryBase
from whence.values.protocol import Filter, Selection

_MOST_BYTES = 4 << 20
"""A larger text of a commit is not compared."""

_MOST = 2000
"""Memories whose lines are looked for, the newest."""

_COMMITS = 20
"""Commits since which renames are looked for."""


# ------------------------------------------------------------ kept


def cite(project: Project, selection: Selection) -> Citation:
    """The lines that somebody chose, with what they are found again by.

    In a workspace that is not trusted nothing is read: the citation then holds no more than what was chosen.

    Raises:
        InvalidRequest: there are no such lines in this project.
    """
    path = path_of(project, selection.file)
    start, end = selection.start, selection.end or selection.start
    if end < start:
        raise InvalidRequest(f"Lines {start}-{end}: the last line comes before the first.")
    if not project.trusted:
        said = saying.fingerprint(split(selection.text))
        return Citation(path=path, start=start, end=end, fingerprint=said)
    try:
        lines = lines_of(project, path)
    except InvalidRequest:
        if not selection.text:
            raise
        lines = []  # it was never saved
    if start > len(lines) and not selection.text:
        raise InvalidRequest(f"There is no line {start}: {path} has {len(lines)} lines.")
    chosen = split(selection.text) if selection.text else lines[start - 1 : end]
    said = saying.fingerprint(chosen)
    there = saying.nearest(saying.exact(saying.marks(lines), said), start) or (start, start)
    symbol = outline_whole(path, lines)(there[0] - 1) if there[0] <= len(lines) else ""
    return Citation(
        path=path,
        start=start,
        end=end if selection.text else min(end, len(lines)),
        symbol=symbol,
        fingerprint=said,
        commit=_commit(project),
    )


def cited_line(project: Project, file: str, line: int) -> tuple[Citation, ...]:
    """The line of a file that a failure names, where it is one of this project; none where it isn't."""
    try:
        return (cite(project, Selection(file=file, start=line)),) if file and line else ()
    except InvalidRequest:
        return ()


def about_lines(given: MemoryBase, citations: Iterable[Citation]) -> MemoryBase:
    """The memory with further lines that it is about, whose files it concerns."""
    found = tuple(dict.fromkeys([*given.citations, *citations]))
    files = unique([*given.files, *(each.path for each in found)])
    return given.model_copy(update={"citations": found, "files": files})


def _commit(project: Project) -> str:
    try:
        repository = project.repository()
        return repositories.head(repository).commit if repository else ""
    except GitError:
        return ""


# ------------------------------------------------------------ found again


@dataclass(slots=True)
class _Text:
    """The file that is asked about."""

    project: Project
    path: str
    lines: Sequence[str]
    marks: Sequence[str]
    repository: Repository | None
    renamed: dict[str, dict[str, str]] = field(default_factory=dict)
    """By commit, where files of it have gone since."""


def about(project: Project, path: str, lines: Sequence[str], asked: Span) -> tuple[list[Cause], list[Cause]]:
    """The memories about these lines of a file, wherever they stood when the memories were made, the newest first.

    With them those about lines of the file that are gone.

    Args:
        path: the file, relative to the project.
        lines: its text.
        asked: the first and the last line.
    """
    citing = project.store.newest(Filter(), limit=_MOST, citing=True)
    if not citing:
        return [], []
    try:
        repository = project.repository()
    except GitError:
        repository = None
    now = _Text(project, path, lines, saying.marks(lines), repository)
    found: list[Cause] = []
    gone: list[Cause] = []
    for memory in citing:
        spans = [(citation, _stands(now, citation)) for citation in memory.citations]
        here = sorted({number for _, span in spans if span for number in range(span[0], span[1] + 1)})
        if any(asked[0] <= number <= asked[1] for number in here):
            found.append(Cause(memory.created_at, tuple(here), memory, about="lines"))
        elif not here and any(citation.path == path for citation, _ in spans):
            gone.append(Cause(memory.created_at, (), memory, about="gone"))
    return found, gone


def recorded(project: Project, path: str, asked: Span) -> Iterator[Cause]:
    """The memories about lines that had these numbers when they were made: nothing is read to find out more.

    Args:
        path: the file, relative to the project.
        asked: the first and the last line; 0 for all.
    """
    for memory in project.store.newest(Filter(), limit=_MOST, citing=True):
        spans = [(each.start, each.end) for each in memory.citations if each.path == path]
        numbers = sorted({number for first, last in spans for number in range(first, last + 1)})
        if numbers and (not asked[0] or any(asked[0] <= number <= asked[1] for number in numbers)):
            yield Cause(memory.created_at, tuple(numbers), memory, about="lines")


def _stands(now: _Text, citation: Citation) -> Span | None:
    """Where the lines are in the file that is asked about; None where they are not in it."""
    if citation.path == now.path:
        return _located(now, citation)
    same = [span for span in saying.exact(now.marks, citation.fingerprint) if _tells(now, span)]
    if os.path.lexists(now.project.place.root / citation.path):
        # Moved from one file to another, or merely copied.
        return saying.nearest(same, citation.start) if same and not _remains(now.project, citation) else None
    if _renamed(now, citation) == now.path:
        return _located(now, citation)
    # Git knows nothing of a file that was renamed and not added.
    return saying.nearest(same, citation.start)


def _tells(now: _Text, span: Span) -> bool:
    return saying.telling(now.lines[span[0] - 1 : span[1]])


def _remains(project: Project, citation: Citation) -> bool:
    """Whether the lines are still in the file that they were in."""
    try:
        return bool(saying.exact(saying.marks(lines_of(project, citation.path)), citation.fingerprint))
    except InvalidRequest:
        return False


def _located(now: _Text, citation: Citation) -> Span | None:
    """Where the lines are: by all that they said, by what is rare in it, by what changed since, by their symbol."""
    if not citation.fingerprint:
        last = len(now.lines)
        return (citation.start, min(citation.end, last)) if citation.start <= last else None
    same = saying.exact(now.marks, citation.fingerprint)
    if len(same) == 1 and _tells(now, same[0]):
        return same[0]
    before = _before(now, citation)
    if before is None:
        return (
            saying.nearest(same, citation.start)
            or saying.resembling(now.lines, now.marks, citation.fingerprint)
            or _of_symbol(now, citation.symbol)
        )
    old, was = before
    expected = saying.mapped(diff.compare("\n".join(old), "\n".join(now.lines)).ranges, was)
    if same and (expected or _tells(now, same[0])):
        return saying.nearest(same, expected[0] if expected else citation.start)
    if (similar := saying.resembling(now.lines, now.marks, citation.fingerprint)) or expected:
        return similar or expected
    # What was cut out of a function that is still there is gone; a function that was written anew is not.
    name = outline_whole(citation.path, old)
    begins = was[0] < 2 or name(was[0] - 2) != citation.symbol
    return _of_symbol(now, citation.symbol) if begins else None


def _before(now: _Text, citation: Citation) -> tuple[list[str], Span] | None:
    """The file's text in the commit that was checked out, and the lines in it; None where they aren't in it."""
    if now.repository is None or not citation.commit:
        return None
    try:
        (raw,) = objects(now.repository, [os.fsencode(f"{citation.commit}:{citation.path}")], _MOST_BYTES)
    except GitError:
        return None
    content = None if raw in (None, OPAQUE, UNREADABLE) else text.decode(raw or b"")
    if content is None:
        return None
    lines = split(content)
    span = saying.nearest(saying.exact(saying.marks(lines), citation.fingerprint), citation.start)
    return (lines, span) if span else None


def _renamed(now: _Text, citation: Citation) -> str:
    """What the file is called by now, as git tells it; empty where it can't."""
    if now.repository is None or not citation.commit:
        return ""
    if citation.commit not in now.renamed:
        if len(now.renamed) >= _COMMITS:
            return ""
        try:
            touched = differences.compared(now.repository, citation.commit)
        except GitError:
            touched = []
        now.renamed[citation.commit] = {each.old_path: each.path for each in touched if each.old_path}
    return now.renamed[citation.commit].get(citation.path, "")


def _of_symbol(now: _Text, symbol: str) -> Span | None:
    """The lines of a function or class, where there is one of that name."""
    if not symbol:
        return None
    name = outline_whole(now.path, now.lines)
    numbers = [number for number in range(1, len(now.lines) + 1) if f"{name(number - 1)}.".startswith(f"{symbol}.")]
    return (numbers[0], numbers[-1]) if numbers else None
