"""Authors: Changes of commits follow `.mailmap` when it changes, as git's own answers do."""

from whence.git import history
from whence.git.plumbing import Repository
from whence.git.text import digest, read
from whence.project.project import Project
from whence.secrets.redaction import redact
from whence.values.memory import Change
from whence.values.protocol import Filter

_KNOWN = "history-mailmap"
"""File beside the database that holds a hash of the `.mailmap` by which the authors of Changes are named."""

_MOST_BYTES = 4 << 20
"""A longer `.mailmap` is not followed."""

_ALL = Filter(kinds=("change",), archived=True)


def follow_mailmap(project: Project, repository: Repository) -> int:
    """Give the Changes of commits the names that `.mailmap` gives their authors by now, if it changed since.

    A name that isn't the one that the commit itself has stays: somebody wrote it, or an earlier `.mailmap` gave it.

    Returns:
        How many were renamed.
    """
    raw = read(repository.root / ".mailmap", _MOST_BYTES).raw
    known = project.place.home / _KNOWN
    now = digest(raw).hex()
    before = known.read_text("ascii") if known.is_file() else digest(None).hex()
    if now == before:
        return 0
    count = 0
    for some in project.store.each(_ALL):
        changes = {each.commit: each for each in some if isinstance(each, Change) and each.commit}
        if renamed := _renamed(repository, changes):
            project.writer.write(renamed)
            count += len(renamed)
    known.write_text(now, "ascii")
    return count


def _renamed(repository: Repository, changes: dict[str, Change]) -> list[Change]:
    found: list[Change] = []
    for commit in history.commits(repository, list(changes)):
        change, author = changes[commit.id], redact(commit.author).text
        if change.author != author and change.author == redact(commit.written).text:
            found.append(change.model_copy(update={"author": author}))
    return found
