"""Pictures of failures, kept beside the database under the hash of their content."""

import hashlib
import os
import stat
from pathlib import Path

from whence.errors import InvalidRequest, StorageError

MAX_PICTURE = 10 * 1024 * 1024
"""Bytes of a picture."""


def keep_picture(source: str, folder: Path) -> str:
    """Copy a picture, and give the name of the copy. The same picture twice is kept once.

    Args:
        source: path of the picture on this machine.
        folder: where pictures are kept.

    Raises:
        InvalidRequest: it isn't there, is too large, or is no PNG, JPEG, GIF or WebP by its first bytes.
        StorageError: the copy can't be written.
    """
    content = _content(Path(source.strip()).expanduser())
    name = f"{hashlib.sha256(content).hexdigest()[:32]}.{_suffix(content)}"
    kept = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not kept.exists():
            fresh = folder / f"{name}.{os.getpid()}.new"
            fresh.write_bytes(content)
            fresh.replace(kept)
    except OSError as error:
        raise StorageError(f"The picture can't be kept ({type(error).__name__}). Check the free space.") from error
    return name


def _content(path: Path) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe would be waited for
            raise InvalidRequest(f"{path.name} is not a file, so it is no picture.")
        with path.open("rb") as file:
            content = file.read(MAX_PICTURE + 1)
    except (OSError, ValueError) as error:
        raise InvalidRequest(f"The picture {path.name} can't be read ({type(error).__name__}).") from None
    if len(content) > MAX_PICTURE:
        raise InvalidRequest(f"{path.name} is larger than {MAX_PICTURE >> 20} MB. Use a smaller picture.")
    if not _suffix(content):
        raise InvalidRequest(f"{path.name} is no PNG, JPEG, GIF or WebP picture.")
    return content


def _suffix(content: bytes) -> str:
    """What kind of picture this is, by its first bytes; empty for none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    return ""
