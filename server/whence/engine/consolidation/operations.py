"""Consolidation: near-duplicate and superseded memories, proposed for merging; merged on demand, and taken apart again.

What is needed to take a merge back lies in the bin beside the memories that were merged away: a Note that tells how the
one that stayed was before. It goes when they go.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from whence.background.writer import clean
from whence.engine.completion import Ask, Thought, think_all, thinks
from whence.engine.consolidation import rules
from whence.engine.consolidation.prompt import CONSOLIDATION, MergedMemory
from whence.engine.lifecycle import join, joined_all, meanings, mergeable
from whence.models.prompt import Material
from whence.project.project import Project
from whence.retrieval.duplicates import Meanings, Trait, trait
from whence.values import memory as memories
from whence.values.base import now, one_line, unique
from whence.values.errors import InvalidRequest, NotFound
from whence.values.handed_out import marked
from whence.values.memory import KINDS, Link, MemoryBase, Note
from whence.values.operation import Progress, operation
from whence.values.protocol import Acknowledged, Filter
from whence.values.reports import LeftOut, cite
from whence.values.reports.consolidation import Consolidated, Consolidation, MergedText, Proposal

_KINDS = tuple(name for name, kind in KINDS.items() if kind.form)
"""What people and assistants write; what happened stays as it happened."""

_KEPT = "whence_merged"
"""The key of a Note's metadata under which it tells how a memory was before others were merged into it."""

_EXAMPLES = 5

Proposals = Annotated[tuple[Proposal, ...], Field(min_length=1, max_length=200)]


@thinks
@operation
def consolidate(
    project: Project,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    progress: Progress = lambda message, share: None,
) -> Consolidation:
    """Propose which decisions, bugs and notes could be one: near-duplicates, and what is superseded.

    Nothing happens to them. Each proposal shows what would change as a diff; `apply_consolidation` carries out
    those that you choose, and `undo_consolidation` takes them back.

    Args:
        limit: the most proposals.
    """
    traits: list[Trait] = []
    for batch in project.store.each(Filter(kinds=_KINDS)):
        progress(f"Looking at {len(traits) + len(batch)} memories", 0.0)
        traits += [trait(memory) for memory in batch]
    uses = project.recalls.recalled()
    out = _Out()
    progress("Comparing them", 0.0)
    meant = meanings(project, [each.id for each in traits[-rules.MOST_COMPARED :]])
    chosen = _chosen(project, rules.groups(traits, uses, now(), rules.near(traits, uses, meant)), meant, limit, out)
    asks = [_ask(found) for found, _ in chosen]
    thoughts = think_all(project, asks, progress=progress)
    proposals = [
        made
        for (found, group), thought in zip(chosen, thoughts, strict=True)
        if (made := _proposal(found, group, thought, out)) is not None
    ]
    what = "1 proposal" if len(proposals) == 1 else f"{len(proposals)} proposals"
    found = f"{what}. Nothing has happened to any memory." if proposals else "Nothing needs to be merged."
    return Consolidation(
        title="Memories that could be one",
        markdown=marked(rules.page(proposals)) if proposals else "",
        cited=tuple(cite(memory) for members, _ in chosen for memory in members),
        note=" ".join(unique([found, *(each.note for each in thoughts)])),
        proposals=tuple(proposals),
        left_out=out.told(),
        model=next((proposal.model for proposal in proposals if proposal.model), ""),
    )


@operation
def apply_consolidation(
    project: Project, proposals: Proposals, progress: Progress = lambda message, share: None
) -> Consolidated:
    """Carry out proposals of `consolidate`: the first memory of each stays for all, the others go to the bin.

    A proposal is left out if one of its memories has changed since. `undo_consolidation` takes each back as long
    as the bin is not emptied.

    Args:
        proposals: all that were proposed, or some.

    Raises:
        Cancelled: what was merged until then stays merged.
    """
    out, done = _Out(), []
    for number, proposal in enumerate(proposals):
        progress(f"Merging {len(proposals)} times", number / len(proposals))
        try:
            _apply(project, proposal)
        except (InvalidRequest, NotFound) as error:
            out.add(str(error).rstrip("."), proposal.title)
        else:
            done.append(proposal.ids[0])
    gone = sum(len(proposal.ids) - 1 for proposal in proposals if proposal.ids[0] in done)
    note = f"Merged {gone} into {len(done)}; they are in the bin. `undo_consolidation` brings them back."
    if left := sum(each.count for each in out.told()):
        refused = f"{left} {'was' if left == 1 else 'were'} not carried out: {out.told()[0].reason}."
        note = f"{note} {refused}" if done else refused
    return Consolidated(ids=tuple(done), note=note, left_out=out.told())


