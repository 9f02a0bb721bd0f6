"""Files that people name, written in full or not at all."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from whence.values.base import one_line
from whence.values.errors import InvalidRequest

MARK = "<!-- Written by Whence"
"""How every page begins that is written to a file; a file that begins so is replaced without asking."""


def place(target: str) -> Path:
    """The file to write that a person named.

    Raises:
        InvalidRequest: it is none.
    """
    try:
        path = Path(target.strip()).expanduser()
        if not target.strip() or "\0" in target or path.is_dir():
            raise InvalidRequest("Name a file to write, not a folder.")
        path = path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise InvalidRequest(f"{one_line(target, 80)} can't be the name of a file.") from None
    if not path.parent.is_dir():
        raise InvalidRequest(f"There is no folder {one_line(path.parent.name, 80)} to write {path.name} into.")
    return path


@contextmanager
def written(path: Path, ours: Callable[[bytes], bool], *, overwrite: bool = False) -> Iterator[IO[str]]:
    """A text file that appears under its name when all of it is written, and not at all if that fails.

    Args:
        path: what it will be called.
        ours: whether a file that begins with these bytes may be replaced.
        overwrite: whether any other file may.

    Raises:
        InvalidRequest: it can't be written, or another file is there.
    """
    if not overwrite and path.exists() and not ours(_beginning(path)):
        raise InvalidRequest(f"{path.name} is there already, and was not written by Whence. Name another file.")
    fresh = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise InvalidRequest(f"{path.name} can't be written there: {error.strerror or 'it failed'}.") from None
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def is_page(beginning: bytes) -> bool:
    """Whether a file that begins so is empty or a page of ours."""
    return not beginning.strip() or beginning.startswith(MARK.encode())


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(4096)
    except OSError:
        return b"?"
