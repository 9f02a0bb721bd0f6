"""What came of a part, and the table of all of them."""

from collections.abc import Iterable
from dataclasses import dataclass, field

COUNTS = ("lost", "doubled", "orphans", "late", "untold")


@dataclass
class Tally:
    """What came of one part; every count but the first two should be zero."""

    name: str

    rounds: int = 0
    """Kills, faults or operations."""

    acknowledged: int = 0
    """Memories and saves that were acknowledged, and looked for afterwards."""

    lost: int = 0
    """Of these, those that are not there, or say something else."""

    doubled: int = 0
    """Memories, commits and saves that are there more than once."""

    orphans: int = 0
    """Passages, vectors and links of memories that are not there, and files of processes that are gone."""

    late: int = 0
    """Starts that took longer than they may."""

    untold: int = 0
    """Faults that were not told, or with nothing to do about them."""

    note: str = ""
    """What else is worth telling."""

    faults: list[str] = field(default_factory=list)
    """What was wrong, as sentences."""

    def wrong(self, count: str, times: int, told: str) -> None:
        """Count what is wrong; nothing where it happened no times."""
        if times:
            setattr(self, count, getattr(self, count) + times)
            self.faults.append(f"{count} {times}: {told}")

    @property
    def sound(self) -> bool:
        return not self.faults


def table(tallies: Iterable[Tally]) -> str:
    """All of it, a line each, and what was wrong below."""
    found = list(tallies)
    names = ("rounds", "acknowledged", *COUNTS)
    width = max(len(each.name) for each in found)
    lines = [f"{'':{width}}  " + "  ".join(f"{name:>12}" for name in names)]
    for each in found:
        counts = "  ".join(f"{getattr(each, name):12,}" for name in names)
        lines += [f"{each.name:{width}}  {counts}  {each.note}".rstrip()]
    lines += [f"{each.name}: {fault}" for each in found for fault in each.faults[:20]]
    return "\n".join(lines)
