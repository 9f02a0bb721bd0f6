"""What a person points at to be imported, a file or a folder of files, and the count of what can't be taken from it."""

import codecs
import os
from collections.abc import Collection, Iterator
from pathlib import Path

from whence.values.tally import Tally

MAX_WHOLE = 64 << 20
"""Bytes of a file, or of one value in it, that is read as one; such a JSON takes some 400 MB of memory for a moment."""

_SKIPPED_FOLDERS = frozenset({".git", "node_modules", "__pycache__", ".venv"})


def files(top: Path, endings: Collection[str], tally: Tally) -> Iterator[tuple[Path, str]]:
    """The files to read, each with its name below `top`, in order: the file itself, or those of a folder.

    Folders that are links are not entered, so that no loop of them is, and files that are links are read only where
    these lead to a file of the folder; a file that several names lead to comes once.

    Args:
        top: a file or a folder.
        endings: lower-case endings such as `.json`, of the files of a folder; a file named by itself may have any.
        tally: told what is left out.
    """
    if not top.is_dir():
        yield top, top.name
        return
    seen: set[tuple[int, int]] = set()
    inside = os.path.realpath(top)
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(top, onerror=unreadable.append):
        for each in sorted(folders):
            if each in _SKIPPED_FOLDERS or (Path(folder) / each).is_symlink():
                folders.remove(each)
                if each not in _SKIPPED_FOLDERS:
                    tally.add("a link to a folder", each)
        folders.sort()
        for name in sorted(names):
            path = Path(folder) / name
            shown = path.relative_to(top).as_posix()
            if path.suffix.lower() not in endings:
                tally.add("another kind of file", shown)
                continue
            if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(inside):
                tally.add("a link that leads out of the folder", shown)
                continue
            try:
                status = path.stat()
            except (OSError, ValueError):
                tally.add("a file that can't be read", shown)
                continue
            if (status.st_dev, status.st_ino) not in seen or not status.st_ino:
                seen.add((status.st_dev, status.st_ino))
                yield path, shown
    for error in unreadable:
        tally.add("a folder that can't be read", Path(str(error.filename or top)).name)


def whole(path: Path, name: str, tally: Tally) -> str | None:
    """The text of a file that is read as one; None, and the reason counted, where it can't be."""
    try:
        if not path.is_file():
            tally.add("no ordinary file", name)
            return None
        if path.stat().st_size > MAX_WHOLE:
            tally.add(f"larger than {MAX_WHOLE >> 20} MB", name)
            return None
        content = path.read_bytes()
    except OSError:
        tally.add("a file that can't be read", name)
        return None
    return text_of(content, name, tally)


def text_of(content: bytes, name: str, tally: Tally) -> str | None:
    """Bytes as text: UTF-8, or UTF-16 where they begin by saying so. None for binary and empty content."""
    encoding = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    if encoding != "utf-16" and b"\0" in content[:8192]:
        tally.add("a binary file", name)
        return None
    text = content.decode(encoding, "replace")
    if not text.strip():
        tally.add("an empty file", name)
        return None
    if "\ufffd" in text and "\ufffd".encode() not in content:
        tally.add("bytes that are no UTF-8, replaced by a mark", name, text.count("\ufffd"))
    return text.replace("\r\n", "\n")
