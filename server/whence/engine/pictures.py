"""Pictures of failures, kept beside the database under the hash of their content."""

import hashlib
import os
from pathlib import Path

from whence.capture.pictures import look
from whence.errors import StorageError


def keep_picture(source: str, folder: Path) -> str:
    """Copy a picture, and give the name of the copy. The same picture twice is kept once.

    Args:
        source: path of the picture on this machine.
        folder: where pictures are kept.

    Raises:
        InvalidRequest: it isn't there, is too large, or is no PNG, JPEG, GIF or WebP by its content.
        StorageError: the copy can't be written.
    """
    picture = look(Path(source.strip()).expanduser())
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
