"""What links mean: pure functions from memories and what is said of them to memories as they should be."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import NamedTuple

from whence.background.writer import Unchanged
from whence.readers.references import Reference
from whence.values.memory import Bug, Change, Decision, Link, MemoryBase, Relation

_GRACE = timedelta(seconds=1)
"""A commit tells its time in whole seconds, and so may seem older than the bug that it fixes."""

WHOLE_ID = 40
"""Digits of a commit's whole id."""


@dataclass(frozen=True, slots=True)
class Addition:
    """A link to be made, and the memory that it leads to."""

    link: Link
    target: MemoryBase


class Related(NamedTuple):
    """What came of relating Changes."""

    links: int = 0
    """Links that are new."""
    bugs: int = 0
    """Bugs that are known by their fixes, and are new."""


# ---------------------------------------------------------------- what a message says


def key(reference: Reference) -> str:
    """The key by which storage finds what is referred to; empty where it is found in another way."""
    match reference.thing:
        case "issue" | "decision":
            return f"{reference.thing}:{reference.value}"
        case "commit" if len(reference.value) == WHOLE_ID:
            return f"commit:{reference.value}"
        case _:
            return ""


def matched(asked: Iterable[Reference], known: Iterable[MemoryBase]) -> dict[Reference, list[MemoryBase]]:
    """Which memories each reference means; what a commit's id begins with means nothing where it fits several."""
    by_key: dict[str, list[MemoryBase]] = {}
    by_title: dict[str, list[MemoryBase]] = {}
    commits_titled: dict[str, list[MemoryBase]] = {}
    by_id: dict[str, MemoryBase] = {}
    for each in known:
        if each.id in by_id:
            continue
        by_id[each.id] = each
        names: tuple[str, ...] = each.keys()
        for name in names:
            by_key.setdefault(name, []).append(each)
        if isinstance(each, Bug | Decision):
            by_title.setdefault(each.title, []).append(each)
        elif isinstance(each, Change) and each.commit:
            commits_titled.setdefault(each.title, []).append(each)
    commits = sorted(name for name in by_key if name.startswith("commit:"))
    found: dict[Reference, list[MemoryBase]] = {}
    for reference in asked:
        match reference.thing:
            case "memory":
                found[reference] = [by_id[reference.value]] if reference.value in by_id else []
            case "title":
                found[reference] = [*by_title.get(reference.value, ())]
                if reference.verb == "reverts":
                    found[reference] += commits_titled.get(reference.value, ())
            case "commit":
                start = bisect_left(commits, f"commit:{reference.value}")
                begun = [name for name in commits[start : start + 2] if name.startswith(f"commit:{reference.value}")]
                found[reference] = by_key[begun[0]] if len(begun) == 1 else []
            case _:
                found[reference] = by_key.get(key(reference), [])
    return found


def said(
    change: Change, found: Iterable[Reference], named: Mapping[Reference, Sequence[MemoryBase]]
) -> Iterator[tuple[str, Addition]]:
    """The links that a Change's reason asks for, each with the id of the memory that shall hold it."""
    asked = list(found)
    reverting = any(reference.verb == "reverts" for reference in asked)
    by_id = any(reference.verb == "reverts" and reference.thing == "commit" for reference in asked)
    for reference in asked:
        meant = named.get(reference, ())
        if reference.thing == "title" and reference.verb == "reverts":
            meant = _reverted_by_title(change, meant, by_id=by_id)
        for target in meant:
            if target.id != change.id:
                yield _asked_for(change, reference, target, reverting=reverting)


def _reverted_by_title(change: Change, meant: Iterable[MemoryBase], *, by_id: bool) -> list[MemoryBase]:
    """Of several commits of one title the latest before it; where the id is said too, that knows better."""
    titled = list(meant)
    commits = [memory for memory in titled if isinstance(memory, Change) and _before(memory, change)]
    latest = max(commits, key=lambda commit: commit.created_at, default=None)
    return [memory for memory in titled if not isinstance(memory, Change) or (memory is latest and not by_id)]


