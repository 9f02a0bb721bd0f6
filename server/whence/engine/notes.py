"""Notes, and memories of other kinds: written, changed, filed, put away and brought back by hand."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from whence.engine.bugs import keep_bug
from whence.engine.citations import about_lines, cite
from whence.engine.recurrence import settled
from whence.project.project import Project
from whence.values import memory
from whence.values.base import explain, now, one_line, unique
from whence.values.errors import InvalidRequest, NotFound, StorageError
from whence.values.memory import Bug, MemoryBase
from whence.values.operation import Command, Menu, Progress, operation
from whence.values.protocol import Acknowledged, Selection

Ids = Annotated[tuple[str, ...], Field(min_length=1, max_length=10_000)]


@operation
def remember(project: Project, memory: dict[str, Any]) -> Acknowledged:
    """Keep a new memory; it is on disk, with every secret redacted, when this returns.

    Args:
        memory: its fields, `kind` among them; ids and dates are filled in where absent. Besides, `selection` says
            which lines of a file it is about, as `src/cart.py:10-14` or with `file`, `start` and `end`: whoever asks
            why these lines are there is shown it first.

    Raises:
        InvalidRequest: a field is missing or wrong, or there are no such lines; nothing was kept.
    """
    chosen = _selections(memory.get("selection"))
    fields = {name: value for name, value in memory.items() if name != "selection"}
    given = _parse({"author": project.place.author, **fields, "project": project.place.id})
    return keep(project, about_lines(given, [cite(project, each) for each in chosen]) if chosen else given)


_SELECTION: TypeAdapter[Selection] = TypeAdapter(Selection)


def _selections(said: Any) -> list[Selection]:
    """The lines that a memory is said to be about: one selection, or a list of them."""
    try:
        return [
            _SELECTION.validate_python(each) for each in (said if isinstance(said, list | tuple) else [said]) if each
        ]
    except ValidationError as error:
        raise InvalidRequest(f"selection: {explain(error)}") from None


def keep(project: Project, given: MemoryBase) -> Acknowledged:
    """Put a memory that someone made on disk."""
    if isinstance(given, Bug):
        return keep_bug(project, given)
    (kept,) = project.writer.write([given], new="id" not in given.model_fields_set)
    return Acknowledged(ids=(kept.id,), note=f"Kept “{kept.title}”.")


@operation
def update(project: Project, id: str, changes: dict[str, Any]) -> Acknowledged:
    """Change fields of a memory, such as `pinned`, `archived`, `labels`, `importance` or its content.

    Args:
        id: the memory.
        changes: the fields to replace, with their new values.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: a field is unknown, fixed or wrong; nothing was changed.
    """
    fixed = {"id", "kind", "project", "createdAt", "created_at", "updatedAt", "updated_at"} & changes.keys()
    if fixed:
        raise InvalidRequest(f"{', '.join(sorted(fixed))} of a memory can't be changed.")

    def change(current: MemoryBase) -> MemoryBase:
        values = current.model_dump(by_alias=True)
        if not current.titled:
            values["title"] = ""  # made from the content, and so made anew from the new content
        return settled(current, _parse({**values, **_camel(current, changes)}))

    changed = project.writer.update(id, change)
    return Acknowledged(ids=(changed.id,), note=f"Changed “{changed.title}”.")


@operation
def forget(project: Project, ids: Ids) -> Acknowledged:
    """Move memories to the bin, from which `restore` brings them back for 30 days.

    Args:
        ids: the memories.

    Raises:
        NotFound: one of them doesn't exist; none was moved.
    """
    at = now()
    return _bin(project, ids, lambda each: each.model_copy(update={"deleted_at": at}), "Deleted")


@operation
def restore(project: Project, ids: Ids) -> Acknowledged:
    """Bring memories back from the bin.

    Args:
        ids: the memories.

    Raises:
        NotFound: one of them is not there any more; none was restored.
    """
    return _bin(project, ids, lambda each: each.model_copy(update={"deleted_at": None}), "Restored")


@operation(
    palette=Command("Rebuild Index", doing="Rebuilding the search index", anytime=True, menus=(Menu("9_care@1"),))
)
def rebuild(project: Project, progress: Progress = lambda message, share: None) -> Acknowledged:
    """Drop the search index and make it anew from the memories, which stay as they are."""
    progress("Dropping the old index", 0.0)
    project.store.passages.drop()
    total, done = sum(project.store.counts().values()), 0
    while ids := project.store.passages.stale(200):
        progress(f"Indexing {total} memories", min(done / max(total, 1), 1.0))
        if not project.indexer.index(ids):
            raise StorageError(f"The search index could not be made; the memories are safe. {project.indexer.trouble}")
        done += len(ids)
    project.store.maintain(force=True)
    return Acknowledged(note=f"The search index of {total} memories was made anew.")


def _bin(project: Project, ids: Sequence[str], change: Callable[[MemoryBase], MemoryBase], verb: str) -> Acknowledged:
    wanted = unique(ids)
    found = {each.id: each for each in project.store.get(wanted)}
    if missing := [id for id in wanted if id not in found]:
        raise NotFound(f"There is no memory {one_line(missing[0], 60)}; nothing was changed.")
    project.writer.update_all(wanted, change)
    project.indexer.index(wanted[:200])  # at once, so that no search that comes after this finds what was deleted
    what = f"“{found[wanted[0]].title}”" if len(wanted) == 1 else f"{len(wanted)} memories"
    return Acknowledged(ids=wanted, note=f"{verb} {what}.")


def _parse(values: dict[str, Any]) -> MemoryBase:
    try:
        return memory.parse(values)
    except RecursionError:
        raise InvalidRequest("The memory is nested too deeply.") from None


def _camel(current: MemoryBase, changes: dict[str, Any]) -> dict[str, Any]:
    aliases = {name: field.alias or name for name, field in type(current).model_fields.items()}
    return {aliases.get(name, name): value for name, value in changes.items()}
