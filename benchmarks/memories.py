"""Memories for benchmarks: made at run time, from a seed, out of this repository's own words and lines."""

import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from whence.values.base import new_id
from whence.values.memory import Change, Decision, FileEdit, MemoryBase, Note

ROOT = Path(__file__).resolve().parent.parent
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


class Maker:
    """Makes memories as a project of some size has them: seven changes in ten, two notes, one decision."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        sources = sorted((ROOT / "server").rglob("*.py"))
        self._lines = [
            line for file in sources for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        self._words = " ".join(self._lines).split()

    def memories(self, count: int) -> Iterator[MemoryBase]:
        """So many memories, twenty minutes apart."""
        for number in range(count):
            at = BEGAN + timedelta(minutes=20 * number)
            kind = self.chance.random()
            yield self.change(at) if kind < 0.7 else self._note(at) if kind < 0.9 else self._decision(at)

    def change(self, at: datetime) -> Change:
        """A change of one to three files."""
        edits = tuple(self._edit() for _ in range(self.chance.choice((1, 1, 1, 2, 3))))
        return Change(
            id=new_id(at),
            created_at=at,
            updated_at=at,
            edits=edits,
            files=tuple(dict.fromkeys(edit.path for edit in edits)),
            reason=self.words(8),
            commit=f"{self.chance.getrandbits(160):040x}",
            source="commit",
        )

    def words(self, most: int) -> str:
        """A few words, in no order that means anything."""
        return " ".join(self.chance.choice(self._words) for _ in range(self.chance.randint(2, most)))

    def _edit(self) -> FileEdit:
        start, length = self.chance.randrange(len(self._lines) - 50), self.chance.randint(2, 25)
        hunk = [self.chance.choice("+- ") + line for line in self._lines[start : start + length]]
        path = f"src/part{self.chance.randrange(40)}/module{self.chance.randrange(25)}.py"
        return FileEdit(path=path, added=length, diff="\n".join(["@@ -1,9 +1,9 @@", *hunk]))

    def _note(self, at: datetime) -> Note:
        return Note(id=new_id(at), created_at=at, updated_at=at, content=self.words(120), labels=(self.words(2),))

    def _decision(self, at: datetime) -> Decision:
        parts = {name: self.words(40) for name in ("decision", "context", "rationale", "consequences")}
        return Decision(id=new_id(at), created_at=at, updated_at=at, **parts)


def unit_vectors(count: int, dimension: int, chance: np.random.Generator) -> NDArray[np.float32]:
    """Random vectors of unit length, (count, dimension): an index finds nothing in them to group by, so real ones are
    searched no worse.
    """
    vectors = chance.standard_normal((count, dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


class Watch:
    """Tells how long things took, by the clock and of the processor: others may be using the machine."""

    def __init__(self) -> None:
        self._begun = time.perf_counter(), time.process_time()

    def lap(self) -> str:
        """What was since the last time, or since it was made."""
        now = time.perf_counter(), time.process_time()
        (clock, worked), self._begun = (after - before for after, before in zip(now, self._begun, strict=True)), now
        return f"{clock:.1f} s ({worked:.1f} s of the processor)"
