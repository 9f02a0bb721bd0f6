"""`Engine`: an open project with every operation as a method, for Python programs."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from whence.engine import Project


class Engine:
    """One project's memory, open and going, with every operation on it; `engine.pyi` tells their types.

    Args:
        folder: a folder of the project.
        settings: options; defaults without.
        opening: how to open it, as of `engine.open_project`.

    Raises:
        StorageError: the data folder or the database can't be opened.
    """

    def __init__(self, folder: Path, settings: Any = None, **opening: Any) -> None:
        from whence.engine import open_project, start

        self.project: Project = start(open_project(folder, settings, **opening))

    def __getattr__(self, name: str) -> Any:
        from whence.engine import OPERATIONS

        if name not in OPERATIONS:
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}", name=name, obj=self)
        return partial(OPERATIONS[name].function, self.project)

    def __dir__(self) -> list[str]:
        from whence.engine import OPERATIONS

        return sorted({*super().__dir__(), *OPERATIONS})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Write what is waiting and stop every thread."""
        self.project.close()

    def settle(self, timeout: float, *, vectors: bool = False) -> bool:
        """Wait until everything written so far is found by words, and by meaning if `vectors`. False on timeout."""
        return self.project.settle(timeout, vectors=vectors)
