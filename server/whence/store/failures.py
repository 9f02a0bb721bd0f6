"""What LanceDB's errors mean: try again, or tell a person what happened and what to try.

LanceDB raises a RuntimeError or ValueError whose text begins with the name that Lance's Rust gives the error. It goes
on with paths and with what was asked, so words in it prove nothing: a folder may be called `conflict`. Errors are told
apart by how the text begins, and by the system's error numbers.
"""

import errno
import re
import sys
from enum import Enum, auto

from whence.values.errors import MemoryDamaged, StorageError

REBUILD = "`whence rebuild` makes it anew from the memories; none of them is lost."
"""What to try where what is derived can't be read."""


class Kind(Enum):
    """What happened."""

    CONFLICT = auto()
    """Another process committed first, or all the time. The same call may well succeed a moment later."""
    SLOW = auto()
    """It took longer than a write may; nothing was written."""
    MOVED = auto()
    """What was named isn't there at this moment: a version that was just cleaned away, a column in the moment between
    dropping and adding. A look at the newest version tells whether it is gone for good."""
    VANISHED = auto()
    """The table itself isn't there any more, or has no version."""
    FULL = auto()
    """The disk, or what this user may use of it, is full."""
    BARRED = auto()
    """This user may not."""
    READ_ONLY = auto()
    """Nobody may: the file system is read-only."""
    HANDLES = auto()
    """Too many files are open."""
    DAMAGED = auto()
    """What is there can't be read; also what nobody foresaw."""


_PREFIX = re.compile(
    r"(?:lance error: |Runtime error: |Invalid input, |Schema error: |LanceError\(\w+\): |External error: "
    r"|Generic \S+ error: |Wrapped error: )*"
)
"""What LanceDB, Lance and DataFusion put before an error's own words."""

_BEGINNINGS: tuple[tuple[str, Kind], ...] = (
    (r"(?:Retryable c|C)ommit conflict for version", Kind.CONFLICT),
    (r"Too many concurrent writers", Kind.CONFLICT),  # the same, after Lance's own retries
    (r"Incompatible transaction", Kind.CONFLICT),
    (r"(?:Dataset|Table|Column|Index name) \S+ already exists|Dataset already exists", Kind.CONFLICT),  # another did
    (r"merge insert timed out", Kind.SLOW),
    (r"Not found: \S*?.*/_versions,|Table '\S+' was not found|Dataset at path .* was not found", Kind.VANISHED),
    (r"Not found: |Version \d+ no longer exists", Kind.MOVED),
    (r"No field named |Column \S+ does not exist", Kind.MOVED),
)

# The system's error numbers; Rust names Windows' own, Python translates them.
_WINDOWS = sys.platform == "win32"
_NUMBERS: dict[Kind, set[int]] = {
    Kind.FULL: {errno.ENOSPC, errno.EFBIG, errno.EDQUOT} | ({39, 112} if _WINDOWS else set()),
    Kind.READ_ONLY: {errno.EROFS} | ({19} if _WINDOWS else set()),
    Kind.BARRED: {errno.EACCES, errno.EPERM} | ({5} if _WINDOWS else set()),
    Kind.HANDLES: {errno.EMFILE, errno.ENFILE} | ({4} if _WINDOWS else set()),
}

_TOLD: dict[Kind, str] = {
    Kind.FULL: "{what}: the disk is full. Free some space and try again; what was stored before is safe.",
    Kind.READ_ONLY: "{what}: the disk is read-only. Mount it for writing, or name another folder with WHENCE_HOME; "
    "what was stored before is safe.",
    Kind.BARRED: "{what}: this user is not allowed to. Check the permissions of the folder that `whence status` names.",
    Kind.HANDLES: "{what}: too many files are open. Close some programs, or raise the limit (`ulimit -n`).",
    Kind.SLOW: "{what}: it took too long. Other processes write to it, or the disk is slow; try again in a moment.",
}


def kind_of(error: BaseException) -> Kind:
    """What an error of LanceDB, Arrow or the system means."""
    text = str(error)
    numbers = {int(each) for each in re.findall(r"\(os error (\d+)\)", text)}
    if isinstance(error, OSError) and error.errno:
        numbers.add(error.errno)
    for kind, known in _NUMBERS.items():
        if numbers & known:
            return kind
    if isinstance(error, KeyError):
        return Kind.MOVED
    own = text[prefix.end() :] if (prefix := _PREFIX.match(text)) else text
    return next((kind for beginning, kind in _BEGINNINGS if re.match(beginning, own)), Kind.DAMAGED)


def passes(error: BaseException, *, truth: bool = False) -> bool:
    """Whether the same call may well succeed a moment later, at the newest version.

    A table of what is derived may be dropped by another process, which makes it anew; the table of truth never is.
    """
    return kind_of(error) in ({Kind.CONFLICT, Kind.MOVED} | (set() if truth else {Kind.VANISHED}))


class Contended(StorageError):
    """Other processes commit to the same rows all the time."""


class Away(StorageError):
    """A database elsewhere can't be reached, refuses, or does not answer in time; what it said is the cause."""


def away(error: BaseException, what: str, remedy: str, *, truth: bool = False) -> StorageError:
    """As `storage_error`, of a database elsewhere: what is no conflict comes from the way there, or from its server."""
    told = storage_error(error, what, remedy, truth=truth)
    return told if isinstance(told, Contended) else Away(f"{what}: its storage can't be reached, or refuses.")


def storage_error(error: BaseException, what: str, remedy: str, *, truth: bool = False) -> StorageError:
    """A sentence for a person: what could not be done and what to try. Nothing of the error's own text, which names
    paths and may quote what was asked.

    Args:
        error: what was raised.
        what: what could not be done.
        remedy: what to try where the files are damaged or gone.
        truth: whether memories are lost by that, not only what is derived of them.
    """
    kind = kind_of(error)
    if kind is Kind.CONFLICT:
        return Contended(f"{what}: other processes write to it all the time. Try again in a moment.")
    if kind in _TOLD:
        return StorageError(_TOLD[kind].format(what=what))
    gone = " It is not there any more." if kind is Kind.VANISHED else ""
    gone = " Some of its files are gone." if kind is Kind.MOVED else gone
    return (MemoryDamaged if truth else StorageError)(f"{what}.{gone} {remedy}".rstrip())
