"""What LanceDB's errors mean: try again, or tell a person what happened and what to try."""

import errno
import sys

from whence.values.errors import StorageError

REBUILD = "`whence rebuild` makes it anew from the memories; none of them is lost."
"""What to try where what is derived can't be read."""

_PASSING = (
    "conflict",  # another process committed to the same rows or fragments first
    "concurrent",  # the same, after Lance's own retries
    "not found",  # the version that was being read is cleaned away, or the table is being replaced
    "no such file",
    "does not exist",  # a column in the moment between dropping and adding
    "already exists",  # a table or column that another process just added
    "no field named",
)

# The system's error numbers; Rust names Windows' own, Python translates them.
_FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT} | ({39, 112} if sys.platform == "win32" else set())
_BARRED = {errno.EACCES, errno.EPERM, errno.EROFS} | ({5, 19} if sys.platform == "win32" else set())


def passes(error: BaseException) -> bool:
    """Whether the same call may well succeed a moment later."""
    text = str(error).lower()
    return any(each in text for each in _PASSING) and not _codes(error) & (_FULL | _BARRED)


def _codes(error: BaseException) -> set[int]:
    """The system's error numbers that the error names; Rust writes them as `(os error 28)`."""
    text = str(error)
    found = {error.errno} if isinstance(error, OSError) and error.errno else set()
    return found | {code for code in _FULL | _BARRED if f"os error {code})" in text}


class Contended(StorageError):
    """Other processes commit to the same rows all the time."""


def storage_error(error: BaseException, what: str, remedy: str) -> StorageError:
    """A sentence for a person: what could not be done and what to try. Nothing of the error's own text, which names
    paths and may quote what was asked.
    """
    codes = _codes(error)
    if codes & _FULL:
        return StorageError(f"{what}: the disk is full. Free some space and try again; what was stored before is safe.")
    if codes & _BARRED:
        remedy = "Check the permissions of the folder that `whence status` names."
        return StorageError(f"{what}: this user is not allowed to. {remedy}")
    if "conflict" in str(error).lower():
        return Contended(f"{what}: other processes write to it all the time. Try again in a moment.")
    return StorageError(f"{what}. {remedy}")
