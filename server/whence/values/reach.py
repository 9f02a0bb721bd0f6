"""Files of this machine that whoever asks may name, and which parameters of operations name such."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal


@dataclass(frozen=True, slots=True)
class Reach:
    """How far those reach who ask an open project. The user's own editor, terminal and scripts reach anywhere."""

    anywhere: bool = True
    """Whether they may name any file; else files are read below the project and `exports`, and written below
    `exports`."""

    exports: Path | None = None
    """Folder that the user named for what is written, absolute and without links; without one, what would be written
    is answered with."""


@dataclass(frozen=True, slots=True)
class Names:
    """What a text names on this machine: a file or folder that is read, a file or a folder that is written."""

    what: Literal["read", "file", "folder"]


ToRead = Annotated[str, Names("read")]
FileToWrite = Annotated[str, Names("file")]
FolderToWrite = Annotated[str, Names("folder")]