def _asked_for(change: Change, reference: Reference, target: MemoryBase, *, reverting: bool) -> tuple[str, Addition]:
    """The link that a reference to a memory asks for, with the id of the memory that shall hold it."""
    if isinstance(target, Bug) and reference.verb == "fixes":
        return target.id, Addition(Link(relation="solved_by", target=change.id), change)
    relation: Relation = "about"
    match target:
        case Decision() if target.status in ("proposed", "accepted") and not reverting:
            relation = "about" if reference.verb == "supersedes" else "implements"
        case Change() if reference.verb == "reverts":
            relation = "supersedes"
        case Change() if reference.verb == "fixes":
            relation = "caused_by"
    return change.id, Addition(Link(relation=relation, target=target.id), target)


def _before(one: Change, other: Change) -> bool:
    return one.id != other.id and one.created_at <= other.created_at + _GRACE


# ---------------------------------------------------------------- what follows


def extended(current: MemoryBase, additions: Iterable[Addition]) -> tuple[MemoryBase, list[Addition]]:
    """The memory with these links, and those of them that it lacked. What solves a bug resolves it.

    A Change from before the bug was last met is linked, but has not resolved it.
    """
    new = list({addition.link: addition for addition in additions if addition.link not in current.links}.values())
    changed = current.model_copy(update={"links": (*current.links, *(addition.link for addition in new))})
    for addition in new:
        if addition.link.relation == "solved_by" and isinstance(changed, Bug):
            met = max(changed.occurrences, default=changed.created_at)
            if not isinstance(addition.target, Change) or addition.target.created_at + _GRACE >= met:
                changed = resolved(changed, addition.target)
    return changed, new


def resolved(bug: Bug, by: MemoryBase) -> Bug:
    """The bug, solved since what solved it, if it was not before."""
    at = max(by.created_at, bug.created_at)
    return bug.model_copy(update={"resolved": True, "resolved_at": bug.resolved_at or at})


def without(current: MemoryBase, gone: Link) -> MemoryBase:
    """The memory without a link.

    Raises:
        Unchanged: it has none such.
    """
    if gone not in current.links:
        raise Unchanged
    return current.model_copy(update={"links": tuple(link for link in current.links if link != gone)})


def implemented(holders: Iterable[MemoryBase], decisions: Iterable[str]) -> dict[str, set[str]]:
    """The files of the Changes that implement each of these decisions, the bin's not."""
    files: dict[str, set[str]] = {id: set() for id in decisions}
    for each in holders:
        if isinstance(each, Change) and each.deleted_at is None:
            for link in each.links:
                if link.relation == "implements" and link.target in files:
                    files[link.target].update(each.files)
    return files


def counted(current: MemoryBase, touched: Iterable[str], *, exact: bool) -> MemoryBase:
    """The decision with those of its files and folders done in which files were touched.

    Args:
        current: the decision.
        touched: the files.
        exact: whether what was done stops being so where it is not among them.

    Raises:
        Unchanged: it is no decision, or says so already.
    """
    if not isinstance(current, Decision):
        raise Unchanged
    names = set(touched)
    names |= {str(parent) for each in touched for parent in PurePosixPath(each).parents}
    done = tuple(path for path in current.files if path.rstrip("/") in names or (not exact and path in current.done))
    if done == current.done:
        raise Unchanged
    return current.model_copy(update={"done": done})


def with_status(current: MemoryBase, status: str, was: str = "") -> MemoryBase:
    """The decision with another status, if it has the one that it was to have before.

    Raises:
        Unchanged: it is no decision, or there is nothing to change.
    """
    if not isinstance(current, Decision) or current.status == status or (was and current.status != was):
        raise Unchanged
    return current.model_copy(update={"status": status})


def reopened(current: MemoryBase, gone: Link) -> MemoryBase:
    """The bug without what solved it, open unless something else did as well.

    Raises:
        Unchanged: that didn't solve it.
    """
    left = without(current, gone)
    if not isinstance(left, Bug) or any(link.relation == "solved_by" for link in left.links):
        return left
    return left.model_copy(update={"resolved": False, "resolved_at": None})


def reverted(holders: Iterable[MemoryBase]) -> dict[str, set[str]]:
    """Ids of the Changes that others of these take back, each with the ids of those."""
    found: dict[str, set[str]] = {}
    for each in holders:
        if isinstance(each, Change) and each.deleted_at is None:
            for link in each.links:
                if link.relation == "supersedes":
                    found.setdefault(link.target, set()).add(each.id)
    return found
