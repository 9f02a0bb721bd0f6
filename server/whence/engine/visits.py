"""An open project lent to a command that only reads, as that command would have opened it by itself."""

from dataclasses import replace
from pathlib import Path
from typing import cast

from whence.background.daily import Daily
from whence.background.writer import Writer
from whence.git import repositories
from whence.project.project import Project
from whence.values.errors import GitError
from whence.values.reach import Reach
from whence.values.settings import Settings

_OPENED_WITH = ("storage", "embedding", "code", "backups")
"""Groups of options that decide what is opened, and how; others are looked at when an operation runs."""


class _Unwritten:
    """Stands where the writer does for one who only reads."""

    def __getattr__(self, name: str) -> object:
        raise AttributeError("A visitor writes nothing.")


def visited(project: Project, folder: Path, settings: Settings) -> Project | None:
    """The project as one sees it who opens it to read, with options of their own; it shares all that is open.

    Args:
        project: the open project.
        folder: a folder that the visitor names, whole.
        settings: the visitor's options.

    Returns:
        None where the visitor would open something else, or where a model might be asked: that the visitor's own
        process does, since it can ask the user.
    """
    own = project.settings
    same = all(getattr(own, group) == getattr(settings, group) for group in _OPENED_WITH)
    if not same or own.capture.exclude != settings.capture.exclude or project.closing.is_set():
        return None
    if not project.indexer.local or settings.search.scored or not _holds(project, folder):
        return None
    return replace(
        project,
        settings=settings,
        writer=cast(Writer, _Unwritten()),
        recorder=None,
        autosave=None,
        origins=None,
        daily=Daily(),
        lasting=False,
        captures=False,
        reach=Reach(),
    )


def _holds(project: Project, folder: Path) -> bool:
    """Whether a folder is of the project's own work tree, as whoever opens it anew would find."""
    root = project.place.root
    try:
        folder = folder.resolve(strict=True)
        if folder == root:
            return (root / ".git").exists() == project.place.git
        if not project.place.git or not folder.is_relative_to(root):
            return False
        found = repositories.find(folder)
    except (OSError, GitError):
        return False
    return found is not None and found.root.samefile(root)
