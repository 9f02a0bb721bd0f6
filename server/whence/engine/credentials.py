"""Keys of this user's own, by which programs are let in: kept in the data folder, readable for this user alone."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from whence.project.location import data_home

_BYTES = 32
"""Random bytes of a key that is made."""


def path_of(name: str) -> Path:
    """Where the key of this name is kept."""
    return data_home() / name


def kept(name: str, *, prefix: str = "", usable: Callable[[str], bool] = lambda key: True) -> str:
    """The key that is kept under a name, made on first use.

    Args:
        name: the file's name in the data folder.
        prefix: what a key that is made begins with.
        usable: whether a key that is there will do; another one is made where it won't.

    Raises:
        OSError: it can't be read or written.
        TimeoutError: another process is at it for too long.
        UnicodeDecodeError: what is there is no text.
    """
    file = path_of(name)
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(file.with_name(f"{name}.lock"), timeout=10, mode=0o600):
        if file.exists() and usable(key := file.read_text(encoding="utf-8").strip()):
            file.chmod(0o600)
            return key
        key = prefix + secrets.token_urlsafe(_BYTES)
        fresh = file.with_name(f"{name}.new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as new:
            new.write(f"{key}\n")
        fresh.replace(file)
    return key
