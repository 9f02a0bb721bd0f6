"""Bugs that are known by the commits that fixed them: pure functions from a Change to what its message tells."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from whence.engine.links.rules import Addition
from whence.readers import fixes
from whence.readers.fixes import Fix
from whence.readers.references import references
from whence.values.base import one_line, stable_id
from whence.values.memory import Bug, Change, Link, MemoryBase

_MOST_FILES, _MOST_ISSUES = 50, 5


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered that bears on the fixes of some commits."""

    bugs: Mapping[str, MemoryBase]
    """The bugs that such commits made known before, by id."""
    recorded: Mapping[str, str]
    """Ids of the bugs that somebody met, by their titles in small letters."""
    solved: Collection[str]
    """Ids of the commits that solve a bug already."""
    undone: Collection[str]
    """Ids of the commits that were taken back."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be written of fixes."""

    fresh: dict[str, Bug] = field(default_factory=dict)
    """The bugs that were not known, by id."""
    additions: dict[str, list[Addition]] = field(default_factory=dict)
    """Links for those that are known, by the id of the bug."""


def planned(found: Mapping[str, tuple[Change, Fix]], known: Known) -> Plan:
    """The bugs that commits make known, and the links from bugs that are known to what solves them.

    Args:
        found: commits by id, with the errors that they say they fix, the oldest first.
        known: what is remembered.
    """
    plan = Plan()
    by_issue: dict[str, str] = {}
    for id, (change, fix) in found.items():
        own = id_of(change)
        numbers = [each.value for each in references(change.reason) if each.verb == "fixes"]
        bug = known.recorded.get(fix.message.casefold())
        if bug is None:
            bug = next((by_issue[number] for number in numbers if number in by_issue), own)
        old = known.bugs.get(bug)
        if id in known.solved or (old is not None and _is_settled(old, change)):
            continue
        if bug == own and bug not in plan.fresh and old is None:
            plan.fresh[bug] = bug_of(change, fix, reverted=id in known.undone)
            by_issue |= dict.fromkeys((number for number in numbers if number in fix.issues), bug)
        elif id not in known.undone:
            plan.additions.setdefault(bug, []).append(Addition(Link(relation="solved_by", target=id), change))
    return plan


def _is_settled(bug: MemoryBase, change: Change) -> bool:
    """Whether nothing is to be said of a bug any more: it is in the bin, or known by this very commit."""
    return bug.deleted_at is not None or (isinstance(bug, Bug) and bug.commit == change.commit)


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
