"""How the terminal lists backups and restores one, also where the memory can't be opened."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from whence.faces.cli import checkup, dialogue
from whence.faces.cli.dialogue import out, print_json

if TYPE_CHECKING:
    from whence.values.settings import Settings


def show(project: Path, options: "Settings", *, as_json: bool) -> None:
    """List the backups of a folder's project."""
    from whence.engine import backups

    found = backups.listing(project, options)
    if as_json:
        print_json(found)
        return
    for line in checkup.backups(found):
        out().print(line)


def restore(project: Path, options: "Settings", at: str, *, exactly: bool, agreed: bool, as_json: bool) -> None:
    """Restore a backup, after a yes unless somebody agreed before, and tell what it came to."""
    from whence.engine import backups

    if not agreed:
        dialogue.sure(backups.asked(project, options, at, exactly=exactly))
    with dialogue.progress("Restoring", silent=as_json) as report:
        done = backups.restore_in_place(project, options, at, exactly=exactly, progress=report)
    if as_json:
        print_json(done)
    else:
        out().print(Text(done.note))