@operation
def undo_consolidation(project: Project, id: str) -> Acknowledged:
    """Take the last merge into a memory back: it says again what it said, and the others are back with their links.

    What was changed in it by hand since then stays as it is now.

    Args:
        id: the memory that stayed.

    Raises:
        NotFound: there is no such memory.
        InvalidRequest: nothing was merged into it, or the bin was emptied since.
    """
    survivor = project.one(id)
    kept = [memory for memory in project.store.linking([id]) if isinstance(memory, Note) and _KEPT in memory.metadata]
    if not kept:
        raise InvalidRequest(f"Nothing was merged into “{survivor.title}”, or the bin was emptied since.")
    last = max(kept, key=lambda each: each.id)
    before: dict[str, Any] = last.metadata[_KEPT]
    others = [memory.id for memory in project.store.get(before["others"]) if memory.deleted_at is not None]
    stayed: list[str] = []

    def revert(current: MemoryBase) -> MemoryBase:
        values = current.model_dump(mode="json", by_alias=False)
        stayed[:] = [name for name, (_, after) in before["fields"].items() if values[name] != after]
        for name, (was, _) in before["fields"].items():
            if name not in stayed:
                values[name] = was
        return memories.parse(values)

    # In this order: stopped in between, nothing is lost, and it can be done again.
    project.writer.update_all(others, lambda memory: memory.model_copy(update={"deleted_at": None}))
    merged = {id, *before["others"]}

    def lead_back(current: MemoryBase) -> MemoryBase:
        was = [Link.model_validate(each) for each in before["links"].get(current.id, ())]
        kept = [link for link in current.links if link.target not in merged]
        return current.model_copy(update={"links": tuple(dict.fromkeys([*kept, *was]))})

    project.writer.update_all(list(before["links"]), lead_back)
    project.writer.update(id, revert)
    project.writer.write(purge=[last.id])
    project.indexer.index([id, *others])
    note = (
        f"“{project.one(id).title}” says again what it said; {len(others)} of {len(before['others'])} others are back."
    )
    told = f" {', '.join(sorted(stayed))} stayed: changed since." if stayed else ""
    return Acknowledged(ids=(id, *others), note=note + told)


# ------------------------------------------------------------ inside


def _chosen(
    project: Project,
    groups: Sequence[rules.Group],
    meant: Meanings,
    limit: int,
    out: "_Out",
) -> list[tuple[list[MemoryBase], rules.Group]]:
    """The memories of each group that can be proposed, the one that stays first."""
    chosen: list[tuple[list[MemoryBase], rules.Group]] = []
    for group in groups:
        if len(chosen) == limit:
            out.more += 1
            continue
        found = _alive(project, group)
        if not found or found[0].id != group.survivor:
            continue
        together, unfit = rules.mergeable(found, group, meant)
        for reason, titles in unfit.items():
            out.add(reason, *titles)
        if together:
            chosen.append((together, group))
    return chosen


def _alive(project: Project, group: rules.Group) -> list[MemoryBase]:
    """The memories of a group that are not in the bin, in its order."""
    found = {memory.id: memory for memory in project.store.get([group.survivor, *group.others])}
    return [found[id] for id in (group.survivor, *group.others) if id in found and not found[id].deleted_at]


def _apply(project: Project, proposal: Proposal) -> None:
    """Merge as it was proposed.

    Raises:
        NotFound: a memory is gone.
        InvalidRequest: a memory has changed, or the proposal says what the memory can't.
    """
    found = mergeable(project, proposal.ids)
    if len(found) != len(proposal.digests):
        raise InvalidRequest("it does not say what each of its memories said")
    for memory, digest in zip(found, proposal.digests, strict=True):
        if rules.mark(memory) != digest:
            raise InvalidRequest("a memory has changed since it was proposed")
    merged = clean(_merged(found, proposal.texts))
    holders = project.store.linking([memory.id for memory in found[1:]])
    kept = _kept(found, merged, [memory for memory in holders if memory.id not in proposal.ids])

    def joined_into(current: MemoryBase) -> MemoryBase:
        if rules.mark(current) != proposal.digests[0]:
            raise InvalidRequest("a memory has changed since it was proposed")
        return _merged([current, *found[1:]], proposal.texts)

    project.writer.write([kept])
    try:
        join(project, found, joined_into)
    except InvalidRequest:
        project.writer.write(purge=[kept.id])
        raise


