"""Git notes, which stand beside commits without being part of them."""

from collections.abc import Sequence

from whence.git.plumbing import Repository, listing, run, streaming
from whence.values.errors import GitError

_MOST = 1 << 20
"""Bytes of a note that are read."""

_SECONDS = 60.0


def notes(repository: Repository, ref: str, ids: Sequence[str]) -> dict[str, str]:
    """The notes of these commits under a reference; none where there is no such reference.

    Raises:
        GitError: git can't be asked.
    """
    if not exists(repository, ref):
        return {}
    words = ("log", "--no-walk=unsorted", "--stdin", f"--notes={ref}", "--format=%x01%H%x00%N")
    with (
        listing(id.encode() for id in ids) as asked,
        streaming(repository, *words, input=asked, timeout=_SECONDS) as stream,
    ):
        told = stream.read()
    parts = (part.partition(b"\0") for part in told.split(b"\x01") if part)
    return {id.decode(): text[:_MOST].decode("utf-8", "replace") for id, _, text in parts if text.strip()}


def exists(repository: Repository, ref: str) -> bool:
    """Whether there is such a reference."""
    try:
        return bool(run(repository, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", ok=1).strip())
    except GitError:
        return False
