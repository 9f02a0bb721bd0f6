"""Bugs: recorded with their traces, recognised when they come back, resolved."""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Annotated

from pydantic import Field

from whence.engine import recurrence
from whence.engine.candidates import look_for
from whence.engine.citations import cite, cited_line
from whence.engine.files import to_read
from whence.git import repositories
from whence.models.disclosure import placeless
from whence.project.pictures import keep_picture, undisturbed
from whence.project.project import Project
from whence.readers import traces
from whence.readers.places import Places
from whence.secrets.redaction import redact
from whence.values.base import Words, now, one_line, unique
from whence.values.errors import InvalidRequest
from whence.values.memory import Bug, Change, Frame, Link, MemoryBase
from whence.values.operation import operation
from whence.values.protocol import Acknowledged, Filter, SearchResult, Selection
from whence.values.reach import ToRead
from whence.values.reports import Recorded

_ALIKE = 20
"""Bugs among which one that says the same is looked for."""

_MAX_TRACE = 60_000
"""Characters of a stack trace that are kept: its beginning and its end, which tell most."""


@operation
def record_error(
    project: Project,
    message: str = "",
    error_type: str = "",
    stack_trace: str = "",
    file: str = "",
    line: Annotated[int, Field(ge=0)] = 0,
    root_cause: str = "",
    solution: str = "",
    prevention: str = "",
    labels: Words = (),
    files: Words = (),
    screenshot: ToRead = "",
    selection: Selection | None = None,
) -> Recorded:
    """Record a failure. One that was met before counts up, and what solved it then is given back.

    Args:
        message: what the failure says, or a whole stack trace; may be empty where a stack trace tells.
        error_type: its type, such as `TypeError`; read from the trace or the message without.
        stack_trace: the trace as it was printed, in any of the common languages.
        file: the file in which it happened; read from the trace without.
        line: the line, from 1; 0 where it is not known.
        root_cause: why it happened.
        solution: what solved it; a bug with a solution is resolved.
        prevention: how to keep it from coming back.
        labels: words to find it by; `#12` says which issue it is.
        files: further files that it concerns.
        screenshot: path of a picture on this machine (PNG, JPEG, GIF or WebP, at most 10 MB), of which a copy is
            kept beside the memory.
        selection: the lines that it is about; without, the one that `file` and `line` name. Whoever asks why these
            lines are there is shown it first.

    Raises:
        InvalidRequest: there is neither a message nor a trace, or the picture can't be used; nothing was kept.
    """
    citations = (cite(project, selection),) if selection else cited_line(project, file, line)
    if selection and not file:
        file, line = selection.file, selection.start
    told = failure(message, error_type, stack_trace)
    if not told.message:
        raise InvalidRequest("Say what failed: a message or a stack trace.")
    bug = Bug(
        message=told.message,
        error_type=told.error_type,
        stack_trace=told.stack_trace,
        frames=told.frames,
        file=file,
        line=line,
        root_cause=root_cause,
        solution=solution,
        prevention=prevention,
        resolved=bool(solution.strip()),
        labels=labels,
        files=files,
        author=project.place.author,
        project=project.place.id,
        citations=citations,
    )
    if not screenshot.strip():
        return _record(project, bug)
    picture, folder = to_read(project, screenshot), project.place.home / "pictures"
    with undisturbed(folder):
        return _record(project, bug.model_copy(update={"screenshot": keep_picture(picture, folder)}))


@operation
def resolve(
    project: Project, id: str, solution: str = "", root_cause: str = "", prevention: str = "", change: str = ""
) -> Acknowledged:
    """Mark a bug as solved, and by which Change.

    Args:
        id: the bug.
        solution: what solved it.
        root_cause: why it happened.
        prevention: how to keep it from coming back.
        change: the Change that solved it: its id, or the id of its commit or the first 4 or more digits of that.

    Raises:
        NotFound: there is no such bug or Change.
        InvalidRequest: the id is not a bug's, or the commit's digits fit several; nothing was changed.
    """
    known_bug(project, id)
    by = _solving(project, change) if change.strip() else None

    def solved(current: MemoryBase) -> MemoryBase:
        bug = recurrence.filled(_of_bug(current), root_cause=root_cause, solution=solution, prevention=prevention)
        links = (*bug.links, Link(relation="solved_by", target=by.id)) if by else bug.links
        at = bug.resolved_at or now()
        return bug.model_copy(update={"links": tuple(dict.fromkeys(links)), "resolved": True, "resolved_at": at})

    done = project.writer.update(id, solved)
    project.indexer.index([id])
    return Acknowledged(ids=(id,), note=f"Resolved “{done.title}”" + (f" by “{by.title}”." if by else "."))


