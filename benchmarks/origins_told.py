"""Who wrote which lines, as Whence tells it, for `origins.py` and `origins_notes.py`."""

from collections.abc import Sequence

from whence.background.origin_table import Reading, cleaned
from whence.git import hunks
from whence.git.plumbing import Repository
from whence.retrieval.origins import Explained, Hunk


def sessions(reading: Reading) -> dict[int, str]:
    """The sessions' ids by their numbers."""
    return {number: name for number, _, name in reading.sessions()}


def commits(reading: Reading, repository: Repository, ids: Sequence[str]) -> dict[str, Explained]:
    """Who wrote these commits, also where it is not sure."""
    merges = [(id, subject) for id, merge, subject in hunks.reachable(repository) if merge]
    branches = hunks.branches(repository, merges)
    return {
        made.id: reading.explained(
            cleaned(Hunk(each.path, each.old_path, each.added, each.removed) for each in made.hunks),
            made.at,
            authored=made.authored,
            subject=made.message.partition("\n")[0],
            commit=made.id,
            branches=branches.get(made.id, ()),
        )
        for made in hunks.made(repository, ids)
    }
