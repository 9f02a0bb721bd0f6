"""Git notes, which stand beside commits without being part of them."""

from collections.abc import Mapping, Sequence

from whence.git.plumbing import Repository, listing, run, streaming
from whence.values.errors import GitError

_MOST = 16 << 20
"""Bytes of a note that are read: those that hold a whole conversation have up to 3 MB."""

_SECONDS = 60.0


def notes(repository: Repository, ref: str, ids: Sequence[str]) -> dict[str, str]:
    """The notes of these commits under a reference; none where there is no such reference.

    Args:
        repository: the repository.
        ref: the reference.
        ids: the commits; few at once, since notes can be large.

    Raises:
        GitError: git can't be asked.
    """
    if not ids or not tip(repository, ref):
        return {}
    words = ("log", "--no-walk=unsorted", "--stdin", f"--notes={ref}", "--format=%x01%H%x00%N")
    with (
        listing(id.encode() for id in ids) as asked,
        streaming(repository, *words, input=asked, timeout=_SECONDS) as stream,
    ):
        told = stream.read()
    parts = (part.partition(b"\0") for part in told.split(b"\x01") if part)
    return {id.decode(): text[:_MOST].decode("utf-8", "replace") for id, _, text in parts if text.strip()}


def changed(repository: Repository, before: str, after: str) -> set[str]:
    """The commits whose notes differ between two states of a reference.

    Args:
        repository: the repository.
        before: the commit that the reference named then; nothing where there was none, or where it is gone.
        after: the commit that it names now.

    Raises:
        GitError: git can't be asked.
    """
    if before and not tip(repository, before):
        before = ""
    words = ("diff-tree", "-r", "--name-only", before, after) if before else ("ls-tree", "-r", "--name-only", after)
    return {name.replace("/", "") for name in run(repository, *words, timeout=_SECONDS).decode().split()}


def tip(repository: Repository, ref: str) -> str:
    """The commit that a reference names; nothing where there is none."""
    try:
        return run(repository, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}", ok=1).decode().strip()
    except GitError:
        return ""


def write(repository: Repository, ref: str, texts: Mapping[str, str], message: str) -> None:
    """Put notes beside commits under a reference, in place of those that they have, in one commit of notes.

    Args:
        repository: the repository.
        ref: the reference; made where there is none.
        texts: the notes by commit.
        message: of the commit of notes.

    Raises:
        GitError: git doesn't know who the user is, or can't write; then nothing was written.
    """
    who = run(repository, "var", "GIT_COMMITTER_IDENT").strip()
    before = tip(repository, ref)
    parts = [f"commit {ref}\n".encode(), b"committer ", who, b"\n", _data(message)]
    parts += [f"from {before}\n".encode()] if before else []
    for id, text in texts.items():
        parts += [f"N inline {id}\n".encode(), _data(text)]
    run(repository, "fast-import", "--quiet", input=b"".join([*parts, b"done\n"]), timeout=_SECONDS)


def _data(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    return b"data %d\n%s\n" % (len(raw), raw)
