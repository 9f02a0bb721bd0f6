"""Lifecycle: filed, merged, put away in bulk; pruning suggested and carried out; the bin emptied."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from pydantic import Field

from whence.background.writer import Unchanged
from whence.engine.notes import Ids
from whence.project.project import Project
from whence.retrieval import pruning
from whence.retrieval.duplicates import Meanings, trait
from whence.values import memory as memories
from whence.values.base import Words, now, one_line, unique
from whence.values.calibration import calibration_of
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import MAX_OCCURRENCES, Link, MemoryBase
from whence.values.operation import Command, Menu, Progress, operation
from whence.values.protocol import Acknowledged, Filter
from whence.values.reports import Pruning

_AT_ONCE = 500
_MOST_MERGED = 100
_VECTORS = 10_000
"""Short memories whose vectors are compared for duplicates, the newest: 15 MB."""

_INDEXED_AT_ONCE = 200
"""Memories whose passages are made anew before an operation returns; those of more follow in the background."""


@operation
def organize(
    project: Project,
    ids: Ids,
    pinned: bool | None = None,
    archived: bool | None = None,
    importance: Annotated[int, Field(ge=1, le=10)] | None = None,
    labels: Words | None = None,
    add_labels: Words = (),
    remove_labels: Words = (),
    folder: str | None = None,
) -> Acknowledged:
    """File memories: pin, archive, weigh, label them, or put them in a folder; all of them or none.

    Args:
        ids: the memories.
        pinned: whether to keep them on top.
        archived: whether to put them away, out of the tree and of search; false brings them back.
        importance: from 1 (a trifle) to 10 (never forget).
        labels: labels to have instead of those they have.
        add_labels: labels to have besides.
        remove_labels: labels to lose.
        folder: where to file them, as a path such as `team/architecture`; empty for no folder.

    Raises:
        NotFound: one of them doesn't exist; nothing was changed.
        InvalidRequest: nothing was asked to be changed.
    """
    set_to: dict[str, Any] = {
        name: value
        for name, value in (("pinned", pinned), ("archived", archived), ("importance", importance))
        if value is not None
    }
    if folder is not None:
        set_to["folder"] = "/".join(part.strip() for part in folder.split("/") if part.strip())
    if not set_to and labels is None and not add_labels and not remove_labels:
        raise InvalidRequest("Nothing to change was named: pinned, archived, importance, labels or folder.")

    def change(current: MemoryBase) -> MemoryBase:
        start = current.labels if labels is None else labels
        kept = unique(each for each in (*start, *add_labels) if each not in remove_labels)
        changed = current.model_copy(update={**set_to, "labels": kept})
        if changed == current:
            raise Unchanged
        return changed

    found = all_of(project, ids)
    change_all(project, [memory.id for memory in found], change)
    told = [_told(name, value) for name, value in set_to.items()]
    told += [f"labels {', '.join(labels) or 'none'}"] if labels is not None else []
    told += [*(f"+{label}" for label in add_labels), *(f"-{label}" for label in remove_labels)]
    return Acknowledged(ids=tuple(memory.id for memory in found), note=f"{_named(found)}: {', '.join(told)}.")


@operation
def merge(
    project: Project, ids: Annotated[tuple[str, ...], Field(min_length=2, max_length=_MOST_MERGED)]
) -> Acknowledged:
    """Merge duplicates of one kind into the first; the others go to the bin, from which `restore` brings them back.

    Texts are joined without repetition, as are labels, files and links; links of others follow to the first.

    Args:
        ids: the memories, the one to keep first.

    Raises:
        NotFound: one of them doesn't exist; nothing was changed.
        InvalidRequest: they are of several kinds, or one is in the bin; nothing was changed.
    """
    found = mergeable(project, ids)
    join(project, found, lambda current: joined_all(current, found[1:]))
    note = f"Merged {len(found)} into “{found[0].title}”; the {len(found) - 1} others are in the bin."
    return Acknowledged(ids=(found[0].id,), note=note)


def mergeable(project: Project, ids: Sequence[str]) -> list[MemoryBase]:
    """The memories, if they can be merged into the first.

    Raises:
        NotFound: one of them doesn't exist.
        InvalidRequest: it is one, they are of several kinds, or one is in the bin.
    """
    found = all_of(project, ids)
    if len(found) < 2:
        raise InvalidRequest("Merging takes two memories or more.")
    if kinds := sorted({memory.kind for memory in found} - {found[0].kind}):
        raise InvalidRequest(f"A {found[0].kind} and a {kinds[0]} can't be merged: only memories of one kind can.")
    if binned := [memory for memory in found if memory.deleted_at]:
        raise InvalidRequest(f"“{binned[0].title}” is in the bin. Restore it first.")
    return found


def join(project: Project, found: Sequence[MemoryBase], join: Callable[[MemoryBase], MemoryBase]) -> None:
    """Let the first stand for all: changed as `join` says, with the links to the others, which go to the bin."""
    first, gone = found[0], {memory.id for memory in found[1:]}

    def follow(current: MemoryBase) -> MemoryBase:
        links = [
            Link(relation=link.relation, target=first.id if link.target in gone else link.target)
            for link in current.links
        ]
        return current.model_copy(update={"links": tuple(dict.fromkeys(links))})

    at = now()
    project.writer.update(first.id, join)
    # In this order: stopped in between, nothing is lost and no link dangles.
    pointing = [memory.id for memory in project.store.linking(sorted(gone)) if memory.id not in {*gone, first.id}]
    project.writer.update_all(pointing, follow)
    project.writer.update_all(sorted(gone), lambda memory: memory.model_copy(update={"deleted_at": at}))
    project.indexer.index([first.id, *sorted(gone)])


@operation
def suggest_pruning(
    project: Project,
    limit: Annotated[int, Field(ge=1, le=1000)] = 50,
    progress: Progress = lambda message, share: None,
) -> Pruning:
    """Tell which memories may be put away: superseded, nearly the same as another, or old, unimportant and unused.

    Nothing happens to them, and pinned ones are never among them.

    Args:
        limit: the most memories to name.
    """
    ids = project.store.ids(Filter())
    traits = []
    for start in range(0, len(ids), _AT_ONCE):
        progress(f"Looking at {len(ids)} memories", 0.9 * start / len(ids))
        traits += [trait(memory) for memory in project.store.get(ids[start : start + _AT_ONCE])]
    progress("Weighing them", 0.9)
    meant = meanings(project, [each.id for each in traits if each.numbers is not None][-_VECTORS:])
    weighed = pruning.weigh(traits, project.recalls.recalled(), now(), meanings=meant)
    verdicts = weighed[: 2 * limit]  # some turn out not to be so near
    wanted = unique(id for verdict in verdicts for id in (verdict.id, verdict.instead))
    return pruning.report(verdicts, {memory.id: memory for memory in project.store.get(wanted)}, limit)


@operation
def prune(project: Project, ids: Ids) -> Acknowledged:
    """Archive memories, such as those that `suggest_pruning` names; pinned ones stay.

    Args:
        ids: the memories.

    Raises:
        NotFound: one of them doesn't exist; nothing was changed.
    """

    def change(current: MemoryBase) -> MemoryBase:
        if current.pinned or current.archived or current.deleted_at:
            raise Unchanged
        return current.model_copy(update={"archived": True})

    found = all_of(project, ids)
    done = change_all(project, [each.id for each in found], change)
    stayed = len(found) - len(done)
    note = f"Archived {len(done)} {'memory' if len(done) == 1 else 'memories'}"
    note += f"; {stayed} stayed, pinned or put away already." if stayed else "."
    return Acknowledged(ids=tuple(done), note=f"{note} `organize` with archived false brings them back.")


@operation(
    palette=Command(
        "Empty Bin…",
        icon="trash",
        confirm="Remove everything in the bin? This cannot be undone.",
        menus=(Menu("9_delete", rows="bin"),),
    )
)
def empty_bin(project: Project) -> Acknowledged:
    """Remove every memory in the bin for good, with their pictures. This can't be undone.

    Backups that were taken before have them still; `backup` with `only` removes those.
    """
    ids = project.store.ids(Filter(), place="bin")
    project.purge(ids)
    what = f"{len(ids)} {'memory' if len(ids) == 1 else 'memories'}"
    return Acknowledged(ids=tuple(ids), note=f"Removed {what} for good." if ids else "The bin is empty.")


# ------------------------------------------------------------ inside


def all_of(project: Project, ids: Sequence[str]) -> list[MemoryBase]:
    """The memories, in order.

    Raises:
        NotFound: one of them doesn't exist.
    """
    wanted = unique(ids)
    found = {
        each.id: each
        for start in range(0, len(wanted), _AT_ONCE)
        for each in project.store.get(wanted[start : start + _AT_ONCE])
    }
    if missing := [id for id in wanted if id not in found]:
        raise NotFound(f"There is no memory {one_line(missing[0], 60)}; nothing was changed.")
    return [found[id] for id in wanted]


def meanings(project: Project, ids: Sequence[str]) -> Meanings:
    """What memories mean, as far as the model that is chosen has told it."""
    model = project.settings.embedding.model
    return Meanings(project.store.passages.vectors(model, ids), calibration_of(model))


def change_all(project: Project, ids: Sequence[str], change: Callable[[MemoryBase], MemoryBase]) -> list[str]:
    """Change memories and see to it that the next search knows. Returns the ids of those that did change."""
    done = [each.id for each in project.writer.update_all(ids, change) if each is not None]
    if done:
        project.indexer.index(done[:_INDEXED_AT_ONCE])
    return done


def joined_all(first: MemoryBase, others: Sequence[MemoryBase]) -> MemoryBase:
    """The first memory with what the others have besides, without links among them."""
    among = {first.id, *(each.id for each in others)}
    for other in others:
        first = joined(first, other)
    links = dict.fromkeys(link for link in first.links if link.target not in among)
    return first.model_copy(update={"links": tuple(links)})


def joined(first: MemoryBase, other: MemoryBase) -> MemoryBase:
    """The first memory with what the other has besides: what is told in words joined, lists united, gaps filled."""
    update: dict[str, Any] = {
        "importance": max(first.importance, other.importance),
        "pinned": first.pinned or other.pinned,
        "archived": first.archived and other.archived,
    }
    kept = {
        "id",
        "kind",
        "title",
        "created_at",
        "updated_at",
        "deleted_at",
        "project",
        "source",
        "author",
        "open",
        *update,
    }
    for name in type(first).model_fields.keys() - kept:
        update[name] = _joined(getattr(first, name), getattr(other, name), prose=name in type(first).prose)
    if isinstance(first, memories.Bug) and isinstance(other, memories.Bug):
        met = sorted({*first.occurrences, *other.occurrences})
        update |= {"occurrences": tuple(met[-MAX_OCCURRENCES:]), "count": first.count + other.count}
    return memories.parse(first.model_copy(update=update).model_dump())


def _joined(one: Any, other: Any, *, prose: bool) -> Any:
    if prose:
        return _texts(one, other)
    match one, other:
        case tuple(), tuple():
            return tuple(dict.fromkeys((*one, *other)))
        case bool(), bool():
            return one or other
        case dict(), dict():
            return {**other, **one}
        case _:
            return other if one in ("", None) else one


def _texts(one: str, other: str) -> str:
    """The first text, and those paragraphs of the other that it lacks."""
    told = {" ".join(part.split()) for part in one.split("\n\n")}
    missing = [part for part in other.split("\n\n") if (line := " ".join(part.split())) and line not in told]
    return "\n\n".join(part.strip("\n") for part in (one, *missing) if part.strip())


def _told(name: str, value: Any) -> str:
    match name:
        case "pinned":
            return "pinned" if value else "not pinned"
        case "archived":
            return "archived" if value else "out of the archive"
        case "folder":
            return f"in the folder {value}" if value else "in no folder"
    return f"{name} {value}"


def _named(found: Sequence[MemoryBase]) -> str:
    return f"“{found[0].title}”" if len(found) == 1 else f"{len(found)} memories"
