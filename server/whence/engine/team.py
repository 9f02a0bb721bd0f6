"""A team's store: memories exchanged with it now, and what the check-up finds of it."""

from collections.abc import Iterator

from whence.background.team_state import TeamState
from whence.engine.machine import Case, ok, warn
from whence.project.project import Project
from whence.project.storage import team_of
from whence.store import Shared
from whence.store.shared import reason
from whence.values.errors import StorageError
from whence.values.operation import operation
from whence.values.protocol import Acknowledged
from whence.values.reports.upkeep import Finding


@operation
def sync(project: Project) -> Acknowledged:
    """Exchange memories with the team's store now; an open editor and `whence mcp` do so by themselves.

    Raises:
        StorageError: it is away, or can't be read or written. What was remembered is safe here, and goes there later.
    """
    if project.team is None:
        return Acknowledged(note="This project has no team's store: the setting whence.storage.uri names one.")
    done = project.team.sync()
    parts = [f"{_memories(done.sent)} went there, {_memories(done.received)} came here"]
    if done.removed:
        parts.append(f"{_memories(done.removed)} {'was' if done.removed == 1 else 'were'} removed")
    return Acknowledged(note=f"Exchanged with {project.team.address}: {'; '.join(parts)}.")


def _memories(count: int) -> str:
    return f"{count} {'memory' if count == 1 else 'memories'}"


def examined(case: Case) -> Iterator[Finding]:
    """Whether the team's store answers, and when it last did so; nothing where none is named."""
    if case.project is None or "://" not in case.settings.storage.uri:
        return
    address = team_of(case.settings, case.project)
    if not address:
        yield ok("team", "The team's store is not for this project (storage.projects): nothing of it goes there.")
        return
    try:
        count = Shared.look(address)
    except StorageError as error:
        told = f"The team's store {address} can't be used: {reason(error)}. What is remembered is kept here."
        yield warn("team", told, "Check storage.uri and the store's keys in the environment, then `whence sync`.")
        return
    told = f"The team's store {address} answers, and has {'nothing yet' if count is None else _memories(count)}."
    state = case.project.home / "team.sqlite3"
    at = TeamState(state).reached().at if state.exists() else None
    since = f"It was last compared at {at.astimezone():%Y-%m-%d %H:%M}." if at else "It was never compared with."
    yield ok("team", f"{told} {since}")
