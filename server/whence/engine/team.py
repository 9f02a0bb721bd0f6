"""A team's store: memories exchanged with it now."""

from whence.project.project import Project
from whence.values.operation import operation
from whence.values.protocol import Acknowledged


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
