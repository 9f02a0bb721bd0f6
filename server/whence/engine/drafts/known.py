"""What is remembered of edits: the memories that a draft is worded from."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from whence.engine.drafts.composition import Known
from whence.project.project import Project
from whence.values.base import unique
from whence.values.memory import Bug, Change, Decision, FileEdit, Link, MemoryBase, Note, Session
from whence.values.protocol import Filter

_HELD = 500
"""Memories of a session that are looked at, the newest."""

_IN_FORCE = ("proposed", "accepted")


def known_of(project: Project, edits: Sequence[FileEdit], since: datetime, commits: Sequence[str] = ()) -> Known:
    """What is remembered of edits: by their commits, by the session that they came to be in, and by their links.

    Args:
        edits: what was done.
        since: memories of the session from before it belong to other edits.
        commits: ids of the commits that hold them.
    """
    paths = {path for edit in edits for path in (edit.path, edit.old_path) if path}
    committed = project.store.by_keys([f"commit:{id}" for id in commits])
    session = _active_of_mine(project) or _most_frequent(project, committed)
    held = project.store.newest(Filter(session=session.id, archived=True), limit=_HELD) if session else []
    waiting = _uncommitted([*project.store.opened(), *held], paths, since)
    found = {memory.id: memory for memory in (*committed, *waiting)}
    changes = _changes(found.values())
    linked = _linked(project, list(found), changes)
    return _told(session, changes, [*linked, *_fresh(held, paths, since)])


# ------------------------------------------------------------ gathered


def _active_of_mine(project: Project) -> Session | None:
    found = project.store.newest(Filter(kinds=("session",), states=("active",)), limit=50)
    mine = (each for each in found if isinstance(each, Session) and each.author in ("", project.place.author))
    return next(mine, None)


def _most_frequent(project: Project, committed: Iterable[MemoryBase]) -> Session | None:
    """The session that most of these came to be in."""
    counted = Counter(memory.session for memory in committed if memory.session)
    found = project.store.get([id for id, _ in counted.most_common(3)])
    return next((each for each in found if isinstance(each, Session)), None)


def _linked(project: Project, found: Sequence[str], changes: Sequence[Change]) -> list[MemoryBase]:
    """The decisions that the Changes implement, and the bugs that they solve."""
    if not changes:
        return []
    followed = unique(link.target for change in changes for link in change.links if link.relation == "implements")
    solving = {Link(relation="solved_by", target=change.id) for change in changes}
    solved = [holder for holder in project.store.linking(found) if solving & {*holder.links}]
    return [*project.store.get(followed), *solved]


# ------------------------------------------------------------ chosen


def _uncommitted(beside: Iterable[MemoryBase], paths: Collection[str], since: datetime) -> Iterator[Change]:
    """The Changes of what is not committed: those that are open, and those made since that touch a file of these."""
    for each in beside:
        if not isinstance(each, Change) or (paths and not any(edit.path in paths for edit in each.edits)):
            continue
        if each.open or (not each.commit and not each.discarded and each.created_at >= since):
            yield each


def _changes(found: Iterable[MemoryBase]) -> tuple[Change, ...]:
    """The Changes among these, the oldest first; the bin's not."""
    changes = [each for each in found if isinstance(each, Change) and each.deleted_at is None]
    return tuple(sorted(changes, key=lambda change: (change.created_at, change.id)))


def _fresh(held: Iterable[MemoryBase], paths: Collection[str], since: datetime) -> Iterator[MemoryBase]:
    """What came to matter in the session since, of these files or of none."""
    for each in held:
        if _at(each) >= since and (not each.files or not paths or not set(paths).isdisjoint(each.files)):
            yield each


def _told(session: Session | None, changes: tuple[Change, ...], related: Iterable[MemoryBase]) -> Known:
    """All of it by kind, each memory once, the oldest first; the bin's not."""
    alive = {memory.id: memory for memory in related if memory.deleted_at is None}
    told = sorted(alive.values(), key=lambda memory: (memory.created_at, memory.id))
    bugs = [each for each in told if isinstance(each, Bug)]
    return Known(
        session=session,
        changes=changes,
        decisions=tuple(each for each in told if isinstance(each, Decision) and each.status in _IN_FORCE),
        solved=tuple(bug for bug in bugs if bug.resolved),
        unsolved=tuple(bug for bug in bugs if not bug.resolved),
        notes=tuple(each for each in told if isinstance(each, Note)),
    )


def _at(memory: MemoryBase) -> datetime:
    """When it came to matter: a bug when it was solved."""
    return memory.resolved_at or memory.created_at if isinstance(memory, Bug) else memory.created_at
