"""A database that can't be read is kept aside, once another one stands whole in its place.

The other one is made beside it, and two renames exchange them: so whatever ends the process, the damaged one is either
in its place still or aside, and between the two renames there is one that is whole, which the next opening puts there.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from whence.store import Count
from whence.values.base import now
from whence.values.errors import StorageError

KEPT = 2
"""Folders of damaged files that are kept, the newest: each may be as large as the database."""

SALVAGE = "damaged.jsonl"
"""What could be read of memories that no backup has; of older folders this is kept too."""


def new_aside(home: Path) -> Path:
    """A folder for what is damaged, not made yet."""
    return home / "aside" / f"{now():%Y-%m-%dT%H%M%S%fZ}"


def drop_older(home: Path) -> None:
    """Remove all folders of damaged files but the newest, and of those all but what was salvaged."""
    for folder in sorted((home / "aside").glob("*"))[:-KEPT]:
        for each in folder.iterdir() if folder.is_dir() else ():
            if each.is_dir():
                shutil.rmtree(each, ignore_errors=True)
            elif each.name != SALVAGE:
                each.unlink(missing_ok=True)
        with suppress(OSError):  # what was salvaged is in it
            folder.rmdir()


@contextmanager
def beside(home: Path) -> Iterator[Path]:
    """A folder in which a database is made, and the damaged one is read; nothing of it stays.

    Raises:
        StorageError: it can't be made.
    """
    folder = home / "restoring"
    shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed
    try:
        folder.mkdir(mode=0o700)
        yield folder
    except OSError as error:
        raise StorageError(f"The damaged database can't be replaced ({type(error).__name__}).") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def look_alike(database: Path, copy: Path) -> None:
    """The same files once more, as links where the disk has them: what is renamed there keeps its name here."""

    def link(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)

    shutil.copytree(database, copy, copy_function=link)


def exchange(home: Path, made: Path, count: Count) -> Path:
    """Have a database that is whole in the place of the damaged one; where that is then.

    Raises:
        OSError: it can't be done; the damaged one stays.
    """
    aside, whole = new_aside(home), home / "restored"
    shutil.rmtree(whole, ignore_errors=True)  # of a process that was killed, while the damaged one was in its place
    aside.parent.mkdir(mode=0o700, exist_ok=True)
    made.rename(whole)
    (home / "memory").rename(aside)
    finish(home, count)
    return aside


def finish(home: Path, count: Count) -> None:
    """Put a database in its place that was made whole, where whoever made it got no further.

    Raises:
        StorageError: it can't be done.
    """
    whole, database = home / "restored", home / "memory"
    if not whole.is_dir() or database.exists():
        return
    count.forget()  # it was of the damaged one
    try:
        whole.rename(database)
    except OSError as error:
        if not database.exists():  # otherwise another process was quicker
            raise StorageError(f"The restored database can't be put in its place ({type(error).__name__}).") from None
