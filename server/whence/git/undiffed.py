"""Files that git shows no lines of, although they are text: by an attribute such as `-diff`, or in UTF-16 or UTF-32.

What they were before and after is read as a whole and compared here, as live capture does it.
"""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from whence.git.diff import compare
from whence.git.plumbing import Repository, objects
from whence.git.text import clean
from whence.values.errors import GitError

MOST_BYTES = 1 << 20
"""Larger contents are not looked into."""

_AT_ONCE = 20
"""Files whose contents are held together."""

_DATA = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".ico", ".icns", ".webp", ".avif", ".tif", ".tiff", ".psd", ".pdf"}
    | {".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".zst", ".rar", ".tar", ".jar", ".war", ".whl", ".gem", ".nupkg"}
    | {".woff", ".woff2", ".ttf", ".otf", ".eot", ".mp3", ".mp4", ".wav", ".ogg", ".webm", ".mov", ".flac", ".wasm"}
    | {".exe", ".dll", ".so", ".dylib", ".a", ".lib", ".o", ".obj", ".class", ".pyc", ".pdb", ".bin", ".dat", ".mo"}
    | {".docx", ".xlsx", ".pptx", ".odt", ".ods", ".sqlite", ".db", ".parquet", ".npy", ".npz", ".onnx", ".pt", ".pkl"}
)
"""Endings of what is never text, so that it need not be read to know."""

Sides = tuple[str, str]
"""Ids of a content before and after; empty where there is none."""

Texts = tuple[str | None, str | None]
"""A file's texts before and after, redacted; None where there is none."""


def texts(repository: Repository, files: Mapping[str, Sides], limit: int = MOST_BYTES) -> Iterable[tuple[str, Texts]]:
    """The texts of those of the files that are text on both sides, by path."""
    asked = [path for path in files if PurePosixPath(path.lower()).suffix not in _DATA]
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        names = sorted({id.encode() for path in some for id in files[path] if id})
        try:
            raws = dict(zip(names, objects(repository, names, limit), strict=True))
        except GitError:
            return
        for path in some:
            before, after = (clean(raws.get(id.encode())) if id else None for id in files[path])
            if all(text is not None or not id for text, id in zip((before, after), files[path], strict=True)):
                yield path, (before, after)


def counts(repository: Repository, files: Mapping[str, Sides]) -> dict[str, tuple[int, int]]:
    """Lines added and removed in those of the files that are text, by path."""
    found: dict[str, tuple[int, int]] = {}
    for path, (before, after) in texts(repository, files):
        difference = compare(before, after)
        found[path] = difference.added, difference.removed
    return found
