"""Which commits blame looks through: those that lay code out anew, by the lists of the user and the repository.

Git refuses to blame at all where a list is missing or has one line that it can't read. Here what can be read of them
counts, and what can't is said.
"""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from whence.git.plumbing import Repository, run
from whence.values.base import one_line
from whence.values.errors import GitError

CONVENTIONAL = ".git-blame-ignore-revs"
"""List of commits to be looked through, by the name that the forges know."""

_SETTING = "blame.ignoreRevsFile"
_OPTIONAL = ":(optional)"
"""Beginning of a list's name that newer versions of git take as leave to be missing."""

_MOST_BYTES = 4 << 20
"""A longer list is not read to its end."""

_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?", re.IGNORECASE)
_ENCODINGS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8"))


@contextmanager
def ignored_revisions(repository: Repository) -> Iterator[tuple[Sequence[str], str]]:
    """Options that make `git blame` look through the listed commits, and a sentence on what of the lists is left out.

    The options hold while the context lasts.
    """
    ids, notes = _listed(repository)
    # It also clears the lists that the setting names, be they missing or not.
    words = ["--no-ignore-revs-file"]
    if not ids:
        yield words, " ".join(notes)
        return
    with tempfile.TemporaryDirectory(prefix="whence-blame-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "revisions"
        place.write_bytes(b"".join(id + b"\n" for id in ids))
        yield [*words, f"--ignore-revs-file={place}"], " ".join(notes)


def _listed(repository: Repository) -> tuple[list[bytes], list[str]]:
    """Ids of the commits, and a sentence on each list that can't be read, or not as a whole."""
    ids: list[bytes] = []
    notes: list[str] = []
    wide = 0
    for name, asked_for in _names(repository):
        try:
            with (repository.root / name).open("rb") as file:
                content = file.read(_MOST_BYTES)
        except (OSError, ValueError):
            if asked_for:
                notes.append(f"The setting {_SETTING} names {one_line(name, 120)}, which can't be read.")
            continue
        wide = wide or len(_object_id(repository))
        found, bad = _read(content, wide)
        ids += found
        if bad:
            what = "1 line is" if bad == 1 else f"{bad} lines are"
            notes.append(f"In {one_line(name, 120)} {what} no full id of a commit, and passed over.")
    return list(dict.fromkeys(ids)), notes


def _names(repository: Repository) -> list[tuple[str, bool]]:
    """The lists' names, each with whether it must be there; an empty one in the settings forgets those before it."""
    try:
        said = run(repository, "config", "-z", "--type=path", "--get-all", _SETTING, ok=1)
    except GitError:
        said = b""
    names: list[tuple[str, bool]] = []
    for name in map(os.fsdecode, said.split(b"\0")[:-1]):
        if not name:
            names.clear()
        else:
            names.append((name.removeprefix(_OPTIONAL), not name.startswith(_OPTIONAL)))
    known = {os.path.normpath(repository.root / name) for name, _ in names}
    return names if os.path.normpath(repository.root / CONVENTIONAL) in known else [*names, (CONVENTIONAL, False)]


def _object_id(repository: Repository) -> str:
    try:
        return run(repository, "hash-object", "-t", "blob", "--stdin", input=b"").decode().strip()
    except GitError:
        return "0" * 40


def _read(content: bytes, wide: int) -> tuple[list[bytes], int]:
    """The ids in a list, and how many of its lines are neither an id, nor empty, nor a remark."""
    for mark, encoding in _ENCODINGS:
        if content.startswith(mark):
            content = content[len(mark) :].decode(encoding, "replace").encode()
            break
    lines = (line.partition(b"#")[0].strip() for line in re.split(rb"[\r\n]+", content))
    words = [line for line in lines if line]
    ids = [word.lower() for word in words if _ID.fullmatch(word) and len(word) == wide]
    return ids, len(words) - len(ids)