class _Out:
    """What was left out, by reason."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._examples: dict[str, list[str]] = {}
        self.more = 0
        """Groups of memories beyond those that were asked for."""

    def add(self, reason: str, *titles: str) -> None:
        self._counts[reason] += len(titles)
        self._examples.setdefault(reason, []).extend(titles)

    def told(self) -> tuple[LeftOut, ...]:
        more = [LeftOut(reason="there are more than were asked for", count=self.more)] if self.more else []
        return (
            *more,
            *(
                LeftOut(reason=reason, count=count, examples=tuple(self._examples[reason][:_EXAMPLES]))
                for reason, count in self._counts.most_common()
            ),
        )


def _ask(found: Sequence[MemoryBase]) -> Ask[MergedMemory]:
    kind = found[0].kind
    names = type(found[0]).prose
    material = tuple(
        Material(
            f"{each.title} ({each.created_at:%Y-%m-%d})",
            "\n".join(f"{name}: {text}" for name in names if (text := str(getattr(each, name)))),
            f"m{number}",
        )
        for number, each in enumerate(found, 1)
    )
    task = f"Merge these memories of the kind {kind}; the first one stays. Fields: {', '.join(names)}."
    return Ask(CONSOLIDATION, task, material)


def _proposal(
    found: Sequence[MemoryBase], group: rules.Group, thought: Thought[MergedMemory], out: _Out
) -> Proposal | None:
    """What to merge, with the texts of a model or of rules; None where the model holds the memories apart."""
    survivor, others = found[0], found[1:]
    answer = thought.answer
    if answer is not None and not answer.same:
        out.add("the model holds them apart", survivor.title)
        return None
    texts = {each.field: each.text for each in rules.texts(survivor, others, group.superseded)}
    if answer is not None:
        # A field that the model leaves empty, or does not know of, says what it would say by rules.
        texts |= {each.field: each.text for each in answer.texts if each.field in texts and each.text.strip()}
        title = one_line(answer.title, memories.MAX_TITLE)
        texts = {"title": title, **texts} if title and title != survivor.title else texts
    merged = tuple(MergedText(field=name, text=text) for name, text in texts.items())
    told = rules.reason(survivor, others, group)
    return Proposal(
        ids=tuple(memory.id for memory in found),
        digests=tuple(rules.mark(memory) for memory in found),
        kind=survivor.kind,
        title=survivor.title,
        reason=f"{told} {one_line(answer.reason, 300)}".strip() if answer else told,
        texts=merged,
        diff=rules.diff(found, merged),
        model=thought.model if answer else "",
    )


def _merged(found: Sequence[MemoryBase], texts: Sequence[MergedText]) -> MemoryBase:
    """The first memory as it stands for all.

    Raises:
        InvalidRequest: a text is of a field that the kind doesn't have, or can't be what it says.
    """
    allowed = {"title", *type(found[0]).prose}
    if wrong := [merged.field for merged in texts if merged.field not in allowed]:
        raise InvalidRequest(f"a {found[0].kind} has no text {one_line(wrong[0], 40)!r}")
    values = joined_all(found[0], found[1:]).model_dump(by_alias=False)
    return memories.parse({**values, **{merged.field: merged.text for merged in texts}})


def _kept(found: Sequence[MemoryBase], merged: MemoryBase, holders: Sequence[MemoryBase]) -> Note:
    """What it takes to undo a merge, as a Note in the bin.

    Raises:
        InvalidRequest: it is too much to be kept.
    """
    first = found[0]
    before, after = (memory.model_dump(mode="json", by_alias=False) for memory in (first, merged))
    ids = {memory.id for memory in found}
    kept: Mapping[str, Any] = {
        "others": [memory.id for memory in found[1:]],
        "fields": {name: [was, after[name]] for name, was in before.items() if was != after[name]},
        "links": {
            memory.id: [link.model_dump(mode="json") for link in memory.links if link.target in ids]
            for memory in holders
        },
    }
    note = {
        "kind": "note",
        "title": f"Before the merge: {first.title}",
        "content": f"{first.title}\n\n{first.markdown()}",
        "author": first.author,
        "project": first.project,
        "source": "rules",
        "deleted_at": now(),
        "links": [{"relation": "about", "target": first.id}],
        "metadata": {_KEPT: kept},
    }
    try:
        made = memories.parse(note)
    except InvalidRequest:
        raise InvalidRequest("it would be too long to be undone") from None
    if clean(made).metadata != made.metadata:
        raise InvalidRequest("something in it looks like a secret, so that it could not be undone")
    assert isinstance(made, Note)
    return made
