"""Unread passages: what ranking asks of each is at hand; all else is read when it is asked for.

A search ranks some two hundred passages and shows twenty. Reading the payloads of the others took as long as finding
all of them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from typing_extensions import override

from whence.store.blocks import CODE, HUNKS, PINNED, Block
from whence.store.rows import to_diffs, to_passage, to_time
from whence.values.passage import Diff, Passage


class Unread(Passage):
    """A row of a block as the passage that it is."""

    __slots__ = ("_block", "_row")

    if TYPE_CHECKING:
        _block: Block
        _row: int

    def __getattr__(self, name: str) -> Any:
        """A field that is not at hand: now all of them are."""
        if name not in Passage.model_fields:
            raise AttributeError(name)
        (payload,) = self._block.texts("payload", [self._row])
        self.__dict__.update(to_passage(payload.decode(), self.weights).__dict__)
        return self.__dict__[name]

    @property
    @override
    def has_hunks(self) -> bool:
        return bool(self._block.arrays["flags"][self._row] & HUNKS)

    def diffs(self) -> list[Diff] | None:
        """What the memory did to files; None where it does not lie here as it was written."""
        (whole,) = self._block.texts("whole", [self._row])
        return to_diffs(whole.decode()) if whole else None


def unread(block: Block, rows: Sequence[int]) -> list[Passage]:
    """These rows of a block as passages."""
    column = block.arrays
    names = ("created", "importance", "flags", "turn")
    values = zip(
        rows,
        block.texts("id", rows),
        block.texts("weights", column["weights"][rows]),
        *(column[name][rows].tolist() for name in names),
        strict=True,
    )
    made: list[Passage] = []
    for row, id, weights, created, importance, flags, turn in values:
        known = {
            "memory": id.decode().rpartition("#")[0],
            "created_at": to_time(created),
            "importance": importance,
            "pinned": flags & PINNED != 0,
            "code": flags & CODE != 0,
            "turn": turn,
            "weights": weights,
        }
        if turn < 0:
            known["speaker"] = ""
        passage = Unread.unchecked(known)
        object.__setattr__(passage, "_block", block)
        object.__setattr__(passage, "_row", row)
        made.append(passage)
    return made
