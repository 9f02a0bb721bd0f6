"""What was left out while much was read, counted by reason."""

from whence.values.base import one_line
from whence.values.reports import LeftOut

_EXAMPLES = 5
"""Names that are told of each reason."""


class Tally:
    """Counts what was left out, by reason, with a few names of each."""

    def __init__(self) -> None:
        self.reading = ""
        """What is being read: named where nothing more exact is."""
        self.total = 0
        """All that was left out."""
        self._reasons: dict[str, tuple[int, tuple[str, ...]]] = {}

    def add(self, reason: str, example: str = "", count: int = 1) -> None:
        """Count something left out, for a reason that reads as a clause such as `empty file`."""
        if not count:
            return
        example = example or self.reading
        before, examples = self._reasons.get(reason, (0, ()))
        if example and example not in examples and len(examples) < _EXAMPLES:
            examples = (*examples, one_line(example, 120))
        self._reasons[reason] = (before + count, examples)
        self.total += count

    def left_out(self) -> tuple[LeftOut, ...]:
        """What was left out, the most frequent reason first."""
        ordered = sorted(self._reasons.items(), key=lambda each: -each[1][0])
        return tuple(LeftOut(reason=reason, count=count, examples=names) for reason, (count, names) in ordered)
