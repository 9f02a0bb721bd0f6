"""Provenance: which memories tell why lines are as they are."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from whence.analysis.symbols import outline
from whence.engine import citations, earlier, origins
from whence.engine.file_life import life
from whence.engine.texts import lines_of, path_of
from whence.git import blame, repositories
from whence.pages import provenance
from whence.pages.provenance import Cause, Step
from whence.project.project import Project
from whence.project.unfinished import unfinished
from whence.secrets.redaction import redact
from whence.values.base import now, one_line
from whence.values.errors import GitError, InvalidRequest
from whence.values.memory import Change, MemoryBase, Summary
from whence.values.operation import operation
from whence.values.protocol import Filter
from whence.values.reports.provenance import Stretch, Why

_CAUSES = 40
"""Changes that the page tells of, the newest."""

_DECISIONS = 10
"""Decisions about the whole file that the page tells of, the newest."""

_LOOKED_AT = 100
"""Decisions that concern the file of which these are chosen."""

_HOPS = 2
"""Links that are followed from a Change: to a decision, and from there to the conversation about it."""

_UNFOLLOWED = "Lines that came from other files were not followed there, which takes long."

_OFFER = "Ask thoroughly to follow them."
"""A face tells how to, or does it where `Why.unfollowed` says so."""

_Line = Annotated[int, Field(ge=0)]


@operation
def why(
    project: Project,
    file: str,
    start: _Line = 0,
    end: _Line = 0,
    symbol: str = "",
    thorough: bool = False,
    at: str = "",
) -> Why:
    """Tell why lines of a file are there: what was decided about them, the changes that made them, newest first.

    What was recorded with these lines selected comes first, wherever they stand by now; each leads to what it links
    to. Decisions in force that concern the file, and that nothing led to, come last. Git says which commits wrote the
    lines as they are on disk; memories say why. Without git, the changes that touched the file are told.

    Args:
        file: the file.
        start: the first line, from 1; 0 for the whole file.
        end: the last line; 0 for the first line alone.
        symbol: a function or class of the file, such as `total` or `Cart.total`, whose lines are meant; where there
            are several of that name, the one that holds line `start`.
        thorough: whether lines are followed to the files that they came from however long that takes.
        at: id of a commit: the lines are meant as they are in it, in the file as it is named there.

    Raises:
        InvalidRequest: there is no such file, symbol, line or commit, or it is no text of this project.
    """
    path = path_of(project, file)
    if not project.trusted:
        note = "This workspace is not trusted, so git is not asked: these are the newest changes of the whole file."
        asked = (start, max(start, end))
        return _answer(
            project, path, asked, [*citations.recorded(project, path, asked), *_of_file(project, path)], [note]
        )
    lines = earlier.lines_in(project, path, at) if at else lines_of(project, path)
    if symbol:
        start, end = _of_symbol(path, lines, symbol, start)
    first, last = _range(path, len(lines), start, end)
    cited, gone = ([], []) if at else citations.about(project, path, lines, (first, last))
    blamed, note = (
        _blame(project, path, len(lines), (first, last), thorough, at) if lines else (None, "The file is empty.")
    )
    causes, notes = _causes(project, path, blamed) if blamed else (_of_file(project, path), [note])
    unfollowed = blamed is not None and not blamed.followed
    if unfollowed:
        notes.append(f"{_UNFOLLOWED} {'That took too long.' if thorough else _OFFER}")
    whole = blamed is not None and not at and (first, last) == (1, len(lines))
    lived = life(project, path, lines, blamed) if whole and blamed else ()
    # A file that is in no commit yet is as new as lines that are in none.
    new = blame.Blamed({blame.NOT_COMMITTED: tuple(range(first, last + 1))}, {}, followed=True) if not at else None
    found = blamed or (new if lines else None)
    written = origins.stretches(project, path, lines, found) if found else ()
    unknown = origins.unknown(written, found, lines) if found and written else ()
    answer = _answer(project, path, (first, last), [*cited, *causes, *gone], notes, at, lived, written, unknown)
    text = redact("\n".join(lines[first - 1 : last])).text if at else ""
    return answer.model_copy(update={"unfollowed": unfollowed and not thorough, "text": text})


# ------------------------------------------------------------ what made the lines


def _blame(
    project: Project, path: str, count: int, lines: tuple[int, int], thorough: bool, at: str
) -> tuple[blame.Blamed | None, str]:
    """What git says of lines of a file of so many as it is on disk, or in a commit, or why it says nothing."""
    first, last = lines
    fallback = "these are the newest changes of the whole file."
    try:
        repository = repositories.find(project.place.root)
        if repository is None:
            return None, f"There is no git repository here to tell who wrote which line: {fallback}"
        found = None if at else project.whole_files.lines(repository, path, first, last)
        if found is None:
            patience = 20.0 if thorough else blame.PATIENCE
            most = last if thorough else blame.MANY
            found = blame.blame(repository, path, first, last, at=at, patience=patience, most=most)
            if found and not at and project.lasting:
                project.whole_files.learn(repository, path, count)
    except GitError as error:
        return None, f"{str(error).rstrip('.')}, so {fallback}"
    return found, "" if found else f"Git doesn't know this file yet: {fallback}"


def _causes(project: Project, path: str, blamed: blame.Blamed) -> tuple[list[Cause], list[str]]:
    """What made the lines, newest first, and what is to be said of that."""
    ids = list(blamed.lines)[:_CAUSES]
    known: dict[str, Change] = {}
    for memory in project.store.by_keys([f"commit:{id}" for id in ids if id]):
        if isinstance(memory, Change) and memory.deleted_at is None:
            known.setdefault(memory.commit, memory)
    causes: list[Cause] = []
    for id in ids:
        lines = blamed.lines[id]
        if not id:
            causes += _not_committed(project, path, lines)
            continue
        words, change = blamed.commits[id], known.get(id)
        if change and words.author:
            change = change.model_copy(update={"author": words.author})  # as .mailmap has it by now
        causes.append(Cause(words.at, lines, change, id, words.author, words.summary))
    notes = [blamed.note] if blamed.note else []
    if (only := sum(1 for cause in causes if cause.memory is None and cause.commit)) > 0:
        what, which = ("1 commit has", "it") if only == 1 else (f"{only} commits have", "them")
        if unfinished(project.place).exists():
            notes.append(f"{what} no memory yet: the import of the history has not come to {which}.")
            notes.append("An import that was stopped goes on where it was.")
        else:
            notes.append(f"{what} no memory. Import the history to have {which} remembered.")
    if (more := len(blamed.lines) - len(ids)) > 0:
        what = "1 older commit" if more == 1 else f"{more} older commits"
        notes.append(f"{what} made lines here too. Ask about fewer lines to see {'it' if more == 1 else 'them'}.")
    return causes, notes


def _not_committed(project: Project, path: str, lines: tuple[int, ...]) -> list[Cause]:
    """The open Changes of the file: which of them made which of the lines nobody knows."""
    opened = [memory for memory in project.store.opened() if isinstance(memory, Change) and path in memory.files]
    found = [Cause(change.created_at, lines, change) for change in reversed(opened[-_CAUSES:])]
    return found or [Cause(now(), lines)]


def _of_file(project: Project, path: str) -> list[Cause]:
    """The newest Changes of a file."""
    found = project.store.newest(Filter(kinds=("change",), files=(path,), archived=True), limit=_CAUSES // 2)
    return [Cause(each.created_at, (), each, each.commit) for each in found if isinstance(each, Change)]


# ------------------------------------------------------------ what that leads to


def _steps(project: Project, start: Sequence[MemoryBase]) -> list[Step]:
    """What the memories lead to, along links in both directions."""
    frontier: list[tuple[MemoryBase, Step | None]] = [(memory, None) for memory in start]
    seen = {memory.id for memory in start}
    steps: list[Step] = []
    for hop in range(_HOPS):
        if not frontier:
            break
        wanted = provenance.named((memory for memory, _ in frontier), sessions=hop == 0)
        found = {memory.id: memory for memory in project.store.get(wanted) if memory.deleted_at is None}
        holders = project.store.linking([memory.id for memory, _ in frontier])
        # A summary names all that happened in its days: that is no reason for any of it.
        linking = [memory for memory in holders if not memory.deleted_at and not isinstance(memory, Summary)]
        fresh = provenance.follow(frontier, found, linking)
        if hop:
            fresh = [step for step in fresh if step.memory.id not in seen]
        steps += fresh
        frontier = list({step.memory.id: (step.memory, step) for step in fresh if step.memory.id not in seen}.values())
        seen |= {memory.id for memory, _ in frontier}
    return steps


def _concerning(project: Project, path: str, told: set[str]) -> list[Cause]:
    """The newest decisions in force that concern the file, no lines of it, and that nothing led to."""
    chosen = Filter(kinds=("decision",), files=(path,), states=("accepted", "proposed"))
    found = [each for each in project.store.newest(chosen, limit=_LOOKED_AT) if each.id not in told]
    whole = [each for each in found if all(citation.path != path for citation in each.citations)]
    return [Cause(each.created_at, (), each, about="file") for each in whole[:_DECISIONS]]


def _answer(
    project: Project,
    path: str,
    lines: tuple[int, int],
    causes: Sequence[Cause],
    notes: Sequence[str],
    at: str = "",
    lived: tuple[str, ...] = (),
    stretches: Sequence[Stretch] = (),
    unknown: Sequence[int] = (),
) -> Why:
    steps = _steps(project, [cause.memory for cause in causes if cause.memory is not None])
    told = {step.memory.id for step in steps} | {cause.memory.id for cause in causes if cause.memory is not None}
    if not at:
        causes = [*causes, *_concerning(project, path, told)]
    memories = [cause.memory for cause in causes if cause.memory is not None]
    first, last = lines
    where = path if not first else f"{path}:{first}" if first == last else f"{path}:{first}-{last}"
    reasons = provenance.reasons(causes, steps)
    nothing = "" if causes else "Nothing is remembered of this file."
    said = [note for note in (nothing, *notes) if note]
    title = f"Why {where} as of {at[:8]}" if at else f"Why {where}"
    project.recalled(memory.id for memory in memories)
    return Why(
        title=title,
        markdown=provenance.page(
            title,
            causes,
            steps,
            said,
            lived=lived,
            forge=project.place.forge,
            stretches=stretches,
            unknown=unknown,
        ),
        life=lived,
        cited=tuple(reason.cited for reason in reasons),
        note=" ".join(said),
        file=path,
        start=first,
        end=last,
        reasons=reasons,
        stretches=tuple(stretches),
        unknown=tuple(unknown),
        bands=provenance.bands(causes, steps, project.place.forge),
        only_git=tuple(cause.commit for cause in causes if cause.memory is None and cause.commit),
    )


def _range(path: str, count: int, start: int, end: int) -> tuple[int, int]:
    """The first and the last line that are meant.

    Raises:
        InvalidRequest: the file doesn't have them.
    """
    if start == 0:
        if end:
            raise InvalidRequest("A last line without a first one: name both, counted from 1.")
        return min(1, count), count
    end = end or start
    if start == count + 1 > 1:  # editors show an empty line behind the last line's end
        start = count
    if end < start:
        raise InvalidRequest(f"Lines {start}-{end}: the last line comes before the first.")
    if start > count:
        have = "1 line" if count == 1 else f"{count} lines"
        raise InvalidRequest(f"There is no line {start}: {one_line(path, 120)} has {have}.")
    return start, min(end, count)


def _of_symbol(path: str, lines: Sequence[str], symbol: str, near: int) -> tuple[int, int]:
    """The lines of a function or class.

    Raises:
        InvalidRequest: there is none of that name, or there are several.
    """
    name = outline(path, lines)
    found: dict[str, list[int]] = {}
    for number in range(len(lines)):
        parts = name(number).split(".")
        for depth in range(1, len(parts) + 1):
            whole = ".".join(parts[:depth])
            if whole == symbol or parts[depth - 1] == symbol:
                found.setdefault(whole, []).append(number + 1)
    if symbol in found:
        found = {symbol: found[symbol]}
    if near and len(found) > 1:
        found = {whole: numbers for whole, numbers in found.items() if near in numbers} or found
    what = one_line(symbol, 80)
    if not found:
        raise InvalidRequest(f"There is no {what} in {one_line(path, 120)}.")
    if len(found) > 1:
        raise InvalidRequest(f"There are several {what} here: {one_line(', '.join(found), 200)}. Name one of them.")
    (numbers,) = found.values()
    while len(numbers) > 1 and not lines[numbers[-1] - 1].strip():
        numbers.pop()
    return numbers[0], numbers[-1]