@operation
def reopen(project: Project, id: str) -> Acknowledged:
    """Mark a bug as not solved after all; what was said to solve it stays with it.

    Args:
        id: the bug.

    Raises:
        NotFound: there is no such bug.
        InvalidRequest: the id is not a bug's.
    """
    bug = known_bug(project, id)
    project.writer.update(id, lambda each: each.model_copy(update={"resolved": False, "resolved_at": None}))
    project.indexer.index([id])
    return Acknowledged(ids=(id,), note=f"Reopened “{bug.title}”." if bug.resolved else "It is open already.")


@operation
def search_errors(
    project: Project,
    query: str,
    limit: Annotated[int, Field(ge=1, le=200)] | None = None,
    resolved: bool | None = None,
) -> SearchResult:
    """Find bugs by words and by meaning, best first; an empty query lists the newest.

    Args:
        query: an error message, a stack trace, or words about it.
        limit: the most hits to return.
        resolved: only bugs that are solved, or only those that aren't.
    """
    states = () if resolved is None else ("resolved", "fixed") if resolved else ("open",)
    chosen = Filter(kinds=("bug",), states=states)
    told = traces.parse(query)
    if told:  # a trace is looked for by what it says, not by all the files it passed through
        calls = " ".join(each.function for each in told.frames[: traces.OWN_FRAMES])
        query = f"{told.error_type} {told.message} {calls}"
    return look_for(project, query, chosen, limit)


def keep_bug(project: Project, given: Bug) -> Acknowledged:
    """Put a bug that someone wrote down on disk; one that was met before counts up instead."""
    told = failure(given.message, given.error_type, given.stack_trace)
    solved = bool(given.solution.strip()) and "resolved" not in given.model_fields_set
    bug = recurrence.rebuilt(
        given,
        message=told.message,
        error_type=told.error_type,
        stack_trace=told.stack_trace,
        frames=given.frames or told.frames,
        resolved=given.resolved or solved,
    )
    done = _record(project, bug)
    return Acknowledged(ids=done.ids, note=done.note)


@dataclass(frozen=True, slots=True)
class Failure:
    """What somebody passed on of a failure, each part in its place."""

    message: str
    error_type: str
    stack_trace: str
    frames: tuple[Frame, ...]


def failure(message: str, error_type: str, stack_trace: str) -> Failure:
    """Type, message and calls of a failure, wherever they were said: a trace may stand in the message, and a type too.

    So a failure has the same signature whether it is told with a stack trace, with a whole trace for a message, or with
    `ValueError: ...` for one. Nothing that was written is lost: a message that holds a trace is kept as the trace.
    """
    said, kind = message.strip(), error_type.strip()
    told, within = traces.passed_on(stack_trace), traces.passed_on(said)
    shown = _cut(traces.plain(stack_trace))
    if within:
        if not shown and (within.frames or "\n" in said):
            shown = _cut(traces.plain(said))
        # A message that says of which type it is says so once: an error of another type may be told within it.
        if within.frames or kind in ("", within.error_type, _class_of(within.error_type)):
            kind = kind or (told.error_type if told.frames else within.error_type)
            said = within.message or (said if not within.error_type else "")
    return Failure(
        said or told.message or kind or told.error_type or within.error_type or _first_line(shown),
        kind or told.error_type or within.error_type,
        shown,
        told.frames or within.frames,
    )


# ------------------------------------------------------------ inside


def _record(project: Project, bug: Bug) -> Recorded:
    """Write a bug that was met, or count up the one that it is."""
    signed = signed_bug(project, bug)
    with recurrence.one_at_a_time(project.place.home):
        known = _met_before(project, signed) or _told_alike(project, signed)
        if known is None:
            (kept,) = project.writer.write([signed])
            note = f"Recorded “{kept.title}”." if not signed.resolved else f"Recorded “{kept.title}”, solved."
            return Recorded(ids=(signed.id,), note=note)
        done = _of_bug(project.writer.update(known.id, lambda current: recurrence.again(_of_bug(current), signed)))
    project.indexer.index([done.id])
    return Recorded(
        ids=(done.id,), note=recurrence.told(known, done), again=True, count=done.count, solution=known.solution
    )


