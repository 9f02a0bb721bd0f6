"""Pictures of failures, kept beside the database under the hash of their content."""

import hashlib
import os
import re
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from filelock import FileLock

from whence.readers.pictures import look
from whence.values.errors import StorageError
from whence.values.memory import Bug, MemoryBase

_NAME = re.compile(r"[0-9a-f]{32}\.(?:png|jpg|gif|webp)")

_LEFT_BEHIND = 86400.0
"""Seconds after which a picture that nothing shows belongs to no recording under way."""


def keep_picture(source: Path, folder: Path) -> str:
    """Copy a picture, and give the name of the copy. The same picture twice is kept once.

    Args:
        source: the picture.
        folder: where pictures are kept.

    Raises:
        InvalidRequest: it isn't there, is too large, or is no PNG, JPEG, GIF or WebP by its content.
        StorageError: the copy can't be written.
    """
    picture = look(source)
    name = f"{hashlib.sha256(picture.content).hexdigest()[:32]}.{picture.suffix}"
    kept = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not kept.exists():
            fresh = folder / f"{name}.{os.getpid()}.new"
            fresh.write_bytes(picture.content)
            fresh.replace(kept)
    except OSError as error:
        raise StorageError(f"The picture can't be kept ({type(error).__name__}). Check the free space.") from error
    return name


def pictures_of(memories: Iterable[MemoryBase]) -> set[str]:
    """Names of the pictures that these memories show."""
    return {PurePosixPath(each.screenshot).name for each in memories if isinstance(each, Bug) and each.screenshot}


@contextmanager
def undisturbed(folder: Path) -> Iterator[None]:
    """While it lasts no other process of this machine keeps pictures here or drops any.

    Raises:
        StorageError: another one takes too long, or the folder can't be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = FileLock(folder.parent / "pictures.lock", mode=0o600)
        lock.acquire(timeout=30)
    except (OSError, TimeoutError) as error:
        raise StorageError("The folder of pictures can't be written, or another process has it. Try again.") from error
    try:
        yield
    finally:
        lock.release()


def drop_pictures(folder: Path, gone: Collection[str], shown: Collection[str]) -> None:
    """Remove pictures that nothing shows any more; those that a crash left behind as well, after a day.

    Args:
        folder: where pictures are kept.
        gone: names of those whose bugs were removed.
        shown: names of those that some bug shows.
    """
    with suppress(OSError):
        for path in list(folder.iterdir()):
            if not _NAME.fullmatch(path.name) or path.name in shown:
                continue
            with suppress(OSError):
                if path.name in gone or time.time() - path.stat().st_mtime > _LEFT_BEHIND:
                    path.unlink()
