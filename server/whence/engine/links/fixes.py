"""Bugs that are known by the commits that fixed them: pure functions from a Change to what its message tells."""

from typing import Any

from whence.readers import fixes
from whence.readers.fixes import Fix
from whence.values.base import one_line, stable_id
from whence.values.memory import Bug, Change, Link

_MOST_FILES, _MOST_ISSUES = 50, 5


def fix_of(change: Change) -> Fix | None:
    """The error that a commit's memory says was fixed; None for any other Change."""
    return fixes.fixed(change.reason, change.author, change.files) if change.commit else None


def id_of(change: Change) -> str:
    """Id of the bug that a commit's message makes known, the same on every machine.

    A commit that is rebased or picked elsewhere keeps its author's name and time, and so makes the same known.
    """
    subject = one_line(change.reason.strip().partition("\n")[0], 500)
    at = change.created_at.replace(microsecond=0)
    return stable_id(at, f"fix:{change.project}:{change.author}:{subject}")


def bug_of(change: Change, fix: Fix, *, reverted: bool = False) -> Bug:
    """The bug that a commit fixed.

    Written at the commit's time as well, so that anything said of it later, here or on another machine, is newer.

    Args:
        change: the commit.
        fix: what its message says.
        reverted: whether the commit was taken back, so that the bug is open.
    """
    numbers = ", ".join(f"#{each}" for each in fix.issues[:_MOST_ISSUES])
    own = [path for path in change.files if not fixes.is_aside(path)]
    solved: dict[str, Any] = {
        "resolved": True,
        "resolved_at": change.created_at,
        "links": (Link(relation="solved_by", target=change.id),),
    }
    return Bug(
        id=id_of(change),
        created_at=change.created_at,
        updated_at=change.created_at,
        author=change.author,
        project=change.project,
        session=change.session,
        source=change.source,
        files=tuple(own or change.files)[:_MOST_FILES],
        message=f"{fix.message} ({numbers})" if numbers else fix.message,
        error_type=fix.error_type,
        root_cause=fix.root_cause,
        solution=fix.solution,
        commit=change.commit,
        occurrences=(change.created_at,),
        **({} if reverted else solved),
    )
