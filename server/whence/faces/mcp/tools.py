"""The tools that Whence offers an assistant: few, typed, and answering in layers, an index first and details on `get`.

Parameters, schemas and descriptions come from the signatures and docstrings, as those of the engine's operations do.
"""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from whence.faces.mcp.answers import Details, Index, IndexEntry, Shown
from whence.faces.mcp.arguments import Maybe, Names
from whence.values.base import Time, one_line
from whence.values.memory import KINDS
from whence.values.operation import operation
from whence.values.protocol import CODE, Acknowledged, ContextBlock, Hit
from whence.values.reports import Report, SessionState
from whence.values.reports.provenance import Why

if TYPE_CHECKING:
    from whence.engine import Project

_FIELDS = "; ".join(f"{kind}: {', '.join(cls.form)}" for kind, cls in KINDS.items() if cls.form)

Kind = Annotated[str, Field(json_schema_extra={"enum": list(KINDS)})]
Kinds = tuple[Kind, ...]
Searched = tuple[Annotated[str, Field(json_schema_extra={"enum": [*KINDS, CODE]})], ...]
Fields = Annotated[
    dict[str, Any], Field(json_schema_extra={"description": f"further fields of the kind, by name. {_FIELDS}"})
]

READING = frozenset({"search", "get", "context", "why", "project_context"})
"""Tools that change nothing."""

REPEATABLE = READING | {"resolve"}
"""Tools that may be called again with the same words, to no further effect."""

_MOST_TITLE = 100
_MOST_MEMORIES = 20


@operation
def search(
    project: "Project",
    query: str = "",
    kinds: Searched = (),
    files: Names = (),
    labels: Names = (),
    since: Time | None = None,
    until: Time | None = None,
    archived: bool = False,
    limit: Annotated[int, Field(ge=1, le=100)] = 10,
    authors: Names = (),
) -> Index:
    """Find memories of this project: changes with their reasons, decisions, bugs, fixes, sessions, conversations,
    notes. Use when you need what is known about a topic, a file or an error before you change code, or when the
    user asks what was done or decided. Answers with an index of ids and titles; read the promising ones with `get`.

    Args:
        query: words, an identifier, an error message or a question; empty lists the newest.
        kinds: only these kinds of memory; `code` for functions and classes of the code, alone or besides.
        files: only memories that concern these files or folders.
        labels: only memories with one of these labels.
        since: only memories of this moment or later, in ISO 8601.
        until: only memories from before this moment, in ISO 8601.
        archived: whether archived memories may answer too.
        limit: the most hits.
        authors: only memories that people of these names made; a part of a name will do.
    """
    from whence import engine

    found = engine.search.search(
        project,
        query,
        kinds=kinds,
        files=files,
        labels=labels,
        since=since,
        until=until,
        archived=archived,
        limit=limit,
        authors=authors,
    )
    hits = (IndexEntry(id=h.id, kind=h.kind, title=_titled(h), date=f"{h.created_at:%Y-%m-%d}") for h in found.hits)
    return Index(hits=tuple(hits), note=found.note)


@operation
def get(project: "Project", ids: Annotated[Names, Field(min_length=1, max_length=_MOST_MEMORIES)]) -> Details:
    """Show memories whole: diff, reason, rationale, stack trace, solution, turns. Use when the title of a hit of
    `search` or an id in another answer looks relevant, before you rely on it. Long ones are cut; fewer show more.

    Args:
        ids: the memories, at most 20.
    """
    from whence import engine

    shown = []
    for id in dict.fromkeys(ids):
        detail = engine.search.get(project, id)
        memory = detail.memory
        related = (*(link.target for link in memory.links), *(each.id for each in detail.related))
        shown.append(
            Shown(
                id=memory.id,
                kind=memory.kind,
                title=memory.title,
                date=f"{memory.created_at:%Y-%m-%d}",
                files=memory.files,
                labels=memory.labels,
                related=tuple(dict.fromkeys(related)),
                markdown=detail.markdown,
            )
        )
    return Details(memories=tuple(shown))


@operation
def context(
    project: "Project",
    query: str,
    budget: Annotated[int, Field(ge=1, le=200_000)] | None = None,
    kinds: Kinds = (),
    files: Names = (),
    labels: Names = (),
    since: Time | None = None,
    authors: Names = (),
) -> ContextBlock:
    """Put what matters for a task into one text within a budget of tokens. Use when you begin a task and want its
    background at once, instead of searching and reading step by step.

    Args:
        query: the task, the question or the error, in a sentence.
        budget: the most tokens; some thousand without.
        kinds: only these kinds of memory.
        files: only memories that concern these files or folders.
        labels: only memories with one of these labels.
        since: only memories of this moment or later, in ISO 8601.
        authors: only memories that people of these names made; a part of a name will do.
    """
    from whence import engine

    return engine.context.context(
        project, query, budget=budget, kinds=kinds, files=files, labels=labels, since=since, authors=authors
    )


