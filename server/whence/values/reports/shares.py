"""Who brought lines in: shares by month, directory and model, and of one file the lines as they stand."""

from whence.values.base import Value
from whence.values.reports import Report
from whence.values.reports.provenance import Stretch


class LineShare(Value):
    """Lines that commits brought in, by who wrote them."""

    name: str
    """The month, the directory or the model; empty for all together."""

    assistants: int = 0
    """Lines that an assistant wrote in a conversation that is known."""

    mixed: int = 0
    """Those of them that somebody changed before the commit."""

    helped: int = 0
    """Lines of commits that say that an assistant helped, of which nobody knows whether it wrote them."""

    programs: int = 0
    """Lines of commits by programs."""

    unknown: int = 0
    """All others: a person wrote them, or an assistant whose conversation is not known."""

    settled: int = 0
    """Of those that an assistant wrote, lines that came in 30 days ago or more."""

    rewritten: int = 0
    """Of these, lines that were taken out or changed within 30 days."""

    others_settled: int = 0
    """The same of the lines of which nobody knows who wrote them, and of commits where an assistant helped."""

    others_rewritten: int = 0
    """Of these, lines that were taken out or changed within 30 days."""

    @property
    def lines(self) -> int:
        """All of them."""
        return self.assistants + self.helped + self.programs + self.unknown


class LinesByAssistants(Report):
    """Who wrote the lines of a file, or those that came into the project in a year."""

    file: str = ""
    """The file; empty for the project."""

    stretches: tuple[Stretch, ...] = ()
    """Of a file, which conversations wrote which lines, in the order of the file."""

    total: LineShare = LineShare(name="")
    """All together."""

    months: tuple[LineShare, ...] = ()
    """By month, such as `2026-02`, the oldest first; months without lines are left out."""

    directories: tuple[LineShare, ...] = ()
    """By directory, two deep at most, those with the most lines first."""

    models: tuple[LineShare, ...] = ()
    """Lines that assistants wrote, by model, or by assistant where the model isn't known."""

    unread: int = 0
    """Commits that were not compared with conversations yet."""
