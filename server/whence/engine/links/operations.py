"""Links: relations between memories, by hand and by what is written."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from whence.background.writer import Unchanged
from whence.engine import recurrence
from whence.engine.links import by_hand, fixes, rules
from whence.engine.links.rules import Addition, Related
from whence.project.project import Project
from whence.readers.fixes import Fix
from whence.readers.references import Reference, references
from whence.values.base import Text, Words, one_line, unique
from whence.values.errors import InvalidRequest, NotFound
from whence.values.memory import Action, Bug, Change, Decision, FileEdit, Link, MemoryBase, Relation
from whence.values.operation import operation
from whence.values.protocol import Acknowledged

_MOST_REVERTS = 20
"""Changes in a chain of which each takes back the one before."""


@operation
def link(project: Project, source: str, relation: Relation, target: str) -> Acknowledged:
    """Relate one memory to another; doing so again changes nothing.

    A Change that implements a decision counts towards its progress, a decision that supersedes another marks that
    as superseded, and a bug that is solved by something is resolved.

    Args:
        source: the memory that holds the link, such as a Change.
        relation: how it relates to the other.
        target: the other memory, such as the decision that the Change implements.

    Raises:
        NotFound: one of the two doesn't exist.
        InvalidRequest: a memory would be linked to itself, or would supersede one that supersedes it.
    """
    one, other = _ends(project, source, target)
    if one.id == other.id:
        raise InvalidRequest("A memory can't be linked to itself.")
    for each in (one, other):
        if each.deleted_at is not None:
            raise InvalidRequest(f"“{each.title}” is in the bin. Restore it first.")
    if relation == "supersedes":
        _refuse_cycle(project, one, other)
    new = _add(project, {one.id: [Addition(Link(relation=relation, target=other.id), other)]})
    what = f"“{one.title}” {relation.replace('_', ' ')} “{other.title}”"
    return Acknowledged(ids=(one.id, other.id), note=f"{what}." if new else f"{what} already.")


@operation
def unlink(project: Project, source: str, relation: Relation, target: str) -> Acknowledged:
    """Take a relation between two memories away; without one nothing changes.

    Args:
        source: the memory that holds the link.
        relation: how it relates to the other.
        target: the other memory.

    Raises:
        NotFound: one of the two doesn't exist.
    """
    one, other = _ends(project, source, target)
    gone = Link(relation=relation, target=other.id)
    if not any(project.writer.update_all([one.id], lambda current: rules.without(current, gone))):
        return Acknowledged(ids=(one.id, other.id), note="There was no such link.")
    if isinstance(other, Decision) and relation == "implements":
        _follow(project, [other.id], exact=True)
    if relation == "supersedes":
        _stand(project, other)
    return Acknowledged(ids=(one.id, other.id), note=f"“{one.title}” and “{other.title}” are not linked so any more.")


@operation
def track_change(
    project: Project,
    file: Text,
    action: Action = "edit",
    diff: str = "",
    reason: str = "",
    files: Words = (),
    lines: str = "",
    implements: str = "",
) -> Acknowledged:
    """Record a change by hand, with its reason; what the reason refers to is linked.

    Args:
        file: the file that was changed.
        action: what was done to it.
        diff: the unified diff, as far as it is at hand.
        reason: why.
        files: further files that it concerns.
        lines: the lines that were changed, such as `10-20`.
        implements: the decision that it implements: its id, its number or its title.

    Raises:
        InvalidRequest: a file is not one of the project, the lines are no lines, or the decision is not clear.
        NotFound: there is no such decision.
    """
    path, *others = (by_hand.path_of(each) for each in (file, *files))
    first, last = by_hand.lines_of(lines)
    decision = _decision(project, implements) if implements.strip() else None
    kept = by_hand.cut(diff)
    if first and not kept:
        kept = f"@@ -{first},{last - first + 1} +{first},{last - first + 1} @@"
    signs = [line[:1] for line in diff.splitlines() if not line.startswith(("+++", "---"))]
    edit = FileEdit(
        path=path,
        action=action,
        added=signs.count("+"),
        removed=signs.count("-"),
        diff=kept,
        symbols=by_hand.symbols(project, path, first, last),
    )
    change = Change(
        author=project.place.author,
        project=project.place.id,
        edits=(edit,),
        reason=reason.strip(),
        files=unique([path, *others]),
        links=(Link(relation="implements", target=decision.id),) if decision else (),
    )
    (stored,) = project.writer.write([change])
    linked = relate(project, [stored] if isinstance(stored, Change) else []).links
    if decision:
        _follow(project, [decision.id])
    note = f"Kept “{stored.title}”"
    if decision:
        note += f", which implements “{decision.title}”"
    if linked:
        note += f", with {linked} link{'' if linked == 1 else 's'} from its reason"
    return Acknowledged(ids=(change.id,), note=f"{note}.")


def relate(project: Project, changes: Sequence[Change]) -> Related:
    """Link Changes to what their reasons speak of: bugs that they fix, decisions that they implement, commits.

    A commit that fixes an error of which nothing is known yet makes a bug of it, a resolved one. Doing all this
    again changes nothing. A commit can only be linked to what is remembered by then: an import that goes from the
    newest to the oldest relates its Changes once all are written.

    Args:
        changes: the Changes as they are on disk, any number, the oldest first.
    """
    speaking = {each.id: (each, found) for each in changes if (found := references(each.reason))}
    links = 0
    if speaking:
        named = _named(project, [reference for _, found in speaking.values() for reference in found])
        ids = [id for id, (_, found) in speaking.items() if any(each.verb == "fixes" for each in found)]
        undone = _undone(project, ids)
        additions: dict[str, list[Addition]] = {}
        for change, found in speaking.values():
            for holder, addition in rules.said(change, found, named):
                if addition.link.relation != "solved_by" or change.id not in undone:
                    additions.setdefault(holder, []).append(addition)
        links = _add(project, additions)
    return Related(links, _keep_fixed(project, changes))


# ------------------------------------------------------------ fixed and reverted


def _keep_fixed(project: Project, changes: Sequence[Change]) -> int:
    """Make bugs of the errors that commits say they fix, where they are not known. How many are new."""
    alive = [change for change in changes if change.deleted_at is None]
    found = {change.id: (change, fix) for change in alive if (fix := fixes.fix_of(change)) is not None}
    if not found:
        return 0
    with recurrence.one_at_a_time(project.place.home):
        plan = fixes.planned(found, _known_of(project, found))
        project.writer.write(list(plan.fresh.values()))
        _add(project, plan.additions)
    return len(plan.fresh)


def _known_of(project: Project, found: Mapping[str, tuple[Change, Fix]]) -> fixes.Known:
    """What is remembered that bears on these fixes."""
    return fixes.Known(
        bugs={bug.id: bug for bug in project.store.get([fixes.id_of(change) for change, _ in found.values()])},
        recorded=_recorded(project, (fix.message for _, fix in found.values())),
        solved=frozenset(
            link.target
            for holder in project.store.linking(list(found))
            if isinstance(holder, Bug)
            for link in holder.links
            if link.relation == "solved_by"
        ),
        undone=_undone(project, list(found)),
    )


def _recorded(project: Project, messages: Iterable[str]) -> dict[str, str]:
    """Ids of the bugs in use that somebody met and that are called so, by their titles in small letters."""
    found = project.store.titled(unique(messages))
    return {each.title.casefold(): each.id for each in found if isinstance(each, Bug) and not each.commit}


def _undone(project: Project, ids: Sequence[str]) -> set[str]:
    """Those of these Changes that were taken back, and whose taking back was not itself taken back."""
    undone: set[str] = set()
    levels = [rules.reverted(project.store.linking(ids))] if ids else []
    while levels and levels[-1] and len(levels) < _MOST_REVERTS:
        above = sorted({each for holders in levels[-1].values() for each in holders})
        levels.append(rules.reverted(project.store.linking(above)))
    for level in reversed(levels):
        undone = {id for id, holders in level.items() if holders - undone} | (undone - level.keys())
    return undone & set(ids)


def _weigh(project: Project, change: str) -> None:
    """Reopen what a Change solved that was taken back; resolve it again where it is in force after all."""
    chain, level = [change], [change]
    while level and len(chain) < _MOST_REVERTS:
        found = [memory for memory in project.store.get(level) if isinstance(memory, Change)]
        below = unique(link.target for each in found for link in each.links if link.relation == "supersedes")
        level = [id for id in below if id not in chain]
        chain += level
    undone = _undone(project, chain)
    for memory in project.store.get(chain):
        if not isinstance(memory, Change):
            continue
        link = Link(relation="solved_by", target=memory.id)
        if memory.id in undone:
            holders = [
                bug.id for bug in project.store.linking([memory.id]) if isinstance(bug, Bug) and link in bug.links
            ]
            project.writer.update_all(holders, partial(rules.reopened, gone=link))
        elif fixes.fix_of(memory) is not None:
            again = [Addition(link, memory)]
            _add(project, {bug: again for bug in [fixes.id_of(memory)] if _left_open(project, bug)})


def _left_open(project: Project, id: str) -> bool:
    """Whether this is a bug that nothing solves any more."""
    found = [each for each in project.store.get([id]) if isinstance(each, Bug) and each.deleted_at is None]
    return bool(found) and not any(link.relation == "solved_by" for link in found[0].links)


# ------------------------------------------------------------ writing


def _add(project: Project, additions: Mapping[str, Sequence[Addition]]) -> int:
    """Add links to the memories that shall hold them, and carry out what follows from them."""
    made: dict[str, list[Addition]] = {}

    def change(current: MemoryBase) -> MemoryBase:
        made.pop(current.id, None)
        changed, new = rules.extended(current, additions[current.id])
        if not new:
            raise Unchanged
        made[current.id] = new
        return changed

    done = project.writer.update_all(list(additions), change)
    holders = {each.id: each for each in done if each is not None}
    new = [(holders[id], addition) for id, added in made.items() if id in holders for addition in added]
    _follow(project, unique(a.link.target for _, a in new if a.link.relation == "implements"))
    for holder, addition in new:
        if addition.link.relation == "supersedes":
            _superseded(project, holder, addition.link.target)
    return len(new)


def _follow(project: Project, decisions: Sequence[str], *, exact: bool = False) -> None:
    """Count the files of the Changes that implement these decisions as done.

    Args:
        decisions: their ids; of other kinds nothing is done.
        exact: whether files that no Change accounts for any more stop being done.
    """
    if not decisions:
        return
    files = rules.implemented(project.store.linking(decisions), decisions)
    project.writer.update_all(decisions, lambda current: rules.counted(current, files.get(current.id, ()), exact=exact))


def _superseded(project: Project, holder: MemoryBase, target: str) -> None:
    """Mark a decision as superseded; what a reverted Change had solved is open again."""
    if isinstance(holder, Decision):
        project.writer.update_all([target], lambda current: rules.with_status(current, "superseded"))
    elif isinstance(holder, Change):
        _weigh(project, target)


def _stand(project: Project, memory: MemoryBase) -> None:
    """Accept a decision again that nothing supersedes any more; what a Change solves, it solves again."""
    if isinstance(memory, Change):
        _weigh(project, memory.id)
        return
    link = Link(relation="supersedes", target=memory.id)
    if not any(link in other.links for other in project.store.linking([memory.id])):
        standing = [memory.id] if isinstance(memory, Decision) else []
        project.writer.update_all(standing, lambda it: rules.with_status(it, "accepted", was="superseded"))


# ------------------------------------------------------------ reading


def _ends(project: Project, source: str, target: str) -> tuple[MemoryBase, MemoryBase]:
    found = {each.id: each for each in project.store.get([source, target])}
    if missing := [id for id in (source, target) if id not in found]:
        raise NotFound(f"There is no memory {one_line(missing[0], 60)}; nothing was changed.")
    return found[source], found[target]


def _refuse_cycle(project: Project, source: MemoryBase, target: MemoryBase) -> None:
    """Refuse that a memory supersedes one that supersedes it, however many lie between."""
    seen, level = {target.id}, [target]
    while level:
        ahead = unique(link.target for each in level for link in each.links if link.relation == "supersedes")
        if source.id in ahead:
            raise InvalidRequest(
                f"“{target.title}” supersedes “{source.title}” already, directly or through others, so it can't be "
                "superseded by it. Take that link away first."
            )
        level = project.store.get([id for id in ahead if id not in seen])
        seen.update(ahead)


def _named(project: Project, found: Iterable[Reference]) -> dict[Reference, list[MemoryBase]]:
    """What is meant by each reference, with as few reads as there are sorts of them."""
    asked = list(dict.fromkeys(found))
    of = {
        thing: [reference for reference in asked if reference.thing == thing] for thing in ("memory", "title", "commit")
    }
    keys = {reference: key for reference in asked if (key := rules.key(reference))}
    short = [reference for reference in of["commit"] if len(reference.value) < rules.WHOLE_ID]
    known = [
        *project.store.get([reference.value for reference in of["memory"]]),
        *project.store.titled([reference.value for reference in of["title"]]),
        *project.store.by_keys(unique(keys.values())),
        *project.store.by_beginning([f"commit:{reference.value}" for reference in short]),
    ]
    return rules.matched(asked, [memory for memory in known if memory.deleted_at is None])


def _decision(project: Project, named: str) -> Decision:
    """The decision of this id, number or title."""
    words = named.strip()
    number = re.fullmatch(r"(?i)(?:(?:ADR|DEC|decision)[\s_-]*)?#?0*(\d{1,6})", words)
    found = project.store.get([words]) or project.store.titled([words])
    if number and not found:
        found = project.store.by_keys([f"decision:{number[1]}"])
    decisions = [each for each in found if isinstance(each, Decision) and each.deleted_at is None]
    if len(decisions) == 1:
        return decisions[0]
    if decisions:
        raise InvalidRequest(f"Several decisions are called {one_line(words, 80)!r}. Name one by its id.")
    if found:
        raise InvalidRequest(f"“{found[0].title}” is a {found[0].kind}, not a decision.")
    raise NotFound(f"There is no decision {one_line(words, 80)!r}.")
