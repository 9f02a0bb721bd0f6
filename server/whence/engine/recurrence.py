"""What becomes of a bug that is met again: pure functions, and the lock under which it is decided."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock

from whence.values.base import EPOCH, stable_id, unique
from whence.values.base import now as present
from whence.values.errors import StorageError
from whence.values.memory import MAX_OCCURRENCES, Bug, MemoryBase

_JOINED = ("root_cause", "solution", "prevention")
"""Fields in which a second text is added to a first one: neither is worth less."""

_FILLED = ("error_type", "file", "line", "screenshot", "folder")
"""Fields that take a new value where they had none."""


@contextmanager
def one_at_a_time(home: Path) -> Iterator[None]:
    """While it lasts no other process of this machine records a bug of this project: each sees what the last wrote.

    Raises:
        StorageError: another one takes too long, or the folder can't be written.
    """
    try:
        lock = FileLock(home / "bugs.lock", mode=0o600)
        lock.acquire(timeout=30)
    except (OSError, TimeoutError) as error:
        raise StorageError(
            "Another process is recording bugs, or the data folder can't be written. Try again."
        ) from error
    try:
        yield
    finally:
        lock.release()


def named(bug: Bug) -> Bug:
    """The bug with the id that follows from its signature, so that two machines that meet it at once make one."""
    return rebuilt(bug, id=stable_id(EPOCH, f"bug:{bug.project}:{bug.signature}")) if bug.signature else bug


def rebuilt(bug: Bug, **values: Any) -> Bug:
    """The bug with other values, through its class: a title that nobody wrote is made anew."""
    fields = {name: getattr(bug, name) for name in Bug.model_fields}
    titled = bug.title != Bug(**{**fields, "title": ""}).title
    return Bug(**{**fields, **values, "title": bug.title if titled else ""})


def again(known: Bug, met: Bug) -> Bug:
    """A bug that was met again: counted up, in use and open again, richer by what was said this time.

    Args:
        known: what is remembered of it.
        met: what was met now.
    """
    bug = filled(known, **{name: getattr(met, name) for name in (*_JOINED, *_FILLED)})
    values: dict[str, Any] = {
        "occurrences": tuple(sorted([*known.occurrences, *met.occurrences])[-MAX_OCCURRENCES:]),
        "count": known.count + met.count,
        "labels": unique([*known.labels, *met.labels]),
        "files": unique([*known.files, *met.files]),
        "citations": tuple(dict.fromkeys([*known.citations, *met.citations])),
        "links": tuple(dict.fromkeys([*known.links, *met.links])),
        "importance": max(known.importance, met.importance),
        "pinned": known.pinned or met.pinned,
        "resolved": met.resolved,
        "resolved_at": met.resolved_at if met.resolved else None,
        "archived": False,
        "deleted_at": None,
    }
    if not known.stack_trace or (met.frames and not known.frames):
        values |= {"stack_trace": met.stack_trace, "frames": met.frames}
    return rebuilt(bug, **values)


def filled(bug: Bug, **said: Any) -> Bug:
    """The bug with what was said now: in fields that were empty, or below a text that says something else."""
    values: dict[str, Any] = {}
    for name, new in said.items():
        old = getattr(bug, name)
        if name in _JOINED and old.strip() and new.strip() and new.strip() not in old:
            values[name] = f"{old.rstrip()}\n\n{new.strip()}"
        elif new and not old:
            values[name] = new
    return rebuilt(bug, **values) if values else bug


def settled(old: MemoryBase, new: MemoryBase) -> MemoryBase:
    """A memory that was changed by hand; of a bug that is solved now, or open again, with the time of that."""
    if not isinstance(old, Bug) or not isinstance(new, Bug) or new.resolved_at != old.resolved_at:
        return new
    if new.resolved:
        return new if new.resolved_at else new.model_copy(update={"resolved_at": present()})
    return new.model_copy(update={"resolved_at": None})


def told(known: Bug, now: Bug) -> str:
    """What happened, as a sentence: how often it was met, and what had solved it."""
    parts = [f"Met “{now.title}” again: {now.count} times so far"]
    if known.deleted_at is not None:
        parts.append("it was in the bin and is back")
    elif known.archived:
        parts.append("it was archived and is back")
    if known.resolved and not now.resolved:
        parts.append("it was resolved and is open again")
    note = "; ".join(parts) + "."
    if known.solution:
        note += f" What solved it before: {known.solution}"
    return note
