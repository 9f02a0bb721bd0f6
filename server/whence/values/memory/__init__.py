"""The kinds of memory: frozen values, one class each, and the closed union `Memory`.

A new kind touches this room alone. Define its class in one of the files and name it in the union; storage (the payload
is JSON), search, context, tree, command line, the TypeScript types and the palette command of its form follow from it,
and `tests/test_house.py` holds us to that. Nothing here does I/O or knows how memories come about.
"""

from typing import Annotated, Any, get_args

from pydantic import Field, TypeAdapter, ValidationError

from whence.values.base import explain, one_line
from whence.values.errors import InvalidRequest
from whence.values.memory.base import (
    MAX_TITLE,
    Citation,
    Grouping,
    Link,
    MemoryBase,
    Relation,
    Source,
    Step,
    kept_private,
)
from whence.values.memory.changes import Action, Change, FileEdit
from whence.values.memory.knowledge import MAX_OCCURRENCES, Bug, Decision, Frame, Note, Summary
from whence.values.memory.work import Conversation, Message, Role, Session

__all__ = [
    "KINDS",
    "MAX_OCCURRENCES",
    "MAX_TITLE",
    "Action",
    "Bug",
    "Change",
    "Citation",
    "Conversation",
    "Decision",
    "FileEdit",
    "Frame",
    "Grouping",
    "Link",
    "Memory",
    "MemoryBase",
    "Message",
    "Note",
    "Relation",
    "Role",
    "Session",
    "Source",
    "Step",
    "Summary",
    "kept_private",
    "parse",
    "parse_json",
]

Memory = Annotated[Decision | Bug | Change | Conversation | Note | Session | Summary, Field(discriminator="kind")]
"""Any memory, in the order of the tree. `KINDS` lists the classes by the name that `kind` carries."""

KINDS: dict[str, type[MemoryBase]] = {cls.model_fields["kind"].default: cls for cls in get_args(get_args(Memory)[0])}

_ADAPTER: TypeAdapter[Any] = TypeAdapter(Memory)


def parse(values: dict[str, Any]) -> MemoryBase:
    """Read a memory of any kind from a mapping, in camelCase or snake_case.

    Raises:
        InvalidRequest: names the field and what is wrong with it.
    """
    if (kind := values.get("kind")) is not None and kind not in [*KINDS]:
        raise InvalidRequest(f"There is no kind {one_line(str(kind), 40)!r}; there are {', '.join(KINDS)}.")
    try:
        memory: MemoryBase = _ADAPTER.validate_python(values)
    except ValidationError as error:
        unknown = error.errors(include_url=False, include_input=False)[0]["type"] == "extra_forbidden"
        taken = [*KINDS[values["kind"]].model_fields] if unknown and "kind" in values else []
        form = f" A {values['kind']} takes: {', '.join(each for each in taken if each not in _OURS)}." if taken else ""
        raise InvalidRequest(explain(error, KINDS) + form) from None
    return memory


_OURS = frozenset({"id", "kind", "project", "created_at", "updated_at", "deleted_at", "links"})
"""Fields of every memory that nobody writes by hand."""


def parse_json(payload: str) -> MemoryBase:
    """Read back what `dump_json` wrote.

    Raises:
        InvalidRequest: the text is not a memory that this version knows.
    """
    try:
        memory: MemoryBase = _ADAPTER.validate_json(payload)
    except ValidationError as error:
        raise InvalidRequest(explain(error, KINDS)) from None
    return memory
