"""Where a project lives: its name on every machine, and its folders on this one."""

from dataclasses import dataclass
from pathlib import Path

from whence.values.forge import Forge


@dataclass(frozen=True, slots=True)
class Place:
    """A project and its folders."""

    id: str
    """The same on every machine for a repository with an origin: its memory can be shared."""

    name: str
    """What people call it."""

    root: Path
    """Folder that memories' paths are relative to: the work tree's top, or the folder itself without git."""

    home: Path
    """Folder of this project's data on this machine."""

    git: bool
    """Whether the folder is in a git repository."""

    author: str
    """Whoever works here, as git is configured; empty without git."""

    forge: Forge | None = None
    """Where its issues and commits are to be seen; None without an origin that is known, or without trust."""
