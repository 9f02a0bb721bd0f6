"""The text of a file: what is text at all, and in which one form texts are compared."""

import codecs
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from whence.secrets.redaction import redact

_LOOKED_AT = 8192
"""Bytes at the beginning in which a NUL makes a file binary, as git does it."""

MOST_REPLACED = 0.3
"""Share of characters that may be undecodable in a text; old western encodings stay below it, data doesn't."""

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_POINTERS = (b"version https://git-lfs.github.com/spec/", b"\0GITCRYPT\0")
"""Beginnings of what git stores in place of a content that a filter makes."""


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file as it was read."""

    there: bool
    """Whether there is a file of that name."""

    raw: bytes | None = None
    """Its content; None if it isn't there, or is not looked into: too large, not a regular file, or unreadable."""

    modified: int = 0
    """Time of its last change, in ns."""

    size: int = 0
    """Bytes."""


def read(path: Path, limit: int) -> OnDisk:
    """Read a file of at most `limit` bytes; never follows a symbolic link, never waits for a pipe."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return OnDisk(there=not stat.S_ISDIR(found.st_mode))
        if found.st_size > limit:
            return OnDisk(True, None, found.st_mtime_ns, found.st_size)
        flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            # The time is taken before the content: a write in between then shows as a newer time.
            found = os.fstat(file.fileno())
            raw = file.read(limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        return OnDisk(False)
    except (OSError, ValueError):
        return OnDisk(True)
    return OnDisk(True, raw if len(raw) <= limit else None, found.st_mtime_ns, len(raw))


def decode(raw: bytes) -> str | None:
    """The text of these bytes, with line feeds alone at line ends and no byte order mark; None if they are no text.

    Invalid bytes become U+FFFD. A change of line ends alone is thereby no change.
    """
    if raw.startswith(_POINTERS):
        return None
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            text = raw[len(mark) :].decode(encoding, "replace")
            break
    else:
        if b"\0" in raw[:_LOOKED_AT]:
            return None
        text = raw.decode("utf-8", "replace")
    if text.count("\ufffd") > max(1, len(text)) * MOST_REPLACED or "\0" in text:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_pointer(text: str) -> bool:
    """Whether this is how a pointer begins that git keeps in place of a large file: no one wrote its lines."""
    return text.startswith(_POINTERS[0].decode())


def git_lines(raw: bytes, *, wide: bool = True) -> list[int] | None:
    """For each line of the text of these bytes the number, from 1, that git counts it by; None where all are the same.

    Git ends lines at the byte 10 alone. A lone carriage return ends none, and in UTF-16 and UTF-32 that byte is a part
    of other characters too.

    Args:
        wide: whether git has UTF-16 and UTF-32 as it is on disk, rather than as UTF-8.
    """
    mark, encoding = next((each for each in _BYTE_ORDER_MARKS[1:] if raw.startswith(each[0])), (b"", "utf-8"))
    if not mark and b"\r" not in raw.replace(b"\r\n", b""):
        return None
    text = raw[len(mark) :].decode(encoding, "replace")
    numbers, number, start = [1], 1, 0
    for end in re.finditer(r"\r\n|\r|\n", text):
        line, start = text[start : end.end()], end.end()
        number += line.encode(encoding, "replace").count(b"\n") if mark and wide else end[0] != "\r"
        numbers.append(number)
    return numbers


def clean(raw: bytes | None) -> str | None:
    """The text of these bytes as it is kept and compared: with every secret redacted. None for None and no text."""
    text = None if raw is None else decode(raw)
    return None if text is None else redact(text).text


def digest(content: bytes | str | None) -> bytes:
    """A short hash that tells contents apart; of None, which is no content, it is empty."""
    if content is None:
        return b""
    raw = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(raw, digest_size=16).digest()


def storable(name: str) -> str:
    """A file's name as text that can be stored: bytes that are no UTF-8 replaced."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
