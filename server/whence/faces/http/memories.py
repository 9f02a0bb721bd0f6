"""Memories of every kind over REST, and every operation of the engine by its name."""

from functools import partial
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from whence import engine
from whence.engine import Project
from whence.faces.http.actions import Action, Call
from whence.faces.http.shapes import Moment, Query, Short
from whence.faces.places import files_within
from whence.values.arguments import memory_fields, understood
from whence.values.detail import Detail
from whence.values.errors import InvalidRequest
from whence.values.memory import KINDS, Memory
from whence.values.operation import Operation
from whence.values.protocol import Acknowledged, Filter

MACHINE = frozenset({"import_transcripts"})
"""Operations that read what lies elsewhere on the server's machine: only for clients on that machine. Files that
clients name are judged by the open project's `reach`, wherever they are."""

_V1 = "/api/v1"


class MemoriesQuery(BaseModel):
    """Which memories to list; words are separated by commas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    query: Query = ""
    kinds: Short = ""
    labels: Short = ""
    files: Short = ""
    authors: Short = ""
    states: Short = ""
    folder: Short = ""
    session: Short = ""
    min_importance: Annotated[int, Field(ge=1, le=10)] = 1
    since: Moment | None = None
    until: Moment | None = None
    pinned: bool | None = None
    archived: bool = False
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=200)] = 20


class FoundMemory(BaseModel):
    """A memory that answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    memory: Memory
    snippet: str
    score: float


class FoundMemories(BaseModel):
    """A page of memories."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    results: tuple[FoundMemory, ...]
    total: int
    offset: int
    limit: int


class AnyMemory(BaseModel):
    """A memory's fields, `kind` among them."""

    model_config = ConfigDict(frozen=True, extra="allow")

    kind: str


class Fields(BaseModel):
    """Fields of a memory to change, with their new values."""

    model_config = ConfigDict(frozen=True, extra="allow")


def _list(project: Project, call: Call) -> FoundMemories:
    asked: MemoriesQuery = call.query
    said = asked.model_dump(exclude={"query", "pinned", "offset", "limit"})
    chosen = Filter.model_validate(files_within(understood(Filter, said), project.place.root))
    found = engine.turns.browse(
        project, chosen, query=asked.query, pinned=asked.pinned, offset=asked.offset, limit=asked.limit
    )
    results = tuple(FoundMemory(memory=each.memory, snippet=each.snippet, score=each.score) for each in found.found)
    return FoundMemories(results=results, total=found.total, offset=asked.offset, limit=asked.limit)


def _memory(project: Project, values: dict[str, Any]) -> AnyMemory:
    if not isinstance(values.get("kind"), str):
        raise InvalidRequest(f"kind: It must be one of {', '.join(KINDS)}.")
    understood = files_within(memory_fields(values, values["kind"]), project.place.root)
    return AnyMemory.model_validate(understood)


def _changes(project: Project, values: dict[str, Any]) -> Fields:
    return Fields.model_validate(files_within(memory_fields(values), project.place.root))


def _remember(project: Project, call: Call) -> Acknowledged:
    return engine.notes.remember(project, call.body.model_dump())


def _get(project: Project, call: Call) -> Detail:
    return engine.search.get(project, call.path["id"])


def _update(project: Project, call: Call) -> Acknowledged:
    return engine.notes.update(project, call.path["id"], call.body.model_dump())


def _forget(project: Project, call: Call) -> Acknowledged:
    return engine.notes.forget(project, (call.path["id"],))


def _operation(operation: Operation) -> Action:
    def run(project: Project, call: Call) -> Any:
        return operation.function(project, **call.body)

    def read(project: Project, values: dict[str, Any]) -> dict[str, Any]:
        return operation.read(values, partial(files_within, root=project.place.root))

    return Action(
        "POST",
        f"{_V1}/operations/{operation.name}",
        operation.summary,
        run,
        operation.params,
        None,
        operation.result,
        tag="operations",
        faulty=422,
        empty_body=True,
        read=read,
    )


def actions(operations: dict[str, Operation], *, near: bool = True) -> tuple[Action, ...]:
    """The routes for memories of every kind, and one for each operation.

    Args:
        operations: the engine's.
        near: whether clients are on the server's machine.
    """
    one = f"{_V1}/memories/{{id}}"
    return (
        Action(
            "GET",
            f"{_V1}/memories",
            "List or find memories of any kind.",
            _list,
            None,
            MemoriesQuery,
            FoundMemories,
            tag="memories",
        ),
        Action(
            "POST",
            f"{_V1}/memories",
            "Keep a memory of any kind.",
            _remember,
            AnyMemory,
            None,
            Acknowledged,
            201,
            "memories",
            422,
            read=_memory,
        ),
        Action("GET", one, "Show a memory whole.", _get, None, None, Detail, tag="memories"),
        Action(
            "PATCH",
            one,
            "Change fields of a memory.",
            _update,
            Fields,
            None,
            Acknowledged,
            200,
            "memories",
            422,
            read=_changes,
        ),
        Action("DELETE", one, "Move a memory to the bin.", _forget, None, None, Acknowledged, tag="memories"),
        *(_operation(each) for name, each in operations.items() if near or name not in MACHINE),
    )