def _met_before(project: Project, bug: Bug) -> Bug | None:
    """The bug that this one is, if it was met before, be it in the bin; those in use first."""
    found = project.store.by_keys([f"bug:{bug.signature}"]) if bug.signature else []
    same = [memory for memory in found if isinstance(memory, Bug)]
    return min(same, key=lambda each: (each.deleted_at is not None, each.archived), default=None)


def _told_alike(project: Project, bug: Bug) -> Bug | None:
    """The one bug of the same type that says the same, of a failure that was told without a place; None of several."""
    words = traces.normal(bug.message)
    if bug.frames or bug.file or not bug.error_type or not words.strip("# "):
        return None
    hits = look_for(project, f"{bug.error_type} {bug.message}", Filter(kinds=("bug",), archived=True), _ALIKE).hits
    alike = [
        each
        for each in project.store.get([hit.id for hit in hits])
        if isinstance(each, Bug)
        and traces.normal(each.message) == words
        and _class_of(each.error_type) == _class_of(bug.error_type)
    ]
    return alike[0] if len(alike) == 1 else None


def _class_of(error_type: str) -> str:
    return re.split(r"[.\\]|::", error_type)[-1]


def signed_bug(project: Project, bug: Bug) -> Bug:
    """The bug with its place, files, signature and the id that follows from that."""
    own = Places(project.place.root, lambda: repositories.find(project.place.root) if project.place.git else None)
    file = own.of(bug.file) or bug.file.strip()
    found = ((path, frame) for frame in bug.frames if frame.file and (path := own.of(frame.file)))
    mine = list(islice(found, traces.OWN_FRAMES))
    line = bug.line
    if not file and mine:
        file, line = mine[0][0], mine[0][1].line
    elif not file and bug.frames:
        file, line = bug.frames[0].file, bug.frames[0].line
    calls = bug.frames or ((Frame(file=file, line=line),) if file else ())
    words = redact(bug.message).text
    signature = bug.signature or traces.signature(bug.error_type, words, calls, lambda each: bool(own.of(each)))
    here = (file,) if own.of(file) else ()
    top = project.place.root  # memories are shared: nobody's folders stand in them
    values = {
        "message": placeless(bug.message, top),
        "stack_trace": placeless(bug.stack_trace, top),
        "frames": tuple(frame.model_copy(update={"file": placeless(frame.file, top)}) for frame in bug.frames),
        "file": placeless(file, top),
        "line": line,
        "signature": signature,
        "files": unique([*bug.files, *here, *(each.path for each in bug.citations), *(path for path, _ in mine)]),
        "occurrences": bug.occurrences or (bug.created_at,),
        "resolved_at": bug.resolved_at or (bug.created_at if bug.resolved else None),
    }
    return recurrence.named(recurrence.rebuilt(bug, **values))


def known_bug(project: Project, id: str) -> Bug:
    """The bug of this id.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: it is no bug.
    """
    found = project.one(id)
    if not isinstance(found, Bug):
        raise InvalidRequest(f"“{found.title}” is a {found.kind}, not a bug.")
    return found


def _solving(project: Project, named: str) -> Change:
    """The Change of this id, or of the commit that is called so."""
    words = named.strip().lower()
    found = project.store.get([words])
    if not found and len(words) >= 4 and not words.strip("0123456789abcdef"):
        found = [each for each in project.store.by_beginning([f"commit:{words}"]) if each.deleted_at is None]
    if len(found) > 1:
        raise InvalidRequest(f"Several commits begin with {one_line(words, 40)}. Name more of its digits.")
    if not found:
        found = [project.one(words)]
    if not isinstance(found[0], Change):
        raise InvalidRequest(f"“{found[0].title}” is a {found[0].kind}, not a Change.")
    return found[0]


def _of_bug(memory: MemoryBase) -> Bug:
    if not isinstance(memory, Bug):
        raise TypeError(f"{memory.id} is no bug")
    return memory


def _first_line(text: str) -> str:
    return one_line(next((line for line in text.splitlines() if line.strip()), ""), 500)


def _cut(trace: str) -> str:
    """The trace, or of a long one its beginning and its end, with a line that says how much is left out."""
    trace = trace.strip("\n")
    if len(trace) <= _MAX_TRACE:
        return trace
    half = _MAX_TRACE // 2
    head = trace[:half].rpartition("\n")[0] or trace[:half]
    tail = trace[-half:].partition("\n")[2] or trace[-half:]
    left_out = trace.count("\n") - head.count("\n") - tail.count("\n") - 1
    return f"{head}\n… {left_out} more lines were left out\n{tail}"