@operation
def why(
    project: "Project",
    file: str,
    start: Annotated[int, Field(ge=0)] = 0,
    end: Annotated[int, Field(ge=0)] = 0,
    symbol: str = "",
    thorough: bool = False,
) -> Why:
    """Tell why lines of a file are there: the changes that made them, and the decisions, bugs and conversations
    behind those. Use when code looks odd, before you change or delete it, or when the user asks why it is so.

    Args:
        file: the file.
        start: the first line, from 1; 0 for the whole file.
        end: the last line; 0 for the first line alone.
        symbol: a function or class of the file whose lines are meant, instead of lines.
        thorough: whether lines are followed to the files that they came from however long that takes.
    """
    from whence import engine

    return engine.provenance.why(project, file, start, end, symbol, thorough)


@operation
def remember(
    project: "Project",
    kind: Kind,
    content: Annotated[str, Field(min_length=1)],
    fields: Fields = {},  # noqa: B006 - pydantic copies it
    title: str = "",
    labels: Names = (),
    files: Names = (),
    importance: Annotated[int, Field(ge=1, le=10)] = 5,
    lines: Names = (),
) -> Acknowledged:
    """Keep a memory of any kind; secrets in it are redacted. Use when something was decided, a bug was met or
    solved, or the user asks you to remember: one memory for each thing, in the user's terms, with its reason.

    Args:
        kind: what it is.
        content: what was decided, what the error says, the note, or the reason of a change.
        fields: further fields.
        title: a line that names it; made from the content without.
        labels: words to find it by.
        files: the files that it concerns.
        importance: from 1, a trifle, to 10, never forget.
        lines: the lines of code that it is about, such as `src/cart.py:10-14`; `why` of them shows it first.
    """
    from whence import engine

    if kind == "conversation" and "messages" not in fields:
        return engine.conversations.save_conversation(
            project, text=content, title=title, labels=labels, origin="assistant"
        )
    if kind == "session":
        begun = engine.sessions.start_session(project, goal=content, labels=labels)
        return Acknowledged(ids=begun.ids, note=begun.note)
    values: dict[str, Any] = {"source": "assistant", "importance": importance, **fields, "kind": kind}
    said = _said(kind)
    if said:
        values[said] = content
    besides = (("title", title), ("labels", labels), ("files", files), ("selection", lines))
    values |= {name: value for name, value in besides if value}
    return engine.notes.remember(project, values)


@operation
def resolve(
    project: "Project", id: str, solution: str, root_cause: str = "", prevention: str = "", change: str = ""
) -> Acknowledged:
    """Mark a bug as solved, and say how. Use when a recorded failure is fixed, so that it is solved at once
    when it comes back.

    Args:
        id: the bug.
        solution: what solved it.
        root_cause: why it happened.
        prevention: how to keep it from coming back.
        change: the change that solved it: its id, or digits of its commit.
    """
    from whence import engine

    return engine.bugs.resolve(project, id, solution, root_cause, prevention, change)


@operation
def session(
    project: "Project",
    action: Literal["start", "end", "resume", "current"] = "current",
    goal: str = "",
    summary: str = "",
    success: Maybe = None,
    id: str = "",
    labels: Names = (),
    end_active: bool = False,
) -> SessionState:
    """Start, end or resume a session of work, or tell which one is active. Use when the user begins or finishes a
    piece of work: what is remembered in between belongs to the session, and its end sums it up.

    Args:
        action: what to do.
        goal: what a session that starts is for.
        summary: what came of one that ends.
        success: whether it reached its aim.
        id: the session to resume; the latest without.
        labels: words to find a new session by.
        end_active: whether starting ends the session that is active.
    """
    from whence import engine

    match action:
        case "start":
            return engine.sessions.start_session(project, goal, labels=labels, end_active=end_active)
        case "end":
            return engine.sessions.end_session(project, summary, success)
        case "resume":
            return engine.sessions.resume_session(project, id)
        case "current":
            return engine.sessions.current_session(project)


@operation
def project_context(project: "Project", focus: str = "") -> Report:
    """Tell where the project stands: what it is made with, recent changes, decisions in force, open bugs, active
    session. Use when you meet this project for the first time in a conversation.

    Args:
        focus: a topic or folder to look at most.
    """
    from whence import engine

    return engine.reports.project_context(project, focus)


def _titled(hit: Hit) -> str:
    title = one_line(hit.title, _MOST_TITLE)
    return f"{title} {hit.location.path}:{hit.location.line}" if hit.location else title


def _said(kind: str) -> str:
    """The field of a kind that takes what is to be remembered; empty for an unknown kind, which the engine refuses."""
    cls = KINDS.get(kind)
    return next(iter((*cls.form, *cls.prose)), "") if cls else ""
