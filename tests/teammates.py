"""Machines of a team, as far as their memories go."""

from pathlib import Path

from whence.background.team import Team
from whence.store import Store
from whence.values.base import now
from whence.values.memory import MemoryBase


class Machine:
    """A machine of one of the team: its own database, and the team's store."""

    def __init__(self, folder: Path, bucket: str) -> None:
        folder.mkdir(exist_ok=True)
        self.store = Store.open(str(folder / "memory"), dimension=8)
        self.team = Team(f"s3://{bucket}/project", folder, self.store)
        self.store.removing = self.team.removing

    def put(self, *memories: MemoryBase) -> None:
        self.store.put(memories)

    def change(self, id: str, **values: object) -> None:
        (old,) = self.store.get([id])
        assert self.store.swap([(old, old.model_copy(update={"updated_at": now(), **values}))]) == [True]

    def all(self) -> dict[str, MemoryBase]:
        return {each.id: each for each in self.store.get(list(self.store.stamps()))}

    def close(self) -> None:
        self.team.close()
        self.store.close()
